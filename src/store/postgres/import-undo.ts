/** An import is taken back: the steps of it, all within one transaction. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { UndoSummary } from '../../contract/store/imports.ts';
import { judgeCell } from '../../rules/held-values.ts';
import { type CellSettings, settingsWithout, type ToldSettings } from '../../rules/import-batches.ts';
import type { MergedDay } from '../../rules/merge-tickets.ts';
import { settleFrequencies } from './cell-days.ts';
import { removeCompetitors } from './competitors.ts';
import type { Transaction } from './connection.ts';
import { type Before, byCell, rowsBefore } from './import-rows.ts';
import { movePrices, type PriceTable } from './price-import.ts';
import { changedColumns } from './sale-arrays.ts';
import { judgedRows } from './sales-import.ts';
import { removeStock } from './stock.ts';
import { namesOf, putCells, putTexts, type StoredCell, storedCells } from './stored-cells.ts';

/** Cells that are worked on at once. */
const PAGE = 250;

type Undone = Omit<UndoSummary, 'batch'>;

const CELLS = 'unnest($1::text[], $2::text[]) AS n (merchant, product)';
const SETTINGS = `i.product_type AS "productType", i.unit, i.given_frequency AS "givenFrequency",
  i.missing_days AS "missingDays"`;

/** A cell as an import found it. */
type FoundCell = CellName & CellSettings & { readonly created: boolean };

/** @param at when the import was: models that were trained later may know its rows */
export async function undoSales(transaction: Transaction, number: number, at: string): Promise<Undone> {
  const cells = 'SELECT merchant, product FROM demanda.import_cell WHERE import = $2';
  const stale = await staleModels(transaction, cells, at, number);
  const counts = { removed: 0, restored: 0, cellsRemoved: 0 };
  const merchants = new Set<string>();
  for (let after: CellName = { merchant: '', product: '' }; ; ) {
    const page: FoundCell[] = await transaction.all<FoundCell>(
      `SELECT i.merchant, i.product, i.created, ${SETTINGS} FROM demanda.import_cell i
       WHERE i.import = $1 AND (i.merchant, i.product) > ($2, $3) ORDER BY i.merchant, i.product LIMIT ${PAGE}`,
      ...[number, after.merchant, after.product],
    );
    const undone = await undoCells(transaction, number, page);
    for (const what of ['removed', 'restored', 'cellsRemoved'] as const) counts[what] += undone[what];
    for (const { merchant } of page) merchants.add(merchant);
    if (page.length < PAGE) break;
    after = page.at(-1) as FoundCell;
  }
  for (const table of ['import_sale', 'import_over', 'import_cell'])
    await transaction.run(`DELETE FROM demanda.${table} WHERE import = $1`, number);
  await undoKnown(transaction, number);
  await settleFrequencies(transaction, [...merchants]);
  await transaction.run("UPDATE demanda.version SET number = number + 1 WHERE what = 'sales'");
  if (counts.cellsRemoved > 0) await forgetNames(transaction);
  return { ...counts, ...stale };
}

async function undoCells(
  transaction: Transaction,
  number: number,
  page: readonly FoundCell[],
): Promise<Pick<Undone, 'removed' | 'restored' | 'cellsRemoved'>> {
  const stored = await storedCells(transaction, page);
  const before = byCell(await rowsBefore(transaction, page, number));
  const settings = await settingsBefore(transaction, number, page);
  const kept: StoredCell[] = [];
  const empty: CellName[] = [];
  let [removed, restored] = [0, 0];
  for (const { merchant, product } of page) {
    const key = cellKey({ merchant, product });
    const cell = stored.get(key) as StoredCell;
    const undone = daysBefore(cell, number, before.get(key)?.days ?? new Map<number, Before>());
    removed += undone.removed;
    restored += undone.restored;
    if (undone.sold.days.length === 0) empty.push({ merchant, product });
    else kept.push(cellBefore(cell, undone, settings.get(key) as CellSettings));
  }
  await putCells(transaction, kept);
  await removeCells(transaction, empty);
  return { removed, restored, cellsRemoved: empty.length };
}

interface UndoneDays extends Pick<StoredCell, 'sold' | 'imports'> {
  /** Days whose rows are others now, or none. */
  readonly touched: ReadonlySet<number>;
  readonly removed: number;
  readonly restored: number;
}

/** Days without those that the import wrote anew, and as they were where it wrote again. */
function daysBefore(cell: StoredCell, number: number, before: ReadonlyMap<number, Before>): UndoneDays {
  const changed = new Map<number, MergedDay>();
  const gone = new Set<number>();
  for (const [i, day] of cell.sold.days.entries()) {
    if (cell.imports[i] !== number) continue;
    const was = before.get(day);
    if (was === undefined) gone.add(day);
    else if (was.row !== null) changed.set(day, was.row);
  }
  const { sold, from } = changedColumns(cell.sold, changed, gone);
  const imports = sold.days.map((day, i) => {
    const writer = cell.imports[from[i] as number] as number;
    return writer === number ? (before.get(day)?.previous ?? 0) : writer;
  });
  const touched = new Set([...gone, ...changed.keys()]);
  return { sold, imports, touched, removed: gone.size, restored: before.size };
}

function cellBefore(cell: StoredCell, { sold, imports, touched }: UndoneDays, settings: CellSettings): StoredCell {
  // What comes back may be far off the rows around it, and what was far off may be gone.
  const held = touched.size === 0 ? cell.held : judgeCell(judgedRows(sold, touched), touched, cell.held, false).kept;
  return { ...cell, settings: { ...settings, unit: settings.unit || cell.settings.unit }, sold, imports, held };
}

/** Settings as far as no later import says otherwise; the later ones find what was before this. */
async function settingsBefore(
  transaction: Transaction,
  number: number,
  cells: readonly FoundCell[],
): Promise<Map<string, CellSettings>> {
  const later = await transaction.all<CellName & ToldSettings & { readonly import: number; readonly created: boolean }>(
    `SELECT i.import, i.created, i.merchant, i.product, i.told_type AS "productType", i.told_unit AS unit,
       i.told_frequency AS "givenFrequency", i.told_missing AS "missingDays", i.usual_unit AS "usualUnit"
     FROM ${CELLS} JOIN demanda.import_cell i ON i.merchant = n.merchant AND i.product = n.product
     WHERE i.import > $3 ORDER BY i.import`,
    ...namesOf(cells),
    number,
  );
  const byCell = Map.groupBy(later, cellKey);
  const settings = new Map<string, CellSettings>();
  const relinked: (string | null)[][] = [];
  for (const cell of cells) {
    const after = byCell.get(cellKey(cell)) ?? [];
    const { merchant, product, created, ...before } = cell;
    const { found, now } = settingsWithout(before, after);
    settings.set(cellKey(cell), now);
    for (const [i, heir] of after.entries()) {
      const { productType, unit, givenFrequency, missingDays } = found[i] as CellSettings;
      const isMaker = heir.created || (i === 0 && created);
      relinked.push([
        merchant,
        product,
        String(heir.import),
        String(isMaker),
        productType,
        unit,
        givenFrequency,
        missingDays,
      ]);
    }
  }
  await putTexts(
    transaction,
    `UPDATE demanda.import_cell i SET created = t.c3::boolean, product_type = t.c4, unit = t.c5, given_frequency = t.c6,
       missing_days = t.c7 FROM`,
    'WHERE i.import = t.c2::int AND i.merchant = t.c0 AND i.product = t.c1',
    relinked,
  );
  return settings;
}

/** Cells without rows; their models stay, as those of a model file do. */
async function removeCells(transaction: Transaction, cells: readonly CellName[]): Promise<void> {
  if (cells.length === 0) return;
  const names = namesOf(cells);
  for (const table of ['sale', 'held_value', 'cell'])
    await transaction.run(
      `DELETE FROM demanda.${table} d USING ${CELLS} WHERE d.merchant = n.merchant AND d.product = n.product`,
      ...names,
    );
  const is = (table: string): string =>
    `EXISTS (SELECT 1 FROM demanda.${table} u WHERE u.merchant = o.merchant AND u.product = o.product)`;
  const used = `(${['model', 'run', 'recommendation'].map(is).join(' OR ')})`;
  const own = 'o.merchant = n.merchant AND o.product = n.product';
  await transaction.run(
    `UPDATE demanda.overview o SET rows = 0, last_day = NULL, last_price = NULL, price_since = NULL, revision = o.revision + 1
     FROM ${CELLS} WHERE ${own} AND ${used}`,
    ...names,
  );
  await transaction.run(`DELETE FROM demanda.overview o USING ${CELLS} WHERE ${own} AND NOT ${used}`, ...names);
}

/** Covariates that were known ahead by this import alone are no longer. */
async function undoKnown(transaction: Transaction, number: number): Promise<void> {
  const own = 'SELECT merchant, name FROM demanda.import_covariate WHERE import = $1 AND created';
  await transaction.run(
    `DELETE FROM demanda.known_covariate k WHERE (k.merchant, k.name) IN (${own}) AND NOT EXISTS (
       SELECT 1 FROM demanda.import_covariate l WHERE l.merchant = k.merchant AND l.name = k.name AND l.import > $1)`,
    number,
  );
  await transaction.run(
    `UPDATE demanda.import_covariate c SET created = true WHERE NOT c.created AND (c.merchant, c.name) IN (${own})
       AND c.import = (SELECT min(l.import) FROM demanda.import_covariate l
         WHERE l.merchant = c.merchant AND l.name = c.name AND l.import > $1)`,
    number,
  );
  await transaction.run('DELETE FROM demanda.import_covariate WHERE import = $1', number);
}

/** Names that no cell has are not offered any more. */
export async function forgetNames(transaction: Transaction): Promise<void> {
  const has = (column: string): string => `EXISTS (SELECT 1 FROM demanda.overview o WHERE o.${column} = n.name)`;
  await transaction.run(
    `DELETE FROM demanda.overview_name n WHERE NOT CASE n.kind WHEN 'merchant' THEN ${has('merchant')}
       WHEN 'product' THEN ${has('product')} ELSE ${has('product_type')} END`,
  );
}

export async function undoPrices(
  transaction: Transaction,
  { kind, name, of, value }: PriceTable,
  number: number,
  at: string,
): Promise<Undone> {
  const isCost = kind === 'costs';
  const touched = isCost
    ? `SELECT o.merchant, o.product FROM demanda.overview o JOIN demanda.cost p ON p.product = o.product
       AND p.merchant IN ('', o.merchant) WHERE p.import = $2`
    : `SELECT o.merchant, o.product FROM demanda.overview o JOIN demanda.market_price p
       ON p.name IN (o.product, o.product_type) WHERE p.import = $2`;
  const stale = await staleModels(transaction, touched, at, number);
  const own = `p.import = $1 AND p.name = t.${of} AND p.day = t.day ${isCost ? 'AND p.merchant = t.merchant' : ''}`;
  const removed = await transaction.run(
    `DELETE FROM demanda.${name} t WHERE t.import = $1
       AND NOT EXISTS (SELECT 1 FROM demanda.import_price p WHERE ${own})`,
    number,
  );
  const restored = await transaction.run(
    `UPDATE demanda.${name} t SET ${value} = p.value, import = p.previous FROM demanda.import_price p WHERE ${own}`,
    number,
  );
  await transaction.run('DELETE FROM demanda.import_price WHERE import = $1', number);
  await movePrices(transaction);
  return { removed, restored, cellsRemoved: 0, ...stale };
}

/** No model is called out of date by counts of stock and by what competitors ask. */
export async function undoSeen(
  transaction: Transaction,
  kind: 'stock' | 'competitors',
  number: number,
): Promise<Undone> {
  const removed = await (kind === 'stock' ? removeStock : removeCompetitors)(transaction, number);
  return { removed, restored: 0, cellsRemoved: 0, models: 0, recommendations: 0 };
}

/**
 * How many live models of cells were trained since; their open recommendations are of no live model from now on, which
 * makes them out of date.
 *
 * @param cells a query of merchant and product of the import `$2`
 */
async function staleModels(
  transaction: Transaction,
  cells: string,
  since: string,
  number: number,
): Promise<Pick<UndoSummary, 'models' | 'recommendations'>> {
  const trained = `SELECT merchant, product FROM demanda.overview WHERE model_id IS NOT NULL AND trained_at >= $1
    AND (merchant, product) IN (${cells})`;
  const found = await transaction.one<{ models: number }>(
    `SELECT count(*) AS models FROM (${trained}) t`,
    since,
    number,
  );
  if (!found || found.models === 0) return { models: 0, recommendations: 0 };
  const recommendations = await transaction.run(
    `UPDATE demanda.recommendation SET model_id = NULL WHERE status IN ('proposed', 'reviewed', 'approved')
       AND model_id IS NOT NULL AND (merchant, product) IN (${trained})`,
    since,
    number,
  );
  return { models: found.models, recommendations };
}
