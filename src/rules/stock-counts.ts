/** Which rows of stock are the newest count of a cell. */

import type { StockCount, StockRow } from '../contract/store/stock.ts';

/** A row with the import that wrote it; later ones have higher numbers. */
export interface KeptStockRow extends StockRow {
  readonly import: number;
  /** Its place in the import. */
  readonly line: number;
}

/** @param rows of one cell, in any order @returns null of none */
export function newestCount(rows: readonly Omit<KeptStockRow, 'merchant' | 'product'>[]): StockCount | null {
  const day = rows.reduce((latest, row) => Math.max(latest, row.day), Number.NEGATIVE_INFINITY);
  const ofDay = rows.filter((row) => row.day === day);
  const number = ofDay.reduce((latest, row) => Math.max(latest, row.import), Number.NEGATIVE_INFINITY);
  const counted = ofDay.filter((row) => row.import === number);
  if (counted.length === 0) return null;
  const last = (expiry: number | null): number => expiry ?? Number.MAX_SAFE_INTEGER;
  const deliveries = counted.flatMap(({ delivery }) => (delivery === null ? [] : [delivery]));
  return {
    day,
    batches: counted
      .toSorted((a, b) => last(a.expiry) - last(b.expiry) || a.line - b.line)
      .map(({ quantity, expiry }) => ({ quantity, expiry })),
    delivery: deliveries.length === 0 ? null : Math.min(...deliveries),
  };
}

/** What an import of stock wrote. */
export interface StockSummary {
  readonly names: number;
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  readonly onlyMerchant: string | null;
}

/** Nothing of a count is a price that could stand alone or contradict another. */
export const NO_PRICES = { unchanged: 0, differing: 0, far: { count: 0, values: [] } } as const;
