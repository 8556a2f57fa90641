/** The forecast of a model: its parts, weighed. */

import { feastEffects, predictComponent } from '../regression/component.ts';
import { weekdayOf } from '../series/calendar.ts';
import type { Holiday, PlannedRows } from '../series/cell-series.ts';
import { yearsBack } from '../series/periods.ts';
import type { DemandModel, SimplePart, WeightedComponent } from './demand-model.ts';
import { nearRows } from './far-prices.ts';
import { type TreesPart, treesAt } from './trees-part.ts';

/** What the parts of a model expect of planned rows, each times its weight; in the cell's unit. */
export interface ForecastParts {
  readonly mean: Float64Array;
  readonly components: readonly { readonly component: WeightedComponent; readonly part: Float64Array }[];
  readonly simple: readonly { readonly simple: SimplePart; readonly part: Float64Array }[];
  /** NaN of rows further ahead than they know; null where they do not count. */
  readonly trees: Float64Array | null;
}

/** Components and simple forecasts of rows far from the tried prices go on from near ones (see nearRows). */
export function forecastParts(
  model: DemandModel,
  planned: PlannedRows,
  holidays: readonly Holiday[] = model.calendar,
): ForecastParts {
  const far = nearRows(model, planned);
  const near = far?.near ?? planned;
  const feasts = meanFeastEffects(model, near, holidays);
  const weight = [...model.components, ...model.simple].reduce((sum, { weight }) => sum + weight, 0);
  const atAsked = (expected: number, i: number): number => expected * (far?.effect[i] ?? 1);
  const components = model.components.map((component) => ({
    component,
    part: predictComponent(component, near, holidays).map((m, i) => atAsked(m * component.weight, i)),
  }));
  const simple = model.simple.map((one) => ({
    simple: one,
    part: Float64Array.from(near.days, (day, i) => atAsked(one.weight * simpleAt(model, one, day, feasts[i]), i)),
  }));
  const mean = new Float64Array(planned.days.length);
  for (const { part } of [...components, ...simple]) for (let i = 0; i < mean.length; i++) mean[i] = mean[i] + part[i];
  const trees = treesOf(model, planned, holidays);
  return {
    mean: mean.map((others, i) => {
      // Further ahead than trees know the others stand alone.
      const known = trees && !Number.isNaN(trees[i]);
      return known ? (others + trees[i]) / (weight + (model.trees as TreesPart).weight) : others / weight;
    }),
    components,
    simple,
    trees,
  };
}

/** What trees expect of planned rows, times their weight; NaN of rows further ahead than they know. */
export function treesOf(
  model: DemandModel,
  planned: PlannedRows,
  holidays: readonly Holiday[] = model.calendar,
): Float64Array | null {
  const { trees, components, frequency } = model;
  if (!trees) return null;
  const nearOf = (rows: PlannedRows) => nearRows(model, rows);
  const fits = components.map((fit) => ({ fit, weight: fit.priceWeight }));
  return treesAt(trees, planned, fits, { frequency, holidays, nearOf }).map((expected) => trees.weight * expected);
}

/** Expected demand of planned rows, in the cell's unit. Length: planned rows. */
export function predictMean(
  model: DemandModel,
  planned: PlannedRows,
  holidays: readonly Holiday[] = model.calendar,
): Float64Array {
  return forecastParts(model, planned, holidays).mean;
}

/** Log multiplier of the cell's own feasts, averaged over components by what they weigh in the price effect. */
export function meanFeastEffects(
  model: DemandModel,
  { days }: PlannedRows,
  holidays: readonly Holiday[],
): Float64Array {
  const effects = new Float64Array(days.length);
  for (const component of model.components) {
    if (!component.plan.feasts || component.priceWeight === 0) continue;
    feastEffects(component, days, holidays).forEach((effect, i) => {
      effects[i] = effects[i] + component.priceWeight * effect;
    });
  }
  return effects;
}

/**
 * What a simple forecast inside a model expects of the period of a day. Means of the last weeks know of no feast: there
 * the components' effect stands in. The same season of last year had it.
 */
export function simpleAt(
  { frequency }: Pick<DemandModel, 'frequency'>,
  { byWeekday, byPeriod }: SimplePart,
  day: number,
  feastEffect: number,
): number {
  if (!byPeriod) return byWeekday[weekdayOf(day)] * Math.exp(feastEffect);
  // A day beyond the year that is known is that of the same period within it.
  const asked = yearsBack(frequency, day, (byPeriod.at(-1) as { day: number }).day);
  return byPeriod.reduce((best, period) => (Math.abs(period.day - asked) < Math.abs(best.day - asked) ? period : best))
    .quantity;
}
