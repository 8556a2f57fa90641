/** How much a period sells at each of some prices, as probabilities of steps of stock: a mixture over draws. */

import { normalQuantile } from '../math/normal-quantile.ts';

/** Demand of one period, one of each draw. */
export interface PeriodDemand {
  /** Expected at today's price, in the cell's unit. */
  readonly expected: Float64Array;
  /** Relative variance of the gamma around it. */
  readonly spread: Float64Array;
}

/** How demand is counted. */
export interface StockSteps {
  /** Steps of stock on hand; what sells more sells all of it. */
  readonly states: number;
  /** Of stock, in the cell's unit, > 0. */
  readonly step: number;
  /** Whole pieces of one step each: Poisson around the rate. */
  readonly counted: boolean;
}

/** Relative variance below which gamma noise is none. */
const SMALLEST = 1e-9;
/** Places of a gamma at which a draw's rate is taken. */
const PLACES = 24;
const PLACE_NORMALS = Array.from({ length: PLACES }, (_, k) => normalQuantile((k + 0.5) / PLACES));

/**
 * Probabilities that 0, 1, … states − 1 steps are asked for, and `states` or more.
 *
 * Pieces: a negative binomial for each draw, whose mean is `expected · ratio`. Measures, and more pieces than there are
 * steps: a gamma at 24 even places by Wilson & Hilferty (1931, PNAS 17(12)), each split between the two steps around it
 * so that the mean stays.
 *
 * @param ratio demand at the price over that at today's, one a draw
 */
export function askedFor(
  { expected, spread }: PeriodDemand,
  ratio: Float64Array,
  { states, step, counted }: StockSteps,
): Float64Array {
  const chances = new Float64Array(states + 1);
  const draws = expected.length;
  for (let d = 0; d < draws; d++) {
    const mean = (expected[d] * ratio[d]) / step;
    if (counted) addCounts(chances, mean, spread[d], 1 / draws);
    else addMeasures(chances, mean, spread[d], 1 / draws);
  }
  return chances;
}

function addCounts(chances: Float64Array, mean: number, spread: number, weight: number): void {
  const states = chances.length - 1;
  const poisson = spread <= SMALLEST;
  const size = 1 / spread;
  const share = poisson ? 0 : mean / (mean + size);
  let chance = weight * Math.exp(poisson ? -mean : -size * Math.log1p(mean / size));
  let rest = weight;
  for (let n = 0; n < states; n++) {
    chances[n] += chance;
    rest -= chance;
    chance *= poisson ? mean / (n + 1) : (share * (n + size)) / (n + 1);
  }
  chances[states] += Math.max(0, rest);
}

function addMeasures(chances: Float64Array, mean: number, spread: number, weight: number): void {
  const states = chances.length - 1;
  if (spread <= SMALLEST || mean === 0) {
    addAt(chances, Math.min(states, mean), weight);
    return;
  }
  // Wilson & Hilferty: the cube root of a gamma of shape k over its mean is about normal of mean 1 − 1/(9k).
  const ninth = spread / 9;
  const places = PLACE_NORMALS.map((z) => Math.max(0, 1 - ninth + z * Math.sqrt(ninth)) ** 3);
  const mass = places.reduce((sum, place) => sum + place, 0) / PLACES;
  for (const place of places) addAt(chances, Math.min(states, (mean * place) / mass), weight / PLACES);
}

function addAt(chances: Float64Array, at: number, weight: number): void {
  const below = Math.floor(at);
  const share = at - below;
  chances[below] += weight * (1 - share);
  if (share > 0) chances[below + 1] += weight * share;
}
