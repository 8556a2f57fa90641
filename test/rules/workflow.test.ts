import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PriceFigures, Recommendation } from '../../src/contract/documents.ts';
import type { RecommendationStatus } from '../../src/core/vocabulary.ts';
import {
  type DecidedOn,
  decide,
  exportable,
  priceWarnings,
  propose,
  refusedDecision,
} from '../../src/rules/workflow.ts';

const at = '2026-01-02T00:00:00.000Z';
const item = (price: number): Recommendation => ({
  merchant: 'Ana',
  product: 'Pera',
  unit: 'kg',
  modelId: 'm1',
  horizonDays: 14,
  price,
  unconstrainedPrice: price,
  expectedDemand: { value: 10, low: 8, high: 12 },
  expectedProfit: { value: 15, low: 8, high: 22 },
  current: { price: 2, expectedDemand: 10, expectedProfit: 10 },
  probabilityBetter: 0.9,
  guardrails: [],
  reasons: [],
  recommended: true,
  unitCost: 1.8,
  assumptions: [],
});
const figures = (gain: number, guardrails: PriceFigures['guardrails'] = []): PriceFigures => ({
  expectedDemand: { value: 20, low: 15, high: 25 },
  expectedProfit: { value: 10 + gain, low: 0, high: 20 },
  gain: { value: gain, low: gain - 1, high: gain + 1 },
  probabilityBetter: 0.1,
  guardrails,
});
const STATUSES = [
  'proposed',
  'reviewed',
  'approved',
  'rejected',
  'exported',
  'superseded',
] as const satisfies readonly RecommendationStatus[];

describe('proposing', () => {
  const newest = (status: RecommendationStatus, price = 2.5) => ({ id: 7, status, json: JSON.stringify(item(price)) });

  it.each([
    // status, asked to replace, what happens, what ends, which of it was decided
    ['proposed', false, 'proposed', 7, null],
    ['rejected', false, 'proposed', 7, 7],
    ['reviewed', false, 'standing', null, null],
    ['approved', false, 'standing', null, null],
    ['reviewed', true, 'proposed', 7, 7],
    ['approved', true, 'proposed', 7, 7],
    ['exported', false, 'proposed', null, null],
    ['exported', true, 'proposed', null, null],
    ['superseded', false, 'proposed', null, null],
  ] as const)(
    'another price after a %s one (replaceApproved %s): %s',
    (status, replaceApproved, outcome, supersede, replaced) => {
      const proposal = propose(newest(status), item(2.6), { at, replaceApproved });
      expect(proposal.outcome).toBe(outcome);
      if (proposal.outcome === 'proposed')
        expect(proposal).toMatchObject({ supersede, replaced, insert: { at, price: 2.6, gain: 5, modelId: 'm1' } });
      else expect(proposal).toEqual({ outcome, id: 7 });
    },
  );

  it('the first of a cell enters, the same again changes nothing whatever was decided and asked', () => {
    expect(propose(null, item(2.5), { at, replaceApproved: false })).toMatchObject({
      outcome: 'proposed',
      supersede: null,
      replaced: null,
    });
    for (const status of STATUSES.filter((name) => name !== 'superseded')) {
      for (const replaceApproved of [false, true]) {
        expect(propose(newest(status), item(2.5), { at, replaceApproved })).toEqual({ outcome: 'unchanged', id: 7 });
      }
    }
  });

  it('ends no yes of a person unless that was asked for, whatever is computed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STATUSES),
        fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        fc.boolean(),
        (status, price, replaceApproved) => {
          const proposal = propose(newest(status), item(price), { at, replaceApproved });
          const ends = proposal.outcome === 'proposed' ? proposal.supersede : null;
          if ((status === 'approved' || status === 'reviewed') && !replaceApproved) expect(ends).toBeNull();
          if (status === 'exported' || status === 'superseded') expect(ends).toBeNull();
        },
      ),
    );
  });
});

describe('deciding', () => {
  const kept = (
    status: RecommendationStatus,
    own: { readonly price: number; readonly figures: PriceFigures | null } | null = null,
  ): DecidedOn => ({
    revision: 3,
    status,
    price: own?.price ?? 2.5,
    reason: own ? 'the neighbour' : null,
    figures: own?.figures ?? null,
    recommendation: item(2.5),
  });
  const asked = { to: 'approved', reason: null, price: null, figures: null, expectedRevision: 3 } as const;

  it('follows these steps and no others', () => {
    const allowed = STATUSES.flatMap((from) =>
      (['reviewed', 'approved', 'rejected', 'proposed'] as const)
        .filter((to) => decide(kept(from), { ...asked, to, reason: 'x' }).ok)
        .map((to) => `${from} → ${to}`),
    );
    expect(allowed).toEqual([
      'proposed → reviewed',
      'proposed → approved',
      'proposed → rejected',
      'reviewed → approved',
      'reviewed → rejected',
      'reviewed → proposed',
      'approved → reviewed',
      'approved → approved',
      'approved → rejected',
      'approved → proposed',
      'rejected → reviewed',
      'rejected → proposed',
    ]);
  });

  it('is refused under another revision than the one that was seen, before anything else', () => {
    for (const expectedRevision of [2, 4, undefined])
      expect(decide(kept('exported'), { ...asked, expectedRevision })).toMatchObject({
        code: 'RECOMMENDATION_CHANGED',
      });
    expect(decide(kept('exported'), asked)).toMatchObject({ code: 'RECOMMENDATION_STEP' });
  });

  it('a price of one’s own carries its own gain; unknown figures leave the gain unknown, never that of the computed price', () => {
    expect(decide(kept('proposed'), { ...asked, price: 1.6, reason: 'sale', figures: figures(-8) })).toEqual({
      ok: true,
      value: { status: 'approved', price: 1.6, reason: 'sale', figures: figures(-8), gain: -8 },
    });
    expect(decide(kept('proposed'), { ...asked, price: 1.6, reason: 'sale' })).toMatchObject({
      value: { price: 1.6, figures: null, gain: null },
    });
  });

  it('an own price stays with its figures from review to approval, and goes with a no or a step back', () => {
    const own = { price: 1.6, figures: figures(-8) };
    expect(decide(kept('reviewed', own), asked)).toMatchObject({
      value: { price: 1.6, reason: 'the neighbour', figures: own.figures, gain: -8 },
    });
    expect(decide(kept('reviewed', own), { ...asked, to: 'rejected', reason: 'no' })).toMatchObject({
      value: { price: 2.5, reason: 'no', figures: null, gain: 5 },
    });
    expect(decide(kept('approved', own), { ...asked, to: 'proposed' })).toMatchObject({
      value: { price: 2.5, reason: null, figures: null, gain: 5 },
    });
  });

  it('the computed price given as one’s own is the computed price', () => {
    expect(decide(kept('proposed'), { ...asked, price: 2.5, reason: 'x', figures: figures(4) })).toMatchObject({
      value: { figures: null, gain: 5 },
    });
  });

  it('the gain is that of the price which is kept, in every run of decisions', () => {
    const step = fc.record({
      to: fc.constantFrom('reviewed' as const, 'approved' as const, 'rejected' as const, 'proposed' as const),
      price: fc.option(fc.double({ min: 0.1, max: 9, noNaN: true }), { nil: null }),
      known: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let now = kept('proposed');
        for (const { to, price, known } of steps) {
          const own = price !== null && (to === 'reviewed' || to === 'approved') ? price : null;
          const outcome = decide(now, {
            ...asked,
            to,
            reason: 'x',
            price: own,
            figures: own !== null && known ? figures(own - 100) : null,
          });
          if (!outcome.ok) continue;
          now = { ...now, ...outcome.value };
          const isComputed = Math.abs(now.price - 2.5) <= 1e-9;
          expect(outcome.value.gain).toBe(isComputed ? 5 : now.figures === null ? null : now.price - 100);
        }
      }),
    );
  });

  it('needs a reason to reject and to override, below cost too, and an own price is of one recommendation with a yes', () => {
    expect(refusedDecision({ to: 'rejected', reason: null, price: null }, 1)).toBe('RECOMMENDATION_REASON');
    expect(refusedDecision({ to: 'approved', reason: null, price: 1 }, 1)).toBe('RECOMMENDATION_REASON');
    expect(refusedDecision({ to: 'approved', reason: 'x', price: 1 }, 2)).toBe('RECOMMENDATION_PRICE');
    expect(refusedDecision({ to: 'proposed', reason: 'x', price: 1 }, 1)).toBe('RECOMMENDATION_PRICE');
    expect(refusedDecision({ to: 'approved', reason: 'x', price: 1 }, 1)).toBeNull();
    expect(refusedDecision({ to: 'approved', reason: null, price: null }, 9)).toBeNull();
  });
});

describe('a price', () => {
  it('warns below cost, outside the guardrails, and where its gain is not known', () => {
    const step = { rule: 'max-change', before: 1.6, after: 1.7 } as const;
    expect(priceWarnings(1.6, item(2.5), figures(-8, [step]))).toEqual(['BELOW_COST', 'OUTSIDE_GUARDRAILS']);
    expect(priceWarnings(1.8, item(2.5), figures(-8))).toEqual([]);
    expect(priceWarnings(1.9, item(2.5), null)).toEqual(['GAIN_UNKNOWN']);
    expect(priceWarnings(2.5, item(2.5), null)).toEqual([]);
    expect(priceWarnings(1.7, item(1.7), null)).toEqual(['BELOW_COST']);
  });

  it('is handed on when it is approved by the model that is live', () => {
    for (const status of STATUSES.filter((name) => name !== 'approved'))
      expect(exportable({ status, stale: false })).toMatchObject({ code: 'RECOMMENDATION_STEP' });
    expect(exportable({ status: 'approved', stale: true })).toMatchObject({ code: 'RECOMMENDATION_STALE' });
    expect(exportable({ status: 'approved', stale: false }).ok).toBe(true);
  });
});
