/** The audit log in SQLite, written within the transaction of what it tells. */

import type { DatabaseSync } from 'node:sqlite';
import { type Actor, actorId, type Deed } from '../../contract/store/deed.ts';

/** Who acts when the program itself brings a store up to date or puts one back. */
export const PROGRAM: Actor = { kind: 'library', id: 'demanda', name: 'demanda' };

/** Within a write. */
export function insertAudit(database: DatabaseSync, { at, actor, action, merchant, detail }: Deed): void {
  database
    .prepare('INSERT INTO audit (at, actor, actor_name, action, merchant, detail) VALUES (?, ?, ?, ?, ?, ?)')
    .run(at, actorId(actor), actor.name, action, merchant, JSON.stringify(detail));
}
