/** Cells without any sale: when one starts cold, and the facts that were given of it. */

import { type CellName, cellKey } from '../contract/cell-name.ts';
import type { ColdStartGiven } from '../core/pricing/cold-start.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { WorkspaceContext } from './context.ts';
import type { RecommendOptions } from './options.ts';

/**
 * The named cell where it starts cold: in an empty workspace, where its facts are given, or where it was trained
 * without sales. Null for all others.
 */
export async function coldCellOf(
  context: WorkspaceContext,
  { merchant, product, coldStart = {} }: Pick<RecommendOptions, 'merchant' | 'product' | 'coldStart'>,
): Promise<CellName | null> {
  if (merchant === undefined || product === undefined) return null;
  const given = Object.keys(coldStart).length > 0;
  const found = await context.names.find(merchant, product);
  if (found?.sold) {
    if (given) throw new DemandaError('COLD_START_HAS_SALES', { merchant: found.merchant, product: found.product });
    return null;
  }
  const cell = { merchant: found?.merchant ?? merchant, product: found?.product ?? product };
  const cold =
    given ||
    (await context.store.cells.count({})) === 0 ||
    (await isTrainedWithoutSales(context, cell.merchant, cell.product));
  return cold ? cell : null;
}

async function isTrainedWithoutSales(context: WorkspaceContext, merchant: string, product: string): Promise<boolean> {
  return (
    (await context.store.models.read({ merchant, product })) !== null ||
    (await context.store.runs.newestCheckpoint({ merchant, product })) !== null
  );
}

/** The facts that a training without sales was given, and those given now. */
export async function coldStartGiven(
  context: WorkspaceContext,
  merchant: string,
  product: string,
  given: ColdStartGiven = {},
): Promise<ColdStartGiven> {
  return {
    ...((await context.store.documents.read('cold-start', cellKey({ merchant, product }))) as ColdStartGiven | null),
    ...given,
  };
}
