/** Prices of several products as proposals that belong together. */

import type { KeptProposals, PortfolioItem, Recommendation } from '../contract/documents.ts';
import { isBlocking } from '../core/pricing/reasons.ts';
import type { ReasonCode } from '../core/vocabulary.ts';
import type { WorkspaceContext } from './context.ts';
import { proposeItems } from './pricing.ts';

/** A price that is proposed, what it brings with all others, and what today's prices bring of the product. */
export interface ProposedPrice extends Pick<PortfolioItem, 'price' | 'demand' | 'profit'> {
  readonly today: { readonly demand: number; readonly profit: number };
}

/** Prices of a plan, in the order of the products. */
export interface ProposedPlan {
  readonly prices: readonly ProposedPrice[];
  /** That all together earn more than today's. */
  readonly probabilityBetter: number | null;
  readonly reason: ReasonCode;
}

/**
 * What is proposed of a plan: every price that moves, judged with all others.
 *
 * @param alone recommendations of each product by itself, in the order of the plan
 */
export function planProposals(alone: readonly Recommendation[], plan: ProposedPlan): Recommendation[] {
  return alone.flatMap((recommendation, i) => {
    const { price, demand, profit, today } = plan.prices[i] as ProposedPrice;
    if (Math.abs(price / recommendation.current.price - 1) < 1e-6) return [];
    const { conflict: _, ...single } = recommendation;
    return [
      {
        ...single,
        price,
        expectedDemand: demand,
        expectedProfit: profit,
        current: { price: recommendation.current.price, expectedDemand: today.demand, expectedProfit: today.profit },
        probabilityBetter: plan.probabilityBetter,
        guardrails: [],
        reasons: [...recommendation.reasons.filter((reason) => !isBlocking(reason)), plan.reason],
        recommended: true,
      },
    ];
  });
}

/** Proposes the prices of plans, for people to decide on. */
export async function proposePlans(
  context: WorkspaceContext,
  items: readonly Recommendation[],
  replaceApproved: boolean,
): Promise<KeptProposals> {
  const { ids: _, ...kept } = await proposeItems(context, items, replaceApproved);
  return kept;
}
