/** The rolling-origin protocol: which rows a model may see at an origin, what it is asked, and how forecasts are scored. */

import { weekdayOf } from '../series/calendar.ts';
import type { CellSeries, PlannedRows } from '../series/cell-series.ts';
import { filledPrices } from '../series/design.ts';
import { rowsUpTo } from '../series/rows.ts';

/** Origins T = until − horizon, then back by `stepDays`; latest first. */
export function backtestOrigins(untilDay: number, horizonDays: number, count: number, stepDays: number): number[] {
  return Array.from({ length: count }, (_, k) => untilDay - horizonDays - k * stepDays);
}

/** A cell as it was known on a day: rows after it do not exist. */
export function truncateSeries(series: CellSeries, originDay: number): CellSeries {
  const rows = rowsUpTo(series, originDay);
  return {
    ...series,
    days: series.days.slice(0, rows),
    quantity: series.quantity.slice(0, rows),
    price: series.price.slice(0, rows),
    cost: series.cost.slice(0, rows),
    promo: series.promo.slice(0, rows),
    soldOut: series.soldOut.slice(0, rows),
    waste: series.waste.slice(0, rows),
    marketPrice: series.marketPrice.slice(0, rows),
    covariates: series.covariates.map((c) => ({ ...c, values: c.values.slice(0, rows) })),
  };
}

/**
 * What a model may know of the rows in (origin, origin + horizon]: date, price, promotion and covariates known ahead. Quantity, stock-outs,
 * cost and market price stay hidden; the market price is NaN, which a model carries forward.
 */
export function plannedRowsAfter(series: CellSeries, originDay: number, horizonDays: number): PlannedRows {
  const from = rowsUpTo(series, originDay);
  const to = rowsUpTo(series, originDay + horizonDays);
  const price = filledPrices(series.price, to);
  const covariates: Record<string, Float64Array> = {};
  for (const covariate of series.covariates) if (covariate.knownAhead) covariates[covariate.name] = covariate.values.slice(from, to);
  return {
    days: series.days.slice(from, to),
    price: price.slice(from, to),
    promo: series.promo.slice(from, to),
    marketPrice: new Float64Array(to - from).fill(Number.NaN),
    covariates,
  };
}

/** Quantities sold in (origin, origin + horizon]. */
export function actualAfter(series: CellSeries, originDay: number, horizonDays: number): Float64Array {
  return series.quantity.slice(rowsUpTo(series, originDay), rowsUpTo(series, originDay + horizonDays));
}

/** √ of the mean squared one-step difference of the last 365 rows: the scale of RMSSE at one origin. NaN below two rows. */
export function stepScale(quantity: Float64Array): number {
  const from = Math.max(0, quantity.length - 365);
  let sum = 0;
  for (let i = from + 1; i < quantity.length; i++) sum += ((quantity[i] as number) - (quantity[i - 1] as number)) ** 2;
  return Math.sqrt(sum / (quantity.length - from - 1));
}

/** The last quantity sold on the same weekday; the last row's for cells that are not daily or a weekday never seen. */
export function seasonalNaive(series: CellSeries, days: Int32Array): Float64Array {
  const last = new Float64Array(7).fill(series.quantity.at(-1) as number);
  if (series.frequency === 'daily') {
    series.days.forEach((day, i) => {
      last[weekdayOf(day)] = series.quantity[i] as number;
    });
  }
  return Float64Array.from(days, (day) => last[weekdayOf(day)] as number);
}

/** Figures of one method: WAPE and bias pooled over all rows, RMSSE the plain mean over cells, coverage of its 90 % intervals. */
export interface MethodFigures {
  readonly name: string;
  readonly wape: number | null;
  readonly rmsse: number | null;
  readonly bias: number | null;
  readonly coverage90: number | null;
}

interface CellSums {
  squares: number;
  rows: number;
  scale: number;
  origins: number;
}

/** Collects forecasts cell by cell and scores them by the protocol. */
export class BacktestScores {
  private readonly methods = new Map<
    string,
    { absolute: number; actual: number; signed: number; inside: number; intervals: number; cells: Map<string, CellSums> }
  >();

  /** @param cell any key unique to the cell; @param scale {@link stepScale} of the training rows at this origin */
  add(cell: string, method: string, actual: Float64Array, prediction: Float64Array, scale: number, low: Float64Array | null, high: Float64Array | null): void {
    let sums = this.methods.get(method);
    if (!sums) this.methods.set(method, (sums = { absolute: 0, actual: 0, signed: 0, inside: 0, intervals: 0, cells: new Map() }));
    let own = sums.cells.get(cell);
    if (!own) sums.cells.set(cell, (own = { squares: 0, rows: 0, scale: 0, origins: 0 }));
    own.scale += scale;
    own.origins++;
    for (let i = 0; i < actual.length; i++) {
      const y = actual[i] as number;
      const f = prediction[i] as number;
      own.squares += (y - f) ** 2;
      own.rows++;
      sums.absolute += Math.abs(y - f);
      sums.actual += y;
      sums.signed += f - y;
      if (low && high) {
        sums.intervals++;
        if (y >= (low[i] as number) && y <= (high[i] as number)) sums.inside++;
      }
    }
  }

  /** Figures of every method, in the order in which methods were first added. */
  figures(): MethodFigures[] {
    return [...this.methods].map(([name, sums]) => {
      let total = 0;
      let cells = 0;
      for (const own of sums.cells.values()) {
        const scale = own.scale / own.origins;
        // A cell whose sales never changed before the origin has no scale to be measured in.
        if (!(scale > 0)) continue;
        total += Math.sqrt(own.squares / own.rows) / scale;
        cells++;
      }
      return {
        name,
        wape: sums.actual > 0 ? sums.absolute / sums.actual : null,
        rmsse: cells > 0 ? total / cells : null,
        bias: sums.actual > 0 ? sums.signed / sums.actual : null,
        coverage90: sums.intervals > 0 ? sums.inside / sums.intervals : null,
      };
    });
  }
}
