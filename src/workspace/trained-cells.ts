/** Cells that have a model, with the rows or what stands for them. */

import type { CellName } from '../contract/cell-name.ts';
import type { ModelSummary } from '../contract/store/models.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { lastRegularPrice } from '../core/demand/regular-price.ts';
import { assumedSeries, coldStartFacts } from '../core/pricing/cold-start.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { modelOfCheckpoint } from '../fleet/begun-run.ts';
import { coldStartGiven } from './cold-cells.ts';
import type { WorkspaceContext } from './context.ts';
import type { CellChoice } from './names.ts';
import { unfinishedSummary } from './run-items.ts';

/** A cell that has sales or was trained without any. */
export async function trainedCell(context: WorkspaceContext, merchant: string, product: string): Promise<CellName> {
  return (await context.names.trained({ merchant, product })) as CellName;
}

/**
 * The live model of a cell (or the given version); without one the newest checkpoint of a training that has not
 * ended, marked unfinished.
 */
export async function findModel(
  context: WorkspaceContext,
  merchant: string,
  product: string,
  series: CellSeries | null,
  modelId?: string,
): Promise<{ summary: ModelSummary; model: DemandModel } | null> {
  const kept = await context.store.models.read({ merchant, product }, modelId);
  if (kept || modelId !== undefined) return kept;
  const found = await context.store.runs.newestCheckpoint({ merchant, product });
  if (!found) return null;
  const outcome = modelOfCheckpoint(found, series);
  return outcome.ok ? { summary: unfinishedSummary(outcome.value, found), model: outcome.value } : null;
}

/** As {@link findModel}; among many cells one whose checkpoint cannot be used is one without a model. */
export async function findModelAmong(
  context: WorkspaceContext,
  series: CellSeries,
  { merchant, product }: CellChoice,
): ReturnType<typeof findModel> {
  try {
    const found = await findModel(context, series.merchant, series.product, series);
    return found && { ...found, model: asOfNow(series, found.model) };
  } catch (error) {
    const named = merchant !== undefined && product !== undefined;
    if (named || !(error instanceof DemandaError) || !error.code.startsWith('CHECKPOINT_')) throw error;
    return null;
  }
}

/** Rows that came after the training may be at another price: today's is theirs, whenever the model was trained. */
function asOfNow(series: CellSeries, model: DemandModel): DemandModel {
  if (!((series.days.at(-1) ?? model.lastDay) > model.lastDay)) return model;
  const todayPrice = lastRegularPrice(series);
  return todayPrice > 0 ? { ...model, todayPrice } : model;
}

/** A cell with a model, with its rows or, where it was trained without sales, with rows that stand for them. */
export async function requireTrained(
  context: WorkspaceContext,
  merchant: string,
  product: string,
  modelId?: string,
): Promise<{ series: CellSeries; sold: boolean; model: DemandModel; summary: ModelSummary }> {
  const cell = await trainedCell(context, merchant, product);
  const series = await context.store.sales.read(cell);
  const found = await findModel(context, cell.merchant, cell.product, series, modelId);
  if (!found) throw new DemandaError('MODEL_MISSING', cell);
  if (series) {
    const model = modelId === undefined ? asOfNow(series, found.model) : found.model;
    return { series, sold: true, ...found, model };
  }
  const facts = coldStartFacts(cell.product, await coldStartGiven(context, cell.merchant, cell.product));
  if (!facts) throw new DemandaError('COLD_START_NO_PRICE', cell);
  return { series: assumedSeries(cell.merchant, cell.product, facts, found.model.lastDay), sold: false, ...found };
}

/** The named cell where it was trained without sales; null for all others. */
export async function trainedWithoutSales(
  context: WorkspaceContext,
  { merchant, product }: CellChoice,
): Promise<{ series: CellSeries; model: DemandModel } | null> {
  if (merchant === undefined || product === undefined) return null;
  const found = await context.names.find(merchant, product);
  return found && !found.sold ? requireTrained(context, found.merchant, found.product) : null;
}

export async function requireModel(
  context: WorkspaceContext,
  merchant: string,
  product: string,
  modelId?: string,
): Promise<{ summary: ModelSummary; model: DemandModel }> {
  const found = await context.store.models.read({ merchant, product }, modelId);
  if (!found) throw new DemandaError('MODEL_MISSING', { merchant, product });
  return found;
}
