/**
 * What trees that were learned of all cells expect of a cell, as a part of its model (docs/decisions/pooled-trees.md):
 * they say how the cell goes on at its usual price, and the cell's own effects say what another price, a promotion or a
 * covariate does to it, so that what is decided by the curve and what is forecast agree.
 */

import { sumOf } from '../math/summary.ts';
import { type MeanFit, predictComponent } from '../regression/component.ts';
import type { CellSeries, Holiday, PlannedRows } from '../series/cell-series.ts';
import { gridOf, nextPeriod, PERIOD_DAYS, periodsFrom } from '../series/periods.ts';
import { firstRows } from '../series/rows.ts';
import type { Frequency } from '../vocabulary.ts';
import { lastRegularPrice } from './regular-price.ts';

/** Sales that trees expect, at the usual price and without a promotion. */
export interface TreesPart {
  readonly weight: number;
  /** Currency per unit. */
  readonly usualPrice: number;
  /** Of every period after the last row as far as trees look ahead, ascending by day, in the cell's unit. */
  readonly byPeriod: readonly { readonly day: number; readonly quantity: number }[];
}

/**
 * Sales that trees expect of planned rows, which knows nothing after the origin; null where they know too little of the
 * cell. Length: planned rows.
 *
 * @param series the rows up to the origin
 */
export type TreesForecast = (series: CellSeries, planned: PlannedRows, originDay: number) => Float64Array | null;

/** Periods after the last row that a model keeps forecasts of. */
const TREES_AHEAD: Readonly<Record<Frequency, number>> = { daily: 63, weekly: 26, monthly: 12 };

/** A component and what it weighs in what is said of effects. */
export interface EffectFit {
  readonly fit: MeanFit;
  readonly weight: number;
}

/** Rows of some days at a price, without a promotion. */
export function usualRows(days: Int32Array, price: number, promo: number): PlannedRows {
  return {
    days,
    price: new Float64Array(days.length).fill(price),
    promo: new Float64Array(days.length).fill(promo),
    marketPrice: new Float64Array(days.length).fill(Number.NaN),
    covariates: {},
  };
}

/**
 * Rows of some days at the usual price of the rows before them. A cell that never told of promotions has none to be
 * without.
 */
function usualAfter(past: CellSeries, days: Int32Array): PlannedRows {
  return usualRows(days, lastRegularPrice(past), past.promo.some((share) => !Number.isNaN(share)) ? 0 : Number.NaN);
}

/** What trees expect of the rows that a fold holds out; null where they expect nothing. @param fits of the rows before */
export function treesForecastOfFold(
  forecast: TreesForecast,
  {
    series,
    rows,
    originDay,
    planned,
  }: {
    readonly series: CellSeries;
    /** Up to the origin. */
    readonly rows: number;
    readonly originDay: number;
    readonly planned: PlannedRows;
  },
  fits: readonly EffectFit[],
  holidays: readonly Holiday[],
): Float64Array | null {
  const past = firstRows(series, rows);
  const usual = usualAfter(past, planned.days);
  const expected = forecast(past, usual, originDay);
  if (!expected) return null;
  const effects = effectsOver(usual, planned, fits, holidays);
  return expected.map((quantity, i) => quantity * Math.exp(effects[i]));
}

/** The part of a model, but for its weight; null where trees expect nothing of the cell. */
export function treesPart(forecast: TreesForecast, series: CellSeries): Omit<TreesPart, 'weight'> | null {
  const rows = series.days.length;
  const lastDay = series.days[rows - 1];
  const grid = gridOf(series.frequency, series.days, rows);
  const days = periodsFrom(grid, nextPeriod(grid, lastDay), TREES_AHEAD[series.frequency]);
  const usual = usualAfter(series, days);
  const expected = forecast(series, usual, lastDay);
  if (!expected) return null;
  return {
    usualPrice: usual.price[0],
    byPeriod: Array.from(days, (day, i) => ({ day, quantity: expected[i] })),
  };
}

/**
 * Sales that a part expects of planned rows; NaN of those beyond what it knows.
 *
 * @param fits the model's components
 */
export function treesAt(
  { byPeriod, usualPrice }: Omit<TreesPart, 'weight'>,
  planned: PlannedRows,
  fits: readonly EffectFit[],
  { frequency, holidays }: { readonly frequency: Frequency; readonly holidays: readonly Holiday[] },
): Float64Array {
  const effects = effectsOver(usualRows(planned.days, usualPrice, 0), planned, fits, holidays);
  const reach = PERIOD_DAYS[frequency] / 2;
  let at = 0;
  return effects.map((effect, i) => {
    const day = planned.days[i];
    while (at + 1 < byPeriod.length && distance(byPeriod[at + 1], day) <= distance(byPeriod[at], day)) at++;
    const nearest = byPeriod[at] as { readonly day: number; readonly quantity: number };
    return Math.abs(nearest.day - day) <= reach ? nearest.quantity * Math.exp(effect) : Number.NaN;
  });
}

/**
 * What trees expect after more rows, until they are learned anew: the same course of the periods that are left, at the
 * level that the components moved to meanwhile.
 *
 * @param day last one that the components now know; @param periods after it that tell how the level moved
 * @returns null where fewer are left
 */
export function movedTrees(
  trees: TreesPart,
  { before, now }: { readonly before: readonly EffectFit[]; readonly now: readonly EffectFit[] },
  { day, periods }: { readonly day: number; readonly periods: number },
  holidays: readonly Holiday[],
): TreesPart | null {
  const byPeriod = trees.byPeriod.filter((period) => period.day > day);
  if (byPeriod.length < periods) return null;
  const days = Int32Array.from(byPeriod.slice(0, periods), (period) => period.day);
  const rows = usualRows(days, trees.usualPrice, 0);
  const expected = (fits: readonly EffectFit[]): number =>
    fits.reduce(
      (sum, { fit, weight }) => (weight > 0 ? sum + weight * sumOf(predictComponent(fit, rows, holidays)) : sum),
      0,
    );
  const moved = expected(now) / expected(before);
  return { ...trees, byPeriod: byPeriod.map((period) => ({ ...period, quantity: period.quantity * moved })) };
}

function distance(period: { readonly day: number } | undefined, day: number): number {
  return Math.abs((period as { readonly day: number }).day - day);
}

/** Log of what components expect of planned rows over what they expect at the usual price, averaged by weight. */
function effectsOver(
  usual: PlannedRows,
  planned: PlannedRows,
  fits: readonly EffectFit[],
  holidays: readonly Holiday[],
): Float64Array {
  const effects = new Float64Array(planned.days.length);
  const total = fits.reduce((sum, { weight }) => sum + weight, 0);
  if (isUsual(planned, usual)) return effects;
  const atUsual = { ...usual, marketPrice: planned.marketPrice };
  for (const { fit, weight } of fits) {
    if (weight === 0) continue;
    const [asked, without] = [predictComponent(fit, planned, holidays), predictComponent(fit, atUsual, holidays)];
    for (let i = 0; i < effects.length; i++)
      effects[i] = effects[i] + (weight / total) * Math.log(asked[i] / without[i]);
  }
  return effects;
}

function isUsual({ price, promo, covariates }: PlannedRows, usual: PlannedRows): boolean {
  return (
    Object.keys(covariates).length === 0 &&
    price.every((value, i) => value === usual.price[i]) &&
    promo.every((value) => !(value > 0))
  );
}
