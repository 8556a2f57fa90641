/** What a shop's products sell together: own curves, and what the price of one does to the demand of another. */

import type { DemandModel } from '../demand/demand-model.ts';
import { slopeOf } from '../demand/demand-model.ts';
import type { DemandCurveDraws } from '../demand/predict.ts';
import type { PriceSlope } from '../demand/price-slope.ts';
import { regularCholesky } from '../math/linear-algebra.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import { RandomStream } from '../math/random.ts';
import { demandDraws } from '../pricing/demand-at.ts';
import type { CrossBelief } from './cross-effects.ts';

/** What the price of another product does to one. */
export interface CrossDraws {
  /** Place of the product whose price it is. */
  readonly of: number;
  /** Cross elasticity, one a draw. */
  readonly elasticity: Float64Array;
}

/** What is believed of a model's own elasticity at today's price, as a normal. */
export function ownBelief({ elasticity: { value, low, high } }: DemandModel): PriceSlope {
  return { value, variance: ((high - low) / (2 * normalQuantile(0.95))) ** 2 };
}

/** A model with what is believed of its own price effect beside those of others. */
export function withOwnBelief(model: DemandModel, { mean, covariance }: CrossBelief): DemandModel {
  const before = ownBelief(model);
  const [shift, widened] = [mean[0] - before.value, covariance[0] / before.variance];
  return {
    ...model,
    components: model.components.map((component) => {
      const { value, variance } = slopeOf(component);
      return { ...component, slope: { value: value + shift, variance: variance * widened } };
    }),
  };
}

/** Log step on both sides of a price that elasticities are read between. */
const ARC = 0.01;

/** Own elasticity of every draw of a curve around a price. */
export function elasticityDraws(curve: DemandCurveDraws, price: number): Float64Array {
  const [below, above] = [-ARC, ARC].map((step) => demandDraws(curve, price * Math.exp(step)));
  return above.map((demand, d) => Math.log(demand / below[d]) / (2 * ARC));
}

/**
 * Cross elasticities given the own one of every draw.
 *
 * @param own one a draw @param of places of the products whose prices they are of, in the order of the belief
 * @param seed a whole number, another for each product
 */
export function crossDraws(
  { mean, covariance }: CrossBelief,
  own: Float64Array,
  of: readonly number[],
  seed: readonly number[],
): CrossDraws[] {
  const n = of.length;
  const size = n + 1;
  const slope = Float64Array.from({ length: n }, (_, a) => covariance[(a + 1) * size] / covariance[0]);
  const left = new Float64Array(n * n);
  for (let a = 0; a < n; a++)
    for (let b = 0; b < n; b++) left[a * n + b] = covariance[(a + 1) * size + b + 1] - slope[a] * covariance[b + 1];
  // Nothing is left of directions that the own elasticity tells: rounding may put them below 0.
  const factor = regularCholesky(left, n, 1e-12);
  const random = new RandomStream(...(seed as [number, ...number[]]), 0x63726f73);
  const found = of.map((place) => ({ of: place, elasticity: new Float64Array(own.length) }));
  const z = new Float64Array(n);
  for (let d = 0; d < own.length; d++) {
    for (let a = 0; a < n; a++) z[a] = random.normal();
    for (let a = 0; a < n; a++) {
      let value = mean[a + 1] + slope[a] * (own[d] - mean[0]);
      for (let b = 0; b <= a; b++) value += factor[a * n + b] * z[b];
      (found[a] as CrossDraws).elasticity[d] = value;
    }
  }
  return found;
}

/** A product's draws with what limits them. */
export interface BudgetedProduct {
  /** Own elasticity, one a draw. */
  readonly own: Float64Array;
  /** What it takes in at today's price. */
  readonly revenue: number;
  readonly cross: readonly CrossDraws[];
}

/** Others win at most what a product loses, and lose no more by others' prices than by its own: this share of it. */
const BUDGET = 0.95;

/**
 * Holds substitution to what there is to share, draw by draw: a rise of all prices sells no more of a product than its
 * own does less, and what others gain by a product's price is at most what that loses, in money.
 */
export function withinBudget(products: readonly BudgetedProduct[]): (readonly CrossDraws[])[] {
  const kept = products.map(({ cross }) => cross.map((one) => ({ ...one, elasticity: one.elasticity.slice() })));
  products.forEach(({ own }, i) => {
    const cross = kept[i] as CrossDraws[];
    for (let d = 0; d < own.length; d++) {
      const sum = cross.reduce((all, { elasticity }) => all + Math.max(0, elasticity[d]), 0);
      const most = BUDGET * Math.max(0, -own[d]);
      if (sum > most) scale(cross, d, most / sum);
    }
  });
  products.forEach(({ own, revenue }, j) => {
    const gains = products.flatMap((product, i) =>
      (kept[i] as CrossDraws[]).flatMap((one) => (one.of === j ? [{ one, revenue: product.revenue }] : [])),
    );
    for (let d = 0; d < own.length; d++) {
      const sum = gains.reduce((all, gain) => all + Math.max(0, gain.one.elasticity[d]) * gain.revenue, 0);
      const most = BUDGET * Math.max(0, -own[d]) * revenue;
      if (sum > most)
        scale(
          gains.map(({ one }) => one),
          d,
          most / sum,
        );
    }
  });
  return kept;
}

function scale(cross: readonly CrossDraws[], d: number, factor: number): void {
  for (const { elasticity } of cross) if (elasticity[d] > 0) elasticity[d] = elasticity[d] * factor;
}
