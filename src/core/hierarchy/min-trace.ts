/**
 * Reconciled forecasts of least trace, MinT (Wickramasuriya, Athanasopoulos & Hyndman 2019, JASA 114(526), theorem 1):
 * b = (S'W⁻¹S)⁻¹ S'W⁻¹ ŷ, for a covariance W of low rank plus a diagonal. The diagonal's part of S'W⁻¹S is one of nested
 * blocks, which the tree solves by Sherman & Morrison from below; the rest is as large as there are windows (Woodbury).
 * Time and memory grow with places × windows.
 */

import { choleskySolve, regularCholesky } from '../math/linear-algebra.ts';
import type { ErrorCovariance } from './shrunk-covariance.ts';
import type { TotalsTree } from './tree.ts';

/** @returns reconciled forecasts of the cells, from base forecasts of all places */
export type Reconcile = (base: Float64Array) => Float64Array;

/** @param counts false of places whose own forecast is left aside; those of cells count */
export function minTrace(tree: TotalsTree, covariance: ErrorCovariance, counts: (place: number) => boolean): Reconcile {
  const places = tree.parent.length;
  const precision = covariance.diagonal.map((variance, place) => (counts(place) ? 1 / variance : 0));
  const solve = nestedSolver(tree, precision);
  const { factors } = covariance;
  const rank = factors.length;
  const weighted = factors.map((factor) => factor.map((value, place) => value * precision[place]));
  const inside = new Float64Array(rank * rank);
  for (let s = 0; s < rank; s++)
    for (let t = 0; t < rank; t++) inside[s * rank + t] = product(weighted[s], factors[t], places) + (s === t ? 1 : 0);
  const kernel = choleskyOf(inside, rank);
  const summed = weighted.map((one) => summedToLeaves(tree, one));
  const solved = summed.map(solve);
  // K − V'A⁻¹V.
  const left = inside.map((value, at) => {
    const [s, t] = [Math.floor(at / rank), at % rank];
    return value - product(summed[s], solved[t], tree.leaves);
  });
  const rest = choleskyOf(left, rank);
  return (base) => {
    const along = Float64Array.from(weighted, (one) => product(one, base, places));
    const carried = rank > 0 ? choleskySolve(kernel, rank, along) : along;
    const scaled = base.map((value, place) => value * precision[place]);
    carried.forEach((amount, t) => {
      (weighted[t] as Float64Array).forEach((value, place) => {
        scaled[place] = scaled[place] - amount * value;
      });
    });
    const first = solve(summedToLeaves(tree, scaled));
    const through = Float64Array.from(summed, (one) => product(one, first, tree.leaves));
    const back = rank > 0 ? choleskySolve(rest, rank, through) : through;
    back.forEach((amount, t) => {
      (solved[t] as Float64Array).forEach((value, leaf) => {
        first[leaf] = first[leaf] + amount * value;
      });
    });
    return first;
  };
}

function product(a: Float64Array | undefined, b: Float64Array | undefined, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (a as Float64Array)[i] * (b as Float64Array)[i];
  return sum;
}

/** Rounding may leave a direction a little below 0: it is lifted by as little as does. */
function choleskyOf(matrix: Float64Array, rank: number): Float64Array {
  return rank > 0 ? regularCholesky(matrix, rank, LEAST_LIFT) : matrix;
}

const LEAST_LIFT = 1e-12;

/** S'v: what each cell has with all that it adds to. */
function summedToLeaves({ leaves, parent }: TotalsTree, values: Float64Array): Float64Array {
  const above = values.slice();
  for (let place = parent.length - 2; place >= 0; place--) above[place] = above[place] + above[parent[place]];
  return above.subarray(0, leaves);
}

/** Solves (Σ over places of precision · 1 1') x = r, 1 being 1 for the cells of the place. */
function nestedSolver({ leaves, parent }: TotalsTree, precision: Float64Array): (right: Float64Array) => Float64Array {
  const places = parent.length;
  // 1'A⁻¹1 of what each place is the sum of, itself left out; then what itself leaves of it.
  const within = new Float64Array(places);
  const gain = new Float64Array(places).fill(1);
  for (let place = 0; place < places; place++) {
    if (place < leaves) within[place] = 1 / precision[place];
    else gain[place] = 1 / (1 + precision[place] * within[place]);
    const above = parent[place];
    if (above >= 0) within[above] = within[above] + within[place] * gain[place];
  }
  return (right) => {
    const sums = new Float64Array(places);
    for (let place = 0; place < places; place++) {
      if (place < leaves) sums[place] = right[place] / precision[place];
      const above = parent[place];
      if (above >= 0) sums[above] = sums[above] + sums[place] * gain[place];
    }
    const taken = new Float64Array(places);
    const solution = new Float64Array(leaves);
    for (let place = places - 1; place >= 0; place--) {
      const above = parent[place] >= 0 ? taken[parent[place]] : 0;
      if (place < leaves) solution[place] = (right[place] - above) / precision[place];
      else taken[place] = precision[place] * sums[place] * gain[place] + gain[place] * above;
    }
    return solution;
  };
}
