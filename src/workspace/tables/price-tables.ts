/** Prices in force, planned changes, batches and plans of tests, as tables. */

import type { Batch } from '../../contract/api.ts';
import type { DataTable } from '../../contract/data-table.ts';
import type { ExperimentDocument } from '../../contract/experiments.ts';
import type { PlannedPriceItem, PriceHistoryDocument } from '../../contract/price-log.ts';
import { deciderWords } from '../../i18n/audit-words.ts';
import { TABLE_WORDS } from '../../i18n/catalogue.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { type ColumnSpec, type TableView, tableOf } from './table-spec.ts';

interface Decided {
  readonly decidedBy: string | null;
  readonly decidedByName: string | null;
}

const WHO = {
  key: 'who',
  kind: 'text',
  of: ({ decidedBy }: Decided) => decidedBy,
  said: (of: Decided, { lang }) => deciderWords(of, lang) ?? '',
} as const satisfies ColumnSpec<Decided>;

type Span = PriceHistoryDocument['spans'][number] & { readonly lowest30Days: number | null };

/** One row a span, with the lowest price before it where it is a reduction. */
export function priceHistoryTable({ spans, reductions, ...of }: PriceHistoryDocument, view: TableView): DataTable {
  const lowest = new Map(reductions.map(({ from, lowest30Days }) => [from, lowest30Days]));
  const specs: readonly ColumnSpec<Span>[] = [
    { key: 'merchant', kind: 'text', of: () => of.merchant },
    { key: 'product', kind: 'text', of: () => of.product },
    { key: 'unit', kind: 'text', of: () => of.unit },
    { key: 'from', kind: 'date', of: (span) => span.from },
    { key: 'to', kind: 'date', of: (span) => span.to },
    { key: 'price', kind: 'price', of: (span) => span.price },
    {
      key: 'source',
      kind: 'text',
      of: ({ charged, promo }) => (charged ? (promo ? 'promotion' : 'sales') : 'decision'),
      said: ({ charged, promo }, { lang }) =>
        TABLE_WORDS[lang].sources[charged ? (promo ? 'promotion' : 'sales') : 'decision'],
    },
    { key: 'lowest_30_days', kind: 'price', of: (span) => span.lowest30Days },
    WHO,
    { key: 'batch_id', kind: 'text', of: (span) => span.batchId },
  ];
  const rows = spans.map((span) => ({ ...span, lowest30Days: lowest.get(span.from) ?? null }));
  return tableOf('price_history', specs, rows, view);
}

const CALENDAR: readonly ColumnSpec<PlannedPriceItem>[] = [
  { key: 'date', kind: 'date', of: (item) => item.date },
  { key: 'merchant', kind: 'text', of: (item) => item.merchant },
  { key: 'product', kind: 'text', of: (item) => item.product },
  { key: 'unit', kind: 'text', of: (item) => item.unit },
  { key: 'price_before', kind: 'price', of: (item) => item.priceBefore },
  { key: 'price', kind: 'price', of: (item) => item.price },
  { key: 'lowest_30_days', kind: 'price', of: (item) => item.lowest30Days },
  {
    key: 'source',
    kind: 'text',
    of: ({ kind }) => kind,
    said: ({ kind }, { lang }) => TABLE_WORDS[lang].sources[kind],
  },
  WHO,
  { key: 'batch_id', kind: 'text', of: (item) => item.batchId },
];

export function calendarTable(items: readonly PlannedPriceItem[], view: TableView): DataTable {
  return tableOf('price_calendar', CALENDAR, items, view);
}

/** Item of a batch, with the lowest price of the 30 days before where it goes down. */
export type BatchItem = Batch['items'][number] & { readonly lowest30Days: number | null };

/** What changes, from which day, for a till or a spreadsheet. */
export function batchTable(
  { activationDate, batchId }: Pick<Batch, 'activationDate' | 'batchId'>,
  items: readonly BatchItem[],
  view: TableView,
): DataTable {
  const specs: readonly ColumnSpec<BatchItem>[] = [
    { key: 'activation_date', kind: 'date', of: () => activationDate },
    { key: 'merchant', kind: 'text', of: (item) => item.merchant },
    { key: 'product', kind: 'text', of: (item) => item.product },
    { key: 'unit', kind: 'text', of: (item) => item.unit },
    { key: 'price_before', kind: 'price', of: (item) => item.priceBefore },
    { key: 'price', kind: 'price', of: (item) => item.price },
    { key: 'expected_gain', kind: 'money', of: (item) => item.expectedGain },
    { key: 'reason', kind: 'text', of: (item) => item.reason },
    { key: 'batch_id', kind: 'text', of: () => batchId },
    { key: 'lowest_30_days', kind: 'price', of: (item) => item.lowest30Days },
  ];
  return tableOf('price_changes', specs, items, view);
}

type PlanRow = ExperimentDocument['cells'][number]['plan'][number] & {
  readonly merchant: string;
  readonly product: string;
  readonly unit: string;
};

/** Prices of a test, a row a day and product. @param rows in the order that they are written in */
export function planTable(id: string, rows: readonly PlanRow[], view: TableView): DataTable {
  const specs: readonly ColumnSpec<PlanRow>[] = [
    { key: 'date', kind: 'date', of: (row) => row.date },
    { key: 'merchant', kind: 'text', of: (row) => row.merchant },
    { key: 'product', kind: 'text', of: (row) => row.product },
    { key: 'unit', kind: 'text', of: (row) => row.unit },
    { key: 'price', kind: 'price', of: (row) => row.price },
    {
      key: 'level',
      kind: 'text',
      of: (row) => row.level,
      said: (row, { lang }) => codeWords(lang).testLevels[row.level],
    },
    { key: 'experiment', kind: 'text', of: () => id },
  ];
  return tableOf('experiment_plan', specs, rows, view);
}
