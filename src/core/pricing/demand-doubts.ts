/** Reasons for doubt about demand itself: what a price does to it, and how much of it there is. */

import { REASONS, type ReasonCode } from '../vocabulary.ts';
import { type PricingFacts, reasonsOfCost, reasonsOfRows } from './reasons.ts';

/**
 * Reasons for doubt about what a price does to demand, whatever the cost; those that block (isBlocking) say that it is
 * not known.
 */
export function reasonsOfEffect(facts: PricingFacts): ReasonCode[] {
  const told = new Set([...reasonsOfRows(facts), ...reasonsOfModel(facts)]);
  return REASONS.filter((reason) => told.has(reason));
}

/** Doubts about the price effect that are doubts about how much is sold too. */
const OF_QUANTITY: ReadonlySet<ReasonCode> = new Set(['NO_SALES', 'TOO_FEW_SALES', 'DELISTED', 'SOLD_OUT_SUSPECTED']);

/** Reasons for doubt about how much is sold at a price, and what it earns. */
export function reasonsOfDemand(facts: PricingFacts, price: number): ReasonCode[] {
  const told = new Set([
    ...reasonsOfRows(facts).filter((reason) => OF_QUANTITY.has(reason)),
    ...reasonsOfCost({ ...facts, assumedMarkup: null, todayPrice: price }, facts.cost ?? 0),
    ...reasonsOfModel(facts),
    ...(facts.newestHeld ? (['VALUE_HELD'] as const) : []),
  ]);
  return REASONS.filter((reason) => told.has(reason));
}

function reasonsOfModel({ converged, simpleForecastWins }: PricingFacts): ReasonCode[] {
  return [
    ...(converged ? [] : (['NOT_CONVERGED'] as const)),
    ...(simpleForecastWins ? (['WORSE_THAN_BASELINE'] as const) : []),
  ];
}
