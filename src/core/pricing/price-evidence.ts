/** What today's price tells of demand: shops know theirs, and few charge a price far from the one that earns most. */

import type { DemandCurveDraws } from '../demand/predict.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import { radicalInverse } from '../math/radical-inverse.ts';
import { sumOf } from '../math/summary.ts';
import { demandDraws } from './demand-at.ts';

/** A demand curve with what a unit costs, as it is believed once today's price is heeded. */
export interface PricedDraws {
  readonly curve: DemandCurveDraws;
  /** Currency per unit, one a draw. */
  readonly unitCosts: Float64Array;
}

/**
 * Log standard deviation of a unit cost that only a markup tells: costs over prices differ by so much between products
 * that are priced by what customers bear. Chosen, as nothing tells it.
 */
const ASSUMED_COST_DEVIATION = 0.4;
/** Log standard deviation of the price around the one that earns most, of shops that know their demand. */
const NEAR_DEVIATION = 0.2;
/**
 * Likelihood of any price where prices tell nothing of demand, over that of the price that earns most: a quarter of
 * shops, their prices over a factor of e².
 */
const UNRELATED = 1 / 12;
/** Step of log price on both sides of today's that a draw's elasticity is read between. */
const ARC = 0.02;

/**
 * Draws weighed by how likely today's price is where demand and cost are the draw's, and drawn anew by weight. The log
 * price is normal around that of the price that earns most, c · ε/(1 + ε) (Lerner 1934, Review of Economic Studies
 * 1(3)), or, in a share of shops, anything: where no draw makes today's price a sensible one it tells nothing, and all
 * draws stay as they are. Without this a price that the model finds too low or too high by mistake is promised a gain
 * (docs/decisions/worthwhile-prices.md).
 *
 * What is expected at today's price stays as it is, draw by draw.
 *
 * @param unitCost after waste; 0 tells nothing @param costAssumed whether only a markup tells it: the draws have its
 * doubt then
 */
export function heedTodayPrice(
  curve: DemandCurveDraws,
  todayPrice: number,
  unitCost: number,
  costAssumed = false,
): PricedDraws {
  const { draws } = curve;
  const unitCosts = unitCostDraws(draws, unitCost, costAssumed);
  if (unitCost === 0) return { curve, unitCosts };
  const [cheaper, dearer] = [-ARC, ARC].map((step) => demandDraws(curve, todayPrice * Math.exp(step)));
  const weights = unitCosts.map((cost, d) => {
    const elasticity = Math.log(dearer[d] / cheaper[d]) / (2 * ARC);
    if (!(elasticity < -1)) return UNRELATED;
    const gap = Math.log((todayPrice * (1 + 1 / elasticity)) / cost) / NEAR_DEVIATION;
    return UNRELATED + Math.exp(-(gap ** 2) / 2);
  });
  return drawnByWeight(curve, unitCosts, weights, demandDraws(curve, todayPrice));
}

/**
 * Stratified resampling (Kitagawa 1996, J. Computational and Graphical Statistics 5(1)), without chance: every draw gets
 * the price effect and the cost of one drawn by weight. @param today demand of each draw at today's price
 */
function drawnByWeight(
  curve: DemandCurveDraws,
  unitCosts: Float64Array,
  weights: Float64Array,
  today: Float64Array,
): PricedDraws {
  const step = sumOf(weights) / curve.draws;
  let at = 0;
  let reached = weights[0];
  // Not at even places: costs of draws alternate between the dear half and the cheap one.
  const from = Int32Array.from(weights, (_, k) => {
    while (reached < (k + ((k * 0.618) % 1)) * step && at < curve.draws - 1) reached += weights[++at];
    return at;
  });
  const points = curve.prices.length;
  const demand = new Float64Array(curve.draws * points);
  for (let d = 0; d < curve.draws; d++) {
    const ratio = today[d] / today[from[d]];
    const [row, source] = [d * points, from[d] * points];
    for (let p = 0; p < points; p++) demand[row + p] = ratio * curve.demand[source + p];
  }
  return { curve: { ...curve, demand }, unitCosts: Float64Array.from(from, (d) => unitCosts[d]) };
}

/** What a unit costs, one a draw: where only a markup tells it log-normal around that. */
export function unitCostDraws(draws: number, unitCost: number, costAssumed: boolean): Float64Array {
  const deviation = costAssumed ? ASSUMED_COST_DEVIATION : 0;
  return new Float64Array(draws).map(
    (_, d) => unitCost * Math.exp(deviation * (normalQuantile(radicalInverse(d + 1)) - deviation / 2)),
  );
}
