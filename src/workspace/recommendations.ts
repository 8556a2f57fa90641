/**
 * Recommendations at work: proposed, reviewed, approved, exported or rejected, each step under the revision that was
 * seen, and what came of them.
 */

import { randomUUID } from 'node:crypto';
import type {
  Batch,
  OutcomeDocument,
  OutcomesDocument,
  RecommendationItem,
  RecommendationTotals,
} from '../contract/api.ts';
import type { DocumentHeader, PriceFigures, Recommendation, StandingDecision } from '../contract/documents.ts';
import type { Caller } from '../contract/store/access.ts';
import type { Cursor } from '../contract/store/page.ts';
import {
  type Decision,
  type ExportBatch,
  type KeptRecommendation,
  type RecommendationTotals as KeptTotals,
  MARK_MODULUS,
  type Proposed,
  type RecommendationChoice,
  type RecommendationSort,
} from '../contract/store/recommendations.ts';
import type { Store } from '../contract/store/store.ts';
import type { GuardrailSettings } from '../core/pricing/guardrails.ts';
import { priceDigits } from '../core/pricing/price-lattice.ts';
import type { ExploreRule, SortOrder } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { isOwnPrice, priceWarnings, refusedDecision } from '../rules/workflow.ts';
import { dayOf } from './dates.ts';
import { type OutcomesChoice, outcomeOf, outcomesOf } from './outcomes.ts';
import { type ListDocument, listOf, type PageQuery, pageAsked } from './pages.ts';
import { type BatchFileView, priceChangeFile } from './price-change-file.ts';
import { reductionAt } from './price-log.ts';
import type { BatchItem } from './tables/price-tables.ts';

type CellName = { readonly merchant: string; readonly product: string };

export interface RefreshChoice {
  readonly cells?: readonly CellName[];
  readonly merchant?: string;
  readonly horizon?: number | string;
  readonly horizonDays?: number;
  /** Markup over cost of products without any known cost, a share above 0. */
  readonly assumeMarkup?: number;
  /** Of the own changes of price what competitors follow, a share above 0. */
  readonly competitorFollows?: number;
  /** Tries prices as often as they may be the best. */
  readonly explore?: ExploreRule;
  /** Of what is tried. */
  readonly seed?: number;
  /** Reviewed and approved prices make way too. */
  readonly replaceApproved?: boolean;
}

export interface WhatIfChoice {
  readonly cells: readonly CellName[];
  readonly horizon?: number | string;
  readonly horizonDays?: number;
  /** Markup over cost of products without any known cost, a share above 0. */
  readonly assumeMarkup?: number;
  /** Of the own changes of price what competitors follow, a share above 0. */
  readonly competitorFollows?: number;
  /** Tries prices as often as they may be the best. */
  readonly explore?: ExploreRule;
  /** Of what is tried. */
  readonly seed?: number;
  /** ISO date. */
  readonly from?: string;
  readonly guardrails?: Partial<GuardrailSettings>;
}

/** How many cells were trained, and by how many threads. */
export interface TrainedChoice {
  readonly count: number;
  readonly workers?: number;
}

/** A choice of recommendations, how many of it were seen, and the mark of their totals. */
export type MatchingChoice = RecommendationChoice & { readonly count: number; readonly mark: string };

/** Recommendations that are read at once. */
const LISTED = 1_000;

/** What recommendations need of the workspace. */
export interface RecommendationWork {
  answer(choice: WhatIfChoice): Promise<readonly Recommendation[]>;
  propose(choice: RefreshChoice): Promise<Proposed>;
  proposeTrained(cells: Iterable<CellName>, options: TrainedChoice): Promise<number>;
  /** What another price would bring; null where that cannot be known. */
  figures(kept: KeptRecommendation, price: number): Promise<PriceFigures | null>;
}

/** What a refresh gives back at most; the others are in the list. */
const MOST_SHOWN = 1_000;

export class Recommendations {
  private readonly store: Store;
  private readonly header: () => Promise<DocumentHeader>;
  private readonly work: RecommendationWork;

  constructor(store: Store, header: () => Promise<DocumentHeader>, work: RecommendationWork) {
    this.store = store;
    this.header = header;
    this.work = work;
  }

  /** Without a status: the newest of every cell. @param order the newest, or the largest gain, first without it */
  async list(
    choice: RecommendationChoice,
    sort: RecommendationSort,
    page: PageQuery,
    order: SortOrder = 'desc',
  ): Promise<ListDocument<RecommendationItem>> {
    const asked = pageAsked(page, sort === 'id' ? 1 : 2);
    return listOf(this.header(), this.store.recommendations.list(choice, sort, asked, order), itemOf);
  }

  /** @param merchant null: anyone's; @throws DemandaError RECOMMENDATION_UNKNOWN */
  async get(id: number, merchant: string | null): Promise<RecommendationItem> {
    return itemOf(await this.require(id, merchant));
  }

  /**
   * Answers which prices earn most under other guardrails or days, and keeps nothing. @throws DemandaError
   * CELL_UNKNOWN, MODEL_MISSING
   */
  async whatIf(choice: WhatIfChoice): Promise<DocumentHeader & { items: readonly Recommendation[] }> {
    return { ...(await this.header()), items: await this.work.answer(choice) };
  }

  /**
   * Computes recommendations anew and proposes them. @throws DemandaError MODEL_MISSING for a named cell without a
   * model
   */
  async refresh(choice: RefreshChoice): Promise<
    DocumentHeader & {
      computed: number;
      changed: number;
      kept: { proposed: string[]; standing: StandingDecision[]; replaced: string[] };
      items: RecommendationItem[];
    }
  > {
    const { ids, proposed, standing, replaced } = await this.work.propose(choice);
    const items: RecommendationItem[] = [];
    for (const id of ids.slice(0, MOST_SHOWN)) items.push(await this.get(id, null));
    const kept = { proposed: [...proposed], standing: [...standing], replaced: [...replaced] };
    return { ...(await this.header()), computed: ids.length, changed: proposed.length, kept, items };
  }

  /**
   * Proposes prices by models that were trained; approved ones stand. @param cells each with a model, as many as
   * `count` says @returns how many recommendations are new
   */
  refreshTrained(cells: Iterable<CellName>, options: TrainedChoice): Promise<number> {
    return this.work.proposeTrained(cells, options);
  }

  /**
   * Moves recommendations on, all or none. @throws DemandaError RECOMMENDATION_CHANGED when somebody else did
   * meanwhile, RECOMMENDATION_STEP, RECOMMENDATION_REASON, RECOMMENDATION_PRICE
   */
  async decide(
    caller: Caller,
    asked: Pick<Decision, 'to' | 'expectedRevisions'> & {
      ids?: readonly string[];
      /** All of a choice, in the place of ids; `count` is how many were seen. */
      matching?: MatchingChoice;
      reason?: string;
      price?: number;
    },
  ): Promise<DocumentHeader & { items: RecommendationItem[]; revisions: Record<string, number> }> {
    const { to, reason = null, price = null, matching } = asked;
    if ((asked.ids === undefined) === (matching === undefined))
      throw new DemandaError('REQUEST_INVALID', { where: 'body', rule: 'ids / matching' });
    const seen = matching === undefined ? asked.expectedRevisions : await this.matching(matching, caller.merchant);
    const ids = [...new Set(matching === undefined ? asked.ids : Object.keys(seen))].map(Number);
    const refused = refusedDecision({ to, reason, price }, ids.length);
    if (refused !== null) throw new DemandaError(refused, { count: ids.length, to });
    const { actor, merchant } = caller;
    // What a price would bring is worked out before it is decided on: the decision itself is one short write, refused
    // if the recommendation moved meanwhile.
    const figures = price === null ? null : await this.work.figures(await this.require(ids[0], merchant), price);
    const at = new Date().toISOString();
    const decision = { merchant, ids, to, reason, price, figures, expectedRevisions: seen, actor, at };
    await this.store.recommendations.decide(decision);
    const items: RecommendationItem[] = [];
    if (matching === undefined) for (const id of ids) items.push(await this.get(id, merchant));
    // Each decision is one step further.
    const revisions = Object.fromEntries(ids.map((id) => [id, (seen[String(id)] as number) + 1]));
    return { ...(await this.header()), items, revisions };
  }

  /** What a choice comes to. */
  async totals(choice: RecommendationChoice): Promise<RecommendationTotals> {
    const { newestId, idSum, squareSum, revisionSum, ...totals } = await this.store.recommendations.totals(choice);
    return { ...(await this.header()), ...totals, mark: markOf({ newestId, idSum, squareSum, revisionSum }) };
  }

  /** Revisions by id. @throws DemandaError RECOMMENDATIONS_MOVED where others match than were seen */
  private async matching(
    { count, mark, ...choice }: MatchingChoice,
    merchant: string | null,
  ): Promise<Record<string, number>> {
    const own = merchant === null ? choice : { ...choice, merchant };
    const revisions: Record<string, number> = {};
    let found = 0;
    const sums = { newestId: 0, idSum: 0, squareSum: 0, revisionSum: 0 };
    for (let after: Cursor | null = null; ; ) {
      const page = await this.store.recommendations.list(own, 'id', { limit: LISTED, after });
      for (const { id, revision } of page.items) {
        revisions[String(id)] = revision;
        sums.newestId = Math.max(sums.newestId, id);
        sums.idSum += id;
        sums.squareSum += (id % MARK_MODULUS) ** 2 % MARK_MODULUS;
        sums.revisionSum += revision;
      }
      found += page.items.length;
      after = page.next;
      if (after === null || found > count) break;
    }
    // As many may match that are others, or that somebody changed meanwhile.
    if (found !== count || mark !== markOf(sums)) throw new DemandaError('RECOMMENDATIONS_MOVED', { count, found });
    return revisions;
  }

  /**
   * Exports approved recommendations as one batch. The same batch asked for again is given again. @throws DemandaError
   * BATCH_DIFFERENT, RECOMMENDATION_STEP, RECOMMENDATION_STALE
   */
  async export(
    caller: Caller,
    wanted: {
      readonly ids: readonly string[];
      readonly batchId?: string;
      readonly activationDate: string;
      readonly format: Batch['format'];
      readonly expectedRevisions?: Readonly<Record<string, number>>;
    },
  ): Promise<Batch> {
    dayOf(wanted.activationDate);
    const batch = await this.store.recommendations.export(
      {
        batchId: wanted.batchId ?? randomUUID(),
        at: new Date().toISOString(),
        actor: caller.actor,
        merchant: caller.merchant,
        activationDate: wanted.activationDate,
        format: wanted.format,
      },
      [...new Set(wanted.ids)].map(Number),
      wanted.expectedRevisions ?? null,
    );
    return this.batchDocument(batch);
  }

  /**
   * A batch of a merchant, or one of the workspace's all of whose prices are the merchant's.
   *
   * @param merchant null: the workspace's own, else any merchant's of that id where only one has it
   * @throws DemandaError BATCH_UNKNOWN, BATCH_OF_SEVERAL
   */
  async batch(batchId: string, merchant: string | null): Promise<Batch> {
    return this.batchDocument(await this.findBatch(batchId, merchant));
  }

  /**
   * A batch as a file, with the lowest price of the 30 days before each price that goes down.
   *
   * @param view.format the batch's own unless told
   * @throws DemandaError BATCH_UNKNOWN, BATCH_OF_SEVERAL, TABLE_TOO_LONG
   */
  async batchFile(
    batchId: string,
    merchant: string | null,
    { format, style, lang }: Omit<BatchFileView, 'format'> & { readonly format?: BatchFileView['format'] },
  ): Promise<{ type: string; bytes: Uint8Array; name: string }> {
    const batch = await this.batch(batchId, merchant);
    const day = dayOf(batch.activationDate);
    const header = await this.header();
    const items: BatchItem[] = [];
    for (const item of batch.items) {
      const lowest30Days =
        item.price < item.priceBefore
          ? (await reductionAt(this.store, header, item, { day, price: item.price })).lowest30Days
          : null;
      items.push({ ...item, lowest30Days });
    }
    return priceChangeFile(batch, items, { format: format ?? batch.format, style, lang });
  }

  private async findBatch(batchId: string, merchant: string | null): Promise<ExportBatch> {
    const found = await this.store.recommendations.batches(batchId);
    const own = found.find((batch) => batch.merchant === merchant);
    if (own) return own;
    const visible = found.filter(
      (batch) =>
        merchant === null || (batch.merchant === null && batch.items.every((item) => item.merchant === merchant)),
    );
    if (visible.length > 1)
      throw new DemandaError('BATCH_OF_SEVERAL', {
        batchId,
        merchants: visible.map((batch) => batch.merchant).join(', '),
      });
    if (!visible[0]) throw new DemandaError('BATCH_UNKNOWN', { batchId });
    return visible[0];
  }

  /** Expected against actual since an exported price became active. @throws DemandaError RECOMMENDATION_UNKNOWN */
  async outcome(id: number, merchant: string | null): Promise<OutcomeDocument> {
    return outcomeOf(this.store, await this.header(), await this.require(id, merchant), null);
  }

  /**
   * What the exported prices earned, each until the next of its cell and for a quarter at most, and their sum.
   *
   * @throws DemandaError DATE_INVALID
   */
  async outcomes(choice: OutcomesChoice = {}): Promise<OutcomesDocument> {
    return outcomesOf(this.store, await this.header(), choice);
  }

  private async require(id: number, merchant: string | null): Promise<KeptRecommendation> {
    const found = await this.store.recommendations.read(id);
    if (!found || (merchant !== null && found.merchant !== merchant))
      throw new DemandaError('RECOMMENDATION_UNKNOWN', { id });
    return found;
  }

  private async batchDocument(batch: ExportBatch): Promise<Batch> {
    const { batchId, at, actor, actorName, merchant, activationDate, format, items } = batch;
    const { currency } = await this.header();
    const rounded = (value: number): number => Number(value.toFixed(priceDigits(value, currency)));
    const orRounded = (value: number | null): number | null => (value === null ? null : rounded(value));
    // A till takes whole coins; earlier versions kept prices between them.
    const priced = items.map((item) => ({
      ...item,
      price: rounded(item.price),
      expectedDemand: item.expectedDemand ?? null,
      expectedProfit: orRounded(item.expectedProfit ?? null),
      expectedGain: orRounded(item.expectedGain),
    }));
    // Others may have a batch of the same id.
    const of = merchant !== null ? `&merchant=${encodeURIComponent(merchant)}` : '';
    const file = `/api/recommendations/batches/${batchId}/file?format=${format}${of}`;
    const made = { createdAt: at, createdBy: actor, createdByName: actorName };
    return { ...(await this.header()), batchId, merchant, ...made, activationDate, format, items: priced, file };
  }
}

type Marks = Pick<KeptTotals, 'newestId' | 'idSum' | 'squareSum' | 'revisionSum'>;

function markOf({ newestId, idSum, squareSum, revisionSum }: Marks): string {
  return `${newestId}-${idSum}-${squareSum}-${revisionSum}`;
}

function itemOf(kept: KeptRecommendation): RecommendationItem {
  const { document, figures } = kept;
  return {
    id: String(kept.id),
    revision: kept.revision,
    status: kept.status,
    merchant: kept.merchant,
    product: kept.product,
    productType: kept.productType,
    at: kept.at,
    price: kept.price,
    reason: kept.reason,
    decidedBy: kept.decidedBy,
    decidedByName: kept.decidedByName,
    decidedAt: kept.decidedAt,
    batchId: kept.batchId,
    activationDate: kept.activationDate,
    overridden: isOwnPrice(kept.price, document),
    warnings: priceWarnings(kept.price, document, figures),
    figures: figures as RecommendationItem['figures'],
    stale: kept.stale,
    expectedGain: kept.gain,
    recommendation: document as Recommendation & RecommendationItem['recommendation'],
  };
}
