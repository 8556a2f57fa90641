/** What a cell's rows say of its promotions. */

import { pastPromotions } from '../core/promotions/past-promotions.ts';
import { type OtherProduct, type PromotionEvidence, promotionEvidence } from '../core/promotions/promotion-evidence.ts';
import type { CellSeries, Holiday } from '../core/series/cell-series.ts';

export interface PromotionInput {
  readonly series: CellSeries;
  readonly holidays: readonly Holiday[];
  /** Name of a covariate; null: none is looked at. */
  readonly display: string | null;
  readonly others: readonly OtherProduct[];
}

export function promotionOfCell({ series, holidays, display, others }: PromotionInput): PromotionEvidence | null {
  return promotionEvidence(series, pastPromotions(series), holidays, display, others);
}
