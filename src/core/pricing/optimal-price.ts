/** Closed forms of the profit-maximising price, when one exists. */

import { checkNumber } from '../checks.ts';
import type { Outcome } from '../outcome.ts';

/** Why there is no such price. */
type OptimumRefusal = 'NO_INTERIOR_OPTIMUM' | 'INVALID_VALUE' | 'NOT_FINITE';

/**
 * Price that maximises (price − unitCost) · a · price^elasticity: p* = c · ε/(1 + ε), from the first-order condition (p
 * − c)/p = −1/ε (Lerner 1934, Review of Economic Studies 1(3)).
 *
 * @param unitCost cost of one unit, > 0; @param elasticity d log demand / d log price
 * @returns the price; NO_INTERIOR_OPTIMUM when elasticity ≥ −1: profit then grows with price without end; INVALID_VALUE
 * for a cost or an elasticity that
 *   is no finite number in its range, named by `argument`; NOT_FINITE for a price beyond the largest number
 * @throws TypeError for an argument that is no number
 * @example optimalPriceConstantElasticity(6, -3) // { ok: true, value: 9 }
 */
export function optimalPriceConstantElasticity(unitCost: number, elasticity: number): Outcome<number, OptimumRefusal> {
  const invalid =
    invalidArgument('unitCost', unitCost, Number.MIN_VALUE) ??
    invalidArgument('elasticity', elasticity, -Number.MAX_VALUE);
  if (invalid) return invalid;
  if (elasticity >= -1) return { ok: false, code: 'NO_INTERIOR_OPTIMUM', elasticity };
  return finitePrice((unitCost * elasticity) / (1 + elasticity));
}

/**
 * Price that maximises (price − unitCost) · a · e^(−slope · price): p* = c + 1/slope, whatever the cost.
 *
 * @param unitCost ≥ 0; @param slope fall of log demand per currency unit of price; > 0, else NO_INTERIOR_OPTIMUM
 * @returns the price, or a refusal as {@link optimalPriceConstantElasticity}'s
 * @throws TypeError for an argument that is no number
 * @example optimalPriceExponential(6, 0.5) // { ok: true, value: 8 }
 */
export function optimalPriceExponential(unitCost: number, slope: number): Outcome<number, OptimumRefusal> {
  const invalid = invalidArgument('unitCost', unitCost, 0) ?? invalidArgument('slope', slope, -Number.MAX_VALUE);
  if (invalid) return invalid;
  if (!(slope > 0)) return { ok: false, code: 'NO_INTERIOR_OPTIMUM', slope };
  return finitePrice(unitCost + 1 / slope);
}

function invalidArgument(
  argument: string,
  value: number,
  least: number,
): (Outcome<number, 'INVALID_VALUE'> & { readonly ok: false }) | null {
  if (typeof value !== 'number') checkNumber(argument, value);
  return value >= least && value <= Number.MAX_VALUE ? null : { ok: false, code: 'INVALID_VALUE', argument, value };
}

function finitePrice(price: number): Outcome<number, 'NOT_FINITE'> {
  return Number.isFinite(price) ? { ok: true, value: price } : { ok: false, code: 'NOT_FINITE' };
}
