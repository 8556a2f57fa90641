/**
 * Errors of totals in cross-validation, over what the simulation expects of them: they widen or narrow its intervals.
 */

import { sumOf } from '../math/summary.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { gridOf, nextPeriod, periodsFrom } from '../series/periods.ts';
import { combinedForecast } from './combination.ts';
import type { HeldOut } from './cross-validation.ts';
import type { DemandModel } from './demand-model.ts';
import type { WindowErrors } from './disturbances.ts';
import { forecastParts } from './mean-forecast.ts';
import { totalSpreads, totalVariance } from './total-spread.ts';

/** A window further off counts as no further: it was something that no interval is for. */
const MOST_SQUARE = 12;

/** @param weights of the candidates, as the model has them */
export function windowErrors(
  model: DemandModel,
  series: CellSeries,
  heldOut: HeldOut,
  weights: Float64Array,
): WindowErrors {
  const folds = heldOut.originDays.length;
  const [sold, expected, rows] = [new Float64Array(folds), new Float64Array(folds), new Float64Array(folds)];
  combinedForecast(heldOut, weights).forEach((forecast, i) => {
    const k = heldOut.fold[i];
    sold[k] = sold[k] + heldOut.actual[i];
    expected[k] = expected[k] + forecast;
    rows[k] = rows[k] + 1;
  });
  // The rows after the last stand for those held out: windows of a length are alike.
  const grid = gridOf(series.frequency, series.days);
  const days = periodsFrom(grid, nextPeriod(grid, model.lastDay), Math.max(...rows));
  const none = new Float64Array(days.length);
  const planned = {
    days,
    price: none.map(() => model.todayPrice),
    promo: none,
    marketPrice: none.map(() => Number.NaN),
    covariates: {},
  };
  const parts = forecastParts(model, planned);
  const variance = totalVariance(totalSpreads(model, planned, parts));
  const ahead = sumOf(parts.mean);
  let [windows, squares] = [0, 0];
  for (let k = 0; k < folds; k++) {
    if (!(expected[k] > 0 && ahead > 0)) continue;
    windows++;
    squares += Math.min(MOST_SQUARE, (sold[k] / expected[k] - 1) ** 2 / variance);
  }
  return { windows, squares };
}
