/**
 * Training a cell with the exact solver: cross-validate the candidates, weigh them, fit those that count on all rows.
 */

import { finite } from '../checks.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import { studentQuantile } from '../math/student-quantile.ts';
import { finiteOutcome, type Outcome } from '../outcome.ts';
import { type Component, type ComponentFigures, levelColumns } from '../regression/component.ts';
import type { SimulatedPrior } from '../regression/fit-input.ts';
import { columnPriors } from '../regression/prior.ts';
import { CLUSTER_ROWS } from '../regression/sandwich.ts';
import type { CellSeries, Holiday } from '../series/cell-series.ts';
import { type InvalidValue, invalidValue } from '../series/checked-series.ts';
import { gridOf, nextPeriod, periodsFrom } from '../series/periods.ts';
import { BOX_COX_LAMBDAS, elasticityAt } from '../series/price-transform.ts';
import type { Frequency, SimpleForecast } from '../vocabulary.ts';
import { checkedContext } from './checked-context.ts';
import { candidateDeviances, combinationWeights, priceWeights, withTrees } from './combination.ts';
import { withCompetitorReference } from './competitor-choice.ts';
import { crossValidatedFigures } from './cross-validated-figures.ts';
import {
  type Candidate,
  candidatesFrom,
  crossValidate,
  type FitContext,
  GrowingFits,
  type HeldOut,
  treesRespond,
} from './cross-validation.ts';
import { type DemandModel, type SimplePart, slopeOf } from './demand-model.ts';
import { fitDisturbances, heaviest } from './disturbances.ts';
import { levelDrift } from './level-drift.ts';
import { priceEffect } from './price-effect.ts';
import { PRIOR_SHARES } from './price-shape.ts';
import { lastRegularPrice } from './regular-price.ts';
import { simpleForecast, YEAR_ROWS } from './simple-forecast.ts';
import { type TreesPart, treesPart } from './trees-part.ts';
import { uncensoredSeries } from './uncensored.ts';
import { windowErrors } from './window-errors.ts';

export type { DemandModel, SimplePart } from './demand-model.ts';

/**
 * Why rows cannot carry a model. INVALID_VALUE: a row has a value that no row may have (see {@link InvalidValue}).
 * NOT_FINITE: figures so large, so small or so far apart that the arithmetic left the finite numbers.
 */
export type FitRefusal = 'NO_OWN_SALES' | 'NOTHING_SOLD' | 'NO_PRICE' | 'INVALID_VALUE' | 'NOT_FINITE';

/**
 * Fits a demand model to all rows of a cell.
 *
 * @returns the only thing that predicts (see predictDemand), or the reason why these rows cannot carry a model
 * @throws TypeError, RangeError naming the part of the series or the context that is missing, of another type or
 * length, or out of its range
 */
export function fitDemand(series: CellSeries, context: FitContext): Outcome<DemandModel, FitRefusal> {
  const checked = checkedContext(context);
  const refusal = refusalOf(series);
  // A copy: what a fit keeps of its series must not serve another one, whose arrays may have been changed meanwhile.
  return refusal ?? finiteOutcome(() => ({ ok: true, value: finite('model', fittedModel({ ...series }, checked)) }));
}

function fittedModel(sold: CellSeries, given: FitContext): DemandModel {
  const rows = sold.days.length;
  const series = uncensoredSeries(sold, rows, given);
  const context = withCompetitorReference(series, rows, given);
  const fits = new GrowingFits();
  const crossValidated = crossValidate(series, rows, context, fits);
  const candidates = crossValidated?.candidates ?? candidatesFrom(context.specs, series.frequency);
  const prior = context.priorAt(series.days[rows - 1]);
  const fitted = context.specs.map((spec) => fits.fit({ series, rows, spec, prior, options: context }));
  const { heldOut, weights } = crossValidated
    ? weighed(crossValidated, series.frequency)
    : { heldOut: null, weights: new Float64Array(candidates.length) };
  return assembleModel(series, context, { heldOut, candidates, weights, fitted, simulated: null, iterations: 0 });
}

function weighed(heldOut: HeldOut, frequency: Frequency): { heldOut: HeldOut; weights: Float64Array } {
  return withTrees(heldOut, combinationWeights(heldOut, candidateDeviances(heldOut), frequency), frequency);
}

/**
 * Why these rows cannot carry a model; null when they can. @throws TypeError, RangeError for a series that is none (see
 * invalidValue)
 */
export function refusalOf(
  series: CellSeries,
): ({ ok: false; code: FitRefusal; rows?: number } & Partial<InvalidValue>) | null {
  const invalid = invalidValue(series);
  if (invalid) return { ok: false, code: 'INVALID_VALUE', ...invalid };
  const rows = series.days.length;
  if (rows === 0) return { ok: false, code: 'NO_OWN_SALES' };
  if (!series.quantity.some((y) => y > 0)) return { ok: false, code: 'NOTHING_SOLD', rows };
  if (priceRange(series) === null) return { ok: false, code: 'NO_PRICE', rows };
  return null;
}

/** A fitted component, whose covariance is worked out when the whole of it is asked for. */
interface Fitted {
  figures(): ComponentFigures;
  component(): Component;
}

/**
 * What a solver found: candidates with their weights, and the components of those that are specs, in the same order.
 */
interface FittedCandidates {
  readonly heldOut: HeldOut | null;
  readonly candidates: readonly Candidate[];
  /** In forecasts; not used without held-out rows. */
  readonly weights: Float64Array;
  readonly fitted: readonly Fitted[];
  /** How the market's knowledge entered the fits. */
  readonly simulated: SimulatedPrior | null;
  /** Stochastic steps; 0 for the exact solver. */
  readonly iterations: number;
}

/** A fit with the weight that it has in forecasts. */
interface WeightedFit {
  readonly fit: Fitted;
  readonly figures: ComponentFigures;
  weight: number;
}

function priceWeightsOf(fitted: readonly WeightedFit[], rows: number): Float64Array {
  return priceWeights(
    fitted.map(({ figures }) => ({
      oneStepDeviance: figures.oneStepDeviance,
      columns: figures.plan.columns.length,
      rows,
    })),
  );
}

/** The candidates as parts of a model, with their weights in forecasts. */
function weightedParts(
  series: CellSeries,
  context: FitContext,
  { candidates, weights, fitted: fits }: FittedCandidates,
): { readonly fitted: WeightedFit[]; readonly simple: SimplePart[]; readonly trees: TreesPart | null } {
  const fitted: WeightedFit[] = [];
  const simple: SimplePart[] = [];
  let trees: TreesPart | null = null;
  candidates.forEach((candidate, c) => {
    const weight = weights[c];
    if (candidate.kind === 'spec') {
      const fit = fits[fitted.length] as Fitted;
      fitted.push({ fit, figures: fit.figures(), weight });
    } else if (weight === 0) return;
    else if (candidate.kind === 'simple')
      simple.push({ name: candidate.name, weight, ...simplePart(candidate.name, series, series.days.length) });
    else if (context.trees) {
      const expected = treesPart(context.trees, series, treesRespond(context));
      trees = expected && { weight, ...expected };
    }
  });
  return { fitted, simple, trees };
}

/** Joins fitted components and simple forecasts into a model. The series must not be refused by {@link refusalOf}. */
export function assembleModel(series: CellSeries, context: FitContext, found: FittedCandidates): DemandModel {
  const { heldOut, candidates, weights } = found;
  const rows = series.days.length;
  const lastDay = series.days[rows - 1];
  const prior = context.priorAt(lastDay);
  if (context.assumed) return assumedModel(series, context, (found.fitted[0] as Fitted).component(), found.iterations);
  const { fitted, simple, trees } = weightedParts(series, context, found);
  const forPrice = priceWeightsOf(fitted, rows);
  // Too few rows for a fold: one-step-ahead errors stand in for held-out ones, and simple forecasts, which know no
  // price, are left out (orange juice, 12 weeks from week 60, 75 and 100 on: better than even weights with a tenth for
  // simple forecasts).
  if (!heldOut) {
    fitted.forEach((f, c) => {
      f.weight = forPrice[c];
    });
  }
  const components = fitted
    .map(({ fit, weight }, c) => ({ fit, weight, priceWeight: forPrice[c] }))
    .filter((f) => f.weight > 0 || f.priceWeight > 0)
    .map(({ fit, weight, priceWeight }) => ({ ...fit.component(), weight, priceWeight }))
    // Those that count for the price alone forecast nothing.
    .map((f) => (f.weight > 0 ? { ...f, levelColumns: levelColumns(series, f, context.holidays) } : f));
  const believed = priceEffect({ series, rows, prior, options: context }, components, found);
  const drift = levelDrift(series, heaviest(components), context.holidays);
  const disturbances = fitDisturbances(series, heaviest(components), context.holidays);
  const model = modelOf(series, context, {
    ownRows: rows,
    ...(drift > 0 && { levelDrift: drift }),
    ...(disturbances && { disturbances }),
    iterations: found.iterations,
    firstDay: series.days[0],
    triedRange: priceRange(series) as [number, number],
    todayPrice: lastRegularPrice(series),
    ...believed,
    simple,
    ...(trees && { trees }),
    crossValidated: crossValidatedFigures(
      series,
      heldOut,
      candidates,
      heldOut ? weights : Float64Array.from(candidates, (_, c) => forPrice[c] ?? 0),
    ),
    instrument: components.some((c) => c.plan.columns.at(-1)?.group === 'control')
      ? (context.instrument as string)
      : null,
  });
  if (!(heldOut && disturbances)) return model;
  return {
    ...model,
    disturbances: { ...disturbances, windowErrors: windowErrors(model, series, heldOut, weights) },
  };
}

/** Fields of a model that follow from the cell and the others. */
type Derived =
  | 'schema'
  | 'merchant'
  | 'product'
  | 'productType'
  | 'unit'
  | 'frequency'
  | 'lastDay'
  | 'calendar'
  | 'elasticity'
  | 'converged';

/** A model of its parts. */
export function modelOf(series: CellSeries, context: FitContext, found: Omit<DemandModel, Derived>): DemandModel {
  const lastDay = series.days.at(-1) as number;
  return {
    schema: 1,
    merchant: series.merchant,
    product: series.product,
    productType: series.productType,
    unit: series.unit,
    frequency: series.frequency,
    ownRows: found.ownRows,
    iterations: found.iterations,
    firstDay: found.firstDay,
    lastDay,
    triedRange: found.triedRange,
    todayPrice: found.todayPrice,
    components: found.components,
    shapes: found.shapes,
    simple: found.simple,
    ...(found.trees !== undefined && { trees: found.trees }),
    calendar: calendarOf(found.components, context.holidays, lastDay),
    crossValidated: found.crossValidated,
    elasticity: mixtureElasticity(
      found,
      context.priorAt(lastDay).price?.variance ?? Number.POSITIVE_INFINITY,
      series.frequency,
    ),
    ...(found.levelDrift !== undefined && { levelDrift: found.levelDrift }),
    ...(found.disturbances !== undefined && { disturbances: found.disturbances }),
    instrument: found.instrument,
    ...(context.pricesFollow && found.instrument === null && { pricesFollow: true as const }),
    converged: found.components.every((c) => c.converged),
  };
}

/** What forecasts need: public holidays, and the others that a component answers to. */
function calendarOf(components: readonly Component[], holidays: readonly Holiday[], lastDay: number): Holiday[] {
  const own = new Set(components.flatMap(({ plan }) => (plan.feasts ?? []).map(({ name }) => name)));
  return holidays.filter(
    ({ day, kind, name }) => day > lastDay - 30 && day < lastDay + 500 && (kind !== 'observance' || own.has(name)),
  );
}

/**
 * The model of a cell without any sale: its component is the market's, its covariance the market's prior,
 * its shapes the market's shares.
 */
function assumedModel(series: CellSeries, context: FitContext, component: Component, iterations: number): DemandModel {
  const { plan } = component;
  const lastDay = series.days.at(-1) as number;
  const price = series.price.at(-1) as number;
  const { precisions } = columnPriors(plan, context.priorAt(lastDay), 1);
  const covariance = new Array<number>(plan.columns.length ** 2).fill(0);
  precisions.forEach((precision, j) => {
    // The intercept's prior is flat in a fit; here the assumed quantity is taken as given.
    covariance[j * plan.columns.length + j] = j === 0 ? 0 : 1 / precision;
  });
  const components = [{ ...component, covariance, weight: 1, priceWeight: 1 }];
  const shapes = BOX_COX_LAMBDAS.map((lambda, s) => ({
    lambda,
    weight: (context.marketShape ?? PRIOR_SHARES)[s],
    slopeShift: 0,
  }));
  return modelOf(series, context, {
    ownRows: 0,
    iterations,
    // The calendar's year: what a picture of the trend spans.
    firstDay: lastDay - 364,
    triedRange: [price, price],
    todayPrice: price,
    components,
    shapes,
    simple: [],
    crossValidated: crossValidatedFigures(series, null, [], new Float64Array(0)),
    instrument: null,
  });
}

/** A simple forecast of the rows after some. */
export function simplePart(
  name: SimpleForecast,
  series: CellSeries,
  rows: number,
): Omit<SimplePart, 'name' | 'weight'> {
  if (name !== 'same-season') {
    // 1970-01-05 was a Monday.
    return { byWeekday: Array.from(simpleForecast(name, series, rows, Int32Array.of(4, 5, 6, 7, 8, 9, 10))) };
  }
  const grid = gridOf(series.frequency, series.days, rows);
  const days = periodsFrom(grid, nextPeriod(grid, series.days[rows - 1]), YEAR_ROWS[series.frequency]);
  const quantities = simpleForecast(name, series, rows, days);
  return {
    byWeekday: new Array<number>(7).fill(quantities.reduce((sum, quantity) => sum + quantity / days.length, 0)),
    byPeriod: Array.from(days, (day, i) => ({ day, quantity: quantities[i] })),
  };
}

/** Lowest and highest price of a cell; null where it has none. */
export function priceRange(series: CellSeries): [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const p of series.price) {
    if (p > 0) {
      low = Math.min(low, p);
      high = Math.max(high, p);
    }
  }
  return high > 0 ? [low, high] : null;
}

/**
 * Mean and 90 % interval of the mixture of components' and shapes' elasticities at today's price. As far as rows rather
 * than the prior tell the variance, it is that of so many clusters: G/(G − 1) of it, and a t of G − 1 degrees of
 * freedom
 * (Cameron & Miller 2015, Journal of Human Resources 50(2), §VI).
 *
 * @param priorVariance of the price coefficient
 */
function mixtureElasticity(
  { components, shapes, todayPrice: price, ownRows }: Omit<DemandModel, Derived>,
  priorVariance: number,
  frequency: Frequency,
): { value: number; low: number; high: number } {
  let mean = 0;
  let second = 0;
  const clusters = Math.max(3, Math.ceil(ownRows / CLUSTER_ROWS[frequency]));
  const wider = ((studentQuantile(0.95, clusters - 1) / normalQuantile(0.95)) ** 2 * clusters) / (clusters - 1) - 1;
  for (const c of components) {
    const { value: slope, variance: own } = slopeOf(c);
    // What the prior knows is not known from clusters.
    const variance = c.slope ? own : own * (1 + wider * Math.max(0, 1 - own / priorVariance));
    for (const shape of shapes) {
      const scale = elasticityAt(1, price, c.plan.referencePrice, shape.lambda);
      const value = scale * (slope + shape.slopeShift);
      const weight = c.priceWeight * shape.weight;
      mean += weight * value;
      second += weight * (scale * scale * variance + value * value);
    }
  }
  const reach = normalQuantile(0.95) * Math.sqrt(Math.max(0, second - mean * mean));
  return { value: mean, low: mean - reach, high: mean + reach };
}
