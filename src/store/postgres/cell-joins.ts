/** Cells become one in PostgreSQL. All within a write. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { JoinedCells } from '../../contract/store/names.ts';
import { judgeCell, type KeptHeld } from '../../rules/held-values.ts';
import { type MergedDay, mergeTickets } from '../../rules/merge-tickets.ts';
import { BEFORE_OWN_RUNS } from '../../rules/name-changes.ts';
import { AFTER_JOINING } from '../../rules/versions.ts';
import { hide, renameProgress, renameRecommendations } from './cell-moves.ts';
import { moveCompetitors } from './competitors.ts';
import type { Transaction } from './connection.ts';
import { endTests, renameTests } from './experiments.ts';
import { type Before, putRowsBefore, rowsBefore } from './import-rows.ts';
import { moveIntervals } from './intervals.ts';
import { versionFacts, writeAliases } from './model-versions.ts';
import { changedColumns, NO_SALES, rowAt } from './sale-arrays.ts';
import { judgedRows } from './sales-import.ts';
import { moveStock } from './stock.ts';
import { namesOf, putCells, type StoredCell, storedCells } from './stored-cells.ts';

/**
 * Cells become one with another, which keeps its settings and its models. @param revision of the cell from now on;
 * @param at when, ISO 8601
 */
export async function joinCells(
  transaction: Transaction,
  { from, into }: { readonly from: readonly CellName[]; readonly into: CellName },
  revision: number,
  at: string,
): Promise<JoinedCells> {
  await endTests(transaction, [...from, into], at);
  const sold = await joinSales(transaction, from, into, at);
  const recommendations = await supersedeOpen(transaction, [...from, into]);
  const retired = sold.rows === 0 ? 0 : await retireModel(transaction, into);
  let [models, trainings] = [0, 0];
  for (const cell of from) {
    models += await removeModels(transaction, cell);
    trainings += await joinRuns(transaction, cell, into);
    await renameRecommendations(transaction, { from: cell, into });
    await renameTests(transaction, cell, into);
    await moveIntervals(transaction, { from: cell, into });
    await moveStock(transaction, cell, into);
    await moveCompetitors(transaction, cell, into);
    await renameProgress(transaction, { from: cell, into });
    await transaction.run("DELETE FROM demanda.document WHERE kind = 'cold-start' AND key = $1", cellKey(cell));
    await ofCell(transaction, 'DELETE FROM demanda.held_cell', cell);
    await hide(transaction, cell);
  }
  await showNewestRun(transaction, into, revision);
  return { ...sold, models, retired, trainings, recommendations };
}

function ofCell(transaction: Transaction, statement: string, { merchant, product }: CellName): Promise<number> {
  return transaction.run(`${statement} WHERE merchant = $1 AND product = $2`, merchant, product);
}

async function joinSales(
  transaction: Transaction,
  from: readonly CellName[],
  into: CellName,
  at: string,
): Promise<Pick<JoinedCells, 'rows' | 'sameDays' | 'held'>> {
  const stored = await storedCells(transaction, [into, ...from]);
  const own = stored.get(cellKey(into));
  const others = from.flatMap((cell) => stored.get(cellKey(cell)) ?? []);
  const [first] = others;
  if (first === undefined) return { rows: 0, sameDays: 0, held: 0 };
  const all = own === undefined ? others : [own, ...others];
  await noteImports(transaction, all, from, into, at);
  const joined = joinedRows(all);
  // Nothing was sold of the one that has the name: the first of the others is its cell from now on.
  const days = new Set((own === undefined ? others.slice(1) : others).flatMap(({ sold }) => sold.days));
  const { merchant, product } = into;
  const cell = { ...(own ?? first), merchant, product, ...joined };
  const outcome = days.size === 0 ? null : judgeCell(judgedRows(cell.sold, days), days, joined.held, false);
  await joinImports(transaction, all, into);
  for (const table of ['sale', 'held_value', 'cell'])
    await transaction.run(
      `DELETE FROM demanda.${table} WHERE (merchant, product) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      ...namesOf(others),
    );
  await putCells(transaction, [{ ...cell, held: outcome?.kept ?? joined.held }]);
  const rows = others.reduce((sum, other) => sum + other.sold.days.length, 0);
  return { rows, sameDays: joined.sameDays, held: outcome?.held.length ?? 0 };
}

/** Days on which several of the cells have a row are tickets of one cell; which import wrote them is not known. */
function joinedRows(
  cells: readonly StoredCell[],
): Pick<StoredCell, 'sold' | 'imports' | 'held'> & { readonly sameDays: number } {
  const byDay = new Map<number, { readonly rows: MergedDay[]; readonly number: number }>();
  for (const { sold, imports } of cells)
    for (const [i, day] of sold.days.entries()) {
      const there = byDay.get(day);
      if (there) there.rows.push(rowAt(sold, i));
      else byDay.set(day, { rows: [rowAt(sold, i)], number: imports[i] as number });
    }
  const shared = new Set([...byDay].filter(([, { rows }]) => rows.length > 1).map(([day]) => day));
  const held = new Map<string, KeptHeld>();
  // What the first of them has goes before the others'.
  for (const cell of [...cells].reverse())
    for (const value of cell.held) if (!shared.has(value.day)) held.set(`${value.day} ${value.column}`, value);
  const rows = new Map([...byDay].map(([day, of]) => [day, mergeTickets(of.rows)]));
  const { sold } = changedColumns(NO_SALES, rows);
  const imports = sold.days.map((day) => (shared.has(day) ? 0 : (byDay.get(day)?.number ?? 0)));
  return { sold, imports, held: [...held.values()].sort((a, b) => a.day - b.day), sameDays: shared.size };
}

/** Imports that wrote rows of the cells: whose rows are whose is not known from now on. */
async function noteImports(
  transaction: Transaction,
  cells: readonly CellName[],
  [from]: readonly CellName[],
  into: CellName,
  at: string,
): Promise<void> {
  const [name, target] =
    from?.merchant === into.merchant ? [from.product, into.product] : [from?.merchant ?? '', into.merchant];
  await transaction.run(
    `INSERT INTO demanda.import_joined (import, at, name, target)
     SELECT DISTINCT i.import, $3, $4, $5 FROM unnest($1::text[], $2::text[]) AS n (merchant, product)
     JOIN demanda.import_cell i ON i.merchant = n.merchant AND i.product = n.product ON CONFLICT DO NOTHING`,
    ...namesOf(cells),
    ...[at, name, target],
  );
}

/** What stood where imports wrote, and which cells they had. @param cells the one that they are joined to among them */
async function joinImports(transaction: Transaction, cells: readonly CellName[], into: CellName): Promise<void> {
  const order = new Map(cells.map((cell, i) => [cellKey(cell), i]));
  const found = (await rowsBefore(transaction, cells, null)).sort(
    (a, b) => (order.get(cellKey(b)) as number) - (order.get(cellKey(a)) as number),
  );
  const joined = [...Map.groupBy(found, (row) => row.import)].map(([number, of]) => {
    const days = new Map<number, Before>(of.flatMap((row) => [...row.days]));
    return { import: number, merchant: into.merchant, product: into.product, days };
  });
  const others = cells.filter((cell) => cellKey(cell) !== cellKey(into));
  for (const [table, some] of [
    ['import_sale', cells],
    ['import_cell', others],
  ] as const)
    await transaction.run(
      `DELETE FROM demanda.${table} WHERE (merchant, product) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      ...namesOf(some),
    );
  await putRowsBefore(transaction, joined);
}

/** Prices that rest on the sales of one of them alone are nobody's proposal any more. */
async function supersedeOpen(transaction: Transaction, cells: readonly CellName[]): Promise<number> {
  const own = '(merchant, product) IN (SELECT * FROM unnest($1::text[], $2::text[]))';
  const open = "IN ('proposed', 'reviewed', 'approved')";
  const superseded = await transaction.run(
    `UPDATE demanda.recommendation SET status = 'superseded', revision = revision + 1 WHERE ${own} AND status ${open}`,
    ...namesOf(cells),
  );
  await transaction.run(
    `UPDATE demanda.overview SET recommendation_status = 'superseded' WHERE ${own} AND recommendation_status ${open}`,
    ...namesOf(cells),
  );
  return superseded;
}

/** @returns how many */
async function retireModel(transaction: Transaction, cell: CellName): Promise<number> {
  const live = await transaction.one(
    "SELECT 1 FROM demanda.model_alias WHERE merchant = $1 AND product = $2 AND alias = 'live'",
    cell.merchant,
    cell.product,
  );
  if (live === undefined) return 0;
  await writeAliases(transaction, cell, await versionFacts(transaction, cell), AFTER_JOINING);
  return 1;
}

/** @returns how many */
async function removeModels(transaction: Transaction, cell: CellName): Promise<number> {
  const models = await ofCell(transaction, 'DELETE FROM demanda.model', cell);
  for (const table of ['model_alias', 'model_number']) await ofCell(transaction, `DELETE FROM demanda.${table}`, cell);
  return models;
}

/**
 * Trainings that ended are history of the cell, before its own; what had not ended is given up. @returns how many of
 * these
 */
async function joinRuns(transaction: Transaction, { merchant, product }: CellName, into: CellName): Promise<number> {
  const unended =
    "SELECT run_id FROM demanda.run WHERE merchant = $1 AND product = $2 AND status IN ('running', 'stopped')";
  for (const table of ['run_event', 'run_inputs', 'checkpoint', 'history'])
    await transaction.run(`DELETE FROM demanda.${table} WHERE run_id IN (${unended})`, merchant, product);
  const ended = await transaction.run(`DELETE FROM demanda.run WHERE run_id IN (${unended})`, merchant, product);
  await transaction.run(
    `UPDATE demanda.run SET merchant = $1, product = $2, number = number - $3::bigint
     WHERE merchant = $4 AND product = $5`,
    ...[into.merchant, into.product, BEFORE_OWN_RUNS, merchant, product],
  );
  return ended;
}

async function showNewestRun(
  transaction: Transaction,
  { merchant, product }: CellName,
  revision: number,
): Promise<void> {
  await transaction.run(
    `UPDATE demanda.overview o SET revision = $1, (run_status, run_holder, run_id) = (
       SELECT r.status, r.holder, r.run_id FROM demanda.run r
       WHERE r.merchant = o.merchant AND r.product = o.product ORDER BY r.number DESC LIMIT 1)
     WHERE o.merchant = $2 AND o.product = $3`,
    ...[revision, merchant, product],
  );
}
