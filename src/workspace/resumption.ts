/** Which trainings a user goes on with, gives up, or has already done. */

import { randomUUID } from 'node:crypto';
import type { CellName } from '../contract/cell-name.ts';
import type { CellFilter } from '../contract/store/cells.ts';
import type { Cursor, Page } from '../contract/store/page.ts';
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
  /** Whether it has trained a cell already. */
  readonly isDone: (cell: CellName) => Promise<boolean>;
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
  const begun = { trainingId: options.trainingId ?? randomUUID(), isDone: async () => false };
  // One cell goes on from its own checkpoint, whatever an earlier training of many left done.
  if (single) return begun;
  const last = options.trainingId ?? ((await store.documents.read('training', 'fleet')) as string | null);
  if (options.resume === true && last) return { trainingId: last, isDone: (cell) => isDoneIn(store, last, cell) };
  await store.documents.put('training', 'fleet', begun.trainingId);
  return begun;
}

/** @throws DemandaError CHECKPOINT_EXISTS naming a cell whose newest training by iterations was interrupted */
async function refuseInterrupted(store: Store, filter: CellFilter): Promise<void> {
  // Runs know no type.
  const { productType, ...named } = filter;
  for await (const run of store.runs.list(named)) {
    const { merchant, product, iterations } = run;
    if (run.status !== 'stopped' || iterations === 0) continue;
    if (productType !== undefined && (await store.cells.count({ merchant, product, productType })) === 0) continue;
    const newest = await newestIterated(store, { merchant, product });
    if (newest?.runId === run.runId)
      throw new DemandaError('CHECKPOINT_EXISTS', { merchant, product, iteration: iterations });
  }
}

/** Of a cell's trainings by iterations that got beyond their start. */
async function newestIterated(store: Store, cell: CellName): Promise<RunSummary | null> {
  for await (const run of iteratedRuns(store, cell)) if (run.iterations > 0) return run;
  return null;
}

/** Whether a training by iterations has done a cell. */
async function isDoneIn(store: Store, trainingId: string, cell: CellName): Promise<boolean> {
  for await (const run of iteratedRuns(store, cell))
    if (run.status === 'done' && run.trainingId === trainingId) return true;
  return false;
}

/** Of a cell, those begun last first. */
async function* iteratedRuns({ runs }: Store, { merchant, product }: CellName): AsyncIterable<RunSummary> {
  for (let after: Cursor | null = null; ; ) {
    const page: Page<RunSummary> = await runs.page({ merchant, product }, { limit: 10, after });
    yield* page.items;
    if (page.next === null) return;
    after = page.next;
  }
}
