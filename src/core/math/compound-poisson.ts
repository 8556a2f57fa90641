/**
 * Sums of a Poisson number of exponential amounts: the Tweedie distribution of power 3/2 (Jørgensen 1997, The Theory of
 * Dispersion Models, §4.2), with mean μ and variance φ μ^1.5. Nothing at all has a probability of its own.
 */

import { normalCdf } from './normal-cdf.ts';

/** Counts beyond these many are as good as normal: a skewness of 1/√600 moves a probability by less than 1 %. */
const MOST_COUNTED = 600;

/** How many amounts there are on average, and how large one is. */
function amounts(mean: number, dispersion: number): { count: number; size: number } {
  const root = Math.sqrt(mean);
  return { count: (2 * root) / dispersion, size: (dispersion * root) / 2 };
}

/**
 * P(Y ≤ y). In units of an amount it is P(M ≥ N) for independent Poisson counts M of mean y and N: n amounts do not add up
 * to more than y when at least n events of their own process came before it.
 *
 * @param y ≥ 0; @param mean > 0; @param dispersion > 0
 */
export function compoundPoissonCdf(y: number, mean: number, dispersion: number): number {
  const { count, size } = amounts(mean, dispersion);
  const reached = y / size;
  if (!(reached + count < MOST_COUNTED)) return normalCdf((reached - count + 0.5) / Math.sqrt(reached + count));
  let [events, amount] = [Math.exp(-reached), Math.exp(-count)];
  let atMost = amount;
  let sum = events * atMost;
  const last = reached + 10 * Math.sqrt(reached) + 30;
  for (let m = 1; m < last; m++) {
    events *= reached / m;
    amount *= count / m;
    atMost += amount;
    sum += events * atMost;
  }
  return Math.min(1, sum);
}

/**
 * log of the density at y, of P(Y = 0) at 0.
 *
 * @param y ≥ 0; @param mean > 0; @param dispersion > 0
 */
export function logCompoundPoissonDensity(y: number, mean: number, dispersion: number): number {
  const { count, size } = amounts(mean, dispersion);
  if (y === 0) return -count;
  const reached = y / size;
  return (
    logBesselOne(2 * Math.sqrt(count * reached)) + 0.5 * Math.log(count / reached) - Math.log(size) - count - reached
  );
}

/** log I₁(z): its series, and from 30 on its asymptotic expansion (Abramowitz & Stegun 1964, 9.6.10 and 9.7.1). */
function logBesselOne(z: number): number {
  if (z > 30) {
    const r = 1 / (8 * z);
    return z - 0.5 * Math.log(2 * Math.PI * z) + Math.log1p(-r * (3 + r * (7.5 + r * (52.5 + r * 590.625))));
  }
  const quarter = (z / 2) ** 2;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-16 * sum; k++) {
    term *= quarter / (k * (k + 1));
    sum += term;
  }
  return Math.log(z / 2) + Math.log(sum);
}
