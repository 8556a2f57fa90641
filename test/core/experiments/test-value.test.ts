import { describe, expect, it } from 'vitest';
import { type TestDecision, testValue } from '../../../src/core/experiments/test-value.ts';
import { normalQuantile } from '../../../src/core/math/normal-quantile.ts';

const ANY = { minProbability: null, minGain: null };

/** Normal draws spread evenly, and two actions of which the second earns what is drawn. */
function twoActions(mean: number, deviation: number, draws = 2_000): TestDecision {
  const elasticity = Float64Array.from(
    { length: draws },
    (_, d) => mean + deviation * normalQuantile((d + 0.5) / draws),
  );
  const profit = new Float64Array(2 * draws);
  elasticity.forEach((value, d) => {
    profit[2 * d + 1] = value;
  });
  return { elasticity, profit, prices: 2, now: 0 };
}

const density = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
/** Abramowitz & Stegun 26.2.17: to 7.5e-8. */
function tail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return density(z) * series;
}
/** Raiffa & Schlaifer 1961, §5.4: s*·(φ(u) − u·Φ(−u)), u = |m|/s*, s*² = s⁴/(s² + σ²). */
function evsi(mean: number, deviation: number, standardError: number): number {
  const told = deviation ** 2 / Math.sqrt(deviation ** 2 + standardError ** 2);
  const u = Math.abs(mean) / told;
  return told * (density(u) - u * tail(u));
}

describe('testValue', () => {
  it.each([
    [0, 1, 1],
    [-0.5, 1, 0.5],
    [0.3, 1, 2],
    [-1, 0.5, 0.3],
    [0, 2, 0.1],
  ])('is the closed form of a normal with mean %d, deviation %d, and a test of standard error %d', (m, s, error) => {
    const { after, bestNow, now } = testValue(twoActions(m, s), error, ANY);
    expect(now).toBe(0);
    expect(bestNow).toBeCloseTo(Math.max(0, m), 2);
    // 160 results of a test, spread evenly: a hundredth of what is unknown.
    expect(Math.abs(after - bestNow - evsi(m, s, error))).toBeLessThan(0.012 * s);
  });

  it('of a test that tells nothing is nothing', () => {
    const { after, bestNow } = testValue(twoActions(0.4, 1), Number.POSITIVE_INFINITY, ANY);
    expect(after).toBeCloseTo(bestNow, 12);
    expect(testValue(twoActions(0.4, 1), 1e6, ANY).after).toBeCloseTo(bestNow, 3);
  });

  it('of a test that tells all is the expected value of perfect information', () => {
    // E max(0, δ) = s·(φ(u) + u·Φ(u)).
    expect(testValue(twoActions(0, 1), 0, ANY).after).toBeCloseTo(density(0), 2);
  });

  it('falls as the standard error grows, and never below what is known now', () => {
    const values = [0, 0.2, 0.5, 1, 2, 5].map((error) => testValue(twoActions(-0.2, 1), error, ANY));
    for (let i = 1; i < values.length; i++)
      expect(values[i]?.after).toBeLessThan((values[i - 1]?.after as number) + 0.01);
    for (const { after, bestNow } of values) expect(after).toBeGreaterThan(bestNow - 0.01);
  });

  it('keeps to the rule by which prices are recommended', () => {
    const decision = twoActions(0.4, 1);
    // P(δ > 0) = Φ(0.4) = 0.655: not sure enough, so that nothing changes without an answer.
    expect(testValue(decision, Number.POSITIVE_INFINITY, { minProbability: 0.7, minGain: null }).after).toBe(0);
    expect(testValue(decision, Number.POSITIVE_INFINITY, { minProbability: 0.6, minGain: null }).after).toBeCloseTo(
      0.4,
      2,
    );
    const sure = testValue(decision, 0.5, { minProbability: 0.7, minGain: null }).after;
    expect(sure).toBeGreaterThan(0.3);
    expect(sure).toBeLessThanOrEqual(testValue(decision, 0.5, ANY).after);
  });

  it('takes no change that gains less than the least share of the profit of now', () => {
    const decision: TestDecision = {
      elasticity: Float64Array.of(-2, -1),
      profit: Float64Array.of(100, 100.4, 100, 100.4),
      ...{ prices: 2, now: 0 },
    };
    expect(testValue(decision, 1, { minProbability: null, minGain: 0.005 }).after).toBeCloseTo(100, 9);
    expect(testValue(decision, 1, { minProbability: null, minGain: 0.003 }).after).toBeCloseTo(100.4, 9);
  });

  it('refuses draws and profits that do not fit', () => {
    const decision = twoActions(0, 1, 10);
    expect(() => testValue({ ...decision, profit: new Float64Array(3) }, 1, ANY)).toThrow('profit');
    expect(() => testValue({ ...decision, now: 2 }, 1, ANY)).toThrow('now');
    expect(() => testValue(decision, -1, ANY)).toThrow('standardError');
    expect(() => testValue(decision, Number.NaN, ANY)).toThrow('standardError');
  });
});
