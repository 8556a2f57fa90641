/** Which trainings a user goes on with, gives up, or has already done. */

import type { CellFilter, RunSummary, Store } from '../contract/store.ts';
import { DemandaError } from '../errors.ts';
import { cellKey } from './run-items.ts';

/** Of a training's options. */
export interface ResumeOptions {
  readonly merchant?: string;
  readonly product?: string;
  readonly resume?: boolean;
  readonly fresh?: boolean;
  readonly since?: string;
}

/** The instant that a resumed fleet began at. @throws DemandaError CHECKPOINT_EXISTS when an interrupted training is neither gone on with nor given up */
export async function trainingSince(store: Store, options: ResumeOptions, filter: CellFilter, cold: boolean): Promise<string> {
  const single = cold || (filter.merchant !== undefined && filter.product !== undefined);
  const [merchant, product] = cold ? [options.merchant, options.product] : [filter.merchant, filter.product];
  if (!single && options.fresh !== true && options.resume !== true) await refuseInterrupted(store, filter);
  if (single && options.fresh !== true) {
    const found = await store.newestCheckpoint(merchant as string, product as string);
    if (found && options.resume !== true && found.run.status === 'stopped') {
      throw new DemandaError('CHECKPOINT_EXISTS', { merchant: merchant as string, product: product as string, iteration: found.iteration });
    }
    if (!found && options.resume === true) throw new DemandaError('CHECKPOINT_MISSING', { merchant: merchant as string, product: product as string });
  }
  const stored = options.since ?? ((await store.getDocument('training', 'since')) as string | null);
  const now = new Date().toISOString();
  // One cell goes on from its own checkpoint, whatever an earlier training of many left done.
  if (single) return now;
  if (options.resume === true && stored) return stored;
  await store.putDocument('training', 'since', now);
  return now;
}

/** @throws DemandaError CHECKPOINT_EXISTS naming the first cell whose newest training by iterations was interrupted */
async function refuseInterrupted(store: Store, filter: CellFilter): Promise<void> {
  // Runs know no type.
  const { productType, ...named } = filter;
  const ofType = new Set<string>();
  if (productType !== undefined) for await (const cell of store.listCells(filter)) ofType.add(cellKey(cell));
  const newest = new Map<string, RunSummary>();
  for await (const run of store.listRuns(named)) if (run.iterations > 0) newest.set(cellKey(run), run);
  for (const [key, { status, merchant, product, iterations }] of newest) {
    if (status === 'stopped' && (productType === undefined || ofType.has(key)))
      throw new DemandaError('CHECKPOINT_EXISTS', { merchant, product, iteration: iterations });
  }
}

/** Cells whose training by iterations was done since an instant. */
export async function doneSince(store: Store, since: string, { productType: _, ...filter }: CellFilter): Promise<ReadonlySet<string>> {
  const done = new Set<string>();
  for await (const run of store.listRuns(filter)) if (run.status === 'done' && run.iterations > 0 && run.startedAt >= since) done.add(cellKey(run));
  return done;
}
