/**
 * Monthly commodity prices (World Bank, index 2023 = 100) that stand for the market of a product type when no market
 * prices are imported.
 */

import type { CellSeries } from '../series/cell-series.ts';
import type { MarketSeriesName } from '../vocabulary.ts';
import { MARKET_INDEX, MARKET_INDEX_START } from './data/commodity-index.ts';
import type { FoodCategory } from './data/published-elasticities.ts';
import { matchCategory } from './published-priors.ts';

/**
 * The nearest series of each category. Pork and eggs follow chicken (both are made of feed grain); dairy has no series
 * near it.
 */
const NEAREST: Readonly<Partial<Record<FoodCategory, MarketSeriesName>>> = {
  meat: 'beef',
  beef: 'beef',
  pork: 'chicken',
  poultry: 'chicken',
  eggs: 'chicken',
  lamb: 'lamb',
  fish: 'fishMeal',
  fruit: 'bananaOrange',
  oranges: 'bananaOrange',
  apples: 'bananaOrange',
  bananas: 'bananaOrange',
  vegetables: 'bananaOrange',
  tomatoes: 'bananaOrange',
  potatoes: 'bananaOrange',
  juice: 'bananaOrange',
  cereals: 'wheat',
  pulses: 'wheat',
  sweets: 'sugar',
  softDrinks: 'sugar',
  fats: 'sunflowerOil',
};

export interface MarketSeriesMatch {
  readonly series: MarketSeriesName;
  /** True when the series is that of the category itself, false when it is only the nearest. */
  readonly exact: boolean;
  readonly matched: string;
}

const EXACT: ReadonlySet<FoodCategory> = new Set([
  'beef',
  'poultry',
  'lamb',
  'fats',
  'oranges',
  'bananas',
  'sweets',
] satisfies FoodCategory[]);

/**
 * The series that stands for a product type; null when no category is recognised or none is near (dairy, cheese, milk).
 */
export function nearestMarketSeries(productType: string): MarketSeriesMatch | null {
  const match = matchCategory(productType);
  const series = match && NEAREST[match.category];
  return match && series ? { series, exact: EXACT.has(match.category), matched: match.matched } : null;
}

/**
 * Index of a month (2023 = 100); null outside the table.
 *
 * @param month 1-12
 */
export function marketIndexAt(series: MarketSeriesName, year: number, month: number): number | null {
  const at = (year - MARKET_INDEX_START.year) * 12 + month - MARKET_INDEX_START.month;
  return MARKET_INDEX[series][at] ?? null;
}

/** Months after the table's end for which its last value stands. */
const MONTHS_CARRIED = 18;

/**
 * A cell with the nearest commodity index as its market price, where no market price was imported for it. The index has
 * no currency: only its movement enters a model.
 *
 * @returns the cell, and the series that stands in; null where the cell has market prices, its type has no near series,
 * or its rows lie outside the table
 */
export function withMarketIndex(series: CellSeries): {
  readonly series: CellSeries;
  readonly index: MarketSeriesName | null;
} {
  if (series.marketPrice.some((p) => p > 0)) return { series, index: null };
  const match = nearestMarketSeries(series.productType) ?? nearestMarketSeries(series.product);
  if (!match) return { series, index: null };
  const table = MARKET_INDEX[match.series];
  const marketPrice = Float64Array.from(series.days, (day) => {
    const date = new Date(day * 86_400_000);
    const at =
      (date.getUTCFullYear() - MARKET_INDEX_START.year) * 12 + date.getUTCMonth() + 1 - MARKET_INDEX_START.month;
    return at < 0 || at >= table.length + MONTHS_CARRIED ? Number.NaN : table[Math.min(at, table.length - 1)];
  });
  const inside = marketPrice.filter((p) => p > 0).length * 2 >= marketPrice.length;
  return inside ? { series: { ...series, marketPrice }, index: match.series } : { series, index: null };
}
