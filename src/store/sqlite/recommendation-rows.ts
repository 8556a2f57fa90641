/** Rows of recommendations and of their batches in SQLite. */

import type { DatabaseSync } from 'node:sqlite';
import type { ExportBatch, KeptRecommendation } from '../../contract/store/recommendations.ts';
import { requireOf } from '../../rules/workflow-records.ts';
import { keptRecommendation, type RecommendationColumns } from '../kept-rows.ts';

export const SELECT_RECOMMENDATION = `SELECT r.id, r.revision, r.status, r.merchant, r.product,
  coalesce(o.product_type, r.product) AS productType, r.at, r.price, r.reason, r.decided_by AS decidedBy,
  r.decided_by_name AS decidedByName, r.decided_at AS decidedAt, r.batch_id AS batchId,
  b.activation_date AS activationDate, r.gain,
  r.status IN ('proposed', 'reviewed', 'approved') AND r.model_id IS NOT o.model_id AS stale, r.document AS json, r.figures
  FROM recommendation r LEFT JOIN overview o ON o.merchant = r.merchant AND o.product = r.product
  LEFT JOIN export_batch b ON b.batch_id = r.batch_id AND b.owner = r.batch_owner`;

export type RecommendationRow = RecommendationColumns & { readonly stale: number };

export function recommendationOf(row: RecommendationRow): KeptRecommendation {
  return keptRecommendation(row, row.stale === 1);
}

/** Within a write. @throws DemandaError RECOMMENDATION_UNKNOWN */
export function requireRecommendation(database: DatabaseSync, id: number, merchant: string | null): KeptRecommendation {
  const row = database.prepare(`${SELECT_RECOMMENDATION} WHERE r.id = ?`).get(id) as RecommendationRow | undefined;
  return requireOf(row ? recommendationOf(row) : null, id, merchant);
}

export const SELECT_BATCH = `SELECT batch_id AS batchId, at, actor, actor_name AS actorName,
  nullif(owner, '') AS merchant, activation_date AS activationDate, format, request, items
  FROM export_batch WHERE batch_id = ? ORDER BY owner`;

export type BatchRow = Omit<ExportBatch, 'items'> & { readonly request: string; readonly items: string };

export function batchOf({ request: _, ...row }: BatchRow): ExportBatch {
  return { ...row, items: JSON.parse(row.items) as ExportBatch['items'] };
}
