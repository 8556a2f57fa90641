/** How fast a cell's level walks away from what its model knows: why intervals widen with the horizon. */

import { normalQuantile } from '../math/normal-quantile.ts';
import type { Component } from '../regression/component.ts';
import { linearMean } from '../regression/plan.ts';
import type { CellSeries, Holiday } from '../series/cell-series.ts';
import { buildDesign, exposureOf, filledPrices, pastRows } from '../series/design.ts';
import { PERIOD_DAYS } from '../series/periods.ts';
import type { Frequency } from '../vocabulary.ts';

/** Periods of a block: long enough that its mean is mostly level. */
const BLOCK_PERIODS: Readonly<Record<Frequency, number>> = { daily: 28, weekly: 4, monthly: 2 };
/** Fewer blocks tell no drift from noise. */
const LEAST_BLOCKS = 4;
/** Of log demand: an interval of a factor of five to either side says that nothing is known. */
const MOST_DEVIATION = 1;

interface Block {
  readonly logRatio: number;
  /** Of `logRatio`, from how its rows scatter. */
  readonly noise: number;
}

/**
 * Variance that the log of the level gains a period, as of a random walk: mean squared differences of the log ratio of
 * sales to what the component expects without level and trend, between blocks of rows, less what the blocks' own noise
 * explains, over the time between them (a variogram through the origin; Cressie 1993, Statistics for Spatial Data,
 * §2.4). 0 where that is negative or the rows are too few.
 *
 * @param holidays ascending by day
 */
export function levelDrift(series: CellSeries, component: Component, holidays: readonly Holiday[]): number {
  const blocks = blocksOf(series, component, holidays);
  if (blocks.length < LEAST_BLOCKS) return 0;
  let [sum, pairs] = [0, 0];
  // Half of the way at most: longer lags have few pairs, which overlap.
  for (let lag = 1; lag <= blocks.length / 2; lag++) {
    for (let b = 0; b + lag < blocks.length; b++) {
      const [one, other] = [blocks[b] as Block, blocks[b + lag] as Block];
      sum += ((other.logRatio - one.logRatio) ** 2 - one.noise - other.noise) / lag;
      pairs++;
    }
  }
  return Math.max(0, sum / pairs / BLOCK_PERIODS[series.frequency]);
}

/**
 * Demand of all rows that a component expects without its level and trend, in the cell's unit: what sales are measured
 * against where the level must not follow them. @param holidays ascending by day
 */
export function meanWithoutLevel(series: CellSeries, component: Component, holidays: readonly Holiday[]): Float64Array {
  const rows = series.days.length;
  const { plan } = component;
  const design = buildDesign(plan, pastRows(series, rows, filledPrices(series.price, rows)), holidays);
  const fixed = component.coefficients.map((value, j) => (plan.columns[j].group === 'trend' ? 0 : value));
  const mean = linearMean(design, fixed, rows);
  for (let i = 0; i < rows; i++) mean[i] = mean[i] * component.meanQuantity * exposureOf(plan, series.days[i]);
  return mean;
}

function blocksOf(series: CellSeries, component: Component, holidays: readonly Holiday[]): Block[] {
  const rows = series.days.length;
  const mean = meanWithoutLevel(series, component, holidays);
  const size = BLOCK_PERIODS[series.frequency];
  const demand = series.demand?.drawn ?? series.quantity;
  const blocks: Block[] = [];
  for (let from = 0; from + size <= rows; from += size) {
    let [sold, expected, squares] = [0, 0, 0];
    for (let i = from; i < from + size; i++) {
      sold += demand[i];
      expected += mean[i];
    }
    if (!(sold > 0 && expected > 0)) continue;
    for (let i = from; i < from + size; i++) squares += (demand[i] - (mean[i] * sold) / expected) ** 2;
    blocks.push({ logRatio: Math.log(sold / expected), noise: (squares * size) / (size - 1) / sold ** 2 });
  }
  return blocks;
}

/**
 * What drift adds on either side of a forecast, as shares of it. @param daysBeyond from the horizon that held-out rows
 * speak for; @param coverage of the interval, 0-1
 */
export function driftMargins(
  drift: number,
  frequency: Frequency,
  daysBeyond: number,
  coverage: number,
): { readonly below: number; readonly above: number } {
  const reach = normalQuantile((1 + coverage) / 2) * Math.sqrt(driftVariance(drift, frequency, daysBeyond));
  return { below: 1 - Math.exp(-reach), above: Math.exp(reach) - 1 };
}

/** Variance of the log of the level by its drift, at most 1. @param daysBeyond as of {@link driftMargins} */
export function driftVariance(drift: number, frequency: Frequency, daysBeyond: number): number {
  return Math.min(MOST_DEVIATION ** 2, (drift * Math.max(0, daysBeyond)) / PERIOD_DAYS[frequency]);
}
