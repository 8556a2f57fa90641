import { type Holder, LONGEST_LEASE_MS } from '../../src/contract/store/runs.ts';

/** Somebody who works, under a lease that begins now. @param ms of the lease; negative: it is over already */
export function holderOf(id: string, ms = LONGEST_LEASE_MS / 2): Holder {
  return { id, name: `name of ${id}`, leaseUntil: new Date(Date.now() + ms).toISOString() };
}
