/** What a cell adds to totals: its forecast with prices, how far it may lie off, and what its past rows show of it. */

import type { DemandModel } from '../demand/demand-model.ts';
import { heaviest } from '../demand/disturbances.ts';
import { forecastWeights } from '../demand/forecast-weights.ts';
import { forecastParts } from '../demand/mean-forecast.ts';
import { totalDraws } from '../demand/total-draws.ts';
import { totalSpreads, totalVariance } from '../demand/total-spread.ts';
import { sumOf } from '../math/summary.ts';
import { linearMean } from '../regression/plan.ts';
import { DAYS_PER_YEAR } from '../series/calendar.ts';
import type { CellSeries, Holiday, PlannedRows } from '../series/cell-series.ts';
import { buildDesign, exposureOf, filledPrices, lastRows, pastRows } from '../series/design.ts';
import type { ColumnGroup, Frequency } from '../vocabulary.ts';
import { periodOf } from './periods-ahead.ts';
import type { CellLabels } from './tree.ts';

export interface PlannedCell {
  readonly model: DemandModel;
  /** Its rows; one that was trained without sales has none that tell of its past. */
  readonly series: CellSeries;
  /** At their prices, at least one row. */
  readonly planned: PlannedRows;
}

/** Past rows as money, one entry a row, ascending. */
export interface PastRows {
  /** Periods of the tree, see {@link periodOf}. */
  readonly periods: Int32Array;
  readonly revenue: Float64Array;
  /**
   * What the model expects of the row at a level of 1. Without waves of the year where rows are of less than two: waves
   * that were fitted to a walk of the level hide it (docs/decisions/totals.md).
   */
  readonly expected: Float64Array;
  /** The same with waves of the year. */
  readonly withSeason: Float64Array;
  /** How the forecast hangs on each row, the latest first; ≥ 0, they add to 1. */
  readonly weights: Float64Array;
}

/** A cell in a total. */
export interface CellOutlook extends CellLabels {
  readonly unit: string;
  readonly frequency: Frequency;
  /** Periods, quantities and prices of the planned rows. */
  readonly periods: Int32Array;
  readonly quantity: Float64Array;
  readonly price: Float64Array;
  /** Sum of the quantities. */
  readonly total: number;
  /** Variance of the log of each planned row around its forecast. */
  readonly rowVariance: Float64Array;
  /** Of the log of the realised total. */
  readonly totalVariance: number;
  /** Realised totals over the forecast, around 1. */
  readonly draws: (count: number) => Float64Array;
  readonly past: PastRows;
}

/** Past rows that are looked at, the latest. */
const MOST_ROWS = 550;

/** Years of rows that tell waves of the year from a walk of the level. */
const SEASON_YEARS = 1.9;

/** @param holidays of past and planned rows, ascending by day */
export function cellOutlook({ model, series, planned }: PlannedCell, holidays: readonly Holiday[]): CellOutlook {
  const parts = forecastParts(model, planned);
  const spreads = totalSpreads(model, planned, parts);
  const total = sumOf(parts.mean);
  const { merchant, productType, unit, frequency } = series;
  const rowVariance = planned.days.slice().fill(0);
  return {
    ...{ merchant, productType, unit, frequency, total },
    periods: planned.days.map((day) => periodOf(frequency, day)),
    quantity: parts.mean,
    price: planned.price,
    rowVariance: Float64Array.from(rowVariance, (_, i) =>
      spreads.spreads.reduce(
        (sum, { weight, level, lasting, rows }) => sum + weight * (level + lasting + rows[i]),
        spreads.effects,
      ),
    ),
    totalVariance: totalVariance(spreads),
    draws: (count) => {
      const { level, noise } = totalDraws(total, spreads, count, 1);
      return level.map((value, d) => value * noise[d]);
    },
    past: pastOf(
      model,
      series,
      forecastWeights(model, planned, parts, Math.min(series.days.length, MOST_ROWS)),
      holidays,
    ),
  };
}

/** Rows that sold out tell less than what was asked for: they are left out. */
function pastOf(model: DemandModel, series: CellSeries, weights: Float64Array, holidays: readonly Holiday[]): PastRows {
  const component = heaviest(model.components);
  const { plan, meanQuantity } = component;
  const all = series.days.length;
  const count = weights.length;
  const price = filledPrices(series.price, all);
  const design = buildDesign(plan, lastRows(pastRows(series, all, price), count), holidays);
  const first = all - count;
  const seasonal = meanWithout(new Set(['trend']));
  const years = (series.days[all - 1] - series.days[0]) / DAYS_PER_YEAR;
  const plain = years < SEASON_YEARS ? meanWithout(new Set(['trend', 'season'])) : seasonal;
  const kept = Array.from({ length: count }, (_, i) => i).filter((i) => series.soldOut[first + i] !== 1);
  const expectedBy = (mean: Float64Array): Float64Array =>
    Float64Array.from(
      kept,
      (i) => price[first + i] * meanQuantity * mean[i] * exposureOf(plan, series.days[first + i]),
    );
  return {
    periods: Int32Array.from(kept, (i) => periodOf(series.frequency, series.days[first + i])),
    revenue: Float64Array.from(kept, (i) => price[first + i] * series.quantity[first + i]),
    expected: expectedBy(plain),
    withSeason: expectedBy(seasonal),
    // Differences between years are left to the model: what is followed is the level.
    weights: weights.map((weight) => Math.max(0, weight)),
  };

  function meanWithout(groups: ReadonlySet<ColumnGroup>): Float64Array {
    const fixed = component.coefficients.map((value, j) => (groups.has(plan.columns[j].group) ? 0 : value));
    return linearMean(design, fixed, count);
  }
}
