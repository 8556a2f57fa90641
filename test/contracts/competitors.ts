/** What callers may rely on of competitors' prices in any store: which stand, and that they follow names and imports. */

import { describe, expect, it } from 'vitest';
import type { CompetitorRow } from '../../src/contract/store/competitors.ts';
import type { PriceImportSummary } from '../../src/contract/store/sales.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { deedOf, IMPORTED } from '../support/deeds.ts';
import { importSales } from './names.ts';

const row = (more: Partial<CompetitorRow> = {}): CompetitorRow => ({
  ...{
    merchant: null,
    product: 'Pera',
    competitor: 'Lidl',
    day: 20_000,
    price: 2,
    promo: false,
    theirs: null,
    ...more,
  },
});

async function importRows(store: Store, rows: readonly CompetitorRow[]) {
  const competitors = await store.sales.beginImport('competitors');
  await competitors.add(rows);
  return (await competitors.commit({ dryRun: false, ...IMPORTED })) as PriceImportSummary & { importId: string };
}

const rename = (store: Store, how: 'rename' | 'merge', from: string, into: string, kind: 'product' | 'merchant') =>
  store.names.change({ kind, how, from: [from], into, merchant: null, dryRun: false }, () => deedOf('names.rename'));

const pera = { merchant: 'Ana', product: 'Pera' };

export function describeCompetitors(name: string, open: () => Promise<Store>): void {
  // long: one list of what becomes of prices.
  describe(`${name} keeps competitors' prices`, () => {
    it('of a day the newest import, the own before everyone’s, and series carry them', async () => {
      const store = await open();
      await importSales(store, [pera, { merchant: 'Bea', product: 'Pera' }]);
      expect(await store.competitors.of(pera)).toEqual([]);
      expect((await store.sales.read(pera))?.competitors).toBeUndefined();
      const first = await importRows(store, [
        row({ price: 2 }),
        row({ competitor: 'Día', price: 3, promo: true, theirs: 'Pera conferencia' }),
        row({ day: 20_007, price: 2.2 }),
        row({ merchant: 'Bea', price: 9 }),
      ]);
      expect(first).toMatchObject({ accepted: 4, replaced: 0, names: 1, firstDay: 20_000, lastDay: 20_007 });
      expect(await importRows(store, [row({ price: 2.5 })])).toMatchObject({ replaced: 1, unchanged: 0 });
      const stands = [
        { competitor: 'Día', day: 20_000, price: 3, promo: true },
        { competitor: 'Lidl', day: 20_000, price: 2.5, promo: false },
        { competitor: 'Lidl', day: 20_007, price: 2.2, promo: false },
      ];
      expect(await store.competitors.of(pera)).toEqual(stands);
      expect((await store.sales.read(pera))?.competitors).toEqual(stands);
      for await (const series of store.sales.stream({ merchant: 'Bea' }))
        expect(series.competitors?.map(({ price }) => price)).toEqual([3, 9, 2.2]);
      expect(await store.competitors.namings()).toEqual([
        { competitor: 'Día', theirs: 'Pera conferencia', product: 'Pera' },
      ]);
      expect(await store.competitors.products()).toEqual([
        { merchant: null, product: 'Pera', prices: 4 },
        { merchant: 'Bea', product: 'Pera', prices: 1 },
      ]);
      await store.close();
    });
    it('as they were before an import that is taken back', async () => {
      const store = await open();
      await importRows(store, [row({ price: 2 })]);
      const { importId } = await importRows(store, [row({ price: 4 }), row({ product: 'Kiwi' })]);
      expect((await store.competitors.of(pera))[0]?.price).toBe(4);
      const { removed, models } = await store.imports.undo(importId, null, () => deedOf('import.undo'));
      expect({ removed, models }).toEqual({ removed: 2, models: 0 });
      expect((await store.competitors.of(pera)).map(({ price }) => price)).toEqual([2]);
      expect(await store.competitors.products()).toHaveLength(1);
      expect(await store.imports.find(importId, null)).toMatchObject({ kind: 'competitors', accepted: 2 });
      await store.close();
    });
    it('under the names that products and merchants have since, and files that say the former ones', async () => {
      const store = await open();
      await importSales(store, [
        ...[pera, { merchant: 'Ana', product: 'Peras' }],
        ...[{ merchant: 'Bea', product: 'Kiwi' }],
      ]);
      await importRows(store, [
        ...[row({ product: 'Kiwi', price: 1 }), row({ merchant: 'Bea', product: 'Kiwi', competitor: 'Día', price: 7 })],
        ...[row({ price: 2 }), row({ product: 'Peras', competitor: 'Súper', price: 5 })],
      ]);
      await rename(store, 'rename', 'Kiwi', 'Kiwi verde', 'product');
      await rename(store, 'rename', 'Bea', 'Beatriz', 'merchant');
      const kiwi = { merchant: 'Beatriz', product: 'Kiwi verde' };
      expect((await store.competitors.of(kiwi)).map(({ price }) => price)).toEqual([7, 1]);
      const { renamed } = await importRows(store, [row({ merchant: 'Bea', product: 'Kiwi', day: 20_001, price: 8 })]);
      expect(renamed).not.toEqual([]);
      expect((await store.competitors.of(kiwi)).map(({ price }) => price)).toEqual([7, 1, 8]);
      await rename(store, 'merge', 'Peras', 'Pera', 'product');
      expect((await store.competitors.of(pera)).map(({ price }) => price)).toEqual([2, 5]);
      // Of one merchant's product alone everyone's prices come along, and stay for the others.
      const change = { kind: 'product', how: 'rename', from: ['Pera'], into: 'Pera blanca', merchant: 'Ana' } as const;
      await store.names.change({ ...change, dryRun: false }, () => deedOf('names.rename'));
      const blanca = await store.competitors.of({ merchant: 'Ana', product: 'Pera blanca' });
      expect(blanca.map(({ price }) => price)).toEqual([2, 5]);
      expect(await store.competitors.of({ merchant: 'Otra', product: 'Pera' })).toHaveLength(2);
      await store.close();
    });
  });
}
