/** A training in the process that was started for it. */

import type { TrainingOptionsBody } from '../contract/api.ts';
import { type CellName, cellKey } from '../contract/cell-name.ts';
import type { RunDocumentItem, TrainTotals } from '../contract/documents.ts';
import type { Deed } from '../contract/store/deed.ts';
import type { Store } from '../contract/store/store.ts';
import type { KeptTraining } from '../contract/store/trainings.ts';
import type { FleetProgress } from '../fleet/fleet-run.ts';
import { HOLDER_ID } from '../fleet/lease.ts';
import type { IterationProgress } from '../fleet/work.ts';
import type { DeedMaker } from './actors.ts';
import { endedCells } from './ended-cells.ts';
import { Spool } from './spool.ts';
import { isIterated } from './training.ts';
import { trainingDeed, wordsOf } from './training-items.ts';
import { logFailure } from './training-log.ts';
import { TrainingMonitor } from './training-monitor.ts';

/** What a training needs of the workspace. */
export interface TrainingWork {
  train(
    options: TrainingOptionsBody & {
      readonly cells?: readonly CellName[];
      readonly merchant?: string;
      readonly product?: string;
      readonly resume?: boolean;
      readonly trainingId: string;
      readonly signal: AbortSignal;
      readonly onProgress: (progress: FleetProgress) => void;
      readonly onIteration: (cell: CellName, progress: IterationProgress) => void;
      readonly onRun: (run: RunDocumentItem) => void;
    },
    each: (run: RunDocumentItem) => void,
  ): Promise<TrainTotals>;
  /** Proposes prices by the models that were trained. Prices that somebody approved stand. */
  propose(cells: Iterable<CellName> & { readonly length: number }): Promise<void>;
}

/** Trains, in the process that was started for it. Ends with the training. */
export async function performTraining(
  store: Store,
  trainingId: string,
  deed: DeedMaker,
  work: TrainingWork,
): Promise<void> {
  const training = await store.trainings.read(trainingId);
  // Nothing is kept of one that was told to stop before it came up.
  if (!training || !(await claim(store, training, deed))) return;
  const trained = new Spool<CellName>();
  const stopping = new AbortController();
  // A process that is told to end by the system stops like one that is asked to.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  const deedOf = (end: Readonly<Record<string, unknown>>): Deed => trainingDeed(deed, 'training.end', training, end);
  const monitor = new TrainingMonitor(store, training, deedOf, stopping);
  try {
    const before = training.resumes > 0 ? await endedCells(store, trainingId) : new Map<string, 'done' | 'failed'>();
    monitor.count(before);
    let failure: string | null = null;
    const options = {
      ...(await workLeft(store, training, before)),
      trainingId,
      signal: monitor.signal,
      onProgress: monitor.progress.onStage,
      onIteration: monitor.progress.onIteration,
      onRun: monitor.progress.onRun,
    };
    const { count, failed } = await work.train(options, (run) => {
      failure ??= run.failure?.message ?? null;
      if (run.modelId !== null) trained.push({ merchant: run.merchant, product: run.product });
    });
    if (monitor.failure) throw monitor.failure.error;
    await work.propose(trained);
    const all = count > 0 && failed === count;
    await monitor.end(monitor.signal.aborted ? 'stopped' : all ? 'failed' : 'done', failure);
  } catch (error) {
    // First to the log: what keeps the training from going on may keep the store from being written.
    logFailure(error);
    await monitor.end('failed', wordsOf(error, training.lang));
    process.exitCode = 1;
  } finally {
    trained.close();
  }
}

/** Makes the training this process's own; false where it was stopped before, or another process has it. */
async function claim({ trainings }: Store, training: KeptTraining, deed: DeedMaker): Promise<boolean> {
  const { trainingId } = training;
  const now = new Date().toISOString();
  const ended = trainingDeed(deed, 'training.end', training, { status: 'stopped', done: 0, failed: 0 });
  if (await trainings.update(trainingId, { status: 'stopped', endedAt: now, beatAt: now }, ['stopping'], ended))
    return false;
  const running = {
    status: 'running',
    holderId: HOLDER_ID,
    beatAt: now,
  } as const;
  return trainings.update(trainingId, running, ['starting']);
}

/** The training's options and what of it is to do, from its beginning or where it was interrupted. */
async function workLeft(
  store: Store,
  training: KeptTraining,
  ended: ReadonlyMap<string, 'done' | 'failed'>,
): Promise<
  TrainingOptionsBody & {
    readonly cells?: readonly CellName[];
    readonly merchant?: string;
    readonly product?: string;
    readonly resume?: boolean;
    readonly fresh?: boolean;
  }
> {
  const resumed = training.resumes > 0;
  const options = training.options as TrainingOptionsBody;
  const left = resumed ? await cellsLeft(store, training, ended) : training.chosen;
  const single = left?.length === 1 ? (left[0] as CellName) : null;
  const goesOn =
    resumed && isIterated(options) && (single === null || (await store.runs.newestCheckpoint(single)) !== null);
  return {
    ...options,
    ...(single ?? (left ? { cells: left } : training.merchant !== null && { merchant: training.merchant })),
    ...(goesOn ? { resume: true } : { fresh: true }),
  };
}

/** Cells of a training that it has not ended with. */
async function cellsLeft(
  store: Store,
  training: KeptTraining,
  ended: ReadonlyMap<string, 'done' | 'failed'>,
): Promise<CellName[]> {
  const left: CellName[] = [];
  if (training.chosen) left.push(...training.chosen);
  else {
    const filter = training.merchant === null ? {} : { merchant: training.merchant };
    for await (const { merchant, product } of store.cells.list(filter)) left.push({ merchant, product });
  }
  return left.filter((cell) => !ended.has(cellKey(cell)));
}
