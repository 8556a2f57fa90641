/** Imports of market prices and of costs: staged like sales, then taken over in one transaction. */

import type { DatabaseSync } from 'node:sqlite';
import type { CostRow, Import, MarketPriceRow, PriceImportSummary } from '../../contract/store/sales.ts';
import { insertAudit } from './audit.ts';
import type { SqliteConnection } from './connection.ts';
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
  return priceImport(sqlite, staging, () =>
    takeOver(sqlite.database, 'market_price', staging.table, 'name', rows, 'price'),
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
  return priceImport(sqlite, staging, () => takeOver(sqlite.database, 'cost', staging.table, 'product', rows, 'cost'));
}

function priceImport<K extends 'market' | 'costs', Row>(
  { database }: SqliteConnection,
  staging: Staging<Row>,
  work: () => PriceImportSummary,
): Import<K> {
  return {
    add: async (rows) => staging.add(rows as readonly Row[]),
    commit: async ({ dryRun, deed }) =>
      staging.commit(dryRun, () => {
        const summary = work();
        insertAudit(database, deed(summary));
        return summary;
      }),
    abort: async () => staging.abort(),
  };
}

/**
 * Within a transaction. @param staged the staging table; @param rows the staged rows, one a key of the table; @param
 * value the column that a later import replaces
 */
function takeOver(
  database: DatabaseSync,
  table: 'market_price' | 'cost',
  staged: string,
  name: 'name' | 'product',
  rows: string,
  value: 'price' | 'cost',
): PriceImportSummary {
  const count = (from: string): number =>
    (database.prepare(`SELECT count(*) AS n FROM ${from}`).get() as { n: number }).n;
  const before = count(table);
  // SQLite takes ON CONFLICT after a SELECT for a join's ON unless a WHERE stands between.
  const { changes } = database
    .prepare(
      `INSERT INTO ${table} SELECT * FROM (${rows}) WHERE true ON CONFLICT DO UPDATE SET ${value} = excluded.${value}`,
    )
    .run();
  database.exec("INSERT INTO document VALUES ('revision', 'prices', '1') ON CONFLICT DO UPDATE SET json = json + 1");
  const replaced = Number(changes) - (count(table) - before);
  const only = table === 'cost' ? "CASE WHEN count(DISTINCT merchant) = 1 THEN nullif(min(merchant), '') END" : 'NULL';
  const span = database
    .prepare(
      `SELECT count(DISTINCT ${name}) AS names, min(day) AS firstDay, max(day) AS lastDay, ${only} AS onlyMerchant FROM ${staged}`,
    )
    .get() as Omit<PriceImportSummary, 'replaced'>;
  return { ...span, replaced };
}
