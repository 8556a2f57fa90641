/** Counts of stock in memory, and their import. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { Import } from '../../contract/store/sales.ts';
import type { StockCount, StockRow, StockStore } from '../../contract/store/stock.ts';
import { type KeptStockRow, NO_PRICES, newestCount } from '../../rules/stock-counts.ts';
import type { MemoryData } from './data.ts';
import { applyAliases } from './names.ts';
import { openImport } from './price-import.ts';

export class MemoryStock implements StockStore {
  private readonly data: MemoryData;

  constructor(data: MemoryData) {
    this.data = data;
  }

  async newest(cell: CellName): Promise<StockCount | null> {
    return newestCount(this.data.stock.get(cellKey(cell)) ?? []);
  }
}

export function openStockImport(data: MemoryData): Import<'stock'> {
  return openImport<StockRow, 'stock'>(data, 'stock', (said, { number }) => {
    const { rows, renamed } = applyAliases(
      data,
      said,
      (row) => row,
      (row, { merchant, product }) => ({ ...row, merchant: merchant ?? row.merchant, product }),
    );
    let replaced = 0;
    const byCell = Map.groupBy(
      rows.map((row, line): KeptStockRow => ({ ...row, import: number, line })),
      cellKey,
    );
    for (const [key, own] of byCell) {
      const before = data.stock.get(key) ?? [];
      replaced += own.filter(({ day }) => before.some((row) => row.day === day)).length;
      data.stock.set(key, [...before, ...own]);
    }
    const merchants = new Set(rows.map(({ merchant }) => merchant));
    return {
      ...{ ...NO_PRICES, replaced, renamed },
      names: new Set(rows.map(({ product }) => product)).size,
      onlyMerchant: merchants.size === 1 ? ([...merchants][0] as string) : null,
    };
  });
}
