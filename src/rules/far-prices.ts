/** Costs and market prices of an import that are far off those around them: they are named, and count. */

import type { FarPrice, PriceImportSummary } from '../contract/store/sales.ts';
import { farPrices } from './extremes.ts';

/** Values that an import names. */
const MOST_NAMED = 100;

/** Gathers them, one list after another. */
export class FarPrices {
  private count = 0;
  private readonly values: FarPrice[] = [];

  /** @param written days of the import; @param list as it is with the import, in order of day */
  add(
    merchant: string | null,
    name: string,
    written: ReadonlySet<number>,
    list: readonly { readonly day: number; readonly value: number }[],
  ): void {
    for (const { day, value, usual } of farPrices(list, Math.min(...written))) {
      if (!written.has(day)) continue;
      this.count++;
      if (this.values.length < MOST_NAMED) this.values.push({ merchant, name, day, value, usual });
    }
  }

  get found(): PriceImportSummary['far'] {
    return { count: this.count, values: this.values };
  }
}
