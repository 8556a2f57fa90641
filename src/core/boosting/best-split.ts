/** The split of a leaf that lowers its loss the most, as far as a histogram shows. */

import { BIN_SUMS, type HistogramLayout } from './histograms.ts';

/** What the rows of a leaf sum to, and within which bounds its step may lie. */
export interface LeafSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
  /** Bounds of the step: the longest that the loss allows, and those that monotone splits above have set. */
  readonly low: number;
  readonly high: number;
}

/** What splits may be chosen. */
export interface SplitRules {
  /** Of rows and of second derivatives that each side must have. */
  readonly leastRows: number;
  readonly leastHessian: number;
  /** λ of the penalty ½λ·step². */
  readonly ridge: number;
  /** By column: 1 where the score may not fall with the value, −1 where it may not rise, otherwise 0. */
  readonly monotone: ArrayLike<number>;
}

export interface Split {
  readonly gain: number;
  readonly column: number;
  /** Bins up to this one go left; the last bin of values, where only missing values go right. */
  readonly bin: number;
  /** Missing values go left. */
  readonly missingLeft: boolean;
  readonly left: LeafSums;
  readonly right: LeafSums;
}

/** A split that gains no more than this gains nothing but rounding: losses are of responses near 1. */
const LEAST_GAIN = 1e-12;

/**
 * The step of a leaf that minimises its loss to the second order (Friedman 2001, Annals of Statistics 29(5); Chen &
 * Guestrin 2016, KDD, eq. 5), within its bounds.
 */
export function leafStep({ gradient, hessian, low, high }: LeafSums, ridge: number): number {
  return Math.min(high, Math.max(low, -gradient / (hessian + ridge)));
}

/**
 * Best split of a leaf over some columns: the first of those that gain the most.
 *
 * Monotone columns: a split whose steps are in the wrong order is none, and the middle of its steps becomes a bound of
 * both sides, so that no later split crosses it (the `basic` method of LightGBM; Auguste, Malory & Smirnov 2020,
 * arXiv:2011.00986).
 *
 * @param sums the leaf's histogram
 * @returns null where no split is allowed and gains
 */
export function bestSplit(
  sums: Float64Array,
  { starts }: HistogramLayout,
  valueBins: Int32Array,
  columns: Int32Array,
  leaf: LeafSums,
  rules: SplitRules,
): Split | null {
  const search = new Search(sums, leaf, rules);
  for (const column of columns) {
    const start = starts[column];
    const bins = valueBins[column];
    search.scan(column, start, bins, false);
    if (sums[start + bins * BIN_SUMS + 2] > 0) search.scan(column, start, bins, true);
  }
  return search.found(starts, valueBins);
}

class Search {
  private gain = LEAST_GAIN;
  private column = -1;
  private bin = 0;
  private missingLeft = false;
  private gradient = 0;
  private hessian = 0;
  private rows = 0;
  /** Twice what the leaf's own step takes off the loss. */
  private readonly unsplit: number;
  private readonly sums: Float64Array;
  private readonly leaf: LeafSums;
  private readonly rules: SplitRules;

  constructor(sums: Float64Array, leaf: LeafSums, rules: SplitRules) {
    this.sums = sums;
    this.leaf = leaf;
    this.rules = rules;
    const step = leafStep(leaf, rules.ridge);
    this.unsplit = -(2 * leaf.gradient + (leaf.hessian + rules.ridge) * step) * step;
  }

  /** Improves on what was found by splits of one column. @param start of the column's bins in the histogram */
  scan(column: number, start: number, valueBins: number, missingLeft: boolean): void {
    const { sums, leaf, unsplit } = this;
    const { leastRows, leastHessian, ridge, monotone } = this.rules;
    const { low, high } = leaf;
    const missing = start + valueBins * BIN_SUMS;
    let gradient = missingLeft ? sums[missing] : 0;
    let hessian = missingLeft ? sums[missing + 1] : 0;
    let rows = missingLeft ? sums[missing + 2] : 0;
    // Beyond the last bin of values there are missing ones alone: they are the right side, or there is none.
    const splits = missingLeft || sums[missing + 2] === 0 ? valueBins - 1 : valueBins;
    for (let bin = 0; bin < splits; bin++) {
      const at = start + BIN_SUMS * bin;
      const inBin = sums[at + 2];
      if (inBin === 0) continue;
      gradient += sums[at];
      hessian += sums[at + 1];
      rows += inBin;
      if (rows < leastRows || hessian < leastHessian) continue;
      const restHessian = leaf.hessian - hessian;
      if (leaf.rows - rows < leastRows || restHessian < leastHessian) break;
      const restGradient = leaf.gradient - gradient;
      let left = -gradient / (hessian + ridge);
      let right = -restGradient / (restHessian + ridge);
      left = left < low ? low : left > high ? high : left;
      right = right < low ? low : right > high ? high : right;
      // Missing values against all others are in no order.
      if (bin < valueBins - 1 && monotone[column] * (right - left) < 0) continue;
      const gain =
        -(2 * gradient + (hessian + ridge) * left) * left -
        (2 * restGradient + (restHessian + ridge) * right) * right -
        unsplit;
      if (!(gain > this.gain)) continue;
      this.gain = gain;
      this.column = column;
      this.bin = bin;
      this.missingLeft = missingLeft;
      this.gradient = gradient;
      this.hessian = hessian;
      this.rows = rows;
    }
  }

  /** The best of all that were scanned, with the bounds of its sides. */
  found(starts: Int32Array, valueBins: Int32Array): Split | null {
    const { gain, column, bin, gradient, hessian, rows, leaf, rules } = this;
    if (column < 0) return null;
    let left: LeafSums = { ...leaf, gradient, hessian, rows };
    let right: LeafSums = {
      ...leaf,
      gradient: leaf.gradient - gradient,
      hessian: leaf.hessian - hessian,
      rows: leaf.rows - rows,
    };
    const direction = bin < valueBins[column] - 1 ? rules.monotone[column] : 0;
    if (direction !== 0) {
      const middle = (leafStep(left, rules.ridge) + leafStep(right, rules.ridge)) / 2;
      left = direction > 0 ? { ...left, high: middle } : { ...left, low: middle };
      right = direction > 0 ? { ...right, low: middle } : { ...right, high: middle };
    }
    // Where the leaf's own rows tell nothing of missing values, they go with most of its rows.
    const tells = this.sums[starts[column] + valueBins[column] * BIN_SUMS + 2] > 0;
    return { gain, column, bin, missingLeft: tells ? this.missingLeft : left.rows >= right.rows, left, right };
  }
}
