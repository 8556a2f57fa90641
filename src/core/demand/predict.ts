/** What a fitted model says: expected demand with intervals, and posterior draws of the demand curve. */

import { checkNumber, checkWhole, finite } from '../checks.ts';
import { FAMILY } from '../families/table.ts';
import { RandomStream } from '../math/random.ts';
import { mean, quantile, sumOf } from '../math/summary.ts';
import { type Component, predictComponent } from '../regression/component.ts';
import type { PlannedRows } from '../series/cell-series.ts';
import { checkPlanned } from '../series/checked-series.ts';
import { boxCoxPrice } from '../series/price-transform.ts';
import { checkGrid, checkModel, checkPool } from './checked-model.ts';
import { intervalScale } from './cross-validated-figures.ts';
import { slopeOf, type WeightedComponent } from './demand-model.ts';
import type { DemandModel } from './fit-demand.ts';
import { driftMargins } from './level-drift.ts';
import { forecastParts, meanFeastEffects, predictMean, simpleAt, treesOf } from './mean-forecast.ts';
import type { WeightedShape } from './price-shape.ts';
import { totalDraws } from './total-draws.ts';
import { totalSpreads } from './total-spread.ts';

/** Conformal scores of cross-validation, pooled over cells of a product type when a cell has few of its own. */
export interface ScorePool {
  readonly scores: readonly number[];
  readonly daysAhead: readonly number[];
}

/**
 * Fewer own scores than this are joined by those of the product type: a 90 % quantile of 20 rows moves by a third when
 * one row does.
 */
export const ENOUGH_SCORES = 40;
/** Share of rows that intervals are to hold, unless another is asked for. */
export const INTERVAL_LEVEL = 0.9;
/** Horizon buckets end after these many days; the last is open. */
const BUCKET_ENDS = [7, Number.POSITIVE_INFINITY];

/**
 * Predictive mean of log demand on periods with sales: log μ of each component plus the mean log residual of its
 * training rows (the smearing idea of Duan 1983, JASA 78(383), the other way round), averaged by weight. It is what
 * squared errors of log demand ask for; the log of the expected demand lies above it.
 *
 * @returns natural log of the cell's unit; length: planned rows
 * @throws TypeError, RangeError naming the part of the model or the rows that is wrong; NotFiniteError where forecasts
 * leave the finite numbers
 */
export function predictLogDemand(model: DemandModel, planned: PlannedRows): Float64Array {
  checkModel(model);
  checkPlanned(planned);
  const rows = planned.days.length;
  const sum = new Float64Array(rows);
  let total = 0;
  let residual = 0;
  for (const component of model.components) {
    const mean = predictComponent(component, planned, model.calendar);
    total += component.weight;
    residual += component.priceWeight * component.meanLogResidual;
    for (let i = 0; i < rows; i++) sum[i] = sum[i] + component.weight * (Math.log(mean[i]) + component.meanLogResidual);
  }
  // Simple forecasts have no residuals of their own: those of the components stand in, by their price weights, which
  // add to 1.
  const feasts = meanFeastEffects(model, planned, model.calendar);
  const smallest = 1e-6 * (model.components[0] as Component).meanQuantity;
  for (const simple of model.simple) {
    total += simple.weight;
    for (let i = 0; i < rows; i++) {
      const forecast = simpleAt(model, simple, planned.days[i], feasts[i]);
      sum[i] = sum[i] + simple.weight * (Math.log(Math.max(forecast, smallest)) + residual);
    }
  }
  const trees = treesOf(model, planned);
  return finite(
    'prediction',
    sum.map((s, i) => {
      if (!model.trees || !trees || Number.isNaN(trees[i])) return s / total;
      const { weight } = model.trees;
      const log = Math.log(Math.max(trees[i] / weight, smallest)) + residual;
      return (s + weight * log) / (total + weight);
    }),
  );
}

/**
 * Expected demand with conformal prediction intervals (Vovk, Gammerman & Shafer 2005; Lei et al. 2018, JASA 113(523)):
 * f ± q · ȳ(f/ȳ)^¾ with q the score of rank (n+1)(1−α) of cross-validation. Without scores the gamma interval of the
 * fitted dispersion stands in, as intervals of `source: 'dispersion'`. Beyond the days that scores speak for, intervals
 * widen with the drift of the level.
 *
 * @param coverage 0-1, 0.9 unless told
 * @throws TypeError, RangeError naming the part of the model, the rows or the pool that is wrong; NotFiniteError where
 * forecasts leave the finite numbers
 */
export function predictDemand(
  model: DemandModel,
  planned: PlannedRows,
  pool: ScorePool | null = null,
  coverage = INTERVAL_LEVEL,
): { demand: Float64Array; low: Float64Array; high: Float64Array; source: 'conformal' | 'dispersion' } {
  checkModel(model);
  checkPlanned(planned);
  checkPool(pool);
  checkNumber('coverage', coverage, 0, 1);
  const demand = predictMean(model, planned);
  const own: ScorePool = { scores: model.crossValidated.scores, daysAhead: model.crossValidated.scoreDaysAhead };
  const joined =
    own.scores.length >= ENOUGH_SCORES || pool === null
      ? own
      : { scores: [...own.scores, ...pool.scores], daysAhead: [...own.daysAhead, ...pool.daysAhead] };
  const meanQuantity = (model.components[0] as Component).meanQuantity;
  const quantiles = BUCKET_ENDS.map((end, b) => {
    const start = b === 0 ? 0 : BUCKET_ENDS[b - 1];
    const inBucket = joined.scores.filter((_, i) => joined.daysAhead[i] > start && joined.daysAhead[i] <= end);
    return conformalQuantile(inBucket, coverage) ?? conformalQuantile(joined.scores, coverage);
  });
  const low = new Float64Array(demand.length);
  const high = new Float64Array(demand.length);
  const first = model.components[0] as Component;
  const fallback =
    Math.sqrt(
      first.dispersion * FAMILY[first.spec.family].variance(1, { ...first, variancePower: first.spec.variancePower }),
    ) * 1.6449;
  let source: 'conformal' | 'dispersion' = 'conformal';
  // Held-out rows had the drift of so many days within them.
  const known = joined.daysAhead.length > 0 ? mean(joined.daysAhead) : 0;
  for (let i = 0; i < demand.length; i++) {
    const f = demand[i];
    const ahead = planned.days[i] - model.lastDay;
    let q = quantiles[BUCKET_ENDS.findIndex((end) => ahead <= end)] ?? null;
    if (q === null) {
      q = fallback;
      source = 'dispersion';
    }
    const half = q * intervalScale(f, meanQuantity);
    const drift = driftMargins(model.levelDrift ?? 0, model.frequency, ahead - known, coverage);
    low[i] = Math.max(0, f - Math.hypot(half, f * drift.below));
    high[i] = f + Math.hypot(half, f * drift.above);
  }
  return finite('prediction', { demand, low, high, source });
}

/**
 * Order statistic of rank (n+1)·coverage, between two ranks by linear interpolation: the k-th of n exchangeable scores
 * covers k/(n+1) of new ones in expectation, so this covers what it says; rounding the rank up would cover up to
 * 1/(n+1) more.
 *
 * @returns null when n is too small for that rank to exist
 */
export function conformalQuantile(scores: readonly number[], coverage: number): number | null {
  const rank = (scores.length + 1) * coverage;
  if (rank > scores.length || rank < 1) return null;
  const sorted = Float64Array.from(scores).sort();
  const below = Math.floor(rank);
  const low = sorted[below - 1];
  const share = rank - below;
  return share === 0 ? low : low + share * (sorted[below] - low);
}

/** Posterior draws of total demand over planned rows, at every price of a grid. */
export interface DemandCurveDraws {
  /** Ascending prices, currency per unit. */
  readonly prices: Float64Array;
  readonly draws: number;
  /** Expected total demand over the planned rows: draws × prices, row-major, in the cell's unit. */
  readonly demand: Float64Array;
  /**
   * What each draw's realised total is over its expected one, at whatever price: the walk of the level and noise. One a
   * draw; missing of curves without a model of sales.
   */
  readonly totalNoise?: Float64Array;
}

/**
 * Draws demand curves from the posterior: components and shapes by weight (λ is averaged, not picked), coefficients
 * from the sandwich covariance with the price coefficient truncated below 0 (an untruncated tail makes demand rise with
 * price far from the data).
 *
 * The curve goes through the model's own forecast at the planned prices: the draw moves it by the price effect between
 * planned and asked price, and by the uncertainty of the mean given the elasticity.
 *
 * @param planned rows of the horizon at today's price, at least one; @param prices ascending, > 0; @param draws ≥ 1;
 * @param seed a whole number
 * @throws TypeError, RangeError naming the argument that is wrong; NotFiniteError where draws leave the finite numbers
 */
export function demandCurveDraws(
  model: DemandModel,
  planned: PlannedRows,
  prices: Float64Array,
  draws: number,
  seed: number,
): DemandCurveDraws {
  checkModel(model);
  checkPlanned(planned, 1);
  checkGrid(prices, draws);
  checkWhole('seed', seed);
  const random = new RandomStream(seed, 0x63757276);
  const parts = forecastParts(model, planned);
  const total = sumOf(parts.mean);
  const { level, noise } = totalDraws(total, totalSpreads(model, planned, parts), draws, seed);
  const today = planned.price[0];
  const choices: { component: WeightedComponent; shape: WeightedShape; weight: number }[] = [];
  for (const component of model.components) {
    if (component.priceWeight === 0) continue;
    for (const shape of model.shapes) choices.push({ component, shape, weight: component.priceWeight * shape.weight });
  }
  const demand = new Float64Array(draws * prices.length);
  // Transformed prices are the same for every draw of a shape and component.
  const transformed = choices.map(({ component, shape }) =>
    prices.map((price) => boxCoxPrice(price, component.plan.referencePrice, shape.lambda)),
  );
  // Stratified over components and shapes: draw d takes the choice whose cumulative weight covers (d + ½)/draws.
  let at = 0;
  let cumulative = (choices[0] as { weight: number }).weight;
  for (let d = 0; d < draws; d++) {
    while ((d + 0.5) / draws > cumulative && at < choices.length - 1) {
      at++;
      cumulative += (choices[at] as { weight: number }).weight;
    }
    const { component, shape } = choices[at] as (typeof choices)[number];
    const { value, variance } = slopeOf(component);
    const slope = random.negativeNormal(value + shape.slopeShift, Math.sqrt(variance));
    const { referencePrice } = component.plan;
    const atToday = boxCoxPrice(today, referencePrice, shape.lambda);
    const asked = transformed[at] as Float64Array;
    const expected = total * level[d];
    for (let p = 0; p < prices.length; p++)
      demand[d * prices.length + p] = expected * Math.exp(slope * (asked[p] - atToday));
  }
  return finite('curve', { prices, draws, demand, totalNoise: noise });
}

/** The expected total of planned rows, with an interval of what will be sold. */
export interface TotalForecast {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const TOTAL_DRAWS = 2_000;

/**
 * The total of planned rows at their prices: the sum of the forecasts, and an interval of the realised total by
 * simulation from the state of the level (docs/decisions/totals.md). Pieces have whole ends.
 *
 * @param planned at least one row; @param coverage 0-1, 0.9 unless told
 * @throws TypeError, RangeError naming the part of the model or the rows that is wrong; NotFiniteError where forecasts
 * leave the finite numbers
 */
export function predictTotal(model: DemandModel, planned: PlannedRows, coverage = INTERVAL_LEVEL): TotalForecast {
  checkModel(model);
  checkPlanned(planned, 1);
  checkNumber('coverage', coverage, 0, 1);
  const parts = forecastParts(model, planned);
  const spreads = totalSpreads(model, planned, parts);
  const total = sumOf(parts.mean);
  const { level, noise } = totalDraws(total, spreads, TOTAL_DRAWS, 1);
  const sorted = noise.map((factor, d) => total * level[d] * factor).sort();
  const at = (share: number): number => (spreads.whole ? Math.round(quantile(sorted, share)) : quantile(sorted, share));
  return finite('prediction', { value: total, low: at((1 - coverage) / 2), high: at((1 + coverage) / 2) });
}
