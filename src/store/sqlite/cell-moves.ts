/** A cell takes another name in SQLite, with everything that is kept of it. All within a write. */

import type { DatabaseSync } from 'node:sqlite';
import { cellKey } from '../../contract/cell-name.ts';
import { type CellMove, renamedInputs, typeAfter } from '../../rules/name-changes.ts';
import type { ModelBytes } from '../model-bytes.ts';
import { renamedModel } from '../renamed-model.ts';
import { readInputs, writeInputs } from './checkpoints.ts';
import { moveCompetitors } from './competitors.ts';
import { renameTests } from './experiments.ts';
import { moveIntervals } from './intervals.ts';
import { moveStock } from './stock.ts';

/** Tables whose rows name their cell and hold nothing else that does. */
const NAMED_BY_COLUMNS = ['model_number', 'model_alias', 'run'] as const;

/**
 * @param revision of the cell from now on: none that any cell had, as others may have seen the new name before
 * @returns how many rows of sales go with it
 */
export function renameCell(database: DatabaseSync, move: CellMove, revision: number): number {
  const { from, into } = move;
  const names = [into.merchant, into.product, from.merchant, from.product] as const;
  const { type } = (database
    .prepare('SELECT product_type AS type FROM overview WHERE merchant = ? AND product = ?')
    .get(from.merchant, from.product) ?? { type: from.product }) as { readonly type: string };
  const productType = typeAfter(type, move);
  // Before its cell and its aliases, whose triggers look for it under the new name.
  database
    .prepare(
      'UPDATE overview SET merchant = ?, product = ?, product_type = ?, revision = ? WHERE merchant = ? AND product = ?',
    )
    .run(into.merchant, into.product, productType, revision, from.merchant, from.product);
  renameModels(database, move);
  for (const table of NAMED_BY_COLUMNS)
    database.prepare(`UPDATE ${table} SET merchant = ?, product = ? WHERE merchant = ? AND product = ?`).run(...names);
  database.prepare('DELETE FROM held_cell WHERE merchant = ? AND product = ?').run(from.merchant, from.product);
  renameRecommendations(database, move);
  renameTests(database, from, into);
  moveIntervals(database, move);
  moveStock(database, from, into);
  moveCompetitors(database, from, into);
  renameInputs(database, move);
  renameProgress(database, move);
  database
    .prepare("UPDATE document SET key = ? WHERE kind = 'cold-start' AND key = ?")
    .run(cellKey(into), cellKey(from));
  return renameSales(database, move);
}

/** Models say whose they are in themselves too. */
function renameModels(database: DatabaseSync, move: CellMove): void {
  const { from, into } = move;
  const models = database
    .prepare(
      'SELECT model_id AS id, product_type AS type, form, document, crc FROM model WHERE merchant = ? AND product = ?',
    )
    .all(from.merchant, from.product) as unknown as readonly ({
    readonly id: string;
    readonly type: string;
  } & ModelBytes)[];
  const write = database.prepare(
    'UPDATE model SET merchant = ?, product = ?, product_type = ?, form = ?, document = ?, crc = ? WHERE model_id = ?',
  );
  for (const { id, type, ...kept } of models) {
    const productType = typeAfter(type, move);
    const { form, document, crc } = renamedModel(kept, { ...into, productType });
    write.run(into.merchant, into.product, productType, form, document, crc, id);
  }
}

export function renameRecommendations(database: DatabaseSync, { from, into }: CellMove): void {
  const rows = database
    .prepare('SELECT id, document FROM recommendation WHERE merchant = ? AND product = ?')
    .all(from.merchant, from.product) as unknown as readonly { readonly id: number; readonly document: string }[];
  const write = database.prepare('UPDATE recommendation SET merchant = ?, product = ?, document = ? WHERE id = ?');
  for (const { id, document } of rows) {
    const renamed = { ...(JSON.parse(document) as object), merchant: into.merchant, product: into.product };
    write.run(into.merchant, into.product, JSON.stringify(renamed), id);
  }
}

/** What a training goes on from names its cell where that has no sales of its own. */
function renameInputs(database: DatabaseSync, move: CellMove): void {
  const { merchant, product } = move.into;
  const runs = database
    .prepare(
      'SELECT run_id AS id FROM run_inputs WHERE run_id IN (SELECT run_id FROM run WHERE merchant = ? AND product = ?)',
    )
    .all(merchant, product) as unknown as readonly { readonly id: string }[];
  for (const { id } of runs) {
    const inputs = readInputs(database, id);
    const renamed = renamedInputs(inputs, move);
    if (renamed !== inputs) writeInputs(database, id, renamed);
  }
}

/** How far trainings were with the cell, and which cells they were asked for. */
export function renameProgress(database: DatabaseSync, { from, into }: CellMove): void {
  // A training that had both keeps what it said of the other.
  database
    .prepare('UPDATE OR IGNORE training_cell SET merchant = ?, product = ? WHERE merchant = ? AND product = ?')
    .run(into.merchant, into.product, from.merchant, from.product);
  database.prepare('DELETE FROM training_cell WHERE merchant = ? AND product = ?').run(from.merchant, from.product);
}

function renameSales(database: DatabaseSync, move: CellMove): number {
  const { from, into } = move;
  const cell = database
    .prepare('SELECT id, product_type AS type, rows FROM cell WHERE merchant = ? AND product = ?')
    .get(from.merchant, from.product) as
    | { readonly id: number; readonly type: string; readonly rows: number }
    | undefined;
  if (cell === undefined) return 0;
  database
    .prepare('UPDATE cell SET merchant = ?, product = ?, product_type = ? WHERE id = ?')
    .run(into.merchant, into.product, typeAfter(cell.type, move), cell.id);
  // What its type was before an import, where that was its name.
  database
    .prepare('UPDATE import_cell SET product_type = ? WHERE cell = ? AND product_type = ?')
    .run(into.product, cell.id, from.product);
  return cell.rows;
}
