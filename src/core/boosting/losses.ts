/** Losses that trees are grown for: their value, first and second derivative in the score, and best constant. */

import { checkNumber, checkOneOf } from '../checks.ts';

/**
 * What a score f is held against a response y by.
 *
 * - `squared`: ½(y − f)²; give the logarithm of what is sold to learn on the log scale
 * - `poisson`: e^f − y·f, for a response of mean e^f
 * - `tweedie`: e^((2−p)f)/(2 − p) − y·e^((1−p)f)/(1 − p), for a response of mean e^f and variance ∝ its p-th power
 *   (Tweedie 1984; Jørgensen 1987, JRSS B 49(2))
 */
export type TreeLoss =
  | { readonly kind: 'squared' }
  | { readonly kind: 'poisson' }
  | {
      readonly kind: 'tweedie';
      /** Between 1 and 2, both left out. */
      readonly power: number;
    };

/**
 * Longest step of a leaf under a loss with log link, before the learning rate. A Newton step from far below overshoots
 * by any factor; one of at most 1 lowers the Poisson loss of its leaf, whatever the rows.
 */
const LONGEST_LOG_STEP = 1;

/** @throws TypeError, RangeError naming the part that is wrong */
export function checkLoss(name: string, loss: TreeLoss): void {
  checkOneOf(`${name}.kind`, loss?.kind, ['squared', 'poisson', 'tweedie']);
  if (loss.kind !== 'tweedie') return;
  checkNumber(`${name}.power`, loss.power, 1, 2);
  if (loss.power === 1 || loss.power === 2)
    throw new RangeError(`${name}.power must lie between 1 and 2 and be neither, got ${loss.power}`);
}

/** Longest step of a leaf before the learning rate; infinite where Newton's own is exact. */
export function longestStep(loss: TreeLoss): number {
  return loss.kind === 'squared' ? Number.POSITIVE_INFINITY : LONGEST_LOG_STEP;
}

/**
 * The constant that added to the offsets minimises the loss.
 *
 * @param response, weight, offset of one length; weights above 0
 * @throws RangeError under a log link where nothing of the response lies above 0: its logarithm has no end
 */
export function bestConstant(
  loss: TreeLoss,
  response: Float64Array,
  weight: Float64Array,
  offset: Float64Array,
): number {
  let [above, below] = [0, 0];
  // Poisson is Tweedie's loss at a power of 1 (with the sign of its score's part left out).
  const power = loss.kind === 'tweedie' ? loss.power : 1;
  for (let i = 0; i < response.length; i++) {
    if (loss.kind === 'squared') {
      above += weight[i] * (response[i] - offset[i]);
      below += weight[i];
    } else {
      above += weight[i] * response[i] * Math.exp((1 - power) * offset[i]);
      below += weight[i] * Math.exp((2 - power) * offset[i]);
    }
  }
  if (loss.kind === 'squared') return above / below;
  if (!(above > 0)) throw new RangeError('response must have a value above 0 in a row of some weight');
  return Math.log(above / below);
}

/**
 * First and second derivatives of each row's weighted loss in its score.
 *
 * @param gradient, hessian written; all arrays of one length
 */
export function lossDerivatives(
  loss: TreeLoss,
  response: Float64Array,
  weight: Float64Array,
  score: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  const rows = response.length;
  if (loss.kind === 'squared') {
    for (let i = 0; i < rows; i++) {
      gradient[i] = weight[i] * (score[i] - response[i]);
      hessian[i] = weight[i];
    }
  } else if (loss.kind === 'poisson') {
    for (let i = 0; i < rows; i++) {
      const mean = weight[i] * Math.exp(score[i]);
      gradient[i] = mean - weight[i] * response[i];
      hessian[i] = mean;
    }
  } else {
    const { power } = loss;
    for (let i = 0; i < rows; i++) {
      const up = weight[i] * Math.exp((2 - power) * score[i]);
      const down = response[i] === 0 ? 0 : weight[i] * response[i] * Math.exp((1 - power) * score[i]);
      gradient[i] = up - down;
      hessian[i] = (2 - power) * up + (power - 1) * down;
    }
  }
}

/** Weighted mean of the rows' losses (see {@link TreeLoss}). @param weight not all 0 */
export function meanLoss(loss: TreeLoss, response: Float64Array, weight: Float64Array, score: Float64Array): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < response.length; i++) {
    sum += weight[i] * rowLoss(loss, response[i], score[i]);
    total += weight[i];
  }
  return sum / total;
}

function rowLoss(loss: TreeLoss, y: number, score: number): number {
  if (loss.kind === 'squared') return (y - score) ** 2 / 2;
  if (loss.kind === 'poisson') return Math.exp(score) - y * score;
  const { power } = loss;
  return Math.exp((2 - power) * score) / (2 - power) - (y * Math.exp((1 - power) * score)) / (1 - power);
}
