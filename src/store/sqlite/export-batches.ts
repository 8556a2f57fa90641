/** Exports of approved recommendations in SQLite. */

import type { DatabaseSync } from 'node:sqlite';
import { actorId } from '../../contract/store/deed.ts';
import type { ExportBatch, RecommendationStore } from '../../contract/store/recommendations.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { exportable } from '../../rules/workflow.ts';
import { exportDeeds, exportItem, exportRequest, refusedStep } from '../../rules/workflow-records.ts';
import { insertAudit } from './audit.ts';
import { type BatchRow, batchOf, requireRecommendation, SELECT_BATCH } from './recommendation-rows.ts';

/** Within a write. */
export function exportBatch(
  database: DatabaseSync,
  batch: Parameters<RecommendationStore['export']>[0],
  ids: readonly number[],
  expectedRevisions: Readonly<Record<string, number>> | null,
): ExportBatch {
  const { batchId, at, actor, merchant, activationDate, format } = batch;
  const request = exportRequest(ids, batch);
  const before = (database.prepare(SELECT_BATCH).all(batchId) as unknown as BatchRow[]).find(
    (row) => row.merchant === merchant,
  );
  if (before) {
    if (before.request !== request) throw new DemandaError('BATCH_DIFFERENT', { batchId });
    return batchOf(before);
  }
  const items = ids.map((id) => {
    const found = requireRecommendation(database, id, merchant);
    if (expectedRevisions && found.revision !== expectedRevisions[String(id)])
      throw refusedStep('RECOMMENDATION_CHANGED', found, 'exported');
    const outcome = exportable(found);
    if (!outcome.ok) throw refusedStep(outcome.code, found, 'exported');
    return exportItem(found);
  });
  // The workspace's own batches have no merchant, and no merchant's name is empty.
  const owner = merchant ?? '';
  markExported(database, ids, batchId, owner);
  database
    .prepare('INSERT INTO export_batch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(owner, batchId, at, actorId(actor), actor.name, activationDate, format, request, JSON.stringify(items));
  for (const deed of exportDeeds(batch, actor, items)) insertAudit(database, deed);
  return { ...batch, actor: actorId(actor), actorName: actor.name, items };
}

function markExported(database: DatabaseSync, ids: readonly number[], batchId: string, owner: string): void {
  const update = database.prepare(
    "UPDATE recommendation SET status = 'exported', revision = revision + 1, batch_id = ?, batch_owner = ? WHERE id = ?",
  );
  const show = database.prepare(
    `UPDATE overview SET recommendation_status = 'exported', exported_price = recommended_price,
       exported_before = current_price, exported_day = priced_day, revision = revision + 1 WHERE recommendation_id = ?`,
  );
  for (const id of ids) {
    update.run(batchId, owner, id);
    show.run(id);
  }
}
