import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../../src/core/math/wilson-interval.ts';

const Z = 1.959963984540054;

describe('the score interval of a share', () => {
  it('ends where the observed share lies z standard deviations off, which is its definition', () => {
    for (const [hits, rows] of [
      [1, 2],
      [9, 10],
      [87, 100],
      [3, 4_000],
      [90_500, 100_000],
    ] as const) {
      const { low, high } = wilsonInterval(hits, rows);
      for (const end of [low, high])
        expect(Math.abs(hits / rows - end) / Math.sqrt((end * (1 - end)) / rows)).toBeCloseTo(Z, 9);
      expect(low).toBeLessThan(hits / rows);
      expect(high).toBeGreaterThan(hits / rows);
    }
  });
  it('of no hit and of all hits has the closed form z²/(n + z²)', () => {
    for (const rows of [1, 7, 300]) {
      const open = Z ** 2 / (rows + Z ** 2);
      expect(wilsonInterval(0, rows).low).toBe(0);
      expect(wilsonInterval(0, rows).high).toBeCloseTo(open, 12);
      expect(wilsonInterval(rows, rows).low).toBeCloseTo(1 - open, 12);
      expect(wilsonInterval(rows, rows).high).toBe(1);
    }
  });
  it('is that of the paper’s example and of R’s prop.test(81, 263, correct = FALSE)', () => {
    // Newcombe (1998), Statistics in Medicine 17(8), table I, method 3.
    const { low, high } = wilsonInterval(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });
});
