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
  /** {@link GlmFit.factor} of a fit of much the same problem, with the coefficients of that fit as start. */
  readonly startFactor?: Float64Array<ArrayBuffer> | null;
}

export interface GlmFit {
  readonly coefficients: Float64Array<ArrayBuffer>;
  /** Newton's steps, each with a curvature of its own. */
  readonly iterations: number;
  /** The largest step fell below 1e-8. */
  readonly converged: boolean;
  /**
   * Lower Cholesky factor of the (observed or, where that is not positive definite, expected) Hessian at coefficients
   * near those found: the curvature that the last steps were taken along.
   */
  readonly factor: Float64Array<ArrayBuffer>;
}

const MAX_ITERATIONS = 50;
const TOLERANCE = 1e-8;
/** Newton's steps no longer than this are followed by steps along the curvature that they were taken on. */
const NEAR = 0.1;
/** What steps along a known curvature may leave of a coefficient: below what Newton's last step does as a rule. */
const LEFT = 1e-11;
/** So many gradients cost as much as a curvature, and the steps that it saves. */
const MOST_GRADIENTS = 8;
/**
 * Minimises Σ w·nll(y | x'β + offset)/φ + ½ Σ ridge (β − mean)², nll as the family says ({@link Family}). A sold-out row
 * adds −log P(D ≥ y) (censoredScore).
 *
 * Newton with the observed Hessian where it is positive definite, the expected one otherwise; a step that does not
 * lower the objective is halved.
 *
 * Near the minimum, and from the start where a curvature is given, steps are taken along a curvature that is known
 * (the simplified Newton method of Deuflhard 2004, Newton Methods for Nonlinear Problems, §2.1.2) as long as they shrink
 * fast: the objective is convex, so they lead to the same minimum.
 *
 * @param kernel the WebAssembly kernel of this thread unless told
 * @returns the minimum; `converged` false when 50 steps did not reach it. Inputs are not changed.
 * @throws NotFiniteError when rows, weights or prior are so large that the Hessian is not finite
 */
export function fitGlm(problem: GlmProblem, kernel: GlmKernel = sharedKernel()): GlmFit {
  const { columns, startFactor } = problem;
  loadRows(problem, kernel);
  let beta = new Float64Array(problem.start ?? problem.priorMean);
  if (startFactor) {
    const near = alongCurvature(problem, kernel, startFactor, beta, null);
    if (near.converged) return { ...near, iterations: 0, factor: startFactor };
    beta = near.coefficients;
  }
  let state = evaluate(problem, kernel, beta);
  let iterations = 0;
  let converged = false;
  while (iterations < MAX_ITERATIONS && !converged) {
    iterations++;
    const step = choleskySolve(state.factor, columns, state.gradient);
    const largest = largestOf(step);
    // 1e-12 relative: the last steps change the objective by rounding only.
    const most = state.objective + 1e-12 * Math.abs(state.objective);
    if (largest < NEAR && largest >= TOLERANCE) {
      const near = alongCurvature(problem, kernel, state.factor, added(beta, step, 1), largest);
      if (near.converged) return { ...near, iterations, factor: state.factor };
      const there = evaluate(problem, kernel, near.coefficients);
      if (there.objective <= most) {
        [beta, state] = [near.coefficients, there];
        continue;
      }
    }
    // A first step from far away may be wild: no coefficient moves by more than 3 at once.
    let scale = largest > 3 ? 3 / largest : 1;
    let next = state;
    let moved = beta;
    for (let halvings = 0; halvings < 20; halvings++, scale /= 2) {
      moved = added(beta, step, scale);
      next = evaluate(problem, kernel, moved);
      if (next.objective <= most) break;
    }
    beta = moved;
    state = next;
    converged = largest * scale < TOLERANCE;
  }
  return { coefficients: beta, iterations, converged, factor: state.factor };
}

/**
 * Steps along a curvature that is known, as long as each is so much shorter than the one before that few are left.
 *
 * @param last longest move of a coefficient in the step that led to `beta`; null where none did: the curvature is then
 * another problem's, and the first step tells nothing of how fast they shrink
 * @returns where they ended, and whether no coefficient is further than {@link LEFT} from the minimum
 */
function alongCurvature(
  problem: GlmProblem,
  kernel: GlmKernel,
  factor: Float64Array,
  beta: Float64Array<ArrayBuffer>,
  last: number | null,
): Pick<GlmFit, 'coefficients' | 'converged'> {
  let coefficients = beta;
  let before = last;
  for (let taken = 0; taken < 2 * MOST_GRADIENTS; taken++) {
    const step = choleskySolve(factor, problem.columns, gradientAt(problem, kernel, coefficients));
    const largest = largestOf(step);
    const rate = before === null ? null : largest / before;
    // Not-a-number goes no further.
    if (!(rate === null ? largest < NEAR : rate < 1)) break;
    coefficients = added(coefficients, step, 1);
    before = largest;
    if (rate === null) continue;
    if (largest * rate <= LEFT * (1 - rate)) return { coefficients, converged: true };
    if (Math.log(LEFT / largest) < MOST_GRADIENTS * Math.log(rate)) break;
  }
  return { coefficients, converged: false };
}

function largestOf(step: Float64Array): number {
  let largest = 0;
  for (let j = 0; j < step.length; j++) largest = Math.max(largest, Math.abs(step[j]));
  return largest;
}

function added(beta: Float64Array, step: Float64Array, scale: number): Float64Array<ArrayBuffer> {
  const moved = new Float64Array(beta);
  for (let j = 0; j < moved.length; j++) moved[j] = moved[j] + scale * step[j];
  return moved;
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
  const { columns, design, ridge, priorMean } = problem;
  const { objective, gradient, hessian } = kernel.sums(beta, observed);
  let total = objective;
  for (let j = 0; j < columns; j++) {
    const gap = priorMean[j] - beta[j];
    hessian[j * columns + j] = hessian[j * columns + j] + ridge[j];
    total += 0.5 * ridge[j] * gap * gap;
  }
  addPrior(problem, beta, gradient);
  eachSoldOut(problem, beta, (i, w, tail) => {
    const at = i * columns;
    total += w * tail.nll;
    for (let j = 0; j < columns; j++) {
      const x = design[at + j];
      gradient[j] = gradient[j] + w * tail.score * x;
      for (let l = 0; l <= j; l++)
        hessian[j * columns + l] = hessian[j * columns + l] + w * tail.curvature * x * design[at + l];
    }
  });
  return { objective: total, gradient, hessian };
}

/** The gradient of {@link accumulate} alone. */
function gradientAt(problem: GlmProblem, kernel: GlmKernel, beta: Float64Array): Float64Array<ArrayBuffer> {
  const { columns, design } = problem;
  const gradient = kernel.gradient(beta);
  addPrior(problem, beta, gradient);
  eachSoldOut(problem, beta, (i, w, { score }) => {
    for (let j = 0; j < columns; j++) gradient[j] = gradient[j] + w * score * design[i * columns + j];
  });
  return gradient;
}

function addPrior({ columns, ridge, priorMean }: GlmProblem, beta: Float64Array, gradient: Float64Array): void {
  for (let j = 0; j < columns; j++) gradient[j] = gradient[j] + ridge[j] * (priorMean[j] - beta[j]);
}

function eachSoldOut(
  problem: GlmProblem,
  beta: Float64Array,
  visit: (row: number, weight: number, tail: ReturnType<typeof censoredScore>) => void,
): void {
  const { rows, columns, design, response, weight, offset, censored } = problem;
  if (!censored) return;
  const { logTail } = FAMILY[problem.family];
  for (let i = 0; i < rows; i++) {
    if (censored[i] !== 1) continue;
    const at = i * columns;
    let linear = offset ? offset[i] : 0;
    for (let j = 0; j < columns; j++) linear += design[at + j] * beta[j];
    const mu = Math.exp(Math.min(MAX_LINEAR, Math.max(-MAX_LINEAR, linear)));
    visit(i, weight[i], censoredScore(response[i], mu, logTail, problem));
  }
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
