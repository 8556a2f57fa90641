/**
 * The market simulator of one cell: sales as the market model, which has not seen the cell, expects them on days and at
 * prices of its own choice.
 */

import { PRICE_COLUMN, PRICE_QUANTILES } from '../kernel/iteration-kernel.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import { variance } from '../math/summary.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { buildDesign, type DesignPlan, type DesignRows, pastRows } from '../series/design.ts';
import { marketPattern } from '../series/market-pattern.ts';
import { gridOf, nextPeriod, PERIOD_DAYS } from '../series/periods.ts';
import { boxCoxPrice } from '../series/price-transform.ts';
import { rowsUpTo } from '../series/rows.ts';
import type { FitInput } from './fit-input.ts';
import { columnPriors, marketPriceLeads } from './prior.ts';

/** A cell's simulator: a calendar of rows, prices by quantile, and what the market expects of each. */
export interface Simulator {
  readonly columns: number;
  /** Rows of the calendar: every period of a year, or of the training rows where they are longer. */
  readonly rows: number;
  /** Row-major rows × columns, the price column 0. */
  readonly design: Float64Array;
  /** Log of the market's expected demand of each calendar row at the reference price, intercept and level left out. */
  readonly linear: Float64Array;
  /** The same of each own row at its own price; length own rows. */
  readonly ownLinear: Float64Array;
  /** Price term h at {@link PRICE_QUANTILES} equally likely prices, ascending. */
  readonly priceTerm: Float64Array;
  /** The market's coefficient of the price term. */
  readonly slope: number;
  /** The market's coefficient of every column; that of the intercept, which is matched to the own rows, 0. */
  readonly means: Float64Array;
}

/** What ties a simulator to a cell's training rows: its intercept and the level of the last row, both in log demand. */
export interface SimulatorMatch {
  readonly intercept: number;
  readonly offset: number;
}

/**
 * Spread of simulated log prices: half as wide again as the cell's own, between a tenth and a third, so that a cell
 * that never moved its price sees some.
 */
const SPREAD = { times: 1.5, low: 0.1, high: 0.33 } as const;
const DAYS_OF_YEAR = 365;
/**
 * How demand follows the market's price at an unchanged own one, as a share of the response to the own price, where no
 * other cell tells. When own and market price move together demand answers as the whole category's does: the mean of
 * the published category elasticities is −0.59 (Andreyeva, Long & Brownell 2010), that of single shops −2.62 (Bijmolt
 * et al. 2005). The difference is what customers who compare make of it.
 */
const COMPARED_SHARE = 1 - 0.59 / 2.62;

/**
 * Builds a cell's simulator from its first `rows` rows and the market's prior.
 *
 * Prices are lognormal around the reference price, wider than the cell's own, clipped to [cost, or half the reference,
 * twice the reference]; where market prices are known their range widens the spread. The calendar is the
 * year that ends with the last row: every period of it once, promotions and covariates at their mean or as the market
 * had them on the own row of that day.
 *
 * Market prices feed trend and season. Where other cells tell how demand follows them, each calendar row has the market
 * price of its day and that effect; where none does, demand follows the trend and season of the market price by {@link
 * COMPARED_SHARE} of the response to the own price.
 */
export function planSimulator(
  { series, rows, prior, options }: Omit<FitInput, 'spec'>,
  price: Float64Array,
  plan: DesignPlan,
): Simulator {
  const columns = plan.columns.length;
  const { means } = columnPriors(plan, prior, 1);
  means[0] = 0;
  const past = pastRows(series, rows, price);
  const calendar = calendarRows(series, past, plan);
  const design = buildDesign(plan, calendar, options.holidays);
  const ownDesign = buildDesign(plan, past, options.holidays);
  if (marketPriceLeads(plan, prior)) {
    const follows = -COMPARED_SHARE * means[PRICE_COLUMN];
    marketPattern(plan, ownDesign, series.marketPrice, rows).forEach((pattern, j) => {
      means[j] = means[j] + follows * pattern;
    });
  }
  return {
    columns,
    rows: calendar.rows,
    design,
    linear: linearOf(design, means, calendar.rows, columns),
    ownLinear: linearOf(ownDesign, means, rows, columns),
    priceTerm: simulatedPrices(series, rows, price, plan),
    slope: means[PRICE_COLUMN],
    means,
  };
}

/** The year that ends with the last of a cell's past rows, at the reference price. */
function calendarRows(series: CellSeries, past: DesignRows, plan: DesignPlan): DesignRows {
  const { rows } = past;
  const periods = Math.round(DAYS_OF_YEAR / PERIOD_DAYS[plan.frequency]);
  const grid = gridOf(plan.frequency, series.days, rows);
  const byDay = new Map<number, number>();
  for (let i = 0; i < rows; i++) byDay.set(series.days[i], i);
  const own = (i: number): number | undefined => byDay.get(calendarDay(i));
  const calendarDay = (i: number): number => nextPeriod(grid, plan.lastDay, i + 1 - periods);
  // Market prices stand until the next one: a day without trading has that of the row before it.
  const marketPriceOn = (day: number): number => {
    let i = rowsUpTo(series, day) - 1;
    while (i >= 0 && !(series.marketPrice[i] > 0)) i--;
    return i < 0 ? (plan.referenceMarketPrice ?? Number.NaN) : series.marketPrice[i];
  };
  return {
    rows: periods,
    day: calendarDay,
    price: () => plan.referencePrice,
    // A day without trading had no promotion to see: the mean share keeps the column at 0 there.
    promo: (i) => valueAt(series.promo, own(i), plan.promoMean ?? 0),
    marketPrice: (i) => marketPriceOn(calendarDay(i)),
    covariate: (name, i) =>
      // Competitors' prices are columns that the rows make of what was seen.
      told(
        past.covariate(name, own(i) ?? Number.NaN),
        (plan.covariates.find((c) => c.name === name) as { mean: number }).mean,
      ),
  };
}

/**
 * The fixed quasi-random set of the exact solver, each row with its expected demand: a Hammersley set (Niederreiter
 * 1992, SIAM, §3.1) whose first coordinate walks evenly through the prices and whose second, the radical inverse in
 * base 3, through the calendar. Base 2 and golden-ratio steps fall in step with the week and leave 3 to 5 times the
 * integration error of the price coefficient (30 simulated cells).
 */
export function simulatedRows(
  simulator: Simulator,
  match: SimulatorMatch,
  count: number,
): { readonly design: Float64Array; readonly response: Float64Array; readonly offset: Float64Array } {
  const { design, linear } = fixedRows(simulator, count);
  return {
    design,
    response: linear.map((value) => Math.exp(value + match.intercept + match.offset)),
    offset: new Float64Array(count).fill(match.offset),
  };
}

interface FixedRows {
  readonly design: Float64Array;
  /** Log of expected demand, intercept and level left out. */
  readonly linear: Float64Array;
}
/** The set of the last count asked for: a training asks for the same one hundreds of times. */
const fixedSets = new WeakMap<Simulator, FixedRows>();

function fixedRows(simulator: Simulator, count: number): FixedRows {
  const known = fixedSets.get(simulator);
  if (known?.linear.length === count) return known;
  const { columns } = simulator;
  const design = new Float64Array(count * columns);
  const linear = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const row = Math.floor(radicalInverse(i, 3) * simulator.rows);
    const h = simulator.priceTerm[Math.floor(((i + 0.5) / count) * PRICE_QUANTILES)];
    design.set(simulator.design.subarray(row * columns, (row + 1) * columns), i * columns);
    design[i * columns + PRICE_COLUMN] = h;
    linear[i] = simulator.linear[row] + simulator.slope * h;
  }
  const fixed = { design, linear };
  fixedSets.set(simulator, fixed);
  return fixed;
}

/** The digits of i in a base, mirrored at the point. @returns in [0, 1) */
function radicalInverse(i: number, base: number): number {
  let value = 0;
  let scale = 1 / base;
  for (let rest = i; rest > 0; rest = Math.floor(rest / base)) {
    value += scale * (rest % base);
    scale /= base;
  }
  return value;
}

/** Price terms h at equally likely quantiles of the clipped lognormal. */
function simulatedPrices(series: CellSeries, rows: number, price: Float64Array, plan: DesignPlan): Float64Array {
  const logs = Float64Array.from({ length: rows }, (_, i) => Math.log(price[i] / plan.referencePrice));
  let spread = Math.min(SPREAD.high, Math.max(SPREAD.low, SPREAD.times * Math.sqrt(variance(logs))));
  const market = Float64Array.from(
    Array.from({ length: plan.referenceMarketPrice === null ? 0 : rows }, (_, i) =>
      Math.log(series.marketPrice[i]),
    ).filter(Number.isFinite),
  );
  if (market.length > 1) spread = Math.min(SPREAD.high, Math.max(spread, Math.sqrt(variance(market))));
  let cost = Number.NaN;
  for (let i = 0; i < rows; i++) if (series.cost[i] > 0) cost = series.cost[i];
  const low = cost > 0 && cost < plan.referencePrice ? Math.log(cost / plan.referencePrice) : Math.log(0.5);
  return Float64Array.from({ length: PRICE_QUANTILES }, (_, q) => {
    const log = Math.min(Math.log(2), Math.max(low, spread * normalQuantile((q + 0.5) / PRICE_QUANTILES)));
    return boxCoxPrice(plan.referencePrice * Math.exp(log), plan.referencePrice, plan.boxCoxLambda);
  });
}

function valueAt(values: Float64Array, row: number | undefined, otherwise: number): number {
  return told(row === undefined ? Number.NaN : values[row], otherwise);
}

function told(value: number, otherwise: number): number {
  return Number.isNaN(value) ? otherwise : value;
}

function linearOf(design: Float64Array, coefficients: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += design[i * columns + j] * coefficients[j];
    return sum;
  });
}
