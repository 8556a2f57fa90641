/** Where a cell's components and weights stand after some of its rows, and how they are moved on with more. */

import { type Component, levelColumns, levelColumnsOf, type MeanFit } from '../regression/component.ts';
import type { CellPrior } from '../regression/prior.ts';
import { refitComponent } from '../regression/refit.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { type DesignOptions, sameColumns } from '../series/design.ts';
import { gridOf, nextPeriod } from '../series/periods.ts';
import { firstRows, rowsUpTo } from '../series/rows.ts';
import type { SimpleForecast } from '../vocabulary.ts';
import { carriedSlope } from './carried-slope.ts';
import type { CrossValidated } from './cross-validated-figures.ts';
import { FOLD_PERIODS } from './cross-validation.ts';
import type { DemandModel, WeightedComponent } from './demand-model.ts';
import type { PriceSlope } from './price-slope.ts';
import { scoredFold } from './scored-anew.ts';
import { uncensoredFrom } from './uncensored.ts';
import type { Basis } from './upkeep.ts';

/** A component as it is fitted on from. */
export interface StandingFit extends MeanFit {
  readonly weight: number;
  readonly priceWeight: number;
  readonly slope?: PriceSlope;
  /** That of the last training in full; null where its columns were others. */
  readonly covariance: Component['covariance'] | null;
}

/** After a number of rows; what stands there knows nothing of later ones. */
export interface Standing<Fit extends StandingFit = StandingFit> {
  /** Last day that it speaks of: that of its last row, or a later one without a row. */
  readonly day: number;
  readonly rows: number;
  /** The cell with what the rows that sold out, of those up to there, would have sold. */
  readonly series: CellSeries;
  readonly components: readonly Fit[];
  /** Simple forecasts that weigh something. */
  readonly simple: readonly { readonly name: SimpleForecast; readonly weight: number }[];
  readonly crossValidated: CrossValidated;
}

/** What a standing is moved on with. */
export interface Onward {
  readonly model: DemandModel;
  /** All rows, with what was sold. */
  readonly sold: CellSeries;
  readonly options: DesignOptions;
  readonly prior: CellPrior;
}

/** A model as it stood on the day that its figures speak of. @param basis of its components on that day */
export function standingOf(model: DemandModel, basis: readonly Basis[], sold: CellSeries): Standing {
  const { components, simple, crossValidated, upkeep, lastDay } = model;
  const day = upkeep?.figuresDay ?? lastDay;
  return {
    day,
    rows: rowsUpTo(sold, day),
    series: sold,
    components: components.map(({ spec, plan, weight, priceWeight, covariance }, c) => {
      const before = keptOf(basis[c] as Basis);
      return { ...before, spec, weight, priceWeight, covariance: sameColumns(before.plan, plan) ? covariance : null };
    }),
    simple,
    crossValidated,
  };
}

/** What is kept of a standing to fit on from. */
export function keptBasis({ components }: Standing): Basis[] {
  return components.map(keptOf);
}

function keptOf({ plan, coefficients, level, meanQuantity, dispersion, inverseSize, slope }: Basis): Basis {
  return { plan, coefficients, level, meanQuantity, dispersion, inverseSize, ...(slope && { slope }) };
}

/**
 * Takes the whole folds that went by, one by one, and then fits the components to all rows.
 *
 * @returns `settled` after the last whole fold, `now` after all rows
 */
export function movedOn(
  start: Standing,
  onward: Onward,
): { readonly settled: Standing; readonly now: Standing<WeightedComponent> } {
  const { sold } = onward;
  const last = sold.days.at(-1) as number;
  let settled = start;
  let now: Standing<WeightedComponent> | null = null;
  for (let end = foldEnd(settled); end <= last; end = foldEnd(settled)) {
    const rows = rowsUpTo(sold, end);
    if (rows > settled.rows) {
      now = afterFold(settled, rows, onward);
      settled = now;
    }
    settled = { ...settled, day: end };
  }
  const rows = sold.days.length;
  return { settled, now: now?.rows === rows ? now : fittedTo(settled, rows, onward) };
}

/** Where the fold after a standing ends; never where the cell has had no fold that the next could follow. */
function foldEnd({ day, rows, series, crossValidated }: Standing): number {
  if (!crossValidated.foldSums || crossValidated.folds === 0) return Number.POSITIVE_INFINITY;
  return nextPeriod(gridOf(series.frequency, series.days, rows), day, FOLD_PERIODS[series.frequency]);
}

function afterFold(before: Standing, rows: number, onward: Onward): Standing<WeightedComponent> {
  const after = fittedTo(before, rows, onward);
  const { sold, options, prior } = onward;
  // What rows before the fold would have sold must not be told by those within.
  const known = after.series.demand
    ? uncensoredFrom(before.components, { series: sold, rows: before.rows, prior, options })
    : sold;
  const { weights, ...scored } = scoredFold(before, { known, scored: after.series, rows }, options.holidays);
  const components = after.components.map((fit, c) => ({ ...fit, weight: weights[c] as number }));
  return { ...after, ...scored, components };
}

/** The components fitted to more rows, from where they were. */
function fittedTo(
  before: Standing,
  rows: number,
  { model, sold, options, prior }: Onward,
): Standing<WeightedComponent> {
  const series = uncensoredFrom(before.components, { series: sold, rows, prior, options });
  const input = { series, rows, prior, options };
  const components = before.components.map((fit): WeightedComponent => {
    const { weight, priceWeight, slope } = fit;
    const { component, regression } = refitComponent(input, fit);
    // Rows that a level is learned of know no control.
    const told = regression.control
      ? levelColumns(firstRows(series, rows), component, options.holidays)
      : levelColumnsOf(regression.design, component, rows);
    const fitted = { ...component, weight, priceWeight, levelColumns: told };
    if (!slope || priceWeight === 0) return { ...fitted, ...(slope && { slope }) };
    return { ...fitted, slope: carriedSlope(model.disturbances, before.rows, { ...component, slope }, regression) };
  });
  return { ...before, day: series.days[rows - 1], rows, series, components };
}
