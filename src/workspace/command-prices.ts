/** Costs and market prices that the files of one command have, so that none of them quietly takes another's place. */

import { cellKey } from '../contract/cell-name.ts';
import type { CostRow, MarketPriceRow } from '../contract/store/sales.ts';
import { contradicts, type OtherPrice } from '../rules/import-batches.ts';

/** What a file says of a day: the last cost, or the mean of market prices. */
interface DayPrice {
  sum: number;
  count: number;
}

export class CommandPrices {
  /** Merchant and name, as `cellKey` → its days. */
  private readonly lists = new Map<
    string,
    { readonly of: Pick<OtherPrice, 'merchant' | 'name'>; readonly days: Map<number, DayPrice> }
  >();

  addCost(merchant: string | null, name: string, { day, cost }: CostRow): void {
    this.daysOf(merchant, name, 'cost').set(day, { sum: cost, count: 1 });
  }

  addMarketPrice(name: string, { day, price }: MarketPriceRow): void {
    const days = this.daysOf(null, name, 'market');
    const { sum, count } = days.get(day) ?? { sum: 0, count: 0 };
    days.set(day, { sum: sum + price, count: count + 1 });
  }

  /** Days on which a later file says otherwise, and the first of them; null without any. */
  otherThan(later: CommandPrices): { readonly days: number; readonly first: OtherPrice } | null {
    let days = 0;
    let first: OtherPrice | null = null;
    for (const [key, { of, days: theirs }] of later.lists)
      for (const [day, price] of theirs) {
        const own = this.lists.get(key)?.days.get(day);
        if (own === undefined) continue;
        const [before, after] = [own.sum / own.count, price.sum / price.count];
        if (!contradicts(before, after)) continue;
        days++;
        first ??= { ...of, day, before, after };
      }
    return first && { days, first };
  }

  /** Takes the days of a later file in. */
  join(later: CommandPrices): void {
    for (const [key, list] of later.lists) {
      const own = this.lists.get(key);
      if (own === undefined) this.lists.set(key, list);
      else for (const [day, price] of list.days) own.days.set(day, price);
    }
  }

  private daysOf(merchant: string | null, name: string, kind: string): Map<number, DayPrice> {
    const key = `${kind} ${cellKey({ merchant: merchant ?? '', product: name })}`;
    let list = this.lists.get(key);
    if (list === undefined) this.lists.set(key, (list = { of: { merchant, name }, days: new Map() }));
    return list.days;
  }
}
