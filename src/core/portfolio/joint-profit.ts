/** What several products earn at given prices, what each one's price does to the others' demand counted. */

import type { DemandCurveDraws } from '../demand/predict.ts';
import type { PriceLattice } from '../pricing/price-lattice.ts';
import type { CrossDraws } from './joint-demand.ts';

export interface JointProduct {
  /** Currency per unit, > 0. */
  readonly todayPrice: number;
  /** Of a unit sold, one a draw. */
  readonly unitCosts: Float64Array;
  /** At its own prices, those of others being today's. Draws as many as those of all others. */
  readonly curve: DemandCurveDraws;
  readonly cross: readonly CrossDraws[];
  /** Prices that its own limits allow: ascending, within the grid of the curve; both today's where it must not move. */
  readonly allowed: readonly [low: number, high: number];
  /** Prices that can be charged. */
  readonly lattice: PriceLattice;
  /** How much of its profit counts: 1 unless it draws people in. */
  readonly weight?: number;
}

/** Draws that tell the curvature of what all earn. */
const CURVATURE_DRAWS = 50;

/** Second-order series of what all earn around the present prices, over steps of blocks of products. */
export interface JointSeries {
  /** Blocks that move each other's demand, apart from all others: their places, gradient, and Hessian, row-major. */
  readonly parts: readonly {
    readonly blocks: readonly number[];
    readonly gradient: Float64Array;
    readonly hessian: Float64Array;
  }[];
}

/** What products earn as their prices move. */
export class JointProfit {
  readonly products: readonly JointProduct[];
  /** Log of the price over today's. */
  readonly steps: Float64Array;
  private readonly logDemand: readonly Float64Array[];
  /** Σ cross elasticity · step, of every product and draw. */
  private readonly lift: readonly Float64Array[];
  private readonly draws: number;

  constructor(products: readonly JointProduct[]) {
    this.products = products;
    this.steps = new Float64Array(products.length);
    this.logDemand = products.map(({ curve }) => curve.demand.map((demand) => Math.log(Math.max(demand, 1e-12))));
    this.draws = products[0]?.curve.draws ?? 0;
    this.lift = products.map(() => new Float64Array(this.draws));
  }

  price(i: number): number {
    return (this.products[i] as JointProduct).todayPrice * Math.exp(this.steps[i]);
  }

  /** Steps that a product's own limits allow. */
  range(i: number): readonly [low: number, high: number] {
    const { allowed, todayPrice } = this.products[i] as JointProduct;
    return [Math.log(allowed[0] / todayPrice), Math.log(allowed[1] / todayPrice)];
  }

  /** Moves all prices at once. */
  moveTo(steps: Float64Array): void {
    this.steps.set(steps);
    this.products.forEach(({ cross }, i) => {
      const lift = (this.lift[i] as Float64Array).fill(0);
      for (const { of, elasticity } of cross)
        for (let d = 0; d < this.draws; d++) lift[d] = lift[d] + elasticity[d] * steps[of];
    });
  }

  /** Place of a product's price in the grid of its curve, which is even in log price; within it. */
  private placeOf(i: number): number {
    const { prices } = (this.products[i] as JointProduct).curve;
    const last = prices.length - 1;
    return Math.min(
      last,
      Math.max(0, (Math.log(this.price(i) / prices[0]) / Math.log(prices[last] / prices[0])) * last),
    );
  }

  /** Log demand of a draw at a place of the grid, without what other prices do to it; beyond the ends by the last slope. */
  private logAt(i: number, d: number, place: number): number {
    const points = (this.products[i] as JointProduct).curve.prices.length;
    const log = this.logDemand[i] as Float64Array;
    const left = Math.min(Math.max(Math.floor(place), 0), points - 2);
    const at = d * points + left;
    return log[at] + (place - left) * (log[at + 1] - log[at]);
  }

  /** Demand of a product as all prices are, one a draw. */
  demand(i: number): Float64Array {
    const place = this.placeOf(i);
    return (this.lift[i] as Float64Array).map((lift, d) => Math.exp(this.logAt(i, d, place) + lift));
  }

  revenue(i: number): number {
    return (this.price(i) * this.demand(i).reduce((sum, sold) => sum + sold, 0)) / this.draws;
  }

  /** Expected, profits weighed. */
  total(): number {
    return this.products.reduce((all, { unitCosts, weight = 1 }, i) => {
      const price = this.price(i);
      const sum = this.demand(i).reduce((profit, sold, d) => profit + (price - unitCosts[d]) * sold, 0);
      return all + (weight * sum) / this.draws;
    }, 0);
  }

  /** @param blocks of products that move by the same step; all products are in one */
  series(blocks: readonly (readonly number[])[]): JointSeries {
    const blockOf = new Int32Array(this.products.length);
    blocks.forEach((block, b) => {
      for (const i of block) blockOf[i] = b;
    });
    const parts = partsOf(this.products, blockOf, blocks.length).map((places) => ({
      blocks: places,
      gradient: new Float64Array(places.length),
      hessian: new Float64Array(places.length ** 2),
    }));
    const partOf = new Int32Array(blocks.length);
    const within = new Int32Array(blocks.length);
    parts.forEach((part, p) => {
      part.blocks.forEach((b, k) => {
        [partOf[b], within[b]] = [p, k];
      });
    });
    this.products.forEach((_, i) => {
      const own = blockOf[i];
      this.addSeries(i, blockOf, within, parts[partOf[own]] as JointSeries['parts'][number]);
    });
    return { parts };
  }

  /** Adds what the profit π = (p − c) · Q(p) · exp(Σ γ · step) of a product gives. */
  private addSeries(i: number, blockOf: Int32Array, within: Int32Array, part: JointSeries['parts'][number]): void {
    const { cross, curve, unitCosts, weight = 1 } = this.products[i] as JointProduct;
    const own = within[blockOf[i]];
    const moved = [...new Set([own, ...cross.map(({ of }) => within[blockOf[of]])])];
    const n = moved.length;
    const placeIn = new Map(moved.map((place, t) => [place, t]));
    const placeOfCross = cross.map(({ of }) => placeIn.get(within[blockOf[of]]) as number);
    const width = Math.log((curve.prices.at(-1) as number) / curve.prices[0]) / (curve.prices.length - 1);
    const [place, price] = [this.placeOf(i), this.price(i)];
    const [first, second] = [new Float64Array(n), new Float64Array(n * n)];
    const u = new Float64Array(n);
    // Every so many draws tell the curvature well enough: it only steers the search.
    const every = Math.ceil(this.draws / CURVATURE_DRAWS);
    const scale = this.draws / Math.ceil(this.draws / every);
    for (let d = 0; d < this.draws; d++) {
      const [below, at, above] = [this.logAt(i, d, place - 1), this.logAt(i, d, place), this.logAt(i, d, place + 1)];
      const elasticity = (above - below) / (2 * width);
      const bend = (above - 2 * at + below) / width ** 2;
      const sold = (weight / this.draws) * Math.exp(at + (this.lift[i] as Float64Array)[d]);
      const [taken, earned] = [price * sold, (price - unitCosts[d]) * sold];
      const slope = taken + earned * elasticity;
      u.fill(0);
      for (let k = 0; k < cross.length; k++) {
        const t = placeOfCross[k] as number;
        u[t] = u[t] + (cross[k] as CrossDraws).elasticity[d];
      }
      first[0] = first[0] + slope;
      for (let t = 0; t < n; t++) first[t] = first[t] + earned * u[t];
      if (d % every !== 0) continue;
      second[0] = second[0] + scale * (taken + 2 * taken * elasticity + earned * (elasticity ** 2 + bend));
      for (let t = 0; t < n; t++) {
        second[t] = second[t] + scale * slope * u[t];
        second[t * n] = second[t * n] + scale * slope * u[t];
        const scaled = scale * earned * u[t];
        if (scaled !== 0) for (let s = 0; s < n; s++) second[t * n + s] = second[t * n + s] + scaled * u[s];
      }
    }
    const { gradient, hessian } = part;
    const size = gradient.length;
    for (let t = 0; t < n; t++) {
      gradient[moved[t] as number] = gradient[moved[t] as number] + first[t];
      for (let s = 0; s < n; s++) {
        const at = (moved[t] as number) * size + (moved[s] as number);
        hessian[at] = hessian[at] + second[t * n + s];
      }
    }
  }
}

/** Blocks that move each other's demand, each with all that it is tied to. */
function partsOf(products: readonly JointProduct[], blockOf: Int32Array, count: number): number[][] {
  const parent = Int32Array.from({ length: count }, (_, b) => b);
  const rootOf = (b: number): number => {
    let root = b;
    while (parent[root] !== root) root = parent[root];
    return root;
  };
  products.forEach(({ cross }, i) => {
    for (const { of } of cross) parent[rootOf(blockOf[of])] = rootOf(blockOf[i]);
  });
  return [...Map.groupBy(parent.keys(), rootOf).values()].map((blocks) => [...blocks]);
}

/** Demand and profit of every product at some prices, one a draw; profits unweighed. */
export function jointDraws(
  products: readonly JointProduct[],
  prices: readonly number[],
): { readonly price: number; readonly demand: Float64Array; readonly profit: Float64Array }[] {
  const shop = new JointProfit(products);
  shop.moveTo(Float64Array.from(prices, (price, i) => Math.log(price / (products[i] as JointProduct).todayPrice)));
  return products.map(({ unitCosts }, i) => {
    const [price, demand] = [prices[i] as number, shop.demand(i)];
    return { price, demand, profit: demand.map((sold, d) => (price - unitCosts[d]) * sold) };
  });
}
