/** Simple forecasts that every model must beat in cross-validation or be averaged with: they know nothing of prices. */

import { weekdayOf } from '../series/calendar.ts';
import type { CellSeries } from '../series/cell-series.ts';

export const SIMPLE_FORECASTS = ['smoothing', 'mean28', 'mean28-weekday'] as const;
export type SimpleForecast = (typeof SIMPLE_FORECASTS)[number];

/** Forecast of the days after the first `rows` rows. @returns one expected demand a day, in the cell's unit */
export function simpleForecast(name: SimpleForecast, series: CellSeries, rows: number, days: Int32Array): Float64Array {
  const out = new Float64Array(days.length);
  const { quantity } = series;
  if (name === 'smoothing') return out.fill(smoothedLevel(quantity, rows));
  let from = Math.max(0, rows - 28);
  let sum = 0;
  for (let i = from; i < rows; i++) sum += quantity[i] as number;
  const mean = sum / (rows - from);
  if (name === 'mean28' || series.frequency !== 'daily' || !(mean > 0)) return out.fill(mean);
  // Weekday factors from up to a year of rows, shrunk to 1 by four mean rows.
  from = Math.max(0, rows - 365);
  const totals = new Float64Array(7);
  const counts = new Float64Array(7);
  let all = 0;
  for (let i = from; i < rows; i++) {
    const d = weekdayOf(series.days[i] as number);
    totals[d] = (totals[d] as number) + (quantity[i] as number);
    counts[d] = (counts[d] as number) + 1;
    all += quantity[i] as number;
  }
  const yearMean = all / (rows - from);
  for (let i = 0; i < days.length; i++) {
    const d = weekdayOf(days[i] as number);
    out[i] = mean * (((totals[d] as number) / yearMean + 4) / ((counts[d] as number) + 4));
  }
  return out;
}

/** Simple exponential smoothing with α = 0.2, started at the first row (Brown 1959). */
function smoothedLevel(quantity: Float64Array, rows: number): number {
  let level = quantity[0] as number;
  for (let i = 1; i < rows; i++) level += 0.2 * ((quantity[i] as number) - level);
  return level;
}
