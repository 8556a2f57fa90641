/** Imports of market prices and of costs: staged like sales, then taken over in one transaction. */

import type { DatabaseSync } from 'node:sqlite';
import type { CostRow, Import, MarketPriceRow, PriceCommit, PriceImportSummary } from '../../contract/store/sales.ts';
import { insertAudit } from './audit.ts';
import type { SqliteConnection } from './connection.ts';
import { beginBatch, endBatch, type OpenBatch } from './import-batches.ts';
import { applyAliases } from './name-aliases.ts';
import { openStaging, type Staging } from './staging.ts';

export function openMarketImport(sqlite: SqliteConnection): Import<'market'> {
  const columns = ['name TEXT', 'day INTEGER', 'price REAL'];
  const staging = openStaging<MarketPriceRow>(sqlite, 'staged_market', columns, (row) => [
    row.name,
    row.day,
    row.price,
  ]);
  // A list that gives several prices of a name and day, such as those of varieties, enters as their mean.
  const rows = `SELECT name, day, avg(price) AS price FROM ${staging.table} GROUP BY name, day`;
  const table = { name: 'market_price', of: 'name', merchant: "''", value: 'price' } as const;
  return priceImport(sqlite, staging, 'market', (batch) =>
    takeOver(sqlite.database, table, staging.table, rows, batch),
  );
}

export function openCostImport(sqlite: SqliteConnection): Import<'costs'> {
  const columns = ['merchant TEXT', 'product TEXT', 'day INTEGER', 'cost REAL'];
  const staging = openStaging<CostRow>(sqlite, 'staged_cost', columns, ({ merchant, product, day, cost }) => [
    merchant ?? '',
    product,
    day,
    cost,
  ]);
  // Of several costs of a day the last of the file counts: of columns beside max(), SQLite takes that row's.
  const rows = `SELECT merchant, product, day, cost FROM (
    SELECT merchant, product, day, cost, max(rowid) FROM ${staging.table} GROUP BY merchant, product, day)`;
  const table = { name: 'cost', of: 'product', merchant: 'merchant', value: 'cost' } as const;
  return priceImport(sqlite, staging, 'costs', (batch) => takeOver(sqlite.database, table, staging.table, rows, batch));
}

function priceImport<K extends 'market' | 'costs', Row>(
  { database }: SqliteConnection,
  staging: Staging<Row>,
  kind: K,
  takeOver: (batch: OpenBatch) => Omit<PriceImportSummary, 'importId' | 'accepted'>,
): Import<K> {
  let accepted = 0;
  const work = ({ dryRun, source, deed: deedOf }: PriceCommit): PriceImportSummary => {
    const batch = beginBatch(database, kind);
    const summary = { importId: dryRun ? null : batch.id, accepted, ...takeOver(batch) };
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

/** Within a transaction. @param staged the staging table; @param rows the staged rows, one a key of the table */
function takeOver(
  database: DatabaseSync,
  table: PriceTable,
  staged: string,
  rows: string,
  batch: OpenBatch,
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
  return { ...span, replaced: Number(replaced), unchanged, renamed };
}

/** Costs or market prices are others now. */
export function movePrices(database: DatabaseSync): void {
  database.exec("INSERT INTO document VALUES ('revision', 'prices', '1') ON CONFLICT DO UPDATE SET json = json + 1");
}
