/** Plans of a shop's prices side by side: what all products sell and earn at each, as they answer each other. */

import { finite } from '../checks.ts';
import { realisedSpan, type Span, span } from '../pricing/gains.ts';
import type { CrossBelief } from './cross-effects.ts';
import { type JointProduct, jointDraws } from './joint-profit.ts';
import { jointProducts, type PortfolioProduct, sumsOf } from './portfolio.ts';

export interface PlannedProduct {
  readonly price: number;
  /** Over the horizon, with what will be realised in 9 of 10 cases. */
  readonly demand: Span;
  readonly revenue: Span;
  readonly profit: Span;
}

export interface PlanOutlook {
  readonly products: readonly PlannedProduct[];
  /** Expected of all products. */
  readonly revenue: Span;
  readonly profit: Span;
  /** Profit less that at today's prices. */
  readonly gain: Span;
  /** Share of draws that earn more than today's prices, 0-1; null where no price moves. */
  readonly probabilityBetter: number | null;
  /** What is sold of each group. */
  readonly sold: readonly Span[];
}

/** Prices nearer than this to today's, as a share, are today's. */
const SAME_PRICE = 1e-6;

/**
 * @param beliefs of every product; null: no other price is known to move its demand
 * @param plans a price for each product, > 0, currency per unit
 * @param groups places of products whose quantities add up, of one unit each
 * @throws NotFiniteError for profits beyond the largest number
 */
export function plansOf(
  products: readonly PortfolioProduct[],
  beliefs: readonly (CrossBelief | null)[],
  plans: readonly (readonly number[])[],
  groups: readonly (readonly number[])[],
): readonly PlanOutlook[] {
  const asked = (i: number): number[] => plans.map((prices) => prices[i] as number);
  // What is asked lies on the grid of the curves, whatever the limits allow.
  const reaching = products.map((product, i) => {
    const [low, high] = product.allowed;
    return { ...product, allowed: [Math.min(low, ...asked(i)), Math.max(high, ...asked(i))] as const };
  });
  const joint = jointProducts(reaching, beliefs);
  const today = joint.map(({ todayPrice }) => todayPrice);
  const before = sumsOf(jointDraws(joint, today).map(({ profit }) => profit));
  return finite(
    'price plans',
    plans.map((prices) => outlookOf(joint, prices, before, groups)),
  );
}

function outlookOf(
  joint: readonly JointProduct[],
  prices: readonly number[],
  before: Float64Array,
  groups: readonly (readonly number[])[],
): PlanOutlook {
  const drawn = jointDraws(joint, prices).map((one) => ({ ...one, revenue: one.demand.map((q) => one.price * q) }));
  const profit = sumsOf(drawn.map((one) => one.profit));
  const gains = profit.map((earned, d) => earned - before[d]);
  const moves = joint.some(({ todayPrice }, i) => Math.abs((prices[i] as number) / todayPrice - 1) > SAME_PRICE);
  return {
    products: drawn.map((one, i) => ({
      price: one.price,
      demand: realisedSpan((joint[i] as JointProduct).curve, one.demand),
      revenue: realisedSpan((joint[i] as JointProduct).curve, one.revenue),
      profit: realisedSpan((joint[i] as JointProduct).curve, one.profit),
    })),
    revenue: span(sumsOf(drawn.map(({ revenue }) => revenue))),
    profit: span(profit),
    gain: span(gains),
    probabilityBetter: moves ? gains.filter((gain) => gain > 0).length / gains.length : null,
    sold: groups.map((members) => span(sumsOf(members.map((i) => (drawn[i] as { demand: Float64Array }).demand)))),
  };
}
