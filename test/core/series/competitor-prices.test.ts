import { describe, expect, it } from 'vitest';
import {
  type DatedCompetitorPrice,
  FRESH_DAYS,
  freshOn,
  newestOn,
  plannedReferences,
  referenceColumn,
  referenceOn,
} from '../../../src/core/series/competitor-prices.ts';

const seen = (competitor: string, day: number, price: number): DatedCompetitorPrice => ({
  ...{ competitor, day, price, promo: false },
});
const PRICES = [seen('A', 10, 4), seen('A', 20, 5), seen('B', 12, 9)];

describe('competitors’ prices on days', () => {
  it('are the newest of each up to the day, as long as they are fresh', () => {
    expect(newestOn(PRICES, 9)).toEqual([]);
    expect(newestOn(PRICES, 19).map(({ price }) => price)).toEqual([4, 9]);
    expect(newestOn(PRICES, 20).map(({ price }) => price)).toEqual([5, 9]);
    expect(freshOn(PRICES, 12 + FRESH_DAYS).map(({ price }) => price)).toEqual([5, 9]);
    expect(freshOn(PRICES, 13 + FRESH_DAYS).map(({ price }) => price)).toEqual([5]);
    expect(freshOn(PRICES, 21 + FRESH_DAYS)).toEqual([]);
  });
  it('have a cheapest one and a geometric mean, and none before the first and after the last is stale', () => {
    const days = Int32Array.of(9, 11, 12, 20, 200);
    const mean = [...referenceOn(days, 'daily', PRICES, 'mean')].map(Math.exp);
    expect(mean[0]).toBeNaN();
    // √(4·9) = 6 and √(5·9).
    expect(mean.slice(1, 4)).toEqual([4, 6, Math.sqrt(45)].map((value) => expect.closeTo(value, 12)));
    expect(mean[4]).toBeNaN();
    const cheapest = [...referenceOn(days, 'daily', PRICES, 'cheapest')].map(Math.exp);
    expect(cheapest.slice(1, 4)).toEqual([4, 4, 5].map((value) => expect.closeTo(value, 12)));
  });
  it('of a week are the mean of its days, and know nothing of the week after', () => {
    const [week] = referenceOn(
      Int32Array.of(14),
      'weekly',
      [seen('A', 10, 4), seen('A', 18, 5), seen('A', 21, 50)],
      'mean',
    );
    expect(week).toBeCloseTo((4 * Math.log(4) + 3 * Math.log(5)) / 7, 12);
  });
  it('are carried ahead from what was seen by then, until they are stale', () => {
    const ahead = plannedReferences(Int32Array.of(19, 19 + FRESH_DAYS), PRICES, 18)[referenceColumn('mean')];
    expect(Math.exp(ahead?.[0] as number)).toBeCloseTo(6, 12);
    expect(ahead?.[1]).toBeNaN();
    expect(plannedReferences(Int32Array.of(5), undefined, 5)).toEqual({});
  });
});
