/**
 * Recommendations and their workflow in SQLite: one open recommendation a cell, decided under its revision, exported in
 * batches that can be asked for again.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { Recommendation } from '../../contract/documents.ts';
import type { Cursor, Page, PageAsked } from '../../contract/store/page.ts';
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
import { isUntold } from '../../core/pricing/reasons.ts';
import type { SortOrder } from '../../core/vocabulary.ts';
import { type Decided, decide, type NewestRecommendation, propose } from '../../rules/workflow.ts';
import {
  decider,
  decisionDeed,
  horizonColumns,
  ProposalRecord,
  refusedStep,
  shownDecision,
  shownProposal,
} from '../../rules/workflow-records.ts';
import { pageOf } from '../page-of.ts';
import { placeBy } from '../recommendation-place.ts';
import { insertAudit } from './audit.ts';
import { Conditions } from './conditions.ts';
import type { SqliteConnection } from './connection.ts';
import { exportBatch } from './export-batches.ts';
import { OverviewChoices } from './overview-choices.ts';
import {
  type BatchRow,
  batchOf,
  type RecommendationRow,
  recommendationOf,
  requireRecommendation,
  SELECT_BATCH,
  SELECT_RECOMMENDATION,
} from './recommendation-rows.ts';

export class SqliteRecommendations implements RecommendationStore {
  private readonly sqlite: SqliteConnection;

  private readonly choices: OverviewChoices;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
    this.choices = new OverviewChoices(sqlite);
  }

  private conditionsOf({ search, ...choice }: RecommendationChoice): Conditions {
    const conditions = conditionsOf(choice);
    if (search === undefined) return conditions;
    const { where, values } = this.choices.conditions({ search }, 'merchant');
    return conditions.add(`(r.merchant, r.product) IN (SELECT merchant, product FROM overview o ${where})`, ...values);
  }

  async list(
    choice: RecommendationChoice,
    sort: RecommendationSort,
    { limit, after }: PageAsked,
    order: SortOrder = 'desc',
  ): Promise<Page<KeptRecommendation>> {
    const conditions = this.conditionsOf(choice);
    const key = SORT_COLUMNS[sort];
    if (after) behind(conditions, key, order, after);
    const way = order === 'asc' ? 'ASC NULLS LAST' : 'DESC';
    const ordered = [...(key === null ? [] : [key]), 'r.id'].map((one) => `${one} ${way}`).join(', ');
    const rows = this.sqlite.all<RecommendationRow>(
      `${SELECT_RECOMMENDATION} ${conditions.where} ORDER BY ${ordered} LIMIT ?`,
      ...conditions.values,
      limit + 1,
    );
    return pageOf(rows.map(recommendationOf), limit, placeBy(sort));
  }

  async totals(choice: RecommendationChoice): Promise<RecommendationTotals> {
    const { where, values } = this.conditionsOf(choice);
    const [totals] = this.sqlite.all<RecommendationTotals>(
      `SELECT count(*) AS count, coalesce(sum(r.gain), 0) AS gain, count(*) - count(r.gain) AS unknownGain,
         count(*) FILTER (WHERE r.price > o.current_price) AS raised,
         count(*) FILTER (WHERE r.price < o.current_price) AS lowered,
         coalesce(max(abs(r.price / o.current_price - 1)), 0) AS largestChange,
         coalesce(max(r.id), 0) AS newestId, coalesce(sum(r.id), 0) AS idSum,
         coalesce(sum((r.id % ${MARK_MODULUS}) * (r.id % ${MARK_MODULUS}) % ${MARK_MODULUS}), 0) AS squareSum,
         coalesce(sum(r.revision), 0) AS revisionSum
       FROM recommendation r LEFT JOIN overview o ON o.merchant = r.merchant AND o.product = r.product ${where}`,
      ...values,
    );
    return totals as RecommendationTotals;
  }

  async read(id: number): Promise<KeptRecommendation | null> {
    const [row] = this.sqlite.all<RecommendationRow>(`${SELECT_RECOMMENDATION} WHERE r.id = ?`, id);
    return row ? recommendationOf(row) : null;
  }

  async propose(items: readonly Recommendation[], asked: ProposalsAsked): Promise<Proposed> {
    return this.sqlite.write((database) => {
      const newest = database.prepare(
        `SELECT id, status, price, document AS json FROM recommendation WHERE merchant = ? AND product = ?
         ORDER BY id DESC LIMIT 1`,
      );
      const insert = database.prepare(
        `INSERT INTO recommendation (merchant, product, at, document, status, model_id, price, gain)
         VALUES (?, ?, ?, ?, 'proposed', ?, ?, ?) RETURNING id`,
      );
      const supersede = database.prepare(
        "UPDATE recommendation SET status = 'superseded', revision = revision + 1 WHERE id = ?",
      );
      const show = showsProposal(database);
      const recalculated = database.prepare(
        `UPDATE overview SET priced_rows = rows, priced_day = last_day WHERE recommendation_id = ?
         AND recommendation_status IN ('proposed', 'reviewed', 'rejected')`,
      );
      const record = new ProposalRecord();
      for (const item of items) {
        const { merchant, product } = item;
        const before = newest.get(merchant, product) as (NewestRecommendation & { price: number }) | undefined;
        const proposal = propose(before ?? null, item, asked);
        if (proposal.outcome !== 'proposed') {
          if (before) record.left(item, before, proposal.outcome);
          // Newer sales say the same.
          if (proposal.outcome === 'unchanged') recalculated.run(proposal.id);
          continue;
        }
        if (proposal.supersede !== null) supersede.run(proposal.supersede);
        const { at, json, modelId, price, gain } = proposal.insert;
        const { id } = insert.get(merchant, product, at, json, modelId, price, gain) as { id: number };
        show(item, id, gain);
        record.proposed(item, id, proposal.replaced);
      }
      for (const deed of record.deeds(asked)) insertAudit(database, deed);
      return record.result();
    });
  }

  async decide(decision: Decision): Promise<void> {
    this.sqlite.write((database) => {
      const update = database.prepare(
        `UPDATE recommendation SET status = ?, revision = revision + 1, reason = ?, price = ?, gain = ?, figures = ?,
           decided_by = ?, decided_by_name = ?, decided_at = ? WHERE id = ?`,
      );
      const { decidedBy, decidedByName, decidedAt } = decider(decision);
      for (const id of decision.ids) {
        const found = requireRecommendation(database, id, decision.merchant);
        const outcome = decide(
          { ...found, recommendation: found.document },
          { ...decision, expectedRevision: decision.expectedRevisions[String(id)] },
        );
        if (!outcome.ok) throw refusedStep(outcome.code, found, decision.to);
        const { status, price, reason, gain, figures } = outcome.value;
        const json = figures && JSON.stringify(figures);
        update.run(status, reason, price, gain, json, decidedBy, decidedByName, decidedAt, id);
        showDecision(database, found, outcome.value);
        insertAudit(database, decisionDeed(found, decision, outcome.value));
      }
    });
  }

  async export(
    batch: Parameters<RecommendationStore['export']>[0],
    ids: readonly number[],
    expectedRevisions: Readonly<Record<string, number>> | null,
  ): Promise<ExportBatch> {
    return this.sqlite.write((database) => exportBatch(database, batch, ids, expectedRevisions));
  }

  async batches(batchId: string): Promise<readonly ExportBatch[]> {
    return this.sqlite.all<BatchRow>(SELECT_BATCH, batchId).map(batchOf);
  }
}

function conditionsOf(choice: RecommendationChoice): Conditions {
  const conditions = new Conditions()
    .equal('r.status', choice.status)
    .equal('r.merchant', choice.merchant)
    .equal('r.product', choice.product)
    .equal('o.product_type', choice.productType)
    .equal('o.recommended', choice.recommended === undefined ? undefined : Number(choice.recommended));
  // Without a status: what is on the table, the newest of every cell.
  if (choice.status === undefined) conditions.add('r.id = o.recommendation_id');
  if (choice.reason !== undefined) conditions.add("(',' || o.reasons || ',') LIKE ?", `%,${choice.reason},%`);
  if (choice.minGain !== undefined) conditions.add('r.gain >= ?', choice.minGain);
  if (choice.minProbability !== undefined) conditions.add('o.probability_better >= ?', choice.minProbability);
  return conditions;
}

/** Before the number, which every order ends with. */
const SORT_COLUMNS: Readonly<Record<RecommendationSort, string | null>> = {
  id: null,
  expectedGain: 'r.gain',
  product: 'r.product',
};

/** Rows behind the last of a page; gains that are not known come last. */
function behind(conditions: Conditions, key: string | null, order: SortOrder, after: Cursor): void {
  const id = after.at(-1) as number;
  const [value] = after;
  const than = order === 'asc' ? '>' : '<';
  if (key === null) conditions.add(`r.id ${than} ?`, id);
  else if (value === null || value === undefined) conditions.add(`${key} IS NULL AND r.id ${than} ?`, id);
  else conditions.add(`(${key} IS NULL OR (${key}, r.id) ${than} (?, ?))`, value, id);
}

/** Prepares to show proposals in the overview. */
function showsProposal(database: DatabaseSync): (item: Recommendation, id: number, gain: number) => void {
  const base = database.prepare(
    `INSERT INTO overview (merchant, product, product_type, unit) VALUES (?, ?, ?, ?)
     ON CONFLICT (merchant, product) DO NOTHING`,
  );
  const show = database.prepare(
    `UPDATE overview SET current_price = ?, recommended_price = ?, gain = ?, probability_better = ?, recommended = ?,
       horizon_days = ?, reasons = ?, is_untold = ?, recommendation_id = ?, recommendation_status = 'proposed',
       priced_model = ?, priced_rows = rows, priced_day = last_day, horizon_count = ?, horizon_unit = ?,
       revision = revision + 1
     WHERE merchant = ? AND product = ?`,
  );
  return (item, id, gain) => {
    const { merchant, product } = item;
    base.run(merchant, product, product, item.unit);
    const shown = shownProposal(item, gain);
    show.run(
      item.current.price,
      shown.recommendedPrice,
      shown.gain,
      shown.probabilityBetter,
      Number(item.recommended),
      item.horizonDays,
      item.reasons.join(','),
      Number(isUntold(item.reasons)),
      id,
      item.modelId,
      ...horizonColumns(item),
      merchant,
      product,
    );
  };
}

function showDecision(database: DatabaseSync, { id, document }: KeptRecommendation, decided: Decided): void {
  const { recommendedPrice, gain, probabilityBetter } = shownDecision(document, decided);
  database
    .prepare(
      `UPDATE overview SET recommendation_status = ?, recommended_price = ?, gain = ?, probability_better = ?,
         revision = revision + 1 WHERE recommendation_id = ?`,
    )
    .run(decided.status, recommendedPrice, gain, probabilityBetter, id);
}
