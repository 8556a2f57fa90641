import { describe, expect, it } from 'vitest';
import { coldStartCurve, coldStartFacts, coldStartPricing } from '../../../src/core/pricing/cold-start.ts';
import { DEFAULT_GUARDRAILS } from '../../../src/core/pricing/guardrails.ts';
import { recommendPrice } from '../../../src/core/pricing/recommend-price.ts';

describe('a price without sales', () => {
  it('takes reference price, markup, quantity and elasticity from published facts and names each', () => {
    const facts = coldStartFacts('Carne', {});
    // Household panel 6.79 EUR/kg; markup 1.5; Bijmolt's mean moved by (0.75 + 0.72 + 0.68)/3 over the list's mean
    // 0.5847.
    expect(facts).toMatchObject({ price: 6.79, cost: 6.79 / 1.5, dailyQuantity: 20, unit: 'kg' });
    expect(facts?.assumptions.map((a) => a.code)).toEqual([
      'REFERENCE_PRICE',
      'UNIT_COST',
      'DAILY_QUANTITY',
      'ELASTICITY',
    ]);
    expect(facts?.elasticity.mean).toBeLessThan(-2.62);
  });
  it('uses what is given instead, and has no price for a name it does not know', () => {
    const given = coldStartFacts('Tornillos', { price: 3, cost: 1, dailyQuantity: 7 });
    expect(given).toMatchObject({ price: 3, cost: 1, dailyQuantity: 7 });
    expect(given?.assumptions.map((a) => a.code)).toEqual(['ELASTICITY']);
    expect(coldStartFacts('Tornillos', {})).toBeNull();
  });
  it('averages the shapes of the price term by their prior shares: at p = 2p̄ and elasticity −2 the closed form', () => {
    const facts = {
      price: 3,
      cost: 1,
      dailyQuantity: 10,
      unit: 'kg',
      elasticity: { mean: -2, variance: 0 },
      assumptions: [],
    };
    const { prices, draws, demand } = coldStartCurve(facts, 14, 400, 1);
    const last = prices.length - 1;
    expect(prices[last]).toBeCloseTo(6, 12);
    let mean = 0;
    for (let d = 0; d < draws; d++) mean += demand[d * prices.length + last] / draws;
    // h(2) = ln 2, 2(√2 − 1), 1, 3/2, 7/3 for λ = 0, ½, 1, 2, 3 with prior shares .5, .15, .15, .1, .1.
    const bent = [
      0.15 * Math.exp(-4 * (Math.SQRT2 - 1)),
      0.15 * Math.exp(-2),
      0.1 * Math.exp(-3),
      0.1 * Math.exp(-14 / 3),
    ];
    const expected = 140 * (0.5 * 2 ** -2 + bent.reduce((sum, part) => sum + part, 0));
    expect(mean).toBeCloseTo(expected, 9);
  });
  it('gives price, demand and profit, and never recommends', () => {
    const facts = coldStartFacts('Pescado', {});
    if (!facts) throw new Error('fish has a reference price');
    const result = recommendPrice(
      coldStartCurve(facts, 14, 1000, 1),
      coldStartPricing(facts, false, true),
      DEFAULT_GUARDRAILS,
    );
    expect(result.recommended).toBe(false);
    expect(result.reasons).toContain('NO_SALES');
    expect(result.price).toBeGreaterThan(result.unitCost);
    expect(result.expectedDemand.value).toBeGreaterThan(0);
    expect(result.expectedProfit.low).toBeLessThan(result.expectedProfit.high);
  });
  it('returns the reference price when the optimum lies at the edge of its grid', () => {
    const facts = {
      price: 3,
      cost: 1,
      dailyQuantity: 10,
      unit: 'kg',
      elasticity: { mean: -0.2, variance: 0 },
      assumptions: [],
    };
    const result = recommendPrice(
      coldStartCurve(facts, 14, 400, 1),
      coldStartPricing(facts, true, true),
      DEFAULT_GUARDRAILS,
    );
    expect(result).toMatchObject({ price: 3, unconstrainedPrice: null, recommended: false });
    expect(result.reasons).toContain('NO_INTERIOR_OPTIMUM');
  });
});
