import { expect, it } from 'vitest';
import { priceOutlook } from '../../../src/core/pricing/gains.ts';

const DRAWS = 400;
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

it('a cost that only a markup tells leaves the expected profit, and puts its doubt into interval and chance', () => {
  // The best price at a cost of 1.2 is 2; from today's 1.9 a step to 2 pays where the cost is not much below 1.2.
  const [told, assumed] = [false, true].map((costAssumed) => priceOutlook(curve, 2, 1.9, 1.2, costAssumed));
  expect(assumed.profit.value).toBe(told.profit.value);
  expect(assumed.gain.value).toBe(told.gain.value);
  expect(told.probabilityBetter).toBe(1);
  expect(told.profit.low).toBeCloseTo(told.profit.value, 9);
  const quantity = 10 * 2 ** -2.5;
  // A log-normal cost of mean 1.2: its 95 % quantile is 1.2 · e^(.2 · 1.6449 − .02).
  expect(assumed.profit.low).toBeCloseTo(quantity * (2 - 1.2 * Math.exp(0.2 * 1.6449 - 0.02)), 1);
  expect(assumed.profit.high).toBeCloseTo(quantity * (2 - 1.2 * Math.exp(-0.2 * 1.6449 - 0.02)), 1);
  // 1.9 and 2 earn alike at a cost of 1.169, and costs are above that with Φ((ln(1.2/1.169) − .02)/.2) = .51.
  const [q2, q19] = [2 ** -2.5, 1.9 ** -2.5];
  expect((1.9 * q19 - 2 * q2) / (q19 - q2)).toBeCloseTo(1.169, 3);
  expect(assumed.probabilityBetter).toBeGreaterThan(0.49);
  expect(assumed.probabilityBetter).toBeLessThan(0.54);
});
