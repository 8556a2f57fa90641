/** Rows of a regression as they are observed around a component, and columns beside its own. */

import type { ObservedColumns } from '../kernel/innovations-kernel.ts';

export interface Observed extends ObservedColumns {
  /** Ridge of each explaining column, the coefficient that the rows are taken around, and its prior mean less that. */
  readonly precisions: Float64Array;
  readonly fitted: Float64Array;
  readonly offsets: Float64Array;
  /** Index of the instrument among the explaining columns: what it leaves of the price controls. −1 without one. */
  readonly instrument: number;
  /** Degrees of freedom that sold-out rows do not bring. */
  readonly uncounted: number;
}

/** Variance of what columns beside the regression's do, before any row is seen. */
export const BESIDE_VARIANCE = 4;

/** Rows with further columns last. @param beside of all rows of the regression, the latest of which are observed */
export function withColumns(observed: Observed, beside: readonly Float64Array[]): Observed {
  if (beside.length === 0) return observed;
  const { count, width, columns } = observed;
  const joined = new Float64Array((width + beside.length) * count);
  joined.set(columns);
  beside.forEach((column, k) => {
    joined.set(column.subarray(column.length - count), (width + k) * count);
  });
  return {
    ...observed,
    columns: joined,
    width: width + beside.length,
    precisions: Float64Array.of(...observed.precisions, ...beside.map(() => 1 / BESIDE_VARIANCE)),
    offsets: Float64Array.of(...observed.offsets, ...beside.map(() => 0)),
  };
}
