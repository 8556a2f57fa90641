/** Sums of gradients, curvatures and rows by bin: all that a split needs to know of its rows. */

import type { BinnedColumns } from './bins.ts';

/** Numbers a bin: sum of gradients, sum of second derivatives, rows. */
export const BIN_SUMS = 3;

/** Place of each column's sums in a histogram, in numbers; and its whole length. */
export interface HistogramLayout {
  readonly starts: Int32Array;
  readonly length: number;
}

export function histogramLayout({ valueBins }: BinnedColumns): HistogramLayout {
  const starts = new Int32Array(valueBins.length);
  let length = 0;
  for (let j = 0; j < valueBins.length; j++) {
    starts[j] = length;
    length += (valueBins[j] + 1) * BIN_SUMS;
  }
  return { starts, length };
}

/** Derivatives of the rows of a leaf, in their order. */
export interface OrderedDerivatives {
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

/**
 * Sums of some rows in some columns' bins. Two columns are summed side by side: rows of one bin in a row would wait for
 * each other.
 *
 * @param sums written, not added to, in those columns
 * @param columns numbers of columns
 * @param chosen numbers of rows: entries from … to − 1 count
 * @param ordered derivatives of those entries, from index 0 on
 */
export function sumBins(
  sums: Float64Array,
  { starts }: HistogramLayout,
  { bins, valueBins }: BinnedColumns,
  columns: Int32Array,
  chosen: Int32Array,
  from: number,
  to: number,
  ordered: OrderedDerivatives,
): void {
  for (const j of columns) sums.fill(0, starts[j], starts[j] + (valueBins[j] + 1) * BIN_SUMS);
  let c = 0;
  for (; c + 1 < columns.length; c += 2) {
    const [a, b] = [columns[c], columns[c + 1]];
    sumTwo(sums, starts[a], bins[a] as Uint8Array, starts[b], bins[b] as Uint8Array, chosen, from, to, ordered);
  }
  if (c < columns.length) sumOne(sums, starts[columns[c]], bins[columns[c]] as Uint8Array, chosen, from, to, ordered);
}

function sumTwo(
  sums: Float64Array,
  startA: number,
  binsA: Uint8Array,
  startB: number,
  binsB: Uint8Array,
  chosen: Int32Array,
  from: number,
  to: number,
  { gradient, hessian }: OrderedDerivatives,
): void {
  for (let i = from; i < to; i++) {
    const row = chosen[i];
    const g = gradient[i - from];
    const h = hessian[i - from];
    const a = startA + BIN_SUMS * binsA[row];
    const b = startB + BIN_SUMS * binsB[row];
    sums[a] = sums[a] + g;
    sums[a + 1] = sums[a + 1] + h;
    sums[a + 2] = sums[a + 2] + 1;
    sums[b] = sums[b] + g;
    sums[b + 1] = sums[b + 1] + h;
    sums[b + 2] = sums[b + 2] + 1;
  }
}

function sumOne(
  sums: Float64Array,
  start: number,
  bins: Uint8Array,
  chosen: Int32Array,
  from: number,
  to: number,
  { gradient, hessian }: OrderedDerivatives,
): void {
  for (let i = from; i < to; i++) {
    const a = start + BIN_SUMS * bins[chosen[i]];
    sums[a] = sums[a] + gradient[i - from];
    sums[a + 1] = sums[a + 1] + hessian[i - from];
    sums[a + 2] = sums[a + 2] + 1;
  }
}

/** What a leaf holds without one of its children is the other: subtracts in the bins of some columns. */
export function subtractBins(
  sums: Float64Array,
  child: Float64Array,
  { starts }: HistogramLayout,
  { valueBins }: BinnedColumns,
  columns: Int32Array,
): void {
  for (const j of columns) {
    const end = starts[j] + (valueBins[j] + 1) * BIN_SUMS;
    for (let k = starts[j]; k < end; k++) sums[k] = sums[k] - child[k];
  }
}
