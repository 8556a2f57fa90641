/** Writes that are to be done once: who does them, and what is answered to who asks again. */

import type { AccessStore, IdempotencyState, IdempotentRequest } from '../contract/store/access.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { leaseRuns } from './leases.ts';

/** A key answers for this long. */
const KEPT_DAYS = 2;

/** What is kept of a request. */
export interface KeptRequest {
  readonly digest: string;
  readonly at: string;
  readonly holder: string;
  readonly leasedUntil: string;
  /** Null until it is done. */
  readonly status: number | null;
  readonly answer: string | null;
}

/** Requests from before this instant are forgotten. @param at ISO 8601 instant */
export function forgottenBefore(at: string): string {
  return new Date(Date.parse(at) - KEPT_DAYS * 86_400_000).toISOString();
}

/**
 * Takes a request for work that begins. Also from work whose lease is out, as it died.
 *
 * @param kept null: nobody asked for it before
 * @returns what to answer, and what is kept from then on; null: it stays as it is
 * @throws DemandaError IDEMPOTENCY_DIFFERENT when the key was used for another request
 */
export function takeRequest(
  kept: KeptRequest | null,
  { digest, key }: Pick<IdempotentRequest, 'digest' | 'key'>,
  { holder, at, leasedUntil, workedOn }: Parameters<AccessStore['takeIdempotencyKey']>[1],
): { readonly state: IdempotencyState; readonly keep: KeptRequest | null } {
  if (kept === null) {
    const keep = { digest, at, holder, leasedUntil, status: null, answer: null };
    return { state: { state: 'taken', since: at, before: false }, keep };
  }
  const since = kept.at;
  if (kept.digest !== digest) throw new DemandaError('IDEMPOTENCY_DIFFERENT', { key });
  if (kept.status !== null)
    return { state: { state: 'done', since, status: kept.status, answer: kept.answer }, keep: null };
  const leased = leaseRuns(kept.leasedUntil, at, leasedUntil);
  if (workedOn || leased) {
    const until = leased ? kept.leasedUntil : leasedUntil;
    return { state: { state: 'under way', since, leasedUntil: until }, keep: null };
  }
  return { state: { state: 'taken', since, before: true }, keep: { ...kept, holder, leasedUntil } };
}
