/** What is believed of the price effect, carried on with new rows: the earlier belief is their prior. */

import { innovations, type Noise, type ObservedColumns } from '../kernel/innovations-kernel.ts';
import type { MeanFit } from '../regression/component.ts';
import type { Regression } from '../regression/plan.ts';
import type { Disturbances, Process } from './disturbances.ts';
import { observe, type PriceSlope } from './price-slope.ts';

/** Rows before the new ones that the filter of level and noise runs in on. */
const RUN_IN_ROWS = 400;

type Believed = MeanFit & { readonly slope: PriceSlope };

/**
 * Bayes' rule with the innovations of the new rows in a Kalman filter of the model's own walk and noise: what the same
 * filter tells of all rows less what it tells of those before. Without a noise that was weighed the belief stays.
 *
 * @param knownRows that the belief rests on; @param mean of the component at the regression's rows, without level
 */
export function carriedSlope(
  disturbances: Disturbances | undefined,
  knownRows: number,
  component: Believed,
  { regression, mean }: { readonly regression: Regression; readonly mean: Float64Array },
): PriceSlope {
  const { slope } = component;
  // With a control function the rows alone tell of what the price followed, too.
  if (regression.control) return slope;
  const motion = disturbances?.processes.reduce((best, one) => (one.weight > best.weight ? one : best));
  const fresh = regression.rows - knownRows;
  if (!motion || fresh <= 0) return slope;
  const most = fresh + RUN_IN_ROWS;
  const observed = observe(regression, component, [1], most, mean);
  const noiseVariance = motion.white + motion.correlated;
  if (!(noiseVariance > 0) || observed.count - fresh < 8) return slope;
  const rows = aroundBelief(observed, component);
  const noise = noiseOf(motion);
  const all = gramOf(rows, noise);
  const before = gramOf(firstOf(rows, rows.count - fresh), noise);
  const product = (all[2] - before[2]) / noiseVariance;
  const square = Math.max(0, all[3] - before[3]) / noiseVariance;
  const variance = 1 / (1 / slope.variance + square);
  return { value: slope.value + variance * product, variance };
}

function gramOf(rows: ObservedColumns, noise: Noise): Float64Array {
  const [sums] = innovations(rows, [noise]);
  return (sums as { gram: Float64Array }).gram;
}

function noiseOf({ level, white, correlated, correlation }: Process) {
  const all = white + correlated;
  return { walk: level / all, correlation, share: correlated / all };
}

/** Log demand around the belief rather than around the regression's own coefficient, and the price's column. */
function aroundBelief({ columns, count, scale }: ObservedColumns, component: Believed): ObservedColumns {
  const move = component.slope.value - component.coefficients[1];
  const two = columns.slice(0, 2 * count);
  for (let i = 0; i < count; i++) two[i] = columns[i] - move * columns[count + i];
  return { columns: two, count, width: 2, scale, starts: null };
}

function firstOf({ columns, count, width, scale }: ObservedColumns, rows: number): ObservedColumns {
  const kept = new Float64Array(width * rows);
  for (let j = 0; j < width; j++) kept.set(columns.subarray(j * count, j * count + rows), j * rows);
  return { columns: kept, count: rows, width, scale: scale.subarray(0, rows), starts: null };
}
