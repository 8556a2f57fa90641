/** Rows of recommendations and of their batches in PostgreSQL. */

import type { CellName } from '../../contract/cell-name.ts';
import type { ExportBatch, KeptRecommendation } from '../../contract/store/recommendations.ts';
import { requireOf } from '../../rules/workflow-records.ts';
import { keptRecommendation, type RecommendationColumns } from '../kept-rows.ts';
import type { Transaction } from './connection.ts';

export const SELECT_RECOMMENDATION = `SELECT r.id, r.revision, r.status, r.merchant, r.product,
  coalesce(o.product_type, r.product) AS "productType", r.at, r.price, r.reason, r.decided_by AS "decidedBy",
  r.decided_by_name AS "decidedByName", r.decided_at AS "decidedAt", r.batch_id AS "batchId",
  r.activation_date AS "activationDate", r.gain,
  r.status IN ('proposed', 'reviewed', 'approved') AND r.model_id IS DISTINCT FROM o.model_id AS stale,
  r.document AS json, r.figures
  FROM demanda.recommendation r LEFT JOIN demanda.overview o ON o.merchant = r.merchant AND o.product = r.product`;

export type RecommendationRow = RecommendationColumns & Pick<KeptRecommendation, 'stale'>;

export function recommendationOf(row: RecommendationRow): KeptRecommendation {
  return keptRecommendation(row, row.stale);
}

/** Within a write. @throws DemandaError RECOMMENDATION_UNKNOWN */
export async function requireRecommendation(
  transaction: Transaction,
  id: number,
  merchant: string | null,
): Promise<KeptRecommendation> {
  const row = await transaction.one<RecommendationRow>(`${SELECT_RECOMMENDATION} WHERE r.id = $1`, id);
  return requireOf(row ? recommendationOf(row) : null, id, merchant);
}

/** Within a write: whoever else proposes or decides for one of the cells waits until it ends. */
export async function lockCells(transaction: Transaction, cells: readonly CellName[]): Promise<void> {
  await transaction.all(
    `SELECT 1 FROM demanda.overview WHERE (merchant, product) IN (SELECT * FROM unnest($1::text[], $2::text[]))
     ORDER BY merchant, product FOR UPDATE`,
    cells.map(({ merchant }) => merchant),
    cells.map(({ product }) => product),
  );
}

/** Within a write: the same of the cells that recommendations are of. */
export async function lockCellsOf(transaction: Transaction, ids: readonly number[]): Promise<void> {
  const cells = await transaction.all<CellName>(
    'SELECT merchant, product FROM demanda.recommendation WHERE id = ANY ($1::bigint[])',
    ids,
  );
  await lockCells(transaction, cells);
}

export const SELECT_BATCH = `SELECT batch_id AS "batchId", at, actor, actor_name AS "actorName",
  nullif(owner, '') AS merchant, activation_date AS "activationDate", format, request, items
  FROM demanda.export_batch WHERE batch_id = $1 ORDER BY owner`;

export type BatchRow = Omit<ExportBatch, 'items'> & { readonly request: string; readonly items: string };

export function batchOf({ request: _, ...row }: BatchRow): ExportBatch {
  return { ...row, items: JSON.parse(row.items) as ExportBatch['items'] };
}
