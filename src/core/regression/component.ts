/** One component of a demand model: a spec fitted to a cell's rows by regression and level filter in turn. */

import { FAMILY } from '../families/table.ts';
import type { CellSeries, Holiday, PlannedRows } from '../series/cell-series.ts';
import {
  buildDesign,
  type DesignPlan,
  exposureOf,
  filledPrices,
  futureRows,
  lastRows,
  pastRows,
  sameColumns,
} from '../series/design.ts';
import { feastColumns } from '../series/feasts.ts';
import { PERIOD_DAYS } from '../series/periods.ts';
import { choiceDeviance } from './deviance.ts';
import type { FitInput, SimulatedPrior } from './fit-input.ts';
import { type Footing, lastLevel, oneStepMeans } from './footing.ts';
import type { GlmFit } from './glm.ts';
import type { Spec } from './hyper-parameters.ts';
import { forecastLevel, type LevelState } from './level-filter.ts';
import { fitRegression, type Solution } from './objective.ts';
import { linearMean, planRegression, type Regression, regressionMean, withRemainder } from './plan.ts';
import { sandwich } from './sandwich.ts';

/** A fitted component; plain JSON but for its typed arrays, which are stored as plain arrays. */
export interface Component {
  readonly spec: Spec;
  readonly plan: DesignPlan;
  readonly coefficients: readonly number[];
  /** Row-major p × p sandwich covariance of the coefficients. */
  readonly covariance: readonly number[];
  readonly level: LevelState;
  /** Mean training quantity ȳ: the unit in which demand is modelled. */
  readonly meanQuantity: number;
  /** Pearson dispersion φ of scaled demand; for NB2 the size of a piece, 1/ȳ. */
  readonly dispersion: number;
  /** α of NB2's variance φ(μ + αμ²) of scaled demand; 0 for other families. */
  readonly inverseSize: number;
  /**
   * Weighted mean of log(y/μ) over the training rows with sales, μ the one-step-ahead mean: how far the mean of log
   * demand lies below the log of its mean.
   */
  readonly meanLogResidual: number;
  /**
   * What the solver's stopping rule found. Exact: the last regression's largest Newton step fell below 1e-8 within 50
   * steps. By iterations: the running average came within a quarter of a posterior standard deviation of the minimum
   * (see Training.converged).
   */
  readonly converged: boolean;
  /**
   * −Σ w·nll of the last pass, with μ the one-step-ahead mean; divided by φ the quasi-log-likelihood that shapes of one
   * spec are compared on.
   */
  readonly fitScore: number;
  /**
   * Mean Tweedie deviance (k = 1.5) of the training rows against their one-step-ahead means: comparable between specs.
   */
  readonly oneStepDeviance: number;
}

/** What forecasts and effects are told around: a component without its covariance and its figures of fit. */
export type MeanFit = Pick<
  Component,
  'spec' | 'plan' | 'coefficients' | 'level' | 'meanQuantity' | 'dispersion' | 'inverseSize'
>;

/** A component but for its covariance. */
export type ComponentFigures = Omit<Component, 'covariance'>;

/**
 * A regression with its solution, of which no more is worked out than is asked for: most fits are of folds, which need
 * a mean alone, and the covariance takes about as long as a fit.
 */
export class FittedRegression {
  readonly regression: Regression;
  private readonly solution: Solution;
  private readonly mean: Float64Array;
  private known: ComponentFigures | null = null;

  constructor(regression: Regression, solution: Solution) {
    this.regression = regression;
    this.solution = solution;
    this.mean = solution.mean ?? regressionMean(regression, solution.coefficients);
  }

  /** The regressions that led to the solution; null where the exact solver did not find it. */
  get passes(): readonly GlmFit[] | null {
    return this.solution.passes ?? null;
  }

  meanFit(): MeanFit {
    const { regression, solution } = this;
    const { dispersion, inverseSize } = solution.footing;
    return {
      spec: regression.spec,
      plan: regression.plan,
      coefficients: Array.from(solution.coefficients),
      level: lastLevel(regression, this.mean),
      meanQuantity: regression.meanQuantity,
      dispersion,
      inverseSize,
    };
  }

  figures(): ComponentFigures {
    const { regression, solution, mean } = this;
    const { footing, converged } = solution;
    this.known ??= {
      ...this.meanFit(),
      meanLogResidual: meanLogResidual(regression, mean, footing.offset),
      converged,
      fitScore: -totalNll(regression, mean, footing),
      oneStepDeviance: meanDeviance(regression, mean, footing.offset),
    };
    return this.known;
  }

  component(): Component {
    const { spec, plan, coefficients, ...rest } = this.figures();
    return { spec, plan, coefficients, covariance: Array.from(this.covariance()), ...rest };
  }

  /** The variances that hold if the rows are independent and the spec is right: the diagonal of H⁻¹, length columns. */
  plainVariances(): Float64Array {
    return sandwich(this.regression, this.solution, this.mean).plainVariances;
  }

  private covariance(): Float64Array {
    const { plan, control } = this.regression;
    const { covariance } = sandwich(this.regression, this.solution, this.mean);
    if (!control) return covariance;
    const width = plan.columns.length;
    // The control function's price coefficient is two-stage least squares'; its variance must count the part of the
    // shock that the control column took.
    const shock = this.solution.coefficients[width - 1] ** 2 * control.residualVariance;
    if (control.explained > 0) covariance[width + 1] = covariance[width + 1] + shock / control.explained;
    return covariance;
  }
}

/**
 * Fits one spec to a cell's first rows by the exact solver.
 *
 * @param simulated how the market's knowledge enters as simulated rows; null: as a Gaussian prior
 * @param like a fit of the spec to much the same rows: this one starts there, and comes out the same to the tenth digit
 */
export function fitSpec(
  input: FitInput,
  simulated: SimulatedPrior | null = null,
  like: FittedRegression | null = null,
): FittedRegression {
  const planned = planRegression(input, simulated ? 'rows' : 'prior');
  const regression = simulated ? withRemainder(planned, input.prior) : planned;
  const passes = like && sameColumns(like.regression.plan, regression.plan) ? like.passes : null;
  return new FittedRegression(regression, fitRegression(regression, simulated, passes));
}

/** Expected demand of planned rows, in the cell's unit. */
export function predictComponent(component: MeanFit, planned: PlannedRows, holidays: readonly Holiday[]): Float64Array {
  const { plan } = component;
  const design = buildDesign(plan, futureRows(planned), holidays);
  const mean = linearMean(design, component.coefficients, planned.days.length);
  const periodDays = PERIOD_DAYS[plan.frequency];
  for (let i = 0; i < mean.length; i++) {
    const ahead = Math.max(0, (planned.days[i] - plan.lastDay) / periodDays);
    const level = forecastLevel(component.level, ahead, component.spec.reversion);
    mean[i] = mean[i] * level * component.meanQuantity * exposureOf(plan, planned.days[i]);
  }
  return mean;
}

/** Log multiplier of demand of a component's own feasts on some days; 0 on all others. */
export function feastEffects(
  { plan, coefficients }: Component,
  days: ArrayLike<number>,
  holidays: readonly Holiday[],
): Float64Array {
  const effects = new Float64Array(days.length);
  const { feasts } = plan;
  if (!feasts) return effects;
  const first = plan.columns.findIndex(({ group }) => group === 'feast');
  const row = new Float64Array(feasts.length);
  for (let i = 0; i < days.length; i++) {
    feastColumns(feasts, holidays, days[i], PERIOD_DAYS[plan.frequency], row, 0);
    for (let j = 0; j < row.length; j++) effects[i] = effects[i] + row[j] * coefficients[first + j];
  }
  return effects;
}

/** Σ w·nll of the own rows at their one-step-ahead means, up to terms of y alone. */
function totalNll({ drawnResponse, weight, spec }: Regression, mean: Float64Array, footing: Footing): number {
  const { nll } = FAMILY[spec.family];
  let sum = 0;
  const means = oneStepMeans(mean, footing.offset);
  for (let i = 0; i < means.length; i++) sum += weight[i] * nll(drawnResponse[i], means[i], footing);
  return sum;
}

function meanLogResidual(
  { drawnResponse, weight, rows }: Regression,
  mean: Float64Array,
  offset: Float64Array,
): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const y = drawnResponse[i];
    if (y === 0) continue;
    sum += weight[i] * (Math.log(y / mean[i]) - offset[i]);
    total += weight[i];
  }
  return total > 0 ? sum / total : 0;
}

function meanDeviance({ drawnResponse, weight, rows }: Regression, mean: Float64Array, offset: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const w = weight[i];
    sum += w * choiceDeviance(drawnResponse[i], mean[i] * Math.exp(offset[i]));
    total += w;
  }
  return total > 0 ? sum / total : 0;
}

/**
 * Means of a component's columns over the rows that its level was learned of, at both speeds: what the level gives back
 * when a coefficient moves (∂ log level / ∂β = −x̄).
 */
export interface LevelColumns {
  readonly fast: readonly number[];
  readonly slow: readonly number[];
}

/** A row that weighs less in a level tells next to nothing of it. */
const LEAST_ROW_WEIGHT = 1e-3;

/** @param holidays ascending by day */
export function levelColumns(series: CellSeries, component: MeanFit, holidays: readonly Holiday[]): LevelColumns {
  const { plan, spec } = component;
  const all = series.days.length;
  const rows = Math.max(...levelRows(spec, all));
  const source = pastRows(series, all, filledPrices(series.price, all));
  return levelColumnsOf(buildDesign(plan, lastRows(source, rows), holidays), component, all);
}

/** Rows of so many that tell a spec's level, at both speeds. */
function levelRows(spec: Spec, all: number): readonly [fast: number, slow: number] {
  const told = (discount: number): number =>
    discount < 1 ? Math.min(all, Math.ceil(Math.log(LEAST_ROW_WEIGHT) / Math.log(discount))) : all;
  const [fast, slow] = levelDiscounts(spec);
  return [told(fast), told(slow)];
}

/** Without a level the intercept is that of all rows, by their weight. */
function levelDiscounts({ fastDiscount, slowDiscount, halfLifePeriods }: Spec): readonly [fast: number, slow: number] {
  const still = 0.5 ** (1 / halfLifePeriods);
  return fastDiscount < 1 ? [fastDiscount, slowDiscount] : [still, still];
}

/**
 * {@link levelColumns} where the design is there.
 *
 * @param design of the last rows of the cell, at least those that tell a level; @param all its rows
 */
export function levelColumnsOf(design: Float64Array, { spec, coefficients }: MeanFit, all: number): LevelColumns {
  const width = coefficients.length;
  const [fastRows, slowRows] = levelRows(spec, all);
  const [fast, slow] = levelDiscounts(spec);
  const rows = Math.max(fastRows, slowRows);
  const told = design.subarray(design.length - rows * width);
  const mean = linearMean(told, coefficients, rows);
  const at = (discount: number, count: number): number[] => {
    const sum = new Float64Array(width);
    let mass = 0;
    for (let i = rows - 1, weight = 1; i >= rows - count; i--, weight *= discount) {
      mass += weight * mean[i];
      for (let j = 0; j < width; j++) sum[j] = sum[j] + weight * mean[i] * told[i * width + j];
    }
    return Array.from(sum, (s) => s / mass);
  };
  return { fast: at(fast, fastRows), slow: at(slow, slowRows) };
}
