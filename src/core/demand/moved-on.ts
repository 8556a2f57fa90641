/** A standing moved on with the rows that came in since: whole folds one by one, then all rows. */

import { levelColumns, levelColumnsOf } from '../regression/component.ts';
import { filterOn } from '../regression/level-filter.ts';
import { linearMean } from '../regression/plan.ts';
import type { CellPrior } from '../regression/prior.ts';
import { refitComponent } from '../regression/refit.ts';
import type { CellSeries, Holiday } from '../series/cell-series.ts';
import {
  buildDesign,
  type DesignOptions,
  type DesignRows,
  exposureOf,
  filledPrices,
  lastRows,
  pastRows,
} from '../series/design.ts';
import { gridOf, nextPeriod, PERIOD_DAYS } from '../series/periods.ts';
import { firstRows, rowsUpTo } from '../series/rows.ts';
import { carriedSlope } from './carried-slope.ts';
import { FOLD_PERIODS } from './cross-validation.ts';
import type { DemandModel, WeightedComponent } from './demand-model.ts';
import { heaviest } from './disturbances.ts';
import { scoredFold } from './scored-anew.ts';
import type { Standing, StandingFit } from './standing.ts';
import { type EffectFit, movedTrees, type TreesPart } from './trees-part.ts';
import { uncensoredFrom } from './uncensored.ts';

/**
 * Coefficients are fitted anew every so many folds, in between the levels alone go on: a fortnight tells next to nothing
 * of a coefficient, and a fit of all components is most of what an update costs.
 */
const FITTED_EVERY = 2;

/** What a standing is moved on with. */
interface Onward {
  readonly disturbances: DemandModel['disturbances'];
  /** All rows, with what was sold. */
  readonly sold: CellSeries;
  readonly options: DesignOptions;
  readonly prior: CellPrior;
}

/** Components that know so many rows, and the cell as they saw it. */
interface FittedRows {
  readonly rows: number;
  readonly components: readonly WeightedComponent[];
  readonly series: CellSeries;
}

/**
 * Takes the whole folds that went by, one by one, and then fits the components to all rows.
 *
 * @returns `settled` after the last whole fold, `now` after all rows
 */
export function movedOn(start: Standing, onward: Onward): { readonly settled: Standing; readonly now: FittedRows } {
  const { sold } = onward;
  const last = sold.days.at(-1) as number;
  let settled = start;
  let fitted: FittedRows | null = null;
  for (let end = foldsAfter(settled.day, 1, settled, sold); end <= last; ) {
    const rows = rowsUpTo(sold, end);
    if (rows > settled.rows) settled = afterFold(settled, rows, onward);
    settled = { ...settled, day: end };
    if (end >= foldsAfter(settled.fittedDay, FITTED_EVERY, settled, sold)) {
      fitted = fittedTo(settled, rows, onward);
      settled = { ...settled, fittedDay: end, components: fitted.components, series: null };
    }
    end = foldsAfter(end, 1, settled, sold);
  }
  const all = sold.days.length;
  return { settled, now: fitted?.rows === all ? fitted : fittedTo(settled, all, onward) };
}

/** Where so many folds after a day end; never where the cell has had no fold that the next could follow. */
function foldsAfter(day: number, folds: number, { rows, crossValidated }: Standing, sold: CellSeries): number {
  if (!crossValidated.foldSums || crossValidated.folds === 0) return Number.POSITIVE_INFINITY;
  return nextPeriod(gridOf(sold.frequency, sold.days, rows), day, folds * FOLD_PERIODS[sold.frequency]);
}

/** A fold forecast and scored, and taken into weights and levels. */
function afterFold(before: Standing, rows: number, onward: Onward): Standing {
  const { options } = onward;
  // What rows before the fold would have sold must not be told by those within.
  const known = before.series ?? imputed(before, before.rows, onward);
  const series = imputed(before, rows, onward);
  const { weights, ...scored } = scoredFold(before, { known, scored: series, rows }, options.holidays);
  const fold = levelRows(series, before.rows, rows);
  const components = before.components.map((fit, c) => ({
    ...fit,
    weight: weights[c] as number,
    level: levelAfter(fit, fold, options.holidays),
    plan: { ...fit.plan, lastDay: series.days[rows - 1] },
  }));
  // The heaviest tells what sold-out rows would have sold.
  const told = heaviest(components).spec === heaviest(before.components).spec;
  const lastDay = series.days[rows - 1];
  const trees = before.trees && treesAfter(before.trees, [before.components, components], lastDay, onward);
  return { ...before, ...scored, components, trees, rows, series: told ? series : null };
}

/** Trees at the level that components moved to. @param fits before, and now */
export function treesAfter(
  trees: TreesPart,
  [before, now]: readonly [readonly StandingFit[], readonly StandingFit[]],
  day: number,
  { sold, options }: Pick<Onward, 'sold' | 'options'>,
): TreesPart | null {
  const weighed = (fits: readonly StandingFit[]): EffectFit[] =>
    fits.map((fit, c) => ({ fit, weight: (before[c] as StandingFit).priceWeight }));
  const moved = { before: weighed(before), now: weighed(now) };
  return movedTrees(trees, moved, { day, periods: FOLD_PERIODS[sold.frequency] }, options.holidays);
}

/** The components fitted to more rows, from where their coefficients were. */
function fittedTo(before: Standing, rows: number, onward: Onward): FittedRows {
  const { disturbances, sold, options, prior } = onward;
  const series = before.series && before.rows === rows ? before.series : imputed(before, rows, onward);
  const knownRows = rowsUpTo(sold, before.fittedDay);
  const components = before.components.map((fit): WeightedComponent => {
    const { weight, priceWeight, slope } = fit;
    const { component, regression, mean } = refitComponent({ series, rows, prior, options }, fit);
    // Rows that a level is learned of know no control.
    const told = regression.control
      ? levelColumns(firstRows(series, rows), component, options.holidays)
      : levelColumnsOf(regression.design, component, rows);
    const fitted = { ...component, weight, priceWeight, levelColumns: told };
    if (!slope || priceWeight === 0) return { ...fitted, ...(slope && { slope }) };
    return { ...fitted, slope: carriedSlope(disturbances, knownRows, { ...component, slope }, { regression, mean }) };
  });
  return { rows, components, series };
}

function imputed({ components }: Standing, rows: number, { sold, options, prior }: Onward): CellSeries {
  return uncensoredFrom(components, { series: sold, rows, prior, options });
}

/** Rows that levels go on with. */
interface LevelRows {
  readonly source: DesignRows;
  readonly days: Int32Array;
  /** What they would have sold. */
  readonly demand: Float64Array;
  /** Days from the row before them to the first. */
  readonly gap: number;
  /** Of the rows before them, rows over those that sold: a slow seller's every sale is many times its mean. */
  readonly rowsASale: number;
}

function levelRows(series: CellSeries, from: number, to: number): LevelRows {
  const { days, quantity, price, demand } = series;
  let sold = 0;
  for (let i = 0; i < from; i++) if (quantity[i] > 0) sold++;
  return {
    source: lastRows(pastRows(series, to, filledPrices(price, to)), to - from),
    days: days.subarray(from, to),
    demand: (demand?.expected ?? quantity).subarray(from, to),
    gap: days[from] - days[from - 1],
    rowsASale: from / sold,
  };
}

/** The level after more rows; coefficients stay, and freaks are capped as where they are fitted. */
function levelAfter(
  { spec, plan, coefficients, level, meanQuantity }: StandingFit,
  { source, days, demand, gap, rowsASale }: LevelRows,
  holidays: readonly Holiday[],
): StandingFit['level'] {
  if (spec.fastDiscount >= 1) return level;
  const mean = linearMean(buildDesign(plan, source, holidays), coefficients, days.length);
  const cap = spec.capMultiple * rowsASale;
  const quantity = demand.map((sold, i) => Math.min(sold / meanQuantity / exposureOf(plan, days[i]), cap));
  const told = { days, quantity, mean, rows: days.length };
  const { relaxation } = spec;
  const at = (discount: number, start: number): number =>
    filterOn(told, { discount, relaxation, periodDays: PERIOD_DAYS[plan.frequency] }, start, gap);
  return { fast: at(spec.fastDiscount, level.fast), slow: at(spec.slowDiscount, level.slow) };
}
