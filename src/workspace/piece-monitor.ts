/** What a worker tells of a piece while it is at it, and hears: that it is to stop, or has lost it. */

import { type BatchCounts, REPORT_MS, type TakenWork } from '../contract/store/queue.ts';
import type { Store } from '../contract/store/store.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { TrainingProgress } from './training-progress.ts';

export class PieceMonitor {
  readonly progress = new TrainingProgress();
  private readonly taken: TakenWork<Store>;
  private readonly ending = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private writing: Promise<void> = Promise.resolve();
  private stopping = false;

  /** @param drain the worker is to end */
  constructor(taken: TakenWork<Store>, drain: AbortSignal) {
    this.taken = taken;
    this.progress.done = taken.ended.done;
    this.progress.failed = taken.ended.failed;
    if (drain.aborted) this.ending.abort();
    drain.addEventListener('abort', this.end);
    this.drain = drain;
    this.timer = setInterval(() => void this.report().catch(() => {}), REPORT_MS);
  }

  private readonly drain: AbortSignal;

  /** Work is to end early: for whichever reason. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** Somebody asked the training to stop. */
  get stops(): boolean {
    return this.stopping;
  }

  get counts(): BatchCounts {
    return { done: this.progress.done, failed: this.progress.failed };
  }

  /** Tells what is not told yet. @throws what kept it from being told, after which it is told the next time */
  report(): Promise<void> {
    this.writing = this.writing.catch(() => {}).then(() => this.write());
    return this.writing;
  }

  close(): void {
    clearInterval(this.timer);
    this.drain.removeEventListener('abort', this.end);
  }

  private readonly end = (): void => this.ending.abort();

  private async write(): Promise<void> {
    const cells = this.progress.take();
    try {
      const status = await this.taken.report({ counts: this.counts, stage: this.progress.stage, cells });
      if (status === 'stopping') this.stopping = true;
      if (this.stopping) this.end();
    } catch (error) {
      this.progress.putBack(cells);
      // What it would still do is nobody's any more. A database that is away for a moment ends nothing: what the work
      // itself writes tells whether it is back.
      if (error instanceof DemandaError && error.code === 'TRAINING_OVERTAKEN') this.end();
      throw error;
    }
  }
}
