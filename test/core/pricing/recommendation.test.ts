import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demandDraws } from '../../../src/core/pricing/demand-at.ts';
import { span } from '../../../src/core/pricing/gains.ts';
import { DEFAULT_GUARDRAILS, type GuardrailSettings } from '../../../src/core/pricing/guardrails.ts';
import type { PricingFacts } from '../../../src/core/pricing/reasons.ts';
import {
  interiorOptimum,
  priceGrid,
  recommendPrice,
  wasteAdjustedCost,
} from '../../../src/core/pricing/recommend-price.ts';

const FACTS: PricingFacts = {
  todayPrice: 10,
  triedRange: [8, 12],
  cost: 6,
  costAgeDays: 1,
  wasteShare: 0,
  marketPrice: null,
  ownRows: 200,
  priceChanges: 20,
  seasonShareOfVariation: 0,
  priceVariation: 0.1,
  ownElasticity: { value: -2, standardError: 0.2 },
  promoShareOfVariation: 0,
  simpleForecastWins: false,
  converged: true,
};
/** No guardrail but those given. */
const only = (given: Partial<GuardrailSettings>): GuardrailSettings => ({
  ...DEFAULT_GUARDRAILS,
  maxChange: null,
  triedRangeMargin: null,
  ...given,
});

/** Demand curves of constant elasticity, one a draw, through 100 at a price of 10. */
function curveOf(elasticities: readonly number[], prices = priceGrid(10, [8, 12], 6)) {
  return {
    prices,
    draws: elasticities.length,
    demand: Float64Array.from(elasticities.flatMap((e) => Array.from(prices, (p) => 100 * (p / 10) ** e))),
  };
}

describe('prices to weigh', () => {
  const ends = (...given: Parameters<typeof priceGrid>): number[] => {
    const grid = priceGrid(...given);
    return [grid[0], grid.at(-1) as number].map((p) => Math.round(p * 1e6) / 1e6);
  };
  it('lie from just above cost, or two fifths of today’s price, to twice the highest of today’s, the highest tried and cost', () => {
    expect(ends(10, [8, 12], 6)).toEqual([6.006, 24]);
    expect(ends(10, [8, 12], 3)).toEqual([4, 24]);
    expect(ends(10, [5, 9], 6)).toEqual([6.006, 20]);
    expect(ends(10, null, 6)).toEqual([6.006, 20]);
    // A cost above today's price: today's is still weighed.
    expect(ends(10, [8, 12], 15)).toEqual([9.8, 30]);
  });
  it('are 161, each the same share above the one before', () => {
    const grid = priceGrid(10, [8, 12], 6);
    expect(grid).toHaveLength(161);
    for (let i = 1; i < 161; i++) expect(grid[i] / grid[i - 1]).toBeCloseTo((24 / 6.006) ** (1 / 160), 12);
  });
});

describe('cost of a unit sold', () => {
  it('carries its waste, at most nineteen twentieths', () => {
    expect([0, 0.25, 0.5, 0.95, 0.99].map((share) => wasteAdjustedCost(6, share))).toEqual([
      6,
      8,
      12,
      expect.closeTo(120, 9),
      expect.closeTo(120, 9),
    ]);
  });
  it('is today’s price over 1.5 where none is known, whatever the waste, and that is said', () => {
    expect(recommendPrice(curveOf([-2.5]), { ...FACTS, cost: null, wasteShare: 0.5 }, only({}))).toMatchObject({
      unitCost: 10 / 1.5,
      costAssumed: true,
    });
    expect(recommendPrice(curveOf([-2.5]), { ...FACTS, wasteShare: 0.25 }, only({}))).toMatchObject({
      unitCost: 8,
      costAssumed: false,
    });
  });
});

describe('demand between the prices of a grid', () => {
  it('is exact for constant elasticity, on the grid, between its points and beyond its ends', () => {
    const curve = curveOf([-2.5, -1]);
    for (const price of [3, 6.006, 7.77, 10, 23.9, 24, 40]) {
      const found = demandDraws(curve, price);
      expect(found[0] / (100 * (price / 10) ** -2.5)).toBeCloseTo(1, 9);
      expect(found[1] / (100 * (price / 10) ** -1)).toBeCloseTo(1, 9);
    }
  });
  it('is next to nothing where the curve says nothing at all', () => {
    const curve = { prices: Float64Array.of(1, 2), draws: 1, demand: new Float64Array(2) };
    expect(demandDraws(curve, 1.5)[0]).toBeCloseTo(1e-12, 15);
  });
});

describe('the optimum of a grid', () => {
  it('is that of the mean profit over the draws, not the mean of optima', () => {
    // The mean of 100 (p/10)^−2 and 100 (p/10)^−4 at cost 6: the root of Σ e (p − 6)/p q + q = 0, by bisection.
    const slope = (p: number): number => [-2, -4].reduce((sum, e) => sum + (p / 10) ** e * (1 + (e * (p - 6)) / p), 0);
    let [low, high] = [6, 24];
    for (let k = 0; k < 60; k++) {
      const middle = (low + high) / 2;
      if (slope(middle) > 0) low = middle;
      else high = middle;
    }
    expect(Math.abs((interiorOptimum(curveOf([-2, -4]), 6) as number) / low - 1)).toBeLessThan(1e-3);
  });
  it('is none at either end, and none where nothing is earned anywhere', () => {
    expect(interiorOptimum(curveOf([-0.9]), 6)).toBeNull();
    // At cost 3 the optimum of −6 is 3.6, below the grid's first price.
    expect(interiorOptimum(curveOf([-6], priceGrid(10, [8, 12], 3)), 3)).toBeNull();
    expect(interiorOptimum(curveOf([-2.5]), 30)).toBeNull();
  });
});

describe('the spread of draws', () => {
  it('is their mean with the 5 % and 95 % quantiles, between order statistics by share', () => {
    const draws = Float64Array.from({ length: 21 }, (_, i) => 20 - i);
    expect(span(draws)).toEqual({ value: 10, low: expect.closeTo(1, 12), high: expect.closeTo(19, 12) });
    expect(span(Float64Array.of(0, 10))).toEqual({
      value: 5,
      low: expect.closeTo(0.5, 12),
      high: expect.closeTo(9.5, 12),
    });
    expect(span(Float64Array.of(7))).toEqual({ value: 7, low: 7, high: 7 });
  });
  it('leaves the draws as they were', () => {
    const draws = Float64Array.of(3, 1, 2);
    span(draws);
    expect(Array.from(draws)).toEqual([3, 1, 2]);
  });
});

describe('a recommendation', () => {
  const at11 = only({ minPrice: 11, maxPrice: 11 });
  it('compares profit and demand at its price with those at today’s, draw by draw', () => {
    const elasticities = [-1.2, -1.8, -2.4, -3, -3.6];
    // The price of what never sold tells nothing of demand: the draws stay as they are.
    const found = recommendPrice(curveOf(elasticities), { ...FACTS, ownRows: 0 }, at11);
    const demand = elasticities.map((e) => 100 * 1.1 ** e);
    const mean = demand.reduce((a, b) => a + b, 0) / 5;
    expect(found.price).toBe(11);
    expect(found.expectedDemand.value).toBeCloseTo(mean, 9);
    expect(found.expectedProfit.value).toBeCloseTo(5 * mean, 9);
    expect(found.current.price).toBe(10);
    expect(found.current.expectedDemand).toBeCloseTo(100, 9);
    expect(found.current.expectedProfit).toBeCloseTo(400, 9);
    // 500 · 1.1^e exceeds 400 where e > ln 0.8/ln 1.1 = −2.34: two of five.
    expect(found.probabilityBetter).toBe(0.4);
  });
  it('has no chance to be better where the price stays', () => {
    expect(recommendPrice(curveOf([-2.5]), FACTS, only({ minPrice: 10, maxPrice: 10 })).probabilityBetter).toBeNull();
    expect(
      recommendPrice(curveOf([-2.5]), FACTS, only({ minPrice: 10.001, maxPrice: 10.001 })).probabilityBetter,
    ).not.toBeNull();
  });
  it('without a cost is a study, unless somebody vouches for a markup', () => {
    const unknown = { ...FACTS, cost: null, costAgeDays: null };
    const known = curveOf(new Array(64).fill(-2.5));
    const study = recommendPrice(known, unknown, only({}));
    expect(study).toMatchObject({
      recommended: false,
      reasons: expect.arrayContaining(['NO_COST']),
      costAssumed: true,
    });
    // At a cost of 10/1.5 and elasticity −2.5 the best price is 10/1.5 · 2.5/1.5; today's says that it costs less.
    expect(study.price).toBeLessThan(100 / 9);
    expect(study.price).toBeGreaterThan(10);
    // A markup of 1 is a cost of 5.
    const told = recommendPrice(known, { ...unknown, assumedMarkup: 1 }, only({ minProbability: null, minGain: null }));
    expect(told).toMatchObject({ recommended: true, unitCost: 5, costAssumed: true });
    expect(told.price).toBeGreaterThan(25 / 3);
    expect(told.price).toBeLessThan(10);
  });
  it('takes the ending that earns more of those on both sides of the best price', () => {
    // Cost 6 at elasticity −3: best at 9. At −1.5 it is 18, and profit falls more slowly above than below.
    const ended = (elasticity: number) =>
      recommendPrice(curveOf([elasticity]), FACTS, only({ priceEnding: '.49' })).price;
    const profit = (elasticity: number, price: number): number => (price - 6) * (price / 10) ** elasticity;
    for (const [elasticity, below, above] of [
      [-3, 8.49, 9.49],
      [-1.5, 17.49, 18.49],
    ] as const)
      expect(ended(elasticity)).toBe(profit(elasticity, below) > profit(elasticity, above) ? below : above);
  });
  it('is the same in any unit of money', () => {
    const elasticities = [-1.8, -2.4, -3];
    const scaled = (unit: number, cost: number, waste: number) => {
      const facts = {
        ...FACTS,
        todayPrice: 10 * unit,
        triedRange: [8 * unit, 12 * unit] as const,
        cost: cost * unit,
        wasteShare: waste,
        marketPrice: 11 * unit,
        priceStep: 0.01 * unit,
      };
      const prices = priceGrid(10 * unit, facts.triedRange, wasteAdjustedCost(cost * unit, waste));
      const demand = Float64Array.from(
        elasticities.flatMap((e) => Array.from(prices, (p) => 100 * (p / unit / 10) ** e)),
      );
      return recommendPrice(
        { prices, draws: 3, demand },
        facts,
        only({ maxChange: 0.15, minMargin: 0.1, marketBand: 0.3, triedRangeMargin: 0.1 }),
      );
    };
    fc.assert(
      fc.property(
        fc.integer({ min: -4, max: 4 }),
        fc.double({ min: 0.01, max: 15, noNaN: true }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (power, cost, waste) => {
          const one = scaled(1, cost, waste);
          const other = scaled(10 ** power, cost, waste);
          // A billionth: rounding.
          expect(other.price / 10 ** power / one.price).toBeCloseTo(1, 9);
          expect([other.reasons, other.recommended, other.probabilityBetter]).toEqual([
            one.reasons,
            one.recommended,
            one.probabilityBetter,
          ]);
          expect(other.guardrails.map(({ rule }) => rule)).toEqual(one.guardrails.map(({ rule }) => rule));
        },
      ),
    );
  });
});
