/**
 * Days (or weeks, or months) without a row on which the merchant sold something else: the cell sold nothing. A till's
 * export has no rows for them, so a model of its rows alone would take every day for one on which the cell sells.
 */

import type { CellSeries } from '../core/series/cell-series.ts';
import type { Frequency } from '../core/vocabulary.ts';

/** On which periods a merchant traded, of cells of one frequency. */
export interface TradedPeriods {
  /** Days since 1970-01-01 on which any of its cells sold something, ascending. */
  readonly days: Int32Array;
  /** Rows of the other days, on which nothing was sold. */
  readonly idleRows: number;
  /** Its files have rows of zero: one that is missing is then no zero. */
  readonly writesZeros: boolean;
}

/** Share of rows of zero above which a merchant's files are held to have them all. */
const WRITTEN_ZEROS = 0.01;

/** @param rows of the cells in question, ascending by day: how many there are on a day, and how many of them sold */
export function tradedPeriods(
  rows: Iterable<{ readonly day: number; readonly rows: number; readonly sold: number }>,
): TradedPeriods {
  const days: number[] = [];
  let [all, zeros, idleRows] = [0, 0, 0];
  for (const { day, rows: n, sold } of rows) {
    if (sold > 0) days.push(day);
    else idleRows += n;
    all += n;
    zeros += n - sold;
  }
  return { days: Int32Array.from(days), idleRows, writesZeros: zeros > 2 && zeros > WRITTEN_ZEROS * all };
}

/** Periods without a sale that are always taken for such: less is no sign of a product that was taken off. */
const SHORTEST_ABSENCE: Readonly<Record<Frequency, number>> = { daily: 14, weekly: 4, monthly: 3 };
/** Chance at which a pause is too long to be one: that a cell of the same rate has one like it in all its rows. */
const ABSENCE_CHANCE = 0.001;

/**
 * Periods without a row that count as zero: those after the cell's first sale on which its merchant traded, but for
 * pauses too long for a product that was on offer. A cell that sells in a share p of periods pauses for g of them after
 * a sale with probability (1 − p)^g; the longest pause that is believed is the one that n sales would show once in a
 * thousand times.
 *
 * @param days of the cell's rows, ascending
 * @returns days since 1970-01-01, ascending
 */
export function unsoldDays(
  days: Int32Array,
  frequency: Frequency,
  { days: traded, writesZeros }: TradedPeriods,
): number[] {
  if (writesZeros || days.length === 0) return [];
  const pauses: number[][] = [];
  let at = firstAfter(traded, days[0]);
  for (let i = 0; i < days.length; i++) {
    const end = i + 1 < days.length ? days[i + 1] : Number.POSITIVE_INFINITY;
    const pause: number[] = [];
    for (; at < traded.length && traded[at] <= end; at++) if (traded[at] !== end) pause.push(traded[at]);
    if (pause.length > 0) pauses.push(pause);
  }
  const longest = longestPause(
    days.length,
    pauses.map((pause) => pause.length),
    SHORTEST_ABSENCE[frequency],
  );
  return pauses.filter((pause) => pause.length <= longest).flat();
}

/** @param sales periods with one @param pauses their lengths @param least that is always believed */
function longestPause(sales: number, pauses: readonly number[], least: number): number {
  let longest = Number.POSITIVE_INFINITY;
  for (;;) {
    const unsold = pauses.reduce((sum, pause) => (pause <= longest ? sum + pause : sum), 0);
    const next = Math.max(least, Math.log(sales / ABSENCE_CHANCE) / -Math.log1p(-sales / (sales + unsold)));
    // A pause that is left out raises the rate, which may leave out a shorter one; it never brings one back.
    if (!(next < longest) || unsold === 0) return longest;
    longest = next;
  }
}

/** Index of the first of ascending days after a day. */
function firstAfter(days: Int32Array, day: number): number {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle] <= day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The series with rows of zero on days that have none: their prices, costs and covariates are not given. */
export function withZeros(series: CellSeries, zeros: readonly number[]): CellSeries {
  if (zeros.length === 0) return series;
  const days = new Int32Array(series.days.length + zeros.length);
  days.set(series.days);
  days.set(zeros, series.days.length);
  days.sort();
  const source = new Int32Array(days.length).fill(-1);
  for (let i = 0, row = 0; i < days.length; i++) if (days[i] === series.days[row]) source[i] = row++;
  const filled = (column: Float64Array, value: number): Float64Array => {
    const values = new Float64Array(source.length).fill(value);
    for (let i = 0; i < source.length; i++) if (source[i] >= 0) values[i] = column[source[i]];
    return values;
  };
  return {
    ...series,
    days,
    quantity: filled(series.quantity, 0),
    price: filled(series.price, Number.NaN),
    cost: filled(series.cost, Number.NaN),
    promo: filled(series.promo, Number.NaN),
    soldOut: Uint8Array.from(source, (from) => (from < 0 ? 0 : series.soldOut[from])),
    waste: filled(series.waste, Number.NaN),
    marketPrice: filled(series.marketPrice, Number.NaN),
    covariates: series.covariates.map((covariate) => ({ ...covariate, values: filled(covariate.values, Number.NaN) })),
  };
}
