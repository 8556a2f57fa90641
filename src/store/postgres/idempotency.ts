/**
 * Idempotency keys in PostgreSQL: whose they are, what was asked with them, who works on it and until when, and what
 * was
 * answered. All within a write.
 */

import type { AccessStore, IdempotencyState, IdempotentRequest } from '../../contract/store/access.ts';
import { forgottenBefore, type KeptRequest, takeRequest } from '../../rules/idempotency.ts';
import type { Transaction } from './connection.ts';

const OF_REQUEST = 'credential = $1 AND merchant = $2 AND key = $3';

/** No merchant has an empty name. */
function keyOf({ credential, merchant, key }: IdempotentRequest): [string, string, string] {
  return [credential, merchant ?? '', key];
}

export async function takeKey(
  transaction: Transaction,
  request: IdempotentRequest,
  work: Parameters<AccessStore['takeIdempotencyKey']>[1],
): Promise<IdempotencyState> {
  // Of two who ask at once, the second waits and finds what the first one kept.
  await transaction.all('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', JSON.stringify(keyOf(request)));
  await transaction.run('DELETE FROM demanda.idempotent_request WHERE at < $1', forgottenBefore(work.at));
  const kept = await transaction.one<KeptRequest>(
    `SELECT digest, at, holder, leased_until AS "leasedUntil", status, answer FROM demanda.idempotent_request
     WHERE ${OF_REQUEST}`,
    ...keyOf(request),
  );
  const { state, keep } = takeRequest(kept ?? null, request, work);
  if (keep)
    await transaction.run(
      `INSERT INTO demanda.idempotent_request (credential, merchant, key, digest, at, holder, leased_until)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (credential, merchant, key)
         DO UPDATE SET holder = excluded.holder, leased_until = excluded.leased_until`,
      ...[...keyOf(request), keep.digest, keep.at, keep.holder, keep.leasedUntil],
    );
  return state;
}

export async function renewKey(
  transaction: Transaction,
  request: IdempotentRequest,
  holder: string,
  leasedUntil: string,
): Promise<void> {
  await transaction.run(
    `UPDATE demanda.idempotent_request SET leased_until = $5 WHERE ${OF_REQUEST} AND holder = $4 AND status IS NULL`,
    ...[...keyOf(request), holder, leasedUntil],
  );
}

export async function settleKey(
  transaction: Transaction,
  request: IdempotentRequest,
  holder: string,
  settled: Parameters<AccessStore['settleIdempotencyKey']>[2],
): Promise<void> {
  // Whoever took the work over after its lease was out settles it; and what is free again keeps its digest and its
  // beginning.
  if (settled === null)
    await transaction.run(
      `UPDATE demanda.idempotent_request SET leased_until = '' WHERE ${OF_REQUEST} AND holder = $4`,
      ...[...keyOf(request), holder],
    );
  else
    await transaction.run(
      `UPDATE demanda.idempotent_request SET status = $5, answer = $6 WHERE ${OF_REQUEST} AND holder = $4`,
      ...[...keyOf(request), holder, settled.status, settled.answer],
    );
}
