/** Leases: whether one that was given still runs. */

/**
 * A lease that ends later than any that would be given now was given under a clock that has gone back since: it does not
 * hold for as long as the clock went.
 *
 * @param until ISO 8601 instant at which it ends; @param now ISO 8601 instant; @param latest ISO 8601 instant at which
 * one would end that is given now
 */
export function leaseRuns(until: string, now: string, latest: string): boolean {
  return until > now && until <= latest;
}
