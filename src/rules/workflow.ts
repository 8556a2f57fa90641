/**
 * What may become of a recommendation: facts in, writes out. Stores apply what these functions return, and nothing
 * else.
 */

import type { PriceFigures, Recommendation } from '../contract/documents.ts';
import type { Outcome } from '../core/outcome.ts';
import type { PriceWarning, RecommendationStatus } from '../core/vocabulary.ts';

/**
 * What may follow what by a decision. Rejected and approved ones may be taken back; exported and superseded ones are
 * past.
 */
const STEPS = {
  reviewed: ['proposed', 'approved', 'rejected'],
  approved: ['proposed', 'reviewed', 'approved'],
  rejected: ['proposed', 'reviewed', 'approved'],
  proposed: ['reviewed', 'approved', 'rejected'],
} as const satisfies Readonly<Record<string, readonly RecommendationStatus[]>>;

/** A price nearer than this to the computed one is the computed one; currency per unit. */
const SAME_PRICE = 1e-9;

/** The newest recommendation that is kept of a cell. */
export interface NewestRecommendation {
  readonly id: number;
  readonly status: RecommendationStatus;
  /** The recommendation as it was computed, as JSON. */
  readonly json: string;
}

/** What enters the store as proposed. */
export interface NewRecommendation {
  readonly at: string;
  readonly json: string;
  readonly modelId: string | null;
  readonly price: number;
  readonly gain: number;
}

export type Proposal =
  /** The newest says the same: nothing is written. */
  | { readonly outcome: 'unchanged'; readonly id: number }
  /** Somebody said yes to the newest: it stays, nothing is written. */
  | { readonly outcome: 'standing'; readonly id: number }
  /** `supersede` ends; `replaced` where it had been decided on. */
  | {
      readonly outcome: 'proposed';
      readonly supersede: number | null;
      readonly replaced: number | null;
      readonly insert: NewRecommendation;
    };

/**
 * What proposing a computed recommendation does to its cell. A proposal or a rejection gives way to another price; a
 * review or an approval is a person's yes, which no computation takes away unless that is asked for; what was exported
 * is past and stays as it is.
 *
 * @param newest null: the cell has none
 * @param how.at ISO 8601 instant; @param how.replaceApproved reviews and approvals give way too
 */
export function propose(
  newest: NewestRecommendation | null,
  item: Recommendation,
  { at, replaceApproved }: { readonly at: string; readonly replaceApproved: boolean },
): Proposal {
  const json = JSON.stringify(item);
  const insert = { at, json, modelId: item.modelId, price: item.price, gain: computedGain(item) };
  if (newest === null || newest.status === 'superseded')
    return { outcome: 'proposed', supersede: null, replaced: null, insert };
  const { id, status } = newest;
  if (newest.json === json) return { outcome: 'unchanged', id };
  if (status === 'exported') return { outcome: 'proposed', supersede: null, replaced: null, insert };
  if ((status === 'reviewed' || status === 'approved') && !replaceApproved) return { outcome: 'standing', id };
  return { outcome: 'proposed', supersede: id, replaced: status === 'proposed' ? null : id, insert };
}

/** A recommendation that is decided on. */
export interface DecidedOn {
  readonly revision: number;
  readonly status: RecommendationStatus;
  readonly price: number;
  readonly reason: string | null;
  /** Of a price that is not the computed one; null where they are not known. */
  readonly figures: PriceFigures | null;
  readonly recommendation: Pick<Recommendation, 'price' | 'expectedProfit' | 'current'>;
}

export interface DecisionAsked {
  readonly to: keyof typeof STEPS;
  readonly reason: string | null;
  /** A price of the decider's own; null: the price stays as it is. */
  readonly price: number | null;
  /** What that price would bring; null where it cannot be known. */
  readonly figures: PriceFigures | null;
  /** The revision that the decider saw; one that was not given was not seen. */
  readonly expectedRevision: number | undefined;
}

export interface Decided {
  readonly status: RecommendationStatus;
  readonly price: number;
  readonly reason: string | null;
  readonly figures: PriceFigures | null;
  /** Profit over the horizon at this price less that at today's; null where it is not known. */
  readonly gain: number | null;
}

/**
 * Refuses what no recommendation allows: to reject without a reason, and a price of one's own without a reason, of many
 * or with a no. @param count recommendations
 */
export function refusedDecision(
  { to, reason, price }: Pick<DecisionAsked, 'to' | 'reason' | 'price'>,
  count: number,
): 'RECOMMENDATION_REASON' | 'RECOMMENDATION_PRICE' | null {
  if (reason === null && (to === 'rejected' || price !== null)) return 'RECOMMENDATION_REASON';
  return price !== null && (count !== 1 || to === 'rejected' || to === 'proposed') ? 'RECOMMENDATION_PRICE' : null;
}

/**
 * What a decision makes of a recommendation. A price of somebody's own carries its own figures; a no or a step back
 * returns to the computed price.
 */
export function decide(
  kept: DecidedOn,
  asked: DecisionAsked,
): Outcome<Decided, 'RECOMMENDATION_CHANGED' | 'RECOMMENDATION_STEP'> {
  if (kept.revision !== asked.expectedRevision) return { ok: false, code: 'RECOMMENDATION_CHANGED' };
  if (!(STEPS[asked.to] as readonly RecommendationStatus[]).includes(kept.status))
    return { ok: false, code: 'RECOMMENDATION_STEP' };
  const { recommendation } = kept;
  const computed = { price: recommendation.price, figures: null, gain: computedGain(recommendation) };
  const returns = asked.to === 'proposed' || asked.to === 'rejected';
  const reason = asked.to === 'proposed' ? null : (asked.reason ?? kept.reason);
  const wanted = asked.price === null ? kept : asked;
  const price = wanted.price as number;
  const taken =
    returns || !isOwnPrice(price, recommendation)
      ? computed
      : { price, figures: wanted.figures, gain: wanted.figures?.gain.value ?? null };
  return { ok: true, value: { status: asked.to, reason, ...taken } };
}

/** Only an approval by the model that is live is handed on. */
export function exportable({
  status,
  stale,
}: {
  readonly status: RecommendationStatus;
  readonly stale: boolean;
}): Outcome<true, 'RECOMMENDATION_STEP' | 'RECOMMENDATION_STALE'> {
  if (status !== 'approved') return { ok: false, code: 'RECOMMENDATION_STEP' };
  return stale ? { ok: false, code: 'RECOMMENDATION_STALE' } : { ok: true, value: true };
}

/** Whether a price is another than the computed one. */
export function isOwnPrice(price: number, computed: Pick<Recommendation, 'price'>): boolean {
  return Math.abs(price - computed.price) > SAME_PRICE;
}

/** What is to be said beside a price: below unit cost after waste, not what the guardrails allow, of unknown gain. */
export function priceWarnings(
  price: number,
  recommendation: Pick<Recommendation, 'price' | 'unitCost'>,
  figures: PriceFigures | null,
): PriceWarning[] {
  const own = isOwnPrice(price, recommendation);
  return [
    ...(price < recommendation.unitCost ? (['BELOW_COST'] as const) : []),
    ...(own && figures !== null && figures.guardrails.length > 0 ? (['OUTSIDE_GUARDRAILS'] as const) : []),
    ...(own && figures === null ? (['GAIN_UNKNOWN'] as const) : []),
  ];
}

/** Profit over the horizon at the computed price less that at today's. */
function computedGain({ expectedProfit, current }: Pick<Recommendation, 'expectedProfit' | 'current'>): number {
  return expectedProfit.value - current.expectedProfit;
}
