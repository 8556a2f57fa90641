import { indicatedColumn, indicatorName, OTHER_CATEGORY } from '../contract/category-name.ts';
import type { ForecastItem, Interval, Recommendation } from '../contract/documents.ts';
import type { DayShare } from '../core/demand/day-draws.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { predictDemand, predictTotal, type ScorePool } from '../core/demand/predict.ts';
import { weekdayOf } from '../core/series/calendar.ts';
import type { CellSeries, PlannedRows } from '../core/series/cell-series.ts';
import { plannedReferences } from '../core/series/competitor-prices.ts';
import {
  coveredDays,
  firstPeriod,
  gridOf,
  type Horizon,
  horizonOf,
  lengthDays,
  PERIOD_UNIT,
  periodsFrom,
  wholePeriods,
} from '../core/series/periods.ts';
import type { PlanRow } from '../data/read-plan.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { WorkspaceContext } from './context.ts';
import { dayOf, isoDate } from './dates.ts';

/** A first day further than this beyond the last sale is refused: nobody knows what prices and costs will be then. */
const MOST_DAYS_BEYOND = 366;

/** Weekdays of the last 60 rows, 0 = Monday. */
export function tradedWeekdays(series: CellSeries): Set<number> {
  return new Set(Array.from(series.days.slice(-60), (day) => weekdayOf(day)));
}

/** What is asked of a forecast or a price. */
export interface Asked {
  /** First day (ISO date); the one after the merchant's last sale unless told. */
  readonly from?: string;
  /** See horizonOf; the usual one of the cell's frequency unless told. */
  readonly horizon?: number | string;
}

/** @param horizonDays as earlier versions named it */
export function askedOf({
  from,
  horizon,
  horizonDays,
}: {
  readonly from?: string | undefined;
  readonly horizon?: number | string | undefined;
  readonly horizonDays?: number | undefined;
}): Asked {
  const asked = horizon ?? horizonDays;
  return { ...(from !== undefined && { from }), ...(asked !== undefined && { horizon: asked }) };
}

/** The periods of a cell that a forecast or a price is for. */
export interface PlannedSpan {
  /** Days of all its rows, ascending, at least one. */
  readonly days: Int32Array;
  /** The first and the last day that they cover. */
  readonly from: number;
  readonly to: number;
  /** In the cell's own unit. */
  readonly horizon: Horizon;
}

/**
 * The last sale day of each merchant: plans of all its cells begin after it, so that their sums are of the same days.
 */
export class LastSales {
  private readonly store: WorkspaceContext['store'];
  private readonly byMerchant = new Map<string, number | null>();

  constructor({ store }: Pick<WorkspaceContext, 'store'>) {
    this.store = store;
  }

  /** Null where the merchant has sold nothing. */
  async of(merchant: string): Promise<number | null> {
    let day = this.byMerchant.get(merchant);
    if (day === undefined) this.byMerchant.set(merchant, (day = (await this.store.cells.span(merchant)).lastDay));
    return day;
  }
}

/** @param lastSale of the merchant; null where it has none */
export function plannedSpan(
  series: Pick<CellSeries, 'frequency' | 'days'>,
  model: Pick<DemandModel, 'lastDay'>,
  lastSale: number | null,
  { from, horizon }: Asked,
): PlannedSpan {
  const grid = gridOf(series.frequency, series.days);
  const notBefore = from === undefined ? Math.max(model.lastDay, lastSale ?? model.lastDay) + 1 : dayOf(from);
  const first = firstPeriod(grid, model.lastDay, notBefore);
  const asked = horizon === undefined ? undefined : (horizonOf(horizon) ?? undefined);
  const count = wholePeriods(grid, first, asked);
  const days = periodsFrom(grid, first, count);
  return {
    days,
    from: coveredDays(grid, first).from,
    to: coveredDays(grid, days.at(-1) as number).to,
    horizon: { count, unit: PERIOD_UNIT[series.frequency] },
  };
}

/** The span of a recommendation that is kept. Those of earlier versions say how many days, not which periods. */
export function keptSpan(
  series: CellSeries,
  model: DemandModel,
  { from, horizon, horizonDays }: Pick<Recommendation, 'from' | 'horizon' | 'horizonDays'>,
): PlannedSpan {
  const asked = horizon === undefined ? horizonDays : `${horizon.count}${horizon.unit.charAt(0)}`;
  return plannedSpan(series, model, null, { ...(from !== undefined && { from }), horizon: asked });
}

/**
 * Refuses a first day that lies before a cell's last sale or far beyond its merchant's: the answer would be that of
 * another day. @throws DemandaError FROM_BEFORE_LAST_SALE, FROM_TOO_FAR
 */
export function checkFrom(series: CellSeries, lastSale: number | null, from: string | undefined): void {
  if (from === undefined) return;
  const { merchant, product } = series;
  const day = dayOf(from);
  const own = series.days.at(-1) as number;
  if (day <= own) throw new DemandaError('FROM_BEFORE_LAST_SALE', { merchant, product, from, lastDay: isoDate(own) });
  const last = Math.max(own, lastSale ?? own);
  if (day > last + MOST_DAYS_BEYOND) throw new DemandaError('FROM_TOO_FAR', { merchant, from, lastDay: isoDate(last) });
}

/** The fields of a document that say which days its sums are of. */
export function spanFields({ from, to, horizon }: PlannedSpan) {
  return { from: isoDate(from), to: isoDate(to), horizonDays: to - from + 1, horizon };
}

/** The rows of a span on which the cell trades, at one price. */
export function plannedRows(series: CellSeries, span: PlannedSpan, price: number): PlannedRows {
  // A shop that never trades on a weekday will not trade on it in the horizon either.
  const traded = tradedWeekdays(series);
  const trading = span.days.filter((day) => series.frequency !== 'daily' || traded.has(weekdayOf(day)));
  const days = trading.length === 0 ? span.days.slice(0, 1) : trading;
  return {
    days,
    price: new Float64Array(days.length).fill(price),
    promo: new Float64Array(days.length).fill(0),
    marketPrice: new Float64Array(days.length).fill(Number.NaN),
    covariates: plannedReferences(days, series.competitors, days[0] as number),
  };
}

/** Rows of a plan that speak of a cell after its last sale, by day (the last one given). */
function planOf(plan: readonly PlanRow[], series: CellSeries, model: DemandModel): Map<number, PlanRow> {
  const byDay = new Map<number, PlanRow>();
  for (const row of plan) {
    const speaks =
      (row.merchant ?? series.merchant) === series.merchant && (row.product ?? series.product) === series.product;
    if (speaks && row.day > model.lastDay) byDay.set(row.day, row);
  }
  return byDay;
}

/** The planned row whose period holds a day; −1 where none does: the shop does not trade then, or it lies beyond. */
export function rowHolding({ days }: Pick<PlannedRows, 'days'>, series: CellSeries, day: number): number {
  const grid = gridOf(series.frequency, series.days);
  return days.findIndex((start) => {
    const { from, to } = coveredDays(grid, start);
    return day >= from && day <= to;
  });
}

/**
 * Planned rows with the promotions and covariates that a plan knows of their days (of several in one period the last
 * counts); its prices are left aside.
 */
export function withPlan(
  planned: PlannedRows,
  plan: readonly PlanRow[],
  series: CellSeries,
  model: DemandModel,
): PlannedRows {
  const rows = new Array<PlanRow | undefined>(planned.days.length).fill(undefined);
  for (const [day, row] of [...planOf(plan, series, model)].sort(([a], [b]) => a - b)) {
    const at = rowHolding(planned, series, day);
    if (at >= 0) rows[at] = row;
  }
  const names = new Set([...rows.flatMap((row) => Object.keys(row?.covariates ?? {})), ...covariatesOf(model)]);
  const covariateOf = (row: PlanRow | undefined, name: string): number =>
    row === undefined ? Number.NaN : plannedCovariate(row, name, names);
  return {
    ...planned,
    promo: Float64Array.from(rows, (row) => row?.promo ?? 0),
    covariates: {
      ...Object.fromEntries([...names].map((name) => [name, Float64Array.from(rows, (row) => covariateOf(row, name))])),
      ...planned.covariates,
    },
  };
}

/** Rows of a plan that speak of a cell, after its last sale. */
export function plannedByFile(plan: readonly PlanRow[], series: CellSeries, model: DemandModel): PlannedRows {
  const byDay = planOf(plan, series, model);
  const rows = [...byDay.values()].sort((a, b) => a.day - b.day);
  const names = new Set([...rows.flatMap((row) => Object.keys(row.covariates)), ...covariatesOf(model)]);
  return {
    days: Int32Array.from(rows, (row) => row.day),
    price: Float64Array.from(rows, (row) => row.price ?? model.todayPrice),
    promo: Float64Array.from(rows, (row) => row.promo),
    marketPrice: new Float64Array(rows.length).fill(Number.NaN),
    covariates: {
      ...Object.fromEntries(
        [...names].map((name) => [name, Float64Array.from(rows, (row) => plannedCovariate(row, name, names))]),
      ),
      ...plannedReferences(
        Int32Array.from(rows, (row) => row.day),
        series.competitors,
        rows[0]?.day ?? 0,
      ),
    },
  };
}

/** Covariates that a model uses. */
export function covariatesOf({ components }: Pick<DemandModel, 'components'>): Set<string> {
  return new Set(components.flatMap(({ plan }) => plan.covariates.map(({ name }) => name)));
}

/** A covariate of a planned row; NaN where the plan does not give it. @param all names of covariates */
function plannedCovariate({ covariates, categories }: PlanRow, name: string, all: ReadonlySet<string>): number {
  const column = indicatedColumn(name);
  if (column === null || !(column in categories)) return covariates[name] ?? Number.NaN;
  const category = categories[column];
  if (category === null) return 0;
  const known = all.has(indicatorName(column, category)) ? category : OTHER_CATEGORY;
  return name === indicatorName(column, known) ? 1 : 0;
}

/** What a cell will sell, row by row and in all. */
export interface CellForecast {
  readonly items: ForecastItem[];
  readonly total: Interval;
}

export function forecastCell(
  series: CellSeries,
  model: DemandModel,
  planned: PlannedRows,
  pool: ScorePool | null,
): CellForecast {
  const { demand, low, high } = predictDemand(model, planned, pool);
  const grid = gridOf(series.frequency, series.days);
  const items = Array.from(planned.days, (day, i) => ({
    merchant: series.merchant,
    product: series.product,
    unit: series.unit,
    date: isoDate(day),
    from: isoDate(coveredDays(grid, day).from),
    to: isoDate(coveredDays(grid, day).to),
    price: planned.price[i],
    demand: demand[i],
    low: low[i],
    high: high[i],
  }));
  return { items, total: predictTotal(model, planned) };
}

/** A cell with its model, and the first day that is asked about. */
export interface PlannedCell {
  readonly series: CellSeries;
  readonly model: DemandModel;
  readonly from: string | undefined;
  /** Of its merchant. */
  readonly lastSale: number | null;
}

/** Rows of so many days, and what part of which each day is. */
export interface PlannedDays {
  readonly span: PlannedSpan;
  readonly planned: PlannedRows;
  readonly shares: readonly DayShare[];
}

/** @param price of all rows @param days of the calendar from the first row's first day on */
export function plannedDays({ series, model, from, lastSale }: PlannedCell, price: number, days: number): PlannedDays {
  const span = plannedSpan(series, model, lastSale, { ...(from !== undefined && { from }), horizon: days });
  const planned = plannedRows(series, span, price);
  const grid = gridOf(series.frequency, series.days);
  const traded = tradedWeekdays(series);
  const isShut = (day: number): boolean =>
    series.frequency === 'daily' && traded.size > 0 && !traded.has(weekdayOf(day));
  const shares = Array.from({ length: days }, (_, i): DayShare => {
    // Where nothing but closed days is asked about, the rows have one of them all the same.
    const row = isShut(span.from + i) ? -1 : rowHolding(planned, series, span.from + i);
    return row < 0 ? { row, share: 0 } : { row, share: 1 / lengthDays(grid, planned.days[row]) };
  });
  return { span, planned, shares };
}
