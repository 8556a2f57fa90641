/** Simple forecasts that every model must beat in cross-validation or be averaged with: they know nothing of prices. */

import { weekdayOf } from '../series/calendar.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { PERIOD_DAYS, PERIOD_REACH, yearBefore } from '../series/periods.ts';
import { rowsUpTo, samePeriodRow } from '../series/rows.ts';
import type { Frequency, SimpleForecast } from '../vocabulary.ts';

/** Rows of 28 days, at least one. */
export const MEAN_ROWS: Readonly<Record<Frequency, number>> = { daily: 28, weekly: 4, monthly: 1 };
/** Rows of a year. */
export const YEAR_ROWS: Readonly<Record<Frequency, number>> = { daily: 365, weekly: 52, monthly: 12 };
/** Weight of the newest row in exponential smoothing. */
export const SMOOTHING = 0.2;
/** Same periods of so many years are averaged: better than the last one alone on simulated monthly panels. */
export const MOST_YEARS = 3;

const DAILY: readonly SimpleForecast[] = ['smoothing', 'mean28', 'mean28-weekday'];
const COARSE: readonly SimpleForecast[] = ['smoothing', 'mean28', 'same-season'];

/** The simple forecasts of cells of a frequency: weekdays differ in daily ones, seasons of the year in coarser ones. */
export function simpleForecastsOf(frequency: Frequency): readonly SimpleForecast[] {
  return frequency === 'daily' ? DAILY : COARSE;
}

/**
 * Forecast of the periods of some days after the first `rows` rows.
 *
 * - `smoothing`: exponential smoothing of the rows, α = 0.2
 * - `mean28`: the mean of 28 days' worth of rows: 28 days, 4 weeks, or the last month
 * - `mean28-weekday`: that times the weekday's usual share
 * - `same-season`: the last year's mean times the usual share of the month, or of the week of 52, in up to three years
 *
 * Rows that sold out count with what they would have sold, where the series says it.
 *
 * @returns expected demand of each day's period, in the cell's unit
 */
export function simpleForecast(name: SimpleForecast, series: CellSeries, rows: number, days: Int32Array): Float64Array {
  return FORECASTS[name](series.demand ? { ...series, quantity: series.demand.expected } : series, rows, days);
}

type Forecast = (series: CellSeries, rows: number, days: Int32Array) => Float64Array;

const FORECASTS: Readonly<Record<SimpleForecast, Forecast>> = {
  smoothing: ({ quantity }, rows, days) => new Float64Array(days.length).fill(smoothedLevel(quantity, rows)),
  mean28: (series, rows, days) => new Float64Array(days.length).fill(mean28(series, rows)),
  'mean28-weekday': weekdayMeans,
  'same-season': (series, rows, days) => Float64Array.from(days, (day) => sameSeason(series, rows, day)),
};

function mean28({ quantity, frequency }: CellSeries, rows: number): number {
  return meanOf(quantity, Math.max(0, rows - MEAN_ROWS[frequency]), rows);
}

function meanOf(quantity: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += quantity[i];
  return sum / (to - from);
}

/** The mean of the last 28 rows with weekday factors from up to a year of rows, shrunk to 1 by four mean rows. */
function weekdayMeans(series: CellSeries, rows: number, days: Int32Array): Float64Array {
  const { quantity } = series;
  const out = new Float64Array(days.length);
  const mean = mean28(series, rows);
  if (series.frequency !== 'daily' || !(mean > 0)) return out.fill(mean);
  const from = Math.max(0, rows - YEAR_ROWS.daily);
  const totals = new Float64Array(7);
  const counts = new Float64Array(7);
  let all = 0;
  for (let i = from; i < rows; i++) {
    const d = weekdayOf(series.days[i]);
    totals[d] = totals[d] + quantity[i];
    counts[d] = counts[d] + 1;
    all += quantity[i];
  }
  const yearMean = all / (rows - from);
  for (let i = 0; i < days.length; i++) {
    const d = weekdayOf(days[i]);
    out[i] = mean * ((totals[d] / yearMean + 4) / (counts[d] + 4));
  }
  return out;
}

/**
 * Mean of the last year's rows times the mean share that the day's period had of its own year's mean, over up to
 * three years counted back from the last row. Less than a year of rows knows no season: their smoothed level.
 */
function sameSeason(series: CellSeries, rows: number, day: number): number {
  const { quantity, frequency, days } = series;
  const lastDay = days[rows - 1];
  const rowsBefore = (years: number): number => Math.min(rows, rowsUpTo(series, yearBefore(frequency, lastDay, years)));
  const yearMean = (k: number): number => meanOf(quantity, rowsBefore(k), rowsBefore(k - 1));
  let sum = 0;
  let count = 0;
  for (let k = 1; k <= MOST_YEARS; k++) {
    // Of a year that the rows do not fill, nobody knows the mean; the last one is taken as it is.
    if (k > 1 && days[0] > yearBefore(frequency, lastDay, k) + PERIOD_DAYS[frequency] + PERIOD_REACH[frequency]) break;
    const row = samePeriodRow(series, rows, day, k);
    const mean = yearMean(k);
    if (row === null || !(mean > 0)) continue;
    sum += quantity[row] / mean;
    count++;
  }
  return count === 0 ? smoothedLevel(quantity, rows) : (yearMean(1) * sum) / count;
}

/** Simple exponential smoothing with α = 0.2, started at the first row (Brown 1959). */
function smoothedLevel(quantity: Float64Array, rows: number): number {
  let level = quantity[0];
  for (let i = 1; i < rows; i++) level += SMOOTHING * (quantity[i] - level);
  return level;
}
