/** The exact solver: a penalised quasi-likelihood regression with log link, by damped Newton. */

import { type GlmKernel, type GlmSums, MAX_LINEAR, wasmKernel } from '../kernel/glm-kernel.ts';
import { logUpperGamma } from '../math/gamma-tail.ts';
import { cholesky, choleskySolve } from '../math/linear-algebra.ts';
import { logNegativeBinomialTail } from '../math/negative-binomial.ts';

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
  /** α > 0 makes it NB2: variance φ(μ + αμ²), φ the size of a piece in units of the response. 0 unless given. */
  readonly inverseSize?: number;
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
/**
 * Minimises Σ w·nll(y | x'β + offset)/φ + ½ Σ ridge (β − mean)². The negative quasi-log-likelihood of variance μ^k is μ − y log μ for
 * k = 1, log μ + y/μ for k = 2 and y·μ^(1−k)/(k−1) + μ^(2−k)/(2−k) between (McCullagh & Nelder 1989, §9.2; Wedderburn 1974); NB2's is
 * (y + 1/α) log(1 + αμ) − y log μ (Lawless 1987). A sold-out row adds −log P(D ≥ y) (censoredScore).
 *
 * Newton with the observed Hessian where it is positive definite, the expected one otherwise; a step that does not lower the objective is halved.
 *
 * @param kernel the WebAssembly kernel of this thread unless told
 * @returns the minimum; `converged` false when 50 steps did not reach it. Inputs are not changed.
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
      moved = beta.map((b, j) => b + scale * (step[j] as number));
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

/** Gradient (−∇ objective) and Hessian (lower triangle) of a problem at coefficients. @param observed the observed Hessian, else the expected one */
export function sumsAt(problem: GlmProblem, coefficients: Float64Array, observed: boolean): GlmSums {
  const kernel = sharedKernel();
  loadRows(problem, kernel);
  return accumulate(problem, kernel, coefficients, observed);
}

function loadRows(problem: GlmProblem, kernel: GlmKernel): void {
  const { censored, weight } = problem;
  kernel.load({
    ...problem,
    inverseSize: problem.inverseSize ?? 0,
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
  for (let jitter = 1e-10; ; jitter *= 100) {
    // Columns that never vary and have no prior leave the Hessian singular: the smallest diagonal that makes it definite.
    const regular = Float64Array.from(expected.hessian);
    for (let j = 0; j < problem.columns; j++) regular[j * problem.columns + j] = (regular[j * problem.columns + j] as number) + jitter;
    const found = cholesky(regular, problem.columns);
    if (found) return { objective: expected.objective, gradient: expected.gradient, factor: found };
  }
}

/** The rows' sums, the prior's, and those of sold-out rows, which the kernel has seen with weight 0. */
function accumulate(problem: GlmProblem, kernel: GlmKernel, beta: Float64Array, observed: boolean): GlmSums {
  const { rows, columns, design, response, weight, offset, censored, ridge, priorMean } = problem;
  const { objective, gradient, hessian } = kernel.sums(beta, observed);
  let total = objective;
  for (let j = 0; j < columns; j++) {
    const gap = (priorMean[j] as number) - (beta[j] as number);
    const precision = ridge[j] as number;
    gradient[j] = (gradient[j] as number) + precision * gap;
    hessian[j * columns + j] = (hessian[j * columns + j] as number) + precision;
    total += 0.5 * precision * gap * gap;
  }
  if (!censored) return { objective: total, gradient, hessian };
  for (let i = 0; i < rows; i++) {
    if (censored[i] !== 1) continue;
    const at = i * columns;
    let linear = offset ? (offset[i] as number) : 0;
    for (let j = 0; j < columns; j++) linear += (design[at + j] as number) * (beta[j] as number);
    const tail = censoredScore(response[i] as number, Math.exp(Math.min(MAX_LINEAR, Math.max(-MAX_LINEAR, linear))), problem);
    const w = weight[i] as number;
    total += w * tail.nll;
    for (let j = 0; j < columns; j++) {
      const x = design[at + j] as number;
      gradient[j] = (gradient[j] as number) + w * tail.score * x;
      for (let l = 0; l <= j; l++) hessian[j * columns + l] = (hessian[j * columns + l] as number) + w * tail.curvature * x * (design[at + l] as number);
    }
  }
  return { objective: total, gradient, hessian };
}

/**
 * −log P(D ≥ y) of a sold-out row and its derivatives by log μ. Under a gamma with mean μ and variance φμ^k (shape μ^(2−k)/φ, scale φμ^(k−1));
 * for NB2 under the negative binomial in pieces, of which a unit of the response holds 1/φ.
 *
 * Derivatives are central differences with step 1e-3: their relative error is about 1e-7, far below what a censored row can tell. The
 * curvature is kept at 0 or above, as the tail is log-concave in log μ up to the change of shape with μ.
 *
 * @returns nll, score −∂nll/∂log μ and curvature ∂²nll/∂(log μ)²
 */
export function censoredScore(
  y: number,
  mu: number,
  family: Pick<GlmProblem, 'variancePower' | 'inverseSize' | 'dispersion'>,
): { nll: number; score: number; curvature: number } {
  const { variancePower: k, inverseSize = 0, dispersion } = family;
  const nll = (m: number): number =>
    inverseSize > 0
      ? -logNegativeBinomialTail(Math.ceil(y / dispersion - 1e-9), m / dispersion, 1 / (inverseSize * dispersion))
      : -logUpperGamma(m ** (2 - k) / dispersion, y / (dispersion * m ** (k - 1)));
  const step = 1e-3;
  const middle = nll(mu);
  const up = nll(mu * Math.exp(step));
  const down = nll(mu * Math.exp(-step));
  return { nll: middle, score: (down - up) / (2 * step), curvature: Math.max(0, (up - 2 * middle + down) / (step * step)) };
}
