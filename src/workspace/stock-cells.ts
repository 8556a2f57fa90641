/** What orders and markdowns share: cells with a model, days of the calendar, and stock on hand as it stands then. */

import type { CellName } from '../contract/cell-name.ts';
import type { OptionsOf } from '../contract/options/option.ts';
import type { MARKDOWN, ORDER } from '../contract/options/stock.ts';
import type { ModelSummary } from '../contract/store/models.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { coveredDays, gridOf } from '../core/series/periods.ts';
import type { StockNote } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { WorkspaceContext } from './context.ts';
import { isoDate } from './dates.ts';
import type { CellChoice } from './names.ts';
import { checkFrom, LastSales, type PlannedCell, plannedSpan } from './planned-rows.ts';
import { findModelAmong } from './trained-cells.ts';

export type OrderOptions = CellChoice & OptionsOf<typeof ORDER>;
export type MarkdownOptions = CellChoice & OptionsOf<typeof MARKDOWN>;

/** A cell with sales and a model, and the first day that is asked about. */
export interface StockCell extends PlannedCell {
  readonly summary: Pick<ModelSummary, 'modelId' | 'unfinished'>;
}

/** Cells that a choice names and that have a model. @throws DemandaError MODEL_MISSING for a named cell without one */
export async function* stockCells(
  context: WorkspaceContext,
  options: CellChoice & { readonly from?: string; readonly stock?: number },
): AsyncIterable<StockCell> {
  const { merchant, product, productType, from } = options;
  const choice = {
    ...(merchant !== undefined && { merchant }),
    ...(product !== undefined && { product }),
    ...(productType !== undefined && { productType }),
  };
  const lastSales = new LastSales(context);
  for await (const series of context.store.sales.stream(await context.names.sold(choice))) {
    const found = await findModelAmong(context, series, choice);
    if (!found && merchant !== undefined && product !== undefined)
      throw new DemandaError('MODEL_MISSING', { merchant: series.merchant, product: series.product });
    if (!found) continue;
    const lastSale = await lastSales.of(series.merchant);
    checkFrom(series, lastSale, from);
    const counted =
      from === undefined && options.stock === undefined ? await countedFrom(context, series, lastSale) : from;
    yield { series, model: found.model, summary: found.summary, from: counted, lastSale };
  }
}

/** The day of the newest count, where it lies behind the last sale: what is on hand is on hand from then on. */
async function countedFrom(
  { store }: WorkspaceContext,
  series: CellSeries,
  lastSale: number | null,
): Promise<string | undefined> {
  const day = (await store.stock.newest(series))?.day;
  const last = Math.max(lastSale ?? Number.NEGATIVE_INFINITY, series.days.at(-1) ?? Number.NEGATIVE_INFINITY);
  return day !== undefined && day > last ? isoDate(day) : undefined;
}

/** First day that a cell can be asked about. */
export function firstDayOf({ series, model, from, lastSale }: StockCell): number {
  const { days } = plannedSpan(series, model, lastSale, { ...(from !== undefined && { from }), horizon: 1 });
  return coveredDays(gridOf(series.frequency, series.days), days[0]).from;
}

/** Rows longer than a day say nothing of the days within them. */
export function notesOfRows({ frequency }: Pick<CellSeries, 'frequency'>): StockNote[] {
  return frequency === 'daily' ? [] : ['EVEN_DAYS'];
}

/** Stock of one product cannot be that of several. @throws DemandaError STOCK_ONE_PRODUCT */
export function checkOneProduct(context: WorkspaceContext, options: CellChoice & { readonly stock?: number }): void {
  const named = options.merchant !== undefined && options.product !== undefined;
  if (options.stock !== undefined && !named)
    throw new DemandaError('STOCK_ONE_PRODUCT', { option: context.optionName('stock') });
}

/**
 * What a unit brings that has gone off: below 0 where it costs to be rid of it. @throws DemandaError OPTIONS_CONFLICT
 */
export function salvageOf(
  context: WorkspaceContext,
  { salvage = 0, disposalCost = 0 }: Pick<OrderOptions, 'salvage' | 'disposalCost'>,
): number {
  if (salvage > 0 && disposalCost > 0) {
    const [first, second] = [context.optionName('salvage'), context.optionName('disposalCost')];
    throw new DemandaError('OPTIONS_CONFLICT', { first, second });
  }
  return salvage > 0 ? salvage : 0 - disposalCost;
}

export function cellFields({ series, summary }: StockCell): CellName & {
  readonly unit: string;
  readonly modelId: string;
  readonly unfinished?: true;
} {
  const { merchant, product, unit } = series;
  return {
    merchant,
    product,
    unit,
    modelId: summary.modelId,
    ...(summary.unfinished && { unfinished: true as const }),
  };
}
