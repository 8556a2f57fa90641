/** Stock on hand by the newest count, as it stands on a day. */

import type { StockDocument, StockItem } from '../contract/stock.ts';
import type { StockCount } from '../contract/store/stock.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { coveredDays, gridOf } from '../core/series/periods.ts';
import type { StockBatch } from '../core/stock/stock-batch.ts';
import type { StockNote } from '../core/vocabulary.ts';
import { header, type WorkspaceContext } from './context.ts';
import { dateOrNull, isoDate } from './dates.ts';
import type { CellChoice } from './names.ts';
import { LastSales } from './planned-rows.ts';

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

/** The first delivery behind a day that a count of the shop names; null: none does. */
export async function deliveryOfShop(
  { store }: WorkspaceContext,
  merchant: string,
  from: number,
): Promise<number | null> {
  let first: number | null = null;
  for await (const series of store.sales.stream({ merchant })) {
    const delivery = (await store.stock.newest(series))?.delivery ?? null;
    if (delivery !== null && delivery > from && (first === null || delivery < first)) first = delivery;
  }
  return first;
}

/** Products with a count, as their stock stands on the day after the last sale, or on that of a later count. */
export async function stockList(context: WorkspaceContext, choice: CellChoice): Promise<StockDocument> {
  const lastSales = new LastSales(context);
  const stock: StockItem[] = [];
  let uncounted = 0;
  for await (const series of context.store.sales.stream(await context.names.sold(choice))) {
    const count = await context.store.stock.newest(series);
    if (count === null) {
      uncounted++;
      continue;
    }
    const last = Math.max((await lastSales.of(series.merchant)) ?? count.day, series.days.at(-1) ?? count.day);
    const from = count.day > last ? count.day : last + 1;
    stock.push(stockItem(series, count, from, await countedStock(context, { series }, from, NO_END)));
  }
  return { ...(await header(context)), stock, uncounted };
}

/** What has no last day counts as on hand. */
const NO_END = 1;

function stockItem(
  { merchant, product, unit }: CellSeries,
  count: StockCount,
  from: number,
  { onHand, expired, delivery, notes }: CountedStock,
): StockItem {
  return {
    ...{ merchant, product, unit, onHand, expired, notes },
    ...{ counted: isoDate(count.day), from: isoDate(from) },
    current: !notes.includes('STOCK_OLD'),
    nextDelivery: dateOrNull(delivery),
    batches: count.batches.map(({ quantity, expiry }) => ({
      quantity,
      lastDay: dateOrNull(expiry),
      daysLeft: expiry === null ? null : Math.max(0, expiry - from + 1),
    })),
  };
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
