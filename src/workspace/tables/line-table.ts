/** What ties products together as a table, which can be read in again. */

import type { DataTable } from '../../contract/data-table.ts';
import type { KeptLine } from '../../contract/portfolio.ts';
import { type ColumnSpec, type TableView, tableOf } from './table-spec.ts';

const LINES: readonly ColumnSpec<KeptLine>[] = [
  { key: 'product', kind: 'text', of: ({ product }) => product },
  { key: 'family', kind: 'text', of: ({ family }) => family },
  { key: 'line', kind: 'text', of: ({ line }) => line },
  { key: 'size', kind: 'number', of: ({ size }) => size },
  { key: 'below', kind: 'text', of: ({ below }) => below },
  { key: 'least_gap', kind: 'share', of: ({ below, leastGap }) => (below === null ? null : leastGap) },
  { key: 'most_gap', kind: 'share', of: ({ mostGap }) => mostGap },
  { key: 'weight', kind: 'number', of: ({ weight }) => weight },
];

export function linesTable(lines: readonly KeptLine[], view: TableView): DataTable {
  return tableOf('product_lines', LINES, lines, view);
}
