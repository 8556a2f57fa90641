/** Draws of totals around their forecast. */

import { RandomStream } from '../math/random.ts';
import type { TotalSpread, TotalSpreads } from './total-spread.ts';

const STREAM = 0x746f7461;
/** A variance that rests on fewer degrees of freedom has no mean. */
const LEAST_DEGREES = 3;
/** Of log demand: an interval of a factor of five to either side says that nothing is known. */
const MOST_VARIANCE = 1;

/** One a draw. */
export interface TotalDraws {
  /** Expected totals over the forecast. */
  readonly level: Float64Array;
  /** Realised totals over expected ones. */
  readonly noise: Float64Array;
}

/** @param total the forecast, in the cell's unit */
export function totalDraws(
  total: number,
  { spreads, effects, degrees, whole }: TotalSpreads,
  draws: number,
  seed: number,
): TotalDraws {
  const random = new RandomStream(seed, STREAM);
  const level = new Float64Array(draws);
  const noise = new Float64Array(draws);
  const free = halfDegrees(degrees);
  for (let d = 0; d < draws; d++) {
    const spread = spreadOfDraw(spreads, d);
    // The variance itself is known by its degrees of freedom only: a normal becomes a t.
    const scale = free / random.gamma(free);
    level[d] = logNormal(effects + scale * spread.level, random);
    const around = logNormal(scale * spread.lasting, random);
    const expected = total * level[d];
    noise[d] = (around * realised(expected * around, scale * spread.single, whole, random)) / (expected * around);
  }
  return { level, noise };
}

/** Half the degrees of freedom of a variance, for draws of it. */
export function halfDegrees(degrees: number): number {
  return Math.max(LEAST_DEGREES, degrees) / 2;
}

/** The spread of a draw: by a low-discrepancy sequence each process has its share of any run of draws. */
export function spreadOfDraw(spreads: readonly TotalSpread[], draw: number): TotalSpread {
  const place = ((draw + 0.5) * ((Math.sqrt(5) - 1) / 2)) % 1;
  let at = 0;
  for (let covered = 0; at < spreads.length - 1; at++) {
    covered += spreads[at].weight;
    if (place < covered) break;
  }
  return spreads[at];
}

/** Of mean 1. @param asked variance of the log; no more than {@link MOST_VARIANCE} counts */
export function logNormal(asked: number, random: RandomStream): number {
  const variance = Math.min(MOST_VARIANCE, asked);
  return Math.exp(Math.sqrt(variance) * random.normal() - 0.5 * variance);
}

/** A total as it is sold, around its mean. @param variance of its ratio to the mean, by single rows */
function realised(mean: number, variance: number, whole: boolean, random: RandomStream): number {
  // A negative binomial where there is more than Poisson noise.
  const beyond = whole ? variance - 1 / mean : variance;
  const rate = beyond > SMALLEST ? mean * beyond * random.gamma(1 / beyond) : mean;
  return whole ? random.poisson(rate) : rate;
}

/** Relative variance below which gamma noise is none. */
const SMALLEST = 1e-9;
