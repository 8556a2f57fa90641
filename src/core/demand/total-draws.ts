/** Draws of totals around their forecast. */

import { RandomStream } from '../math/random.ts';
import type { TotalSpreads } from './total-spread.ts';

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
  const free = Math.max(LEAST_DEGREES, degrees) / 2;
  // A low-discrepancy sequence over the processes: each has its share of any run of draws.
  const step = (Math.sqrt(5) - 1) / 2;
  for (let d = 0; d < draws; d++) {
    const place = ((d + 0.5) * step) % 1;
    let at = 0;
    for (let covered = 0; at < spreads.length - 1; at++) {
      covered += spreads[at].weight;
      if (place < covered) break;
    }
    const spread = spreads[at];
    // The variance itself is known by its degrees of freedom only: a normal becomes a t.
    const scale = free / random.gamma(free);
    level[d] = logNormal(Math.min(MOST_VARIANCE, effects + scale * spread.level), random);
    const around = logNormal(Math.min(MOST_VARIANCE, scale * spread.lasting), random);
    const expected = total * level[d];
    noise[d] = (around * realised(expected * around, scale * spread.single, whole, random)) / (expected * around);
  }
  return { level, noise };
}

/** Of mean 1. */
function logNormal(variance: number, random: RandomStream): number {
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
