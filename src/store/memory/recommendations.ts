/** Recommendations, decisions and exports in memory. */

import { cellKey } from '../../contract/cell-name.ts';
import type { Recommendation } from '../../contract/documents.ts';
import { foldedText } from '../../contract/folded-text.ts';
import { actorId } from '../../contract/store/deed.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import {
  type Decision,
  type ExportBatch,
  type KeptRecommendation,
  MARK_MODULUS,
  type ProposalsAsked,
  type Proposed,
  type RecommendationChoice,
  type RecommendationSort,
  type RecommendationStore,
  type RecommendationTotals,
} from '../../contract/store/recommendations.ts';
import type { SortOrder } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { decide, exportable, type NewRecommendation, propose } from '../../rules/workflow.ts';
import {
  decider,
  decisionDeed,
  exportDeeds,
  exportItem,
  exportRequest,
  ProposalRecord,
  refusedStep,
  requireOf,
  type ShownRecommendation,
  shownDecision,
  shownProposal,
} from '../../rules/workflow-records.ts';
import { placeBy } from '../recommendation-place.ts';
import { sortedDays } from './cell-days.ts';
import type { MemoryData, RecommendationRow, ShownCell } from './data.ts';
import { modelsOf, versionFacts } from './models.ts';
import { pageBy } from './pages.ts';

/** The workspace's own batches have no merchant, and no merchant's name is empty. */
const batchKey = (batchId: string, owner: string): string => JSON.stringify([batchId, owner]);

/** What newer sales may say the same of again. */
const RECALCULATED: ReadonlySet<string> = new Set(['proposed', 'reviewed', 'rejected']);

export class MemoryRecommendations implements RecommendationStore {
  private readonly data: MemoryData;

  constructor(data: MemoryData) {
    this.data = data;
  }

  async list(
    choice: RecommendationChoice,
    sort: RecommendationSort,
    page: PageAsked,
    order: SortOrder = 'desc',
  ): Promise<Page<KeptRecommendation>> {
    const kept = this.chosen(choice).map((row) => this.keptOf(row));
    return pageBy(kept, placeBy(sort), { order }, page);
  }

  async totals(choice: RecommendationChoice): Promise<RecommendationTotals> {
    const rows = this.chosen(choice);
    const changes = rows.flatMap((row) => {
      const today = this.data.shown.get(cellKey(row))?.recommendation?.document.current.price;
      return today === undefined ? [] : [row.price / today - 1];
    });
    return {
      count: rows.length,
      gain: rows.reduce((sum, { gain }) => sum + (gain ?? 0), 0),
      unknownGain: rows.filter(({ gain }) => gain === null).length,
      raised: changes.filter((change) => change > 0).length,
      lowered: changes.filter((change) => change < 0).length,
      largestChange: changes.reduce((most, change) => Math.max(most, Math.abs(change)), 0),
      newestId: rows.reduce((most, { id }) => Math.max(most, id), 0),
      idSum: rows.reduce((sum, { id }) => sum + id, 0),
      squareSum: rows.reduce((sum, { id }) => sum + ((id % MARK_MODULUS) ** 2 % MARK_MODULUS), 0),
      revisionSum: rows.reduce((sum, { revision }) => sum + revision, 0),
    };
  }

  private chosen(choice: RecommendationChoice): RecommendationRow[] {
    const words = foldedText(choice.search ?? '')
      .split(/\s+/)
      .filter((word) => word !== '');
    return this.data.recommendations.values().filter((row) => {
      const shown = this.data.shown.get(cellKey(row));
      const newest = shown?.recommendation;
      return (
        (choice.status === undefined ? newest?.id === row.id : row.status === choice.status) &&
        (choice.merchant === undefined || row.merchant === choice.merchant) &&
        (choice.product === undefined || row.product === choice.product) &&
        (choice.productType === undefined || shown?.productType === choice.productType) &&
        (choice.recommended === undefined || newest?.document.recommended === choice.recommended) &&
        (choice.reason === undefined || newest?.document.reasons.some((code) => code === choice.reason) === true) &&
        (choice.minGain === undefined || (row.gain !== null && row.gain >= choice.minGain)) &&
        (choice.minProbability === undefined || (newest?.probabilityBetter ?? -1) >= choice.minProbability) &&
        words.every((word) =>
          [row.merchant, row.product, shown?.productType ?? ''].some((name) => foldedText(name).includes(word)),
        )
      );
    });
  }

  async read(id: number): Promise<KeptRecommendation | null> {
    const row = this.data.recommendations.get(String(id));
    return row ? this.keptOf(row) : null;
  }

  async propose(items: readonly Recommendation[], asked: ProposalsAsked): Promise<Proposed> {
    return this.data.write(() => {
      const record = new ProposalRecord();
      for (const item of items) {
        const newest = this.newestOf(item);
        const proposal = propose(newest ?? null, item, asked);
        if (proposal.outcome !== 'proposed') {
          if (newest) record.left(item, newest, proposal.outcome);
          // Newer sales say the same.
          if (proposal.outcome === 'unchanged' && newest && RECALCULATED.has(newest.status)) this.price(item);
          continue;
        }
        if (proposal.supersede !== null) this.change(proposal.supersede, { status: 'superseded' });
        record.proposed(item, this.insert(item, proposal.insert), proposal.replaced);
      }
      for (const deed of record.deeds(asked)) this.data.log(deed);
      return record.result();
    });
  }

  async decide(decision: Decision): Promise<void> {
    this.data.write(() => {
      for (const id of decision.ids) {
        const found = this.require(id, decision.merchant);
        const outcome = decide(
          { ...found, recommendation: found.document },
          { ...decision, expectedRevision: decision.expectedRevisions[String(id)] },
        );
        if (!outcome.ok) throw refusedStep(outcome.code, found, decision.to);
        this.change(id, { ...outcome.value, ...decider(decision) }, shownDecision(found.document, outcome.value));
        this.data.log(decisionDeed(found, decision, outcome.value));
      }
    });
  }

  async export(
    batch: Parameters<RecommendationStore['export']>[0],
    ids: readonly number[],
    expectedRevisions: Readonly<Record<string, number>> | null,
  ): Promise<ExportBatch> {
    return this.data.write(() => {
      const { batchId, actor } = batch;
      const owner = batch.merchant ?? '';
      const request = exportRequest(ids, batch);
      const before = this.data.batches.get(batchKey(batchId, owner));
      if (before) {
        if (before.request !== request) throw new DemandaError('BATCH_DIFFERENT', { batchId });
        return structuredClone(before.batch);
      }
      const items = ids.map((id) => {
        const found = this.require(id, batch.merchant);
        if (expectedRevisions && found.revision !== expectedRevisions[String(id)])
          throw refusedStep('RECOMMENDATION_CHANGED', found, 'exported');
        const outcome = exportable(found);
        if (!outcome.ok) throw refusedStep(outcome.code, found, 'exported');
        return exportItem(found);
      });
      for (const id of ids) {
        this.change(id, { status: 'exported', batchId, batchOwner: owner }, {});
        this.showExport(id);
      }
      const kept = { ...batch, actor: actorId(actor), actorName: actor.name, items };
      this.data.batches.set(batchKey(batchId, owner), { batch: kept, request });
      for (const deed of exportDeeds(batch, actor, items)) this.data.log(deed);
      return structuredClone(kept);
    });
  }

  async batches(batchId: string): Promise<readonly ExportBatch[]> {
    const found = this.data.batches.values().filter(({ batch }) => batch.batchId === batchId);
    return found.map(({ batch }) => structuredClone(batch));
  }

  /** The overview's figures rest on the rows of now. */
  private price({ merchant, product, modelId }: Recommendation): void {
    const key = cellKey({ merchant, product });
    const days = sortedDays(this.data.cells.get(key) ?? { rows: new Map() });
    const priced = { pricedModel: modelId, pricedRows: days.length, pricedDay: days.at(-1) ?? null };
    this.data.shown.set(key, { ...(this.data.shown.get(key) as ShownCell), priced });
  }

  private showExport(id: number): void {
    const row = this.data.recommendations.get(String(id)) as RecommendationRow;
    const shown = this.data.shown.get(cellKey(row));
    if (shown?.recommendation?.id !== id) return;
    const { recommendedPrice, document } = shown.recommendation;
    const exported = {
      ...{ exportedPrice: recommendedPrice, exportedBefore: document.current.price },
      exportedDay: shown.priced.pricedDay,
    };
    this.data.shown.set(cellKey(row), { ...shown, exported });
  }

  private newestOf({ merchant, product }: Recommendation): RecommendationRow | undefined {
    const rows = this.data.recommendations.values();
    return rows.filter((row) => row.merchant === merchant && row.product === product).sort((a, b) => b.id - a.id)[0];
  }

  private insert(item: Recommendation, { at, json, modelId, price, gain }: NewRecommendation): number {
    const { merchant, product, unit } = item;
    const id = this.data.next('recommendation');
    const undecided = { reason: null, decidedBy: null, decidedByName: null, decidedAt: null, figures: null };
    const row = { id, merchant, product, at, json, modelId, price, gain, batchId: null, batchOwner: null };
    this.data.recommendations.set(String(id), { ...row, ...undecided, revision: 1, status: 'proposed' });
    const document = JSON.parse(json) as Recommendation;
    const recommendation = { id, document, ...shownProposal(item, gain) };
    this.data.show(item, { productType: product, unit }, { recommendation });
    this.price(item);
    return id;
  }

  /** @param shown what the overview shows of it from now on, where it is the newest of its cell */
  private change(id: number, fields: Partial<RecommendationRow>, shown?: Partial<ShownRecommendation>): void {
    const row = this.data.recommendations.get(String(id)) as RecommendationRow;
    this.data.recommendations.set(String(id), { ...row, ...fields, revision: row.revision + 1 });
    const cell = this.data.shown.get(cellKey(row));
    if (shown && cell?.recommendation?.id === id)
      this.data.show(row, cell, { recommendation: { ...cell.recommendation, ...shown } });
  }

  private require(id: number, merchant: string | null): KeptRecommendation {
    const row = this.data.recommendations.get(String(id));
    return requireOf(row ? this.keptOf(row) : null, id, merchant);
  }

  private keptOf({ json, modelId, batchOwner, ...row }: RecommendationRow): KeptRecommendation {
    const { live } = versionFacts(this.data, row);
    const liveId = modelsOf(this.data, row).find((model) => model.version === live)?.modelId ?? null;
    const isOpen = row.status === 'proposed' || row.status === 'reviewed' || row.status === 'approved';
    const kept = row.batchId === null ? undefined : this.data.batches.get(batchKey(row.batchId, batchOwner ?? ''));
    return {
      ...row,
      productType: this.data.shown.get(cellKey(row))?.productType ?? row.product,
      activationDate: kept?.batch.activationDate ?? null,
      stale: isOpen && modelId !== liveId,
      document: JSON.parse(json) as Recommendation,
    };
  }
}
