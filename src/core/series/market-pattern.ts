/** Trend and season of the market price, in the columns of a design. */

import { cholesky, choleskySolve } from '../math/linear-algebra.ts';
import type { DesignPlan } from './design.ts';

/**
 * Ridge of the regression, of the number of rows: enough to settle a season that less than a year cannot tell from a
 * trend, too little to shrink one that it can.
 */
const RIDGE = 1e-4;

/**
 * Least squares of log market price on a design's own season and trend columns, over its rows with a market price.
 *
 * @param design row-major rows × plan columns; @param marketPrice length ≥ rows, NaN where not given
 * @returns one coefficient a plan column, 0 outside season and trend; all 0 with fewer than two prices a column
 */
export function marketPattern(
  plan: DesignPlan,
  design: Float64Array,
  marketPrice: Float64Array,
  rows: number,
): Float64Array {
  const pattern = new Float64Array(plan.columns.length);
  // The intercept, then season and trend.
  const columns = [0, ...plan.columns.flatMap(({ group }, j) => (group === 'season' || group === 'trend' ? [j] : []))];
  const size = columns.length;
  const gram = new Float64Array(size * size);
  const right = new Float64Array(size);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    const price = marketPrice[i];
    if (!(price > 0)) continue;
    count++;
    columns.forEach((column, a) => {
      const x = design[i * plan.columns.length + column];
      right[a] = right[a] + x * Math.log(price);
      columns.forEach((other, b) => {
        gram[a * size + b] = gram[a * size + b] + x * design[i * plan.columns.length + other];
      });
    });
  }
  if (count < 2 * size) return pattern;
  for (let a = 1; a < size; a++) gram[a * size + a] = gram[a * size + a] + RIDGE * count;
  const solution = choleskySolve(cholesky(gram, size) as Float64Array, size, right);
  columns.forEach((column, a) => {
    if (a > 0) pattern[column] = solution[a];
  });
  return pattern;
}
