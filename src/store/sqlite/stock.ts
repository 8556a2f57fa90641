/** Counts of stock in SQLite, and their import. */

import type { DatabaseSync } from 'node:sqlite';
import type { CellName } from '../../contract/cell-name.ts';
import type { Import } from '../../contract/store/sales.ts';
import type { StockCount, StockRow, StockStore } from '../../contract/store/stock.ts';
import { type KeptStockRow, NO_PRICES, newestCount, type StockSummary } from '../../rules/stock-counts.ts';
import type { SqliteConnection } from './connection.ts';
import { applyAliases } from './name-aliases.ts';
import { movePrices, priceImport } from './price-import.ts';
import { openStaging } from './staging.ts';

export class SqliteStock implements StockStore {
  private readonly sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
  }

  async newest({ merchant, product }: CellName): Promise<StockCount | null> {
    return newestCount(
      this.sqlite.all<Omit<KeptStockRow, 'merchant' | 'product'>>(
        `SELECT day, import, line, quantity, expiry, delivery FROM stock
         WHERE merchant = ?1 AND product = ?2
           AND day = (SELECT max(day) FROM stock WHERE merchant = ?1 AND product = ?2)`,
        merchant,
        product,
      ),
    );
  }
}

export function openStockImport(sqlite: SqliteConnection): Import<'stock'> {
  const columns = [
    ...['merchant TEXT', 'product TEXT', 'day INTEGER', 'quantity REAL', 'expiry INTEGER', 'delivery INTEGER'],
  ];
  const staging = openStaging<StockRow>(sqlite, 'staged_stock', {
    columns,
    valuesOf: ({ merchant, product, day, quantity, expiry, delivery }) => [
      ...[merchant, product, day, quantity, expiry, delivery],
    ],
  });
  return priceImport(sqlite, staging, 'stock', ({ number }) => {
    const { database } = sqlite;
    const { table } = staging;
    const renamed = applyAliases(database, { table, merchant: 'merchant', product: 'product' });
    const { replaced } = database
      .prepare(
        `SELECT count(*) AS replaced FROM ${table} r WHERE EXISTS
           (SELECT 1 FROM stock s WHERE s.merchant = r.merchant AND s.product = r.product AND s.day = r.day)`,
      )
      .get() as { replaced: number };
    database
      .prepare(
        `INSERT INTO stock (merchant, product, day, import, line, quantity, expiry, delivery)
         SELECT merchant, product, day, ?, rowid, quantity, expiry, delivery FROM ${table}`,
      )
      .run(number);
    // What is shown of cells may say otherwise now.
    movePrices(database);
    const summary = database
      .prepare(
        `SELECT count(DISTINCT product) AS names, min(day) AS firstDay, max(day) AS lastDay,
           CASE WHEN count(DISTINCT merchant) = 1 THEN min(merchant) END AS onlyMerchant FROM ${table}`,
      )
      .get() as unknown as StockSummary;
    return { ...summary, replaced, renamed, ...NO_PRICES };
  });
}

/** A cell takes another name, or becomes one with another. Within a write. */
export function moveStock(database: DatabaseSync, from: CellName, into: CellName): void {
  database
    .prepare('UPDATE stock SET merchant = ?, product = ? WHERE merchant = ? AND product = ?')
    .run(into.merchant, into.product, from.merchant, from.product);
}

/** Rows that an import wrote go; those of earlier ones stand again. @returns how many went */
export function removeStock(database: DatabaseSync, number: number): number {
  movePrices(database);
  return Number(database.prepare('DELETE FROM stock WHERE import = ?').run(number).changes);
}
