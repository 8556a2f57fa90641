import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyGuardrails,
  DEFAULT_GUARDRAILS,
  GUARDRAILS,
  type GuardrailFacts,
  type GuardrailRule,
  type GuardrailSettings,
} from '../../../src/core/pricing/guardrails.ts';

/** Every guardrail off. */
const OFF: GuardrailSettings = {
  neverBelowCost: false,
  minMargin: null,
  maxChange: null,
  triedRangeMargin: null,
  minPrice: null,
  maxPrice: null,
  marketBand: null,
  priceEnding: null,
};
const FACTS: GuardrailFacts = { unitCost: 6, todayPrice: 10, triedRange: [8, 12], marketPrice: 11 };
const UNKNOWN: GuardrailFacts = { unitCost: null, todayPrice: 10, triedRange: null, marketPrice: null };

/** Range that a guardrail holds a price in on FACTS, by its rule. */
const RANGES: readonly (readonly [GuardrailRule, Partial<GuardrailSettings>, low: number, high: number])[] = [
  ['never-below-cost', { neverBelowCost: true }, 6, Number.POSITIVE_INFINITY],
  // (p − 6)/p = m where p = 6/(1 − m).
  ['min-margin', { minMargin: 0.25 }, 8, Number.POSITIVE_INFINITY],
  ['min-margin', { minMargin: 0.4 }, 10, Number.POSITIVE_INFINITY],
  ['min-margin', { minMargin: 0.5 }, 12, Number.POSITIVE_INFINITY],
  ['max-change', { maxChange: 0.2 }, 8, 12],
  ['tried-range', { triedRangeMargin: 0 }, 8, 12],
  ['tried-range', { triedRangeMargin: 0.25 }, 6, 15],
  ['min-price', { minPrice: 9.5 }, 9.5, Number.POSITIVE_INFINITY],
  ['max-price', { maxPrice: 10.5 }, 0, 10.5],
  ['market-band', { marketBand: 0.1 }, 9.9, 12.1],
  ['market-band', { marketBand: 0 }, 11, 11],
];

describe('a guardrail alone', () => {
  it('has a range here to be held to, whichever it is', () => {
    expect(new Set(RANGES.map(([rule]) => rule))).toEqual(new Set(Object.values(GUARDRAILS).map(({ rule }) => rule)));
  });
  for (const [rule, settings, low, high] of RANGES) {
    it(`${rule} of ${Object.values(settings)[0]} holds the price between ${low} and ${high}, moves it no further than that, and says so`, () => {
      for (const price of [
        1,
        Math.max(low, 1) * 0.9,
        Math.max(low, 0.01),
        (low + Math.min(high, 40)) / 2,
        Math.min(high, 40),
        Math.min(high, 40) * 1.1,
      ]) {
        const nearest = Math.min(Math.max(price, low), high);
        const guarded = applyGuardrails(price, { ...OFF, ...settings }, FACTS);
        expect(guarded.price).toBeCloseTo(nearest, 12);
        if (Math.abs(nearest - price) < 1e-9) expect(guarded.steps).toEqual([]);
        else expect(guarded.steps).toMatchObject([{ rule, before: price, after: guarded.price }]);
      }
    });
  }
  it('follows no market price of 0', () => {
    expect(applyGuardrails(3, { ...OFF, marketBand: 0.1 }, { ...UNKNOWN, marketPrice: 0 })).toEqual({
      price: 3,
      steps: [],
    });
  });
  it('says nothing where the fact that it needs is unknown', () => {
    for (const settings of [{ neverBelowCost: true }, { minMargin: 0.5 }, { triedRangeMargin: 0 }, { marketBand: 0 }]) {
      expect(applyGuardrails(3, { ...OFF, ...settings }, UNKNOWN)).toEqual({ price: 3, steps: [] });
    }
  });
  it('moves a price by less than half a hundredth of a cent without a word', () => {
    const steps = (price: number) => applyGuardrails(price, { ...OFF, minPrice: 10 }, FACTS).steps.length;
    expect([9.99996, 9.99994].map(steps)).toEqual([0, 1]);
  });
  it('is off where it is not set: then any price stays', () => {
    for (const price of [0.01, 5.999, 1000]) expect(applyGuardrails(price, OFF, FACTS)).toEqual({ price, steps: [] });
  });
});

describe('guardrails together', () => {
  it('by default: never below cost, 15 % of today’s price, a tenth beyond the tried range', () => {
    expect(DEFAULT_GUARDRAILS).toEqual({ ...OFF, neverBelowCost: true, maxChange: 0.15, triedRangeMargin: 0.1 });
  });
  it('act in their fixed order, each from where the one before left the price', () => {
    const settings: GuardrailSettings = {
      ...OFF,
      neverBelowCost: true,
      minMargin: 0.25,
      maxChange: 0.3,
      triedRangeMargin: 0,
      minPrice: 8.5,
      maxPrice: 20,
    };
    const { price, steps } = applyGuardrails(5, settings, { ...FACTS, triedRange: [8.2, 12] });
    expect(steps.map(({ rule, before, after }) => [rule, before, after])).toEqual([
      ['never-below-cost', 5, 6],
      ['min-margin', 6, 8],
      ['tried-range', 8, 8.2],
      ['min-price', 8.2, 8.5],
    ]);
    expect(price).toBe(8.5);
  });
  it('let the margin win over a market that sells below it, and the market win over today’s price', () => {
    const contradicting = { ...OFF, minMargin: 0.5, marketBand: 0.1 };
    expect(applyGuardrails(10, contradicting, { ...FACTS, marketPrice: 9 }).price).toBe(12);
    expect(applyGuardrails(10, { ...OFF, maxChange: 0.1, marketBand: 0.1 }, { ...FACTS, marketPrice: 20 }).price).toBe(
      18,
    );
  });
  it('keep margin and market band wherever both can hold, whatever the price asked', () => {
    const share = fc.double({ min: 0, max: 0.6, noNaN: true });
    const amount = fc.double({ min: 0.5, max: 50, noNaN: true });
    fc.assert(
      fc.property(amount, amount, amount, share, share, (price, unitCost, marketPrice, minMargin, marketBand) => {
        const floor = unitCost / (1 - minMargin);
        fc.pre(floor <= marketPrice * (1 + marketBand));
        const guarded = applyGuardrails(
          price,
          { ...OFF, minMargin, marketBand },
          { ...UNKNOWN, unitCost, marketPrice },
        ).price;
        // 1e-9: rounding of one product and one quotient.
        expect((guarded - unitCost) / guarded).toBeGreaterThanOrEqual(minMargin - 1e-9);
        expect(Math.abs(guarded / marketPrice - 1)).toBeLessThanOrEqual(marketBand + 1e-9);
      }),
    );
  });
});

describe('price endings', () => {
  it('are the nearest price with that ending', () => {
    const ended = (price: number, priceEnding: '.99' | '.49' | '0.05') =>
      applyGuardrails(price, { ...OFF, priceEnding }, UNKNOWN).price;
    const cases = [
      [7.2, '.99', 6.99],
      [7.6, '.99', 7.99],
      [0.2, '.99', 0.99],
      [7.2, '.49', 7.49],
      [6.9, '.49', 6.49],
      [7.02, '0.05', 7],
      [7.03, '0.05', 7.05],
      [0.01, '0.05', 0.05],
    ] as const;
    for (const [price, ending, expected] of cases) expect(ended(price, ending)).toBeCloseTo(expected, 12);
  });
  it('go to the other side of a guardrail where the nearest one lies beyond it', () => {
    const ended = (price: number, priceEnding: '.99' | '0.05', maxPrice: number) =>
      applyGuardrails(price, { ...OFF, maxPrice, priceEnding }, UNKNOWN).price;
    expect(ended(7.6, '.99', 7.8)).toBeCloseTo(6.99, 12);
    expect(ended(1.6, '.99', 1.7)).toBeCloseTo(0.99, 12);
    expect(ended(1.13, '0.05', 1.14)).toBeCloseTo(1.1, 12);
  });
  it('give way to cost: the ending above it where that is allowed, else the cost itself', () => {
    const settings: GuardrailSettings = { ...OFF, neverBelowCost: true, priceEnding: '.99' };
    expect(applyGuardrails(7.3, settings, { ...UNKNOWN, unitCost: 7.2 }).price).toBeCloseTo(7.99, 12);
    expect(applyGuardrails(7.3, { ...settings, maxPrice: 7.5 }, { ...UNKNOWN, unitCost: 7.2 }).price).toBeCloseTo(
      7.2,
      12,
    );
  });
});
