/** What a test told: which days kept to it, the elasticity with and without it, and what it earned. */

import { type EffectEstimate, estimateEffects, standardErrorOf } from '../demand/effects.ts';
import type { DemandModel } from '../demand/fit-demand.ts';
import { demandCurveDraws } from '../demand/predict.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import { demandDraws } from '../pricing/demand-at.ts';
import { type Span, span } from '../pricing/gains.ts';
import { OWN_STANDARD_ERROR } from '../pricing/reasons.ts';
import type { CellSeries, Holiday, PlannedRows } from '../series/cell-series.ts';
import { TEST_INSTRUMENT } from '../series/control-function.ts';
import { rowsUpTo } from '../series/rows.ts';
import type { Frequency } from '../vocabulary.ts';

/** A price charged further than this share from the planned one is another. */
const SAME_PRICE = 0.01;

/** A day on which another price was charged than the plan says. */
export interface Deviation {
  readonly day: number;
  readonly planned: number;
  readonly charged: number;
}

/** How far the sales kept to the plan. */
export interface Compliance {
  /** Rows of the plan that are over. */
  readonly past: number;
  /** Of these, with a price in the sales. */
  readonly priced: number;
  /** Of these, at the planned price. */
  readonly kept: number;
  readonly deviations: readonly Deviation[];
}

/** An elasticity with its 90 % interval. */
export interface ToldElasticity extends Span {
  readonly standardError: number;
}

/** What the rows tell of the elasticity; null where they tell none. */
export interface TestElasticities {
  /** By the rows before the test. */
  readonly before: ToldElasticity | null;
  /** By all rows, whatever moved the price. */
  readonly all: ToldElasticity | null;
  /** By what the test drew alone. */
  readonly drawn: ToldElasticity | null;
}

/** What a test earned so far, and what would have been earned without it. */
export interface TestProfit {
  readonly days: number;
  readonly actual: number;
  /** At the price that the test departs from, with the 90 % interval of what would have been realised. */
  readonly without: Span;
  /** That the profit, or the quantity, is below the bound: see {@link abortProbability}. */
  readonly probabilityBelow: number;
}

/** @param planned price by day of the test; @param lastDay of the test that is over */
export function complianceOf(
  series: CellSeries,
  planned: ReadonlyMap<number, number>,
  [from, to]: readonly [number, number],
): Compliance {
  const deviations: Deviation[] = [];
  let [past, priced, kept] = [0, 0, 0];
  for (let i = rowsUpTo(series, from - 1); i < series.days.length && series.days[i] <= to; i++) {
    const day = series.days[i];
    const price = planned.get(day);
    if (price === undefined) continue;
    past++;
    const charged = series.price[i];
    if (!(charged > 0)) continue;
    priced++;
    if (Math.abs(charged / price - 1) <= SAME_PRICE) kept++;
    else deviations.push({ day, planned: price, charged });
  }
  return { past, priced, kept, deviations };
}

/**
 * The elasticity by the rows before a test, by all rows, and by what it drew alone: the drawn deviation of the price is
 * the instrument of a control function, so that what else moved price and demand together is left out whether or not
 * the plan was kept to (an encouragement design: Angrist, Imbens & Rubin 1996, JASA 91(434)).
 *
 * @param from first day of the test
 */
export function testElasticities(series: CellSeries, from: number, holidays: readonly Holiday[]): TestElasticities {
  const by = (rows: number, instrument?: string): ToldElasticity | null => {
    const options = { holidays, market: false, ...(instrument !== undefined && { instrument }) };
    const found = estimateEffects(series, rows, options)?.price;
    return found ? toldOf(found) : null;
  };
  const all = series.days.length;
  const drawn = drawnEffect(series, holidays);
  return {
    before: by(rowsUpTo(series, from - 1)),
    all: by(all),
    drawn: drawn && toldOf(drawn),
  };
}

/** The elasticity by what tests drew alone; null where they drew nothing that was charged yet. */
export function drawnEffect(series: CellSeries, holidays: readonly Holiday[]): EffectEstimate | null {
  const { test } = series;
  if (!test) return null;
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < test.price.length; i++) {
    if (!(test.price[i] > 0 && series.price[i] > 0)) continue;
    low = Math.min(low, test.price[i] / test.base[i]);
    high = Math.max(high, test.price[i] / test.base[i]);
  }
  if (!(high > low * (1 + SAME_PRICE))) return null;
  const options = { holidays, market: false, instrument: TEST_INSTRUMENT };
  return estimateEffects(series, series.days.length, options)?.price ?? null;
}

function toldOf(estimate: EffectEstimate): ToldElasticity {
  const { value } = estimate;
  const standardError = standardErrorOf(estimate);
  const reach = normalQuantile(0.95) * standardError;
  return { value, low: value - reach, high: value + reach, standardError };
}

/** Whether a test's own rows tell what the price does: the bound of the reasons. */
export function isTold(drawn: ToldElasticity | null): boolean {
  return drawn !== null && drawn.standardError <= OWN_STANDARD_ERROR;
}

const DRAWS = 1_000;
const PRICE_STEPS = 41;

/**
 * What a test earned so far against what the model expected without it: draws of the realised profit of the same days
 * at the price that the test departs from.
 *
 * `probabilityBelow`: the share of draws in which the profit is below that of the days without the test by more than
 * `maxLoss` of it, or the quantity below by more than `maxLoss` beyond what the test's prices explain; the larger of
 * the two.
 *
 * @param model the one that the test was started with: it knows nothing of the days since
 * @param planned rows of the test so far that have a price; @param unitCost after waste @param maxLoss a share, 0-1
 * @returns null where no row is over
 */
export function testProfit(
  series: CellSeries,
  model: DemandModel,
  rows: PlannedRows,
  { basePrice, unitCost, maxLoss }: { readonly basePrice: number; readonly unitCost: number; readonly maxLoss: number },
): TestProfit | null {
  const count = rows.days.length;
  if (count === 0) return null;
  let [sold, earned, revenue] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const row = rowsUpTo(series, rows.days[i]) - 1;
    sold += series.quantity[row];
    revenue += series.quantity[row] * rows.price[i];
    earned += series.quantity[row] * (rows.price[i] - unitCost);
  }
  const mean = sold > 0 ? revenue / sold : basePrice;
  const [low, high] = [
    Math.min(mean, basePrice, model.todayPrice) * 0.9,
    Math.max(mean, basePrice, model.todayPrice) * 1.1,
  ];
  const grid = Float64Array.from({ length: PRICE_STEPS }, (_, i) => low * (high / low) ** (i / (PRICE_STEPS - 1)));
  const atToday = { ...rows, price: new Float64Array(count).fill(model.todayPrice) };
  const curve = demandCurveDraws(model, atToday, grid, DRAWS, 1);
  const noise = curve.totalNoise ?? new Float64Array(DRAWS).fill(1);
  const base = demandDraws(curve, basePrice);
  const tested = demandDraws(curve, mean);
  const without = base.map((demand, d) => (basePrice - unitCost) * demand * noise[d]);
  let [poor, few] = [0, 0];
  for (let d = 0; d < DRAWS; d++) {
    if (earned < without[d] - maxLoss * Math.abs(without[d])) poor++;
    if (sold < (1 - maxLoss) * tested[d] * noise[d]) few++;
  }
  return { days: count, actual: earned, without: span(without), probabilityBelow: Math.max(poor, few) / DRAWS };
}

/** A test is aborted where the chance that it is below its bound is above this. */
export const ABORT_PROBABILITY = 0.95;
/** Rows before a test is judged: one whole week, so that every weekday is in; of weeks two. */
export const LEAST_JUDGED_ROWS: Readonly<Record<Frequency, number>> = { daily: 7, weekly: 2, monthly: 1 };
