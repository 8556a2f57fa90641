/** One component of a demand model: a spec fitted to a cell's rows by regression and level filter in turn. */

import { choleskyInverse } from '../math/linear-algebra.ts';
import type { CellSeries, Holiday, PlannedRows } from '../series/cell-series.ts';
import { buildDesign, type DesignOptions, type DesignPlan, filledPrices, futureRows, PERIOD_DAYS, pastRows, planDesign } from '../series/design.ts';
import { fitGlm } from './glm.ts';
import { filterLevel, forecastLevel, type LevelState } from './level-filter.ts';
import { type CellPrior, columnPriors } from './prior.ts';
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
  /** Pearson dispersion φ of scaled demand. */
  readonly dispersion: number;
  readonly converged: boolean;
}

/** Log multipliers of demand are kept within ±e^8 of the mean: beyond that a fit has lost its footing, and exp would overflow. */
const MAX_LOG_MEAN = 8;
/** Regression and level are refitted in turn this many times (model.md §2: two or three). */
const LEVEL_REFITS = 2;

/** Fits one spec to the first `rows` rows of a cell. `rows` ≥ 1 and at least one positive quantity are the caller's to ensure. */
export function fitComponent(series: CellSeries, rows: number, spec: Spec, prior: CellPrior, options: DesignOptions): Component {
  const price = filledPrices(series.price, rows);
  const plan = planDesign(series, rows, price, spec, options);
  const width = plan.columns.length;
  const design = buildDesign(plan, pastRows(series, rows, price), options.holidays);
  const periodDays = PERIOD_DAYS[series.frequency];

  let sum = 0;
  for (let i = 0; i < rows; i++) sum += series.quantity[i] as number;
  const meanQuantity = sum / rows;
  const response = new Float64Array(rows);
  const weight = new Float64Array(rows);
  let anyCensored = false;
  for (let i = 0; i < rows; i++) {
    response[i] = Math.min((series.quantity[i] as number) / meanQuantity, spec.capMultiple);
    weight[i] = 0.5 ** (((plan.lastDay - (series.days[i] as number)) / periodDays) / spec.halfLifePeriods);
    anyCensored ||= series.soldOut[i] === 1;
  }

  const { means, precisions } = columnPriors(plan, prior, spec.ridgeScale);
  const offset = new Float64Array(rows);
  const mean = new Float64Array(rows);
  const levels = new Float64Array(rows);
  let coefficients: Float64Array = Float64Array.from(means);
  let dispersion = startingDispersion(response, rows, spec.variancePower);
  let fit!: ReturnType<typeof fitGlm>;
  for (let pass = 0; pass <= LEVEL_REFITS; pass++) {
    if (pass > 0 && spec.fastDiscount < 1) {
      filterLevel(series.days, response, mean, rows, spec.fastDiscount, spec.relaxation, periodDays, levels);
      for (let i = 0; i < rows; i++) offset[i] = Math.log(Math.max(levels[i] as number, 0.02));
    }
    fit = fitGlm({
      rows,
      columns: width,
      design,
      response,
      weight,
      offset,
      censored: anyCensored ? series.soldOut.subarray(0, rows) : null,
      variancePower: spec.variancePower,
      dispersion,
      ridge: precisions,
      priorMean: means,
      start: coefficients,
    });
    coefficients = fit.coefficients;
    regressionMean(design, coefficients, rows, width, mean);
    dispersion = pearsonDispersion(response, mean, offset, weight, rows, spec.variancePower);
  }

  const covariance = sandwich(design, response, mean, offset, weight, rows, width, spec.variancePower, dispersion, precisions, fit.hessianCholesky);
  const track = (discount: number): number =>
    spec.fastDiscount < 1 ? filterLevel(series.days, response, mean, rows, discount, spec.relaxation, periodDays, levels) : 1;
  return {
    spec,
    plan,
    coefficients: Array.from(coefficients),
    covariance: Array.from(covariance),
    level: { fast: track(spec.fastDiscount), slow: track(spec.slowDiscount) },
    meanQuantity,
    dispersion,
    converged: fit.converged,
  };
}

/** Expected demand of planned rows, in the cell's unit. */
export function predictComponent(component: Component, planned: PlannedRows, holidays: readonly Holiday[]): Float64Array {
  const { plan } = component;
  const rows = planned.days.length;
  const width = plan.columns.length;
  const design = buildDesign(plan, futureRows(planned), holidays);
  const mean = new Float64Array(rows);
  regressionMean(design, component.coefficients, rows, width, mean);
  const periodDays = PERIOD_DAYS[plan.frequency];
  for (let i = 0; i < rows; i++) {
    const ahead = Math.max(0, ((planned.days[i] as number) - plan.lastDay) / periodDays);
    mean[i] = (mean[i] as number) * forecastLevel(component.level, ahead, component.spec.reversion) * component.meanQuantity;
  }
  return mean;
}

function regressionMean(design: Float64Array, coefficients: ArrayLike<number>, rows: number, width: number, mean: Float64Array): void {
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    const at = i * width;
    for (let j = 0; j < width; j++) sum += (design[at + j] as number) * (coefficients[j] as number);
    mean[i] = Math.exp(Math.max(-MAX_LOG_MEAN, Math.min(MAX_LOG_MEAN, sum)));
  }
}

/** Dispersion around the plain mean of 1: an upper start that the first pass replaces. */
function startingDispersion(response: Float64Array, rows: number, _variancePower: number): number {
  let squares = 0;
  for (let i = 0; i < rows; i++) squares += ((response[i] as number) - 1) ** 2;
  return Math.max(squares / Math.max(1, rows - 1), MIN_DISPERSION);
}

/** Scaled demand that never varies would make φ zero and every weight infinite: 1e-4 is a noise of 1 %. */
const MIN_DISPERSION = 1e-4;

/** φ = Σ w (y − μ)²/μ^k / Σ w (McCullagh & Nelder 1989, §4.5, without the loss of degrees of freedom: the ridge spends few). */
function pearsonDispersion(
  response: Float64Array,
  mean: Float64Array,
  offset: Float64Array,
  weight: Float64Array,
  rows: number,
  variancePower: number,
): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const mu = Math.max((mean[i] as number) * Math.exp(offset[i] as number), 0.01);
    sum += ((weight[i] as number) * ((response[i] as number) - mu) ** 2) / mu ** variancePower;
    total += weight[i] as number;
  }
  return Math.max(sum / total, MIN_DISPERSION);
}

/** H⁻¹ (Σ w² s sᵀ + Λ) H⁻¹ (settled form): scores s = (y − μ) μ^(1−k) x / φ, Λ the prior precisions. */
function sandwich(
  design: Float64Array,
  response: Float64Array,
  mean: Float64Array,
  offset: Float64Array,
  weight: Float64Array,
  rows: number,
  width: number,
  variancePower: number,
  dispersion: number,
  precisions: Float64Array,
  hessianCholesky: Float64Array,
): Float64Array {
  const meat = new Float64Array(width * width);
  for (let j = 0; j < width; j++) meat[j * width + j] = precisions[j] as number;
  for (let i = 0; i < rows; i++) {
    const mu = (mean[i] as number) * Math.exp(offset[i] as number);
    const score = ((weight[i] as number) * ((response[i] as number) - mu) * mu ** (1 - variancePower)) / dispersion;
    const square = score * score;
    const at = i * width;
    for (let j = 0; j < width; j++) {
      const left = square * (design[at + j] as number);
      if (left === 0) continue;
      for (let l = 0; l <= j; l++) meat[j * width + l] = (meat[j * width + l] as number) + left * (design[at + l] as number);
    }
  }
  for (let j = 0; j < width; j++) for (let l = 0; l < j; l++) meat[l * width + j] = meat[j * width + l] as number;
  const bread = choleskyInverse(hessianCholesky, width);
  return multiply(multiply(bread, meat, width), bread, width);
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
