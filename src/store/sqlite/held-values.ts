/** Held values in SQLite. */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Deed } from '../../contract/store/deed.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import type { CellHeldValue, HeldChoice, HeldValues, ImportSummary } from '../../contract/store/sales.ts';
import type { HeldValue } from '../../core/series/cell-series.ts';
import { COSTLY, type JudgedRow } from '../../rules/extremes.ts';
import { DAYS_BEFORE, judgeCell } from '../../rules/held-values.ts';
import { pageOf } from '../page-of.ts';
import { insertAudit } from './audit.ts';
import { Conditions } from './conditions.ts';
import type { SqliteConnection } from './connection.ts';
import { settleLastPrices } from './last-prices.ts';

/** Values that an import names. */
const MOST_VALUES = 1_000;

const FIELDS = 'h.day, h.field AS "column", h.value, h.usual, h.reason';
/** Held values that their rows still have: what was imported again since stands for itself. */
const STANDING = `held_value h JOIN cell c ON c.id = h.cell JOIN sale s ON s.cell = h.cell AND s.day = h.day
  AND h.value = CASE h.field WHEN 'quantity' THEN s.quantity WHEN 'price' THEN s.price WHEN 'cost' THEN s.cost ELSE s.waste END`;

/** Cells that are judged, and the days of them that were written. */
export interface WrittenDays {
  /** A table with an index on cell and day. */
  readonly days: string;
  /** A query of its cells: cell, first day, days in all. */
  readonly cells: string;
  /** Days of a cell that has no others have neither cost, promotion nor waste, and none of them is sold out. */
  readonly isPlain: boolean;
}

export function cellsOf(days: string): string {
  return `SELECT cell, min(day) AS first, count(*) AS written FROM ${days} GROUP BY cell`;
}

/** Judges cells after an import, within its transaction. */
export function judgeCells(
  database: DatabaseSync,
  { days, cells: written, isPlain }: WrittenDays,
  accept: boolean,
): Pick<ImportSummary, 'held' | 'released'> {
  const cells = database
    .prepare(
      `SELECT c.id, c.merchant, c.product, c.rows, r.first, r.written FROM (${written}) r JOIN cell c ON c.id = r.cell
       ORDER BY c.merchant, c.product`,
    )
    .all() as unknown as {
    readonly id: number;
    readonly merchant: string;
    readonly product: string;
    readonly rows: number;
    readonly first: number;
    readonly written: number;
  }[];
  const writtenOn = database.prepare(`SELECT day FROM ${days} WHERE cell = ?`);
  const columns = ['day', 'quantity', 'price', 'cost', 'promo', 'sold_out', 'waste'];
  const [plainRows, rows] = [columns.slice(0, 3), columns].map((some) =>
    database.prepare(`SELECT ${some.join(', ')} FROM sale WHERE cell = ? AND day >= ? ORDER BY day`),
  ) as [StatementSync, StatementSync];
  // Objects of 200,000 rows cost as much as judging them.
  for (const statement of [writtenOn, rows, plainRows]) statement.setReturnArrays(true);
  const kept = database.prepare(
    'SELECT day, field AS "column", value, usual, reason, accepted FROM held_value WHERE cell = ? ORDER BY day, field',
  );
  const clear = database.prepare('DELETE FROM held_value WHERE cell = ?');
  const keep = database.prepare('INSERT INTO held_value VALUES (?, ?, ?, ?, ?, ?, ?)');
  const writtenTo = (id: number): number[] => (writtenOn.all(id) as unknown as [number][]).map(([day]) => day);
  const held = new Named();
  const released = new Named();
  for (const { id, merchant, product, rows: all, first, written: count } of cells) {
    const before = (kept.all(id) as unknown as (HeldValue & { readonly accepted: number })[]).map((one) => ({
      ...one,
      accepted: one.accepted === 1,
    }));
    const isNew = all === count;
    const read = isNew && isPlain ? plainRows : rows;
    const judged = (read.all(id, first - DAYS_BEFORE) as unknown as RowValues[]).map(rowOf);
    // Of a new cell all rows are.
    const own = new Set(judged.length === count ? judged.map(({ day }) => day) : writtenTo(id));
    const outcome = judgeCell(judged, own, before, accept);
    held.add({ merchant, product }, outcome.held);
    released.add({ merchant, product }, outcome.released);
    if (before.length === 0 && outcome.kept.length === 0) continue;
    clear.run(id);
    for (const { day, column, value, usual, reason, accepted } of outcome.kept)
      keep.run(id, day, column, value, usual, reason, accepted ? 1 : 0);
  }
  return { held: held.values, released: released.values };
}

/** Days of an import whose cost is far above their price. */
export function costlyOf(database: DatabaseSync, days: string, spans: string): ImportSummary['costly'] {
  if (!database.prepare(`SELECT 1 FROM ${spans} WHERE costly`).get()) return null;
  const found = database
    .prepare(
      `SELECT count(*) OVER () AS days, c.merchant, c.product, r.day, r.cost, r.price FROM ${days} r JOIN cell c ON c.id = r.cell
       WHERE r.cost > ${COSTLY} * r.price ORDER BY c.merchant, c.product, r.day LIMIT 1`,
    )
    .get() as unknown as NonNullable<ImportSummary['costly']> | undefined;
  return found === undefined ? null : { ...found };
}

/** Of a plain row the first three. */
type RowValues = readonly [
  number,
  number,
  number | null,
  (number | null)?,
  (number | null)?,
  number?,
  (number | null)?,
];

function rowOf([day, quantity, price, cost = null, promo = null, soldOut = 0, waste = null]: RowValues): JudgedRow {
  return { day, quantity, price, cost, promo, soldOut: soldOut === 1, waste };
}

class Named {
  private count = 0;
  private readonly named: CellHeldValue[] = [];

  add(cell: { readonly merchant: string; readonly product: string }, values: readonly HeldValue[]): void {
    this.count += values.length;
    for (const value of values) if (this.named.length < MOST_VALUES) this.named.push({ ...cell, ...value });
  }

  get values(): HeldValues {
    return { count: this.count, values: this.named };
  }
}

/** Of one cell, those that were not accepted. */
export function heldOf(sqlite: SqliteConnection, cell: number): HeldValue[] {
  return sqlite.all(`SELECT ${FIELDS} FROM held_value h WHERE cell = ? AND accepted = 0 ORDER BY day, field`, cell);
}

export function listHeld(
  sqlite: SqliteConnection,
  choice: HeldChoice,
  { limit, after }: PageAsked,
): Page<CellHeldValue> {
  const conditions = conditionsOf(choice);
  if (after) conditions.add('(c.merchant, c.product, h.day, h.field) > (?, ?, ?, ?)', ...after);
  const rows = sqlite.all<CellHeldValue>(
    `SELECT c.merchant, c.product, ${FIELDS} FROM ${STANDING} ${conditions.where}
     ORDER BY c.merchant, c.product, h.day, h.field LIMIT ?`,
    ...conditions.values,
    limit + 1,
  );
  return pageOf(rows, limit, (last) => [last.merchant, last.product, last.day, last.column]);
}

/** With the audit entry, in one transaction. */
export function acceptHeld(sqlite: SqliteConnection, choice: HeldChoice, deed: (count: number) => Deed): number {
  return sqlite.write((database) => {
    const { where, values } = conditionsOf(choice);
    const accepted = database
      .prepare(
        `UPDATE held_value SET accepted = 1 WHERE (cell, day, field) IN (SELECT h.cell, h.day, h.field FROM ${STANDING} ${where})
         RETURNING cell`,
      )
      .all(...values) as { cell: number }[];
    const cells = JSON.stringify([...new Set(accepted.map(({ cell }) => cell))]);
    settleLastPrices(database, `SELECT value FROM json_each('${cells}')`);
    database.exec('UPDATE sale_version SET number = number + 1');
    insertAudit(database, deed(accepted.length));
    return accepted.length;
  });
}

function conditionsOf({ merchant, product, day, column }: HeldChoice): Conditions {
  return new Conditions()
    .add('h.accepted = 0')
    .equal('c.merchant', merchant)
    .equal('c.product', product)
    .equal('h.day', day)
    .equal('h.field', column);
}
