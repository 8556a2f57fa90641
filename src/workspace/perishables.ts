/** Stock, orders and markdowns of goods that go off. */

import type { MarkdownDocument, OrderDocument, StockDocument } from '../contract/stock.ts';
import type { WorkspaceContext } from './context.ts';
import { markdown } from './markdowns.ts';
import type { CellChoice } from './names.ts';
import { order } from './orders.ts';
import type { MarkdownOptions, OrderOptions } from './stock-cells.ts';
import { stockList } from './stock-on-hand.ts';

export class Perishables {
  private readonly context: WorkspaceContext;

  constructor(context: WorkspaceContext) {
    this.context = context;
  }

  /**
   * What is on hand of every product that was counted, batch by batch.
   *
   * @returns quantities in each cell's unit, as they stand after the last sale
   * @throws DemandaError those of names that are not there
   * @example
   * const { stock } = await workspace.perishables.stock({ merchant: 'MyShop' });
   */
  stock(choice: CellChoice = {}): Promise<StockDocument> {
    return stockList(this.context, choice);
  }

  /**
   * How much to order of each product until the next delivery.
   *
   * @returns quantities in each cell's unit, money in the workspace's currency; null where it is not known
   * @throws DemandaError DELIVERY_UNTOLD, DELIVERY_TOO_EARLY, OPTIONS_CONFLICT, STOCK_ONE_PRODUCT, SALVAGE_NOT_BELOW,
   * MODEL_MISSING for a named cell without a model, and those of names that are not there
   * @example
   * const { orders } = await workspace.perishables.order({ merchant: 'MyShop', daysUntilDelivery: 2, shelfLife: 4 });
   */
  order(options: OrderOptions = {}): Promise<OrderDocument> {
    return order(this.context, options);
  }

  /**
   * Which price the stock on hand has, day by day until it goes off.
   *
   * @returns the price now and the path that is expected; null and why where the price effect is not known
   * @throws DemandaError EXPIRY_UNTOLD, DAY_SHARES_SUM, STOCK_ONE_PRODUCT, MODEL_MISSING for a named cell without a
   * model, and those of names that are not there
   * @example
   * const asked = { merchant: 'MyShop', product: 'Meat', stock: 12.5, days: 3 };
   * const { markdowns } = await workspace.perishables.markdown(asked);
   */
  markdown(options: MarkdownOptions = {}): Promise<MarkdownDocument> {
    return markdown(this.context, options);
  }
}
