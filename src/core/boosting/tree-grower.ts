/** One tree: grown leaf by leaf, always where the loss falls the most. */

import { bestSplit, type LeafSums, leafStep, type Split, type SplitRules } from './best-split.ts';
import type { BinnedColumns } from './bins.ts';
import { type HistogramLayout, histogramLayout, subtractBins, sumBins } from './histograms.ts';

/** A grown tree. Nodes stand in the order in which they were split: a node's children come after it. */
export interface GrownTree {
  readonly splits: readonly Split[];
  /** Children of each node: ≥ 0 a node, otherwise −1 − number of a leaf. */
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Score that a leaf adds, the learning rate included. */
  readonly values: readonly number[];
}

export interface GrowthRules extends SplitRules {
  /** Most leaves, ≥ 2. */
  readonly leaves: number;
  readonly learningRate: number;
  /** Longest step of a leaf before the learning rate. */
  readonly longestStep: number;
}

/** Rows [from, to) of a list of row numbers. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** A leaf of the tree as it grows. */
interface Leaf {
  readonly sums: LeafSums;
  /** Of the rows that it was grown from, and of the others. */
  readonly inside: Range;
  readonly outside: Range;
  /** Null, as the split, where no split is allowed and gains. */
  readonly histogram: Float64Array | null;
  readonly split: Split | null;
}

/** Digits of a leaf's value that are kept: ensembles are kept as text. */
const VALUE_DIGITS = 7;

/** Grows trees on the same rows; its memory is used again for each. */
export class TreeGrower {
  private readonly binned: BinnedColumns;
  private readonly rules: GrowthRules;
  private readonly layout: HistogramLayout;
  private readonly free: Float64Array[] = [];
  private readonly inside: Int32Array;
  private readonly outside: Int32Array;
  private readonly waiting: Int32Array;
  private readonly ordered: { readonly gradient: Float64Array; readonly hessian: Float64Array };
  private leaves: Leaf[] = [];

  constructor(binned: BinnedColumns, rules: GrowthRules) {
    const { rows } = binned;
    this.binned = binned;
    this.rules = rules;
    this.layout = histogramLayout(binned);
    this.inside = new Int32Array(rows);
    this.outside = new Int32Array(rows);
    this.waiting = new Int32Array(rows);
    this.ordered = { gradient: new Float64Array(rows), hessian: new Float64Array(rows) };
  }

  /**
   * Grows a tree and adds its values to the scores of all rows.
   *
   * @param gradient, hessian of every row @param score of every row; changed
   * @param drawn 1 for rows that the tree is grown from; null: all
   * @param columns that it may split, ascending
   * @returns null where no split gains; the scores are then kept
   */
  grow(
    gradient: Float64Array,
    hessian: Float64Array,
    score: Float64Array,
    drawn: Uint8Array | null,
    columns: Int32Array,
  ): GrownTree | null {
    const root = this.root(gradient, hessian, drawn, columns);
    if (root.split === null) return null;
    this.leaves = [root];
    const splits: Split[] = [];
    const [left, right]: [number[], number[]] = [[], []];
    // Where each leaf hangs: its node, on the left or the right.
    const hangs: { node: number; side: number[] }[] = [];
    while (this.leaves.length < this.rules.leaves) {
      const at = this.best();
      if (at < 0) break;
      const leaf = this.leaves[at] as Leaf;
      const node = splits.length;
      splits.push(leaf.split as Split);
      const parent = hangs[at];
      if (parent) parent.side[parent.node] = node;
      left.push(-1 - at);
      right.push(-1 - this.leaves.length);
      hangs[at] = { node, side: left };
      hangs[this.leaves.length] = { node, side: right };
      const [first, second] = this.divide(leaf, gradient, hessian, columns);
      this.leaves[at] = first;
      this.leaves.push(second);
    }
    const values = this.leaves.map(({ sums }) => this.valueOf(sums));
    this.leaves.forEach((leaf, l) => this.addTo(score, leaf, values[l]));
    for (const { histogram } of this.leaves) if (histogram) this.free.push(histogram);
    return { splits, left, right, values };
  }

  private valueOf(sums: LeafSums): number {
    // Rounding keeps the order of values, and so what is monotone.
    return Number((this.rules.learningRate * leafStep(sums, this.rules.ridge)).toPrecision(VALUE_DIGITS));
  }

  private addTo(score: Float64Array, { inside, outside }: Leaf, value: number): void {
    for (let i = inside.from; i < inside.to; i++) score[this.inside[i]] = score[this.inside[i]] + value;
    for (let i = outside.from; i < outside.to; i++) score[this.outside[i]] = score[this.outside[i]] + value;
  }

  private root(gradient: Float64Array, hessian: Float64Array, drawn: Uint8Array | null, columns: Int32Array): Leaf {
    let [inside, outside, g, h] = [0, 0, 0, 0];
    for (let i = 0; i < this.binned.rows; i++) {
      if (drawn?.[i] === 0) this.outside[outside++] = i;
      else {
        this.inside[inside++] = i;
        g += gradient[i];
        h += hessian[i];
      }
    }
    const high = this.rules.longestStep;
    const sums = { gradient: g, hessian: h, rows: inside, low: -high, high };
    const range = { from: 0, to: inside };
    const histogram = this.maySplit(sums) ? this.histogramOf(range, gradient, hessian, columns) : null;
    return this.leafOf(sums, range, { from: 0, to: outside }, histogram, columns);
  }

  /** Number of the leaf whose split gains the most, the first of them; −1 where none has one. */
  private best(): number {
    let [at, most] = [-1, 0];
    for (let l = 0; l < this.leaves.length; l++) {
      const gain = (this.leaves[l] as Leaf).split?.gain ?? 0;
      if (gain > most) [at, most] = [l, gain];
    }
    return at;
  }

  private maySplit({ rows, hessian }: LeafSums): boolean {
    return rows >= 2 * this.rules.leastRows && hessian >= 2 * this.rules.leastHessian;
  }

  private leafOf(
    sums: LeafSums,
    inside: Range,
    outside: Range,
    histogram: Float64Array | null,
    columns: Int32Array,
  ): Leaf {
    const split = histogram && bestSplit(histogram, this.layout, this.binned.valueBins, columns, sums, this.rules);
    if (histogram && split) return { sums, inside, outside, histogram, split };
    if (histogram) this.free.push(histogram);
    return { sums, inside, outside, histogram: null, split: null };
  }

  private histogramOf(
    { from, to }: Range,
    gradient: Float64Array,
    hessian: Float64Array,
    columns: Int32Array,
  ): Float64Array {
    const { ordered, inside } = this;
    for (let i = from; i < to; i++) {
      const row = inside[i];
      ordered.gradient[i - from] = gradient[row];
      ordered.hessian[i - from] = hessian[row];
    }
    const sums = this.free.pop() ?? new Float64Array(this.layout.length);
    sumBins(sums, this.layout, this.binned, columns, inside, from, to, ordered);
    return sums;
  }

  /** Splits a leaf in two. Bins are summed of the smaller side alone: the other is what is left of the leaf. */
  private divide(leaf: Leaf, gradient: Float64Array, hessian: Float64Array, columns: Int32Array): [Leaf, Leaf] {
    const split = leaf.split as Split;
    const insideAt = this.partition(this.inside, leaf.inside, split);
    const outsideAt = this.partition(this.outside, leaf.outside, split);
    const ranges = [
      { from: leaf.inside.from, to: insideAt },
      { from: insideAt, to: leaf.inside.to },
    ] as const;
    const histograms: [Float64Array | null, Float64Array | null] = [null, null];
    const whole = leaf.histogram as Float64Array;
    const sides = [split.left, split.right] as const;
    const isLast = this.leaves.length + 1 >= this.rules.leaves;
    if (isLast || !sides.some((side) => this.maySplit(side))) this.free.push(whole);
    else {
      const small = split.left.rows <= split.right.rows ? 0 : 1;
      const sums = this.histogramOf(ranges[small], gradient, hessian, columns);
      subtractBins(whole, sums, this.layout, this.binned, columns);
      for (const side of [0, 1] as const) {
        const histogram = side === small ? sums : whole;
        if (this.maySplit(sides[side])) histograms[side] = histogram;
        else this.free.push(histogram);
      }
    }
    const { outside } = leaf;
    return [
      this.leafOf(split.left, ranges[0], { from: outside.from, to: outsideAt }, histograms[0], columns),
      this.leafOf(split.right, ranges[1], { from: outsideAt, to: outside.to }, histograms[1], columns),
    ];
  }

  /** Orders a range of rows by the side that they go to, each side as it was. @returns where the right side begins */
  private partition(rows: Int32Array, { from, to }: Range, { column, bin, missingLeft }: Split): number {
    const bins = this.binned.bins[column] as Uint8Array;
    const missing = missingLeft ? this.binned.valueBins[column] : -1;
    const { waiting } = this;
    let left = from;
    let right = 0;
    for (let i = from; i < to; i++) {
      const row = rows[i];
      const b = bins[row];
      // Written to both sides, of which one counts: which it is no processor could foresee.
      const goesLeft = Number(b <= bin) | Number(b === missing);
      rows[left] = row;
      waiting[right] = row;
      left += goesLeft;
      right += 1 - goesLeft;
    }
    for (let i = 0; i < right; i++) rows[left + i] = waiting[i];
    return left;
  }
}
