/** What a cell's rows say of its promotions: price, flag, display, and what is missing after their end. */

import { finite } from '../checks.ts';
import { type Observed, withColumns } from '../demand/columns-beside.ts';
import { ownFit } from '../demand/effects.ts';
import { observe, solvedSums, type WeighedNoise, weighNoises } from '../demand/price-slope.ts';
import { innovations } from '../kernel/innovations-kernel.ts';
import { invert, regularCholesky } from '../math/linear-algebra.ts';
import { dot, variance } from '../math/summary.ts';
import { finiteOutcome } from '../outcome.ts';
import { logDeterminantHalf, timesVector } from '../portfolio/symmetric.ts';
import type { CellSeries, Holiday } from '../series/cell-series.ts';
import { filledPrices } from '../series/design.ts';
import { PERIOD_DAYS } from '../series/periods.ts';
import type { Frequency } from '../vocabulary.ts';
import type { PastPromotions } from './past-promotions.ts';

/** Days after which the dip has faded to 1/e, as they are weighed; beyond the last ones nothing is looked for. */
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
 * @param others that may sell instead: what their mean price and mean flag do is integrated out
 * @returns null where no promotion was seen or the rows cannot carry a fit
 */
export function promotionEvidence(
  series: CellSeries,
  past: PastPromotions,
  holidays: readonly Holiday[],
  display: string | null,
  others: readonly OtherProduct[],
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
  const columns = names.flatMap((_, j) => (j === 0 ? [] : [j]));
  const observed = observe(regression, component, columns, Number.POSITIVE_INFINITY);
  const beside = othersColumns(series.days, others);
  const dipOf = (effects: readonly number[], days: number): Float64Array =>
    dipColumn(sold, past, extraSold(sold, past, effects, display), dipShares(series.frequency, days));
  const found = finiteOutcome(() => {
    let effects = kept.map((j, k) => (component.coefficients[j] as number) / (scales[k] as number));
    let noises: readonly WeighedNoise[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const dip = dipOf(effects, DIP_DAYS[1]);
      noises = weighNoises(regression, component, [...beside, dip]);
      const solved = solvedBeside(withColumns(observed, [...beside, dip]), noises);
      effects = [
        ...momentsOf(
          solved,
          noises.map(({ weight }) => weight),
          kept,
          scales,
        ).mean.subarray(0, kept.length),
      ];
    }
    const solved = DIP_DAYS.map((days) =>
      solvedBeside(withColumns(observed, [...beside, dipOf(effects, days)]), noises),
    );
    // Noises were weighed beside the middle dip: what they explain there is in their weights already.
    const counted = (solved[1] as Solved).solutions.map(({ log }) => log);
    const byDip = solved.map((one) => evidenceOf(one, noises, counted, kept, scales));
    return { ok: true, value: finite('promotion evidence', byDip) };
  });
  return found.ok ? { byDip: found.value, display: shown >= 0 } : null;
}

/** Without the dip, what is missing afterwards passes for lift, and the lift says how large a dip can be: in turn. */
const ROUNDS = 2;

/** Another product, as its prices and promotions move demand of the first. */
export interface OtherProduct {
  readonly days: Int32Array;
  /** Gaps filled. */
  readonly price: Float64Array;
  readonly flags: Float64Array;
  /** How much it counts among the others. */
  readonly share: number;
}

/** Deviation below which a column of others says nothing. */
const LEAST_DEVIATION = 0.003;

/** Mean log price and mean flag of others on some days, the last known of each. */
function othersColumns(days: Int32Array, others: readonly OtherProduct[]): Float64Array[] {
  const prices = new Float64Array(days.length);
  const flags = new Float64Array(days.length);
  for (const other of others) {
    let at = 0;
    days.forEach((day, i) => {
      while (at + 1 < other.days.length && other.days[at + 1] <= day) at++;
      prices[i] = prices[i] + other.share * Math.log(other.price[at]);
      if (other.days[at] === day) flags[i] = flags[i] + other.share * other.flags[at];
    });
  }
  return [prices, flags].filter((column) => {
    const spread = Math.sqrt(variance(column));
    return Number.isFinite(spread) && spread >= LEAST_DEVIATION;
  });
}

/** What each promotion sold beyond the usual, in the usual sales of a row. */
function extraSold(
  series: CellSeries,
  { promotions, flags }: PastPromotions,
  [slope, flag, ofDisplay]: readonly number[],
  display: string | null,
): number[] {
  const price = filledPrices(series.price, series.days.length);
  // Where display is told, its effect comes third.
  const shown = ofDisplay === undefined ? null : series.covariates.find(({ name }) => name === display)?.values;
  return promotions.map(({ first, last, usual }) => {
    let sum = 0;
    for (let i = first; i <= last; i++) {
      const seen = shown && shown[i] > 0 ? shown[i] : 0;
      const log =
        (slope as number) * Math.log(price[i] / usual) + (flag as number) * flags[i] + (ofDisplay ?? 0) * seen;
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

/** Of θ, of the mixture over noises, under the priors of the regression. */
interface Moments {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  readonly prior: { readonly precision: Float64Array; readonly mean: Float64Array };
}

/** @param weights of the noises, adding to 1 */
function momentsOf(
  { observed, solutions }: Solved,
  weights: readonly number[],
  kept: readonly number[],
  scales: readonly number[],
): Moments {
  const size = observed.width - 1;
  const places = [...kept.map((j) => j - 1), size - 1];
  const n = places.length;
  const mean = new Float64Array(n);
  const square = new Float64Array(n * n);
  solutions.forEach(({ moves, inverse, variance: noise }, k) => {
    const weight = weights[k] as number;
    places.forEach((j, a) => {
      const by = scales[a] as number;
      mean[a] = mean[a] + (weight * moves[j]) / by;
      places.forEach((l, b) => {
        const second = noise * inverse[j * size + l] + moves[j] * moves[l];
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
  return { mean, covariance, prior };
}

/**
 * The mixture over noises as a likelihood: without the priors that it was found under.
 *
 * @param counted log evidence of each noise that its weight has in it
 */
function evidenceOf(
  solved: Solved,
  noises: readonly WeighedNoise[],
  counted: readonly number[],
  kept: readonly number[],
  scales: readonly number[],
): DipEvidence {
  const weights = solved.solutions.map(
    ({ log }, k) => (noises[k] as WeighedNoise).weight * Math.exp(log - (counted[k] as number)),
  );
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => weight / all);
  const { mean, covariance, prior } = momentsOf(solved, shares, kept, scales);
  return withoutPrior(mean, covariance, prior, Math.log(all));
}

/**
 * How much of the likelihood counts: what promotions sold beyond the usual is put in as it is estimated, and prices of
 * others as their mean. Squared errors over variances of simulated shops (seeds 1 and 2) were 1.3 with all of it.
 */
const COUNTS = 0.75;

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
  return {
    precision: precision.map((value) => COUNTS * value),
    information: information.map((value) => COUNTS * value),
    constant: COUNTS * (log - integral + 0.5 * offset),
  };
}
