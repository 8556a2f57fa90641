/**
 * The queue of trainings in PostgreSQL. pg-boss hands jobs out and finds those whose worker is gone; what a piece is,
 * how often it was begun and what became of it stands in `training_batch`, in the same transactions.
 */

import type { CellName } from '../../../contract/cell-name.ts';
import { cellKey } from '../../../contract/cell-name.ts';
import type { Deed } from '../../../contract/store/deed.ts';
import {
  type BatchCounts,
  type DeadBatch,
  type DueTraining,
  LEARNING,
  LEASE_SECONDS,
  type QueueFigures,
  type TakenWork,
  type TrainingQueue,
  type TrainingSchedule,
} from '../../../contract/store/queue.ts';
import type { Holder } from '../../../contract/store/runs.ts';
import type { Store } from '../../../contract/store/store.ts';
import type { KeptTraining, TrainingStore } from '../../../contract/store/trainings.ts';
import { TRAINING_UNDER_WAY } from '../../../core/vocabulary.ts';
import { DemandaError } from '../../../errors/demanda-error.ts';
import { batchFate, partsOf } from '../../../rules/batches.ts';
import { insertAudit } from '../audit.ts';
import type { PostgresConnection, Transaction } from '../connection.ts';
import { insertTraining, readTraining } from '../trainings.ts';
import {
  type BatchName,
  type BatchRow,
  cellsOf,
  endBatch,
  endedCells,
  endTraining,
  forgetEnded,
  lockedBatch,
  OPEN,
  queueOf,
  releaseBatch,
  sendAgain,
  sendBatches,
} from './batches.ts';
import type { Boss, Job } from './boss.ts';
import { queueFigures } from './figures.ts';
import { addSchedule, dueTraining, removeSchedule, schedules } from './schedules.ts';
import { PostgresTakenWork, type TakenFields } from './taken-work.ts';

export class PostgresQueue implements TrainingQueue<Store> {
  private readonly database: PostgresConnection;
  private readonly boss: Boss;
  private readonly storeOf: (database: PostgresConnection) => Store;

  /** @param storeOf a store on the connections given, without a queue of its own */
  constructor(database: PostgresConnection, boss: Boss, storeOf: (database: PostgresConnection) => Store) {
    this.database = database;
    this.boss = boss;
    this.storeOf = storeOf;
  }

  async add(training: Parameters<TrainingStore['add']>[0], deed: Deed): Promise<boolean> {
    return this.write(async (transaction) => {
      if (!(await insertTraining(transaction, training, deed))) return false;
      await forgetEnded(transaction);
      await sendBatches(transaction, this.boss, training.trainingId, [{ number: LEARNING, cells: [] }]);
      return true;
    });
  }

  async stop(trainingId: string, deed: Deed): Promise<boolean> {
    return this.write(async (transaction) => {
      // Those first, as workers lock them: a batch, then its training. One that has been silent for several leases has
      // nobody who would end it.
      const waiting = await transaction.all<BatchName & { job: string; holder: string | null } & BatchRow>(
        `SELECT training_id AS "trainingId", number, job, holder, names, done, failed FROM demanda.training_batch
         WHERE training_id = $1 AND (state = 'waiting'
           OR (state = 'active' AND beat_at < clock_timestamp() - interval '${3 * LEASE_SECONDS} seconds'))
         ORDER BY number FOR UPDATE`,
        trainingId,
      );
      const training = await transaction.one<Pick<KeptTraining, 'status'>>(
        'SELECT status FROM demanda.training WHERE training_id = $1 FOR UPDATE',
        trainingId,
      );
      if (!training || !TRAINING_UNDER_WAY.includes(training.status)) return false;
      // Told again, it ends what those left who went away before they had ended it.
      if (training.status === 'stopping' && waiting.length === 0) return true;
      await transaction.run(
        `UPDATE demanda.training SET status = 'stopping', seq = seq + 1 WHERE training_id = $1`,
        trainingId,
      );
      await insertAudit(transaction, deed);
      for (const batch of waiting) await releaseBatch(transaction, batch, batch.holder);
      await transaction.run(
        `UPDATE demanda.training_batch SET state = 'stopped', attempt = attempt + 1, ended_at = clock_timestamp()
         WHERE training_id = $1 AND number = ANY ($2)`,
        trainingId,
        waiting.map(({ number }) => number),
      );
      for (const queue of ['training', 'batch'] as const) {
        const jobs = waiting.filter(({ number }) => queueOf(number) === queue).map(({ job }) => job);
        await this.boss.remove(transaction, queue, jobs);
      }
      await countStopped(transaction, trainingId, waiting);
      await endTraining(transaction, trainingId);
      return true;
    });
  }

  async resume(trainingId: string, deed: Deed): Promise<boolean> {
    return this.write(async (transaction) => {
      const left = await this.left(transaction, trainingId, null);
      const changed =
        left.length > 0 &&
        (await transaction.run(
          `UPDATE demanda.training SET status = 'starting', ended_at = NULL, message = NULL, resumes = resumes + 1,
             seq = seq + 1 WHERE training_id = $1 AND status IN ('stopped', 'failed')`,
          trainingId,
        )) > 0;
      if (!changed) return false;
      await insertAudit(transaction, deed);
      await this.putBack(transaction, trainingId, left);
      return true;
    });
  }

  async dead(trainingId: string, limit: number): Promise<DeadBatch[]> {
    const rows = await this.database.all<Omit<DeadBatch, 'first' | 'last' | 'at'> & BatchRow & { readonly at: Date }>(
      `SELECT number, cells - done AS cells, names, attempt AS attempts, coalesce(reason, '') AS reason, ended_at AS at
       FROM demanda.training_batch WHERE training_id = $1 AND state = 'dead' ORDER BY number LIMIT $2`,
      ...[trainingId, limit],
    );
    return Promise.all(
      rows.map(async ({ number, names, attempts, reason, at }) => {
        const left = await this.leftOf(this.database, trainingId, cellsOf({ names }));
        const [first = null, last = null] = [left[0], left.at(-1)];
        return { number, cells: left.length, first, last, attempts, reason, at: at.toISOString() };
      }),
    );
  }

  async retry(trainingId: string, number: number | null, deed: Deed): Promise<number> {
    return this.write(async (transaction) => {
      const left = (await this.left(transaction, trainingId, number)).filter(({ state }) => state === 'dead');
      if (left.length === 0) return 0;
      await insertAudit(transaction, deed);
      await this.putBack(transaction, trainingId, left);
      return left.length;
    });
  }

  async take({ id }: Pick<Holder, 'id'>): Promise<TakenWork<Store> | null> {
    for (;;) {
      const job = (await this.boss.fetch('training')) ?? (await this.boss.fetch('batch'));
      if (job === null) return null;
      const begun = await this.write((transaction) => this.begin(transaction, job, id));
      // A job of what was stopped, ended, or went on to others is a job no more: the next.
      if (begun === null) continue;
      const { attempt, ...fields } = begun;
      const claim = { ...(job.data as BatchName), attempt, job };
      return new PostgresTakenWork(this.database, this.boss, claim, fields, this.storeOf);
    }
  }

  async isIdle(): Promise<boolean> {
    const open = await this.database.one(`SELECT 1 FROM demanda.training_batch WHERE ${OPEN} LIMIT 1`);
    const { queues } = await this.figures();
    return !open && queues.every(({ name, waiting, active }) => name !== 'schedule' || waiting + active === 0);
  }

  supervise(name: 'serve' | 'worker'): Promise<void> {
    return this.boss.supervise(name);
  }

  addSchedule(schedule: TrainingSchedule, deed: Deed): Promise<void> {
    return this.write((transaction) => addSchedule(transaction, this.boss, schedule, deed));
  }

  schedules(): Promise<TrainingSchedule[]> {
    return schedules(this.boss);
  }

  removeSchedule(id: string, deed: Deed): Promise<boolean> {
    return this.write((transaction) => removeSchedule(transaction, this.boss, id, deed));
  }

  due(): Promise<DueTraining | null> {
    return dueTraining(this.database, this.boss);
  }

  figures(): Promise<QueueFigures> {
    return queueFigures(this.database, this.boss);
  }

  close(): Promise<void> {
    return this.boss.close();
  }

  /** Makes the piece of a job this process's own, and what is left of it. */
  private async begin(
    transaction: Transaction,
    job: Job,
    holder: string,
  ): Promise<(TakenFields & { readonly attempt: number }) | null> {
    const name = job.data as BatchName;
    const batch = await lockedBatch(transaction, name);
    const mine = await this.boss.touch(transaction, job);
    const isOpen = batch && (batch.state === 'waiting' || batch.state === 'active') && batch.job === job.id;
    if (!mine) return null;
    if (!isOpen) {
      await this.boss.complete(transaction, job);
      return null;
    }
    const training = (await readTraining(transaction, name.trainingId)) as KeptTraining;
    const cells = cellsOf(batch);
    // Whoever had it writes nothing of its cells from here on.
    await releaseBatch(transaction, batch, batch.holder);
    const ended = await endedCells(transaction, name.trainingId, cells);
    const known = new Set(ended.map(cellKey));
    const left = cells.filter((cell) => !known.has(cellKey(cell)));
    const trained = ended.filter(({ status }) => status === 'done');
    const counts = { done: trained.length, failed: ended.length - trained.length };
    // One that went away without a word, told to end by nobody, is taken to have died of it.
    const failures = batch.failures + (batch.state === 'active' ? 1 : 0);
    const fate = training.status === 'stopping' ? 'stop' : batchFate(failures, left.length);
    if (fate !== 'begin') {
      await this.settle(transaction, name, { ...batch, failures }, { fate, left, counts, training });
      await this.boss.complete(transaction, job);
      return null;
    }
    const attempt = batch.attempt + 1;
    await transaction.run(
      `UPDATE demanda.training_batch SET state = 'active', attempt = $3, failures = $4, holder = $5, done = $6,
         failed = $7, beat_at = clock_timestamp() WHERE training_id = $1 AND number = $2`,
      ...[name.trainingId, name.number, attempt, failures, holder, counts.done, counts.failed],
    );
    await transaction.run(
      `UPDATE demanda.training SET status = 'running', seq = seq + 1 WHERE training_id = $1 AND status = 'starting'`,
      name.trainingId,
    );
    const kept = await transaction.one<{ bytes: Buffer }>(
      'SELECT k.bytes FROM demanda.training t JOIN demanda.knowledge k ON k.id = t.knowledge WHERE t.training_id = $1',
      name.trainingId,
    );
    return { attempt, training, cells: left, trained, ended: counts, knowledge: kept?.bytes ?? null };
  }

  /** What becomes of a piece that is not begun. */
  private async settle(
    transaction: Transaction,
    name: BatchName,
    batch: BatchRow,
    {
      fate,
      left,
      counts,
      training,
    }: {
      readonly fate: 'stop' | 'split' | 'die';
      readonly left: readonly CellName[];
      readonly counts: BatchCounts;
      readonly training: KeptTraining;
    },
  ): Promise<void> {
    if (fate === 'stop') return endBatch(transaction, name, { state: 'stopped', counts });
    if (fate === 'die') {
      const [only] = left;
      const lost = only
        ? new DemandaError('TRAINING_CELL_LOST', {
            merchant: only.merchant,
            product: only.product,
            attempts: batch.failures,
          })
        : new DemandaError('TRAINING_BATCH_LOST', { number: name.number, attempts: batch.failures });
      return endBatch(transaction, name, {
        state: 'dead',
        counts,
        reason: batch.reason ?? lost.messageIn(training.lang),
      });
    }
    // What ended stays counted here; each part has failed as often as its cells may have been the reason of.
    const { last } = (await transaction.one<{ last: number }>(
      'SELECT max(number) AS last FROM demanda.training_batch WHERE training_id = $1',
      name.trainingId,
    )) as { last: number };
    await sendBatches(
      transaction,
      this.boss,
      name.trainingId,
      partsOf(left).map((cells, i) => ({ number: last + 1 + i, cells, failures: batch.failures - 1 })),
    );
    await endBatch(transaction, name, { state: 'split', counts });
  }

  /** Pieces that were stopped or given up, locked. */
  private left(transaction: Transaction, trainingId: string, number: number | null): Promise<(BatchName & BatchRow)[]> {
    return transaction.all<BatchName & BatchRow>(
      `SELECT training_id AS "trainingId", number, state, done, failed, names FROM demanda.training_batch
       WHERE training_id = $1 AND state IN ('dead', 'stopped') AND ($2::int IS NULL OR number = $2)
       ORDER BY number FOR UPDATE`,
      ...[trainingId, number],
    );
  }

  private async putBack(
    transaction: Transaction,
    trainingId: string,
    batches: readonly (BatchName & BatchRow)[],
  ): Promise<void> {
    for (const batch of batches) {
      // It is counted again when it ends again.
      await transaction.run(
        `UPDATE demanda.training t SET done = t.done - b.done,
           failed = t.failed - CASE WHEN b.state = 'dead' THEN b.cells - b.done ELSE b.failed END
         FROM demanda.training_batch b WHERE t.training_id = $1 AND b.training_id = $1 AND b.number = $2`,
        ...[trainingId, batch.number],
      );
      await sendAgain(transaction, this.boss, batch, { failures: 0 });
    }
    await transaction.run(
      `UPDATE demanda.training SET status = CASE WHEN status = 'starting' THEN 'starting' ELSE 'running' END,
         ended_at = NULL, message = NULL, seq = seq + 1 WHERE training_id = $1 AND status <> 'stopping'`,
      trainingId,
    );
  }

  private async leftOf(
    reader: Pick<PostgresConnection, 'all' | 'one'>,
    trainingId: string,
    cells: readonly CellName[],
  ): Promise<CellName[]> {
    const known = new Set((await endedCells(reader, trainingId, cells)).map(cellKey));
    return cells.filter((cell) => !known.has(cellKey(cell)));
  }

  private async write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    await this.boss.started();
    return this.database.write(work);
  }
}

/** What batches did before they were stopped becomes the training's. */
async function countStopped(
  transaction: Transaction,
  trainingId: string,
  batches: readonly { readonly done: number; readonly failed: number }[],
): Promise<void> {
  const sum = (of: 'done' | 'failed'): number => batches.reduce((all, batch) => all + batch[of], 0);
  await transaction.run(
    'UPDATE demanda.training SET done = done + $2, failed = failed + $3 WHERE training_id = $1',
    ...[trainingId, sum('done'), sum('failed')],
  );
}
