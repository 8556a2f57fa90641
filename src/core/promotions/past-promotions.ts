/** The promotions that a cell's rows tell of: when, how deep, and whether they can tell what a promotion does. */

import { quantile } from '../math/summary.ts';
import { DAYS_PER_YEAR } from '../series/calendar.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { filledPrices } from '../series/design.ts';
import { PERIOD_DAYS } from '../series/periods.ts';
import { PROMOTION_DOUBTS, type PromotionDoubt } from '../vocabulary.ts';

/** A row counts as a promotion from this share of discounted sales on. */
const PROMOTION_SHARE = 0.5;
/** A cut that nobody flagged is a promotion where it is by at least this share, for at most so many days. */
const LEAST_CUT = 0.05;
const MOST_DAYS = 21;
/** and the price comes back to within this share of what it was. */
const SAME_PRICE = 0.02;

export interface PastPromotion {
  /** Its first and last row, both included. */
  readonly first: number;
  readonly last: number;
  /** The price before it: the median of four weeks, rows on promotion left out; currency per unit. */
  readonly usual: number;
  /** Mean cut of that price, as a share; 0 where it was announced at the usual price. */
  readonly depth: number;
}

export interface PastPromotions {
  readonly promotions: readonly PastPromotion[];
  /** Promotion share of each row, 0-1: as it was told, or as price cuts that came back say. */
  readonly flags: Float64Array;
  /** Whether rows told of promotions; otherwise they were found by their prices. */
  readonly flagged: boolean;
}

/**
 * Stretches of rows on promotion that began after a usual price. Without any flag among the rows, price cuts of at
 * least 5 % that came back within three weeks are promotions.
 */
export function pastPromotions(series: CellSeries): PastPromotions {
  const price = filledPrices(series.price, series.days.length);
  const told = series.promo.map((share) => (share > 0 ? share : 0));
  const flagged = told.some((share) => share >= PROMOTION_SHARE);
  const flags = flagged ? told : cutsThatCameBack(series, price);
  const promotions: PastPromotion[] = [];
  for (let first = 0, last = 0; first < flags.length; first = last + 1) {
    last = first;
    if (!(flags[first] >= PROMOTION_SHARE)) continue;
    while (last + 1 < flags.length && flags[last + 1] >= PROMOTION_SHARE) last++;
    const usual = usualBefore(series, price, flags, first);
    if (usual === null) continue;
    let sum = 0;
    for (let i = first; i <= last; i++) sum += price[i] / usual;
    promotions.push({ first, last, usual, depth: Math.max(0, 1 - sum / (last - first + 1)) });
  }
  return { promotions, flags, flagged };
}

/** Days before a promotion that tell its usual price. */
const USUAL_DAYS = 28;

/** Median of the usual prices before a row: the newest of all where there is none of four weeks; null without any. */
function usualBefore({ days }: CellSeries, price: Float64Array, flags: Float64Array, row: number): number | null {
  const found: number[] = [];
  for (let i = row - 1; i >= 0; i--) {
    if (found.length > 0 && days[row] - days[i] > USUAL_DAYS) break;
    if (!(flags[i] >= PROMOTION_SHARE) && price[i] > 0) found.push(price[i]);
  }
  return found.length === 0
    ? null
    : quantile(
        found.sort((a, b) => a - b),
        0.5,
      );
}

function cutsThatCameBack({ days, frequency }: CellSeries, price: Float64Array): Float64Array {
  const flags = new Float64Array(price.length);
  for (let first = 1; first < price.length; first++) {
    const before = price[first - 1];
    if (!(price[first] <= before * (1 - LEAST_CUT))) continue;
    let next = first;
    while (next < price.length && price[next] <= before * (1 - LEAST_CUT)) next++;
    const short = next < price.length && days[next] - days[first] <= Math.max(MOST_DAYS, PERIOD_DAYS[frequency]);
    if (short && Math.abs(price[next] / before - 1) <= SAME_PRICE) flags.fill(1, first, next);
    first = next;
  }
  return flags;
}

/** Days that a promotion lasted. */
export function lengthOf({ days, frequency }: CellSeries, { first, last }: PastPromotion): number {
  return Math.round(days[last] - days[first] + PERIOD_DAYS[frequency]);
}

/** Fewer promotions may have met with chance: what nobody wrote down happened on their days. */
const LEAST_PROMOTIONS = 3;
/** Depths that lie within this of each other are one. */
const ONE_DEPTH = 0.05;
/** Length of the mean vector of the days of the year: 1 where all are one day, 0 where they are spread evenly. */
const ONE_SEASON = 0.85;
/** Rows whose own days are concentrated cover less than a year. */
const WHOLE_YEAR = 0.4;

/** What the past promotions of a cell cannot tell. */
export function doubtsOfPast(series: CellSeries, past: PastPromotions): PromotionDoubt[] {
  const { promotions, flags, flagged } = past;
  const found = new Set<PromotionDoubt>();
  if (series.frequency === 'monthly') found.add('PROMOTION_MONTHS');
  else if (flags.length > 0 && flags.every((share) => share >= PROMOTION_SHARE)) found.add('PROMOTION_ALWAYS');
  else if (promotions.length === 0) found.add('PROMOTION_NEVER');
  else {
    if (promotions.length < LEAST_PROMOTIONS) found.add('PROMOTION_FEW');
    const depths = promotions.map(({ depth }) => depth);
    if (Math.max(...depths) - Math.min(...depths) < ONE_DEPTH) found.add('PROMOTION_ONE_DEPTH');
    const promoted = Array.from(series.days).filter((_, i) => flags[i] >= PROMOTION_SHARE);
    if (
      promotions.length >= LEAST_PROMOTIONS &&
      concentration(series.days) < WHOLE_YEAR &&
      concentration(promoted) > ONE_SEASON
    )
      found.add('PROMOTION_WITH_SEASON');
    if (!flagged) found.add('PROMOTION_BY_PRICE');
  }
  return PROMOTION_DOUBTS.filter((doubt) => found.has(doubt));
}

/** Doubts that leave nothing to plan with. */
const BLOCKING: ReadonlySet<PromotionDoubt> = new Set([
  'PROMOTION_NEVER',
  'PROMOTION_ALWAYS',
  'PROMOTION_MONTHS',
  'PROMOTION_FEW',
  'PROMOTION_WITH_SEASON',
  'PROMOTION_UNTOLD',
]);

export function blocksPromotion(doubt: PromotionDoubt): boolean {
  return BLOCKING.has(doubt);
}

/** Mean resultant length of days on the circle of the year (Mardia & Jupp 2000, Directional Statistics, §2.3). */
function concentration(days: ArrayLike<number>): number {
  let [cosine, sine] = [0, 0];
  for (let i = 0; i < days.length; i++) {
    const angle = (2 * Math.PI * (days[i] as number)) / DAYS_PER_YEAR;
    cosine += Math.cos(angle);
    sine += Math.sin(angle);
  }
  return Math.hypot(cosine, sine) / days.length;
}

/** Depths and lengths are believed as far as this beyond those that were tried: share of the price, factor of days. */
const DEPTH_MARGIN = 0.025;
const LENGTH_MARGIN = 1.5;

export interface TriedPromotions {
  /** Shares of the price. */
  readonly depths: readonly [low: number, high: number];
  /** Days. */
  readonly lengths: readonly [low: number, high: number];
}

/** @returns null without a promotion */
export function triedPromotions(series: CellSeries, { promotions }: PastPromotions): TriedPromotions | null {
  if (promotions.length === 0) return null;
  const depths = promotions.map(({ depth }) => depth);
  const lengths = promotions.map((promotion) => lengthOf(series, promotion));
  return {
    depths: [Math.min(...depths), Math.max(...depths)],
    lengths: [Math.min(...lengths), Math.max(...lengths)],
  };
}

/** Whether promotions as deep and as long were tried, or nearly. */
export function wasTried({ depths, lengths }: TriedPromotions, depth: number, length: number): boolean {
  return (
    depth >= depths[0] - DEPTH_MARGIN &&
    depth <= depths[1] + DEPTH_MARGIN &&
    length >= lengths[0] / LENGTH_MARGIN &&
    length <= lengths[1] * LENGTH_MARGIN
  );
}
