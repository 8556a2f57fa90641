/** Tickets into cells: staged, then added up in one transaction. */

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { indicatedColumn } from '../../contract/category-name.ts';
import { cellOfKey } from '../../contract/cell-name.ts';
import { OPTIONAL_COLUMNS, type OptionalColumn, type SaleTicket } from '../../contract/import-rows.ts';
import type { Import, ImportSummary, SalesCommit } from '../../contract/store/sales.ts';
import { ASSUMED_UNIT } from '../../rules/import-batches.ts';
import { CovariateMerge, type Covariates, MERGE_RULES } from '../../rules/merge-tickets.ts';
import { netReturns } from '../../rules/net-returns.ts';
import { insertAudit } from './audit.ts';
import { refreshCells, unendedOf, unsoldOf } from './cell-days.ts';
import type { SqliteConnection } from './connection.ts';
import { costlyOf, judgeCells } from './held-values.ts';
import {
  beginBatch,
  endBatch,
  noteCells,
  noteKnown,
  noteRows,
  type OpenBatch,
  requireAgreement,
  type Writing,
} from './import-batches.ts';
import { MOST_NAMED, twinsOf } from './import-oddities.ts';
import { applyAliases } from './name-aliases.ts';
import { openStaging } from './staging.ts';

const STAGED = [
  'merchant TEXT',
  'product TEXT',
  'product_type TEXT',
  'day INTEGER',
  'quantity REAL',
  'price REAL',
  'cost REAL',
  'promo REAL',
  'sold_out INTEGER',
  'waste REAL',
  'market_price REAL',
  'covariates TEXT',
];

/** Columns of a row, by the field of a ticket. */
const COLUMNS = {
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

export function openSalesImport(sqlite: SqliteConnection): Import<'sales'> {
  const { database } = sqlite;
  const staging = openStaging<SaleTicket>(sqlite, 'ticket', STAGED, valuesOf);
  const covariates = new Set<string>();
  let accepted = 0;
  const work = ({ dryRun, ...told }: SalesCommit): ImportSummary => {
    const given = { columns: OPTIONAL_COLUMNS, covariates: [...covariates], ...told };
    const batch = beginBatch(database, 'sales');
    const importId = dryRun ? null : batch.id;
    const summary = { importId, accepted, ...takeOver(database, staging.table, given, batch) };
    const deed = told.deed(summary);
    endBatch(database, batch, deed, told.source, summary);
    insertAudit(database, deed);
    return summary;
  };
  return {
    add: async (tickets) => {
      staging.add(tickets);
      accepted += tickets.length;
      for (const ticket of tickets) for (const name in ticket.covariates) covariates.add(name);
    },
    commit: async (told) => staging.commit(told.dryRun, () => work(told)),
    tryOut: async (told) => staging.tryOut(() => work({ ...told, dryRun: true })),
    abort: async () => staging.abort(),
  };
}

function valuesOf(t: SaleTicket): SQLInputValue[] {
  return [
    t.merchant,
    t.product,
    t.productType,
    t.day,
    t.quantity,
    t.price,
    t.cost,
    t.promo,
    t.soldOut ? 1 : 0,
    t.waste,
    t.marketPrice,
    t.covariates ? JSON.stringify(t.covariates) : null,
  ];
}

type Given = Omit<SalesCommit, 'dryRun'> & Required<Pick<SalesCommit, 'columns' | 'covariates'>>;

/** Within a transaction. @param tickets the staging table */
function takeOver(
  database: DatabaseSync,
  tickets: string,
  given: Given,
  batch: OpenBatch,
): Omit<ImportSummary, 'accepted' | 'importId'> {
  const days = `${tickets}_day`;
  const renamed = applyAliases(database, { table: tickets, merchant: 'merchant', product: 'product' });
  addCells(database, tickets, given, batch);
  database.exec(`ALTER TABLE ${tickets} ADD COLUMN stored INTEGER`);
  const added = addStored(database, tickets, given.addTo);
  mergeDays(database, tickets, days, given);
  mergeCovariates(database, tickets, days);
  const uncovered = settleReturns(database, days);
  const unnamed = nameUnits(database, days, given);
  noteKnown(database, batch, given);
  const { replaced, ...kept } = countReplaced(database, days, given);
  const counts = { ...kept, ...(replaced === 0 ? NOTHING_LOWERED : countLowered(database, days)) };
  const unchanged = writeRows(database, days, given, batch);
  const { frequency = null, missingDays = null } = given;
  database
    .prepare(
      `UPDATE cell SET given_frequency = coalesce(?, given_frequency), missing_days = coalesce(?, missing_days) WHERE id IN (SELECT cell FROM ${days})`,
    )
    .run(frequency, missingDays);
  refreshCells(database, `SELECT cell FROM ${days}`);
  const span = database
    .prepare(
      `SELECT count(*) AS rows, count(DISTINCT c.merchant) AS merchants, count(DISTINCT c.product) AS products, min(r.day) AS firstDay, max(r.day) AS lastDay,
         CASE WHEN count(DISTINCT c.merchant) = 1 THEN min(c.merchant) END AS onlyMerchant
       FROM ${days} r JOIN cell c ON c.id = r.cell`,
    )
    .get() as Pick<ImportSummary, 'rows' | 'merchants' | 'products' | 'firstDay' | 'lastDay' | 'onlyMerchant'>;
  const costly = costlyOf(database, days);
  const judged = judgeCells(database, days, given.accept === true);
  const differing = given.covariates.length === 0 ? NO_DIFFERENCES : differences(database, days);
  const twins = twinsOf(database, days, given.knownFor);
  const unsold = unsoldOf(database, `SELECT cell FROM ${days}`);
  const unended = unendedOf(database, days, given.today);
  database.exec(`DROP TABLE ${days}`);
  return {
    ...span,
    ...counts,
    replaced: replaced - added,
    unchanged,
    added,
    renamed,
    uncovered,
    twins,
    ...differing,
    ...judged,
    costly,
    ...unsold,
    ...unended,
    unnamed,
  };
}

/** @returns how many cells are in a unit that nobody named */
function nameUnits(database: DatabaseSync, days: string, given: Given): number {
  // An empty name is of a cell that has none yet.
  const { changes } = database
    .prepare(
      `UPDATE cell SET unit = CASE WHEN ? <> '' THEN ? ELSE ? END WHERE (unit = '' OR ? <> '') AND id IN (SELECT cell FROM ${days})`,
    )
    .run(given.unit, given.unit, given.usualUnit || ASSUMED_UNIT, given.unit);
  return given.unit === '' && !given.usualUnit ? Number(changes) : 0;
}

function addCells(database: DatabaseSync, tickets: string, given: Given, batch: OpenBatch): void {
  const typed = `${tickets}_cell`;
  // Of several types that a file gives a product the last one counts: of columns beside max(), SQLite takes that row's.
  database.exec(
    `CREATE TABLE ${typed} AS SELECT merchant, product, product_type AS type, max(CASE WHEN product_type IS NOT NULL THEN rowid END) FROM ${tickets} GROUP BY merchant, product`,
  );
  noteCells(database, batch, typed, given, () =>
    database.exec(`
      INSERT INTO cell (merchant, product, product_type, unit, frequency, rows, first_day, last_day)
        SELECT merchant, product, coalesce(type, product), '', 'daily', 0, 0, 0 FROM ${typed} WHERE true
        ON CONFLICT (merchant, product) DO NOTHING;
      UPDATE cell SET product_type = t.type FROM ${typed} t
        WHERE cell.merchant = t.merchant AND cell.product = t.product AND t.type IS NOT NULL AND cell.product_type <> t.type;
    `),
  );
  database.exec(`DROP TABLE ${typed}`);
}

/** Stored rows that the import is added to, among its tickets; how many. */
function addStored(database: DatabaseSync, tickets: string, addTo: SalesCommit['addTo']): number {
  if (addTo === undefined) return 0;
  const columns = ['day', ...Object.values(COLUMNS), 'covariates'].map((column) => `s.${column}`).join(', ');
  const insert = `INSERT INTO ${tickets} (merchant, product, day, ${Object.values(COLUMNS).join(', ')}, covariates, stored)
    SELECT c.merchant, c.product, ${columns}, 1 FROM sale s JOIN cell c ON c.id = s.cell WHERE`;
  if (addTo === 'all') {
    const { changes } = database
      .prepare(
        `${insert} (s.cell, s.day) IN (SELECT k.id, t.day FROM ${tickets} t JOIN cell k ON k.merchant = t.merchant AND k.product = t.product)`,
      )
      .run();
    return Number(changes);
  }
  const one = database.prepare(`${insert} c.merchant = ? AND c.product = ? AND s.day = ?`);
  let added = 0;
  for (const [key, days] of addTo) {
    const { merchant, product } = cellOfKey(key);
    for (const day of days) added += Number(one.run(merchant, product, day).changes);
  }
  return added;
}

/** Days on which more came back than was sold; units that no day before covers. */
function settleReturns(database: DatabaseSync, days: string): number {
  const rows = database
    .prepare(
      `SELECT rowid AS id, cell, day, quantity FROM ${days}
       WHERE cell IN (SELECT cell FROM ${days} WHERE quantity < 0) ORDER BY cell, day`,
    )
    .all() as unknown as { readonly id: number; readonly cell: number; readonly day: number; quantity: number }[];
  const update = database.prepare(`UPDATE ${days} SET quantity = ? WHERE rowid = ?`);
  let uncovered = 0;
  for (const cell of Map.groupBy(rows, (row) => row.cell).values()) {
    const before = cell.map(({ quantity }) => quantity);
    uncovered += netReturns(cell);
    for (const [i, { id, quantity }] of cell.entries()) if (quantity !== before[i]) update.run(quantity, id);
  }
  return uncovered;
}

const NOTHING_LOWERED = { lowered: 0, mostLowered: null } as const;

function countLowered(database: DatabaseSync, days: string): Pick<ImportSummary, 'lowered' | 'mostLowered'> {
  const lowered = `${days} r JOIN sale s ON s.cell = r.cell AND s.day = r.day WHERE r.quantity < s.quantity`;
  const { count } = database.prepare(`SELECT count(*) AS count FROM ${lowered}`).get() as { count: number };
  const most = database
    .prepare(
      `SELECT c.merchant, c.product, l.* FROM cell c JOIN
         (SELECT r.cell AS id, r.day, s.quantity AS before, r.quantity AS after FROM ${lowered}
          ORDER BY s.quantity - r.quantity DESC, r.rowid LIMIT 1) l ON l.id = c.id`,
    )
    .get() as (NonNullable<ImportSummary['mostLowered']> & { readonly id: number }) | undefined;
  if (most === undefined) return { lowered: count, mostLowered: null };
  const { merchant, product, day, before, after } = most;
  return { lowered: count, mostLowered: { merchant, product, day, before, after } };
}

/**
 * One row a cell and day, with the names of covariates that its tickets do not agree on. What the import has no column
 * for is merged of stored rows alone: of a million tickets that takes as long as all the rest.
 */
function mergeDays(database: DatabaseSync, tickets: string, days: string, { columns: given, addTo }: Given): void {
  const has = (field: string): boolean =>
    addTo !== undefined || !OPTIONAL_COLUMNS.some((one) => one === field) || given.some((one) => one === field);
  const columns = Object.entries(COLUMNS).map(([field, column]) => {
    const none = field === 'soldOut' ? '0' : 'NULL';
    const merged = has(field) ? MERGED[MERGE_RULES[field as keyof typeof COLUMNS]](`t.${column}`) : none;
    return `${merged} AS ${column}`;
  });
  database.exec(`
    CREATE TABLE ${days} AS
      SELECT c.id AS cell, t.day AS day, ${columns.join(', ')}, max(t.covariates) AS covariates, NULL AS differing, count(t.covariates) AS noted, max(t.stored) AS stored
      FROM ${tickets} t JOIN cell c ON c.merchant = t.merchant AND c.product = t.product GROUP BY c.id, t.day;
  `);
}

/** Covariates of days that have them from several tickets; of the others, which most are, they stand already. */
function mergeCovariates(database: DatabaseSync, tickets: string, days: string): void {
  if (!database.prepare(`SELECT 1 FROM ${days} WHERE noted > 1 LIMIT 1`).get()) return;
  const update = database.prepare(`UPDATE ${days} SET covariates = ?, differing = ? WHERE rowid = ?`);
  let merge = new CovariateMerge();
  let day: number | null = null;
  const write = (): void => {
    if (day === null) return;
    const [values, differing] = [merge.values(), merge.differing()];
    update.run(values && JSON.stringify(values), differing.length === 0 ? null : JSON.stringify(differing), day);
    merge = new CovariateMerge();
  };
  const rows = database
    .prepare(
      `SELECT r.rowid AS id, t.covariates, t.quantity FROM ${tickets} t JOIN cell c ON c.merchant = t.merchant AND c.product = t.product
       JOIN ${days} r ON r.cell = c.id AND r.day = t.day WHERE r.noted > 1 AND t.covariates IS NOT NULL ORDER BY r.rowid, t.rowid`,
    )
    .iterate() as Iterable<unknown> as Iterable<{ id: number; covariates: string; quantity: number }>;
  for (const { id, covariates, quantity } of rows) {
    if (id !== day) write();
    day = id;
    merge.add(JSON.parse(covariates) as Covariates, Math.max(0, quantity));
  }
  write();
}

/** What a row of the store that the import writes again keeps and loses. */
function countReplaced(
  database: DatabaseSync,
  days: string,
  given: Given,
): Pick<ImportSummary, 'replaced' | 'kept' | 'emptied'> {
  const both = `${days} r JOIN sale s ON s.cell = r.cell AND s.day = r.day`;
  const lost = (column: string): string => `coalesce(sum(s.${column} IS NOT NULL AND r.${column} IS NULL), 0)`;
  const has = (column: OptionalColumn): boolean => given.columns.includes(column);
  const optional = OPTIONAL_COLUMNS.map((field) => {
    const column = COLUMNS[field];
    // A day is sold out or not: that it was is a value, that it was not is none.
    const value = field === 'soldOut' ? 's.sold_out' : `s.${column} IS NOT NULL`;
    return `${has(field) ? lost(column) : `coalesce(sum(${value}), 0)`} AS ${field}`;
  });
  const { replaced, price, ...counted } = database
    .prepare(`SELECT count(*) AS replaced, ${lost('price')} AS price, ${optional.join(', ')} FROM ${both}`)
    .get() as Record<OptionalColumn | 'replaced' | 'price', number>;
  const covariates = database.prepare(
    `SELECT j.key AS name, count(*) AS n FROM ${both}, json_each(s.covariates) j
     WHERE NOT EXISTS (SELECT 1 FROM json_each(r.covariates) n WHERE n.key = j.key) GROUP BY j.key ORDER BY j.key`,
  );
  const kept = new Map<string, number>(
    OPTIONAL_COLUMNS.filter((field) => !has(field)).map((field) => [field, counted[field]]),
  );
  const emptied = new Map<string, number>([
    ['price', price],
    ...OPTIONAL_COLUMNS.filter(has).map((field) => [field, counted[field]] as const),
  ]);
  for (const { name, n } of covariates.all() as { name: string; n: number }[]) {
    const column = indicatedColumn(name);
    // Another category of its column has taken its place.
    if (column !== null && given.covariates.includes(column)) continue;
    const of = given.covariates.includes(name) ? emptied : kept;
    of.set(name, (of.get(name) ?? 0) + n);
  }
  const some = (counts: ReadonlyMap<string, number>): Record<string, number> =>
    Object.fromEntries([...counts].filter(([, n]) => n > 0));
  return { replaced, kept: some(kept), emptied: some(emptied) };
}

/** @returns how many of the rows that were there stay as they are; @throws DemandaError IMPORT_DAYS_THERE */
function writeRows(database: DatabaseSync, days: string, given: Given, batch: OpenBatch): number {
  const { covariates, mayReplace = true, addTo } = given;
  const writing: Writing = {
    columns: ['quantity', 'price', ...given.columns.map((field) => COLUMNS[field])],
    covariates,
  };
  const unchanged = noteRows(database, batch, days, writing);
  if (!mayReplace && addTo !== 'all') requireAgreement(database, batch, days, writing, given.source?.file ?? '');
  const updates = [...writing.columns, 'import'].map((column) => `${column} = excluded.${column}`);
  if (covariates.length > 0) updates.push('covariates = covariates_after(sale.covariates, excluded.covariates, ?)');
  database
    .prepare(
      // SQLite takes ON CONFLICT after a SELECT for a join's ON unless a WHERE stands between.
      `INSERT INTO sale (cell, day, quantity, price, cost, promo, sold_out, waste, market_price, covariates, import)
         SELECT cell, day, quantity, price, cost, promo, sold_out, waste, market_price, covariates, ${batch.number} FROM ${days} WHERE true
       ON CONFLICT (cell, day) DO UPDATE SET ${updates.join(', ')}`,
    )
    .run(...(covariates.length > 0 ? [JSON.stringify(covariates)] : []));
  return unchanged;
}

const NO_DIFFERENCES = { differing: {}, differences: [] } as const;

function differences(database: DatabaseSync, days: string): Pick<ImportSummary, 'differing' | 'differences'> {
  const counts = database
    .prepare(
      `SELECT j.value AS name, count(*) AS n FROM ${days} r, json_each(r.differing) j GROUP BY j.value ORDER BY j.value`,
    )
    .all();
  const named = database
    .prepare(
      `SELECT c.merchant, c.product, r.day, j.value AS covariate FROM ${days} r JOIN cell c ON c.id = r.cell, json_each(r.differing) j
       ORDER BY c.merchant, c.product, r.day, covariate LIMIT ${MOST_NAMED}`,
    )
    .all();
  return {
    differing: Object.fromEntries((counts as { name: string; n: number }[]).map(({ name, n }) => [name, n])),
    differences: named.map((row) => ({ ...row })) as unknown as ImportSummary['differences'],
  };
}
