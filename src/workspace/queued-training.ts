/** A training that its caller waits for, in a workspace with a queue: this process works on it among others. */

import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type CellProgress, type TrainingItem, trainingOptions } from '../contract/api.ts';
import type { CellName } from '../contract/cell-name.ts';
import { TRAINING_UNDER_WAY } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { FleetProgress } from '../fleet/fleet-run.ts';
import { coldCellOf } from './cold-cells.ts';
import type { WorkspaceContext } from './context.ts';
import type { TrainOptions } from './options.ts';
import { isPassing } from './passing.ts';
import type { Trainings } from './trainings.ts';
import type { WorkerOptions } from './worker.ts';

/** How often it is asked how far the training is. */
const LOOK_MS = 1_000;

export interface QueuedTraining {
  readonly training: TrainingItem;
  /** Cells that could not be trained, the first thousand. */
  readonly refused: readonly CellProgress[];
}

export interface QueuedTrainingGiven {
  readonly trainings: Trainings;
  readonly work: (options: Pick<WorkerOptions, 'threads' | 'signal' | 'onNews'>) => Promise<void>;
  readonly onNews?: WorkerOptions['onNews'];
}

/** Most cells whose refusal is told. */
const MOST_REFUSED = 1_000;

/** Whether a training is one for the queue: a cell without sales is trained where it is asked for. */
export async function isForQueue(context: WorkspaceContext, { merchant, product }: TrainOptions): Promise<boolean> {
  if (!context.store.queue) return false;
  if (merchant === undefined || product === undefined) return true;
  return (await context.names.find(merchant, product))?.sold === true;
}

/**
 * Starts a training, or with `resume` goes on with the newest that was stopped, and works until it has ended.
 *
 * @throws DemandaError as the start of a training does
 */
export async function trainOnQueue(
  context: WorkspaceContext,
  options: TrainOptions,
  { trainings, work, onNews }: QueuedTrainingGiven,
): Promise<QueuedTraining> {
  const trainingId = await begun(context, options, trainings);
  const ended = new AbortController();
  const threads = options.workers ?? availableParallelism();
  const working = work({ threads, signal: ended.signal, ...(onNews && { onNews }) });
  // What it fails of is told below, and not before.
  working.catch(() => ended.abort());
  const refused: CellProgress[] = [];
  let seq = 0;
  let stopped = false;
  for (;;) {
    try {
      if (options.signal?.aborted && !stopped) {
        await trainings.stop(trainingId, null).catch(unlessEnded);
        stopped = true;
      }
      const changes = await trainings.changes(trainingId, null, seq);
      seq = changes.seq;
      for (const cell of changes.cells)
        if (cell.status === 'failed' && refused.length < MOST_REFUSED) refused.push(cell);
      tell(changes.training, changes.cells, options);
      if (!TRAINING_UNDER_WAY.includes(changes.training.status) && changes.cells.length === 0) {
        ended.abort();
        await working;
        return { training: changes.training, refused };
      }
    } catch (error) {
      if (!isPassing(error)) {
        ended.abort();
        await working.catch(() => {});
        throw error;
      }
    }
    // Whoever works here failed of what no waiting mends.
    if (ended.signal.aborted) await working;
    await pause(LOOK_MS);
  }
}

/** It ended by itself in the same moment. */
function unlessEnded(error: unknown): void {
  if (!(error instanceof DemandaError) || error.code !== 'TRAINING_ENDED') throw error;
}

function tell(
  { stage, done, failed, cells }: TrainingItem,
  changed: readonly CellProgress[],
  { onProgress, onIteration }: TrainOptions,
): void {
  if (stage !== null) onProgress?.({ stage, done: done + failed, total: cells } satisfies FleetProgress);
  for (const { merchant, product, status, points, iteration, iterations, error, best } of changed)
    if (status === 'running')
      onIteration?.(
        { merchant, product },
        {
          iteration,
          iterations,
          error: error ?? Number.NaN,
          best: best ?? Number.NaN,
          curve: points.map(([, value]) => value ?? Number.NaN),
          curveIterations: points.map(([at]) => at),
        },
      );
}

/** @returns its id */
async function begun(context: WorkspaceContext, options: TrainOptions, trainings: Trainings): Promise<string> {
  // A cell with sales takes no facts of one without.
  await coldCellOf(context, options);
  const filter = await context.names.sold(options);
  if (options.resume === true) {
    const stopped = await newestStopped(trainings, filter.merchant ?? null);
    if (stopped !== null) return (await trainings.resume(stopped, null)).trainingId;
  }
  const { actor } = context;
  let cells: CellName[] | null = options.cells ? [...options.cells] : null;
  if (!cells && (filter.product !== undefined || filter.productType !== undefined)) {
    cells = [];
    for await (const { merchant, product } of context.store.cells.list(filter)) cells.push({ merchant, product });
  }
  const caller = { actor, name: actor.name, scopes: [], merchant: filter.merchant ?? null, keyId: null } as const;
  const known = Object.keys(trainingOptions.shape) as (keyof typeof trainingOptions.shape)[];
  const asked = Object.fromEntries(
    known.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
  return trainings.start(caller, { ...(cells && { cells }), options: asked }, context.lang);
}

/** Trainings that are looked at, newest first, for one to go on with. */
const MOST_LOOKED_AT = 50;

/** The newest training of all merchants' cells, or of one merchant's, that can go on; null without one. */
async function newestStopped(trainings: Trainings, merchant: string | null): Promise<string | null> {
  const { items } = await trainings.list(merchant, { limit: MOST_LOOKED_AT });
  return items.find((training) => training.canResume && training.merchant === merchant)?.trainingId ?? null;
}
