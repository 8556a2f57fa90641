/** What a price brings over the horizon of a demand curve, and the chance that it brings more than today's. */

import type { DemandCurveDraws } from '../demand/predict.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import { radicalInverse } from '../math/radical-inverse.ts';
import { mean, quantile } from '../math/summary.ts';

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
 * Log standard deviation of a unit cost that only a markup tells: one markup for all products holds for each within a
 * fifth or so. Chosen, as nothing tells it.
 */
const ASSUMED_COST_DEVIATION = 0.2;

/**
 * What a price would bring over the horizon of a curve, with 90 % intervals of its draws.
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
  const today = profitDraws(curve, todayPrice, unitCost, costAssumed);
  const profit = profitDraws(curve, price, unitCost, costAssumed);
  const gains = profit.map((p, d) => p - today[d]);
  let better = 0;
  for (const gain of gains) if (gain > 0) better++;
  const changes = Math.abs(price / todayPrice - 1) > SAME_PRICE;
  const expected = (at: number): number => mean(profitDraws(curve, at, unitCost));
  return {
    demand: realisedSpan(curve, demandDraws(curve, price)),
    profit: { ...realisedSpan(curve, profit), value: expected(price) },
    gain: { ...span(gains), value: expected(price) - expected(todayPrice) },
    probabilityBetter: changes ? better / gains.length : null,
  };
}

/**
 * Demand of every draw at a price, between grid points by log-linear interpolation and beyond its ends by the last
 * slope.
 */
export function demandDraws(curve: DemandCurveDraws, price: number): Float64Array {
  const { prices, draws, demand } = curve;
  const points = prices.length;
  let right = 1;
  while (right < points - 1 && prices[right] < price) right++;
  const left = right - 1;
  const share = Math.log(price / prices[left]) / Math.log(prices[right] / prices[left]);
  const out = new Float64Array(draws);
  for (let d = 0; d < draws; d++) {
    const a = Math.log(Math.max(demand[d * points + left], 1e-12));
    const b = Math.log(Math.max(demand[d * points + right], 1e-12));
    out[d] = Math.exp(a + share * (b - a));
  }
  return out;
}

export function profitDraws(
  curve: DemandCurveDraws,
  price: number,
  unitCost: number,
  costAssumed = false,
): Float64Array {
  const deviation = costAssumed ? ASSUMED_COST_DEVIATION : 0;
  return demandDraws(curve, price).map((q, d) => (price - unitCost * costFactor(d, deviation)) * q);
}

/** Of a draw: log-normal, of mean 1. */
function costFactor(draw: number, deviation: number): number {
  if (deviation === 0) return 1;
  return Math.exp(deviation * normalQuantile(radicalInverse(draw + 1)) - deviation ** 2 / 2);
}

/** The expected mean of the draws with the 5 % and 95 % quantiles of what will be realised. */
function realisedSpan({ totalNoise }: DemandCurveDraws, expected: Float64Array): Span {
  if (!totalNoise) return span(expected);
  const { low, high } = span(expected.map((value, d) => value * totalNoise[d]));
  return { value: mean(expected), low, high };
}

/** Mean with the 5 % and 95 % quantiles of the draws. */
export function span(draws: Float64Array): Span {
  const sorted = draws.slice().sort();
  return { value: mean(draws), low: quantile(sorted, 0.05), high: quantile(sorted, 0.95) };
}
