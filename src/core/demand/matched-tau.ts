/** The total weight of simulated rows that says as much as the market's Gaussian prior. */

import { PRICE_COLUMN } from '../kernel/iteration-kernel.ts';
import type { Footing, Regression } from './component.ts';
import { type CellPrior, columnPriors, simulatedGroups } from './prior.ts';
import type { Simulator } from './simulator.ts';

/**
 * τ at which simulated rows leave as much doubt about the log demand of a simulated row as the market's prior does.
 *
 * τ rows at an expected demand near 1 carry the precision τM/φ, M the covariance of the simulated columns; they leave the variance tr(M (τM/φ)⁻¹) = φp/τ
 * with p the columns that move. The prior, whose columns are independent, leaves Σ_j M_jj v_j. So τ = φp / Σ_j M_jj v_j. One weight cannot match every
 * column: matched on the price alone it leaves the weekdays, which markets know better, far too free (bench/README.md, "Mass training").
 *
 * @returns equivalent own rows; null where the simulator moves no column
 */
export function matchedTau(regression: Regression, prior: CellPrior, footing: Footing): number | null {
  const { plan, spec } = regression;
  const simulator = regression.simulator as Simulator;
  const { precisions } = columnPriors(plan, prior, spec.ridgeScale);
  const groups = simulatedGroups(plan, prior);
  let moved = 0;
  let doubt = 0;
  plan.columns.forEach(({ group }, j) => {
    if (!groups.has(group)) return;
    const spread =
      j === PRICE_COLUMN
        ? variance(simulator.priceTerm)
        : variance(Float64Array.from({ length: simulator.rows }, (_, i) => simulator.design[i * simulator.columns + j] as number));
    // A column that the simulator never moves (a promotion that nobody ran) says nothing either way; 1e-9 is rounding.
    if (spread < 1e-9) return;
    moved++;
    doubt += spread / (precisions[j] as number);
  });
  // Variance of a row at a demand of 1: φ, and φ(1 + α) of NB2.
  return moved === 0 ? null : (footing.dispersion * (1 + footing.inverseSize) * moved) / doubt;
}

function variance(values: Float64Array): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
}
