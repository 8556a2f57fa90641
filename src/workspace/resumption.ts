/** Which trainings a user goes on with, gives up, or has already done. */

import { randomUUID } from 'node:crypto';
import { cellKey } from '../contract/cell-name.ts';
import type { CellFilter } from '../contract/store/cells.ts';
import type { RunSummary } from '../contract/store/runs.ts';
import type { Store } from '../contract/store/store.ts';
import { DemandaError } from '../errors/demanda-error.ts';

/** Of a training's options. */
export interface ResumeOptions {
  readonly merchant?: string;
  readonly product?: string;
  readonly resume?: boolean;
  readonly fresh?: boolean;
  readonly trainingId?: string;
}

/**
 * A training of one cell or many that begins or goes on. Its runs carry its id: a clock cannot mistake those of another
 * for them.
 */
export interface BegunTraining {
  readonly trainingId: string;
  /** Keys of the cells that it has trained already. */
  readonly done: ReadonlySet<string>;
}

/**
 * @throws DemandaError CHECKPOINT_EXISTS when an interrupted training is neither gone on with nor given up,
 * CHECKPOINT_MISSING when there is nothing to go on with
 */
export async function beginTraining(
  store: Store,
  options: ResumeOptions,
  filter: CellFilter,
  cold: boolean,
): Promise<BegunTraining> {
  const single = cold || (filter.merchant !== undefined && filter.product !== undefined);
  const [merchant, product] = cold ? [options.merchant, options.product] : [filter.merchant, filter.product];
  if (!single && options.fresh !== true && options.resume !== true) await refuseInterrupted(store, filter);
  if (single && options.fresh !== true) {
    const found = await store.runs.newestCheckpoint({ merchant: merchant as string, product: product as string });
    if (found && options.resume !== true && found.run.status === 'stopped') {
      throw new DemandaError('CHECKPOINT_EXISTS', {
        merchant: merchant as string,
        product: product as string,
        iteration: found.iteration,
      });
    }
    if (!found && options.resume === true)
      throw new DemandaError('CHECKPOINT_MISSING', { merchant: merchant as string, product: product as string });
  }
  const begun = { trainingId: options.trainingId ?? randomUUID(), done: new Set<string>() };
  // One cell goes on from its own checkpoint, whatever an earlier training of many left done.
  if (single) return begun;
  const last = options.trainingId ?? ((await store.documents.read('training', 'fleet')) as string | null);
  if (options.resume === true && last) return { trainingId: last, done: await doneIn(store, last, filter) };
  await store.documents.put('training', 'fleet', begun.trainingId);
  return begun;
}

/** @throws DemandaError CHECKPOINT_EXISTS naming the first cell whose newest training by iterations was interrupted */
async function refuseInterrupted(store: Store, filter: CellFilter): Promise<void> {
  // Runs know no type.
  const { productType, ...named } = filter;
  const ofType = new Set<string>();
  if (productType !== undefined) for await (const cell of store.cells.list(filter)) ofType.add(cellKey(cell));
  const newest = new Map<string, RunSummary>();
  for await (const run of store.runs.list(named)) if (run.iterations > 0) newest.set(cellKey(run), run);
  for (const [key, { status, merchant, product, iterations }] of newest) {
    if (status === 'stopped' && (productType === undefined || ofType.has(key)))
      throw new DemandaError('CHECKPOINT_EXISTS', { merchant, product, iteration: iterations });
  }
}

/** Keys of the cells that a training by iterations has done. */
async function doneIn(
  store: Store,
  trainingId: string,
  { productType: _, ...filter }: CellFilter,
): Promise<ReadonlySet<string>> {
  const done = new Set<string>();
  for await (const run of store.runs.list(filter))
    if (run.status === 'done' && run.trainingId === trainingId) done.add(cellKey(run));
  return done;
}
