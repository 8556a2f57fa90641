/** What the process of a training tells the store, and hears from it. */

import { setTimeout as pause } from 'node:timers/promises';
import { type CellName, cellKey } from '../contract/cell-name.ts';
import type { RunDocumentItem } from '../contract/documents.ts';
import type { Deed } from '../contract/store/deed.ts';
import type { Store } from '../contract/store/store.ts';
import type { KeptCellProgress, KeptTraining } from '../contract/store/trainings.ts';
import type { RunStatus } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { FleetProgress } from '../fleet/fleet-run.ts';
import type { IterationProgress } from '../fleet/work.ts';

/** How often a process writes what it knows and looks whether it is to stop. */
const BEAT_MS = 400;
/** How often the end of a training is written again while the store is busy or its disk is full. */
const END_TRIES = 30;

/** Writes what a training does, at a beat, and hears when it is to stop. */
export class TrainingMonitor {
  private readonly store: Store;
  private readonly training: KeptTraining;
  private readonly deedOf: (end: Readonly<Record<string, unknown>>) => Deed;
  private readonly stopping = new AbortController();
  private readonly changed = new Map<string, Omit<KeptCellProgress, 'seq'>>();
  private readonly begun = new Map<string, { readonly at: number; readonly iteration: number }>();
  private readonly beat: NodeJS.Timeout;
  /** What kept the training's state from being written; it ends by it. */
  failure: { readonly error: unknown } | null = null;
  private stage: FleetProgress['stage'] | null = null;
  private done = 0;
  private failed = 0;
  /** Stage and numbers as they were written last. */
  private writtenCounts = '';

  constructor(store: Store, training: KeptTraining, deedOf: (end: Readonly<Record<string, unknown>>) => Deed) {
    this.store = store;
    this.training = training;
    this.deedOf = deedOf;
    this.beat = setInterval(() => {
      this.write().catch((error: unknown) => {
        this.failure ??= { error };
        this.stopping.abort();
      });
    }, BEAT_MS);
    // A process that is told to end by the system stops like one that is asked to.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => this.stopping.abort());
  }

  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  count(before: ReadonlyMap<string, 'done' | 'failed'>): void {
    for (const status of before.values()) this[status]++;
  }

  readonly onStage = ({ stage }: FleetProgress): void => {
    this.stage = stage;
  };

  readonly onIteration = (cell: CellName, progress: IterationProgress): void => {
    this.stage = 'train';
    const key = cellKey(cell);
    const now = performance.now();
    const begun = this.begun.get(key) ?? { at: now, iteration: progress.iteration };
    this.begun.set(key, begun);
    const perSecond = now > begun.at ? ((progress.iteration - begun.iteration) / (now - begun.at)) * 1_000 : 0;
    this.put(cell, {
      status: 'running',
      runId: null,
      iteration: progress.iteration,
      iterations: progress.iterations,
      error: finite(progress.error),
      best: finite(progress.best),
      points: progress.curve.map((error, i) => [progress.curveIterations[i], finite(error)]),
      iterationsPerSecond: perSecond > 0 ? perSecond : null,
      secondsLeft: perSecond > 0 ? (progress.iterations - progress.iteration) / perSecond : null,
      message: null,
    });
  };

  readonly onRun = (run: RunDocumentItem): void => {
    this.begun.delete(cellKey(run));
    if (run.status === 'done') this.done++;
    if (run.status === 'failed') this.failed++;
    this.put(run, {
      status: run.status,
      runId: run.runId,
      iteration: run.iterations,
      iterations: run.iterations,
      error: run.convergence?.last ?? run.error.wape,
      best: run.convergence?.best ?? run.error.wape,
      points: [],
      iterationsPerSecond: null,
      secondsLeft: null,
      message: run.failure?.message ?? null,
    });
  };

  async end(status: Exclude<RunStatus, 'running'>, message: string | null): Promise<void> {
    clearInterval(this.beat);
    for (let tries = 1; ; tries++) {
      try {
        await this.write();
        const endedAt = new Date().toISOString();
        const deed = this.deedOf({ status, done: this.done, failed: this.failed });
        await this.store.trainings.update(
          this.training.trainingId,
          { status, endedAt, beatAt: endedAt, message },
          undefined,
          deed,
        );
        return;
      } catch (error) {
        if (!isPassing(error) || tries === END_TRIES) throw error;
        await pause(2_000);
      }
    }
  }

  private put({ merchant, product }: CellName, progress: KeptCellProgress['progress']): void {
    this.changed.set(cellKey({ merchant, product }), { merchant, product, progress });
  }

  private async write(): Promise<void> {
    const { trainingId } = this.training;
    const cells = [...this.changed.values()];
    this.changed.clear();
    try {
      const counts = JSON.stringify([this.stage, this.done, this.failed]);
      const stage = this.stage === 'backtest' ? null : this.stage;
      if (counts !== this.writtenCounts)
        await this.store.trainings.update(trainingId, { stage, done: this.done, failed: this.failed });
      this.writtenCounts = counts;
      const status = await this.store.trainings.progress(trainingId, new Date().toISOString(), cells);
      if (status === 'stopping') this.stopping.abort();
    } catch (error) {
      // Progress that could not be written is written with the next beat: a busy store must not end a training, nor a
      // disk that is full for a while.
      for (const cell of cells) if (!this.changed.has(cellKey(cell))) this.changed.set(cellKey(cell), cell);
      if (!isPassing(error)) throw error;
    }
  }
}

/** What may be otherwise a moment later. */
function isPassing(error: unknown): boolean {
  return error instanceof DemandaError && (error.code === 'STORE_BUSY' || error.code === 'STORE_DISK_FULL');
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
