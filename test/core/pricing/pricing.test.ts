import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyGuardrails, DEFAULT_GUARDRAILS } from '../../../src/core/pricing/guardrails.ts';
import { optimalPriceConstantElasticity, optimalPriceExponential } from '../../../src/core/pricing/optimal-price.ts';
import type { PricingFacts } from '../../../src/core/pricing/reasons.ts';
import {
  interiorOptimum,
  priceGrid,
  recommendPrice,
  wasteAdjustedCost,
} from '../../../src/core/pricing/recommend-price.ts';
import { unwrap } from '../../support/unwrap.ts';

const facts: PricingFacts = {
  todayPrice: 10,
  triedRange: [8, 12],
  cost: 6,
  costAgeDays: 1,
  wasteShare: 0,
  marketPrice: null,
  priceStep: 0.01,
  ownRows: 200,
  priceChanges: 20,
  seasonShareOfVariation: 0,
  priceVariation: 0.1,
  ownElasticity: { value: -2, standardError: 0.2 },
  promoShareOfVariation: 0,
  simpleForecastWins: false,
  converged: true,
};

/** A curve of constant elasticity, the same in every draw. */
function curve(elasticity: number, unitCost: number) {
  const prices = priceGrid(10, [8, 12], unitCost);
  return { prices, draws: 1, demand: prices.map((p) => 100 * (p / 10) ** elasticity) };
}

describe('optimal price', () => {
  it('follows the Lerner condition under constant elasticity', () => {
    const price = unwrap(optimalPriceConstantElasticity(6, -3));
    expect((price - 6) / price).toBeCloseTo(1 / 3, 12); // exact algebra; 12 digits leave room for two roundings
  });
  it('refuses inelastic demand instead of naming the edge of a grid', () => {
    expect(optimalPriceConstantElasticity(6, -0.8)).toMatchObject({ ok: false, code: 'NO_INTERIOR_OPTIMUM' });
    expect(optimalPriceExponential(6, 0)).toMatchObject({ ok: false, code: 'NO_INTERIOR_OPTIMUM' });
    expect(unwrap(optimalPriceExponential(6, 0.5))).toBe(8);
  });
  it('is found on the grid where the closed form has it', () => {
    for (const elasticity of [-2.5, -3, -4]) {
      const exact = unwrap(optimalPriceConstantElasticity(6, elasticity));
      // The parabola through three points 1 % apart leaves an error of about a thousandth of a price.
      expect(Math.abs((interiorOptimum(curve(elasticity, 6), 6) as number) / exact - 1)).toBeLessThan(1e-3);
    }
  });
});

describe('recommendation', () => {
  it('takes a step as far as the limits allow when demand has no interior optimum', () => {
    const r = recommendPrice(curve(-0.6, 6), facts, DEFAULT_GUARDRAILS);
    expect(r).toMatchObject({ unconstrainedPrice: null, recommended: true });
    expect(r.price).toBeCloseTo(11.5, 9);
    expect(r.reasons).toEqual(expect.arrayContaining(['NO_INTERIOR_OPTIMUM', 'STEP_TOWARDS']));
  });
  it('takes no longer a step than that when the limits are off', () => {
    const off = { ...DEFAULT_GUARDRAILS, maxChange: null, triedRangeMargin: null };
    expect(recommendPrice(curve(-0.6, 6), facts, off).price).toBeCloseTo(11.5, 9);
    expect(recommendPrice(curve(-0.6, 6), facts, { ...off, maxChange: 0.3 }).price).toBeCloseTo(13, 9);
    // Where there is an optimum, no limit means none: c · ε/(1 + ε) = 12.
    expect(recommendPrice(curve(-2, 6), facts, off).price).toBeCloseTo(12, 1);
  });
  it('clamps to 15 % of today’s price and records from where to where', () => {
    const r = recommendPrice(curve(-2, 6), facts, DEFAULT_GUARDRAILS);
    expect(r.price).toBeCloseTo(11.5, 9);
    expect(r.unconstrainedPrice).toBeGreaterThan(11.9);
    expect(r.guardrails[0]).toMatchObject({ rule: 'max-change' });
    expect(r.expectedProfit.value).toBeGreaterThan(r.current.expectedProfit);
  });
  it('counts waste into the cost', () => {
    expect(wasteAdjustedCost(6, 0.25)).toBeCloseTo(8, 12);
  });
  it('withholds a price where cost lies beyond the largest change, and raises it where that is off', () => {
    const at12 = { ...facts, cost: 12, triedRange: null };
    expect(recommendPrice(curve(-2.5, 12), at12, DEFAULT_GUARDRAILS)).toMatchObject({
      price: 10,
      recommended: false,
      reasons: expect.arrayContaining(['LOSS', 'GUARDRAILS_CONFLICT']),
      conflict: { atLeast: { rule: 'never-below-cost', price: 12 }, atMost: { rule: 'max-change' } },
    });
    const result = recommendPrice(curve(-2.5, 12), at12, { ...DEFAULT_GUARDRAILS, maxChange: null });
    expect(result.current.expectedProfit).toBeLessThan(0);
    expect(result.price).toBeGreaterThanOrEqual(12);
    expect(result.unitCost).toBe(12);
  });
  it('names what the data cannot carry', () => {
    const reasons = (changed: Partial<PricingFacts>) =>
      recommendPrice(curve(-2.5, 6), { ...facts, ...changed }, DEFAULT_GUARDRAILS).reasons;
    expect(reasons({ ownRows: 0 })).toContain('NO_SALES');
    expect(reasons({ ownRows: 12 })).toContain('TOO_FEW_SALES');
    expect(reasons({ priceChanges: 1 })).toContain('NO_PRICE_VARIATION');
    expect(reasons({ ownElasticity: { value: 1, standardError: 0.3 } })).toContain('WRONG_SIGN');
    expect(reasons({ cost: null, costAgeDays: null })).toContain('NO_COST');
    expect(reasons({ promoShareOfVariation: 0.9, ownElasticity: { value: -2, standardError: 3 } })).toContain(
      'PROMO_CONFOUNDED',
    );
    expect(reasons({ simpleForecastWins: true })).toContain('WORSE_THAN_BASELINE');
    expect(reasons({ converged: false })).toContain('NOT_CONVERGED');
    expect(reasons({})).toEqual([]);
  });
});

describe('guardrails', () => {
  it('never let a price fall below cost, whatever else they say', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 50, noNaN: true }),
        fc.double({ min: 0.5, max: 50, noNaN: true }),
        fc.double({ min: 0.5, max: 50, noNaN: true }),
        (price, cost, today) => {
          const guarded = applyGuardrails(
            price,
            { ...DEFAULT_GUARDRAILS, priceEnding: '.99' },
            { unitCost: cost, todayPrice: today, triedRange: [today * 0.9, today * 1.1], marketPrice: null },
          );
          // Or none is given: today's is kept.
          if (guarded.conflict) expect(guarded.price).toBe(today);
          else expect(guarded.price).toBeGreaterThanOrEqual(cost - 1e-9);
        },
      ),
    );
  });
  it('change nothing when all of them hold', () => {
    expect(
      applyGuardrails(10.5, DEFAULT_GUARDRAILS, {
        unitCost: 6,
        todayPrice: 10,
        triedRange: [9, 12],
        marketPrice: null,
      }),
    ).toEqual({
      price: 10.5,
      steps: [],
      conflict: null,
    });
  });
});
