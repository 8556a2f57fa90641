/** Reasons for doubt about a recommended price. */

import { checkFlag, checkNumber, checkObject, checkPositive, checkWhole } from '../checks.ts';
import type { ReasonCode } from '../vocabulary.ts';
import type { Span } from './gains.ts';
import { checkTriedRange } from './guardrails.ts';

/** Thresholds of the reasons. */
const REASON_THRESHOLDS = {
  fewRows: 30,
  fewPrices: 3,
  priceVariation: 0.02,
  wrongSignErrors: 2,
  profitSpan: 0.05,
  extrapolation: 0.1,
  staleCostDays: 30,
  promoShare: 0.5,
} as const;

/** Reasons that speak against changing the price; the others are words of caution beside a recommendation. */
const BLOCKING: ReadonlySet<ReasonCode> = new Set([
  'NO_SALES',
  'TOO_FEW_SALES',
  'NO_PRICE_VARIATION',
  'WRONG_SIGN',
  'ELASTICITY_TOO_WIDE',
  'NO_INTERIOR_OPTIMUM',
  'WORSE_THAN_BASELINE',
  'PROMO_CONFOUNDED',
  'NOT_CONVERGED',
  'VALUE_HELD',
  'NO_COST',
  'GUARDRAILS_CONFLICT',
]);

/** Whether a reason speaks against changing the price. */
export function isBlocking(reason: ReasonCode): boolean {
  return BLOCKING.has(reason);
}

/** Whether nothing but the cost is missing: the price is a study of what would earn most at an assumed cost. */
export function isStudy(reasons: readonly ReasonCode[]): boolean {
  const blocking = reasons.filter(isBlocking);
  return blocking.length === 1 && blocking[0] === 'NO_COST';
}

/** What is known of a cell's prices and costs. */
export interface PricingFacts {
  readonly todayPrice: number;
  readonly triedRange: readonly [number, number] | null;
  /** Unit cost before waste; null when none was ever given. */
  readonly cost: number | null;
  /**
   * Markup over cost that somebody vouches for where no cost is known, a share > 0: the cost is then today's price / (1 +
   * markup). Absent or null: nobody does.
   */
  readonly assumedMarkup?: number | null;
  readonly costAgeDays: number | null;
  /** Waste share, 0-1. */
  readonly wasteShare: number;
  readonly marketPrice: number | null;
  /** Smallest step between two prices that can be charged, > 0; absent or null: any price can. */
  readonly priceStep?: number | null;
  readonly ownRows: number;
  readonly distinctPrices: number;
  /** Coefficient of variation of the prices charged. */
  readonly priceVariation: number;
  /** Elasticity from the cell's own rows alone; null when they tell none. */
  readonly ownElasticity: { readonly value: number; readonly standardError: number } | null;
  /** Share of price variation that promotions explain, 0-1. */
  readonly promoShareOfVariation: number;
  readonly simpleForecastWins: boolean;
  readonly converged: boolean;
  /** The newest price, cost or waste is held, so that the one before it stands in; false unless told. */
  readonly newestHeld?: boolean;
}

/** @throws TypeError, RangeError naming the fact that is wrong */
export function checkFacts(facts: PricingFacts): void {
  checkObject('facts', facts);
  checkPositive('facts.todayPrice', facts.todayPrice);
  checkTriedRange('facts.triedRange', facts.triedRange);
  if (facts.cost !== null) checkNumber('facts.cost', facts.cost, 0);
  if (facts.assumedMarkup != null) checkPositive('facts.assumedMarkup', facts.assumedMarkup);
  if (facts.priceStep != null) checkPositive('facts.priceStep', facts.priceStep);
  if (facts.costAgeDays !== null) checkNumber('facts.costAgeDays', facts.costAgeDays);
  checkNumber('facts.wasteShare', facts.wasteShare, 0, 1);
  if (facts.marketPrice !== null) checkNumber('facts.marketPrice', facts.marketPrice, 0);
  checkWhole('facts.ownRows', facts.ownRows, 0);
  checkWhole('facts.distinctPrices', facts.distinctPrices, 0);
  checkNumber('facts.priceVariation', facts.priceVariation, 0);
  if (facts.ownElasticity !== null) {
    checkObject('facts.ownElasticity', facts.ownElasticity);
    checkNumber('facts.ownElasticity.value', facts.ownElasticity.value);
    checkNumber('facts.ownElasticity.standardError', facts.ownElasticity.standardError, 0);
  }
  // 1 and a rounding: a share of squares.
  checkNumber('facts.promoShareOfVariation', facts.promoShareOfVariation, 0, 1.000_001);
  checkFlag('facts.simpleForecastWins', facts.simpleForecastWins);
  checkFlag('facts.converged', facts.converged);
  if (facts.newestHeld !== undefined) checkFlag('facts.newestHeld', facts.newestHeld);
}

/** What a recommendation found. */
export interface FoundPrice {
  /** Before guardrails; null where profit has no maximum between the ends of the grid. */
  readonly optimum: number | null;
  /** Against today's price; null where the price stays. */
  readonly gain: Span | null;
  /** Mean profit at today's price. */
  readonly today: number;
  /** Cost of a unit sold, waste included. */
  readonly unitCost: number;
  /** Whether the guardrails leave no price. */
  readonly conflict: boolean;
}

/** Reasons in the order in which they are listed. */
export function reasonsFor(facts: PricingFacts, found: FoundPrice): ReasonCode[] {
  return [...reasonsOfRows(facts), ...reasonsOfPrice(facts, found)];
}

function reasonsOfRows(facts: PricingFacts): ReasonCode[] {
  const reasons: ReasonCode[] = [];
  const t = REASON_THRESHOLDS;
  if (facts.ownRows === 0) reasons.push('NO_SALES');
  else if (facts.ownRows < t.fewRows) reasons.push('TOO_FEW_SALES');
  if (facts.ownRows > 0 && (facts.distinctPrices < t.fewPrices || facts.priceVariation < t.priceVariation))
    reasons.push('NO_PRICE_VARIATION');
  if (facts.ownElasticity && facts.ownElasticity.value > t.wrongSignErrors * facts.ownElasticity.standardError)
    reasons.push('WRONG_SIGN');
  return reasons;
}

function reasonsOfCost(facts: PricingFacts, unitCost: number): ReasonCode[] {
  const reasons: ReasonCode[] = [];
  if (facts.cost === null) {
    if (facts.assumedMarkup == null) reasons.push('NO_COST');
  } else if (facts.cost === 0) reasons.push('ZERO_COST');
  else if (facts.costAgeDays === null || facts.costAgeDays > REASON_THRESHOLDS.staleCostDays)
    reasons.push('STALE_COST');
  if (unitCost >= facts.todayPrice) reasons.push('LOSS');
  return reasons;
}

function reasonsOfPrice(facts: PricingFacts, found: FoundPrice): ReasonCode[] {
  const { optimum, gain, today, unitCost, conflict } = found;
  const reasons: ReasonCode[] = [];
  const t = REASON_THRESHOLDS;
  const scale = Math.abs(today) || 1;
  if (gain && gain.low < -t.profitSpan * scale && gain.high > t.profitSpan * scale) reasons.push('ELASTICITY_TOO_WIDE');
  if (
    optimum !== null &&
    facts.triedRange &&
    (optimum < facts.triedRange[0] * (1 - t.extrapolation) || optimum > facts.triedRange[1] * (1 + t.extrapolation))
  ) {
    reasons.push('EXTRAPOLATION');
  }
  reasons.push(...reasonsOfCost(facts, unitCost));
  if (facts.newestHeld) reasons.push('VALUE_HELD');
  if (facts.promoShareOfVariation > t.promoShare) reasons.push('PROMO_CONFOUNDED');
  if (!facts.converged) reasons.push('NOT_CONVERGED');
  if (optimum === null) reasons.push('NO_INTERIOR_OPTIMUM');
  if (facts.simpleForecastWins) reasons.push('WORSE_THAN_BASELINE');
  if (conflict) reasons.push('GUARDRAILS_CONFLICT');
  return reasons;
}
