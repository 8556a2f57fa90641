import type { ForecastItem } from '../contract/documents.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { predictDemand, type ScorePool } from '../core/demand/predict.ts';
import { weekdayOf } from '../core/series/calendar.ts';
import type { CellSeries, PlannedRows } from '../core/series/cell-series.ts';
import { PERIOD_DAYS } from '../core/series/design.ts';
import type { PlanRow } from '../data/read-plan.ts';
import { dayOf, isoDate } from './dates.ts';

/** Days of a forecast and of a recommendation unless told (model.md §8). */
export const DEFAULT_HORIZON_DAYS = 14;

/** Weekdays of the last 60 rows, 0 = Monday. */
export function tradedWeekdays(series: CellSeries): Set<number> {
  return new Set(Array.from(series.days.slice(-60), (day) => weekdayOf(day)));
}

export function plannedRows(series: CellSeries, model: DemandModel, from: string | undefined, horizonDays: number, price: number): PlannedRows {
  const period = Math.round(PERIOD_DAYS[series.frequency]);
  const first = from === undefined ? model.lastDay + period : dayOf(from);
  // A shop that never trades on a weekday will not trade on it in the horizon either.
  const traded = tradedWeekdays(series);
  const days: number[] = [];
  for (let day = first; day < first + horizonDays; day += period) if (series.frequency !== 'daily' || traded.has(weekdayOf(day))) days.push(day);
  if (days.length === 0) days.push(first);
  return {
    days: Int32Array.from(days),
    price: new Float64Array(days.length).fill(price),
    promo: new Float64Array(days.length).fill(0),
    marketPrice: new Float64Array(days.length).fill(Number.NaN),
    covariates: {},
  };
}

export function plannedByOptions(
  series: CellSeries,
  model: DemandModel,
  options: { readonly from?: string; readonly days?: number; readonly price?: number },
): PlannedRows {
  return plannedRows(series, model, options.from, options.days ?? DEFAULT_HORIZON_DAYS, options.price ?? model.todayPrice);
}

/** Rows of a plan that speak of a cell, one a day (the last one given), after its last sale. */
export function plannedByFile(plan: readonly PlanRow[], series: CellSeries, model: DemandModel): PlannedRows {
  const byDay = new Map<number, PlanRow>();
  for (const row of plan) {
    const speaks = (row.merchant ?? series.merchant) === series.merchant && (row.product ?? series.product) === series.product;
    if (speaks && row.day > model.lastDay) byDay.set(row.day, row);
  }
  const rows = [...byDay.values()].sort((a, b) => a.day - b.day);
  const names = new Set(rows.flatMap((row) => Object.keys(row.covariates)));
  return {
    days: Int32Array.from(rows, (row) => row.day),
    price: Float64Array.from(rows, (row) => row.price ?? model.todayPrice),
    promo: Float64Array.from(rows, (row) => row.promo),
    marketPrice: new Float64Array(rows.length).fill(Number.NaN),
    covariates: Object.fromEntries([...names].map((name) => [name, Float64Array.from(rows, (row) => row.covariates[name] ?? Number.NaN)])),
  };
}

export function forecastCell(series: CellSeries, model: DemandModel, planned: PlannedRows, pool: ScorePool | null): ForecastItem[] {
  const { demand, low, high } = predictDemand(model, planned, pool);
  return Array.from(planned.days, (day, i) => ({
    merchant: series.merchant,
    product: series.product,
    unit: series.unit,
    date: isoDate(day),
    price: planned.price[i] as number,
    demand: demand[i] as number,
    low: low[i] as number,
    high: high[i] as number,
  }));
}
