/** Competitors' prices as tables. */

import type { CompetitorItem } from '../../contract/competitors.ts';
import type { DataTable } from '../../contract/data-table.ts';
import { type ColumnSpec, type TableView, tableOf } from './table-spec.ts';

type Seen = Pick<CompetitorItem, 'merchant' | 'product' | 'unit'> & CompetitorItem['history'][number];

const SEEN: readonly ColumnSpec<Seen>[] = [
  { key: 'merchant', kind: 'text', of: ({ merchant }) => merchant },
  { key: 'product', kind: 'text', of: ({ product }) => product },
  { key: 'unit', kind: 'text', of: ({ unit }) => unit },
  { key: 'competitor', kind: 'text', of: ({ competitor }) => competitor },
  { key: 'date', kind: 'date', of: ({ date }) => date },
  { key: 'price', kind: 'price', of: ({ price }) => price },
  { key: 'offer', kind: 'whole', of: ({ promo }) => (promo ? 1 : 0) },
];

/** Every price that was seen, a row each. */
export function competitorTable(items: readonly CompetitorItem[], view: TableView): DataTable {
  const seen = items.flatMap(({ merchant, product, unit, history }) =>
    history.map((one): Seen => ({ merchant, product, unit, ...one })),
  );
  return tableOf('competitors', SEEN, seen, view);
}
