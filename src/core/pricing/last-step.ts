/** What came of a cell's newest price, where it lies beyond all that were charged before. */

import { slopeOf } from '../demand/demand-model.ts';
import type { DemandModel } from '../demand/fit-demand.ts';
import { meanWithoutLevel } from '../demand/level-drift.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { filledPrices } from '../series/design.ts';
import { PERIOD_UNIT } from '../series/periods.ts';
import { CONFIRMING_PERIODS, type LastStep } from './reasons.ts';

/** Prices closer than this share are one. */
const SAME_PRICE = 0.01;
/**
 * Standard errors below what the model expected of the step at which its outcome speaks against another: one-sided 5
 * %.
 */
const SHORTFALL_ERRORS = 1.6449;

/**
 * The newest run of one price, against the same number of rows before it: sales over what the model expects of them
 * without its level and trend, which would follow whatever the step did.
 *
 * @returns null where the newest price lies within those before
 */
export function lastStep(series: CellSeries, model: DemandModel): LastStep | null {
  const start = startOfRun(series, model.todayPrice);
  const direction = directionOf(series.price, start, model.todayPrice);
  if (direction === 0) return null;
  const rows = series.days.length - start;
  if (rows < CONFIRMING_PERIODS[PERIOD_UNIT[series.frequency]]) return { direction, confirmed: false };
  return { direction, confirmed: !fellShort(series, model, start) };
}

/** Row from which on every price is today's or unknown. */
function startOfRun({ price }: CellSeries, today: number): number {
  let start = price.length;
  while (start > 0 && !(Math.abs(price[start - 1] / today - 1) > SAME_PRICE)) start--;
  return start;
}

function directionOf(price: Float64Array, start: number, today: number): 1 | -1 | 0 {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < start; i++) {
    if (!(price[i] > 0)) continue;
    low = Math.min(low, price[i]);
    high = Math.max(high, price[i]);
  }
  if (high === 0) return 0;
  if (today > high * (1 + SAME_PRICE)) return 1;
  return today < low * (1 - SAME_PRICE) ? -1 : 0;
}

function fellShort(series: CellSeries, model: DemandModel, start: number): boolean {
  const component = model.components.reduce((best, c) => (c.priceWeight > best.priceWeight ? c : best));
  const rows = series.days.length;
  const expected = meanWithoutLevel(series, component, model.calendar);
  const demand = series.demand?.drawn ?? series.quantity;
  const after = logRatio(demand, expected, start, rows);
  const before = logRatio(demand, expected, Math.max(0, 2 * start - rows), start);
  if (!after || !before) return false;
  const drift = (model.levelDrift ?? 0) * (rows - start);
  // What was expected of the step is as sure as the elasticity.
  const step = Math.log(model.todayPrice / (filledPrices(series.price, rows)[start - 1] as number));
  const effect = slopeOf(component).variance * step ** 2;
  return after.value - before.value < -SHORTFALL_ERRORS * Math.sqrt(after.variance + before.variance + drift + effect);
}

/** Log of what sold over what was expected, with its variance from how rows scatter; null where nothing sold. */
function logRatio(
  demand: Float64Array,
  expected: Float64Array,
  from: number,
  to: number,
): { readonly value: number; readonly variance: number } | null {
  let [sold, mean, squares] = [0, 0, 0];
  for (let i = from; i < to; i++) {
    sold += demand[i];
    mean += expected[i];
  }
  if (!(sold > 0 && mean > 0)) return null;
  for (let i = from; i < to; i++) squares += (demand[i] - (expected[i] * sold) / mean) ** 2;
  const rows = to - from;
  return { value: Math.log(sold / mean), variance: (squares * rows) / Math.max(1, rows - 1) / sold ** 2 };
}
