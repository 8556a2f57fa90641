/** What held-out rows say of a model: its errors beside those of simple forecasts. */

import { choiceDeviance } from '../regression/deviance.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { candidateDeviances, combinedForecast } from './combination.ts';
import type { Candidate, HeldOut } from './cross-validation.ts';

/** Cross-validated figures of the model; null where the cell has too few rows for a fold or sold nothing in them. */
export interface CrossValidated {
  readonly folds: number;
  readonly rows: number;
  readonly wape: number | null;
  readonly rmse: number | null;
  readonly rmsse: number | null;
  /** Σ(f − y) / Σy. */
  readonly bias: number | null;
  /** Mean Tweedie deviance, k = 1.5, in units of the training mean. */
  readonly deviance: number | null;
  /** The same by fold, latest first: what versions of a model are compared on. */
  readonly foldDeviances: readonly number[];
  /** Mean deviance of every candidate that was tried. */
  readonly candidates: readonly {
    readonly candidate: Candidate;
    readonly deviance: number | null;
    readonly weight: number;
  }[];
  /** The best simple forecast beats the model by more than one standard error of the paired difference. */
  readonly simpleForecastWins: boolean;
  /** |y − f| / (ȳ (f/ȳ)^¾) of every held-out row, with its days ahead: conformal scores. */
  readonly scores: readonly number[];
  readonly scoreDaysAhead: readonly number[];
}

/**
 * @param heldOut null without a fold: the candidates then stand without figures
 * @param weights one a candidate
 */
export function crossValidatedFigures(
  series: CellSeries,
  heldOut: HeldOut | null,
  candidates: readonly Candidate[],
  weights: Float64Array,
): CrossValidated {
  if (!heldOut) return withoutFolds(candidates, weights);
  const combined = combinedForecast(heldOut, weights);
  const deviances = candidateDeviances(heldOut);
  const { rows, actual } = heldOut;
  let absolute = 0;
  let total = 0;
  let squares = 0;
  let signed = 0;
  for (let i = 0; i < rows; i++) {
    const y = actual[i];
    const f = combined[i];
    absolute += Math.abs(y - f);
    total += y;
    squares += (y - f) ** 2;
    signed += f - y;
  }
  const rmse = Math.sqrt(squares / rows);
  const step = lastYearsStep(series);
  const byFold = foldFigures(heldOut, combined, bestSimple(candidates, deviances));
  return {
    folds: heldOut.originDays.length,
    rows,
    wape: total > 0 ? absolute / total : null,
    rmse,
    rmsse: step > 0 ? rmse / step : null,
    bias: total > 0 ? signed / total : null,
    deviance: byFold.deviance.reduce((a, b) => a + b, 0) / rows,
    foldDeviances: Array.from(byFold.deviance, (s, k) => s / Math.max(1, byFold.rows[k])),
    candidates: candidates.map((candidate, c) => ({ candidate, deviance: deviances[c] / rows, weight: weights[c] })),
    simpleForecastWins: winsClearly(byFold.difference),
    scores: byFold.scores,
    scoreDaysAhead: Array.from(heldOut.daysAhead),
  };
}

function withoutFolds(candidates: readonly Candidate[], weights: Float64Array): CrossValidated {
  return {
    folds: 0,
    rows: 0,
    wape: null,
    rmse: null,
    rmsse: null,
    bias: null,
    deviance: null,
    foldDeviances: [],
    candidates: candidates.map((candidate, c) => ({ candidate, deviance: null, weight: weights[c] })),
    simpleForecastWins: false,
    scores: [],
    scoreDaysAhead: [],
  };
}

/** Number of the simple forecast, the last of the candidates, that has the smallest deviance. */
function bestSimple(candidates: readonly Candidate[], deviances: Float64Array): number {
  const first = candidates.findIndex(({ kind }) => kind === 'simple');
  let best = first;
  for (let c = first; c < deviances.length; c++) if (deviances[c] < deviances[best]) best = c;
  return best;
}

/** Sums by fold: the model's deviance, what a rival's lies below it, rows that have a scale; and a score a row. */
function foldFigures(heldOut: HeldOut, combined: Float64Array, rival: number) {
  const { rows, actual, scale, fold, forecasts } = heldOut;
  const folds = heldOut.originDays.length;
  const deviance = new Float64Array(folds);
  const counted = new Float64Array(folds);
  const difference = new Float64Array(folds);
  const scores: number[] = [];
  for (let i = 0; i < rows; i++) {
    const y = actual[i];
    const f = combined[i];
    const unit = scale[i];
    if (!(unit > 0)) {
      scores.push(Number.MAX_VALUE);
      continue;
    }
    const k = fold[i];
    const own = choiceDeviance(y / unit, f / unit);
    deviance[k] = deviance[k] + own;
    counted[k] = counted[k] + 1;
    difference[k] = difference[k] + own - choiceDeviance(y / unit, forecasts[rival * rows + i] / unit);
    scores.push(Math.abs(y - f) / intervalScale(f, unit));
  }
  return { deviance, rows: counted, difference, scores };
}

/** √ of the mean squared step between rows of the last 365. */
function lastYearsStep({ quantity }: CellSeries): number {
  const n = quantity.length;
  const from = Math.max(1, n - 365);
  let steps = 0;
  for (let i = from; i < n; i++) steps += (quantity[i] - quantity[i - 1]) ** 2;
  return Math.sqrt(steps / Math.max(1, n - from));
}

/**
 * ȳ (f/ȳ)^¾: the standard deviation that variance ∝ f^1.5 gives, up to a constant. A forecast of nothing keeps a
 * hundredth of ȳ.
 */
export function intervalScale(forecast: number, meanQuantity: number): number {
  return meanQuantity * Math.max(forecast / meanQuantity, 0.01) ** 0.75;
}

function winsClearly(foldDifferences: Float64Array): boolean {
  const n = foldDifferences.length;
  if (n < 3) return false;
  const mean = foldDifferences.reduce((a, b) => a + b, 0) / n;
  const variance = foldDifferences.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1);
  return mean > Math.sqrt(variance / n);
}
