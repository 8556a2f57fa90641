/** What callers may rely on of lists of costs and market prices in any store: what contradicts them, and what stands alone. */

import { describe, expect, it } from 'vitest';
import type { CostRow, MarketPriceRow, PriceCommit, PriceImportSummary } from '../../src/contract/store/sales.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { IMPORTED } from '../support/deeds.ts';

const SOURCE = { file: 'list.csv', digest: null, options: '{}', rejected: 0 };
const cost = (day: number, value: number, merchant: string | null = null): CostRow => ({
  ...{ merchant, product: 'Ham', day: 20_000 + day, cost: value },
});
const price = (day: number, value: number): MarketPriceRow => ({ name: 'Ham', day: 20_000 + day, price: value });

async function importCosts(store: Store, rows: readonly CostRow[], told: Partial<PriceCommit> = {}) {
  const costs = await store.sales.beginImport('costs');
  await costs.add(rows);
  return costs.commit({ dryRun: false, ...IMPORTED, source: SOURCE, ...told });
}
async function importMarket(store: Store, rows: readonly MarketPriceRow[], told: Partial<PriceCommit> = {}) {
  const market = await store.sales.beginImport('market');
  await market.add(rows);
  return market.commit({ dryRun: false, ...IMPORTED, source: SOURCE, ...told });
}
const ONCE = { mayReplace: false } as const;

export function describePrices(name: string, open: () => Promise<Store>): void {
  describe(`${name} costs and market prices`, () => {
    it('that are there pass where they are the same, and refuse a list that says otherwise, which changes nothing', async () => {
      const store = await open();
      const { importId } = await importCosts(store, [cost(0, 1), cost(1, 1.1), cost(1, 2, 'Ana')], ONCE);
      expect(await importCosts(store, [cost(1, 1.1), cost(2, 1.2)], ONCE)).toMatchObject({ replaced: 1, unchanged: 1 });
      const other = [cost(0, 1), cost(1, 1.2), cost(1, 8, 'Ana'), cost(3, 1)];
      await expect(importCosts(store, other, ONCE)).rejects.toMatchObject({
        code: 'IMPORT_PRICES_THERE',
        parameters: {
          ...{ file: 'list.csv', days: 2, name: 'Ana / Ham', date: '2024-10-05', before: 2, after: 8 },
          earlier: importId,
        },
      });
      expect(await importCosts(store, other)).toMatchObject({ replaced: 3, unchanged: 1 });
      await importMarket(store, [price(0, 3), price(1, 3)], ONCE);
      // The mean of two is what counts.
      expect(await importMarket(store, [price(1, 2), price(1, 4)], ONCE)).toMatchObject({ unchanged: 1, differing: 1 });
      await expect(importMarket(store, [price(1, 2)], ONCE)).rejects.toMatchObject({
        code: 'IMPORT_PRICES_THERE',
        parameters: { days: 1, name: 'Ham', before: 3, after: 2 },
      });
      const prices = await store.sales.marketPrices('Ham', { limit: 10, after: null });
      expect(prices.items.map((one) => one.price)).toEqual([3, 3]);
      await store.close();
    });
    it('that are far off those around them are named, in order of name, of the days that were written', async () => {
      const store = await open();
      const list = Array.from({ length: 30 }, (_, i) => cost(7 * i, i === 12 ? 140 : 1.4 + (i % 3) / 10));
      const far = (summary: PriceImportSummary): unknown => summary.far;
      const named = { merchant: null, name: 'Ham', day: 20_084, value: 140, usual: 1.5 };
      expect(far(await importCosts(store, list))).toEqual({ count: 1, values: [named] });
      // Rows before those that are written say what is usual, and are not named again.
      expect(far(await importCosts(store, [cost(210, 0.015), cost(217, 1.4), cost(224, 0, 'Ana')]))).toEqual({
        count: 2,
        values: [
          { merchant: null, name: 'Ham', day: 20_210, value: 0.015, usual: 1.5 },
          { merchant: 'Ana', name: 'Ham', day: 20_224, value: 0, usual: null },
        ],
      });
      // A list that is dearer from a day on is dearer.
      const dearer = Array.from({ length: 8 }, (_, i) => cost(231 + 7 * i, 9));
      expect(far(await importCosts(store, dearer))).toEqual({ count: 0, values: [] });
      const market = Array.from({ length: 30 }, (_, i) => price(7 * i, i === 3 ? 0.3 : 30));
      expect(far(await importMarket(store, market))).toMatchObject({ count: 1, values: [{ day: 20_021, usual: 30 }] });
      await store.close();
    });
    it('of which a list has several for a day are counted', async () => {
      const store = await open();
      const rows = [cost(0, 1), cost(0, 2), cost(0, 3, 'Ana'), cost(1, 2), cost(1, 2)];
      expect(await importCosts(store, rows)).toMatchObject({ differing: 1, accepted: 5 });
      await store.close();
    });
  });
}
