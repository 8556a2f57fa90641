/** The best point of a quadratic within bounds and linear limits. */

import type { JointSeries } from './joint-profit.ts';

/** Σ weight · x ≤ room. */
export interface Limit {
  readonly terms: readonly { readonly at: number; readonly weight: number }[];
  readonly room: number;
}

export interface Bounds {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

const MOST_ROUNDS = 60;
const MOST_SWEEPS = 200;
const LEAST_MOVE = 1e-7;
/** Limits are kept to within this. */
const TOLERANCE = 1e-7;

/**
 * Coordinate ascent (Hildreth's method with bounds), limits by an augmented Lagrangian (Hestenes 1969, J. Optimization
 * Theory and Applications 4; Bertsekas 1982), whose multipliers are what a unit of room is worth.
 *
 * @param multipliers of the limits, where to start from; changed
 * @returns x
 */
export function quadraticAscent(
  { parts }: JointSeries,
  { low, high }: Bounds,
  limits: readonly Limit[],
  multipliers: Float64Array,
): Float64Array {
  const x = low.map((bound, b) => Math.min(Math.max(0, bound), high[b]));
  const used = new Float64Array(limits.length);
  const of: { limit: number; weight: number }[][] = Array.from(x, () => []);
  limits.forEach(({ terms }, limit) => {
    for (const { at, weight } of terms) {
      (of[at] as { limit: number; weight: number }[]).push({ limit, weight });
      used[limit] = used[limit] + weight * x[at];
    }
  });
  const penalties = penaltiesOf(parts, limits, x.length);
  const slopes = parts.map(({ blocks, gradient, hessian }) => slopesAt(blocks, gradient, hessian, x));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      let largest = 0;
      parts.forEach(({ blocks, hessian }, p) => {
        const slope = slopes[p] as Float64Array;
        const m = blocks.length;
        for (let k = 0; k < m; k++) {
          const at = blocks[k] as number;
          if (high[at] - low[at] < 1e-12) continue;
          const rules = of[at] as { limit: number; weight: number }[];
          const bend = hessian[k * m + k];
          let moved = 0;
          // Limits that begin to hold on the way change the slope: a few steps of Newton's.
          for (let step = 0; step < 4; step++) {
            let [first, second] = [slope[k] + bend * moved, bend];
            for (const { limit, weight } of rules) {
              const over = used[limit] + weight * moved - (limits[limit] as Limit).room;
              const force = multipliers[limit] + penalties[limit] * over;
              if (force <= 0) continue;
              first -= weight * force;
              second -= penalties[limit] * weight * weight;
            }
            const wanted = second < 0 ? moved - first / second : moved + (first > 0 ? 1 : -1);
            const next = Math.min(Math.max(wanted, low[at] - x[at]), high[at] - x[at]);
            if (Math.abs(next - moved) < LEAST_MOVE / 10) break;
            moved = next;
          }
          if (Math.abs(moved) < LEAST_MOVE / 10) continue;
          x[at] = x[at] + moved;
          for (const { limit, weight } of rules) used[limit] = used[limit] + weight * moved;
          for (let l = 0; l < m; l++) slope[l] = slope[l] + hessian[l * m + k] * moved;
          largest = Math.max(largest, Math.abs(moved));
        }
      });
      if (largest < LEAST_MOVE) break;
    }
    let worst = 0;
    limits.forEach(({ room }, limit) => {
      const before = multipliers[limit];
      multipliers[limit] = Math.max(0, before + penalties[limit] * (used[limit] - room));
      worst = Math.max(worst, Math.abs(multipliers[limit] - before) / penalties[limit]);
    });
    if (worst < TOLERANCE) break;
  }
  return x;
}

function slopesAt(
  blocks: readonly number[],
  gradient: Float64Array,
  hessian: Float64Array,
  x: Float64Array,
): Float64Array {
  const m = blocks.length;
  return gradient.map((first, k) => blocks.reduce((sum, at, l) => sum + hessian[k * m + l] * x[at], first));
}

/** As stiff as what is ascended, so that neither hides the other. */
function penaltiesOf(parts: JointSeries['parts'], limits: readonly Limit[], count: number): Float64Array {
  const bend = new Float64Array(count);
  for (const { blocks, hessian } of parts)
    blocks.forEach((at, k) => {
      bend[at] = Math.max(Math.abs(hessian[k * blocks.length + k]), 1e-9);
    });
  return Float64Array.from(limits, ({ terms }) => {
    // The curvature along the limit: 1 / Σ weight² / bend.
    const soft = terms.reduce((sum, { at, weight }) => sum + weight ** 2 / bend[at], 0);
    return soft > 0 ? 4 / soft : 1;
  });
}
