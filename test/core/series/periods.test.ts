import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMonths,
  coveredDays,
  DEFAULT_HORIZON,
  firstPeriod,
  gridOf,
  type Horizon,
  horizonOf,
  lengthDays,
  mostDays,
  nextPeriod,
  periodsFrom,
  wholePeriods,
  yearBefore,
  yearsBack,
} from '../../../src/core/series/periods.ts';

const day = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / 864e5;
const iso = (d: number): string => new Date(d * 864e5).toISOString().slice(0, 10);
const monthly = (monthDay: number) => ({ frequency: 'monthly' as const, monthDay });
const WEEKLY = { frequency: 'weekly' as const, monthDay: 1 };
const DAILY = { frequency: 'daily' as const, monthDay: 1 };

describe('months', () => {
  it('step by the same day, and their ends stay ends', () => {
    const from = (first: string, monthDay: number) => Array.from(periodsFrom(monthly(monthDay), day(first), 4), iso);
    expect(from('2023-12-01', 1)).toEqual(['2023-12-01', '2024-01-01', '2024-02-01', '2024-03-01']);
    expect(from('2023-12-31', 31)).toEqual(['2023-12-31', '2024-01-31', '2024-02-29', '2024-03-31']);
    expect(from('2024-01-30', 30)).toEqual(['2024-01-30', '2024-02-29', '2024-03-30', '2024-04-30']);
  });
  it('are twelve different ones a year and never drift, whatever the day', () => {
    fc.assert(
      fc.property(fc.integer({ min: -20_000, max: 60_000 }), fc.integer({ min: 1, max: 31 }), (start, monthDay) => {
        const grid = monthly(monthDay);
        const days = periodsFrom(grid, nextPeriod(grid, start, 0), 49);
        const months = Array.from(days, (d) => iso(d).slice(0, -3));
        expect(new Set(months).size).toBe(49);
        // The same month four years later is on the same day: 1,461 days, but for a century without its leap day.
        expect(iso(days[48]).slice(-2)).toBe(
          iso(days[0]).slice(-2) === '29' && monthDay > 29 ? iso(days[48]).slice(-2) : iso(days[0]).slice(-2),
        );
      }),
    );
  });
  it('add up: n months and then m are n + m for days that every month has', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 600 }),
        fc.integer({ min: 1, max: 28 }),
        fc.integer({ min: -40, max: 40 }),
        fc.integer({ min: -40, max: 40 }),
        (month, date, n, m) => {
          const start = Date.UTC(1970, month, date) / 864e5;
          expect(addMonths(addMonths(start, n), m)).toBe(addMonths(start, n + m));
          expect(iso(addMonths(start, 12 * n)).slice(-5)).toBe(iso(start).slice(-5));
        },
      ),
    );
  });
});

describe('the grid of monthly rows', () => {
  const of = (...days: string[]) => gridOf('monthly', days.map(day)).monthDay;
  it('is the day that most rows have, ends of months where all are', () => {
    expect(of('2024-01-01', '2024-02-01')).toBe(1);
    expect(of('2024-01-31', '2024-02-29', '2024-04-30')).toBe(31);
    expect(of('2024-01-30', '2024-02-29', '2024-03-30')).toBe(30);
    expect(of('2024-04-30', '2024-06-30')).toBe(31);
    // A shop whose first day of the year was the second.
    expect(of('2023-11-01', '2023-12-01', '2024-01-02')).toBe(1);
  });
});

describe('the first period ahead', () => {
  it('is the next one of the cell that is not before a day', () => {
    expect(iso(firstPeriod(monthly(1), day('2024-01-02'), day('2024-01-03')))).toBe('2024-02-01');
    expect(iso(firstPeriod(monthly(31), day('2024-01-31'), day('2024-02-01')))).toBe('2024-02-29');
    expect(iso(firstPeriod(monthly(1), day('2024-01-01'), day('2024-03-02')))).toBe('2024-04-01');
    expect(firstPeriod(WEEKLY, 100, 101)).toBe(107);
    expect(firstPeriod(WEEKLY, 100, 108)).toBe(114);
    expect(firstPeriod(DAILY, 100, 90)).toBe(101);
    expect(firstPeriod(DAILY, 100, 130)).toBe(130);
  });
});

describe('the days that a row covers', () => {
  it('follow one another without a gap or an overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 1, max: 31 }), (start, monthDay) => {
        for (const grid of [DAILY, WEEKLY, monthly(monthDay)]) {
          const rows = periodsFrom(grid, nextPeriod(grid, start, 0), 14);
          for (let i = 1; i < rows.length; i++)
            expect(coveredDays(grid, rows[i]).from).toBe(coveredDays(grid, rows[i - 1]).to + 1);
        }
      }),
    );
  });
  it('are the months of the calendar for rows on first and on last days', () => {
    const lengths = (monthDay: number, first: string) =>
      Array.from(periodsFrom(monthly(monthDay), day(first), 12), (d) => lengthDays(monthly(monthDay), d));
    const year = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    expect(lengths(1, '2024-01-01')).toEqual(year);
    expect(lengths(31, '2024-01-31')).toEqual(year);
    expect(lengthDays(WEEKLY, 3)).toBe(7);
    expect(lengthDays(DAILY, 3)).toBe(1);
  });
});

describe('a horizon', () => {
  it('is 14 days, 8 weeks or 3 months unless told', () => {
    expect(wholePeriods(DAILY, 0)).toBe(14);
    expect(wholePeriods(WEEKLY, 0)).toBe(8);
    expect(wholePeriods(monthly(1), 0)).toBe(3);
    expect(Object.values(DEFAULT_HORIZON).map(({ unit }) => unit)).toEqual(['day', 'week', 'month']);
  });
  it('holds whole periods, at least one, rounded up', () => {
    const first = day('2024-02-01');
    const months = [1, 28, 29, 30, 60, 61].map((count) => wholePeriods(monthly(1), first, { count, unit: 'day' }));
    // February 2024 has 29 days, with March 60.
    expect(months).toEqual([1, 1, 1, 2, 2, 3]);
    expect([1, 7, 8, 14].map((count) => wholePeriods(WEEKLY, 0, { count, unit: 'day' }))).toEqual([1, 1, 2, 2]);
    expect(wholePeriods(monthly(1), first, { count: 8, unit: 'week' })).toBe(2);
    expect(wholePeriods(DAILY, first, { count: 3, unit: 'month' })).toBe(29 + 31 + 30);
    expect(wholePeriods(WEEKLY, first, { count: 3, unit: 'month' })).toBe(13);
    expect(wholePeriods(monthly(31), day('2024-02-29'), { count: 2, unit: 'month' })).toBe(2);
    expect(wholePeriods(monthly(31), day('2024-02-29'), { count: 60, unit: 'day' })).toBe(2);
  });
  it('of the days that whole months cover is those months again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40_000 }),
        fc.integer({ min: 1, max: 31 }),
        fc.integer({ min: 1, max: 30 }),
        (start, monthDay, count) => {
          const grid = monthly(monthDay);
          const first = nextPeriod(grid, start, 0);
          const days = coveredDays(grid, nextPeriod(grid, first, count - 1)).to - coveredDays(grid, first).from + 1;
          expect(wholePeriods(grid, first, { count: days, unit: 'day' })).toBe(count);
        },
      ),
    );
  });
});

describe('the word for a horizon', () => {
  it('is a number of days, or periods by their letter in English or Spanish', () => {
    const words = [14, '14', '14d', '8w', '8s', '3m'].map((word) => horizonOf(word));
    const [d, w, m] = (['day', 'week', 'month'] as const).map((unit, i) => ({ count: [14, 8, 3][i], unit }));
    expect(words).toEqual([d, d, d, w, w, m]);
    for (const word of [0, -1, 1.5, Number.NaN, '', '0m', 'm', '3y', '3 m', '-3m', '1.5m', '999999d'])
      expect(horizonOf(word)).toBeNull();
  });
  it('holds no more days than its longest periods', () => {
    expect(['14d', '8w', '3m'].map((word) => mostDays(horizonOf(word) as Horizon))).toEqual([14, 56, 93]);
  });
});

describe('the same period of earlier years', () => {
  it('is the same month, or 52 weeks before on the same weekday', () => {
    expect(iso(yearBefore('monthly', day('2024-02-29')))).toBe('2023-02-28');
    expect(yearBefore('weekly', 1000, 2)).toBe(1000 - 728);
  });
  it('of a day far ahead is the first that is known', () => {
    expect(iso(yearsBack('monthly', day('2027-05-01'), day('2024-12-01')))).toBe('2024-05-01');
    expect(yearsBack('weekly', 1000, 999)).toBe(1000);
    expect(yearsBack('weekly', 1000, 900)).toBe(636);
  });
});
