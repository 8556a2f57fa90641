import { describe, expect, it } from 'vitest';
import { moderatedVariances } from '../../../src/core/market/moderated-variance.ts';
import { RandomStream } from '../../../src/core/math/random.ts';

describe('variances moderated over cells', () => {
  it('are the common ratio where ratios scatter no more than chance', () => {
    const cells = [0.8, 1, 1.2].map((ratio) => ({
      value: 0,
      variance: 2 * ratio,
      plainVariance: 2,
      degreesOfFreedom: 10,
    }));
    for (const v of moderatedVariances(cells)) expect(v).toBeCloseTo(2, 12);
  });
  it('are s̃² = (d₀s₀² + d·s²)/(d₀ + d) where they scatter more', () => {
    const cells = [0.5, 1.5].map((ratio) => ({ value: 0, variance: ratio, plainVariance: 1, degreesOfFreedom: 20 }));
    // CV² = 0.25, 2/d averaged = 0.1: d₀ = 2/0.15.
    const prior = 2 / 0.15;
    const moderated = moderatedVariances(cells);
    expect(moderated[0]).toBeCloseTo((prior + 20 * 0.5) / (prior + 20), 12);
    expect(moderated[1]).toBeCloseTo((prior + 20 * 1.5) / (prior + 20), 12);
  });
  it('find the true variance of cells that share one, from noisy ones', () => {
    const random = new RandomStream(3, 1);
    const degreesOfFreedom = 12;
    const cells = Array.from({ length: 500 }, () => ({
      value: 0,
      variance: random.gamma(degreesOfFreedom / 2) / (degreesOfFreedom / 2),
      plainVariance: 1,
      degreesOfFreedom,
    }));
    const moderated = moderatedVariances(cells);
    // Raw variances scatter by √(2/12) = 0.41; the common one by 0.41/√500 = 0.018. 0.15 leaves room for the estimate
    // of the prior's weight.
    for (const v of moderated) expect(Math.abs(v - 1)).toBeLessThan(0.15);
  });
});
