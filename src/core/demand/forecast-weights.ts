/** A forecast as a weighted mean of past rows. */

import { WINDOWS } from '../boosting/windows.ts';
import { sumOf } from '../math/summary.ts';
import type { Component } from '../regression/component.ts';
import type { PlannedRows } from '../series/cell-series.ts';
import { PERIOD_DAYS } from '../series/periods.ts';
import type { SimpleForecast } from '../vocabulary.ts';
import type { DemandModel } from './demand-model.ts';
import type { ForecastParts } from './mean-forecast.ts';
import { MEAN_ROWS, MOST_YEARS, SMOOTHING, YEAR_ROWS } from './simple-forecast.ts';

/**
 * How the log of the forecast of a total moves with the relative demand of each past row: by the discounts of the
 * components' filters, steady as they are after many rows, and by what simple forecasts take the mean of. Seasons and
 * other effects are taken as known.
 *
 * @param parts of the forecast of the planned rows
 * @returns latest row first, they add to 1; length `pastRows`
 */
export function forecastWeights(
  model: DemandModel,
  planned: PlannedRows,
  parts: ForecastParts,
  pastRows: number,
): Float64Array {
  const weights = new Float64Array(pastRows);
  if (pastRows === 0) return weights;
  const trees = treesSum(parts);
  const total = [...parts.components, ...parts.simple].reduce((sum, { part }) => sum + sumOf(part), trees);
  for (const { component, part } of parts.components) {
    // One that counts for the price alone.
    if (component.weight === 0) continue;
    addComponent(weights, sumOf(part) / total, component.spec, fastShare(model, component, planned, part));
  }
  for (const { simple, part } of parts.simple) addSimple(weights, simple.name, { model, planned, part, total });
  // Trees measure sales by the mean of as many rows.
  if (trees > 0) addMean(weights, trees / total, 0, Math.min(WINDOWS[model.frequency].base, weights.length));
  return weights;
}

/** Sum of what trees expect, of the rows that they know. */
export function treesSum({ trees }: Pick<ForecastParts, 'trees'>): number {
  return trees ? sumOf(trees.filter((part) => !Number.isNaN(part))) : 0;
}

/** @param fast see {@link fastShare} */
function addComponent(weights: Float64Array, amount: number, spec: Component['spec'], fast: number): void {
  const { fastDiscount, slowDiscount, relaxation, halfLifePeriods } = spec;
  const longRun = 0.5 ** (1 / halfLifePeriods);
  if (fastDiscount >= 1) {
    addDiscounted(weights, amount, longRun);
    return;
  }
  // The level is pulled towards the regression's own.
  const pulled = relaxation / (1 + relaxation);
  addDiscounted(weights, amount * (1 - pulled) * fast, fastDiscount);
  addDiscounted(weights, amount * (1 - pulled) * (1 - fast), slowDiscount);
  addDiscounted(weights, amount * pulled, longRun);
}

function addSimple(
  weights: Float64Array,
  name: SimpleForecast,
  {
    model,
    planned,
    part,
    total,
  }: {
    readonly model: DemandModel;
    readonly planned: PlannedRows;
    readonly part: Float64Array;
    readonly total: number;
  },
): void {
  const amount = sumOf(part) / total;
  const year = YEAR_ROWS[model.frequency];
  const years = Math.min(MOST_YEARS, Math.floor(weights.length / year));
  if (name === 'smoothing' || (name === 'same-season' && years === 0)) {
    addDiscounted(weights, amount, 1 - SMOOTHING);
    return;
  }
  if (name !== 'same-season') {
    addMean(weights, amount, 0, Math.min(MEAN_ROWS[model.frequency], weights.length));
    return;
  }
  // The last year's mean times the share that the same rows had of their own years.
  addMean(weights, amount, 0, year);
  for (let k = 1; k <= years; k++) {
    addMean(weights, -amount / years, year * (k - 1), year * k);
    part.forEach((m, i) => {
      const ahead = Math.max(1, Math.round((planned.days[i] - model.lastDay) / PERIOD_DAYS[model.frequency]));
      const row = year * k - 1 - ((ahead - 1) % year);
      weights[row] = weights[row] + m / total / years;
    });
  }
}

function addDiscounted(weights: Float64Array, amount: number, discount: number): void {
  let norm = 0;
  for (let k = 0, w = 1; k < weights.length; k++, w *= discount) norm += w;
  for (let k = 0, w = amount / norm; k < weights.length; k++, w *= discount) weights[k] = weights[k] + w;
}

/** Of rows [from, to). */
function addMean(weights: Float64Array, amount: number, from: number, to: number): void {
  for (let k = from; k < to; k++) weights[k] = weights[k] + amount / (to - from);
}

/**
 * How much the fast level weighs in a component's forecast of a total, the slow one taking the rest. @param part the
 * rows of the total
 */
export function fastShare(model: DemandModel, { spec }: Component, planned: PlannedRows, part: Float64Array): number {
  let sum = 0;
  part.forEach((m, i) => {
    sum += m * spec.reversion ** Math.max(0, (planned.days[i] - model.lastDay) / PERIOD_DAYS[model.frequency]);
  });
  return sum / sumOf(part);
}
