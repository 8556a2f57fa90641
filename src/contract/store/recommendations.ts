/** Recommendations, what was decided about them, and the batches that they were exported in. */

import type { BatchFormat, DecisionTarget, RecommendationStatus, SortOrder } from '../../core/vocabulary.ts';
import type { KeptProposals, PriceFigures, Recommendation } from '../documents.ts';
import type { Actor } from './deed.ts';
import type { Page, PageAsked } from './page.ts';

/** A recommendation with what was decided about it. */
export interface KeptRecommendation {
  readonly id: number;
  readonly revision: number;
  readonly status: RecommendationStatus;
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
  readonly at: string;
  readonly price: number;
  readonly reason: string | null;
  /** `kind:id`. */
  readonly decidedBy: string | null;
  /** The name that the decider had; null in decisions of earlier versions. */
  readonly decidedByName: string | null;
  readonly decidedAt: string | null;
  readonly batchId: string | null;
  readonly activationDate: string | null;
  /** Still open, and of a model that is not the live one any more. */
  readonly stale: boolean;
  /** At the price that is kept; null where it is not known. */
  readonly gain: number | null;
  /** Of a price that is not the computed one; null where they are not known. */
  readonly figures: PriceFigures | null;
  readonly document: Recommendation;
}

/** Prices that went out together. */
export interface ExportBatch {
  /** One of the merchant's batches, or of the workspace's: others may have one of the same id. */
  readonly batchId: string;
  readonly at: string;
  /** `kind:id` of who exported. */
  readonly actor: string;
  /** Null in batches of earlier versions. */
  readonly actorName: string | null;
  /** Whose batch it is; null: the workspace's. */
  readonly merchant: string | null;
  readonly activationDate: string;
  readonly format: BatchFormat;
  readonly items: readonly {
    readonly recommendationId: string;
    readonly merchant: string;
    readonly product: string;
    readonly unit: string;
    readonly priceBefore: number;
    readonly price: number;
    /** At the price that is exported; null where it is not known, missing in batches of earlier versions. */
    readonly expectedDemand?: number | null;
    readonly expectedProfit?: number | null;
    readonly expectedGain: number | null;
    /** Days that these sums cover; missing in batches of earlier versions. */
    readonly horizonDays?: number;
    readonly reason: string | null;
  }[];
}

/** Which recommendations; without a status the newest of every cell. */
export interface RecommendationChoice {
  readonly status?: RecommendationStatus;
  readonly merchant?: string;
  readonly product?: string;
  readonly productType?: string;
  readonly reason?: string;
  readonly recommended?: boolean;
  /** At the kept price over the horizon. */
  readonly minGain?: number;
  /** That the newest of the cell earns more than today's price. */
  readonly minProbability?: number;
  /** Each of its words stands in merchant, product or type, whatever its case and accents. */
  readonly search?: string;
}

/** What recommendations are sorted by; ties are in order of their numbers. */
export type RecommendationSort = 'id' | 'expectedGain' | 'product';

/** A prime that leaves sums of so many squares exact. */
export const MARK_MODULUS = 1_000_003;

/** What a choice of recommendations comes to. */
export interface RecommendationTotals {
  readonly count: number;
  /** Sum of the known gains, and how many are not known. */
  readonly gain: number;
  readonly unknownGain: number;
  /** How many raise today's price and lower it, and the largest change as a share. */
  readonly raised: number;
  readonly lowered: number;
  readonly largestChange: number;
  /**
   * What tells these from others: their largest id (0 of none), sums of their ids, of the squares of these (each modulo
   * {@link MARK_MODULUS}), and of their revisions.
   */
  readonly newestId: number;
  readonly idSum: number;
  readonly squareSum: number;
  readonly revisionSum: number;
}

/** What somebody decides about some of them. */
export interface Decision {
  /** Null: everyone's. Recommendations of other merchants are not there. */
  readonly merchant: string | null;
  readonly ids: readonly number[];
  readonly to: DecisionTarget;
  readonly reason: string | null;
  /** A price of the decider's own, of one recommendation only. */
  readonly price: number | null;
  /** What that price would bring; null where it cannot be known. */
  readonly figures: PriceFigures | null;
  readonly expectedRevisions: Readonly<Record<string, number>>;
  readonly actor: Actor;
  readonly at: string;
}

/** How computed recommendations are proposed. */
export interface ProposalsAsked {
  readonly at: string;
  readonly actor: Actor;
  /** Reviewed and approved recommendations give way too. */
  readonly replaceApproved: boolean;
}

/** What proposing did; `ids` are the newest of the cells. */
export interface Proposed extends KeptProposals {
  readonly ids: readonly number[];
}

/**
 * Numbers of recommendations grow in the order in which they are kept, whatever a clock says; the highest of a cell is
 * its newest.
 */
export interface RecommendationStore {
  /** @param order the highest first without it; those of unknown gain come last, whichever way the others are sorted */
  list(
    choice: RecommendationChoice,
    sort: RecommendationSort,
    page: PageAsked,
    order?: SortOrder,
  ): Promise<Page<KeptRecommendation>>;
  /** In one pass, whatever their number. */
  totals(choice: RecommendationChoice): Promise<RecommendationTotals>;
  read(id: number): Promise<KeptRecommendation | null>;
  /**
   * Keeps computed recommendations as rules/workflow.ts says, with an audit entry for each merchant of whom something
   * changed.
   */
  propose(items: readonly Recommendation[], asked: ProposalsAsked): Promise<Proposed>;
  /**
   * All or nothing, with its audit entries. @throws DemandaError RECOMMENDATION_UNKNOWN, RECOMMENDATION_CHANGED,
   * RECOMMENDATION_STEP
   */
  decide(decision: Decision): Promise<void>;
  /**
   * Marks approved recommendations exported and keeps the batch, in one transaction, with an audit entry for each of
   * their merchants. The same batch again (ids, date and format) is given back as it was kept.
   *
   * @throws DemandaError as `decide`, also RECOMMENDATION_STALE and BATCH_DIFFERENT when the id was used for another
   */
  export(
    batch: Omit<ExportBatch, 'items' | 'actor' | 'actorName'> & { readonly actor: Actor },
    ids: readonly number[],
    expectedRevisions: Readonly<Record<string, number>> | null,
  ): Promise<ExportBatch>;
  /** Batches of that id, whoever has them. */
  batches(batchId: string): Promise<readonly ExportBatch[]>;
}
