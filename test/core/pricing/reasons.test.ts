import { describe, expect, it } from 'vitest';
import { DEFAULT_GUARDRAILS, type GuardrailSettings } from '../../../src/core/pricing/guardrails.ts';
import type { PricingFacts } from '../../../src/core/pricing/reasons.ts';
import { priceGrid, recommendPrice } from '../../../src/core/pricing/recommend-price.ts';
import type { ReasonCode } from '../../../src/core/vocabulary.ts';

/** Facts that speak against nothing: with elasticity −2.5 and a cost of 6 the optimum is 6 · 2.5/1.5 = 10. */
const FACTS: PricingFacts = {
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

/** Demand curves of constant elasticity, one a draw. */
function curveOf(...elasticities: readonly number[]) {
  const prices = priceGrid(10, [8, 12], 6);
  return {
    prices,
    draws: elasticities.length,
    demand: Float64Array.from(elasticities.flatMap((e) => Array.from(prices, (p) => 100 * (p / 10) ** e))),
  };
}

const judged = (changed: Partial<PricingFacts>, curve = curveOf(-2.5)) =>
  recommendPrice(curve, { ...FACTS, ...changed }, DEFAULT_GUARDRAILS);

/** Facts just on this side of each threshold and just on the other. */
const THRESHOLDS: readonly (readonly [
  ReasonCode,
  rule: string,
  says: Partial<PricingFacts>,
  not: Partial<PricingFacts>,
])[] = [
  ['NO_SALES', 'no own row', { ownRows: 0 }, { ownRows: 1 }],
  ['TOO_FEW_SALES', 'fewer than 30 own rows', { ownRows: 29 }, { ownRows: 30 }],
  ['TOO_FEW_SALES', 'fewer than 30 own rows, but some', { ownRows: 1 }, { ownRows: 0 }],
  ['DELISTED', 'off sale', { delistedDays: 61 }, { delistedDays: null }],
  ['NO_PRICE_VARIATION', 'a single change of price', { priceChanges: 1 }, { priceChanges: 2 }],
  [
    'NO_PRICE_VARIATION',
    'rows that hardly tell the elasticity, whatever moved the price',
    { ownElasticity: { value: -2, standardError: 2.01 } },
    { ownElasticity: { value: -2, standardError: 2 } },
  ],
  ['NO_PRICE_VARIATION', 'rows that tell no elasticity', { ownElasticity: null }, {}],
  [
    'PRICE_IS_SEASON',
    'rows that hardly tell the elasticity, as season and trend moved the price',
    { ownElasticity: { value: -2, standardError: 2.01 }, seasonShareOfVariation: 0.81 },
    { ownElasticity: { value: -2, standardError: 2 }, seasonShareOfVariation: 0.81 },
  ],
  [
    'PRICE_IS_SEASON',
    'less than 2 % of variation beside season and trend',
    // .1 · √(1 − .961) = .0197.
    { seasonShareOfVariation: 0.961 },
    { seasonShareOfVariation: 0.96 },
  ],
  [
    'PRICE_ENDOGENOUS',
    'an elasticity by the cost that is another',
    { instrumentGap: { value: -0.78, standardError: 0.3 } },
    { instrumentGap: { value: -0.77, standardError: 0.3 } },
  ],
  ['PRICE_ENDOGENOUS', 'a market whose prices follow demand', { pricesFollow: true }, { pricesFollow: false }],
  ['MIX_NOT_PRICE', 'prices that are means of what several paid', { paidMix: true }, { paidMix: false }],
  ['SOLD_OUT_SUSPECTED', 'sales that look cut off', { soldOutSuspected: true }, { soldOutSuspected: false }],
  ['SALE_TODAY', 'a newest price that is a sale', { saleToday: true }, { saleToday: false }],
  ['WEAK_INSTRUMENT', 'an instrument that tells little', { weakInstrument: true }, { weakInstrument: false }],
  ['NO_PRICE_VARIATION', 'prices that vary by less than 2 %', { priceVariation: 0.0199 }, { priceVariation: 0.02 }],
  [
    'WRONG_SIGN',
    'an own elasticity more than 2 standard errors above 0',
    { ownElasticity: { value: 0.61, standardError: 0.3 } },
    { ownElasticity: { value: 0.59, standardError: 0.3 } },
  ],
  [
    'WRONG_SIGN',
    'an own elasticity at all',
    { ownElasticity: { value: 1, standardError: 0.1 } },
    { ownElasticity: null, priceChanges: 2 },
  ],
  [
    'WRONG_SIGN',
    'a chance of over a fifth that more is sold at a higher price',
    { elasticity: { value: -0.25, standardError: 0.3 } },
    { elasticity: { value: -0.26, standardError: 0.3 } },
  ],
  [
    'WRONG_SIGN',
    'an elasticity that its own rows tell, not one of others',
    { elasticity: { value: 1, standardError: 0.3 } },
    { elasticity: { value: 1, standardError: 0.3 }, priceChanges: 1 },
  ],
  // The optimum is 10.
  ['EXTRAPOLATION', 'an optimum over a tenth above the tried range', { triedRange: [8, 9] }, { triedRange: [8, 9.2] }],
  [
    'EXTRAPOLATION',
    'an optimum over a tenth below the tried range',
    { triedRange: [11.2, 12] },
    { triedRange: [11, 12] },
  ],
  ['STALE_COST', 'a cost older than 30 days', { costAgeDays: 31 }, { costAgeDays: 30 }],
  ['STALE_COST', 'a cost without a date', { costAgeDays: null }, { costAgeDays: 0 }],
  ['NO_COST', 'no cost', { cost: null, costAgeDays: null }, {}],
  ['NO_COST', 'no cost and no markup', { cost: null }, { cost: null, assumedMarkup: 0.5 }],
  ['ZERO_COST', 'a cost of 0', { cost: 0 }, { cost: 0.01 }],
  [
    'LOSS',
    'a cost with waste that today’s price does not exceed',
    { cost: 6, wasteShare: 0.4 },
    { cost: 6, wasteShare: 0.39 },
  ],
  [
    'PROMO_CONFOUNDED',
    'rows that hardly tell the elasticity, as promotions moved the price',
    { ownElasticity: { value: -2, standardError: 2.01 }, promoShareOfVariation: 0.81 },
    { ownElasticity: { value: -2, standardError: 0.5 }, promoShareOfVariation: 0.81 },
  ],
  ['VALUE_HELD', 'a newest value that is held', { newestHeld: true }, { newestHeld: false }],
  ['NOT_CONVERGED', 'a fit that did not converge', { converged: false }, { converged: true }],
  ['WORSE_THAN_BASELINE', 'a simple forecast that wins', { simpleForecastWins: true }, { simpleForecastWins: false }],
];

describe('reasons for doubt', () => {
  for (const [reason, rule, says, not] of THRESHOLDS) {
    it(`${reason}: ${rule}`, () => {
      expect(judged(says).reasons).toContain(reason);
      expect(judged(not).reasons).not.toContain(reason);
    });
  }
  it('are none where nothing speaks against a price', () => {
    expect(judged({})).toMatchObject({ reasons: [], recommended: true });
  });
  it('NO_INTERIOR_OPTIMUM: demand that rises in profit to the end of the grid', () => {
    expect(judged({}, curveOf(-0.9)).reasons).toContain('NO_INTERIOR_OPTIMUM');
    expect(judged({}, curveOf(-2.5)).reasons).not.toContain('NO_INTERIOR_OPTIMUM');
  });
});

describe('an elasticity too wide to earn by', () => {
  /** Every price becomes 11. */
  const fixed: GuardrailSettings = { ...DEFAULT_GUARDRAILS, minPrice: 11, maxPrice: 11 };
  /** A draw that gains so much at 11: 500 · 1.1^e − 400, today's profit being (10 − 6) · 100 = 400. */
  const gaining = (gain: number): number => Math.log((400 + gain) / 500) / Math.log(1.1);
  /** Eleven draws lose and ten gain: the 5 % and 95 % quantiles are these two. */
  const reasons = (low: number, high: number) =>
    recommendPrice(curveOf(...new Array(11).fill(gaining(low)), ...new Array(10).fill(gaining(high))), FACTS, fixed)
      .reasons;
  it('is one that may lose more than 5 % of today’s profit as well as gain more than 5 %', () => {
    expect(reasons(-21, 21)).toContain('ELASTICITY_TOO_WIDE');
    for (const [low, high] of [
      [-19, 21],
      [-21, 19],
      [-19, 19],
    ] as const)
      expect(reasons(low, high)).not.toContain('ELASTICITY_TOO_WIDE');
  });
  it('is none where the price stays: then no draw gains or loses', () => {
    const stays: GuardrailSettings = { ...DEFAULT_GUARDRAILS, minPrice: 10, maxPrice: 10 };
    const { reasons: given, probabilityBetter } = recommendPrice(
      curveOf(...new Array(11).fill(-4), ...new Array(10).fill(-1.2)),
      FACTS,
      stays,
    );
    expect(given).not.toContain('ELASTICITY_TOO_WIDE');
    expect(probabilityBetter).toBeNull();
  });
});

describe('what a reason does to the recommendation', () => {
  const blocking: readonly (readonly [ReasonCode, Partial<PricingFacts>])[] = [
    ['NO_SALES', { ownRows: 0 }],
    ['TOO_FEW_SALES', { ownRows: 12 }],
    ['DELISTED', { delistedDays: 100 }],
    ['NO_PRICE_VARIATION', { priceChanges: 1 }],
    ['MIX_NOT_PRICE', { paidMix: true }],
    ['PRICE_ENDOGENOUS', { instrumentGap: { value: -2, standardError: 0.5 } }],
    ['WEAK_INSTRUMENT', { weakInstrument: true }],
    ['WRONG_SIGN', { ownElasticity: { value: 1, standardError: 0.1 } }],
    ['PROMO_CONFOUNDED', { promoShareOfVariation: 0.9, ownElasticity: { value: -2, standardError: 3 } }],
    ['PRICE_IS_SEASON', { seasonShareOfVariation: 0.9, ownElasticity: { value: -2, standardError: 3 } }],
    ['NOT_CONVERGED', { converged: false }],
  ];
  for (const [reason, changed] of blocking) {
    it(`${reason} alone speaks against changing the price`, () => {
      expect(judged(changed)).toMatchObject({ reasons: [reason], recommended: false });
    });
  }
  it('ELASTICITY_TOO_WIDE is a word of caution: how sure a gain must be is a setting of its own', () => {
    const wide = (minProbability: number | null) =>
      recommendPrice(curveOf(...new Array(11).fill(-3.5), ...new Array(10).fill(-1.5)), FACTS, {
        ...DEFAULT_GUARDRAILS,
        minPrice: 11,
        maxPrice: 11,
        minGain: null,
        minProbability,
      });
    expect(wide(null)).toMatchObject({ reasons: ['ELASTICITY_TOO_WIDE'], recommended: true });
    // Ten of 21 draws earn more; where demand is theirs today's price is far too low, so that they count for two.
    expect(wide(0.09)).toMatchObject({ reasons: ['ELASTICITY_TOO_WIDE'], recommended: true });
    expect(wide(0.1)).toMatchObject({ reasons: ['ELASTICITY_TOO_WIDE', 'GAIN_UNCERTAIN'], recommended: false });
  });
  it('a gain below the least one is none to change a price for', () => {
    // 11 at elasticity −2.2: 500 · 1.1^−2.2 − 400 = 5.4, 1.35 % of today's 400.
    const found = (minGain: number | null) =>
      recommendPrice(curveOf(-2.2), FACTS, { ...DEFAULT_GUARDRAILS, minPrice: 11, maxPrice: 11, minGain });
    expect(found(0.013)).toMatchObject({ reasons: [], recommended: true });
    expect(found(0.014)).toMatchObject({ reasons: ['GAIN_TOO_SMALL'], recommended: false });
    expect(found(null)).toMatchObject({ reasons: [], recommended: true });
  });
  it('NO_INTERIOR_OPTIMUM and STEP_TOWARDS go with a step as far as the limits allow', () => {
    expect(judged({}, curveOf(-0.9))).toMatchObject({
      reasons: ['STEP_TOWARDS', 'NO_INTERIOR_OPTIMUM'],
      price: expect.closeTo(11.5, 9),
      unconstrainedPrice: null,
      recommended: true,
    });
  });
  it('a further step in the direction of one that is not confirmed waits; one back does not', () => {
    const stepped = (direction: 1 | -1, confirmed: boolean) =>
      judged({ lastStep: { direction, confirmed } }, curveOf(-0.9));
    expect(stepped(1, false)).toMatchObject({
      reasons: ['STEP_UNCONFIRMED', 'NO_INTERIOR_OPTIMUM'],
      recommended: false,
    });
    expect(stepped(1, true).recommended).toBe(true);
    expect(stepped(-1, false).recommended).toBe(true);
  });
  it('EXTRAPOLATION, STALE_COST and WORSE_THAN_BASELINE are words of caution beside a recommendation', () => {
    expect(judged({ simpleForecastWins: true })).toMatchObject({ reasons: ['WORSE_THAN_BASELINE'], recommended: true });
    // 9 x 1.1 holds the price below today's 10, which earns about as much.
    expect(judged({ triedRange: [8, 9] })).toMatchObject({
      reasons: ['EXTRAPOLATION', 'GAIN_UNCERTAIN', 'GAIN_TOO_SMALL'],
    });
    expect(judged({ costAgeDays: 90 })).toMatchObject({ reasons: ['STALE_COST'], recommended: true });
  });
  it('several are told together', () => {
    expect(judged({ ownRows: 5, costAgeDays: 90, promoShareOfVariation: 1, ownElasticity: null }).reasons).toEqual([
      'TOO_FEW_SALES',
      'PROMO_CONFOUNDED',
      'STALE_COST',
    ]);
  });
});
