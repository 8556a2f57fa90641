/** Names of an import that look like others. */

import type { DatabaseSync } from 'node:sqlite';
import type { ImportSummary } from '../../contract/store/sales.ts';
import { twinNames } from '../../rules/twin-names.ts';

/** Of each kind. */
export const MOST_NAMED = 20;

/** @param cells a query of ids; @param only the merchant whose names may be told; null: all */
export function twinsOf(database: DatabaseSync, cells: string, only: string | null): ImportSummary['twins'] {
  const of = (field: 'merchant' | 'product') => {
    const names = database.prepare(
      `SELECT ${field} AS name, max(id IN (${cells})) AS own FROM cell
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
