/** What any store promises of the rows that intervals were for: each counts once, and follows its cell. */

import { describe, expect, it } from 'vitest';
import type { SaleTicket } from '../../src/contract/import-rows.ts';
import type { IntervalChoice } from '../../src/contract/store/intervals.ts';
import type { Store } from '../../src/contract/store/store.ts';
import type { IntervalSide, JudgedRow } from '../../src/core/monitor/judged-rows.ts';
import { deedOf } from '../support/deeds.ts';
import { importSales } from './names.ts';

/** 1 March 2026, a day since 1970-01-01. */
const MARCH = Date.UTC(2026, 2, 1) / 86_400_000;
const rows = (from: number, sides: readonly IntervalSide[]): JudgedRow[] =>
  sides.map((side, i) => ({ day: from + i, side }));
const sold = (merchant: string, product: string, productType: string): Partial<SaleTicket> => ({
  ...{ merchant, product, productType, day: MARCH, quantity: 2, price: 3 },
});

async function filled(open: () => Promise<Store>): Promise<{ store: Store; importId: string }> {
  const store = await open();
  const { importId } = await importSales(store, [
    sold('Ana', 'Pera', 'Fruta'),
    sold('Ana', 'Kiwi', 'Fruta'),
    sold('Bea', 'Pera', 'Fruta'),
    sold('Bea', 'Pan', 'Pan'),
  ]);
  await store.intervals.add([
    { merchant: 'Ana', product: 'Pera', rows: rows(MARCH + 30, ['inside', 'inside', 'above']) },
    { merchant: 'Ana', product: 'Kiwi', rows: rows(MARCH, ['below', 'inside']) },
    { merchant: 'Bea', product: 'Pera', rows: rows(MARCH, ['inside']) },
    { merchant: 'Bea', product: 'Pan', rows: rows(MARCH + 31, ['above', 'below']) },
  ]);
  return { store, importId };
}

const month = (name: string, inside: number, above: number, below: number) => ({ month: name, inside, above, below });

export function describeIntervals(name: string, open: () => Promise<Store>): void {
  const months = (store: Store, choice: IntervalChoice = {}) => store.intervals.months(choice);
  // long: one list of what becomes of counts.
  describe(`${name} counts the rows that intervals were for`, () => {
    it('by month of their days, for all cells, a merchant, a type, both, and any other choice', async () => {
      const { store } = await filled(open);
      const all = [month('2026-03', 3, 0, 1), month('2026-04', 1, 2, 1)];
      expect(await months(store)).toEqual(all);
      expect(await months(store, { search: '' })).toEqual(all);
      const ana = [month('2026-03', 2, 0, 1), month('2026-04', 1, 1, 0)];
      expect(await months(store, { merchant: 'Ana' })).toEqual(ana);
      const fruit = [month('2026-03', 3, 0, 1), month('2026-04', 1, 1, 0)];
      expect(await months(store, { productType: 'Fruta' })).toEqual(fruit);
      expect(await months(store, { merchant: 'Bea', productType: 'Fruta' })).toEqual([month('2026-03', 1, 0, 0)]);
      expect(await months(store, { merchant: 'Bea', productType: 'Nada' })).toEqual([]);
      // Sums that are kept and rows that are added up say the same.
      expect(await months(store, { search: 'pera' })).toEqual([month('2026-03', 2, 0, 0), month('2026-04', 1, 1, 0)]);
      expect(await months(store, { state: 'untrained' })).toEqual(all);
      expect(await months(store, { state: 'untrained', merchant: 'Ana' })).toEqual(ana);
      expect(await months(store, { state: 'untrained', productType: 'Fruta' })).toEqual(fruit);
      expect(await months(store, { state: 'failed' })).toEqual([]);
      expect(await months(store, { merchant: 'Ana', product: 'Kiwi' })).toEqual([month('2026-03', 1, 0, 1)]);
      await store.close();
    });
    it('once, however often and in whatever order they come', async () => {
      const { store } = await filled(open);
      const before = await months(store);
      // The same again, changed, from the middle of them, and days that came in late.
      for (const [from, sides] of [
        [MARCH + 30, ['inside', 'inside', 'above']],
        [MARCH + 30, ['below', 'below', 'below']],
        [MARCH + 31, ['above', 'above']],
        [MARCH + 10, ['inside']],
      ] as const)
        await store.intervals.add([{ merchant: 'Ana', product: 'Pera', rows: rows(from, sides) }]);
      expect(await months(store)).toEqual(before);
      // Only the last two of these are new.
      await store.intervals.add([
        { merchant: 'Ana', product: 'Pera', rows: rows(MARCH + 31, ['above', 'above', 'inside', 'below']) },
        { merchant: 'Nobody', product: 'Pera', rows: rows(MARCH, ['inside']) },
      ]);
      expect(await months(store)).toEqual([month('2026-03', 3, 0, 1), month('2026-04', 2, 2, 2)]);
      await Promise.all(
        Array.from({ length: 4 }, () =>
          store.intervals.add([{ merchant: 'Bea', product: 'Pera', rows: rows(MARCH + 61, ['inside']) }]),
        ),
      );
      expect((await months(store)).at(-1)).toEqual(month('2026-05', 1, 0, 0));
      await store.close();
    });
    it('under the name and the type that their cell has now', async () => {
      const { store } = await filled(open);
      const change = (how: 'rename' | 'merge', kind: 'product' | 'merchant', from: string[], into: string) =>
        store.names.change({ kind, how, from, into, merchant: null, dryRun: false }, () => deedOf('names.rename'));
      await change('rename', 'merchant', ['Ana'], 'Anabel');
      expect(await months(store, { merchant: 'Ana' })).toEqual([]);
      expect(await months(store, { merchant: 'Anabel' })).toEqual([
        month('2026-03', 2, 0, 1),
        month('2026-04', 1, 1, 0),
      ]);
      // A type that is another by now, and a product whose name is its type.
      await importSales(store, [{ ...sold('Anabel', 'Kiwi', 'Exóticos'), day: MARCH + 1 }]);
      await change('rename', 'product', ['Pan'], 'Barra');
      const types = await Promise.all(
        ['Fruta', 'Exóticos', 'Pan', 'Barra'].map((productType) => months(store, { productType })),
      );
      expect(types).toEqual([
        [month('2026-03', 2, 0, 0), month('2026-04', 1, 1, 0)],
        [month('2026-03', 1, 0, 1)],
        [],
        [month('2026-04', 0, 1, 1)],
      ]);
      const all = [month('2026-03', 3, 0, 1), month('2026-04', 1, 2, 1)];
      expect(await months(store)).toEqual(all);
      // Cells that become one: their counts are added, and what either had judged counts no second time.
      await change('merge', 'product', ['Kiwi'], 'Pera');
      expect(await months(store)).toEqual(all);
      expect(await months(store, { merchant: 'Anabel', product: 'Pera' })).toEqual([
        month('2026-03', 2, 0, 1),
        month('2026-04', 1, 1, 0),
      ]);
      expect(await months(store, { productType: 'Exóticos' })).toEqual([]);
      await store.intervals.add([{ merchant: 'Anabel', product: 'Pera', rows: rows(MARCH + 2, ['above']) }]);
      expect(await months(store)).toEqual(all);
      await store.close();
    });
    it('as long as the cell is there: an import that is undone takes along what nothing is left of', async () => {
      const { store, importId } = await filled(open);
      const { importId: second } = await importSales(store, [{ ...sold('Ana', 'Pera', 'Fruta'), day: MARCH + 9 }]);
      await store.imports.undo(second, null, () => deedOf('import.undo'));
      expect(await months(store, { merchant: 'Ana' })).toHaveLength(2);
      await store.imports.undo(importId, null, () => deedOf('import.undo'));
      expect(await store.cells.count({})).toBe(0);
      expect(await months(store)).toEqual([]);
      expect(await months(store, { merchant: 'Ana' })).toEqual([]);
      await store.close();
    });
  });
}
