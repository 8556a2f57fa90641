/** Forecasts of cells made to agree with those of their sums. */

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
  readonly ahead: readonly Float64Array[];
}

/** Null where windows are too few. */
export function reconciliation(tree: TotalsTree, windows: readonly PastWindow[], ahead: Ahead): Reconciliation | null {
  if (windows.length < LEAST_WINDOWS) return null;
  const halves = [0, 1].map((half) => windows.filter((_, w) => blockOf(w, windows.length) === half));
  const moved = windows.map((window, w) =>
    movedBy(tree, halves[1 - blockOf(w, windows.length)] as readonly PastWindow[], window),
  );
  const share = shareOf(tree, windows, moved);
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
function movedBy(tree: TotalsTree, known: readonly PastWindow[], { expected, ahead }: Ahead): Float64Array {
  const level = ownLevel(tree, known);
  const errors = known.map((window) => {
    const factors = level(window.ahead);
    return window.actual.map((actual, place) => {
      const meant = window.expected[place];
      if (!(meant > 0 && expected[place] > 0)) return 0;
      return (actual - factors[place] * meant) * (expected[place] / meant) ** ERROR_POWER;
    });
  });
  const covariance = shrunkCovariance(errors);
  const floor = expected.map((value) => (1e-4 * value) ** 2);
  const least = Math.max(...floor) * 1e-6;
  const diagonal = covariance.diagonal.map((value, place) => Math.max(value, floor[place], least));
  const counts = (place: number): boolean => tree.children[place] !== 1;
  const reconcile = minTrace(tree, { ...covariance, diagonal }, counts);
  const factors = level(ahead);
  const base = expected.map((value, place) => factors[place] * value);
  return reconcile(base).map((value, leaf) => (expected[leaf] > 0 ? value / expected[leaf] : 1));
}

/** By least squares of errors in sums and cells, each level alike, held towards 0. */
function shareOf(tree: TotalsTree, windows: readonly PastWindow[], moved: readonly Float64Array[]): number {
  const { leaves, nodes } = tree;
  const levels = ['product', 'type', 'merchant', 'all'] as const;
  const places = tree.parent.length;
  let [along, squares] = [0, 0];
  for (const level of levels) {
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
