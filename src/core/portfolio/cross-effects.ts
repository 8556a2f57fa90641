/**
 * Cross elasticities of the products of a group, pooled: what one's price does to another's demand. Every pair has its
 * own, around a mean that the group shares; how large both are the rows of all cells say together, and "none at all" is
 * one of the answers that are weighed (hierarchical normal model; grid over its scales as in Gelman et al. 2013,
 * Bayesian Data Analysis, ch. 5).
 */

import type { CrossEvidence } from '../demand/cross-evidence.ts';
import type { PriceSlope } from '../demand/price-slope.ts';
import { PUBLISHED_ELASTICITY } from '../market/data/published-elasticities.ts';
import { choleskyInverse, choleskySolve, regularCholesky } from '../math/linear-algebra.ts';

/** A cell of a group. */
export interface CrossCell {
  readonly evidence: CrossEvidence;
  /** What its model believes of its own elasticity at today's price where no other price moves; variance > 0. */
  readonly own: PriceSlope;
  /** Of each other that its evidence tells of, in that order: its share of what the others take in, > 0, adding to 1 over all others of the group. */
  readonly shares: Float64Array;
  /** Others of the group, told or not, at least one. */
  readonly others: number;
}

/** Own elasticity first, then the cross elasticities that its evidence tells of: a normal belief. */
export interface CrossBelief {
  readonly mean: Float64Array;
  /** Row-major. */
  readonly covariance: Float64Array;
}

export interface GroupBelief {
  /** Probability that prices of the group have any effect on each other's demand, 0-1. */
  readonly probability: number;
  /** What a rise of all other prices by one percent does to a product's demand, percent, where there is any effect: mean. */
  readonly total: number;
  /** In the order of the cells. */
  readonly cells: readonly CrossBelief[];
}

/** Before any row is seen: nothing at all is as likely as something. */
const NONE = 0.5;
/** Prior standard deviation of the sum of a product's cross elasticities, around 0. */
const TOTAL_DEVIATION = 0.5;
/** Standard deviations of single cross elasticities around what the group shares; one is as likely as another. */
const PAIR_DEVIATIONS = [0, 0.03, 0.06, 0.12, 0.25, 0.5];
/** How what the group shares is spread over others: evenly, or by what they take in (as attraction models have it). */
const SPREADS = ['even', 'by share'] as const;

type Spread = (typeof SPREADS)[number];

/** A cell's likelihood of its cross elasticities, the own one integrated out. */
interface Marginal {
  /** Others told. */
  readonly n: number;
  /** What the own elasticity falls by for a rise of each cross elasticity. */
  readonly against: Float64Array;
  /** Row-major. */
  readonly precision: Float64Array;
  readonly information: Float64Array;
}

export function groupBelief(cells: readonly CrossCell[]): GroupBelief {
  const prior = ownPrior(cells);
  const marginals = cells.map((cell) => marginalOf(cell, prior));
  const tried = SPREADS.flatMap((spread) =>
    PAIR_DEVIATIONS.map((deviation) => hypothesisOf(cells, marginals, spread, deviation)),
  );
  const most = Math.max(0, ...tried.map(({ log }) => log));
  const weights = tried.map(({ log }) => ((1 - NONE) / tried.length) * Math.exp(log - most));
  const none = NONE * Math.exp(-most);
  const all = none + weights.reduce((sum, weight) => sum + weight, 0);
  const kept = tried.flatMap((hypothesis, h) => {
    const weight = (weights[h] as number) / all;
    return weight > 1e-4 ? [{ ...hypothesis, weight }] : [];
  });
  const probability = 1 - none / all;
  return {
    probability,
    total:
      probability === 0 ? 0 : kept.reduce((sum, { weight, total }) => sum + (weight / probability) * total.value, 0),
    cells: cells.map((cell, i) => beliefOf(cell, marginals[i] as Marginal, kept)),
  };
}

/** Standard deviations of own elasticities among the cells of a group that are weighed. */
const OWN_DEVIATIONS = [0.1, 0.2, 0.3, 0.5, 0.8, 1.2];
/** Standard deviation of cross elasticities while own ones are compared. */
const CROSS_DEVIATION = 0.25;

/**
 * How own elasticities lie among the cells, beside those of others: the deviation that explains them best, around a mean
 * that is told by what was published where they are few (N(−2.62, 1), as cells of an unknown type have).
 */
function ownPrior(cells: readonly CrossCell[]): PriceSlope {
  const told = cells.map(({ evidence: { precision, information } }) => {
    const n = information.length;
    const factor = regularCholesky(
      precision.map((value, at) =>
        at > 0 && Math.floor(at / n) === at % n ? value + 1 / CROSS_DEVIATION ** 2 : value,
      ),
      n,
      0,
    );
    return { value: choleskySolve(factor, n, information)[0], variance: choleskyInverse(factor, n)[0] };
  });
  const { mean, standardDeviation } = PUBLISHED_ELASTICITY;
  const tried = OWN_DEVIATIONS.map((deviation) => {
    let [weight, sum, log] = [1 / standardDeviation ** 2, mean / standardDeviation ** 2, 0];
    let squares = mean ** 2 / standardDeviation ** 2;
    for (const { value, variance } of told) {
      const precision = 1 / (variance + deviation ** 2);
      weight += precision;
      sum += precision * value;
      squares += precision * value ** 2;
      log += 0.5 * Math.log(precision);
    }
    log -= 0.5 * (squares - sum ** 2 / weight + Math.log(weight));
    return { value: sum / weight, variance: deviation ** 2 + 1 / weight, log };
  });
  return tried.reduce((best, one) => (one.log > best.log ? one : best));
}

function marginalOf({ evidence: { precision, information } }: CrossCell, prior: PriceSlope): Marginal {
  const size = information.length;
  const n = size - 1;
  const own = precision[0] + 1 / prior.variance;
  const against = Float64Array.from({ length: n }, (_, a) => precision[(a + 1) * size] / own);
  const ownMean = (information[0] + prior.value / prior.variance) / own;
  const left = new Float64Array(n * n);
  for (let a = 0; a < n; a++)
    for (let b = 0; b < n; b++) left[a * n + b] = precision[(a + 1) * size + b + 1] - own * against[a] * against[b];
  return {
    ...{ n, against },
    precision: left,
    information: Float64Array.from({ length: n }, (_, a) => information[a + 1] - own * against[a] * ownMean),
  };
}

/** What the group may share, with the log of how well it explains all rows; 0 is that of no effect at all. */
interface Hypothesis {
  readonly spread: Spread;
  readonly deviation: number;
  readonly log: number;
  /** Posterior of the sum of a product's cross elasticities that the group shares. */
  readonly total: PriceSlope;
}

function meansOf({ shares, others }: CrossCell, spread: Spread): Float64Array {
  return shares.map((share) => (spread === 'even' ? 1 / others : share));
}

function hypothesisOf(
  cells: readonly CrossCell[],
  marginals: readonly Marginal[],
  spread: Spread,
  deviation: number,
): Hypothesis {
  let [log, linear, curvature] = [0, 0, 1 / TOTAL_DEVIATION ** 2];
  cells.forEach((cell, i) => {
    const { precision, information, n } = marginals[i] as Marginal;
    const means = meansOf(cell, spread);
    const moved = timesVector(precision, means);
    if (deviation === 0) {
      linear += dot(means, information);
      curvature += dot(means, moved);
      return;
    }
    // γ = κM + δ: of δ, N(0, τ²), the likelihood with precision S and information r − κSM.
    const factor = regularCholesky(plusDiagonal(precision, n, 1 / deviation ** 2), n, 0);
    const solved = choleskySolve(factor, n, information);
    const solvedMoved = choleskySolve(factor, n, moved);
    log += 0.5 * dot(information, solved) - logDeterminantHalf(factor, n) - n * Math.log(deviation);
    linear += dot(means, information) - dot(moved, solved);
    curvature += dot(means, moved) - dot(moved, solvedMoved);
  });
  log += 0.5 * (linear ** 2 / curvature - Math.log(curvature * TOTAL_DEVIATION ** 2));
  return { spread, deviation, log, total: { value: linear / curvature, variance: 1 / curvature } };
}

/** Mean and covariance over hypotheses; no effect has the weight that is left. */
function beliefOf(
  cell: CrossCell,
  marginal: Marginal,
  hypotheses: readonly (Hypothesis & { readonly weight: number })[],
): CrossBelief {
  const { n, against } = marginal;
  const size = n + 1;
  const mean = new Float64Array(n);
  const square = new Float64Array(n * n);
  for (const { weight, ...hypothesis } of hypotheses) {
    const { value, covariance } = crossGiven(cell, marginal, hypothesis);
    for (let a = 0; a < n; a++) {
      mean[a] = mean[a] + weight * value[a];
      for (let b = 0; b < n; b++)
        square[a * n + b] = square[a * n + b] + weight * (covariance[a * n + b] + value[a] * value[b]);
    }
  }
  const cross = square.map((value, at) => value - mean[Math.floor(at / n)] * mean[at % n]);
  const joint = new Float64Array(size * size);
  const withOwn = timesVector(cross, against);
  // As its model believes it without cross effects, moved and widened by what these take of it.
  joint[0] = cell.own.variance + dot(against, withOwn);
  for (let a = 0; a < n; a++) {
    joint[a + 1] = -withOwn[a];
    joint[(a + 1) * size] = -withOwn[a];
    for (let b = 0; b < n; b++) joint[(a + 1) * size + b + 1] = cross[a * n + b];
  }
  return { mean: Float64Array.of(cell.own.value - dot(against, mean), ...mean), covariance: joint };
}

/** Cross elasticities of a cell under a hypothesis, the shared sum's own doubt included. */
function crossGiven(
  cell: CrossCell,
  { n, precision, information }: Marginal,
  { spread, deviation, total }: Hypothesis,
): { readonly value: Float64Array; readonly covariance: Float64Array } {
  const means = meansOf(cell, spread);
  let [value, lean, covariance] = [means.map((m) => m * total.value), means, new Float64Array(n * n)];
  if (deviation > 0) {
    const factor = regularCholesky(plusDiagonal(precision, n, 1 / deviation ** 2), n, 0);
    covariance = choleskyInverse(factor, n);
    // δ = P⁻¹(r − κSM).
    const moved = timesVector(precision, means);
    const free = choleskySolve(factor, n, information);
    const slope = choleskySolve(factor, n, moved);
    lean = means.map((m, a) => m - slope[a]);
    value = lean.map((l, a) => l * total.value + free[a]);
  }
  return {
    value,
    covariance: covariance.map((c, at) => c + total.variance * lean[Math.floor(at / n)] * lean[at % n]),
  };
}

function plusDiagonal(matrix: Float64Array, n: number, value: number): Float64Array {
  return matrix.map((entry, at) => (Math.floor(at / n) === at % n ? entry + value : entry));
}

function timesVector(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  return Float64Array.from(vector, (_, a) => vector.reduce((sum, value, b) => sum + matrix[a * n + b] * value, 0));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** ½ log of the determinant of a matrix, by its factor. */
function logDeterminantHalf(factor: Float64Array, n: number): number {
  let log = 0;
  for (let j = 0; j < n; j++) log += Math.log(factor[j * n + j]);
  return log;
}
