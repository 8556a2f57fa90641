/** A recommended price that is a step: a limit holds it back from one that earns more. */

import type { CellView } from '../../contract/documents.ts';
import { CONFIRMING_PERIODS } from '../../core/pricing/reasons.ts';
import type { Horizon } from '../../core/series/periods.ts';

type Recommendation = CellView['recommendation'];

export interface PriceStep {
  /** Where the model points; null where profit grows as far as it can be seen. */
  readonly aim: number | null;
  /** How long at the new price before the next. */
  readonly again: Horizon;
}

export function isStep({ reasons }: Pick<Recommendation, 'reasons'>): boolean {
  return reasons.includes('STEP_TOWARDS');
}

/** @returns null of a price that is no step */
export function stepOf(recommendation: Recommendation): PriceStep | null {
  if (!isStep(recommendation)) return null;
  // Recommendations of earlier versions know no period: they were of days.
  const unit = recommendation.horizon?.unit ?? 'day';
  return { aim: recommendation.unconstrainedPrice, again: { count: CONFIRMING_PERIODS[unit], unit } };
}
