/** One cell's training by iterations as a piece of work that reports, can be stopped, and goes on from a checkpoint. */

import { availableParallelism } from 'node:os';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { HistoryFigures } from '../contract/store.ts';
import type { FitContext } from '../core/demand/cross-validation.ts';
import { type DemandModel, type FitRefusal, refusalOf } from '../core/demand/fit-demand.ts';
import type { IterationKernel } from '../core/kernel/iteration-kernel.ts';
import type { Outcome } from '../core/outcome.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { type ErrorHistory, errorFigures, errorOf, HistoryRecorder, METRICS } from '../core/training/history.ts';
import { type StopReason, Training, type TrainingOptions, type TrainingState } from '../core/training/training.ts';
import { stateBytes } from '../store/training-records.ts';
import { type DatedPrior, type FitSettings, fitContext } from './cell-work.ts';

/** Everything that a training by iterations starts from besides the cell's rows: kept with its checkpoints, so that it goes on from the same. */
export interface TrainingInputs {
  readonly priors: readonly DatedPrior[];
  readonly settings: FitSettings;
  readonly options: TrainingOptions;
  readonly checkpointEvery: number;
  /** The rows stand for a cell without any sale: see {@link FitContext}. */
  readonly assumed: boolean;
}

export interface IterateWork {
  readonly kind: 'iterate';
  readonly series: CellSeries;
  readonly inputs: TrainingInputs;
  /** Null starts anew. */
  readonly state: TrainingState | null;
}

export interface IterateResult {
  readonly kind: 'iterate';
  /** NOT_FINITE: the figures stopped being finite; the last checkpoint is the last good state. */
  readonly outcome: Outcome<DemandModel, FitRefusal | 'NOT_FINITE'>;
  readonly history: ErrorHistory;
  readonly iterations: number;
  readonly stopReason: StopReason;
}

export interface IterationProgress {
  readonly iteration: number;
  readonly iterations: number;
  /** Present and lowest error; NaN before the first and where there is none. */
  readonly error: number;
  readonly best: number;
  /** Errors of the evaluations so far, thinned to at most 200 for a live curve. */
  readonly curve: readonly number[];
  /** The iteration of each error of the curve. */
  readonly curveIterations: readonly number[];
}

/** A state to go on from, as the store keeps it. */
export interface TrainedSoFar {
  readonly iteration: number;
  readonly state: Uint8Array<ArrayBuffer>;
  readonly figures: HistoryFigures;
}

/** What a running training tells and asks. */
export interface IterationMonitor {
  onProgress(progress: IterationProgress): void;
  /** The training goes on while a checkpoint is written, but never leads by more than two. */
  onCheckpoint(checkpoint: TrainedSoFar): void | Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** Iterations between two looks at the clock and at messages. */
const PIECE = 500;
const PROGRESS_MS = 100;
/** Checkpoints that may be waiting to be written before the training waits for them. */
const MOST_UNWRITTEN = 2;

/** `abandon`: a checkpoint could not be written, and none will be. */
export type ToTraining = 'stop' | 'written' | 'abandon';
export type FromTraining =
  | { readonly kind: 'progress'; readonly progress: IterationProgress }
  | { readonly kind: 'checkpoint'; readonly checkpoint: TrainedSoFar };

/** The context of a fit from what is kept of it. */
export function trainingOf(series: CellSeries, inputs: TrainingInputs, state: TrainingState | null, kernels: IterationKernel[] = []): Training {
  const context: FitContext = { ...fitContext(inputs.settings, inputs.priors), ...(inputs.assumed && { assumed: true }) };
  return new Training(series, context, inputs.options, state, kernels);
}

/** Trains in the calling thread; with a port it reports and can be stopped between evaluations. */
export async function iterateCell({ series, inputs, state }: IterateWork, port: MessagePort | null): Promise<IterateResult> {
  // Asked first: on rows that cannot carry a model no iteration would come to anything.
  const refusal = refusalOf(series);
  if (refusal) return { kind: 'iterate', outcome: refusal, history: new HistoryRecorder('simulated', METRICS).history(), iterations: 0, stopReason: 'failed' };
  const training = trainingOf(series, inputs, state);
  const { checkpointEvery, options } = inputs;
  let stopped = false;
  let unwritten = 0;
  /** The same state twice would push the one before it out. */
  let savedAt = state ? state.iteration : -1;
  const read = (): void => {
    for (let message = port && receiveMessageOnPort(port); message; message = receiveMessageOnPort(port as MessagePort)) {
      const told = message.message as ToTraining;
      if (told === 'written') unwritten--;
      else stopped = true;
      if (told === 'abandon') unwritten = Number.NEGATIVE_INFINITY;
    }
  };
  const tell = (message: FromTraining, transferred: ArrayBuffer[] = []): void => port?.postMessage(message, transferred);
  /** Tells the present state and waits until no more than so many are still to be written. */
  const save = async (mayWait: number): Promise<void> => {
    if (!port) return;
    if (training.iterationsDone > savedAt) {
      savedAt = training.iterationsDone;
      // Encoded here and handed over: the thread that writes serves every training.
      const state = stateBytes(training.state());
      tell({ kind: 'checkpoint', checkpoint: { iteration: savedAt, state, figures: historyFigures(training.history()) } }, [state.buffer]);
      unwritten++;
    }
    for (read(); unwritten > mayWait; read()) await new Promise((resolve) => setImmediate(resolve));
  };
  let told = 0;
  while (training.finished === null && !stopped) {
    const checkpoint = (Math.floor(training.iterationsDone / checkpointEvery) + 1) * checkpointEvery;
    training.run(Math.min(checkpoint, training.iterationsDone + PIECE), () => {
      read();
      return stopped;
    });
    if (training.finished === null && training.iterationsDone === checkpoint) await save(MOST_UNWRITTEN - 1);
    if (performance.now() - told > PROGRESS_MS) {
      told = performance.now();
      tell({ kind: 'progress', progress: progressOf(training, options.iterations) });
    }
  }
  // The last state is saved even of a training that ended by itself: should the process die before the model is kept, nothing is trained again.
  if (training.finished !== 'failed') await save(0);
  tell({ kind: 'progress', progress: progressOf(training, options.iterations) });
  const stopReason = training.finished ?? 'interrupted';
  return {
    kind: 'iterate',
    outcome: stopReason === 'failed' ? { ok: false, code: 'NOT_FINITE', iteration: training.iterationsDone } : training.model(),
    history: training.history(),
    iterations: training.iterationsDone,
    stopReason,
  };
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
  return { points: history.iterations.length, errorKind: history.errorKind, firstError: first, bestError: best, bestIteration, lastError: last };
}

/** Threads for a number of cells. */
export function threadsFor(cells: number, workers: number | undefined): number {
  return Math.max(1, Math.min(workers ?? availableParallelism(), cells));
}
