import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../../src/core/math/normal-quantile.ts';

/** scipy 1.17.1: norm.ppf. */
const QUANTILES: readonly (readonly [probability: number, quantile: number])[] = [
  [1e-12, -7.034483825301131],
  [1e-6, -4.753424308822899],
  [0.001, -3.090232306167813],
  [0.02425, -1.972961051311885],
  [0.1, -1.2815515655446004],
  [0.15866, -0.9999803859660787],
  [0.25, -0.6744897501960817],
  [0.5, 0],
  [0.95, 1.6448536269514722],
  [0.975, 1.959963984540054],
  [0.999, 3.090232306167813],
  [1 - 1e-9, 5.997807019601637],
];

describe('quantiles of the standard normal', () => {
  for (const [probability, quantile] of QUANTILES) {
    it(`of ${probability} is scipy’s, to the seven digits that the approximation has`, () => {
      expect(Math.abs(normalQuantile(probability) - quantile)).toBeLessThan(1e-6 * Math.max(1, Math.abs(quantile)));
    });
  }
  it('rise with the probability across the joints of the three approximations, and are odd about a half', () => {
    let last = Number.NEGATIVE_INFINITY;
    for (let i = 1; i < 4_000; i++) {
      const p = i / 4_000;
      const q = normalQuantile(p);
      expect(q).toBeGreaterThan(last);
      // At a joint, rounding of 1 − p may take the other approximation.
      expect(Math.abs(q + normalQuantile(1 - p))).toBeLessThan(1e-6);
      last = q;
    }
  });
});
