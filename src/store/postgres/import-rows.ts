/** What stood where imports of sales wrote: arrays a cell and import. Within a write. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { MergedDay } from '../../rules/merge-tickets.ts';
import type { Reader, Transaction } from './connection.ts';
import {
  ARRAY_COLUMNS,
  arrayOf,
  arrayValues,
  changedColumns,
  columnsOf,
  NO_SALES,
  numbersOf,
  rowAt,
  type SaleArrays,
  selectArrays,
} from './sale-arrays.ts';
import { namesOf, putTexts } from './stored-cells.ts';

/** What stood on a day. */
export interface Before {
  /** Number of the import whose it was; 0: of none that is known. */
  readonly previous: number;
  /** Null: the import left it as it was. */
  readonly row: MergedDay | null;
}

/** Of one cell and import, by day. */
export interface RowsBefore extends CellName {
  readonly import: number;
  readonly days: ReadonlyMap<number, Before>;
}

type StoredBefore = SaleArrays &
  CellName & { readonly import: number } & Record<'sameDays' | 'samePrevious' | 'previous', string>;

/** @param number of one import; null: of all */
export async function rowsBefore(
  reader: Reader,
  cells: readonly CellName[],
  number: number | null,
): Promise<RowsBefore[]> {
  const rows = await reader.all<StoredBefore>(
    `SELECT b.import, b.merchant, b.product, b.same_days::text AS "sameDays", b.same_previous::text AS "samePrevious",
       b.previous::text AS previous, ${selectArrays('b')}
     FROM unnest($1::text[], $2::text[]) AS n (merchant, product)
     JOIN demanda.import_sale b ON b.merchant = n.merchant AND b.product = n.product
     WHERE $3::int IS NULL OR b.import = $3`,
    ...namesOf(cells),
    number,
  );
  return rows.map(({ import: of, merchant, product, sameDays, samePrevious, previous, ...arrays }) => {
    const days = new Map<number, Before>();
    const [same, changed] = [numbersOf(samePrevious), numbersOf(previous)];
    for (const [i, day] of numbersOf(sameDays).entries())
      days.set(day as number, { previous: same[i] as number, row: null });
    const sold = columnsOf(arrays);
    for (const [i, day] of sold.days.entries()) days.set(day, { previous: changed[i] as number, row: rowAt(sold, i) });
    return { import: of, merchant, product, days };
  });
}

/** Rows of cells and imports of which nothing is kept yet. */
export async function putRowsBefore(transaction: Transaction, rows: readonly RowsBefore[]): Promise<void> {
  const columns = ['import', 'merchant', 'product', 'same_days', 'same_previous', 'previous'];
  const types = ['int', 'text', 'text', 'int[]', 'int[]', 'int[]', ...ARRAY_COLUMNS.map(([, type]) => type)];
  await putTexts(
    transaction,
    `INSERT INTO demanda.import_sale (${[...columns, ...ARRAY_COLUMNS.map(([column]) => column)].join(', ')})
     SELECT ${types.map((type, i) => `t.c${i}::${type}`).join(', ')} FROM`,
    '',
    rows.map(({ import: number, merchant, product, days }) => {
      const [same, changed]: [number[], number[]] = [[], []];
      const before = new Map<number, MergedDay>();
      for (const [day, { row }] of [...days].sort(([a], [b]) => a - b)) {
        (row === null ? same : changed).push(day);
        if (row !== null) before.set(day, row);
      }
      const previous = (of: readonly number[]): string => arrayOf(of.map((day) => (days.get(day) as Before).previous));
      const written = [String(number), merchant, product, arrayOf(same), previous(same), previous(changed)];
      return [...written, ...arrayValues(changedColumns(NO_SALES, before).sold)];
    }),
  );
}

/** By `cellKey`. */
export function byCell(rows: readonly RowsBefore[]): Map<string, RowsBefore> {
  return new Map(rows.map((row) => [cellKey(row), row]));
}
