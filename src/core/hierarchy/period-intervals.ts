/**
 * Sums of single periods: their variance by the correlation of what adds up to them, their ends as those of a log-normal
 * of that mean and variance.
 */

import { normalQuantile } from '../math/normal-quantile.ts';
import type { CellOutlook } from './cell-outlook.ts';
import type { PlaceTotal, Span } from './place-total.ts';
import type { TotalsTree } from './tree.ts';

const TWO_SIDED = normalQuantile(0.95);

interface Known {
  readonly factors: Float64Array;
  /** Correlation of the parts of each place in single periods. */
  readonly shared: Float64Array;
  readonly periods: Int32Array;
}

/** One a node, with what it takes in and sells in each period. */
export function dayIntervals(
  tree: TotalsTree,
  cells: readonly CellOutlook[],
  { factors, shared, periods }: Known,
): PlaceTotal['periods'][] {
  const measures = [null, ...new Set(cells.map(({ unit }) => unit))];
  const rows = cells.map(({ periods: own }) => new Map(Array.from(own, (period, row) => [period, row])));
  const found = tree.nodes.map(() =>
    Array.from(periods, () => ({ revenue: { value: 0, low: 0, high: 0 } as Span, quantity: new Map<string, Span>() })),
  );
  periods.forEach((period, at) => {
    for (const measure of measures) {
      const mean = new Float64Array(tree.parent.length);
      const variance = new Float64Array(tree.parent.length);
      cells.forEach(({ unit, quantity, price, rowVariance }, i) => {
        const row = rows[i]?.get(period);
        if (row === undefined || (measure !== null && measure !== unit)) return;
        mean[i] = factors[i] * quantity[row] * (measure === null ? price[row] : 1);
        variance[i] = mean[i] ** 2 * Math.expm1(Math.min(1, rowVariance[row]));
      });
      addVariances(tree, shared, mean, variance);
      tree.nodes.forEach((_, n) => {
        const place = tree.leaves + n;
        const span = logNormalSpan(mean[place], variance[place]);
        const of = (found[n] as (typeof found)[number])[at] as (typeof found)[number][number];
        if (measure === null) of.revenue = span;
        else if (mean[place] > 0) of.quantity.set(measure, span);
      });
    }
  });
  return found;
}

function addVariances(
  { leaves, parent }: TotalsTree,
  shared: Float64Array,
  mean: Float64Array,
  variance: Float64Array,
): void {
  const deviations = new Float64Array(parent.length);
  for (let place = 0; place < parent.length; place++) {
    if (place >= leaves)
      variance[place] = variance[place] + shared[place] * Math.max(0, deviations[place] ** 2 - variance[place]);
    const above = parent[place];
    if (above < 0) continue;
    mean[above] = mean[above] + mean[place];
    variance[above] = variance[above] + variance[place];
    deviations[above] = deviations[above] + Math.sqrt(variance[place]);
  }
}

function logNormalSpan(mean: number, variance: number): Span {
  if (!(mean > 0)) return { value: 0, low: 0, high: 0 };
  const log = Math.log1p(variance / mean ** 2);
  const middle = mean * Math.exp(-log / 2);
  const side = Math.exp(TWO_SIDED * Math.sqrt(log));
  return { value: mean, low: middle / side, high: middle * side };
}
