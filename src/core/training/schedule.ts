/** When a training evaluates: at each of the first iterations, then evenly on a logarithmic scale. */

import { checkWhole } from '../checks.ts';

/**
 * Evaluations of the first so many iterations, and of every octave after them (about 740 points in 100,000
 * iterations).
 */
const PER_OCTAVE = 64;

/**
 * The first evaluation after an iteration.
 *
 * @param iteration a whole number ≥ 0
 * @param every evaluates at the multiples of this instead; null for the logarithmic schedule
 * @throws RangeError for an iteration or interval that is no such number
 * @example nextEvaluation(63, null) // 64
 */
export function nextEvaluation(iteration: number, every: number | null): number {
  checkWhole('iteration', iteration, 0);
  if (every !== null) checkWhole('every', every, 1);
  if (every !== null) return (Math.floor(iteration / every) + 1) * every;
  if (iteration < PER_OCTAVE) return iteration + 1;
  // Rounded positions of one step may fall on the iteration itself: the next step's then lie beyond it.
  const step = Math.floor(PER_OCTAVE * Math.log2(iteration / PER_OCTAVE));
  for (let k = step; k <= step + PER_OCTAVE; k++) {
    const at = Math.round(PER_OCTAVE * 2 ** (k / PER_OCTAVE));
    if (at > iteration) return at;
  }
  return iteration + 1;
}

/**
 * Whether a step of a logarithmic ladder lies in (before, iteration]. @param perOctave steps in every doubling of the
 * iteration
 */
export function passesStep(before: number, iteration: number, perOctave: number): boolean {
  return before < 1 || Math.floor(perOctave * Math.log2(iteration)) > Math.floor(perOctave * Math.log2(before));
}
