/**
 * How much the errors of what adds up to a sum hang together, from sums of squares: the variance of a sum over that of
 * parts that know nothing of one another tells a common correlation (a one-factor copula at each node; Arbenz, Hummel &
 * Mainik 2012, Insurance: Mathematics and Economics 51(1)).
 */

import type { TotalsTree } from './tree.ts';

/** Windows that the mean of a level's nodes counts as, beside a node's own. */
const LEVEL_WINDOWS = 8;
/** Before any window: a guess (docs/decisions/totals.md). */
const USUAL_CORRELATION = 0.1;
/** Windows that it counts as. */
const USUAL_WINDOWS = 3;
const MOST_CORRELATION = 0.98;

/** Correlation of the parts of each place, 0 to 1; 0 of cells. @param errors one a window, an entry a place */
export function sharedShocks(tree: TotalsTree, errors: readonly Float64Array[]): Float64Array {
  const { leaves, nodes, parent } = tree;
  const places = parent.length;
  const windows = errors.length;
  const square = new Float64Array(places);
  for (const one of errors)
    one.forEach((error, place) => {
      square[place] = square[place] + error ** 2;
    });
  // Σ s², (Σ s)² over what adds to each node.
  const apart = new Float64Array(places);
  const deviations = new Float64Array(places);
  for (let place = 0; place < places - 1; place++) {
    const above = parent[place];
    apart[above] = apart[above] + square[place];
    deviations[above] = deviations[above] + Math.sqrt(square[place]);
  }
  const own = square.map((sum, place) => {
    const pairs = deviations[place] ** 2 - apart[place];
    return pairs > 1e-9 * apart[place] ? (sum - apart[place]) / pairs : Number.NaN;
  });
  const shared = new Float64Array(places);
  for (const level of ['type', 'merchant', 'all'] as const) {
    const of = nodes.flatMap((node, n) => (node.level === level && !Number.isNaN(own[leaves + n]) ? [leaves + n] : []));
    const sum = of.reduce((all, place) => all + own[place], 0);
    const mean = (windows * sum + USUAL_WINDOWS * USUAL_CORRELATION) / (windows * of.length + USUAL_WINDOWS);
    nodes.forEach((node, n) => {
      if (node.level !== level) return;
      const place = leaves + n;
      // Of one part alone nothing is told, and nothing is asked.
      const told = Number.isNaN(own[place]) ? 0 : windows;
      const found = told === 0 ? mean : (told * own[place] + LEVEL_WINDOWS * mean) / (told + LEVEL_WINDOWS);
      shared[place] = Math.min(MOST_CORRELATION, Math.max(0, found));
    });
  }
  return shared;
}
