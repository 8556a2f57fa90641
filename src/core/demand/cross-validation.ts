/**
 * Rolling-origin cross-validation of a cell's candidates: specs and simple baselines forecast the same held-out rows.
 */

import { type FittedRegression, fitSpec, predictComponent } from '../regression/component.ts';
import type { FitInput } from '../regression/fit-input.ts';
import type { Spec } from '../regression/hyper-parameters.ts';
import type { CellPrior } from '../regression/prior.ts';
import type { CellSeries, Holiday, PlannedRows } from '../series/cell-series.ts';
import { filledPrices } from '../series/design.ts';
import { gridOf, nextPeriod } from '../series/periods.ts';
import { plannedRows } from '../series/rows.ts';
import type { CompetitorReference, Frequency, SimpleForecast } from '../vocabulary.ts';
import type { ShapeShares } from './price-shape.ts';
import { simpleForecast, simpleForecastsOf } from './simple-forecast.ts';
import { type EffectFit, type TreesForecast, treesForecastOfFold } from './trees-part.ts';

/** Horizon of a fold in periods: 14 days, 4 weeks or 3 months. */
export const FOLD_PERIODS: Readonly<Record<Frequency, number>> = { daily: 14, weekly: 4, monthly: 3 };
/** Most days that a fold's horizon has. */
export const FOLD_HORIZON_DAYS: Readonly<Record<Frequency, number>> = { daily: 14, weekly: 28, monthly: 92 };
export const MAX_FOLDS = 5;
/** A fold leaves at least this many training rows. */
export const MIN_TRAINING_ROWS = 14;

/** Everything that a fit needs besides the cell's own rows. */
export interface FitContext {
  readonly holidays: readonly Holiday[];
  /** Market prices enter as a column. */
  readonly market: boolean;
  /** See DesignOptions. */
  readonly instrument?: string;
  /** See DesignOptions. */
  readonly competitors?: CompetitorReference;
  readonly specs: readonly Spec[];
  /** The market's prior as it was known on a day, without this cell: it may use nothing after that day. */
  readonly priorAt: (originDay: number) => CellPrior;
  /** What other cells say of the shape of the price term (price-shape.ts); absent without a market. */
  readonly marketShape?: ShapeShares;
  /** The market's prices were found to follow demand: the model says so with its price effect. */
  readonly pricesFollow?: true;
  /** What trees of all cells expect; absent where none were learned. */
  readonly trees?: TreesForecast;
  /** The rows stand for a cell without any sale: they give the calendar and the scale, and count as no sale at all. */
  readonly assumed?: true;
}

/** A candidate of the combination: a fitted spec, a simple forecast or the trees of all cells. */
export type Candidate =
  | { readonly kind: 'spec'; readonly spec: Spec }
  | { readonly kind: 'simple'; readonly name: SimpleForecast }
  | { readonly kind: 'trees' };

/** Held-out rows of all folds with every candidate's forecast of them. */
export interface HeldOut {
  readonly candidates: readonly Candidate[];
  /** Number of held-out rows over all folds. */
  readonly rows: number;
  /** What was sold; of rows that sold out a draw of what they would have sold (see uncensoredSeries). */
  readonly actual: Float64Array;
  /** Fold of each row, 0 = the latest. */
  readonly fold: Int32Array;
  readonly daysAhead: Int32Array;
  /** candidates × rows, row-major; NaN of trees in folds before any were learned, until their share is known. */
  readonly forecasts: Float64Array;
  /** Mean training quantity of each row's fold, for scaling. */
  readonly scale: Float64Array;
  readonly originDays: readonly number[];
}

export interface FoldOrigin {
  readonly originDay: number;
  /** Rows up to the origin. */
  readonly trainingRows: number;
  /** Rows [trainingRows, endRow) are held out. */
  readonly endRow: number;
}

/** Fold origins of a cell, latest first: last day − horizon, then back by the horizon. */
export function foldOrigins(series: CellSeries, rows: number, most = MAX_FOLDS): FoldOrigin[] {
  const grid = gridOf(series.frequency, series.days, rows);
  const origins: FoldOrigin[] = [];
  let end = rows;
  for (let k = 1; k <= most; k++) {
    const originDay = nextPeriod(grid, series.days[rows - 1], -k * FOLD_PERIODS[series.frequency]);
    let trainingRows = end;
    while (trainingRows > 0 && series.days[trainingRows - 1] > originDay) trainingRows--;
    if (trainingRows < MIN_TRAINING_ROWS) break;
    if (trainingRows < end) origins.push({ originDay, trainingRows, endRow: end });
    end = trainingRows;
  }
  return origins;
}

/** A fold: what it may train on, and what it holds out. */
export interface Fold extends FoldOrigin {
  /** 0 = the latest. */
  readonly index: number;
  readonly planned: PlannedRows;
}

/** Candidates of a library: its specs, then the simple forecasts. */
export function candidatesFrom(specs: readonly Spec[], frequency: Frequency): Candidate[] {
  return [
    ...specs.map((spec) => ({ kind: 'spec' as const, spec })),
    ...simpleForecastsOf(frequency).map((name) => ({ kind: 'simple' as const, name })),
  ];
}

/**
 * Fits of specs to ever more of a cell's rows. Each starts where the one of fewer rows ended, which was nearly the same:
 * nothing that is fitted to earlier rows has seen later ones.
 */
export class GrowingFits {
  private readonly last = new Map<Spec, FittedRegression>();

  fit(input: FitInput): FittedRegression {
    const fitted = fitSpec(input, null, this.last.get(input.spec));
    this.last.set(input.spec, fitted);
    return fitted;
  }
}

/**
 * Forecasts every candidate on every fold. Null when the cell has too few rows for a fold.
 *
 * @param fits of fewer rows than any fold's before; of the latest fold's after
 * @param most folds
 */
export function crossValidate(
  series: CellSeries,
  rows: number,
  context: FitContext,
  fits: GrowingFits = new GrowingFits(),
  most = MAX_FOLDS,
): HeldOut | null {
  const origins = foldOrigins(series, rows, most);
  if (origins.length === 0) return null;
  const priors = origins.map(({ originDay }) => context.priorAt(originDay));
  const { trees, holidays } = context;
  const responds = treesRespond(context);
  let foldFits: EffectFit[] = [];
  let known = false;
  const forecastOf = (candidate: FoldCandidate, fold: Fold): Float64Array => {
    const { index, trainingRows, originDay, planned } = fold;
    if (candidate.kind === 'spec') {
      const { spec } = candidate;
      const prior = priors[index] as CellPrior;
      const fit = fits.fit({ series, rows: trainingRows, spec, prior, options: context }).meanFit();
      foldFits.push({ fit, weight: 1 });
      return predictComponent(fit, planned, holidays);
    }
    // Specs come before trees, whose forecast takes their effects.
    const rows = { series, rows: trainingRows, originDay, planned };
    const expected = trees ? treesForecastOfFold(trees, rows, foldFits, { holidays, responds }) : null;
    foldFits = [];
    known ||= expected !== null;
    return expected ?? new Float64Array(planned.days.length).fill(Number.NaN);
  };
  const candidates = candidatesFrom(context.specs, series.frequency);
  const heldOut = heldOutForecasts(
    series,
    origins,
    trees ? [...candidates, { kind: 'trees' }] : candidates,
    forecastOf,
  );
  return known || !trees ? heldOut : firstCandidates(heldOut, candidates.length);
}

/**
 * Whether trees say what another price does: where prices follow demand they would take what sold at a price for what the
 * price did.
 */
export function treesRespond({ instrument, pricesFollow }: FitContext): boolean {
  return instrument === undefined && !pricesFollow;
}

/** Held-out forecasts without those of the candidates after so many. */
function firstCandidates(heldOut: HeldOut, count: number): HeldOut {
  const { candidates, forecasts, rows } = heldOut;
  return { ...heldOut, candidates: candidates.slice(0, count), forecasts: forecasts.slice(0, count * rows) };
}

/** Candidates that are fitted to the rows before a fold. */
type FoldCandidate = Exclude<Candidate, { readonly kind: 'simple' }>;

/**
 * Gathers the forecasts of all folds. Forecasts of a fold that trains on no sale at all are 0.
 *
 * @param origins latest first, at least one
 * @param forecastOf forecast of a fold's planned rows by a candidate that is not simple, asked for from the earliest fold
 * on in the order of the candidates; @param c number of the candidate
 */
export function heldOutForecasts(
  series: CellSeries,
  origins: readonly FoldOrigin[],
  candidates: readonly Candidate[],
  forecastOf: (candidate: FoldCandidate, fold: Fold, c: number) => Float64Array,
): HeldOut {
  const total = origins.reduce((count, o) => count + o.endRow - o.trainingRows, 0);
  const heldOut = {
    candidates,
    rows: total,
    actual: new Float64Array(total),
    fold: new Int32Array(total),
    daysAhead: new Int32Array(total),
    forecasts: new Float64Array(candidates.length * total),
    scale: new Float64Array(total),
    originDays: origins.map((o) => o.originDay),
  };
  const price = filledPrices(series.price, (origins[0] as FoldOrigin).endRow);
  // The latest fold's rows come first.
  let end = total;
  for (let index = origins.length - 1; index >= 0; index--) {
    const origin = origins[index] as FoldOrigin;
    const { originDay, trainingRows, endRow } = origin;
    const fold = { ...origin, index, planned: plannedRows(series, trainingRows, endRow, price) };
    const at = end - (endRow - trainingRows);
    let sum = 0;
    for (let i = 0; i < trainingRows; i++) sum += series.quantity[i];
    heldOut.actual.set((series.demand?.drawn ?? series.quantity).subarray(trainingRows, endRow), at);
    heldOut.fold.fill(index, at, end);
    heldOut.daysAhead.set(
      fold.planned.days.map((day) => day - originDay),
      at,
    );
    heldOut.scale.fill(sum / trainingRows, at, end);
    if (sum > 0) {
      candidates.forEach((candidate, c) => {
        const forecast =
          candidate.kind === 'simple'
            ? simpleForecast(candidate.name, series, trainingRows, fold.planned.days)
            : forecastOf(candidate, fold, c);
        heldOut.forecasts.set(forecast, c * total + at);
      });
    }
    end = at;
  }
  return heldOut;
}
