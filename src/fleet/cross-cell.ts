/** What a cell's rows say of its own price and of those of others. */

import { type CrossEvidence, crossEvidence } from '../core/demand/cross-evidence.ts';
import type { CellSeries, Holiday } from '../core/series/cell-series.ts';

export interface CrossInput {
  readonly series: CellSeries;
  readonly others: readonly Pick<CellSeries, 'days' | 'price'>[];
  readonly holidays: readonly Holiday[];
}

export function crossOfCell({ series, others, holidays }: CrossInput): CrossEvidence | null {
  return crossEvidence(series, others, { holidays, market: false });
}
