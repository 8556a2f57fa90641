import { describe, expect, it } from 'vitest';
import { CalendarFeatures } from '../../../src/core/boosting/calendar-features.ts';
import type { Holiday } from '../../../src/core/series/cell-series.ts';

const day = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
const HOLIDAYS: readonly Holiday[] = [
  { day: day('2024-02-10'), name: 'Spring Festival', lengthDays: 7 },
  { day: day('2024-05-12'), name: 'Mother’s Day', lengthDays: 1, kind: 'observance' },
  { day: day('2024-12-25'), name: 'Christmas', lengthDays: 1 },
];
const calendar = new CalendarFeatures(HOLIDAYS);
const DAILY = { frequency: 'daily', monthDay: 1 } as const;

describe('the calendar of a row', () => {
  it('counts the days to the next holiday and from the end of the last one', () => {
    const eve = calendar.of(DAILY, day('2024-12-24'));
    expect(eve).toMatchObject({ weekday: 1, month: 12, monthDay: 24, length: 1, holidays: 0, toHoliday: 1 });
    expect(calendar.of(DAILY, day('2024-12-25'))).toMatchObject({ holidays: 1, toHoliday: 60, sinceHoliday: 60 });
    expect(calendar.of(DAILY, day('2024-12-28'))).toMatchObject({ holidays: 0, sinceHoliday: 3 });
    expect(calendar.of(DAILY, day('2024-02-18'))).toMatchObject({ sinceHoliday: 2, sinceFeast: 2, toFeast: 60 });
    expect(calendar.of(DAILY, day('2024-02-01'))).toMatchObject({ toHoliday: 9, toFeast: 9, feasts: 0 });
    expect(calendar.of(DAILY, day('2024-12-25'))).toMatchObject({ feasts: 0 });
  });

  it('counts observances as days like others', () => {
    expect(calendar.of(DAILY, day('2024-05-12'))).toMatchObject({ holidays: 0, toHoliday: 60 });
  });

  it('says which share of a week or month is a holiday', () => {
    const week = calendar.of({ frequency: 'weekly', monthDay: 1 }, day('2024-02-12'));
    expect(week.holidays).toBeCloseTo(5 / 7, 12);
    const month = calendar.of({ frequency: 'monthly', monthDay: 31 }, day('2024-02-29'));
    expect(month).toMatchObject({ length: 29, month: 2, holidays: 7 / 29, feasts: 7 / 29 });
  });

  it('goes from 0 to nearly 1 in a year', () => {
    expect(calendar.of(DAILY, day('2025-01-01')).phase).toBe(0);
    expect(calendar.of(DAILY, day('2025-07-02')).phase).toBeCloseTo(182 / 365.2425, 12);
    expect(calendar.of(DAILY, day('2024-12-31')).phase).toBeLessThan(1);
  });
});
