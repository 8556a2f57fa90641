/** How far the total of some rows may lie from its forecast: by the state of the level, its walk, noise and doubt of effects. */

import type { Component } from '../regression/component.ts';
import type { PlannedRows } from '../series/cell-series.ts';
import { buildDesign, futureRows } from '../series/design.ts';
import { PERIOD_DAYS } from '../series/periods.ts';
import { type Disturbances, heaviest, relativeVariance } from './disturbances.ts';
import type { DemandModel, WeightedComponent } from './fit-demand.ts';
import type { ForecastParts } from './mean-forecast.ts';

/** Variances of the log of a total, and what of it is the noise of single rows. */
export interface TotalSpread {
  /** Of the expected total: the level as it is known after the last row, and effects. */
  readonly expected: number;
  /** What the realised total adds: the walk of the level and noise that lasts. */
  readonly lasting: number;
  /** What single rows add. */
  readonly single: number;
}

/** Rows of the past that weigh in a level; what lies before tells next to nothing of it. */
const MOST_PAST_ROWS = 1_000;

export function totalSpread(model: DemandModel, planned: PlannedRows, parts: ForecastParts): TotalSpread {
  const { mean } = parts;
  const rows = mean.length;
  let total = 0;
  for (const m of mean) total += m;
  const share = mean.map((m) => m / total);
  const component = heaviest(model.components);
  const disturbances = model.disturbances ?? standIn(model);
  const periodDays = PERIOD_DAYS[model.frequency];
  // A model without sales takes its quantity as given.
  const pastRows = Math.min(MOST_PAST_ROWS, model.ownRows);
  const spacing =
    model.ownRows > 1 ? Math.max(1, (model.lastDay - model.firstDay) / periodDays / (model.ownRows - 1)) : 1;
  const weights = pastWeights(model, parts, share, planned, pastRows);
  const ahead = Array.from(planned.days, (day) => Math.max(1, (day - model.lastDay) / periodDays / spacing));
  const unit = component.meanQuantity;
  const usual = relativeVariance(component, total / rows / unit);
  const relative = mean.map((m) => relativeVariance(component, m / unit));
  let squares = 0;
  for (let k = 0; k < pastRows; k++) squares += weights[k] ** 2;
  let single = 0;
  for (let i = 0; i < rows; i++) single += share[i] ** 2 * relative[i];
  let expected = effectsVariance(model, planned, parts, share) + disturbances.white * squares * usual;
  let joint = expected;
  // The level: what a walk did between a past row and the last, or does until a row ahead.
  let walked = 0;
  let older = 0;
  for (let k = pastRows - 1; k > 0; k--) {
    older += weights[k];
    walked += older ** 2;
  }
  expected += disturbances.level * walked;
  let ahead2 = 0;
  let rest = 1;
  for (let i = 0; i < rows; i++) {
    const step = ahead[i] - (i === 0 ? 0 : ahead[i - 1]);
    ahead2 += rest ** 2 * step;
    rest -= share[i];
  }
  joint += disturbances.level * (walked + ahead2);
  for (const { correlation, variance } of disturbances.correlated) {
    const past = sumVariance(
      Array.from({ length: pastRows }, (_, k) => -weights[pastRows - 1 - k]),
      Array.from({ length: pastRows }, (_, k) => k),
      correlation,
    );
    const both = sumVariance(
      [
        ...Array.from({ length: pastRows }, (_, k) => -weights[pastRows - 1 - k]),
        ...Array.from(share, (s, i) => s * Math.sqrt(relative[i] / usual)),
      ],
      [...Array.from({ length: pastRows }, (_, k) => k), ...ahead.map((a) => pastRows - 1 + a)],
      correlation,
    );
    expected += variance * usual * past;
    joint += variance * usual * both;
  }
  return { expected, lasting: Math.max(0, joint - expected), single: disturbances.white * single };
}

/** Variance of Σ a_i u(t_i), u a first-order autoregression of variance 1. */
function sumVariance(a: readonly number[], times: readonly number[], correlation: number): number {
  let sum = 0;
  let carried = 0;
  for (let i = 0; i < a.length; i++) {
    if (i > 0) carried *= correlation ** (times[i] - times[i - 1]);
    sum += a[i] * (a[i] + 2 * carried);
    carried += a[i];
  }
  return Math.max(0, sum);
}

/** How the forecast of the total moves with the relative demand of each past row, latest first. */
function pastWeights(
  model: DemandModel,
  parts: ForecastParts,
  share: Float64Array,
  planned: PlannedRows,
  pastRows: number,
): Float64Array {
  const weights = new Float64Array(pastRows);
  let all = 0;
  const sums = [...parts.components, ...parts.simple].map(({ part }) => {
    let sum = 0;
    for (const m of part) sum += m;
    all += sum;
    return sum;
  });
  const add = (amount: number, discount: number): void => {
    let norm = 0;
    for (let k = 0, w = 1; k < pastRows; k++, w *= discount) norm += w;
    for (let k = 0, w = amount / norm; k < pastRows; k++, w *= discount) weights[k] = weights[k] + w;
  };
  parts.components.forEach(({ component }, c) => {
    const amount = (sums[c] as number) / all;
    const { fastDiscount, slowDiscount, relaxation, halfLifePeriods } = component.spec;
    const longRun = 0.5 ** (1 / halfLifePeriods);
    if (fastDiscount >= 1) return add(amount, longRun);
    const fast = fastShare(model, component, planned, share);
    // The level is pulled towards the regression's own.
    const pulled = relaxation / (1 + relaxation);
    add(amount * (1 - pulled) * fast, fastDiscount);
    add(amount * (1 - pulled) * (1 - fast), slowDiscount);
    add(amount * pulled, longRun);
  });
  parts.simple.forEach(({ simple }, c) => {
    const amount = (sums[parts.components.length + c] as number) / all;
    if (simple.name === 'smoothing') return add(amount, 0.8);
    const most = { daily: 28, weekly: 4, monthly: 1 }[model.frequency];
    const span = simple.name === 'same-season' ? { daily: 365, weekly: 52, monthly: 12 }[model.frequency] : most;
    const used = Math.min(span, pastRows);
    for (let k = 0; k < used; k++) weights[k] = weights[k] + amount / used;
  });
  return weights;
}

/** How much the fast level weighs in a component's forecast of the total. */
function fastShare(model: DemandModel, { spec }: Component, planned: PlannedRows, share: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < share.length; i++)
    sum += share[i] * spec.reversion ** Math.max(0, (planned.days[i] - model.lastDay) / PERIOD_DAYS[model.frequency]);
  return sum;
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
  let variance = 0;
  for (let j = 0; j < width; j++)
    for (let l = 0; l < width; l++) variance += moved[j] * covariance[j * width + l] * moved[l];
  return Math.max(0, variance);
}

/** For models of earlier versions, which know a dispersion and how fast their levels follow. */
function standIn(model: DemandModel): Disturbances {
  const component = heaviest(model.components);
  let level = 0;
  for (const { spec, weight } of model.components)
    level += weight * ((1 - spec.fastDiscount) ** 2 / spec.fastDiscount) * component.dispersion;
  return {
    level: Math.max(level, model.levelDrift ?? 0),
    white: component.dispersion,
    correlated: [],
    whole: component.spec.family === 'nb2',
  };
}
