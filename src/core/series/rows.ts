/** Rows of a cell: finding them by day, and what may be known of them ahead. */

import { COMPETITOR_REFERENCES } from '../vocabulary.ts';
import type { CellSeries, PlannedRows } from './cell-series.ts';
import { plannedReferences, referenceColumn, referenceOn } from './competitor-prices.ts';
import { PERIOD_REACH, yearBefore, yearsBack } from './periods.ts';

/** Number of rows on or before a day. */
export function rowsUpTo(series: CellSeries, day: number): number {
  let low = 0;
  let high = series.days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (series.days[middle] <= day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The cell as it was after so many rows. @param rows at most as many as there are */
export function firstRows(series: CellSeries, rows: number): CellSeries {
  const { days, quantity, price, cost, promo, soldOut, waste, marketPrice, covariates, test } = series;
  return {
    ...series,
    days: days.subarray(0, rows),
    quantity: quantity.subarray(0, rows),
    price: price.subarray(0, rows),
    cost: cost.subarray(0, rows),
    promo: promo.subarray(0, rows),
    soldOut: soldOut.subarray(0, rows),
    waste: waste.subarray(0, rows),
    marketPrice: marketPrice.subarray(0, rows),
    covariates: covariates.map((covariate) => ({ ...covariate, values: covariate.values.subarray(0, rows) })),
    ...(test && { test: { price: test.price.subarray(0, rows), base: test.base.subarray(0, rows) } }),
  };
}

/**
 * Row of a day's period so many years before it, among the first `rows`: of the same month, or the same week of 52. A
 * day more than a year ahead stands for the same period of the year after the last row.
 *
 * @returns null where no row lies within {@link PERIOD_REACH}
 */
export function samePeriodRow(series: CellSeries, rows: number, day: number, years: number): number | null {
  const { days, frequency } = series;
  const known = yearsBack(frequency, day, days[rows - 1]);
  const target = yearBefore(frequency, known, known === day ? years : years - 1);
  const row = Math.min(rows, rowsUpTo(series, target + PERIOD_REACH[frequency])) - 1;
  return row >= 0 && days[row] >= target - PERIOD_REACH[frequency] ? row : null;
}

/**
 * Rows [from, to) of a cell as planned rows, with what may be known of them ahead: date, price, promotion and covariates
 * known ahead. Quantity, stock-outs, cost and market price stay hidden; the market price is NaN, which a model carries
 * forward; what competitors asked on the day of the row before is carried forward while it is fresh.
 *
 * @param price gaps filled, length ≥ to
 */
export function plannedRows(series: CellSeries, from: number, to: number, price: Float64Array): PlannedRows {
  const covariates: Record<string, Float64Array> = {};
  for (const covariate of series.covariates) {
    if (covariate.knownAhead) covariates[covariate.name] = covariate.values.slice(from, to);
  }
  const days = series.days.slice(from, to);
  const origin = from > 0 ? series.days[from - 1] : Number.NEGATIVE_INFINITY;
  return {
    days,
    price: price.slice(from, to),
    promo: series.promo.slice(from, to),
    marketPrice: new Float64Array(to - from).fill(Number.NaN),
    covariates: { ...covariates, ...plannedReferences(days, series.competitors, origin) },
  };
}

/** Rows of a cell's past as planned rows at other prices, with what was known of their days. @param rows their places */
export function pastAsPlanned(
  series: CellSeries,
  rows: readonly number[],
  priceOf: (row: number) => number,
): PlannedRows {
  const of = (values: ArrayLike<number>): Float64Array => Float64Array.from(rows, (i) => values[i] as number);
  const { days, frequency, competitors = [] } = series;
  const asked = competitors.length === 0 ? [] : COMPETITOR_REFERENCES;
  return {
    days: Int32Array.from(rows, (i) => days[i]),
    price: Float64Array.from(rows, priceOf),
    promo: Float64Array.from(rows, (i) => series.promo[i] || 0),
    marketPrice: of(series.marketPrice),
    covariates: Object.fromEntries([
      ...series.covariates.map(({ name, values }) => [name, of(values)]),
      ...asked.map((one) => [referenceColumn(one), of(referenceOn(days, frequency, competitors, one))]),
    ]),
  };
}
