import { expect, it } from 'vitest';
import { markdownPrices, USUAL_STEPS } from '../../../src/core/stock/markdown-prices.ts';

const GIVEN = {
  ...{ usualPrice: 4, priceInForce: 4, steps: USUAL_STEPS, priceEnding: null, priceStep: 0.01, minPrice: null },
} as const;

it('allows the price in force and the cuts of the usual one below it, falling and each once', () => {
  expect([...markdownPrices(GIVEN)]).toEqual([4, 3.6, 3.2, 2.8, 2.4, 2]);
  expect([...markdownPrices({ ...GIVEN, priceInForce: 3 })]).toEqual([3, 2.8, 2.4, 2]);
  expect([...markdownPrices({ ...GIVEN, steps: [0.5, 0, 0.5, 0.2] })]).toEqual([4, 3.2, 2]);
});
it('rounds to endings, leaving out what falls together or below the least price', () => {
  // 3.6 and 3.2 → 2.99 or 3.99: the nearest; 2.8, 2.4 → 2.99, 2.49 is none of these.
  expect([...markdownPrices({ ...GIVEN, priceEnding: '.99' })]).toEqual([4, 3.99, 2.99, 1.99]);
  expect([...markdownPrices({ ...GIVEN, minPrice: 2.4 })]).toEqual([4, 3.6, 3.2, 2.8, 2.4]);
});
it('refuses a cut of all, and prices of nothing', () => {
  expect(() => markdownPrices({ ...GIVEN, steps: [0.1, 1] })).toThrow('steps[1]');
  expect(() => markdownPrices({ ...GIVEN, usualPrice: 0 })).toThrow('usualPrice');
});
