/**
 * Variance between types, between products and between cells from estimates with known standard errors, by REML.
 */

import { dot } from '../math/summary.ts';
import {
  applyProjection,
  emptySums,
  groupSums,
  type NestedEstimates,
  spread,
  sumUp,
  type TreeSums,
  traces,
  type VarianceComponents,
} from './nested-estimates.ts';

/**
 * Knowledge about the components: each is scaled inverse chi-square with `degrees` degrees of freedom around `scale`,
 * on the log scale; keeps a component off zero, and carries one that the data cannot tell apart (one cell a product,
 * one type), in the way of Chung et al. 2013, doi:10.1007/s11336-013-9328-2. `degrees` 0 is plain REML.
 */
export interface ComponentPrior {
  readonly degrees: number;
  readonly scale: VarianceComponents;
}

export interface ComponentFit {
  readonly components: VarianceComponents;
  readonly converged: boolean;
  readonly iterations: number;
  /** −2 x restricted log-likelihood without its constant. */
  readonly deviance: number;
  /** Largest absolute derivative of half the penalised deviance with respect to a log variance. */
  readonly gradientNorm: number;
}

/** A log variance is not followed below this share of the data's spread: smaller is zero to any reader. */
const NEGLIGIBLE_SHARE = 1e-10;
const LARGEST_LOG_STEP = 2;
const GRADIENT_TOLERANCE = 1e-6;

/**
 * REML by average information (Gilmour, Thompson & Cullis 1995, doi:10.2307/2533274) in log variances, damped by
 * halving, so that every step lowers the penalised deviance. The nesting makes one pass O(cells): no matrix larger than
 * 3 x 3 is formed.
 *
 * @param topPrecision prior precision of the top mean, whose prior mean is 0; 0 means a flat prior (plain REML)
 * @param start variances to start from, all > 0
 * @param maximumIterations a fit that needs more reports `converged: false`
 */
export function fitVarianceComponents(
  nested: NestedEstimates,
  topPrecision: number,
  prior: ComponentPrior,
  start: VarianceComponents,
  maximumIterations = 100,
): ComponentFit {
  const problem = problemOf(nested, topPrecision, prior);
  const { floor, sums } = problem;
  const rounding = Math.max(1, Math.sqrt(nested.values.length));
  let logs = toArray(start).map((v) => Math.max(floor, Math.log(Math.max(v, Number.MIN_VALUE))));
  let value = problem.objective(logs);
  let gradientNorm = Number.POSITIVE_INFINITY;
  let iterations = 0;
  let converged = false;
  for (; iterations <= maximumIterations; iterations++) {
    const { gradient, information } = derivativesAt(problem, logs);
    // A log variance at its floor whose gradient points further down has arrived.
    const free = gradient.map((g, k) => !(logs[k] <= floor && g > 0));
    gradientNorm = Math.max(0, ...gradient.map((g, k) => (free[k] ? Math.abs(g) : 0)));
    if (gradientNorm <= GRADIENT_TOLERANCE * rounding) {
      converged = true;
      break;
    }
    if (iterations === maximumIterations) break;
    const lower = lowered(problem, logs, value, solveFree(information(), gradient, free));
    if (!lower) {
      // No representable descent is left: accept when the gradient is at rounding level of the objective.
      converged = gradientNorm <= 1e-4 * rounding;
      break;
    }
    ({ logs, value } = lower);
  }
  sumUp(nested, logs.map(Math.exp), topPrecision, sums);
  const found = logs.map((u) => (u <= floor ? 0 : Math.exp(u)));
  return {
    components: { betweenTypes: found[2], betweenProducts: found[1], betweenCells: found[0] },
    converged: converged && Number.isFinite(value),
    iterations,
    deviance: sums.logDeterminant + sums.quadratic,
    gradientNorm,
  };
}

/** One fit with the memory that its passes share. */
interface Problem {
  readonly nested: NestedEstimates;
  readonly topPrecision: number;
  readonly degrees: number;
  /** Of the prior: cells, products, types. */
  readonly scale: readonly number[];
  /** Smallest log variance. */
  readonly floor: number;
  readonly sums: TreeSums;
  /** One entry a cell: for residuals, their sums by group, and projections of those. */
  readonly residual: Float64Array;
  readonly working: readonly Float64Array[];
  readonly projected: Float64Array;
  /** Half the penalised deviance at log variances. */
  objective(logs: readonly number[]): number;
}

function problemOf(nested: NestedEstimates, topPrecision: number, prior: ComponentPrior): Problem {
  const cells = nested.values.length;
  const scale = toArray(prior.scale);
  const logScale = scale.map(Math.log);
  const sums = emptySums(nested);
  return {
    nested,
    topPrecision,
    degrees: prior.degrees,
    scale,
    floor: Math.log(NEGLIGIBLE_SHARE * Math.max(spread(nested.values), Number.MIN_VALUE) + Number.MIN_VALUE),
    sums,
    residual: new Float64Array(cells),
    working: [new Float64Array(cells), new Float64Array(cells), new Float64Array(cells)],
    projected: new Float64Array(cells),
    objective(logs) {
      sumUp(nested, logs.map(Math.exp), topPrecision, sums);
      let value = 0.5 * (sums.logDeterminant + sums.quadratic);
      if (prior.degrees > 0)
        for (let k = 0; k < 3; k++) value += 0.5 * prior.degrees * (logs[k] + Math.exp(logScale[k] - logs[k]));
      return value;
    },
  };
}

/** Gradient by log variances; the average information (3 x 3), which takes three more passes, when it is asked for. */
function derivativesAt(
  { nested, topPrecision, degrees, scale, sums, residual, working, projected }: Problem,
  logs: readonly number[],
): { gradient: number[]; information: () => Float64Array } {
  const variances = logs.map(Math.exp);
  sumUp(nested, variances, topPrecision, sums);
  const trace = traces(nested, variances, sums);
  applyProjection(nested, nested.values, variances, sums, residual);
  const gradient = [0, 0, 0];
  for (let k = 0; k < 3; k++) {
    groupSums(nested, residual, k, working[k]);
    gradient[k] = 0.5 * variances[k] * (trace[k] - dot(residual, working[k]));
    if (degrees > 0) gradient[k] += 0.5 * degrees * (1 - scale[k] / variances[k]);
  }
  const information = (): Float64Array => {
    const matrix = new Float64Array(9);
    for (let k = 0; k < 3; k++) {
      applyProjection(nested, working[k], variances, sums, projected);
      for (let l = 0; l < 3; l++) matrix[k * 3 + l] = 0.5 * variances[k] * variances[l] * dot(projected, working[l]);
    }
    for (let k = 0; k < 3; k++) {
      if (degrees > 0) matrix[k * 3 + k] += (0.5 * degrees * scale[k]) / variances[k];
      // A little of the trace keeps two components that the data cannot tell apart from an unbounded step.
      matrix[k * 3 + k] += 1e-8 + 1e-6 * 0.5 * variances[k] * trace[k];
    }
    return matrix;
  };
  return { gradient, information };
}

/** The first of ever shorter steps that lowers the objective; null where none does. */
function lowered(
  { floor, objective }: Problem,
  logs: readonly number[],
  value: number,
  step: readonly number[],
): { logs: number[]; value: number } | null {
  const largest = Math.max(...step.map(Math.abs));
  let damping = largest > LARGEST_LOG_STEP ? LARGEST_LOG_STEP / largest : 1;
  for (let halving = 0; halving < 30; halving++, damping *= 0.5) {
    const trial = logs.map((u, k) => Math.max(floor, u - damping * step[k]));
    const trialValue = objective(trial);
    if (trialValue < value) return { logs: trial, value: trialValue };
  }
  return null;
}

/**
 * Solves the 3 x 3 system over the free components by Gaussian elimination with pivoting; held components do not move.
 */
function solveFree(matrix: Float64Array, right: readonly number[], free: readonly boolean[]): number[] {
  const index = [0, 1, 2].filter((k) => free[k]);
  const n = index.length;
  const a = index.map((r) => [...index.map((c) => matrix[r * 3 + c]), right[r]]);
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(a[r][c]) > Math.abs(a[pivot][c])) pivot = r;
    [a[c], a[pivot]] = [a[pivot], a[c]];
    for (let r = c + 1; r < n; r++) {
      const factor = a[r][c] / a[c][c];
      for (let k = c; k <= n; k++) a[r][k] -= factor * a[c][k];
    }
  }
  const step = [0, 0, 0];
  for (let r = n - 1; r >= 0; r--) {
    let sum = a[r][n];
    for (let c = r + 1; c < n; c++) sum -= a[r][c] * step[index[c]];
    step[index[r]] = sum / a[r][r];
  }
  return step;
}

function toArray(components: VarianceComponents): [number, number, number] {
  return [components.betweenCells, components.betweenProducts, components.betweenTypes];
}
