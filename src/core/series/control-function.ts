/**
 * Control function against an endogenous price: the part of the price that exogenous columns and an instrument do not
 * explain.
 */

import { choleskySolve, regularCholesky } from '../math/linear-algebra.ts';
import type { ColumnGroup } from '../vocabulary.ts';
import type { CellSeries, TestRows } from './cell-series.ts';

export interface FirstStage {
  /** The instrument's value of each row. */
  readonly instrument: Float64Array;
  /** Residual of each row: the value of the control column. */
  readonly residual: Float64Array;
  /** Residual variance σ²_v. */
  readonly residualVariance: number;
  /** Σ of squares of the price that the instrument alone explains, after the exogenous columns. */
  readonly explained: number;
  /** Of the instrument. */
  readonly firstStageF: number;
}

/** Name of the instrument that every file of sales may bring. */
export const COST_INSTRUMENT = 'cost';

/** Name of the instrument that a test gives: the drawn price over the one that it departs from, in logs. */
export const TEST_INSTRUMENT = 'experiment';

/** Log of the drawn price over the one that the test departs from; 0 on rows without a test. */
export function testDeviations({ price, base }: TestRows): Float64Array {
  return price.map((drawn, i) => (drawn > 0 && base[i] > 0 ? Math.log(drawn / base[i]) : 0));
}

/**
 * Instrument values of a cell's first rows: log cost beside its trend (costs and prices that rise with all others tell
 * nothing of what a price does among them), what a test drew, or a covariate as it is; gaps carry the last
 * known value.
 *
 * @returns null when the cell does not have the column, or it never varies
 */
export function instrumentValues(series: CellSeries, rows: number, name: string): Float64Array | null {
  const source =
    name === COST_INSTRUMENT
      ? series.cost.map((c) => (c > 0 ? Math.log(c) : Number.NaN))
      : name === TEST_INSTRUMENT && series.test
        ? testDeviations(series.test)
        : series.covariates.find((c) => c.name === name)?.values;
  if (!source) return null;
  const values = source.slice(0, rows);
  const first = values.find((v) => !Number.isNaN(v));
  if (first === undefined) return null;
  let last = first;
  for (let i = 0; i < rows; i++) {
    if (Number.isNaN(values[i])) values[i] = last;
    else last = values[i];
  }
  const [moves, least] = name === COST_INSTRUMENT ? [withoutTrend(values), LEAST_COST_MOVE] : [values, 1e-9];
  return moves.some((value) => Math.abs(value - moves[0]) > least) ? moves : null;
}

/** Of log cost beside its trend: less is the rounding of costs that rise with all prices, and moves none of them. */
const LEAST_COST_MOVE = 0.005;

/** What is left of values beside a straight line through them. */
function withoutTrend(values: Float64Array): Float64Array {
  const { length } = values;
  const middle = (length - 1) / 2;
  let [mean, slope, squares] = [0, 0, 0];
  for (let i = 0; i < length; i++) {
    mean += values[i] / length;
    slope += (i - middle) * values[i];
    squares += (i - middle) ** 2;
  }
  const rise = squares > 0 ? slope / squares : 0;
  return values.map((value, i) => value - mean - rise * (i - middle));
}

/**
 * First stage of the control function (Petrin & Train 2010, J. Marketing Research 47(1); Wooldridge 2015, J. Human
 * Resources 50(2)): the price column by least squares on every other column of the design and the instrument.
 *
 * @param columns of the design, intercept first, price second
 * @param design row-major rows × columns.length; its control column is not read
 * @throws NotFiniteError when squares of the instrument are too large for numbers
 */
export function firstStage(
  columns: readonly { readonly group: ColumnGroup }[],
  design: Float64Array,
  rows: number,
  instrument: Float64Array,
): FirstStage {
  const width = columns.length;
  const exogenous = columns.flatMap((c, j) => (c.group === 'price' || c.group === 'control' ? [] : [j]));
  const price = Float64Array.from({ length: rows }, (_, i) => design[i * width + 1]);
  const instrumented = [...exogenous, -1];
  const value = (i: number, j: number): number => (j < 0 ? instrument[i] : design[i * width + j]);
  const without = residuals(price, rows, exogenous, value);
  const residual = residuals(price, rows, instrumented, value);
  const sum = (v: Float64Array): number => v.reduce((total, x) => total + x * x, 0);
  const residualVariance = sum(residual) / Math.max(1, rows - instrumented.length);
  const explained = Math.max(0, sum(without) - sum(residual));
  return {
    instrument,
    residual,
    residualVariance,
    explained,
    firstStageF: residualVariance > 0 ? explained / residualVariance : Number.POSITIVE_INFINITY,
  };
}

function residuals(
  y: Float64Array,
  rows: number,
  columns: readonly number[],
  value: (i: number, j: number) => number,
): Float64Array {
  const p = columns.length;
  const gram = new Float64Array(p * p);
  const right = new Float64Array(p);
  for (let i = 0; i < rows; i++) {
    const x = columns.map((j) => value(i, j));
    for (let a = 0; a < p; a++) {
      right[a] = right[a] + x[a] * y[i];
      for (let b = 0; b < p; b++) gram[a * p + b] = gram[a * p + b] + x[a] * x[b];
    }
  }
  // Seven weekdays and an intercept repeat each other, and a short cell may have more columns than rows: a hair of
  // ridge picks one of the equal fits.
  for (let a = 0; a < p; a++) gram[a * p + a] = gram[a * p + a] * (1 + 1e-9) + 1e-9;
  const beta = choleskySolve(regularCholesky(gram, p, 0), p, right);
  return Float64Array.from(
    { length: rows },
    (_, i) => y[i] - columns.reduce((sum, j, a) => sum + beta[a] * value(i, j), 0),
  );
}
