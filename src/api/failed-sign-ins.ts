/**
 * Attempts to sign in that failed, counted by where they come from: so many in a while, and then none for the rest of
 * it.
 */

import { DemandaError } from '../errors/demanda-error.ts';

const MOST = 10;
const WINDOW_MS = 5 * 60_000;
/** Addresses that are remembered at once; beyond it those whose time is over are forgotten. */
const MOST_ADDRESSES = 10_000;

export class FailedSignIns {
  private readonly counts = new Map<string, { failed: number; readonly until: number }>();

  /**
   * Counts an attempt until it is known to be good: many at once must not pass together. @throws DemandaError
   * SIGN_IN_TOO_MANY
   */
  begin(address: string, now = Date.now()): void {
    const from = networkOf(address);
    const known = this.counts.get(from);
    if (!known || known.until <= now) {
      if (this.counts.size >= MOST_ADDRESSES)
        for (const [each, { until }] of this.counts) if (until <= now) this.counts.delete(each);
      this.counts.set(from, { failed: 1, until: now + WINDOW_MS });
    } else if (known.failed >= MOST)
      throw new DemandaError('SIGN_IN_TOO_MANY', { seconds: Math.ceil((known.until - now) / 1000) });
    else known.failed++;
  }

  /** The attempt was no failure. */
  takeBack(address: string): void {
    const known = this.counts.get(networkOf(address));
    if (known) known.failed--;
  }
}

/** Who has one IPv6 address has the 2^64 beside it. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const whole =
    tail === undefined
      ? groups
      : [...groups, ...Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0'), ...after];
  return whole.slice(0, 4).join(':');
}
