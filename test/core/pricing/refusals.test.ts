/** What callers hand over wrong: the error names what it is, at the ends of every range. */

import { describe, expect, it } from 'vitest';
import {
  applyGuardrails,
  checkGuardrails,
  checkTriedRange,
  DEFAULT_GUARDRAILS,
  type GuardrailFacts,
} from '../../../src/core/pricing/guardrails.ts';
import { optimalPriceConstantElasticity, optimalPriceExponential } from '../../../src/core/pricing/optimal-price.ts';
import type { PricingFacts } from '../../../src/core/pricing/reasons.ts';
import { priceGrid, recommendPrice, wasteAdjustedCost } from '../../../src/core/pricing/recommend-price.ts';

const NAN = Number.NaN;

/** What an error names: the words before "must". */
function named(call: () => unknown): string | null {
  try {
    call();
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return /^(\S+) must/.exec((error as Error).message)?.[1] ?? (error as Error).message;
  }
}

describe('settings of guardrails', () => {
  const of = (changed: object): string | null =>
    named(() => checkGuardrails({ ...DEFAULT_GUARDRAILS, ...changed } as typeof DEFAULT_GUARDRAILS));
  it('are refused by name below their least value, and taken at it', () => {
    for (const name of [
      'minMargin',
      'maxChange',
      'triedRangeMargin',
      'minPrice',
      'maxPrice',
      'marketBand',
      'aboveCompetitors',
      'belowCompetitors',
    ]) {
      expect(of({ [name]: -1e-9 })).toBe(`settings.${name}`);
      expect(of({ [name]: NAN })).toBe(`settings.${name}`);
      expect(of({ [name]: 'x' })).toBe(`settings.${name}`);
      expect(of({ [name]: 0 })).toBeNull();
      expect(of({ [name]: null })).toBeNull();
    }
  });
  it('have no margin of all the price, and any change', () => {
    expect(of({ minMargin: 1 })).toBe('settings.minMargin');
    expect(of({ minMargin: 0.999 })).toBeNull();
    expect(of({ maxChange: 5, triedRangeMargin: 5, marketBand: 5 })).toBeNull();
  });
  it('are flags and known endings', () => {
    expect(of({ neverBelowCost: 1 })).toBe('settings.neverBelowCost');
    expect(of({ priceEnding: '.95' })).toBe('settings.priceEnding');
    for (const priceEnding of ['.99', '.49', '0.05', null]) expect(of({ priceEnding })).toBeNull();
    expect(named(() => checkGuardrails(null as never))).toBe('settings');
  });
});

describe('a tried range', () => {
  it('is two ascending prices above 0, or none', () => {
    const of = (range: unknown): string | null => named(() => checkTriedRange('tried', range as [number, number]));
    expect(of(null)).toBeNull();
    expect(of([8, 8])).toBeNull();
    expect(of([8, 12])).toBeNull();
    expect(of([8])).toBe('tried');
    expect(of([0, 12])).toBe('tried[0]');
    expect(of([8, 7.99])).toBe('tried[1]');
    expect(of([8, NAN])).toBe('tried[1]');
  });
});

describe('facts that guardrails need', () => {
  const FACTS: GuardrailFacts = { unitCost: 6, todayPrice: 10, triedRange: [8, 12], marketPrice: 11 };
  const of = (changed: object, price = 9): string | null =>
    named(() => applyGuardrails(price, DEFAULT_GUARDRAILS, { ...FACTS, ...changed }));
  it('are refused by name', () => {
    expect(of({ unitCost: -0.01 })).toBe('facts.unitCost');
    expect(of({ todayPrice: 0 })).toBe('facts.todayPrice');
    expect(of({ triedRange: [9, 8] })).toBe('facts.triedRange[1]');
    expect(of({ marketPrice: -0.01 })).toBe('facts.marketPrice');
    expect(of({}, 0)).toBe('price');
    expect(named(() => applyGuardrails(9, DEFAULT_GUARDRAILS, null as never))).toBe('facts');
    expect(named(() => applyGuardrails(9, { ...DEFAULT_GUARDRAILS, maxChange: -1 }, FACTS))).toBe('settings.maxChange');
  });
  it('may be nothing or unknown', () => {
    expect(of({ unitCost: 0, marketPrice: 0 })).toBeNull();
    expect(of({ unitCost: null, marketPrice: null, triedRange: null })).toBeNull();
  });
  it('give no price beyond the finite numbers', () => {
    const settings = { ...DEFAULT_GUARDRAILS, minMargin: 1 - Number.EPSILON, maxChange: null, triedRangeMargin: null };
    expect(() => applyGuardrails(9, settings, { ...FACTS, unitCost: 1e300 })).toThrow(
      /^guarded\.price is not a finite/,
    );
  });
});

describe('facts of a recommendation', () => {
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
  const prices = priceGrid(10, [8, 12], 6);
  const curve = { prices, draws: 1, demand: prices.map((p) => 100 * (p / 10) ** -2.5) };
  const of = (changed: object): string | null =>
    named(() => recommendPrice(curve, { ...FACTS, ...changed }, DEFAULT_GUARDRAILS));
  it.each([
    ['todayPrice', 0],
    ['triedRange', [8]],
    ['cost', -0.01],
    ['costAgeDays', NAN],
    ['wasteShare', 1.01],
    ['wasteShare', -0.01],
    ['marketPrice', -0.01],
    ['ownRows', -1],
    ['ownRows', 1.5],
    ['priceChanges', -1],
    ['priceChanges', 1.5],
    ['priceVariation', -0.01],
    ['ownElasticity', 3],
    ['promoShareOfVariation', 1.01],
    ['promoShareOfVariation', -0.01],
    ['simpleForecastWins', 0],
    ['converged', 1],
  ])('name %s when it is %s', (name, value) => {
    expect(of({ [name]: value })).toBe(`facts.${name}`);
  });
  it('name the part of the own elasticity', () => {
    expect(of({ ownElasticity: { value: NAN, standardError: 1 } })).toBe('facts.ownElasticity.value');
    expect(of({ ownElasticity: { value: 1, standardError: -0.1 } })).toBe('facts.ownElasticity.standardError');
    expect(of({ ownElasticity: { value: 1, standardError: 0 } })).toBeNull();
  });
  it('may be nothing or unknown, and a cost of the future has an age below 0', () => {
    expect(of({ cost: null, costAgeDays: null, marketPrice: null, triedRange: null, ownElasticity: null })).toBeNull();
    expect(of({ cost: 0, costAgeDays: -3, marketPrice: 0, ownRows: 0, priceChanges: 0, priceVariation: 0 })).toBeNull();
    expect(of({ wasteShare: 1, promoShareOfVariation: 1.000_000_9 })).toBeNull();
  });
  it('are asked for, like the curve and the settings', () => {
    expect(named(() => recommendPrice(curve, null as never, DEFAULT_GUARDRAILS))).toBe('facts');
    expect(named(() => recommendPrice(curve, FACTS, null as never))).toBe('settings');
    expect(named(() => recommendPrice({ ...curve, draws: 0 }, FACTS, DEFAULT_GUARDRAILS))).toMatch(/draws/);
  });
  it('give no figures beyond the finite numbers', () => {
    const large = { ...curve, demand: prices.map(() => 1e308) };
    expect(() => recommendPrice(large, FACTS, DEFAULT_GUARDRAILS)).toThrow(/^recommendation\.\S+ is not a finite/);
  });
});

describe('arguments of a grid and of a cost', () => {
  it('are refused by name', () => {
    expect(named(() => priceGrid(0, null, 6))).toBe('todayPrice');
    expect(named(() => priceGrid(10, [9, 8], 6))).toBe('triedRange[1]');
    expect(named(() => priceGrid(10, null, -0.01))).toBe('unitCost');
    expect(named(() => priceGrid(10, null, 6, 1))).toBe('points');
    expect(named(() => priceGrid(10, null, 6, 100_001))).toBe('points');
    expect(named(() => priceGrid(10, null, 6, 2.5))).toBe('points');
    expect(priceGrid(10, null, 0, 2)).toHaveLength(2);
    expect(() => priceGrid(1e308, null, 0)).toThrow(/^grid\[\d+\] is not a finite/);
    expect(named(() => wasteAdjustedCost(-0.01, 0))).toBe('cost');
    expect(named(() => wasteAdjustedCost(1, 1.01))).toBe('wasteShare');
    expect(named(() => wasteAdjustedCost(1, -0.01))).toBe('wasteShare');
    expect(wasteAdjustedCost(0, 1)).toBe(0);
    expect(() => wasteAdjustedCost(1e308, 0.9)).toThrow(/^cost with waste is not a finite/);
  });
});

describe('closed forms of the best price', () => {
  it('refuse a cost or an elasticity that is none, by name, as a value', () => {
    const invalid = (argument: string, value: number) => ({ ok: false, code: 'INVALID_VALUE', argument, value });
    expect(optimalPriceConstantElasticity(0, -3)).toEqual(invalid('unitCost', 0));
    expect(optimalPriceConstantElasticity(NAN, -3)).toEqual(invalid('unitCost', NAN));
    expect(optimalPriceConstantElasticity(Number.POSITIVE_INFINITY, -3)).toEqual(
      invalid('unitCost', Number.POSITIVE_INFINITY),
    );
    expect(optimalPriceConstantElasticity(6, Number.NEGATIVE_INFINITY)).toEqual(
      invalid('elasticity', Number.NEGATIVE_INFINITY),
    );
    expect(optimalPriceExponential(-0.01, 1)).toEqual(invalid('unitCost', -0.01));
    expect(optimalPriceExponential(6, NAN)).toEqual(invalid('slope', NAN));
    expect(optimalPriceExponential(0, 0.5)).toEqual({ ok: true, value: 2 });
    expect(optimalPriceConstantElasticity(Number.MAX_VALUE / 4, -2)).toEqual({ ok: true, value: Number.MAX_VALUE / 2 });
  });
  it('have no optimum from unit elasticity on, and without a slope, and say with what', () => {
    expect(optimalPriceConstantElasticity(6, -1)).toEqual({ ok: false, code: 'NO_INTERIOR_OPTIMUM', elasticity: -1 });
    expect(optimalPriceConstantElasticity(6, 0.5)).toEqual({ ok: false, code: 'NO_INTERIOR_OPTIMUM', elasticity: 0.5 });
    expect(optimalPriceExponential(6, 0)).toEqual({ ok: false, code: 'NO_INTERIOR_OPTIMUM', slope: 0 });
    expect(optimalPriceExponential(6, -1)).toEqual({ ok: false, code: 'NO_INTERIOR_OPTIMUM', slope: -1 });
  });
  it('have no price beyond the finite numbers', () => {
    expect(optimalPriceConstantElasticity(1e308, -1.0001)).toEqual({ ok: false, code: 'NOT_FINITE' });
    expect(optimalPriceExponential(6, Number.MIN_VALUE)).toEqual({ ok: false, code: 'NOT_FINITE' });
  });
  it('throw for an argument that is no number', () => {
    expect(named(() => optimalPriceConstantElasticity('6' as never, -3))).toBe('unitCost');
    expect(named(() => optimalPriceExponential(6, null as never))).toBe('slope');
  });
});
