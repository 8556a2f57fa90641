/**
 * Periods of the calendar on day numbers (days since 1970-01-01): when a cell's next rows are due, which days a row
 * covers, and how many periods a horizon holds. Months are those of the calendar, of 28 to 31 days.
 */

import type { Frequency, PeriodUnit } from '../vocabulary.ts';

/** Mean length of a period in days: for speeds and phases. Dates are planned by {@link periodsFrom}. */
export const PERIOD_DAYS: Readonly<Record<Frequency, number>> = { daily: 1, weekly: 7, monthly: 30.436875 };

/** What a cell's periods are called. */
export const PERIOD_UNIT: Readonly<Record<Frequency, PeriodUnit>> = { daily: 'day', weekly: 'week', monthly: 'month' };

/** So many whole periods ahead. */
export interface Horizon {
  /** ≥ 1. */
  readonly count: number;
  readonly unit: PeriodUnit;
}

/** Forecasts and recommendations look so far ahead unless told. */
export const DEFAULT_HORIZON: Readonly<Record<Frequency, Horizon>> = {
  daily: { count: 14, unit: 'day' },
  weekly: { count: 8, unit: 'week' },
  monthly: { count: 3, unit: 'month' },
};

/** How the rows of a cell lie in the calendar. */
export interface Grid {
  readonly frequency: Frequency;
  /** Day of the month on which monthly rows are due, 1-31: 31 is the last day of any month, and 30 the 28th or 29th of
   * a February. Not used by other rows. */
  readonly monthDay: number;
}

const LETTERS: Readonly<Record<string, PeriodUnit>> = { d: 'day', w: 'week', s: 'week', m: 'month' };

/**
 * What a horizon says: `14d`, `8w` (`8s` in Spanish) and `3m` are periods, a number is one of days.
 *
 * @returns null for anything else
 */
export function horizonOf(asked: number | string): Horizon | null {
  if (typeof asked === 'number')
    return Number.isSafeInteger(asked) && asked >= 1 ? { count: asked, unit: 'day' } : null;
  const [, digits, letter = 'd'] = /^(\d{1,5})([dwsm])?$/.exec(asked) ?? [];
  const unit = LETTERS[letter];
  return digits === undefined || unit === undefined || Number(digits) < 1 ? null : { count: Number(digits), unit };
}

const LONGEST_DAYS: Readonly<Record<PeriodUnit, number>> = { day: 1, week: 7, month: 31 };

/** Most days that a horizon may have. */
export function mostDays({ count, unit }: Horizon): number {
  return count * LONGEST_DAYS[unit];
}

const DAY_MS = 86_400_000;
/** Last rows that tell on which day of the month a cell's rows are due. */
const GRID_ROWS = 24;

/** Months since January 1970. */
function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

function firstOfMonth(month: number): number {
  return Date.UTC(1970, month, 1) / DAY_MS;
}

/** Day of a month, or its last one where the month is shorter. @param month since January 1970 */
function dayInMonth(month: number, monthDay: number): number {
  return Math.min(firstOfMonth(month) + monthDay, firstOfMonth(month + 1)) - 1;
}

/** The day so many months later, or earlier: the same day of the month, or its last one where it is shorter. */
export function addMonths(day: number, months: number): number {
  const month = monthOf(day);
  return dayInMonth(month + months, day - firstOfMonth(month) + 1);
}

/**
 * The grid of a cell's first `rows` rows. Monthly rows are due on the day of the month that most of the last 24 have;
 * of several that would do, the latest: rows on 30 April and 30 June alone are ends of months.
 */
export function gridOf(frequency: Frequency, days: ArrayLike<number>, rows = days.length): Grid {
  if (frequency !== 'monthly') return { frequency, monthDay: 1 };
  let monthDay = 1;
  let most = 0;
  for (let candidate = 1; candidate <= 31; candidate++) {
    let matches = 0;
    for (let i = Math.max(0, rows - GRID_ROWS); i < rows; i++)
      if (dayInMonth(monthOf(days[i]), candidate) === days[i]) matches++;
    if (matches >= most) {
      most = matches;
      monthDay = candidate;
    }
  }
  return { frequency, monthDay };
}

/** The day on which the row `count` periods after a row is due; before it where `count` is negative. */
export function nextPeriod({ frequency, monthDay }: Grid, day: number, count = 1): number {
  if (frequency === 'monthly') return dayInMonth(monthOf(day) + count, monthDay);
  return day + count * PERIOD_DAYS[frequency];
}

/** Rows of `count` periods in a row. @param first day of the first of them @returns days, ascending */
export function periodsFrom(grid: Grid, first: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => (i === 0 ? first : nextPeriod(grid, first, i)));
}

/** The first row that is due after a cell's last one and not before a day. */
export function firstPeriod(grid: Grid, lastRow: number, notBefore: number): number {
  if (grid.frequency === 'daily') return Math.max(lastRow + 1, notBefore);
  const skipped =
    grid.frequency === 'weekly'
      ? Math.ceil((notBefore - lastRow) / PERIOD_DAYS.weekly)
      : monthOf(notBefore) - monthOf(lastRow);
  const first = nextPeriod(grid, lastRow, Math.max(1, skipped));
  return first < notBefore ? nextPeriod(grid, first) : first;
}

/**
 * The days that a row covers, both included: itself, the week from its date on, the month up to its date where rows are
 * ends of months, and otherwise the days from the month's due day to the one before the next.
 */
export function coveredDays(grid: Grid, day: number): { readonly from: number; readonly to: number } {
  const { frequency, monthDay } = grid;
  if (frequency !== 'monthly') return { from: day, to: day + PERIOD_DAYS[frequency] - 1 };
  const month = monthOf(day);
  if (monthDay === 31) return { from: firstOfMonth(month), to: firstOfMonth(month + 1) - 1 };
  return { from: dayInMonth(month, monthDay), to: dayInMonth(month + 1, monthDay) - 1 };
}

/** Number of days that a row covers: 1, 7, or 28 to 31. */
export function lengthDays(grid: Grid, day: number): number {
  const { from, to } = coveredDays(grid, day);
  return to - from + 1;
}

/**
 * How many whole periods of a cell a horizon holds: rounded up, at least one.
 *
 * @param asked the usual one of the frequency unless told @param first day of the first row
 */
export function wholePeriods(grid: Grid, first: number, asked?: Horizon): number {
  const { frequency } = grid;
  const { count, unit } = asked ?? DEFAULT_HORIZON[frequency];
  if (unit === PERIOD_UNIT[frequency]) return count;
  const { from } = coveredDays(grid, first);
  const days = unit === 'month' ? addMonths(from, count) - from : count * (unit === 'week' ? PERIOD_DAYS.weekly : 1);
  if (frequency !== 'monthly') return Math.max(1, Math.ceil(days / PERIOD_DAYS[frequency]));
  // No month is longer than 31 days: so many hold no more than the days asked for.
  let months = Math.max(1, Math.floor(days / 31));
  while (coveredDays(grid, nextPeriod(grid, first, months - 1)).to - from + 1 < days) months++;
  return months;
}

/** How many days a row may lie off the period that it stands for. */
export const PERIOD_REACH: Readonly<Record<Frequency, number>> = { daily: 0, weekly: 3, monthly: 15 };

/** The day of the same month, or of the same week of 52, so many years before. */
export function yearBefore(frequency: Frequency, day: number, years = 1): number {
  return frequency === 'monthly' ? addMonths(day, -12 * years) : day - 364 * years;
}

/** A day, or the same period so many years before that it lies no later than a cell's last row. */
export function yearsBack(frequency: Frequency, day: number, lastDay: number): number {
  let years = 0;
  while (yearBefore(frequency, day, years) > lastDay + PERIOD_REACH[frequency]) years++;
  return yearBefore(frequency, day, years);
}
