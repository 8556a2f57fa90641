/** `prices`: which prices were in force, who decided them, and which are to come. */

import { dayWord } from '../../contract/date-words.ts';
import { CELLS } from '../../contract/options/cells.ts';
import { text } from '../../contract/options/option.ts';
import type { PlannedPriceItem, PriceCalendarDocument, PriceHistoryDocument } from '../../contract/price-log.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { deciderWords } from '../../i18n/audit-words.ts';
import { TABLE_WORDS } from '../../i18n/catalogue.ts';
import { priceWord } from '../../i18n/code-words.ts';
import type { Translate } from '../../i18n/messages.ts';
import { calendarTable, priceHistoryTable } from '../../workspace/tables/price-tables.ts';
import type { Workspace } from '../../workspace.ts';
import { actionNamed } from '../action-named.ts';
import type { CommandContext, Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';
import { renderTable, wrapped } from '../table.ts';
import { exportTable, tableOptions, wantedFile } from '../table-export.ts';

const ACTIONS: Readonly<Record<string, 'history' | 'calendar'>> = {
  history: 'history',
  historial: 'history',
  calendar: 'calendar',
  calendario: 'calendar',
};

const PRICES = {
  merchant: CELLS.merchant,
  product: CELLS.product,
  from: text({ flag: '--from', taken: '<date>', help: 'optPricesFrom', most: 10 }),
  until: text({ flag: '--until', taken: '<date>', help: 'optPricesUntil', most: 10 }),
} as const;

export function addPrices({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = command('prices [action] [target]', 'precios', 'cmdPrices');
  tableOptions(addOptions(made, PRICES, t), t).action(
    (action: string | undefined, target: string | undefined, o: Options) =>
      withWorkspace(o, async (workspace) => {
        const wanted = wantedFile(o);
        const { merchant, product, from, until } = readOptions(PRICES, o);
        const days = { ...(from !== undefined && { from }), ...(until !== undefined && { to: until }) };
        if (actionNamed(ACTIONS, action ?? 'calendar', t) === 'history') {
          const document = await workspace.priceLog.of(await cellOf(workspace, target, o, t), days);
          await exportTable(wanted, (view) => priceHistoryTable(document, view), { ...document, lang, t });
          return o.json ? sayJson(document) : say(`${historyText(document, lang, t)}\n`);
        }
        const named =
          target === undefined
            ? { ...(merchant !== undefined && { merchant }), ...(product !== undefined && { product }) }
            : await cellOf(workspace, target, o, t);
        const document = await workspace.priceLog.calendar({
          ...(await workspace.choiceNamed(named)),
          ...days,
          all: wanted !== null,
        });
        await exportTable(wanted, (view) => calendarTable(document.items, view), { ...document, lang, t });
        return o.json ? sayJson(document) : say(`${calendarText(document, lang, t)}\n`);
      }),
  );
}

/** @throws DemandaError USAGE, CELL_UNKNOWN */
async function cellOf(
  workspace: Workspace,
  target: string | undefined,
  { merchant, product }: Options,
  t: Translate,
): Promise<{ merchant: string; product: string }> {
  const name =
    target ?? (typeof merchant === 'string' && typeof product === 'string' ? `${merchant}:${product}` : null);
  if (name === null) throw new DemandaError('USAGE', { detail: t('needCell') });
  const cell = await workspace.cellNamed(name);
  if (!cell) throw new DemandaError('USAGE', { detail: t('modelName', { name }) });
  return { merchant: cell.merchant, product: cell.product };
}

function historyText(document: PriceHistoryDocument, lang: Lang, t: Translate): string {
  const { spans, reductions, currency, lowest30Days, unit } = document;
  const price = (value: number): string => priceWord(value, currency, lang);
  const { sources } = TABLE_WORDS[lang];
  const table = renderTable(
    [
      { title: t('from') },
      { title: t('until') },
      { title: t('price'), right: true },
      { title: t('source') },
      { title: t('who') },
    ],
    spans.map(({ from, to, price: charged, promo, charged: seen, ...of }) => [
      dayWord(from, lang),
      to === null ? '–' : dayWord(to, lang),
      price(charged),
      seen ? (promo ? sources.promotion : sources.sales) : sources.decision,
      deciderWords(of, lang) ?? '–',
    ]),
  );
  const warnings = reductions
    .filter(({ isReduction, promo, planned }) => isReduction === false && (promo || planned))
    .map(({ from, price: reduced, lowest30Days: lowest }) =>
      t('pricesNoReduction', { date: from, price: price(reduced), lowest: price(lowest as number) }),
    );
  return [
    table,
    ...(lowest30Days === null ? [] : [t('pricesLowest', { price: price(lowest30Days), currency, unit })]),
    ...warnings,
  ]
    .map((line) => (line === table ? line : wrapped(line)))
    .join('\n');
}

function calendarText({ items, currency, left }: PriceCalendarDocument, lang: Lang, t: Translate): string {
  if (items.length === 0) return t('pricesNone');
  const price = (value: number | null): string => (value === null ? '–' : priceWord(value, currency, lang));
  const { sources } = TABLE_WORDS[lang];
  const reduction = ({ isReduction, lowest30Days }: PlannedPriceItem): string =>
    isReduction === null ? '' : `${price(lowest30Days)}${isReduction ? '' : ' *'}`;
  const table = renderTable(
    [
      { title: t('from') },
      { title: t('merchant') },
      { title: t('product') },
      { title: t('before'), right: true },
      { title: t('price'), right: true },
      { title: t('lowest30'), right: true },
      { title: t('source') },
      { title: t('who') },
    ],
    items.map((item) => [
      dayWord(item.date, lang),
      item.merchant,
      item.product,
      price(item.priceBefore),
      price(item.price),
      reduction(item),
      sources[item.kind],
      deciderWords(item, lang) ?? '–',
    ]),
  );
  const notes = [
    ...(items.some(({ isReduction }) => isReduction === false) ? [`* ${t('pricesNoReductionNote')}`] : []),
    ...(left ? [t('pricesLeft')] : []),
  ];
  return [table, ...notes.map((note) => wrapped(note))].join('\n');
}
