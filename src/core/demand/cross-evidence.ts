/** What a cell's rows say of its own price and of the prices of others together. */

import { finite } from '../checks.ts';
import { innovations } from '../kernel/innovations-kernel.ts';
import { invert } from '../math/linear-algebra.ts';
import { finiteOutcome } from '../outcome.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { type DesignOptions, filledPrices } from '../series/design.ts';
import { ownFit, WIDE_PRICE } from './effects.ts';
import {
  BESIDE_VARIANCE,
  type Observed,
  observe,
  solvedSums,
  type WeighedNoise,
  weighNoises,
  withColumns,
} from './price-slope.ts';

/** Prices that moved by less than so much in all (log, standard deviation) tell nothing of what they move. */
const LEAST_DEVIATION = 0.003;

/**
 * A Gaussian likelihood of elasticities, up to a constant: own price first, then the others in their order.
 * log L(θ) = −½ θ′Hθ + h′θ.
 */
export interface CrossEvidence {
  /** Places among the others given whose prices moved while this cell sold, ascending. */
  readonly told: readonly number[];
  /** H, (1 + told) squared, row-major. */
  readonly precision: Float64Array;
  /** h, 1 + told. */
  readonly information: Float64Array;
}

/**
 * Demand of a cell regressed on its own price and on those of others, beside all that moves it otherwise: level, noise,
 * calendar, promotions (generalised least squares, see effectsBeside). Missing prices of others are their last known.
 *
 * @param others of the same frequency
 * @returns null where the cell's own price never moved or its rows cannot carry a fit, or no other price moved
 */
export function crossEvidence(
  series: CellSeries,
  others: readonly Pick<CellSeries, 'days' | 'price'>[],
  options: DesignOptions,
): CrossEvidence | null {
  const rows = series.days.length;
  const fit = ownFit(series, rows, options, null);
  if (!fit) return null;
  const { regression, component } = fit.settled;
  if (regression.control) return null;
  const columns = regression.plan.columns.flatMap((_, j) => (j === 0 ? [] : [j]));
  const observed = observe(regression, component, columns, Number.POSITIVE_INFINITY);
  if (deviation(observed.columns.subarray(observed.count, 2 * observed.count)) < LEAST_DEVIATION) return null;
  const aligned = others.map((other) => logPricesOn(series.days, other));
  const told = aligned.flatMap((prices, k) => (deviation(prices) >= LEAST_DEVIATION ? [k] : []));
  if (told.length === 0) return null;
  const beside = told.map((k) => aligned[k] as Float64Array);
  const joined = withColumns(observed, beside);
  // Weighed without them, what other prices do would pass for a level that walks.
  const noises = weighNoises(regression, component, beside);
  const found = finiteOutcome(() => ({
    ok: true,
    value: finite('cross evidence', likelihoodOf(joined, noises, told.length)),
  }));
  return found.ok ? { told, ...found.value } : null;
}

/** Log prices of another product on some days, the last known of each; those of its first row before it. */
function logPricesOn(days: Int32Array, other: Pick<CellSeries, 'days' | 'price'>): Float64Array {
  const prices = filledPrices(other.price, other.days.length);
  let at = 0;
  return Float64Array.from(days, (day) => {
    while (at + 1 < other.days.length && other.days[at + 1] <= day) at++;
    return Math.log(prices[at]);
  });
}

/** Standard deviation; 0 of prices that are not known. */
function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return Number.isFinite(square) ? Math.sqrt(square) : 0;
}

/** Mean and covariance of the mixture over noises, as a likelihood: without the wide priors that it was found under. */
function likelihoodOf(
  observed: Observed,
  noises: readonly WeighedNoise[],
  others: number,
): Pick<CrossEvidence, 'precision' | 'information'> {
  const size = observed.width - 1;
  const kept = [0, ...Array.from({ length: others }, (_, k) => size - others + k)];
  const n = kept.length;
  const mean = new Float64Array(n);
  const square = new Float64Array(n * n);
  innovations(observed, noises).forEach((sums, k) => {
    const noise = noises[k] as WeighedNoise;
    const { moves, inverse, variance } = solvedSums(observed, sums, noise.variance);
    kept.forEach((j, a) => {
      mean[a] = mean[a] + noise.weight * moves[j];
      kept.forEach((l, b) => {
        const second = variance * inverse[j * size + l] + moves[j] * moves[l];
        square[a * n + b] = square[a * n + b] + noise.weight * second;
      });
    });
  });
  const covariance = square.map((value, at) => value - mean[Math.floor(at / n)] * mean[at % n]);
  const precision = invert(covariance, n);
  mean[0] = mean[0] + observed.fitted[0];
  const information = Float64Array.from(mean, (_, a) =>
    mean.reduce((sum, value, b) => sum + precision[a * n + b] * value, 0),
  );
  information[0] = information[0] - WIDE_PRICE.mean / WIDE_PRICE.variance;
  for (let a = 0; a < n; a++)
    precision[a * n + a] = precision[a * n + a] - 1 / (a === 0 ? WIDE_PRICE.variance : BESIDE_VARIANCE);
  return { precision, information };
}
