/** The audit log in PostgreSQL, written within the transaction of what it tells. */

import { actorId, type Deed } from '../../contract/store/deed.ts';
import type { Transaction } from './connection.ts';

/** Within a write. */
export async function insertAudit(
  transaction: Transaction,
  { at, actor, action, merchant, detail }: Deed,
): Promise<void> {
  await transaction.run(
    'INSERT INTO demanda.audit (at, actor, actor_name, action, merchant, detail) VALUES ($1, $2, $3, $4, $5, $6)',
    ...[at, actorId(actor), actor.name, action, merchant, JSON.stringify(detail)],
  );
}
