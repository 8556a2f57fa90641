/**
 * What an error history says: how far it fell, since when it stands still, what each search round bought, and when to
 * stop next time.
 */

import type { ConvergenceAdviceCode } from '../vocabulary.ts';
import { type ErrorHistory, errorFigures, errorOf, type SearchEvent } from './history.ts';

/**
 * What to do about the number of iterations. `KEEP_TRAINING`: the error still moves, more may lower it. `ENOUGH`: from
 * `iterations` on the error stood no higher than where it ended for {@link STANDING_EVALUATIONS} evaluations.
 * `NOT_FINITE`: figures stopped being finite at `iterations`. `NO_ERROR`: none to judge by.
 */
export interface ConvergenceAdvice {
  readonly code: ConvergenceAdviceCode;
  readonly iterations: number;
}

export interface SearchRoundAnalysis extends Pick<SearchEvent, 'iteration' | 'adopted' | 'changes'> {
  /** Error at the last evaluation before the round, and at the last one before the next adopted round (or the end). */
  readonly errorBefore: number | null;
  readonly errorAfter: number | null;
}

export interface ConvergenceAnalysis {
  readonly points: number;
  readonly firstError: number | null;
  readonly bestError: number | null;
  readonly bestIteration: number | null;
  readonly lastError: number | null;
  /**
   * First evaluation from which on no error lies above the last one by more than a hundredth of the whole improvement;
   * null without errors.
   */
  readonly plateauSince: number | null;
  /** Fall of the error per 1,000 iterations over the second half of the training; negative where it rose. */
  readonly improvementPer1000: number | null;
  readonly searchRounds: readonly SearchRoundAnalysis[];
  readonly advice: ConvergenceAdvice;
}

/** Share of the whole improvement that stopping at the plateau may lose. */
const PLATEAU_SHARE = 0.01;

/**
 * Evaluations, an octave of iterations on the usual schedule, for which the error must stand before it counts as
 * arrived: one dip is luck.
 */
const STANDING_EVALUATIONS = 64;

/** Share of the error that is worth more iterations, and that patience counts. */
export const SMALLEST_GAIN = 0.001;

/** A hundredth of a percentage point: of an error that is all but 0 no share is worth an iteration. */
const SMALLEST_FALL = 1e-4;

/** Analyses one history. @throws RangeError for a history without points */
export function analyzeConvergence(history: ErrorHistory): ConvergenceAnalysis {
  const { iterations } = history;
  if (iterations.length === 0) throw new RangeError('a history must have at least one point, got none');
  const error = errorOf(history);
  const { first, best, bestIteration, last } = errorFigures(history);
  const end = iterations.at(-1) as number;
  const searches = history.events.filter((event) => event.kind === 'search');
  const adopted = searches.filter((event) => event.adopted);
  const searchRounds = searches.map(({ iteration, adopted: was, changes }): SearchRoundAnalysis => {
    const next = adopted.find((event) => event.iteration > iteration)?.iteration ?? Number.POSITIVE_INFINITY;
    return {
      iteration,
      adopted: was,
      changes,
      errorBefore: errorAt(history, iteration),
      errorAfter: errorAt(history, Math.min(next, end)),
    };
  });
  const shared = {
    points: iterations.length,
    firstError: first,
    bestError: best,
    bestIteration,
    lastError: last,
    searchRounds,
  };
  const broken = history.events.find((event) => event.kind === 'not-finite');
  if (broken || first === null || last === null) {
    const advice: ConvergenceAdvice = broken
      ? { code: 'NOT_FINITE', iterations: broken.iteration }
      : { code: 'NO_ERROR', iterations: end };
    return { ...shared, plateauSince: null, improvementPer1000: null, advice };
  }
  // The improvement is to where the error ended, whichever way that lies from the start. Where it fell, stopping at an
  // error below the last one loses nothing.
  const band = PLATEAU_SHARE * Math.abs(first - last);
  const stands = (e: number): boolean => (last < first ? e <= last + band : Math.abs(e - last) <= band);
  let since = iterations.length - 1;
  while (since > 0 && stands(error[since - 1])) since--;
  const plateauSince = iterations[since];
  let standing = 0;
  let enough = since;
  for (let i = 0; i < since && enough === since; i++) {
    standing = stands(error[i]) ? standing + 1 : 0;
    if (standing === STANDING_EVALUATIONS) enough = i - STANDING_EVALUATIONS + 1;
  }
  const half = errorAt(history, end / 2) ?? first;
  return {
    ...shared,
    plateauSince,
    improvementPer1000: ((half - last) / (end / 2)) * 1000,
    // Twice the iterations gain about what the second half gained: less than the band, or than a thousandth of the
    // error, is nothing to wait for.
    advice:
      half - last > Math.max(band, SMALLEST_GAIN * last, SMALLEST_FALL)
        ? { code: 'KEEP_TRAINING', iterations: end * 2 }
        : { code: 'ENOUGH', iterations: iterations[enough] },
  };
}

/** The error of the last evaluation at or before an iteration; null where there is none. */
function errorAt(history: ErrorHistory, iteration: number): number | null {
  const error = errorOf(history);
  for (let i = history.iterations.length - 1; i >= 0; i--) {
    if (history.iterations[i] <= iteration) return Number.isFinite(error[i]) ? error[i] : null;
  }
  return null;
}
