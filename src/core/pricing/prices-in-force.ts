/**
 * Which price was in force when, by the sales and by what was decided; the lowest of the days before a reduction; and
 * whether an announced reduction is one (Directive 98/6/EC, article 6a, as added by Directive (EU) 2019/2161; in Spain
 * Ley 7/1996, article 20).
 */

import type { CellSeries } from '../series/cell-series.ts';
import { coveredDays, gridOf } from '../series/periods.ts';
import { coinOf } from './price-lattice.ts';

/** Days before a reduction whose lowest price is the one that it is measured by. */
const REDUCTION_WINDOW_DAYS = 30;

/** A price that somebody decided to charge from a day on. */
export interface DecidedPrice {
  readonly id: string;
  /** Days since 1970-01-01. */
  readonly fromDay: number;
  readonly price: number;
}

/** Days in a row with one price. */
export interface PriceSpan {
  readonly fromDay: number;
  /** Last day of it: the day before the next span, and of the last one the last sale's; null while it only is planned. */
  readonly toDay: number | null;
  /** A unit, as it was charged: the mean of its sales. */
  readonly price: number;
  /** Sold as a promotion. */
  readonly promo: boolean;
  /** What was decided and is charged here; null where nobody decided it here. */
  readonly decision: string | null;
  /** Whether sales show it; false of a price that is decided and not seen yet. */
  readonly charged: boolean;
}

/** A price that went down from one day to the next. */
export interface PriceReduction {
  readonly fromDay: number;
  readonly price: number;
  /** In force on the day before. */
  readonly priceBefore: number;
  /** Lowest of the 30 days before, or of as many as there are. */
  readonly lowest: number;
  /** Days before it of which prices are known, at most 30. */
  readonly knownDays: number;
  readonly promo: boolean;
  readonly planned: boolean;
  /** Whether the price is below the lowest: only then may a reduction be announced, and from the lowest. */
  readonly isReduction: boolean;
}

/**
 * Prices of a cell in order, one span a run of rows whose prices are the same to the coin. Decided prices whose day
 * lies behind the last sale stand at the end, one after another.
 *
 * @param series of one cell; rows without a price carry on the one before
 * @param decisions in any order; of several from one day the last counts
 */
export function pricesInForce(
  series: Pick<CellSeries, 'frequency' | 'days' | 'price' | 'promo'>,
  decisions: readonly DecidedPrice[],
  currency: string,
): PriceSpan[] {
  const ordered = byDay(decisions);
  const coin = coinOf(currency);
  const spans = chargedSpans(series, coin);
  const last = spans.at(-1);
  const lastDay = last?.toDay ?? Number.NEGATIVE_INFINITY;
  const named = spans.map((span, i) => ({ ...span, decision: decisionOf(span, spans[i - 1], ordered, coin) }));
  const planned = ordered
    .filter(({ fromDay }) => fromDay > lastDay)
    .map(({ id, fromDay, price }, i, all): PriceSpan => {
      const next = all[i + 1];
      return {
        fromDay,
        toDay: next === undefined ? null : next.fromDay - 1,
        price,
        promo: false,
        decision: id,
        charged: false,
      };
    });
  return [...named, ...planned];
}

function byDay(decisions: readonly DecidedPrice[]): DecidedPrice[] {
  const ofDay = new Map(decisions.map((decision) => [decision.fromDay, decision]));
  return [...ofDay.values()].sort((a, b) => a.fromDay - b.fromDay);
}

type ChargedSpan = Omit<PriceSpan, 'decision' | 'toDay'> & { readonly toDay: number };

function chargedSpans(
  { frequency, days, price, promo }: Pick<CellSeries, 'frequency' | 'days' | 'price' | 'promo'>,
  coin: number,
): ChargedSpan[] {
  const grid = gridOf(frequency, days);
  const spans: ChargedSpan[] = [];
  for (let row = 0; row < days.length; row++) {
    const [value, isPromo] = [price[row] as number, (promo[row] as number) > 0];
    if (!(value > 0)) continue;
    const { from, to } = coveredDays(grid, days[row] as number);
    const open = spans.at(-1);
    if (open && isSame(open.price, value, coin) && open.promo === isPromo) {
      spans[spans.length - 1] = { ...open, toDay: to };
      continue;
    }
    // Days without a sale before another price still had the one before.
    if (open) spans[spans.length - 1] = { ...open, toDay: from - 1 };
    spans.push({ fromDay: from, toDay: to, price: value, promo: isPromo, charged: true });
  }
  return spans;
}

/** Whether a price is below another by more than the coin hides: one from sales is a mean of tickets. */
export function isLower(price: number, than: number, currency: string): boolean {
  return price < than && !isSame(price, than, coinOf(currency));
}

/** Half a coin apart at most: both stand on a label as one. */
function isSame(a: number, b: number, coin: number): boolean {
  return Math.abs(a - b) <= Math.max(coin / 2, 1e-9 * a);
}

/** The decision that a span carries out: in force as it began, at its price, and not what stood before. */
function decisionOf(
  span: ChargedSpan,
  before: ChargedSpan | undefined,
  ordered: readonly DecidedPrice[],
  coin: number,
): string | null {
  const found = ordered.findLast(({ fromDay, price }) => fromDay <= span.toDay && isSame(price, span.price, coin));
  if (found === undefined || (before !== undefined && found.fromDay <= before.fromDay)) return null;
  return found.id;
}

/**
 * Lowest price in force on the days before a day.
 *
 * @param spans as of {@link pricesInForce}
 * @returns null where no price is known of any of those days
 */
export function lowestBefore(
  spans: readonly PriceSpan[],
  day: number,
  windowDays = REDUCTION_WINDOW_DAYS,
): { readonly price: number; readonly knownDays: number } | null {
  const from = day - windowDays;
  let lowest = Number.POSITIVE_INFINITY;
  let first = day;
  for (const [i, { fromDay, price }] of spans.entries()) {
    // A price holds until another one takes its place, whether it was sold at or not.
    const until = spans[i + 1]?.fromDay ?? Number.POSITIVE_INFINITY;
    if (fromDay >= day || until <= from) continue;
    lowest = Math.min(lowest, price);
    first = Math.min(first, Math.max(from, fromDay));
  }
  return first === day ? null : { price: lowest, knownDays: day - first };
}

/** Every price below the one of the day before, in order. */
export function priceReductions(spans: readonly PriceSpan[], currency: string): PriceReduction[] {
  return spans.flatMap((span, i) => {
    const before = spans[i - 1];
    if (before === undefined || !isLower(span.price, before.price, currency)) return [];
    const lowest = lowestBefore(spans, span.fromDay);
    if (lowest === null) return [];
    return [
      {
        fromDay: span.fromDay,
        price: span.price,
        priceBefore: before.price,
        lowest: lowest.price,
        knownDays: lowest.knownDays,
        promo: span.promo,
        planned: !span.charged,
        isReduction: isLower(span.price, lowest.price, currency),
      },
    ];
  });
}
