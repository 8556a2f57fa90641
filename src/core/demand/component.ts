/** One component of a demand model: a spec fitted to a cell's rows by regression and level filter in turn. */

import { negativeBinomialSize } from '../math/negative-binomial.ts';
import type { CellSeries, Holiday, PlannedRows } from '../series/cell-series.ts';
import { type FirstStage, firstStage, instrumentValues } from '../series/control-function.ts';
import { buildDesign, type DesignOptions, type DesignPlan, filledPrices, futureRows, PERIOD_DAYS, pastRows, planDesign } from '../series/design.ts';
import { choiceDeviance } from './deviance.ts';
import { fitGlm, type GlmFit, type GlmProblem } from './glm.ts';
import { filterLevel, forecastLevel, type LevelState } from './level-filter.ts';
import { type CellPrior, columnPriors, weakPriors } from './prior.ts';
import { remainderPriors } from './remainder.ts';
import { planSimulator, type Simulator, type SimulatorMatch, simulatedRows } from './simulator.ts';
import type { Spec } from './spec.ts';

/** A fitted component; plain JSON but for its typed arrays, which are stored as plain arrays. */
export interface Component {
  readonly spec: Spec;
  readonly plan: DesignPlan;
  readonly coefficients: readonly number[];
  /** Row-major p × p sandwich covariance of the coefficients. */
  readonly covariance: readonly number[];
  readonly level: LevelState;
  /** Mean training quantity ȳ: the unit in which demand is modelled. */
  readonly meanQuantity: number;
  /** Pearson dispersion φ of scaled demand; for NB2 the size of a piece, 1/ȳ. */
  readonly dispersion: number;
  /** α of NB2's variance φ(μ + αμ²) of scaled demand; 0 for other families. */
  readonly inverseSize: number;
  /** Weighted mean of log(y/μ) over the training rows with sales, μ the one-step-ahead mean: how far the mean of log demand lies below the log of its mean. */
  readonly meanLogResidual: number;
  readonly converged: boolean;
  /** −Σ w·nll of the last pass, with μ the one-step-ahead mean; divided by φ the quasi-log-likelihood that shapes of one spec are compared on. */
  readonly fitScore: number;
  /** Mean Tweedie deviance (k = 1.5) of the training rows against their one-step-ahead means: comparable between specs. */
  readonly oneStepDeviance: number;
}

/** Log multipliers of demand are kept within ±e^8 of the mean: beyond that a fit has lost its footing, and exp would overflow. */
const MAX_LOG_MEAN = 8;
/** Regression and level are refitted in turn this many times (model.md §2: two or three). */
const LEVEL_REFITS = 2;

/** Where the market's knowledge enters a fit (model.md §4): once, as rows simulated from it or as a Gaussian prior of the coefficients. */
export interface SimulatedPrior {
  /** Total weight τ of the simulated rows, in equivalent own rows; ≥ 0. */
  readonly tau: number;
  /** Simulated rows of the exact solver's quasi-random set; ≥ 1. */
  readonly rows: number;
}

/** A cell's rows as one regression: everything that does not move while its coefficients are fitted. */
export interface Regression {
  readonly series: CellSeries;
  readonly rows: number;
  readonly spec: Spec;
  readonly plan: DesignPlan;
  /** Row-major rows × plan columns. */
  readonly design: Float64Array;
  /** Capped own rows over the mean training quantity. */
  readonly response: Float64Array;
  readonly weight: Float64Array;
  /** 1 where the row sold out; null when none did. */
  readonly censored: Uint8Array | null;
  readonly meanQuantity: number;
  readonly priorMeans: Float64Array;
  readonly priorPrecisions: Float64Array;
  readonly control: FirstStage | null;
  readonly simulator: Simulator | null;
}

/** What moves with the coefficients but is held while they are fitted: level offsets, dispersion, size of pieces. */
export interface Footing {
  readonly offset: Float64Array;
  readonly dispersion: number;
  readonly inverseSize: number;
}

/** Fits one spec to the first `rows` rows of a cell. `rows` ≥ 1 and at least one positive quantity are the caller's to ensure. */
export function fitComponent(
  series: CellSeries,
  rows: number,
  spec: Spec,
  prior: CellPrior,
  options: DesignOptions,
  simulated: SimulatedPrior | null = null,
): Component {
  const planned = planRegression(series, rows, spec, prior, options, simulated !== null);
  const regression = simulated ? withRemainder(planned, prior) : planned;
  const { footing, coefficients, converged } = fitRegression(regression, simulated);
  return finishComponent(regression, footing, simulated, coefficients, converged).component;
}

/** {@link fitComponent} with the variances that hold if the rows are independent and the spec is right: the diagonal of H⁻¹, length columns. */
export function fitWithPlainVariances(
  series: CellSeries,
  rows: number,
  spec: Spec,
  prior: CellPrior,
  options: DesignOptions,
): { component: Component; plainVariances: Float64Array } {
  const regression = planRegression(series, rows, spec, prior, options, false);
  const { footing, coefficients, converged } = fitRegression(regression, null);
  return finishComponent(regression, footing, null, coefficients, converged);
}

/** Builds the regression of a cell's first `rows` rows. @param simulate whether the market's knowledge enters as simulated rows, not as a Gaussian prior */
export function planRegression(series: CellSeries, rows: number, spec: Spec, prior: CellPrior, options: DesignOptions, simulate: boolean): Regression {
  const price = filledPrices(series.price, rows);
  const plan = planDesign(series, rows, price, spec, options);
  const design = buildDesign(plan, pastRows(series, rows, price), options.holidays);
  const periodDays = PERIOD_DAYS[series.frequency];
  const control = controlColumn(series, rows, plan, design, options);

  let sum = 0;
  for (let i = 0; i < rows; i++) sum += series.quantity[i] as number;
  const meanQuantity = sum / rows;
  const response = new Float64Array(rows);
  const weight = new Float64Array(rows);
  let anyCensored = false;
  for (let i = 0; i < rows; i++) {
    response[i] = Math.min((series.quantity[i] as number) / meanQuantity, spec.capMultiple);
    weight[i] = 0.5 ** ((plan.lastDay - (series.days[i] as number)) / periodDays / spec.halfLifePeriods);
    anyCensored ||= series.soldOut[i] === 1;
  }
  const { means, precisions } = simulate ? weakPriors(plan, prior, spec.ridgeScale) : columnPriors(plan, prior, spec.ridgeScale);
  return {
    series,
    rows,
    spec,
    plan,
    design,
    response,
    weight,
    censored: anyCensored ? series.soldOut.subarray(0, rows) : null,
    meanQuantity,
    priorMeans: means,
    priorPrecisions: precisions,
    control,
    simulator: simulate ? planSimulator(series, rows, price, plan, prior, options) : null,
  };
}

/** A simulated regression whose ridge knows what its rows at matched strength leave out of the market's prior; without it the ridge beside them is weak. */
export function withRemainder(regression: Regression, prior: CellPrior): Regression {
  const { plan, spec, simulator } = regression;
  const { means, precisions } = remainderPriors(plan, prior, spec.ridgeScale, simulator as Simulator);
  return { ...regression, priorMeans: means, priorPrecisions: precisions };
}

/** The regression of a cell without any sale: the plan and the simulator of rows that stand for it, and no own row. */
export function withoutOwnRows(regression: Regression): Regression {
  const none = new Float64Array(0);
  const simulator = regression.simulator && { ...regression.simulator, ownLinear: none };
  return { ...regression, rows: 0, design: none, response: none, weight: none, censored: null, control: null, simulator };
}

/** Variance of scaled demand over its mean that is assumed of a cell without any sale: days differ by a third. */
const ASSUMED_DISPERSION = 0.1;

/** Before any fit: the level 1 throughout, φ around the plain mean. */
export function firstFooting(regression: Regression): Footing {
  const { rows, response, spec, meanQuantity } = regression;
  const counted = spec.family === 'nb2';
  return {
    offset: new Float64Array(rows),
    dispersion: rows === 0 ? ASSUMED_DISPERSION : counted ? 1 / meanQuantity : startingDispersion(response, rows),
    inverseSize: counted ? 1 : 0,
  };
}

/** The level given coefficients, as offsets; the same φ and α. */
export function filteredFooting(regression: Regression, coefficients: ArrayLike<number>, footing: Footing): Footing {
  const { series, rows, spec, response } = regression;
  if (spec.fastDiscount >= 1) return footing;
  const mean = regressionMean(regression, coefficients);
  const levels = new Float64Array(rows);
  filterLevel(series.days, response, mean, rows, spec.fastDiscount, spec.relaxation, PERIOD_DAYS[series.frequency], levels);
  return { ...footing, offset: levels.map((level) => Math.log(Math.max(level, 0.02))) };
}

/** φ and α given coefficients and offsets. */
export function dispersedFooting(regression: Regression, coefficients: ArrayLike<number>, footing: Footing): Footing {
  const { response, weight, rows, meanQuantity, spec } = regression;
  const mean = regressionMean(regression, coefficients);
  if (spec.family === 'nb2') return { ...footing, inverseSize: sizeOfPieces(response, mean, footing.offset, weight, rows, meanQuantity) };
  return { ...footing, dispersion: pearsonDispersion(response, mean, footing.offset, weight, rows, { power: spec.variancePower, inverseSize: 0 }) };
}

/** The exact minimum of the objective on a footing. @param precisions ridge of each column; the regression's own unless told */
export function solveRegression(
  regression: Regression,
  footing: Footing,
  simulated: SimulatedPrior | null,
  start: Float64Array,
  precisions: Float64Array = regression.priorPrecisions,
): GlmFit {
  return fitGlm({ ...regressionProblem(regression, footing, simulated, precisions), start });
}

/** The objective on a footing as one regression: own rows, then the simulator's quasi-random ones with total weight τ. */
export function regressionProblem(regression: Regression, footing: Footing, simulated: SimulatedPrior | null, precisions: Float64Array): GlmProblem {
  const { spec, rows, plan, priorMeans: priorMean, design, response, weight, censored, simulator } = regression;
  const { offset, dispersion, inverseSize } = footing;
  const shared = { columns: plan.columns.length, variancePower: spec.variancePower, inverseSize, dispersion, ridge: precisions, priorMean };
  if (!simulator || !simulated || simulated.tau === 0) return { ...shared, rows, design, response, weight, offset, censored };
  const extra = simulatedRows(simulator, matchSimulator(regression, footing), simulated.rows);
  return {
    ...shared,
    rows: rows + simulated.rows,
    design: designWith(regression, extra.design),
    response: joined(response, extra.response),
    weight: joined(weight, new Float64Array(simulated.rows).fill(simulated.tau / simulated.rows)),
    offset: joined(offset, extra.offset),
    censored: censored && Uint8Array.from({ length: rows + simulated.rows }, (_, i) => censored[i] ?? 0),
  };
}

/** Own and simulated designs one below the other, by regression: neither changes from fit to fit. */
const joinedDesigns = new WeakMap<Regression, { readonly extra: Float64Array; readonly design: Float64Array }>();

function designWith(regression: Regression, extra: Float64Array): Float64Array {
  const known = joinedDesigns.get(regression);
  if (known?.extra === extra) return known.design;
  const design = joined(regression.design, extra);
  joinedDesigns.set(regression, { extra, design });
  return design;
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** The simulator on a footing: intercept matched to the own rows, level that of the last training row. */
export function matchSimulator(regression: Regression, footing: Footing): SimulatorMatch {
  const { simulator, response, weight, rows } = regression as Regression & { simulator: Simulator };
  let sold = 0;
  let expected = 0;
  for (let i = 0; i < rows; i++) {
    sold += (weight[i] as number) * (response[i] as number);
    expected += (weight[i] as number) * Math.exp((simulator.ownLinear[i] as number) + (footing.offset[i] as number));
  }
  if (rows > 0) return { intercept: Math.log(sold / expected), offset: footing.offset[rows - 1] as number };
  // Without own rows the calendar's mean demand is the assumed one.
  return { intercept: -Math.log(simulator.linear.reduce((sum, linear) => sum + Math.exp(linear), 0) / simulator.rows), offset: 0 };
}

/** Regression and level in turn, by the exact solver. */
export function fitRegression(
  regression: Regression,
  simulated: SimulatedPrior | null,
): { footing: Footing; coefficients: Float64Array<ArrayBuffer>; converged: boolean } {
  let footing = firstFooting(regression);
  let coefficients: Float64Array<ArrayBuffer> = Float64Array.from(regression.priorMeans);
  let converged = false;
  for (let pass = 0; pass <= LEVEL_REFITS; pass++) {
    if (pass > 0) footing = filteredFooting(regression, coefficients, footing);
    ({ coefficients, converged } = solveRegression(regression, footing, simulated, coefficients));
    footing = dispersedFooting(regression, coefficients, footing);
  }
  return { footing, coefficients, converged };
}

/** A component from fitted coefficients: its covariance, level and figures of fit. */
export function finishComponent(
  regression: Regression,
  footing: Footing,
  simulated: SimulatedPrior | null,
  coefficients: Float64Array,
  converged: boolean,
  precisions: Float64Array = regression.priorPrecisions,
): { component: Component; plainVariances: Float64Array } {
  const { series, rows, spec, plan, response, weight, meanQuantity, control } = regression;
  const { offset, dispersion, inverseSize } = footing;
  const width = plan.columns.length;
  const mean = regressionMean(regression, coefficients);
  const variance: Variance = { power: spec.variancePower, inverseSize };
  const fitScore = -quasiNll(response, mean, offset, weight, rows, variance);
  const simulatedHessian = regression.simulator && simulated && simulated.tau > 0 ? hessianOfSimulated(regression, footing, simulated, coefficients) : null;
  const { covariance, plainVariances } = sandwich(regression, footing, mean, precisions, simulatedHessian);
  if (control) {
    // The control function's price coefficient is two-stage least squares'; its variance must count the part of the shock that the control column took.
    const shock = (coefficients[width - 1] as number) ** 2 * control.residualVariance;
    if (control.explained > 0) covariance[width + 1] = (covariance[width + 1] as number) + shock / control.explained;
  }
  const levels = new Float64Array(rows);
  const track = (discount: number): number =>
    spec.fastDiscount < 1 ? filterLevel(series.days, response, mean, rows, discount, spec.relaxation, PERIOD_DAYS[series.frequency], levels) : 1;
  const component: Component = {
    spec,
    plan,
    coefficients: Array.from(coefficients),
    covariance: Array.from(covariance),
    level: { fast: track(spec.fastDiscount), slow: track(spec.slowDiscount) },
    meanQuantity,
    dispersion,
    inverseSize,
    meanLogResidual: meanLogResidual(series.quantity, meanQuantity, mean, offset, weight, rows),
    converged,
    fitScore,
    oneStepDeviance: meanDeviance(response, mean, offset, weight, rows),
  };
  return { component, plainVariances };
}

/** τ · expected Hessian of the simulated rows at the coefficients, over φ. Row-major columns × columns. */
function hessianOfSimulated(regression: Regression, footing: Footing, simulated: SimulatedPrior, coefficients: Float64Array): Float64Array {
  const width = regression.plan.columns.length;
  const rows = simulatedRows(regression.simulator as Simulator, matchSimulator(regression, footing), simulated.rows);
  const variance: Variance = { power: regression.spec.variancePower, inverseSize: footing.inverseSize };
  const hessian = new Float64Array(width * width);
  for (let i = 0; i < simulated.rows; i++) {
    const at = i * width;
    let linear = rows.offset[i] as number;
    for (let j = 0; j < width; j++) linear += (rows.design[at + j] as number) * (coefficients[j] as number);
    const mu = Math.exp(Math.max(-MAX_LOG_MEAN, Math.min(MAX_LOG_MEAN, linear)));
    const curvature = ((simulated.tau / simulated.rows) * mu * mu) / (varianceAt(mu, variance) * footing.dispersion);
    for (let j = 0; j < width; j++) {
      const x = curvature * (rows.design[at + j] as number);
      if (x === 0) continue;
      for (let l = 0; l < width; l++) hessian[j * width + l] = (hessian[j * width + l] as number) + x * (rows.design[at + l] as number);
    }
  }
  return hessian;
}

/** μ without level at each own row. */
export function regressionMean(regression: Regression, coefficients: ArrayLike<number>): Float64Array {
  const mean = new Float64Array(regression.rows);
  linearMean(regression.design, coefficients, regression.rows, regression.plan.columns.length, mean);
  return mean;
}

/** Writes the first stage's residuals into the design's control column; null without one. */
function controlColumn(series: CellSeries, rows: number, plan: DesignPlan, design: Float64Array, options: DesignOptions): FirstStage | null {
  const width = plan.columns.length;
  if (plan.columns[width - 1]?.group !== 'control') return null;
  const values = instrumentValues(series, rows, options.instrument as string) as Float64Array;
  const stage = firstStage(plan.columns, design, rows, values);
  for (let i = 0; i < rows; i++) design[i * width + width - 1] = stage.residual[i] as number;
  return stage;
}

/** Expected demand of planned rows, in the cell's unit. */
export function predictComponent(component: Component, planned: PlannedRows, holidays: readonly Holiday[]): Float64Array {
  const { plan } = component;
  const rows = planned.days.length;
  const width = plan.columns.length;
  const design = buildDesign(plan, futureRows(planned), holidays);
  const mean = new Float64Array(rows);
  linearMean(design, component.coefficients, rows, width, mean);
  const periodDays = PERIOD_DAYS[plan.frequency];
  for (let i = 0; i < rows; i++) {
    const ahead = Math.max(0, ((planned.days[i] as number) - plan.lastDay) / periodDays);
    mean[i] = (mean[i] as number) * forecastLevel(component.level, ahead, component.spec.reversion) * component.meanQuantity;
  }
  return mean;
}

function linearMean(design: Float64Array, coefficients: ArrayLike<number>, rows: number, width: number, mean: Float64Array): void {
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    const at = i * width;
    for (let j = 0; j < width; j++) sum += (design[at + j] as number) * (coefficients[j] as number);
    mean[i] = Math.exp(Math.max(-MAX_LOG_MEAN, Math.min(MAX_LOG_MEAN, sum)));
  }
}

/** Dispersion around the plain mean of 1: an upper start that the first pass replaces. */
function startingDispersion(response: Float64Array, rows: number): number {
  let squares = 0;
  for (let i = 0; i < rows; i++) squares += ((response[i] as number) - 1) ** 2;
  return Math.max(squares / Math.max(1, rows - 1), MIN_DISPERSION);
}

/** Scaled demand that never varies would make φ zero and every weight infinite: 1e-4 is a noise of 1 %. */
const MIN_DISPERSION = 1e-4;

/** Variance of scaled demand over φ: μ^power, or μ + αμ² where α > 0. */
interface Variance {
  readonly power: number;
  readonly inverseSize: number;
}

function varianceAt(mu: number, variance: Variance): number {
  return variance.inverseSize > 0 ? mu + variance.inverseSize * mu * mu : mu ** variance.power;
}

/** α of NB2 in units of scaled demand, by maximum likelihood on the pieces. */
function sizeOfPieces(response: Float64Array, mean: Float64Array, offset: Float64Array, weight: Float64Array, rows: number, meanQuantity: number): number {
  const pieces = new Float64Array(rows);
  const means = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    pieces[i] = (response[i] as number) * meanQuantity;
    means[i] = Math.max((mean[i] as number) * Math.exp(offset[i] as number), 0.01) * meanQuantity;
  }
  return meanQuantity / negativeBinomialSize(pieces, means, weight, rows);
}

/** φ = Σ w (y − μ)²/μ^k / Σ w (McCullagh & Nelder 1989, §4.5, without the loss of degrees of freedom: the ridge spends few). */
function pearsonDispersion(response: Float64Array, mean: Float64Array, offset: Float64Array, weight: Float64Array, rows: number, variance: Variance): number {
  let total = 0;
  for (let i = 0; i < rows; i++) total += weight[i] as number;
  return Math.max(pearsonSum(response, mean, offset, weight, rows, variance) / total, MIN_DISPERSION);
}

/** Σ w (y − μ)²/V(μ). */
function pearsonSum(response: Float64Array, mean: Float64Array, offset: Float64Array, weight: Float64Array, rows: number, variance: Variance): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const mu = Math.max((mean[i] as number) * Math.exp(offset[i] as number), 0.01);
    sum += ((weight[i] as number) * ((response[i] as number) - mu) ** 2) / varianceAt(mu, variance);
  }
  return sum;
}

/** Σ w·nll of variance V, up to terms of y alone (McCullagh & Nelder 1989, §9.2). */
function quasiNll(response: Float64Array, mean: Float64Array, offset: Float64Array, weight: Float64Array, rows: number, variance: Variance): number {
  const { power: k, inverseSize: a } = variance;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const y = response[i] as number;
    const mu = Math.max((mean[i] as number) * Math.exp(offset[i] as number), 0.01);
    const nll =
      a > 0
        ? (y + 1 / a) * Math.log(1 + a * mu) - y * Math.log(mu)
        : k === 1
          ? mu - y * Math.log(mu)
          : k === 2
            ? Math.log(mu) + y / mu
            : (y * mu ** (1 - k)) / (k - 1) + mu ** (2 - k) / (2 - k);
    sum += (weight[i] as number) * nll;
  }
  return sum;
}

function meanLogResidual(quantity: Float64Array, meanQuantity: number, mean: Float64Array, offset: Float64Array, weight: Float64Array, rows: number): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const y = (quantity[i] as number) / meanQuantity;
    if (y === 0) continue;
    sum += (weight[i] as number) * (Math.log(y / (mean[i] as number)) - (offset[i] as number));
    total += weight[i] as number;
  }
  return total > 0 ? sum / total : 0;
}

function meanDeviance(response: Float64Array, mean: Float64Array, offset: Float64Array, weight: Float64Array, rows: number): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const w = weight[i] as number;
    sum += w * choiceDeviance(response[i] as number, (mean[i] as number) * Math.exp(offset[i] as number));
    total += w;
  }
  return total > 0 ? sum / total : 0;
}

/** Rows whose scores are added before they are squared: a week of days, a month of weeks, a quarter of months. */
export const CLUSTER_ROWS: Readonly<Record<CellSeries['frequency'], number>> = { daily: 7, weekly: 4, monthly: 3 };

/**
 * Covariance of the coefficients, A⁻¹ (Σ w² s sᵀ + τ H_sim + Λ) A⁻ᵀ: the settled sandwich with the bread that the level filter asks for.
 *
 * The score of a row is s = (y − μ) μ x / (φ V(μ)), V = μ^k or μ + αμ². Its mean moves with the coefficients not by x but by x̃ = x − x̄, as the
 * filter's level falls by what the regression rises (∂ log level / ∂β = −x̄, the discounted mean of earlier rows). So
 * A = Σ w · x x̃ᵀ + Λ with weight μ²/(φ V(μ)) (Godambe 1960: sensitivity matrix of an estimating equation). Without a level x̃ = x and A = H.
 */
function sandwich(
  regression: Regression,
  footing: Footing,
  mean: Float64Array,
  precisions: Float64Array,
  simulatedHessian: Float64Array | null,
): { covariance: Float64Array; plainVariances: Float64Array } {
  const { series, design, response, weight, rows, spec } = regression;
  const { offset, dispersion } = footing;
  const width = regression.plan.columns.length;
  const variance: Variance = { power: spec.variancePower, inverseSize: footing.inverseSize };
  const meat = new Float64Array(width * width);
  const bread = new Float64Array(width * width);
  const periodDays = PERIOD_DAYS[series.frequency];
  const discounted = new Float64Array(width);
  let mass = 3;
  let previous = rows > 0 ? (series.days[0] as number) : 0;
  const moved = new Float64Array(width);
  const sum = new Float64Array(width);
  const clusterRows = CLUSTER_ROWS[series.frequency];
  for (let i = 0; i < rows; i++) {
    const at = i * width;
    const day = series.days[i] as number;
    if (spec.fastDiscount < 1) {
      const keep = spec.fastDiscount ** Math.min((day - previous) / periodDays, 14);
      previous = day;
      mass = keep * mass + spec.relaxation;
      for (let j = 0; j < width; j++) {
        discounted[j] = keep * (discounted[j] as number);
        moved[j] = (design[at + j] as number) - (discounted[j] as number) / mass;
      }
      const share = mean[i] as number;
      mass += share;
      for (let j = 0; j < width; j++) discounted[j] = (discounted[j] as number) + share * (design[at + j] as number);
    } else moved.set(design.subarray(at, at + width));
    const mu = (mean[i] as number) * Math.exp(offset[i] as number);
    const w = weight[i] as number;
    // μ/V(μ) is μ^(1−k) of the power family and 1/(1 + αμ) of NB2.
    const gain = (w * mu) / (varianceAt(mu, variance) * dispersion);
    const score = gain * ((response[i] as number) - mu);
    const sensitivity = gain * mu;
    if (i % clusterRows === 0) sum.fill(0);
    for (let j = 0; j < width; j++) {
      const x = design[at + j] as number;
      sum[j] = (sum[j] as number) + score * x;
      if (x === 0) continue;
      for (let l = 0; l < width; l++) bread[j * width + l] = (bread[j * width + l] as number) + sensitivity * x * (moved[l] as number);
    }
    if (i % clusterRows === clusterRows - 1 || i === rows - 1) {
      for (let j = 0; j < width; j++) {
        for (let l = 0; l <= j; l++) meat[j * width + l] = (meat[j * width + l] as number) + (sum[j] as number) * (sum[l] as number);
      }
    }
  }
  for (let j = 0; j < width; j++) {
    for (let l = 0; l < j; l++) meat[l * width + j] = meat[j * width + l] as number;
  }
  if (simulatedHessian) {
    for (let j = 0; j < meat.length; j++) {
      meat[j] = (meat[j] as number) + (simulatedHessian[j] as number);
      bread[j] = (bread[j] as number) + (simulatedHessian[j] as number);
    }
  }
  for (let j = 0; j < width; j++) {
    meat[j * width + j] = (meat[j * width + j] as number) + (precisions[j] as number);
    bread[j * width + j] = (bread[j * width + j] as number) + (precisions[j] as number);
  }
  const inverse = invert(bread, width);
  return {
    covariance: multiply(multiply(inverse, meat, width), transpose(inverse, width), width),
    plainVariances: Float64Array.from({ length: width }, (_, j) => inverse[j * width + j] as number),
  };
}

/** Inverse by Gauss-Jordan elimination with partial pivoting. @param a row-major n × n, not symmetric in general; kept */
function invert(a: Float64Array, n: number): Float64Array {
  const left = a.slice();
  const right = new Float64Array(n * n);
  for (let j = 0; j < n; j++) right[j * n + j] = 1;
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(left[r * n + c] as number) > Math.abs(left[pivot * n + c] as number)) pivot = r;
    if (pivot !== c) {
      for (let j = 0; j < n; j++) {
        [left[c * n + j], left[pivot * n + j]] = [left[pivot * n + j] as number, left[c * n + j] as number];
        [right[c * n + j], right[pivot * n + j]] = [right[pivot * n + j] as number, right[c * n + j] as number];
      }
    }
    const scale = 1 / (left[c * n + c] as number);
    for (let j = 0; j < n; j++) {
      left[c * n + j] = (left[c * n + j] as number) * scale;
      right[c * n + j] = (right[c * n + j] as number) * scale;
    }
    for (let r = 0; r < n; r++) {
      const factor = left[r * n + c] as number;
      if (r === c || factor === 0) continue;
      for (let j = 0; j < n; j++) {
        left[r * n + j] = (left[r * n + j] as number) - factor * (left[c * n + j] as number);
        right[r * n + j] = (right[r * n + j] as number) - factor * (right[c * n + j] as number);
      }
    }
  }
  return right;
}

function transpose(a: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[j * n + i] = a[i * n + j] as number;
  return out;
}

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const left = a[i * n + k] as number;
      if (left === 0) continue;
      for (let j = 0; j < n; j++) product[i * n + j] = (product[i * n + j] as number) + left * (b[k * n + j] as number);
    }
  }
  return product;
}
