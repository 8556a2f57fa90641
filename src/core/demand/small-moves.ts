/** Whether prices follow demand, by the moves too small to be decisions. */

import { innovations } from '../kernel/innovations-kernel.ts';
import type { MeanFit } from '../regression/component.ts';
import type { Regression } from '../regression/plan.ts';
import type { Observed } from './columns-beside.ts';
import { observe, type PriceSlope, solvedSums, type WeighedNoise } from './price-slope.ts';

/** Moves below this share of their root mean square are small. */
const SMALL_SHARE = 1 / 3;
/** Fewer tell nothing. */
const LEAST_MOVES = 8;
/** Ridge of the small moves' column: the variance that its elasticity has beforehand is large beside any. */
const RIDGE = 1e-3;

/**
 * The elasticity of demand on the small moves of a price alone, beside the one on the others: a price that is set now and
 * then and follows demand in between does so in small moves, and more is sold the dearer it seems. Where prices follow
 * nothing the two are one, as customers care for no more than the price (identification by moves of different variance:
 * Rigobon 2003, Review of Economics and Statistics 85(4)).
 *
 * @param regression of a price term of constant elasticity @param noises from {@link weighNoises} of the same rows
 * @returns null where the price has hardly any small move
 */
export function smallMoveElasticity(
  noises: readonly WeighedNoise[],
  regression: Regression,
  component: MeanFit,
): PriceSlope | null {
  const columns = regression.plan.columns.flatMap((_, j) => (j === 0 ? [] : [j]));
  const observed = observe(regression, component, columns, Number.POSITIVE_INFINITY);
  const moved = bySize(observed);
  if (moved === null) return null;
  const at = moved.width - 2;
  const size = moved.width - 1;
  let [mean, square] = [0, 0];
  innovations(moved, noises).forEach((sums, k) => {
    const noise = noises[k] as WeighedNoise;
    const { moves, inverse, variance } = solvedSums(moved, sums, noise.variance);
    mean += noise.weight * moves[at];
    square += noise.weight * (variance * inverse[at * size + at] + moves[at] ** 2);
  });
  return { value: observed.fitted[0] + mean, variance: square - mean ** 2 };
}

/** Rows whose price is two columns: the path of its large moves, and last that of the small ones; null without these. */
function bySize(observed: Observed): Observed | null {
  const { count, width, columns } = observed;
  const price = columns.subarray(count, 2 * count);
  const moves = price.map((p, i) => (i === 0 ? 0 : p - price[i - 1]));
  const made = moves.filter((move) => Math.abs(move) > 1e-9);
  const limit = SMALL_SHARE * Math.sqrt(made.reduce((sum, move) => sum + move ** 2, 0) / made.length);
  if (made.filter((move) => Math.abs(move) < limit).length < LEAST_MOVES) return null;
  const split = new Float64Array((width + 1) * count);
  split.set(columns);
  let path = 0;
  moves.forEach((move, i) => {
    if (Math.abs(move) < limit) path += move;
    split[count + i] = price[i] - path;
    split[width * count + i] = path;
  });
  return {
    ...observed,
    columns: split,
    width: width + 1,
    precisions: Float64Array.of(...observed.precisions, RIDGE),
    offsets: Float64Array.of(...observed.offsets, 0),
  };
}
