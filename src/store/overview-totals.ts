/** What engines that keep the overview as columns have in common: by which it is sorted, and sums over groups of cells. */

import type { OverviewSort } from '../contract/api.ts';
import type { OverviewTotals } from '../contract/store/cells.ts';
import { CELL_STATES, type CellState, type ReasonCode } from '../core/vocabulary.ts';

export const SORT_COLUMNS: Readonly<Record<OverviewSort, string>> = {
  merchant: 'merchant',
  product: 'product',
  currentPrice: 'current_price',
  recommendedPrice: 'recommended_price',
  expectedGain: 'gain',
  probabilityBetter: 'probability_better',
  wape: 'wape',
  elasticity: 'elasticity',
  lastDay: 'last_day',
  trainedAt: 'trained_at',
};

/** Cells of one state with the same reasons. */
export interface OverviewGroup {
  readonly state: CellState;
  readonly reasons: readonly ReasonCode[];
  readonly cells: number;
  readonly models: number;
  readonly changes: number;
  readonly gain: number;
  /** Cells that have one. */
  readonly wapes: number;
  /** Their sum. */
  readonly wape: number;
  readonly lastDay: number | null;
  readonly horizonDays: number | null;
  readonly leastHorizonDays: number | null;
}

export function totalsOf(
  groups: readonly OverviewGroup[],
): Omit<OverviewTotals, 'total' | 'merchants' | 'productTypes'> {
  const sum = (of: (group: OverviewGroup) => number): number => groups.reduce((total, group) => total + of(group), 0);
  const states = Object.fromEntries(CELL_STATES.map((state) => [state, 0])) as Record<CellState, number>;
  const byReason: Record<string, number> = {};
  for (const { state, reasons, cells } of groups) {
    states[state] += cells;
    for (const code of reasons) byReason[code] = (byReason[code] ?? 0) + cells;
  }
  const most = (of: (group: OverviewGroup) => number | null, pick: (...all: number[]) => number): number | null => {
    const values = groups.map(of).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((a, b) => pick(a, b));
  };
  const wapes = sum((g) => g.wapes);
  return {
    cells: sum((g) => g.cells),
    models: sum((g) => g.models),
    states,
    byReason,
    changes: sum((g) => g.changes),
    gain: sum((g) => g.gain),
    warnings: sum((g) => (g.reasons.length === 0 ? 0 : g.cells)),
    meanWape: wapes === 0 ? null : sum((g) => g.wape) / wapes,
    lastDay: most((g) => g.lastDay, Math.max),
    horizonDays: most((g) => g.horizonDays, Math.max),
    leastHorizonDays: most((g) => g.leastHorizonDays, Math.min),
  };
}
