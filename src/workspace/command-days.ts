/** Days of cells that the files of one command have, so that two tills of a shop add up and one export given twice does not. */

import { cellKey } from '../contract/cell-name.ts';
import type { SaleTicket } from '../contract/import-rows.ts';

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
  private readonly cells = new Map<string, Map<number, DayTotals>>();

  /** Tickets of a file, which add up. */
  add(tickets: readonly SaleTicket[]): void {
    for (const ticket of tickets) {
      const { quantity, price } = ticket;
      this.addDay(cellKey(ticket), ticket.day, { quantity, revenue: quantity * (price ?? 0) });
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
