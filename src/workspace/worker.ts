/** A worker: takes pieces of trainings off the queue, one after another, until it is told to end. */

import { setTimeout as pause } from 'node:timers/promises';
import type { DueTraining, TakenWork, TrainingQueue } from '../contract/store/queue.ts';
import type { Store } from '../contract/store/store.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { Executor } from '../fleet/executor.ts';
import { HOLDER_ID } from '../fleet/lease.ts';
import { threadsExecutor } from '../fleet/threads.ts';
import type { WorkspaceContext } from './context.ts';
import { messageOf } from './failure-message.ts';
import { isPassing } from './passing.ts';
import { performPiece } from './piece.ts';

/** How long a worker that found nothing waits, at most twice that, so that many do not ask at once. */
const IDLE_MS = 1_000;
/** How long it waits for a database that does not answer. */
const AWAY_MS = 2_000;
/** After what may pass by itself, others are not to run into it at once. */
const LATER_SECONDS = 5;

/** What a worker tells whoever started it. */
export type WorkerNews =
  | { readonly kind: 'begun'; readonly trainingId: string; readonly number: number; readonly cells: number }
  | { readonly kind: 'lost' | 'failed'; readonly message: string }
  | { readonly kind: 'back' };

export interface WorkerOptions {
  readonly threads: number;
  /** Ends when nothing is left on the queue. */
  readonly once?: boolean;
  /** Ends after what is under way is given back. */
  readonly signal: AbortSignal;
  readonly onNews?: (news: WorkerNews) => void;
  /** Starts a training whose time has come. */
  readonly startDue: (due: DueTraining) => Promise<void>;
  /** What is done with a piece; `performPiece` unless told. */
  readonly perform?: typeof performPiece;
}

/** Works until the signal, or with `once` until nothing is left. @throws only what no waiting mends */
export async function work(
  context: WorkspaceContext,
  queue: TrainingQueue<Store>,
  options: WorkerOptions,
): Promise<void> {
  const executor = threadsExecutor(options.threads);
  try {
    await new Worker(context, queue, options, executor).run();
  } finally {
    await executor.close();
  }
}

class Worker {
  private readonly context: WorkspaceContext;
  private readonly queue: TrainingQueue<Store>;
  private readonly options: WorkerOptions;
  private away = false;
  /** What could not even be given back. */
  private owed: { readonly taken: TakenWork<Store>; readonly error: unknown } | null = null;

  constructor(context: WorkspaceContext, queue: TrainingQueue<Store>, options: WorkerOptions, executor: Executor) {
    // One pool for all pieces: threads take a second to start. What closes its own closes nothing here.
    this.context = { ...context, executor: () => ({ ...executor, close: async () => {} }) };
    this.queue = queue;
    this.options = options;
  }

  async run(): Promise<void> {
    const { signal, once = false } = this.options;
    while (!signal.aborted) {
      try {
        const worked = await this.next();
        this.isBack();
        if (worked) continue;
        if (once && (await this.queue.isIdle())) return;
        await pause(IDLE_MS * (1 + Math.random()), undefined, { signal });
      } catch (error) {
        if (signal.aborted) break;
        if (!isPassing(error)) throw error;
        this.isAway(error);
        await pause(AWAY_MS, undefined, { signal }).catch(() => {});
      }
    }
    // Found again by its lease, should the database be away still.
    await this.settle().catch(() => {});
  }

  /** @returns whether there was anything to do */
  private async next(): Promise<boolean> {
    await this.settle();
    await this.queue.supervise('worker');
    const due = await this.queue.due();
    if (due) {
      await this.start(due);
      return true;
    }
    const taken = await this.queue.take({ id: HOLDER_ID });
    if (taken === null) return false;
    const { number, training, cells } = taken;
    this.options.onNews?.({ kind: 'begun', trainingId: training.trainingId, number, cells: cells.length });
    try {
      await (this.options.perform ?? performPiece)(this.context, taken, this.options.signal);
    } catch (error) {
      this.owed = { taken, error };
      await this.settle();
    }
    return true;
  }

  private async start(due: DueTraining): Promise<void> {
    try {
      await this.options.startDue(due);
    } catch (error) {
      if (!(error instanceof DemandaError) || /^(DATABASE|STORE)_/.test(error.code)) throw error;
      // What it trains is no more there: it comes again at its next time.
      this.options.onNews?.({ kind: 'failed', message: error.messageIn(this.context.lang) });
      await due.started();
    }
  }

  /** Leaves a piece that failed to others. */
  private async settle(): Promise<void> {
    if (!this.owed) return;
    const { taken, error } = this.owed;
    try {
      if (!isOvertaken(error)) await this.leave(taken, error);
    } catch (failure) {
      if (!isOvertaken(failure)) throw failure;
    }
    this.owed = null;
  }

  private async leave(taken: TakenWork<Store>, error: unknown): Promise<void> {
    // How far its last report came: others count what is in the store.
    const counts = taken.ended;
    if (isPassing(error) || this.options.signal.aborted)
      return taken.giveBack(counts, isPassing(error) ? LATER_SECONDS : 0);
    const { message } = messageOf(error, taken.training.lang);
    this.options.onNews?.({ kind: 'failed', message });
    await taken.fail(counts, message);
  }

  private isAway(error: unknown): void {
    if (!this.away) this.options.onNews?.({ kind: 'lost', message: messageOf(error, this.context.lang).message });
    this.away = true;
  }

  private isBack(): void {
    if (this.away) this.options.onNews?.({ kind: 'back' });
    this.away = false;
  }
}

function isOvertaken(error: unknown): boolean {
  return error instanceof DemandaError && error.code === 'TRAINING_OVERTAKEN';
}
