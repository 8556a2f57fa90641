/** Imports of market prices and of costs: staged like sales, then taken over in one transaction. */

import type { DatabaseSync } from 'node:sqlite';
import type { CostRow, MarketPriceRow, PriceImport, PriceImportSummary } from '../contract/store.ts';
import { openStaging, type RunTransaction, type Staging } from './staging.ts';

export function openMarketImport(database: DatabaseSync, transaction: RunTransaction): PriceImport<MarketPriceRow> {
  const columns = ['name TEXT', 'day INTEGER', 'price REAL'];
  const staging = openStaging<MarketPriceRow>(database, transaction, 'staged_market', columns, ({ name, day, price }) => [name, day, price]);
  return priceImport(staging, () =>
    // A list that gives several prices of a name and day, such as those of varieties, enters as their mean.
    takeOver(database, 'market_price', 'staged_market', 'name', 'SELECT name, day, avg(price) AS price FROM temp.staged_market GROUP BY name, day', 'price'),
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
    // Of several costs of a day the last of the file counts: of columns beside max(), SQLite takes that row's.
    takeOver(
      database,
      'cost',
      'staged_cost',
      'product',
      'SELECT merchant, product, day, cost FROM (SELECT merchant, product, day, cost, max(rowid) FROM temp.staged_cost GROUP BY merchant, product, day)',
      'cost',
    ),
  );
}

function priceImport<Row>(staging: Staging<Row>, work: () => PriceImportSummary): PriceImport<Row> {
  return {
    add: staging.add,
    commit: async ({ dryRun }) => staging.commit(dryRun, work),
    abort: staging.drop,
  };
}

/** Within a transaction. @param rows the staged rows, one a key of the table; @param value the column that a later import replaces */
function takeOver(
  database: DatabaseSync,
  table: 'market_price' | 'cost',
  staged: 'staged_market' | 'staged_cost',
  name: 'name' | 'product',
  rows: string,
  value: 'price' | 'cost',
): PriceImportSummary {
  const count = (from: string): number => (database.prepare(`SELECT count(*) AS n FROM ${from}`).get() as { n: number }).n;
  const before = count(table);
  // SQLite takes ON CONFLICT after a SELECT for a join's ON unless a WHERE stands between.
  const { changes } = database.prepare(`INSERT INTO ${table} SELECT * FROM (${rows}) WHERE true ON CONFLICT DO UPDATE SET ${value} = excluded.${value}`).run();
  database.exec("INSERT INTO document VALUES ('revision', 'prices', '1') ON CONFLICT DO UPDATE SET json = json + 1");
  const replaced = Number(changes) - (count(table) - before);
  const span = database.prepare(`SELECT count(DISTINCT ${name}) AS names, min(day) AS firstDay, max(day) AS lastDay FROM temp.${staged}`).get() as Omit<
    PriceImportSummary,
    'replaced'
  >;
  return { ...span, replaced };
}
