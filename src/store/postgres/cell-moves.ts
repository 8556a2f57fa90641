/** A cell takes another name in PostgreSQL, with everything that is kept of it. All within a write. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import { type CellMove, renamedInputs, typeAfter } from '../../rules/name-changes.ts';
import type { ModelBytes } from '../model-bytes.ts';
import { renamedModel } from '../renamed-model.ts';
import { readInputs, writeInputs } from './checkpoints.ts';
import { moveCompetitors } from './competitors.ts';
import type { Transaction } from './connection.ts';
import { renameTests } from './experiments.ts';
import { moveIntervals } from './intervals.ts';
import { moveStock } from './stock.ts';

/** Tables whose rows name their cell and hold nothing else that does. */
const NAMED_BY_COLUMNS = ['model_number', 'model_alias', 'run'] as const;
const SOLD_BY_COLUMNS = ['sale', 'held_value', 'import_sale', 'import_cell'] as const;

const namesOf = ({ into, from }: CellMove): [string, string, string, string] => [
  ...([into.merchant, into.product] as const),
  ...([from.merchant, from.product] as const),
];

/**
 * @param revision of the cell from now on: none that any cell had, as others may have seen the new name before
 * @returns how many rows of sales go with it
 */
export async function renameCell(transaction: Transaction, move: CellMove, revision: number): Promise<number> {
  const { from, into } = move;
  const shown = await transaction.one<{ type: string }>(
    'SELECT product_type AS type FROM demanda.overview WHERE merchant = $1 AND product = $2',
    from.merchant,
    from.product,
  );
  // Before its cell and its aliases, whose triggers look for it under the new name.
  await transaction.run(
    `UPDATE demanda.overview SET merchant = $1, product = $2, product_type = $5, revision = $6
     WHERE merchant = $3 AND product = $4`,
    ...namesOf(move),
    typeAfter(shown?.type ?? from.product, move),
    revision,
  );
  await renameModels(transaction, move);
  for (const table of NAMED_BY_COLUMNS) await rename(transaction, table, move);
  await transaction.run(
    'DELETE FROM demanda.held_cell WHERE merchant = $1 AND product = $2',
    from.merchant,
    from.product,
  );
  await renameRecommendations(transaction, move);
  await renameTests(transaction, from, into);
  await moveIntervals(transaction, move);
  await moveStock(transaction, from, into);
  await moveCompetitors(transaction, from, into);
  await renameInputs(transaction, move);
  await renameProgress(transaction, move);
  await transaction.run(
    "UPDATE demanda.document SET key = $1 WHERE kind = 'cold-start' AND key = $2",
    cellKey(into),
    cellKey(from),
  );
  return renameSales(transaction, move);
}

async function rename(transaction: Transaction, table: string, move: CellMove): Promise<void> {
  await transaction.run(
    `UPDATE demanda.${table} SET merchant = $1, product = $2 WHERE merchant = $3 AND product = $4`,
    ...namesOf(move),
  );
}

/** Models say whose they are in themselves too. */
async function renameModels(transaction: Transaction, move: CellMove): Promise<void> {
  const { from, into } = move;
  const models = await transaction.all<{ version: number; type: string } & ModelBytes>(
    `SELECT version, product_type AS type, form, document, crc FROM demanda.model WHERE merchant = $1 AND product = $2`,
    from.merchant,
    from.product,
  );
  for (const { version, type, ...model } of models) {
    const productType = typeAfter(type, move);
    const { form, document, crc } = renamedModel(model, { ...into, productType });
    await transaction.run(
      `UPDATE demanda.model SET merchant = $1, product = $2, product_type = $5, document = $6, crc = $7, form = $9
       WHERE merchant = $3 AND product = $4 AND version = $8`,
      ...namesOf(move),
      ...[productType, document, crc, version, form],
    );
  }
}

export async function renameRecommendations(transaction: Transaction, { from, into }: CellMove): Promise<void> {
  const rows = await transaction.all<{ id: number; document: string }>(
    'SELECT id, document FROM demanda.recommendation WHERE merchant = $1 AND product = $2',
    from.merchant,
    from.product,
  );
  for (const { id, document } of rows) {
    const renamed = { ...(JSON.parse(document) as object), merchant: into.merchant, product: into.product };
    await transaction.run(
      'UPDATE demanda.recommendation SET merchant = $1, product = $2, document = $3 WHERE id = $4',
      ...[into.merchant, into.product, JSON.stringify(renamed), id],
    );
  }
}

/** What a training goes on from names its cell where that has no sales of its own. */
async function renameInputs(transaction: Transaction, move: CellMove): Promise<void> {
  const runs = await transaction.all<{ id: string }>(
    `SELECT i.run_id AS id FROM demanda.run r JOIN demanda.run_inputs i ON i.run_id = r.run_id
     WHERE r.merchant = $1 AND r.product = $2`,
    move.into.merchant,
    move.into.product,
  );
  for (const { id } of runs) {
    const inputs = await readInputs(transaction, id);
    const renamed = renamedInputs(inputs, move);
    if (renamed !== inputs) await writeInputs(transaction, id, renamed);
  }
}

/** How far trainings were with the cell. */
export async function renameProgress(transaction: Transaction, move: CellMove): Promise<void> {
  // A training that had both keeps what it said of the other.
  await transaction.run(
    `UPDATE demanda.training_cell c SET merchant = $1, product = $2 WHERE c.merchant = $3 AND c.product = $4
       AND NOT EXISTS (SELECT 1 FROM demanda.training_cell o
         WHERE o.training_id = c.training_id AND o.merchant = $1 AND o.product = $2)`,
    ...namesOf(move),
  );
  const { merchant, product } = move.from;
  await transaction.run('DELETE FROM demanda.training_cell WHERE merchant = $1 AND product = $2', merchant, product);
}

async function renameSales(transaction: Transaction, move: CellMove): Promise<number> {
  const { from, into } = move;
  const cell = await transaction.one<{ type: string; rows: number }>(
    'SELECT product_type AS type, rows FROM demanda.cell WHERE merchant = $1 AND product = $2',
    from.merchant,
    from.product,
  );
  if (cell === undefined) return 0;
  await transaction.run(
    `UPDATE demanda.cell SET merchant = $1, product = $2, product_type = $5 WHERE merchant = $3 AND product = $4`,
    ...namesOf(move),
    typeAfter(cell.type, move),
  );
  for (const table of SOLD_BY_COLUMNS) await rename(transaction, table, move);
  // What its type was before an import, where that was its name.
  await transaction.run(
    `UPDATE demanda.import_cell SET product_type = $2 WHERE merchant = $1 AND product = $2 AND product_type = $3`,
    ...[into.merchant, into.product, from.product],
  );
  return cell.rows;
}

/** A cell is shown no more. */
export async function hide(transaction: Transaction, { merchant, product }: CellName): Promise<void> {
  await transaction.run('DELETE FROM demanda.overview WHERE merchant = $1 AND product = $2', merchant, product);
}
