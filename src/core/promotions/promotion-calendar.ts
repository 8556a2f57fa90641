/** Which products have which promotion in which week: the calendar that earns most under a shop's rules. */

import { mean } from '../math/summary.ts';
import { type Span, span } from '../pricing/gains.ts';
import { type CalendarProduct, CalendarProfit, type Placed } from './calendar-profit.ts';

export interface CalendarRules {
  /** Weeks of the calendar, from the first day of the bases on. */
  readonly weeks: number;
  /** Promotions of one product. */
  readonly mostPerProduct: number;
  /** Weeks between the end of a product's promotion and its next. */
  readonly leastWeeksBetween: number;
  /** Products on promotion in one week: of all, and of a group; null: any number. */
  readonly mostAtOnce: number | null;
  readonly mostPerGroup: number | null;
  /** What price cuts and promotions may cost together; null: anything. */
  readonly budget: number | null;
  /** Weeks without promotions. */
  readonly blocked: ReadonlySet<number>;
}

export interface PromotionCalendar {
  /** By week, then product. */
  readonly placed: readonly (Placed & { readonly net: number; readonly spent: number })[];
  readonly net: Span;
  readonly spent: number;
  /** That the calendar earns more than none, 0-1; null where nothing is placed. */
  readonly probabilityBetter: number | null;
}

/** Rounds of one product after the other; each improves, most end after three. */
const MOST_ROUNDS = 6;
/** Pairs of products that make room for each other, those that earn most: 120 gained a ten-thousandth more. */
const MOST_PAIRS = 30;
/** Prices of the budget that are tried, each halving what is left. */
const BUDGET_STEPS = 14;
/** Currency below which two calendars earn the same. */
const SAME = 1e-9;

/**
 * The calendar whose expected net profit is largest: the promotions of a product are placed exactly given those of all
 * others (dynamic programming over weeks and promotions left), product after product until none moves, then pair after
 * pair, from several orders. A budget has a price, found by bisection. Without rules that tie products, and without
 * effects between them, it is the best; otherwise no change of one product or of two betters it.
 */
export function promotionCalendar(products: readonly CalendarProduct[], rules: CalendarRules): PromotionCalendar {
  const profit = new CalendarProfit(products, rules.weeks);
  let best = bestAtPrice(profit, products, rules, 0);
  const { budget } = rules;
  if (budget !== null && spentOn(profit, best) > budget) {
    let [low, high] = [0, 1];
    let kept: Placed[] = [];
    for (let step = 0; step < BUDGET_STEPS; step++) {
      // A price of the budget from 0 to anything.
      const share = (low + high) / 2;
      const found = bestAtPrice(profit, products, rules, share / (1 - share));
      if (spentOn(profit, found) > budget) low = share;
      else {
        high = share;
        if (worth(profit, found, 0) > worth(profit, kept, 0)) kept = found;
      }
    }
    best = filled(profit, products, rules, kept, budget);
  }
  return outcomeOf(profit, best);
}

/** What is placed of all products but some. */
function others(placed: readonly Placed[], ...but: readonly number[]): Placed[] {
  return placed.filter(({ product }) => !but.includes(product));
}

function spentOn(profit: CalendarProfit, placed: readonly Placed[]): number {
  return placed.reduce((sum, one) => sum + profit.spent(one), 0);
}

/** Expected net profit less the price of the budget. */
function worth(profit: CalendarProfit, placed: readonly Placed[], price: number): number {
  return mean(profit.net(placed)) - price * spentOn(profit, placed);
}

function bestAtPrice(
  profit: CalendarProfit,
  products: readonly CalendarProduct[],
  rules: CalendarRules,
  price: number,
): Placed[] {
  const alone = products.map((_, i) => {
    const placed = placedAlone(profit, products, rules, [], i, price);
    return worth(profit, placed, price);
  });
  const able = products.flatMap((_, i) => ((alone[i] as number) > SAME ? [i] : []));
  const byWorth = [...able].sort((a, b) => (alone[b] as number) - (alone[a] as number) || a - b);
  const orders = able.length < 2 ? [able] : [byWorth, [...byWorth].reverse()];
  let best: { readonly placed: Placed[]; readonly worth: number } = { placed: [], worth: 0 };
  for (const order of orders) {
    const placed = improved(profit, products, rules, order, price);
    const value = worth(profit, placed, price);
    if (value > best.worth + SAME) best = { placed, worth: value };
  }
  return best.placed;
}

function improved(
  profit: CalendarProfit,
  products: readonly CalendarProduct[],
  rules: CalendarRules,
  order: readonly number[],
  price: number,
): Placed[] {
  let placed: Placed[] = [];
  let value = 0;
  const takes = (tried: Placed[]): boolean => {
    const found = worth(profit, tried, price);
    if (found <= value + SAME) return false;
    [placed, value] = [tried, found];
    return true;
  };
  const placing = (given: readonly Placed[], i: number): Placed[] => [
    ...given,
    ...placedAlone(profit, products, rules, given, i, price),
  ];
  const pairs = order.flatMap((a, k) => order.slice(k + 1).map((b) => [a, b] as const)).slice(0, MOST_PAIRS);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let moved = false;
    for (const i of order) moved = takes(placing(others(placed, i), i)) || moved;
    if (moved) continue;
    for (const [a, b] of pairs) {
      moved = takes(placing(placing(others(placed, a, b), b), a)) || moved;
      moved = takes(placing(placing(others(placed, a, b), a), b)) || moved;
    }
    if (!moved) break;
  }
  return placed;
}

/** Best promotions of one product beside those of others, exactly. */
function placedAlone(
  profit: CalendarProfit,
  products: readonly CalendarProduct[],
  rules: CalendarRules,
  given: readonly Placed[],
  product: number,
  price: number,
): Placed[] {
  const { weeks, mostPerProduct, leastWeeksBetween } = rules;
  const { promotions, earliest } = products[product] as CalendarProduct;
  if (promotions.length === 0) return [];
  const free = freeWeeks(profit, products, rules, given, product);
  const values = profit.valuesBeside(given, product);
  // best[left][week]: from this week on with so many promotions left.
  const best = Array.from({ length: mostPerProduct + 1 }, () => new Float64Array(weeks + 1));
  const choice = best.map(() => new Int32Array(weeks + 1).fill(-1));
  const after = (week: number, k: number): number =>
    Math.min(weeks, week + profit.weeksOf(product, k) + leastWeeksBetween);
  for (let left = 1; left <= mostPerProduct; left++)
    for (let week = weeks - 1; week >= 0; week--) {
      const row = best[left] as Float64Array;
      row[week] = row[week + 1];
      if (week < earliest) continue;
      promotions.forEach((_, k) => {
        const until = week + profit.weeksOf(product, k);
        if (until > weeks || !free.slice(week, until).every(Boolean)) return;
        const own = values(k, week) - price * profit.spent({ product, promotion: k, week });
        const value = own + ((best[left - 1] as Float64Array)[after(week, k)] as number);
        if (own > 0 && value > row[week]) {
          row[week] = value;
          (choice[left] as Int32Array)[week] = k;
        }
      });
    }
  const placed: Placed[] = [];
  for (let week = 0, left = mostPerProduct; week < weeks && left > 0; ) {
    const k = (choice[left] as Int32Array)[week];
    if (k < 0) week++;
    else {
      placed.push({ product, promotion: k, week });
      week = after(week, k);
      left--;
    }
  }
  return placed;
}

/** Weeks in which a product may be on promotion beside what is placed of others. */
function freeWeeks(
  profit: CalendarProfit,
  products: readonly CalendarProduct[],
  { weeks, mostAtOnce, mostPerGroup, blocked }: CalendarRules,
  given: readonly Placed[],
  product: number,
): boolean[] {
  const { group } = products[product] as CalendarProduct;
  return Array.from({ length: weeks }, (_, week) => {
    if (blocked.has(week)) return false;
    const there = given.filter(
      (one) => one.week <= week && week < one.week + profit.weeksOf(one.product, one.promotion),
    );
    const alike = there.filter((one) => (products[one.product] as CalendarProduct).group === group);
    return there.length < (mostAtOnce ?? Infinity) && alike.length < (mostPerGroup ?? Infinity);
  });
}

/** What is left of a budget buys, promotion by promotion, what earns most of it. */
function filled(
  profit: CalendarProfit,
  products: readonly CalendarProduct[],
  rules: CalendarRules,
  kept: readonly Placed[],
  budget: number,
): Placed[] {
  let placed = [...kept];
  for (let step = 0; step < products.length * rules.mostPerProduct; step++) {
    const left = budget - spentOn(profit, placed);
    let best: { readonly one: Placed; readonly value: number } | null = null;
    for (let product = 0; product < products.length; product++) {
      const values = profit.valuesBeside(others(placed, product), product);
      for (const one of roomFor(profit, products, rules, placed, product)) {
        const value = values(one.promotion, one.week);
        if (value > (best?.value ?? 0) && profit.spent(one) <= left) best = { one, value };
      }
    }
    if (!best) break;
    placed = [...placed, best.one];
  }
  return placed;
}

/** All single promotions of a product that the rules allow beside what is placed. */
function roomFor(
  profit: CalendarProfit,
  products: readonly CalendarProduct[],
  rules: CalendarRules,
  placed: readonly Placed[],
  product: number,
): Placed[] {
  const own = placed.filter((one) => one.product === product);
  if (own.length >= rules.mostPerProduct) return [];
  const free = freeWeeks(profit, products, rules, others(placed, product), product);
  const { promotions, earliest } = products[product] as CalendarProduct;
  return promotions.flatMap((_, promotion) =>
    free.flatMap((_, week): Placed[] => {
      const until = week + profit.weeksOf(product, promotion);
      const apart = own.every((one) => {
        const end = one.week + profit.weeksOf(product, one.promotion);
        return week >= end + rules.leastWeeksBetween || until + rules.leastWeeksBetween <= one.week;
      });
      const fits = week >= earliest && until <= rules.weeks && free.slice(week, until).every(Boolean);
      return apart && fits ? [{ product, promotion, week }] : [];
    }),
  );
}

function outcomeOf(profit: CalendarProfit, placed: readonly Placed[]): PromotionCalendar {
  const net = profit.net(placed);
  return {
    placed: placed
      .map((one) => ({
        ...one,
        net: mean(net) - mean(profit.net(placed.filter((other) => other !== one))),
        spent: profit.spent(one),
      }))
      .sort((a, b) => a.week - b.week || a.product - b.product),
    net: span(net),
    spent: spentOn(profit, placed),
    probabilityBetter: placed.length === 0 ? null : net.filter((gain) => gain > 0).length / net.length,
  };
}
