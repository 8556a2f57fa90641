/** What a merchant has besides its cells, when its name changes, in SQLite. All within a write. */

import type { DatabaseSync } from 'node:sqlite';

/** Columns that name a merchant, and whose rows may belong to any. */
const OWNERS = [
  ['import', 'merchant'],
  ['stock', 'merchant'],
  ['competitor_price', 'merchant'],
  ['training', 'merchant'],
  ['audit', 'merchant'],
  ['recommendation', 'batch_owner'],
] as const;

/** Columns that name a merchant within a key: where the other has a row of that key, its own stays. */
const KEYS = [
  ['known_covariate', 'merchant'],
  ['import_covariate', 'merchant'],
  ['idempotent_request', 'merchant'],
] as const;

/**
 * @param joined the other merchant is there already: keys of the one that goes would open what was not theirs to see,
 * and
 * are revoked
 * @returns how many keys were
 */
export function moveMerchant(
  database: DatabaseSync,
  { from, into, joined }: { readonly from: string; readonly into: string; readonly joined: boolean },
  at: string,
): number {
  for (const [table, column] of OWNERS)
    database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${column} = ?`).run(into, from);
  for (const [table, column] of KEYS) {
    database.prepare(`UPDATE OR IGNORE ${table} SET ${column} = ? WHERE ${column} = ?`).run(into, from);
    database.prepare(`DELETE FROM ${table} WHERE ${column} = ?`).run(from);
  }
  database.prepare('UPDATE OR IGNORE export_batch SET owner = ? WHERE owner = ?').run(into, from);
  moveMappings(database, from, into);
  if (!joined) {
    for (const table of ['api_key', 'session'])
      database.prepare(`UPDATE ${table} SET merchant = ? WHERE merchant = ?`).run(into, from);
    return 0;
  }
  database.prepare('DELETE FROM session WHERE merchant = ?').run(from);
  const { changes } = database
    .prepare('UPDATE api_key SET revoked_at = ? WHERE merchant = ? AND revoked_at IS NULL')
    .run(at, from);
  return Number(changes);
}

/** How the merchant's own files are read; their keys are JSON texts of merchant and headers. */
function moveMappings(database: DatabaseSync, from: string, into: string): void {
  const move = database.prepare("UPDATE document SET key = ? WHERE kind = 'mapping' AND key = ?");
  const keys = database.prepare("SELECT key FROM document WHERE kind = 'mapping'").all() as { readonly key: string }[];
  const there = new Set(keys.map(({ key }) => key));
  for (const { key } of keys) {
    const [owner, digest] = JSON.parse(key) as readonly [string, string];
    const after = JSON.stringify([into, digest]);
    if (owner === from && !there.has(after)) move.run(after, key);
  }
}
