/** What a merchant has besides its cells, when its name changes, in PostgreSQL. All within a write. */

import type { Transaction } from './connection.ts';

/** Columns that name a merchant, and whose rows may belong to any. */
const OWNERS = [
  ['import', 'merchant'],
  ['stock', 'merchant'],
  ['competitor_price', 'merchant'],
  ['training', 'merchant'],
  ['audit', 'merchant'],
  ['recommendation', 'batch_owner'],
] as const;

/** Columns that name a merchant within a key, and the others of it: where the other has a row of the key, it stays. */
const KEYS = [
  ['known_covariate', 'merchant', ['name']],
  ['import_covariate', 'merchant', ['import', 'name']],
  ['idempotent_request', 'merchant', ['credential', 'key']],
  ['export_batch', 'owner', ['batch_id']],
] as const;

/**
 * @param joined the other merchant is there already: keys of the one that goes would open what was not theirs to see,
 * and are revoked
 * @returns how many keys were
 */
export async function moveMerchant(
  transaction: Transaction,
  { from, into, joined }: { readonly from: string; readonly into: string; readonly joined: boolean },
  at: string,
): Promise<number> {
  for (const [table, column] of OWNERS)
    await transaction.run(`UPDATE demanda.${table} SET ${column} = $1 WHERE ${column} = $2`, into, from);
  for (const [table, column, others] of KEYS) {
    const same = others.map((other) => `o.${other} = t.${other}`).join(' AND ');
    await transaction.run(
      `UPDATE demanda.${table} t SET ${column} = $1 WHERE ${column} = $2
         AND NOT EXISTS (SELECT 1 FROM demanda.${table} o WHERE o.${column} = $1 AND ${same})`,
      into,
      from,
    );
    // What was sent to somebody stays on record under the name that it was sent with.
    if (table !== 'export_batch') await transaction.run(`DELETE FROM demanda.${table} WHERE ${column} = $1`, from);
  }
  await moveMappings(transaction, from, into);
  if (!joined) {
    for (const table of ['api_key', 'session'])
      await transaction.run(`UPDATE demanda.${table} SET merchant = $1 WHERE merchant = $2`, into, from);
    return 0;
  }
  await transaction.run('DELETE FROM demanda.session WHERE merchant = $1', from);
  return transaction.run(
    'UPDATE demanda.api_key SET revoked_at = $1 WHERE merchant = $2 AND revoked_at IS NULL',
    at,
    from,
  );
}

/** How the merchant's own files are read; their keys are JSON texts of merchant and headers. */
async function moveMappings(transaction: Transaction, from: string, into: string): Promise<void> {
  const rows = await transaction.all<{ key: string }>("SELECT key FROM demanda.document WHERE kind = 'mapping'");
  const there = new Set(rows.map(({ key }) => key));
  for (const { key } of rows) {
    const [owner, digest] = JSON.parse(key) as readonly [string, string];
    const after = JSON.stringify([into, digest]);
    if (owner === from && !there.has(after))
      await transaction.run("UPDATE demanda.document SET key = $1 WHERE kind = 'mapping' AND key = $2", after, key);
  }
}
