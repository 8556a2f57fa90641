/** The exact solver: a penalised quasi-likelihood regression with log link, by damped Newton. */

import { logUpperGamma } from '../math/gamma-tail.ts';
import { cholesky, choleskySolve } from '../math/linear-algebra.ts';

/** Data, weights and prior of one regression. */
export interface GlmProblem {
  readonly rows: number;
  readonly columns: number;
  /** Row-major rows × columns. */
  readonly design: Float64Array;
  /** Length rows, ≥ 0. */
  readonly response: Float64Array;
  /** Length rows, ≥ 0. */
  readonly weight: Float64Array;
  /** Added to the linear predictor; length rows. */
  readonly offset?: Float64Array | null;
  /** 1 where the row sold out: its demand is at least the response. Length rows. */
  readonly censored?: Uint8Array | null;
  /** Exponent k of the variance φ·μ^k, in [1, 2]. */
  readonly variancePower: number;
  /** φ > 0. */
  readonly dispersion: number;
  /** Prior precision of each column, ≥ 0. */
  readonly ridge: Float64Array;
  readonly priorMean: Float64Array;
  readonly start?: Float64Array;
}

export interface GlmFit {
  readonly coefficients: Float64Array<ArrayBuffer>;
  readonly iterations: number;
  /** The largest Newton step fell below 1e-8. */
  readonly converged: boolean;
  /** Euclidean norm of the gradient at the coefficients. */
  readonly gradientNorm: number;
  /** Lower Cholesky factor of the (observed or, where that is not positive definite, expected) Hessian at the coefficients. */
  readonly hessianCholesky: Float64Array<ArrayBuffer>;
  /** Σ w·nll/φ + ½ Σ ridge (β − mean)², up to terms without β. */
  readonly objective: number;
}

const MAX_ITERATIONS = 50;
const TOLERANCE = 1e-8;
/** |log μ| is kept within this: e^±20 of the mean is no demand, and exp must not overflow. */
const MAX_LINEAR = 20;

/**
 * Minimises Σ w·nll(y | x'β + offset)/φ + ½ Σ ridge (β − mean)². The negative quasi-log-likelihood of variance μ^k is μ − y log μ for
 * k = 1, log μ + y/μ for k = 2 and y·μ^(1−k)/(k−1) + μ^(2−k)/(2−k) between (McCullagh & Nelder 1989, §9.2; Wedderburn 1974). A sold-out row
 * adds −log P(D ≥ y) under a gamma (censoredScore).
 *
 * Newton with the observed Hessian where it is positive definite, the expected one otherwise; a step that does not lower the objective is halved.
 *
 * @returns the minimum; `converged` false when 50 steps did not reach it. Inputs are not changed.
 */
export function fitGlm(problem: GlmProblem): GlmFit {
  const { columns } = problem;
  let beta = Float64Array.from(problem.start ?? problem.priorMean);
  let state = evaluate(problem, beta);
  let iterations = 0;
  let converged = false;
  while (iterations < MAX_ITERATIONS && !converged) {
    iterations++;
    const step = choleskySolve(state.factor, columns, state.gradient);
    let largest = 0;
    for (const s of step) largest = Math.max(largest, Math.abs(s));
    // A first step from far away may be wild: no coefficient moves by more than 3 at once.
    let scale = largest > 3 ? 3 / largest : 1;
    let next = state;
    let moved = beta;
    for (let halvings = 0; halvings < 20; halvings++, scale /= 2) {
      moved = beta.map((b, j) => b + scale * (step[j] as number));
      next = evaluate(problem, moved);
      // 1e-12 relative: the last steps change the objective by rounding only.
      if (next.objective <= state.objective + 1e-12 * Math.abs(state.objective)) break;
    }
    beta = moved;
    state = next;
    converged = largest * scale < TOLERANCE;
  }
  return {
    coefficients: beta,
    iterations,
    converged,
    gradientNorm: Math.sqrt(state.gradient.reduce((sum, g) => sum + g * g, 0)),
    hessianCholesky: state.factor,
    objective: state.objective,
  };
}

interface Evaluation {
  readonly objective: number;
  /** −∇ objective. */
  readonly gradient: Float64Array<ArrayBuffer>;
  readonly factor: Float64Array<ArrayBuffer>;
}

function evaluate(problem: GlmProblem, beta: Float64Array): Evaluation {
  const observed = accumulate(problem, beta, true);
  const factor = cholesky(observed.hessian, problem.columns);
  if (factor) return { objective: observed.objective, gradient: observed.gradient, factor };
  const expected = accumulate(problem, beta, false);
  for (let jitter = 1e-10; ; jitter *= 100) {
    // Columns that never vary and have no prior leave the Hessian singular: the smallest diagonal that makes it definite.
    const regular = Float64Array.from(expected.hessian);
    for (let j = 0; j < problem.columns; j++) regular[j * problem.columns + j] = (regular[j * problem.columns + j] as number) + jitter;
    const found = cholesky(regular, problem.columns);
    if (found) return { objective: expected.objective, gradient: expected.gradient, factor: found };
  }
}

function accumulate(
  problem: GlmProblem,
  beta: Float64Array,
  observed: boolean,
): { objective: number; gradient: Float64Array<ArrayBuffer>; hessian: Float64Array<ArrayBuffer> } {
  const { rows, columns, design, response, weight, offset, censored, variancePower: k, dispersion, ridge, priorMean } = problem;
  const gradient = new Float64Array(columns);
  const hessian = new Float64Array(columns * columns);
  let objective = 0;
  for (let j = 0; j < columns; j++) {
    const gap = (priorMean[j] as number) - (beta[j] as number);
    const precision = ridge[j] as number;
    gradient[j] = precision * gap;
    hessian[j * columns + j] = precision;
    objective += 0.5 * precision * gap * gap;
  }
  for (let i = 0; i < rows; i++) {
    const w = (weight[i] as number) / dispersion;
    if (w === 0) continue;
    const at = i * columns;
    let linear = offset ? (offset[i] as number) : 0;
    for (let j = 0; j < columns; j++) linear += (design[at + j] as number) * (beta[j] as number);
    linear = Math.min(MAX_LINEAR, Math.max(-MAX_LINEAR, linear));
    const mu = Math.exp(linear);
    const y = response[i] as number;
    let score: number;
    let curvature: number;
    if (censored && censored[i] === 1) {
      const tail = censoredScore(y, mu, k, dispersion);
      objective += (weight[i] as number) * tail.nll;
      score = (weight[i] as number) * tail.score;
      curvature = (weight[i] as number) * tail.curvature;
    } else {
      const shrink = k === 1 ? 1 : mu ** (1 - k);
      objective += w * (k === 1 ? mu - y * linear : k === 2 ? linear + y / mu : (y * shrink) / (k - 1) + (mu * shrink) / (2 - k));
      score = w * shrink * (y - mu);
      curvature = w * shrink * (observed ? (2 - k) * mu + (k - 1) * y : mu);
    }
    for (let j = 0; j < columns; j++) {
      const x = design[at + j] as number;
      if (x === 0) continue;
      gradient[j] = (gradient[j] as number) + score * x;
      const scaled = curvature * x;
      for (let l = 0; l <= j; l++) hessian[j * columns + l] = (hessian[j * columns + l] as number) + scaled * (design[at + l] as number);
    }
  }
  return { objective, gradient, hessian };
}

/**
 * −log P(D ≥ y) of a sold-out row and its derivatives by log μ, under a gamma with mean μ and variance φμ^k (shape μ^(2−k)/φ, scale φμ^(k−1)).
 *
 * Derivatives are central differences with step 1e-3: their relative error is about 1e-7, far below what a censored row can tell. The
 * curvature is kept at 0 or above, as the tail is log-concave in log μ up to the change of shape with μ.
 *
 * @returns nll, score −∂nll/∂log μ and curvature ∂²nll/∂(log μ)²
 */
function censoredScore(y: number, mu: number, k: number, dispersion: number): { nll: number; score: number; curvature: number } {
  const nll = (m: number): number => -logUpperGamma(m ** (2 - k) / dispersion, y / (dispersion * m ** (k - 1)));
  const step = 1e-3;
  const middle = nll(mu);
  const up = nll(mu * Math.exp(step));
  const down = nll(mu * Math.exp(-step));
  return { nll: middle, score: (down - up) / (2 * step), curvature: Math.max(0, (up - 2 * middle + down) / (step * step)) };
}
