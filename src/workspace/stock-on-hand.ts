/** Stock on hand by the newest count, as it stands on a day. */

import type { StockDocument, StockItem } from '../contract/stock.ts';
import type { StockCount } from '../contract/store/stock.ts';
import type { DemandModel } from '../core/demand/demand-model.ts';
import { predictMean } from '../core/demand/mean-forecast.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { coveredDays, gridOf } from '../core/series/periods.ts';
import type { StockBatch } from '../core/stock/stock-batch.ts';
import type { StockNote } from '../core/vocabulary.ts';
import { header, type WorkspaceContext } from './context.ts';
import { dateOrNull, isoDate } from './dates.ts';
import type { CellChoice } from './names.ts';
import { LastSales, plannedDays } from './planned-rows.ts';

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

/** A cell whose stock is asked about; without a model its sales on the way to a later day are not known. */
interface CountedCell {
  readonly series: CellSeries;
  readonly model?: DemandModel;
  /** Of its merchant. */
  readonly lastSale?: number | null;
}

/**
 * What was counted of a cell, as it stands on a day: what is expected to sell between the count and that day is taken
 * off. A count from before the cell's last sale says nothing any more.
 *
 * @param fresh days on which units without a last day can be sold; null where only those with one count
 */
export async function countedStock(
  { store }: WorkspaceContext,
  cell: CountedCell,
  from: number,
  fresh: number | null,
): Promise<CountedStock> {
  const { series, lastSale } = cell;
  const count = await store.stock.newest(series);
  if (count === null) return { ...onHandOf([], ['STOCK_UNKNOWN']), delivery: null };
  const delivery = count.delivery !== null && count.delivery > from ? count.delivery : null;
  const lastRow = series.days.at(-1) ?? count.day;
  const lastSold = coveredDays(gridOf(series.frequency, series.days), lastRow).to;
  if (count.day < lastSold) return { ...onHandOf([], ['STOCK_OLD']), delivery };
  const untold = count.batches.some(({ quantity, expiry }) => quantity > 0 && expiry === null);
  const known = Math.max(lastSold, lastSale ?? lastSold);
  // What was counted on the evening of the last sale is on hand from the next day on.
  const first = count.day > known ? count.day : known + 1;
  const sold = expectedSales(cell, first, from - first);
  const batches = lessSales(count.batches, first, sold).map(
    ({ quantity, expiry }): StockBatch => ({
      quantity: expiry === null && fresh === null ? 0 : quantity,
      daysLeft: expiry === null ? fresh : Math.max(0, expiry - from + 1),
    }),
  );
  return {
    ...onHandOf(batches, [
      ...(untold ? ([fresh === null ? 'NO_EXPIRY' : 'EXPIRY_UNTOLD'] as const) : []),
      ...(sold.length > 0 ? (['STOCK_LESS_SALES'] as const) : []),
    ]),
    delivery,
  };
}

/** Mean sales at today's price of the days from one on; of none where there is no model. */
function expectedSales({ series, model }: CountedCell, first: number, days: number): number[] {
  if (model === undefined || days <= 0) return [];
  const price = model.todayPrice;
  const { planned, shares } = plannedDays({ series, model, from: isoDate(first), lastSale: null }, price, days);
  const demand = predictMean(model, planned);
  return shares.map(({ row, share }) => (row < 0 ? 0 : demand[row] * share));
}

/** Batches as they are left when so many days have sold, the oldest first; what goes off on the way sells no more. */
function lessSales(
  batches: StockCount['batches'],
  first: number,
  sold: readonly number[],
): StockCount['batches'][number][] {
  const rest = batches.map((batch) => ({ ...batch }));
  sold.forEach((wanted, i) => {
    let want = wanted;
    for (const batch of rest) {
      if (batch.expiry !== null && batch.expiry < first + i) continue;
      const taken = Math.min(batch.quantity, want);
      batch.quantity -= taken;
      want -= taken;
    }
  });
  return rest;
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
