import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/math/random.ts';
import { filterLevel, forecastLevel } from '../../../src/core/regression/level-filter.ts';

interface Row {
  readonly day: number;
  readonly quantity: number;
  readonly mean: number;
}

function filtered(
  rows: readonly Row[],
  discount: number,
  relaxation: number,
  periodDays = 1,
): { levels: number[]; last: number } {
  const levels = new Float64Array(rows.length);
  const column = (of: (row: Row) => number): Float64Array => Float64Array.from(rows, of);
  const days = Int32Array.from(rows, (r) => r.day);
  const last = filterLevel(
    { days, quantity: column((r) => r.quantity), mean: column((r) => r.mean), rows: rows.length },
    { discount, relaxation, periodDays },
    levels,
  );
  return { levels: Array.from(levels), last };
}

const even = (quantities: readonly number[], mean = 1): Row[] =>
  quantities.map((quantity, i) => ({ day: 100 + i, quantity, mean }));

/**
 * The level before a row as one weighted mean: every earlier sale, every pull to 1 and the three rows it starts with,
 * each faded by its age.
 */
function weightedMean(rows: readonly Row[], at: number, discount: number, relaxation: number): number {
  const fade = (from: number): number => {
    let product = 1;
    for (let i = from + 1; i <= at; i++)
      product *= discount ** Math.min((rows[i] as Row).day - (rows[i - 1] as Row).day, 14);
    return product;
  };
  let [sold, expected] = [3 * fade(0), 3 * fade(0)];
  for (let i = 0; i <= at; i++) {
    const { quantity, mean } = rows[i] as Row;
    sold += relaxation * fade(i) + (i < at ? quantity * fade(i) : 0);
    expected += relaxation * fade(i) + (i < at ? mean * fade(i) : 0);
  }
  return sold / expected;
}

describe('the filtered level', () => {
  it('is all sales over all expected ones, three mean rows ahead of them, where nothing is forgotten', () => {
    const { levels, last } = filtered(even([2, 4, 0]), 1, 0);
    for (const [i, expected] of [1, 5 / 4, 9 / 5].entries()) expect(levels[i]).toBeCloseTo(expected, 12);
    expect(last).toBeCloseTo(9 / 6, 9);
  });
  it('is the mean of earlier rows faded by their age, for any gaps, discount and pull', () => {
    const row = fc.record({
      gap: fc.integer({ min: 1, max: 40 }),
      quantity: fc.double({ min: 0, max: 9, noNaN: true }),
      mean: fc.double({ min: 0.1, max: 5, noNaN: true }),
    });
    const parts = [
      fc.array(row, { minLength: 1, maxLength: 25 }),
      fc.double({ min: 0.4, max: 1, noNaN: true }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
    ] as const;
    fc.assert(
      fc.property(...parts, (given, discount, relaxation) => {
        let day = 0;
        const rows = given.map(({ gap, quantity, mean }) => ({ day: (day += gap), quantity, mean }));
        const { levels } = filtered(rows, discount, relaxation);
        rows.forEach((_, at) => expect(levels[at]).toBeCloseTo(weightedMean(rows, at, discount, relaxation), 9));
      }),
    );
  });
  it('sees nothing of a row before it has been: a later sale changes no earlier level', () => {
    const [a, b] = [filtered(even([1, 1, 1, 1]), 0.8, 0.1), filtered(even([1, 1, 9, 1]), 0.8, 0.1)];
    expect(a.levels.slice(0, 3)).toEqual(b.levels.slice(0, 3));
    expect(b.levels[3]).toBeGreaterThan(a.levels[3]);
  });
  it('stays at 1 where sales are as expected, whatever those are', () => {
    for (const level of filtered(even([4, 4, 4, 4], 4), 0.7, 0.1).levels) expect(level).toBeCloseTo(1, 12);
  });
  it('counts gaps in periods: weeks apart weekly is as days apart daily', () => {
    const weekly = even([1, 3, 2, 0]).map((row, i) => ({ ...row, day: 100 + 7 * i }));
    expect(filtered(weekly, 0.8, 0.1, 7)).toEqual(filtered(even([1, 3, 2, 0]), 0.8, 0.1));
  });
  it('forgets no more in a long pause than in 14 periods', () => {
    const levelAfter = (gap: number): number =>
      filtered([...even([5, 5, 5]), { day: 102 + gap, quantity: 1, mean: 1 }], 0.8, 0.1).levels[3];
    expect(levelAfter(15)).toBe(levelAfter(14));
    expect(levelAfter(400)).toBe(levelAfter(14));
    expect(levelAfter(14)).toBeLessThan(levelAfter(13));
  });
  it('follows a shop whose demand doubles: half way in the periods that its discount says', () => {
    const random = new RandomStream(31, 1);
    const rows = even(Array.from({ length: 400 }, (_, i) => ((i < 200 ? 1 : 2) * random.gamma(50)) / 50));
    const { levels } = filtered(rows, 0.9, 0.01);
    // A discount of 0.9 halves what was before in 6.6 rows; noise of a seventh over ten rows' memory leaves 0.04.
    expect(Math.abs(levels[199] - 1)).toBeLessThan(0.15);
    expect(Math.abs(levels[207] - 1.5)).toBeLessThan(0.2);
    expect(Math.abs(levels[399] - 2)).toBeLessThan(0.3);
  });
});

describe('the forecast level', () => {
  it('starts at the fast one and ends at the slow one, the same share of the way in logs each period', () => {
    const state = { fast: 2, slow: 0.5 };
    expect(forecastLevel(state, 0, 0.9)).toBeCloseTo(2, 12);
    expect(forecastLevel(state, 1, 0.5)).toBeCloseTo(1, 12);
    expect(forecastLevel(state, 2, 0.5)).toBeCloseTo(0.5 * Math.SQRT2, 12);
    expect(forecastLevel(state, 1000, 0.9)).toBeCloseTo(0.5, 12);
    expect(forecastLevel(state, 1000, 1)).toBeCloseTo(2, 12);
  });
  it('is positive where a cell sold nothing at all', () => {
    expect(forecastLevel({ fast: 0, slow: 0 }, 5, 0.9)).toBeGreaterThan(0);
  });
});
