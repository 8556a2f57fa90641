/**
 * The prices of several products that together earn most on average over what demand may be, within each product's
 * limits and the rules between them: coordinate ascent over log prices, rules by an augmented Lagrangian (Hestenes 1969,
 * J. Optimization Theory and Applications 4; Bertsekas 1982), whose multipliers are the rules' shadow prices.
 */

import type { DemandCurveDraws } from '../demand/predict.ts';
import { type PriceLattice, pricesAround } from '../pricing/price-lattice.ts';
import type { CrossDraws } from './joint-demand.ts';
import { blocksOf, type LineRule, type SumRule, sumRules, termOf } from './line-rules.ts';

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

export interface BindingRule {
  /** Place among the rules given. */
  readonly rule: number;
  /** Expected profit over the horizon for one percent more room. */
  readonly shadowPrice: number;
}

export interface JointOptimum {
  /** Currency per unit, in the order of the products. */
  readonly prices: readonly number[];
  readonly binding: readonly BindingRule[];
  /** Rules that no allowed prices keep, by place; the prices come as near as they can. */
  readonly broken: readonly number[];
}

/** Prices tried of a product at once, evenly in log price between its limits. */
const TRIED = 25;
const MOST_SWEEPS = 40;
const MOST_ROUNDS = 25;
/** Rounds in which prices that can be charged answer each other. */
const MOST_CHARGES = 8;
/** Sweeps end where no log price moves by more. */
const LEAST_MOVE = 1e-4;
/** Rules are kept to within this of their limit. */
const TOLERANCE = 1e-6;
/** Terms of the series of exp(γ·Δ): the next is below 1e-4 of the demand for γ·Δ of .5. */
const SERIES = 5;

export function jointOptimum(products: readonly JointProduct[], rules: readonly LineRule[] = []): JointOptimum {
  const shop = new Shop(products);
  const today = products.map(({ todayPrice }) => todayPrice);
  const limits = sumRules(
    rules,
    today,
    products.map((_, i) => shop.revenueToday(i)),
  );
  const blocks = blocksOf(rules, products.length);
  const found = withinRules(shop, blocks, limits);
  const most = Math.min(...rules.flatMap((rule) => (rule.kind === 'changes' ? [rule.most] : [])));
  const free = Number.isFinite(most) ? fewest(shop, blocks, limits, most) : blocks;
  charge(shop, free, limits);
  return {
    prices: products.map((_, i) => shop.price(i)),
    binding: found,
    broken: [...new Set(limits.flatMap((limit) => (excess(shop, limit) > TOLERANCE ? [limit.rule] : [])))],
  };
}

/** Demand and profit of every product at some prices, one a draw; profits unweighed. */
export function jointDraws(
  products: readonly JointProduct[],
  prices: readonly number[],
): { readonly price: number; readonly demand: Float64Array; readonly profit: Float64Array }[] {
  const shop = new Shop(products);
  prices.forEach((price, i) => {
    shop.move(i, Math.log(price / (products[i] as JointProduct).todayPrice));
  });
  return products.map(({ unitCosts }, i) => {
    const [price, demand] = [prices[i] as number, shop.demand(i)];
    return { price, demand, profit: demand.map((sold, d) => (price - unitCosts[d]) * sold) };
  });
}

/** Prices of all products with what they earn, kept up to date as one moves. */
class Shop {
  readonly products: readonly JointProduct[];
  /** Log of the price over today's. */
  readonly steps: Float64Array;
  private readonly logDemand: readonly Float64Array[];
  /** Of every product: those whose demand its price moves, with the elasticities. */
  private readonly moves: readonly { readonly product: number; readonly elasticity: Float64Array }[][];
  /** Σ cross elasticity · step, of every product and draw. */
  private readonly lift: readonly Float64Array[];
  private readonly draws: number;

  constructor(products: readonly JointProduct[]) {
    this.products = products;
    this.steps = new Float64Array(products.length);
    this.logDemand = products.map(({ curve }) => curve.demand.map((demand) => Math.log(Math.max(demand, 1e-12))));
    this.draws = products[0]?.curve.draws ?? 0;
    this.lift = products.map(() => new Float64Array(this.draws));
    this.moves = products.map(() => []);
    products.forEach(({ cross }, product) => {
      for (const { of, elasticity } of cross)
        (this.moves[of] as { product: number; elasticity: Float64Array }[]).push({ product, elasticity });
    });
  }

  price(i: number): number {
    return this.priceAt(i, this.steps[i]);
  }

  private priceAt(i: number, step: number): number {
    return (this.products[i] as JointProduct).todayPrice * Math.exp(step);
  }

  /** Steps that a product's own limits allow. */
  range(i: number): readonly [low: number, high: number] {
    const { allowed, todayPrice } = this.products[i] as JointProduct;
    return [Math.log(allowed[0] / todayPrice), Math.log(allowed[1] / todayPrice)];
  }

  revenueToday(i: number): number {
    const demand = this.demandDraws(i, 0, new Float64Array(this.draws));
    return ((this.products[i] as JointProduct).todayPrice * demand.reduce((sum, q) => sum + q, 0)) / this.draws;
  }

  /** Demand of a product, one a draw. @param lift log of what other prices do to it */
  private demandDraws(i: number, step: number, lift: Float64Array): Float64Array {
    const { curve } = this.products[i] as JointProduct;
    const log = this.logDemand[i] as Float64Array;
    const { prices } = curve;
    const points = prices.length;
    const price = this.priceAt(i, step);
    // The grid is even in log price.
    const place = (Math.log(price / prices[0]) / Math.log(prices[points - 1] / prices[0])) * (points - 1);
    const left = Math.min(Math.max(Math.floor(place), 0), points - 2);
    const share = place - left;
    return lift.map((more, d) => {
      const at = d * points + left;
      return Math.exp(log[at] + share * (log[at + 1] - log[at]) + more);
    });
  }

  /** Demand of a product as all prices are, one a draw. */
  demand(i: number): Float64Array {
    return this.demandDraws(i, this.steps[i], this.lift[i] as Float64Array);
  }

  /** Mean profit of a product. */
  private profit(i: number, step: number, lift: Float64Array): number {
    return this.profitDraws(i, step, lift).reduce((sum, profit) => sum + profit, 0) / this.draws;
  }

  private profitDraws(i: number, step: number, lift: Float64Array): Float64Array {
    const { unitCosts, weight = 1 } = this.products[i] as JointProduct;
    const price = this.priceAt(i, step);
    return this.demandDraws(i, step, lift).map((demand, d) => weight * (price - unitCosts[d]) * demand);
  }

  /**
   * What all earn as a block moves, as a function of its step, all else being as it is; products that no price of the
   * block moves are left out.
   */
  outlook(block: readonly number[]): (step: number) => number {
    const inside = new Set(block);
    const before = this.steps[block[0] as number];
    const within = block.map((product) => ({ product, elasticity: new Float64Array(this.draws) }));
    const series = new Float64Array(SERIES);
    const outside = new Map<number, Float64Array>();
    for (const j of block)
      for (const { product, elasticity } of this.moves[j] as { product: number; elasticity: Float64Array }[]) {
        const sum = inside.has(product)
          ? (within.find((one) => one.product === product) as { elasticity: Float64Array }).elasticity
          : (outside.get(product) ?? new Float64Array(this.draws));
        if (!inside.has(product)) outside.set(product, sum);
        for (let d = 0; d < this.draws; d++) sum[d] = sum[d] + elasticity[d];
      }
    for (const [product, elasticity] of outside) {
      const profit = this.profitDraws(product, this.steps[product], this.lift[product] as Float64Array);
      for (let d = 0; d < this.draws; d++) {
        let term = profit[d] / this.draws;
        for (let k = 0; k < SERIES; k++) {
          series[k] = series[k] + term;
          term *= elasticity[d] / (k + 1);
        }
      }
    }
    return (step) => {
      const moved = step - before;
      let all = 0;
      for (let k = SERIES - 1; k >= 0; k--) all = all * moved + series[k];
      for (const { product, elasticity } of within) {
        const lift = (this.lift[product] as Float64Array).map((value, d) => value + elasticity[d] * moved);
        all += this.profit(product, step, lift);
      }
      return all;
    };
  }

  move(j: number, step: number): void {
    const moved = step - this.steps[j];
    if (moved === 0) return;
    this.steps[j] = step;
    for (const { product, elasticity } of this.moves[j] as { product: number; elasticity: Float64Array }[]) {
      const lift = this.lift[product] as Float64Array;
      for (let d = 0; d < this.draws; d++) lift[d] = lift[d] + elasticity[d] * moved;
    }
  }

  total(): number {
    return this.products.reduce((sum, _, i) => sum + this.profit(i, this.steps[i], this.lift[i] as Float64Array), 0);
  }
}

/** By how much a rule is broken; at most 0 where it holds. */
function excess(shop: Shop, limit: SumRule): number {
  return (
    limit.terms.reduce((sum, { product, weight }) => sum + weight * termOf(limit, shop.steps[product]), 0) - limit.limit
  );
}

/** Steps that every member of a block may take; null where they have none in common. */
function rangeOf(shop: Shop, block: readonly number[]): readonly [low: number, high: number] | null {
  const ranges = block.map((i) => shop.range(i));
  const [low, high] = [Math.max(...ranges.map(([low]) => low)), Math.min(...ranges.map(([, high]) => high))];
  return low <= high ? [low, high] : null;
}

/** A rule with its multiplier. */
interface Priced {
  readonly limit: SumRule;
  multiplier: number;
}

/**
 * Ascends until the rules hold. @returns rules that hold prices back, with what one percent more room would bring
 */
function withinRules(shop: Shop, blocks: readonly (readonly number[])[], limits: readonly SumRule[]): BindingRule[] {
  const priced: Priced[] = limits.map((limit) => ({ limit, multiplier: 0 }));
  let penalty = 2 * Math.max(Math.abs(shop.total()), 1e-9);
  let before = Number.POSITIVE_INFINITY;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    ascend(shop, blocks, priced, penalty);
    if (limits.length === 0) return [];
    let worst = 0;
    for (const one of priced) {
      const over = excess(shop, one.limit);
      worst = Math.max(worst, Math.min(Math.abs(over), Math.max(over, one.multiplier / penalty)));
      one.multiplier = Math.max(0, one.multiplier + penalty * over);
    }
    if (worst < 1e-5) break;
    if (worst > 0.25 * before) penalty *= 4;
    before = worst;
  }
  const byRule = Map.groupBy(priced, ({ limit }) => limit.rule);
  return [...byRule].flatMap(([rule, of]) => {
    const shadowPrice = 0.01 * of.reduce((sum, { multiplier }) => sum + multiplier, 0);
    return shadowPrice > 1e-9 * penalty ? [{ rule, shadowPrice }] : [];
  });
}

/** Coordinate ascent of what all earn less what broken rules cost. */
function ascend(shop: Shop, blocks: readonly (readonly number[])[], priced: readonly Priced[], penalty: number): void {
  const of = rulesOf(shop, priced);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let largest = 0;
    for (const block of blocks) {
      const range = rangeOf(shop, block);
      if (!range || range[1] - range[0] < 1e-12) continue;
      const first = block[0] as number;
      const earns = shop.outlook(block);
      const costs = ruleCosts(shop, block, of, penalty);
      const step = bestStep((s) => earns(s) - costs(s), range, shop.steps[first], sweep > 1);
      largest = Math.max(largest, Math.abs(step - shop.steps[first]));
      for (const i of block) shop.move(i, step);
    }
    if (largest < LEAST_MOVE) return;
  }
}

/** Rules of every product. */
function rulesOf(shop: Shop, priced: readonly Priced[]): (readonly Priced[])[] {
  const of: Priced[][] = shop.products.map(() => []);
  for (const one of priced) for (const { product } of one.limit.terms) (of[product] as Priced[]).push(one);
  return of;
}

/** What the rules of a block cost at a step: ½ρ·max(0, excess + λ/ρ)². */
function ruleCosts(
  shop: Shop,
  block: readonly number[],
  of: readonly (readonly Priced[])[],
  penalty: number,
): (step: number) => number {
  const touched = [...new Set(block.flatMap((i) => of[i] as readonly Priced[]))].map(({ limit, multiplier }) => {
    const weight = limit.terms.reduce((sum, term) => (block.includes(term.product) ? sum + term.weight : sum), 0);
    const own = limit.terms.reduce(
      (sum, term) => (block.includes(term.product) ? sum + term.weight * termOf(limit, shop.steps[term.product]) : sum),
      0,
    );
    return { limit, weight, rest: excess(shop, limit) - own + multiplier / penalty };
  });
  return (step) =>
    touched.reduce(
      (sum, { limit, weight, rest }) => sum + 0.5 * penalty * Math.max(0, rest + weight * termOf(limit, step)) ** 2,
      0,
    );
}

/** Where a function of the step is largest: on a grid, near the present step alone once ascent has come close, then by golden section. */
function bestStep(
  value: (step: number) => number,
  [low, high]: readonly [number, number],
  now: number,
  near: boolean,
): number {
  const reach = near ? (high - low) / (TRIED - 1) : Number.POSITIVE_INFINITY;
  const [from, to] = [Math.max(low, now - reach), Math.min(high, now + reach)];
  const points = near ? 5 : TRIED;
  const grid = Array.from({ length: points }, (_, k) => from + ((to - from) * k) / (points - 1));
  const values = grid.map(value);
  const best = values.indexOf(Math.max(...values));
  let [a, b] = [grid[Math.max(0, best - 1)] as number, grid[Math.min(points - 1, best + 1)] as number];
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [c, d] = [b - ratio * (b - a), a + ratio * (b - a)];
  let [atC, atD] = [value(c), value(d)];
  while (b - a > LEAST_MOVE / 4) {
    if (atC >= atD) {
      [b, d, atD] = [d, c, atC];
      c = b - ratio * (b - a);
      atC = value(c);
    } else {
      [a, c, atC] = [c, d, atD];
      d = a + ratio * (b - a);
      atD = value(d);
    }
  }
  const found = (a + b) / 2;
  const candidates = [found, grid[best] as number, Math.min(Math.max(now, low), high)];
  return candidates.reduce((most, step) => (value(step) > value(most) ? step : most));
}

/**
 * Lets so many blocks move as are allowed: those whose change is missed least go back to today's price one by one, the
 * others answering. @returns the blocks that move
 */
function fewest(
  shop: Shop,
  blocks: readonly (readonly number[])[],
  limits: readonly SumRule[],
  most: number,
): (readonly number[])[] {
  const priced = limits.map((limit) => ({ limit, multiplier: 0 }));
  const penalty = 100 * Math.max(Math.abs(shop.total()), 1e-9);
  // What its own limits keep from today's price must move, and is not counted.
  const bound = blocks.filter((block) => block.some((i) => shop.range(i)[0] > 1e-9 || shop.range(i)[1] < -1e-9));
  let free = blocks.filter((block) => !bound.includes(block) && Math.abs(shop.steps[block[0] as number]) > LEAST_MOVE);
  const size = (list: readonly (readonly number[])[]): number => list.reduce((sum, block) => sum + block.length, 0);
  const of = rulesOf(shop, priced);
  while (size(free) > most) {
    const missed = free.map((block) => {
      const [earns, costs] = [shop.outlook(block), ruleCosts(shop, block, of, penalty)];
      const step = shop.steps[block[0] as number];
      return (earns(step) - costs(step) - (earns(0) - costs(0))) / block.length;
    });
    // Many at once while far too many move.
    const back = Math.max(1, Math.floor((size(free) - most) / 8));
    const order = free.map((_, k) => k).sort((a, b) => (missed[a] as number) - (missed[b] as number));
    for (const k of order.slice(0, back)) for (const i of free[k] as readonly number[]) shop.move(i, 0);
    const gone = new Set(order.slice(0, back));
    free = free.filter((_, k) => !gone.has(k));
    ascend(shop, [...bound, ...free], priced, penalty);
  }
  return [...bound, ...free];
}

/**
 * Moves every price to one that can be charged, the better neighbour first, and then on while that earns more. Members
 * of a family go to the nearest price of theirs.
 */
function charge(shop: Shop, free: readonly (readonly number[])[], limits: readonly SumRule[]): void {
  const of = rulesOf(
    shop,
    limits.map((limit) => ({ limit, multiplier: 0 })),
  );
  const penalty = 1e4 * Math.max(Math.abs(shop.total()), 1e-9);
  for (let sweep = 0; sweep < MOST_CHARGES; sweep++) {
    let moved = false;
    for (const block of free) {
      const first = block[0] as number;
      const before = shop.steps[first];
      const [earns, costs] = [shop.outlook(block), ruleCosts(shop, block, of, penalty)];
      const value = (step: number): number => earns(step) - costs(step);
      const best = chargeable(shop, first, sweep > 0).reduce((most, step) => (value(step) > value(most) ? step : most));
      shop.move(first, best);
      for (const other of block.slice(1)) shop.move(other, nearestStep(shop, other, best));
      if (Math.abs(best - before) > 1e-9) moved = true;
    }
    if (!moved) return;
  }
}

/** Step to the chargeable price of a product nearest to a step. */
function nearestStep(shop: Shop, i: number, asked: number): number {
  const { lattice, todayPrice } = shop.products[i] as JointProduct;
  return pricesAround(lattice, todayPrice * Math.exp(asked))
    .map((price) => Math.log(price / todayPrice))
    .reduce((best, step) => (Math.abs(step - asked) < Math.abs(best - asked) ? step : best));
}

/** Steps to prices of the lattice beside the present one, and today's; all allowed. */
function chargeable(shop: Shop, i: number, also: boolean): number[] {
  const { lattice, todayPrice } = shop.products[i] as JointProduct;
  const [low, high] = shop.range(i);
  const price = shop.price(i);
  const around = pricesAround(lattice, price);
  const more = also ? [-1, 1].flatMap((k) => pricesAround(lattice, price + k * lattice.period)) : [];
  const steps = [...around, ...more].filter((p) => p > 0).map((p) => Math.log(p / todayPrice));
  const slack = 1e-9;
  const allowed = steps.filter((step) => step >= low - slack && step <= high + slack);
  return allowed.length > 0 ? allowed : [Math.min(Math.max(0, low), high)];
}
