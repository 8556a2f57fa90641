/** Simulated competitors: prices that are seen every week, and sales that answer them. */

import { RandomStream } from '../math/random.ts';
import type { CellSeries } from '../series/cell-series.ts';
import type { DatedCompetitorPrice } from '../series/competitor-prices.ts';

/** A product that others sell too. */
export interface Rivalled {
  readonly merchant: string;
  readonly product: string;
  /** What each of them asks on average, as a share of the own mean price. */
  readonly competitors: Readonly<Record<string, number>>;
  /** Percent of sales for one percent of their mean price. */
  readonly elasticity: number;
}

/** A seen price of a cell. */
export interface SimulatedCompetitorPrice extends DatedCompetitorPrice {
  readonly merchant: string;
  readonly product: string;
}

const STREAM = 0x72697661;
/** Days between two looks at their shelves. */
const SEEN_EVERY = 7;
/** Standard deviation of their prices around their usual ones, log, and what of it stays from one look to the next. */
const DEVIATION = 0.07;
const STAYS = 0.7;

/**
 * Sales of a market whose products answer what competitors ask, with the prices as they were seen. What is to be
 * recovered
 * of a cell by itself no longer holds at other prices of theirs.
 */
export function withCompetitors(
  market: readonly CellSeries[],
  rivalled: readonly Rivalled[],
  seed: number,
): { readonly market: CellSeries[]; readonly prices: SimulatedCompetitorPrice[] } {
  const prices: SimulatedCompetitorPrice[] = [];
  const sold = market.map((series) => {
    const place = rivalled.findIndex(
      ({ merchant, product }) => merchant === series.merchant && product === series.product,
    );
    const own = rivalled[place];
    if (own === undefined) return series;
    const log = new Float64Array(series.days.length);
    const names = Object.entries(own.competitors);
    names.forEach(([competitor, share], c) => {
      const random = new RandomStream(seed, STREAM, place, c);
      const usual = share * meanPrice(series);
      let [move, price, seenOn] = [0, usual, Number.NEGATIVE_INFINITY];
      series.days.forEach((day, i) => {
        if (day - seenOn >= SEEN_EVERY) {
          move = STAYS * move + DEVIATION * Math.sqrt(1 - STAYS ** 2) * random.normal();
          price = Math.round(usual * Math.exp(move) * 20) / 20;
          seenOn = day;
          prices.push({ merchant: own.merchant, product: own.product, competitor, day, price, promo: move < -0.12 });
        }
        log[i] = log[i] + Math.log(price / usual) / names.length;
      });
    });
    return { ...series, quantity: series.quantity.map((q, i) => q * Math.exp(own.elasticity * log[i])) };
  });
  return { market: sold, prices };
}

function meanPrice({ price }: CellSeries): number {
  const known = price.filter((one) => one > 0);
  return known.reduce((sum, one) => sum + one, 0) / Math.max(1, known.length);
}
