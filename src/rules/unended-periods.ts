/** Weeks and months at the end of a series that are not over yet: what they lack would be taken for a fall. */

import { coveredDays, gridOf } from '../core/series/periods.ts';
import type { Frequency } from '../core/vocabulary.ts';

/** Days of the longest period. */
export const LONGEST_PERIOD = 31;
/** Rows at the end of a cell that tell on which day of the month its rows are due. */
export const LAST_ROWS = 24;

/**
 * The last day of a cell's last week or month where that is not over; null where it is, and of days, which are rows of
 * their own. A row counts for the days from its date on, as nothing in a file tells that it counts for those before.
 *
 * @param days of the cell's last rows, ascending, at least one; @param today the day number of today
 */
export function unendedUntil(frequency: Frequency, days: readonly number[], today: number): number | null {
  if (frequency === 'daily') return null;
  const { to } = coveredDays(gridOf(frequency, days), days[days.length - 1]);
  return to >= today ? to : null;
}
