/** What the calendar says of the days that a row covers. */

import { DAYS_PER_YEAR, weekdayOf } from '../series/calendar.ts';
import type { Holiday } from '../series/cell-series.ts';
import { coveredDays, type Grid } from '../series/periods.ts';

/** The calendar of one row. */
export interface CalendarFacts {
  /** 0 = Monday … 6, of the first day. */
  readonly weekday: number;
  /** Day of the year over its length, 0-1. */
  readonly phase: number;
  /** 1-12. */
  readonly month: number;
  /** 1-31. */
  readonly monthDay: number;
  /** Days that the row covers. */
  readonly length: number;
  /** Share of its days that are public holidays. */
  readonly holidays: number;
  /** Days from its last day to the next holiday that begins after it, and from the last one that ended before it. */
  readonly toHoliday: number;
  readonly sinceHoliday: number;
  /** The same of feasts of three days or more. */
  readonly feasts: number;
  readonly toFeast: number;
  readonly sinceFeast: number;
}

/** Distances beyond this count as this. */
const FARTHEST_DAYS = 60;
const LONG_FEAST_DAYS = 3;
const DAY_MS = 86_400_000;

/** Looks rows up in a list of holidays; each day of a grid once. */
export class CalendarFeatures {
  private readonly known = new Map<number, CalendarFacts>();
  private readonly holidays: readonly Holiday[];
  private readonly feasts: readonly Holiday[];

  /** @param holidays ascending by day; observances count for nothing */
  constructor(holidays: readonly Holiday[]) {
    this.holidays = holidays.filter(({ kind }) => kind === undefined);
    this.feasts = this.holidays.filter(({ lengthDays }) => lengthDays >= LONG_FEAST_DAYS);
  }

  /** @param grid all of one frequency */
  of(grid: Grid, day: number): CalendarFacts {
    // Which days a row covers depends on the day of the month on which rows are due, 1-31.
    const key = day * 32 + grid.monthDay;
    let facts = this.known.get(key);
    if (!facts) this.known.set(key, (facts = this.lookUp(grid, day)));
    return facts;
  }

  private lookUp(grid: Grid, day: number): CalendarFacts {
    const { from, to } = coveredDays(grid, day);
    const middle = new Date(Math.floor((from + to) / 2) * DAY_MS);
    const yearStart = Date.UTC(middle.getUTCFullYear(), 0, 1);
    const [holidays, toHoliday, sinceHoliday] = near(this.holidays, from, to);
    const [feasts, toFeast, sinceFeast] = near(this.feasts, from, to);
    return {
      weekday: weekdayOf(day),
      phase: (middle.getTime() - yearStart) / DAY_MS / DAYS_PER_YEAR,
      month: middle.getUTCMonth() + 1,
      monthDay: new Date(day * DAY_MS).getUTCDate(),
      length: to - from + 1,
      ...{ holidays, toHoliday, sinceHoliday, feasts, toFeast, sinceFeast },
    };
  }
}

/** Share of days from `from` to `to` that are holidays; days to the next one; days since the last one. */
function near(holidays: readonly Holiday[], from: number, to: number): [number, number, number] {
  let [next, since] = [FARTHEST_DAYS, FARTHEST_DAYS];
  const covered = new Set<number>();
  for (const { day, lengthDays } of holidays) {
    const end = day + lengthDays - 1;
    if (day > to) {
      next = Math.min(next, day - to);
      break;
    }
    if (end < from) since = Math.min(since, from - end);
    else for (let d = Math.max(day, from); d <= Math.min(end, to); d++) covered.add(d);
  }
  return [covered.size / (to - from + 1), next, since];
}
