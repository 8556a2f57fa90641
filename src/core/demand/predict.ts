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
import { nearRows } from './far-prices.ts';
import type { DemandModel } from './fit-demand.ts';
import { driftMargins, driftVariance } from './level-drift.ts';
import { forecastParts, meanFeastEffects, predictMean, simpleAt, treesOf } from './mean-forecast.ts';
import type { WeightedShape } from './price-shape.ts';
import { rowEnds } from './row-distribution.ts';
import { type KnownSpread, knownSpread } from './spread-evidence.ts';
import { totalDraws } from './total-draws.ts';
import { totalSpreads } from './total-spread.ts';

/** What other cells of a product type say of how rows scatter. */
export interface ScorePool {
  /** Conformal scores of cross-validation, for models of earlier versions. */
  readonly scores: readonly number[];
  readonly daysAhead: readonly number[];
  /** Logs, one a cell: how much more its held-out rows scatter than its fit says. */
  readonly shifts?: readonly number[];
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
  const far = nearRows(model, planned);
  const near = far?.near ?? planned;
  const rows = planned.days.length;
  const sum = new Float64Array(rows);
  let total = 0;
  let residual = 0;
  for (const component of model.components) {
    const mean = predictComponent(component, near, model.calendar);
    total += component.weight;
    residual += component.priceWeight * component.meanLogResidual;
    for (let i = 0; i < rows; i++) sum[i] = sum[i] + component.weight * (Math.log(mean[i]) + component.meanLogResidual);
  }
  // Simple forecasts have no residuals of their own: those of the components stand in, by their price weights, which
  // add to 1.
  const feasts = meanFeastEffects(model, near, model.calendar);
  const smallest = 1e-6 * (model.components[0] as Component).meanQuantity;
  for (const simple of model.simple) {
    total += simple.weight;
    for (let i = 0; i < rows; i++) {
      const forecast = simpleAt(model, simple, near.days[i], feasts[i]);
      sum[i] = sum[i] + simple.weight * (Math.log(Math.max(forecast, smallest)) + residual);
    }
  }
  const trees = treesOf(model, planned);
  return finite(
    'prediction',
    sum.map((s, i) => {
      const others = s + total * Math.log(far?.effect[i] ?? 1);
      if (!model.trees || !trees || Number.isNaN(trees[i])) return others / total;
      const { weight } = model.trees;
      const log = Math.log(Math.max(trees[i] / weight, smallest)) + residual;
      return (others + weight * log) / (total + weight);
    }),
  );
}

/**
 * Expected demand with prediction intervals of single rows: quantiles of a negative binomial for whole pieces, with whole
 * ends, of a compound Poisson for measures, as widely scattered as held-out rows are (docs/decisions/single-rows.md). The
 * lower end leaves (1 − coverage)/2 of rows below; what cannot be missed below 0 is halfway made up for above. Where no
 * row was held out the scatter is that of the fit, of `source: 'dispersion'`. Intervals widen with the drift of the level.
 *
 * Models of earlier versions have symmetric conformal intervals: f ± q · ȳ(f/ȳ)^¾.
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
): Intervals {
  checkModel(model);
  checkPlanned(planned);
  checkPool(pool);
  checkNumber('coverage', coverage, 0, 1);
  const demand = predictMean(model, planned);
  const known = knownSpread(model, pool?.shifts);
  return finite(
    'prediction',
    known
      ? intervalsBySpread(model, planned, demand, { known, coverage })
      : conformalIntervals(model, planned, demand, { pool, coverage }),
  );
}

/** Of planned rows, in the cell's unit. */
interface Intervals {
  readonly demand: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly source: 'conformal' | 'dispersion';
}

function intervalsBySpread(
  model: DemandModel,
  { days }: PlannedRows,
  demand: Float64Array,
  { known, coverage }: { readonly known: KnownSpread; readonly coverage: number },
): Intervals {
  const { kind, spreads, heldOut } = known;
  const usual = (model.components[0] as Component).meanQuantity;
  const ahead = daysScored(model.crossValidated.scoreDaysAhead);
  const low = new Float64Array(demand.length);
  const high = new Float64Array(demand.length);
  demand.forEach((forecast, i) => {
    const variance = driftVariance(model.levelDrift ?? 0, model.frequency, days[i] - model.lastDay - ahead);
    const ends = rowEnds(kind, { forecast, usual }, spreads, { variance, coverage });
    // Nobody is told that nothing will be sold where something is expected.
    low[i] = Math.min(ends.low, kind.whole ? Math.floor(forecast) : forecast);
    high[i] = Math.max(ends.high, kind.whole ? Math.ceil(forecast) : forecast);
  });
  return { demand, low, high, source: heldOut ? 'conformal' : 'dispersion' };
}

/** Held-out rows had the drift of so many days within them. */
function daysScored(daysAhead: readonly number[]): number {
  return daysAhead.length > 0 ? mean(daysAhead) : 0;
}

/**
 * Intervals of models of earlier versions (Vovk, Gammerman & Shafer 2005; Lei et al. 2018, JASA 113(523)): q is the score
 * of rank (n+1)(1−α) of cross-validation. Without scores the gamma interval of the fitted dispersion stands in.
 */
function conformalIntervals(
  model: DemandModel,
  planned: PlannedRows,
  demand: Float64Array,
  { pool, coverage }: { readonly pool: ScorePool | null; readonly coverage: number },
): Intervals {
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
  const known = daysScored(joined.daysAhead);
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
  return { demand, low, high, source };
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
