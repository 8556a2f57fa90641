/** Quantities and prices that are far beyond what is usual of their cell. */

/** A value this many times its cell's median is named in a warning and kept. */
export const EXTREME_MULTIPLE = 1_000;

/**
 * Above this a value is extreme. Values of 0 do not count for the median; of an even number of values the larger middle
 * one is it. Infinite where none counts.
 */
export function extremeAbove(values: readonly (number | null)[]): number {
  const counted = values.filter((value): value is number => value !== null && value > 0).sort((a, b) => a - b);
  return counted.length === 0 ? Number.POSITIVE_INFINITY : EXTREME_MULTIPLE * counted[Math.floor(counted.length / 2)];
}
