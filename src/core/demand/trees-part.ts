/**
 * What trees that were learned of all cells expect of a cell, as a part of its model (docs/decisions/pooled-trees.md):
 * how the cell goes on at its usual price, and what sells at other prices and in a promotion, as far as cells have had
 * such prices and these do not follow demand. The cell's own effects say what further prices and covariates do to it.
 * What is decided rests on the curve, which goes through the forecast at today's price and moves by the identified
 * elasticity alone.
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
  /**
   * What sells at other prices, beside what sells at the usual one, ascending by price; it never rises. Missing where
   * prices follow demand or hardly ever moved, and of models of earlier versions: there the components' effects move it.
   */
  readonly priceResponse?: readonly PriceResponse[];
  /** Of every period after the last row as far as trees look ahead, ascending by day, in the cell's unit. */
  readonly byPeriod: readonly { readonly day: number; readonly quantity: number }[];
}

export interface PriceResponse {
  /** Over the usual price. */
  readonly ratio: number;
  /** Log of sales over those at the usual price without a promotion. */
  readonly effect: number;
  /** The same with a promotion of 1; missing of cells of which nobody ever said whether there was one. */
  readonly promoted?: number;
}

/** Prices that trees are asked for below the usual one, and above it, evenly spaced in logarithms as far as they know any. */
const RESPONSE_PRICES = 6;

/** Prices over the usual one: lowest, at most 1, and highest, at least 1; not both 1. */
export type PriceRatios = readonly [low: number, high: number];

/** What trees that were learned of all cells say of one. */
export interface TreesForecast {
  /**
   * Sales that they expect of planned rows, knowing nothing after the origin; null where they know too little of the
   * cell. Length: planned rows.
   *
   * @param series the rows up to the origin
   */
  expected(series: CellSeries, planned: PlannedRows, originDay: number): Float64Array | null;
  /**
   * Between which prices over the usual one they have seen cells sell, by that day; null where prices hardly moved. Beyond
   * the last price that they have seen trees say that nothing changes.
   */
  triedRatios(originDay: number): PriceRatios | null;
}

/** Periods after the last row that a model keeps forecasts of. */
const TREES_AHEAD: Readonly<Record<Frequency, number>> = { daily: 63, weekly: 26, monthly: 12 };

/** Periods ahead that trees learn to forecast. */
export const TREES_HORIZON: Readonly<Record<Frequency, number>> = { daily: 28, weekly: 8, monthly: 6 };

/** Of rows at prices far from those that a cell tried, what near ones tell of them (see nearRows). */
export type NearRowsOf = (planned: PlannedRows) => { readonly near: PlannedRows; readonly effect: Float64Array } | null;

/** Held-out rows are forecast by components alone, wherever their prices lie. */
const noneFar: NearRowsOf = () => null;

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

/**
 * What trees expect of the rows that a fold holds out; null where they expect nothing.
 *
 * @param fits of the rows before; @param responds whether trees say what another price does
 */
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
  { holidays, responds }: { readonly holidays: readonly Holiday[]; readonly responds: boolean },
): Float64Array | null {
  const past = firstRows(series, rows);
  const usual = usualAfter(past, planned.days);
  const tried = responds ? forecast.triedRatios(originDay) : null;
  const asked = tried ? askedOf(planned, usual, tried) : usual;
  const expected = forecast.expected(past, asked, originDay);
  if (!expected) return null;
  const effects = effectsOver(asked, planned, fits, { holidays });
  return expected.map((quantity, i) => quantity * Math.exp(effects[i]));
}

/** Planned rows as trees are asked for them: at prices that they know, without covariates, which they are not asked of. */
function askedOf({ price, promo }: PlannedRows, usual: PlannedRows, [low, high]: PriceRatios): PlannedRows {
  return {
    ...usual,
    price: price.map((p, i) => Math.min(high * usual.price[i], Math.max(low * usual.price[i], p))),
    promo: usual.promo.map((without, i) => (promo[i] > 0 ? without + promo[i] : without)),
  };
}

/**
 * The part of a model, but for its weight; null where trees expect nothing of the cell.
 *
 * @param responds whether trees say what another price does
 */
export function treesPart(
  forecast: TreesForecast,
  series: CellSeries,
  responds: boolean,
): Omit<TreesPart, 'weight'> | null {
  const rows = series.days.length;
  const lastDay = series.days[rows - 1];
  const grid = gridOf(series.frequency, series.days, rows);
  const days = periodsFrom(grid, nextPeriod(grid, lastDay), TREES_AHEAD[series.frequency]);
  const usual = usualAfter(series, days);
  const expected = forecast.expected(series, usual, lastDay);
  if (!expected) return null;
  const tried = responds ? forecast.triedRatios(lastDay) : null;
  return {
    usualPrice: usual.price[0],
    ...(tried && {
      priceResponse: priceResponse(
        (planned) => forecast.expected(series, planned, lastDay) as Float64Array,
        usualAfter(series, days.slice(0, TREES_HORIZON[series.frequency])),
        tried,
      ),
    }),
    byPeriod: Array.from(days, (day, i) => ({ day, quantity: expected[i] })),
  };
}

/** What other prices do to sales, from the lowest to the highest that is known; nothing at the usual one. */
function priceResponse(
  expected: (planned: PlannedRows) => Float64Array,
  usual: PlannedRows,
  [low, high]: PriceRatios,
): PriceResponse[] {
  const promotions = !Number.isNaN(usual.promo[0]);
  const sold = (ratio: number, promo: number): number =>
    sumOf(
      expected({ ...usual, price: usual.price.map((price) => price * ratio), promo: usual.promo.map(() => promo) }),
    );
  const atUsual = sold(1, usual.promo[0]);
  const steps = Array.from({ length: RESPONSE_PRICES }, (_, k) => (k + 1) / RESPONSE_PRICES);
  const below = low < 1 ? steps.toReversed().map((step) => low ** step) : [];
  const above = high > 1 ? steps.map((step) => high ** step) : [];
  return [...below, 1, ...above].map((ratio) => ({
    ratio,
    effect: Math.log(sold(ratio, usual.promo[0]) / atUsual),
    ...(promotions && { promoted: Math.log(sold(ratio, 1) / atUsual) }),
  }));
}

/**
 * Sales that a part expects of planned rows; NaN of those beyond what it knows.
 *
 * @param fits the model's components
 */
export function treesAt(
  { byPeriod, usualPrice, priceResponse }: Omit<TreesPart, 'weight'>,
  planned: PlannedRows,
  fits: readonly EffectFit[],
  {
    frequency,
    holidays,
    nearOf = noneFar,
  }: { readonly frequency: Frequency; readonly holidays: readonly Holiday[]; readonly nearOf?: NearRowsOf },
): Float64Array {
  const [cheapest, dearest] = [priceResponse?.[0], priceResponse?.at(-1)];
  const usual = usualRows(planned.days, usualPrice, cheapest && cheapest.promoted === undefined ? Number.NaN : 0);
  const asked = cheapest && dearest ? askedOf(planned, usual, [cheapest.ratio, dearest.ratio]) : usual;
  const effects = effectsOver(asked, planned, fits, { holidays, nearOf });
  const reach = PERIOD_DAYS[frequency] / 2;
  let at = 0;
  return effects.map((effect, i) => {
    const day = planned.days[i];
    while (at + 1 < byPeriod.length && distance(byPeriod[at + 1], day) <= distance(byPeriod[at], day)) at++;
    const nearest = byPeriod[at] as { readonly day: number; readonly quantity: number };
    if (Math.abs(nearest.day - day) > reach) return Number.NaN;
    const response = priceResponse ? responseAt(priceResponse, asked.price[i] / usualPrice, asked.promo[i]) : 0;
    return nearest.quantity * Math.exp(effect + response);
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

/** Between prices that were asked for, and between no promotion and one of 1, by straight lines over logarithms. */
function responseAt(response: readonly PriceResponse[], ratio: number, promo: number): number {
  const effectOf = ({ effect, promoted = effect }: PriceResponse): number =>
    effect + Math.min(1, promo || 0) * (promoted - effect);
  const last = Math.max(
    0,
    response.findLastIndex((one) => one.ratio <= ratio),
  );
  const [start, end] = response.slice(Math.min(last, response.length - 2)) as [PriceResponse, PriceResponse];
  const share = Math.log(ratio / start.ratio) / Math.log(end.ratio / start.ratio);
  return effectOf(start) + share * (effectOf(end) - effectOf(start));
}

/** Log of what components expect of planned rows over what they expect of those asked for, averaged by weight. */
function effectsOver(
  asked: PlannedRows,
  planned: PlannedRows,
  fits: readonly EffectFit[],
  { holidays, nearOf = noneFar }: { readonly holidays: readonly Holiday[]; readonly nearOf?: NearRowsOf },
): Float64Array {
  const effects = new Float64Array(planned.days.length);
  const total = fits.reduce((sum, { weight }) => sum + weight, 0);
  if (areAsked(planned, asked)) return effects;
  const known = { ...asked, marketPrice: planned.marketPrice };
  const [far, farKnown] = [nearOf(planned), nearOf(known)];
  for (const { fit, weight } of fits) {
    if (weight === 0) continue;
    const expected = predictComponent(fit, far?.near ?? planned, holidays);
    const without = predictComponent(fit, farKnown?.near ?? known, holidays);
    for (let i = 0; i < effects.length; i++)
      effects[i] = effects[i] + (weight / total) * Math.log(expected[i] / without[i]);
  }
  return effects.map((effect, i) => effect + Math.log((far?.effect[i] ?? 1) / (farKnown?.effect[i] ?? 1)));
}

function areAsked({ price, promo, covariates }: PlannedRows, asked: PlannedRows): boolean {
  return (
    Object.keys(covariates).length === 0 &&
    price.every((value, i) => value === asked.price[i]) &&
    promo.every((value, i) => value === asked.promo[i] || !(value > 0))
  );
}
