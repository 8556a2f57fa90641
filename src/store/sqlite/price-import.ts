/** Imports of market prices and of costs: staged like sales, then taken over in one transaction. */

import type { DatabaseSync } from 'node:sqlite';
import type { CostRow, Import, MarketPriceRow, PriceCommit, PriceImportSummary } from '../../contract/store/sales.ts';
import type { ImportKind } from '../../core/vocabulary.ts';
import { FarPrices } from '../../rules/far-prices.ts';
import { DAYS_BEFORE } from '../../rules/held-values.ts';
import { type OtherPrice, pricesThere, SAME_FIGURE } from '../../rules/import-batches.ts';
import { insertAudit } from './audit.ts';
import type { SqliteConnection } from './connection.ts';
import { beginBatch, endBatch, type OpenBatch } from './import-batches.ts';
import { applyAliases } from './name-aliases.ts';
import { openStaging, type Staging } from './staging.ts';

export function openMarketImport(sqlite: SqliteConnection): Import<'market'> {
  const columns = ['name TEXT', 'day INTEGER', 'price REAL'];
  const staging = openStaging<MarketPriceRow>(sqlite, 'staged_market', {
    columns,
    valuesOf: ({ name, day, price }) => [name, day, price],
  });
  // A list that gives several prices of a name and day, such as those of varieties, enters as their mean.
  const rows = `SELECT name, day, avg(price) AS price FROM ${staging.table} GROUP BY name, day`;
  const table = { name: 'market_price', of: 'name', merchant: "''", value: 'price' } as const;
  return priceImport(sqlite, staging, 'market', (batch, told) =>
    takeOver(sqlite.database, { table, staged: staging.table, rows, batch }, told),
  );
}

export function openCostImport(sqlite: SqliteConnection): Import<'costs'> {
  const columns = ['merchant TEXT', 'product TEXT', 'day INTEGER', 'cost REAL'];
  const staging = openStaging<CostRow>(sqlite, 'staged_cost', {
    columns,
    valuesOf: ({ merchant, product, day, cost }) => [merchant ?? '', product, day, cost],
  });
  // Of several costs of a day the last of the file counts: of columns beside max(), SQLite takes that row's.
  const rows = `SELECT merchant, product, day, cost FROM (
    SELECT merchant, product, day, cost, max(rowid) FROM ${staging.table} GROUP BY merchant, product, day)`;
  const table = { name: 'cost', of: 'product', merchant: 'merchant', value: 'cost' } as const;
  return priceImport(sqlite, staging, 'costs', (batch, told) =>
    takeOver(sqlite.database, { table, staged: staging.table, rows, batch }, told),
  );
}

/** Of dated prices, and of counts. */
export function priceImport<K extends Exclude<ImportKind, 'sales'>, Row>(
  { database }: SqliteConnection,
  staging: Staging<Row>,
  kind: K,
  takeOver: (batch: OpenBatch, told: PriceCommit) => Omit<PriceImportSummary, 'importId' | 'accepted'>,
): Import<K> {
  let accepted = 0;
  const work = (told: PriceCommit): PriceImportSummary => {
    const { dryRun, source, deed: deedOf } = told;
    const batch = beginBatch(database, kind);
    const summary = { importId: dryRun ? null : batch.id, accepted, ...takeOver(batch, told) };
    const deed = deedOf(summary);
    endBatch(database, batch, deed, source, { ...summary, added: 0, merchants: 0, products: summary.names });
    insertAudit(database, deed);
    return summary;
  };
  return {
    add: async (rows) => {
      staging.add(rows as readonly Row[]);
      accepted += rows.length;
    },
    commit: async (told) => staging.commit(told.dryRun, () => work(told)),
    tryOut: async (told) => staging.tryOut(() => work({ ...told, dryRun: true })),
    abort: async () => staging.abort(),
  };
}

/** A table of dated prices. */
interface PriceTable {
  readonly name: 'market_price' | 'cost';
  /** The column of what a price is of. */
  readonly of: 'name' | 'product';
  /** The column or text of whose it is. */
  readonly merchant: string;
  /** The column that a later import replaces. */
  readonly value: 'price' | 'cost';
}

interface Taking {
  readonly table: PriceTable;
  /** The staging table. */
  readonly staged: string;
  /** The staged rows, one a key of the table. */
  readonly rows: string;
  readonly batch: OpenBatch;
}

/** Within a transaction. @throws DemandaError IMPORT_PRICES_THERE */
function takeOver(
  database: DatabaseSync,
  { table, staged, rows, batch }: Taking,
  { mayReplace = true, source }: PriceCommit,
): Omit<PriceImportSummary, 'importId' | 'accepted'> {
  const { name, of, merchant, value } = table;
  const renamed = applyAliases(database, { table: staged, merchant: name === 'cost' ? 'merchant' : null, product: of });
  const keys = name === 'cost' ? ['merchant', 'product', 'day'] : ['name', 'day'];
  const { changes: replaced } = database
    .prepare(
      `INSERT INTO import_price SELECT ${batch.number}, ${merchant}, ${of}, day, b.import, b.${value}
       FROM (SELECT ${keys.join(', ')} FROM (${rows})) JOIN ${name} b USING (${keys.join(', ')})`,
    )
    .run();
  const { unchanged } = database
    .prepare(
      `SELECT count(*) AS unchanged FROM (${rows}) r JOIN import_price p
       ON p.import = ${batch.number} AND p.merchant = ${merchant.replace('merchant', 'r.merchant')} AND p.name = r.${of} AND p.day = r.day AND p.value = r.${value}`,
    )
    .get() as { unchanged: number };
  if (!mayReplace) requireAgreement(database, table, rows, batch, source?.file ?? '');
  database.exec(
    // SQLite takes ON CONFLICT after a SELECT for a join's ON unless a WHERE stands between.
    `INSERT INTO ${name} (${keys.join(', ')}, ${value}, import) SELECT ${keys.join(', ')}, ${value}, ${batch.number} FROM (${rows}) WHERE true
     ON CONFLICT DO UPDATE SET ${value} = excluded.${value}, import = excluded.import`,
  );
  movePrices(database);
  const only = name === 'cost' ? "CASE WHEN count(DISTINCT merchant) = 1 THEN nullif(min(merchant), '') END" : 'NULL';
  const span = database
    .prepare(
      `SELECT count(DISTINCT ${of}) AS names, min(day) AS firstDay, max(day) AS lastDay, ${only} AS onlyMerchant FROM ${staged}`,
    )
    .get() as Pick<PriceImportSummary, 'names' | 'firstDay' | 'lastDay' | 'onlyMerchant'>;
  const { differing } = database
    .prepare(
      `SELECT count(*) AS differing FROM (SELECT 1 FROM ${staged} GROUP BY ${keys.join(', ')} HAVING min(${value}) < max(${value}))`,
    )
    .get() as { differing: number };
  const far = farOf(database, table, rows);
  return { ...span, replaced: Number(replaced), unchanged, renamed, differing, far };
}

/** That no price that is there would become another. @throws DemandaError IMPORT_PRICES_THERE */
function requireAgreement(
  database: DatabaseSync,
  { of, merchant, value }: PriceTable,
  rows: string,
  { number }: OpenBatch,
  file: string,
): void {
  const larger = `max(abs(p.value), abs(r.${value}), 1e-6)`;
  const [most] = database
    .prepare(
      `SELECT count(*) OVER () AS days, nullif(p.merchant, '') AS merchant, p.name, p.day, p.value AS "before", r.${value} AS "after", i.import_id AS earlier
       FROM (${rows}) r JOIN import_price p
         ON p.import = ${number} AND p.merchant = ${merchant.replace('merchant', 'r.merchant')} AND p.name = r.${of} AND p.day = r.day
       LEFT JOIN import i ON i.number = p.previous
       WHERE abs(p.value - r.${value}) > ${SAME_FIGURE} * ${larger}
       ORDER BY abs(p.value - r.${value}) / ${larger} DESC, p.name, p.merchant, p.day LIMIT 1`,
    )
    .all() as unknown as (OtherPrice & { readonly days: number; readonly earlier: string | null })[];
  if (most !== undefined) throw pricesThere(file, most.days, most, most.earlier);
}

/** Values of the import that stand alone among those of their name, by the table as it is now. */
function farOf(
  database: DatabaseSync,
  { name, of, merchant, value }: PriceTable,
  rows: string,
): PriceImportSummary['far'] {
  const written = database
    .prepare(`SELECT ${merchant} AS merchant, ${of} AS name, day FROM (${rows}) ORDER BY 2, 1, 3`)
    .all() as unknown as { readonly merchant: string; readonly name: string; readonly day: number }[];
  const dated = database.prepare(
    `SELECT day, ${value} AS value FROM ${name} WHERE ${of} = ? AND ${merchant} = ? AND day >= ? ORDER BY day`,
  );
  const far = new FarPrices();
  for (const [{ merchant: owner, name: priced, day: first }, ...others] of listsOf(written)) {
    const days = new Set([first, ...others.map(({ day }) => day)]);
    const list = dated.all(priced, owner, first - DAYS_BEFORE) as unknown as { day: number; value: number }[];
    far.add(owner || null, priced, days, list);
  }
  return far.found;
}

/** Rows in order of name and merchant, those of one list together. */
function* listsOf<R extends { readonly merchant: string; readonly name: string }>(
  rows: readonly R[],
): Generator<readonly [R, ...R[]]> {
  let from = 0;
  for (let i = 1; i <= rows.length; i++) {
    const [first, next] = [rows[from], rows[i]];
    if (next !== undefined && next.name === first.name && next.merchant === first.merchant) continue;
    yield rows.slice(from, i) as unknown as readonly [R, ...R[]];
    from = i;
  }
}

/** Costs or market prices are others now. */
export function movePrices(database: DatabaseSync): void {
  database.exec("INSERT INTO document VALUES ('revision', 'prices', '1') ON CONFLICT DO UPDATE SET json = json + 1");
}
