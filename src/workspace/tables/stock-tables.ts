/** Stock, orders and markdowns as tables. */

import type { DataTable } from '../../contract/data-table.ts';
import type { MarkdownItem, OrderItem, StockItem } from '../../contract/stock.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { type ColumnSpec, type TableView, tableOf } from './table-spec.ts';

type Doubts = Pick<OrderItem, 'reasons' | 'notes'>;

const CELL = [
  { key: 'merchant', kind: 'text', of: (item) => item.merchant },
  { key: 'product', kind: 'text', of: (item) => item.product },
  { key: 'unit', kind: 'text', of: (item) => item.unit },
] as const satisfies readonly ColumnSpec<Pick<OrderItem, 'merchant' | 'product' | 'unit'>>[];

type Batch = StockItem & { readonly batch: StockItem['batches'][number] | null };

const STOCK: readonly ColumnSpec<Batch>[] = [
  ...CELL,
  { key: 'counted', kind: 'date', of: ({ counted }) => counted },
  { key: 'on_hand', kind: 'number', of: ({ batch }) => batch?.quantity ?? 0 },
  { key: 'use_by', kind: 'date', of: ({ batch }) => batch?.lastDay },
  { key: 'days_left', kind: 'whole', of: ({ batch }) => batch?.daysLeft },
  { key: 'next_delivery', kind: 'date', of: ({ nextDelivery }) => nextDelivery },
  {
    key: 'notes',
    kind: 'text',
    of: ({ notes }) => notes.join(' '),
    said: ({ notes }, { lang }) => notes.map((code) => codeWords(lang).stockNotes[code]).join('; '),
  },
];

/** One row a batch; one of a product whose shelf is empty. */
export function stockTable(items: readonly StockItem[], view: TableView): DataTable {
  const batches = items.flatMap((item): Batch[] =>
    item.batches.length === 0 ? [{ ...item, batch: null }] : item.batches.map((batch) => ({ ...item, batch })),
  );
  return tableOf('stock', STOCK, batches, view);
}

const DOUBTS = [
  {
    key: 'reasons',
    kind: 'text',
    of: ({ reasons }: Doubts) => reasons.join(' '),
    said: ({ reasons }: Doubts, { lang }) => reasons.map((code) => codeWords(lang).reasons[code]).join('; '),
  },
  {
    key: 'notes',
    kind: 'text',
    of: ({ notes }: Doubts) => notes.join(' '),
    said: ({ notes }: Doubts, { lang }) => notes.map((code) => codeWords(lang).stockNotes[code]).join('; '),
  },
] as const satisfies readonly ColumnSpec<Doubts>[];

const ORDERS: readonly ColumnSpec<OrderItem>[] = [
  ...CELL,
  { key: 'from', kind: 'date', of: (o) => o.from },
  { key: 'to', kind: 'date', of: (o) => o.to },
  { key: 'expected_demand', kind: 'number', of: (o) => o.expectedDemand.value },
  { key: 'demand_low', kind: 'number', of: (o) => o.expectedDemand.low },
  { key: 'demand_high', kind: 'number', of: (o) => o.expectedDemand.high },
  { key: 'on_hand', kind: 'number', of: (o) => o.onHand },
  { key: 'order', kind: 'number', of: (o) => o.quantity },
  { key: 'in_stock', kind: 'share', of: (o) => o.outcome?.inStock },
  { key: 'fill_rate', kind: 'share', of: (o) => o.outcome?.fillRate },
  { key: 'wasted', kind: 'number', of: (o) => o.outcome?.wasted },
  { key: 'lost', kind: 'number', of: (o) => o.outcome?.lost },
  { key: 'left', kind: 'number', of: (o) => o.outcome?.left },
  { key: 'price', kind: 'price', of: (o) => o.price },
  { key: 'unit_cost', kind: 'price', of: (o) => o.unitCost },
  ...DOUBTS,
];

/** One row an order. */
export function orderTable(items: Iterable<OrderItem>, view: TableView): DataTable {
  return tableOf('orders', ORDERS, items, view);
}

type Step = MarkdownItem & { readonly step: MarkdownItem['path'][number] | null };

const MARKDOWNS: readonly ColumnSpec<Step>[] = [
  ...CELL,
  { key: 'date', kind: 'date', of: ({ step, from }) => step?.date ?? from },
  { key: 'part_of_day', kind: 'whole', of: ({ step }) => step && step.part + 1 },
  { key: 'current_price', kind: 'price', of: (item) => item.priceInForce },
  { key: 'price', kind: 'price', of: ({ step }) => step?.price },
  { key: 'left', kind: 'number', of: ({ step, onHand }) => step?.stock ?? onHand },
  { key: 'sold', kind: 'number', of: ({ step }) => step?.sold },
  ...DOUBTS,
];

/** One row a period of a path; one without a price where none is known. */
export function markdownTable(items: readonly MarkdownItem[], view: TableView): DataTable {
  const steps = items.flatMap((item): Step[] =>
    item.path.length === 0 ? [{ ...item, step: null }] : item.path.map((step) => ({ ...item, step })),
  );
  return tableOf('markdowns', MARKDOWNS, steps, view);
}
