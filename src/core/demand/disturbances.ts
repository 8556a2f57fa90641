/**
 * What moves a cell's demand beside its model, as a local level model with correlated noise (Harvey 1989, Forecasting,
 * Structural Time Series Models and the Kalman Filter, §2.3 and §4.1): a level that walks, noise that lasts some
 * days, and
 * noise of single periods. The distribution of totals is simulated from it.
 */

import { SMALLEST_MEAN } from '../families/family.ts';
import { FAMILY } from '../families/table.ts';
import { innovations, type ObservedColumns, type Sums } from '../kernel/innovations-kernel.ts';
import { cholesky, invert } from '../math/linear-algebra.ts';
import { sumOf } from '../math/summary.ts';
import type { Component } from '../regression/component.ts';
import { linearMean } from '../regression/plan.ts';
import type { CellSeries, Holiday } from '../series/cell-series.ts';
import { buildDesign, exposureOf, filledPrices, lastRows, pastRows } from '../series/design.ts';
import type { ColumnGroup, Frequency } from '../vocabulary.ts';

/** A walk of the level and noise around it: variances of relative demand at the cell's usual mean. */
export interface Process {
  /** What the log of the level gains a row. */
  readonly level: number;
  /** Noise of single rows. */
  readonly white: number;
  /** Noise of which `correlation` carries over to the next row, a first-order autoregression. */
  readonly correlated: number;
  /** 0-1. */
  readonly correlation: number;
}

/** Errors of totals of held-out windows: their squares over the variances that were expected of them. */
export interface WindowErrors {
  readonly windows: number;
  readonly squares: number;
}

/** What may have moved demand beside the model; plain JSON. */
export interface Disturbances {
  /** Weights add to 1. */
  readonly processes: readonly (Process & { readonly weight: number })[];
  /**
   * Row-major covariance of the coefficients of the first waves of the year (sin1, cos1, sin2, ...), the walk in it;
   * its
   * size is that of the waves squared, 0 without any.
   */
  readonly waves: readonly number[];
  /** Degrees of freedom that the variances rest on. */
  readonly degrees: number;
  /** Demand comes in whole pieces. */
  readonly whole: boolean;
  /** Missing without held-out windows. */
  readonly windowErrors?: WindowErrors;
}

/** Walks of the level that are weighed: variance a row over that of a row's noise. */
export const WALKS = [0, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3];
/**
 * What each walk weighs beforehand: as they came out of 31 vegetables by day and 153 cells of orange juice by week, and
 * wider (docs/decisions/totals.md). In a month single noises even out and walks add up.
 */
const SHORT_WALKS = [0.1, 0.18, 0.22, 0.25, 0.15, 0.07, 0.03];
export const WALK_WEIGHTS: Readonly<Record<Frequency, readonly number[]>> = {
  daily: SHORT_WALKS,
  weekly: SHORT_WALKS,
  monthly: [0.08, 0.1, 0.14, 0.2, 0.22, 0.16, 0.1],
};
/** Noises that are weighed: how much carries over to the next row, the share of the variance that does, the weight. */
export const NOISES: readonly (readonly [correlation: number, share: number, weight: number])[] = [
  [0, 0, 0.35],
  [0.3, 1, 0.12],
  [0.5, 0.5, 0.12],
  [0.6, 1, 0.12],
  [0.8, 0.25, 0.2],
  [0.8, 0.6, 0.09],
];
/** Fewer rows tell nothing. */
const LEAST_ROWS = 8;
/** Rows that are looked at, the latest: a year and a half of days. */
const MOST_ROWS = 550;
/** Waves of the year that a walk may have been taken for; higher ones are too quick. */
const WAVES = 2;
/**
 * Standard deviation that the coefficient of a wave may lie off its fit, over that of a row's noise: hardly any bound.
 */
const WAVE_DEVIATION = 3;
/** Processes that weigh less are left out. */
const LEAST_WEIGHT = 0.01;

/**
 * Weighs walks and noises by the likelihood of a component's rows in a Kalman filter of log demand, the variance
 * profiled out and the waves of the year integrated out (a wave that was fitted to a walk leaves less of it in the
 * rows: restricted likelihood, Harville 1977, JASA 72(358)), and averages their variances.
 *
 * @param holidays ascending by day
 */
export function fitDisturbances(
  series: CellSeries,
  component: Component,
  holidays: readonly Holiday[],
): Disturbances | null {
  if (series.days.length < LEAST_ROWS) return null;
  const rows = observedRows(series, component, holidays);
  let best = Number.NEGATIVE_INFINITY;
  const tried = WALKS.flatMap((walk, w) =>
    NOISES.map(([correlation, share, also]) => ({
      ...{ walk, correlation, share },
      weight: WALK_WEIGHTS[series.frequency][w] * also,
    })),
  );
  const sums = innovations(rows, tried);
  const found = tried.map(({ weight, ...noise }, i) => {
    const { log: evidence, variance, waves } = likelihood(rows, sums[i] as Sums);
    const log = evidence + Math.log(weight);
    best = Math.max(best, log);
    return { log, variance, waves, ...noise };
  });
  const weights = found.map(({ log }) => Math.exp(log - best));
  const all = sumOf(weights);
  const least = LEAST_WEIGHT * all;
  const kept = sumOf(weights.filter((weight) => weight >= least));
  return {
    processes: found.flatMap(({ variance, walk, correlation, share }, i) => {
      const weight = weights[i] / kept;
      if (weights[i] < least) return [];
      return [
        { weight, level: variance * walk, white: variance * (1 - share), correlated: variance * share, correlation },
      ];
    }),
    waves: Array.from({ length: (rows.width - 1) ** 2 }, (_, j) =>
      found.reduce((sum, { waves }, i) => sum + (weights[i] / all) * waves[j], 0),
    ),
    degrees: degreesOf(rows),
    whole: series.quantity.every((quantity) => Number.isInteger(quantity)),
  };
}

/** The component that counts most in forecasts; in the price effect where forecasts are left to simple ones. */
export function heaviest<C extends { readonly weight: number; readonly priceWeight: number }>(
  components: readonly C[],
): C {
  return components.reduce((best, c) =>
    c.weight > best.weight || (c.weight === best.weight && c.priceWeight > best.priceWeight) ? c : best,
  );
}

/** The log of demand over its mean without level, then columns that the mean may be wrong by. */
interface ObservedRows extends ObservedColumns {
  /** Coefficients that rows were fitted with, waves and level left out: what they cost in scatter. */
  readonly spent: number;
}

/** The last rows of a cell around what a component expects of them without level and trend. */
function observedRows(series: CellSeries, component: Component, holidays: readonly Holiday[]): ObservedRows {
  const { plan, coefficients } = component;
  const all = series.days.length;
  const demand = series.demand?.drawn ?? series.quantity;
  const around = aroundMean({ series, demand, from: 0 }, component, coefficients[1], holidays);
  const count = Math.min(all, MOST_ROWS);
  const from = all - count;
  const waves = plan.columns
    .flatMap(({ name }, j) => (/^season:(?:sin|cos)[1-9]$/.test(name) ? [j] : []))
    .slice(0, 2 * WAVES);
  const width = 1 + waves.length;
  const columns = new Float64Array(width * count);
  columns.set(around.log.subarray(from));
  waves.forEach((j, w) => {
    for (let i = 0; i < count; i++) columns[(w + 1) * count + i] = around.design[(from + i) * plan.columns.length + j];
  });
  const spent = plan.columns.filter(({ group }) => SPENT.has(group)).length;
  return { count, columns, width, scale: around.scale.subarray(from), starts: null, spent: Math.min(spent, count / 4) };
}

/** Rows of a cell from one on, one entry a row. */
interface AroundMean {
  /** Row-major rows × the plan's columns. */
  readonly design: Float64Array;
  /** Log demand over the mean without level and trend, by its first terms around a slow level. */
  readonly log: Float64Array;
  /** Standard deviation of a row's noise over that of a row at the usual mean. */
  readonly scale: Float64Array;
}

/**
 * Rows around what a component expects of them without level and trend.
 *
 * @param demand of all rows, in the cell's unit; @param slope coefficient of the price; @param holidays ascending by day
 */
export function aroundMean(
  { series, demand, from }: { readonly series: CellSeries; readonly demand: Float64Array; readonly from: number },
  component: Component,
  slope: number,
  holidays: readonly Holiday[],
): AroundMean {
  const { plan, meanQuantity, spec } = component;
  const all = series.days.length;
  const past = pastRows(series, all, filledPrices(series.price, all));
  const design = buildDesign(plan, lastRows(past, all - from), holidays);
  const fixed = component.coefficients.map((value, j) => (plan.columns[j].group === 'trend' ? 0 : value));
  fixed[1] = slope;
  const mean = linearMean(design, fixed, all - from);
  const ratio = mean.map((m, i) => {
    const usual = m * exposureOf(plan, series.days[from + i]);
    return Math.min(demand[from + i] / meanQuantity, spec.capMultiple * Math.max(1, usual)) / usual;
  });
  const level = pathOf(ratio);
  return {
    design,
    log: ratio.map((r, i) => Math.log(level[i]) + r / level[i] - 1),
    scale: mean.map((m, i) => Math.sqrt(relativeVariance(component, m * level[i]))),
  };
}

/** Columns that take their part of the scatter; holidays and feasts are of few rows, trend and level are left out. */
const SPENT: ReadonlySet<ColumnGroup> = new Set(['price', 'market', 'weekday', 'promo', 'covariate', 'control']);

/** A slow level of ratios, forward and back: where their logs are taken. */
export function pathOf(ratio: Float64Array): Float64Array {
  const rows = ratio.length;
  const path = new Float64Array(rows);
  const keep = 0.93;
  let sum = 0;
  let mass = 0;
  for (let i = 0; i < rows; i++) {
    path[i] = sum;
    sum = keep * (sum + ratio[i]);
  }
  sum = 0;
  for (let i = rows - 1; i >= 0; i--) {
    sum = keep * sum + ratio[i];
    mass = (1 + keep - keep ** (i + 1) - keep ** (rows - i)) / (1 - keep);
    path[i] = Math.max(0.02, (path[i] + sum) / mass);
  }
  return path;
}

/** Variance of relative demand at a mean in units of the usual one, over φ. */
export function relativeVariance(
  { spec, inverseSize }: Pick<Component, 'spec' | 'inverseSize'>,
  scaledMean: number,
): number {
  const mu = Math.max(scaledMean, SMALLEST_MEAN);
  const shape = { dispersion: 1, variancePower: spec.variancePower, inverseSize };
  return FAMILY[spec.family].variance(mu, shape) / mu ** 2;
}

/** The first row starts the level. */
function degreesOf({ count, spent }: ObservedRows): number {
  return count - 1 - spent;
}

/** Log-likelihood of a walk and a noise at the variance that suits them best, and the covariance of the waves. */
function likelihood(rows: ObservedRows, { logs, gram }: Sums): { log: number; variance: number; waves: Float64Array } {
  const { width } = rows;
  const count = width - 1;
  const precision = new Float64Array(count * count);
  const product = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    product[j] = gram[(j + 1) * width];
    for (let l = 0; l <= j; l++) {
      const sum = gram[(j + 1) * width + l + 1] + (j === l ? 1 / WAVE_DEVIATION ** 2 : 0);
      precision[j * count + l] = sum;
      precision[l * count + j] = sum;
    }
  }
  const inverse = count > 0 ? invert(precision, count) : precision;
  const factor = count > 0 ? (cholesky(precision, count) as Float64Array) : precision;
  let [explained, determinant] = [0, 0];
  for (let j = 0; j < count; j++) {
    determinant += 2 * Math.log(factor[j * count + j] * WAVE_DEVIATION);
    for (let l = 0; l < count; l++) explained += product[j] * inverse[j * count + l] * product[l];
  }
  const degrees = degreesOf(rows);
  const variance = Math.max((gram[0] - explained) / degrees, 1e-8);
  return {
    log: -0.5 * (degrees * Math.log(variance) + logs + determinant),
    variance,
    waves: inverse.map((c) => c * variance),
  };
}
