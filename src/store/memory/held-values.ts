/** Held values in memory. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { Deed } from '../../contract/store/deed.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import type { CellHeldValue, HeldChoice, ImportSummary } from '../../contract/store/sales.ts';
import type { HeldValue } from '../../core/series/cell-series.ts';
import type { JudgedRow } from '../../rules/extremes.ts';
import { DAYS_BEFORE, judgeCell } from '../../rules/held-values.ts';
import { compareCells } from '../../rules/text-order.ts';
import { sortedDays } from './cell-days.ts';
import type { CellRows, MemoryData } from './data.ts';
import { pageBy } from './pages.ts';

/** Values that an import names. */
const MOST_VALUES = 1_000;

/** Judges cells after an import. @param written its cells, each with the days that it wrote */
export function judgeCells(
  data: MemoryData,
  written: readonly (CellName & { readonly days: ReadonlySet<number> })[],
  accept: boolean,
): Pick<ImportSummary, 'held' | 'released'> {
  const held: CellHeldValue[] = [];
  const released: CellHeldValue[] = [];
  for (const { merchant, product, days } of [...written].sort(compareCells)) {
    const key = cellKey({ merchant, product });
    const first = Math.min(...days);
    const rows = judgedRows(data.cells.get(key) as CellRows).filter(({ day }) => day >= first - DAYS_BEFORE);
    const outcome = judgeCell(rows, days, data.held.get(key) ?? [], accept);
    data.held.set(key, outcome.kept);
    held.push(...outcome.held.map((value) => ({ merchant, product, ...value })));
    released.push(...outcome.released.map((value) => ({ merchant, product, ...value })));
  }
  return {
    held: { count: held.length, values: held.slice(0, MOST_VALUES) },
    released: { count: released.length, values: released.slice(0, MOST_VALUES) },
  };
}

function judgedRows(cell: CellRows): JudgedRow[] {
  return sortedDays(cell).flatMap((day) => {
    const row = cell.rows.get(day);
    if (row === undefined) return [];
    const { quantity, price, cost, promo, soldOut, waste } = row;
    return [{ day, quantity, price, cost, promo, soldOut, waste }];
  });
}

/** Of one cell, those that were not accepted and that its rows still have. */
export function heldOf(data: MemoryData, cell: CellRows): HeldValue[] {
  return (data.held.get(cellKey(cell)) ?? [])
    .filter(({ accepted, day, column, value }) => !accepted && cell.rows.get(day)?.[column] === value)
    .map(({ accepted: _, ...value }) => value);
}

export function listHeld(data: MemoryData, choice: HeldChoice, page: PageAsked): Page<CellHeldValue> {
  return pageBy(
    chosen(data, choice),
    (one) => [one.merchant, one.product, one.day, one.column],
    { order: 'asc' },
    page,
  );
}

export function acceptHeld(data: MemoryData, choice: HeldChoice, deed: (count: number) => Deed): number {
  return data.write(() => {
    const values = chosen(data, choice);
    for (const one of values) {
      const key = cellKey(one);
      const kept = data.held.get(key) ?? [];
      const isIt = ({ day, column }: HeldValue): boolean => day === one.day && column === one.column;
      data.held.set(
        key,
        kept.map((value) => (isIt(value) ? { ...value, accepted: true } : value)),
      );
    }
    data.log(deed(values.length));
    return values.length;
  });
}

function chosen(data: MemoryData, { merchant, product, day, column }: HeldChoice): CellHeldValue[] {
  return data.cells
    .values()
    .filter((cell) => (merchant ?? cell.merchant) === cell.merchant && (product ?? cell.product) === cell.product)
    .flatMap((cell) =>
      heldOf(data, cell).map((value) => ({ merchant: cell.merchant, product: cell.product, ...value })),
    )
    .filter((value) => (day ?? value.day) === value.day && (column ?? value.column) === value.column);
}
