/**
 * Monthly commodity prices: World Bank commodity price data ("Pink Sheet"). A later month is a figure more at the end of
 * every series; nothing else names the last one.
 */

import type { MarketSeriesName } from '../../vocabulary.ts';

/** First month of every series. */
export const MARKET_INDEX_START = { year: 2023, month: 1 } as const;

/** By month from {@link MARKET_INDEX_START} on: index with mean of 2023 = 100. */
export const MARKET_INDEX: Readonly<Record<MarketSeriesName, readonly number[]>> = {
  // biome-ignore format: one line a year, as published
  beef: [
    95, 95, 99, 108, 108, 102, 98, 96, 100, 102, 100, 98,
    102, 110, 117, 123, 120, 119, 126, 129, 128, 124, 126, 127,
    132, 135, 138, 137, 135, 136, 137, 140, 141, 145,
  ],
  // biome-ignore format: one line a year, as published
  chicken: [
    101, 100, 99, 102, 101, 96, 89, 93, 100, 103, 109, 107,
    102, 99, 100, 94, 99, 91, 87, 90, 95, 97, 99, 92,
    101, 106, 106, 113, 116, 116, 116, 109, 114, 112,
  ],
  // biome-ignore format: one line a year, as published
  lamb: [
    100, 108, 114, 118, 115, 102, 89, 93, 98, 91, 86, 87,
    86, 85, 85, 85, 84, 82, 83, 86, 90, 91, 95, 95,
    95, 92, 92, 96, 99, 105, 103, 102, 102, 103,
  ],
  // biome-ignore format: one line a year, as published
  fishMeal: [
    98, 97, 95, 97, 98, 100, 104, 104, 102, 101, 103, 102,
    98, 95, 95, 94, 95, 95, 96, 96, 93, 90, 88, 88,
    87, 88, 91, 93, 92, 93, 95, 96, 97, 97,
  ],
  // biome-ignore format: one line a year, as published
  bananaOrange: [
    87, 93, 91, 98, 95, 95, 97, 101, 105, 114, 114, 109,
    103, 111, 112, 113, 116, 106, 105, 108, 113, 115, 110, 112,
    116, 100, 83, 79, 78, 72, 80, 73, 73, 69,
  ],
  // biome-ignore format: one line a year, as published
  wheat: [
    112, 116, 109, 111, 108, 101, 101, 93, 92, 88, 83, 86,
    83, 82, 81, 80, 85, 78, 76, 74, 79, 80, 75, 74,
    75, 78, 75, 73, 70, 71, 69, 68, 69, 68,
  ],
  // biome-ignore format: one line a year, as published
  sugar: [
    81, 86, 88, 103, 108, 105, 101, 102, 112, 110, 111, 93,
    94, 97, 92, 87, 81, 82, 82, 79, 87, 89, 87, 84,
    77, 82, 81, 78, 76, 71, 71, 71, 69, 65,
  ],
  // biome-ignore format: one line a year, as published
  sunflowerOil: [
    121, 115, 107, 103, 96, 90, 103, 98, 89, 90, 94, 94,
    94, 92, 94, 96, 100, 104, 106, 104, 106, 120, 126, 121,
    120, 121, 122, 122, 120, 119, 121, 127, 130, 135,
  ],
};
