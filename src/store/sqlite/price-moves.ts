/** Costs and market prices of names that change, in SQLite. All within a write. */

import type { DatabaseSync } from 'node:sqlite';
import type { CellMove } from '../../rules/name-changes.ts';
import { moveCompetitors } from './competitors.ts';
import { movePrices } from './price-import.ts';

/** A table of dated prices, and the rows of it that take another name. */
interface MovedPrices {
  readonly table: 'cost' | 'market_price';
  readonly value: 'cost' | 'price';
  /** Columns that name what a price is of. */
  readonly names: readonly string[];
  readonly from: readonly string[];
  readonly into: readonly string[];
  /** Whether the rows stay where they are too. */
  readonly copied?: boolean;
}

/** A merchant's own costs of a cell. */
export function moveCosts(database: DatabaseSync, { from, into }: CellMove, at: string): void {
  move(
    database,
    {
      ...{ table: 'cost', value: 'cost', names: ['merchant', 'product'] },
      ...{ from: [from.merchant, from.product], into: [into.merchant, into.product] },
    },
    at,
  );
}

/**
 * What everybody pays and charges for a product. Of a product that has the name at other merchants, and of a type, the
 * prices stay.
 */
export function moveSharedPrices(database: DatabaseSync, from: string, into: string, at: string): void {
  const { stays } = database
    .prepare('SELECT EXISTS (SELECT 1 FROM overview WHERE product_type = ?) AS stays')
    .get(from) as { stays: number };
  moveCompetitors(database, { merchant: '', product: from }, { merchant: '', product: into });
  move(
    database,
    { table: 'cost', value: 'cost', names: ['merchant', 'product'], from: ['', from], into: ['', into] },
    at,
  );
  move(
    database,
    { table: 'market_price', value: 'price', names: ['name'], from: [from], into: [into], copied: stays === 1 },
    at,
  );
}

/** What everybody pays for a product becomes what one merchant pays, whose product alone has another name now. */
export function copySharedCosts(database: DatabaseSync, { from, into }: CellMove, at: string): void {
  move(
    database,
    {
      ...{ table: 'cost', value: 'cost', names: ['merchant', 'product'] },
      ...{ from: ['', from.product], into: [into.merchant, into.product], copied: true },
    },
    at,
  );
}

/** Of two prices of a day that of the new name stays, and which import wrote which is not known any more. */
function move(
  database: DatabaseSync,
  { table, value, names, from, into, copied = false }: MovedPrices,
  at: string,
): void {
  const is = (of: string): string => names.map((name) => `${of}${name} = ?`).join(' AND ');
  const has = (named: readonly string[]): boolean =>
    database.prepare(`SELECT 1 FROM ${table} WHERE ${is('')} LIMIT 1`).get(...named) !== undefined;
  if (!has(from)) return;
  const [own, there] = [`${names.join(', ')}`, has(into)];
  // Costs of everybody's have no merchant, as market prices.
  const noted = (named: readonly string[]): readonly [string, string] =>
    named.length === 1 ? ['', named[0] as string] : [named[0] as string, named[1] as string];
  if (there) {
    const wrote = `SELECT import FROM ${table} WHERE ${is('')} AND import IS NOT NULL`;
    database
      .prepare(
        `INSERT OR IGNORE INTO import_joined SELECT import, ?, ?, ? FROM (${wrote} UNION ${wrote} UNION
           SELECT import FROM import_price WHERE (merchant, name) IN ((?, ?), (?, ?))
             AND import IN (SELECT number FROM import WHERE kind = '${table === 'cost' ? 'costs' : 'market'}'))`,
      )
      .run(at, from.at(-1) ?? '', into.at(-1) ?? '', ...from, ...into, ...noted(from), ...noted(into));
  }
  database
    .prepare(
      `INSERT OR IGNORE INTO ${table} (${own}, day, ${value}, import) SELECT ${names.map(() => '?').join(', ')}, day, ${value}, import
       FROM ${table} WHERE ${is('')}`,
    )
    .run(...into, ...from);
  const kind = table === 'cost' ? 'costs' : 'market';
  database
    .prepare(
      `INSERT OR IGNORE INTO import_price (import, merchant, name, day, previous, value)
       SELECT import, ?, ?, day, previous, value FROM import_price WHERE merchant = ? AND name = ?
         AND import IN (SELECT number FROM import WHERE kind = '${kind}')`,
    )
    .run(...noted(into), ...noted(from));
  if (!copied) {
    database.prepare(`DELETE FROM ${table} WHERE ${is('')}`).run(...from);
    database
      .prepare(
        `DELETE FROM import_price WHERE merchant = ? AND name = ? AND import IN (SELECT number FROM import WHERE kind = '${kind}')`,
      )
      .run(...noted(from));
  }
  movePrices(database);
}
