/** Training a cell with the exact solver: cross-validate the candidates, weigh them, fit those that count on all rows. */

import type { Outcome } from '../outcome.ts';
import type { CellSeries, Frequency, Holiday } from '../series/cell-series.ts';
import { BOX_COX_LAMBDAS, elasticityAt } from '../series/price-transform.ts';
import { candidateDeviances, combinationWeights, combinedForecast, priceWeights } from './combination.ts';
import { type Component, fitComponent, type SimulatedPrior } from './component.ts';
import { type Candidate, crossValidate, type FitContext, type HeldOut } from './cross-validation.ts';
import { choiceDeviance } from './deviance.ts';
import { PRIOR_SHARES, shapeEvidence, shapeWeights, type WeightedShape } from './price-shape.ts';
import { type CellPrior, columnPriors } from './prior.ts';
import { SIMPLE_FORECASTS, type SimpleForecast, simpleForecast } from './simple-forecast.ts';

/** A simple forecast inside a model: expected demand by weekday (0 = Monday), whatever the price. */
export interface SimplePart {
  readonly name: SimpleForecast;
  readonly weight: number;
  readonly byWeekday: readonly number[];
}

/** A component with its two weights: in forecasts, and in what is said of the price effect. */
export interface WeightedComponent extends Component {
  readonly weight: number;
  readonly priceWeight: number;
}

/** Cross-validated figures of the model; null where the cell has too few rows for a fold or sold nothing in them. */
export interface CrossValidated {
  readonly folds: number;
  readonly rows: number;
  readonly wape: number | null;
  readonly rmse: number | null;
  readonly rmsse: number | null;
  /** Σ(f − y) / Σy. */
  readonly bias: number | null;
  /** Mean Tweedie deviance, k = 1.5, in units of the training mean. */
  readonly deviance: number | null;
  /** The same by fold, latest first: what versions of a model are compared on. */
  readonly foldDeviances: readonly number[];
  /** Mean deviance of every candidate that was tried. */
  readonly candidates: readonly { readonly candidate: Candidate; readonly deviance: number | null; readonly weight: number }[];
  /** The best simple forecast beats the model by more than one standard error of the paired difference. */
  readonly simpleForecastWins: boolean;
  /** |y − f| / (ȳ (f/ȳ)^¾) of every held-out row, with its days ahead: conformal scores. */
  readonly scores: readonly number[];
  readonly scoreDaysAhead: readonly number[];
}

/** A trained demand model of one cell: plain JSON, no code. */
export interface DemandModel {
  readonly schema: 1;
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
  readonly unit: string;
  readonly frequency: Frequency;
  readonly ownRows: number;
  /** Stochastic steps that trained it; 0 for the exact solver. */
  readonly iterations: number;
  /** Days since 1970-01-01. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** Lowest and highest price ever charged. */
  readonly triedRange: readonly [number, number];
  /** Last price without promotion. */
  readonly todayPrice: number;
  readonly components: readonly WeightedComponent[];
  /** Shapes of the price term, averaged over in curves and recommendations; weights add to 1. */
  readonly shapes: readonly WeightedShape[];
  readonly simple: readonly SimplePart[];
  /** Holidays from a month before the last row on: what forecasts need. */
  readonly calendar: readonly Holiday[];
  readonly crossValidated: CrossValidated;
  /** Posterior mean elasticity at today's price, averaged over components, with a 90 % interval. */
  readonly elasticity: { readonly value: number; readonly low: number; readonly high: number };
  /** Column whose control function guards the price effect; null where none was asked for or the cell does not have it. */
  readonly instrument: string | null;
  readonly converged: boolean;
}

export type FitRefusal = 'NO_OWN_SALES' | 'NOTHING_SOLD' | 'NO_PRICE';

/** A row counts as a promotion from this share of discounted sales on. */
const PROMOTION_SHARE = 0.5;

/**
 * Fits a demand model to all rows of a cell.
 *
 * @returns the only thing that predicts (see predictDemand), or the reason why these rows cannot carry a model
 */
export function fitDemand(series: CellSeries, context: FitContext): Outcome<DemandModel, FitRefusal> {
  const refusal = refusalOf(series);
  if (refusal) return refusal;
  const rows = series.days.length;
  const heldOut = crossValidate(series, rows, context);
  const candidates: readonly Candidate[] = heldOut
    ? heldOut.candidates
    : [...context.specs.map((spec) => ({ kind: 'spec' as const, spec })), ...SIMPLE_FORECASTS.map((name) => ({ kind: 'simple' as const, name }))];
  const prior = context.priorAt(series.days[rows - 1] as number);
  const fitted = candidates.flatMap((candidate) => (candidate.kind === 'spec' ? [fitComponent(series, rows, candidate.spec, prior, context)] : []));
  const weights = heldOut ? combinationWeights(heldOut, candidateDeviances(heldOut)) : new Float64Array(candidates.length);
  return { ok: true, value: assembleModel(series, context, { heldOut, candidates, weights, fitted, simulated: null, iterations: 0 }) };
}

/** Why these rows cannot carry a model; null when they can. */
export function refusalOf(series: CellSeries): { ok: false; code: FitRefusal; rows?: number } | null {
  const rows = series.days.length;
  if (rows === 0) return { ok: false, code: 'NO_OWN_SALES' };
  if (!series.quantity.some((y) => y > 0)) return { ok: false, code: 'NOTHING_SOLD', rows };
  if (priceRange(series) === null) return { ok: false, code: 'NO_PRICE', rows };
  return null;
}

/** What a solver found: candidates with their weights, and the components of those that are specs, in the same order. */
interface FittedCandidates {
  readonly heldOut: HeldOut | null;
  readonly candidates: readonly Candidate[];
  /** In forecasts; not used without held-out rows. */
  readonly weights: Float64Array;
  readonly fitted: readonly Component[];
  /** How the market's knowledge entered the fits. */
  readonly simulated: SimulatedPrior | null;
  /** Stochastic steps; 0 for the exact solver. */
  readonly iterations: number;
}

/** Joins fitted components and simple forecasts into a model. The series must not be refused by {@link refusalOf}. */
export function assembleModel(series: CellSeries, context: FitContext, found: FittedCandidates): DemandModel {
  const { heldOut, candidates, weights } = found;
  const rows = series.days.length;
  const lastDay = series.days[rows - 1] as number;
  const prior = context.priorAt(lastDay);
  if (context.assumed) return assumedModel(series, context, found.fitted[0] as Component, found.iterations);
  const fitted: (Component & { weight: number })[] = [];
  const simple: SimplePart[] = [];
  candidates.forEach((candidate, c) => {
    const weight = weights[c] as number;
    if (candidate.kind === 'spec') fitted.push({ ...(found.fitted[fitted.length] as Component), weight });
    else if (weight > 0) simple.push({ name: candidate.name, weight, byWeekday: simpleByWeekday(candidate.name, series, rows) });
  });
  const forPrice = priceWeights(fitted.map((f) => ({ oneStepDeviance: f.oneStepDeviance, columns: f.plan.columns.length, rows })));
  // Too few rows for a fold: one-step-ahead errors stand in for held-out ones, and simple forecasts, which know no price, are left out (orange
  // juice, 12 weeks from week 60, 75 and 100 on: better than even weights with a tenth for simple forecasts).
  if (!heldOut) {
    fitted.forEach((f, c) => {
      f.weight = forPrice[c] as number;
    });
  }
  const components = fitted.map((f, c) => ({ ...f, priceWeight: forPrice[c] as number })).filter((f) => f.weight > 0 || f.priceWeight > 0);
  const shapes = weighShapes(series, rows, components, prior, context, found.simulated, found.iterations === 0);
  const todayPrice = lastRegularPrice(series);
  return {
    schema: 1,
    merchant: series.merchant,
    product: series.product,
    productType: series.productType,
    unit: series.unit,
    frequency: series.frequency,
    ownRows: rows,
    iterations: found.iterations,
    firstDay: series.days[0] as number,
    lastDay,
    triedRange: priceRange(series) as [number, number],
    todayPrice,
    components,
    shapes,
    simple,
    calendar: context.holidays.filter((h) => h.day > lastDay - 30 && h.day < lastDay + 500),
    crossValidated: crossValidatedFigures(series, heldOut, candidates, heldOut ? weights : Float64Array.from(candidates, (_, c) => forPrice[c] ?? 0)),
    elasticity: mixtureElasticity(components, shapes, todayPrice),
    instrument: components.some((c) => c.plan.columns.at(-1)?.group === 'control') ? (context.instrument as string) : null,
    converged: components.every((c) => c.converged),
  };
}

/** The model of a cell without any sale: its component is the market's, its covariance the market's prior (model.md §5), its shapes the market's shares. */
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
  const shapes = BOX_COX_LAMBDAS.map((lambda, s) => ({ lambda, weight: (context.marketShape ?? PRIOR_SHARES)[s] as number, slopeShift: 0 }));
  return {
    schema: 1,
    merchant: series.merchant,
    product: series.product,
    productType: series.productType,
    unit: series.unit,
    frequency: series.frequency,
    ownRows: 0,
    iterations,
    // The calendar's year: what a picture of the trend spans.
    firstDay: lastDay - 364,
    lastDay,
    triedRange: [price, price],
    todayPrice: price,
    components,
    shapes,
    simple: [],
    calendar: context.holidays.filter((h) => h.day > lastDay - 30 && h.day < lastDay + 500),
    crossValidated: crossValidatedFigures(series, null, [], new Float64Array(0)),
    elasticity: mixtureElasticity(components, shapes, price),
    instrument: null,
    converged: true,
  };
}

/** Refits the component that counts most for the price under every shape; shifts are between exact fits, whatever solver made the component. */
function weighShapes(
  series: CellSeries,
  rows: number,
  components: readonly WeightedComponent[],
  prior: CellPrior,
  context: FitContext,
  simulated: SimulatedPrior | null,
  exact: boolean,
): WeightedShape[] {
  const first = components.reduce((best, c) => (c.priceWeight > best.priceWeight ? c : best));
  const fits = BOX_COX_LAMBDAS.map((boxCoxLambda) =>
    exact && boxCoxLambda === first.spec.boxCoxLambda ? first : fitComponent(series, rows, { ...first.spec, boxCoxLambda }, prior, context, simulated),
  );
  const base = fits[BOX_COX_LAMBDAS.indexOf(first.spec.boxCoxLambda)] as Component;
  const own = shapeEvidence(fits);
  const posterior = shapeWeights(own, context.marketShape ?? PRIOR_SHARES);
  return BOX_COX_LAMBDAS.map((lambda, s) => ({
    lambda,
    weight: posterior[s] as number,
    slopeShift: ((fits[s] as Component).coefficients[1] as number) - (base.coefficients[1] as number),
  }));
}

function simpleByWeekday(name: SimpleForecast, series: CellSeries, rows: number): number[] {
  // 1970-01-05 was a Monday.
  return Array.from(simpleForecast(name, series, rows, Int32Array.of(4, 5, 6, 7, 8, 9, 10)));
}

function priceRange(series: CellSeries): [number, number] | null {
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

/** The last price of a row that was not on promotion; the last price of all when every row was. */
function lastRegularPrice(series: CellSeries): number {
  let any = Number.NaN;
  for (let i = series.days.length - 1; i >= 0; i--) {
    const p = series.price[i] as number;
    if (!(p > 0)) continue;
    if (Number.isNaN(any)) any = p;
    if (!((series.promo[i] as number) >= PROMOTION_SHARE)) return p;
  }
  return any;
}

function crossValidatedFigures(series: CellSeries, heldOut: HeldOut | null, candidates: readonly Candidate[], weights: Float64Array): CrossValidated {
  if (!heldOut) {
    const none = { wape: null, rmse: null, rmsse: null, bias: null, deviance: null };
    const tried = candidates.map((candidate, c) => ({ candidate, deviance: null, weight: weights[c] as number }));
    return { folds: 0, rows: 0, ...none, foldDeviances: [], candidates: tried, simpleForecastWins: false, scores: [], scoreDaysAhead: [] };
  }
  const combined = combinedForecast(heldOut, weights);
  const deviances = candidateDeviances(heldOut);
  const { rows, actual, scale, fold } = heldOut;
  const folds = heldOut.originDays.length;
  const foldSum = new Float64Array(folds);
  const foldCount = new Float64Array(folds);
  const scores: number[] = [];
  let absolute = 0;
  let total = 0;
  let squares = 0;
  let signed = 0;
  const simpleFrom = candidates.length - SIMPLE_FORECASTS.length;
  let bestSimple = simpleFrom;
  for (let c = simpleFrom; c < candidates.length; c++) if ((deviances[c] as number) < (deviances[bestSimple] as number)) bestSimple = c;
  const difference = new Float64Array(folds);
  for (let i = 0; i < rows; i++) {
    const y = actual[i] as number;
    const f = combined[i] as number;
    const unit = scale[i] as number;
    absolute += Math.abs(y - f);
    total += y;
    squares += (y - f) ** 2;
    signed += f - y;
    if (unit > 0) {
      const k = fold[i] as number;
      const own = choiceDeviance(y / unit, f / unit);
      foldSum[k] = (foldSum[k] as number) + own;
      foldCount[k] = (foldCount[k] as number) + 1;
      difference[k] = (difference[k] as number) + own - choiceDeviance(y / unit, (heldOut.forecasts[bestSimple * rows + i] as number) / unit);
      scores.push(Math.abs(y - f) / intervalScale(f, unit));
    } else scores.push(Number.MAX_VALUE);
  }
  let steps = 0;
  const n = series.days.length;
  const from = Math.max(1, n - 365);
  for (let i = from; i < n; i++) steps += ((series.quantity[i] as number) - (series.quantity[i - 1] as number)) ** 2;
  const rmse = Math.sqrt(squares / rows);
  const step = Math.sqrt(steps / Math.max(1, n - from));
  return {
    folds,
    rows,
    wape: total > 0 ? absolute / total : null,
    rmse,
    rmsse: step > 0 ? rmse / step : null,
    bias: total > 0 ? signed / total : null,
    deviance: foldSum.reduce((a, b) => a + b, 0) / rows,
    foldDeviances: Array.from(foldSum, (s, k) => s / Math.max(1, foldCount[k] as number)),
    candidates: candidates.map((candidate, c) => ({ candidate, deviance: (deviances[c] as number) / rows, weight: weights[c] as number })),
    simpleForecastWins: winsClearly(difference),
    scores,
    scoreDaysAhead: Array.from(heldOut.daysAhead),
  };
}

/** ȳ (f/ȳ)^¾: the standard deviation that variance ∝ f^1.5 gives, up to a constant. A forecast of nothing keeps a hundredth of ȳ. */
export function intervalScale(forecast: number, meanQuantity: number): number {
  return meanQuantity * Math.max(forecast / meanQuantity, 0.01) ** 0.75;
}

function winsClearly(foldDifferences: Float64Array): boolean {
  const n = foldDifferences.length;
  if (n < 3) return false;
  const mean = foldDifferences.reduce((a, b) => a + b, 0) / n;
  const variance = foldDifferences.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1);
  return mean > Math.sqrt(variance / n);
}

/** Mean and 90 % normal interval of the mixture of components' and shapes' elasticities at a price. */
function mixtureElasticity(
  components: readonly WeightedComponent[],
  shapes: readonly WeightedShape[],
  price: number,
): { value: number; low: number; high: number } {
  let mean = 0;
  let second = 0;
  for (const c of components) {
    const width = c.plan.columns.length;
    for (const shape of shapes) {
      const scale = elasticityAt(1, price, c.plan.referencePrice, shape.lambda);
      const value = scale * ((c.coefficients[1] as number) + shape.slopeShift);
      const variance = scale * scale * (c.covariance[width + 1] as number);
      const weight = c.priceWeight * shape.weight;
      mean += weight * value;
      second += weight * (variance + value * value);
    }
  }
  // 1.6449: 95 % quantile of the standard normal, for 90 % between the ends.
  const deviation = Math.sqrt(Math.max(0, second - mean * mean));
  return { value: mean, low: mean - 1.6449 * deviation, high: mean + 1.6449 * deviation };
}
