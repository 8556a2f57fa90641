/** What is odd in the rows of an import: names that look alike, and figures far from the others of their cell. */

import type { DatabaseSync } from 'node:sqlite';
import type { ImportSummary } from '../../contract/store/sales.ts';
import { EXTREME_MULTIPLE } from '../../rules/extremes.ts';
import { twinNames } from '../../rules/twin-names.ts';

/** Of each kind. */
export const MOST_NAMED = 20;

/** @param only the merchant whose names may be told; null: all */
export function twinsOf(database: DatabaseSync, days: string, only: string | null): ImportSummary['twins'] {
  const of = (field: 'merchant' | 'product') => {
    const names = database.prepare(
      `SELECT ${field} AS name, max(id IN (SELECT cell FROM ${days})) AS own FROM cell
       WHERE ?1 IS NULL OR merchant = ?1 GROUP BY ${field}`,
    );
    const all = names.all(only) as unknown as { readonly name: string; readonly own: number }[];
    const own = new Set(all.filter((row) => row.own === 1).map(({ name }) => name));
    return twinNames(
      own,
      all.map(({ name }) => name),
    ).slice(0, MOST_NAMED);
  };
  return { merchant: of('merchant'), product: of('product') };
}

export function extremeRows(
  database: DatabaseSync,
  days: string,
  column: 'quantity' | 'price',
): ImportSummary['extremes'][number][] {
  return database
    .prepare(
      `SELECT c.merchant, c.product, r.day, '${column}' AS "column", r.${column} AS value
       FROM ${days} r JOIN cell c ON c.id = r.cell JOIN (
         SELECT cell, max(CASE WHEN rank = total / 2 + 1 THEN value END) AS median FROM (
           SELECT cell, ${column} AS value, count(*) OVER (PARTITION BY cell) AS total, row_number() OVER (PARTITION BY cell ORDER BY ${column}) AS rank
           FROM ${days} WHERE ${column} > 0) GROUP BY cell) m ON m.cell = r.cell
       WHERE r.${column} > ${EXTREME_MULTIPLE} * m.median LIMIT ${MOST_NAMED}`,
    )
    .all() as unknown as ImportSummary['extremes'][number][];
}
