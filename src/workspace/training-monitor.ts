/** What the process of a training tells the store, and hears from it. */

import { setTimeout as pause } from 'node:timers/promises';
import type { Deed } from '../contract/store/deed.ts';
import type { Store } from '../contract/store/store.ts';
import type { KeptTraining } from '../contract/store/trainings.ts';
import type { RunStatus } from '../core/vocabulary.ts';
import { isPassing } from './passing.ts';
import { TrainingProgress } from './training-progress.ts';

/** How often a process writes what it knows and looks whether it is to stop. */
const BEAT_MS = 400;
/** How often the end of a training is written again while the store is busy or its disk is full. */
const END_TRIES = 30;

/** Writes what a training does, at a beat, and hears when it is to stop. */
export class TrainingMonitor {
  readonly progress = new TrainingProgress();
  private readonly store: Store;
  private readonly training: Pick<KeptTraining, 'trainingId'>;
  private readonly deedOf: (end: Readonly<Record<string, unknown>>) => Deed;
  private readonly stopping: AbortController;
  private readonly beat: NodeJS.Timeout;
  /** What kept the training's state from being written; it ends by it. */
  failure: { readonly error: unknown } | null = null;
  /** Stage and numbers as they were written last. */
  private writtenCounts = '';

  /** @param stopping aborted when the training is asked to stop */
  constructor(
    store: Store,
    training: Pick<KeptTraining, 'trainingId'>,
    deedOf: (end: Readonly<Record<string, unknown>>) => Deed,
    stopping: AbortController,
  ) {
    this.stopping = stopping;
    this.store = store;
    this.training = training;
    this.deedOf = deedOf;
    this.beat = setInterval(() => {
      this.write().catch((error: unknown) => {
        this.failure ??= { error };
        this.stopping.abort();
      });
    }, BEAT_MS);
  }

  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  count(before: ReadonlyMap<string, 'done' | 'failed'>): void {
    for (const status of before.values()) this.progress[status]++;
  }

  /** @param most how often it is tried while the store is busy or its disk is full */
  async end(status: Exclude<RunStatus, 'running'>, message: string | null, most = END_TRIES): Promise<void> {
    clearInterval(this.beat);
    for (let tries = 1; ; tries++) {
      try {
        await this.write();
        const endedAt = new Date().toISOString();
        const { done, failed } = this.progress;
        const deed = this.deedOf({ status, done, failed });
        await this.store.trainings.update(
          this.training.trainingId,
          { status, endedAt, beatAt: endedAt, message },
          undefined,
          deed,
        );
        return;
      } catch (error) {
        if (!isPassing(error) || tries >= most) throw error;
        await pause(2_000);
      }
    }
  }

  private async write(): Promise<void> {
    const { trainingId } = this.training;
    const { stage, done, failed } = this.progress;
    const cells = this.progress.take();
    try {
      const counts = JSON.stringify([stage, done, failed]);
      if (counts !== this.writtenCounts) await this.store.trainings.update(trainingId, { stage, done, failed });
      this.writtenCounts = counts;
      const status = await this.store.trainings.progress(trainingId, new Date().toISOString(), cells);
      if (status === 'stopping') this.stopping.abort();
    } catch (error) {
      // Progress that could not be written is written with the next beat: a busy store must not end a training, nor a
      // disk that is full for a while.
      this.progress.putBack(cells);
      if (!isPassing(error)) throw error;
    }
  }
}
