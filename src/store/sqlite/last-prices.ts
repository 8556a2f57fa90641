/** What cells were last sold at, in SQLite: the rule of src/rules/last-price.ts, for speed. */

import type { DatabaseSync } from 'node:sqlite';
import { ONE_PRICE, PROMOTION_SHARE } from '../../rules/last-price.ts';

/** Rows of cell `?1` that tell a price. */
const SOLD = `FROM sale s WHERE s.cell = ?1 AND s.price > 0 AND s.quantity > 0 AND coalesce(s.promo, 0) < ${PROMOTION_SHARE}
  AND NOT EXISTS (SELECT 1 FROM held_value h WHERE h.cell = ?1 AND h.day = s.day AND h.field = 'price' AND h.accepted = 0)`;

/**
 * After rows or held values of cells have changed, within the transaction. @param cells a query of ids, which may repeat
 */
export function settleLastPrices(database: DatabaseSync, cells: string): void {
  const newest = database.prepare(`SELECT s.price AS price ${SOLD} ORDER BY s.day DESC LIMIT 1`);
  // Walked from the end, and left as soon as the price was another.
  const since = database.prepare(
    `SELECT min(s.day) AS day ${SOLD} AND s.day > coalesce((SELECT s.day ${SOLD}
       AND abs(s.price - ?2) > ${ONE_PRICE} * ?2 ORDER BY s.day DESC LIMIT 1), -2147483648)`,
  );
  const update = database.prepare(
    'UPDATE cell SET last_price = ?, price_since = ? WHERE id = ? AND (last_price IS NOT ?1 OR price_since IS NOT ?2)',
  );
  const ids = database.prepare(`SELECT DISTINCT * FROM (${cells})`);
  ids.setReturnArrays(true);
  for (const [id] of ids.all() as unknown as [number][]) {
    const last = newest.get(id) as { price: number } | undefined;
    const run = last && (since.get(id, last.price) as { day: number });
    update.run(last?.price ?? null, run?.day ?? null, id);
  }
}
