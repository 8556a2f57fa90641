/** Closed forms of the profit-maximising price, when one exists. */

import type { Outcome } from '../outcome.ts';

/**
 * Price that maximises (price − unitCost) · a · price^elasticity: p* = c · ε/(1 + ε), from the first-order condition (p − c)/p = −1/ε
 * (Lerner 1934, Review of Economic Studies 1(3)).
 *
 * @param unitCost cost of one unit, > 0; @param elasticity d log demand / d log price
 * @returns the price, or NO_INTERIOR_OPTIMUM when elasticity ≥ −1: profit then grows with price without end
 * @example optimalPriceConstantElasticity(6, -3) // { ok: true, value: 9 }
 */
export function optimalPriceConstantElasticity(unitCost: number, elasticity: number): Outcome<number, 'NO_INTERIOR_OPTIMUM'> {
  if (elasticity >= -1) return { ok: false, code: 'NO_INTERIOR_OPTIMUM', elasticity };
  return { ok: true, value: (unitCost * elasticity) / (1 + elasticity) };
}

/**
 * Price that maximises (price − unitCost) · a · e^(−slope · price): p* = c + 1/slope, whatever the cost.
 *
 * @param slope fall of log demand per currency unit of price; > 0, else NO_INTERIOR_OPTIMUM
 * @example optimalPriceExponential(6, 0.5) // { ok: true, value: 8 }
 */
export function optimalPriceExponential(unitCost: number, slope: number): Outcome<number, 'NO_INTERIOR_OPTIMUM'> {
  if (!(slope > 0)) return { ok: false, code: 'NO_INTERIOR_OPTIMUM', slope };
  return { ok: true, value: unitCost + 1 / slope };
}
