/** Simulated products that sell in each other's place. */

import { checkNumber } from '../checks.ts';
import type { CellSeries } from '../series/cell-series.ts';
import type { SimulatedCell } from './simulate-market.ts';

/** What the price of one product of a shop does to the sales of another. */
export interface Substitution {
  readonly merchant: string;
  readonly product: string;
  /** The product whose price it is. */
  readonly of: string;
  /** Percent of sales for one percent of that price; above 0 they sell in each other's place. */
  readonly elasticity: number;
}

/**
 * Sales of a simulated market in which some products answer the prices of others: quantity times (price of the other /
 * its reference price) ^ elasticity, on days on which both were sold. What is to be recovered of a cell by itself no
 * longer holds at other prices of the others.
 *
 * @throws TypeError, RangeError for an elasticity that is no number, or a product that the market does not have
 */
export function withSubstitutes(market: readonly SimulatedCell[], effects: readonly Substitution[]): CellSeries[] {
  const cellOf = (merchant: string, product: string): SimulatedCell => {
    const found = market.find(({ series }) => series.merchant === merchant && series.product === product);
    if (!found) throw new RangeError(`the market has no ${merchant} / ${product}`);
    return found;
  };
  const factors = effects.map(({ merchant, product, of, elasticity }) => {
    checkNumber('effect.elasticity', elasticity);
    const { series, truth } = cellOf(merchant, of);
    const ratios = new Map(Array.from(series.days, (day, i) => [day, series.price[i] / truth.referencePrice] as const));
    return { series: cellOf(merchant, product).series, ratios, elasticity };
  });
  return market.map(({ series }) => {
    const own = factors.filter((factor) => factor.series === series);
    if (own.length === 0) return series;
    const quantity = series.quantity.map((sold, i) =>
      own.reduce((q, { ratios, elasticity }) => q * (ratios.get(series.days[i] as number) ?? 1) ** elasticity, sold),
    );
    return { ...series, quantity };
  });
}
