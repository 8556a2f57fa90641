/** Tickets into cells: staged, then added up in one transaction. */

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { SaleTicket } from '../contract/import-rows.ts';
import type { ImportSummary, SalesImport } from '../contract/store.ts';
import { openStaging, type RunTransaction } from './staging.ts';

/** A value this many times its cell's median is named in a warning and kept. */
const EXTREME_MULTIPLE = 1_000;

const COLUMNS = [
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

export function openSalesImport(database: DatabaseSync, transaction: RunTransaction): SalesImport {
  const staging = openStaging<SaleTicket>(database, transaction, 'ticket', COLUMNS, valuesOf);
  let accepted = 0;
  return {
    add(tickets) {
      accepted += tickets.length;
      staging.add(tickets);
    },
    commit: async ({ dryRun, unit, knownCovariates }) => staging.commit(dryRun, () => mergeTickets(database, accepted, unit, knownCovariates)),
    abort: staging.drop,
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

/** A share or cost of a day: weighted by quantity, plain mean when nothing was sold. */
const weighted = (column: string): string =>
  `coalesce(sum(${column} * quantity) / nullif(sum(CASE WHEN ${column} IS NOT NULL THEN quantity END), 0), avg(${column}))`;

function mergeTickets(database: DatabaseSync, accepted: number, unit: string, knownCovariates: readonly string[]): ImportSummary {
  database.exec(`
    DROP TABLE IF EXISTS temp.day_row;
    INSERT INTO cell (merchant, product, product_type, unit, frequency, rows, first_day, last_day)
      SELECT merchant, product, coalesce(max(product_type), product), '', 'daily', 0, 0, 0 FROM temp.ticket WHERE true GROUP BY merchant, product
      ON CONFLICT (merchant, product) DO NOTHING;
    UPDATE cell SET product_type = t.type FROM (
      SELECT merchant, product, max(product_type) AS type FROM temp.ticket WHERE product_type IS NOT NULL GROUP BY merchant, product) t
      WHERE cell.merchant = t.merchant AND cell.product = t.product;
    CREATE TEMP TABLE day_row AS
      SELECT c.id AS cell, t.day AS day, sum(t.quantity) AS quantity, ${weighted('price')} AS price, ${weighted('cost')} AS cost, ${weighted('promo')} AS promo,
        max(t.sold_out) AS sold_out, ${weighted('waste')} AS waste, avg(t.market_price) AS market_price, max(t.covariates) AS covariates
      FROM temp.ticket t JOIN cell c ON c.merchant = t.merchant AND c.product = t.product GROUP BY c.id, t.day;
  `);
  database.prepare("UPDATE cell SET unit = ? WHERE unit = '' OR (? <> '' AND id IN (SELECT cell FROM temp.day_row))").run(unit || 'kg', unit);
  const number = (sql: string): number => (database.prepare(sql).get() as { n: number }).n;
  const rows = number('SELECT count(*) AS n FROM temp.day_row');
  const replaced = number('SELECT count(*) AS n FROM temp.day_row r JOIN sale s ON s.cell = r.cell AND s.day = r.day');
  const known = database.prepare('INSERT OR IGNORE INTO known_covariate VALUES (?)');
  for (const name of knownCovariates) known.run(name);
  database.exec('INSERT OR REPLACE INTO sale SELECT cell, day, quantity, price, cost, promo, sold_out, waste, market_price, covariates FROM temp.day_row');
  refreshCells(database);
  const span = database
    .prepare(
      'SELECT count(DISTINCT c.merchant) AS merchants, count(DISTINCT c.product) AS products, min(r.day) AS firstDay, max(r.day) AS lastDay FROM temp.day_row r JOIN cell c ON c.id = r.cell',
    )
    .get() as { merchants: number; products: number; firstDay: number | null; lastDay: number | null };
  const extremes = (['quantity', 'price'] as const).flatMap((column) => extremeRows(database, column)).slice(0, 20);
  database.exec('DROP TABLE temp.day_row');
  return { accepted, rows, replaced, ...span, extremes };
}

/** Rows, span and spacing of every cell that the import touched: spacing is the median gap, taken per cell. */
function refreshCells(database: DatabaseSync): void {
  database.exec(`
    UPDATE cell SET rows = s.n, first_day = s.first, last_day = s.last,
      frequency = CASE WHEN s.gap >= 25 THEN 'monthly' WHEN s.gap >= 6 THEN 'weekly' ELSE 'daily' END
    FROM (
      SELECT cell, max(total) AS n, min(first) AS first, max(last) AS last,
        max(CASE WHEN rank = total / 2 + 1 THEN gap END) AS gap
      FROM (
        SELECT cell, count(*) OVER (PARTITION BY cell) AS total, min(day) OVER (PARTITION BY cell) AS first, max(day) OVER (PARTITION BY cell) AS last,
          gap, row_number() OVER (PARTITION BY cell ORDER BY gap) AS rank
        FROM (
          SELECT cell, day, coalesce(day - lag(day) OVER (PARTITION BY cell ORDER BY day), 1) AS gap
          FROM sale WHERE cell IN (SELECT DISTINCT cell FROM temp.day_row)))
      GROUP BY cell) s
    WHERE cell.id = s.cell;
  `);
}

function extremeRows(database: DatabaseSync, column: 'quantity' | 'price'): ImportSummary['extremes'][number][] {
  return database
    .prepare(
      `SELECT c.merchant, c.product, r.day, '${column}' AS "column", r.${column} AS value
       FROM temp.day_row r JOIN cell c ON c.id = r.cell JOIN (
         SELECT cell, max(CASE WHEN rank = total / 2 + 1 THEN value END) AS median FROM (
           SELECT cell, ${column} AS value, count(*) OVER (PARTITION BY cell) AS total, row_number() OVER (PARTITION BY cell ORDER BY ${column}) AS rank
           FROM temp.day_row WHERE ${column} > 0) GROUP BY cell) m ON m.cell = r.cell
       WHERE r.${column} > ${EXTREME_MULTIPLE} * m.median LIMIT 20`,
    )
    .all() as unknown as ImportSummary['extremes'][number][];
}
