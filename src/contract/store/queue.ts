/**
 * Trainings on a queue that any number of processes on any machines work on. A training is first learned from (piece 0:
 * what its cells share), then its cells are trained in batches (pieces 1, 2, …). A piece may be begun more than once:
 * its worker may die or sleep. Each going-on with it is an attempt, and nothing that an overtaken attempt writes is
 * kept.
 */

import type { BatchState, TrainingStage } from '../../core/vocabulary.ts';
import type { CellName } from '../cell-name.ts';
import type { Deed } from './deed.ts';
import type { Holder } from './runs.ts';
import type { KeptCellProgress, KeptTraining, TrainingStore } from './trainings.ts';

/** The piece of a training by which its cells learn from one another. */
export const LEARNING = 0;

/** How many cells of a piece have ended, and how. */
export interface BatchCounts {
  readonly done: number;
  readonly failed: number;
}

/** A piece of work that this process has. @template Kept the store */
export interface TakenWork<Kept> {
  /** Of its training, {@link LEARNING} or a batch from 1. */
  readonly number: number;
  readonly training: KeptTraining;
  /** 1, then one more each time that the piece is begun again. */
  readonly attempt: number;
  /** Of a batch: cells that have not ended in this training, by name. */
  readonly cells: readonly CellName[];
  /** Cells of the batch that ended with a model in an earlier attempt. */
  readonly trained: readonly CellName[];
  /** How far the batch is: as the attempt before left it, then by the last report. */
  readonly ended: BatchCounts;
  /** Document by which its cells are trained; null for what learns it. */
  readonly knowledge: Uint8Array | null;
  /** As the store, but that every write through it is refused with TRAINING_OVERTAKEN once the attempt is overtaken. */
  readonly store: Kept;

  /**
   * Tells how far the piece is, so that it stays this process's own: at least every {@link REPORT_MS}.
   *
   * @returns the training's status, so that a stop is seen
   * @throws DemandaError TRAINING_OVERTAKEN
   */
  report(progress: {
    readonly counts: BatchCounts;
    readonly stage: TrainingStage | null;
    readonly cells: readonly Omit<KeptCellProgress, 'seq'>[];
  }): Promise<KeptTraining['status']>;
  /**
   * Keeps what was learned and sends the batches, in one step that ends the piece.
   *
   * @param batches cells by name, a batch each; may be asked for again from the start
   * @throws DemandaError TRAINING_OVERTAKEN
   */
  send(
    knowledge: { readonly id: string; readonly bytes: Uint8Array },
    batches: () => AsyncIterable<readonly CellName[]>,
  ): Promise<void>;
  /**
   * Ends a batch; that of the last ends the training.
   *
   * @param message why cells of it could not be trained
   * @throws DemandaError TRAINING_OVERTAKEN
   */
  complete(counts: BatchCounts, message: string | null): Promise<void>;
  /** Ends the piece of a training that is to stop. What it did is kept. @throws DemandaError TRAINING_OVERTAKEN */
  stop(counts: BatchCounts): Promise<void>;
  /** Leaves the piece to others, at once or after seconds. @throws DemandaError TRAINING_OVERTAKEN */
  giveBack(counts: BatchCounts, afterSeconds?: number): Promise<void>;
  /**
   * Tells that the attempt failed: others try again; in parts, and then no more, when it fails again.
   *
   * @throws DemandaError TRAINING_OVERTAKEN
   */
  fail(counts: BatchCounts, reason: string): Promise<void>;
}

/** Milliseconds within which a worker tells that it lives. */
export const REPORT_MS = 3_000;
/** A worker that has not reported for so long has lost its piece to others, within a few seconds more. */
export const LEASE_SECONDS = 10;

/** A piece that was given up. */
export interface DeadBatch {
  readonly number: number;
  /** Cells that it still holds untrained. */
  readonly cells: number;
  /** The first and last of them by name; null of what is learned. */
  readonly first: CellName | null;
  readonly last: CellName | null;
  readonly attempts: number;
  readonly reason: string;
  /** ISO 8601 instant, by the store's clock. */
  readonly at: string;
}

/** A training that is to start again and again. */
export interface TrainingSchedule {
  readonly id: string;
  /** Minute, hour, day of month, month, weekday. */
  readonly cron: string;
  readonly timezone: string;
  /** What is trained and how: whoever made it understands it. */
  readonly work: unknown;
}

/** A training whose time has come. It comes again until it is `started`. */
export interface DueTraining {
  /** The same each time that it comes. */
  readonly id: string;
  readonly work: unknown;
  started(): Promise<void>;
}

export interface QueueFigures {
  readonly queues: readonly {
    readonly name: 'training' | 'batch' | 'schedule';
    readonly waiting: number;
    readonly active: number;
    /** Seconds that the oldest of those that could be begun has waited; null where none waits. */
    readonly oldestSeconds: number | null;
  }[];
  readonly workers: number;
  readonly batches: Readonly<Record<BatchState, number>>;
  /** Attempts beyond the first of all pieces. */
  readonly retries: number;
}

export interface TrainingQueue<Kept> {
  /**
   * Keeps a training that is to begin, with its audit entry, and sends what it begins with: all or nothing. @returns
   * false where there is one of its id already
   */
  add(training: Parameters<TrainingStore['add']>[0], deed: Deed): Promise<boolean>;
  /**
   * Asks a training to stop: what waits is taken off the queue, what is worked on ends soon. Where nobody works on it,
   * it ends at once, as the audit log then says.
   *
   * @returns false where it is not under way
   */
  stop(trainingId: string, deed: Deed): Promise<boolean>;
  /** Puts back what a stop or a failure left. @returns false where it is under way or nothing is left */
  resume(trainingId: string, deed: Deed): Promise<boolean>;
  /** Pieces that were given up, by number. */
  dead(trainingId: string, limit: number): Promise<DeadBatch[]>;
  /** Puts back what was given up: one piece or all. @returns how many */
  retry(trainingId: string, number: number | null, deed: Deed): Promise<number>;
  /** The next piece that waits, with the cells that are left of it; null where none waits. */
  take(holder: Pick<Holder, 'id'>): Promise<TakenWork<Kept> | null>;
  /** Whether nothing waits and nobody works. */
  isIdle(): Promise<boolean>;
  /**
   * Finds the pieces of workers that are gone, and lets schedules come due, from now on: somebody has to. @param name
   * of the process among others: `serve`, `worker`
   */
  supervise(name: 'serve' | 'worker'): Promise<void>;
  /** @throws DemandaError SCHEDULE_CRON, SCHEDULE_TIMEZONE */
  addSchedule(schedule: TrainingSchedule, deed: Deed): Promise<void>;
  schedules(): Promise<TrainingSchedule[]>;
  /** @returns false where there is none of that id */
  removeSchedule(id: string, deed: Deed): Promise<boolean>;
  due(): Promise<DueTraining | null>;
  figures(): Promise<QueueFigures>;
}
