/** The total weight of simulated rows that says of the most doubtful column what the market's Gaussian prior does. */

import { FAMILY } from '../families/table.ts';
import type { Footing } from './footing.ts';
import { matchSimulator } from './objective.ts';
import type { Regression } from './plan.ts';
import type { CellPrior } from './prior.ts';
import { matchedStrength } from './remainder.ts';
import type { Simulator } from './simulator.ts';

/**
 * τ at which simulated rows say as much as the market's prior of the column that leaves most doubt about demand, and
 * less of every other one.
 *
 * τ rows carry the precision τ(w/φ)M, M the covariance of the simulated columns and w = μ²/V(μ) the weight of a row at
 * its expected demand. One weight cannot match every column: markets know weekdays far better than prices. The others'
 * remainder is ridge (withRemainder).
 *
 * @returns equivalent own rows; null where the simulator moves no column
 */
export function matchedTau(regression: Regression, prior: CellPrior, footing: Footing): number | null {
  const { plan, spec } = regression;
  const simulator = regression.simulator as Simulator;
  const matched = matchedStrength(plan, prior, spec.ridgeScale, simulator);
  if (!matched) return null;
  const { linear } = simulator;
  const { intercept, offset } = matchSimulator(regression, footing);
  const { expectedCurvature } = FAMILY[spec.family];
  // At the reference price, the middle of the simulated ones.
  const weight = linear.reduce((sum, l) => sum + expectedCurvature(Math.exp(l + intercept + offset), footing), 0);
  return (footing.dispersion * matched.perSpread * linear.length) / weight;
}
