/** Whether what is sold together has lately risen or fallen. */

import type { CellSeries } from '../series/cell-series.ts';
import { rowsUpTo } from '../series/rows.ts';
import { baseLevel, WINDOWS } from './windows.ts';

/**
 * Log ratios of sales a day in a short window up to an origin to those in a long one, by group of cells. A group that
 * sold nothing in the long one is absent.
 */
export interface MarketTrends {
  readonly types: ReadonlyMap<string, number>;
  readonly merchants: ReadonlyMap<string, number>;
}

/** Added to the short window, as a share of the long one, so that nothing sold has a logarithm. */
const FLOOR_SHARE = 0.1;

/**
 * Trends at an origin; nothing after it is read. Every cell counts by its own base level, whatever its unit.
 *
 * @param cells all of one frequency
 */
export function marketTrends(cells: readonly CellSeries[], originDay: number): MarketTrends {
  const [types, merchants] = [new Map<string, [number, number]>(), new Map<string, [number, number]>()];
  for (const series of cells) {
    const rows = rowsUpTo(series, originDay);
    const quantity = (series.demand?.expected ?? series.quantity).subarray(0, rows);
    const base = baseLevel(quantity, series.frequency);
    if (!(base > 0)) continue;
    const { short, long } = WINDOWS[series.frequency].trend;
    const daily = (days: number): number => {
      let sum = 0;
      for (let i = rows - 1; i >= 0 && series.days[i] > originDay - days; i--) sum += quantity[i];
      return sum / base / days;
    };
    const sold = [daily(short), daily(long)] as const;
    for (const [groups, name] of [
      [types, series.productType],
      [merchants, series.merchant],
    ] as const) {
      const before = groups.get(name) ?? [0, 0];
      groups.set(name, [before[0] + sold[0], before[1] + sold[1]]);
    }
  }
  return { types: logRatios(types), merchants: logRatios(merchants) };
}

function logRatios(groups: ReadonlyMap<string, readonly [number, number]>): Map<string, number> {
  const trends = new Map<string, number>();
  for (const [name, [short, long]] of groups)
    if (long > 0) trends.set(name, Math.log((short / long + FLOOR_SHARE) / (1 + FLOOR_SHARE)));
  return trends;
}
