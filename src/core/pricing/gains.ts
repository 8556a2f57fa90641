/** What a price brings over the horizon of a demand curve, and the chance that it brings more than today's. */

import type { DemandCurveDraws } from '../demand/predict.ts';
import { mean, quantile } from '../math/summary.ts';
import { demandDraws } from './demand-at.ts';
import { heedTodayPrice, type PricedDraws } from './price-evidence.ts';

/** A mean with a 90 % interval. */
export interface Span {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What a price would bring over the horizon, against today's. */
export interface PriceOutlook {
  readonly demand: Span;
  readonly profit: Span;
  /** Profit less that at today's price. */
  readonly gain: Span;
  /** Share of draws that earn more than at today's price, 0-1; null at today's price. */
  readonly probabilityBetter: number | null;
}

/** Relative difference below which two prices are one: rounding. */
const SAME_PRICE = 1e-6;
/**
 * What a price would bring over the horizon of a curve, with 90 % intervals of its draws, today's price heeded.
 *
 * @param price currency per unit, > 0 @param unitCost after waste @param costAssumed whether only a markup tells it: its
 * doubt is then in the draws
 */
export function priceOutlook(
  curve: DemandCurveDraws,
  price: number,
  todayPrice: number,
  unitCost: number,
  costAssumed = false,
): PriceOutlook {
  return outlookOf(heedTodayPrice(curve, todayPrice, unitCost, costAssumed), price, todayPrice);
}

/** The same of draws as they are believed. */
export function outlookOf({ curve, unitCosts }: PricedDraws, price: number, todayPrice: number): PriceOutlook {
  const today = profitDraws(curve, todayPrice, unitCosts);
  const profit = profitDraws(curve, price, unitCosts);
  const gains = profit.map((p, d) => p - today[d]);
  let better = 0;
  for (const gain of gains) if (gain > 0) better++;
  const changes = Math.abs(price / todayPrice - 1) > SAME_PRICE;
  return {
    demand: realisedSpan(curve, demandDraws(curve, price)),
    profit: realisedSpan(curve, profit),
    gain: span(gains),
    probabilityBetter: changes ? better / gains.length : null,
  };
}

/** Profit of every draw at a price. @param unitCost after waste, of all draws or one of each */
export function profitDraws(curve: DemandCurveDraws, price: number, unitCost: number | Float64Array): Float64Array {
  const costOf = typeof unitCost === 'number' ? () => unitCost : (d: number): number => unitCost[d];
  return demandDraws(curve, price).map((q, d) => (price - costOf(d)) * q);
}

/** The expected mean of the draws with the 5 % and 95 % quantiles of what will be realised. */
export function realisedSpan({ totalNoise }: Pick<DemandCurveDraws, 'totalNoise'>, expected: Float64Array): Span {
  if (!totalNoise) return span(expected);
  const { low, high } = span(expected.map((value, d) => value * totalNoise[d]));
  return { value: mean(expected), low, high };
}

/** Mean with the 5 % and 95 % quantiles of the draws. */
export function span(draws: Float64Array): Span {
  const sorted = draws.slice().sort();
  return { value: mean(draws), low: quantile(sorted, 0.05), high: quantile(sorted, 0.95) };
}
