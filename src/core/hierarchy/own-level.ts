/**
 * Forecasts of sums of their own: the forecasts of their cells times a level that the sum's own rows tell. What all cells
 * share is seen in a sum at once, while in each cell noise hides it. How fast the level follows, and how much of it
 * stays, is averaged over what did well in the windows of the past; following nothing weighs half beforehand.
 */

import { HALF_LIVES, type PastWindow } from './past-windows.ts';
import type { TotalsTree } from './tree.ts';

/** How much of a level stays on average over the periods ahead. */
const STAYING = [0.25, 0.5, 0.75, 1];
/** What following nothing weighs beforehand. */
const PRIOR_NONE = 0.5;
/** Errors of sums grow with them like their power: as of rows (see intervalScale). */
export const ERROR_POWER = 0.75;
/** What a node's own windows count beside those of all nodes of its level. */
const OWN_SHARE = 0.5;

/** Factors on the sums of the cells' forecasts, one a place; 1 of cells. @param ahead logs of levels by half-life */
export type OwnLevel = (ahead: readonly Float64Array[]) => Float64Array;

/** @param windows at least one */
export function ownLevel(tree: TotalsTree, windows: readonly PastWindow[]): OwnLevel {
  const candidates = HALF_LIVES.flatMap((_, half) => STAYING.map((stays) => ({ half, stays })));
  const errors = tree.nodes.map((_, n) => logErrors(tree.leaves + n, windows, candidates));
  const weights = tree.nodes.map(({ level }, n) => {
    const alike = errors.filter((_, other) => tree.nodes[other]?.level === level);
    return weightsOf(errors[n] as Float64Array, alike, windows.length);
  });
  return (ahead) => {
    const factors = new Float64Array(tree.parent.length).fill(1);
    weights.forEach((weight, n) => {
      const place = tree.leaves + n;
      factors[place] = candidates.reduce(
        (sum, { half, stays }, k) => sum + weight[k + 1] * Math.exp(stays * (ahead[half] as Float64Array)[place]),
        weight[0],
      );
    });
    return factors;
  };
}

/** Log of the mean squared error of each candidate, that of following nothing first. */
function logErrors(
  place: number,
  windows: readonly PastWindow[],
  candidates: readonly { readonly half: number; readonly stays: number }[],
): Float64Array {
  const squares = new Float64Array(candidates.length + 1);
  let count = 0;
  for (const { expected, actual, ahead } of windows) {
    const unit = expected[place] ** ERROR_POWER;
    if (!(unit > 0)) continue;
    count++;
    squares[0] = squares[0] + ((actual[place] - expected[place]) / unit) ** 2;
    candidates.forEach(({ half, stays }, k) => {
      const factor = Math.exp(stays * (ahead[half] as Float64Array)[place]);
      squares[k + 1] = squares[k + 1] + ((actual[place] - factor * expected[place]) / unit) ** 2;
    });
  }
  const least = Math.max(Number.MIN_VALUE, 1e-9 * (count > 0 ? squares[0] : 1));
  return squares.map((sum) => Math.log(Math.max(sum, least)));
}

function weightsOf(own: Float64Array, alike: readonly Float64Array[], windows: number): Float64Array {
  const count = own.length - 1;
  const scores = own.map((log, k) => {
    const level = alike.reduce((sum, one) => sum + one[k] - one[0], 0) / alike.length;
    const gain = OWN_SHARE * (log - own[0]) + (1 - OWN_SHARE) * level;
    return -0.5 * windows * gain + Math.log(k === 0 ? PRIOR_NONE : (1 - PRIOR_NONE) / count);
  });
  const best = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - best));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / all);
}
