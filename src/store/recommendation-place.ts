/** The place of a recommendation in an order, in every store alike. */

import type { Cursor } from '../contract/store/page.ts';
import type { KeptRecommendation, RecommendationSort } from '../contract/store/recommendations.ts';

/** @returns a function that gives the keys of a recommendation, its number last */
export function placeBy(sort: RecommendationSort): (row: KeptRecommendation) => Cursor {
  if (sort === 'id') return ({ id }) => [id];
  return sort === 'product' ? ({ product, id }) => [product, id] : ({ gain, id }) => [gain, id];
}
