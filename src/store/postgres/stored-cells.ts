/** Cells with all their rows, read and written many at a time. Within a transaction that holds the lock of sales. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { Frequency, HeldColumn } from '../../core/vocabulary.ts';
import { spacingOf } from '../../rules/frequency.ts';
import { heldPriceDays, type KeptHeld } from '../../rules/held-values.ts';
import type { CellSettings } from '../../rules/import-batches.ts';
import { lastPrice } from '../../rules/last-price.ts';
import type { Reader, Transaction, Value } from './connection.ts';
import {
  ARRAY_COLUMNS,
  arrayOf,
  arrayValues,
  columnsOf,
  numbersOf,
  type SaleArrays,
  type SaleColumns,
  selectArrays,
} from './sale-arrays.ts';

/** A cell with sales. */
export interface StoredCell extends CellName {
  readonly settings: CellSettings;
  readonly frequency: Frequency;
  readonly sold: SaleColumns;
  /** The number of the import that wrote each of its days; 0: not known. */
  readonly imports: readonly number[];
  readonly held: readonly KeptHeld[];
}

/** Held values of a cell as JSON. @param cell name of its table; @param and which of them */
export const heldJson = (cell: string, and = ''): string =>
  `(SELECT json_agg(json_build_array(h.day, h.field, h.value, h.usual, h.reason, h.accepted) ORDER BY h.day, h.field)
    FROM demanda.held_value h WHERE h.merchant = ${cell}.merchant AND h.product = ${cell}.product ${and})`;

export type HeldJson = readonly [number, HeldColumn, number, number | null, KeptHeld['reason'], boolean];

export function heldOfJson(json: readonly HeldJson[] | null): KeptHeld[] {
  return (json ?? []).map(([day, column, value, usual, reason, accepted]) => ({
    ...{ day, column, value, usual, reason },
    accepted,
  }));
}

/** Places of cells' names in a statement, and their values. */
export function namesOf(cells: readonly CellName[]): [readonly string[], readonly string[]] {
  return [cells.map(({ merchant }) => merchant), cells.map(({ product }) => product)];
}

/** By `cellKey`; those that have no sales are missing. */
export async function storedCells(reader: Reader, cells: readonly CellName[]): Promise<Map<string, StoredCell>> {
  const rows = await reader.all<
    SaleArrays &
      CellName &
      CellSettings & {
        readonly frequency: Frequency;
        readonly imports: string;
        readonly held: readonly HeldJson[] | null;
      }
  >(
    `SELECT c.merchant, c.product, c.product_type AS "productType", c.unit, c.given_frequency AS "givenFrequency",
       c.missing_days AS "missingDays", c.frequency, ${selectArrays('s')}, s.imports::text AS imports,
       ${heldJson('c')} AS held
     FROM unnest($1::text[], $2::text[]) AS n (merchant, product)
     JOIN demanda.cell c ON c.merchant = n.merchant AND c.product = n.product
     JOIN demanda.sale s ON s.merchant = n.merchant AND s.product = n.product`,
    ...namesOf(cells),
  );
  return new Map(
    rows.map(
      ({ merchant, product, productType, unit, givenFrequency, missingDays, frequency, imports, held, ...row }) => {
        const settings = { productType, unit, givenFrequency, missingDays };
        const rows = { sold: columnsOf(row), imports: numbersOf(imports) as number[] };
        const cell = { merchant, product, settings, frequency, ...rows, held: heldOfJson(held) };
        return [cellKey(cell), cell];
      },
    ),
  );
}

/** Writes cells as they are from now on, rows and held values too; they have at least one row each. */
export async function putCells(transaction: Transaction, cells: readonly StoredCell[]): Promise<void> {
  if (cells.length === 0) return;
  const types = [...ARRAY_COLUMNS.map(([, type]) => type), 'int[]'];
  const columns = [...ARRAY_COLUMNS.map(([column]) => column), 'imports'];
  await putTexts(
    transaction,
    `INSERT INTO demanda.sale (merchant, product, ${columns.join(', ')})
     SELECT t.c0, t.c1, ${types.map((type, i) => `t.c${i + 2}::${type}`).join(', ')} FROM`,
    replacing(columns),
    cells.map(({ merchant, product, sold, imports }) => [merchant, product, ...arrayValues(sold), arrayOf(imports)]),
  );
  const settled = ['product_type', 'unit', 'frequency', 'given_frequency', 'missing_days'];
  const counted = ['rows', 'first_day', 'last_day', 'gap'];
  const priced = ['last_price', 'price_since'];
  const told = ['one_weekday', 'one_month_day'];
  const all = [...settled, ...counted, ...told, ...priced];
  await putTexts(
    transaction,
    `INSERT INTO demanda.cell (merchant, product, ${all.join(', ')})
     SELECT t.c0, t.c1, t.c2, t.c3, t.c4, t.c5, t.c6, t.c7::int, t.c8::int, t.c9::int, t.c10::int,
       t.c11::boolean, t.c12::boolean, t.c13::float8, t.c14::int FROM`,
    replacing(all),
    cells.map(({ merchant, product, settings, frequency, sold, held }) => {
      const { days } = sold;
      const { productType, unit, givenFrequency, missingDays } = settings;
      const { rows, gap, isOneWeekday, isOneMonthDay } = spacingOf(days);
      const span = [rows, days[0], days.at(-1), gap].map(String);
      const said = [isOneWeekday, isOneMonthDay].map(String);
      const odd = heldPriceDays(held);
      const paid = lastPrice(sold, (day) => odd.has(day));
      return [
        merchant,
        product,
        productType,
        unit,
        givenFrequency ?? frequency,
        givenFrequency,
        missingDays,
        ...span,
        ...said,
        ...[paid?.price, paid?.since].map((value) => (value === undefined ? null : String(value))),
      ];
    }),
  );
  await putHeld(transaction, cells);
}

/** What is there of a cell is replaced. */
const replacing = (columns: readonly string[]): string =>
  `ON CONFLICT (merchant, product) DO UPDATE SET ${columns.map((one) => `${one} = excluded.${one}`).join(', ')}`;

async function putHeld(transaction: Transaction, cells: readonly StoredCell[]): Promise<void> {
  await transaction.run(
    `DELETE FROM demanda.held_value WHERE (merchant, product) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    ...namesOf(cells),
  );
  const rows = cells.flatMap(({ merchant, product, held }) => held.map((value) => ({ merchant, product, ...value })));
  if (rows.length === 0) return;
  await transaction.run(
    `INSERT INTO demanda.held_value (merchant, product, day, field, value, usual, reason, accepted)
     SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::float8[], $6::float8[],
       $7::text[], $8::boolean[])`,
    ...namesOf(rows),
    rows.map(({ day }) => day),
    rows.map(({ column }) => column),
    rows.map(({ value }) => value),
    rows.map(({ usual }) => usual),
    rows.map(({ reason }) => reason),
    rows.map(({ accepted }) => accepted),
  );
}

/**
 * Rows of texts in one statement. @param before up to `FROM`; columns are `t.c0`, `t.c1`, …; @param after what follows;
 * @param values up to nine more, from `$1` on
 */
export async function putTexts(
  transaction: Transaction,
  before: string,
  after: string,
  rows: readonly (readonly (string | null)[])[],
  ...values: readonly Value[]
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = first.map((_, i) => rows.map((row) => row[i] as string | null));
  const places = columns.map((_, i) => `$${values.length + i + 1}::text[]`);
  const names = columns.map((_, i) => `c${i}`);
  await transaction.run(
    `${before} unnest(${places.join(', ')}) AS t (${names.join(', ')}) ${after}`,
    ...values,
    ...columns,
  );
}
