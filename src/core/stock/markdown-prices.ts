/** Prices that goods which go off may be reduced to. */

import { checkNumber, checkPositive } from '../checks.ts';
import { latticeOf, pricesAround } from '../pricing/price-lattice.ts';
import type { PriceEnding } from '../vocabulary.ts';

/** Cuts of the usual price that are allowed unless others are told, as shares. */
export const USUAL_STEPS: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5];

/** What the allowed prices follow from. */
export interface MarkdownPrices {
  /** That the steps are cuts of; currency per unit, > 0. */
  readonly usualPrice: number;
  readonly priceInForce: number;
  /** Shares of the usual price, 0 to below 1. */
  readonly steps: readonly number[];
  readonly priceEnding: PriceEnding | null;
  /** Smallest step between two prices that can be charged, > 0. */
  readonly priceStep: number;
  /** Nobody goes lower; null: there is no such bound. */
  readonly minPrice: number | null;
}

/**
 * The price in force, and the cuts of the usual price below it, each rounded to the nearest price that can be charged;
 * falling. @throws TypeError, RangeError naming what is wrong
 */
export function markdownPrices(given: MarkdownPrices): Float64Array {
  const { usualPrice, priceInForce, steps, priceEnding, priceStep, minPrice } = given;
  checkPositive('usualPrice', usualPrice);
  checkPositive('priceInForce', priceInForce);
  checkPositive('priceStep', priceStep);
  steps.forEach((step, i) => {
    checkNumber(`steps[${i}]`, step, 0, 1 - Number.EPSILON);
  });
  const lattice = priceEnding === null ? { period: priceStep, offset: 0 } : latticeOf(priceEnding);
  const cuts = steps.map((step) => nearest(pricesAround(lattice, usualPrice * (1 - step)), usualPrice * (1 - step)));
  const lower = cuts.filter((price) => price < priceInForce * (1 - 1e-9) && price >= (minPrice ?? 0));
  return Float64Array.from([priceInForce, ...[...new Set(lower)].sort((a, b) => b - a)]);
}

function nearest(prices: readonly number[], wanted: number): number {
  return prices.reduce((best, price) => (Math.abs(price - wanted) < Math.abs(best - wanted) ? price : best));
}
