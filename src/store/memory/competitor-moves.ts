/** Competitors' prices in memory follow products and merchants, and go with their import. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { MemoryData } from './data.ts';

/** A cell takes another name, or becomes one with another. Within a write. */
export function moveCompetitors(data: MemoryData, from: CellName, into: CellName): void {
  copy(data, from, into);
  data.competitors.delete(cellKey(from));
}

/** Everyone's prices of a product that alone has another name at one merchant become its own too. Within a write. */
export function copySharedCompetitors(data: MemoryData, from: CellName, into: CellName): void {
  copy(data, { merchant: '', product: from.product }, into);
}

function copy(data: MemoryData, from: CellName, into: CellName): void {
  const own = data.competitors.get(cellKey(from));
  if (own === undefined) return;
  const { merchant, product } = into;
  const moved = own.map((row) => ({ ...row, merchant, product }));
  data.competitors.set(cellKey(into), [...(data.competitors.get(cellKey(into)) ?? []), ...moved]);
}

/** Rows that an import wrote go; those of earlier ones stand again. @returns how many went */
export function removeCompetitors(data: MemoryData, number: number): number {
  data.next('prices');
  let removed = 0;
  for (const [key, rows] of data.competitors.entries()) {
    const left = rows.filter((row) => row.import !== number);
    removed += rows.length - left.length;
    if (left.length === 0) data.competitors.delete(key);
    else data.competitors.set(key, left);
  }
  return removed;
}
