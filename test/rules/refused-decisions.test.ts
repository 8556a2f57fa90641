import { expect, it } from 'vitest';
import { decide, exportable, isOwnPrice, refusedDecision } from '../../src/rules/workflow.ts';

it.each([
  // to, reason, price, recommendations, refused
  ['approved', null, null, 3, null],
  ['approved', null, 1.6, 1, 'RECOMMENDATION_REASON'],
  ['approved', 'sale', 1.6, 1, null],
  ['approved', 'sale', 1.6, 2, 'RECOMMENDATION_PRICE'],
  ['reviewed', 'sale', 1.6, 1, null],
  ['rejected', null, null, 1, 'RECOMMENDATION_REASON'],
  ['rejected', 'too dear', null, 2, null],
  ['rejected', 'too dear', 1.6, 1, 'RECOMMENDATION_PRICE'],
  ['proposed', null, null, 1, null],
  ['proposed', 'again', 1.6, 1, 'RECOMMENDATION_PRICE'],
] as const)('to %s with reason %s and price %s, of %i: %s', (to, reason, price, count, refused) => {
  expect(refusedDecision({ to, reason, price }, count)).toBe(refused);
});

it('a refusal is no answer: nothing may be written by it', () => {
  const recommendation = {
    price: 2,
    expectedProfit: { value: 15, low: 8, high: 22 },
    current: { price: 2, expectedDemand: 10, expectedProfit: 10 },
  };
  const kept = { revision: 3, status: 'exported', price: 2, reason: null, figures: null, recommendation } as const;
  const asked = { to: 'approved', reason: null, price: null, figures: null } as const;
  expect(decide(kept, { ...asked, expectedRevision: 2 })).toEqual({ ok: false, code: 'RECOMMENDATION_CHANGED' });
  expect(decide(kept, { ...asked, expectedRevision: 3 })).toEqual({ ok: false, code: 'RECOMMENDATION_STEP' });
});

it('an approval by the live model is handed on, and nothing else', () => {
  expect(exportable({ status: 'approved', stale: false })).toEqual({ ok: true, value: true });
  expect(exportable({ status: 'approved', stale: true })).toEqual({ ok: false, code: 'RECOMMENDATION_STALE' });
  for (const status of ['proposed', 'reviewed', 'rejected', 'exported', 'superseded'] as const)
    expect(exportable({ status, stale: false })).toEqual({ ok: false, code: 'RECOMMENDATION_STEP' });
});

it('a price nearer than a billionth is the computed one', () => {
  expect([2, 2 + 9e-10, 2 - 9e-10].map((price) => isOwnPrice(price, { price: 2 }))).toEqual([false, false, false]);
  expect([2 + 2e-9, 2 - 2e-9, 1].map((price) => isOwnPrice(price, { price: 2 }))).toEqual([true, true, true]);
});
