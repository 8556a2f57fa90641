/** A component brought up to date with new rows: its spec stays, its coefficients start where they were. */

import { sameColumns } from '../series/design.ts';
import { type Component, FittedRegression, type MeanFit } from './component.ts';
import type { FitInput } from './fit-input.ts';
import { dispersedFooting, type Footing, filteredFooting } from './footing.ts';
import { type Solution, solveRegression } from './objective.ts';
import { planRegression, type Regression, regressionMean } from './plan.ts';

/**
 * The level is filtered at the coefficients that a component had, the regression solved once beside it, from where it
 * was. The covariance stays that of the last full fit while the columns are the same: fewer rows knew less.
 *
 * @param before its covariance null where that is not known
 * @returns with `mean` of the rows without level
 */
export function refitComponent(
  input: Omit<FitInput, 'spec'>,
  before: MeanFit & { readonly covariance: Component['covariance'] | null },
): { readonly component: Component; readonly regression: Regression; readonly mean: Float64Array } {
  const regression = planRegression({ ...input, spec: before.spec }, 'prior');
  const solution = resolved(regression, before);
  const covariance = sameColumns(regression.plan, before.plan) ? before.covariance : null;
  const fitted = new FittedRegression(regression, solution);
  const component = covariance ? { ...fitted.figures(), covariance } : fitted.component();
  return { component, regression, mean: solution.mean };
}

/** One pass of level and regression from the coefficients of an earlier fit. */
export function resolved(regression: Regression, before: MeanFit): Solution & { readonly mean: Float64Array } {
  const start = carriedCoefficients(regression, before);
  const shape: Footing = {
    dispersion: before.dispersion,
    variancePower: regression.spec.variancePower,
    inverseSize: before.inverseSize,
    offset: new Float64Array(regression.rows),
  };
  const footing = filteredFooting(regression, regressionMean(regression, start), shape);
  const { coefficients, converged } = solveRegression(regression, footing, null, start);
  const mean = regressionMean(regression, coefficients);
  return {
    footing: dispersedFooting(regression, mean, footing),
    coefficients,
    mean,
    converged,
    simulated: null,
    precisions: regression.priorPrecisions,
  };
}

/** By the columns' names, in the unit of the new mean; columns that are new start at what is believed of them. */
function carriedCoefficients(
  { plan, priorMeans, meanQuantity }: Regression,
  before: MeanFit,
): Float64Array<ArrayBuffer> {
  const known = new Map(before.plan.columns.map(({ name }, j) => [name, before.coefficients[j]]));
  const start = Float64Array.from(plan.columns, ({ name }, j) => known.get(name) ?? priorMeans[j]);
  start[0] = start[0] + Math.log(before.meanQuantity / meanQuantity);
  return start;
}
