/** Whether a cell still does what its model promised: its level, its answer to the price, its errors, its stock-outs. */

import type { DemandModel } from '../demand/demand-model.ts';
import { predictMean } from '../demand/mean-forecast.ts';
import type { CellSeries, Holiday } from '../series/cell-series.ts';
import { filledPrices } from '../series/design.ts';
import { plannedRows, rowsUpTo } from '../series/rows.ts';
import type { DriftKind, Frequency } from '../vocabulary.ts';
import { changeCrossing, factorCrossing } from './change-test.ts';
import { rootMeanSquare, type WatchedRows, watchedRows } from './watched-rows.ts';

/** A change that was found. */
export interface Drift {
  readonly kind: DriftKind;
  /** Day of the first row that it was found on, and of the row that it seems to have begun on. */
  readonly foundDay: number;
  readonly sinceDay: number;
  /**
   * `level`: share that demand moved by; `elasticity`: what it is about now; `error`: times that errors grew;
   * `stock-outs`: share of rows that sold out since.
   */
  readonly size: number;
}

/** What was sold against what was promised for the prices that were charged. */
export interface Kept {
  readonly rows: number;
  /** Σ|y − f| / Σy of the new rows, and Σ(f − y) / Σy; null where nothing was sold. */
  readonly wape: number | null;
  readonly bias: number | null;
}

export interface DriftReport {
  readonly drifts: readonly Drift[];
  /** Of rows after the last that the model knows; null without any. */
  readonly kept: Kept | null;
  /** Rows that were watched; 0 where the model cannot tell (few rows, an earlier version). */
  readonly watched: number;
}

/** Changes of log demand that are looked for: 15, 30 and 50 % less, as much more. */
const LEVEL_SIZES = [-0.16, -0.36, -0.69, 0.15, 0.3, 0.55] as const;
/** Changes of the elasticity, over what is believed of it. */
const SLOPE_SIZES = [-0.5, -1, 0.5] as const;
/** An elasticity that is believed to be smaller is taken for this: half of nothing is no change. */
const LEAST_SLOPE = 1;
/** Times that errors may have grown. */
const SPREADS = [1.5, 2.2] as const;
/** Stock-outs come in runs: a row of them counts for so much. */
const STOCK_OUT_EVIDENCE = 0.5;

/**
 * Thresholds in rows between false alarms that the test at least keeps where scores are independent; chosen on simulated
 * cells of seeds 1-99, reported on others (bench/drift.ts, docs/decisions/drift.md).
 */
export const THRESHOLDS: Readonly<Record<DriftKind, number>> = {
  level: 900,
  elasticity: 1_200,
  error: 3_000,
  'stock-outs': 3_000,
};
/** Rows of a year over those of daily cells: fewer rows a year must be between false alarms. */
const YEAR_SHARE: Readonly<Record<Frequency, number>> = { daily: 1, weekly: 52 / 365, monthly: 12 / 365 };

export function driftOf(model: DemandModel, series: CellSeries, holidays: readonly Holiday[]): DriftReport {
  const since = model.upkeep?.fullDay ?? model.lastDay;
  const watched = watchedRows(model, series, holidays, since);
  const kept = keptPromises(model, series, holidays);
  if (!watched) return { drifts: [], kept, watched: 0 };
  const least = YEAR_SHARE[series.frequency];
  const found = TESTS.map((test) => test(watched, series, (kind) => THRESHOLDS[kind] * least));
  const drifts = found.filter((drift) => drift !== null);
  // Errors grow with a level or an elasticity that moved: that is told already.
  const explained = drifts.some(({ kind }) => kind === 'level' || kind === 'elasticity');
  return {
    drifts: explained ? drifts.filter(({ kind }) => kind !== 'error') : drifts,
    kept,
    watched: watched.count,
  };
}

type Test = (rows: WatchedRows, series: CellSeries, threshold: (kind: DriftKind) => number) => Drift | null;

const TESTS: readonly Test[] = [levelDrifted, slopeDrifted, errorsGrew, soldOutMore];

function dayOf({ from }: WatchedRows, series: CellSeries, row: number): number {
  return series.days[from + row];
}

function levelDrifted(rows: WatchedRows, series: CellSeries, threshold: (kind: DriftKind) => number): Drift | null {
  const { scores, evidence, signature } = rows;
  const from = (onset: number): Float64Array => signature(onset, () => 1);
  const found = changeCrossing(scores, from, LEVEL_SIZES, { evidence, threshold: threshold('level') });
  if (!found) return null;
  const moved = sizeOf(rows.errors, from(found.onset), found.onset);
  return {
    kind: 'level',
    foundDay: dayOf(rows, series, found.at),
    sinceDay: dayOf(rows, series, found.onset),
    size: Math.exp(moved) - 1,
  };
}

function slopeDrifted(rows: WatchedRows, series: CellSeries, threshold: (kind: DriftKind) => number): Drift | null {
  const { scores, evidence, signature, price, slope } = rows;
  const from = (onset: number): Float64Array => signature(onset, (i) => price[i]);
  const unit = Math.max(Math.abs(slope), LEAST_SLOPE);
  const sizes = SLOPE_SIZES.map((share) => -share * unit);
  const found = changeCrossing(scores, from, sizes, { evidence, threshold: threshold('elasticity') });
  if (!found) return null;
  return {
    kind: 'elasticity',
    foundDay: dayOf(rows, series, found.at),
    sinceDay: dayOf(rows, series, found.onset),
    size: slope + sizeOf(rows.errors, from(found.onset), found.onset),
  };
}

/** Least squares of the errors on a signature, from an onset on. */
function sizeOf(errors: Float64Array, made: Float64Array, onset: number): number {
  let [product, square] = [0, 0];
  for (let t = onset; t < errors.length; t++) {
    if (Number.isNaN(errors[t])) continue;
    product += errors[t] * made[t];
    square += made[t] ** 2;
  }
  return square > 0 ? product / square : 0;
}

/** Scores of the same mean that lie further apart. */
function errorsGrew(rows: WatchedRows, series: CellSeries, threshold: (kind: DriftKind) => number): Drift | null {
  const { scores, evidence } = rows;
  const factors = SPREADS.map((times) =>
    scores.map((z) => (Number.isNaN(z) ? 0 : evidence * (0.5 * z * z * (1 - 1 / times ** 2) - Math.log(times)))),
  );
  const found = factorCrossing(factors, threshold('error'));
  if (found === null) return null;
  const { at, onset } = found;
  return {
    kind: 'error',
    foundDay: dayOf(rows, series, at),
    sinceDay: dayOf(rows, series, onset),
    size: rootMeanSquare(rows.errors.subarray(onset)) / rows.usualError,
  };
}

/** More rows sell out than did before. */
function soldOutMore(rows: WatchedRows, series: CellSeries, threshold: (kind: DriftKind) => number): Drift | null {
  const { from, count } = rows;
  let before = 0;
  for (let i = 0; i < from; i++) before += series.soldOut[i];
  const usual = (before + 1) / (from + 2);
  const more = Math.min(0.9, Math.max(3 * usual, usual + 0.15));
  // It sells out nearly always as it is.
  if (more <= usual) return null;
  const out = series.soldOut.subarray(from, from + count);
  const factors = Float64Array.from(
    out,
    (sold) => STOCK_OUT_EVIDENCE * Math.log(sold === 1 ? more / usual : (1 - more) / (1 - usual)),
  );
  const found = factorCrossing([factors], threshold('stock-outs'));
  if (found === null) return null;
  const { at, onset } = found;
  const share = out.subarray(onset).reduce((sum, sold) => sum + sold, 0) / (count - onset);
  return { kind: 'stock-outs', foundDay: dayOf(rows, series, at), sinceDay: dayOf(rows, series, onset), size: share };
}

/** Rows after the last that the model knows against its forecast of them. */
function keptPromises(model: DemandModel, series: CellSeries, holidays: readonly Holiday[]): Kept | null {
  const rows = series.days.length;
  const from = rowsUpTo(series, model.lastDay);
  if (from >= rows) return null;
  const forecast = predictMean(model, plannedRows(series, from, rows, filledPrices(series.price, rows)), holidays);
  let [absolute, signed, sold, counted] = [0, 0, 0, 0];
  forecast.forEach((f, i) => {
    const y = series.quantity[from + i];
    // A day that sold out would have sold more: nothing is told by selling less than was expected.
    if (series.soldOut[from + i] === 1 && f > y) return;
    absolute += Math.abs(y - f);
    signed += f - y;
    sold += y;
    counted++;
  });
  return { rows: counted, wape: sold > 0 ? absolute / sold : null, bias: sold > 0 ? signed / sold : null };
}
