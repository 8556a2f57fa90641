/** What a whole fold of new rows says of a model: how near it forecast them before it was brought up to date with them. */

import { predictComponent } from '../regression/component.ts';
import type { CellSeries, Holiday } from '../series/cell-series.ts';
import { firstRows } from '../series/rows.ts';
import { combinationWeights, combinedForecast } from './combination.ts';
import {
  bestSimple,
  type CrossValidated,
  type FoldSums,
  figuresOf,
  foldFigures,
  soldByFew,
} from './cross-validated-figures.ts';
import { type Candidate, heldOutForecasts, MAX_FOLDS } from './cross-validation.ts';
import type { Standing, StandingFit } from './standing.ts';
import { type TreesPart, treesAt } from './trees-part.ts';

/** A fold with its scores. */
interface ScoredRows {
  readonly sums: FoldSums;
  readonly scores: readonly number[];
  readonly daysAhead: readonly number[];
}

/** The rows of a fold, beside those before it. */
export interface FoldRows {
  /** The cell with what rows before the fold that sold out would have sold, by what was known then. */
  readonly known: CellSeries;
  /** The same of rows within it, by what is known after it. */
  readonly scored: CellSeries;
  /** Up to its end. */
  readonly rows: number;
}

/** What is different after a fold. */
export interface AfterFold extends Pick<Standing, 'crossValidated' | 'simple'> {
  /** Of the components, in their order. */
  readonly weights: readonly number[];
}

/**
 * Cross-validated figures with a fold of new rows in the place of the oldest, forecast by components, levels and weights
 * that know nothing of it; and the weights of the candidates by what all folds then say. Specs that the last search left
 * out stay out.
 */
export function scoredFold(before: Standing, fold: FoldRows, holidays: readonly Holiday[]): AfterFold {
  const { crossValidated, components } = before;
  const old = splitByFold(crossValidated);
  const places = placesOf(before);
  const kept = [foldOf(before, places, fold, holidays), ...old].slice(0, Math.min(MAX_FOLDS, old.length + 1));
  const figures = figuresOf(
    kept.map(({ sums }) => sums),
    firstRows(fold.scored, fold.rows),
  );
  const candidates = crossValidated.candidates.map(({ candidate }) => candidate);
  const deviances = Float64Array.from(candidates, (_, c) =>
    kept.reduce((sum, { sums }) => sum + (sums.byCandidate[c] ?? Number.POSITIVE_INFINITY), 0),
  );
  const others = combinationWeights({ candidates, rows: figures.rows }, deviances, fold.scored.frequency);
  // Deviances of single candidates do not tell what an average gains: trees keep the share that their folds gave them.
  const share = treesOfFold(before, fold)?.weight ?? 0;
  const weights = others.map((weight, c) => (candidates[c]?.kind === 'trees' ? share : weight * (1 - share)));
  return {
    weights: components.map((_, k) => weights[places.indexOf(k)] ?? 0),
    simple: candidates.flatMap((one, c) =>
      one.kind === 'simple' && weights[c] > 0 ? [{ name: one.name, weight: weights[c] }] : [],
    ),
    crossValidated: {
      ...figures,
      candidates: candidates.map((candidate, c) => ({
        candidate,
        deviance: Number.isFinite(deviances[c]) ? deviances[c] / figures.rows : null,
        weight: weights[c],
      })),
      scores: kept.flatMap(({ scores }) => scores),
      scoreDaysAhead: kept.flatMap(({ daysAhead }) => daysAhead),
      foldSums: kept.map(({ sums }) => sums),
    },
  };
}

/** Of every candidate the place of its component; −1 of those that are no specs, and of specs that are no longer fitted. */
function placesOf({ crossValidated, components }: Standing): number[] {
  const specs = components.map(({ spec }) => JSON.stringify(spec));
  return crossValidated.candidates.map(({ candidate }) =>
    candidate.kind === 'spec' ? specs.indexOf(JSON.stringify(candidate.spec)) : -1,
  );
}

/** Null where trees do not count, or know no further than to within the fold: after a pause it lies far ahead. */
function treesOfFold({ trees }: Standing, { scored, rows }: FoldRows): TreesPart | null {
  const last = trees?.byPeriod.at(-1)?.day ?? Number.NEGATIVE_INFINITY;
  return trees && last >= scored.days[rows - 1] ? trees : null;
}

function foldOf(before: Standing, places: readonly number[], fold: FoldRows, holidays: readonly Holiday[]): ScoredRows {
  const { crossValidated, components, day, rows } = before;
  // Those that are still fitted, the simple ones, and trees as long as they know what to expect.
  const trees = treesOfFold(before, fold);
  const stands = (kind: Candidate['kind'], c: number): boolean =>
    kind === 'spec' ? (places[c] as number) >= 0 : kind === 'simple' || trees !== null;
  const alive = crossValidated.candidates.flatMap(({ candidate }, c) => (stands(candidate.kind, c) ? [c] : []));
  const told = alive.map((c) => crossValidated.candidates[c] as CrossValidated['candidates'][number]);
  const fitOf = (c: number): StandingFit => components[places[c] as number] as StandingFit;
  const effects = components.map((fit) => ({ fit, weight: fit.priceWeight }));
  const heldOut = heldOutForecasts(
    foldSeries(fold, rows),
    [{ originDay: day, trainingRows: rows, endRow: fold.rows }],
    told.map(({ candidate }) => candidate),
    ({ kind }, { planned }, a) =>
      kind === 'trees'
        ? treesAt(trees as TreesPart, planned, effects, { frequency: fold.scored.frequency, holidays })
        : predictComponent(fitOf(alive[a] as number), planned, holidays),
  );
  const combined = combinedForecast(
    heldOut,
    Float64Array.from(told, ({ weight }) => weight),
  );
  const rival = bestSimple(
    heldOut.candidates,
    Float64Array.from(told, ({ deviance }) => deviance ?? Number.POSITIVE_INFINITY),
  );
  const { sums, scores } = foldFigures(
    heldOut,
    combined,
    rival,
    countedBefore(crossValidated) ?? soldByFew(fold.scored),
  );
  const [own] = sums as [FoldSums];
  const byCandidate = places.map((_, c) => (alive.includes(c) ? (own.byCandidate[alive.indexOf(c)] ?? null) : null));
  return { sums: { ...own, byCandidate }, scores, daysAhead: Array.from(heldOut.daysAhead) };
}

/** A new fold is told in the same terms as those before it; null: they are of an earlier version. */
function countedBefore({ foldSums = [] }: CrossValidated): boolean | null {
  return foldSums[0]?.spread?.counted ?? null;
}

/** The cell as its fold is forecast and scored: nothing within the fold tells of the rows before it. */
function foldSeries({ known, scored }: FoldRows, before: number): CellSeries {
  if (!scored.demand) return scored;
  const { expected, drawn } = scored.demand;
  const joined = (within: Float64Array, early: Float64Array): Float64Array => {
    const values = within.slice();
    values.set(early.subarray(0, before));
    return values;
  };
  const { quantity, demand = { expected: quantity, drawn: quantity } } = known;
  return { ...scored, demand: { expected: joined(expected, demand.expected), drawn: joined(drawn, demand.drawn) } };
}

/** Scores of earlier folds beside their sums. */
function splitByFold({ foldSums = [], scores, scoreDaysAhead }: CrossValidated): ScoredRows[] {
  let at = 0;
  return foldSums.map((sums) => {
    const end = at + sums.rows;
    const fold = { sums, scores: scores.slice(at, end), daysAhead: scoreDaysAhead.slice(at, end) };
    at = end;
    return fold;
  });
}
