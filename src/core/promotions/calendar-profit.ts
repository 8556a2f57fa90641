/** What promotions of a calendar earn together, week by week: each takes from other products, promoted or not. */

import { mean } from '../math/summary.ts';
import { afterGains, liftOf, type PromotableProduct, type Promotion, pullOf, soldOn } from './promotion-profit.ts';

export interface CalendarProduct extends PromotableProduct {
  /** Promotions that it may have; none: it has none. */
  readonly promotions: readonly Promotion[];
  /** Products of a group may be limited together. */
  readonly group: string;
  /** First week in which it may be on promotion, from 0. */
  readonly earliest: number;
}

/** A promotion of the calendar. */
export interface Placed {
  readonly product: number;
  /** Place among the product's promotions. */
  readonly promotion: number;
  readonly week: number;
}

const WEEK = 7;

/** A promotion of a product, with what does not depend on when it is. */
interface Known {
  readonly promotion: Promotion;
  readonly weeks: number;
  readonly lift: Float64Array;
  /** What each product that it takes from sells then, as a factor. */
  readonly factors: readonly { readonly product: number; readonly factor: Float64Array }[];
}

/** Profits of the products of a week, draw by draw, and what others' promotions do to each. */
interface WeekState {
  readonly profit: Float64Array;
  readonly factor: Float64Array;
}

export class CalendarProfit {
  private readonly draws: number;
  private readonly known: readonly (readonly Known[])[];
  /** Usual units by product and week. */
  private readonly sold: readonly (readonly Float64Array[])[];
  private readonly cache = new Map<string, Float64Array>();

  private readonly products: readonly CalendarProduct[];
  private readonly weeks: number;

  constructor(products: readonly CalendarProduct[], weeks: number) {
    this.products = products;
    this.weeks = weeks;
    this.draws = products[0]?.unitCosts.length ?? 0;
    this.sold = products.map((product) =>
      Array.from({ length: weeks }, (_, week) => soldOn(product, week * WEEK, (week + 1) * WEEK)),
    );
    this.known = products.map((product, i) =>
      product.promotions.map((promotion): Known => {
        const pull = pullOf(product, promotion);
        const factors = products.flatMap(({ cross }, j) =>
          cross.flatMap(({ of, elasticity }) =>
            of === i ? [{ product: j, factor: pull.map((log, d) => Math.exp(elasticity[d] * log)) }] : [],
          ),
        );
        return { promotion, weeks: Math.ceil(promotion.days / WEEK), lift: liftOf(product, promotion), factors };
      }),
    );
  }

  /** Weeks that a promotion takes. */
  weeksOf(product: number, promotion: number): number {
    return this.of({ product, promotion }).weeks;
  }

  /** Price cuts on what is expected to be sold, and what the promotion costs. */
  spent({ product, promotion, week }: Placed): number {
    const { promotion: asked, lift } = this.of({ product, promotion });
    const { todayPrice } = this.products[product] as CalendarProduct;
    const sold = this.part(product, promotion, week);
    return asked.cost + (todayPrice - asked.price) * mean(sold.map((units, d) => units * lift[d]));
  }

  /** Net profit of each draw over that without any promotion. */
  net(placed: readonly Placed[]): Float64Array {
    const net = new Float64Array(this.draws);
    for (const week of this.weeksWith(placed)) {
      const states = this.statesIn(placed, week);
      this.products.forEach((_, i) => {
        const usual = this.usual(i, week);
        const { profit, factor } = states[i] as WeekState;
        for (let d = 0; d < net.length; d++) net[d] = net[d] + profit[d] * factor[d] - usual[d];
      });
    }
    for (const one of placed) {
      const { cost } = this.of(one).promotion;
      const after = this.after(one);
      for (let d = 0; d < net.length; d++) net[d] = net[d] + after[d] - cost;
    }
    return net;
  }

  /** What a promotion of a product adds in a week, in expectation, beside what is placed of others. */
  valuesBeside(given: readonly Placed[], product: number): (promotion: number, week: number) => number {
    const states = Array.from({ length: this.weeks }, (_, week) => this.statesIn(given, week));
    return (promotion, first) => {
      const { promotion: asked, weeks, lift, factors } = this.of({ product, promotion });
      const { todayPrice, unitCosts } = this.products[product] as CalendarProduct;
      let sum = mean(this.after({ product, promotion, week: first })) - asked.cost;
      for (let week = first; week < first + weeks; week++) {
        const days = daysIn(asked, week - first);
        const there = states[week] as WeekState[];
        const own = there[product] as WeekState;
        const part = this.partIn(product, week, days);
        let gain = 0;
        for (let d = 0; d < this.draws; d++) {
          const more = (asked.price + asked.funding - unitCosts[d]) * lift[d] - (todayPrice - unitCosts[d]);
          gain += part[d] * more * own.factor[d];
        }
        for (const { product: other, factor } of factors) {
          const { profit, factor: given } = there[other] as WeekState;
          for (let d = 0; d < this.draws; d++) gain += profit[d] * given[d] * (days / WEEK) * (factor[d] - 1);
        }
        sum += gain / this.draws;
      }
      return sum;
    };
  }

  private of({ product, promotion }: Pick<Placed, 'product' | 'promotion'>): Known {
    return this.known[product]?.[promotion] as Known;
  }

  private weeksWith(placed: readonly Placed[]): Set<number> {
    return new Set(placed.flatMap((one) => Array.from({ length: this.of(one).weeks }, (_, k) => one.week + k)));
  }

  /** All products in a week, at their own prices there. */
  private statesIn(placed: readonly Placed[], week: number): WeekState[] {
    const states = this.products.map((_, i) => ({
      profit: this.usual(i, week).slice(),
      factor: new Float64Array(this.draws).fill(1),
    }));
    for (const one of placed) {
      const { promotion, weeks, lift, factors } = this.of(one);
      if (week < one.week || week >= one.week + weeks) continue;
      const { todayPrice, unitCosts } = this.products[one.product] as CalendarProduct;
      const days = daysIn(promotion, week - one.week);
      const part = this.partIn(one.product, week, days);
      const { profit } = states[one.product] as WeekState;
      for (let d = 0; d < this.draws; d++) {
        const more = (promotion.price + promotion.funding - unitCosts[d]) * lift[d] - (todayPrice - unitCosts[d]);
        profit[d] = profit[d] + part[d] * more;
      }
      for (const { product, factor } of factors) {
        const state = states[product] as WeekState;
        for (let d = 0; d < this.draws; d++) state.factor[d] = state.factor[d] * (1 + (days / WEEK) * (factor[d] - 1));
      }
    }
    return states;
  }

  private usual(product: number, week: number): Float64Array {
    const { todayPrice, unitCosts } = this.products[product] as CalendarProduct;
    return this.kept(`usual ${product} ${week}`, () =>
      this.partIn(product, week, WEEK).map((units, d) => units * (todayPrice - unitCosts[d])),
    );
  }

  /** Usual units of all days of a promotion. */
  private part(product: number, promotion: number, week: number): Float64Array {
    const { days } = this.of({ product, promotion }).promotion;
    return this.kept(`all ${product} ${week} ${days}`, () =>
      soldOn(this.products[product] as CalendarProduct, week * WEEK, week * WEEK + days),
    );
  }

  /** Usual units of the first days of a week. */
  private partIn(product: number, week: number, days: number): Float64Array {
    if (days === WEEK) return this.sold[product]?.[week] as Float64Array;
    return this.kept(`part ${product} ${week} ${days}`, () =>
      soldOn(this.products[product] as CalendarProduct, week * WEEK, week * WEEK + days),
    );
  }

  private after(one: Placed): Float64Array {
    const { promotion, lift } = this.of(one);
    const product = this.products[one.product] as CalendarProduct;
    return this.kept(`after ${one.product} ${one.promotion} ${one.week}`, () =>
      afterGains(product, promotion, lift, one.week * WEEK + promotion.days),
    );
  }

  private kept(key: string, work: () => Float64Array): Float64Array {
    let found = this.cache.get(key);
    if (!found) this.cache.set(key, (found = work()));
    return found;
  }
}

/** Days of a promotion in one of its weeks, from 0. */
function daysIn({ days }: Promotion, week: number): number {
  return Math.min(WEEK, days - WEEK * week);
}
