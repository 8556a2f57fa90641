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

/** Sales of a group in both windows, over the cells' base levels. */
type Sold = [short: number, long: number];

/**
 * Trends at origins, gathered cell by cell so that none has to be held; nothing after an origin is read for it. Every
 * cell counts by its own base level, whatever its unit.
 */
export class TrendSums {
  private readonly byOrigin: ReadonlyMap<
    number,
    { readonly types: Map<string, Sold>; readonly merchants: Map<string, Sold> }
  >;

  /** @param originDays days since 1970-01-01 */
  constructor(originDays: Iterable<number>) {
    this.byOrigin = new Map(
      Array.from(originDays, (day) => [day, { types: new Map<string, Sold>(), merchants: new Map<string, Sold>() }]),
    );
  }

  /** @param series of the one frequency that all have; each once, in any order */
  add(series: CellSeries): void {
    for (const [originDay, { types, merchants }] of this.byOrigin) {
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
      const sold = [exactly(daily(short)), exactly(daily(long))] as const;
      addTo(types, series.productType, sold);
      addTo(merchants, series.merchant, sold);
    }
  }

  /** @throws RangeError of a day that is none of the origins */
  at(originDay: number): MarketTrends {
    const sums = this.byOrigin.get(originDay);
    if (!sums) throw new RangeError(`originDay must be one that trends were gathered of, got ${originDay}`);
    return { types: logRatios(sums.types), merchants: logRatios(sums.merchants) };
  }
}

/** Rounded so that sums are exact: they must not depend on the order that cells come in. */
function exactly(sold: number): number {
  return Math.round(sold * STEPS) / STEPS;
}

const STEPS = 2 ** 36;

function addTo(groups: Map<string, Sold>, name: string, [short, long]: Readonly<Sold>): void {
  const before = groups.get(name);
  if (before) {
    before[0] += short;
    before[1] += long;
  } else groups.set(name, [short, long]);
}

/** Trends at an origin. @param cells all of one frequency */
export function marketTrends(cells: readonly CellSeries[], originDay: number): MarketTrends {
  const sums = new TrendSums([originDay]);
  for (const series of cells) sums.add(series);
  return sums.at(originDay);
}

function logRatios(groups: ReadonlyMap<string, Sold>): Map<string, number> {
  const trends = new Map<string, number>();
  for (const [name, [short, long]] of groups)
    if (long > 0) trends.set(name, Math.log((short / long + FLOOR_SHARE) / (1 + FLOOR_SHARE)));
  return trends;
}
