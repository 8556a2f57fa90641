/** One cell's training by iterations as a piece of work that reports, can be stopped, and goes on from a checkpoint. */

import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import type { HistoryFigures, MachineFigures } from '../contract/store/runs.ts';
import { stateBytes } from '../contract/training-state.ts';
import { NotFiniteError } from '../core/checks.ts';
import type { FitContext } from '../core/demand/cross-validation.ts';
import { refusalOf } from '../core/demand/fit-demand.ts';
import type { IterationKernel } from '../core/kernel/iteration-kernel.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { type ErrorHistory, errorFigures, errorOf, HistoryRecorder, METRICS } from '../core/training/history.ts';
import { Training, type TrainingState } from '../core/training/training.ts';
import { fitContext } from './cell-fit.ts';
import type { IterateInput, IterateNote, IterateResult, IterationProgress, TrainingInputs, WorkGiven } from './work.ts';

/** Iterations between two looks at the clock and at messages. */
const PIECE = 500;
const PROGRESS_MS = 100;
/** Checkpoints that may be waiting to be written before the training waits for them. */
const MOST_UNWRITTEN = 2;

/** The context of a fit from what is kept of it. */
export function trainingOf(
  series: CellSeries,
  inputs: TrainingInputs,
  state: TrainingState | null,
  kernels: IterationKernel[] = [],
): Training {
  const context: FitContext = {
    ...fitContext(inputs.settings, inputs.priors),
    ...(inputs.assumed && { assumed: true }),
  };
  return new Training(series, context, inputs.options, state, kernels);
}

/**
 * Trains in the calling thread, reports, and can be stopped between evaluations. It goes on while a checkpoint is
 * written, but never leads by more than two.
 */
export async function iterateCell(
  { series, inputs, state }: IterateInput,
  { stopped, tell }: Pick<WorkGiven<IterateNote>, 'stopped' | 'tell'>,
): Promise<IterateResult> {
  // Asked first: on rows that cannot carry a model no iteration would come to anything.
  const begun = process.threadCpuUsage();
  const refusal = refusalOf(series);
  if (refusal) return failedResult(refusal);
  let training: Training;
  try {
    training = trainingOf(series, inputs, state);
  } catch (error) {
    if (!(error instanceof NotFiniteError)) throw error;
    return failedResult({ ok: false, code: 'NOT_FINITE', iteration: 0 } as const);
  }
  const { checkpointEvery, options } = inputs;
  const checkpoints = new Checkpoints(tell, state ? state.iteration : -1);
  const tellProgress = (): void => void tell({ kind: 'progress', progress: progressOf(training, options.iterations) });
  let told = 0;
  while (training.finished === null && !stopped()) {
    const checkpoint = (Math.floor(training.iterationsDone / checkpointEvery) + 1) * checkpointEvery;
    training.run(Math.min(checkpoint, training.iterationsDone + PIECE), stopped);
    if (training.finished === null && training.iterationsDone === checkpoint)
      await checkpoints.save(training, MOST_UNWRITTEN - 1);
    if (performance.now() - told > PROGRESS_MS) {
      told = performance.now();
      tellProgress();
      // Whoever shares the thread hears of it, and may end the training.
      await turn();
    }
  }
  // The last state is saved even of a training that ended by itself: should the process die before the model is kept,
  // nothing is trained again.
  if (training.finished !== 'failed') await checkpoints.save(training, 0);
  tellProgress();
  const stopReason = training.finished ?? 'interrupted';
  return {
    outcome:
      stopReason === 'failed'
        ? { ok: false, code: 'NOT_FINITE', iteration: training.iterationsDone }
        : training.model(),
    history: training.history(),
    iterations: training.iterationsDone,
    stopReason,
    machine: machineSince(begun),
  };
}

/** How a training ends that did not iterate, or of which nothing but its checkpoints is left. */
export function failedResult<Failed>(outcome: Failed): Omit<IterateResult, 'outcome'> & { readonly outcome: Failed } {
  const history = new HistoryRecorder('simulated', METRICS).history();
  return { outcome, history, iterations: 0, stopReason: 'failed', machine: { cpuSeconds: null, peakMemory: null } };
}

/** What this thread worked since then, and the most that its process had in memory. */
function machineSince(begun: NodeJS.CpuUsage): MachineFigures {
  const { user, system } = process.threadCpuUsage(begun);
  return { cpuSeconds: (user + system) / 1e6, peakMemory: process.resourceUsage().maxRSS * 1024 };
}

/** States on their way to be written. */
class Checkpoints {
  private readonly tell: WorkGiven<IterateNote>['tell'];
  /** The same state twice would push the one before it out. */
  private savedAt: number;
  private readonly unwritten: Promise<void>[] = [];

  constructor(tell: WorkGiven<IterateNote>['tell'], savedAt: number) {
    this.tell = tell;
    this.savedAt = savedAt;
  }

  /** Tells the present state and waits until no more than so many are still to be written. */
  async save(training: Training, mayWait: number): Promise<void> {
    const iteration = training.iterationsDone;
    if (iteration > this.savedAt) {
      this.savedAt = iteration;
      // Encoded here: the thread that writes serves every training.
      const state = stateBytes(training.state());
      const figures = historyFigures(training.history());
      this.unwritten.push(this.tell({ kind: 'checkpoint', checkpoint: { iteration, state, figures } }));
    }
    while (this.unwritten.length > mayWait) await this.unwritten.shift();
  }
}

function progressOf(training: Training, iterations: number): IterationProgress {
  const history = training.history();
  const errors = errorOf(history);
  let best = Number.NaN;
  for (const e of errors) if (!(e >= best) && Number.isFinite(e)) best = e;
  const every = Math.max(1, Math.ceil(errors.length / 200));
  const shown = (_: number, i: number): boolean => (errors.length - 1 - i) % every === 0;
  return {
    iteration: training.iterationsDone,
    iterations,
    error: errors.at(-1) ?? Number.NaN,
    best,
    curve: Array.from(errors).filter(shown),
    curveIterations: Array.from(history.iterations).filter(shown),
  };
}

/** Figures of a history for lists. */
export function historyFigures(history: ErrorHistory): HistoryFigures {
  const { first, best, bestIteration, last } = errorFigures(history);
  return {
    points: history.iterations.length,
    errorKind: history.errorKind,
    firstError: first,
    bestError: best,
    bestIteration,
    lastError: last,
  };
}

/** Threads for a number of cells. */
export function threadsFor(cells: number, workers: number | undefined): number {
  return Math.max(1, Math.min(workers ?? availableParallelism(), cells));
}
