/** What new rows say of a model: forecasts of whole folds of them, before it was brought up to date with them. */

import { predictComponent } from '../regression/component.ts';
import { choiceDeviance } from '../regression/deviance.ts';
import { filterOn } from '../regression/level-filter.ts';
import { linearMean } from '../regression/plan.ts';
import type { CellSeries, Holiday } from '../series/cell-series.ts';
import { buildDesign, exposureOf, filledPrices, lastRows, pastRows } from '../series/design.ts';
import { gridOf, nextPeriod, PERIOD_DAYS } from '../series/periods.ts';
import { plannedRows, rowsUpTo } from '../series/rows.ts';
import type { SimpleForecast } from '../vocabulary.ts';
import { combinationWeights } from './combination.ts';
import { addHeldOut, type CrossValidated, type FoldSums, figuresOf, noSums } from './cross-validated-figures.ts';
import { type Candidate, FOLD_PERIODS, MAX_FOLDS } from './cross-validation.ts';
import type { DemandModel, WeightedComponent } from './demand-model.ts';
import { simplePart } from './fit-demand.ts';
import { predictMean } from './mean-forecast.ts';
import { simpleForecast } from './simple-forecast.ts';

/** A whole fold of new rows. */
interface NewFold {
  readonly sums: FoldSums;
  readonly scores: readonly number[];
  readonly daysAhead: readonly number[];
}

/** What whole folds of new rows say. */
export interface ScoredAnew {
  readonly figures: CrossValidated;
  /** Last day that they speak of. */
  readonly until: number;
  /** Of the model's components in forecasts, in their order, and of its simple forecasts. */
  readonly components: readonly number[];
  readonly simple: readonly { readonly name: SimpleForecast; readonly weight: number }[];
}

/**
 * Cross-validated figures with every whole fold of new rows in the place of the oldest: rows [from, to) forecast with
 * coefficients that know nothing of them and a level of the rows before; and the weights of the candidates by what
 * the folds then say. Specs that the last search left out stay out.
 *
 * @returns null where the new rows make no whole fold, or the model has none
 */
export function scoredAnew(model: DemandModel, series: CellSeries, holidays: readonly Holiday[]): ScoredAnew | null {
  const { crossValidated: before } = model;
  if (!before.foldSums || before.folds === 0) return null;
  const grid = gridOf(series.frequency, series.days);
  const last = series.days.at(-1) as number;
  const rival = rivalOf(before);
  const folds: NewFold[] = [];
  let advanced = model;
  const endOf = (origin: number): number => nextPeriod(grid, origin, FOLD_PERIODS[series.frequency]);
  // Each fold ends later than the one before.
  for (let end = endOf(model.lastDay); end <= last; end = endOf(end)) {
    const [from, to] = [rowsUpTo(series, advanced.lastDay), rowsUpTo(series, end)];
    if (to > from) folds.unshift(foldOf(advanced, series, from, to, rival, holidays));
    advanced = advancedTo(advanced, series, from, to, end, holidays);
  }
  if (folds.length === 0) return null;
  const old = splitByFold(before);
  const kept = [...folds, ...old].slice(0, Math.max(old.length, Math.min(folds.length, MAX_FOLDS)));
  const figures = figuresOf(
    kept.map(({ sums }) => sums),
    series,
  );
  const candidates = before.candidates.map(({ candidate }) => candidate);
  const deviances = Float64Array.from(candidates, (_, c) =>
    kept.reduce((sum, { sums }) => sum + (sums.byCandidate[c] ?? Number.POSITIVE_INFINITY), 0),
  );
  const weights = combinationWeights({ candidates, rows: figures.rows }, deviances, series.frequency);
  return {
    until: advanced.lastDay,
    components: model.components.map(({ spec }) => weights[candidates.findIndex((one) => isSpec(one, spec))] ?? 0),
    simple: candidates.flatMap((one, c) =>
      one.kind === 'simple' && weights[c] > 0 ? [{ name: one.name, weight: weights[c] }] : [],
    ),
    figures: {
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

/** The simple forecast that came nearest to the model in its last search. */
function rivalOf({ candidates }: CrossValidated): SimpleForecast {
  let best: { readonly name: SimpleForecast; readonly deviance: number } | null = null;
  for (const { candidate, deviance } of candidates) {
    if (candidate.kind === 'simple' && deviance !== null && (best === null || deviance < best.deviance))
      best = { name: candidate.name, deviance };
  }
  return best?.name ?? 'smoothing';
}

function isSpec(candidate: Candidate, spec: WeightedComponent['spec']): boolean {
  return candidate.kind === 'spec' && JSON.stringify(candidate.spec) === JSON.stringify(spec);
}

function foldOf(
  model: DemandModel,
  series: CellSeries,
  from: number,
  to: number,
  rival: SimpleForecast,
  holidays: readonly Holiday[],
): NewFold {
  const planned = plannedRows(series, from, to, filledPrices(series.price, to));
  const forecast = predictMean(model, planned, holidays);
  const other = simpleForecast(rival, series, from, planned.days);
  const actual = series.demand?.drawn ?? series.quantity;
  let sum = 0;
  for (let i = 0; i < from; i++) sum += series.quantity[i];
  const unit = sum / from;
  const sums = noSums();
  const scores = Array.from(forecast, (f, i) => addHeldOut(sums, actual[from + i], f, other[i], unit));
  const byCandidate = model.crossValidated.candidates.map(({ candidate }) => {
    const component = model.components.find(({ spec }) => isSpec(candidate, spec));
    if (candidate.kind === 'spec' && !component) return null;
    const own =
      candidate.kind === 'simple'
        ? simpleForecast(candidate.name, series, from, planned.days)
        : predictComponent(component as WeightedComponent, planned, holidays);
    return own.reduce((total, f, i) => total + choiceDeviance(actual[from + i] / unit, f / unit), 0);
  });
  return {
    sums: { ...sums, byCandidate },
    scores,
    daysAhead: Array.from(planned.days, (day) => day - model.lastDay),
  };
}

/** The model with its level after more rows; coefficients stay. */
function advancedTo(
  model: DemandModel,
  series: CellSeries,
  from: number,
  to: number,
  lastDay: number,
  holidays: readonly Holiday[],
): DemandModel {
  return {
    ...model,
    lastDay,
    components: model.components.map((component) => ({
      ...component,
      plan: { ...component.plan, lastDay },
      level: to > from ? levelAfter(component, series, from, to, holidays) : component.level,
    })),
    simple: model.simple.map(({ name, weight }) => ({ name, weight, ...simplePart(name, series, to) })),
  };
}

function levelAfter(
  component: WeightedComponent,
  series: CellSeries,
  from: number,
  to: number,
  holidays: readonly Holiday[],
): WeightedComponent['level'] {
  const { spec, plan, coefficients, level, meanQuantity } = component;
  if (spec.fastDiscount >= 1) return level;
  const rows = to - from;
  const source = pastRows(series, to, filledPrices(series.price, to));
  const mean = linearMean(buildDesign(plan, lastRows(source, rows), holidays), coefficients, rows);
  const demand = (series.demand?.expected ?? series.quantity).subarray(from, to);
  const quantity = Float64Array.from(demand, (sold, i) =>
    Math.min(
      sold / meanQuantity / exposureOf(plan, series.days[from + i]),
      spec.capMultiple * Math.max(1, mean[i] * level.slow),
    ),
  );
  const gap = series.days[from] - series.days[from - 1];
  const told = { days: series.days.subarray(from, to), quantity, mean, rows };
  const at = (discount: number, start: number): number =>
    filterOn(told, { discount, relaxation: spec.relaxation, periodDays: PERIOD_DAYS[series.frequency] }, start, gap);
  return { fast: at(spec.fastDiscount, level.fast), slow: at(spec.slowDiscount, level.slow) };
}

/** Scores of earlier folds beside their sums. */
function splitByFold({ foldSums = [], scores, scoreDaysAhead }: CrossValidated): NewFold[] {
  let at = 0;
  return foldSums.map((sums) => {
    const end = at + sums.rows;
    const fold = { sums, scores: scores.slice(at, end), daysAhead: scoreDaysAhead.slice(at, end) };
    at = end;
    return fold;
  });
}
