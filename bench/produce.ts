/** Accuracy on the produce file by the protocol: four windows, RMSSE and WAPE against smoothing and the 28-day mean. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Workspace } from '../src/workspace.ts';

const DATA = resolve(import.meta.dirname, '../../shared/data/cumcm2023c_produce/daily_sales.csv.gz');
/** The first two windows are those that choices were made on. */
const WINDOWS = [
  { until: '2022-05-06', chosenOn: true },
  { until: '2022-09-23', chosenOn: true },
  { until: '2023-02-10', chosenOn: false },
  { until: '2023-06-30', chosenOn: false },
] as const;

/** What the columns of the produce file are. */
export const PRODUCE_COLUMNS = {
  date: '销售日期',
  product: '单品编码',
  quantity: 'total_qty',
  price: 'avg_price',
  promo: 'discounted_ratio',
  productType: '分类名称',
  cost: '批发价格(元/千克)',
  waste: '损耗率(%)',
} as const;

/** The produce file up to a day, imported. */
export interface ProduceWorkspace {
  readonly workspace: Workspace;
  /** Products that are scored: of the merchant `kept`. */
  readonly kept: ReadonlySet<string>;
}

/** Lines of the file, or null, with a word of it, where there is none. */
export function produceLines(): readonly string[] | null {
  if (existsSync(DATA)) return gunzipSync(readFileSync(DATA)).toString().trim().split('\n');
  console.log(`produce: not run, there is no ${DATA}`);
  return null;
}

/**
 * Imports what was sold until a day. Cells with at least 300 rows up to `until` that were still sold in the month before
 * it are scored; the other cells stay in the workspace, as the market learns from them.
 */
export async function produceWorkspace(
  folder: string,
  [head, ...lines]: readonly string[],
  until: string,
): Promise<ProduceWorkspace> {
  const rows = lines.map((line) => ({ line, cells: line.split(',') })).filter((r) => (r.cells[0] as string) <= until);
  const month = new Date(Date.parse(until) - 28 * 864e5).toISOString().slice(0, 10);
  const counts = new Map<string, { rows: number; recent: boolean }>();
  for (const { cells } of rows) {
    const [date, item] = cells as [string, string];
    const count = counts.get(item) ?? { rows: 0, recent: false };
    counts.set(item, { rows: count.rows + 1, recent: count.recent || date >= month });
  }
  const kept = new Set([...counts].filter(([, c]) => c.rows >= 300 && c.recent).map(([item]) => item));
  const file = join(folder, 'sales.csv');
  // The merchant's name marks the kept cells, so that one filter chooses them; nothing after `until` goes in.
  writeFileSync(
    file,
    [`${head},kept`, ...rows.map((r) => `${r.line},${kept.has(r.cells[1] as string) ? 'kept' : 'other'}`)].join('\n'),
  );
  const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
  await workspace.setSettings({ country: 'CN', currency: 'CNY' });
  await workspace.importFiles([file], {
    map: { ...PRODUCE_COLUMNS, merchant: 'kept' },
  });
  return { workspace, kept };
}

/** @param only windows to run, all four when empty: choices are made with the first two alone */
export async function benchProduce(only: readonly string[] = []): Promise<void> {
  const lines = produceLines();
  if (lines === null) return;
  console.log(
    '| window | RMSSE | smoothing | 28-day mean | WAPE | smoothing | 28-day mean | RMSSE ratio | WAPE ratio | coverage of 90 % | cells | seconds |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|---|---|');
  const reported: { rmsse: number; wape: number }[] = [];
  for (const { until, chosenOn } of WINDOWS) {
    if (only.length > 0 && !only.includes(until)) continue;
    const folder = mkdtempSync(join(tmpdir(), 'demanda-produce-'));
    try {
      const { workspace } = await produceWorkspace(folder, lines, until);
      const started = performance.now();
      const predictionsFile = process.env.DEMANDA_PREDICTIONS
        ? join(process.env.DEMANDA_PREDICTIONS, `${until}.csv`)
        : undefined;
      const document = await workspace.backtest({
        merchant: 'kept',
        until,
        ...(predictionsFile !== undefined && { predictionsFile }),
      });
      const seconds = (performance.now() - started) / 1000;
      await workspace.close();
      const figure = (name: string) =>
        document.methods.find((m) => m.name === name) as (typeof document.methods)[number];
      const [ours, smoothing, mean] = [figure('demanda'), figure('smoothing'), figure('mean28')];
      const rmsse = (ours.rmsse as number) / (smoothing.rmsse as number);
      const wape = (ours.wape as number) / (smoothing.wape as number);
      if (!chosenOn) reported.push({ rmsse, wape });
      const f = (v: number | null): string => (v as number).toFixed(3);
      console.log(
        `| ${until}${chosenOn ? ' (chosen on)' : ''} | ${f(ours.rmsse)} | ${f(smoothing.rmsse)} | ${f(mean.rmsse)} | ${f(ours.wape)} | ${f(smoothing.wape)} | ${f(mean.wape)} | ${f(rmsse)} | ${f(wape)} | ${f(ours.coverage90)} | ${document.cells} | ${seconds.toFixed(0)} |`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  if (reported.length === 0) return;
  const mean = (key: 'rmsse' | 'wape'): string =>
    (reported.reduce((sum, r) => sum + r[key], 0) / reported.length).toFixed(3);
  console.log(
    `mean of the last two windows: RMSSE ratio ${mean('rmsse')} (to reach 0.93), WAPE ratio ${mean('wape')} (to reach 0.90)`,
  );
}

if (import.meta.main) await benchProduce(process.argv.slice(2));
