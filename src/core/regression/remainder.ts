/**
 * What simulated rows at matched strength leave out of the market's Gaussian prior, as ridge around the market's means.
 */

import { PRICE_COLUMN } from '../kernel/iteration-kernel.ts';
import { variance } from '../math/summary.ts';
import type { DesignPlan } from '../series/design.ts';
import { type CellPrior, columnPriors, simulatedGroups, weakPriors } from './prior.ts';
import type { Simulator } from './simulator.ts';

/** What simulated rows at matched strength say of each column. */
export interface MatchedStrength {
  /** Variance of each column over the simulator's rows and prices; 0 of columns that it does not speak of. */
  readonly spreads: Float64Array;
  /** Precision that the rows carry of a column, by its variance. */
  readonly perSpread: number;
}

/**
 * The strength at which simulated rows tell no column more than the market's prior does, and one as much: min_j 1/(M_jj
 * v_j), M_jj the variance of a column under the simulator and v_j that of its prior. The one is the column that leaves
 * most doubt about demand, as a rule the price.
 *
 * @returns null where the simulator moves no column
 */
export function matchedStrength(
  plan: DesignPlan,
  prior: CellPrior,
  ridgeScale: number,
  simulator: Simulator,
): MatchedStrength | null {
  const { rows, columns, design, priceTerm } = simulator;
  const { precisions } = columnPriors(plan, prior, ridgeScale);
  const groups = simulatedGroups(plan, prior);
  const spreads = new Float64Array(plan.columns.length);
  let mostDoubt = 0;
  plan.columns.forEach(({ group }, j) => {
    if (!groups.has(group)) return;
    const spread = variance(
      j === PRICE_COLUMN ? priceTerm : Float64Array.from({ length: rows }, (_, i) => design[i * columns + j]),
    );
    // A column that the simulator never moves (a promotion that nobody ran) says nothing either way; 1e-9 is rounding.
    if (spread < 1e-9) return;
    spreads[j] = spread;
    mostDoubt = Math.max(mostDoubt, spread / precisions[j]);
  });
  return mostDoubt === 0 ? null : { spreads, perSpread: 1 / mostDoubt };
}

/**
 * The ridge beside simulated rows at matched strength: around the market's means, what they leave out of its precision.
 * Rows and ridge together know every column as well as the market does and none better; columns of which the rows say
 * all keep the weak ridge around 0.
 *
 * It follows from plan, prior and simulator alone: no fit moves it, and it stays as it is when τ moves.
 */
export function remainderPriors(
  plan: DesignPlan,
  prior: CellPrior,
  ridgeScale: number,
  simulator: Simulator,
): { means: Float64Array; precisions: Float64Array } {
  const matched = matchedStrength(plan, prior, ridgeScale, simulator);
  const { precisions: full } = columnPriors(plan, prior, ridgeScale);
  const { means, precisions } = weakPriors(plan, prior, ridgeScale);
  const groups = simulatedGroups(plan, prior);
  plan.columns.forEach(({ group }, j) => {
    if (!groups.has(group)) return;
    const left = full[j] - (matched ? matched.perSpread * matched.spreads[j] : 0);
    if (left <= precisions[j]) return;
    precisions[j] = left;
    means[j] = simulator.means[j];
  });
  return { means, precisions };
}
