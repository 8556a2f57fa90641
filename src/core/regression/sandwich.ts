/** The covariance of fitted coefficients. */

import { FAMILY } from '../families/table.ts';
import { invert, multiply, transpose } from '../math/linear-algebra.ts';
import { PERIOD_DAYS } from '../series/periods.ts';
import type { Frequency } from '../vocabulary.ts';
import type { SimulatedPrior } from './fit-input.ts';
import type { Footing } from './footing.ts';
import { censoredScore } from './glm.ts';
import { discountOver } from './level-filter.ts';
import { matchSimulator, type Solution } from './objective.ts';
import { boundedMean, type Regression } from './plan.ts';
import { type Simulator, simulatedRows } from './simulator.ts';

/** Rows whose scores are added before they are squared: a week of days, a month of weeks, a quarter of months. */
export const CLUSTER_ROWS: Readonly<Record<Frequency, number>> = { daily: 7, weekly: 4, monthly: 3 };

/** Row-major columns × columns. */
interface ScoreSums {
  /** Σ over clusters of the outer product of their summed scores. */
  readonly meat: Float64Array;
  /** How the mean score moves with the coefficients. */
  readonly bread: Float64Array;
}

/**
 * Covariance of the coefficients, A⁻¹ (Σ w² s sᵀ + τ H_sim + Λ) A⁻ᵀ: the settled sandwich with the bread that the level
 * filter asks for.
 *
 * The score of a row is s = (y − μ) μ x / (φ V(μ)), V the family's variance. Its mean moves with the coefficients not
 * by x but by x̃ = x − x̄, as the filter's level falls by what the regression rises (∂ log level / ∂β = −x̄, the
 * discounted mean of earlier rows). So A = Σ w · x x̃ᵀ + Λ with weight μ²/(φ V(μ)) (Godambe 1960: sensitivity matrix of
 * an estimating equation). Without a level x̃ = x and A = H.
 *
 * @param mean without level, one an own row
 * @returns row-major columns × columns, and the diagonal of A⁻¹: variances if rows are independent and the spec right
 */
export function sandwich(
  regression: Regression,
  { footing, simulated, coefficients, precisions }: Solution,
  mean: Float64Array,
): { covariance: Float64Array; plainVariances: Float64Array } {
  const width = regression.plan.columns.length;
  const { meat, bread } = scoreSums(regression, footing, mean);
  for (let j = 0; j < width; j++) {
    for (let l = 0; l < j; l++) meat[l * width + j] = meat[j * width + l];
  }
  if (regression.simulator && simulated && simulated.tau > 0) {
    const hessian = hessianOfSimulated(regression, footing, simulated, coefficients);
    for (let j = 0; j < meat.length; j++) {
      meat[j] = meat[j] + hessian[j];
      bread[j] = bread[j] + hessian[j];
    }
  }
  for (let j = 0; j < width; j++) {
    meat[j * width + j] = meat[j * width + j] + precisions[j];
    bread[j * width + j] = bread[j * width + j] + precisions[j];
  }
  const inverse = invert(bread, width);
  return {
    covariance: multiply(multiply(inverse, meat, width), transpose(inverse, width), width),
    plainVariances: Float64Array.from({ length: width }, (_, j) => inverse[j * width + j]),
  };
}

/** Of the own rows; of `meat` the lower triangle only. */
function scoreSums(regression: Regression, footing: Footing, mean: Float64Array): ScoreSums {
  const { series, design, response, weight, rows, spec, censored } = regression;
  const { offset, dispersion } = footing;
  const width = regression.plan.columns.length;
  const { variance, logTail } = FAMILY[spec.family];
  const meat = new Float64Array(width * width);
  const bread = new Float64Array(width * width);
  const periodDays = PERIOD_DAYS[series.frequency];
  const discounted = new Float64Array(width);
  let mass = 3;
  let previous = rows > 0 ? series.days[0] : 0;
  const moved = new Float64Array(width);
  const sum = new Float64Array(width);
  const clusterRows = CLUSTER_ROWS[series.frequency];
  for (let i = 0; i < rows; i++) {
    const at = i * width;
    const day = series.days[i];
    if (spec.fastDiscount < 1) {
      const keep = discountOver(spec.fastDiscount, (day - previous) / periodDays);
      previous = day;
      mass = keep * mass + spec.relaxation;
      for (let j = 0; j < width; j++) {
        discounted[j] = keep * discounted[j];
        moved[j] = design[at + j] - discounted[j] / mass;
      }
      const share = mean[i];
      mass += share;
      for (let j = 0; j < width; j++) discounted[j] = discounted[j] + share * design[at + j];
    } else moved.set(design.subarray(at, at + width));
    const mu = mean[i] * Math.exp(offset[i]);
    const gain = (weight[i] * mu) / (variance(mu, footing) * dispersion);
    let score = gain * (response[i] - mu);
    let sensitivity = gain * mu;
    if (censored?.[i] === 1) {
      // A row that sold out says that demand was no less, and tells so much less.
      const tail = censoredScore(response[i], mu, logTail, footing);
      score = weight[i] * tail.score;
      sensitivity = weight[i] * tail.curvature;
    }
    if (i % clusterRows === 0) sum.fill(0);
    for (let j = 0; j < width; j++) {
      const x = design[at + j];
      sum[j] = sum[j] + score * x;
      if (x === 0) continue;
      for (let l = 0; l < width; l++) bread[j * width + l] = bread[j * width + l] + sensitivity * x * moved[l];
    }
    if (i % clusterRows === clusterRows - 1 || i === rows - 1) {
      for (let j = 0; j < width; j++) {
        for (let l = 0; l <= j; l++) meat[j * width + l] = meat[j * width + l] + sum[j] * sum[l];
      }
    }
  }
  return { meat, bread };
}

/** τ · expected Hessian of the simulated rows at the coefficients, over φ. Row-major columns × columns. */
function hessianOfSimulated(
  regression: Regression,
  footing: Footing,
  simulated: SimulatedPrior,
  coefficients: Float64Array,
): Float64Array {
  const width = regression.plan.columns.length;
  const rows = simulatedRows(regression.simulator as Simulator, matchSimulator(regression, footing), simulated.rows);
  const { variance } = FAMILY[regression.spec.family];
  const hessian = new Float64Array(width * width);
  for (let i = 0; i < simulated.rows; i++) {
    const at = i * width;
    let linear = rows.offset[i];
    for (let j = 0; j < width; j++) linear += rows.design[at + j] * coefficients[j];
    const mu = boundedMean(linear);
    const curvature = ((simulated.tau / simulated.rows) * mu * mu) / (variance(mu, footing) * footing.dispersion);
    for (let j = 0; j < width; j++) {
      const x = curvature * rows.design[at + j];
      if (x === 0) continue;
      for (let l = 0; l < width; l++) hessian[j * width + l] = hessian[j * width + l] + x * rows.design[at + l];
    }
  }
  return hessian;
}
