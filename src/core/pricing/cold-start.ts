/**
 * A price for a cell without any sale: published elasticities and reference facts stand in for what its customers have
 * not told yet.
 */

import type { DemandCurveDraws } from '../demand/predict.ts';
import { PRIOR_SHARES } from '../demand/price-shape.ts';
import { publishedElasticity, referencePrice } from '../market/published-priors.ts';
import { RandomStream } from '../math/random.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { BOX_COX_LAMBDAS, type BoxCoxLambda, boxCoxPrice } from '../series/price-transform.ts';
import type { AssumptionCode } from '../vocabulary.ts';
import type { PricingFacts } from './reasons.ts';
import { ASSUMED_MARKUP } from './recommend-price.ts';

/** Quantity a day where nobody gives one, in the cell's unit. */
export const ASSUMED_DAILY_QUANTITY = 20;

export interface ColdStartGiven {
  /** Today's or an intended price, currency per unit. */
  readonly price?: number;
  /** Currency per unit. */
  readonly cost?: number;
  /** Units a trading day at that price. */
  readonly dailyQuantity?: number;
}

export interface ColdStartFacts {
  readonly price: number;
  readonly cost: number;
  readonly dailyQuantity: number;
  readonly unit: string;
  /** Location and variance of the elasticity before truncation below 0. */
  readonly elasticity: { readonly mean: number; readonly variance: number };
  /** What stands in for facts that were not given; `of` is the category of food that a price is of. */
  readonly assumptions: readonly { readonly code: AssumptionCode; readonly value: number; readonly of?: string }[];
}

/**
 * Facts of a cell that has no sales: what is given, else the type's reference price, cost = price / 1.5
 * and 20 units a day.
 *
 * @param name of the product or its type, in Spanish or English
 * @returns null when no price is given and the name has no reference price
 */
export function coldStartFacts(name: string, given: ColdStartGiven): ColdStartFacts | null {
  const reference = referencePrice(name);
  const price = given.price ?? reference?.price;
  if (price === undefined) return null;
  const elasticity = publishedElasticity(name);
  const cost = given.cost ?? price / (1 + ASSUMED_MARKUP);
  const dailyQuantity = given.dailyQuantity ?? ASSUMED_DAILY_QUANTITY;
  return {
    price,
    cost,
    dailyQuantity,
    unit: reference?.unit ?? '',
    elasticity: { mean: elasticity.mean, variance: elasticity.variance },
    assumptions: [
      ...(given.price === undefined && reference
        ? [{ code: 'REFERENCE_PRICE', value: price, of: reference.category } as const]
        : []),
      ...(given.cost === undefined ? [{ code: 'UNIT_COST', value: cost } as const] : []),
      ...(given.dailyQuantity === undefined ? [{ code: 'DAILY_QUANTITY', value: dailyQuantity } as const] : []),
      { code: 'ELASTICITY', value: elasticity.mean },
    ],
  };
}

/**
 * Draws of total demand on a grid from cost to twice the reference price. The elasticity at the reference price is
 * drawn from the published distribution truncated below 0; shapes of the price term by their prior shares. The daily
 * quantity is taken as given: its doubt is not in the draws.
 */
export function coldStartCurve(
  facts: ColdStartFacts,
  tradingDays: number,
  draws: number,
  seed: number,
  points = 161,
): DemandCurveDraws {
  const random = new RandomStream(seed, 0x636f6c64);
  const prices = coldStartPrices(facts, points);
  const demand = new Float64Array(draws * points);
  const deviation = Math.sqrt(facts.elasticity.variance);
  for (let d = 0; d < draws; d++) {
    const elasticity = random.negativeNormal(facts.elasticity.mean, deviation);
    const lambda = shapeOf((d + 0.5) / draws);
    for (let p = 0; p < points; p++) {
      demand[d * points + p] =
        facts.dailyQuantity * tradingDays * Math.exp(elasticity * boxCoxPrice(prices[p], facts.price, lambda));
    }
  }
  return { prices, draws, demand };
}

/**
 * Rows that stand for a cell without any sale: days at the reference price and the assumed quantity. Training takes the
 * calendar and the scale from them and counts none of them as a sale.
 *
 * @param lastDay day number of the last of them; @param years how many there are: one gives a calendar, market prices
 * need three to tell season from trend
 */
export function assumedSeries(
  merchant: string,
  product: string,
  facts: ColdStartFacts,
  lastDay: number,
  years = 1,
): CellSeries {
  const days = Int32Array.from({ length: 365 * years }, (_, i) => lastDay - 365 * years + 1 + i);
  const constant = (value: number): Float64Array => new Float64Array(days.length).fill(value);
  return {
    merchant,
    product,
    productType: product,
    unit: facts.unit,
    frequency: 'daily',
    days,
    quantity: constant(facts.dailyQuantity),
    price: constant(facts.price),
    cost: constant(facts.cost),
    promo: constant(0),
    soldOut: new Uint8Array(days.length),
    waste: constant(Number.NaN),
    marketPrice: constant(Number.NaN),
    covariates: [],
  };
}

/** Prices to choose from, ascending: from cost to twice the reference price. */
export function coldStartPrices(facts: ColdStartFacts, points = 161): Float64Array<ArrayBuffer> {
  const low = Math.min(facts.cost, facts.price * 0.98);
  const high = Math.max(facts.price, facts.cost) * 2;
  return Float64Array.from({ length: points }, (_, i) => low * (high / low) ** (i / (points - 1)));
}

/**
 * Facts for the recommendation: no sale, no tried range, nothing estimated. @param converged of the model that the
 * curve is drawn from; true without one
 */
export function coldStartPricing(facts: ColdStartFacts, costGiven: boolean, converged: boolean): PricingFacts {
  return {
    todayPrice: facts.price,
    triedRange: null,
    cost: facts.cost,
    costAgeDays: costGiven ? 0 : null,
    wasteShare: 0,
    marketPrice: null,
    ownRows: 0,
    priceChanges: 0,
    seasonShareOfVariation: 0,
    priceVariation: 0,
    ownElasticity: null,
    promoShareOfVariation: 0,
    simpleForecastWins: false,
    converged,
  };
}

function shapeOf(share: number): BoxCoxLambda {
  let cumulative = 0;
  for (const [s, lambda] of BOX_COX_LAMBDAS.entries()) {
    cumulative += PRIOR_SHARES[s];
    if (share < cumulative) return lambda;
  }
  return BOX_COX_LAMBDAS.at(-1) as BoxCoxLambda;
}
