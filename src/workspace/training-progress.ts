/** How far the cells of a training are, as it is told to whoever watches: what changed since it was told last. */

import { type CellName, cellKey } from '../contract/cell-name.ts';
import type { RunDocumentItem } from '../contract/documents.ts';
import type { KeptCellProgress } from '../contract/store/trainings.ts';
import type { TrainingStage } from '../core/vocabulary.ts';
import type { FleetProgress } from '../fleet/fleet-run.ts';
import type { IterationProgress } from '../fleet/work.ts';

export type CellChange = Omit<KeptCellProgress, 'seq'>;

export class TrainingProgress {
  stage: TrainingStage | null = null;
  done = 0;
  failed = 0;
  /** Why the first cell that could not be trained was not. */
  message: string | null = null;
  private changed = new Map<string, CellChange>();
  private readonly begun = new Map<
    string,
    { readonly at: number; readonly iteration: number; readonly iterations: number }
  >();

  readonly onStage = ({ stage }: FleetProgress): void => {
    this.stage = stage === 'backtest' ? null : stage;
  };

  readonly onIteration = (cell: CellName, progress: IterationProgress): void => {
    this.stage = 'train';
    const key = cellKey(cell);
    const now = performance.now();
    const begun = this.begun.get(key) ?? { at: now, iteration: progress.iteration, iterations: progress.iterations };
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
      modelError: null,
      errorBefore: null,
      runBefore: null,
      iterationsPerSecond: perSecond > 0 ? perSecond : null,
      secondsLeft: perSecond > 0 ? (progress.iterations - progress.iteration) / perSecond : null,
      message: null,
    });
  };

  readonly onRun = (run: RunDocumentItem): void => {
    const begun = this.begun.get(cellKey(run));
    this.begun.delete(cellKey(run));
    if (run.status === 'done') this.done++;
    if (run.status === 'failed') this.failed++;
    this.message ??= run.failure?.message ?? null;
    this.put(run, {
      status: run.status,
      runId: run.runId,
      iteration: run.iterations,
      // One that was stopped stands where it stood, on the way to where it was to go.
      iterations: run.status === 'stopped' ? (begun?.iterations ?? run.iterations) : run.iterations,
      error: run.convergence?.last ?? run.error.wape,
      best: run.convergence?.best ?? run.error.wape,
      points: [],
      modelError: run.status === 'done' ? run.error.wape : null,
      errorBefore: run.errorBefore,
      runBefore: run.runBefore,
      iterationsPerSecond: null,
      secondsLeft: null,
      message: run.failure?.message ?? null,
    });
  };

  /** What changed since the last time. */
  take(): CellChange[] {
    const cells = [...this.changed.values()];
    this.changed = new Map();
    return cells;
  }

  /** What was taken and could not be told is told the next time, where nothing newer is known by then. */
  putBack(cells: readonly CellChange[]): void {
    this.changed = new Map([...cells.map((cell) => [cellKey(cell), cell] as const), ...this.changed]);
  }

  private put({ merchant, product }: CellName, progress: KeptCellProgress['progress']): void {
    this.changed.set(cellKey({ merchant, product }), { merchant, product, progress });
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
