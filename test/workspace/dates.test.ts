/** Days as dates: the arithmetic against the calendar of the runtime, on every day that a sale may have. */

import { expect, it } from 'vitest';
import { dayOf, isoDate } from '../../src/workspace/dates.ts';

/** The calendar's own way. */
const byDate = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

it('every day of 1600 to 2400 has its date, leap days and ends of centuries among them', () => {
  const wrong: number[] = [];
  for (let day = dayOf('1600-01-01'); day <= dayOf('2400-12-31'); day++)
    if (isoDate(day) !== byDate(day)) wrong.push(day);
  expect(wrong).toEqual([]);
  expect(['1900-02-28', '2000-02-29', '2024-02-29', '2100-02-28'].map((date) => isoDate(dayOf(date) + 1))).toEqual([
    '1900-03-01',
    '2000-03-01',
    '2024-03-01',
    '2100-03-01',
  ]);
});

it('the first and last years of four digits, and beyond them, are as the calendar has them', () => {
  for (const day of [-719_529, -719_528, -719_469, -719_468, 2_932_896, 2_932_897])
    expect(isoDate(day)).toBe(byDate(day));
  expect(isoDate(-719_528)).toBe('0000-01-01');
  expect(isoDate(2_932_896)).toBe('9999-12-31');
  expect(isoDate(0.75)).toBe('1970-01-01');
  expect(() => isoDate(Number.NaN)).toThrow(RangeError);
});
