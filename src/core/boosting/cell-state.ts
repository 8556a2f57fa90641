/** What a cell's rows up to an origin say of the rows after it, as numbers: kept with a model, it needs no rows. */

import { mix } from '../math/random.ts';
import { mean, sumOf, variance } from '../math/summary.ts';
import { weekdayOf } from '../series/calendar.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { filledPrices } from '../series/design.ts';
import { type Grid, gridOf, lengthDays, nextPeriod, PERIOD_DAYS, yearBefore } from '../series/periods.ts';
import { rowsUpTo } from '../series/rows.ts';
import type { Frequency } from '../vocabulary.ts';
import type { MarketTrends } from './market-trends.ts';
import { baseLevel, WINDOWS } from './windows.ts';

/** A cell at an origin: plain JSON. Figures that the rows do not tell are null. */
export interface CellState extends Grid {
  /** Days since 1970-01-01: nothing after it is known. */
  readonly originDay: number;
  /** Sales that rows are measured by, in the cell's unit, > 0. */
  readonly base: number;
  /**
   * What a row weighs where it is learned from: the root of what the base level earns, currency, which compares cells
   * whatever their units. Sellers of much scatter less about their level, and are what a shop lives on.
   */
  readonly importance: number;
  /** One a feature of {@link PAST_FEATURES}. */
  readonly past: readonly (number | null)[];
  /** Logarithms of prices that a price is compared with: the last one, means of recent rows, mean of all rows. */
  readonly logPrices: readonly (number | null)[];
  /** Mean promotion of the rows of the base level that have one, and the last one. */
  readonly promo: number | null;
  readonly lastPromo: number | null;
  /** Last value of each covariate known ahead, by name. */
  readonly covariates: Readonly<Record<string, number | null>>;
  /** Sales of the last four and eight rows of each weekday over the base, 0 = Monday; empty but for daily rows. */
  readonly weekdays: readonly (readonly (number | null)[])[];
  /** Log ratio of last year's sales around each period ahead to those up to the origin's day of last year. */
  readonly season: readonly (number | null)[];
}

/** Rows up to the origin, with what several features need. */
interface Past {
  readonly series: CellSeries;
  readonly grid: Grid;
  readonly originDay: number;
  readonly rows: number;
  /** What was sold, or would have been where the series says it. */
  readonly quantity: Float64Array;
  readonly base: number;
  readonly trends: MarketTrends;
}

interface PastFeature {
  readonly name: string;
  readonly of: (past: Past) => number;
}

/** Weights of the newest row in exponentially weighted means of sales, and the rows that they begin at. */
const SMOOTHINGS = [0.5, 0.2, 0.05];
const SMOOTHED_ROWS = 120;
/** Rows that the season a year ago needs: around the day, and up to the origin's. */
const SEASON_ROWS: Readonly<Record<Frequency, readonly [number, number]>> = {
  daily: [4, 6],
  weekly: [2, 4],
  monthly: [1, 4],
};
const WEEKDAY_ROWS = [4, 8];
/** Added to both sides of log ratios, as a share of the base, so that nothing sold has a logarithm. */
const FLOOR_SHARE = 0.1;

function featuresOf(frequency: Frequency): readonly PastFeature[] {
  const { base, means, spreads } = WINDOWS[frequency];
  const last = (past: Past, rows: number): Float64Array => past.quantity.subarray(Math.max(0, past.rows - rows));
  return [
    ...[1, 2, 3].map((k) => ({
      name: `sold ${k} rows ago`,
      of: ({ quantity, rows, base }: Past) => (rows >= k ? quantity[rows - k] / base : Number.NaN),
    })),
    ...means.map((rows) => ({
      name: `mean of ${rows} rows`,
      of: (past: Past) => mean(last(past, rows)) / past.base,
    })),
    ...SMOOTHINGS.map((weight) => ({
      name: `smoothed by ${weight}`,
      of: (past: Past) => smoothed(last(past, SMOOTHED_ROWS), weight) / past.base,
    })),
    ...spreads.map((rows) => ({
      name: `deviation of ${rows} rows`,
      of: (past: Past) => Math.sqrt(variance(last(past, rows))) / past.base,
    })),
    { name: 'share of rows with a sale', of: (past) => mean(last(past, base).map((q) => (q > 0 ? 1 : 0))) },
    { name: 'periods since the last sale', of: (past) => periodsSince(past, lastSale(past)) },
    { name: 'periods since the last row', of: (past) => periodsSince(past, past.rows - 1) },
    { name: 'periods of the base level', of: (past) => periodsSince(past, Math.max(0, past.rows - base)) },
    { name: 'rows', of: ({ rows }) => rows },
    { name: 'periods since the first row', of: (past) => periodsSince(past, 0) },
    { name: 'log base', of: (past) => Math.log(past.base) },
    {
      name: 'trend of the product type',
      of: ({ series, trends }) => trends.types.get(series.productType) ?? Number.NaN,
    },
    { name: 'trend of the merchant', of: ({ series, trends }) => trends.merchants.get(series.merchant) ?? Number.NaN },
    { name: 'number of the product type', of: ({ series }) => numberOf(series.productType) },
    { name: 'number of the product', of: ({ series }) => numberOf(series.product) },
    { name: 'number of the merchant', of: ({ series }) => numberOf(series.merchant) },
  ];
}

/** Features of the rows up to an origin, the same for every row after it. */
export const PAST_FEATURES: Readonly<Record<Frequency, readonly PastFeature[]>> = {
  daily: featuresOf('daily'),
  weekly: featuresOf('weekly'),
  monthly: featuresOf('monthly'),
};

/**
 * What the rows up to an origin say. Nothing after the origin is read.
 *
 * @param ahead periods after the origin whose season a year ago is looked up, ≥ 0
 * @param trends of the market at the same origin (see marketTrends)
 * @returns null where nothing was sold up to the origin: there is no level to measure by
 */
export function cellState(
  series: CellSeries,
  originDay: number,
  ahead: number,
  trends: MarketTrends,
): CellState | null {
  const rows = rowsUpTo(series, originDay);
  const quantity = (series.demand?.expected ?? series.quantity).subarray(0, rows);
  const { frequency } = series;
  const base = baseLevel(quantity, frequency);
  if (!(base > 0)) return null;
  const grid = gridOf(frequency, series.days, rows);
  const past: Past = { series, grid, originDay, rows, quantity, base, trends };
  const prices = logPrices(past);
  return {
    ...grid,
    originDay,
    base,
    // A cell without a price has no model.
    importance: Math.sqrt(base * Math.exp(prices[0] ?? 0)),
    past: PAST_FEATURES[frequency].map(({ of }) => told(of(past))),
    logPrices: prices,
    promo: told(meanOfGiven(series.promo.subarray(Math.max(0, rows - WINDOWS[frequency].base), rows))),
    lastPromo: told(lastGiven(series.promo, rows)),
    covariates: Object.fromEntries(
      series.covariates
        .filter(({ knownAhead }) => knownAhead)
        .map(({ name, values }) => [name, told(lastGiven(values, rows))]),
    ),
    weekdays: frequency === 'daily' ? [0, 1, 2, 3, 4, 5, 6].map((weekday) => weekdayMeans(past, weekday)) : [],
    season: Array.from({ length: ahead }, (_, k) => told(seasonOf(past, nextPeriod(grid, originDay, k + 1)))),
  };
}

/**
 * A number in [0, 1) of a name, by which trees tell one from another; the same in every fleet, whatever other names there
 * are. Names in no order of meaning: what is alike is not near.
 */
function numberOf(name: string): number {
  let hash = name.length;
  for (let i = 0; i < name.length; i++) hash = mix(hash ^ name.charCodeAt(i)) + Math.imul(hash, 31);
  return (hash >>> 0) / 2 ** 32;
}

function told(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function smoothed(quantity: Float64Array, weight: number): number {
  let level = quantity[0];
  for (let i = 1; i < quantity.length; i++) level += weight * (quantity[i] - level);
  return level;
}

function lastSale({ quantity, rows }: Past): number {
  let row = rows - 1;
  while (row >= 0 && quantity[row] === 0) row--;
  return row;
}

function periodsSince({ series, originDay }: Past, row: number): number {
  return (originDay - series.days[row]) / PERIOD_DAYS[series.frequency];
}

function logPrices({ series, rows }: Past): (number | null)[] {
  const logs = filledPrices(series.price, rows).map(Math.log);
  const meanOfLast = (count: number): number => mean(logs.subarray(Math.max(0, rows - count)));
  return [1, ...WINDOWS[series.frequency].prices, rows].map((count) => told(meanOfLast(count)));
}

function meanOfGiven(values: Float64Array): number {
  return mean(values.filter((value) => !Number.isNaN(value)));
}

/** NaN where none of the first rows has a value. */
function lastGiven(values: Float64Array, rows: number): number {
  let row = rows - 1;
  while (row >= 0 && Number.isNaN(values[row])) row--;
  return row < 0 ? Number.NaN : values[row];
}

function weekdayMeans({ series, rows, quantity, base }: Past, weekday: number): (number | null)[] {
  const sold: number[] = [];
  const most = WEEKDAY_ROWS.at(-1) as number;
  for (let i = rows - 1; i >= Math.max(0, rows - WINDOWS.daily.year) && sold.length < most; i--)
    if (weekdayOf(series.days[i]) === weekday) sold.push(quantity[i]);
  return WEEKDAY_ROWS.map((count) => told(mean(sold.slice(0, count)) / base));
}

/** Sales a day around the same day of last year over those up to the origin's day of last year, as a log ratio. */
function seasonOf({ series, grid, originDay, rows, quantity, base }: Past, day: number): number {
  const { frequency } = grid;
  const { reach, before } = WINDOWS[frequency].season;
  const [leastAround, leastBefore] = SEASON_ROWS[frequency];
  const meanWithin = (from: number, to: number, least: number): number => {
    const first = Math.min(rows, rowsUpTo(series, from - 1));
    const end = Math.min(rows, rowsUpTo(series, to));
    if (end - first < least) return Number.NaN;
    // Months differ in length: sales of a day, times that of a usual period.
    let days = 0;
    for (let i = first; i < end; i++) days += lengthDays(grid, series.days[i]);
    return (sumOf(quantity.subarray(first, end)) / days) * PERIOD_DAYS[frequency];
  };
  const known = yearBefore(frequency, day);
  const origin = yearBefore(frequency, originDay);
  const around = meanWithin(known - reach, known + reach, leastAround);
  const usual = meanWithin(origin - before + 1, origin, leastBefore);
  return Math.log((around + FLOOR_SHARE * base) / (usual + FLOOR_SHARE * base));
}
