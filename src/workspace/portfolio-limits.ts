/** Within which prices a product may move while those of its merchant are sought together. */

import type { Recommendation } from '../contract/documents.ts';
import { allowedRange } from '../core/pricing/guardrails.ts';
import { pricingFacts } from '../core/pricing/pricing-facts.ts';
import { isBlocking } from '../core/pricing/reasons.ts';
import type { ReasonCode } from '../core/vocabulary.ts';
import { shareOf } from '../fleet/price-cell.ts';
import type { ReadyToPrice } from './cell-pricing.ts';

/** What its own gain is does not count together; the others hold on one side of today's price alone: see roomOf. */
const NOT_HELD: ReadonlySet<ReasonCode> = new Set([
  'GAIN_UNCERTAIN',
  'GAIN_TOO_SMALL',
  'SELLS_OUT',
  'STEP_UNCONFIRMED',
]);

/** Why a price must stay, whatever all together earn. */
function heldBy({ reasons }: Recommendation): ReasonCode[] {
  return reasons.filter((reason) => isBlocking(reason) && !NOT_HELD.has(reason));
}

/** Prices far from today's whose effect nobody has seen: as far as the grid of single prices reaches below and above. */
const FURTHEST = [0.4, 2] as const;

/** What a product's own limits leave of its price while all are sought together. */
export interface Room {
  /** Ascending; both today's where it must not move. */
  readonly allowed: readonly [low: number, high: number];
  /** Why it must not. */
  readonly held: readonly ReasonCode[];
}

export function roomOf({ cell, guardrails, span }: ReadyToPrice, alone: Recommendation): Room {
  const { model, series } = cell;
  const today = model.todayPrice;
  const staying = (...held: readonly ReasonCode[]): Room => ({ allowed: [today, today], held });
  const reasons = heldBy(alone);
  if (reasons.length > 0) return staying(...reasons);
  const facts = pricingFacts(series, model, span.days[0] as number, { own: null });
  const { triedRange, marketPrice, competitors, lastStep } = facts;
  const range = allowedRange(guardrails, {
    ...{ unitCost: alone.unitCost, todayPrice: today, triedRange, marketPrice },
    ...(competitors !== undefined && { competitors }),
  });
  if (!range) return staying('GUARDRAILS_CONFLICT');
  const [least, most] = FURTHEST.map((factor) => factor * today) as [number, number];
  // All that is allowed lies further away than anybody has seen.
  if (range[0] > most || range[1] < least) return staying('EXTRAPOLATION');
  const unconfirmed = lastStep != null && !lastStep.confirmed ? lastStep.direction : 0;
  const byStock = leastByStock(cell, alone);
  const low = Math.max(range[0], least, unconfirmed < 0 ? today : 0, byStock);
  const high = Math.min(range[1], most, unconfirmed > 0 ? today : Number.POSITIVE_INFINITY);
  if (low <= high) return { allowed: [low, high], held: [] };
  return staying(byStock > range[1] ? 'SELLS_OUT' : 'STEP_UNCONFIRMED');
}

/** The price below which more is asked for than is on hand until the next delivery, today's at most; 0: any price. */
function leastByStock({ model, planned, onHand }: ReadyToPrice['cell'], alone: Recommendation): number {
  if (!onHand) return 0;
  const demand = alone.current.expectedDemand * shareOf(model, planned, onHand.rows);
  const elasticity = Math.min(model.elasticity.value, -1e-6);
  return model.todayPrice * Math.min(1, (onHand.stock / demand) ** (1 / elasticity));
}
