import { describe, expect, it } from 'vitest';
import { testStandardError } from '../../../src/core/experiments/test-power.ts';
import { RandomStream } from '../../../src/core/math/random.ts';

const NOTHING = { white: 0, correlated: 0, correlation: 0, level: 0 };
/** Weeks at ±x in the order high, low, low, high. */
const weeks = (x: number, signs = [1, -1, -1, 1]): number[] =>
  signs.flatMap((sign) => new Array<number>(7).fill(sign * x));

/** x'Σx / (x'x)² with Σ written out. */
function writtenOut(x: readonly number[], block: number, covariance: (i: number, j: number) => number): number {
  const centred = x.map((value, i) => {
    const start = Math.floor(i / block) * block;
    const own = x.slice(start, start + block);
    return value - own.reduce((sum, v) => sum + v, 0) / own.length;
  });
  const squares = centred.reduce((sum, v) => sum + v * v, 0);
  let form = 0;
  centred.forEach((a, i) => {
    centred.forEach((b, j) => {
      form += a * b * covariance(i, j);
    });
  });
  return Math.sqrt(form) / squares;
}

describe('testStandardError', () => {
  it('is σ / (x √n) where rows are independent', () => {
    expect(testStandardError(weeks(0.1), 14, { ...NOTHING, white: 0.09 })).toBeCloseTo(0.3 / (0.1 * Math.sqrt(28)), 12);
  });

  it('is that of the written-out covariance with noise that lasts and a level that walks', () => {
    const x = weeks(0.07, [1, -1, 1, -1]);
    const process = { white: 0.05, correlated: 0.04, correlation: 0.6, level: 0.0004 };
    const expected = writtenOut(
      x,
      14,
      (i, j) => (i === j ? 0.05 : 0) + 0.04 * 0.6 ** Math.abs(i - j) + 0.0004 * (Math.min(i, j) + 1),
    );
    expect(testStandardError(x, 14, process)).toBeCloseTo(expected, 12);
  });

  it('is how far simulated estimates scatter', () => {
    const x = weeks(0.1);
    const process = { white: 0.04, correlated: 0.05, correlation: 0.5, level: 0.001 };
    const random = new RandomStream(3, 1);
    const squares = x.reduce((sum, v) => sum + v * v, 0);
    const estimates = Array.from({ length: 4_000 }, () => {
      let [level, lasting] = [0, Math.sqrt(0.05) * random.normal()];
      return (
        x.reduce((sum, v) => {
          level += Math.sqrt(0.001) * random.normal();
          const noise = Math.sqrt(0.04) * random.normal();
          const row = v * (level + lasting + noise);
          lasting = 0.5 * lasting + Math.sqrt(0.05 * (1 - 0.25)) * random.normal();
          return sum + row;
        }, 0) / squares
      );
    });
    const scatter = Math.sqrt(estimates.reduce((sum, e) => sum + e * e, 0) / estimates.length);
    // The standard deviation of 4,000 draws is known to 1.1 %.
    expect(testStandardError(x, 14, process) / scatter).toBeCloseTo(1, 1);
  });

  it('tells nothing where the price does not vary within a block', () => {
    expect(testStandardError(weeks(0.1, [1, 1, -1, -1]), 14, { ...NOTHING, white: 0.1 })).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('falls with the distance and the length', () => {
    const one = testStandardError(weeks(0.05), 14, { ...NOTHING, white: 0.1 });
    expect(testStandardError(weeks(0.1), 14, { ...NOTHING, white: 0.1 })).toBeCloseTo(one / 2, 12);
    expect(testStandardError([...weeks(0.05), ...weeks(0.05)], 14, { ...NOTHING, white: 0.1 })).toBeCloseTo(
      one / Math.SQRT2,
      12,
    );
  });

  it.each([
    [[0.1, -0.1], 1, NOTHING, 'block'],
    [[0.1, -0.1], 2, { ...NOTHING, white: -1 }, 'white'],
    [[0.1, -0.1], 2, { ...NOTHING, correlation: 1.5 }, 'correlation'],
    [null, 2, NOTHING, 'logPrices'],
  ])('refuses %j, %j, %j', (x, block, process, named) => {
    expect(() => testStandardError(x as number[], block, process)).toThrow(named);
  });
});
