/** Totals of cells that share shocks, reconciled, with their intervals. */

import { quantile } from '../math/summary.ts';
import type { CellOutlook } from './cell-outlook.ts';
import { type PartDraws, SumDraws } from './joint-draws.ts';
import { levelAt, levelsAhead, type PastWindow, pastWindows } from './past-windows.ts';
import { periodErrors } from './period-errors.ts';
import { dayIntervals } from './period-intervals.ts';
import type { PlaceTotal, Span } from './place-total.ts';
import { type Reconciliation, reconciliation } from './reconciliation.ts';
import { sharedShocks } from './shared-shocks.ts';
import { addUp, type TotalsTree, totalsTree } from './tree.ts';

const DRAWS = 1_000;
const TAIL = 0.05;

export interface Totals {
  readonly tree: TotalsTree;
  /** Cells in the order in which they were given, then the nodes of the tree. */
  readonly places: readonly PlaceTotal[];
  /** Windows of the past that errors were learned of, and how many periods each has; 0 without any. */
  readonly windows: number;
  readonly windowPeriods: number;
  /** How much of what least trace moves is moved; 0: the sums are those of the cells' own forecasts. */
  readonly reconciled: number;
  /** Periods ahead, ascending. */
  readonly periods: Int32Array;
}

/** @param cells of one frequency, at least one */
export function totalsOf(cells: readonly CellOutlook[]): Totals {
  const tree = totalsTree(cells);
  const periods = Int32Array.from(new Set(cells.flatMap((cell) => [...cell.periods]))).sort();
  const [first, last] = [periods[0], periods.at(-1) as number];
  const windows = pastWindows(tree, cells, first, last - first + 1);
  const expected = expectedAhead(tree, cells);
  const found = reconciliation(tree, windows, {
    expected,
    periods: last - first + 1,
    ahead: aheadOf(tree, cells, first),
  });
  const factors = found?.factors ?? new Float64Array(cells.length).fill(1);
  const shared = sharedShocks(tree, windowErrors(tree, windows, found));
  const byPeriod = sharedShocks(tree, periodErrors(tree, cells, windows, found));
  const spans = spansOf(tree, cells, factors, shared);
  const inPeriods = dayIntervals(tree, cells, { factors, shared: byPeriod, periods });
  return {
    tree,
    places: spans.map((span, place) => ({
      ...span,
      unreconciled: expected[place],
      shared: shared[place],
      periods: inPeriods[place - cells.length] ?? [],
    })),
    windows: windows.length,
    windowPeriods: windows[0] ? windows[0].to - windows[0].from + 1 : 0,
    reconciled: found?.share ?? 0,
    periods,
  };
}

function expectedAhead(tree: TotalsTree, cells: readonly CellOutlook[]): Float64Array {
  const expected = new Float64Array(tree.parent.length);
  cells.forEach(({ price, quantity }, i) => {
    quantity.forEach((sold, row) => {
      expected[i] = expected[i] + price[row] * sold;
    });
  });
  addUp(tree, expected);
  return expected;
}

/** Levels of sums after the last row, beside the waves of the year that the forecasts ahead have. */
export function aheadOf(tree: TotalsTree, outlooks: readonly CellOutlook[], first: number): readonly Float64Array[] {
  const cells = outlooks.map(({ past }) => ({ past: { ...past, expected: past.withSeason } }));
  const last = cells.reduce((most, { past }) => Math.max(most, past.periods.at(-1) ?? most), Number.NEGATIVE_INFINITY);
  const origin = Number.isFinite(last) ? last : first - 1;
  const level = new Float64Array(tree.parent.length);
  cells.forEach(({ past }, i) => {
    level[i] = levelAt(past, origin);
  });
  return levelsAhead(tree, cells, level, origin);
}

/** Errors of the windows after reconciling, one entry a place. */
function windowErrors(tree: TotalsTree, windows: readonly PastWindow[], found: Reconciliation | null): Float64Array[] {
  return windows.map(({ expected, actual }, w) => {
    const factors = found?.pastFactors[w];
    const forecast = expected.map((value, place) => value * (factors?.[place] ?? 1));
    addUp(tree, forecast);
    return actual.map((sum, place) => sum - forecast[place]);
  });
}

function spansOf(
  tree: TotalsTree,
  cells: readonly CellOutlook[],
  factors: Float64Array,
  shared: Float64Array,
): Pick<PlaceTotal, 'revenue' | 'quantity'>[] {
  const { leaves, parent } = tree;
  const sums = tree.nodes.map((_, n) => new SumDraws(DRAWS, shared[leaves + n], leaves + n));
  const values = tree.nodes.map(() => ({ revenue: 0, quantity: new Map<string, number>() }));
  return Array.from(parent, (above, place) => {
    const cell = cells[place];
    const draws: PartDraws = cell ? drawsOf(cell, factors[place]) : (sums[place - leaves] as SumDraws);
    const value = cell ? valuesOf(cell, factors[place]) : (values[place - leaves] as (typeof values)[number]);
    if (above >= 0) {
      (sums[above - leaves] as SumDraws).add(draws);
      const sum = values[above - leaves] as (typeof values)[number];
      sum.revenue += value.revenue;
      for (const [unit, quantity] of value.quantity) sum.quantity.set(unit, (sum.quantity.get(unit) ?? 0) + quantity);
    }
    return {
      revenue: spanOf(value.revenue, draws.revenue),
      quantity: new Map(
        [...value.quantity].map(([unit, quantity]) => [
          unit,
          spanOf(quantity, draws.quantity.get(unit) as Float64Array),
        ]),
      ),
    };
  });
}

function valuesOf({ price, quantity, unit, total }: CellOutlook, factor: number) {
  const revenue = quantity.reduce((sum, sold, row) => sum + price[row] * sold, 0);
  return { revenue: factor * revenue, quantity: new Map([[unit, factor * total]]) };
}

function drawsOf(cell: CellOutlook, factor: number): PartDraws {
  const { revenue, quantity } = valuesOf(cell, factor);
  const around = cell.draws(DRAWS);
  return {
    revenue: around.map((ratio) => revenue * ratio),
    quantity: new Map([...quantity].map(([unit, sold]) => [unit, around.map((ratio) => sold * ratio)])),
  };
}

function spanOf(value: number, draws: Float64Array): Span {
  const sorted = draws.slice().sort();
  return { value, low: quantile(sorted, TAIL), high: quantile(sorted, 1 - TAIL) };
}
