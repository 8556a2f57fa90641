/** What stands in for a cell that nobody has sold. */

import { describe, expect, it } from 'vitest';
import {
  assumedSeries,
  type ColdStartFacts,
  coldStartCurve,
  coldStartFacts,
  coldStartPrices,
  coldStartPricing,
} from '../../../src/core/pricing/cold-start.ts';

const FACTS: ColdStartFacts = {
  price: 3,
  cost: 1,
  dailyQuantity: 10,
  unit: 'kg',
  elasticity: { mean: -2, variance: 0 },
  assumptions: [],
};

describe('rows of a cell without sales', () => {
  const series = assumedSeries('Tienda', 'Gamba', FACTS, 20_000, 2);
  it('are days in a row up to the last, years of them', () => {
    expect(series.days).toHaveLength(730);
    expect([series.days[0], series.days[1], series.days.at(-1)]).toEqual([19_271, 19_272, 20_000]);
    expect(assumedSeries('Tienda', 'Gamba', FACTS, 20_000).days).toHaveLength(365);
  });
  it('have the price, cost and quantity assumed, no promotion, and know nothing else', () => {
    expect(series).toMatchObject({ merchant: 'Tienda', product: 'Gamba', productType: 'Gamba', unit: 'kg' });
    expect(series).toMatchObject({ frequency: 'daily', covariates: [] });
    for (const [column, value] of [
      [series.quantity, 10],
      [series.price, 3],
      [series.cost, 1],
      [series.promo, 0],
      [series.soldOut, 0],
      [series.waste, Number.NaN],
      [series.marketPrice, Number.NaN],
    ] as const)
      expect([column.length, ...new Set(column)]).toEqual([730, value]);
  });
});

describe('facts of a cell without sales', () => {
  it('name each assumption with its value, and keep what is given', () => {
    expect(coldStartFacts('Tornillos', { price: 3 })).toMatchObject({
      price: 3,
      cost: 2,
      dailyQuantity: 20,
      unit: '',
      assumptions: [
        { code: 'UNIT_COST', value: 2 },
        { code: 'DAILY_QUANTITY', value: 20 },
        { code: 'ELASTICITY', value: -2.62 },
      ],
    });
    expect(coldStartFacts('Carne', { cost: 0, dailyQuantity: 0 })).toMatchObject({ cost: 0, dailyQuantity: 0 });
    expect(coldStartFacts('Carne', {})?.assumptions[0]).toEqual({
      ...{ code: 'REFERENCE_PRICE', value: 6.79, of: 'meat' },
    });
  });
  it('say for the recommendation that nothing was sold, tried or estimated', () => {
    expect(coldStartPricing(FACTS, true, false)).toEqual({
      todayPrice: 3,
      triedRange: null,
      cost: 1,
      costAgeDays: 0,
      wasteShare: 0,
      marketPrice: null,
      ownRows: 0,
      priceChanges: 0,
      seasonShareOfVariation: 0,
      priceVariation: 0,
      ownElasticity: null,
      promoShareOfVariation: 0,
      simpleForecastWins: false,
      converged: false,
    });
    expect(coldStartPricing(FACTS, false, true)).toMatchObject({ costAgeDays: null, converged: true });
  });
});

describe('prices to choose from without sales', () => {
  const ends = (facts: Partial<ColdStartFacts>): number[] => {
    const prices = coldStartPrices({ ...FACTS, ...facts }, 3);
    return [...prices].map((p) => Math.round(p * 1e9) / 1e9);
  };
  it('go from cost to twice the price, evenly in log price', () => {
    expect(ends({})).toEqual([1, Math.round(Math.sqrt(6) * 1e9) / 1e9, 6]);
    expect(coldStartPrices(FACTS)).toHaveLength(161);
  });
  it('have today’s price among them where the cost is above it', () => {
    expect(ends({ cost: 5 })).toEqual([2.94, Math.round(Math.sqrt(29.4) * 1e9) / 1e9, 10]);
  });
});

describe('draws of demand without sales', () => {
  it('take the shapes by their shares: of twenty ten λ = 0, three ½, three 1, two 2, two 3', () => {
    const { demand, draws } = coldStartCurve(FACTS, 14, 20, 1, 2);
    expect(draws).toBe(20);
    // Elasticity −2, (r^λ − 1)/λ at a third of today's price and at twice of it.
    const at = (ratio: number, lambda: number): unknown =>
      expect.closeTo(140 * Math.exp(-2 * (lambda === 0 ? Math.log(ratio) : (ratio ** lambda - 1) / lambda)), 9);
    const lambdas = [...new Array(10).fill(0), 0.5, 0.5, 0.5, 1, 1, 1, 2, 2, 3, 3];
    expect([...demand]).toEqual(lambdas.flatMap((lambda) => [at(1 / 3, lambda), at(2, lambda)]));
  });
  it('scatter as the published elasticity does, by the seed', () => {
    const facts = { ...FACTS, elasticity: { mean: -5, variance: 0.25 } };
    const elasticities = (seed: number): number[] => {
      const { demand } = coldStartCurve(facts, 14, 4_000, seed, 2);
      // The first half has λ = 0: log demand falls by elasticity times log price.
      return Array.from({ length: 2_000 }, (_, d) => Math.log(demand[2 * d + 1] / 140) / Math.LN2);
    };
    const drawn = elasticities(1);
    const mean = drawn.reduce((sum, e) => sum + e, 0) / drawn.length;
    const deviation = Math.sqrt(drawn.reduce((sum, e) => sum + (e - mean) ** 2, 0) / drawn.length);
    // Standard errors of 2,000 draws: 0.5/√2000 = 0.011 of the mean, 0.5/√4000 = 0.008 of the deviation; four of each.
    expect(Math.abs(mean + 5)).toBeLessThan(0.045);
    expect(Math.abs(deviation - 0.5)).toBeLessThan(0.032);
    expect(elasticities(1)).toEqual(drawn);
    expect(elasticities(2)).not.toEqual(drawn);
  });
});
