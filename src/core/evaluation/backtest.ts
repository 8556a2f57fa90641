/**
 * The rolling-origin protocol: which rows a model may see at an origin, what it is asked, and how forecasts are scored.
 */

import { weekdayOf } from '../series/calendar.ts';
import type { CellSeries, PlannedRows } from '../series/cell-series.ts';
import { filledPrices } from '../series/design.ts';
import { gridOf, nextPeriod } from '../series/periods.ts';
import { plannedRows, rowsUpTo, samePeriodRow } from '../series/rows.ts';
import type { Frequency } from '../vocabulary.ts';

/** An origin, and the last day of the rows that are forecast at it. */
export interface BacktestOrigin {
  readonly originDay: number;
  readonly endDay: number;
}

/**
 * Origins T = until − horizon, then back by steps; latest first. Both are so many of a frequency's periods: months of
 * the calendar of monthly cells.
 */
export function backtestOrigins(
  frequency: Frequency,
  untilDay: number,
  { periods, count, step }: { readonly periods: number; readonly count: number; readonly step: number },
): BacktestOrigin[] {
  // Months are counted from the day itself: ends of months stay ends of months.
  const grid = gridOf(frequency, [untilDay]);
  return Array.from({ length: count }, (_, k) => ({
    originDay: nextPeriod(grid, untilDay, -k * step - periods),
    endDay: nextPeriod(grid, untilDay, -k * step),
  }));
}

/** A cell as it was known on a day: rows after it do not exist. */
export function truncateSeries(series: CellSeries, originDay: number): CellSeries {
  const rows = rowsUpTo(series, originDay);
  // What sold-out rows would have sold is worked out anew, from what is known by then.
  const { demand: _, ...known } = series;
  return {
    ...known,
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

/** What a model may know of the rows in (origin, end] ({@link plannedRows}). */
export function plannedRowsAfter(series: CellSeries, { originDay, endDay }: BacktestOrigin): PlannedRows {
  const to = rowsUpTo(series, endDay);
  return plannedRows(series, rowsUpTo(series, originDay), to, filledPrices(series.price, to));
}

/** Quantities sold in (origin, end]. */
export function actualAfter(series: CellSeries, { originDay, endDay }: BacktestOrigin): Float64Array {
  return series.quantity.slice(rowsUpTo(series, originDay), rowsUpTo(series, endDay));
}

/**
 * √ of the mean squared one-step difference of the last rows: the scale of RMSSE at one origin. NaN below two rows.
 *
 * @param most rows that it is of, 365 unless told
 */
export function stepScale(quantity: Float64Array, most = 365): number {
  const from = Math.max(0, quantity.length - most);
  let sum = 0;
  for (let i = from + 1; i < quantity.length; i++) sum += (quantity[i] - quantity[i - 1]) ** 2;
  return Math.sqrt(sum / (quantity.length - from - 1));
}

/**
 * What was sold in the same period before: on the last such weekday of daily cells, in the same month or week of last
 * year of others. The last row's quantity where there is none.
 */
export function seasonalNaive(series: CellSeries, days: Int32Array): Float64Array {
  const { quantity, frequency } = series;
  const rows = quantity.length;
  const last = quantity[rows - 1];
  if (frequency !== 'daily')
    return Float64Array.from(days, (day) => quantity[samePeriodRow(series, rows, day, 1) ?? rows - 1]);
  const byWeekday = new Float64Array(7).fill(last);
  series.days.forEach((day, i) => {
    byWeekday[weekdayOf(day)] = quantity[i];
  });
  return Float64Array.from(days, (day) => byWeekday[weekdayOf(day)]);
}

/**
 * Figures of one method: WAPE and bias pooled over all rows, RMSSE the plain mean over cells, coverage of its 90 %
 * intervals.
 */
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

/** One method's forecast of a cell's rows after an origin. */
export interface ScoredForecast {
  /** Any key unique to the cell. */
  readonly cell: string;
  readonly method: string;
  readonly actual: Float64Array;
  readonly prediction: Float64Array;
  /** {@link stepScale} of the training rows at this origin. */
  readonly scale: number;
  /** 90 % interval of each row; null where the method gives none. */
  readonly low: Float64Array | null;
  readonly high: Float64Array | null;
}

/** Collects forecasts cell by cell and scores them by the protocol. */
/** Sum of the cells' RMSSE, and of how many. */
interface CellErrors {
  readonly total: number;
  readonly cells: number;
}

const NOTHING_SCORED = { absolute: 0, actual: 0, signed: 0, inside: 0, intervals: 0 } as const;

function withCell({ total, cells }: CellErrors, own: CellSums): CellErrors {
  const scale = own.scale / own.origins;
  // A cell whose sales never changed before the origin has no scale to be measured in.
  return scale > 0 ? { total: total + Math.sqrt(own.squares / own.rows) / scale, cells: cells + 1 } : { total, cells };
}

export class BacktestScores {
  private readonly methods = new Map<
    string,
    {
      absolute: number;
      actual: number;
      signed: number;
      inside: number;
      intervals: number;
      cells: Map<string, CellSums>;
      ended: CellErrors;
    }
  >();

  add({ cell, method, actual, prediction, scale, low, high }: ScoredForecast): void {
    let sums = this.methods.get(method);
    if (!sums)
      this.methods.set(method, (sums = { ...NOTHING_SCORED, cells: new Map(), ended: { total: 0, cells: 0 } }));
    let own = sums.cells.get(cell);
    if (!own) sums.cells.set(cell, (own = { squares: 0, rows: 0, scale: 0, origins: 0 }));
    own.scale += scale;
    own.origins++;
    for (let i = 0; i < actual.length; i++) {
      const y = actual[i];
      const f = prediction[i];
      own.squares += (y - f) ** 2;
      own.rows++;
      sums.absolute += Math.abs(y - f);
      sums.actual += y;
      sums.signed += f - y;
      if (low && high) {
        sums.intervals++;
        if (y >= low[i] && y <= high[i]) sums.inside++;
      }
    }
  }

  /** Nothing will be added of the cell: what is kept of it alone may go. */
  endCell(cell: string): void {
    for (const sums of this.methods.values()) {
      const own = sums.cells.get(cell);
      if (own) sums.ended = withCell(sums.ended, own);
      sums.cells.delete(cell);
    }
  }

  /** Figures of every method, in the order in which methods were first added. */
  figures(): MethodFigures[] {
    return [...this.methods].map(([name, sums]) => {
      const { total, cells } = [...sums.cells.values()].reduce(withCell, sums.ended);
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
