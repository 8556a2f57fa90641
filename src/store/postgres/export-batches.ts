/** Exports of approved recommendations in PostgreSQL. */

import { actorId } from '../../contract/store/deed.ts';
import type { ExportBatch, RecommendationStore } from '../../contract/store/recommendations.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { exportable } from '../../rules/workflow.ts';
import { exportDeeds, exportItem, exportRequest, refusedStep } from '../../rules/workflow-records.ts';
import { insertAudit } from './audit.ts';
import type { Transaction } from './connection.ts';
import { type BatchRow, batchOf, lockCellsOf, requireRecommendation, SELECT_BATCH } from './recommendation-rows.ts';

/** Within a write. */
export async function exportBatch(
  transaction: Transaction,
  batch: Parameters<RecommendationStore['export']>[0],
  ids: readonly number[],
  expectedRevisions: Readonly<Record<string, number>> | null,
): Promise<ExportBatch> {
  const { batchId, at, actor, merchant, activationDate, format } = batch;
  const request = exportRequest(ids, batch);
  // Of two who export the same, the second waits here and finds the first one's batch.
  await lockCellsOf(transaction, ids);
  const before = (await transaction.all<BatchRow>(SELECT_BATCH, batchId)).find((row) => row.merchant === merchant);
  if (before) {
    if (before.request !== request) throw new DemandaError('BATCH_DIFFERENT', { batchId });
    return batchOf(before);
  }
  const items: ExportBatch['items'][number][] = [];
  for (const id of ids) {
    const found = await requireRecommendation(transaction, id, merchant);
    if (expectedRevisions && found.revision !== expectedRevisions[String(id)])
      throw refusedStep('RECOMMENDATION_CHANGED', found, 'exported');
    const outcome = exportable(found);
    if (!outcome.ok) throw refusedStep(outcome.code, found, 'exported');
    items.push(exportItem(found));
  }
  // The workspace's own batches have no merchant, and no merchant's name is empty.
  const owner = merchant ?? '';
  await markExported(transaction, ids, { batchId, owner, activationDate });
  const added = await transaction.run(
    `INSERT INTO demanda.export_batch (owner, batch_id, at, actor, actor_name, activation_date, format, request, items)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (owner, batch_id) DO NOTHING`,
    ...[owner, batchId, at, actorId(actor), actor.name, activationDate, format, request, JSON.stringify(items)],
  );
  // Of two who export others under one id at once, the second waited here.
  if (added === 0) throw new DemandaError('BATCH_DIFFERENT', { batchId });
  for (const deed of exportDeeds(batch, actor, items)) await insertAudit(transaction, deed);
  return { ...batch, actor: actorId(actor), actorName: actor.name, items };
}

async function markExported(
  transaction: Transaction,
  ids: readonly number[],
  {
    batchId,
    owner,
    activationDate,
  }: { readonly batchId: string; readonly owner: string; readonly activationDate: string },
): Promise<void> {
  await transaction.run(
    `UPDATE demanda.recommendation SET status = 'exported', revision = revision + 1, batch_id = $1, batch_owner = $2,
       activation_date = $3 WHERE id = ANY ($4::bigint[])`,
    ...[batchId, owner, activationDate, ids],
  );
  await transaction.run(
    `UPDATE demanda.overview SET recommendation_status = 'exported', exported_price = recommended_price,
       exported_before = current_price, exported_day = priced_day, revision = revision + 1
     WHERE recommendation_id = ANY ($1::bigint[])`,
    ids,
  );
}
