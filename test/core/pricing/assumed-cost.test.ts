import { expect, it } from 'vitest';
import { mean, quantile } from '../../../src/core/math/summary.ts';
import { priceOutlook } from '../../../src/core/pricing/gains.ts';
import { unitCostDraws } from '../../../src/core/pricing/price-evidence.ts';

const DRAWS = 1_000;
/** Demand known to the unit: 10 · p^−2.5 at prices 1 to 4. */
const prices = Float64Array.from({ length: 61 }, (_, i) => 1 + i * 0.05);
const curve = {
  prices,
  draws: DRAWS,
  demand: Float64Array.from(
    { length: DRAWS * prices.length },
    (_, i) => 10 * (prices[i % prices.length] as number) ** -2.5,
  ),
};

it('a cost that only a markup tells is log-normal around it', () => {
  const costs = unitCostDraws(DRAWS, 1.2, true).sort();
  expect(mean(costs) / 1.2).toBeCloseTo(1, 1);
  expect(quantile(costs, 0.05)).toBeCloseTo(1.2 * Math.exp(-0.4 * 1.6449 - 0.08), 2);
  expect(quantile(costs, 0.95) / (1.2 * Math.exp(0.4 * 1.6449 - 0.08))).toBeCloseTo(1, 1);
  expect(new Set(unitCostDraws(DRAWS, 1.2, false))).toEqual(new Set([1.2]));
});

it('its doubt is in interval and chance, less what today’s price tells of it', () => {
  const [told, assumed] = [false, true].map((costAssumed) => priceOutlook(curve, 2, 1.9, 1.2, costAssumed));
  expect(told.probabilityBetter).toBe(1);
  expect(told.profit.low).toBeCloseTo(told.profit.value, 9);
  // By Bayes on a grid of log costs: today's 1.9 is the best price at a cost of 1.9 · .6.
  const logs = Array.from({ length: 4_001 }, (_, i) => Math.log(1.2) - 2 + i * 0.001);
  const weights = logs.map(
    (log) =>
      Math.exp(-(((log - Math.log(1.2) + 0.08) / 0.4) ** 2) / 2) *
      (Math.exp(-(((log - Math.log(1.9 * 0.6)) / 0.2) ** 2) / 2) + 1 / 12),
  );
  const all = weights.reduce((a, b) => a + b, 0);
  const share = (of: (cost: number) => number): number =>
    logs.reduce((sum, log, i) => sum + ((weights[i] as number) / all) * of(Math.exp(log)), 0);
  // 1.9 and 2 earn alike at this cost, and a dearer one asks for 2.
  const [q2, q19] = [2 ** -2.5, 1.9 ** -2.5];
  const alike = (1.9 * q19 - 2 * q2) / (q19 - q2);
  const chance = share((cost) => Number(cost > alike));
  expect(Math.abs((assumed.probabilityBetter as number) - chance)).toBeLessThan(0.02);
  expect(assumed.profit.value / (10 * q2 * share((cost) => 2 - cost))).toBeCloseTo(1, 1);
  expect(assumed.profit.low).toBeLessThan(told.profit.low - 0.2);
});
