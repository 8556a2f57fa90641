import { describe, expect, it } from 'vitest';
import type { DemandCurveDraws } from '../../../src/core/demand/predict.ts';
import { normalQuantile } from '../../../src/core/math/normal-quantile.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import {
  drawSwitchback,
  type ExperimentFacts,
  errorOfTrial,
  proposeExperiment,
} from '../../../src/core/pricing/experiment.ts';
import { DEFAULT_GUARDRAILS, type GuardrailSettings } from '../../../src/core/pricing/guardrails.ts';

/** Demand of 100 in two weeks at a price of 10, elasticities evenly over a normal distribution. */
function curveOf(middle: number, deviation: number, draws = 400): DemandCurveDraws {
  const prices = Float64Array.from({ length: 121 }, (_, i) => 5 * 4 ** (i / 120));
  const demand = new Float64Array(draws * prices.length);
  for (let d = 0; d < draws; d++) {
    const elasticity = middle + deviation * normalQuantile((d + 0.5) / draws);
    prices.forEach((price, p) => {
      demand[d * prices.length + p] = 100 * (price / 10) ** elasticity;
    });
  }
  return { prices, draws, demand };
}

const FACTS: ExperimentFacts = {
  unitCost: 6,
  todayPrice: 10,
  triedRange: [10, 10],
  marketPrice: null,
  priceStep: 0.01,
  otherwise: 10,
  horizonDays: 14,
  weeklyNoise: 0.01,
};

function proposed(
  curve: DemandCurveDraws,
  facts: Partial<ExperimentFacts> = {},
  settings: Partial<GuardrailSettings> = {},
) {
  return proposeExperiment(curve, { ...FACTS, ...facts }, { ...DEFAULT_GUARDRAILS, ...settings }, 1);
}

describe('the error of a trial', () => {
  it('is that of a regression of log demand on log price over its weeks, drawn by chance', () => {
    const design = { low: 9, high: 11, weeks: 8 };
    const random = new RandomStream(3, 1);
    let squares = 0;
    const trials = 4_000;
    for (let trial = 0; trial < trials; trial++) {
      const prices = drawSwitchback(design, trial);
      let contrast = 0;
      for (let w = 0; w < 8; w += 2) {
        const [a, b] = [prices[w], prices[w + 1]].map(
          (price) => -2 * Math.log(price as number) + 0.1 * random.normal(),
        );
        contrast += ((prices[w] as number) > (prices[w + 1] as number) ? 1 : -1) * ((a as number) - (b as number));
      }
      squares += (contrast / 4 / Math.log(11 / 9) + 2) ** 2 / trials;
    }
    // A variance of 4,000 squares has a standard deviation of 2.2 %.
    expect(squares / errorOfTrial(0.1, design) ** 2).toBeGreaterThan(0.91);
    expect(squares / errorOfTrial(0.1, design) ** 2).toBeLessThan(1.09);
  });
});

describe('the order of prices', () => {
  it('has each price once in every two weeks, in either order, and is the same for the same seed', () => {
    const design = { low: 9, high: 11, weeks: 12 };
    const orders = Array.from({ length: 40 }, (_, seed) => drawSwitchback(design, seed));
    for (const order of orders)
      for (let w = 0; w < 12; w += 2) expect([order[w], order[w + 1]].sort((a = 0, b = 0) => a - b)).toEqual([9, 11]);
    expect(new Set(orders.map((order) => order.join())).size).toBeGreaterThan(20);
    const first = orders.flat().filter((price, w) => w % 2 === 0 && price === 9).length;
    // 240 fair coins: 120 ± 7.7, four of those.
    expect(Math.abs(first - 120)).toBeLessThan(31);
    expect(drawSwitchback(design, 7)).toEqual(orders[7]);
  });
});

describe('a trial', () => {
  it('is proposed where the elasticity is not known and the price may be far off', () => {
    const found = proposed(curveOf(-2.5, 1));
    expect(found.ok).toBe(true);
    if (!found.ok) return;
    const { low, high, weeks, errorBefore, errorAfter, value } = found.value;
    expect(low).toBeGreaterThanOrEqual(8.5);
    expect(high).toBeLessThanOrEqual(11.5);
    expect([4, 6, 8, 12]).toContain(weeks);
    expect(errorBefore).toBeCloseTo(1, 1);
    expect(errorAfter).toBeCloseTo(1 / Math.sqrt(1 / errorBefore ** 2 + 1 / errorOfTrial(0.1, found.value) ** 2), 9);
    expect(value).toBeGreaterThan(0);
  });
  it('is worth what it is in a numerical integral over elasticities and results', () => {
    const [middle, deviation, noise] = [-2.5, 0.8, 0.1];
    const found = proposed(curveOf(middle, deviation), { weeklyNoise: noise ** 2 }, { minProbability: null });
    if (!found.ok) throw new Error(found.code);
    const { low, high, weeks } = found.value;
    const error = errorOfTrial(noise, { low, high, weeks });
    const points = Array.from({ length: 401 }, (_, i) => normalQuantile((i + 0.5) / 401));
    const profit = (price: number, elasticity: number): number => (price - 6) * 50 * (price / 10) ** elasticity;
    const expected = (price: number, mean: number, sd: number): number =>
      points.reduce((sum, z) => sum + profit(price, mean + sd * z) / points.length, 0);
    // The result is normal around the mean with both variances; what is believed after it is normal too.
    const after = Math.sqrt(1 / (1 / deviation ** 2 + 1 / error ** 2));
    const prices = Array.from({ length: 25 }, (_, c) => 9 * (11 / 9) ** (c / 24));
    const learned = Array.from({ length: 81 }, (_, i) => {
      const z = normalQuantile((i + 0.5) / 81);
      const mean = middle + Math.sqrt(deviation ** 2 - after ** 2) * z;
      return Math.max(expected(10, mean, after), ...prices.map((price) => expected(price, mean, after)));
    }).reduce((sum, most) => sum + most / 81, 0);
    const today = expected(10, middle, deviation);
    const trial = (expected(low, middle, deviation) + expected(high, middle, deviation)) / 2;
    const value = (52 - weeks) * (learned - today) - weeks * (today - trial);
    expect(found.value.cost / (weeks * (today - trial))).toBeCloseTo(1, 1);
    expect(found.value.value / value).toBeGreaterThan(0.85);
    expect(found.value.value / value).toBeLessThan(1.15);
  });
  it('is not where the elasticity is known and the price is right', () => {
    // 10 is the best price of elasticity −2.5 and cost 6.
    expect(proposed(curveOf(-2.5, 0.05))).toEqual({ ok: false, code: 'NOT_WORTH' });
  });
  it('is not where weeks differ by more than a year could tell', () => {
    expect(proposed(curveOf(-2.5, 0.3), { weeklyNoise: 25 })).toEqual({ ok: false, code: 'NOT_WORTH' });
  });
  it('keeps to the guardrails: no price at a loss, beyond a limit or the change', () => {
    const tight = proposed(curveOf(-2.5, 1), {}, { maxChange: 0.04, minPrice: 9.8 });
    if (!tight.ok) throw new Error(tight.code);
    expect(tight.value.low).toBeGreaterThanOrEqual(9.8);
    expect(tight.value.high).toBeLessThanOrEqual(10.4);
    expect(proposed(curveOf(-2.5, 1), {}, { maxChange: 0.004 })).toEqual({ ok: false, code: 'NO_ROOM' });
    expect(proposed(curveOf(-2.5, 1), {}, { minPrice: 12 })).toEqual({ ok: false, code: 'NO_ROOM' });
  });
  it('is the same for the same seed', () => {
    expect(proposed(curveOf(-2.5, 1))).toEqual(proposed(curveOf(-2.5, 1)));
  });
  it.each([
    ['todayPrice', { todayPrice: 0 }],
    ['weeklyNoise', { weeklyNoise: Number.NaN }],
    ['horizonDays', { horizonDays: -1 }],
    ['otherwise', { otherwise: Number.POSITIVE_INFINITY }],
  ])('refuses %s that is none', (name, facts) => {
    expect(() => proposed(curveOf(-2.5, 1), facts)).toThrow(name);
  });
});
