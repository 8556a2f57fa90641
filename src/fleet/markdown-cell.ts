/** What a markdown path of a cell is worked out from: its demand by day and price. */

import { type DayDraws, type DayShare, dayDraws } from '../core/demand/day-draws.ts';
import { demandDraws } from '../core/pricing/demand-at.ts';
import { heedTodayPrice } from '../core/pricing/price-evidence.ts';
import { CURVE_DRAWS, unitCostOf } from '../core/pricing/recommend-price.ts';
import type { MarkdownInput, MarkdownPeriod } from '../core/stock/markdown-path.ts';
import type { CellToPrice, PriceGrounds } from './price-cell.ts';

/** What is asked of a cell's stock. */
interface MarkdownAsked extends Pick<MarkdownInput, 'stock' | 'prices' | 'salvage'> {
  /** One a day. */
  readonly shares: readonly DayShare[];
  /** Shares of a day's sales that its parts have. */
  readonly dayShares: readonly number[];
}

/** @param grounds of the same cell */
export function markdownInput(
  { model, planned }: Pick<CellToPrice, 'model' | 'planned'>,
  grounds: PriceGrounds,
  { shares, dayShares, ...asked }: MarkdownAsked,
): MarkdownInput {
  const draws = dayDraws(model, planned, shares, CURVE_DRAWS, 1);
  return { ...asked, ratio: ratioOf(grounds, asked.prices, model.todayPrice), ...periodsOf(draws, dayShares) };
}

/**
 * Demand of each draw at each price over that at the usual one, today's price heeded where the cost is known: who set
 * that price knew that some of what is bought is thrown away, so that its waste counts, though it is spent.
 */
function ratioOf({ facts, curve }: PriceGrounds, prices: Float64Array, usualPrice: number): Float64Array {
  const believed = facts.cost === null ? curve : heedTodayPrice(curve, usualPrice, unitCostOf(facts)).curve;
  const usual = demandDraws(believed, usualPrice);
  const ratio = new Float64Array(believed.draws * prices.length);
  prices.forEach((price, p) => {
    demandDraws(believed, price).forEach((demand, d) => {
      ratio[d * prices.length + p] = demand / usual[d];
    });
  });
  return ratio;
}

/** Each day's parts, in order of time. */
function periodsOf(
  { draws, days, expected, spread, whole }: DayDraws,
  dayShares: readonly number[],
): Pick<MarkdownInput, 'periods' | 'whole'> {
  const all = dayShares.reduce((sum, share) => sum + share, 0);
  const periods: MarkdownPeriod[] = [];
  for (let day = 0; day < days; day++)
    for (const share of dayShares) {
      const part = share / all;
      periods.push({
        day,
        expected: Float64Array.from({ length: draws }, (_, d) => expected[d * days + day] * part),
        spread: Float64Array.from({ length: draws }, (_, d) => (part > 0 ? spread[d * days + day] / part : 0)),
      });
    }
  return { periods, whole };
}
