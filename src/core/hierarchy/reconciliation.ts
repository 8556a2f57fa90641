/** Forecasts of cells made to agree with those of their sums. */

import { TOTAL_LEVELS } from '../vocabulary.ts';
import { minTrace } from './min-trace.ts';
import { ERROR_POWER, ownLevel } from './own-level.ts';
import type { PastWindow } from './past-windows.ts';
import { shrunkCovariance } from './shrunk-covariance.ts';
import type { TotalsTree } from './tree.ts';

/** Fewer windows tell too little of errors that hang together: sums stay those of their cells. */
export const LEAST_WINDOWS = 8;
/** No cell's forecast is moved further than by this factor, up or down. */
const MOST_FACTOR = 3;
/** The gain in the windows left aside is as uncertain as this many windows without any. */
const DOUBTED_WINDOWS = 4;

export interface Reconciliation {
  /** Factors of cells ahead. */
  readonly factors: Float64Array;
  /** Factors of cells in each window, by the errors of the windows that are left. */
  readonly pastFactors: readonly Float64Array[];
  /** How much of what least trace moves is moved, by windows that it had not seen; 0-1. */
  readonly share: number;
}

/** What lies ahead, as windows of the past are told; entries one a place. */
export interface Ahead {
  readonly expected: Float64Array;
  /** Periods that it has. */
  readonly periods: number;
  readonly ahead: readonly Float64Array[];
}

/** Null where windows are too few. */
export function reconciliation(tree: TotalsTree, windows: readonly PastWindow[], ahead: Ahead): Reconciliation | null {
  if (windows.length < LEAST_WINDOWS) return null;
  const halves = [0, 1].map((half) => windows.filter((_, w) => blockOf(w, windows.length) === half));
  const moved = windows.map((window, w) =>
    movedBy(tree, halves[1 - blockOf(w, windows.length)] as readonly PastWindow[], window),
  );
  // What shorter windows show has partly gone by the end of a longer one.
  const { from, to } = windows[0] as PastWindow;
  const share = shareOf(tree, windows, moved) * Math.min(1, (to - from + 1) / ahead.periods);
  const toFactors = (one: Float64Array): Float64Array =>
    one.map((ratio) => Math.min(MOST_FACTOR, Math.max(1 / MOST_FACTOR, 1 + share * (ratio - 1))));
  return {
    factors: toFactors(movedBy(tree, windows, ahead)),
    pastFactors: moved.map(toFactors),
    share,
  };
}

/** Four blocks of windows in a row, taken in turn, so that neighbours are mostly judged by those further off. */
function blockOf(window: number, windows: number): number {
  return Math.floor((4 * window) / windows) % 2;
}

/** What least trace makes of the cells' forecasts, over them. */
function movedBy(
  tree: TotalsTree,
  known: readonly PastWindow[],
  { expected, ahead }: Omit<Ahead, 'periods'>,
): Float64Array {
  const level = ownLevel(tree, known);
  const errors = known.map((one) => {
    const factors = level(one.ahead);
    return one.actual.map((actual, place) => {
      const meant = one.expected[place];
      if (!(meant > 0 && expected[place] > 0)) return 0;
      return (actual - factors[place] * meant) * (expected[place] / meant) ** ERROR_POWER;
    });
  });
  const covariance = shrunkCovariance(errors);
  const diagonal = withUsual(tree, covariance.diagonal, expected);
  const counts = (place: number): boolean => tree.children[place] !== 1;
  const reconcile = minTrace(tree, { ...covariance, diagonal }, counts);
  const factors = level(ahead);
  const base = expected.map((value, place) => factors[place] * value);
  return reconcile(base).map((value, leaf) => (expected[leaf] > 0 ? value / expected[leaf] : 1));
}

/** Less than this of the usual variance is not believed. */
const LEAST_OF_USUAL = 0.02;

/** Variances with those of cells that were in no window: as large as is usual for their size, by the power of errors. */
function withUsual({ leaves }: TotalsTree, diagonal: Float64Array, expected: Float64Array): Float64Array {
  let [variances, sizes] = [0, 0];
  for (let i = 0; i < leaves; i++) {
    if (!(diagonal[i] > 0)) continue;
    variances += diagonal[i];
    sizes += expected[i] ** (2 * ERROR_POWER);
  }
  const all = expected.reduce((most, value) => Math.max(most, value), 0);
  const usual = sizes > 0 ? variances / sizes : 1;
  return diagonal.map((variance, place) => {
    // What is expected to sell next to nothing is known as well as a thousandth of all.
    const size = Math.max(expected[place], 1e-3 * (all / leaves)) ** (2 * ERROR_POWER);
    return variance > 0 ? Math.max(variance, LEAST_OF_USUAL * usual * size) : usual * size;
  });
}

/** By least squares of errors in sums and cells, each level alike, held towards 0. */
function shareOf(tree: TotalsTree, windows: readonly PastWindow[], moved: readonly Float64Array[]): number {
  const { leaves, nodes } = tree;
  const places = tree.parent.length;
  let [along, squares] = [0, 0];
  for (const level of TOTAL_LEVELS) {
    const of: number[] = [];
    for (let place = 0; place < places; place++)
      if ((place < leaves ? 'product' : nodes[place - leaves]?.level) === level) of.push(place);
    let [errors, steps, both] = [0, 0, 0];
    windows.forEach(({ expected, actual }, w) => {
      const step = stepsOf(tree, expected, moved[w] as Float64Array);
      for (const place of of) {
        const error = actual[place] - expected[place];
        errors += error ** 2;
        steps += step[place] ** 2;
        both += error * step[place];
      }
    });
    if (!(errors > 0)) continue;
    along += both / errors;
    squares += steps / errors;
  }
  const doubted = (DOUBTED_WINDOWS / windows.length) * squares;
  return squares > 0 ? Math.min(1, Math.max(0, along / (squares + doubted))) : 0;
}

/** What each place is moved by, in money. */
function stepsOf({ leaves, parent }: TotalsTree, expected: Float64Array, moved: Float64Array): Float64Array {
  const steps = new Float64Array(parent.length);
  for (let place = 0; place < parent.length; place++) {
    if (place < leaves) steps[place] = expected[place] * (moved[place] - 1);
    if (parent[place] >= 0) steps[parent[place]] = steps[parent[place]] + steps[place];
  }
  return steps;
}
