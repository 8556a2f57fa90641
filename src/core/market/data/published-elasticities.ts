/** Published facts about food demand by category: elasticities and reference prices. */

import { mean } from '../../math/summary.ts';

/**
 * Store-level price elasticity: mean and standard deviation of 1,851 published estimates
 * (Bijmolt, van Heerde & Pieters 2005, J. Marketing Research 42(2), doi:10.1509/jmkr.42.2.141.62296); truncated below 0
 * where it is drawn from.
 */
export const PUBLISHED_ELASTICITY = { mean: -2.62, standardDeviation: 1 } as const;

/**
 * Absolute own-price elasticity of food categories at market level (Andreyeva, Long & Brownell 2010, Am. J. Public
 * Health 100(2), doi:10.2105/AJPH.2008.151415). Only their proportions are used here: a single shop faces more elastic
 * demand than a whole country.
 */
export const CATEGORY_ELASTICITIES = {
  beef: 0.75,
  pork: 0.72,
  poultry: 0.68,
  fish: 0.5,
  fruit: 0.7,
  vegetables: 0.58,
  dairy: 0.65,
  cheese: 0.44,
  eggs: 0.27,
  milk: 0.59,
  cereals: 0.6,
  fats: 0.48,
  sweets: 0.34,
  softDrinks: 0.79,
  juice: 0.76,
} as const;
export type ElasticityCategory = keyof typeof CATEGORY_ELASTICITIES;

/** Mean of {@link CATEGORY_ELASTICITIES}: 0.59. */
export const MEAN_CATEGORY_ELASTICITY = mean(Object.values(CATEGORY_ELASTICITIES));

/**
 * Food categories that a name can mean: those with a published elasticity, and those known only by a price or a market
 * series.
 */
export type FoodCategory =
  | ElasticityCategory
  | 'meat'
  | 'lamb'
  | 'potatoes'
  | 'pulses'
  | 'tomatoes'
  | 'oranges'
  | 'apples'
  | 'bananas';

export interface ReferencePrice {
  /** EUR per `unit`. */
  readonly price: number;
  readonly unit: 'kg' | 'l';
  readonly period: string;
}

const PANEL = 'household panel, 12 months to 2019-09';
const CALENDAR_2019 = 'household panel, 2019';
/** Mean consumer prices of the Spanish ministry of agriculture's household panel: value / volume in EUR. */
export const REFERENCE_PRICES: Readonly<Partial<Record<FoodCategory, ReferencePrice>>> = {
  meat: { price: 6.79, unit: 'kg', period: PANEL },
  fish: { price: 8.6, unit: 'kg', period: PANEL },
  potatoes: { price: 0.88, unit: 'kg', period: PANEL },
  pulses: { price: 1.94, unit: 'kg', period: PANEL },
  fats: { price: 4.45, unit: 'l', period: PANEL },
  fruit: { price: 1.54, unit: 'kg', period: CALENDAR_2019 },
  vegetables: { price: 1.88, unit: 'kg', period: CALENDAR_2019 },
  tomatoes: { price: 1.69, unit: 'kg', period: CALENDAR_2019 },
  oranges: { price: 0.95, unit: 'kg', period: CALENDAR_2019 },
  apples: { price: 1.45, unit: 'kg', period: CALENDAR_2019 },
  bananas: { price: 1.6, unit: 'kg', period: CALENDAR_2019 },
};

/** The wider category whose facts stand in where a category has none of its own. */
export const WIDER: Readonly<Partial<Record<FoodCategory, FoodCategory>>> = {
  beef: 'meat',
  pork: 'meat',
  poultry: 'meat',
  lamb: 'meat',
  potatoes: 'vegetables',
  tomatoes: 'vegetables',
  oranges: 'fruit',
  apples: 'fruit',
  bananas: 'fruit',
};
