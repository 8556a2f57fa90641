/** The newcomer's run: a simulated market, trained, priced and reported. */

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { number } from '../charts/number-text.ts';
import type { MarkdownItem } from '../contract/stock.ts';
import { demoMarket, type SimulatedCell, trueDemand } from '../core/market/simulate-market.ts';
import type { Horizon } from '../core/series/periods.ts';
import type { Lang } from '../core/vocabulary.ts';
import { horizonWord, priceWord } from '../i18n/code-words.ts';
import type { Translate } from '../i18n/messages.ts';
import { systemUser } from '../workspace/actors.ts';
import { dayOf } from '../workspace/dates.ts';
import { writeOutput } from '../workspace/output-file.ts';
import { Workspace } from '../workspace.ts';
import { importMarket, importShop, importStock } from './demo-market.ts';
import { say, sayJson } from './output.ts';
import { priceList } from './price-list.ts';
import { wrapped } from './table.ts';

export async function runDemo(
  folder: string | null,
  lang: Lang,
  t: Translate,
  json: boolean,
  quiet: boolean,
): Promise<void> {
  const where = folder ?? (await mkdtemp(join(tmpdir(), 'demanda-demo-')));
  const market = demoMarket(1);
  const workspace = await Workspace.open(where, { lang, actor: systemUser('command') });
  try {
    await importMarket(
      workspace,
      market.map(({ series }) => series),
    );
    const trained = await workspace.train({});
    const document = await workspace.recommend({ keep: true });
    await importStock(workspace);
    const { markdowns } = await workspace.perishables.markdown();
    const views = await Promise.all(document.recommendations.map((r) => workspace.show(r.merchant, r.product)));
    const { renderReport } = await import('../charts/report.ts');
    const report = await writeReport(folder, where, renderReport(views, document.currency, lang), t);
    if (json) {
      sayJson({ ...document, workspace: where, report });
      return;
    }
    say(`${priceList(document.recommendations, document.currency, lang, t)}\n\n`);
    if (!quiet)
      say(
        `${t('trained', { done: trained.runs.length - trained.failed, failed: trained.failed, seconds: sumSeconds(trained.runs, lang) })}\n`,
      );
    say(`${t('truthNote', trueProfits(market, document.recommendations, lang))}\n`);
    say(`${wrapped(t('demoShelf', shelfWords(markdowns, document.currency, lang)))}\n`);
    say(`${t('report', { file: report })}\n`);
  } finally {
    await workspace.close();
  }
}

/** What of the shelves is marked down now, and what that brings beside keeping the prices. */
function shelfWords(markdowns: readonly MarkdownItem[], currency: string, lang: Lang): Record<string, string> {
  const reduced = markdowns.flatMap(({ product, price, priceInForce, outcome, keep }) =>
    price !== null && price < priceInForce && outcome && keep ? [{ product, price, priceInForce, outcome, keep }] : [],
  );
  const products = reduced.map(
    ({ product, price, priceInForce }) =>
      `${product} (${priceWord(priceInForce, currency, lang)} → ${priceWord(price, currency, lang)})`,
  );
  const sum = (of: (one: (typeof reduced)[number]) => number): number => reduced.reduce((all, one) => all + of(one), 0);
  return {
    ...{ products: products.join(', '), currency },
    gain: number(
      lang,
      sum(({ outcome, keep }) => outcome.value - keep.value),
      0,
    ),
    saved: number(
      lang,
      sum(({ outcome, keep }) => keep.wasted - outcome.wasted),
      0,
    ),
  };
}

/**
 * Fills a workspace with the simulated market, trained by iterations with a search among them, so that every page has
 * something to show.
 *
 * @param iterations ≥ 1,000
 * @param signal stops the training; what is trained by then stays
 * @returns as soon as the first price is recommended; `rest` ends with the last
 */
export async function fillDemoWorkspace(
  workspace: Workspace,
  iterations: number,
  signal: AbortSignal,
): Promise<{ readonly rest: Promise<void> }> {
  await importShop(workspace);
  const first = Promise.withResolvers<void>();
  const rest = (async () => {
    let recommended: Promise<unknown> = Promise.resolve();
    await workspace.train({
      iterations,
      searchEvery: 1_000,
      signal,
      onRun: ({ merchant, product, modelId }) => {
        if (modelId !== null)
          recommended = recommended
            .then(() => workspace.recommend({ merchant, product, keep: true }))
            .then(() => first.resolve());
      },
    });
    await recommended;
  })();
  await Promise.race([first.promise, rest]);
  return { rest };
}

function sumSeconds(runs: readonly { readonly seconds: number }[], lang: Lang): string {
  return number(
    lang,
    runs.reduce((sum, r) => sum + r.seconds, 0),
    1,
  );
}

/**
 * Into the workspace that was named, or else where the command was given, as nobody finds a temporary folder again.
 *
 * @returns its whole path
 */
async function writeReport(folder: string | null, where: string, page: string, t: Translate): Promise<string> {
  const wanted = folder === null ? resolve(t('demoReportFile')) : resolve(folder, t('reportFile'));
  try {
    await writeOutput(wanted, page);
    return wanted;
  } catch (error) {
    if (folder !== null) throw error;
    // This folder takes no files: the demo's own does.
    const beside = join(where, t('reportFile'));
    await writeOutput(beside, page);
    return beside;
  }
}

/**
 * True expected profit over the horizon at the best, the recommended and today's prices, within the tried range ± 10 %.
 */
function trueProfits(
  market: readonly SimulatedCell[],
  items: readonly {
    readonly product: string;
    readonly price: number;
    readonly recommended: boolean;
    readonly unitCost: number;
    readonly from?: string;
    readonly horizonDays: number;
    readonly horizon?: Horizon;
    readonly current: { readonly price: number };
  }[],
  lang: Lang,
): Record<string, string | number> {
  let best = 0;
  let ours = 0;
  let today = 0;
  for (const item of items) {
    const cell = market.find((c) => c.series.product === item.product) as SimulatedCell;
    const first = dayOf(item.from as string);
    const profit = (price: number): number => {
      let sum = 0;
      for (let day = first; day < first + item.horizonDays; day++)
        if ((day + 3) % 7 !== 6) sum += (price - item.unitCost) * trueDemand(cell.truth, day, price);
      return sum;
    };
    ours += profit(item.recommended ? item.price : item.current.price);
    today += profit(item.current.price);
    const low = Math.min(...cell.series.price) * 0.9;
    const high = Math.max(...cell.series.price) * 1.1;
    let top = Number.NEGATIVE_INFINITY;
    for (let i = 0; i <= 200; i++) top = Math.max(top, profit(low + ((high - low) * i) / 200));
    best += top;
  }
  const format = new Intl.NumberFormat(lang, { maximumFractionDigits: 0 });
  return {
    best: format.format(best),
    ours: format.format(ours),
    today: format.format(today),
    period: horizonWord(items, lang),
  };
}
