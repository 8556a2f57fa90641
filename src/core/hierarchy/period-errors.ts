/** Errors of single periods within the windows of the past. */

import type { CellOutlook } from './cell-outlook.ts';
import { type PastWindow, rowsUntil } from './past-windows.ts';
import type { Reconciliation } from './reconciliation.ts';
import { addUp, type TotalsTree } from './tree.ts';

/** One a period, with an entry a place. */
export function periodErrors(
  tree: TotalsTree,
  cells: readonly CellOutlook[],
  windows: readonly PastWindow[],
  found: Reconciliation | null,
): Float64Array[] {
  return windows.flatMap(({ from, to, level }, w) => {
    const errors = Array.from({ length: to - from + 1 }, () => new Float64Array(tree.parent.length));
    cells.forEach(({ past }, i) => {
      if (level[i] === 0) return;
      const factor = found?.pastFactors[w]?.[i] ?? 1;
      for (let row = rowsUntil(past.periods, from - 1); row < past.periods.length; row++) {
        const period = past.periods[row];
        if (period > to) break;
        (errors[period - from] as Float64Array)[i] = past.revenue[row] - factor * level[i] * past.expected[row];
      }
    });
    for (const one of errors) addUp(tree, one);
    return errors;
  });
}
