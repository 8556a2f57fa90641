/** What came of price changes: each by itself, and all of them together. */

import type { OutcomeDocument, OutcomesDocument } from '../contract/api.ts';
import type { DocumentHeader } from '../contract/documents.ts';
import type { KeptRecommendation } from '../contract/store/recommendations.ts';
import type { Store } from '../contract/store/store.ts';
import { changeOutcome } from '../core/pricing/change-outcome.ts';
import { earnedTogether } from '../core/pricing/earned.ts';
import { OUTCOME_VERDICTS } from '../core/vocabulary.ts';
import { dayOf } from './dates.ts';

/** Which changes. */
export interface OutcomesChoice {
  readonly merchant?: string;
  readonly product?: string;
  /** First day of activation (ISO date). */
  readonly from?: string;
  /** Every change, also where they are more than a page shows. */
  readonly all?: boolean;
}

/** Changes that are looked at unless all are asked for, the newest: each reads a model and its sales. */
const MOST_CHANGES = 1_000;
const PAGE = 200;

/** @param until first day that does not count: another price holds from then on; null where none does */
export async function outcomeOf(
  store: Store,
  header: DocumentHeader,
  found: KeptRecommendation,
  until: string | null,
): Promise<OutcomeDocument> {
  const { document, activationDate } = found;
  const base = {
    ...header,
    recommendationId: String(found.id),
    activationDate,
    priceBefore: document.current.price,
    price: found.price,
  };
  const nothing = { days: 0, priceCharged: null, expected: null, actual: null, withoutChange: null, gain: null };
  if (activationDate === null) return { ...base, ...nothing, verdict: 'not exported' };
  const series = await store.sales.read(found);
  const kept = document.modelId === null ? null : await store.models.read(found, document.modelId);
  // Without its model or its sales there is nothing to judge by.
  if (!series || !kept) return { ...base, ...nothing, verdict: 'inconclusive' };
  const outcome = changeOutcome(series, kept.model, {
    fromDay: dayOf(activationDate),
    ...(until !== null && { untilDay: dayOf(until) }),
    priceBefore: document.current.price,
    price: found.price,
    unitCost: document.unitCost,
  });
  return { ...base, ...outcome };
}

/** The changes that were exported, newest first, each until the next of its cell, and what they earned together. */
export async function outcomesOf(
  store: Store,
  header: DocumentHeader,
  { from, ...choice }: OutcomesChoice,
): Promise<OutcomesDocument> {
  const since = from === undefined ? null : dayOf(from);
  const { changes, left } = await changesOf(store, choice);
  const next = new Map<string, string>();
  const outcomes: OutcomesDocument['outcomes'] = [];
  for (const change of changes) {
    const { merchant, product, activationDate } = change;
    const key = JSON.stringify([merchant, product]);
    const until = next.get(key) ?? null;
    next.set(key, activationDate);
    if (since !== null && dayOf(activationDate) < since) continue;
    const { schema: _, currency: __, ...outcome } = await outcomeOf(store, header, change, until);
    outcomes.push({ merchant, product, ...outcome });
  }
  const judged = outcomes.flatMap(({ product, gain, verdict }) =>
    gain === null || verdict === 'not applied' ? [] : [{ product, gain }],
  );
  return {
    ...header,
    from: from ?? null,
    changes: outcomes.length,
    judged: judged.length,
    left,
    gain: judged.length === 0 ? null : earnedTogether(judged),
    verdicts: OUTCOME_VERDICTS.map((verdict) => ({
      verdict,
      count: outcomes.filter((outcome) => outcome.verdict === verdict).length,
    })),
    outcomes,
  };
}

export type ExportedChange = KeptRecommendation & { readonly activationDate: string };

/** By the day from which their prices hold, the latest first. `left`: whether there are older ones still. */
export async function changesOf(
  store: Store,
  { all = false, ...choice }: Omit<OutcomesChoice, 'from'>,
): Promise<{ changes: ExportedChange[]; left: boolean }> {
  const changes: ExportedChange[] = [];
  let after: Awaited<ReturnType<Store['recommendations']['list']>>['next'] = null;
  do {
    const page: Awaited<ReturnType<Store['recommendations']['list']>> = await store.recommendations.list(
      { ...choice, status: 'exported' },
      'id',
      { limit: PAGE, after },
    );
    for (const item of page.items) {
      const { activationDate } = item;
      if (activationDate !== null) changes.push({ ...item, activationDate });
    }
    after = page.next;
  } while (after !== null && (all || changes.length < MOST_CHANGES));
  changes.sort((a, b) =>
    a.activationDate === b.activationDate ? b.id - a.id : a.activationDate < b.activationDate ? 1 : -1,
  );
  return { changes, left: after !== null };
}
