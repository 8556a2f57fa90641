/** The price that earns most on average over the posterior, with guardrails, a comparison with today's price and reasons for doubt. */

import type { DemandCurveDraws } from '../demand/predict.ts';
import { applyGuardrails, type GuardrailSettings, type GuardrailStep } from './guardrails.ts';

export type RecommendationReason =
  | 'NO_SALES'
  | 'TOO_FEW_SALES'
  | 'NO_PRICE_VARIATION'
  | 'WRONG_SIGN'
  | 'ELASTICITY_TOO_WIDE'
  | 'EXTRAPOLATION'
  | 'STALE_COST'
  | 'PROMO_CONFOUNDED'
  | 'NOT_CONVERGED'
  | 'NO_INTERIOR_OPTIMUM'
  | 'WORSE_THAN_BASELINE';

/** Thresholds of the reasons (model.md §8). */
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
const BLOCKING: ReadonlySet<RecommendationReason> = new Set([
  'NO_SALES',
  'TOO_FEW_SALES',
  'NO_PRICE_VARIATION',
  'WRONG_SIGN',
  'ELASTICITY_TOO_WIDE',
  'NO_INTERIOR_OPTIMUM',
  'WORSE_THAN_BASELINE',
  'PROMO_CONFOUNDED',
  'NOT_CONVERGED',
]);

export interface PricingFacts {
  readonly todayPrice: number;
  readonly triedRange: readonly [number, number] | null;
  /** Unit cost before waste; null when none was ever given. */
  readonly cost: number | null;
  readonly costAgeDays: number | null;
  /** Waste share, 0-1. */
  readonly wasteShare: number;
  readonly marketPrice: number | null;
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
}

export interface Span {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface PriceRecommendation {
  readonly price: number;
  readonly unconstrainedPrice: number | null;
  readonly expectedDemand: Span;
  readonly expectedProfit: Span;
  readonly current: { readonly price: number; readonly expectedDemand: number; readonly expectedProfit: number };
  readonly probabilityBetter: number | null;
  readonly guardrails: readonly GuardrailStep[];
  readonly reasons: readonly RecommendationReason[];
  readonly recommended: boolean;
  readonly unitCost: number;
  /** True when no cost was given and today's price / 1.5 stands in for it. */
  readonly costAssumed: boolean;
}

/** Markup assumed without any cost (model.md §5: reference / 1.5). */
export const ASSUMED_MARKUP = 1.5;

/**
 * Prices to weigh: from just above cost (or half of today's price) to twice today's or the highest price tried, evenly in log price.
 * Wide enough that an optimum at an edge means that demand, not the grid, has none.
 */
export function priceGrid(todayPrice: number, triedRange: readonly [number, number] | null, unitCost: number, points = 161): Float64Array {
  const low = Math.min(Math.max(unitCost * 1.001, todayPrice * 0.4), todayPrice * 0.98);
  const high = Math.max(todayPrice, triedRange?.[1] ?? 0, unitCost) * 2;
  return Float64Array.from({ length: points }, (_, i) => low * (high / low) ** (i / (points - 1)));
}

/** Cost of one unit sold, waste included: cost / (1 − waste share). */
export function wasteAdjustedCost(cost: number, wasteShare: number): number {
  return cost / (1 - Math.min(wasteShare, 0.95));
}

/**
 * Recommends a price: p* = argmax over the grid of the posterior mean of (p − c_eff) · demand(p) (model.md §8).
 *
 * An optimum at an end of the grid is none: the price is then today's, `unconstrainedPrice` null and `recommended` false.
 * Statistical doubt is in `reasons`, never in an exception.
 *
 * @param curve draws on a grid such as {@link priceGrid}'s, total demand over the horizon
 */
export function recommendPrice(curve: DemandCurveDraws, facts: PricingFacts, settings: GuardrailSettings): PriceRecommendation {
  const costAssumed = facts.cost === null;
  const unitCost = wasteAdjustedCost(facts.cost ?? facts.todayPrice / ASSUMED_MARKUP, costAssumed ? 0 : facts.wasteShare);
  const optimum = interiorOptimum(curve, unitCost);
  const reasons: RecommendationReason[] = [];
  const t = REASON_THRESHOLDS;
  if (facts.ownRows === 0) reasons.push('NO_SALES');
  else if (facts.ownRows < t.fewRows) reasons.push('TOO_FEW_SALES');
  if (facts.ownRows > 0 && (facts.distinctPrices < t.fewPrices || facts.priceVariation < t.priceVariation)) reasons.push('NO_PRICE_VARIATION');
  if (facts.ownElasticity && facts.ownElasticity.value > t.wrongSignErrors * facts.ownElasticity.standardError) reasons.push('WRONG_SIGN');

  const guarded =
    optimum === null
      ? { price: facts.todayPrice, steps: [] }
      : applyGuardrails(optimum, settings, { unitCost, todayPrice: facts.todayPrice, triedRange: facts.triedRange, marketPrice: facts.marketPrice });
  const price = guarded.price;
  const profit = profitDraws(curve, price, unitCost);
  const today = profitDraws(curve, facts.todayPrice, unitCost);
  const changes = Math.abs(price / facts.todayPrice - 1) > 1e-6;
  const gains = profit.map((p, d) => p - (today[d] as number)).sort();
  const scale = Math.abs(average(today)) || 1;
  if (changes && quantile(gains, 0.05) < -t.profitSpan * scale && quantile(gains, 0.95) > t.profitSpan * scale) reasons.push('ELASTICITY_TOO_WIDE');
  if (
    optimum !== null &&
    facts.triedRange &&
    (optimum < facts.triedRange[0] * (1 - t.extrapolation) || optimum > facts.triedRange[1] * (1 + t.extrapolation))
  ) {
    reasons.push('EXTRAPOLATION');
  }
  if (facts.cost === null || facts.costAgeDays === null || facts.costAgeDays > t.staleCostDays) reasons.push('STALE_COST');
  if (facts.promoShareOfVariation > t.promoShare) reasons.push('PROMO_CONFOUNDED');
  if (!facts.converged) reasons.push('NOT_CONVERGED');
  if (optimum === null) reasons.push('NO_INTERIOR_OPTIMUM');
  if (facts.simpleForecastWins) reasons.push('WORSE_THAN_BASELINE');
  let better = 0;
  for (const gain of gains) if (gain > 0) better++;
  return {
    price,
    unconstrainedPrice: optimum,
    expectedDemand: span(demandDraws(curve, price)),
    expectedProfit: span(profit),
    current: { price: facts.todayPrice, expectedDemand: average(demandDraws(curve, facts.todayPrice)), expectedProfit: average(today) },
    probabilityBetter: changes ? better / gains.length : null,
    guardrails: guarded.steps,
    reasons,
    recommended: !reasons.some((r) => BLOCKING.has(r)),
    unitCost,
    costAssumed,
  };
}

/** Maximum of the posterior mean profit between the ends of the grid, refined by a parabola in log price; null at an end. */
export function interiorOptimum(curve: DemandCurveDraws, unitCost: number): number | null {
  const { prices } = curve;
  const points = prices.length;
  const profit = new Float64Array(points);
  for (let d = 0; d < curve.draws; d++) {
    for (let p = 0; p < points; p++) profit[p] = (profit[p] as number) + ((prices[p] as number) - unitCost) * (curve.demand[d * points + p] as number);
  }
  let best = 0;
  for (let p = 1; p < points; p++) if ((profit[p] as number) > (profit[best] as number)) best = p;
  if (best === 0 || best === points - 1 || !((profit[best] as number) > 0)) return null;
  const [a, b, c] = [profit[best - 1] as number, profit[best] as number, profit[best + 1] as number];
  const bend = a - 2 * b + c;
  const shift = bend < 0 ? (a - c) / (2 * bend) : 0;
  const step = Math.log((prices[best + 1] as number) / (prices[best] as number));
  return (prices[best] as number) * Math.exp(step * Math.max(-0.5, Math.min(0.5, shift)));
}

/** Demand of every draw at a price, between grid points by log-linear interpolation and beyond its ends by the last slope. */
export function demandDraws(curve: DemandCurveDraws, price: number): Float64Array {
  const { prices, draws, demand } = curve;
  const points = prices.length;
  let right = 1;
  while (right < points - 1 && (prices[right] as number) < price) right++;
  const left = right - 1;
  const share = Math.log(price / (prices[left] as number)) / Math.log((prices[right] as number) / (prices[left] as number));
  const out = new Float64Array(draws);
  for (let d = 0; d < draws; d++) {
    const a = Math.log(Math.max(demand[d * points + left] as number, 1e-12));
    const b = Math.log(Math.max(demand[d * points + right] as number, 1e-12));
    out[d] = Math.exp(a + share * (b - a));
  }
  return out;
}

function profitDraws(curve: DemandCurveDraws, price: number, unitCost: number): Float64Array {
  return demandDraws(curve, price).map((q) => (price - unitCost) * q);
}

/** Mean with the 5 % and 95 % quantiles of the draws. */
export function span(draws: Float64Array): Span {
  const sorted = draws.slice().sort();
  return { value: average(draws), low: quantile(sorted, 0.05), high: quantile(sorted, 0.95) };
}

function average(values: Float64Array): number {
  let sum = 0;
  for (const v of values) sum += v;
  return sum / values.length;
}

/** Linear interpolation between order statistics. @param sorted ascending, not empty */
function quantile(sorted: Float64Array, probability: number): number {
  const at = (sorted.length - 1) * probability;
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return (sorted[low] as number) + (at - low) * ((sorted[high] as number) - (sorted[low] as number));
}
