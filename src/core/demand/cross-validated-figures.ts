/** What held-out rows say of a model: its errors beside those of simple forecasts. */

import { mean } from '../math/summary.ts';
import { choiceDeviance } from '../regression/deviance.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { candidateDeviances, combinedForecast } from './combination.ts';
import type { Candidate, HeldOut } from './cross-validation.ts';
import { type EvidenceRow, fewPieces, type SpreadEvidence, spreadEvidence } from './spread-evidence.ts';

/** What the figures of one fold are made of, so that those of a later one can take its place. */
export interface FoldSums {
  readonly rows: number;
  /** Σ|y − f|, Σy, Σ(y − f)², Σ(f − y). */
  readonly absolute: number;
  readonly sold: number;
  readonly squares: number;
  readonly signed: number;
  /** Summed deviance, and what the best simple forecast's lies above it. */
  readonly deviance: number;
  readonly difference: number;
  /** Rows that have a scale. */
  readonly counted: number;
  /** Summed deviance of every candidate, in the order of `candidates`; null of one that was no longer fitted. */
  readonly byCandidate: readonly (number | null)[];
  /** What its rows say of how widely rows scatter; missing of models of earlier versions. */
  readonly spread?: SpreadEvidence;
}

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
  /** By fold, latest first; missing of models of earlier versions. */
  readonly foldSums?: readonly FoldSums[];
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
  const { sums, scores } = foldFigures(heldOut, combined, bestSimple(candidates, deviances), soldByFew(series));
  return {
    ...figuresOf(sums, series),
    candidates: candidates.map((candidate, c) => ({
      candidate,
      deviance: deviances[c] / heldOut.rows,
      weight: weights[c],
    })),
    scores,
    scoreDaysAhead: Array.from(heldOut.daysAhead),
    foldSums: sums,
  };
}

/** The figures of some folds, latest first. @param series whose steps the errors are scaled by */
export function figuresOf(
  sums: readonly FoldSums[],
  series: CellSeries,
): Omit<CrossValidated, 'candidates' | 'scores' | 'scoreDaysAhead' | 'foldSums'> {
  const total = (key: Exclude<keyof FoldSums, 'byCandidate' | 'spread'>): number =>
    sums.reduce((sum, fold) => sum + fold[key], 0);
  const [rows, sold] = [total('rows'), total('sold')];
  const rmse = Math.sqrt(total('squares') / rows);
  const step = lastYearsStep(series);
  return {
    folds: sums.length,
    rows,
    wape: sold > 0 ? total('absolute') / sold : null,
    rmse,
    rmsse: step > 0 ? rmse / step : null,
    bias: sold > 0 ? total('signed') / sold : null,
    deviance: total('deviance') / rows,
    foldDeviances: sums.map(({ deviance, counted }) => deviance / Math.max(1, counted)),
    simpleForecastWins: winsClearly(sums.map(({ difference }) => difference)),
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
    simpleForecastWins: false,
    candidates: candidates.map((candidate, c) => ({ candidate, deviance: null, weight: weights[c] })),
    scores: [],
    scoreDaysAhead: [],
    foldSums: [],
  };
}

/** Number of the simple forecast among the candidates that has the smallest deviance. */
export function bestSimple(candidates: readonly Candidate[], deviances: Float64Array): number {
  let best = candidates.findIndex(({ kind }) => kind === 'simple');
  candidates.forEach(({ kind }, c) => {
    if (kind === 'simple' && deviances[c] < deviances[best]) best = c;
  });
  return best;
}

/**
 * Sums by fold, the difference that to a rival's deviance; and a score a row.
 *
 * @param counted see RowKind
 */
export function foldFigures(
  heldOut: HeldOut,
  combined: Float64Array,
  rival: number,
  counted: boolean,
): { readonly sums: FoldSums[]; readonly scores: number[] } {
  const { rows, actual, scale, fold, forecasts, originDays, candidates } = heldOut;
  const sums = originDays.map(() => noSums());
  const deviances = originDays.map(() => candidates.map(() => 0));
  const told: EvidenceRow[][] = originDays.map(() => []);
  const scores: number[] = [];
  for (let i = 0; i < rows; i++) {
    const [k, unit] = [fold[i], scale[i]];
    scores.push(addHeldOut(sums[k] as Sums, actual[i], combined[i], forecasts[rival * rows + i], unit));
    if (!(unit > 0)) continue;
    (told[k] as EvidenceRow[]).push({ sold: actual[i], forecast: combined[i], unit });
    const own = deviances[k] as number[];
    for (let c = 0; c < own.length; c++)
      own[c] = (own[c] as number) + choiceDeviance(actual[i] / unit, forecasts[c * rows + i] / unit);
  }
  return {
    sums: sums.map((fold, k) => ({
      ...fold,
      byCandidate: deviances[k] as number[],
      spread: spreadEvidence(counted, told[k] as EvidenceRow[]),
    })),
    scores,
  };
}

/** Whether all that a cell ever sold came in whole pieces, and few at a time. */
export function soldByFew({ quantity }: CellSeries): boolean {
  return quantity.every((sold) => Number.isInteger(sold)) && fewPieces(mean(quantity));
}

type Sums = { -readonly [K in Exclude<keyof FoldSums, 'byCandidate' | 'spread'>]: FoldSums[K] };

function noSums(): Sums {
  return { rows: 0, absolute: 0, sold: 0, squares: 0, signed: 0, deviance: 0, difference: 0, counted: 0 };
}

/** Adds a held-out row to its fold. @param unit mean training quantity of the fold. @returns its score */
function addHeldOut(sums: Sums, y: number, forecast: number, rival: number, unit: number): number {
  sums.rows++;
  sums.absolute += Math.abs(y - forecast);
  sums.sold += y;
  sums.squares += (y - forecast) ** 2;
  sums.signed += forecast - y;
  if (!(unit > 0)) return Number.MAX_VALUE;
  const own = choiceDeviance(y / unit, forecast / unit);
  sums.deviance += own;
  sums.counted++;
  sums.difference += own - choiceDeviance(y / unit, rival / unit);
  return shortScore(Math.abs(y - forecast) / intervalScale(forecast, unit));
}

/** Four decimals: a document keeps these in a third of the bytes. */
function shortScore(score: number): number {
  return score < 1e5 ? Math.round(1e4 * score) / 1e4 : score;
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

function winsClearly(foldDifferences: readonly number[]): boolean {
  const n = foldDifferences.length;
  if (n < 3) return false;
  const mean = foldDifferences.reduce((a, b) => a + b, 0) / n;
  const variance = foldDifferences.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1);
  return mean > Math.sqrt(variance / n);
}
