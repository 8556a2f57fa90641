/** A cell's own effects with their variances, fitted without the market: what pooling over cells starts from. */

import { finite } from '../checks.ts';
import { finiteOutcome } from '../outcome.ts';
import { type FittedRegression, fitSpec } from '../regression/component.ts';
import { COARSE_SPECS, DAILY_SPECS, type Spec } from '../regression/hyper-parameters.ts';
import type { CellPrior, EffectPrior } from '../regression/prior.ts';
import type { CellSeries } from '../series/cell-series.ts';
import type { DesignOptions } from '../series/design.ts';
import { MIN_TRAINING_ROWS } from './cross-validation.ts';
import { type ShapeEvidence, shapeEvidence } from './price-shape.ts';
import { type ControlEffect, effectsBeside, type PriceSlope } from './price-slope.ts';
import { type Settled, settledEffects } from './settled-effects.ts';
import { slopesByShape } from './shape-slopes.ts';
import { smallMoveElasticity } from './small-moves.ts';
import { effectNoise, uncensoredSeries } from './uncensored.ts';

/** An estimated effect in natural units: elasticity for `price`, log multiplier of demand for the others. */
export interface EffectEstimate {
  readonly value: number;
  readonly variance: number;
  /** Of a price that is controlled by an instrument. */
  readonly control?: ControlEffect;
}

/** By column name; null where a cell estimates nothing. */
type Effects = Readonly<Record<string, EffectEstimate>> | null;

/** Of an effect, what the first stage of a controlled price does not know included. */
export function standardErrorOf({ variance, control }: EffectEstimate): number {
  return Math.sqrt(variance + (control ? control.value ** 2 * control.firstStage : 0));
}

/** Groups whose effects are shared by cells; trend and covariates are a cell's own affair. */
const POOLED_GROUPS = new Set(['price', 'weekday', 'season', 'holiday', 'promo', 'market', 'control']);

/**
 * Priors so wide that the estimate is the cell's own (pooling would otherwise count the prior once per cell), yet
 * finite, so that an effect that the rows cannot tell (a holiday seen once on a quiet day) comes out with a large
 * variance instead of an infinite one.
 */
const WIDE = { mean: 0, variance: 4 };
export const WIDE_PRICE = { mean: -2, variance: 100 };
/**
 * What the price owes to the shocks that it follows may be several times as large as they (a shop that moves little).
 */
const WIDE_CONTROL = { mean: 0, variance: 1_000 };

const WIDE_PRIOR: CellPrior = new Proxy({} as Record<string, EffectPrior>, {
  get: (_, name) => (name === 'price' ? WIDE_PRICE : name === 'control' ? WIDE_CONTROL : WIDE),
});

function effectSpec(series: CellSeries): Spec {
  const base = (series.frequency === 'daily' ? DAILY_SPECS[0] : COARSE_SPECS[0]) as Spec;
  return { ...base, fourierOrder: 2, boxCoxLambda: 0, trend: false, halfLifePeriods: 1e6 };
}

/** Fewer than five sales, or none with a price, estimate nothing. */
function hasSales(series: CellSeries, rows: number): boolean {
  let sold = 0;
  let priced = 0;
  for (let i = 0; i < rows; i++) {
    if (series.quantity[i] > 0) sold++;
    if (series.price[i] > 0) priced++;
  }
  return sold >= 5 && priced > 0;
}

/**
 * Fits the first `rows` rows with wide priors. Null below {@link MIN_TRAINING_ROWS} rows when nothing was sold, or
 * where the arithmetic left the finite numbers.
 */
export function estimateEffects(series: CellSeries, rows: number, options: DesignOptions): Effects {
  const fit = ownFit(series, rows, options, null);
  return fit && effectsOf(fit.settled, series, rows);
}

/** What a cell's own rows say, as pooling over cells takes it: effects at every origin, the rest at the latest. */
export interface OriginEstimates {
  /** See {@link estimateEffects}; in the order of the origins. */
  readonly effects: readonly Effects[];
  /** Log evidence of the price term's shapes against λ = 0, in the order of BOX_COX_LAMBDAS. */
  readonly shape: ShapeEvidence | null;
  /** See {@link smallMoveElasticity}; null too where an instrument guards the price. */
  readonly smallMoves: PriceSlope | null;
}

/**
 * Effects of the first rows at several origins, and at the first of them the shape of the price term by the same fit; a
 * price that never moved has no shape.
 *
 * @param rows known at each origin, latest first, at least one
 */
export function estimateCell(series: CellSeries, rows: readonly number[], options: DesignOptions): OriginEstimates {
  // From the earliest on: each fit starts from the one before, of nearly the same rows, and none has seen later ones. A
  // cell that ended before an origin has the same rows there and at the next.
  const effects = new Array<Effects>(rows.length).fill(null);
  let fit: OwnFit | null = null;
  for (let origin = rows.length - 1; origin >= 0; origin--) {
    const count = rows[origin];
    if (count !== rows[origin + 1]) fit = ownFit(series, count, options, fit?.fitted ?? null);
    effects[origin] =
      count === rows[origin + 1] ? (effects[origin + 1] ?? null) : fit && effectsOf(fit.settled, series, count);
  }
  return {
    effects,
    shape: fit && shapeOf(fit.settled, series, rows[0]),
    smallMoves: fit && smallMovesOf(fit.settled),
  };
}

function shapeOf({ noises, regression, component }: Settled, series: CellSeries, rows: number): ShapeEvidence | null {
  if (!priceMoves(series, rows)) return null;
  const found = finiteOutcome(() => ({
    ok: true,
    value: finite('evidence', shapeEvidence(slopesByShape(noises, regression, component))),
  }));
  return found.ok ? found.value : null;
}

function smallMovesOf({ component, regression, noises }: Settled): PriceSlope | null {
  if (regression.control) return null;
  const found = finiteOutcome(() => ({
    ok: true,
    value: finite('small moves', smallMoveElasticity(noises, regression, component)),
  }));
  return found.ok ? found.value : null;
}

interface OwnFit {
  readonly fitted: FittedRegression;
  readonly settled: Settled;
}

/** @param like the fit of an origin before or after this one */
export function ownFit(
  sold: CellSeries,
  rows: number,
  options: DesignOptions,
  like: FittedRegression | null,
): OwnFit | null {
  if (rows < MIN_TRAINING_ROWS || !hasSales(sold, rows)) return null;
  const found = finiteOutcome(() => {
    // A copy, as in fitDemand.
    const series = uncensoredSeries({ ...sold }, rows, { ...options, priorAt: () => WIDE_PRIOR });
    const spec = effectNoise(effectSpec(series), series, rows);
    const input = { series, rows, spec, prior: WIDE_PRIOR, options };
    const fitted = fitSpec(input, null, like);
    return { ok: true, value: { fitted, settled: settledEffects(fitted.regression, fitted.meanFit()) } };
  });
  return found.ok ? found.value : null;
}

function effectsOf({ component, regression, noises }: Settled, series: CellSeries, rows: number): Effects {
  const found = finiteOutcome(() => {
    const { values, variances, control } = effectsBeside(noises, regression, component);
    const effects: Record<string, EffectEstimate> = {};
    component.plan.columns.forEach((column, j) => {
      if (POOLED_GROUPS.has(column.group)) effects[column.name] = { value: values[j - 1], variance: variances[j - 1] };
    });
    if (control && effects.price) effects.price = { ...effects.price, control };
    // A price that never moved says nothing of elasticity, however narrow the sandwich around the prior's mean.
    if (!priceMoves(series, rows)) delete effects.price;
    return { ok: true, value: finite('effects', effects) };
  });
  return found.ok ? found.value : null;
}

function priceMoves(series: CellSeries, rows: number): boolean {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (let i = 0; i < rows; i++) {
    const p = series.price[i];
    if (p > 0) {
      low = Math.min(low, p);
      high = Math.max(high, p);
    }
  }
  return high > low * 1.005;
}
