/** What the intervals of forecasts held, in memory: added up whenever it is asked for. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type {
  IntervalChoice,
  IntervalMonth,
  IntervalStore,
  JudgedCell,
  MonthCount,
} from '../../contract/store/intervals.ts';
import { countedMonths, joinedCounts } from '../../rules/interval-months.ts';
import type { MemoryCells } from './cells.ts';
import type { MemoryData } from './data.ts';

export class MemoryIntervals implements IntervalStore {
  private readonly data: MemoryData;
  private readonly cells: MemoryCells;

  constructor(data: MemoryData, cells: MemoryCells) {
    this.data = data;
    this.cells = cells;
  }

  async add(cells: readonly JudgedCell[]): Promise<void> {
    this.data.write(() => {
      for (const cell of cells) {
        if (this.data.shown.get(cellKey(cell)) === undefined) continue;
        const known = this.data.intervals.get(cellKey(cell)) ?? [];
        const last = known.reduce<number | null>((day, { lastDay }) => Math.max(day ?? lastDay, lastDay), null);
        addCounts(this.data, cell, countedMonths(cell.rows, last));
      }
    });
  }

  async months({ product, ...choice }: IntervalChoice): Promise<IntervalMonth[]> {
    const counts = this.cells
      .chosen(choice)
      .filter((cell) => product === undefined || cell.product === product)
      .flatMap((cell) => this.data.intervals.get(cellKey(cell)) ?? []);
    return summed(counts).map(({ lastDay: _, ...month }) => month);
  }
}

/** Counts of a cell go over to the one that it is from now on. */
export function moveIntervals(data: MemoryData, from: CellName, into: CellName): void {
  const counts = data.intervals.get(cellKey(from));
  if (counts === undefined) return;
  data.intervals.delete(cellKey(from));
  addCounts(data, into, counts);
}

function addCounts(data: MemoryData, cell: CellName, counts: readonly MonthCount[]): void {
  const key = cellKey(cell);
  if (counts.length > 0) data.intervals.set(key, summed([...(data.intervals.get(key) ?? []), ...counts]));
}

/** By month, in order of months. */
function summed(counts: readonly MonthCount[]): MonthCount[] {
  return [...Map.groupBy(counts, ({ month }) => month).values()]
    .map((of) => of.reduce(joinedCounts))
    .toSorted((a, b) => (a.month < b.month ? -1 : 1));
}
