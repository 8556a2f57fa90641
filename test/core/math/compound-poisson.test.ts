import { describe, expect, it } from 'vitest';
import { compoundPoissonCdf, logCompoundPoissonDensity } from '../../../src/core/math/compound-poisson.ts';
import { normalCdf } from '../../../src/core/math/normal-cdf.ts';

describe('sums of a Poisson number of exponential amounts', () => {
  it('have the probabilities and densities that Poisson and gamma distributions add up to (scipy 1.17.1)', () => {
    // Σ P(N = n) · gamma(n).cdf(y), and its log density, n up to 400.
    for (const [y, mean, dispersion, probability, logDensity] of [
      [0.3, 0.5, 0.8, 0.460585008916, -0.171311835661],
      [2, 1, 0.5, 0.906893664416, -1.813256019095],
      [1.1, 1, 0.02, 0.765715273354, 0.725567947082],
      [0.05, 0.02, 3, 0.928139747667, -1.12982276992],
    ] as const) {
      expect(compoundPoissonCdf(y, mean, dispersion)).toBeCloseTo(probability, 10);
      expect(logCompoundPoissonDensity(y, mean, dispersion)).toBeCloseTo(logDensity, 6);
    }
  });
  it('are nothing at all as often as no amount comes', () => {
    for (const [mean, dispersion] of [
      [1, 1],
      [0.1, 2],
      [4, 0.3],
    ] as const) {
      const none = (-2 * Math.sqrt(mean)) / dispersion;
      expect(Math.log(compoundPoissonCdf(0, mean, dispersion))).toBeCloseTo(none, 10);
      expect(logCompoundPoissonDensity(0, mean, dispersion)).toBeCloseTo(none, 12);
    }
  });
  it('have the mean μ and the variance φ μ^1.5, where amounts are counted and where they are as good as normal', () => {
    for (const [mean, dispersion] of [
      [1, 0.5],
      [0.2, 1.5],
      [1, 0.004],
    ] as const) {
      const deviation = Math.sqrt(dispersion * mean ** 1.5);
      const [from, to] = [Math.max(0, mean - 12 * deviation), mean + 25 * deviation];
      const step = (to - from) / 40_000;
      let [first, second] = [from, from ** 2];
      for (let y = from + step / 2; y < to; y += step) {
        const above = 1 - compoundPoissonCdf(y, mean, dispersion);
        first += step * above;
        second += 2 * y * step * above;
      }
      expect(first / mean).toBeCloseTo(1, 3);
      expect((second - first ** 2) / deviation ** 2).toBeCloseTo(1, 2);
    }
  });
});

describe('the standard normal distribution', () => {
  it('has its known probabilities', () => {
    expect(normalCdf(0)).toBeCloseTo(0.5, 12);
    expect(normalCdf(-1.959963984540054)).toBeCloseTo(0.025, 10);
    expect(normalCdf(1.2)).toBeCloseTo(0.884930329778, 10);
  });
});
