/** Calendar arithmetic on day numbers (days since 1970-01-01): weekdays, annual phase and the days around holidays. */

import type { Holiday } from './cell-series.ts';

/** Mean length of a Gregorian year in days. */
export const DAYS_PER_YEAR = 365.2425;

/** Weekday of a day number: 0 = Monday … 6 = Sunday (1970-01-01 was a Thursday). */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/**
 * What a day is with respect to holidays. `eve`, `day` and `after` are the day before, the day itself and the day after
 * any holiday; `longBefore` and `longAfter` are the week before and the week from the start of a feast of three days or
 * more, fading with distance.
 */
export const HOLIDAY_EFFECTS = ['eve', 'day', 'after', 'longBefore', 'longDuring', 'longAfter'] as const;

/**
 * Share of a row's period that each holiday effect covers.
 *
 * @param holidays ascending by day
 * @param day first day of the row's period
 * @param periodDays 1 for daily rows; 7 and 30 count the days of the week or month that the effect touches, as a share
 * of the period
 * @param out length ≥ offset + 6; written, not added to
 */
export function holidayEffects(
  holidays: readonly Holiday[],
  day: number,
  periodDays: number,
  out: Float64Array,
  offset: number,
): void {
  for (let j = 0; j < HOLIDAY_EFFECTS.length; j++) out[offset + j] = 0;
  const last = day + periodDays - 1;
  let lo = 0;
  let hi = holidays.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if ((holidays[mid] as Holiday).day < day - 30) lo = mid + 1;
    else hi = mid;
  }
  for (let i = lo; i < holidays.length; i++) {
    const holiday = holidays[i] as Holiday;
    if (holiday.day > last + 10) break;
    if (holiday.kind === 'observance') continue;
    const isLong = holiday.lengthDays >= 3;
    const end = holiday.day + holiday.lengthDays - 1;
    for (let d = day; d <= last; d++) {
      const share = 1 / periodDays;
      if (isLong) {
        // The rush before a long feast grows until its eve; trade comes back within about a week after its end.
        const before = holiday.day - d;
        if (before >= 1 && before <= 10) bump(out, offset + 3, share * (1 - (before - 1) / 10));
        else if (d >= holiday.day && d <= end) bump(out, offset + 4, share);
        else if (d > end && d <= end + 10) bump(out, offset + 5, share * (1 - (d - end - 1) / 10));
      } else {
        if (d === holiday.day - 1) bump(out, offset, share);
        else if (d >= holiday.day && d <= end) bump(out, offset + 1, share);
        else if (d === end + 1) bump(out, offset + 2, share);
      }
    }
  }
  // Two feasts that touch are still one day: an effect cannot cover more than the whole period.
  for (let j = 0; j < HOLIDAY_EFFECTS.length; j++) if (out[offset + j] > 1) out[offset + j] = 1;
}

function bump(out: Float64Array, index: number, amount: number): void {
  out[index] = out[index] + amount;
}
