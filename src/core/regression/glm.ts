/** The exact solver: a penalised quasi-likelihood regression with log link, by damped Newton. */

import type { Family, FamilyShape } from '../families/family.ts';
import { FAMILY } from '../families/table.ts';
import { type GlmKernel, type GlmSums, MAX_LINEAR, wasmKernel } from '../kernel/glm-kernel.ts';
import { cholesky, choleskySolve, regularCholesky } from '../math/linear-algebra.ts';
import type { FamilyName } from '../vocabulary.ts';

/** Data, weights and prior of one regression. */
export interface GlmProblem extends FamilyShape {
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
  readonly family: FamilyName;
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
  /**
   * Lower Cholesky factor of the (observed or, where that is not positive definite, expected) Hessian at the
   * coefficients.
   */
  readonly hessianCholesky: Float64Array<ArrayBuffer>;
  /** Σ w·nll/φ + ½ Σ ridge (β − mean)², up to terms without β. */
  readonly objective: number;
}

const MAX_ITERATIONS = 50;
const TOLERANCE = 1e-8;
/**
 * Minimises Σ w·nll(y | x'β + offset)/φ + ½ Σ ridge (β − mean)², nll as the family says ({@link Family}). A sold-out row
 * adds −log P(D ≥ y) (censoredScore).
 *
 * Newton with the observed Hessian where it is positive definite, the expected one otherwise; a step that does not
 * lower the objective is halved.
 *
 * @param kernel the WebAssembly kernel of this thread unless told
 * @returns the minimum; `converged` false when 50 steps did not reach it. Inputs are not changed.
 * @throws NotFiniteError when rows, weights or prior are so large that the Hessian is not finite
 */
export function fitGlm(problem: GlmProblem, kernel: GlmKernel = sharedKernel()): GlmFit {
  const { columns } = problem;
  loadRows(problem, kernel);
  let beta = Float64Array.from(problem.start ?? problem.priorMean);
  let state = evaluate(problem, kernel, beta);
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
      moved = beta.map((b, j) => b + scale * step[j]);
      next = evaluate(problem, kernel, moved);
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

/**
 * Gradient (−∇ objective) and Hessian (lower triangle) of a problem at coefficients. @param curvature which Hessian
 */
export function sumsAt(problem: GlmProblem, coefficients: Float64Array, curvature: 'observed' | 'expected'): GlmSums {
  const kernel = sharedKernel();
  loadRows(problem, kernel);
  return accumulate(problem, kernel, coefficients, curvature === 'observed');
}

function loadRows(problem: GlmProblem, kernel: GlmKernel): void {
  const { censored, weight } = problem;
  kernel.load({
    ...problem,
    offset: problem.offset ?? null,
    weight: censored ? weight.map((w, i) => (censored[i] === 1 ? 0 : w)) : weight,
  });
}

let shared: GlmKernel | null = null;

/** One kernel a thread: its memory is reused from fit to fit. */
function sharedKernel(): GlmKernel {
  shared ??= wasmKernel();
  return shared;
}

interface Evaluation {
  readonly objective: number;
  /** −∇ objective. */
  readonly gradient: Float64Array<ArrayBuffer>;
  readonly factor: Float64Array<ArrayBuffer>;
}

function evaluate(problem: GlmProblem, kernel: GlmKernel, beta: Float64Array): Evaluation {
  const observed = accumulate(problem, kernel, beta, true);
  const factor = cholesky(observed.hessian, problem.columns);
  if (factor) return { objective: observed.objective, gradient: observed.gradient, factor };
  const expected = accumulate(problem, kernel, beta, false);
  // Columns that never vary and have no prior leave the Hessian singular.
  return {
    objective: expected.objective,
    gradient: expected.gradient,
    factor: regularCholesky(expected.hessian, problem.columns, 1e-10),
  };
}

/** The rows' sums, the prior's, and those of sold-out rows, which the kernel has seen with weight 0. */
function accumulate(problem: GlmProblem, kernel: GlmKernel, beta: Float64Array, observed: boolean): GlmSums {
  const { rows, columns, design, response, weight, offset, censored, ridge, priorMean } = problem;
  const { objective, gradient, hessian } = kernel.sums(beta, observed);
  let total = objective;
  for (let j = 0; j < columns; j++) {
    const gap = priorMean[j] - beta[j];
    const precision = ridge[j];
    gradient[j] = gradient[j] + precision * gap;
    hessian[j * columns + j] = hessian[j * columns + j] + precision;
    total += 0.5 * precision * gap * gap;
  }
  if (!censored) return { objective: total, gradient, hessian };
  const { logTail } = FAMILY[problem.family];
  for (let i = 0; i < rows; i++) {
    if (censored[i] !== 1) continue;
    const at = i * columns;
    let linear = offset ? offset[i] : 0;
    for (let j = 0; j < columns; j++) linear += design[at + j] * beta[j];
    const tail = censoredScore(
      response[i],
      Math.exp(Math.min(MAX_LINEAR, Math.max(-MAX_LINEAR, linear))),
      logTail,
      problem,
    );
    const w = weight[i];
    total += w * tail.nll;
    for (let j = 0; j < columns; j++) {
      const x = design[at + j];
      gradient[j] = gradient[j] + w * tail.score * x;
      for (let l = 0; l <= j; l++)
        hessian[j * columns + l] = hessian[j * columns + l] + w * tail.curvature * x * design[at + l];
    }
  }
  return { objective: total, gradient, hessian };
}

/**
 * −log P(D ≥ y) of a sold-out row and its derivatives by log μ.
 *
 * Derivatives are central differences with step 1e-3: their relative error is about 1e-7, far below what a censored row
 * can tell. The curvature is kept at 0 or above, as the tail is log-concave in log μ up to the change of shape with μ.
 *
 * @param logTail the family's log P(D ≥ y)
 * @returns nll, score −∂nll/∂log μ and curvature ∂²nll/∂(log μ)²
 */
export function censoredScore(
  y: number,
  mu: number,
  logTail: Family['logTail'],
  shape: FamilyShape,
): { nll: number; score: number; curvature: number } {
  const nll = (m: number): number => -logTail(y, m, shape);
  const step = 1e-3;
  const middle = nll(mu);
  const up = nll(mu * Math.exp(step));
  const down = nll(mu * Math.exp(-step));
  return {
    nll: middle,
    score: (down - up) / (2 * step),
    curvature: Math.max(0, (up - 2 * middle + down) / (step * step)),
  };
}
