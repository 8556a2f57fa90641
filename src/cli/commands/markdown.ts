/** `markdown`: which price stock on hand has until it goes off. */

import { number } from '../../charts/number-text.ts';
import { dayWord } from '../../contract/date-words.ts';
import { MARKDOWN } from '../../contract/options/stock.ts';
import type { MarkdownItem } from '../../contract/stock.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { priceWord, unitWord } from '../../i18n/code-words.ts';
import type { Translate } from '../../i18n/messages.ts';
import { markdownTable } from '../../workspace/tables/stock-tables.ts';
import { type CommandContext, cellOptions, choice, type Options, requireCells } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { sayJson, sayLines } from '../output.ts';
import { doubtLines } from '../stock-text.ts';
import { renderTable, wrapped } from '../table.ts';
import { exportTable, tableOptions, wantedFile } from '../table-export.ts';

export function addMarkdown({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = cellOptions(command('markdown', 'rebajar', 'cmdMarkdown'), t);
  tableOptions(addOptions(made, MARKDOWN, t), t).action((o: Options) =>
    withWorkspace(o, async (workspace) => {
      requireCells(o, t);
      const wanted = wantedFile(o);
      const document = await workspace.perishables.markdown({ ...choice(o), ...readOptions(MARKDOWN, o) });
      const { markdowns, currency } = document;
      if (markdowns.length === 0) throw new DemandaError('MODELS_NONE', {});
      await exportTable(wanted, (view) => markdownTable(markdowns, view), { ...document, lang, t });
      if (o.json) return sayJson(document);
      sayLines(markdowns.flatMap((item) => markdownLines(item, currency, lang, t)));
    }),
  );
}

function markdownLines(item: MarkdownItem, currency: string, lang: Lang, t: Translate): string[] {
  const { merchant, product, price, path } = item;
  const doubts = doubtLines([item], lang);
  if (price === null) return [wrapped(t('markdownUnknown', { merchant, product })), ...doubts, ''];
  const parted = path.some(({ part }) => part > 0);
  return [
    wrapped(headline(item, price, currency, lang, t)),
    renderTable(
      [
        { title: t('markdownDay') },
        { title: t('price'), right: true },
        { title: t('markdownLeft'), right: true },
        { title: t('markdownSold'), right: true },
      ],
      path.map((step) => [
        parted ? t('markdownPart', { date: dayWord(step.date, lang), part: step.part + 1 }) : dayWord(step.date, lang),
        step.price === null ? '–' : priceWord(step.price, currency, lang),
        number(lang, step.stock, 1),
        number(lang, step.sold, 1),
      ]),
    ),
    ...sums(item, currency, lang, t).map((line) => wrapped(line)),
    ...doubts,
    '',
  ];
}

function headline(
  { merchant, product, unit, usualPrice, onHand, to }: MarkdownItem,
  price: number,
  currency: string,
  lang: Lang,
  t: Translate,
): string {
  return t('markdownNow', {
    ...{ merchant, product, currency },
    price: priceWord(price, currency, lang),
    usual: priceWord(usualPrice, currency, lang),
    stock: number(lang, onHand, Number.isInteger(onHand) ? 0 : 1),
    unit: unitWord(unit, onHand, lang),
    date: dayWord(to, lang),
  });
}

/** What the path brings, and what keeping the price and the usual cut would. */
function sums({ outcome, keep, lastDay, unit }: MarkdownItem, currency: string, lang: Lang, t: Translate): string[] {
  const figures = ({ value, wasted }: NonNullable<MarkdownItem['outcome']>) => ({
    ...{ currency, unit: unitWord(unit, 2, lang) },
    value: number(lang, value, 2),
    wasted: number(lang, wasted, 1),
  });
  return [
    ...(outcome ? [t('markdownSum', figures(outcome))] : []),
    ...(keep ? [t('markdownKeep', figures(keep))] : []),
    ...(lastDay
      ? [t('markdownLastDay', { ...figures(lastDay), price: priceWord(lastDay.price, currency, lang) })]
      : []),
  ];
}
