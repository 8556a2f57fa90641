/** Trees as they are kept, and their predictions. */

import { checkColumn, checkNumber, checkNumbers, checkObject, checkWhole } from '../checks.ts';
import type { Features } from './bins.ts';

/** Trees whose values add up to a score: plain JSON. Nodes and leaves of all trees stand one behind the other. */
export interface TreeEnsemble {
  /** Features of a row. */
  readonly columns: number;
  /** Score before any tree. */
  readonly base: number;
  /** First node of each tree. */
  readonly roots: readonly number[];
  /** Of each node: the feature that it looks at, … */
  readonly feature: readonly number[];
  /** … up to which value rows go left, … */
  readonly threshold: readonly number[];
  /** … whether those without a value do (1) or not (0), … */
  readonly missingLeft: readonly number[];
  /** … and where they go: ≥ 0 a node further on, otherwise −1 − number of a leaf. */
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Score that each leaf adds. */
  readonly value: readonly number[];
}

/** As threshold: every value goes left, and only rows without one go right. */
export const ALL_VALUES = Number.MAX_VALUE;

/**
 * Checks an ensemble that comes from outside: every way through it ends.
 *
 * @throws TypeError, RangeError naming the part that is wrong
 */
export function checkEnsemble(name: string, ensemble: TreeEnsemble): void {
  checkObject(name, ensemble);
  checkWhole(`${name}.columns`, ensemble.columns, 1);
  checkNumber(`${name}.base`, ensemble.base);
  checkNumbers(`${name}.feature`, ensemble.feature);
  const nodes = ensemble.feature.length;
  for (const part of ['threshold', 'missingLeft', 'left', 'right'] as const)
    checkNumbers(`${name}.${part}`, ensemble[part], nodes, `${name}.feature`);
  checkNumbers(`${name}.value`, ensemble.value);
  checkNumbers(`${name}.roots`, ensemble.roots);
  ensemble.roots.forEach((root, t) => checkWhole(`${name}.roots[${t}]`, root, 0, nodes - 1));
  for (let node = 0; node < nodes; node++) {
    checkWhole(`${name}.feature[${node}]`, ensemble.feature[node], 0, ensemble.columns - 1);
    checkWhole(`${name}.missingLeft[${node}]`, ensemble.missingLeft[node], 0, 1);
    for (const side of ['left', 'right'] as const) {
      const child = ensemble[side][node];
      checkWhole(`${name}.${side}[${node}]`, child, -ensemble.value.length, nodes - 1);
      if (child >= 0 && child <= node)
        throw new RangeError(`${name}.${side}[${node}] must be a node after ${node} or a leaf, got ${child}`);
    }
  }
}

/**
 * Scores of rows: the base and the values of the leaves that they fall into. Offsets are the caller's to add.
 *
 * @param features column-major columns × rows, as many columns as the ensemble has; NaN where missing
 * @returns length rows
 * @throws TypeError, RangeError naming the argument that is wrong
 */
export function predictTrees(ensemble: TreeEnsemble, features: Features): Float64Array<ArrayBuffer> {
  const type = features instanceof Float32Array ? 'Float32Array' : 'Float64Array';
  checkColumn('features', features, type);
  const rows = features.length / ensemble.columns;
  if (!Number.isInteger(rows))
    throw new RangeError(`features must have a multiple of ${ensemble.columns} entries, got ${features.length}`);
  const score = new Float64Array(rows).fill(ensemble.base);
  const walk = new Walk(ensemble, features, rows, score);
  for (let from = 0; from < rows; from += BLOCK_ROWS) walk.block(from);
  return score;
}

/** Rows that go down a tree together: their place and their features stay in the processor's cache. */
const BLOCK_ROWS = 4_096;

/** Sends rows down trees, all of a block at once: a node then has one threshold and one column for all of them. */
class Walk {
  private readonly ensemble: TreeEnsemble;
  private readonly features: Features;
  private readonly rows: number;
  private readonly score: Float64Array;
  private readonly order: Int32Array;
  private readonly waiting: Int32Array;

  constructor(ensemble: TreeEnsemble, features: Features, rows: number, score: Float64Array) {
    this.ensemble = ensemble;
    this.features = features;
    this.rows = rows;
    this.score = score;
    this.order = new Int32Array(Math.min(rows, BLOCK_ROWS));
    this.waiting = new Int32Array(this.order.length);
  }

  /** Adds the values of all trees to the scores of a block. */
  block(from: number): void {
    const { order, ensemble } = this;
    const count = Math.min(order.length, this.rows - from);
    for (const root of ensemble.roots) {
      for (let i = 0; i < count; i++) order[i] = from + i;
      this.down(root, 0, count);
    }
  }

  /** @param node or, below 0, leaf; @param from, to entries of the order that came to it */
  private down(node: number, from: number, to: number): void {
    if (from === to) return;
    const { order, score, ensemble } = this;
    if (node < 0) {
      const value = ensemble.value[-1 - node];
      for (let i = from; i < to; i++) score[order[i]] = score[order[i]] + value;
      return;
    }
    const middle = this.partition(node, from, to);
    this.down(ensemble.left[node], from, middle);
    this.down(ensemble.right[node], middle, to);
  }

  /** @returns where the entries that go right begin */
  private partition(node: number, from: number, to: number): number {
    const { order, waiting, features, ensemble } = this;
    const column = ensemble.feature[node] * this.rows;
    const threshold = ensemble.threshold[node];
    // Both comparisons are false of a missing value. Rows are written to both sides and one of them counts: which it is
    // no processor could foresee.
    let left = from;
    let right = 0;
    if (ensemble.missingLeft[node] === 1) {
      for (let i = from; i < to; i++) {
        const row = order[i];
        const goesRight = Number(features[column + row] > threshold);
        order[left] = row;
        waiting[right] = row;
        left += 1 - goesRight;
        right += goesRight;
      }
    } else {
      for (let i = from; i < to; i++) {
        const row = order[i];
        const goesLeft = Number(features[column + row] <= threshold);
        order[left] = row;
        waiting[right] = row;
        left += goesLeft;
        right += 1 - goesLeft;
      }
    }
    for (let i = 0; i < right; i++) order[left + i] = waiting[i];
    return left;
  }
}
