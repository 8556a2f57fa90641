/** An import is taken back: the steps of it, all within one transaction. */

import type { DatabaseSync } from 'node:sqlite';
import type { UndoSummary } from '../../contract/store/imports.ts';
import type { ImportKind } from '../../core/vocabulary.ts';
import { type CellSettings, type JoinedSince, settingsWithout, type ToldSettings } from '../../rules/import-batches.ts';
import { refreshCells } from './cell-days.ts';
import { removeCompetitors } from './competitors.ts';
import { cellsOf, judgeCells } from './held-values.ts';
import { settleLastPrices } from './last-prices.ts';
import { movePrices } from './price-import.ts';
import { removeStock } from './stock.ts';

const VALUES = ['quantity', 'price', 'cost', 'promo', 'sold_out', 'waste', 'market_price', 'covariates'];

/** What joined an import's rows with others since; null where nothing did. */
export function joinedSince(database: DatabaseSync, number: number): JoinedSince | null {
  const row = database.prepare('SELECT at, name, target FROM import_joined WHERE import = ?').get(number);
  return row === undefined ? null : ({ ...row } as unknown as JoinedSince);
}

/** Numbers of later imports that wrote rows of this one again, ascending. */
export function laterOn(database: DatabaseSync, kind: ImportKind, number: number): number[] {
  const table = kind === 'sales' ? 'import_sale' : 'import_price';
  const rows = database
    .prepare(`SELECT DISTINCT import FROM ${table} WHERE import > ?1 AND previous = ?1 ORDER BY import`)
    .all(number) as { import: number }[];
  return rows.map((row) => row.import);
}

type Undone = Omit<UndoSummary, 'batch'>;

/** @param at when the import was: models that were trained later may know its rows */
export function undoSales(database: DatabaseSync, number: number, at: string): Undone {
  const cells = `SELECT cell FROM import_cell WHERE import = ${number}`;
  const stale = staleModels(database, `SELECT merchant, product FROM cell WHERE id IN (${cells})`, at);
  database.exec(`CREATE TABLE temp.undone_day (cell INTEGER, day INTEGER, PRIMARY KEY (cell, day)) WITHOUT ROWID;
    INSERT INTO temp.undone_day SELECT cell, day FROM sale WHERE cell IN (${cells}) AND import = ${number}
      UNION SELECT cell, day FROM import_sale WHERE import = ${number}`);
  const before = `SELECT 1 FROM import_sale b WHERE b.import = ${number} AND b.cell = sale.cell AND b.day = sale.day`;
  const { changes: removed } = database
    .prepare(`DELETE FROM sale WHERE cell IN (${cells}) AND import = ${number} AND NOT EXISTS (${before})`)
    .run();
  const { changes: restored } = database
    .prepare(
      `UPDATE sale SET import = b.previous,
        ${VALUES.map((c) => `${c} = CASE b.same WHEN 0 THEN b.${c} ELSE sale.${c} END`).join(', ')}
       FROM import_sale b WHERE b.import = ${number} AND b.cell = sale.cell AND b.day = sale.day`,
    )
    .run();
  database.exec(`DELETE FROM import_sale WHERE import = ${number}`);
  undoSettings(database, number);
  undoKnown(database, number);
  // An empty cell has no days for what its merchant's frequency is decided from.
  database.exec(`UPDATE cell SET rows = 0 WHERE id IN (${cells}) AND id NOT IN (SELECT cell FROM sale)`);
  refreshCells(database, cells);
  // What comes back may be far off the rows around it, and what was far off may be gone.
  judgeCells(database, { days: 'temp.undone_day', cells: cellsOf('temp.undone_day'), isPlain: false }, false);
  settleLastPrices(database, cells);
  database.exec('DROP TABLE temp.undone_day');
  const cellsRemoved = removeEmptyCells(database, number);
  return { removed: Number(removed), restored: Number(restored), cellsRemoved, ...stale };
}

/** Settings of its cells go back as far as no later import says otherwise. */
function undoSettings(database: DatabaseSync, number: number): void {
  const settings = `product_type AS productType, unit, given_frequency AS givenFrequency, missing_days AS missingDays`;
  const own = database
    .prepare(`SELECT cell, created, ${settings} FROM import_cell WHERE import = ?`)
    .all(number) as unknown as (CellSettings & { readonly cell: number; readonly created: number })[];
  const later = database.prepare(
    `SELECT import, told_type AS productType, told_unit AS unit, told_frequency AS givenFrequency, told_missing
      AS missingDays, usual_unit AS usualUnit
     FROM import_cell WHERE cell = ? AND import > ? ORDER BY import`,
  );
  const relink = database.prepare(
    `UPDATE import_cell SET created = max(created, ?), product_type = ?, unit = ?, given_frequency = ?,
      missing_days = ? WHERE import = ? AND cell = ?`,
  );
  const write = database.prepare(
    `UPDATE cell SET product_type = ?1, unit = CASE ?2 WHEN '' THEN unit ELSE ?2 END, given_frequency = ?3,
      missing_days = ?4
     WHERE id = ?5 AND (product_type, unit, given_frequency, missing_days) IS NOT (?1, ?2, ?3, ?4)`,
  );
  const valuesOf = (of: CellSettings) => [of.productType, of.unit, of.givenFrequency, of.missingDays] as const;
  for (const { cell, created, ...before } of own) {
    const after = later.all(cell, number) as unknown as (ToldSettings & { readonly import: number })[];
    const { found, now } = settingsWithout(before, after);
    for (const [i, at] of found.entries())
      relink.run(i === 0 ? created : 0, ...valuesOf(at), (after[i] as { import: number }).import, cell);
    write.run(...valuesOf(now), cell);
  }
}

/** Covariates that were known ahead by this import alone are no longer. */
function undoKnown(database: DatabaseSync, number: number): void {
  database.exec(`
    UPDATE import_covariate SET created = 1 WHERE created = 0 AND (merchant, name) IN
        (SELECT merchant, name FROM import_covariate WHERE import = ${number} AND created = 1)
      AND import = (SELECT min(l.import) FROM import_covariate l
        WHERE l.merchant = import_covariate.merchant AND l.name = import_covariate.name AND l.import > ${number});
    DELETE FROM known_covariate WHERE (merchant, name) IN (SELECT merchant, name FROM import_covariate WHERE
      import = ${number} AND created = 1)
      AND NOT EXISTS (SELECT 1 FROM import_covariate l
        WHERE l.merchant = known_covariate.merchant AND l.name = known_covariate.name AND l.import > ${number});
    DELETE FROM import_covariate WHERE import = ${number};
  `);
}

/** Cells that the import made and that have no other rows; their models stay, as those of a model file do. */
function removeEmptyCells(database: DatabaseSync, number: number): number {
  const empty = database
    .prepare(
      `SELECT c.id, c.merchant, c.product FROM import_cell i JOIN cell c ON c.id = i.cell WHERE i.import = ? AND
        i.created = 1 AND c.rows = 0`,
    )
    .all(number) as { id: number; merchant: string; product: string }[];
  database.exec(`DELETE FROM import_cell WHERE import = ${number}`);
  const remove = database.prepare('DELETE FROM cell WHERE id = ?');
  const used = database.prepare(
    `SELECT EXISTS (SELECT 1 FROM model WHERE merchant = ?1 AND product = ?2) OR EXISTS (SELECT 1 FROM run WHERE
      merchant = ?1 AND product = ?2)
       OR EXISTS (SELECT 1 FROM recommendation WHERE merchant = ?1 AND product = ?2) AS used`,
  );
  const shown = database.prepare('SELECT id FROM overview WHERE merchant = ? AND product = ?');
  const blank = database.prepare(
    'UPDATE overview SET rows = 0, last_day = NULL, last_price = NULL, price_since = NULL, revision = revision + 1 WHERE merchant = ? AND product = ?',
  );
  const reasons = database.prepare('DELETE FROM overview_reason WHERE cell = ?');
  const hide = database.prepare('DELETE FROM overview WHERE id = ?');
  for (const { id, merchant, product } of empty) {
    remove.run(id);
    if ((used.get(merchant, product) as { used: number }).used === 1) blank.run(merchant, product);
    else {
      const row = shown.get(merchant, product) as { id: number };
      reasons.run(row.id);
      hide.run(row.id);
    }
  }
  if (empty.length > 0) forgetNames(database);
  return empty.length;
}

/** Names that no cell has are not offered any more. */
export function forgetNames(database: DatabaseSync): void {
  database.exec(`DELETE FROM overview_name WHERE (kind = 'merchant' AND name NOT IN (SELECT merchant FROM overview))
    OR (kind = 'product' AND name NOT IN (SELECT product FROM overview)) OR (kind = 'productType' AND name NOT
      IN (SELECT product_type FROM overview))`);
}

export function undoPrices(database: DatabaseSync, kind: 'market' | 'costs', number: number, at: string): Undone {
  const costs = kind === 'costs';
  const [table, value] = costs ? ['cost', 'cost'] : ['market_price', 'price'];
  const own = costs ? 'p.merchant = t.merchant AND p.name = t.product' : 'p.name = t.name';
  const touched = costs
    ? `SELECT o.merchant, o.product FROM overview o JOIN cost p ON p.product = o.product AND p.merchant IN ('',
      o.merchant) WHERE p.import = ${number}`
    : `SELECT o.merchant, o.product FROM overview o JOIN market_price p ON p.name IN (o.product, o.product_type)
      WHERE p.import = ${number}`;
  const stale = staleModels(database, touched, at);
  const { changes: removed } = database
    .prepare(
      `DELETE FROM ${table} AS t WHERE import = ${number} AND NOT EXISTS (SELECT 1 FROM import_price p WHERE
        p.import = ${number} AND ${own} AND p.day = t.day)`,
    )
    .run();
  const { changes: restored } = database
    .prepare(
      `UPDATE ${table} AS t SET ${value} = p.value, import = p.previous FROM import_price p WHERE p.import =
        ${number} AND ${own} AND p.day = t.day`,
    )
    .run();
  database.exec(`DELETE FROM import_price WHERE import = ${number}`);
  movePrices(database);
  return { removed: Number(removed), restored: Number(restored), cellsRemoved: 0, ...stale };
}

/** No model is called out of date by counts of stock and by what competitors ask. */
export function undoSeen(database: DatabaseSync, kind: 'stock' | 'competitors', number: number): Undone {
  const removed = kind === 'stock' ? removeStock(database, number) : removeCompetitors(database, number);
  return { removed, restored: 0, cellsRemoved: 0, models: 0, recommendations: 0 };
}

/**
 * How many live models of cells were trained since; their open recommendations are of no live model from now on, which
 * makes them out of date.
 *
 * @param cells a query of merchant and product
 */
function staleModels(
  database: DatabaseSync,
  cells: string,
  since: string,
): Pick<UndoSummary, 'models' | 'recommendations'> {
  const trained = `SELECT merchant, product FROM overview WHERE model_id IS NOT NULL AND trained_at >= ? AND
    (merchant, product) IN (${cells})`;
  const { models } = database.prepare(`SELECT count(*) AS models FROM (${trained})`).get(since) as { models: number };
  if (models === 0) return { models, recommendations: 0 };
  const { changes } = database
    .prepare(
      `UPDATE recommendation SET model_id = NULL WHERE status IN ('proposed', 'reviewed', 'approved') AND
        model_id IS NOT NULL AND (merchant, product) IN (${trained})`,
    )
    .run(since);
  return { models, recommendations: Number(changes) };
}
