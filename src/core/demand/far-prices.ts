/**
 * Prices far from any that was charged. Regressions of single components may let demand rise with the price, or fall
 * hardly at all, where hardly any price moved: near the tried prices that does little harm, far from them it is absurd.
 * There a forecast goes on from the nearest price that is near enough by the price effect that the model believes, as the
 * demand curve does.
 */

import { normalHazard } from '../math/normal-hazard.ts';
import type { PlannedRows } from '../series/cell-series.ts';
import { boxCoxPrice } from '../series/price-transform.ts';
import { type DemandModel, slopeOf } from './demand-model.ts';

/** Prices up to this share beyond the tried ones are forecast as those are; recommendations stay within as much. */
const NEAR = 0.1;

/** Rows at the nearest prices that are near enough, and what the asked ones do to each. */
export interface NearRows {
  readonly near: PlannedRows;
  /** Demand at the asked price over that at the near one, > 0. Length: planned rows. */
  readonly effect: Float64Array;
}

/** Null where no planned price is far from the tried ones. */
export function nearRows(model: DemandModel, planned: PlannedRows): NearRows | null {
  const [low, high] = [model.triedRange[0] / (1 + NEAR), model.triedRange[1] * (1 + NEAR)];
  if (planned.price.every((price) => !(price < low || price > high))) return null;
  const price = planned.price.map((asked) => Math.min(high, Math.max(low, asked)));
  return {
    near: { ...planned, price },
    effect: price.map((near, i) => (near === planned.price[i] ? 1 : expectedEffect(model, near, planned.price[i]))),
  };
}

/**
 * Demand at one price over that at another: components and shapes by weight, each by the mean of its slope, which lies
 * below 0 (the mean of a normal truncated there).
 */
function expectedEffect(model: DemandModel, from: number, to: number): number {
  let [sum, total] = [0, 0];
  for (const component of model.components) {
    const { value, variance } = slopeOf(component);
    const deviation = Math.sqrt(variance);
    const { referencePrice } = component.plan;
    for (const { lambda, weight, slopeShift } of model.shapes) {
      const centre = value + slopeShift;
      const slope = deviation > 0 ? centre - deviation * normalHazard(centre / deviation) : Math.min(0, centre);
      const step = boxCoxPrice(to, referencePrice, lambda) - boxCoxPrice(from, referencePrice, lambda);
      sum += component.priceWeight * weight * Math.exp(slope * step);
      total += component.priceWeight * weight;
    }
  }
  return sum / total;
}
