/** How often a cell's sales come: by its own days, and by those of its merchant where its own are too few to tell. */

import type { Frequency } from '../core/vocabulary.ts';

/** Rows below which the gaps of a cell say nothing. */
const FEWEST_ROWS = 3;
/** Rows on one weekday alone that no seller of a day here and there has by chance: (1/7)^5 < 0.0001. */
const WEEKDAY_ROWS = 6;
/** Rows on one day of the month alone likewise: (1/30)^3. */
const MONTH_DAY_ROWS = 4;

/** Rows beyond which more of them tell nothing. */
export const MOST_ROWS_TOLD = Math.max(FEWEST_ROWS, WEEKDAY_ROWS, MONTH_DAY_ROWS);

/** What the days of a cell's rows say of its frequency. */
export interface Spacing {
  readonly rows: number;
  /** Median gap between the days of its rows. */
  readonly gap: number;
  /** All rows are of one weekday. */
  readonly isOneWeekday: boolean;
  /** All rows are of one day of the month, or all of the last one. */
  readonly isOneMonthDay: boolean;
}

/**
 * Median gap between days, the first of which counts as a gap of a day; of an even number of gaps the larger middle one.
 *
 * @param days since 1970-01-01, ascending, at least one
 */
export function medianGap(days: readonly number[]): number {
  const gaps = Float64Array.from(days, (day, i) => (i === 0 ? 1 : day - days[i - 1])).sort();
  return gaps[Math.floor(gaps.length / 2)];
}

/** Whether the median gap of a cell is a day however its rows lie: most of its gaps cannot be longer. */
export function surelyDaily(rows: number, first: number, last: number): boolean {
  const longer = last - first - (rows - 1);
  return rows - longer > Math.floor(rows / 2);
}

/** @param days since 1970-01-01, ascending, at least one */
export function spacingOf(days: readonly number[]): Spacing {
  const monthDay = (day: number): number => new Date(day * 86_400_000).getUTCDate();
  const isEvery = (of: (day: number) => number): boolean => days.every((day) => of(day) === of(days[0]));
  return {
    rows: days.length,
    gap: surelyDaily(days.length, days[0] as number, days[days.length - 1] as number) ? 1 : medianGap(days),
    isOneWeekday: isEvery((day) => day % 7),
    isOneMonthDay: isEvery(monthDay) || days.every((day) => monthDay(day + 1) === 1),
  };
}

function byGap(gap: number): Frequency {
  return gap >= 25 ? 'monthly' : gap >= 6 ? 'weekly' : 'daily';
}

/**
 * Frequency of a merchant's sales: daily as soon as one cell is, else by the days on which any of its cells has a row. A
 * till writes what was sold, so that a slow seller's own gaps say how seldom it sells and not how often it is counted.
 *
 * @param cells every cell of the merchant
 * @param tradedDays the days of all its rows, ascending; asked for only where no cell decides
 */
export function merchantFrequency(
  cells: Iterable<Pick<Spacing, 'rows' | 'gap'>>,
  tradedDays: () => readonly number[],
): Frequency {
  for (const { rows, gap } of cells) if (rows >= FEWEST_ROWS && byGap(gap) === 'daily') return 'daily';
  return byGap(medianGap(tradedDays()));
}

/** Frequency of one cell of a merchant. Rows of one weekday or one day of the month alone are no seldom seller's. */
export function cellFrequency({ rows, gap, isOneWeekday, isOneMonthDay }: Spacing, merchant: Frequency): Frequency {
  if (rows < FEWEST_ROWS) return merchant;
  const own = byGap(gap);
  if (own === 'daily' || own === merchant) return own;
  if (own === 'monthly' && isOneMonthDay && rows >= MONTH_DAY_ROWS) return 'monthly';
  if (isOneWeekday && rows >= WEEKDAY_ROWS) return merchant === 'monthly' ? 'monthly' : 'weekly';
  return merchant;
}
