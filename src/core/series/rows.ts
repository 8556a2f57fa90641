/** Finding rows of a cell by day. */

import type { CellSeries } from './cell-series.ts';

/** Number of rows on or before a day. */
export function rowsUpTo(series: CellSeries, day: number): number {
  let low = 0;
  let high = series.days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((series.days[middle] as number) <= day) low = middle + 1;
    else high = middle;
  }
  return low;
}
