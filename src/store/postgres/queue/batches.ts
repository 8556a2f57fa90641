/** Pieces of trainings as the database keeps them, and how one leads to another. Everything here is within a write. */

import { randomUUID } from 'node:crypto';
import type { CellName } from '../../../contract/cell-name.ts';
import { type BatchCounts, LEARNING, LEASE_SECONDS } from '../../../contract/store/queue.ts';
import { type BatchState, TRAINING_UNDER_WAY } from '../../../core/vocabulary.ts';
import { DemandaError } from '../../../errors/demanda-error.ts';
import { onlyMerchant, trainingActor } from '../../../rules/trainings.ts';
import { insertAudit } from '../audit.ts';
import type { Reader, Transaction } from '../connection.ts';
import { NOW } from '../holds.ts';
import { readTraining } from '../trainings.ts';
import type { Boss, Job } from './boss.ts';

export interface BatchName {
  readonly trainingId: string;
  readonly number: number;
}

export interface BatchRow extends BatchCounts {
  readonly state: BatchState;
  readonly job: string;
  readonly names: readonly (readonly [merchant: string, product: string])[] | null;
  readonly attempt: number;
  readonly failures: number;
  readonly holder: string | null;
  readonly reason: string | null;
}

/** What one that is begun has as its own. */
export interface Claim extends BatchName {
  readonly attempt: number;
  readonly job: Job;
}

/**
 * A process that sleeps within a transaction keeps its locks, and others wait for it: the server ends its connection
 * before they give up. As a column of the first statement it costs nothing.
 */
const WAKEFUL = `set_config('idle_in_transaction_session_timeout', '${LEASE_SECONDS / 2}s', true) AS awake`;

export const OPEN = "state IN ('waiting', 'active')";

export function queueOf(number: number): 'training' | 'batch' {
  return number === LEARNING ? 'training' : 'batch';
}

export async function lockedBatch(
  transaction: Transaction,
  { trainingId, number }: BatchName,
): Promise<BatchRow | undefined> {
  return transaction.one<BatchRow>(
    `SELECT ${WAKEFUL}, state, job, names, attempt, failures, holder, reason, done, failed FROM demanda.training_batch
     WHERE training_id = $1 AND number = $2 FOR UPDATE`,
    trainingId,
    number,
  );
}

/** Until the transaction ends nobody overtakes the attempt. @throws DemandaError TRAINING_OVERTAKEN */
export async function requireAttempt(
  transaction: Transaction,
  { trainingId, number, attempt }: Claim,
  lock: 'SHARE' | 'UPDATE',
): Promise<void> {
  const row = await transaction.one<{ attempt: number; state: BatchState }>(
    `SELECT ${WAKEFUL}, attempt, state FROM demanda.training_batch WHERE training_id = $1 AND number = $2 FOR ${lock}`,
    trainingId,
    number,
  );
  if (row?.attempt !== attempt || row.state !== 'active')
    throw new DemandaError('TRAINING_OVERTAKEN', { trainingId, number });
}

export interface NewBatch {
  readonly number: number;
  /** Empty of what is learned. */
  readonly cells: readonly CellName[];
  readonly failures?: number;
}

/** Pieces that are to be done, each with its job. */
export async function sendBatches(
  transaction: Transaction,
  boss: Boss,
  trainingId: string,
  batches: readonly NewBatch[],
): Promise<void> {
  if (batches.length === 0) return;
  const jobs = batches.map(({ number }) => newJob({ trainingId, number }));
  await transaction.run(
    `INSERT INTO demanda.training_batch (training_id, number, job, cells, names, failures)
     SELECT $1, * FROM unnest($2::int[], $3::uuid[], $4::int[], $5::jsonb[], $6::int[])`,
    ...[trainingId, batches.map(({ number }) => number), jobs.map(({ id }) => id)],
    batches.map(({ cells }) => cells.length),
    batches.map(({ number, cells }) => (number === LEARNING ? null : namesText(cells))),
    batches.map(({ failures = 0 }) => failures),
  );
  for (const queue of ['training', 'batch'] as const)
    await boss.insert(
      transaction,
      queue,
      jobs.filter(({ data }) => queueOf(data.number) === queue),
    );
}

export function namesText(cells: readonly CellName[]): string {
  return JSON.stringify(cells.map(({ merchant, product }) => [merchant, product]));
}

export function cellsOf({ names }: Pick<BatchRow, 'names'>): CellName[] {
  return (names ?? []).map(([merchant, product]) => ({ merchant, product }));
}

/** Earlier batches first: one that comes back does not wait behind all others. */
function newJob(
  data: BatchName,
  startAfter = 0,
): { readonly id: string; readonly data: BatchName; readonly priority: number; readonly startAfter: number } {
  return { id: randomUUID(), data, priority: -data.number, startAfter };
}

/** Puts a piece back on the queue by another job: what the one before still does is nothing to it. */
export async function sendAgain(
  transaction: Transaction,
  boss: Boss,
  batch: BatchName,
  { afterSeconds = 0, failures }: { readonly afterSeconds?: number; readonly failures?: number } = {},
): Promise<void> {
  const job = newJob(batch, afterSeconds);
  await transaction.run(
    `UPDATE demanda.training_batch SET state = 'waiting', job = $3, holder = NULL, ended_at = NULL,
       failures = coalesce($4, failures) WHERE training_id = $1 AND number = $2`,
    ...[batch.trainingId, batch.number, job.id, failures ?? null],
  );
  await boss.insert(transaction, queueOf(batch.number), [job]);
}

/** Lets go of the cells that a worker holds for a piece. */
export async function releaseBatch(
  transaction: Transaction,
  batch: Pick<BatchRow, 'names'>,
  holder: string | null,
): Promise<void> {
  const cells = cellsOf(batch);
  if (holder === null || cells.length === 0) return;
  await transaction.run(
    `DELETE FROM demanda.held_cell WHERE holder = $1
     AND (merchant, product) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
    ...[holder, cells.map(({ merchant }) => merchant), cells.map(({ product }) => product)],
  );
}

/** How cells of a batch ended in its training, by runs that were written with their results. */
export async function endedCells(
  reader: Reader,
  trainingId: string,
  cells: readonly CellName[],
): Promise<(CellName & { readonly status: 'done' | 'failed' })[]> {
  return reader.all(
    `SELECT DISTINCT ON (r.merchant, r.product) r.merchant, r.product, r.status
     FROM unnest($2::text[], $3::text[]) AS asked (merchant, product)
     JOIN demanda.run r ON r.merchant = asked.merchant AND r.product = asked.product
     WHERE r.training_id = $1 AND r.status IN ('done', 'failed') ORDER BY r.merchant, r.product, r.number DESC`,
    ...[trainingId, cells.map(({ merchant }) => merchant), cells.map(({ product }) => product)],
  );
}

/** Ends a piece: its counts become the training's, and that of the last one ends the training. */
export async function endBatch(
  transaction: Transaction,
  { trainingId, number }: BatchName,
  {
    state,
    counts,
    message = null,
    reason = null,
  }: {
    readonly state: Exclude<BatchState, 'waiting' | 'active'>;
    readonly counts: BatchCounts;
    readonly message?: string | null;
    readonly reason?: string | null;
  },
): Promise<void> {
  // What may be gone on with keeps the names of its cells.
  const keepsNames = state === 'dead' || state === 'stopped';
  await transaction.run(
    `UPDATE demanda.training_batch SET state = $3, done = $4, failed = $5, message = $6, reason = coalesce($7, reason),
       ended_at = clock_timestamp(), names = CASE WHEN $8 THEN names END WHERE training_id = $1 AND number = $2`,
    ...[trainingId, number, state, counts.done, counts.failed, message, reason, keepsNames],
  );
  // What was given up counts as failed; the parts of what was split count when they end.
  await transaction.run(
    `UPDATE demanda.training t SET seq = seq + 1, message = coalesce(t.message, $3),
       done = t.done + b.done, failed = t.failed + CASE WHEN b.state = 'dead' THEN b.cells - b.done ELSE b.failed END
     FROM demanda.training_batch b WHERE t.training_id = $1 AND b.training_id = $1 AND b.number = $2`,
    ...[trainingId, number, message ?? reason],
  );
  await endTraining(transaction, trainingId);
}

/** Ends a training of which nothing is left to do. */
export async function endTraining(transaction: Transaction, trainingId: string): Promise<void> {
  // Locked before it is counted: of two who end the last two batches at once one sees that nothing is left.
  await transaction.run('SELECT FROM demanda.training WHERE training_id = $1 FOR UPDATE', trainingId);
  const left = await transaction.one(
    `SELECT 1 FROM demanda.training_batch WHERE training_id = $1 AND ${OPEN} LIMIT 1`,
    trainingId,
  );
  const training = await readTraining(transaction, trainingId);
  if (left || !training || !TRAINING_UNDER_WAY.includes(training.status)) return;
  const { done, failed } = training;
  const stopped = await transaction.one(
    `SELECT 1 FROM demanda.training_batch WHERE training_id = $1 AND state = 'stopped' LIMIT 1`,
    trainingId,
  );
  const learned = await transaction.one(
    `SELECT 1 FROM demanda.training_batch WHERE training_id = $1 AND number = ${LEARNING} AND state = 'done'`,
    trainingId,
  );
  const status = stopped ? 'stopped' : !learned || (done === 0 && failed > 0) ? 'failed' : 'done';
  const { endedAt } = (await transaction.one<{ endedAt: string }>(
    `UPDATE demanda.training SET status = $2, ended_at = ${NOW}, seq = seq + 1 WHERE training_id = $1
     RETURNING ended_at AS "endedAt"`,
    ...[trainingId, status],
  )) as { endedAt: string };
  await insertAudit(transaction, {
    at: endedAt,
    actor: trainingActor(trainingId, training),
    action: 'training.end',
    merchant: training.merchant ?? onlyMerchant(training.chosen ?? []),
    detail: { trainingId, status, done, failed },
  });
}

/** How long pieces of a training that ended well are kept: whoever looks at what workers did has a day. */
const KEPT_BATCHES = "interval '1 day'";

/**
 * Forgets the pieces of trainings of which nothing can go on, and what their cells shared; what they came to is summed up
 * in the training. Knowledge that nobody names yet may be of one who is about to: it is kept as long.
 */
export async function forgetEnded(transaction: Transaction): Promise<void> {
  await transaction.run(
    `WITH gone AS (
       DELETE FROM demanda.training_batch b USING demanda.training t
       WHERE t.training_id = b.training_id AND t.status = 'done' AND NOT EXISTS (
         SELECT FROM demanda.training_batch o WHERE o.training_id = b.training_id
           AND (o.state NOT IN ('done', 'split') OR o.ended_at > clock_timestamp() - ${KEPT_BATCHES}))
       RETURNING b.training_id, b.number, b.state, b.attempt),
     summed AS (
       SELECT training_id, count(*) FILTER (WHERE state = 'done') AS done,
         count(*) FILTER (WHERE state = 'split') AS split, sum(greatest(attempt - 1, 0)) AS retries
       FROM gone WHERE number > ${LEARNING} GROUP BY training_id)
     UPDATE demanda.training t SET knowledge = NULL, forgotten_done = t.forgotten_done + s.done,
       forgotten_split = t.forgotten_split + s.split, forgotten_retries = t.forgotten_retries + s.retries
     FROM summed s WHERE t.training_id = s.training_id`,
  );
  await transaction.run(
    `DELETE FROM demanda.knowledge k WHERE k.at < clock_timestamp() - ${KEPT_BATCHES}
       AND NOT EXISTS (SELECT FROM demanda.training t WHERE t.knowledge = k.id)`,
  );
}
