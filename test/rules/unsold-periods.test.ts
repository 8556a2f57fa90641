/** Which days without a row count as zero. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
import { tradedPeriods, unsoldDays } from '../../src/rules/unsold-periods.ts';

const traded = (days: readonly number[]) => tradedPeriods(days.map((day) => ({ day, rows: 1, sold: 1 })));
const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('days without a row', () => {
  it('are zeros from the first sale to the merchant’s last day, on days on which it traded', () => {
    // Closed on every seventh day.
    const open = span(0, 20).filter((day) => day % 7 !== 6);
    expect(unsoldDays(Int32Array.from([2, 5, 14]), 'daily', traded(open))).toEqual([
      3, 4, 7, 8, 9, 10, 11, 12, 15, 16, 17, 18, 19,
    ]);
  });
  it('are none where the merchant’s files write zeros', () => {
    const days = span(0, 20).map((day) => ({ day, rows: 2, sold: day < 18 ? 2 : 1 }));
    expect(unsoldDays(Int32Array.from([0, 9]), 'daily', tradedPeriods(days))).toEqual([]);
    // Two are no habit.
    const rare = days.map((day) => ({ ...day, sold: day.day < 19 ? 2 : 1 }));
    expect(unsoldDays(Int32Array.from([0, 19]), 'daily', tradedPeriods(rare))).toHaveLength(19);
  });
  it('are none on a day on which nothing at all was sold', () => {
    const days = [...span(0, 9).map((day) => ({ day, rows: 3, sold: 3 })), { day: 10, rows: 1, sold: 0 }];
    expect(unsoldDays(Int32Array.from([0, 8]), 'daily', tradedPeriods(days))).toEqual([1, 2, 3, 4, 5, 6, 7, 9]);
  });
  it('are left out in pauses too long for the cell’s rhythm: taken off for good, or for a season', () => {
    const open = traded(span(0, 399));
    // Every other day for 100 days, not for 150, then again; delisted on day 329.
    const days = [...span(0, 49).map((i) => 2 * i), ...span(0, 40).map((i) => 249 + 2 * i)];
    const zeros = unsoldDays(Int32Array.from(days), 'daily', open);
    expect(zeros).toEqual([...span(0, 48).map((i) => 2 * i + 1), ...span(0, 39).map((i) => 250 + 2 * i)]);
  });
  it('of a seller of one day in thirty are zeros through pauses of months', () => {
    const random = new RandomStream(5, 0);
    for (let run = 0; run < 50; run++) {
      const sold = span(0, 729).filter(() => random.uniform() < 1 / 30);
      if (sold.length < 2) continue;
      const zeros = unsoldDays(Int32Array.from(sold), 'daily', traded(span(0, 729)));
      expect(zeros.length).toBe(729 - (sold[0] as number) - sold.length + 1);
    }
  });
  it('lie between the first row and the last day traded, on traded days without a row, each once', () => {
    const daysOf = fc.uniqueArray(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(daysOf, daysOf, (own, others) => {
        const days = own.toSorted((a, b) => a - b);
        const open = new Set([...own, ...others]);
        const zeros = unsoldDays(Int32Array.from(days), 'daily', traded([...open].sort((a, b) => a - b)));
        expect(zeros).toEqual([...new Set(zeros)].sort((a, b) => a - b));
        for (const day of zeros) {
          expect(open.has(day) && !own.includes(day)).toBe(true);
          expect(day).toBeGreaterThan(days[0] as number);
        }
      }),
    );
  });
});
