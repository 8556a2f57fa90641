/** What a cell's rows say of its promotions: price, flag, display, and what is missing after their end. */

import { finite } from '../checks.ts';
import { type Observed, withColumns } from '../demand/columns-beside.ts';
import { ownFit } from '../demand/effects.ts';
import { observe, solvedSums, type WeighedNoise, weighNoises } from '../demand/price-slope.ts';
import { innovations } from '../kernel/innovations-kernel.ts';
import { invert, regularCholesky } from '../math/linear-algebra.ts';
import { dot } from '../math/summary.ts';
import { logDeterminantHalf, timesVector } from '../portfolio/symmetric.ts';
import { finiteOutcome } from '../outcome.ts';
import type { CellSeries, Holiday } from '../series/cell-series.ts';
import { filledPrices } from '../series/design.ts';
import { PERIOD_DAYS } from '../series/periods.ts';
import type { Frequency } from '../vocabulary.ts';
import type { PastPromotions } from './past-promotions.ts';

/** Days after which the dip has faded to 1/e, as they are weighed; and those after which nothing of it is looked for. */
export const DIP_DAYS = [4, 9, 20] as const;
const MOST_DIP_DAYS = 35;
/** Of log demand: more is a freak, and would say that a dip has no end. */
const MOST_LIFT = 2.5;

/** A Gaussian likelihood of effects, log L(θ) = constant − ½ θ′Hθ + h′θ. */
export interface DipEvidence {
  /** Row-major. */
  readonly precision: Float64Array;
  readonly information: Float64Array;
  readonly constant: number;
}

export interface PromotionEvidence {
  /** One for each of {@link DIP_DAYS}; θ: price (elasticity), flag, display where it is told, share bought in advance. */
  readonly byDip: readonly DipEvidence[];
  /** Whether the rows tell of a display apart from the flag. */
  readonly display: boolean;
}

/** Shares of a dip by row after the end of a promotion, adding to 1: they fall by e in so many days. */
export function dipShares(frequency: Frequency, days: number): Float64Array {
  const rowDays = PERIOD_DAYS[frequency];
  const rows = Math.max(1, Math.round(MOST_DIP_DAYS / rowDays));
  const weights = Float64Array.from({ length: rows }, (_, k) => Math.exp((-k * rowDays) / days));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / all);
}

/**
 * Demand regressed on price, promotion, display and the rows after promotions, beside all that moves it otherwise
 * (generalised least squares, see effectsBeside). A row after a promotion is expected to miss a share of what the
 * promotion sold beyond the usual, spread over the rows that follow: the distributed lags of van Heerde, Leeflang &
 * Wittink (2000), Journal of Marketing Research 37(3), with the exponential decay of their restricted model.
 *
 * @param display name of a covariate; null: none is looked at
 * @returns null where no promotion was seen or the rows cannot carry a fit
 */
export function promotionEvidence(
  series: CellSeries,
  past: PastPromotions,
  holidays: readonly Holiday[],
  display: string | null,
): PromotionEvidence | null {
  if (past.promotions.length === 0) return null;
  const sold = { ...series, promo: past.flags };
  const fit = ownFit(sold, sold.days.length, { holidays, market: false }, null);
  if (!fit) return null;
  const { regression, component } = fit.settled;
  const names = regression.plan.columns.map(({ name }) => name);
  const flag = names.indexOf('promo');
  const shown = display === null ? -1 : names.indexOf(`covariate:${display}`);
  if (regression.control || flag < 0) return null;
  const scale = regression.plan.covariates.find(({ name }) => name === display)?.standardDeviation ?? 1;
  const kept = [1, flag, ...(shown < 0 ? [] : [shown])];
  const scales = [1, 1, ...(shown < 0 ? [] : [scale]), 1];
  const extra = extraSold(sold, past, component.coefficients, kept, scales, display);
  const columns = names.flatMap((_, j) => (j === 0 ? [] : [j]));
  const observed = observe(regression, component, columns, Number.POSITIVE_INFINITY);
  const dips = DIP_DAYS.map((days) => dipColumn(sold, past, extra, dipShares(series.frequency, days)));
  const found = finiteOutcome(() => {
    const noises = weighNoises(regression, component, [dips[1] as Float64Array]);
    const solved = dips.map((dip) => solvedBeside(withColumns(observed, [dip]), noises));
    // Noises were weighed beside the middle dip: what they explain there is in their weights already.
    const counted = (solved[1] as Solved).solutions.map(({ log }) => log);
    const byDip = solved.map((one) => evidenceOf(one, noises, counted, kept, scales));
    return { ok: true, value: finite('promotion evidence', byDip) };
  });
  return found.ok ? { byDip: found.value, display: shown >= 0 } : null;
}

/** What each promotion sold beyond the usual, in the usual sales of a row. */
function extraSold(
  series: CellSeries,
  { promotions, flags }: PastPromotions,
  coefficients: ArrayLike<number>,
  kept: readonly number[],
  scales: readonly number[],
  display: string | null,
): number[] {
  const price = filledPrices(series.price, series.days.length);
  const shown = series.covariates.find(({ name }) => name === display)?.values;
  const [slope, flag, ofDisplay = 0] = kept.map((j, k) => (coefficients[j] as number) / (scales[k] as number));
  return promotions.map(({ first, last }) => {
    const usual = first > 0 ? price[first - 1] : price[first];
    let sum = 0;
    for (let i = first; i <= last; i++) {
      const seen = kept.length > 2 ? (shown?.[i] ?? 0) : 0;
      const log =
        (slope as number) * Math.log(price[i] / usual) +
        (flag as number) * flags[i] +
        (Number.isNaN(seen) ? 0 : ofDisplay * seen);
      sum += Math.expm1(Math.min(MOST_LIFT, Math.max(0, log)));
    }
    return sum;
  });
}

/** What rows would miss where all that promotions sold beyond the usual was bought in advance: below 0, else 0. */
function dipColumn(
  { days, frequency }: CellSeries,
  { promotions, flags }: PastPromotions,
  extra: readonly number[],
  shares: Float64Array,
): Float64Array {
  const column = new Float64Array(days.length);
  const rowDays = PERIOD_DAYS[frequency];
  promotions.forEach(({ last }, k) => {
    for (let i = last + 1; i < days.length; i++) {
      // Rows may be missing: days without trading pass all the same.
      const lag = Math.round((days[i] - days[last]) / rowDays) - 1;
      if (lag >= shares.length) break;
      if (!(flags[i] > 0)) column[i] = column[i] - shares[lag] * (extra[k] as number);
    }
  });
  return column;
}

interface Solved {
  readonly observed: Observed;
  /** One a noise. */
  readonly solutions: readonly ReturnType<typeof solvedSums>[];
}

function solvedBeside(observed: Observed, noises: readonly WeighedNoise[]): Solved {
  const solutions = innovations(observed, noises).map((sums, k) =>
    solvedSums(observed, sums, (noises[k] as WeighedNoise).variance),
  );
  return { observed, solutions };
}

/**
 * Mean and covariance of the mixture over noises, as a likelihood: without the priors that it was found under.
 *
 * @param counted log evidence of each noise that its weight has in it
 */
function evidenceOf(
  { observed, solutions }: Solved,
  noises: readonly WeighedNoise[],
  counted: readonly number[],
  kept: readonly number[],
  scales: readonly number[],
): DipEvidence {
  const size = observed.width - 1;
  const places = [...kept.map((j) => j - 1), size - 1];
  const n = places.length;
  const weights = solutions.map(
    ({ log }, k) => (noises[k] as WeighedNoise).weight * Math.exp(log - (counted[k] as number)),
  );
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float64Array(n);
  const square = new Float64Array(n * n);
  solutions.forEach(({ moves, inverse, variance }, k) => {
    const weight = (weights[k] as number) / all;
    places.forEach((j, a) => {
      const by = scales[a] as number;
      mean[a] = mean[a] + (weight * moves[j]) / by;
      places.forEach((l, b) => {
        const second = variance * inverse[j * size + l] + moves[j] * moves[l];
        square[a * n + b] = square[a * n + b] + (weight * second) / (by * (scales[b] as number));
      });
    });
  });
  const covariance = square.map((value, at) => value - mean[Math.floor(at / n)] * mean[at % n]);
  const prior = { precision: new Float64Array(n), mean: new Float64Array(n) };
  places.forEach((j, a) => {
    const by = scales[a] as number;
    const fitted = j < observed.fitted.length ? observed.fitted[j] : 0;
    prior.precision[a] = observed.precisions[j] * by ** 2;
    prior.mean[a] = (fitted + observed.offsets[j]) / by;
    mean[a] = mean[a] + fitted / by;
  });
  return withoutPrior(mean, covariance, prior, Math.log(all));
}

/** @param log of the marginal likelihood under the prior, up to what all dips share */
function withoutPrior(
  mean: Float64Array,
  covariance: Float64Array,
  prior: { readonly precision: Float64Array; readonly mean: Float64Array },
  log: number,
): DipEvidence {
  const n = mean.length;
  const precision = invert(covariance, n);
  const information = timesVector(precision, mean);
  const factor = regularCholesky(covariance, n, 1e-12);
  // ∫ exp(−½ θ′Hθ + h′θ) over the prior, whose own determinant all dips share.
  const integral = logDeterminantHalf(factor, n) + 0.5 * dot(information, mean);
  const offset = prior.mean.reduce((sum, value, a) => sum + prior.precision[a] * value ** 2, 0);
  for (let a = 0; a < n; a++) {
    information[a] = information[a] - prior.precision[a] * prior.mean[a];
    precision[a * n + a] = precision[a * n + a] - prior.precision[a];
  }
  return { precision, information, constant: log - integral + 0.5 * offset };
}
