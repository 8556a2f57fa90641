/** Imports of market prices and of costs: staged like sales, then taken over in one transaction. */

import type { DatabaseSync } from 'node:sqlite';
import type { CostRow, MarketPriceRow, PriceImport, PriceImportSummary } from '../contract/store.ts';
import { openStaging, type RunTransaction, type Staging } from './staging.ts';

export function openMarketImport(database: DatabaseSync, transaction: RunTransaction): PriceImport<MarketPriceRow> {
  const columns = ['name TEXT', 'day INTEGER', 'price REAL'];
  const staging = openStaging<MarketPriceRow>(database, transaction, 'staged_market', columns, ({ name, day, price }) => [name, day, price]);
  return priceImport(staging, () =>
    takeOver(database, 'market_price', 'staged_market', 'name', 'INSERT INTO market_price SELECT name, day, price FROM temp.staged_market', 'price'),
  );
}

export function openCostImport(database: DatabaseSync, transaction: RunTransaction): PriceImport<CostRow> {
  const columns = ['merchant TEXT', 'product TEXT', 'day INTEGER', 'cost REAL'];
  const staging = openStaging<CostRow>(database, transaction, 'staged_cost', columns, ({ merchant, product, day, cost }) => [
    merchant ?? '',
    product,
    day,
    cost,
  ]);
  return priceImport(staging, () =>
    takeOver(database, 'cost', 'staged_cost', 'product', 'INSERT INTO cost SELECT merchant, product, day, cost FROM temp.staged_cost', 'cost'),
  );
}

function priceImport<Row>(staging: Staging<Row>, work: () => PriceImportSummary): PriceImport<Row> {
  return {
    add: staging.add,
    commit: async ({ dryRun }) => staging.commit(dryRun, work),
    abort: staging.drop,
  };
}

/** Within a transaction. Of several rows of one name and day the last of the file counts. @param value the column that a later row replaces */
function takeOver(
  database: DatabaseSync,
  table: 'market_price' | 'cost',
  staged: 'staged_market' | 'staged_cost',
  name: 'name' | 'product',
  insert: string,
  value: 'price' | 'cost',
): PriceImportSummary {
  const count = (from: string): number => (database.prepare(`SELECT count(*) AS n FROM ${from}`).get() as { n: number }).n;
  const before = count(table);
  // SQLite takes ON CONFLICT after a SELECT for a join's ON unless a WHERE stands between.
  database.exec(`${insert} WHERE true ORDER BY rowid ON CONFLICT DO UPDATE SET ${value} = excluded.${value}`);
  const replaced = count(`temp.${staged}`) - (count(table) - before);
  const span = database.prepare(`SELECT count(DISTINCT ${name}) AS names, min(day) AS firstDay, max(day) AS lastDay FROM temp.${staged}`).get() as Omit<
    PriceImportSummary,
    'replaced'
  >;
  return { ...span, replaced };
}
