/** What a promotion earns: in its own days, after them, and of the products that sell instead. */

import { mean } from '../math/summary.ts';
import type { CrossDraws } from '../portfolio/joint-demand.ts';
import { type Span, span } from '../pricing/gains.ts';
import { logLift, type PromotionDraws } from './promotion-effects.ts';
import { DIP_DAYS, dipShares } from './promotion-evidence.ts';

/** A product of a shop as its promotions are weighed; draws are in step over all products. */
export interface PromotableProduct {
  readonly todayPrice: number;
  /** Currency per unit, one a draw. */
  readonly unitCosts: Float64Array;
  readonly effects: PromotionDraws;
  /** Expected sales at today's price, draws × days, row-major. */
  readonly base: Float64Array;
  /** What other products' prices do to its demand, and at which place these are. */
  readonly cross: readonly CrossDraws[];
}

export interface Promotion {
  /** Share of today's price, 0-1. */
  readonly depth: number;
  readonly price: number;
  /** Whether it is on display, beside what a promotion has anyway. */
  readonly display: boolean;
  readonly days: number;
  /** What it costs beside the lower price. */
  readonly cost: number;
  /** What the supplier pays for each unit sold on promotion. */
  readonly funding: number;
}

/** One a draw, in currency. */
export interface PromotionGains {
  /** In its own days, of the product itself, less what the promotion costs. */
  readonly own: Float64Array;
  /** After them: below 0 where people bought in advance. */
  readonly after: Float64Array;
  /** Of other products. */
  readonly others: Float64Array;
}

/** Days after a promotion on which what was bought in advance is missing. */
export const AFTER_DAYS = dipShares('daily', DIP_DAYS[0]).length;

const DIP_SHARES = DIP_DAYS.map((days) => dipShares('daily', days));
/** A flag that draws people in without a lower price is a lower price to those who choose; not without bounds. */
const STEEPEST_PULL = -1.5;

export function liftOf({ effects }: Pick<PromotableProduct, 'effects'>, { depth, display }: Promotion): Float64Array {
  return logLift(effects, depth, display ? 1 : 0).map(Math.exp);
}

/**
 * The cut of log price that would draw as many people in, one a draw, ≤ 0: what a flag draws in it takes from the same
 * products as a lower price does.
 */
export function pullOf({ effects }: Pick<PromotableProduct, 'effects'>, { depth, display }: Promotion): Float64Array {
  return logLift(effects, depth, display ? 1 : 0).map((log, d) =>
    Math.max(STEEPEST_PULL, Math.min(0, log / Math.min(-0.5, effects.elasticity[d]))),
  );
}

/** @param first day of the promotion, counted from the first of the base's; all its days and those after are in it */
export function promotionGains(
  products: readonly PromotableProduct[],
  place: number,
  promotion: Promotion,
  first: number,
): PromotionGains {
  const product = products[place] as PromotableProduct;
  const { todayPrice, unitCosts } = product;
  const lift = liftOf(product, promotion);
  const pull = pullOf(product, promotion);
  const last = first + promotion.days;
  const own = soldOn(product, first, last).map((sold, d) => {
    const unitGain = promotion.price + promotion.funding - unitCosts[d];
    return sold * (unitGain * lift[d] - (todayPrice - unitCosts[d])) - promotion.cost;
  });
  const others = own.map(() => 0);
  for (const other of products)
    for (const { of, elasticity } of other.cross) {
      if (of !== place) continue;
      soldOn(other, first, last).forEach((sold, d) => {
        const margin = other.todayPrice - other.unitCosts[d];
        others[d] = others[d] + sold * margin * Math.expm1(elasticity[d] * pull[d]);
      });
    }
  return { own, after: afterGains(product, promotion, lift, last), others };
}

/** What days after a promotion miss. @param from the first of them */
export function afterGains(
  product: PromotableProduct,
  { days }: Pick<Promotion, 'days'>,
  lift: Float64Array,
  from: number,
): Float64Array {
  const { effects, todayPrice, unitCosts } = product;
  return missedAfter(product, days, lift, from).map((missed, d) =>
    effects.advance[d] > 0 ? -missed * (todayPrice - unitCosts[d]) : 0,
  );
}

/** Units, one a draw. */
function missedAfter(
  { effects, base, unitCosts }: PromotableProduct,
  days: number,
  lift: Float64Array,
  from: number,
): Float64Array {
  const all = base.length / unitCosts.length;
  return lift.map((factor, d) => {
    const extra = effects.advance[d] * days * Math.max(0, factor - 1);
    if (extra === 0) return 0;
    const shares = DIP_SHARES[effects.dip[d]] as Float64Array;
    let missed = 0;
    for (let k = 0; k < shares.length && from + k < all; k++)
      missed -= base[d * all + from + k] * Math.expm1(-extra * shares[k]);
    return missed;
  });
}

/** Units that would be sold anyway from a day until before another, one a draw. */
export function soldOn(
  { base, unitCosts }: Pick<PromotableProduct, 'base' | 'unitCosts'>,
  from: number,
  until: number,
): Float64Array {
  const draws = unitCosts.length;
  const all = base.length / draws;
  const sold = new Float64Array(draws);
  for (let d = 0; d < draws; d++) {
    let sum = 0;
    for (let day = from; day < until; day++) sum += base[d * all + day];
    sold[d] = sum;
  }
  return sold;
}

/** What is expected of a promotion in a usual span, with 90 % intervals. */
export interface PromotionOutlook {
  readonly promotion: Promotion;
  /** Factor of demand. */
  readonly lift: Span;
  /** Units beyond the usual, and of these the share that is missing afterwards. */
  readonly extra: Span;
  readonly advance: Span;
  /** Currency. */
  readonly own: Span;
  readonly after: Span;
  readonly others: Span;
  readonly net: Span;
  /** Share of draws in which it earns more than none, 0-1. */
  readonly probabilityBetter: number;
}

export function promotionOutlook(
  products: readonly PromotableProduct[],
  place: number,
  promotion: Promotion,
): PromotionOutlook {
  const product = products[place] as PromotableProduct;
  const gains = promotionGains(products, place, promotion, 0);
  const net = netOf(gains);
  const lift = liftOf(product, promotion);
  const extra = soldOn(product, 0, promotion.days).map((sold, d) => sold * (lift[d] - 1));
  const missed = missedAfter(product, promotion.days, lift, promotion.days);
  return {
    ...{ promotion, lift: span(lift), extra: span(extra) },
    advance: span(missed.map((units, d) => (extra[d] > 0 ? Math.min(1, units / extra[d]) : 0))),
    ...{ own: span(gains.own), after: span(gains.after), others: span(gains.others), net: span(net) },
    probabilityBetter: net.filter((gain) => gain > 0).length / net.length,
  };
}

export function netOf({ own, after, others }: PromotionGains): Float64Array {
  return own.map((gain, d) => gain + after[d] + others[d]);
}

/** The deepest promotion that does not earn less than none. */
export interface BreakEven {
  /** Share of the price; null: none of those that were tried. */
  readonly depth: number | null;
  /** 90 % interval; 0 where none may be. */
  readonly low: number;
  readonly high: number;
  /** The deepest that was tried still pays: how deep it may be is not known. */
  readonly beyond: boolean;
}

/** Depths that are looked at between those that were tried; roots are then found between two of them. */
const DEPTHS = 24;

/**
 * The largest tried depth at which the expected net profit is not below that of no promotion, and its interval over
 * draws. @param depths that were tried, ascending @param promotionAt of a depth
 */
export function breakEven(
  products: readonly PromotableProduct[],
  place: number,
  depths: readonly [low: number, high: number],
  promotionAt: (depth: number) => Promotion,
): BreakEven {
  const at = Array.from({ length: DEPTHS + 1 }, (_, k) => depths[0] + ((depths[1] - depths[0]) * k) / DEPTHS);
  const nets = at.map((depth) => netOf(promotionGains(products, place, promotionAt(depth), 0)));
  const depth = largestPaying(at, nets.map(mean));
  const draws = (nets[0] as Float64Array).map(
    (_, d) =>
      largestPaying(
        at,
        nets.map((net) => net[d] as number),
      ) ?? 0,
  );
  const { low, high } = span(draws);
  return { depth, low, high, beyond: depth !== null && depth >= depths[1] - 1e-9 };
}

/** Where the last of some values that is not below 0 crosses it, between two places by a straight line. */
function largestPaying(at: readonly number[], values: readonly number[]): number | null {
  const k = values.findLastIndex((value) => value >= 0);
  if (k < 0) return null;
  const [value, next] = [values[k] as number, values[k + 1]];
  if (next === undefined) return at[k] as number;
  return (at[k] as number) + (((at[k + 1] as number) - (at[k] as number)) * value) / (value - next);
}
