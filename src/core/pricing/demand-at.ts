/** Demand of a curve's draws at a price. */

import type { DemandCurveDraws } from '../demand/predict.ts';

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
