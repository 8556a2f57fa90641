/**
 * Windows of the past that totals are tried on: what cells and sums of cells would have been forecast to take in, from
 * the rows before each window, and what they took in.
 */

import type { CellOutlook, PastRows } from './cell-outlook.ts';
import { addUp, type TotalsTree } from './tree.ts';

/** Half-lives in periods that a sum's own level is followed with. */
export const HALF_LIVES = [1, 2, 4, 8, 16, 32];
/** Periods before an origin that a sum's own level is taken from. */
const MOST_LEVEL_PERIODS = 120;
/** Windows that are asked for; they become shorter than the horizon, rather than fewer. */
const WANTED_WINDOWS = 16;
const MOST_WINDOWS = 60;
/** Periods that the first origin has before it at least. */
const FIRST_PERIODS = 28;
/** Rows that a cell has before an origin at least, to count in the window after it. */
const LEAST_ROWS = 10;

/** One window; arrays have an entry a place. */
export interface PastWindow {
  /** The last period before it. */
  readonly origin: number;
  readonly from: number;
  readonly to: number;
  /** Of cells; 0 of those that are not in the window. */
  readonly level: Float64Array;
  /** Sum of the forecasts of the cells. */
  readonly expected: Float64Array;
  readonly actual: Float64Array;
  /** Log of the level of each node's own, over that of its cells: a row of places for each half-life. */
  readonly ahead: readonly Float64Array[];
}

/** @param first period ahead; @param count periods ahead; @returns the latest first */
export function pastWindows(
  tree: TotalsTree,
  cells: readonly Pick<CellOutlook, 'past'>[],
  first: number,
  count: number,
): readonly PastWindow[] {
  const last = cells.reduce((most, { past }) => Math.max(most, past.periods.at(-1) ?? most), Number.NEGATIVE_INFINITY);
  const start = cells.reduce((least, { past }) => Math.min(least, past.periods[0] ?? least), Number.POSITIVE_INFINITY);
  const gap = Math.max(0, first - 1 - last);
  const room = last - start + 1 - FIRST_PERIODS - gap;
  if (!(room >= 1)) return [];
  const length = Math.max(1, Math.min(count, Math.floor(room / WANTED_WINDOWS)));
  const windows = Math.min(MOST_WINDOWS, Math.floor(room / length));
  return Array.from({ length: windows }, (_, w) => {
    const to = last - w * length;
    return windowOf(tree, cells, { origin: to - length - gap, from: to - length + 1, to });
  });
}

function windowOf(
  tree: TotalsTree,
  cells: readonly Pick<CellOutlook, 'past'>[],
  { origin, from, to }: { readonly origin: number; readonly from: number; readonly to: number },
): PastWindow {
  const places = tree.parent.length;
  const level = new Float64Array(places);
  const expected = new Float64Array(places);
  const actual = new Float64Array(places);
  cells.forEach(({ past }, i) => {
    level[i] = levelAt(past, origin);
    if (level[i] === 0) return;
    for (let row = rowsUntil(past.periods, from - 1); row < past.periods.length; row++) {
      if (past.periods[row] > to) break;
      expected[i] = expected[i] + level[i] * past.expected[row];
      actual[i] = actual[i] + past.revenue[row];
    }
  });
  addUp(tree, expected);
  addUp(tree, actual);
  return { origin, from, to, level, expected, actual, ahead: levelsAhead(tree, cells, level, origin) };
}

/** Log of what each node's rows took in lately over what its cells' levels make of them: a row for each half-life. */
export function levelsAhead(
  tree: TotalsTree,
  cells: readonly Pick<CellOutlook, 'past'>[],
  level: Float64Array,
  origin: number,
): readonly Float64Array[] {
  const places = tree.parent.length;
  return HALF_LIVES.map((halfLife) => {
    const keep = 0.5 ** (1 / halfLife);
    const faded = Float64Array.from({ length: MOST_LEVEL_PERIODS }, (_, k) => keep ** k);
    const [took, meant] = [new Float64Array(places), new Float64Array(places)];
    cells.forEach(({ past }, i) => {
      if (level[i] === 0) return;
      for (let row = rowsUntil(past.periods, origin) - 1; row >= 0; row--) {
        const age = origin - past.periods[row];
        if (age >= MOST_LEVEL_PERIODS) break;
        took[i] = took[i] + faded[age] * past.revenue[row];
        meant[i] = meant[i] + faded[age] * level[i] * past.expected[row];
      }
    });
    addUp(tree, took);
    addUp(tree, meant);
    return took.map((sum, place) => (sum > 0 && meant[place] > 0 ? Math.log(sum / meant[place]) : 0));
  });
}

/** What a cell's rows up to a period make of its level: as its forecast weighs them. 0 of too few rows. */
export function levelAt({ periods, revenue, expected, weights }: PastRows, origin: number): number {
  const rows = rowsUntil(periods, origin);
  if (rows < LEAST_ROWS) return 0;
  let [took, meant] = [0, 0];
  for (let k = 0; k < rows && k < weights.length; k++) {
    took += weights[k] * revenue[rows - 1 - k];
    meant += weights[k] * expected[rows - 1 - k];
  }
  return meant > 0 ? took / meant : 0;
}

/** Number of rows up to a period. */
export function rowsUntil(periods: Int32Array, period: number): number {
  let [low, high] = [0, periods.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (periods[middle] <= period) low = middle + 1;
    else high = middle;
  }
  return low;
}
