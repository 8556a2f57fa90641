/** Cells become one in SQLite. All within a write. */

import type { DatabaseSync } from 'node:sqlite';
import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { SaleTicket } from '../../contract/import-rows.ts';
import type { JoinedCells } from '../../contract/store/names.ts';
import { mergeTickets } from '../../rules/merge-tickets.ts';
import { BEFORE_OWN_RUNS } from '../../rules/name-changes.ts';
import { AFTER_JOINING } from '../../rules/versions.ts';
import { refreshCells } from './cell-days.ts';
import { renameProgress, renameRecommendations } from './cell-moves.ts';
import { moveCompetitors } from './competitors.ts';
import { endTests, renameTests } from './experiments.ts';
import { cellsOf, judgeCells } from './held-values.ts';
import { moveIntervals } from './intervals.ts';
import { settleLastPrices } from './last-prices.ts';
import { versionFacts, writeAliases } from './model-versions.ts';
import { moveStock } from './stock.ts';

/**
 * Cells become one with another, which keeps its settings and its models. @param revision of the cell from now on;
 * @param at when, ISO 8601
 */
export function joinCells(
  database: DatabaseSync,
  { from, into }: { readonly from: readonly CellName[]; readonly into: CellName },
  revision: number,
  at: string,
): Omit<JoinedCells, 'held'> {
  endTests(database, [...from, into], at);
  const sold = joinSales(database, from, into, at);
  const recommendations = supersedeOpen(database, [...from, into]);
  const retired = sold.rows === 0 ? 0 : retireModel(database, into);
  let [models, trainings] = [0, 0];
  for (const cell of from) {
    models += removeModels(database, cell);
    trainings += joinRuns(database, cell, into);
    renameRecommendations(database, { from: cell, into });
    renameTests(database, cell, into);
    moveIntervals(database, { from: cell, into });
    moveStock(database, cell, into);
    moveCompetitors(database, cell, into);
    renameProgress(database, { from: cell, into });
    database.prepare("DELETE FROM document WHERE kind = 'cold-start' AND key = ?").run(cellKey(cell));
    database.prepare('DELETE FROM held_cell WHERE merchant = ? AND product = ?').run(cell.merchant, cell.product);
    hide(database, cell);
  }
  showNewestRun(database, into, revision);
  return { ...sold, models, retired, trainings, recommendations };
}

function cellId(database: DatabaseSync, { merchant, product }: CellName): number | null {
  const row = database.prepare('SELECT id FROM cell WHERE merchant = ? AND product = ?').get(merchant, product);
  return row === undefined ? null : (row.id as number);
}

function joinSales(
  database: DatabaseSync,
  from: readonly CellName[],
  into: CellName,
  at: string,
): Pick<JoinedCells, 'rows' | 'sameDays'> {
  const cells = from.flatMap((cell) => cellId(database, cell) ?? []);
  const [first] = cells;
  if (first === undefined) return { rows: 0, sameDays: 0 };
  const there = cellId(database, into);
  if (there === null) {
    // Nothing was sold of the one that has the name: the first of the others is its cell from now on.
    const { merchant, product } = into;
    database.prepare('UPDATE cell SET merchant = ?, product = ? WHERE id = ?').run(merchant, product, first);
  }
  const id = there ?? first;
  const others = cells.filter((cell) => cell !== id).join(', ');
  const { rows } = database.prepare(`SELECT count(*) AS rows FROM sale WHERE cell IN (${cells.join(', ')})`).get() as {
    rows: number;
  };
  database.exec(`INSERT INTO temp.joined_day SELECT ${id}, day, count(*) > 1 FROM sale
    WHERE cell IN (${[id, ...cells].join(', ')}) GROUP BY day HAVING max(cell <> ${id})`);
  noteImports(database, [id, ...cells], from, into, at);
  return { rows, sameDays: others === '' ? 0 : joinRows(database, id, others) };
}

/** Before cells are joined: the days of each that others had. */
export function beginJoining(database: DatabaseSync): void {
  database.exec(
    'CREATE TABLE temp.joined_day (cell INTEGER, day INTEGER, shared INTEGER, PRIMARY KEY (cell, day)) WITHOUT ROWID',
  );
}

/**
 * Spans, frequencies and held values of cells that were joined, and of those that have another merchant now:
 * together, as
 * each looks at all of its merchant's.
 *
 * @param moved merchants that have other cells now
 * @returns how many values are held and were not before
 */
export function endJoining(database: DatabaseSync, moved: readonly string[]): number {
  const names = `SELECT value FROM json_each('${JSON.stringify(moved).replaceAll("'", "''")}')`;
  refreshCells(
    database,
    `SELECT cell FROM temp.joined_day UNION SELECT id FROM cell WHERE rows > 0 AND merchant IN (${names})`,
  );
  const { held } = judgeCells(
    database,
    { days: 'temp.joined_day', cells: cellsOf('temp.joined_day'), isPlain: false },
    false,
  );
  settleLastPrices(database, 'SELECT cell FROM temp.joined_day');
  database.exec('DROP TABLE temp.joined_day');
  return held.count;
}

/** Rows and all that hangs on them go to one cell; the others are no more. @param others ids as text */
function joinRows(database: DatabaseSync, id: number, others: string): number {
  const sameDays = mergeSameDays(database, id, others);
  database.exec(`
    UPDATE sale SET cell = ${id} WHERE cell IN (${others});
    DELETE FROM held_value WHERE cell IN (${id}, ${others}) AND day IN (SELECT day FROM temp.joined_day WHERE cell = ${id} AND shared);
    UPDATE OR IGNORE held_value SET cell = ${id} WHERE cell IN (${others});
    UPDATE OR IGNORE import_sale SET cell = ${id} WHERE cell IN (${others});
    DELETE FROM import_sale WHERE cell IN (${others});
    DELETE FROM import_cell WHERE cell IN (${others});
    DELETE FROM cell WHERE id IN (${others});
  `);
  return sameDays;
}

/** Days on which several of the cells have a row: tickets of one cell. */
function mergeSameDays(database: DatabaseSync, id: number, others: string): number {
  const rows = database
    .prepare(
      `SELECT day, quantity, price, cost, promo, sold_out AS soldOut, waste, market_price AS marketPrice, covariates
       FROM sale WHERE cell IN (${id}, ${others}) AND day IN (SELECT day FROM temp.joined_day WHERE cell = ${id} AND shared)
       ORDER BY day, cell <> ${id}, cell`,
    )
    .all() as unknown as (Omit<SaleTicket, 'soldOut' | 'covariates'> & {
    readonly soldOut: number;
    readonly covariates: string | null;
  })[];
  const days = Map.groupBy(rows, (row) => row.day);
  const remove = database.prepare(`DELETE FROM sale WHERE cell IN (${id}, ${others}) AND day = ?`);
  const insert = database.prepare(
    `INSERT INTO sale (cell, day, quantity, price, cost, promo, sold_out, waste, market_price, covariates)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const [day, of] of days) {
    const row = mergeTickets(
      of.map((ticket) => ({
        ...ticket,
        soldOut: ticket.soldOut === 1,
        covariates: ticket.covariates === null ? null : JSON.parse(ticket.covariates),
      })),
    );
    remove.run(day);
    const { quantity, price, cost, promo, soldOut, waste, marketPrice, covariates } = row;
    const kept = covariates && JSON.stringify(covariates);
    insert.run(id, day, quantity, price, cost, promo, soldOut ? 1 : 0, waste, marketPrice, kept);
  }
  return days.size;
}

/** Imports that wrote rows of the cells: whose rows are whose is not known from now on. */
function noteImports(
  database: DatabaseSync,
  cells: readonly number[],
  [from]: readonly CellName[],
  into: CellName,
  at: string,
): void {
  const [name, target] =
    from?.merchant === into.merchant ? [from.product, into.product] : [from?.merchant, into.merchant];
  database
    .prepare(
      `INSERT OR IGNORE INTO import_joined SELECT DISTINCT import, ?, ?, ? FROM import_cell WHERE cell IN (${cells.join(', ')})`,
    )
    .run(at, name ?? '', target);
}

/** Prices that rest on the sales of one of them alone are nobody's proposal any more. */
function supersedeOpen(database: DatabaseSync, cells: readonly CellName[]): number {
  const supersede = database.prepare(
    `UPDATE recommendation SET status = 'superseded', revision = revision + 1
     WHERE merchant = ? AND product = ? AND status IN ('proposed', 'reviewed', 'approved')`,
  );
  const show = database.prepare(
    `UPDATE overview SET recommendation_status = 'superseded' WHERE merchant = ? AND product = ?
     AND recommendation_status IN ('proposed', 'reviewed', 'approved')`,
  );
  let open = 0;
  for (const { merchant, product } of cells) {
    open += Number(supersede.run(merchant, product).changes);
    show.run(merchant, product);
  }
  return open;
}

/** @returns how many */
function retireModel(database: DatabaseSync, cell: CellName): number {
  const facts = versionFacts(database, cell);
  if (facts.live === null) return 0;
  writeAliases(database, cell, facts, AFTER_JOINING);
  return 1;
}

/** @returns how many */
function removeModels(database: DatabaseSync, { merchant, product }: CellName): number {
  const { changes } = database.prepare('DELETE FROM model WHERE merchant = ? AND product = ?').run(merchant, product);
  for (const table of ['model_alias', 'model_number'])
    database.prepare(`DELETE FROM ${table} WHERE merchant = ? AND product = ?`).run(merchant, product);
  return Number(changes);
}

/**
 * Trainings that ended are history of the cell, before its own; what had not ended is given up. @returns how many of
 * these
 */
function joinRuns(database: DatabaseSync, { merchant, product }: CellName, into: CellName): number {
  const unended = "SELECT run_id FROM run WHERE merchant = ? AND product = ? AND status IN ('running', 'stopped')";
  for (const table of ['run_event', 'run_inputs', 'checkpoint', 'history'])
    database.prepare(`DELETE FROM ${table} WHERE run_id IN (${unended})`).run(merchant, product);
  const { changes } = database.prepare(`DELETE FROM run WHERE run_id IN (${unended})`).run(merchant, product);
  database
    .prepare('UPDATE run SET merchant = ?, product = ?, number = number - ? WHERE merchant = ? AND product = ?')
    .run(into.merchant, into.product, BEFORE_OWN_RUNS, merchant, product);
  return Number(changes);
}

function showNewestRun(database: DatabaseSync, { merchant, product }: CellName, revision: number): void {
  database
    .prepare(
      `UPDATE overview SET revision = ?, (run_status, run_holder, run_id) = (SELECT status, holder, run_id FROM run r
         WHERE r.merchant = overview.merchant AND r.product = overview.product ORDER BY number DESC LIMIT 1)
       WHERE merchant = ? AND product = ?`,
    )
    .run(revision, merchant, product);
}

function hide(database: DatabaseSync, { merchant, product }: CellName): void {
  const shown = 'SELECT id FROM overview WHERE merchant = ? AND product = ?';
  database.prepare(`DELETE FROM overview_reason WHERE cell IN (${shown})`).run(merchant, product);
  database.prepare('DELETE FROM overview WHERE merchant = ? AND product = ?').run(merchant, product);
}
