/** New rows of a cell as a model sees them come: one-step errors, free of the walk and the noise that it knows of. */

import type { DemandModel } from '../demand/demand-model.ts';
import { slopeOf } from '../demand/demand-model.ts';
import { aroundMean, heaviest } from '../demand/disturbances.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import type { CellSeries, Holiday } from '../series/cell-series.ts';
import { rowsUpTo } from '../series/rows.ts';

/** Rows before the watched ones that tell how errors usually lie. */
const REFERENCE_ROWS = 400;
/** Of them, rows on which the filter finds its level. */
const RUN_IN = 14;
/** Fewer tell no distribution: nothing is then watched. */
const LEAST_REFERENCE = 30;
/** Watched at once, the latest: a third of a year of days. What moved earlier has been told, or is the usual by now. */
const MOST_WATCHED = 120;
/** Rows whose errors are added to see whether some dependence is left. */
const BLOCK = 7;

/** Errors of watched rows, and what a column of the model that changed would have made of them. */
export interface WatchedRows {
  /** Number of the first watched row in the series. */
  readonly from: number;
  readonly count: number;
  /** Standardised one-step errors as normal scores among those of the reference; NaN of rows that tell nothing. */
  readonly scores: Float64Array;
  /** The same as they are. */
  readonly errors: Float64Array;
  /** Root of the mean square of the reference's errors. */
  readonly usualError: number;
  /** Share of each row's evidence that counts, for dependence that is left: in (0, 1]. */
  readonly evidence: number;
  /** Price column of each row, less its usual value before it. */
  readonly price: Float64Array;
  /** The elasticity that the model believes in. */
  readonly slope: number;
  /**
   * Errors that a unit of a column makes of a row on: `column(i)` of watched row i, from row `start` on, in standard
   * deviations.
   */
  readonly signature: (start: number, column: (i: number) => number) => Float64Array;
}

interface Step {
  readonly error: number;
  /** Standard deviation of the error. */
  readonly deviation: number;
  readonly levelGain: number;
  readonly shockGain: number;
  readonly kept: number;
  readonly scale: number;
}

/**
 * Runs a cell's rows through a Kalman filter of the model's heaviest walk and noise, around the model's mean at the
 * prices that were charged, as in disturbances.ts. Its innovations are free of the autocorrelation that the model knows
 * of (Harvey 1989, §5.4); what is left is measured on the reference and counted as fewer rows.
 *
 * @param since rows after this day are watched, at most {@link MOST_WATCHED}
 * @returns null where the model knows no noise, or too few rows tell how errors usually lie
 */
export function watchedRows(
  model: DemandModel,
  series: CellSeries,
  holidays: readonly Holiday[],
  since: number,
): WatchedRows | null {
  const rows = series.days.length;
  const from = Math.max(rowsUpTo(series, since), rows - MOST_WATCHED);
  const start = Math.max(0, from - REFERENCE_ROWS);
  const motion = model.disturbances?.processes.reduce((best, one) => (one.weight > best.weight ? one : best));
  const noise = motion ? motion.white + motion.correlated : 0;
  if (!motion || !(noise > 0) || from >= rows || from - start < RUN_IN + LEAST_REFERENCE) return null;
  const observed = observedFrom(model, series, holidays, start);
  const steps = filtered(observed, {
    walk: motion.level / noise,
    correlation: motion.correlation,
    share: motion.correlated / noise,
    noise,
  });
  const all = steps.map((step) => (step ? step.error / step.deviation : Number.NaN));
  const reference = all.slice(RUN_IN, from - start).filter((error) => !Number.isNaN(error));
  if (reference.length < LEAST_REFERENCE) return null;
  const sorted = Float64Array.from(reference).sort();
  const watched = all.slice(from - start);
  const shown = steps.slice(from - start);
  return {
    from,
    count: rows - from,
    scores: Float64Array.from(watched, (error) => normalScore(error, sorted)),
    errors: Float64Array.from(watched),
    usualError: rootMeanSquare(reference),
    evidence: evidenceOf(reference.map((error) => normalScore(error, sorted))),
    price: priceMoves(observed.price, from - start),
    slope: slopeOf(observed.component).value,
    signature: (first, column) => signatureOf(shown, first, column),
  };
}

/** Of the numbers that are there; NaN of none. */
export function rootMeanSquare(values: Iterable<number>): number {
  let [squares, count] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    squares += value ** 2;
    count++;
  }
  return Math.sqrt(squares / count);
}

interface ObservedRows {
  readonly component: DemandModel['components'][number];
  /** Log demand over what the model expects without level; NaN where a row sold out and tells nothing. */
  readonly log: Float64Array;
  readonly soldOut: Uint8Array;
  readonly scale: Float64Array;
  readonly price: Float64Array;
}

function observedFrom(
  model: DemandModel,
  series: CellSeries,
  holidays: readonly Holiday[],
  start: number,
): ObservedRows {
  const component = heaviest(model.components);
  const { quantity, soldOut, days } = series;
  // What is watched is what is promised: the slope that prices are recommended by.
  const slope = slopeOf(component).value;
  const { design, log, scale } = aroundMean({ series, demand: quantity, from: start }, component, slope, holidays);
  const width = component.plan.columns.length;
  return {
    component,
    log,
    scale,
    soldOut: soldOut.subarray(start, days.length),
    price: Float64Array.from(log, (_, i) => design[i * width + 1]),
  };
}

interface WalkAndNoise {
  readonly walk: number;
  readonly correlation: number;
  readonly share: number;
  /** Variance of a row at the usual mean. */
  readonly noise: number;
}

/** The filter of innovations.ts, row by row. Null of the first row, and of rows that sold out below what was expected. */
function filtered(
  { log, soldOut, scale }: ObservedRows,
  { walk, correlation, share, noise }: WalkAndNoise,
): readonly (Step | null)[] {
  let [level, shock] = [log[0], 0];
  let [p11, p12, p22] = [scale[0] ** 2, -scale[0] * share, share];
  return Array.from(log, (observed, i) => {
    if (i === 0) return null;
    const s = scale[i];
    p11 += walk;
    p12 *= correlation;
    p22 = correlation ** 2 * p22 + (1 - correlation ** 2) * share;
    shock *= correlation;
    const error = observed - level - s * shock;
    // At least what was sold was asked for: that is news only where it is more than was expected.
    if (soldOut[i] === 1 && error < 0) return null;
    const a = p11 + s * p12;
    const b = p12 + s * p22;
    const f = a + s * b + s * s * (1 - share);
    const [levelGain, shockGain] = [a / f, b / f];
    level += levelGain * error;
    shock += shockGain * error;
    p11 -= levelGain * a;
    p12 -= levelGain * b;
    p22 -= shockGain * b;
    return { error, deviation: Math.sqrt(f * noise), levelGain, shockGain, kept: correlation, scale: s };
  });
}

function signatureOf(steps: readonly (Step | null)[], first: number, column: (i: number) => number): Float64Array {
  const made = new Float64Array(steps.length);
  let [level, shock] = [0, 0];
  for (let i = first; i < steps.length; i++) {
    const step = steps[i];
    if (!step) continue;
    shock *= step.kept;
    const error = column(i) - level - step.scale * shock;
    level += step.levelGain * error;
    shock += step.shockGain * error;
    made[i] = error / step.deviation;
  }
  return made;
}

/** The normal quantile of an error's rank among the reference: equal ones share their ranks. */
function normalScore(error: number, sorted: Float64Array): number {
  if (Number.isNaN(error)) return Number.NaN;
  let [below, upTo] = [0, sorted.length];
  let high = sorted.length;
  while (below < high) {
    const middle = (below + high) >> 1;
    if (sorted[middle] < error) below = middle + 1;
    else high = middle;
  }
  let low = below;
  while (low < upTo) {
    const middle = (low + upTo) >> 1;
    if (sorted[middle] <= error) low = middle + 1;
    else upTo = middle;
  }
  return normalQuantile(((below + low) / 2 + 0.5) / (sorted.length + 1));
}

/** One over the variance of sums of a block of scores over that of independent ones, at most 1. */
function evidenceOf(scores: readonly number[]): number {
  const blocks = Math.floor(scores.length / BLOCK);
  let [sum, squares] = [0, 0];
  for (let b = 0; b < blocks; b++) {
    let block = 0;
    for (let i = 0; i < BLOCK; i++) block += scores[b * BLOCK + i] as number;
    squares += block ** 2;
    sum += BLOCK;
  }
  return sum === 0 ? 1 : Math.min(1, sum / squares);
}

/** Days of the price's usual value. */
const USUAL_PRICE_ROWS = 60;

/** Price column of the watched rows less its mean over the rows before each: a change of slope is no change of level. */
function priceMoves(price: Float64Array, from: number): Float64Array {
  return Float64Array.from({ length: price.length - from }, (_, i) => {
    const row = from + i;
    const first = Math.max(0, row - USUAL_PRICE_ROWS);
    let sum = 0;
    for (let k = first; k < row; k++) sum += price[k];
    return price[row] - sum / (row - first);
  });
}
