import { describe, expect, it } from 'vitest';
import { fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import { cellOf } from '../../support/cells.ts';
import { unwrap } from '../../support/unwrap.ts';

const context = { holidays: [], market: false, specs: DAILY_SPECS.slice(0, 1), priorAt: () => ({}) };

/** Today's price of a cell that charged 10, then 8 with these shares of discounted sales on its last days. */
function todayPrice(shares: readonly number[]): number {
  const before = [10, 10, 10, 10];
  const promo = Float64Array.from([...before.map(() => 0), ...shares]);
  return unwrap(
    fitDemand(cellOf(new Array(promo.length).fill(5), [...before, ...shares.map(() => 8)], { promo }), context),
  ).todayPrice;
}

describe('today’s price', () => {
  it('is the last one that was not a promotion, and a row is one from half of its sales on', () => {
    expect(todayPrice([0])).toBe(8);
    expect(todayPrice([0.49])).toBe(8);
    expect(todayPrice([0.5])).toBe(10);
    expect(todayPrice([1, 0.6, 0.5])).toBe(10);
  });
  it('is not a promotion’s because nobody said whether it was one', () => {
    expect(todayPrice([Number.NaN])).toBe(8);
  });
  it('is the last price of all where every row was a promotion', () => {
    const promo = new Float64Array(3).fill(1);
    expect(unwrap(fitDemand(cellOf([5, 5, 5], [10, 9, 8], { promo }), context)).todayPrice).toBe(8);
  });
});
