/**
 * The prices of several products that together earn most on average over what demand may be, within each product's
 * limits and the rules between them: sequential quadratic programming with a trust region (Nocedal & Wright 2006,
 * Numerical Optimization, ch. 18) over log prices, then prices that can be charged.
 */

import { pricesAround } from '../pricing/price-lattice.ts';
import { type JointProduct, JointProfit } from './joint-profit.ts';
import { blocksOf, type LineRule, type SumRule, slopeOfTerm, sumRules, termOf } from './line-rules.ts';
import { type FewChanges, freeBlocks, mostMissed, swapped } from './moving-blocks.ts';
import { type Bounds, type Limit, quadraticAscent } from './quadratic-ascent.ts';

export interface BindingRule {
  /** Place among the rules given. */
  readonly rule: number;
  /** Expected profit over the horizon for one percent more room; of a limit of changes, what all miss by it. */
  readonly shadowPrice: number;
}

export interface JointOptimum {
  /** Currency per unit, in the order of the products. */
  readonly prices: readonly number[];
  readonly binding: readonly BindingRule[];
  /** Rules that no allowed prices keep, by place; the prices come as near as they can. */
  readonly broken: readonly number[];
}

const MOST_STEPS = 30;
/** Largest first step of a log price. */
const FIRST_TRUST = 0.2;
/** Ends where no log price moves by more. */
const LEAST_MOVE = 1e-5;
/** What a rule may be broken by: a hundredth of a percent. */
const TOLERANCE = 1e-4;

export function jointOptimum(products: readonly JointProduct[], rules: readonly LineRule[] = []): JointOptimum {
  const shop = new JointProfit(products);
  const limits = sumRules(
    rules,
    products.map(({ todayPrice }) => todayPrice),
    products.map((_, i) => shop.revenue(i)),
  );
  const blocks = blocksOf(rules, products.length);
  const ranges = blocks.map((block) => rangeOf(shop, block));
  const search: Search = { shop, blocks, limits, ranges };
  let multipliers = ascend(search);
  const before = shop.total();
  const most = Math.min(...rules.flatMap((rule) => (rule.kind === 'changes' ? [rule.most] : [])));
  if (Number.isFinite(most)) multipliers = ascendFew(search, most, multipliers);
  const missed = before - shop.total();
  charge(search);
  const broken = new Set([
    ...limits.flatMap((limit) => (excess(shop, limit) > TOLERANCE ? [limit.rule] : [])),
    ...brokenMoves(shop, rules),
  ]);
  return {
    prices: products.map((_, i) => shop.price(i)),
    binding: [...bindingOf(limits, multipliers), ...changesBinding(rules, missed)],
    broken: [...broken].sort((a, b) => a - b),
  };
}

/** Limits of changes where products' own limits force more, and families whose members' have no step in common. */
function brokenMoves(shop: JointProfit, rules: readonly LineRule[]): number[] {
  const moved = shop.steps.filter((step) => Math.abs(step) > 1e-6).length;
  return rules.flatMap((rule, k) => {
    if (rule.kind === 'changes') return moved > rule.most ? [k] : [];
    if (rule.kind !== 'family') return [];
    const ranges = rule.products.map((i) => shop.range(i));
    const [low, high] = [Math.max(...ranges.map(([least]) => least)), Math.min(...ranges.map(([, most]) => most))];
    return low <= high ? [] : [k];
  });
}

interface Search {
  readonly shop: JointProfit;
  readonly blocks: readonly (readonly number[])[];
  readonly limits: readonly SumRule[];
  /** Steps that each block may take; changed where it is to stay. */
  readonly ranges: (readonly [low: number, high: number])[];
}

/** Steps that every member of a block may take; none at all where they have none in common. */
function rangeOf(shop: JointProfit, block: readonly number[]): readonly [low: number, high: number] {
  const all = block.map((i) => shop.range(i));
  const [low, high] = [Math.max(...all.map(([low]) => low)), Math.min(...all.map(([, high]) => high))];
  return low <= high ? [low, high] : [0, 0];
}

/** By how much a rule is broken; at most 0 where it holds. */
function excess({ steps }: Pick<JointProfit, 'steps'>, limit: SumRule): number {
  return limit.terms.reduce((sum, { product, weight }) => sum + weight * termOf(limit, steps[product]), -limit.limit);
}

/** @returns what a unit of room of each limit is worth */
function ascend({ shop, blocks, limits, ranges }: Search): Float64Array {
  const multipliers = new Float64Array(limits.length);
  let trust = FIRST_TRUST;
  // Into the limits of each product first.
  let at = leadingSteps(shop, blocks).map((step, b) => clamp(step, ranges[b] as readonly [number, number]));
  moveBlocks(shop, blocks, at);
  let merit = meritOf(shop, limits, multipliers);
  for (let step = 0; step < MOST_STEPS; step++) {
    const series = shop.series(blocks);
    const rooms = limits.map((limit) => roomOf(shop, blocks, limit));
    // A step that earns less is tried again, a third as far.
    for (let tried = 0; tried < MOST_STEPS; tried++) {
      const bounds = boundsOf(at, ranges, trust);
      const found = quadraticAscent(series, bounds, rooms, multipliers);
      const next = at.map((value, b) => value + found[b]);
      moveBlocks(shop, blocks, next);
      const reached = meritOf(shop, limits, multipliers);
      const largest = found.reduce((most, move) => Math.max(most, Math.abs(move)), 0);
      const before = withMultipliers(merit, multipliers);
      if (reached.value >= before - 1e-12 * Math.abs(before)) {
        [at, merit] = [next, reached];
        if (largest < LEAST_MOVE) return multipliers;
        if (largest > 0.9 * trust) trust *= 2;
        break;
      }
      if (largest < LEAST_MOVE || trust < LEAST_MOVE) {
        moveBlocks(shop, blocks, at);
        return multipliers;
      }
      trust = Math.min(trust, largest) / 3;
    }
  }
  return multipliers;
}

/** What all earn, and by how much each limit is broken. */
interface Merit {
  readonly earned: number;
  readonly over: readonly number[];
  readonly value: number;
}

function meritOf(shop: JointProfit, limits: readonly SumRule[], multipliers: Float64Array): Merit {
  const earned = shop.total();
  const over = limits.map((limit) => Math.max(0, excess(shop, limit)));
  const merit = { earned, over, value: 0 };
  return { ...merit, value: withMultipliers(merit, multipliers) };
}

/** A limit's breach costs twice what its room is worth, and at least as much as all earn (an exact penalty). */
function withMultipliers({ earned, over }: Pick<Merit, 'earned' | 'over'>, multipliers: Float64Array): number {
  return over.reduce((sum, breach, k) => sum - Math.max(2 * multipliers[k], Math.abs(earned)) * breach, earned);
}

function moveBlocks(shop: JointProfit, blocks: readonly (readonly number[])[], at: Float64Array): void {
  const steps = shop.steps.slice();
  blocks.forEach((block, b) => {
    for (const i of block) steps[i] = at[b];
  });
  shop.moveTo(steps);
}

function boundsOf(at: Float64Array, ranges: Search['ranges'], trust: number): Bounds {
  return {
    low: at.map((value, b) => Math.max((ranges[b] as readonly number[])[0] as number, value - trust) - value),
    high: at.map((value, b) => Math.min((ranges[b] as readonly number[])[1] as number, value + trust) - value),
  };
}

/** A limit around the present steps, over steps of blocks. */
function roomOf(shop: JointProfit, blocks: readonly (readonly number[])[], limit: SumRule): Limit {
  const weights = new Map<number, number>();
  const weightOf = new Map<number, number>();
  for (const { product, weight } of limit.terms) weightOf.set(product, (weightOf.get(product) ?? 0) + weight);
  blocks.forEach((block, b) => {
    for (const i of block) {
      const weight = weightOf.get(i);
      if (weight !== undefined) weights.set(b, (weights.get(b) ?? 0) + weight * slopeOfTerm(limit, shop.steps[i]));
    }
  });
  return { terms: [...weights].map(([at, weight]) => ({ at, weight })), room: -excess(shop, limit) };
}

const isWithin = (value: number, [low, high]: readonly [number, number]): boolean => low <= value && value <= high;
const clamp = (value: number, [low, high]: readonly [number, number]): number => Math.min(Math.max(value, low), high);

function bindingOf(limits: readonly SumRule[], multipliers: Float64Array): BindingRule[] {
  const worth = new Map<number, number>();
  limits.forEach(({ rule }, k) => {
    if (multipliers[k] > 0) worth.set(rule, (worth.get(rule) ?? 0) + 0.01 * multipliers[k]);
  });
  return [...worth].map(([rule, shadowPrice]) => ({ rule, shadowPrice }));
}

function changesBinding(rules: readonly LineRule[], missed: number): BindingRule[] {
  if (!(missed > 1e-9)) return [];
  const most = Math.min(...rules.flatMap((rule) => (rule.kind === 'changes' ? [rule.most] : [])));
  return rules.flatMap((rule, k) =>
    rule.kind === 'changes' && rule.most === most ? [{ rule: k, shadowPrice: missed }] : [],
  );
}

/** Rounds in which prices that move are swapped for others. */
const MOST_SWAP_ROUNDS = 5;

/** Lets so many products move as are allowed, and finds their best prices. @returns what room is worth then */
function ascendFew(search: Search, allowed: number, given: Float64Array): Float64Array {
  const { shop, blocks, ranges } = search;
  // Prices that must move whatever is allowed are among those that may.
  const forced = blocks.filter((_, b) => !isWithin(0, ranges[b] as readonly [number, number])).flat().length;
  const most = Math.max(0, allowed - forced);
  const all = [...ranges];
  const first = fewChanges(search, most, all);
  const free = freeBlocks(first);
  let moving = mostMissed(first);
  if (moving.length === free.length) return given;
  const ascendWith = (list: readonly number[]): Float64Array => {
    const kept = new Set(list);
    for (const b of free) ranges[b] = kept.has(b) ? (all[b] as (typeof all)[number]) : [0, 0];
    return ascend(search);
  };
  let multipliers = ascendWith(moving);
  for (let round = 0; round < MOST_SWAP_ROUNDS; round++) {
    const before = meritOf(shop, search.limits, multipliers);
    const next = swapped(fewChanges(search, most, all), moving);
    if (next.every((b) => moving.includes(b)) && next.length === moving.length) break;
    const found = ascendWith(next);
    if (meritOf(shop, search.limits, found).value <= before.value * (1 + 1e-9)) {
      ascendWith(moving);
      break;
    }
    [moving, multipliers] = [next, found];
  }
  return multipliers;
}

/** @param all steps that each block may take where all may move */
function fewChanges({ shop, blocks, limits }: Search, most: number, all: Search['ranges']): FewChanges {
  const start = leadingSteps(shop, blocks);
  return {
    series: shop.series(blocks),
    bounds: boundsOf(start, all, Number.POSITIVE_INFINITY),
    rooms: limits.map((limit) => roomOf(shop, blocks, limit)),
    start,
    sizes: blocks.map(({ length }) => length),
    stiff: 100 * Math.max(Math.abs(shop.total()), 1e-9),
    most,
  };
}

function leadingSteps(shop: JointProfit, blocks: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(blocks, ([first]) => shop.steps[first as number]);
}

/** Rounds in which prices that can be charged answer each other. */
const MOST_CHARGES = 6;

/**
 * Moves every price to one that can be charged: the neighbour that earns more and breaks no rule, by the series around
 * the best prices; then on while that earns more. Members of a family go to the nearest of theirs.
 */
function charge({ shop, blocks, limits, ranges }: Search): void {
  const series = shop.series(blocks);
  const stiff = 100 * Math.max(Math.abs(shop.total()), 1e-9);
  const start = shop.steps.slice();
  const steps = shop.steps.slice();
  const limitsOf = limitsByProduct(limits, steps.length);
  const used = limits.map((limit) => excess({ steps }, limit));
  for (let sweep = 0; sweep < MOST_CHARGES; sweep++) {
    let moved = false;
    for (const { blocks: places, gradient, hessian } of series.parts) {
      const m = places.length;
      places.forEach((b, k) => {
        const block = blocks[b] as readonly number[];
        const first = block[0] as number;
        const slope = places.reduce((sum, other, l) => {
          const lead = (blocks[other] as readonly number[])[0] as number;
          return l === k ? sum : sum + hessian[k * m + l] * (steps[lead] - start[lead]);
        }, gradient[k]);
        const value = (step: number): number => {
          const away = step - start[first];
          const earned = slope * away + 0.5 * hessian[k * m + k] * away ** 2;
          const touched = new Set(block.flatMap((i) => limitsOf[i] as readonly number[]));
          let broken = 0;
          for (const at of touched)
            broken += Math.max(0, used[at] + changeOf(limits[at] as SumRule, block, steps, step));
          return earned - stiff * broken;
        };
        const candidates = chargeable(shop, first, steps[first], ranges[b] as readonly [number, number], sweep > 0);
        const best = candidates.reduce((most, step) => (value(step) > value(most) ? step : most));
        if (Math.abs(best - steps[first]) > 1e-9) moved = true;
        for (const at of new Set(block.flatMap((i) => limitsOf[i] as readonly number[])))
          used[at] += changeOf(limits[at] as SumRule, block, steps, best);
        for (const i of block) steps[i] = best;
      });
    }
    if (!moved) break;
  }
  blocks.forEach((block, b) => {
    const [low, high] = ranges[b] as readonly [number, number];
    if (high - low < 1e-12) return;
    for (const i of block.slice(1)) steps[i] = nearestStep(shop, i, steps[i]);
  });
  shop.moveTo(steps);
}

/** What a limit's sum changes by when a block moves to a step. */
function changeOf(limit: SumRule, block: readonly number[], steps: Float64Array, step: number): number {
  return limit.terms.reduce(
    (sum, { product, weight }) =>
      block.includes(product) ? sum + weight * (termOf(limit, step) - termOf(limit, steps[product])) : sum,
    0,
  );
}

function limitsByProduct(limits: readonly SumRule[], count: number): number[][] {
  const of: number[][] = Array.from({ length: count }, () => []);
  limits.forEach(({ terms }, at) => {
    for (const { product } of terms) (of[product] as number[]).push(at);
  });
  return of;
}

/** Steps to prices of the lattice beside a step, and further ones; all allowed. A block that stays has its one price. */
function chargeable(
  shop: JointProfit,
  i: number,
  now: number,
  [low, high]: readonly [number, number],
  further: boolean,
): number[] {
  if (high - low < 1e-12) return [low];
  const { lattice, todayPrice } = shop.products[i] as JointProduct;
  const price = todayPrice * Math.exp(now);
  const around = pricesAround(lattice, price);
  const more = further ? [-1, 1].flatMap((k) => pricesAround(lattice, Math.max(price + k * lattice.period, 1e-9))) : [];
  const slack = 1e-9;
  const allowed = [...around, ...more]
    .map((p) => Math.log(p / todayPrice))
    .filter((step) => step >= low - slack && step <= high + slack);
  return allowed.length > 0 ? allowed : [clamp(0, [low, high])];
}

/** Step to the chargeable price nearest to a step, of those that the product's own limits allow; the step itself without any. */
function nearestStep(shop: JointProfit, i: number, asked: number): number {
  const { lattice, todayPrice } = shop.products[i] as JointProduct;
  const [low, high] = shop.range(i);
  const allowed = pricesAround(lattice, todayPrice * Math.exp(asked))
    .map((price) => Math.log(price / todayPrice))
    .filter((step) => step >= low - 1e-9 && step <= high + 1e-9);
  if (allowed.length === 0) return asked;
  return allowed.reduce((best, step) => (Math.abs(step - asked) < Math.abs(best - asked) ? step : best));
}
