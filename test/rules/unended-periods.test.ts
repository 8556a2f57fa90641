import { describe, expect, it } from 'vitest';
import { unendedUntil } from '../../src/rules/unended-periods.ts';

const day = (iso: string): number => Date.parse(iso) / 86_400_000;
const months = (count: number, of: (month: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => day('2025-01-01') + of(i));
const weeks = Array.from({ length: 10 }, (_, i) => day('2025-03-03') + 7 * i);
const firsts = months(6, (i) => [0, 31, 59, 90, 120, 151][i] as number);
const ends = months(6, (i) => [30, 58, 89, 119, 150, 180][i] as number);

describe('the last period of a series', () => {
  it.each([
    ['a week whose Sunday is today', 'weekly', weeks, '2025-05-11', '2025-05-11'],
    ['a week that ended yesterday', 'weekly', weeks, '2025-05-12', null],
    ['a month within it', 'monthly', firsts, '2025-06-20', '2025-06-30'],
    ['a month that is over', 'monthly', firsts, '2025-07-01', null],
    ['a month by its last day', 'monthly', ends, '2025-07-01', null],
    ['a day', 'daily', [day('2025-05-11')], '2025-05-11', null],
  ] as const)('%s', (_, frequency, days, today, until) => {
    expect(unendedUntil(frequency, days, day(today))).toBe(until === null ? null : day(until));
  });
});
