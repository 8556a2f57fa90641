/** How far a cell is on the way from its first sale to a price in force. */

import type { PriceStage, RecommendationStatus } from '../core/vocabulary.ts';
import { ONE_PRICE } from './last-price.ts';

/** What is known of a cell. Days are since 1970-01-01, prices currency per unit. */
export interface StageFacts {
  readonly rows: number;
  readonly lastDay: number | null;
  readonly lastPrice: number | null;
  readonly priceSince: number | null;
  /** Of the live model. */
  readonly modelId: string | null;
  readonly status: RecommendationStatus | null;
  readonly recommended: boolean;
  /** Its reasons say that the data do not tell. */
  readonly isUntold: boolean;
  readonly currentPrice: number | null;
  readonly recommendedPrice: number | null;
  /** The model, the rows and the last day that the recommendation rests on. */
  readonly pricedModel: string | null;
  readonly pricedRows: number | null;
  readonly pricedDay: number | null;
  /** The price that went out last, the one before it, and the last day that was known when it was computed. */
  readonly exportedPrice: number | null;
  readonly exportedBefore: number | null;
  readonly exportedDay: number | null;
}

export function priceStage(facts: StageFacts): PriceStage {
  const { rows, lastDay, modelId, status, recommended, isUntold, currentPrice, recommendedPrice } = facts;
  if (modelId === null) return rows === 0 ? 'unsold' : 'untrained';
  const inForce =
    isCharged(facts, facts.exportedPrice, facts.exportedBefore, facts.exportedDay) ||
    (status === 'approved' && isCharged(facts, recommendedPrice, currentPrice, facts.pricedDay));
  if (status === 'approved' || status === 'exported') return inForce ? 'in-force' : 'waiting';
  if (status === null || status === 'superseded') return 'uncalculated';
  if (facts.pricedModel !== modelId || facts.pricedRows !== rows || facts.pricedDay !== lastDay) return 'outdated';
  if (recommended && status !== 'rejected' && recommendedPrice !== currentPrice) return 'change';
  if (inForce) return 'in-force';
  return isUntold ? 'untold' : 'keep';
}

/** Whether sales show that a decided price is charged: they are newer than it, and nearer to it than to the one before. */
function isCharged(
  { lastPrice, priceSince }: StageFacts,
  price: number | null,
  before: number | null,
  day: number | null,
): boolean {
  if (lastPrice === null || priceSince === null || price === null) return false;
  return (
    priceSince > (day ?? Number.NEGATIVE_INFINITY) &&
    Math.abs(lastPrice - price) <= ONE_PRICE * price &&
    (before === null || Math.abs(lastPrice - price) < Math.abs(lastPrice - before))
  );
}
