/** Tickets of an import as one row a cell and day. */

import type { DatabaseSync } from 'node:sqlite';
import { OPTIONAL_COLUMNS } from '../../contract/import-rows.ts';
import type { SalesCommit } from '../../contract/store/sales.ts';
import { COSTLY } from '../../rules/extremes.ts';
import { CovariateMerge, type Covariates, MERGE_RULES } from '../../rules/merge-tickets.ts';
import { netReturns } from '../../rules/net-returns.ts';
import type { StagedNames } from './staged-names.ts';

/** Columns of a row, by the field of a ticket. */
export const COLUMNS = {
  quantity: 'quantity',
  price: 'price',
  cost: 'cost',
  promo: 'promo',
  soldOut: 'sold_out',
  waste: 'waste',
  marketPrice: 'market_price',
} as const satisfies Record<keyof typeof MERGE_RULES, string>;

/**
 * The rules of rules/merge-tickets.ts in SQL: they merge 200,000 tickets in 0.4 s of a processor, which functions of
 * ours take 0.9 s for.
 */
const MERGED: Readonly<Record<(typeof MERGE_RULES)[keyof typeof MERGE_RULES], (column: string) => string>> = {
  sum: (column) => `sum(${column})`,
  any: (column) => `max(${column})`,
  mean: (column) => withinSpan(column, `avg(${column})`),
  'weighted mean': (column) =>
    withinSpan(
      column,
      `coalesce(sum(${column} * max(quantity, 0)) / nullif(sum(CASE WHEN ${column} IS NOT NULL THEN max(quantity, 0) END), 0), avg(${column}))`,
    ),
};

/** Rounding must not take a mean out of the span of what it is the mean of. */
function withinSpan(column: string, mean: string): string {
  return `max(min(${mean}, max(${column})), min(${column}))`;
}

/** Tables of an import's tickets. */
export interface Tickets {
  readonly table: string;
  /** Of their names. */
  readonly names: string;
}

type Given = Required<Pick<SalesCommit, 'columns'>> & Pick<SalesCommit, 'addTo'>;

/**
 * How tickets lie: each a row of its own in order of cell and day, with nothing that came back; each a row of its own;
 * or several of a cell and day.
 */
export type TicketOrder = 'ordered' | 'single' | 'several';

/** Once names have their cells. */
export function orderOf(
  database: DatabaseSync,
  { table, names }: Tickets,
  { ascending, together, returned, tickets }: StagedNames,
): TicketOrder {
  const { shared } = database.prepare(`SELECT count(*) - count(DISTINCT cell) AS shared FROM ${names}`).get() as {
    shared: number;
  };
  // Names that mean one cell may have the same days.
  if (!ascending || shared > 0) return 'several';
  const { last } = database.prepare(`SELECT max(rowid) AS last FROM ${table}`).get() as { last: number | null };
  return together && !returned && last === tickets ? 'ordered' : 'single';
}

const DAY_COLUMNS = [
  ...['cell INTEGER', 'day INTEGER', 'quantity REAL', 'price REAL', 'cost REAL', 'promo REAL', 'sold_out INTEGER'],
  ...['waste REAL', 'market_price REAL', 'covariates TEXT', 'differing TEXT', 'noted INTEGER', 'stored INTEGER'],
];

/**
 * One row a cell and day, with the names of covariates that its tickets do not agree on. What the import has no column
 * for is merged of stored rows alone: of a million tickets that takes as long as all the rest. Where no day has two
 * tickets there is nothing to merge; those that lie in order are the rows already.
 *
 * @param days name of the table that is made; of tickets in order, of a view
 */
export function mergeDays(
  database: DatabaseSync,
  { table, names }: Tickets,
  days: string,
  { columns: given, addTo }: Given,
  order: TicketOrder,
): void {
  const has = (field: string): boolean =>
    addTo !== undefined || !OPTIONAL_COLUMNS.some((one) => one === field) || given.some((one) => one === field);
  const columns = Object.entries(COLUMNS).map(([field, column]) => {
    if (!has(field)) return field === 'soldOut' ? '0' : 'NULL';
    return order === 'several' ? MERGED[MERGE_RULES[field as keyof typeof COLUMNS]](`t.${column}`) : `t.${column}`;
  });
  const one = 't.covariates, NULL, 0, t.stored';
  const [rest, from] = {
    ordered: [
      one,
      `${names} n CROSS JOIN ${table} t WHERE t.rowid BETWEEN n.first AND n.first + n.tickets - 1 ORDER BY n.cell`,
    ],
    single: [one, `${table} t JOIN ${names} n ON n.number = t.name ORDER BY n.cell, t.day`],
    several: [
      'max(t.covariates), NULL, count(t.covariates), max(t.stored)',
      `${table} t JOIN ${names} n ON n.number = t.name GROUP BY n.cell, t.day`,
    ],
  }[order] as [string, string];
  const rows = `SELECT n.cell, t.day, ${columns.join(', ')}, ${rest} FROM ${from}`;
  if (order === 'ordered') {
    const named = DAY_COLUMNS.map((column) => column.split(' ', 1)[0]);
    database.exec(`CREATE VIEW ${days} (${named.join(', ')}) AS ${rows}`);
    return;
  }
  database.exec(`
    CREATE TABLE ${days} (${DAY_COLUMNS.join(', ')}, PRIMARY KEY (cell, day)) WITHOUT ROWID;
    INSERT INTO ${days} ${rows};
  `);
}

/** What the rows of each cell tell of all of them. @param spans name of the table that is made */
export function spanDays(database: DatabaseSync, days: string, spans: string): void {
  database.exec(
    `CREATE TABLE ${spans} AS SELECT cell, count(*) AS written, min(day) AS first, max(day) AS last,
       min(quantity) AS least, max(cost > ${COSTLY} * price) AS costly FROM ${days} GROUP BY cell`,
  );
}

/** Covariates of days that have them from several tickets; of the others, which most are, they stand already. */
export function mergeCovariates(database: DatabaseSync, { table, names }: Tickets, days: string): void {
  if (!database.prepare(`SELECT 1 FROM ${days} WHERE noted > 1 LIMIT 1`).get()) return;
  const update = database.prepare(`UPDATE ${days} SET covariates = ?, differing = ? WHERE cell = ? AND day = ?`);
  let merge = new CovariateMerge();
  let of: readonly [cell: number, day: number] = [0, 0];
  const write = (): void => {
    const [values, differing] = [merge.values(), merge.differing()];
    const told = differing.length === 0 ? null : JSON.stringify(differing);
    update.run(values && JSON.stringify(values), told, ...of);
    merge = new CovariateMerge();
  };
  const rows = database
    .prepare(
      `SELECT r.cell, r.day, t.covariates, t.quantity FROM ${table} t JOIN ${names} n ON n.number = t.name
       JOIN ${days} r ON r.cell = n.cell AND r.day = t.day
       WHERE r.noted > 1 AND t.covariates IS NOT NULL ORDER BY +r.cell, +r.day, t.rowid`,
    )
    .iterate() as Iterable<unknown> as Iterable<{ cell: number; day: number; covariates: string; quantity: number }>;
  for (const { cell, day, covariates, quantity } of rows) {
    if (of[0] !== 0 && (of[0] !== cell || of[1] !== day)) write();
    of = [cell, day];
    merge.add(JSON.parse(covariates) as Covariates, Math.max(0, quantity));
  }
  write();
}

/** Days on which more came back than was sold; units that no day before covers. */
export function settleReturns(database: DatabaseSync, days: string, spans: string): number {
  const rows = database
    .prepare(
      `SELECT cell, day, quantity FROM ${days} WHERE cell IN (SELECT cell FROM ${spans} WHERE least < 0)
       ORDER BY cell, day`,
    )
    .all() as unknown as { readonly cell: number; readonly day: number; quantity: number }[];
  const update = database.prepare(`UPDATE ${days} SET quantity = ? WHERE cell = ? AND day = ?`);
  let uncovered = 0;
  for (const cell of Map.groupBy(rows, (row) => row.cell).values()) {
    const before = cell.map(({ quantity }) => quantity);
    uncovered += netReturns(cell);
    for (const [i, { cell: id, day, quantity }] of cell.entries())
      if (quantity !== before[i]) update.run(quantity, id, day);
  }
  return uncovered;
}
