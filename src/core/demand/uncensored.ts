/** What rows that sold out would have sold, where a likelihood cannot say it: in levels, scores, simple forecasts. */

import { FAMILY } from '../families/table.ts';
import { radicalInverse } from '../math/radical-inverse.ts';
import type { MeanFit } from '../regression/component.ts';
import type { FitInput } from '../regression/fit-input.ts';
import { filteredFooting } from '../regression/footing.ts';
import { COARSE_SPECS, DAILY_SPECS, type Spec } from '../regression/hyper-parameters.ts';
import { imputedResponse } from '../regression/imputed-response.ts';
import { fitRegression, type Solution } from '../regression/objective.ts';
import { planRegression, type Regression, regressionMean } from '../regression/plan.ts';
import type { CellPrior } from '../regression/prior.ts';
import { resolved } from '../regression/refit.ts';
import type { CellSeries } from '../series/cell-series.ts';
import type { DesignOptions } from '../series/design.ts';
import { heaviest } from './disturbances.ts';

/** Fits and imputations in turn: five were no better where two days in five sold out (bench/stock-outs.ts). */
const PASSES = 3;
/** Rows that did not sell out, at least: fewer tell nothing of the others. */
const LEAST_OPEN_ROWS = 14;
/** Demand of a sold-out row is at most so many times what it sold. */
const MOST_TIMES = 10;
const HALVINGS = 24;

/** Exponent of the variance of rows among which some sold out, at least. */
const LEAST_POWER = 1.5;
/** The same where effects are told and demand is no count: its noise is a share of its mean. */
const MEASURED_POWER = 2;

/**
 * The spec whose noise says what sold-out rows may have sold. Their demand is told by the tail, so the noise of days of
 * high demand counts: with one that grows like a count's (a variance of φμ) tails of such days are too thin, demand
 * that a low price made and nobody could serve comes out too low, and the elasticity too small.
 */
function noiseOfSoldOut(spec: Spec, series: CellSeries, rows: number, power: number): Spec {
  if (spec.family !== 'power' || spec.variancePower >= power) return spec;
  for (let i = 0; i < rows; i++) if (series.soldOut[i] === 1) return { ...spec, variancePower: power };
  return spec;
}

/** The spec that effects are told with where rows sold out; the spec itself where none did. */
export function effectNoise(spec: Spec, series: CellSeries, rows: number): Spec {
  const whole = series.quantity.subarray(0, rows).every((quantity) => Number.isInteger(quantity));
  return noiseOfSoldOut(spec, series, rows, whole ? LEAST_POWER : MEASURED_POWER);
}

/**
 * The series with the demand of its sold-out rows: each row's expected demand given that it was at least what was sold
 * (the E-step of Dempster, Laird & Rubin 1977, JRSS B 39(1)), and a draw of it for whatever needs the noise too
 * (stochastic EM; Celeux & Diebolt 1985). One spec is fitted to the censored rows, level and dispersion to the imputed
 * ones, in turn. The draws are those of a van der Corput sequence over the sold-out rows, so they are the same on every
 * run.
 *
 * @param rows the first so many are looked at; the others keep what was sold
 * @returns the series itself where no row sold out, or hardly any other
 */
export function uncensoredSeries(
  series: CellSeries,
  rows: number,
  options: DesignOptions & { readonly priorAt: (originDay: number) => CellPrior },
): CellSeries {
  const soldOut: number[] = [];
  let open = 0;
  for (let i = 0; i < rows; i++) {
    if (series.soldOut[i] === 1) soldOut.push(i);
    else if (series.quantity[i] > 0) open++;
  }
  if (soldOut.length === 0 || open < LEAST_OPEN_ROWS) return series;
  const prior = options.priorAt(series.days[rows - 1]);
  const base = (series.frequency === 'daily' ? DAILY_SPECS[0] : COARSE_SPECS[0]) as Spec;
  const spec = noiseOfSoldOut(base, series, rows, LEAST_POWER);
  let known = series;
  for (let pass = 0; pass < PASSES; pass++) known = imputed(known, soldOut, { rows, spec, prior, options });
  return known;
}

/** Passes from a fit that is known. */
const WARM_PASSES = 2;

/** {@link uncensoredSeries} from a fit of earlier rows: by its heaviest component, solved on from where it was. */
export function uncensoredFrom(
  components: readonly (MeanFit & { readonly weight: number; readonly priceWeight: number })[],
  { series, rows, prior, options }: Omit<FitInput, 'spec'>,
): CellSeries {
  const soldOut = series.days.subarray(0, rows).reduce<number[]>((list, _, i) => {
    if (series.soldOut[i] === 1) list.push(i);
    return list;
  }, []);
  const open = rows - soldOut.length;
  if (soldOut.length === 0 || open < LEAST_OPEN_ROWS) return series;
  const before = heaviest(components);
  const spec = noiseOfSoldOut(before.spec, series, rows, LEAST_POWER);
  let known = series;
  for (let pass = 0; pass < WARM_PASSES; pass++)
    known = imputed(known, soldOut, { rows, spec, prior, options }, (regression) => resolved(regression, before));
  return known;
}

function imputed(
  series: CellSeries,
  soldOut: readonly number[],
  input: { readonly rows: number; readonly spec: Spec; readonly prior: CellPrior; readonly options: DesignOptions },
  solve: (regression: Regression) => Solution = (regression) => fitRegression(regression, null),
): CellSeries {
  const regression = planRegression({ ...input, series }, 'prior');
  const solution = solve(regression);
  const { coefficients } = solution;
  const mean = regressionMean(regression, coefficients);
  const footing = filteredFooting(regression, mean, solution.footing);
  const expectedResponse = imputedResponse(regression, footing, coefficients);
  const { logTail } = FAMILY[input.spec.family];
  const { response, meanQuantity, exposure } = regression;
  const expected = series.quantity.slice();
  const drawn = series.quantity.slice();
  soldOut.forEach((row, k) => {
    const y = response[row];
    const mu = mean[row] * Math.exp(footing.offset[row]);
    const unit = meanQuantity * (exposure ? exposure[row] : 1);
    const most = MOST_TIMES * Math.max(y, mu);
    expected[row] = unit * Math.min(most, Math.max(y, expectedResponse[row]));
    const tail = (at: number): number => logTail(at, mu, footing);
    drawn[row] = unit * quantileAbove(tail, y, most, radicalInverse(k + 1));
  });
  return { ...series, demand: { expected, drawn } };
}

/** The value whose upper tail is `share` of that of y, by bisection. @param share in (0, 1) */
function quantileAbove(logTail: (at: number) => number, y: number, most: number, share: number): number {
  const wanted = logTail(y) + Math.log(share);
  let [low, high] = [y, most];
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    if (logTail(middle) > wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
