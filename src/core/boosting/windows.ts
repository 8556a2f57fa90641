/** Over how many rows each frequency looks back, and the level that sales are measured by. */

import { mean } from '../math/summary.ts';
import type { Frequency } from '../vocabulary.ts';

export interface Windows {
  /** Rows of the base level. */
  readonly base: number;
  /** Rows of a year. */
  readonly year: number;
  /** Rows of the means of sales. */
  readonly means: readonly number[];
  /** Rows of their spread. */
  readonly spreads: readonly number[];
  /** Rows of the mean prices that a price is compared with, beside the last one and that of all rows. */
  readonly prices: readonly number[];
  /** Days of a market's trend: sales of the short window over those of the long one. */
  readonly trend: { readonly short: number; readonly long: number };
  /**
   * The season a year ago: rows at most so many days from the same day of last year, over those of so many days up to
   * the origin's day of last year.
   */
  readonly season: { readonly reach: number; readonly before: number };
}

export const WINDOWS: Readonly<Record<Frequency, Windows>> = {
  daily: {
    base: 28,
    year: 364,
    means: [7, 14, 56, 91, 364],
    spreads: [7, 28],
    prices: [7, 28],
    trend: { short: 7, long: 28 },
    season: { reach: 10, before: 28 },
  },
  weekly: {
    base: 8,
    year: 52,
    means: [2, 4, 13, 26, 52],
    spreads: [4, 13],
    prices: [4, 13],
    trend: { short: 14, long: 56 },
    season: { reach: 10, before: 56 },
  },
  monthly: {
    base: 6,
    year: 12,
    means: [2, 3, 12, 24],
    spreads: [6, 12],
    prices: [3, 12],
    trend: { short: 92, long: 365 },
    season: { reach: 20, before: 183 },
  },
};

/** Least base: shares of the means of the last year and of all rows, so that a pause has a level to come back from. */
const LEAST_OF_YEAR = 0.1;
const LEAST_OF_ALL = 0.01;

/** Mean of recent rows, with a floor from older ones; 0 where nothing was ever sold, NaN without rows. */
export function baseLevel(quantity: Float64Array, frequency: Frequency): number {
  const { base, year } = WINDOWS[frequency];
  const meanOfLast = (rows: number): number => mean(quantity.subarray(Math.max(0, quantity.length - rows)));
  return Math.max(meanOfLast(base), LEAST_OF_YEAR * meanOfLast(year), LEAST_OF_ALL * mean(quantity));
}
