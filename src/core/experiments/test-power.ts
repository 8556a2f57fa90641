/** How well a test would tell the elasticity: the standard error in closed form. */

import { checkList, checkNumber, checkWhole } from '../checks.ts';
import type { Process } from '../demand/disturbances.ts';

/**
 * Standard error of the elasticity from a test's rows alone: least squares of log demand on log price with a mean of its
 * own for every block, β̂ = x'y / x'x, so that Var β̂ = x'Σx / (x'x)² whatever moves demand (White 1980, Econometrica
 * 48(4)). Σ has the noise of single rows, noise of which `correlation` carries over to the next row, and a level that
 * walks: Σ_ij = white·[i = j] + correlated·correlation^|i−j| + level·min(i, j).
 *
 * With noise of single rows alone and prices at ±x it is σ / (x·√rows).
 *
 * @param logPrices planned log price of each row, in order of time; @param block rows of a block, at least 2: the level
 * is compared within
 * @param process variances of relative demand of a row (model.disturbances)
 * @returns infinite where the price does not vary within the blocks
 * @throws TypeError, RangeError naming the argument that is wrong
 */
export function testStandardError(
  logPrices: readonly number[],
  block: number,
  { white, correlated, correlation, level }: Process,
): number {
  checkList('logPrices', logPrices);
  checkWhole('block', block, 2);
  checkNumber('white', white, 0);
  checkNumber('correlated', correlated, 0);
  checkNumber('correlation', correlation, 0, 1);
  checkNumber('level', level, 0);
  const rows = logPrices.length;
  const x = new Float64Array(rows);
  for (let start = 0; start < rows; start += block) {
    const end = Math.min(start + block, rows);
    let mean = 0;
    for (let i = start; i < end; i++) mean += (logPrices[i] as number) / (end - start);
    for (let i = start; i < end; i++) x[i] = (logPrices[i] as number) - mean;
  }
  let [squares, lasting, walked, later] = [0, 0, 0, 0];
  // Σ_j<i x_j·correlation^(i−j), carried from row to row.
  let carried = 0;
  for (let i = 0; i < rows; i++) {
    carried *= correlation;
    squares += x[i] ** 2;
    lasting += x[i] * (x[i] + 2 * carried);
    carried += x[i];
  }
  // The step into a row moves it and all after it.
  for (let i = rows - 1; i >= 0; i--) {
    later += x[i];
    walked += later ** 2;
  }
  if (!(squares > 1e-12 * Math.max(1, rows))) return Number.POSITIVE_INFINITY;
  return Math.sqrt(white * squares + correlated * lasting + level * walked) / squares;
}
