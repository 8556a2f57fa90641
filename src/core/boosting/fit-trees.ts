/**
 * Gradient-boosted regression trees on histograms (Friedman 2001, Annals of Statistics 29(5); Chen & Guestrin 2016, KDD;
 * Ke et al. 2017, Advances in Neural Information Processing Systems 30). Sums are taken in the order of the rows on one
 * thread: the same rows, settings and seed give the same bits.
 */

import { checkColumn, checkList, checkNumber, checkOneOf, checkPositive, checkWhole, finite } from '../checks.ts';
import { RandomStream } from '../math/random.ts';
import { type BinnedColumns, binColumns, type Features, MOST_BINS } from './bins.ts';
import { bestConstant, checkLoss, longestStep, lossDerivatives, type TreeLoss } from './losses.ts';
import { ALL_VALUES, type TreeEnsemble } from './tree-ensemble.ts';
import { type GrownTree, TreeGrower } from './tree-grower.ts';

/** Rows that trees learn from. */
export interface TreeRows {
  /** Column-major columns × rows; finite, or NaN where missing. */
  readonly features: Features;
  /** One a row: any finite number under the squared loss, ≥ 0 under the others. */
  readonly response: Float64Array;
  /** One a row, ≥ 0; rows of weight 0 are left out. */
  readonly weight: Float64Array;
  /** Added to the score of each row: under a log link the logarithm of a base level. Finite. */
  readonly offset: Float64Array;
}

export interface TreeSettings {
  readonly loss: TreeLoss;
  /** Trees at most, 1-10,000: rounds in which no split gains add none. */
  readonly trees: number;
  /** Share of each leaf's step that is taken, above 0 to 1. */
  readonly learningRate: number;
  /** Leaves of a tree at most, 2-1,024. */
  readonly leaves: number;
  /** Rows of a leaf at least, ≥ 1. */
  readonly leastRows: number;
  /** Sum of second derivatives of a leaf at least, > 0. */
  readonly leastHessian: number;
  /** λ of the penalty ½λ·step² of each leaf, ≥ 0. */
  readonly ridge: number;
  /** Share of the columns, and of the rows, that each tree is grown from, above 0 to 1: drawn anew for each. */
  readonly columnShare: number;
  readonly rowShare: number;
  /** Bins of a column at most, 2-255, without that of missing values. */
  readonly bins: number;
  /** One a column: −1 where the score may not rise with the value, 1 where it may not fall, otherwise 0. */
  readonly monotone: readonly (-1 | 0 | 1)[];
  /** Of the draws. */
  readonly seed: number;
}

/**
 * Learns trees: each is grown to the second order of the loss at the scores of those before it, leaf by leaf.
 *
 * @returns an ensemble whose scores ({@link predictTrees}) with the rows' offsets are those of the responses: their mean
 * under the squared loss, its logarithm under the others
 * @throws TypeError, RangeError naming the argument that is wrong; NotFiniteError where scores leave the finite numbers
 */
export function fitTrees(given: TreeRows, settings: TreeSettings): TreeEnsemble {
  const columns = checkedColumns(given, settings);
  const { features, response, weight, offset } = weighted(given, columns);
  const rows = response.length;
  const binned = binColumns(features, rows, settings.bins);
  const { loss } = settings;
  const base = bestConstant(loss, response, weight, offset);
  const score = offset.map((value) => value + base);
  const [gradient, hessian] = [new Float64Array(rows), new Float64Array(rows)];
  const grower = new TreeGrower(binned, { ...settings, longestStep: longestStep(loss) });
  const drawn = settings.rowShare < 1 ? new Uint8Array(rows) : null;
  const kept = startedEnsemble(columns, base);
  for (let tree = 0; tree < settings.trees; tree++) {
    const random = new RandomStream(settings.seed, TREE_STREAM, tree);
    const chosen = drawnColumns(columns, settings.columnShare, random);
    if (drawn) drawShare(drawn, settings.rowShare, random);
    lossDerivatives(loss, response, weight, score, gradient, hessian);
    const grown = grower.grow(gradient, hessian, score, drawn, chosen);
    if (grown) addTree(kept, grown, binned);
  }
  return finite('ensemble', kept);
}

/** Number of the streams of draws: one a tree. */
const TREE_STREAM = 0x74726565;

/** @returns the number of columns */
function checkedColumns({ features, response, weight, offset }: TreeRows, settings: TreeSettings): number {
  checkLoss('settings.loss', settings.loss);
  checkWhole('settings.trees', settings.trees, 1, 10_000);
  checkWhole('settings.leaves', settings.leaves, 2, 1_024);
  checkWhole('settings.leastRows', settings.leastRows, 1);
  checkPositive('settings.leastHessian', settings.leastHessian);
  checkNumber('settings.ridge', settings.ridge, 0);
  for (const name of ['learningRate', 'columnShare', 'rowShare'] as const)
    checkNumber(`settings.${name}`, settings[name], Number.MIN_VALUE, 1);
  checkWhole('settings.bins', settings.bins, 2, MOST_BINS);
  checkWhole('settings.seed', settings.seed);
  checkList('settings.monotone', settings.monotone, 1);
  settings.monotone.forEach((direction, j) => checkOneOf(`settings.monotone[${j}]`, direction, [-1, 0, 1]));
  const columns = settings.monotone.length;
  checkColumn('response', response, 'Float64Array');
  const rows = response.length;
  checkColumn('weight', weight, 'Float64Array', rows, 'response');
  checkColumn('offset', offset, 'Float64Array', rows, 'response');
  checkColumn('features', features, features instanceof Float32Array ? 'Float32Array' : 'Float64Array');
  if (features.length !== rows * columns)
    throw new RangeError(
      `features must have ${rows * columns} entries, response × settings.monotone, got ${features.length}`,
    );
  const least = settings.loss.kind === 'squared' ? -Number.MAX_VALUE : 0;
  for (let i = 0; i < rows; i++) {
    checkNumber(`response[${i}]`, response[i], least);
    checkNumber(`weight[${i}]`, weight[i], 0);
    checkNumber(`offset[${i}]`, offset[i]);
  }
  for (let k = 0; k < features.length; k++)
    if (!Number.isFinite(features[k]) && !Number.isNaN(features[k]))
      throw new RangeError(`features[${k}] must be a finite number, or NaN where missing, got ${features[k]}`);
  return columns;
}

/** The rows without those of weight 0. @throws RangeError where none is left */
function weighted(given: TreeRows, columns: number): TreeRows {
  const { features, response, weight, offset } = given;
  const rows = response.length;
  let kept = 0;
  for (let i = 0; i < rows; i++) if (weight[i] > 0) kept++;
  if (kept === 0) throw new RangeError('weight must have an entry above 0');
  if (kept === rows) return given;
  const left = features instanceof Float32Array ? new Float32Array(kept * columns) : new Float64Array(kept * columns);
  let at = 0;
  for (let j = 0; j < columns; j++)
    for (let i = 0; i < rows; i++) if (weight[i] > 0) left[at++] = features[j * rows + i];
  const column = (values: Float64Array): Float64Array => values.filter((_, i) => weight[i] > 0);
  return { features: left, response: column(response), weight: column(weight), offset: column(offset) };
}

/** A share of the columns, at least one, ascending. */
function drawnColumns(columns: number, share: number, random: RandomStream): Int32Array {
  if (share === 1) return Int32Array.from({ length: columns }, (_, j) => j);
  const drawn = new Uint8Array(columns);
  drawShare(drawn, share, random);
  return Int32Array.from([...drawn.keys()].filter((j) => drawn[j] === 1));
}

/** Marks a share of the entries, rounded, at least one: each set of so many is as likely (Knuth, TAOCP 2, 3.4.2 S). */
function drawShare(drawn: Uint8Array, share: number, random: RandomStream): void {
  let left = Math.max(1, Math.round(share * drawn.length));
  for (let i = 0; i < drawn.length; i++) {
    const take = random.uniform() * (drawn.length - i) < left;
    drawn[i] = take ? 1 : 0;
    if (take) left--;
  }
}

interface StartedEnsemble extends TreeEnsemble {
  readonly roots: number[];
  readonly feature: number[];
  readonly threshold: number[];
  readonly missingLeft: number[];
  readonly left: number[];
  readonly right: number[];
  readonly value: number[];
}

function startedEnsemble(columns: number, base: number): StartedEnsemble {
  return { columns, base, roots: [], feature: [], threshold: [], missingLeft: [], left: [], right: [], value: [] };
}

function addTree(ensemble: StartedEnsemble, tree: GrownTree, { thresholds }: BinnedColumns): void {
  const [node, leaf] = [ensemble.feature.length, ensemble.value.length];
  const moved = (child: number): number => (child < 0 ? child - leaf : child + node);
  ensemble.roots.push(node);
  tree.splits.forEach(({ column, bin, missingLeft }, k) => {
    ensemble.feature.push(column);
    ensemble.threshold.push((thresholds[column] as Float64Array)[bin] ?? ALL_VALUES);
    ensemble.missingLeft.push(missingLeft ? 1 : 0);
    ensemble.left.push(moved(tree.left[k]));
    ensemble.right.push(moved(tree.right[k]));
  });
  ensemble.value.push(...tree.values);
}
