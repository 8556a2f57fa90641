/** What will be sold. */

import type {
  CellForecast,
  ForecastDocument,
  ForecastItem,
  ForecastSpan,
  ForecastTotals,
} from '../contract/documents.ts';
import { checkOptions } from '../contract/options/check-options.ts';
import { FORECAST, FORECAST_DAYS } from '../contract/options/price.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { PERIOD_UNIT } from '../core/series/periods.ts';
import { type PlanRow, readPlan } from '../data/read-plan.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { PooledScores } from '../fleet/pooled-scores.ts';
import { header, type WorkspaceContext } from './context.ts';
import { dayOf, isoDate } from './dates.ts';
import type { ForecastOptions } from './options.ts';
import { PlanUse, UntoldCovariates, UntriedPrices } from './plan-notes.ts';
import {
  askedOf,
  checkFrom,
  forecastCell,
  LastSales,
  plannedByFile,
  plannedRows,
  plannedSpan,
  spanFields,
} from './planned-rows.ts';
import { findModelAmong, trainedWithoutSales } from './trained-cells.ts';

export async function forecast(context: WorkspaceContext, options: ForecastOptions = {}): Promise<ForecastDocument> {
  const spans: ForecastSpan[] = [];
  const forecasts: ForecastItem[] = [];
  const { notes, ...head } = await forecastEach(context, options, (cell) => {
    forecasts.push(...cell.forecasts);
    if (cell.span) spans.push(cell.span);
  });
  return { ...head, spans, forecasts, notes };
}

/** As {@link forecast}, with what will be sold told cell by cell, by name. */
export async function forecastEach(
  context: WorkspaceContext,
  options: ForecastOptions,
  each: (cell: CellForecast) => void,
): Promise<ForecastTotals> {
  checkOptions(FORECAST, options);
  checkOptions(FORECAST_DAYS, options);
  let any = false;
  const pooledScores = new PooledScores(context.store.documents);
  const plan = options.planFile === undefined ? null : await readPlan(options.planFile);
  const use = plan === null ? null : new PlanUse(plan);
  const untold = new UntoldCovariates(plan);
  const untried = new UntriedPrices();
  const lastSales = new LastSales(context);
  const forecastOf = async (series: CellSeries, model: DemandModel, sold: boolean): Promise<void> => {
    use?.add(series, model);
    untold.add(series, model);
    const lastSale = await lastSales.of(series.merchant);
    if (sold && !plan) checkFrom(series, lastSale, options.from);
    const span = plan ? null : plannedSpan(series, model, lastSale, askedOf({ ...options, horizonDays: options.days }));
    const planned = span
      ? plannedRows(series, span, options.price ?? model.todayPrice)
      : plannedByFile(plan as PlanRow[], series, model);
    if (sold) untried.add(series, model, planned);
    const { items, total } = forecastCell(series, model, planned, await pooledScores.poolFor(model));
    any ||= items.length > 0;
    const { merchant, product, unit } = series;
    const fields = span ? spanFields(span) : spanOfItems(series, items);
    const saleBefore = sold ? isoDate(lastSaleOf(series)) : null;
    each({ span: fields && { merchant, product, ...fields, lastSale: saleBefore, unit, total }, forecasts: items });
  };
  const unsold = await trainedWithoutSales(context, options);
  if (unsold) await forecastOf(unsold.series, unsold.model, false);
  else
    for await (const series of context.store.sales.stream(await context.names.sold(options))) {
      const found = await findModelAmong(context, series, options);
      if (found) await forecastOf(series, found.model, true);
      else if (options.product !== undefined && options.merchant !== undefined)
        throw new DemandaError('MODEL_MISSING', { merchant: series.merchant, product: series.product });
    }
  if (plan && !any) throw new DemandaError('PLAN_NO_CELL', { file: options.planFile as string });
  const { lang } = context;
  const notes = [
    ...(use?.notes(options.planFile as string, lang) ?? []),
    ...untold.notes(lang),
    ...untried.notes(lang),
  ];
  return { ...(await header(context)), notes };
}

/** The day of the last row that sold anything; of the last row where none did. */
function lastSaleOf({ days, quantity }: CellSeries): number {
  const last = quantity.findLastIndex((sold) => sold > 0);
  return days.at(last) as number;
}

/** The days of planned rows, which may leave some out; null without any. */
function spanOfItems(
  { frequency }: CellSeries,
  items: readonly ForecastItem[],
): Pick<ForecastSpan, 'from' | 'to' | 'horizonDays' | 'horizon'> | null {
  const [first, last] = [items[0], items.at(-1)];
  if (!first || !last) return null;
  const horizonDays = dayOf(last.to) - dayOf(first.from) + 1;
  return { from: first.from, to: last.to, horizonDays, horizon: { count: items.length, unit: PERIOD_UNIT[frequency] } };
}
