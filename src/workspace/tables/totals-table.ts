/** Totals as a table. */

import type { DataTable } from '../../contract/data-table.ts';
import type { TotalRow, TotalsDocument } from '../../contract/totals.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { type ColumnSpec, type TableView, tableOf } from './table-spec.ts';

/** A total, a unit of what it sells. */
interface TotalLine {
  readonly row: TotalRow;
  readonly from: string;
  readonly to: string;
  readonly sold: TotalRow['quantities'][number];
}

const TOTALS: readonly ColumnSpec<TotalLine>[] = [
  {
    key: 'level_of',
    kind: 'text',
    of: ({ row }) => row.level,
    said: ({ row }, { lang }) => codeWords(lang).totalLevels[row.level],
  },
  { key: 'merchant', kind: 'text', of: ({ row }) => row.merchant },
  { key: 'product_type', kind: 'text', of: ({ row }) => row.productType },
  { key: 'product', kind: 'text', of: ({ row }) => row.product },
  { key: 'from', kind: 'date', of: ({ from }) => from },
  { key: 'to', kind: 'date', of: ({ to }) => to },
  { key: 'revenue', kind: 'money', of: ({ row }) => row.revenue.value },
  { key: 'revenue_low', kind: 'money', of: ({ row }) => row.revenue.low },
  { key: 'revenue_high', kind: 'money', of: ({ row }) => row.revenue.high },
  { key: 'unit', kind: 'text', of: ({ sold }) => sold.unit },
  { key: 'quantity', kind: 'number', of: ({ sold }) => sold.quantity.value },
  { key: 'quantity_low', kind: 'number', of: ({ sold }) => sold.quantity.low },
  { key: 'quantity_high', kind: 'number', of: ({ sold }) => sold.quantity.high },
];

/** One row a total and unit; of a total of two units its revenue stands in both. */
export function totalsTable({ totals }: TotalsDocument, view: TableView): DataTable {
  const lines = totals.flatMap(({ from, to, rows }) =>
    rows.flatMap((row) => row.quantities.map((sold): TotalLine => ({ row, from, to, sold }))),
  );
  return tableOf('totals', TOTALS, lines, view);
}
