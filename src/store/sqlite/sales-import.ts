/** Tickets into cells: staged, then added up in one transaction. */

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { indicatedColumn } from '../../contract/category-name.ts';
import { cellOfKey } from '../../contract/cell-name.ts';
import { OPTIONAL_COLUMNS, type OptionalColumn, type SaleTicket } from '../../contract/import-rows.ts';
import type { Import, ImportSummary, SalesCommit } from '../../contract/store/sales.ts';
import { ASSUMED_UNIT } from '../../rules/import-batches.ts';
import { insertAudit } from './audit.ts';
import { refreshCells, unendedOf, unsoldOf } from './cell-days.ts';
import type { SqliteConnection } from './connection.ts';
import { costlyOf, judgeCells } from './held-values.ts';
import {
  beginBatch,
  defineCovariateRules,
  endBatch,
  noteCells,
  noteKnown,
  noteRows,
  type OpenBatch,
  requireAgreement,
  type Writing,
} from './import-batches.ts';
import { MOST_NAMED, twinsOf } from './import-oddities.ts';
import { settleLastPrices } from './last-prices.ts';
import { applyAliases } from './name-aliases.ts';
import { COLUMNS, mergeCovariates, mergeDays, orderOf, settleReturns, spanDays, type Tickets } from './sale-days.ts';
import { NAME_COLUMNS, StagedNames } from './staged-names.ts';
import { openStaging } from './staging.ts';

/** Those that every ticket has come first. */
const STAGED = [
  'name INTEGER',
  'day INTEGER',
  'quantity REAL',
  'price REAL',
  'cost REAL',
  'promo REAL',
  'sold_out INTEGER DEFAULT 0',
  'waste REAL',
  'market_price REAL',
  'covariates TEXT',
];
const ALWAYS = 4;
const NAMES = '_name';

export function openSalesImport(sqlite: SqliteConnection): Import<'sales'> {
  const { database } = sqlite;
  const staging = openStaging<SaleTicket>(sqlite, 'ticket', {
    columns: STAGED,
    valuesOf: (ticket) => valuesOf(ticket, names.numberOf(ticket)),
    widthOf: (tickets) => (tickets.every(isPlain) ? ALWAYS : STAGED.length),
    beside: { ending: NAMES, columns: NAME_COLUMNS },
  });
  const tickets = { table: staging.table, names: `${staging.table}${NAMES}` };
  const names = new StagedNames(database, tickets.names);
  const covariates = new Set<string>();
  let accepted = 0;
  const work = ({ dryRun, ...told }: SalesCommit): ImportSummary => {
    const given = { columns: OPTIONAL_COLUMNS, covariates: [...covariates], ...told };
    const batch = beginBatch(database, 'sales');
    const importId = dryRun ? null : batch.id;
    names.write();
    const summary = { importId, accepted, ...takeOver(database, tickets, names, given, batch) };
    const deed = told.deed(summary);
    endBatch(database, batch, deed, told.source, summary);
    insertAudit(database, deed);
    return summary;
  };
  return {
    add: async (added) => {
      staging.add(added);
      accepted += added.length;
      for (const ticket of added) for (const name in ticket.covariates) covariates.add(name);
    },
    commit: async (told) => staging.commit(told.dryRun, () => work(told)),
    tryOut: async (told) => staging.tryOut(() => work({ ...told, dryRun: true })),
    abort: async () => staging.abort(),
  };
}

/** What a ticket need not have it does not have. */
function isPlain({ cost, promo, soldOut, waste, marketPrice, covariates }: SaleTicket): boolean {
  return cost === null && promo === null && !soldOut && waste === null && marketPrice === null && covariates === null;
}

function valuesOf(t: SaleTicket, name: number): SQLInputValue[] {
  return [
    name,
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

/** Within a transaction. */
function takeOver(
  database: DatabaseSync,
  tickets: Tickets,
  staged: StagedNames,
  given: Given,
  batch: OpenBatch,
): Omit<ImportSummary, 'accepted' | 'importId'> {
  const { table, names } = tickets;
  const [days, spans] = [`${table}_day`, `${table}_span`];
  const renamed = applyAliases(database, { table: names, merchant: 'merchant', product: 'product', rows: 'tickets' });
  addCells(database, names, given, batch);
  database.exec(`ALTER TABLE ${table} ADD COLUMN stored INTEGER`);
  const order = given.addTo === undefined ? orderOf(database, tickets, staged) : 'several';
  const added = addStored(database, tickets, given.addTo);
  mergeDays(database, tickets, days, given, order);
  if (order === 'several') mergeCovariates(database, tickets, days);
  spanDays(database, days, spans);
  const cells = `SELECT cell FROM ${spans}`;
  const uncovered = order === 'ordered' ? 0 : settleReturns(database, days, spans);
  const unnamed = nameUnits(database, cells, given);
  noteKnown(database, batch, given);
  const meets = meetsStored(database, spans);
  const { replaced, ...kept } = meets ? countReplaced(database, days, given) : NOTHING_REPLACED;
  const counts = { ...kept, ...(replaced === 0 ? NOTHING_LOWERED : countLowered(database, days)) };
  const unchanged = writeRows(database, days, given, batch, meets);
  keepGrain(database, cells, given);
  refreshCells(database, cells);
  const span = spanOf(database, spans);
  const costly = costlyOf(database, days, spans);
  const isPlain = !meets && given.addTo === undefined && given.columns.every((column) => column === 'marketPrice');
  const judged = judgeCells(
    database,
    { days, cells: `SELECT cell, first, written FROM ${spans}`, isPlain },
    given.accept === true,
  );
  settleLastPrices(database, cells);
  const differing = given.covariates.length === 0 ? NO_DIFFERENCES : differences(database, days);
  const twins = twinsOf(database, cells, given.knownFor);
  const unsold = unsoldOf(database, cells);
  const unended = unendedOf(database, days, given.today);
  database.exec(`DROP ${order === 'ordered' ? 'VIEW' : 'TABLE'} ${days}; DROP TABLE ${spans}`);
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

function keepGrain(database: DatabaseSync, cells: string, { frequency, missingDays }: Given): void {
  database
    .prepare(
      `UPDATE cell SET given_frequency = coalesce(?, given_frequency), missing_days = coalesce(?, missing_days) WHERE id IN (${cells})`,
    )
    .run(frequency ?? null, missingDays ?? null);
}

type Span = Pick<ImportSummary, 'rows' | 'merchants' | 'products' | 'firstDay' | 'lastDay' | 'onlyMerchant'>;

/** What the import's rows are in all. */
function spanOf(database: DatabaseSync, spans: string): Span {
  return database
    .prepare(
      `SELECT coalesce(sum(r.written), 0) AS rows, count(DISTINCT c.merchant) AS merchants, count(DISTINCT c.product) AS products,
         min(r.first) AS firstDay, max(r.last) AS lastDay,
         CASE WHEN count(DISTINCT c.merchant) = 1 THEN min(c.merchant) END AS onlyMerchant
       FROM ${spans} r JOIN cell c ON c.id = r.cell`,
    )
    .get() as Span;
}

/** @returns how many cells are in a unit that nobody named */
function nameUnits(database: DatabaseSync, cells: string, given: Given): number {
  // An empty name is of a cell that has none yet.
  const { changes } = database
    .prepare(
      `UPDATE cell SET unit = CASE WHEN ? <> '' THEN ? ELSE ? END WHERE (unit = '' OR ? <> '') AND id IN (${cells})`,
    )
    .run(given.unit, given.unit, given.usualUnit || ASSUMED_UNIT, given.unit);
  return given.unit === '' && !given.usualUnit ? Number(changes) : 0;
}

/** Cells of the names, those that are missing made. */
function addCells(database: DatabaseSync, names: string, given: Given, batch: OpenBatch): void {
  const typed = `${names}_cell`;
  // Of several types that a file gives a product the last one counts: of columns beside max(), SQLite takes that row's.
  database.exec(
    `CREATE TABLE ${typed} AS SELECT merchant, product, type, max(typed_at) FROM ${names} GROUP BY merchant, product`,
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
  database.exec(`
    DROP TABLE ${typed};
    UPDATE ${names} AS n SET cell = (SELECT c.id FROM cell c WHERE c.merchant = n.merchant AND c.product = n.product);
    CREATE INDEX ${names}_by_cell ON ${names.replace(/^temp\./, '')} (cell);
  `);
}

/** Stored rows that the import is added to, among its tickets; how many. */
function addStored(database: DatabaseSync, { table, names }: Tickets, addTo: SalesCommit['addTo']): number {
  if (addTo === undefined) return 0;
  const columns = Object.values(COLUMNS).join(', ');
  const insert = `INSERT INTO ${table} (name, day, ${columns}, covariates, stored)
    SELECT (SELECT min(number) FROM ${names} n WHERE n.cell = s.cell), day, ${columns}, covariates, 1 FROM sale s WHERE`;
  if (addTo === 'all') {
    const { changes } = database
      .prepare(
        `${insert} (s.cell, s.day) IN (SELECT n.cell, t.day FROM ${table} t JOIN ${names} n ON n.number = t.name)`,
      )
      .run();
    return Number(changes);
  }
  const one = database.prepare(
    `${insert} s.cell = (SELECT id FROM cell WHERE merchant = ? AND product = ?) AND s.day = ?`,
  );
  let added = 0;
  for (const [key, days] of addTo) {
    const { merchant, product } = cellOfKey(key);
    for (const day of days) added += Number(one.run(merchant, product, day).changes);
  }
  return added;
}

/** Whether rows that the import writes may be there already. */
function meetsStored(database: DatabaseSync, spans: string): boolean {
  const found = database.prepare(
    `SELECT 1 FROM ${spans} r WHERE EXISTS (SELECT 1 FROM sale s WHERE s.cell = r.cell AND s.day BETWEEN r.first AND r.last) LIMIT 1`,
  );
  return found.get() !== undefined;
}

const NOTHING_REPLACED = { replaced: 0, kept: {}, emptied: {} } as const;
const NOTHING_LOWERED = { lowered: 0, mostLowered: null } as const;

function countLowered(database: DatabaseSync, days: string): Pick<ImportSummary, 'lowered' | 'mostLowered'> {
  const lowered = `${days} r JOIN sale s ON s.cell = r.cell AND s.day = r.day WHERE r.quantity < s.quantity`;
  const { count } = database.prepare(`SELECT count(*) AS count FROM ${lowered}`).get() as { count: number };
  const most = database
    .prepare(
      `SELECT c.merchant, c.product, l.* FROM cell c JOIN
         (SELECT r.cell AS id, r.day, s.quantity AS before, r.quantity AS after FROM ${lowered}
          ORDER BY s.quantity - r.quantity DESC, r.cell, r.day LIMIT 1) l ON l.id = c.id`,
    )
    .get() as (NonNullable<ImportSummary['mostLowered']> & { readonly id: number }) | undefined;
  if (most === undefined) return { lowered: count, mostLowered: null };
  const { merchant, product, day, before, after } = most;
  return { lowered: count, mostLowered: { merchant, product, day, before, after } };
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
function writeRows(database: DatabaseSync, days: string, given: Given, batch: OpenBatch, meets: boolean): number {
  const { covariates, mayReplace = true, addTo } = given;
  const writing: Writing = {
    columns: ['quantity', 'price', ...given.columns.map((field) => COLUMNS[field])],
    covariates,
  };
  if (covariates.length > 0) defineCovariateRules(database);
  const unchanged = meets ? noteRows(database, batch, days, writing) : 0;
  if (meets && !mayReplace && addTo !== 'all')
    requireAgreement(database, batch, days, writing, given.source?.file ?? '');
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
