/** Stock on hand by the newest count, as it stands on a day. */

import type { CellSeries } from '../core/series/cell-series.ts';
import { coveredDays, gridOf } from '../core/series/periods.ts';
import type { StockBatch } from '../core/stock/stock-batch.ts';
import type { StockNote } from '../core/vocabulary.ts';
import type { WorkspaceContext } from './context.ts';

/** Stock on hand as it stands on the first day. */
export interface OnHand {
  readonly batches: readonly StockBatch[];
  readonly onHand: number;
  readonly expired: number;
  readonly notes: readonly StockNote[];
}

/** Stock on hand by the newest count. */
export interface CountedStock extends OnHand {
  /** Day on which the next delivery can be sold; null: none is known. */
  readonly delivery: number | null;
}

/**
 * What was counted of a cell, as it stands on a day. A count from before the cell's last sale says nothing any more.
 *
 * @param fresh days on which units without a last day can be sold; null where only those with one count
 */
export async function countedStock(
  { store }: WorkspaceContext,
  { series }: { readonly series: CellSeries },
  from: number,
  fresh: number | null,
): Promise<CountedStock> {
  const count = await store.stock.newest(series);
  if (count === null) return { ...onHandOf([], ['STOCK_UNKNOWN']), delivery: null };
  const delivery = count.delivery !== null && count.delivery > from ? count.delivery : null;
  const lastRow = series.days.at(-1) ?? count.day;
  if (count.day < coveredDays(gridOf(series.frequency, series.days), lastRow).to)
    return { ...onHandOf([], ['STOCK_OLD']), delivery };
  const untold = count.batches.some(({ quantity, expiry }) => quantity > 0 && expiry === null);
  const batches = count.batches.map(
    ({ quantity, expiry }): StockBatch => ({
      quantity: expiry === null && fresh === null ? 0 : quantity,
      daysLeft: expiry === null ? fresh : Math.max(0, expiry - from + 1),
    }),
  );
  return { ...onHandOf(batches, untold ? [fresh === null ? 'NO_EXPIRY' : 'EXPIRY_UNTOLD'] : []), delivery };
}

/** @param batches with the days that each can be sold on */
export function onHandOf(batches: readonly StockBatch[], notes: readonly StockNote[] = []): OnHand {
  let [onHand, expired] = [0, 0];
  for (const { quantity, daysLeft } of batches) {
    if (daysLeft === 0) expired += quantity;
    else onHand += quantity;
  }
  return { batches, onHand, expired, notes: expired > 0 ? [...notes, 'STOCK_EXPIRED'] : notes };
}
