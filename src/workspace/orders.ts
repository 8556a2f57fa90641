/** How much to order of each product until the next delivery. */

import { checkOptions } from '../contract/options/check-options.ts';
import { ORDER } from '../contract/options/stock.ts';
import type { OrderDocument, OrderItem } from '../contract/stock.ts';
import { type DayDraws, dayDraws, soldByDay } from '../core/demand/day-draws.ts';
import { quantile } from '../core/math/summary.ts';
import { reasonsOfDemand } from '../core/pricing/demand-doubts.ts';
import { pricingFacts } from '../core/pricing/pricing-facts.ts';
import { criticalRatio, type OrderOutcome, orderQuantity } from '../core/stock/order-quantity.ts';
import { type StockBatch, sellable } from '../core/stock/stock-batch.ts';
import type { StockNote } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { header, type WorkspaceContext } from './context.ts';
import { dayOf, isoDate } from './dates.ts';
import { plannedDays } from './planned-rows.ts';
import {
  cellFields,
  checkOneProduct,
  firstDayOf,
  notesOfRows,
  type OrderOptions,
  type StockCell,
  salvageOf,
  stockCells,
} from './stock-cells.ts';
import { countedStock, deliveryOfShop, type OnHand, onHandOf } from './stock-on-hand.ts';

/** Draws of demand: 2,000 put the Monte-Carlo error of a quantile at about a fiftieth of a deviation. */
const ORDER_DRAWS = 2_000;
const MOST_DAYS = ORDER.daysUntilDelivery.most;

/** @throws DemandaError DELIVERY_UNTOLD, DELIVERY_TOO_EARLY, OPTIONS_CONFLICT, STOCK_ONE_PRODUCT, SALVAGE_NOT_BELOW */
export async function order(context: WorkspaceContext, options: OrderOptions = {}): Promise<OrderDocument> {
  checkOptions(ORDER, options);
  checkOneProduct(context, options);
  const [days, until] = [context.optionName('daysUntilDelivery'), context.optionName('until')];
  if (options.daysUntilDelivery !== undefined && options.until !== undefined)
    throw new DemandaError('OPTIONS_CONFLICT', { first: days, second: until });
  const orders: OrderItem[] = [];
  const deliveries = new Deliveries(context, options);
  for await (const cell of stockCells(context, options)) orders.push(await orderOf(context, cell, options, deliveries));
  return { ...(await header(context)), orders };
}

/** When the next delivery of each cell is: as asked, as its count says, or as those of its shop's other products do. */
class Deliveries {
  private readonly context: WorkspaceContext;
  private readonly options: OrderOptions;
  private readonly byShop = new Map<string, number | null>();

  constructor(context: WorkspaceContext, options: OrderOptions) {
    this.context = context;
    this.options = options;
  }

  /** Days from the first one until the day before it. @throws DemandaError DELIVERY_UNTOLD, DELIVERY_TOO_EARLY */
  async daysUntil(cell: StockCell): Promise<{ readonly days: number; readonly notes: readonly StockNote[] }> {
    const { daysUntilDelivery, until, product } = this.options;
    if (daysUntilDelivery !== undefined) return { days: daysUntilDelivery, notes: [] };
    const from = firstDayOf(cell);
    const own = until === undefined ? (await countedStock(this.context, cell, from, null)).delivery : dayOf(until);
    const delivery = own ?? (product === undefined ? await this.ofShop(cell.series.merchant, from) : null);
    if (delivery === null)
      throw new DemandaError('DELIVERY_UNTOLD', {
        days: this.context.optionName('daysUntilDelivery'),
        until: this.context.optionName('until'),
      });
    const days = delivery - from;
    if (days < 1 || days > MOST_DAYS)
      throw new DemandaError('DELIVERY_TOO_EARLY', { until: isoDate(delivery), from: isoDate(from), most: MOST_DAYS });
    return { days, notes: own === null ? ['DELIVERY_OF_SHOP'] : [] };
  }

  private async ofShop(merchant: string, from: number): Promise<number | null> {
    let delivery = this.byShop.get(merchant);
    if (delivery === undefined)
      this.byShop.set(merchant, (delivery = await deliveryOfShop(this.context, merchant, from)));
    // Products of one shop may begin on different days.
    return delivery !== null && delivery > from ? delivery : null;
  }
}

async function orderOf(
  context: WorkspaceContext,
  cell: StockCell,
  options: OrderOptions,
  deliveries: Deliveries,
): Promise<OrderItem> {
  const { series, model } = cell;
  const { price = model.todayPrice, serviceLevel = null } = options;
  const salvage = salvageOf(context, options);
  const { days, notes: ofDelivery } = await deliveries.daysUntil(cell);
  const { shelfLife, notes: ofLife } = await shelfLifeOf(context, cell, days, options);
  const horizon = Math.max(days, shelfLife);
  const { span, planned, shares } = plannedDays(cell, price, horizon);
  const facts = pricingFacts(series, model, span.from, { own: null, lastSale: cell.lastSale });
  const { cost } = facts;
  if (cost !== null && salvage > 0 && salvage >= cost) {
    const { merchant, product } = series;
    throw new DemandaError('SALVAGE_NOT_BELOW', { salvage, cost, merchant, product });
  }
  const draws = dayDraws(model, planned, shares, ORDER_DRAWS, 1);
  const demand = soldByDay(draws, 1);
  const pack = options.pack ?? (draws.whole ? 1 : null);
  const stock = await stockOf(context, cell, span.from, { stock: options.stock, horizon });
  const found = quantityOf(demand, {
    ...{ price, salvage, pack, serviceLevel, cost },
    ...{ periodDays: days, shelfLifeDays: shelfLife, onHand: stock.batches },
  });
  const notes: StockNote[] = [
    ...stock.notes,
    ...ofDelivery,
    ...ofLife,
    ...notesOfRows(series),
    ...(found === null && serviceLevel !== null ? (['SERVICE_OUT_OF_REACH'] as const) : []),
  ];
  return {
    ...cellFields(cell),
    ...{ from: isoDate(span.from), to: isoDate(span.from + days - 1), days },
    ...{ price, unitCost: cost, salvage, pack, shelfLife, onHand: stock.onHand, expired: stock.expired },
    criticalRatio: cost === null ? null : criticalRatio(price, cost, salvage),
    serviceLevel,
    expectedDemand: totalOf(draws, demand, days),
    quantity: found?.quantity ?? null,
    outcome: found && outcomeFields(found, cost),
    reasons: reasonsOfDemand(facts, price),
    notes,
  };
}

/** As told, else as long as the freshest on hand keeps, where that is past the next delivery. */
async function shelfLifeOf(
  context: WorkspaceContext,
  cell: StockCell,
  days: number,
  { shelfLife }: OrderOptions,
): Promise<{ readonly shelfLife: number; readonly notes: readonly StockNote[] }> {
  if (shelfLife !== undefined) return { shelfLife, notes: [] };
  const { batches } = await countedStock(context, cell, firstDayOf(cell), null);
  const freshest = Math.max(0, ...sellable(batches).map(({ daysLeft }) => daysLeft ?? 0));
  if (freshest <= days) return { shelfLife: days, notes: ['SHELF_LIFE_UNTOLD'] };
  return { shelfLife: Math.min(freshest, MOST_DAYS), notes: ['SHELF_LIFE_OF_STOCK'] };
}

/** What was said to be on hand, else what was counted; units without a last day keep as long as the order. */
async function stockOf(
  context: WorkspaceContext,
  cell: StockCell,
  from: number,
  { stock, horizon }: { readonly stock: number | undefined; readonly horizon: number },
): Promise<OnHand> {
  if (stock === undefined) return countedStock(context, cell, from, horizon);
  return onHandOf([{ quantity: stock, daysLeft: horizon }]);
}

interface Asked {
  readonly price: number;
  readonly salvage: number;
  readonly pack: number | null;
  readonly serviceLevel: number | null;
  readonly cost: number | null;
  readonly periodDays: number;
  readonly shelfLifeDays: number;
  readonly onHand: readonly StockBatch[];
}

/** Null where nothing tells how much: no cost and no service level, or one that cannot be kept. */
function quantityOf(demand: Float64Array, { cost, salvage, ...asked }: Asked): OrderOutcome | null {
  if (cost === null && asked.serviceLevel === null) return null;
  const input = {
    ...asked,
    demand,
    draws: ORDER_DRAWS,
    unitCost: cost ?? Math.max(0, salvage),
    salvage,
  };
  return orderQuantity(input);
}

function outcomeFields(
  { inStock, fillRate, sold, lost, wasted, left, profit }: OrderOutcome,
  cost: number | null,
): NonNullable<OrderItem['outcome']> {
  return { inStock, fillRate, sold, lost, wasted, left, profit: cost === null ? null : profit };
}

/** The sum of the first days, with its 90 % interval. */
function totalOf(draws: DayDraws, sold: Float64Array, days: number): OrderItem['expectedDemand'] {
  const totals = new Float64Array(draws.draws);
  let mean = 0;
  for (let d = 0; d < draws.draws; d++)
    for (let i = 0; i < days; i++) {
      totals[d] = totals[d] + sold[d * draws.days + i];
      mean += draws.expected[d * draws.days + i] / draws.draws;
    }
  totals.sort();
  return { value: mean, low: quantile(totals, 0.05), high: quantile(totals, 0.95) };
}
