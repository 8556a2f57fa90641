/** What prices that were drawn, or are tried on purpose, change in the reasons. */

import { describe, expect, it } from 'vitest';
import { DEFAULT_GUARDRAILS } from '../../../src/core/pricing/guardrails.ts';
import { againstTrying, isAnsweredByTest, isMisled, type PricingFacts } from '../../../src/core/pricing/reasons.ts';
import { priceGrid, recommendPrice } from '../../../src/core/pricing/recommend-price.ts';

/** Nothing but what the rows tell speaks against a change: elasticity −3 and a cost of 6 ask for 9. */
const FACTS: PricingFacts = {
  ...{ todayPrice: 10, triedRange: [8, 12], cost: 6, costAgeDays: 1, wasteShare: 0, marketPrice: null },
  ...{ priceStep: 0.01, ownRows: 200, priceChanges: 20, seasonShareOfVariation: 0, priceVariation: 0.1 },
  ownElasticity: { value: -3, standardError: 0.2 },
  ...{ promoShareOfVariation: 0, simpleForecastWins: false, converged: true },
};
const prices = priceGrid(10, [8, 12], 6);
const curveOf = (...elasticities: readonly number[]) => ({
  prices,
  draws: elasticities.length,
  demand: Float64Array.from(elasticities.flatMap((e) => Array.from(prices, (p) => 100 * (p / 10) ** e))),
});
const reasonsOf = (changed: Partial<PricingFacts>) =>
  recommendPrice(curveOf(-3), { ...FACTS, ...changed }, DEFAULT_GUARDRAILS).reasons;

const TESTED = { byTest: { value: -3, standardError: 2 } };
const UNSURE = { byTest: { value: -3, standardError: 2.01 } };
const UP = { todayPrice: 12, triedRange: [8, 12] as const, lastStep: { direction: -1, confirmed: false } as const };

describe('prices that a test drew', () => {
  it.each([
    ['NO_PRICE_VARIATION', { priceChanges: 1 }],
    ['PRICE_IS_SEASON', { ownElasticity: null, seasonShareOfVariation: 0.9 }],
    ['PROMO_CONFOUNDED', { ownElasticity: null, promoShareOfVariation: 0.9 }],
    ['STEP_UNCONFIRMED', UP],
  ] as const)('answer %s where their elasticity is told, and not before', (reason, facts) => {
    expect(reasonsOf(facts)).toContain(reason);
    expect(reasonsOf({ ...facts, ...TESTED })).not.toContain(reason);
    expect(reasonsOf({ ...facts, ...UNSURE })).toContain(reason);
  });

  it('judge whether the price followed demand, whatever the cost says', () => {
    const byCost = { instrumentGap: { value: -2, standardError: 0.5 } };
    expect(reasonsOf(byCost)).toContain('PRICE_ENDOGENOUS');
    expect(reasonsOf({ ...byCost, ...TESTED })).not.toContain('PRICE_ENDOGENOUS');
    for (const value of [-0.99, 0.99])
      expect(reasonsOf({ ...TESTED, testGap: { value, standardError: 0.5 } })).toContain('PRICE_ENDOGENOUS');
    expect(reasonsOf({ ...TESTED, testGap: { value: -0.97, standardError: 0.5 } })).toEqual([]);
  });

  it('withhold a price while they are drawn', () => {
    const { reasons, recommended } = recommendPrice(curveOf(-3), { ...FACTS, underTest: true }, DEFAULT_GUARDRAILS);
    expect([reasons, recommended]).toEqual([['UNDER_TEST'], false]);
  });

  it('are refused with a word where they are no numbers', () => {
    const wrong = { byTest: { value: Number.NaN, standardError: 1 } };
    expect(() => reasonsOf(wrong)).toThrow('facts.byTest.value');
    expect(() => reasonsOf({ testGap: { value: 0, standardError: -1 } })).toThrow('facts.testGap.standardError');
    expect(() => reasonsOf({ underTest: 1 as never })).toThrow('facts.underTest');
  });
});

describe('a price that is tried on purpose', () => {
  const curve = curveOf(-4, -2);
  const tried = (place: number, changed: Partial<PricingFacts> = {}) =>
    recommendPrice(curve, { ...FACTS, ...changed }, { ...DEFAULT_GUARDRAILS, maxChange: null }, { place });

  it('is the best of one draw: 8 of the first, 12 of the second', () => {
    expect(tried(0.1).price).toBeCloseTo(8, 1);
    expect(tried(0.9).price).toBeCloseTo(12, 1);
    expect(tried(1).price).toBeCloseTo(12, 1);
    for (const place of [0.1, 0.9]) expect(tried(place).reasons.at(-1)).toBe('EXPLORING');
  });

  it('keeps to the limits', () => {
    const { price } = recommendPrice(curve, FACTS, DEFAULT_GUARDRAILS, { place: 0.9 });
    expect(price).toBeCloseTo(11.5, 9);
  });

  it('is not withheld for what trying answers, and is for all else', () => {
    expect(tried(0.1, { priceChanges: 0 })).toMatchObject({ recommended: true });
    expect(tried(0.1, { priceChanges: 0 }).reasons).not.toContain('NO_PRICE_VARIATION');
    for (const facts of [{ cost: null }, { delistedDays: 100 }, { converged: false }, { underTest: true }]) {
      const { recommended, reasons } = tried(0.1, facts);
      expect(recommended).toBe(false);
      expect(reasons).not.toContain('EXPLORING');
    }
  });

  it('refuses a place that is none', () => {
    expect(() => tried(1.5)).toThrow('explore.place');
    expect(() => tried(Number.NaN)).toThrow('explore.place');
  });
});

it('tells what a test answers, what misleads a model, and what speaks against trying', () => {
  expect(isAnsweredByTest(['NO_PRICE_VARIATION', 'STALE_COST'])).toBe(true);
  expect(isAnsweredByTest(['NO_PRICE_VARIATION', 'NO_COST'])).toBe(false);
  expect(isAnsweredByTest(['STALE_COST'])).toBe(false);
  expect(isMisled(['PRICE_IS_SEASON'])).toBe(true);
  expect(isMisled(['NO_PRICE_VARIATION'])).toBe(false);
  expect(againstTrying(['GAIN_UNCERTAIN', 'WRONG_SIGN', 'NO_COST', 'STALE_COST'])).toEqual(['WRONG_SIGN', 'NO_COST']);
});
