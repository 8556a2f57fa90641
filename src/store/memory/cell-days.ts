/** Frequencies of cells in memory, and their periods without a sale. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { ImportSummary } from '../../contract/store/sales.ts';
import type { Frequency } from '../../core/vocabulary.ts';
import { cellFrequency, merchantFrequency, spacingOf } from '../../rules/frequency.ts';
import { compareCells } from '../../rules/text-order.ts';
import { LAST_ROWS, unendedUntil } from '../../rules/unended-periods.ts';
import { type TradedPeriods, tradedPeriods, unsoldDays } from '../../rules/unsold-periods.ts';
import type { CellRows, MemoryData } from './data.ts';

export function sortedDays({ rows }: Pick<CellRows, 'rows'>): number[] {
  return [...rows.keys()].sort((a, b) => a - b);
}

const cellsOf = (data: MemoryData, merchant: string): CellRows[] =>
  data.cells.values().filter((cell) => cell.merchant === merchant);

/** Frequencies of a merchant's cells, some of whose rows have changed. */
export function settleFrequencies(data: MemoryData, merchant: string): void {
  const cells = cellsOf(data, merchant).map((cell) => ({ cell, spacing: spacingOf(sortedDays(cell)) }));
  const usual = merchantFrequency(
    cells.map(({ spacing }) => spacing),
    () => [...new Set(cells.flatMap(({ cell }) => [...cell.rows.keys()]))].sort((a, b) => a - b),
  );
  for (const { cell, spacing } of cells) {
    const frequency = cell.givenFrequency ?? cellFrequency(spacing, usual);
    if (frequency !== cell.frequency) data.cells.set(cellKey(cell), { ...cell, frequency });
  }
}

/** On which periods a merchant's cells of a frequency sold. */
export function tradedBy(data: MemoryData, merchant: string, frequency: Frequency): TradedPeriods {
  const days = new Map<number, { readonly day: number; rows: number; sold: number }>();
  for (const cell of cellsOf(data, merchant)) {
    if (cell.frequency !== frequency) continue;
    for (const [day, { quantity }] of cell.rows) {
      const found = days.get(day) ?? { day, rows: 0, sold: 0 };
      found.rows++;
      if (quantity > 0) found.sold++;
      days.set(day, found);
    }
  }
  return tradedPeriods([...days.values()].sort((a, b) => a.day - b.day));
}

/** Days of a cell without a row that count as zero. */
export function zerosOf(data: MemoryData, cell: CellRows): number[] {
  if (cell.missingDays === 'closed') return [];
  const traded = tradedBy(data, cell.merchant, cell.frequency);
  return unsoldDays(Int32Array.from(sortedDays(cell)), cell.frequency, traded);
}

/** @param cells of the import, each with the days that it wrote */
export function unendedOf(
  data: MemoryData,
  cells: readonly (CellName & { readonly days: ReadonlySet<number> })[],
  today: number | undefined,
): Pick<ImportSummary, 'unended'> {
  if (today === undefined) return { unended: null };
  const found = [...cells].sort(compareCells).flatMap(({ merchant, product, days: written }) => {
    const cell = data.cells.get(cellKey({ merchant, product })) as CellRows;
    const days = sortedDays(cell);
    const day = days[days.length - 1] as number;
    const to = written.has(day) ? unendedUntil(cell.frequency, days.slice(-LAST_ROWS), today) : null;
    return to === null ? [] : [{ merchant, product, day, to }];
  });
  const [first] = found;
  return { unended: first === undefined ? null : { cells: found.length, ...first } };
}

export function unsoldOf(data: MemoryData, cells: readonly CellRows[]): Pick<ImportSummary, 'frequencies' | 'unsold'> {
  const frequencies: Partial<Record<Frequency, number>> = {};
  const unsold = { cells: 0, periods: 0 };
  for (const cell of cells) {
    frequencies[cell.frequency] = (frequencies[cell.frequency] ?? 0) + 1;
    const periods = zerosOf(data, cell).length;
    unsold.periods += periods;
    if (periods > 0) unsold.cells++;
  }
  return { frequencies, unsold };
}
