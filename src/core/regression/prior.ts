/**
 * Gaussian priors of a component's coefficients: from the market model where it knows an effect, wide defaults
 * elsewhere.
 */

import type { DesignPlan } from '../series/design.ts';
import type { ColumnGroup } from '../vocabulary.ts';

/** Mean and variance of an effect, in natural units (log multiplier of demand; elasticity for `price`). */
export interface EffectPrior {
  readonly mean: number;
  readonly variance: number;
}

/**
 * Priors by column name (`price`, `weekday0`, `promo`, `season:sin1` …); effects that are absent use {@link
 * DEFAULT_PRIORS}.
 */
export type CellPrior = Readonly<Record<string, EffectPrior>>;

/**
 * Priors without a market model. The elasticity's is the mean and spread of published store-level estimates
 * (Bijmolt, van Heerde & Pieters 2005, J. Marketing Research 42(2)); the others say that weekday and holiday effects of
 * about ±25 %, seasonal swings of about ±12 % a term and slopes of about 20 % a year are ordinary. A feast
 * has a column only where it stood out (see feastsOf), so it may be anything from a third to three times the usual. The
 * control's coefficient is left to the rows: a prior around 0 would take part of the endogeneity for elasticity.
 */
export const DEFAULT_PRIORS: Readonly<Record<ColumnGroup, EffectPrior>> = {
  level: { mean: 0, variance: 1e6 },
  price: { mean: -2.62, variance: 1 },
  market: { mean: 0, variance: 0.25 },
  trend: { mean: 0, variance: 0.04 },
  weekday: { mean: 0, variance: 0.0625 },
  season: { mean: 0, variance: 0.015 },
  holiday: { mean: 0, variance: 0.0625 },
  feast: { mean: 0, variance: 1 },
  promo: { mean: 0, variance: 0.25 },
  covariate: { mean: 0, variance: 0.04 },
  control: { mean: 0, variance: 1_000 },
};

/**
 * Prior means and precisions of a plan's columns. @param ridgeScale multiplies every precision but those of level and
 * price
 */
export function columnPriors(
  plan: DesignPlan,
  prior: CellPrior,
  ridgeScale: number,
): { means: Float64Array; precisions: Float64Array } {
  const means = new Float64Array(plan.columns.length);
  const precisions = new Float64Array(plan.columns.length);
  plan.columns.forEach((column, j) => {
    const effect = prior[column.name] ?? DEFAULT_PRIORS[column.group];
    const scale = column.group === 'level' || column.group === 'price' ? 1 : ridgeScale;
    means[j] = effect.mean;
    precisions[j] = scale / effect.variance;
  });
  return { means, precisions };
}

const SIMULATED_GROUPS: ReadonlySet<ColumnGroup> = new Set([
  'price',
  'market',
  'weekday',
  'season',
  'holiday',
  'promo',
]);
const WITH_TREND: ReadonlySet<ColumnGroup> = new Set([...SIMULATED_GROUPS, 'trend']);

/**
 * Whether the market's price itself gives the simulator a trend and a season: where no other cell tells how demand
 * follows it.
 */
export function marketPriceLeads(plan: DesignPlan, prior: CellPrior): boolean {
  return plan.referenceMarketPrice !== null && prior.market === undefined;
}

/** Groups whose market knowledge the simulated rows carry. */
export function simulatedGroups(plan: DesignPlan, prior: CellPrior): ReadonlySet<ColumnGroup> {
  return marketPriceLeads(plan, prior) ? WITH_TREND : SIMULATED_GROUPS;
}

/**
 * Share of the usual precision that the groups of the simulator keep: enough to settle a column that no row moves, too
 * little to pull one that some do.
 */
const WEAK_SHARE = 0.01;

/**
 * Ridge beside simulated rows: mean 0 and a weak precision where the simulator speaks, the usual priors elsewhere
 * (market knowledge enters once; what rows at matched strength leave out is remainderPriors').
 */
export function weakPriors(
  plan: DesignPlan,
  prior: CellPrior,
  ridgeScale: number,
): { means: Float64Array; precisions: Float64Array } {
  const { means, precisions } = columnPriors(plan, prior, ridgeScale);
  const groups = simulatedGroups(plan, prior);
  plan.columns.forEach((column, j) => {
    if (!groups.has(column.group)) return;
    means[j] = 0;
    precisions[j] = precisions[j] * WEAK_SHARE;
  });
  return { means, precisions };
}
