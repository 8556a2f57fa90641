/** A piece of work that this process has: every write of it asks first whether it still has it. */

import type { CellName } from '../../../contract/cell-name.ts';
import type { BatchCounts, TakenWork } from '../../../contract/store/queue.ts';
import type { Store } from '../../../contract/store/store.ts';
import type { KeptTraining } from '../../../contract/store/trainings.ts';
import type { TrainingStage } from '../../../core/vocabulary.ts';
import type { PostgresConnection, Transaction } from '../connection.ts';
import { writeProgress } from '../trainings.ts';
import {
  type BatchRow,
  type Claim,
  endBatch,
  lockedBatch,
  type NewBatch,
  releaseBatch,
  requireAttempt,
  sendAgain,
  sendBatches,
} from './batches.ts';
import type { Boss } from './boss.ts';

/** Batches that are written together. */
const SENT_AT_ONCE = 100;

export interface TakenFields {
  readonly training: KeptTraining;
  readonly cells: readonly CellName[];
  readonly trained: readonly CellName[];
  ended: BatchCounts;
  readonly knowledge: Uint8Array | null;
}

export class PostgresTakenWork implements TakenWork<Store> {
  readonly number: number;
  readonly attempt: number;
  readonly training: KeptTraining;
  readonly cells: readonly CellName[];
  readonly trained: readonly CellName[];
  ended: BatchCounts;
  readonly knowledge: Uint8Array | null;
  readonly store: Store;
  private readonly database: PostgresConnection;
  private readonly boss: Boss;
  private readonly claim: Claim;
  private toldStage: TrainingStage | null = null;

  /** @param storeOf a store on the connections given */
  constructor(
    database: PostgresConnection,
    boss: Boss,
    claim: Claim,
    { training, cells, trained, ended, knowledge }: TakenFields,
    storeOf: (database: PostgresConnection) => Store,
  ) {
    this.database = database;
    this.boss = boss;
    this.claim = claim;
    this.number = claim.number;
    this.attempt = claim.attempt;
    this.training = training;
    this.cells = cells;
    this.trained = trained;
    this.ended = ended;
    this.knowledge = knowledge;
    this.store = storeOf(database.guardedBy((transaction) => requireAttempt(transaction, claim, 'SHARE')));
  }

  async report({ counts, stage, cells }: Parameters<TakenWork<Store>['report']>[0]): Promise<KeptTraining['status']> {
    const { trainingId, number, job } = this.claim;
    const status = await this.write(async (transaction) => {
      await transaction.run(
        `UPDATE demanda.training_batch SET done = $3, failed = $4, beat_at = clock_timestamp()
         WHERE training_id = $1 AND number = $2`,
        ...[trainingId, number, counts.done, counts.failed],
      );
      await this.boss.touch(transaction, job);
      // Its row is everybody's: with nothing to tell it is only looked at.
      if (cells.length === 0 && stage === this.toldStage) return this.statusOf(transaction);
      return writeProgress(transaction, trainingId, { beatAt: new Date().toISOString(), stage }, cells);
    });
    // Not before it is written: a transaction that lost is done again.
    this.toldStage = stage;
    this.ended = counts;
    return status;
  }

  async send(
    { id, bytes }: Parameters<TakenWork<Store>['send']>[0],
    batches: () => AsyncIterable<readonly CellName[]>,
  ): Promise<void> {
    const { trainingId } = this.claim;
    await this.write(async (transaction) => {
      await transaction.run(
        // The same as another training's is of now from here on: who forgets what nobody names leaves it.
        `INSERT INTO demanda.knowledge (id, bytes) VALUES ($1, $2)
         ON CONFLICT (id) DO UPDATE SET at = clock_timestamp()`,
        id,
        bytes,
      );
      await transaction.run(
        "UPDATE demanda.training SET knowledge = $2, stage = 'train' WHERE training_id = $1",
        ...[trainingId, id],
      );
      let number = this.number;
      let waiting: NewBatch[] = [];
      for await (const cells of batches()) {
        waiting.push({ number: ++number, cells });
        if (waiting.length < SENT_AT_ONCE) continue;
        await sendBatches(transaction, this.boss, trainingId, waiting);
        waiting = [];
      }
      await sendBatches(transaction, this.boss, trainingId, waiting);
      await this.end(transaction, { state: 'done', counts: this.ended });
    });
  }

  async complete(counts: BatchCounts, message: string | null): Promise<void> {
    await this.write((transaction) => this.end(transaction, { state: 'done', counts, message }));
  }

  async stop(counts: BatchCounts): Promise<void> {
    await this.write(async (transaction) => {
      await this.release(transaction);
      await this.end(transaction, { state: 'stopped', counts });
    });
  }

  async giveBack(counts: BatchCounts, afterSeconds = 0): Promise<void> {
    await this.write((transaction) => this.leave(transaction, counts, { afterSeconds }));
  }

  async fail(counts: BatchCounts, reason: string): Promise<void> {
    const { trainingId, number } = this.claim;
    await this.write(async (transaction) => {
      const { failures } = await this.leave(transaction, counts, {});
      await transaction.run(
        'UPDATE demanda.training_batch SET reason = $3, failures = $4 WHERE training_id = $1 AND number = $2',
        ...[trainingId, number, reason, failures + 1],
      );
    });
  }

  private async leave(
    transaction: Transaction,
    counts: BatchCounts,
    again: { readonly afterSeconds?: number },
  ): Promise<BatchRow> {
    const { trainingId, number } = this.claim;
    const batch = await this.release(transaction);
    await transaction.run(
      'UPDATE demanda.training_batch SET done = $3, failed = $4 WHERE training_id = $1 AND number = $2',
      ...[trainingId, number, counts.done, counts.failed],
    );
    await sendAgain(transaction, this.boss, this.claim, again);
    await this.boss.complete(transaction, this.claim.job);
    return batch;
  }

  private async release(transaction: Transaction): Promise<BatchRow> {
    const batch = (await lockedBatch(transaction, this.claim)) as BatchRow;
    await releaseBatch(transaction, batch, batch.holder);
    return batch;
  }

  private async end(transaction: Transaction, ending: Parameters<typeof endBatch>[2]): Promise<void> {
    await endBatch(transaction, this.claim, ending);
    await this.boss.complete(transaction, this.claim.job);
  }

  private async statusOf(transaction: Transaction): Promise<KeptTraining['status']> {
    const row = await transaction.one<Pick<KeptTraining, 'status'>>(
      'SELECT status FROM demanda.training WHERE training_id = $1',
      this.claim.trainingId,
    );
    return (row as Pick<KeptTraining, 'status'>).status;
  }

  /** One that the attempt's own writes wait for. */
  private async write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    await this.boss.started();
    return this.database.write(async (transaction) => {
      await requireAttempt(transaction, this.claim, 'UPDATE');
      return work(transaction);
    });
  }
}
