/** Stock on hand until the next delivery, and whether a lower price is asked for more than that. */

import { checkNumber, checkObject } from '../checks.ts';

/** Stock on hand, and how much of the demand that a price is for comes before the next delivery. */
export interface UntilDelivery {
  /** In the cell's unit, ≥ 0. */
  readonly stock: number;
  /** Of expected demand over the horizon, 0-1. */
  readonly share: number;
}

/** @throws TypeError, RangeError naming what is wrong */
export function checkUntilDelivery(name: string, until: UntilDelivery | null | undefined): void {
  if (until == null) return;
  checkObject(name, until);
  checkNumber(`${name}.stock`, until.stock, 0);
  checkNumber(`${name}.share`, until.share, 0, 1);
}

/**
 * Whether at a price below today's more is asked for than is on hand until the next delivery: it would give goods away
 * that sell anyway. @param demand expected over the horizon at the price
 */
export function sellsOut(
  { untilDelivery, todayPrice }: { readonly untilDelivery?: UntilDelivery | null; readonly todayPrice: number },
  price: number,
  demand: number,
): boolean {
  if (untilDelivery == null || !(price < todayPrice * (1 - 1e-6))) return false;
  return demand * untilDelivery.share > untilDelivery.stock;
}
