/**
 * Recommendations and their workflow in PostgreSQL: one open recommendation a cell, decided under its revision,
 * exported
 * in batches that can be asked for again. Who changes one holds its cell's row of the overview first.
 */

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
import { Conditions, limitFor } from './conditions.ts';
import type { PostgresConnection, Transaction } from './connection.ts';
import { exportBatch } from './export-batches.ts';
import { OverviewChoices } from './overview-choices.ts';
import {
  type BatchRow,
  batchOf,
  lockCells,
  lockCellsOf,
  type RecommendationRow,
  recommendationOf,
  requireRecommendation,
  SELECT_BATCH,
  SELECT_RECOMMENDATION,
} from './recommendation-rows.ts';

export class PostgresRecommendations implements RecommendationStore {
  private readonly database: PostgresConnection;

  private readonly choices: OverviewChoices;

  constructor(database: PostgresConnection) {
    this.database = database;
    this.choices = new OverviewChoices(database);
  }

  private async conditionsOf({ search, ...choice }: RecommendationChoice): Promise<Conditions> {
    const conditions = conditionsOf(choice);
    if (search === undefined) return conditions;
    const { where, values } = await this.choices.conditions({ search });
    // Its values get their places in this statement.
    const cells = `SELECT merchant, product FROM demanda.overview ${where.replace(/\$\d+/g, '?')}`;
    return conditions.add(`(r.merchant, r.product) IN (${cells})`, ...values);
  }

  async list(
    choice: RecommendationChoice,
    sort: RecommendationSort,
    { limit, after }: PageAsked,
    order: SortOrder = 'desc',
  ): Promise<Page<KeptRecommendation>> {
    const conditions = await this.conditionsOf(choice);
    const key = SORT_COLUMNS[sort];
    if (after) behind(conditions, key, order, after);
    const ordered = `${key === null ? '' : `${key} ${order} NULLS LAST, `}r.id ${order}`;
    const rows = await this.database.all<RecommendationRow>(
      `${SELECT_RECOMMENDATION} ${conditions.where} ORDER BY ${ordered} LIMIT ${limitFor(limit + 1)}`,
      ...conditions.values,
    );
    return pageOf(rows.map(recommendationOf), limit, placeBy(sort));
  }

  async totals(choice: RecommendationChoice): Promise<RecommendationTotals> {
    const { where, values } = await this.conditionsOf(choice);
    const totals = await this.database.one<RecommendationTotals>(
      `SELECT count(*) AS count, coalesce(sum(r.gain), 0) AS gain, count(*) - count(r.gain) AS "unknownGain",
         count(*) FILTER (WHERE r.price > o.current_price) AS raised,
         count(*) FILTER (WHERE r.price < o.current_price) AS lowered,
         coalesce(max(abs(r.price / o.current_price - 1)), 0) AS "largestChange",
         coalesce(max(r.id), 0) AS "newestId", coalesce(sum(r.id), 0)::bigint AS "idSum",
         coalesce(sum((r.id::bigint % ${MARK_MODULUS}) * (r.id::bigint % ${MARK_MODULUS}) % ${MARK_MODULUS}), 0)::bigint AS "squareSum",
         coalesce(sum(r.revision), 0)::bigint AS "revisionSum"
       FROM demanda.recommendation r
       LEFT JOIN demanda.overview o ON o.merchant = r.merchant AND o.product = r.product ${where}`,
      ...values,
    );
    return totals as RecommendationTotals;
  }

  async read(id: number): Promise<KeptRecommendation | null> {
    const row = await this.database.one<RecommendationRow>(`${SELECT_RECOMMENDATION} WHERE r.id = $1`, id);
    return row ? recommendationOf(row) : null;
  }

  async propose(items: readonly Recommendation[], asked: ProposalsAsked): Promise<Proposed> {
    return this.database.write(async (transaction) => {
      await showCells(transaction, items);
      await lockCells(transaction, items);
      const record = new ProposalRecord();
      for (const item of items) await proposeOne(transaction, item, asked, record);
      for (const deed of record.deeds(asked)) await insertAudit(transaction, deed);
      return record.result();
    });
  }

  async decide(decision: Decision): Promise<void> {
    await this.database.write(async (transaction) => {
      await lockCellsOf(transaction, decision.ids);
      const { decidedBy, decidedByName, decidedAt } = decider(decision);
      for (const id of decision.ids) {
        const found = await requireRecommendation(transaction, id, decision.merchant);
        const outcome = decide(
          { ...found, recommendation: found.document },
          { ...decision, expectedRevision: decision.expectedRevisions[String(id)] },
        );
        if (!outcome.ok) throw refusedStep(outcome.code, found, decision.to);
        const { status, price, reason, gain, figures } = outcome.value;
        await transaction.run(
          `UPDATE demanda.recommendation SET status = $1, revision = revision + 1, reason = $2, price = $3, gain = $4,
             figures = $5, decided_by = $6, decided_by_name = $7, decided_at = $8 WHERE id = $9`,
          ...[status, reason, price, gain, figures && JSON.stringify(figures), decidedBy, decidedByName, decidedAt, id],
        );
        await showDecision(transaction, found, outcome.value);
        await insertAudit(transaction, decisionDeed(found, decision, outcome.value));
      }
    });
  }

  async export(
    batch: Parameters<RecommendationStore['export']>[0],
    ids: readonly number[],
    expectedRevisions: Readonly<Record<string, number>> | null,
  ): Promise<ExportBatch> {
    return this.database.write((transaction) => exportBatch(transaction, batch, ids, expectedRevisions));
  }

  async batches(batchId: string): Promise<readonly ExportBatch[]> {
    return (await this.database.all<BatchRow>(SELECT_BATCH, batchId)).map(batchOf);
  }
}

function conditionsOf(choice: RecommendationChoice): Conditions {
  const conditions = new Conditions()
    .equal('r.status', choice.status)
    .equal('r.merchant', choice.merchant)
    .equal('r.product', choice.product)
    .equal('o.product_type', choice.productType)
    .equal('o.recommended', choice.recommended);
  // Without a status: what is on the table, the newest of every cell.
  if (choice.status === undefined) conditions.add('r.id = o.recommendation_id');
  if (choice.reason !== undefined) conditions.add('o.reasons @> ARRAY[?]::text[]', choice.reason);
  if (choice.minGain !== undefined) conditions.add('r.gain >= ?', choice.minGain);
  if (choice.minProbability !== undefined) conditions.add('o.probability_better >= ?', choice.minProbability);
  return conditions;
}

/** Before the number, which every order ends with. */
const SORT_COLUMNS: Readonly<Record<RecommendationSort, string | null>> = {
  id: null,
  expectedGain: 'r.gain',
  product: 'r.product COLLATE "C"',
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

/** Cells that nothing was kept of have a row of the overview from their first recommendation on. */
async function showCells(transaction: Transaction, items: readonly Recommendation[]): Promise<void> {
  await transaction.run(
    `INSERT INTO demanda.overview (merchant, product, product_type, unit)
     SELECT merchant, product, product, unit FROM unnest($1::text[], $2::text[], $3::text[]) AS i (merchant, product, unit)
     ORDER BY merchant COLLATE "C", product COLLATE "C" ON CONFLICT (merchant, product) DO NOTHING`,
    items.map(({ merchant }) => merchant),
    items.map(({ product }) => product),
    items.map(({ unit }) => unit),
  );
}

async function proposeOne(
  transaction: Transaction,
  item: Recommendation,
  asked: ProposalsAsked,
  record: ProposalRecord,
): Promise<void> {
  const { merchant, product } = item;
  const before = await transaction.one<NewestRecommendation & { price: number }>(
    `SELECT id, status, price, document AS json FROM demanda.recommendation WHERE merchant = $1 AND product = $2
     ORDER BY id DESC LIMIT 1`,
    merchant,
    product,
  );
  const proposal = propose(before ?? null, item, asked);
  if (proposal.outcome !== 'proposed') {
    if (before) record.left(item, before, proposal.outcome);
    // Newer sales say the same.
    if (proposal.outcome === 'unchanged')
      await transaction.run(
        `UPDATE demanda.overview SET priced_rows = rows, priced_day = last_day WHERE recommendation_id = $1
           AND recommendation_status IN ('proposed', 'reviewed', 'rejected')`,
        proposal.id,
      );
    return;
  }
  if (proposal.supersede !== null)
    await transaction.run(
      "UPDATE demanda.recommendation SET status = 'superseded', revision = revision + 1 WHERE id = $1",
      proposal.supersede,
    );
  const { at, json, modelId, price, gain } = proposal.insert;
  const { id } = (await transaction.one<{ id: number }>(
    `INSERT INTO demanda.recommendation (merchant, product, at, document, status, model_id, price, gain)
     VALUES ($1, $2, $3, $4, 'proposed', $5, $6, $7) RETURNING id`,
    ...[merchant, product, at, json, modelId, price, gain],
  )) as { id: number };
  const shown = shownProposal(item, gain);
  await transaction.run(
    `UPDATE demanda.overview SET current_price = $1, recommended_price = $2, gain = $3, probability_better = $4,
       recommended = $5, horizon_days = $6, reasons = $7, recommendation_id = $8, recommendation_status = 'proposed',
       is_untold = $9, priced_model = $10, priced_rows = rows, priced_day = last_day, horizon_count = $11,
       horizon_unit = $12, revision = revision + 1 WHERE merchant = $13 AND product = $14`,
    ...[item.current.price, shown.recommendedPrice, shown.gain, shown.probabilityBetter, item.recommended],
    ...[item.horizonDays, [...item.reasons], id, isUntold(item.reasons), item.modelId],
    ...[...horizonColumns(item), merchant, product],
  );
  record.proposed(item, id, proposal.replaced);
}

async function showDecision(
  transaction: Transaction,
  { id, document }: KeptRecommendation,
  decided: Decided,
): Promise<void> {
  const { recommendedPrice, gain, probabilityBetter } = shownDecision(document, decided);
  await transaction.run(
    `UPDATE demanda.overview SET recommendation_status = $1, recommended_price = $2, gain = $3, probability_better = $4,
       revision = revision + 1 WHERE recommendation_id = $5`,
    ...[decided.status, recommendedPrice, gain, probabilityBetter, id],
  );
}
