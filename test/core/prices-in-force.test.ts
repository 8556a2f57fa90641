import { describe, expect, it } from 'vitest';
import {
  type DecidedPrice,
  lowestBefore,
  priceReductions,
  pricesInForce,
} from '../../src/core/pricing/prices-in-force.ts';

const daily = (prices: readonly number[], promo: readonly number[] = []) => ({
  frequency: 'daily' as const,
  days: Int32Array.from(prices, (_, i) => 20_000 + i),
  price: Float64Array.from(prices),
  promo: Float64Array.from(prices, (_, i) => promo[i] ?? 0),
});
const spansOf = (prices: readonly number[], decisions: readonly DecidedPrice[] = [], promo: readonly number[] = []) =>
  pricesInForce(daily(prices, promo), decisions, 'EUR');

describe('prices in force', () => {
  it('join days of one price to the coin, and carry a price on over days without sales', () => {
    const spans = spansOf([2, 2.001, Number.NaN, 2, 2.5, 2.5]);
    expect(spans.map(({ fromDay, toDay, price }) => [fromDay - 20_000, (toDay as number) - 20_000, price])).toEqual([
      [0, 3, 2],
      [4, 5, 2.5],
    ]);
  });
  it('name the decision that is charged, not one that nobody charged', () => {
    const decisions = [
      { id: 'a', fromDay: 20_003, price: 2.5 },
      { id: 'b', fromDay: 20_006, price: 3 },
    ];
    const spans = spansOf([2, 2, 2, 2, 2.5, 2.5, 2.5, 2.5], decisions);
    expect(spans.map(({ price, decision, charged }) => [price, decision, charged])).toEqual([
      [2, null, true],
      [2.5, 'a', true],
    ]);
  });
  it('put decided prices of days to come behind the sales', () => {
    const spans = spansOf([2, 2], [{ id: 'a', fromDay: 20_010, price: 1.8 }]);
    expect(spans.at(-1)).toEqual({
      fromDay: 20_010,
      toDay: null,
      price: 1.8,
      promo: false,
      decision: 'a',
      charged: false,
    });
  });
  it('of weeks cover their seven days', () => {
    const weekly = {
      frequency: 'weekly' as const,
      days: Int32Array.of(20_003, 20_010, 20_017),
      price: Float64Array.of(2, 2, 3),
      promo: new Float64Array(3),
    };
    const spans = pricesInForce(weekly, [], 'EUR');
    expect(spans.map(({ fromDay, toDay }) => (toDay as number) - fromDay + 1)).toEqual([14, 7]);
  });
});

describe('a reduction', () => {
  it('is measured by the lowest price of the 30 days before it', () => {
    // 40 days at 10, five at 8, twenty at 10, then 9: below the day before, but 8 was charged within 30 days.
    const prices = [...Array(40).fill(10), ...Array(5).fill(8), ...Array(20).fill(10), ...Array(5).fill(9)];
    const [first, second] = priceReductions(spansOf(prices), 'EUR');
    expect([first?.lowest, first?.knownDays, first?.isReduction]).toEqual([10, 30, true]);
    expect([second?.priceBefore, second?.lowest, second?.isReduction]).toEqual([10, 8, false]);
  });
  it('counts again when the lower price lies more than 30 days back', () => {
    const prices = [...Array(5).fill(8), ...Array(30).fill(10), ...Array(5).fill(9)];
    const [only] = priceReductions(spansOf(prices), 'EUR');
    expect([only?.lowest, only?.isReduction]).toEqual([10, true]);
    // One day fewer between them, and the last day at 8 is one of the thirty.
    const [nearer] = priceReductions(spansOf([...Array(5).fill(8), ...Array(29).fill(10), 9]), 'EUR');
    expect([nearer?.lowest, nearer?.isReduction]).toEqual([8, false]);
  });
  it('of a new product is measured by the days there are', () => {
    const spans = spansOf([4, 4, 3]);
    expect(lowestBefore(spans, 20_002)).toEqual({ price: 4, knownDays: 2 });
    expect(lowestBefore(spans, 20_000)).toBeNull();
  });
  it('that is planned is told before it is announced', () => {
    const spans = spansOf([8, 8, 10, 10], [{ id: 'a', fromDay: 20_006, price: 9 }]);
    const last = priceReductions(spans, 'EUR').at(-1);
    expect([last?.planned, last?.priceBefore, last?.lowest, last?.isReduction]).toEqual([true, 10, 8, false]);
  });
});
