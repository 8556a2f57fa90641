/** Days of cells that the files of one command have, so that two tills of a shop add up and one export given twice does not. */

import { type CellName, cellKey } from '../contract/cell-name.ts';
import type { SaleTicket } from '../contract/import-rows.ts';
import type { CostRow, MarketPriceRow } from '../contract/store/sales.ts';
import { CommandPrices } from './command-prices.ts';

/** Quantity and revenue of a day. */
interface DayTotals {
  quantity: number;
  revenue: number;
}

/** Days that a file has in common with earlier ones of its command. */
export interface SharedDays {
  /** Cell, as `cellKey` → its days. */
  readonly cells: ReadonlyMap<string, ReadonlySet<number>>;
  readonly days: number;
  /** Those on which both sold the same quantity for the same money. */
  readonly same: number;
}

/** Share of two totals that rounding may differ by. */
const SAME = 1e-9;

export class CommandDays {
  readonly prices = new CommandPrices();
  private readonly cells = new Map<string, Map<number, DayTotals>>();

  /** Tickets of a file, which add up. */
  add(tickets: readonly SaleTicket[]): void {
    for (const ticket of tickets) {
      const { quantity, price } = ticket;
      this.addDay(cellKey(ticket), ticket.day, { quantity, revenue: quantity * (price ?? 0) });
    }
  }

  /** Costs or market prices of a file. @param meant what its names mean */
  addPrices(
    of:
      | { readonly kind: 'costs'; readonly rows: readonly CostRow[] }
      | { readonly kind: 'market'; readonly rows: readonly MarketPriceRow[] },
    meant: (cell: CellName) => CellName,
  ): void {
    if (of.kind === 'market')
      for (const row of of.rows) this.prices.addMarketPrice(meant({ merchant: '', product: row.name }).product, row);
    else
      for (const row of of.rows) {
        const { merchant, product } = meant({ merchant: row.merchant ?? '', product: row.product });
        this.prices.addCost(merchant || null, product, row);
      }
  }

  /** What a later file has in common with this. */
  sharedWith(later: CommandDays): SharedDays {
    const cells = new Map<string, Set<number>>();
    let [days, same] = [0, 0];
    for (const [key, theirs] of later.cells) {
      const own = this.cells.get(key);
      if (own === undefined) continue;
      for (const [day, totals] of theirs) {
        const before = own.get(day);
        if (before === undefined) continue;
        days++;
        if (isSame(before.quantity, totals.quantity) && isSame(before.revenue, totals.revenue)) same++;
        const shared = cells.get(key);
        if (shared) shared.add(day);
        else cells.set(key, new Set([day]));
      }
    }
    return { cells, days, same };
  }

  /** Takes the days of a later file in. */
  join(later: CommandDays): void {
    this.prices.join(later.prices);
    for (const [key, days] of later.cells) for (const [day, totals] of days) this.addDay(key, day, totals);
  }

  private addDay(key: string, day: number, { quantity, revenue }: DayTotals): void {
    let days = this.cells.get(key);
    if (!days) this.cells.set(key, (days = new Map()));
    const before = days.get(day);
    if (!before) days.set(day, { quantity, revenue });
    else {
      before.quantity += quantity;
      before.revenue += revenue;
    }
  }
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b), 1);
}
