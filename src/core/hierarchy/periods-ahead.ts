/** Periods of a total as numbers in a row, so that rows of many cells meet. */

import type { Frequency } from '../vocabulary.ts';

const DAY_MS = 86_400_000;

/**
 * The number of the period that a row is of: its day, its week of seven days from 1970-01-01 on, or its month. Cells of
 * one total have their rows on the same days of the week or the month.
 */
export function periodOf(frequency: Frequency, day: number): number {
  if (frequency === 'daily') return day;
  if (frequency === 'weekly') return Math.floor(day / 7);
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
