/**
 * What a single row may sell around its forecast: counts of a negative binomial, or a compound Poisson for what is
 * measured. How widely it scatters is known by what held-out rows said of every spread (spread-evidence.ts).
 */

import { compoundPoissonCdf, logCompoundPoissonDensity } from '../math/compound-poisson.ts';
import { logGamma, logUpperGamma } from '../math/gamma-tail.ts';

/**
 * Share of rows that are back at the cell's usual level where the forecast has lost all of it: what paused, ran out or
 * lost its place on the shelf returns. Chosen on the M5 windows from d_1858 and d_1886 on and on produce until 2022-05-06
 * and 2022-09-23.
 */
const RETURNS = 0.3;
/** Forecasts below this share of the cell's mean count as it. */
const LEAST_SHARE = 0.01;
/** Counts of larger means are as good as continuous. */
const MOST_COUNTED = 300;

/** No interval of counts reaches further. */
const MOST_PIECES = 100_000;

/** A row's forecast, and the cell's usual level, in the cell's unit. */
export interface RowMean {
  readonly forecast: number;
  readonly usual: number;
}

/** A spread with its probability: α of counts, whose variance is μ + αμ²; φ of measures, whose variance is φ μ^1.5. */
export interface WeighedSpread {
  readonly weight: number;
  readonly spread: number;
}

/** The means that a row may have, with their probabilities. */
function meansOf({ forecast, usual }: RowMean): readonly (readonly [mean: number, weight: number])[] {
  const mean = Math.max(forecast, LEAST_SHARE * usual);
  if (mean >= usual) return [[mean, 1]];
  const returns = RETURNS * (1 - mean / usual) ** 2;
  return [
    [mean, 1 - returns],
    [usual, returns],
  ];
}

/** log of the probability or density of what a row sold. @param sold ≥ 0, in the cell's unit */
export function logLikelihood(counted: boolean, sold: number, row: RowMean, spread: number): number {
  let sum = 0;
  for (const [mean, weight] of meansOf(row))
    sum +=
      weight *
      Math.exp(
        counted
          ? logCountProbability(Math.round(sold), mean, 1 / spread)
          : logCompoundPoissonDensity(sold / row.usual, mean / row.usual, spread),
      );
  return Math.log(Math.max(sum, Number.MIN_VALUE));
}

/** log P(N = n) of a negative binomial. */
function logCountProbability(n: number, mean: number, size: number): number {
  return (
    logGamma(n + size) -
    logGamma(size) -
    logGamma(n + 1) -
    size * Math.log1p(mean / size) +
    n * Math.log(mean / (mean + size))
  );
}

/** How a cell sells. */
export interface RowKind {
  /** Few pieces at a time: a negative binomial, else a compound Poisson. */
  readonly counted: boolean;
  /** Ends are whole numbers. */
  readonly whole: boolean;
}

/** The ends of a row's interval. */
export interface Ends {
  readonly low: number;
  readonly high: number;
}

/**
 * Quantiles of the mixture over spreads and means. The lower end leaves (1 − coverage)/2 below. What cannot be missed
 * below, as nothing is less than 0, is halfway made up for above (docs/decisions/single-rows.md).
 *
 * @param variance of the log of the mean, by the walk of the level; @param coverage of the interval, 0-1
 */
export function rowEnds(
  { counted, whole }: RowKind,
  row: RowMean,
  spreads: readonly WeighedSpread[],
  { variance, coverage }: { readonly variance: number; readonly coverage: number },
): Ends {
  const tail = (1 - coverage) / 2;
  const parts = meansOf(row).flatMap(([mean, weight]) =>
    spreads.map((one) =>
      partOf(counted, mean, row.usual, { weight: weight * one.weight, spread: one.spread }, variance),
    ),
  );
  const upper = (missedBelow: number): number => 1 - tail - (tail - missedBelow) / 2;
  if (counted && row.forecast < MOST_COUNTED && row.usual < MOST_COUNTED) return countEnds(parts, tail, upper);
  const { low, high } = measureEnds(counted, parts, tail, upper);
  // The whole number whose half to either side holds the quantile.
  return whole ? { low: Math.ceil(low - 0.5), high: Math.ceil(high - 0.5) } : { low, high };
}

/** One of the distributions that are mixed; in units of the cell's usual level for measures. */
interface Part {
  readonly weight: number;
  readonly mean: number;
  readonly spread: number;
  /** What a unit of `mean` is in the cell's unit. */
  readonly unit: number;
}

function partOf(
  counted: boolean,
  mean: number,
  usual: number,
  { weight, spread }: WeighedSpread,
  variance: number,
): Part {
  const walked = Math.expm1(variance);
  // The relative variance of a mean that walks is added to that of a row.
  if (counted) return { weight, mean, spread: spread + walked * (1 + spread), unit: 1 };
  const relative = mean / usual;
  return { weight, mean: relative, spread: spread + walked * (Math.sqrt(relative) + spread), unit: usual };
}

/** Whole ends: up from 0 until the mixture's probability is reached. */
function countEnds(parts: readonly Part[], tail: number, upper: (missedBelow: number) => number): Ends {
  const kept = parts.map(({ weight, mean, spread }) => {
    const size = 1 / spread;
    return { size, step: mean / (mean + size), mass: weight * Math.exp(-size * Math.log1p(mean / size)) };
  });
  let [low, wanted, sum] = [-1, 0, 0];
  for (let n = 0; n < MOST_PIECES; n++) {
    const before = sum;
    for (const part of kept) {
      sum += part.mass;
      part.mass *= (part.step * (n + part.size)) / (n + 1);
    }
    if (low < 0 && sum >= tail) {
      low = n;
      wanted = upper(before);
    }
    // Masses that have run out add no more: rounding must not keep the sum below what is wanted.
    if (low >= 0 && (sum >= wanted || (sum === before && sum > 0.5))) return { low, high: n };
  }
  return { low: Math.max(0, low), high: MOST_PIECES };
}

function measureEnds(
  counted: boolean,
  parts: readonly Part[],
  tail: number,
  upper: (missedBelow: number) => number,
): Ends {
  const below = (y: number): number =>
    parts.reduce((sum, part) => sum + part.weight * probability(counted, y / part.unit, part), 0);
  const low = quantileOf(below, tail, parts);
  const high = quantileOf(below, upper(low === 0 ? 0 : tail), parts);
  return { low, high };
}

/** P(Y ≤ y) of one part; of counts by the gamma of the same mean and variance. */
function probability(counted: boolean, y: number, { mean, spread }: Part): number {
  if (!counted) return compoundPoissonCdf(y, mean, spread);
  const shape = 1 / (spread + 1 / mean);
  return 1 - Math.exp(logUpperGamma(shape, (y * shape) / mean));
}

/** By bisection. @param below rises with its argument */
function quantileOf(below: (y: number) => number, wanted: number, parts: readonly Part[]): number {
  if (below(0) >= wanted) return 0;
  let high = Math.max(...parts.map(({ mean, unit }) => mean * unit));
  let low = 0;
  for (let k = 0; k < 60 && below(high) < wanted; k++) {
    low = high;
    high *= 2;
  }
  while (high - low > 1e-6 * high) {
    const middle = (low + high) / 2;
    if (below(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
