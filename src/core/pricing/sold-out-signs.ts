/** Whether sales look as if days had sold out that nobody recorded. */

import { pathOf, relativeVariance } from '../demand/disturbances.ts';
import type { DemandModel } from '../demand/fit-demand.ts';
import { meanWithoutLevel } from '../demand/level-drift.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import { quantile } from '../math/summary.ts';
import type { CellSeries } from '../series/cell-series.ts';

/** Rows with sales that tell a tail; the latest that are looked at. */
const LEAST_ROWS = 120;
const MOST_ROWS = 550;
/** Pieces of fewer a day are too coarse. */
const LEAST_PIECES = 8;
/** Parts of the distribution: how far its upper end lies above the middle, over how far its lower part lies below. */
const UPPER = 0.97;
const LOWER = 0.1;
/** The ratio scatters by this over √rows (12 worlds of log-normal, gamma and Poisson sales, seeds 101-102). */
const SCATTER = 2.4;
const ERRORS = 2;

/**
 * A shop that sells out sells at most what it has: its best days are cut off. True where the upper end of sales around
 * the model lies nearer to the middle than the scatter of a gamma distribution of the same variance would have it, by
 * more than {@link ERRORS} standard errors. Days far below the usual (rain, half days) look alike, so it is a question
 * and no finding. Never where any day is recorded as sold out, nor of weeks and months.
 */
export function looksSoldOut(series: CellSeries, model: DemandModel): boolean {
  const { frequency, soldOut, quantity, days } = series;
  if (frequency !== 'daily' || soldOut.includes(1)) return false;
  const component = model.components.reduce((best, c) => (c.priceWeight > best.priceWeight ? c : best));
  // Sales of whole pieces, few a day, have a skewness of their own.
  if (quantity.every(Number.isInteger) && component.meanQuantity < LEAST_PIECES) return false;
  const expected = meanWithoutLevel(series, component, model.calendar);
  const ratio = expected.map((mean, i) => quantity[i] / mean);
  const path = pathOf(ratio);
  const logs: number[] = [];
  for (let i = Math.max(0, days.length - MOST_ROWS); i < days.length; i++) {
    if (quantity[i] > 0) logs.push(Math.log(ratio[i] / path[i]));
  }
  if (logs.length < LEAST_ROWS) return false;
  const sorted = Float64Array.from(logs).sort();
  const middle = quantile(sorted, 0.5);
  const found = (quantile(sorted, UPPER) - middle) / (middle - quantile(sorted, LOWER));
  const shape = 1 / Math.max(component.dispersion * relativeVariance(component, 1), 1e-4);
  return found < usualRatio(shape) - (ERRORS * SCATTER) / Math.sqrt(logs.length);
}

/** The ratio of a gamma distribution (quantiles of Wilson & Hilferty 1931, PNAS 17(12)). @param shape > 0 */
function usualRatio(shape: number): number {
  const log = (share: number): number =>
    3 * Math.log(Math.max(1e-3, 1 - 1 / (9 * shape) + normalQuantile(share) / (3 * Math.sqrt(shape))));
  return (log(UPPER) - log(0.5)) / (log(0.5) - log(LOWER));
}
