/**
 * Cross elasticities of the products of a group, pooled: what one's price does to another's demand. Every pair of
 * products has its own, around a mean that the group shares, and every shop its own around the pair's; how large all
 * these are the rows of all cells say together, and "none at all" is one of the answers that are weighed (hierarchical
 * normal model; grid over its scales as in Gelman et al. 2013, Bayesian Data Analysis, ch. 5).
 */

import type { PriceSlope } from '../demand/price-slope.ts';
import { choleskyInverse, choleskySolve, multiply, regularCholesky, transpose } from '../math/linear-algebra.ts';
import { dot } from '../math/summary.ts';
import { type CrossCell, type Marginal, marginalOf, ownPrior, sharedErrors } from './cross-cell.ts';
import { logDeterminantHalf, plusDiagonal, timesVector } from './symmetric.ts';

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
const PAIR_DEVIATIONS = [0, ...Array.from({ length: 14 }, (_, k) => 0.03 * 10 ** (k / 10))];
/** The same of one shop's around those of its pair. Where no product is in two shops the two are one. */
const SHOP_DEVIATIONS = [0, 0.06, 0.12, 0.25];
/** How what the group shares is spread over others: evenly, or by what they take in (as attraction models have it). */
const SPREADS = ['even', 'by share'] as const;

type Spread = (typeof SPREADS)[number];

export function groupBelief(cells: readonly CrossCell[]): GroupBelief {
  const prior = ownPrior(cells);
  const marginals = cells.map((cell) => marginalOf(cell, prior));
  const products = [...Map.groupBy(cells.keys(), (i) => (cells[i] as CrossCell).product).values()];
  const several = products.some((members) => members.length > 1);
  const alike = several ? sharedErrors(products, cells, marginals) : 0;
  const tried = (several ? SHOP_DEVIATIONS : [0]).flatMap((shop) => {
    const collapsed = marginals.map((marginal) => collapsedOf(marginal, shop));
    return SPREADS.flatMap((spread) => {
      const sums = products.map((members) => sumsOf(members, cells, collapsed, { spread, alike }));
      return PAIR_DEVIATIONS.map((pair) => hypothesisOf(sums, { spread, pair, shop }));
    });
  });
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
    cells: beliefsOfCells(cells, marginals, products, kept),
  };
}

/** A likelihood of what a product's pairs share, a shop's own deviations integrated out: log + φ′r − ½ φ′Sφ. */
interface Collapsed {
  readonly precision: Float64Array;
  readonly information: Float64Array;
  readonly log: number;
}

function collapsedOf({ n, precision, information }: Marginal, shop: number): Collapsed {
  if (shop === 0) return { precision, information, log: 0 };
  const factor = regularCholesky(plusDiagonal(precision, n, 1 / shop ** 2), n, 0);
  const inverse = choleskyInverse(factor, n);
  const solved = timesVector(inverse, information);
  // (S⁻¹ + τ²)⁻¹ = (1/τ²)(1 − (S + 1/τ²)⁻¹/τ²).
  const left = inverse.map((value, at) => ((Math.floor(at / n) === at % n ? 1 : 0) - value / shop ** 2) / shop ** 2);
  return {
    precision: left,
    information: solved.map((value) => value / shop ** 2),
    log: 0.5 * dot(information, solved) - logDeterminantHalf(factor, n) - n * Math.log(shop),
  };
}

/** All that the shops of a product say of its pairs. */
interface ProductSums {
  readonly members: readonly number[];
  /** Of each member: places of the products that it tells of. */
  readonly places: readonly (readonly number[])[];
  readonly n: number;
  readonly precision: Float64Array;
  readonly information: Float64Array;
  /** What a unit of the shared sum gives: S·M. */
  readonly lean: Float64Array;
  readonly log: number;
  /** M′r and M′S M. */
  readonly linear: number;
  readonly curvature: number;
}

function sumsOf(
  members: readonly number[],
  cells: readonly CrossCell[],
  collapsed: readonly Collapsed[],
  { spread, alike }: { readonly spread: Spread; readonly alike: number },
): ProductSums {
  const names = [...new Set(members.flatMap((i) => (cells[i] as CrossCell).of))];
  const placeOf = new Map(names.map((name, k) => [name, k]));
  const n = names.length;
  const [precision, information, lean] = [new Float64Array(n * n), new Float64Array(n), new Float64Array(n)];
  let [log, linear, curvature] = [0, 0, 0];
  // Shops that err alike count as fewer: the design effect of clustered samples (Kish 1965, Survey Sampling).
  const counts = 1 / (1 + (members.length - 1) * alike);
  const places = members.map((i) => {
    const cell = cells[i] as CrossCell;
    const one = collapsed[i] as Collapsed;
    const at = cell.of.map((name) => placeOf.get(name) as number);
    const means = meansOf(cell, spread);
    const moved = timesVector(one.precision, means);
    at.forEach((a, k) => {
      information[a] = information[a] + counts * one.information[k];
      lean[a] = lean[a] + counts * moved[k];
      at.forEach((b, l) => {
        precision[a * n + b] = precision[a * n + b] + counts * one.precision[k * at.length + l];
      });
    });
    log += counts * one.log;
    linear += counts * dot(means, one.information);
    curvature += counts * dot(means, moved);
    return at;
  });
  return { members, places, n, precision, information, lean, log, linear, curvature };
}

function meansOf({ shares, others }: CrossCell, spread: Spread): Float64Array {
  return shares.map((share) => (spread === 'even' ? 1 / others : share));
}

/** Scales of what may be, with the log of how well they explain all rows; 0 is that of no effect at all. */
interface Hypothesis {
  readonly spread: Spread;
  readonly pair: number;
  readonly shop: number;
  readonly log: number;
  /** Posterior of the sum of a product's cross elasticities that the group shares. */
  readonly total: PriceSlope;
  readonly sums: readonly ProductSums[];
}

function hypothesisOf(
  sums: readonly ProductSums[],
  { spread, pair, shop }: Pick<Hypothesis, 'spread' | 'pair' | 'shop'>,
): Hypothesis {
  let [log, linear, curvature] = [0, 0, 1 / TOTAL_DEVIATION ** 2];
  for (const one of sums) {
    const { n, precision, information, lean } = one;
    log += one.log;
    linear += one.linear;
    curvature += one.curvature;
    if (pair === 0) continue;
    // φ = κM + δ: of δ, N(0, τ²), the likelihood with precision S and information r − κSM.
    const factor = regularCholesky(plusDiagonal(precision, n, 1 / pair ** 2), n, 0);
    const solved = choleskySolve(factor, n, information);
    log += 0.5 * dot(information, solved) - logDeterminantHalf(factor, n) - n * Math.log(pair);
    linear -= dot(lean, solved);
    curvature -= dot(lean, choleskySolve(factor, n, lean));
  }
  log += 0.5 * (linear ** 2 / curvature - Math.log(curvature * TOTAL_DEVIATION ** 2));
  return { ...{ spread, pair, shop, log, sums }, total: { value: linear / curvature, variance: 1 / curvature } };
}

type Weighed = Hypothesis & { readonly weight: number };

/** Mean and covariance over hypotheses; no effect has the weight that is left. */
function beliefsOfCells(
  cells: readonly CrossCell[],
  marginals: readonly Marginal[],
  products: readonly (readonly number[])[],
  hypotheses: readonly Weighed[],
): CrossBelief[] {
  const beliefs = new Array<CrossBelief>(cells.length);
  products.forEach((members, p) => {
    const pairs = hypotheses.map((hypothesis) => pairsGiven(hypothesis.sums[p] as ProductSums, hypothesis));
    members.forEach((i, at) => {
      const [cell, marginal] = [cells[i] as CrossCell, marginals[i] as Marginal];
      const given = hypotheses.map((hypothesis, h) => {
        const places = (hypothesis.sums[p] as ProductSums).places[at] as readonly number[];
        return { weight: hypothesis.weight, ...crossGiven(cell, marginal, hypothesis, pairs[h] as PairsGiven, places) };
      });
      beliefs[i] = beliefOf(cell, marginal, given);
    });
  });
  return beliefs;
}

/** What a product's pairs have beside the shared sum: P⁻¹ with P = S + 1/τ², P⁻¹r, and P⁻¹SM. */
interface PairsGiven {
  readonly inverse: Float64Array;
  readonly free: Float64Array;
  readonly lean: Float64Array;
}

function pairsGiven({ n, precision, information, lean }: ProductSums, { pair }: Hypothesis): PairsGiven {
  if (pair === 0) return { inverse: new Float64Array(n * n), free: new Float64Array(n), lean: new Float64Array(n) };
  const factor = regularCholesky(plusDiagonal(precision, n, 1 / pair ** 2), n, 0);
  return {
    inverse: choleskyInverse(factor, n),
    free: choleskySolve(factor, n, information),
    lean: choleskySolve(factor, n, lean),
  };
}

interface CrossGiven {
  readonly value: Float64Array;
  readonly covariance: Float64Array;
}

/** Cross elasticities of a cell under a hypothesis, the shared sum's own doubt included. */
function crossGiven(
  cell: CrossCell,
  { n, precision, information }: Marginal,
  { spread, shop, total }: Hypothesis,
  pairs: PairsGiven,
  places: readonly number[],
): CrossGiven {
  const size = pairs.free.length;
  const lean = meansOf(cell, spread).map((m, a) => m - pairs.lean[places[a] as number]);
  const value = lean.map((l, a) => l * total.value + pairs.free[places[a] as number]);
  const covariance = new Float64Array(n * n);
  for (let a = 0; a < n; a++)
    for (let b = 0; b < n; b++)
      covariance[a * n + b] =
        pairs.inverse[(places[a] as number) * size + (places[b] as number)] + total.variance * lean[a] * lean[b];
  if (shop === 0) return { value, covariance };
  // γ = φ + ε: given φ, ε has precision S + 1/τ² and mean G(r − Sφ), so that γ = Gφ/τ² + Gr.
  const inverse = choleskyInverse(regularCholesky(plusDiagonal(precision, n, 1 / shop ** 2), n, 0), n);
  const kept = inverse.map((entry) => entry / shop ** 2);
  const own = timesVector(inverse, information);
  const through = multiply(multiply(kept, covariance, n), transpose(kept, n), n);
  return {
    value: timesVector(kept, value).map((one, a) => one + own[a]),
    covariance: through.map((entry, at) => entry + inverse[at]),
  };
}

function beliefOf(
  cell: CrossCell,
  { n, against }: Marginal,
  given: readonly (CrossGiven & { readonly weight: number })[],
): CrossBelief {
  const size = n + 1;
  const mean = new Float64Array(n);
  const square = new Float64Array(n * n);
  for (const { weight, value, covariance } of given)
    for (let a = 0; a < n; a++) {
      mean[a] = mean[a] + weight * value[a];
      for (let b = 0; b < n; b++)
        square[a * n + b] = square[a * n + b] + weight * (covariance[a * n + b] + value[a] * value[b]);
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
