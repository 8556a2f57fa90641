/**
 * Idempotency keys in SQLite: whose they are, what was asked with them, who works on it and until when, and what was
 * answered. All within a write.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { AccessStore, IdempotencyState, IdempotentRequest } from '../../contract/store/access.ts';
import { forgottenBefore, type KeptRequest, takeRequest } from '../../rules/idempotency.ts';

const OF_REQUEST = 'credential = ? AND merchant = ? AND key = ?';

/** No merchant has an empty name. */
function keyOf({ credential, merchant, key }: IdempotentRequest): [string, string, string] {
  return [credential, merchant ?? '', key];
}

export function takeKey(
  database: DatabaseSync,
  request: IdempotentRequest,
  work: Parameters<AccessStore['takeIdempotencyKey']>[1],
): IdempotencyState {
  database.prepare('DELETE FROM idempotent_request WHERE at < ?').run(forgottenBefore(work.at));
  const kept = database
    .prepare(
      `SELECT digest, at, holder, leased_until AS leasedUntil, status, answer FROM idempotent_request
       WHERE ${OF_REQUEST}`,
    )
    .get(...keyOf(request)) as KeptRequest | undefined;
  const { state, keep } = takeRequest(kept ?? null, request, work);
  if (keep)
    database
      .prepare(
        `INSERT INTO idempotent_request (credential, merchant, key, digest, at, holder, leased_until)
         VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET holder = excluded.holder, leased_until = excluded.leased_until`,
      )
      .run(...keyOf(request), keep.digest, keep.at, keep.holder, keep.leasedUntil);
  return state;
}

export function renewKey(
  database: DatabaseSync,
  request: IdempotentRequest,
  holder: string,
  leasedUntil: string,
): void {
  database
    .prepare(`UPDATE idempotent_request SET leased_until = ? WHERE ${OF_REQUEST} AND holder = ? AND status IS NULL`)
    .run(leasedUntil, ...keyOf(request), holder);
}

export function settleKey(
  database: DatabaseSync,
  request: IdempotentRequest,
  holder: string,
  settled: Parameters<AccessStore['settleIdempotencyKey']>[2],
): void {
  // Whoever took the work over after its lease was out settles it; and what is free again keeps its digest and its
  // beginning.
  if (settled === null)
    database
      .prepare(`UPDATE idempotent_request SET leased_until = '' WHERE ${OF_REQUEST} AND holder = ?`)
      .run(...keyOf(request), holder);
  else {
    database
      .prepare(`UPDATE idempotent_request SET status = ?, answer = ? WHERE ${OF_REQUEST} AND holder = ?`)
      .run(settled.status, settled.answer, ...keyOf(request), holder);
  }
}
