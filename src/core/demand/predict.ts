/** What a fitted model says: expected demand with intervals, posterior draws of the demand curve, and its parts. */

import { RandomStream } from '../math/random.ts';
import { weekdayOf } from '../series/calendar.ts';
import type { Holiday, PlannedRows } from '../series/cell-series.ts';
import { buildDesign, futureRows, PERIOD_DAYS } from '../series/design.ts';
import { boxCoxPrice } from '../series/price-transform.ts';
import { type Component, predictComponent } from './component.ts';
import { type DemandModel, intervalScale } from './fit-demand.ts';
import type { WeightedShape } from './price-shape.ts';

/** Conformal scores of cross-validation, pooled over cells of a product type when a cell has few of its own. */
export interface ScorePool {
  readonly scores: readonly number[];
  readonly daysAhead: readonly number[];
}

/** Fewer own scores than this are joined by those of the product type: a 90 % quantile of 20 rows moves by a third when one row does. */
export const ENOUGH_SCORES = 40;
/** Horizon buckets end after these many days; the last is open. */
const BUCKET_ENDS = [7, Number.POSITIVE_INFINITY];

/** Expected demand of planned rows, in the cell's unit. Length: planned rows. */
function predictMean(model: DemandModel, planned: PlannedRows, holidays: readonly Holiday[] = model.calendar): Float64Array {
  const mean = new Float64Array(planned.days.length);
  let total = 0;
  for (const component of model.components) {
    const part = predictComponent(component, planned, holidays);
    total += component.weight;
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) + component.weight * (part[i] as number);
  }
  for (const simple of model.simple) {
    total += simple.weight;
    for (let i = 0; i < mean.length; i++) {
      mean[i] = (mean[i] as number) + simple.weight * (simple.byWeekday[weekdayOf(planned.days[i] as number)] as number);
    }
  }
  return mean.map((m) => m / total);
}

/**
 * Predictive mean of log demand on periods with sales: log μ of each component plus the mean log residual of its training rows (the smearing
 * idea of Duan 1983, JASA 78(383), the other way round), averaged by weight. It is what squared errors of log demand ask for; the log of the
 * expected demand lies above it.
 *
 * @returns natural log of the cell's unit; length: planned rows
 */
export function predictLogDemand(model: DemandModel, planned: PlannedRows): Float64Array {
  const rows = planned.days.length;
  const sum = new Float64Array(rows);
  let total = 0;
  let residual = 0;
  for (const component of model.components) {
    const mean = predictComponent(component, planned, model.calendar);
    total += component.weight;
    residual += component.priceWeight * component.meanLogResidual;
    for (let i = 0; i < rows; i++) sum[i] = (sum[i] as number) + component.weight * (Math.log(mean[i] as number) + component.meanLogResidual);
  }
  // Simple forecasts have no residuals of their own: those of the components stand in, by their price weights, which add to 1.
  const smallest = 1e-6 * (model.components[0] as Component).meanQuantity;
  for (const simple of model.simple) {
    total += simple.weight;
    for (let i = 0; i < rows; i++) {
      const forecast = simple.byWeekday[weekdayOf(planned.days[i] as number)] as number;
      sum[i] = (sum[i] as number) + simple.weight * (Math.log(Math.max(forecast, smallest)) + residual);
    }
  }
  return sum.map((s) => s / total);
}

/**
 * Expected demand with conformal prediction intervals (Vovk, Gammerman & Shafer 2005; Lei et al. 2018, JASA 113(523)):
 * f ± q · ȳ(f/ȳ)^¾ with q the score of rank (n+1)(1−α) of cross-validation. Without scores the gamma interval of the
 * fitted dispersion stands in, as intervals of `source: 'dispersion'`.
 *
 * @param coverage 0-1, 0.9 unless told
 */
export function predictDemand(
  model: DemandModel,
  planned: PlannedRows,
  pool: ScorePool | null = null,
  coverage = 0.9,
): { demand: Float64Array; low: Float64Array; high: Float64Array; source: 'conformal' | 'dispersion' } {
  const demand = predictMean(model, planned);
  const own: ScorePool = { scores: model.crossValidated.scores, daysAhead: model.crossValidated.scoreDaysAhead };
  const joined =
    own.scores.length >= ENOUGH_SCORES || pool === null ? own : { scores: [...own.scores, ...pool.scores], daysAhead: [...own.daysAhead, ...pool.daysAhead] };
  const meanQuantity = (model.components[0] as Component).meanQuantity;
  const quantiles = BUCKET_ENDS.map((end, b) => {
    const start = b === 0 ? 0 : (BUCKET_ENDS[b - 1] as number);
    const inBucket = joined.scores.filter((_, i) => (joined.daysAhead[i] as number) > start && (joined.daysAhead[i] as number) <= end);
    return conformalQuantile(inBucket, coverage) ?? conformalQuantile(joined.scores, coverage);
  });
  const low = new Float64Array(demand.length);
  const high = new Float64Array(demand.length);
  const first = model.components[0] as Component;
  const fallback = Math.sqrt(first.dispersion * (1 + first.inverseSize)) * 1.6449;
  let source: 'conformal' | 'dispersion' = 'conformal';
  for (let i = 0; i < demand.length; i++) {
    const f = demand[i] as number;
    const ahead = (planned.days[i] as number) - model.lastDay;
    let q = quantiles[BUCKET_ENDS.findIndex((end) => ahead <= end)] ?? null;
    if (q === null) {
      q = fallback;
      source = 'dispersion';
    }
    const half = q * intervalScale(f, meanQuantity);
    low[i] = Math.max(0, f - half);
    high[i] = f + half;
  }
  return { demand, low, high, source };
}

/**
 * Order statistic of rank (n+1)·coverage, between two ranks by linear interpolation: the k-th of n exchangeable scores covers k/(n+1) of new ones
 * in expectation, so this covers what it says; rounding the rank up would cover up to 1/(n+1) more.
 *
 * @returns null when n is too small for that rank to exist
 */
export function conformalQuantile(scores: readonly number[], coverage: number): number | null {
  const rank = (scores.length + 1) * coverage;
  if (rank > scores.length || rank < 1) return null;
  const sorted = Float64Array.from(scores).sort();
  const below = Math.floor(rank);
  const low = sorted[below - 1] as number;
  const share = rank - below;
  return share === 0 ? low : low + share * ((sorted[below] as number) - low);
}

/** Posterior draws of total demand over planned rows, at every price of a grid. */
export interface DemandCurveDraws {
  /** Ascending prices, currency per unit. */
  readonly prices: Float64Array;
  readonly draws: number;
  /** Total demand over the planned rows: draws × prices, row-major, in the cell's unit. */
  readonly demand: Float64Array;
}

/**
 * Draws demand curves from the posterior: components and shapes by weight (λ is averaged, not picked), coefficients from the sandwich
 * covariance with the price coefficient truncated below 0 (an untruncated tail makes demand rise with price far from the data).
 *
 * The curve goes through the model's own forecast at the planned prices: the draw moves it by the price effect between planned
 * and asked price, and by the uncertainty of the mean given the elasticity.
 *
 * @param planned rows of the horizon at today's price; @param prices ascending, > 0; @param draws ≥ 1
 */
export function demandCurveDraws(model: DemandModel, planned: PlannedRows, prices: Float64Array, draws: number, seed: number): DemandCurveDraws {
  const random = new RandomStream(seed, 0x63757276);
  const forecast = predictMean(model, planned);
  let total = 0;
  for (const f of forecast) total += f;
  const today = planned.price[0] as number;
  const choices: { component: Component; part: CurvePart; shape: WeightedShape; weight: number }[] = [];
  for (const component of model.components) {
    if (component.priceWeight === 0) continue;
    const part = drawPart(component, planned, model.calendar);
    for (const shape of model.shapes) choices.push({ component, part, shape, weight: component.priceWeight * shape.weight });
  }
  const demand = new Float64Array(draws * prices.length);
  // Transformed prices are the same for every draw of a shape and component.
  const transformed = choices.map(({ component, shape }) => prices.map((price) => boxCoxPrice(price, component.plan.referencePrice, shape.lambda)));
  // Stratified over components and shapes: draw d takes the choice whose cumulative weight covers (d + ½)/draws.
  let at = 0;
  let cumulative = (choices[0] as { weight: number }).weight;
  for (let d = 0; d < draws; d++) {
    while ((d + 0.5) / draws > cumulative && at < choices.length - 1) {
      at++;
      cumulative += (choices[at] as { weight: number }).weight;
    }
    const { component, part, shape } = choices[at] as (typeof choices)[number];
    const slope = negativeNormal(random, part.slopeMean + shape.slopeShift, part.slopeDeviation);
    const shift = part.shiftDeviation * random.normal() - 0.5 * part.shiftDeviation ** 2;
    const { referencePrice } = component.plan;
    const atToday = boxCoxPrice(today, referencePrice, shape.lambda);
    const asked = transformed[at] as Float64Array;
    for (let p = 0; p < prices.length; p++) {
      const change = slope * ((asked[p] as number) - atToday);
      demand[d * prices.length + p] = total * Math.exp(shift + change);
    }
  }
  return { prices, draws, demand };
}

interface CurvePart {
  readonly slopeMean: number;
  readonly slopeDeviation: number;
  /** Standard deviation of the log of mean demand over the planned rows, given the slope. */
  readonly shiftDeviation: number;
}

function drawPart(component: Component, planned: PlannedRows, holidays: readonly Holiday[]): CurvePart {
  const { plan, covariance } = component;
  const width = plan.columns.length;
  const design = buildDesign(plan, futureRows(planned), holidays);
  const rows = planned.days.length;
  const mean = new Float64Array(width);
  for (let i = 0; i < rows; i++) for (let j = 0; j < width; j++) mean[j] = (mean[j] as number) + (design[i * width + j] as number) / rows;
  let variance = 0;
  let cross = 0;
  for (let j = 0; j < width; j++) {
    for (let l = 0; l < width; l++) variance += (mean[j] as number) * (covariance[j * width + l] as number) * (mean[l] as number);
    cross += (mean[j] as number) * (covariance[width + j] as number);
  }
  const slopeVariance = covariance[width + 1] as number;
  return {
    slopeMean: component.coefficients[1] as number,
    slopeDeviation: Math.sqrt(slopeVariance),
    shiftDeviation: Math.sqrt(Math.max(0, variance - (cross * cross) / slopeVariance)),
  };
}

/** A normal draw truncated below 0, by inversion-free rejection while that is likely, else by an exponential tail (Robert 1995). */
function negativeNormal(random: RandomStream, mean: number, deviation: number): number {
  const bound = -mean / deviation;
  if (bound > -1) {
    for (;;) {
      const z = random.normal();
      if (z < bound) return mean + deviation * z;
    }
  }
  // Tail z < bound ≤ −1: exponential proposal with rate α = (a + √(a² + 4))/2, a = −bound.
  const a = -bound;
  const rate = (a + Math.sqrt(a * a + 4)) / 2;
  for (;;) {
    const z = a - Math.log(1 - random.uniform()) / rate;
    if (random.uniform() <= Math.exp(-0.5 * (z - rate) ** 2)) return mean - deviation * z;
  }
}

/** Multipliers on demand of each part of the model, averaged over components (geometric mean, by weight). */
export interface ModelPart {
  readonly name: 'weekday' | 'season' | 'trend' | 'price' | 'promo' | 'holiday';
  readonly points: readonly { readonly at: number; readonly multiplier: number }[];
}

/**
 * The parts of a model for pictures: weekday (0 = Monday), season (day of year), trend (day number), price (currency), promo (0, 1),
 * each as a multiplier that averages 1 where the part is a pattern, and is 1 at today's price for the price.
 */
export function modelParts(model: DemandModel): ModelPart[] {
  const weightSum = model.components.reduce((sum, c) => sum + c.weight, 0);
  const effect = (from: (component: Component) => (at: number) => number, points: readonly number[], centre: boolean) => {
    const logs = points.map((at) => model.components.reduce((sum, c) => sum + (c.weight / weightSum) * from(c)(at), 0));
    const middle = centre ? logs.reduce((a, b) => a + b, 0) / logs.length : 0;
    return points.map((at, i) => ({ at, multiplier: Math.exp((logs[i] as number) - middle) }));
  };
  const coefficient = (component: Component, name: string): number => {
    const j = component.plan.columns.findIndex((c) => c.name === name);
    return j < 0 ? 0 : (component.coefficients[j] as number);
  };
  const parts: ModelPart[] = [];
  const has = (group: string) => model.components.some((c) => c.plan.columns.some((column) => column.group === group));
  if (has('weekday')) parts.push({ name: 'weekday', points: effect((c) => (d) => coefficient(c, `weekday${d}`), [0, 1, 2, 3, 4, 5, 6], true) });
  if (has('season')) {
    const days = Array.from({ length: 53 }, (_, w) => w * 7 + 1);
    const seasonal = (c: Component) => (day: number) => {
      let sum = 0;
      for (let k = 1; k <= c.plan.fourierOrder; k++) {
        const phase = (2 * Math.PI * k * (yearStart(model.lastDay) + day - 1)) / 365.2425;
        sum += coefficient(c, `season:sin${k}`) * Math.sin(phase) + coefficient(c, `season:cos${k}`) * Math.cos(phase);
      }
      return sum;
    };
    parts.push({ name: 'season', points: effect(seasonal, days, true) });
  }
  if (has('trend')) {
    const step = Math.max(1, Math.round((model.lastDay - model.firstDay) / 40 / PERIOD_DAYS[model.frequency])) * PERIOD_DAYS[model.frequency];
    const days: number[] = [];
    for (let d = model.firstDay; d < model.lastDay; d += step) days.push(Math.round(d));
    days.push(model.lastDay);
    const trend = (c: Component) => (day: number) =>
      c.plan.trendKnots.reduce((sum, knot, k) => sum + (coefficient(c, `trend${k}`) * (Math.min(day, knot) - knot)) / 365.2425, 0);
    parts.push({ name: 'trend', points: effect(trend, days, false) });
  }
  const [low, high] = model.triedRange;
  const prices = Array.from({ length: 21 }, (_, i) => low * 0.9 * ((high * 1.1) / (low * 0.9)) ** (i / 20));
  const priced = (c: Component) => (price: number) =>
    model.shapes.reduce(
      (sum, shape) =>
        sum +
        shape.weight *
          ((c.coefficients[1] as number) + shape.slopeShift) *
          (boxCoxPrice(price, c.plan.referencePrice, shape.lambda) - boxCoxPrice(model.todayPrice, c.plan.referencePrice, shape.lambda)),
      0,
    );
  parts.push({ name: 'price', points: effect(priced, prices, false) });
  if (has('promo')) parts.push({ name: 'promo', points: effect((c) => (share) => coefficient(c, 'promo') * share, [0, 1], false) });
  return parts;
}

/** Day number of 1 January of the year that a day lies in. */
function yearStart(day: number): number {
  const year = new Date(day * 86_400_000).getUTCFullYear();
  return Date.UTC(year, 0, 1) / 86_400_000;
}
