/** What callers may rely on of counts of stock in any store: the newest counts, and they follow their cells. */

import { describe, expect, it } from 'vitest';
import type { PriceCommit, PriceImportSummary } from '../../src/contract/store/sales.ts';
import type { StockRow } from '../../src/contract/store/stock.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { deedOf, IMPORTED } from '../support/deeds.ts';
import { importSales } from './names.ts';

const row = (more: Partial<StockRow> = {}): StockRow => ({
  ...{ merchant: 'Ana', product: 'Pera', day: 20_000, quantity: 5, expiry: null, delivery: null, ...more },
});

export async function importStock(
  store: Store,
  rows: readonly StockRow[],
  told: Partial<PriceCommit> = {},
): Promise<PriceImportSummary & { readonly importId: string }> {
  const stock = await store.sales.beginImport('stock');
  await stock.add(rows);
  return (await stock.commit({ dryRun: false, ...IMPORTED, ...told })) as PriceImportSummary & { importId: string };
}

const rename = (store: Store, how: 'rename' | 'merge', from: string, into: string, kind: 'product' | 'merchant') =>
  store.names.change({ kind, how, from: [from], into, merchant: null, dryRun: false }, () => deedOf('names.rename'));

export function describeStock(name: string, open: () => Promise<Store>): void {
  // long: one list of what becomes of counts.
  describe(`${name} counts stock`, () => {
    it('of the newest day, by the newest import of that day, what goes off first in front', async () => {
      const store = await open();
      expect(await store.stock.newest(row())).toBeNull();
      const first = await importStock(store, [
        row({ quantity: 3, expiry: 20_009, delivery: 20_004 }),
        row({ quantity: 4 }),
        row({ quantity: 2, expiry: 20_002, delivery: 20_003 }),
        row({ merchant: 'Bea', quantity: 9, day: 20_001 }),
      ]);
      expect(first).toMatchObject({
        accepted: 4,
        replaced: 0,
        unchanged: 0,
        names: 1,
        firstDay: 20_000,
        lastDay: 20_001,
      });
      expect(first.onlyMerchant).toBeNull();
      expect(await store.stock.newest(row())).toEqual({
        day: 20_000,
        batches: [
          { quantity: 2, expiry: 20_002 },
          { quantity: 3, expiry: 20_009 },
          { quantity: 4, expiry: null },
        ],
        delivery: 20_003,
      });
      // Another import of the day takes its place; one of an earlier day does not.
      expect(await importStock(store, [row({ quantity: 7 })])).toMatchObject({ replaced: 1, onlyMerchant: 'Ana' });
      await importStock(store, [row({ day: 19_990, quantity: 1 })]);
      const newest = { day: 20_000, batches: [{ quantity: 7, expiry: null }], delivery: null };
      expect(await store.stock.newest(row())).toEqual(newest);
      expect(await store.stock.newest(row({ product: 'pera' }))).toBeNull();
      await store.close();
    });
    it('and tries without writing, and gives an import up', async () => {
      const store = await open();
      expect(await importStock(store, [row()], { dryRun: true })).toMatchObject({ importId: null, accepted: 1 });
      const stock = await store.sales.beginImport('stock');
      await stock.add([row()]);
      await stock.abort();
      await expect(stock.add([row()])).rejects.toMatchObject({ code: 'IMPORT_ENDED' });
      expect(await store.stock.newest(row())).toBeNull();
      await store.close();
    });
    it('as they were before an import that is taken back', async () => {
      const store = await open();
      await importStock(store, [row({ quantity: 3 })]);
      const { importId } = await importStock(store, [row({ quantity: 8, expiry: 20_003 }), row({ product: 'Kiwi' })]);
      const { removed, restored, models } = await store.imports.undo(importId, null, () => deedOf('import.undo'));
      expect({ removed, restored, models }).toEqual({ removed: 2, restored: 0, models: 0 });
      expect((await store.stock.newest(row()))?.batches).toEqual([{ quantity: 3, expiry: null }]);
      expect(await store.stock.newest(row({ product: 'Kiwi' }))).toBeNull();
      expect(await store.imports.find(importId, null)).toMatchObject({ kind: 'stock', accepted: 2, products: 2 });
      await store.close();
    });
    it('under the names that cells have since, and files that say the former ones', async () => {
      const store = await open();
      await importSales(store, [
        ...[
          { merchant: 'Ana', product: 'Pera' },
          { merchant: 'Ana', product: 'Peras' },
        ],
        ...[{ merchant: 'Bea', product: 'Kiwi' }],
      ]);
      await importStock(store, [
        row(),
        row({ product: 'Peras', quantity: 6 }),
        row({ merchant: 'Bea', product: 'Kiwi' }),
      ]);
      await importStock(store, [row({ merchant: 'Bea', product: 'Coco', quantity: 2 })]);
      await rename(store, 'rename', 'Kiwi', 'Kiwi verde', 'product');
      await rename(store, 'rename', 'Bea', 'Beatriz', 'merchant');
      expect(await store.stock.newest({ merchant: 'Bea', product: 'Kiwi' })).toBeNull();
      const kiwi = { merchant: 'Beatriz', product: 'Kiwi verde' };
      expect((await store.stock.newest(kiwi))?.batches).toEqual([{ quantity: 5, expiry: null }]);
      // What the merchant never sold goes with it.
      expect((await store.stock.newest({ merchant: 'Beatriz', product: 'Coco' }))?.batches).toHaveLength(1);
      const renamed = await importStock(store, [row({ merchant: 'Bea', product: 'Kiwi', day: 20_001, quantity: 1 })]);
      expect(renamed.renamed).not.toEqual([]);
      expect(await store.stock.newest(kiwi)).toMatchObject({ day: 20_001, batches: [{ quantity: 1 }] });
      // Of cells that become one the stock of one count adds up.
      await rename(store, 'merge', 'Peras', 'Pera', 'product');
      const batches = (await store.stock.newest(row()))?.batches.map(({ quantity }) => quantity) ?? [];
      expect(batches.toSorted()).toEqual([5, 6]);
      await store.close();
    });
  });
}
