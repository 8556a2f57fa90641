/** How much to order until the next delivery, of goods that go off. */

import { checkColumn, checkNumber, checkPositive, checkWhole, finite } from '../checks.ts';
import { checkBatches, type StockBatch, sellable } from './stock-batch.ts';

/** What an order is worked out from. */
export interface OrderInput {
  /** What may be sold: draws × days, row-major, in the cell's unit, ≥ 0; the days reach as far as the order keeps. */
  readonly demand: Float64Array;
  readonly draws: number;
  /** Until the next delivery can be sold, at least 1: the order is sold on days 0 … periodDays − 1. */
  readonly periodDays: number;
  /** Days on which the order can be sold, the day of its delivery counted; at least 1. */
  readonly shelfLifeDays: number;
  /** Currency per unit, > 0. */
  readonly price: number;
  /** Of a unit ordered, ≥ 0. */
  readonly unitCost: number;
  /** What a unit brings that has gone off; below 0 where it costs to be rid of it; below the unit cost. */
  readonly salvage: number;
  readonly onHand: readonly StockBatch[];
  /** Orders are multiples of it, > 0; null: any quantity. */
  readonly pack: number | null;
  /** Chance that nobody goes without that is wanted instead of the most profit, 0-1; null: profit decides. */
  readonly serviceLevel: number | null;
}

/** What comes of an order until the next delivery, on average over the draws. */
export interface OrderOutcome {
  readonly quantity: number;
  /** Chance that nobody goes without on any day. */
  readonly inStock: number;
  /** Share of demand that is sold. */
  readonly fillRate: number;
  readonly sold: number;
  /** Demand that finds an empty shelf. */
  readonly lost: number;
  /** Goes off unsold, stock on hand included, as long as the order keeps. */
  readonly wasted: number;
  /** Left when the next delivery comes, and still good. */
  readonly left: number;
  /** Sales, what is left at cost, and what goes off at salvage, less the cost of the order; in currency. */
  readonly profit: number;
}

/** Candidates of one round of the search. */
const POINTS = 32;
/** More than any number of steps needs. */
const MOST_ROUNDS = 64;
/** Of the largest order, where no pack is given: finer than anybody weighs. */
const FINEST = 1e-3;

/**
 * The order that earns most on average over the draws, or the least one that keeps a service level.
 *
 * The newsvendor (Arrow, Harris & Marschak 1951, Econometrica 19(3)) with stock on hand and goods that keep for several
 * days: of two multiples of a pack around the quantile of the critical ratio it takes the one that earns more. What is
 * left when the next delivery comes is worth its cost as far as it is sold before it goes off (the next order is smaller
 * by it), and salvage as far as not: the myopic approximation of Nahmias (1976, Management Science 22(9); reviewed in
 * Nahmias 1982, Operations Research 30(4)). The oldest units are sold first.
 *
 * @throws TypeError, RangeError naming the argument that is wrong
 * @returns null where no order reaches the service level: the goods go off before the next delivery
 */
export function orderQuantity(input: OrderInput): OrderOutcome | null {
  checkOrder(input);
  const days = daysOf(input);
  const most = Math.max(1e-9, largestNeed(input, days));
  const step = input.pack ?? most * FINEST;
  const steps = Math.ceil(most / step);
  const { serviceLevel } = input;
  if (serviceLevel === null)
    return finite(
      'order',
      bestOf(steps, step * input.price, (k) => outcomeOf(input, k * step)),
    );
  if (outcomeOf(input, steps * step).inStock < serviceLevel) return null;
  let [low, high] = [-1, steps];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (outcomeOf(input, middle * step).inStock >= serviceLevel) high = middle;
    else low = middle;
  }
  return finite('order', outcomeOf(input, high * step));
}

/**
 * Chance of demand that the best order of one period covers: (price − cost) / (price − cost + cost − salvage); 0 where
 * nothing is earned. @param salvage below the unit cost
 */
export function criticalRatio(price: number, unitCost: number, salvage: number): number {
  return price > unitCost ? (price - unitCost) / (price - salvage) : 0;
}

function checkOrder({ demand, draws, periodDays, shelfLifeDays, ...input }: OrderInput): void {
  checkWhole('draws', draws, 1);
  checkWhole('periodDays', periodDays, 1);
  checkWhole('shelfLifeDays', shelfLifeDays, 1);
  checkColumn('demand', demand, 'Float64Array');
  const days = demand.length / draws;
  checkWhole('days of demand', days, Math.max(periodDays, shelfLifeDays));
  demand.forEach((sold, i) => {
    checkNumber(`demand[${i}]`, sold, 0);
  });
  checkPositive('price', input.price);
  checkNumber('unitCost', input.unitCost, 0);
  checkNumber('salvage', input.salvage, -Number.MAX_VALUE, input.unitCost);
  checkBatches('onHand', input.onHand);
  if (input.pack !== null) checkPositive('pack', input.pack);
  if (input.serviceLevel !== null) checkNumber('serviceLevel', input.serviceLevel, 0, 1);
}

function daysOf({ demand, draws }: OrderInput): number {
  return demand.length / draws;
}

/** More than that no draw can sell of an order. */
function largestNeed({ demand, draws, shelfLifeDays, periodDays }: OrderInput, days: number): number {
  const horizon = Math.max(periodDays, shelfLifeDays);
  let most = 0;
  for (let d = 0; d < draws; d++) {
    let sum = 0;
    for (let i = 0; i < horizon; i++) sum += demand[d * days + i];
    most = Math.max(most, sum);
  }
  return most;
}

/**
 * The most profitable of so many steps, the least of several: profit rises to it and falls behind it. @param worth of a
 * step's sales
 */
function bestOf(steps: number, worth: number, outcomeAt: (k: number) => OrderOutcome): OrderOutcome {
  let [low, high] = [0, steps];
  let best = outcomeAt(0);
  // Each round narrows the range to a sixteenth.
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const gap = Math.max(1, Math.ceil((high - low) / POINTS));
    best = outcomeAt(low);
    let at = low;
    for (let k = low + gap; k <= high; k += gap) {
      const outcome = outcomeAt(k);
      // More than the rounding of a sum.
      if (outcome.profit > best.profit + 1e-9 * worth * steps) [best, at] = [outcome, k];
    }
    if (gap === 1) break;
    [low, high] = [Math.max(0, at - gap), Math.min(steps, at + gap)];
  }
  return best;
}

/** What comes of an order of a quantity, oldest units sold first. */
export function outcomeOf(input: OrderInput, quantity: number): OrderOutcome {
  const { demand, draws, periodDays, shelfLifeDays, price, unitCost, salvage } = input;
  const days = daysOf(input);
  const horizon = Math.max(periodDays, shelfLifeDays);
  const order = { quantity, daysLeft: shelfLifeDays };
  const batches = sellable([...input.onHand, order]).map(({ quantity: units, daysLeft }) => ({
    units,
    // What keeps longer than is looked ahead is not seen to go off.
    end: daysLeft ?? Number.POSITIVE_INFINITY,
  }));
  const rest = new Float64Array(batches.length);
  let [sold, lost, wasted, left, later, covered, wanted] = [0, 0, 0, 0, 0, 0, 0];
  for (let d = 0; d < draws; d++) {
    batches.forEach(({ units }, b) => {
      rest[b] = units;
    });
    let first = 0;
    let lostOfDraw = 0;
    for (let day = 0; day < horizon; day++) {
      if (day === periodDays) for (let b = first; b < rest.length; b++) left += rest[b];
      let want = demand[d * days + day];
      if (day < periodDays) wanted += want;
      for (let b = first; b < rest.length && want > 0; b++) {
        const taken = Math.min(rest[b], want);
        rest[b] = rest[b] - taken;
        want -= taken;
        if (day < periodDays) sold += taken;
        else later += taken;
      }
      if (day < periodDays) lostOfDraw += want;
      for (; first < rest.length && batches[first].end <= day + 1; first++) wasted += rest[first];
    }
    if (horizon === periodDays) for (let b = first; b < rest.length; b++) left += rest[b];
    // What keeps on takes the place of units of later orders.
    for (let b = first; b < rest.length; b++) later += rest[b];
    lost += lostOfDraw;
    if (lostOfDraw <= 1e-9 * quantity) covered++;
  }
  return {
    quantity,
    inStock: covered / draws,
    fillRate: wanted > 0 ? sold / wanted : 1,
    sold: sold / draws,
    lost: lost / draws,
    wasted: wasted / draws,
    left: left / draws,
    profit: (price * sold + unitCost * later + salvage * wasted) / draws - unitCost * quantity,
  };
}
