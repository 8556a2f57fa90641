/**
 * The price that earns most on average over the posterior, with guardrails, a comparison with today's price and reasons
 * for doubt.
 */

import { checkNumber, checkPositive, checkWhole, finite } from '../checks.ts';
import { checkCurve } from '../demand/checked-model.ts';
import type { DemandCurveDraws } from '../demand/predict.ts';
import { mean } from '../math/summary.ts';
import type { ReasonCode } from '../vocabulary.ts';
import { competitorPrice } from './competitor-price.ts';
import { demandDraws } from './demand-at.ts';
import { outlookOf, profitDraws, type Span } from './gains.ts';
import {
  allowedRange,
  applyGuardrails,
  checkGuardrails,
  checkTriedRange,
  DEFAULT_GUARDRAILS,
  type GuardedPrice,
  type GuardrailConflict,
  type GuardrailRule,
  type GuardrailSettings,
  type GuardrailStep,
} from './guardrails.ts';
import { heedTodayPrice, type PricedDraws, unitCostDraws } from './price-evidence.ts';
import { againstTrying, checkFacts, isBlocking, type PricingFacts, reasonsFor } from './reasons.ts';
import { sellsOut } from './until-delivery.ts';

export interface PriceRecommendation {
  readonly price: number;
  readonly unconstrainedPrice: number | null;
  readonly expectedDemand: Span;
  readonly expectedProfit: Span;
  readonly current: { readonly price: number; readonly expectedDemand: number; readonly expectedProfit: number };
  readonly probabilityBetter: number | null;
  readonly guardrails: readonly GuardrailStep[];
  /** The two rules that leave no price, beside the reason GUARDRAILS_CONFLICT. */
  readonly conflict?: GuardrailConflict;
  readonly reasons: readonly ReasonCode[];
  readonly recommended: boolean;
  readonly unitCost: number;
  /** True when no cost was given and today's price over 1 + markup stands in for it. */
  readonly costAssumed: boolean;
}

/** Markup over cost assumed where neither a cost nor a markup is given: a study then, not a recommendation. */
export const ASSUMED_MARKUP = 0.5;

/**
 * No price beyond so many times the highest of today's and those tried is weighed: a cost that asks for it is wrong.
 */
const MOST_RISE = 5;

/**
 * Prices to weigh: from just above cost (or two fifths of today's price) to twice today's, the highest tried or the
 * cost, but at most five times the highest price known, evenly in log price. Wide enough that an optimum at an edge
 * means that demand, not the grid, has none.
 *
 * @param todayPrice > 0; @param triedRange lowest and highest price tried; @param unitCost ≥ 0; @param points 2-100,000
 * @throws TypeError, RangeError naming the argument that is wrong; NotFiniteError for a grid beyond the finite numbers
 */
export function priceGrid(
  todayPrice: number,
  triedRange: readonly [number, number] | null,
  unitCost: number,
  points = 161,
): Float64Array {
  checkPositive('todayPrice', todayPrice);
  checkTriedRange('triedRange', triedRange);
  checkNumber('unitCost', unitCost, 0);
  checkWhole('points', points, 2, 100_000);
  const low = Math.min(Math.max(unitCost * 1.001, todayPrice * 0.4), todayPrice * 0.98);
  const highest = Math.max(todayPrice, triedRange?.[1] ?? 0);
  const high = Math.min(Math.max(highest, unitCost) * 2, highest * MOST_RISE);
  return finite(
    'grid',
    Float64Array.from({ length: points }, (_, i) => low * (high / low) ** (i / (points - 1))),
  );
}

/**
 * Cost of one unit sold, waste included: cost / (1 − waste share).
 *
 * @param cost ≥ 0; @param wasteShare 0-1, taken as 0.95 above it
 * @throws TypeError, RangeError naming the argument that is wrong; NotFiniteError for a cost beyond the largest number
 */
export function wasteAdjustedCost(cost: number, wasteShare: number): number {
  checkNumber('cost', cost, 0);
  checkNumber('wasteShare', wasteShare, 0, 1);
  return finite('cost with waste', cost / (1 - Math.min(wasteShare, 0.95)));
}

/**
 * Cost of one unit sold, as far as it is known: the cost with its waste, else what the markup leaves of today's price.
 */
export function unitCostOf(facts: Pick<PricingFacts, 'cost' | 'wasteShare' | 'assumedMarkup' | 'todayPrice'>): number {
  return facts.cost === null
    ? facts.todayPrice / (1 + (facts.assumedMarkup ?? ASSUMED_MARKUP))
    : wasteAdjustedCost(facts.cost, facts.wasteShare);
}

/**
 * Posterior draws behind every interval of prices: 1,000 put the Monte-Carlo error of a 5 % quantile at about a
 * hundredth of the spread.
 */
export const CURVE_DRAWS = 1_000;

/**
 * Recommends a price: argmax over the prices that the guardrails allow of the posterior mean of (p − c_eff) ·
 * demand(p).
 *
 * A maximum at an end of the grid is no optimum: `unconstrainedPrice` is then null, and the price at most a step of
 * {@link UNKNOWN_STEP} from today's where no guardrail holds it nearer. Statistical doubt is in `reasons`, never in an
 * exception.
 *
 * @param curve draws on a grid such as {@link priceGrid}'s, total demand over the horizon
 * @param explore tries the best price of one draw instead; null: the best on average
 * @throws TypeError, RangeError naming the part of the curve, the facts or the settings that is wrong; NotFiniteError
 * for profits beyond the largest number
 */
export function recommendPrice(
  curve: DemandCurveDraws,
  facts: PricingFacts,
  settings: GuardrailSettings,
  explore: Exploration | null = null,
): PriceRecommendation {
  checkCurve(curve);
  checkFacts(facts);
  checkGuardrails(settings);
  if (explore !== null) checkNumber('explore.place', explore.place, 0, 1);
  const unitCost = unitCostOf(facts);
  const priced = pricedDraws(curve, facts, unitCost);
  const believed = explore === null ? priced : drawOf(priced, explore.place);
  const most = mostProfitable(believed);
  const optimum = most.isInterior ? most.best : null;
  const guarded = guardedPrice(believed, most, unitCost, facts, settings);
  const price = guarded.price;
  const { demand, profit, gain, probabilityBetter } = outlookOf(priced, price, facts.todayPrice);
  const today = mean(profitDraws(priced.curve, facts.todayPrice, priced.unitCosts));
  const found = {
    optimum,
    price,
    limited: probabilityBetter !== null && guarded.steps.some(({ rule }) => STEP_LIMITS.has(rule)),
    gain: probabilityBetter === null ? null : gain,
    probabilityBetter,
    today,
    unitCost,
    conflict: guarded.conflict !== null,
    sellsOut: sellsOut(facts, price, demand.value),
    competitorsStale: boundByNone(facts, settings),
  };
  const judged = reasonsFor(facts, found, settings);
  const reasons = explore === null ? judged : exploring(judged);
  return finite('recommendation', {
    price,
    unconstrainedPrice: optimum,
    expectedDemand: demand,
    expectedProfit: profit,
    current: {
      price: facts.todayPrice,
      expectedDemand: mean(demandDraws(priced.curve, facts.todayPrice)),
      expectedProfit: today,
    },
    probabilityBetter,
    guardrails: guarded.steps,
    ...(guarded.conflict && { conflict: guarded.conflict }),
    reasons,
    recommended: !reasons.some(isBlocking),
    unitCost,
    costAssumed: facts.cost === null,
  });
}

/** Whether a limit beside competitors is set, and none of their prices is fresh enough to hold the price. */
function boundByNone({ competitors }: PricingFacts, settings: GuardrailSettings): boolean {
  if (settings.aboveCompetitors === null && settings.belowCompetitors === null) return false;
  return competitorPrice(competitors ?? [], settings.competitorReference) === null;
}

/** The price of what never sold is nobody's choice: only its cost's doubt is told. */
function pricedDraws(curve: DemandCurveDraws, facts: PricingFacts, unitCost: number): PricedDraws {
  const costAssumed = facts.cost === null;
  return facts.ownRows > 0
    ? heedTodayPrice(curve, facts.todayPrice, unitCost, costAssumed)
    : { curve, unitCosts: unitCostDraws(curve.draws, unitCost, costAssumed) };
}

/**
 * Thompson sampling (Thompson 1933, Biometrika 25; for prices Ferreira, Simchi-Levi & Wang 2018, Operations Research
 * 66(6)): the best price of one draw from what demand may be, so that a price is tried as often as it may be the best.
 */
export interface Exploration {
  /** Which draw: its place among all, 0-1, uniform and another each time. */
  readonly place: number;
}

function drawOf({ curve: { prices, draws, demand }, unitCosts }: PricedDraws, place: number): PricedDraws {
  const d = Math.min(draws - 1, Math.floor(place * draws));
  const curve = { prices, draws: 1, demand: demand.slice(d * prices.length, (d + 1) * prices.length) };
  return { curve, unitCosts: unitCosts.slice(d, d + 1) };
}

/** Of a price that is tried on purpose: what trying answers is no reason against it. */
function exploring(reasons: readonly ReasonCode[]): ReasonCode[] {
  if (againstTrying(reasons).length > 0) return [...reasons];
  return [...reasons.filter((reason) => !isBlocking(reason)), 'EXPLORING'];
}

/** Limits that move along as a price is followed: a price that they hold back is a step on the way. */
const STEP_LIMITS: ReadonlySet<GuardrailRule> = new Set(['max-change', 'tried-range']);

/** Largest change, as a share, where profit has no maximum within reach and no guardrail limits the change. */
const UNKNOWN_STEP = DEFAULT_GUARDRAILS.maxChange as number;

/** The price that earns most of those that the guardrails allow; today's where they allow none. */
function guardedPrice(
  { curve, unitCosts }: PricedDraws,
  { best, isInterior }: MostProfitable,
  unitCost: number,
  facts: PricingFacts,
  settings: GuardrailSettings,
): GuardedPrice {
  const { todayPrice, triedRange, marketPrice, competitors, priceStep } = facts;
  const held = isInterior ? settings : { ...settings, maxChange: settings.maxChange ?? UNKNOWN_STEP };
  const known = {
    ...{ unitCost, todayPrice, triedRange, marketPrice },
    ...(competitors !== undefined && { competitors }),
    ...(priceStep != null && { priceStep }),
  };
  const profitAt = (price: number): number => mean(profitDraws(curve, price, unitCosts));
  const allowed = allowedRange(held, known);
  // Without any sale there is nothing that a step could confirm: the reference price stays.
  if (!isInterior && facts.ownRows === 0) {
    const { conflict } = applyGuardrails(todayPrice, held, known, profitAt);
    return { price: todayPrice, steps: [], conflict };
  }
  // Where profit has several maxima, the best allowed price need not be the one nearest to the best of all.
  const start = allowed ? bestWithin(curve, unitCost, best, allowed, profitAt) : best;
  return applyGuardrails(start, held, known, profitAt);
}

/** The best price of all where it is allowed or its nearest allowed neighbour earns most, else the best allowed one. */
function bestWithin(
  { prices }: DemandCurveDraws,
  unitCost: number,
  best: number,
  [low, high]: readonly [low: number, high: number],
  profitAt: (price: number) => number,
): number {
  const nearest = Math.min(Math.max(best, low), high);
  if (nearest === best) return best;
  let start = best;
  let most = profitAt(nearest);
  for (const price of prices) {
    if (price < low || price > high || price < unitCost) continue;
    const profit = profitAt(price);
    // More than the rounding of an interpolation.
    if (profit > most + 1e-9 * Math.abs(most)) [start, most] = [price, profit];
  }
  return start;
}

/** Maximum of the posterior mean profit between the ends of the grid, in currency per unit; null at an end. */
export function interiorOptimum(curve: DemandCurveDraws, unitCost: number): number | null {
  const unitCosts = new Float64Array(curve.draws).fill(unitCost);
  const { best, isInterior } = mostProfitable({ curve, unitCosts });
  return isInterior ? best : null;
}

interface MostProfitable {
  /** Currency per unit. */
  readonly best: number;
  /** Whether it lies between the ends of the grid, and earns. */
  readonly isInterior: boolean;
}

/** Maximum of the posterior mean profit over the grid, refined by a parabola in log price between its ends. */
function mostProfitable({ curve, unitCosts }: PricedDraws): MostProfitable {
  const { prices } = curve;
  const points = prices.length;
  const profit = new Float64Array(points);
  for (let d = 0; d < curve.draws; d++) {
    for (let p = 0; p < points; p++) profit[p] = profit[p] + (prices[p] - unitCosts[d]) * curve.demand[d * points + p];
  }
  let best = 0;
  for (let p = 1; p < points; p++) if (profit[p] > profit[best]) best = p;
  if (best === 0 || best === points - 1 || !(profit[best] > 0)) return { best: prices[best], isInterior: false };
  const [a, b, c] = [profit[best - 1], profit[best], profit[best + 1]];
  const bend = a - 2 * b + c;
  const shift = bend < 0 ? (a - c) / (2 * bend) : 0;
  const step = Math.log(prices[best + 1] / prices[best]);
  return { best: prices[best] * Math.exp(step * Math.max(-0.5, Math.min(0.5, shift))), isInterior: true };
}
