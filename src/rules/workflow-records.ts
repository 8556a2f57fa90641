/**
 * What the workflow of recommendations leaves behind: entries of the audit log, what the overview shows, items of an
 * export, and the words of a refusal. Stores write what these functions return, and nothing else.
 */

import type { PriceFigures, Recommendation, StandingDecision } from '../contract/documents.ts';
import { actorId, type Deed } from '../contract/store/deed.ts';
import type {
  Decision,
  ExportBatch,
  KeptRecommendation,
  ProposalsAsked,
  Proposed,
} from '../contract/store/recommendations.ts';
import type { PeriodUnit } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { type Decided, isOwnPrice, type NewestRecommendation, type Proposal } from './workflow.ts';

/** What is shown of a cell's newest recommendation. */
export interface ShownRecommendation {
  readonly recommendedPrice: number | null;
  readonly gain: number | null;
  readonly probabilityBetter: number | null;
}

/** Of a proposal. @param gain over the horizon at the computed price */
export function shownProposal(
  item: Pick<Recommendation, 'recommended' | 'price' | 'probabilityBetter'>,
  gain: number,
): ShownRecommendation {
  const { recommended, price, probabilityBetter } = item;
  return { recommendedPrice: recommended ? price : null, gain: recommended ? gain : null, probabilityBetter };
}

/** Periods that the sums of a recommendation are of: how many, and of what. */
export function horizonColumns({ horizon, horizonDays }: Recommendation): readonly [number, PeriodUnit] {
  return horizon ? [horizon.count, horizon.unit] : [horizonDays, 'day'];
}

/** Of the price that was decided on; where that is the computed one, as it was proposed. */
export function shownDecision(
  computed: Pick<Recommendation, 'recommended' | 'price' | 'probabilityBetter'>,
  { price, gain, figures }: Pick<Decided, 'price' | 'gain' | 'figures'>,
): ShownRecommendation {
  const own = isOwnPrice(price, computed);
  const shown = own || computed.recommended;
  return {
    recommendedPrice: shown ? price : null,
    gain: shown ? gain : null,
    probabilityBetter: own ? (figures?.probabilityBetter ?? null) : computed.probabilityBetter,
  };
}

/** What proposing many recommendations did, one after the other. */
export class ProposalRecord {
  private readonly ids: number[] = [];
  private readonly standing: StandingDecision[] = [];
  private readonly changes = new Map<string, { readonly proposed: string[]; readonly replaced: string[] }>();

  /** Nothing was written. @param newest of the cell */
  left(item: Recommendation, newest: NewestRecommendation & { readonly price: number }, outcome: Proposal['outcome']) {
    this.ids.push(newest.id);
    if (outcome !== 'standing') return;
    const { merchant, product } = item;
    const status = newest.status as StandingDecision['status'];
    const prices = { price: newest.price, newPrice: item.price };
    this.standing.push({ id: String(newest.id), merchant, product, status, ...prices });
  }

  /** @param replaced the one that had been decided on and gave way; null where none did */
  proposed({ merchant }: Recommendation, id: number, replaced: number | null): void {
    const change = this.changes.get(merchant) ?? { proposed: [], replaced: [] };
    this.changes.set(merchant, change);
    this.ids.push(id);
    change.proposed.push(String(id));
    if (replaced !== null) change.replaced.push(String(replaced));
  }

  /** One entry for each merchant of whom something changed. */
  deeds({ at, actor }: Pick<ProposalsAsked, 'at' | 'actor'>): Deed[] {
    return [...this.changes].map(([merchant, { proposed, replaced }]) => {
      const standing = this.standing.filter((decision) => decision.merchant === merchant).length;
      const detail = { proposed: proposed.length, replaced, standing };
      return { at, actor, action: 'recommendation.propose', merchant, detail };
    });
  }

  result(): Proposed {
    const all = [...this.changes.values()];
    return {
      ids: this.ids,
      standing: this.standing,
      proposed: all.flatMap((change) => change.proposed),
      replaced: all.flatMap((change) => change.replaced),
    };
  }
}

/** The entry of a decision about one recommendation. */
export function decisionDeed(
  { id, merchant, product, document: computed }: KeptRecommendation,
  { at, actor, to }: Pick<Decision, 'at' | 'actor' | 'to'>,
  { price, gain, reason }: Decided,
): Deed {
  const detail = { id, product, price, computedPrice: computed.price, gain, reason };
  return { at, actor, action: `recommendation.${to}`, merchant, detail };
}

/** What goes out of an approved recommendation: figures of the price that was approved. */
export function exportItem(kept: KeptRecommendation): ExportBatch['items'][number] {
  const { id, merchant, product, price, gain, reason, document: computed } = kept;
  const figures: Pick<PriceFigures, 'expectedDemand' | 'expectedProfit'> | null = isOwnPrice(price, computed)
    ? kept.figures
    : computed;
  return {
    recommendationId: String(id),
    merchant,
    product,
    unit: computed.unit,
    priceBefore: computed.current.price,
    price,
    expectedDemand: figures?.expectedDemand.value ?? null,
    expectedProfit: figures?.expectedProfit.value ?? null,
    expectedGain: gain,
    horizonDays: computed.horizonDays,
    reason,
  };
}

/** One entry for each merchant whose prices go out: he sees it, whoever sends them. */
export function exportDeeds(
  { at, batchId, activationDate }: Pick<ExportBatch, 'at' | 'batchId' | 'activationDate'>,
  actor: Deed['actor'],
  items: ExportBatch['items'],
): Deed[] {
  return [...new Set(items.map((item) => item.merchant))].map((merchant) => {
    const count = items.filter((item) => item.merchant === merchant).length;
    return { at, actor, action: 'recommendation.export', merchant, detail: { batchId, count, activationDate } };
  });
}

/** What an export asks for, as one text: the same batch again is told by it from another under the same id. */
export function exportRequest(
  ids: readonly number[],
  { activationDate, format }: Pick<ExportBatch, 'activationDate' | 'format'>,
): string {
  return JSON.stringify({ ids: ids.toSorted((a, b) => a - b), activationDate, format });
}

/** The error of a step that is refused. @param to what was wanted */
export function refusedStep(
  code: 'RECOMMENDATION_CHANGED' | 'RECOMMENDATION_STEP' | 'RECOMMENDATION_STALE',
  kept: KeptRecommendation,
  to: string,
): DemandaError {
  const { merchant, product, status } = kept;
  if (code === 'RECOMMENDATION_CHANGED') return changedMeanwhile(kept);
  return code === 'RECOMMENDATION_STALE'
    ? new DemandaError(code, { merchant, product })
    : new DemandaError(code, { merchant, product, status, to });
}

function changedMeanwhile(kept: KeptRecommendation): DemandaError {
  const { merchant, product, status, decidedBy, decidedByName, decidedAt, at } = kept;
  // Names are chosen by people: only with the kind of who acted do they say who it was.
  const decided = decidedBy !== null && status !== 'superseded';
  const [kind, id] = decided ? (decidedBy.split(':') as [string, string]) : ['computation', 'demanda'];
  const by = decided ? (decidedByName ?? id) : id;
  return new DemandaError('RECOMMENDATION_CHANGED', { merchant, product, status, by, kind, at: decidedAt ?? at });
}

/** @throws DemandaError RECOMMENDATION_UNKNOWN where there is none, or it is another merchant's; @param merchant null: everyone's */
export function requireOf(kept: KeptRecommendation | null, id: number, merchant: string | null): KeptRecommendation {
  if (!kept || (merchant !== null && kept.merchant !== merchant))
    throw new DemandaError('RECOMMENDATION_UNKNOWN', { id });
  return kept;
}

/** Who decided, as columns have it. */
export function decider({ actor, at }: Pick<Decision, 'actor' | 'at'>): {
  readonly decidedBy: string;
  readonly decidedByName: string;
  readonly decidedAt: string;
} {
  return { decidedBy: actorId(actor), decidedByName: actor.name, decidedAt: at };
}
