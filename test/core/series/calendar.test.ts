import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOLIDAY_EFFECTS, holidayEffects, weekdayOf } from '../../../src/core/series/calendar.ts';
import type { Holiday } from '../../../src/core/series/cell-series.ts';

const FEAST_DAY = 20_000;
const feast = (lengthDays: number, day = FEAST_DAY): Holiday => ({ day, name: `feast ${day}`, lengthDays });

/** The six shares of a period that begins so many days from the feast. */
function effectsAt(holidays: readonly Holiday[], offset: number, periodDays = 1): number[] {
  const out = new Float64Array(HOLIDAY_EFFECTS.length + 2).fill(9);
  holidayEffects(holidays, FEAST_DAY + offset, periodDays, out, 1);
  // What lies around the six is left alone.
  expect([out[0], out.at(-1)]).toEqual([9, 9]);
  return Array.from(out.subarray(1, -1));
}
const only = (name: (typeof HOLIDAY_EFFECTS)[number], share: number): number[] =>
  HOLIDAY_EFFECTS.map((effect) => (effect === name ? share : 0));
const NONE = HOLIDAY_EFFECTS.map(() => 0);

describe('weekdays', () => {
  it('are those of the Gregorian calendar, 0 on Mondays, before 1970 too', () => {
    fc.assert(
      fc.property(fc.integer({ min: -40_000, max: 60_000 }), (day) => {
        expect(weekdayOf(day)).toBe((new Date(day * 864e5).getUTCDay() + 6) % 7);
      }),
    );
  });
});

describe('days around a feast', () => {
  it('of a day are its eve, itself and the day after', () => {
    expect([-2, -1, 0, 1, 2].map((offset) => effectsAt([feast(1)], offset))).toEqual([
      NONE,
      only('eve', 1),
      only('day', 1),
      only('after', 1),
      NONE,
    ]);
  });
  it('of two days have both as the day', () => {
    expect([-1, 0, 1, 2].map((offset) => effectsAt([feast(2)], offset))).toEqual([
      only('eve', 1),
      only('day', 1),
      only('day', 1),
      only('after', 1),
    ]);
  });
  it('of three days and more rise over ten days before and fade over ten days after', () => {
    const found = [-11, -10, -5, -1, 0, 6, 7, 12, 16, 17].map((offset) => effectsAt([feast(7)], offset));
    const expected = [
      NONE,
      only('longBefore', 0.1),
      only('longBefore', 0.6),
      only('longBefore', 1),
      only('longDuring', 1),
      only('longDuring', 1),
      only('longAfter', 1),
      only('longAfter', 0.5),
      only('longAfter', 0.1),
      NONE,
    ];
    found.forEach((effects, i) => {
      effects.forEach((share, j) => {
        expect(share).toBeCloseTo((expected[i] as number[])[j], 12);
      });
    });
  });
  it('that touch are still one day', () => {
    expect(effectsAt([feast(1), feast(1)], 0)).toEqual(only('day', 1));
    // Between two feasts of a day: after the one and before the other.
    expect(effectsAt([feast(1), feast(1, FEAST_DAY + 2)], 1)).toEqual([1, 0, 1, 0, 0, 0]);
  });
  it('of a week are the mean of its days, whatever the feast', () => {
    fc.assert(
      fc.property(fc.integer({ min: -25, max: 25 }), fc.integer({ min: 1, max: 9 }), (offset, lengthDays) => {
        const days = Array.from({ length: 7 }, (_, d) => effectsAt([feast(lengthDays)], offset + d));
        effectsAt([feast(lengthDays)], offset, 7).forEach((share, j) => {
          expect(share).toBeCloseTo(days.reduce((sum, day) => sum + day[j], 0) / 7, 12);
        });
      }),
    );
  });
  it('are found among many: feasts far away change nothing', () => {
    const many = Array.from({ length: 200 }, (_, k) => feast(1, FEAST_DAY + 60 * (k - 100)));
    for (const offset of [-1, 0, 1, 30]) expect(effectsAt(many, offset)).toEqual(effectsAt([feast(1)], offset));
  });
});
