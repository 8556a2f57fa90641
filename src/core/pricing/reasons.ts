/** Reasons for doubt about a recommended price. */

import { checkFlag, checkNumber, checkObject, checkPositive, checkWhole } from '../checks.ts';
import { type PeriodUnit, REASONS, type ReasonCode } from '../vocabulary.ts';
import type { CompetitorAsk } from './competitor-price.ts';
import type { Span } from './gains.ts';
import { checkTriedRange, type Worthwhile } from './guardrails.ts';
import { checkUntilDelivery, type UntilDelivery } from './until-delivery.ts';

/** Largest standard error of the own elasticity, everything else than the price controlled for, that tells anything. */
export const OWN_STANDARD_ERROR = 2;

/** Thresholds of the reasons. */
const REASON_THRESHOLDS = {
  fewRows: 30,
  fewChanges: 2,
  priceVariation: 0.02,
  /** Of the variance of log price. */
  explainedShare: 0.8,
  /**
   * One-sided .5 %: a price that follows demand hides its effect, so that the cost tells a lower elasticity. Whether all
   * prices of a market follow was asked when it was learned; of a single cell more false alarms would cost more than
   * they save.
   */
  endogenousErrors: 2.5758,
  /** Two-sided 5 %: prices that were drawn tell another elasticity than those that were chosen, whichever it is. */
  testedErrors: 1.96,
  wrongSignErrors: 2,
  /**
   * A chance of a fifth, by the model, that more is sold at a higher price: hardly any product does so, and prices that
   * follow demand look so.
   */
  positiveErrors: -0.8416,
  profitSpan: 0.05,
  extrapolation: 0.1,
  staleCostDays: 30,
} as const;

/** Periods at a price beyond all before until another step may follow: two weeks, a month of weeks, a quarter. */
export const CONFIRMING_PERIODS: Readonly<Record<PeriodUnit, number>> = { day: 14, week: 4, month: 3 };

/** Reasons that speak against changing the price; the others are words of caution beside a recommendation. */
const BLOCKING: ReadonlySet<ReasonCode> = new Set([
  'NO_SALES',
  'TOO_FEW_SALES',
  'DELISTED',
  'UNDER_TEST',
  'HELD_OUT',
  'SELLS_OUT',
  'NO_PRICE_VARIATION',
  'PRICE_IS_SEASON',
  'PROMO_CONFOUNDED',
  'MIX_NOT_PRICE',
  'PRICE_ENDOGENOUS',
  'WEAK_INSTRUMENT',
  'WRONG_SIGN',
  'STEP_UNCONFIRMED',
  'NOT_CONVERGED',
  'VALUE_HELD',
  'NO_COST',
  'GUARDRAILS_CONFLICT',
  'GAIN_UNCERTAIN',
  'GAIN_TOO_SMALL',
]);

/** Whether a reason speaks against changing the price. */
export function isBlocking(reason: ReasonCode): boolean {
  return BLOCKING.has(reason);
}

/**
 * Reasons that a price which is tried on purpose answers: the rows do not tell what a price does, or not surely enough.
 */
const ANSWERED_BY_TRYING: ReadonlySet<ReasonCode> = new Set([
  'NO_PRICE_VARIATION',
  'PRICE_IS_SEASON',
  'PROMO_CONFOUNDED',
  'STEP_UNCONFIRMED',
  'GAIN_UNCERTAIN',
  'GAIN_TOO_SMALL',
]);
/** Of these drawn prices are needed, and prices that follow from a model that they mislead are none. */
const ANSWERED_BY_TEST: ReadonlySet<ReasonCode> = new Set([
  ...ANSWERED_BY_TRYING,
  'MIX_NOT_PRICE',
  'PRICE_ENDOGENOUS',
  'WEAK_INSTRUMENT',
  'WRONG_SIGN',
]);
/** Where they hold the elasticity of the model is not to be believed. */
const MISLED: ReadonlySet<ReasonCode> = new Set([
  'PRICE_IS_SEASON',
  'MIX_NOT_PRICE',
  'PRICE_ENDOGENOUS',
  'WEAK_INSTRUMENT',
  'WRONG_SIGN',
]);

/** Whether a price test would answer all that speaks against a change; false where nothing does. */
export function isAnsweredByTest(reasons: readonly ReasonCode[]): boolean {
  const blocking = reasons.filter(isBlocking);
  return blocking.length > 0 && blocking.every((reason) => ANSWERED_BY_TEST.has(reason));
}

/** Whether the model's elasticity is not to be believed. */
export function isMisled(reasons: readonly ReasonCode[]): boolean {
  return reasons.some((reason) => MISLED.has(reason));
}

/** What speaks against trying a price on purpose. */
export function againstTrying(reasons: readonly ReasonCode[]): ReasonCode[] {
  return reasons.filter((reason) => isBlocking(reason) && !ANSWERED_BY_TRYING.has(reason));
}

/** Of those that speak against a change: decided by somebody, or by figures that are known well enough. */
const TOLD: ReadonlySet<ReasonCode> = new Set([
  'DELISTED',
  'UNDER_TEST',
  'HELD_OUT',
  'SELLS_OUT',
  'GUARDRAILS_CONFLICT',
  'GAIN_UNCERTAIN',
  'GAIN_TOO_SMALL',
]);

/** Whether it is not known which price earns most: the data do not tell, or something that it takes is missing. */
export function isUntold(reasons: readonly ReasonCode[]): boolean {
  return reasons.some((reason) => isBlocking(reason) && !TOLD.has(reason));
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
  /** Markup over cost that somebody vouches for where no cost is known, a share > 0; absent or null: nobody does. */
  readonly assumedMarkup?: number | null;
  readonly costAgeDays: number | null;
  /** Waste share, 0-1. */
  readonly wasteShare: number;
  readonly marketPrice: number | null;
  /** What competitors ask, as far as it is fresh; absent: nothing is known. */
  readonly competitors?: readonly CompetitorAsk[];
  /** Smallest step between two prices that can be charged, > 0; absent or null: any price can. */
  readonly priceStep?: number | null;
  readonly ownRows: number;
  /** Times that the price changed from one row to the next. */
  readonly priceChanges: number;
  /** Coefficient of variation of the prices charged. */
  readonly priceVariation: number;
  /** Elasticity from the cell's own rows alone; null when they tell none. */
  readonly ownElasticity: { readonly value: number; readonly standardError: number } | null;
  /** The model's elasticity at today's price. */
  readonly elasticity?: { readonly value: number; readonly standardError: number };
  /** Share of price variation that promotions explain, 0-1. */
  readonly promoShareOfVariation: number;
  /** Share of price variation that weekday, season and trend explain, 0-1. */
  readonly seasonShareOfVariation: number;
  /** Prices are means of what several buyers paid; false unless told. */
  readonly paidMix?: boolean;
  /**
   * Elasticity by an instrument less the one without it, where the rows have an instrument that moves the price and the
   * model does not use it; null or absent otherwise.
   */
  readonly instrumentGap?: { readonly value: number; readonly standardError: number } | null;
  /** The prices of its market were found to follow demand, and the model has no instrument; false unless told. */
  readonly pricesFollow?: boolean;
  /**
   * Elasticity by prices that a test drew; null or absent where none did. Where its standard error is small enough it
   * counts for what the rows tell, whatever moved the other prices.
   */
  readonly byTest?: { readonly value: number; readonly standardError: number } | null;
  /** That elasticity less the one of all rows, where the test is not the model's instrument; else null or absent. */
  readonly testGap?: { readonly value: number; readonly standardError: number } | null;
  /** The model's instrument hardly moves the price; false unless told. */
  readonly weakInstrument?: boolean;
  /** Sales look cut off above though no day is recorded as sold out (see looksSoldOut); false unless told. */
  readonly soldOutSuspected?: boolean;
  /** The last price lies below today's usual one, as a sale that nobody flagged; false unless told. */
  readonly saleToday?: boolean;
  /** Rows in which its merchant has sold since the last sale, where so many that it is off sale; else null. */
  readonly delistedDays?: number | null;
  /** What came of the last step beyond the prices known before; null or absent where none is fresh. */
  readonly lastStep?: LastStep | null;
  /** A price test has days among those that the price is for; false unless told. */
  readonly underTest?: boolean;
  /** Its shop keeps its prices, so that others can be compared with it; false unless told. */
  readonly heldOut?: boolean;
  /** What is on hand until the next delivery; null or absent where either is not known. */
  readonly untilDelivery?: UntilDelivery | null;
  readonly simpleForecastWins: boolean;
  readonly converged: boolean;
  /** The newest price, cost or waste is held, so that the one before it stands in; false unless told. */
  readonly newestHeld?: boolean;
}

/** The newest price, where it lies beyond all charged before. */
export interface LastStep {
  /** 1: above them; −1: below. */
  readonly direction: 1 | -1;
  /** Whether so many rows sold at it, as the model expected of that price, that another step may follow. */
  readonly confirmed: boolean;
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
  checkWhole('facts.priceChanges', facts.priceChanges, 0);
  checkNumber('facts.priceVariation', facts.priceVariation, 0);
  if (facts.elasticity !== undefined) {
    checkObject('facts.elasticity', facts.elasticity);
    checkNumber('facts.elasticity.value', facts.elasticity.value);
    checkNumber('facts.elasticity.standardError', facts.elasticity.standardError, 0);
  }
  if (facts.ownElasticity !== null) {
    checkObject('facts.ownElasticity', facts.ownElasticity);
    checkNumber('facts.ownElasticity.value', facts.ownElasticity.value);
    checkNumber('facts.ownElasticity.standardError', facts.ownElasticity.standardError, 0);
  }
  // 1 and a rounding: a share of squares.
  checkNumber('facts.promoShareOfVariation', facts.promoShareOfVariation, 0, 1.000_001);
  checkNumber('facts.seasonShareOfVariation', facts.seasonShareOfVariation, 0, 1.000_001);
  if (facts.instrumentGap != null) {
    checkNumber('facts.instrumentGap.value', facts.instrumentGap.value);
    checkNumber('facts.instrumentGap.standardError', facts.instrumentGap.standardError, 0);
  }
  for (const name of ['byTest', 'testGap'] as const) {
    const told = facts[name];
    if (told == null) continue;
    checkObject(`facts.${name}`, told);
    checkNumber(`facts.${name}.value`, told.value);
    checkNumber(`facts.${name}.standardError`, told.standardError, 0);
  }
  if (facts.delistedDays != null) checkNumber('facts.delistedDays', facts.delistedDays, 0);
  if (facts.underTest !== undefined) checkFlag('facts.underTest', facts.underTest);
  if (facts.heldOut !== undefined) checkFlag('facts.heldOut', facts.heldOut);
  checkUntilDelivery('facts.untilDelivery', facts.untilDelivery);
  checkFlag('facts.simpleForecastWins', facts.simpleForecastWins);
  checkFlag('facts.converged', facts.converged);
  if (facts.pricesFollow !== undefined) checkFlag('facts.pricesFollow', facts.pricesFollow);
  if (facts.paidMix !== undefined) checkFlag('facts.paidMix', facts.paidMix);
  if (facts.newestHeld !== undefined) checkFlag('facts.newestHeld', facts.newestHeld);
}

/** What a recommendation found. */
export interface FoundPrice {
  /** Before guardrails; null where profit has no maximum between the ends of the grid. */
  readonly optimum: number | null;
  readonly price: number;
  /** Whether a limit of the step holds the price back from where profit still grows. */
  readonly limited: boolean;
  /** Against today's price; null where the price stays. */
  readonly gain: Span | null;
  /** That profit grows; null where the price stays. */
  readonly probabilityBetter: number | null;
  /** Mean profit at today's price. */
  readonly today: number;
  /** Cost of a unit sold, waste included. */
  readonly unitCost: number;
  /** Whether the guardrails leave no price. */
  readonly conflict: boolean;
  /** Whether more is asked for at the lower price than is on hand until the next delivery. */
  readonly sellsOut: boolean;
  /** Whether a limit beside competitors is set that no fresh price of theirs can hold. */
  readonly competitorsStale: boolean;
}

/** Reasons in the order in which they are listed. */
export function reasonsFor(facts: PricingFacts, found: FoundPrice, worthwhile: Worthwhile): ReasonCode[] {
  const reasons = [...reasonsOfRows(facts), ...reasonsOfPrice(facts, found)];
  // A gain that cannot be trusted for another reason is not judged, and a price that stays is no step.
  if (!reasons.some(isBlocking)) reasons.push(...reasonsOfGain(found, worthwhile));
  if (found.limited && !reasons.some(isBlocking)) reasons.push('STEP_TOWARDS');
  const told = new Set(reasons);
  return REASONS.filter((reason) => told.has(reason));
}

/** What the rows say against a price effect, in no order. */
export function reasonsOfRows(facts: PricingFacts): ReasonCode[] {
  const reasons: ReasonCode[] = [];
  const t = REASON_THRESHOLDS;
  if (facts.ownRows === 0) reasons.push('NO_SALES');
  else if (facts.ownRows < t.fewRows) reasons.push('TOO_FEW_SALES');
  if (facts.delistedDays != null) reasons.push('DELISTED');
  if (facts.underTest) reasons.push('UNDER_TEST');
  if (facts.heldOut) reasons.push('HELD_OUT');
  const unidentified = facts.ownRows > 0 ? whyUnidentified(facts) : null;
  if (unidentified) reasons.push(unidentified);
  if (facts.paidMix && !isToldByTest(facts)) reasons.push('MIX_NOT_PRICE');
  if (isEndogenous(facts)) reasons.push('PRICE_ENDOGENOUS');
  if (facts.weakInstrument) reasons.push('WEAK_INSTRUMENT');
  if (isWrongSign(facts, unidentified === null)) reasons.push('WRONG_SIGN');
  if (facts.soldOutSuspected) reasons.push('SOLD_OUT_SUSPECTED');
  if (facts.saleToday) reasons.push('SALE_TODAY');
  return reasons;
}

/** Whether prices that were drawn tell what the price does. */
export function isToldByTest({ byTest }: Pick<PricingFacts, 'byTest'>): boolean {
  return byTest != null && byTest.standardError <= OWN_STANDARD_ERROR;
}

/** Whether the price followed demand: a test says it best, else what was found of the market or the moves with the cost. */
function isEndogenous(facts: PricingFacts): boolean {
  const { instrumentGap, pricesFollow, testGap } = facts;
  const t = REASON_THRESHOLDS;
  if (isToldByTest(facts)) return testGap != null && Math.abs(testGap.value) > t.testedErrors * testGap.standardError;
  if (pricesFollow) return true;
  return instrumentGap != null && instrumentGap.value < -t.endogenousErrors * instrumentGap.standardError;
}

/** @param identified whether the cell's rows tell its elasticity: what others have says nothing of its own sales */
function isWrongSign({ ownElasticity: own, elasticity: known }: PricingFacts, identified: boolean): boolean {
  const t = REASON_THRESHOLDS;
  if (own && own.value > t.wrongSignErrors * own.standardError) return true;
  return identified && known !== undefined && known.value > t.positiveErrors * known.standardError;
}

/** Why the own rows do not tell what the price does, by what else moved with it; null where they do. */
function whyUnidentified(facts: PricingFacts): ReasonCode | null {
  const t = REASON_THRESHOLDS;
  if (isToldByTest(facts)) return null;
  if (facts.priceChanges < t.fewChanges || facts.priceVariation < t.priceVariation) return 'NO_PRICE_VARIATION';
  // What the waves do not draw of a season leaks into the elasticity where hardly anything else moved the price.
  const left = facts.priceVariation * Math.sqrt(Math.max(0, 1 - facts.seasonShareOfVariation));
  if (facts.seasonShareOfVariation > t.explainedShare && left < t.priceVariation) return 'PRICE_IS_SEASON';
  if (facts.ownElasticity && facts.ownElasticity.standardError <= OWN_STANDARD_ERROR) return null;
  if (facts.promoShareOfVariation > t.explainedShare) return 'PROMO_CONFOUNDED';
  if (facts.seasonShareOfVariation > t.explainedShare) return 'PRICE_IS_SEASON';
  return 'NO_PRICE_VARIATION';
}

/** Whether the change is worth making. */
function reasonsOfGain(
  { gain, probabilityBetter, today }: FoundPrice,
  { minProbability, minGain }: Worthwhile,
): ReasonCode[] {
  if (gain === null || probabilityBetter === null) return [];
  const reasons: ReasonCode[] = [];
  if (minProbability !== null && probabilityBetter < minProbability) reasons.push('GAIN_UNCERTAIN');
  if (minGain !== null && gain.value < minGain * Math.abs(today)) reasons.push('GAIN_TOO_SMALL');
  return reasons;
}

/** @param unitCost after waste */
export function reasonsOfCost(facts: PricingFacts, unitCost: number): ReasonCode[] {
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
  const { optimum, gain, today, unitCost, conflict, price } = found;
  const reasons: ReasonCode[] = [];
  const t = REASON_THRESHOLDS;
  const scale = Math.abs(today) || 1;
  if (found.sellsOut) reasons.push('SELLS_OUT');
  if (found.competitorsStale) reasons.push('COMPETITORS_STALE');
  if (gain && gain.low < -t.profitSpan * scale && gain.high > t.profitSpan * scale) reasons.push('ELASTICITY_TOO_WIDE');
  if (
    optimum !== null &&
    facts.triedRange &&
    (optimum < facts.triedRange[0] * (1 - t.extrapolation) || optimum > facts.triedRange[1] * (1 + t.extrapolation))
  ) {
    reasons.push('EXTRAPOLATION');
  }
  const { lastStep } = facts;
  // A price that followed demand looks as a demand that does not answer; drawn prices tell the two apart.
  const unconfirmed = lastStep != null && !lastStep.confirmed && !isToldByTest(facts);
  if (unconfirmed && (price - facts.todayPrice) * lastStep.direction > 0) reasons.push('STEP_UNCONFIRMED');
  reasons.push(...reasonsOfCost(facts, unitCost));
  if (facts.newestHeld) reasons.push('VALUE_HELD');
  if (!facts.converged) reasons.push('NOT_CONVERGED');
  if (optimum === null) reasons.push('NO_INTERIOR_OPTIMUM');
  if (facts.simpleForecastWins) reasons.push('WORSE_THAN_BASELINE');
  if (conflict) reasons.push('GUARDRAILS_CONFLICT');
  return reasons;
}
