/** Regressions on one regressor of interest beside controls: what is left of both when the controls are taken out. */

import { choleskySolve, regularCholesky } from '../../src/core/math/linear-algebra.ts';
import { dot } from '../../src/core/math/summary.ts';
import { isHoliday } from './price-processes.ts';

/** Rows of a cell as an analyst would prepare them, one a period. */
export interface Prepared {
  readonly days: readonly number[];
  readonly logQuantity: Float64Array;
  readonly price: Float64Array;
  readonly logCost: Float64Array;
  readonly promo: Float64Array;
  /** Days that a row sums. */
  readonly period: 1 | 7;
}

/** Days between knots of the trend. */
const KNOT_EVERY = 60;

/** Weekdays, two yearly waves, holidays and their eves, promotions, and a trend that bends every 60 days. */
export function controlColumns({ days, promo, period }: Prepared): Float64Array[] {
  const first = days[0] as number;
  const span = (days.at(-1) as number) - first;
  const column = (of: (day: number, i: number) => number): Float64Array => Float64Array.from(days, of);
  const columns = [column(() => 1), column((day) => (day - first) / KNOT_EVERY)];
  for (let knot = KNOT_EVERY; knot < span; knot += KNOT_EVERY)
    columns.push(column((day) => Math.max(0, day - first - knot) / KNOT_EVERY));
  if (period === 1) for (let w = 1; w < 7; w++) columns.push(column((day) => (day % 7 === w ? 1 : 0)));
  for (const wave of [1, 2])
    for (const circular of [Math.cos, Math.sin])
      columns.push(column((day) => circular((2 * Math.PI * wave * day) / 365.25)));
  if (period === 1) {
    columns.push(column((day) => (isHoliday(day) ? 1 : 0)));
    columns.push(column((day) => (isHoliday(day + 1) ? 1 : 0)));
  }
  columns.push(promo);
  return columns.filter((values, i) => i === 0 || values.some((value) => value !== values[0]));
}

/** Slope of a regressor with the controls partialled out (Frisch, Waugh & Lovell), and what it rests on. */
export interface Slope {
  readonly value: number;
  /** Clustered by week, with the small-sample factor of CR1. */
  readonly standardError: number;
  /** Sum of squares of the regressor that the controls leave. */
  readonly left: number;
  readonly squaredResiduals: number;
  readonly degreesOfFreedom: number;
}

/**
 * @param instrument moves the regressor and nothing else of the response (two stages); the regressor itself unless told
 * @returns null where the controls leave nothing of the regressor or the instrument, or there are too few rows
 */
export function partialSlope(
  response: Float64Array,
  regressor: Float64Array,
  controls: readonly Float64Array[],
  days: readonly number[],
  instrument = regressor,
): Slope | null {
  const n = response.length;
  const degreesOfFreedom = n - controls.length - 1;
  if (degreesOfFreedom < 1) return null;
  const remainderOf = projection(controls);
  const [y, x, z] = [remainderOf(response), remainderOf(regressor), remainderOf(instrument)];
  if (![dot(x, x) / dot(regressor, regressor), dot(z, z) / dot(instrument, instrument)].every((left) => left > 1e-10))
    return null;
  const left = dot(z, x);
  const value = dot(z, y) / left;
  const scores = new Map<number, number>();
  let squaredResiduals = 0;
  z.forEach((zi, i) => {
    const residual = (y[i] as number) - value * (x[i] as number);
    squaredResiduals += residual ** 2;
    const week = Math.floor(((days[i] as number) + 3) / 7);
    scores.set(week, (scores.get(week) ?? 0) + zi * residual);
  });
  const clusters = scores.size;
  const meat = scores.values().reduce((sum, score) => sum + score ** 2, 0);
  const factor = (clusters / Math.max(1, clusters - 1)) * ((n - 1) / degreesOfFreedom);
  const standardError = Math.sqrt(factor * meat) / Math.abs(left);
  return { value, standardError, left, squaredResiduals, degreesOfFreedom };
}

/** What is left of a column when others are taken out of it. */
function projection(columns: readonly Float64Array[]): (values: Float64Array) => Float64Array {
  const k = columns.length;
  const gram = new Float64Array(k * k);
  columns.forEach((a, i) => {
    columns.forEach((b, j) => {
      gram[i * k + j] = dot(a, b);
    });
  });
  const factor = regularCholesky(gram, k, 1e-9);
  return (values) => {
    const right = Float64Array.from(columns, (column) => dot(column, values));
    const weights = choleskySolve(factor, k, right);
    return values.map(
      (value, t) => value - columns.reduce((sum, a, j) => sum + (a[t] as number) * (weights[j] as number), 0),
    );
  };
}
