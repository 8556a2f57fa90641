/**
 * How far the total of some rows may lie from its forecast: by the state of the level, its walk, noise and doubt of
 * effects.
 */

import { sumOf } from '../math/summary.ts';
import { DAYS_PER_YEAR } from '../series/calendar.ts';
import type { PlannedRows } from '../series/cell-series.ts';
import { buildDesign, futureRows } from '../series/design.ts';
import { PERIOD_DAYS } from '../series/periods.ts';
import type { DemandModel, WeightedComponent } from './demand-model.ts';
import { type Disturbances, heaviest, type Process, relativeVariance, type WindowErrors } from './disturbances.ts';
import { fastShare, forecastWeights, treesSum } from './forecast-weights.ts';
import type { ForecastParts } from './mean-forecast.ts';

/** Variances of the log of a total under one process, and what of it is the noise of single rows. */
export interface TotalSpread {
  /** Of the process among those that may be. */
  readonly weight: number;
  /** Of the expected total: the level as it is known after the last row. */
  readonly level: number;
  /** What the realised total adds: the walk of the level and noise that lasts. */
  readonly lasting: number;
  /** What single rows add. */
  readonly single: number;
  /** Variance of the log of each row around its own mean, by the noise of single rows. */
  readonly rows: Float64Array;
}

/** How far a total may lie from its forecast. */
export interface TotalSpreads {
  readonly spreads: readonly TotalSpread[];
  /** Variance of the log of the expected total from the doubt of effects. */
  readonly effects: number;
  /** Degrees of freedom that the spreads' variances rest on; they are those of a normal where it is infinite. */
  readonly degrees: number;
  readonly whole: boolean;
}

/** Rows of the past that weigh in a level; what lies before tells next to nothing of it. */
const MOST_PAST_ROWS = 1_000;

/** @param planned at least one row; @param parts of the forecast of them */
export function totalSpreads(model: DemandModel, planned: PlannedRows, parts: ForecastParts): TotalSpreads {
  const { mean } = parts;
  const total = sumOf(mean);
  const share = mean.map((m) => m / total);
  const component = heaviest(model.components);
  const { processes, degrees, whole, windowErrors } = model.disturbances ?? standIn(model);
  const periodDays = PERIOD_DAYS[model.frequency];
  // A model without sales takes its quantity as given.
  const pastRows = Math.min(MOST_PAST_ROWS, model.ownRows);
  const spacing =
    model.ownRows > 1 ? Math.max(1, (model.lastDay - model.firstDay) / periodDays / (model.ownRows - 1)) : 1;
  const unit = component.meanQuantity;
  const usual = relativeVariance(component, total / mean.length / unit);
  const relative = mean.map((m) => relativeVariance(component, m / unit));
  const window: Window = {
    past: forecastWeights(model, planned, parts, pastRows).reverse(),
    ahead: share,
    // Noise scatters as the rows' means say.
    scatter: share.map((s, i) => s * Math.sqrt(relative[i] / usual)),
    times: Float64Array.from(planned.days, (day) => Math.max(1, (day - model.lastDay) / periodDays / spacing)),
  };
  const scale = scaleOf(windowErrors);
  return {
    spreads: processes.map((one) => {
      const { level, lasting, single } = spreadOf(window, one, usual);
      const rows = relative.map((variance) => scale * variance * one.white);
      return { weight: one.weight, level: scale * level, lasting: scale * lasting, single: scale * single, rows };
    }),
    effects: scale * (effectsVariance(model, planned, parts, share) + unseenSeason(model, parts, window, spacing)),
    degrees,
    whole,
  };
}

/** Variance of the log of a total, on average over the processes. */
export function totalVariance({ spreads, effects }: TotalSpreads): number {
  return spreads.reduce(
    (sum, { weight, level, lasting, single }) => sum + weight * (level + lasting + single),
    effects,
  );
}

/** The simulation counts as so many held-out windows that came out as it expects. */
const EXPECTED_WINDOWS = 5;

/** What held-out totals say of the variance: their mean square, shrunk to 1. */
function scaleOf(errors: WindowErrors | undefined): number {
  return errors ? (EXPECTED_WINDOWS + errors.squares) / (EXPECTED_WINDOWS + errors.windows) : 1;
}

/** Amplitude of a year's wave in log demand that nobody has seen yet. */
const USUAL_AMPLITUDE = 0.12;

/**
 * Variance of the log of the total by a season that parts of the model do not have, as rows of less than a year cannot
 * show it: a wave of unknown phase moves by a² (1 − cos Δ) on the way Δ from the rows that the level was learned of to
 * those ahead.
 */
function unseenSeason(
  model: DemandModel,
  parts: ForecastParts,
  { past, ahead, times }: Window,
  spacing: number,
): number {
  if (past.length === 0) return 0;
  const seasonal = [
    ...parts.components.filter(({ component }) => component.plan.columns.some(({ group }) => group === 'season')),
    ...parts.simple.filter(({ simple }) => simple.byPeriod),
  ];
  const all = sumOf([...parts.components, ...parts.simple].map(({ part }) => sumOf(part))) + treesSum(parts);
  const without = 1 - sumOf(seasonal.map(({ part }) => sumOf(part))) / all;
  let way = 0;
  past.forEach((weight, i) => {
    way += weight * (past.length - 1 - i);
  });
  ahead.forEach((share, i) => {
    way += share * times[i];
  });
  const turned = Math.min(Math.PI, (2 * Math.PI * way * spacing * PERIOD_DAYS[model.frequency]) / DAYS_PER_YEAR);
  return (without * USUAL_AMPLITUDE) ** 2 * (1 - Math.cos(Math.max(0, turned)));
}

/** A forecast and what it is of, as sums over rows: those of the past, oldest first, and those ahead. */
interface Window {
  /** How the log of the forecast moves with each past row. */
  readonly past: Float64Array;
  /** What each row ahead is of the total; adds to 1. */
  readonly ahead: Float64Array;
  readonly scatter: Float64Array;
  /** Rows from the last one of the past. */
  readonly times: Float64Array;
}

/** @param usual variance of relative demand at the mean of the rows ahead, over that at the cell's */
function spreadOf(
  { past, ahead, scatter, times }: Window,
  { level, white, correlated, correlation }: Process,
  usual: number,
): Omit<TotalSpread, 'weight' | 'rows'> {
  let [squares, walkedBefore, older] = [0, 0, 0];
  // A row is off the last level by the steps between them: each step counts for all rows before it.
  let [carried, noiseBefore] = [0, 0];
  past.forEach((weight, i) => {
    squares += weight ** 2;
    if (i > 0) walkedBefore += older ** 2;
    older += weight;
    carried *= correlation;
    noiseBefore += weight * (weight + 2 * carried);
    carried += weight;
  });
  let [walkedAhead, rest, before, single] = [0, 1, 0, 0];
  let noise = noiseBefore;
  carried = -carried;
  ahead.forEach((share, i) => {
    const step = times[i] - before;
    before = times[i];
    walkedAhead += rest ** 2 * step;
    rest -= share;
    single += scatter[i] ** 2;
    carried *= correlation ** step;
    noise += scatter[i] * (scatter[i] + 2 * carried);
    carried += scatter[i];
  });
  return {
    level: usual * (white * squares + correlated * noiseBefore) + level * walkedBefore,
    lasting: Math.max(0, usual * correlated * (noise - noiseBefore) + level * walkedAhead),
    single: usual * white * single,
  };
}

/** Variance of the log of the total from the doubt of coefficients, those of a level that follows left out. */
function effectsVariance(
  model: DemandModel,
  planned: PlannedRows,
  { components }: ForecastParts,
  share: Float64Array,
): number {
  let deviation = 0;
  let all = 0;
  for (const { component } of components) {
    const weight = component.weight > 0 ? component.weight : 0;
    if (weight === 0) continue;
    deviation += weight * Math.sqrt(effectsOf(model, planned, component, share));
    all += weight;
  }
  return all > 0 ? (deviation / all) ** 2 : 0;
}

function effectsOf(
  model: DemandModel,
  planned: PlannedRows,
  component: WeightedComponent,
  share: Float64Array,
): number {
  const { plan, covariance, levelColumns } = component;
  const width = plan.columns.length;
  const design = buildDesign(plan, futureRows(planned), model.calendar);
  const moved = new Float64Array(width);
  for (let i = 0; i < share.length; i++)
    for (let j = 0; j < width; j++) moved[j] = moved[j] + share[i] * design[i * width + j];
  const fast = fastShare(model, component, planned, share);
  for (let j = 0; j < width; j++)
    moved[j] = moved[j] - (levelColumns ? fast * levelColumns.fast[j] + (1 - fast) * levelColumns.slow[j] : 0);
  // What the rows tell of the level is counted with the noise of the rows.
  moved[0] = 0;
  // A walk is taken for waves of the year more often than scores of single weeks can tell.
  const { waves } = model.disturbances ?? { waves: [] };
  const size = Math.sqrt(waves.length);
  const columns = plan.columns.flatMap(({ group }, j) => (group === 'season' ? [j] : [])).slice(0, size);
  let variance = 0;
  columns.forEach((j, w) => {
    columns.forEach((l, v) => {
      variance += moved[j] * waves[w * size + v] * moved[l];
    });
  });
  for (const j of columns) moved[j] = 0;
  for (let j = 0; j < width; j++)
    for (let l = 0; l < width; l++) variance += moved[j] * covariance[j * width + l] * moved[l];
  return Math.max(0, variance);
}

/** A drift by blocks of rows finds about a third of the walk that waves of the year leave in them. */
const WALK_OVER_DRIFT = 3;
/** What the level of a cell usually gains a row, over the variance of a row. */
const USUAL_WALK = 0.003;

/** For models of earlier versions, which know a dispersion and, some of them, a drift. */
function standIn(model: DemandModel): Disturbances {
  const component = heaviest(model.components);
  const level = Math.max(WALK_OVER_DRIFT * (model.levelDrift ?? 0), USUAL_WALK * component.dispersion);
  const white = component.dispersion;
  return {
    processes: [{ weight: 1, level, white, correlated: 0, correlation: 0 }],
    degrees: Math.max(1, model.ownRows - component.plan.columns.length),
    waves: [],
    whole: component.spec.family === 'nb2',
  };
}
