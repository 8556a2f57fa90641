/** What cells say of their cross elasticities, the own one integrated out. */

import type { CrossEvidence } from '../demand/cross-evidence.ts';
import type { PriceSlope } from '../demand/price-slope.ts';
import { PUBLISHED_ELASTICITY } from '../market/data/published-elasticities.ts';
import { choleskyInverse, choleskySolve, regularCholesky } from '../math/linear-algebra.ts';

/** A cell of a group. */
export interface CrossCell {
  readonly product: string;
  /** Products that its evidence tells of, in that order. */
  readonly of: readonly string[];
  readonly evidence: CrossEvidence;
  /** What its model believes of its own elasticity at today's price where no other price moves; variance > 0. */
  readonly own: PriceSlope;
  /** What each of them takes in, as a share of what all others of its shop's group do: > 0, at most 1 together. */
  readonly shares: Float64Array;
  /** Others of the group, told or not, at least one. */
  readonly others: number;
}

/** A cell's likelihood of its cross elasticities, the own one integrated out. */
export interface Marginal {
  /** Others told. */
  readonly n: number;
  /** What the own elasticity falls by for a rise of each cross elasticity. */
  readonly against: Float64Array;
  /** Row-major. */
  readonly precision: Float64Array;
  readonly information: Float64Array;
}

/** Standard deviations of own elasticities among the cells of a group that are weighed. */
const OWN_DEVIATIONS = [0.1, 0.2, 0.3, 0.5, 0.8, 1.2];
/** Standard deviation of cross elasticities while own ones are compared. */
const CROSS_DEVIATION = 0.25;

/**
 * How own elasticities lie among the cells, beside those of others: the deviation that explains them best, around a
 * mean that is told by what was published where they are few (N(−2.62, 1), as cells of an unknown type have).
 */
export function ownPrior(cells: readonly CrossCell[]): PriceSlope {
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

export function marginalOf({ evidence: { precision, information } }: CrossCell, prior: PriceSlope): Marginal {
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

/**
 * How much shops of a product err alike, as a correlation: what moves demand in all of them at once, and is in no
 * column, moves their estimates together, so that these differ by less than their variances say (Cochran's Q over its
 * degrees of freedom is 1 − ρ where all have one truth). True differences hide some of it.
 */
export function sharedErrors(
  products: readonly (readonly number[])[],
  cells: readonly CrossCell[],
  marginals: readonly Marginal[],
): number {
  let [squares, degrees] = [0, 0];
  for (const members of products) {
    const byPair = new Map<string, { readonly value: number; readonly weight: number }[]>();
    for (const i of members.length > 1 ? members : []) {
      const { n, precision, information } = marginals[i] as Marginal;
      const factor = regularCholesky(precision, n, 1e-6);
      const [values, inverse] = [choleskySolve(factor, n, information), choleskyInverse(factor, n)];
      (cells[i] as CrossCell).of.forEach((name, k) => {
        byPair.set(name, [...(byPair.get(name) ?? []), { value: values[k], weight: 1 / inverse[k * n + k] }]);
      });
    }
    for (const told of byPair.values()) {
      const all = told.reduce((sum, { weight }) => sum + weight, 0);
      const mean = told.reduce((sum, { value, weight }) => sum + (weight / all) * value, 0);
      squares += told.reduce((sum, { value, weight }) => sum + weight * (value - mean) ** 2, 0);
      degrees += told.length - 1;
    }
  }
  return degrees > 0 ? Math.min(1, Math.max(0, 1 - squares / degrees)) : 0;
}
