import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyGuardrails,
  conflictOfSettings,
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
  aboveCompetitors: null,
  belowCompetitors: null,
  competitorReference: null,
  priceEnding: null,
  minProbability: null,
  minGain: null,
};
const FACTS: GuardrailFacts = {
  ...{ unitCost: 6, todayPrice: 10, triedRange: [8, 12], marketPrice: 11 },
  competitors: [
    { competitor: 'Alfa', price: 9 },
    { competitor: 'Beta', price: 12 },
  ],
};
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
  // The cheapest asks 9, their mean is 10.5, and Beta asks 12.
  ['above-competitors', { aboveCompetitors: 0.1 }, 0, 9.9],
  ['above-competitors', { aboveCompetitors: 0.1, competitorReference: 'mean' }, 0, 11.55],
  ['above-competitors', { aboveCompetitors: 0, competitorReference: 'beta' }, 0, 12],
  ['below-competitors', { belowCompetitors: 0.1 }, 8.1, Number.POSITIVE_INFINITY],
  ['below-competitors', { belowCompetitors: 0.5, competitorReference: 'mean' }, 5.25, Number.POSITIVE_INFINITY],
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
  it('of competitors holds nothing where none is fresh, or the one that is named', () => {
    for (const [facts, competitorReference] of [
      [UNKNOWN, null],
      [{ ...UNKNOWN, competitors: [] }, 'mean'],
      [FACTS, 'Gamma'],
    ] as const) {
      const settings = { ...OFF, aboveCompetitors: 0, belowCompetitors: 0, competitorReference };
      expect(applyGuardrails(3, settings, facts)).toEqual({ price: 3, steps: [], conflict: null });
    }
  });
  it('follows no market price of 0', () => {
    expect(applyGuardrails(3, { ...OFF, marketBand: 0.1 }, { ...UNKNOWN, marketPrice: 0 })).toEqual({
      price: 3,
      steps: [],
      conflict: null,
    });
  });
  it('says nothing where the fact that it needs is unknown', () => {
    for (const settings of [{ neverBelowCost: true }, { minMargin: 0.5 }, { triedRangeMargin: 0 }, { marketBand: 0 }]) {
      expect(applyGuardrails(3, { ...OFF, ...settings }, UNKNOWN)).toEqual({ price: 3, steps: [], conflict: null });
    }
  });
  it('moves a price by less than half a hundredth of a cent without a word', () => {
    const steps = (price: number) => applyGuardrails(price, { ...OFF, minPrice: 10 }, FACTS).steps.length;
    expect([9.99996, 9.99994].map(steps)).toEqual([0, 1]);
  });
  it('is off where it is not set: then any price stays', () => {
    for (const price of [0.01, 5.999, 1000])
      expect(applyGuardrails(price, OFF, FACTS)).toEqual({ price, steps: [], conflict: null });
  });
});

describe('guardrails together', () => {
  it('by default: never below cost, 15 % of today’s price, a tenth beyond the tried range', () => {
    expect(DEFAULT_GUARDRAILS).toEqual({
      ...OFF,
      neverBelowCost: true,
      maxChange: 0.15,
      triedRangeMargin: 0.1,
      minProbability: 0.7,
      minGain: 0.005,
    });
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
  it('that leave no price are named with what they ask for, and today’s price is kept', () => {
    const found = (settings: Partial<GuardrailSettings>, facts: Partial<GuardrailFacts>, price = 10) =>
      applyGuardrails(price, { ...OFF, ...settings }, { ...FACTS, ...facts });
    // At a cost of 6 a margin of a half asks for 12; a market of 9 allows 9.90.
    expect(found({ minMargin: 0.5, marketBand: 0.1 }, { marketPrice: 9 })).toEqual({
      price: 10,
      steps: [],
      conflict: {
        atLeast: { rule: 'min-margin', price: 12, setting: 0.5 },
        atMost: { rule: 'market-band', price: expect.closeTo(9.9, 12), setting: 0.1 },
      },
    });
    // A cost typed 110 in the place of 1.10: no limit on the change is overruled.
    expect(
      found({ neverBelowCost: true, maxChange: 0.15 }, { unitCost: 110, todayPrice: 2.2, triedRange: null }, 190),
    ).toMatchObject({
      price: 2.2,
      conflict: { atLeast: { rule: 'never-below-cost', price: 110 }, atMost: { rule: 'max-change', setting: 0.15 } },
    });
    expect(found({ minPrice: 5, maxPrice: 3 }, {})).toMatchObject({
      conflict: { atLeast: { rule: 'min-price', price: 5 }, atMost: { rule: 'max-price', price: 3 } },
    });
  });
  it('leave a price outside none of them, or none at all and two that exclude each other, whatever they are', () => {
    const amount = fc.double({ min: 0.05, max: 50, noNaN: true });
    const share = fc.option(fc.double({ min: 0, max: 0.6, noNaN: true }), { nil: null });
    const some = fc.option(amount, { nil: null });
    const settings = fc.record({
      neverBelowCost: fc.boolean(),
      minMargin: share,
      maxChange: share,
      triedRangeMargin: share,
      minPrice: some,
      maxPrice: some,
      marketBand: share,
      aboveCompetitors: share,
      belowCompetitors: share,
      competitorReference: fc.constantFrom(null, 'mean', 'Beta'),
      priceEnding: fc.constantFrom(null, '.99', '.49', '0.05', '10'),
      minProbability: fc.constant(null),
      minGain: fc.constant(null),
    } as const);
    const facts = fc.record({
      unitCost: some,
      todayPrice: amount,
      triedRange: fc.constant(null),
      marketPrice: some,
      competitors: fc.constantFrom(
        [],
        [
          { competitor: 'Alfa', price: 9 },
          { competitor: 'Beta', price: 12 },
        ],
      ),
      priceStep: fc.constantFrom(null, 0.01),
    });
    fc.assert(
      fc.property(amount, settings, facts, (price, set, given) => {
        const { price: found, conflict } = applyGuardrails(price, set, given);
        if (conflict) {
          expect(conflict.atLeast.price).toBeGreaterThan(conflict.atMost.price);
          expect(found).toBe(given.todayPrice);
          return;
        }
        // Alone, each leaves it where it is; 1e-6 of it: rounding.
        for (const name of Object.keys(GUARDRAILS) as (keyof typeof GUARDRAILS)[]) {
          const alone = applyGuardrails(
            found,
            { ...OFF, competitorReference: set.competitorReference, [name]: set[name] },
            { ...given, priceStep: null },
          );
          expect(Math.abs(alone.price / found - 1)).toBeLessThan(1e-6);
        }
        if (set.priceEnding === '.99') expect(Math.round(found * 100) % 100).toBe(99);
      }),
      { numRuns: 1000 },
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
  it('lie above cost where that is allowed; where none is, the ending and what excludes it are named', () => {
    const settings: GuardrailSettings = { ...OFF, neverBelowCost: true, priceEnding: '.99' };
    expect(applyGuardrails(7.3, settings, { ...UNKNOWN, unitCost: 7.2 }).price).toBeCloseTo(7.99, 12);
    expect(applyGuardrails(7.3, { ...settings, maxPrice: 7.5 }, { ...UNKNOWN, unitCost: 7.2 })).toMatchObject({
      price: 10,
      conflict: {
        atLeast: { rule: 'never-below-cost', price: 7.2 },
        atMost: { rule: 'price-ending', price: 6.99, setting: '.99' },
      },
    });
  });
  it('never turn a price round: below today’s none rises, above it none falls', () => {
    const at = (price: number, todayPrice: number, settings: Partial<GuardrailSettings>) =>
      applyGuardrails(price, { ...OFF, priceEnding: '.99', ...settings }, { ...UNKNOWN, todayPrice });
    // 0.30 is to fall, and the only ending near is 0.99.
    expect(at(0.275, 0.3, { maxChange: 0.15 })).toMatchObject({
      price: 0.3,
      conflict: { atLeast: { rule: 'price-ending', price: 0.99 }, atMost: { rule: 'max-change' } },
    });
    expect(at(0.275, 0.3, {})).toMatchObject({
      price: 0.3,
      conflict: { atLeast: { rule: 'price-ending', price: 0.99 }, atMost: { rule: 'direction', price: 0.3 } },
    });
    // To 4.40: 3.99 is the wrong way, 4.99 too far.
    expect(at(4.4, 4.27, { maxChange: 0.15 })).toMatchObject({
      price: 4.27,
      conflict: { atLeast: { rule: 'price-ending', price: 4.99 }, atMost: { rule: 'max-change' } },
    });
  });
  it('of two that are allowed the one that earns more is taken', () => {
    const taken = (better: number) =>
      applyGuardrails(7.5, { ...OFF, priceEnding: '.99' }, UNKNOWN, (price) => -Math.abs(price - better)).price;
    expect([7, 8].map(taken)).toEqual([6.99, 7.99]);
  });
  it('of currencies in whole units end in 90 or 990, or are tens', () => {
    const ended = (price: number, priceEnding: '90' | '990' | '10') =>
      applyGuardrails(price, { ...OFF, priceEnding }, { ...UNKNOWN, todayPrice: 5000 }).price;
    expect([ended(1284, '90'), ended(1284, '990'), ended(1284, '10'), ended(40, '990')]).toEqual([
      1290, 990, 1280, 990,
    ]);
  });
});

describe('coins', () => {
  it('are whole in a price, without a step of their own to tell', () => {
    expect(applyGuardrails(9.3874, OFF, { ...UNKNOWN, priceStep: 0.01 })).toEqual({
      price: 9.39,
      steps: [],
      conflict: null,
    });
    // Never past a limit, nor past today's price.
    expect(applyGuardrails(9.388, { ...OFF, maxPrice: 9.388 }, { ...UNKNOWN, priceStep: 0.01 }).price).toBe(9.38);
    // The last step leads to the price: 15 % below 2.59 is 2.2015, which nobody can charge.
    const limited = applyGuardrails(
      2.19,
      { ...OFF, maxChange: 0.15 },
      { ...UNKNOWN, todayPrice: 2.59, priceStep: 0.01 },
    );
    expect(limited.price).toBe(2.21);
    expect(limited.steps).toEqual([{ rule: 'max-change', before: 2.19, after: 2.21, setting: 0.15 }]);
    expect(applyGuardrails(9.996, OFF, { ...UNKNOWN, todayPrice: 9.998, priceStep: 0.01 }).price).toBe(9.99);
  });
  it('keep today’s price where none lies within the limits and today’s does', () => {
    const facts = { ...UNKNOWN, todayPrice: 1.2466, priceStep: 0.01 };
    expect(applyGuardrails(1.3, { ...OFF, maxChange: 0 }, facts)).toMatchObject({ price: 1.2466, conflict: null });
    expect(applyGuardrails(1.3, { ...OFF, minPrice: 1.301, maxPrice: 1.309 }, facts)).toMatchObject({
      price: 1.2466,
      conflict: {
        atLeast: { rule: 'min-price', price: 1.301 },
        atMost: { rule: 'price-ending', price: 1.3, setting: '0.01' },
      },
    });
  });
});

describe('settings that no price can keep', () => {
  const conflict = (minPrice: number | null, maxPrice: number | null, priceEnding: '.99' | null = null) =>
    conflictOfSettings({ minPrice, maxPrice, priceEnding });
  it('are a least price above the highest, or no ending between them', () => {
    expect(conflict(9, 4)).toMatchObject({ atLeast: { rule: 'min-price' }, atMost: { rule: 'max-price' } });
    expect(conflict(1.1, 1.9, '.99')).toMatchObject({ atLeast: { rule: 'price-ending', price: 1.99 } });
    expect(conflict(null, 0.5, '.99')).toMatchObject({ atLeast: { rule: 'price-ending', price: 0.99 } });
  });
  it('are no others', () => {
    expect([conflict(4, 9), conflict(4, 4), conflict(9, null), conflict(1.1, 1.99, '.99')]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
