/** Counts of stock in memory follow their cells, and go with their import. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { MemoryData } from './data.ts';

/** A cell takes another name, or becomes one with another. Within a write. */
export function moveStock(data: MemoryData, from: CellName, into: CellName): void {
  const own = data.stock.get(cellKey(from));
  if (own === undefined) return;
  const { merchant, product } = into;
  const moved = own.map((row) => ({ ...row, merchant, product }));
  data.stock.delete(cellKey(from));
  data.stock.set(cellKey(into), [...(data.stock.get(cellKey(into)) ?? []), ...moved]);
}

/** Rows that an import wrote go; those of earlier ones stand again. @returns how many went */
export function removeStock(data: MemoryData, number: number): number {
  data.next('prices');
  let removed = 0;
  for (const [key, rows] of data.stock.entries()) {
    const left = rows.filter((row) => row.import !== number);
    removed += rows.length - left.length;
    if (left.length === 0) data.stock.delete(key);
    else data.stock.set(key, left);
  }
  return removed;
}
