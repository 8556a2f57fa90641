/** Recommendations at work: proposed, reviewed, approved, exported or rejected, each step under the revision that was seen, and what came of them. */

import { randomUUID } from 'node:crypto';
import type { Batch, OutcomeDocument, RecommendationItem } from '../contract/api.ts';
import type { DocumentHeader, Recommendation, RecommendDocument } from '../contract/documents.ts';
import type { Caller, Decision, ExportBatch, KeptRecommendation, RecommendationChoice } from '../contract/service-store.ts';
import type { Store } from '../contract/store.ts';
import { changeOutcome } from '../core/pricing/change-outcome.ts';
import { DemandaError } from '../errors.ts';
import { PooledScores } from '../fleet/pooled-scores.ts';
import { dayOf } from './dates.ts';
import { type ListDocument, listDocument, type PageQuery, pageAsked } from './pages.ts';
import { priceChangeFile } from './price-change-file.ts';

export interface RefreshChoice {
  readonly cells?: readonly { readonly merchant: string; readonly product: string }[];
  readonly merchant?: string;
  readonly horizonDays?: number;
}

/** What a refresh gives back at most; the others are in the list. */
const MOST_SHOWN = 1_000;

export class Recommendations {
  private readonly store: Store;
  private readonly header: () => Promise<DocumentHeader>;
  private readonly recommend: (choice: RefreshChoice) => Promise<RecommendDocument & { readonly ids: readonly number[]; readonly changed: number }>;

  constructor(
    store: Store,
    header: () => Promise<DocumentHeader>,
    recommend: (choice: RefreshChoice) => Promise<RecommendDocument & { readonly ids: readonly number[]; readonly changed: number }>,
  ) {
    this.store = store;
    this.header = header;
    this.recommend = recommend;
  }

  /** Without a status: the newest of every cell. Newest or largest gain first. */
  async list(choice: RecommendationChoice, sort: 'id' | 'expectedGain', page: PageQuery): Promise<ListDocument<RecommendationItem>> {
    const asked = pageAsked(page, sort === 'id' ? 1 : 2);
    return listDocument(await this.header(), await this.store.recommendations.list(choice, sort, asked), itemOf);
  }

  /** @param merchant null: anyone's; @throws DemandaError RECOMMENDATION_UNKNOWN */
  async get(id: number, merchant: string | null): Promise<RecommendationItem> {
    return itemOf(await this.require(id, merchant));
  }

  /** Computes recommendations anew. @throws DemandaError MODEL_MISSING for a named cell without a model */
  async refresh(choice: RefreshChoice): Promise<DocumentHeader & { computed: number; changed: number; items: RecommendationItem[] }> {
    const { schema, currency, ids, changed } = await this.recommend(choice);
    const items: RecommendationItem[] = [];
    for (const id of ids.slice(0, MOST_SHOWN)) items.push(await this.get(id, null));
    return { schema, currency, computed: ids.length, changed, items };
  }

  /** Moves recommendations on, all or none. @throws DemandaError RECOMMENDATION_CHANGED when somebody else did meanwhile, RECOMMENDATION_STEP, RECOMMENDATION_REASON, RECOMMENDATION_PRICE */
  async decide(
    caller: Caller,
    { ids, to, reason, price, expectedRevisions }: Pick<Decision, 'to' | 'expectedRevisions'> & { ids: readonly string[]; reason?: string; price?: number },
  ): Promise<DocumentHeader & { items: RecommendationItem[] }> {
    if (reason === undefined && (to === 'rejected' || price !== undefined)) throw new DemandaError('RECOMMENDATION_REASON', {});
    if (price !== undefined && (ids.length !== 1 || to === 'rejected' || to === 'proposed')) {
      throw new DemandaError('RECOMMENDATION_PRICE', { count: ids.length, to });
    }
    const numbers = [...new Set(ids)].map(Number);
    await this.store.recommendations.decide({
      merchant: caller.merchant,
      ids: numbers,
      to,
      reason: reason ?? null,
      price: price ?? null,
      expectedRevisions,
      actor: caller.actor,
      at: new Date().toISOString(),
    });
    const items: RecommendationItem[] = [];
    for (const id of numbers) items.push(await this.get(id, caller.merchant));
    return { ...(await this.header()), items };
  }

  /** Exports approved recommendations as one batch. The same batch asked for again is given again. @throws DemandaError BATCH_DIFFERENT, RECOMMENDATION_STEP, RECOMMENDATION_STALE */
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

  /** @throws DemandaError BATCH_UNKNOWN */
  async batch(batchId: string, merchant: string | null): Promise<Batch> {
    const batch = await this.store.recommendations.batch(batchId);
    if (!batch || (merchant !== null && batch.items.some((item) => item.merchant !== merchant))) throw new DemandaError('BATCH_UNKNOWN', { batchId });
    return this.batchDocument(batch);
  }

  /** A batch as a file. @param format the batch's own unless told */
  async batchFile(batchId: string, merchant: string | null, format?: Batch['format']): Promise<{ type: string; bytes: Uint8Array; name: string }> {
    const batch = await this.batch(batchId, merchant);
    const kind = format ?? batch.format;
    return { ...(await priceChangeFile(batch, kind)), name: `${batch.activationDate}-${batchId}.${kind}` };
  }

  /** Expected against actual since an exported price became active. @throws DemandaError RECOMMENDATION_UNKNOWN */
  async outcome(id: number, merchant: string | null): Promise<OutcomeDocument> {
    const found = await this.require(id, merchant);
    const { document } = found;
    const base = {
      ...(await this.header()),
      recommendationId: String(id),
      activationDate: found.activationDate,
      priceBefore: document.current.price,
      price: found.price,
    };
    const nothing = { days: 0, priceCharged: null, expected: null, actual: null, withoutChange: null, gain: null };
    if (found.activationDate === null) return { ...base, ...nothing, verdict: 'not exported' };
    const series = await this.store.readSeries(found.merchant, found.product);
    const kept = document.modelId === null ? null : await this.store.readModel(found.merchant, found.product, document.modelId);
    // Without its model or its sales there is nothing to judge by.
    if (!series || !kept) return { ...base, ...nothing, verdict: 'inconclusive' };
    const outcome = changeOutcome(series, kept.model, await new PooledScores(this.store).poolFor(kept.model), {
      fromDay: dayOf(found.activationDate),
      priceBefore: document.current.price,
      price: found.price,
      unitCost: document.unitCost,
    });
    return { ...base, ...outcome };
  }

  private async require(id: number, merchant: string | null): Promise<KeptRecommendation> {
    const found = await this.store.recommendations.read(id);
    if (!found || (merchant !== null && found.merchant !== merchant)) throw new DemandaError('RECOMMENDATION_UNKNOWN', { id });
    return found;
  }

  private async batchDocument({ batchId, at, actor, activationDate, format, items }: ExportBatch): Promise<Batch> {
    const digits = new Intl.NumberFormat('en', { style: 'currency', currency: (await this.header()).currency }).resolvedOptions().maximumFractionDigits ?? 2;
    const rounded = (value: number): number => Number(value.toFixed(digits));
    // A till takes whole cents.
    const priced = items.map((item) => ({ ...item, price: rounded(item.price), expectedGain: rounded(item.expectedGain) }));
    const file = `/api/recommendations/batches/${batchId}/file?format=${format}`;
    return { ...(await this.header()), batchId, createdAt: at, createdBy: actor, activationDate, format, items: priced, file };
  }
}

function itemOf({ document, stale, gain, ...kept }: KeptRecommendation): RecommendationItem {
  return {
    ...kept,
    id: String(kept.id),
    overridden: Math.abs(kept.price - document.price) > 1e-9,
    stale: stale === 1,
    expectedGain: gain,
    recommendation: document as Recommendation & RecommendationItem['recommendation'],
  };
}
