/** Competitors' prices in SQLite, and their import. */

import type { DatabaseSync } from 'node:sqlite';
import type { CellName } from '../../contract/cell-name.ts';
import type {
  CompetitorNaming,
  CompetitorPrice,
  CompetitorProduct,
  CompetitorRow,
  CompetitorStore,
} from '../../contract/store/competitors.ts';
import type { Import } from '../../contract/store/sales.ts';
import { type CompetitorSummary, type SeenPrice, standingPrices } from '../../rules/competitor-prices.ts';
import { NO_PRICES } from '../../rules/stock-counts.ts';
import type { SqliteConnection } from './connection.ts';
import { applyAliases } from './name-aliases.ts';
import { movePrices, priceImport } from './price-import.ts';
import { openStaging } from './staging.ts';

export class SqliteCompetitors implements CompetitorStore {
  private readonly sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
  }

  async of(cell: CellName): Promise<readonly CompetitorPrice[]> {
    return competitorsOf(this.sqlite, cell);
  }

  async namings(): Promise<readonly CompetitorNaming[]> {
    // Of columns beside max(), SQLite takes that row's.
    return this.sqlite
      .all<CompetitorNaming & { readonly newest: number }>(
        `SELECT competitor, theirs, product, max(import * 1000000.0 + line) AS newest FROM competitor_price
         WHERE theirs IS NOT NULL GROUP BY competitor, theirs ORDER BY competitor, theirs`,
      )
      .map(({ competitor, theirs, product }) => ({ competitor, theirs, product }));
  }

  async products(): Promise<readonly CompetitorProduct[]> {
    return this.sqlite.all<CompetitorProduct>(
      `SELECT nullif(merchant, '') AS merchant, product, count(*) AS prices FROM competitor_price
       GROUP BY product, merchant ORDER BY product, competitor_price.merchant`,
    );
  }
}

/** What stands for a cell, everyone's prices among it. */
export function competitorsOf(sqlite: SqliteConnection, { merchant, product }: CellName): readonly CompetitorPrice[] {
  return standingPrices(
    sqlite.all<SeenPrice>(
      `SELECT merchant, competitor, day, import, line, price, promo FROM competitor_price
       WHERE product = ? AND merchant IN (?, '')`,
      product,
      merchant,
    ),
  );
}

const KEPT = 'merchant, product, competitor, day, import, line, price, promo, theirs';

export function openCompetitorImport(sqlite: SqliteConnection): Import<'competitors'> {
  const columns = [
    ...[
      'merchant TEXT',
      'product TEXT',
      'competitor TEXT',
      'day INTEGER',
      'price REAL',
      'promo INTEGER',
      'theirs TEXT',
    ],
  ];
  const staging = openStaging<CompetitorRow>(sqlite, 'staged_competitor', {
    columns,
    valuesOf: ({ merchant, product, competitor, day, price, promo, theirs }) => [
      ...[merchant ?? '', product, competitor, day, price, promo ? 1 : 0, theirs],
    ],
  });
  return priceImport(sqlite, staging, 'competitors', ({ number }) => {
    const { database } = sqlite;
    const { table } = staging;
    const renamed = applyAliases(database, { table, merchant: 'merchant', product: 'product' });
    const there = `FROM ${table} r JOIN competitor_price c
      ON c.product = r.product AND c.merchant = r.merchant AND c.competitor = r.competitor AND c.day = r.day`;
    const { replaced, unchanged } = database
      .prepare(
        `SELECT count(DISTINCT r.rowid) AS replaced,
           count(DISTINCT CASE WHEN c.price = r.price AND c.promo = r.promo THEN r.rowid END) AS unchanged ${there}`,
      )
      .get() as { replaced: number; unchanged: number };
    database
      .prepare(
        `INSERT INTO competitor_price (${KEPT})
         SELECT merchant, product, competitor, day, ?, rowid, price, promo, theirs FROM ${table}`,
      )
      .run(number);
    movePrices(database);
    const summary = database
      .prepare(
        `SELECT count(DISTINCT product) AS names, min(day) AS firstDay, max(day) AS lastDay,
           CASE WHEN count(DISTINCT merchant) = 1 THEN nullif(min(merchant), '') END AS onlyMerchant FROM ${table}`,
      )
      .get() as unknown as CompetitorSummary;
    return { ...NO_PRICES, ...summary, replaced, unchanged, renamed };
  });
}

/** A cell takes another name, or becomes one with another. Within a write. */
export function moveCompetitors(database: DatabaseSync, from: CellName, into: CellName): void {
  database
    .prepare('UPDATE competitor_price SET merchant = ?, product = ? WHERE merchant = ? AND product = ?')
    .run(into.merchant, into.product, from.merchant, from.product);
}

/** Everyone's prices of a product that alone has another name at one merchant become its own too. Within a write. */
export function copySharedCompetitors(database: DatabaseSync, from: CellName, into: CellName): void {
  database
    .prepare(
      `INSERT OR IGNORE INTO competitor_price (${KEPT})
       SELECT ?, ?, competitor, day, import, line, price, promo, theirs FROM competitor_price
       WHERE merchant = '' AND product = ?`,
    )
    .run(into.merchant, into.product, from.product);
}

/** Rows that an import wrote go; those of earlier ones stand again. @returns how many went */
export function removeCompetitors(database: DatabaseSync, number: number): number {
  movePrices(database);
  return Number(database.prepare('DELETE FROM competitor_price WHERE import = ?').run(number).changes);
}
