import { expect, it } from 'vitest';
import { applyGuardrails, DEFAULT_GUARDRAILS, type GuardrailSettings } from '../../../src/core/pricing/guardrails.ts';

const OFF: GuardrailSettings = {
  ...DEFAULT_GUARDRAILS,
  neverBelowCost: false,
  maxChange: null,
  triedRangeMargin: null,
};
const FACTS = { unitCost: 6, todayPrice: 10, triedRange: [8, 12], marketPrice: 10 } as const;
const steps = (price: number, settings: Partial<GuardrailSettings>) =>
  applyGuardrails(price, { ...OFF, ...settings }, FACTS).steps;

it('a step says what its guardrail was set to, in figures of the setting', () => {
  expect(steps(5, { minMargin: 0.25 })).toStrictEqual([{ rule: 'min-margin', before: 5, after: 8, setting: 0.25 }]);
  expect(steps(15, { maxChange: 0.25 })).toStrictEqual([
    { rule: 'max-change', before: 15, after: 12.5, setting: 0.25 },
  ]);
  expect(steps(16, { triedRangeMargin: 0.25 })).toMatchObject([{ rule: 'tried-range', setting: 0.25 }]);
  expect(steps(5, { minPrice: 7 })).toMatchObject([{ rule: 'min-price', setting: 7 }]);
  expect(steps(9, { maxPrice: 7 })).toMatchObject([{ rule: 'max-price', setting: 7 }]);
  expect(steps(15, { marketBand: 0.25 })).toMatchObject([{ rule: 'market-band', setting: 0.25 }]);
  expect(steps(7.6, { priceEnding: '.99' })).toMatchObject([{ rule: 'price-ending', setting: '.99' }]);
});

it('one that has nothing to set says nothing of a setting', () => {
  expect(steps(5, { neverBelowCost: true })).toStrictEqual([{ rule: 'never-below-cost', before: 5, after: 6 }]);
});

it('a nearest ending beyond a limit is none: the one within it is taken in one step', () => {
  expect(steps(7.6, { maxPrice: 7.8, priceEnding: '.99' })).toEqual([
    { rule: 'price-ending', before: 7.6, after: expect.closeTo(6.99, 12), setting: '.99' },
  ]);
});
