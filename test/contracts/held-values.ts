/** What callers may rely on of held values in any store: left out until accepted, and judged by all that is there. */

import { describe, expect, it } from 'vitest';
import type { SaleTicket } from '../../src/contract/import-rows.ts';
import type { ImportSummary, SalesCommit } from '../../src/contract/store/sales.ts';
import type { Store } from '../../src/contract/store/store.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';
import { deedOf, IMPORTED } from '../support/deeds.ts';
import { TICKET } from '../support/tickets.ts';

const CELL = { merchant: TICKET.merchant, product: TICKET.product };
const PAGE = { limit: 100, after: null };
const ACCEPTED = () => deedOf('sales.accept');

async function importSales(
  store: Store,
  tickets: readonly SaleTicket[],
  told: Partial<SalesCommit> = {},
): Promise<ImportSummary> {
  const sales = await store.sales.beginImport('sales');
  await sales.add(tickets);
  return sales.commit({ dryRun: false, unit: '', knownCovariates: [], ...IMPORTED, ...told });
}

/** Twenty or so a day at 2, bought for 1. */
const day = (i: number, changed: Partial<SaleTicket> = {}): SaleTicket => ({
  ...TICKET,
  day: 20_000 + i,
  quantity: 19 + (i % 3),
  price: 2,
  cost: 1,
  ...changed,
});
const days = (n: number): SaleTicket[] => Array.from({ length: n }, (_, i) => day(i));
const seriesOf = async (store: Store): Promise<CellSeries> => (await store.sales.read(CELL)) as CellSeries;

export function describeHeldValues(name: string, open: () => Promise<Store>): void {
  describe(`${name} held values`, () => {
    it('are left out of the series and named; the day of a held quantity has no row, also where days without count as zero', async () => {
      const store = await open();
      const sales = days(60);
      sales[30] = day(30, { quantity: 2_000 });
      sales[40] = day(40, { price: 0.02 });
      sales[59] = day(59, { cost: 110 });
      const summary = await importSales(store, [...sales, ...days(60).map((one) => ({ ...one, product: 'Other' }))]);
      const expected = [
        { ...CELL, day: 20_030, column: 'quantity', value: 2_000, usual: 20, reason: 'off' },
        { ...CELL, day: 20_040, column: 'price', value: 0.02, usual: 2, reason: 'off' },
        { ...CELL, day: 20_059, column: 'cost', value: 110, usual: 1, reason: 'off' },
      ];
      expect(summary.held).toEqual({ count: 3, values: expected });
      expect((await store.sales.held({}, PAGE)).items).toEqual(expected);
      const series = await seriesOf(store);
      expect(series.days).toHaveLength(59);
      expect(series.days).not.toContain(20_030);
      expect(series.price[series.days.indexOf(20_040)]).toBeNaN();
      expect(series.cost.at(-1)).toBeNaN();
      expect(series.held?.map(({ day: held }) => held)).toEqual([20_030, 20_040, 20_059]);
      expect((await store.sales.read({ ...CELL, product: 'Other' }))?.held).toBeUndefined();
      await store.close();
    });
    it('of a series are in order of day and column', async () => {
      const store = await open();
      const sales = days(60);
      sales[30] = day(30, { price: 200 });
      sales[20] = day(20, { price: 200, cost: 100, waste: 1 });
      await importSales(store, sales);
      const inOrder = ['20020 cost', '20020 price', '20020 waste', '20030 price'];
      expect((await seriesOf(store)).held?.map((one) => `${one.day} ${one.column}`)).toEqual(inOrder);
      expect((await store.sales.held({}, PAGE)).items.map((one) => `${one.day} ${one.column}`)).toEqual(inOrder);
      await store.close();
    });
    it('count once they are accepted, and stay so when their file comes again', async () => {
      const store = await open();
      const sales = days(60);
      sales[30] = day(30, { quantity: 2_000 });
      sales[40] = day(40, { cost: 110 });
      await importSales(store, sales);
      expect(await store.sales.accept({ ...CELL, day: 20_030 }, ACCEPTED)).toBe(1);
      expect((await store.sales.held({}, PAGE)).items.map(({ column }) => column)).toEqual(['cost']);
      expect((await seriesOf(store)).quantity[30]).toBe(2_000);
      expect((await importSales(store, sales)).held.values.map(({ column }) => column)).toEqual(['cost']);
      expect((await seriesOf(store)).quantity[30]).toBe(2_000);
      // Another value of that day is another matter.
      sales[30] = day(30, { quantity: 3_000 });
      expect((await importSales(store, sales)).held.values.map(({ value }) => value)).toEqual([3_000, 110]);
      await store.close();
    });
    it('count at once in an import that accepts them, and one that is mended is held no more', async () => {
      const store = await open();
      const sales = days(60);
      sales[30] = day(30, { quantity: 2_000 });
      expect((await importSales(store, sales, { dryRun: true })).held.count).toBe(1);
      expect((await importSales(store, sales, { accept: true })).held.count).toBe(0);
      expect((await seriesOf(store)).quantity[30]).toBe(2_000);
      sales[45] = day(45, { quantity: 1_900 });
      expect((await importSales(store, sales)).held.count).toBe(1);
      expect((await importSales(store, [day(45)])).held.count).toBe(0);
      expect((await store.sales.held({}, PAGE)).items).toEqual([]);
      expect((await seriesOf(store)).days).toHaveLength(60);
      await store.close();
    });
    it('are found day by day as in one file, and let go once their level has lasted four days', async () => {
      const store = await open();
      const told: string[] = [];
      for (let i = 0; i < 50; i++) {
        const sold = day(i, i === 30 ? { quantity: 2_000 } : i >= 40 ? { price: 26, quantity: 18 + (i % 3) } : {});
        const { held, released } = await importSales(store, [sold]);
        for (const one of held.values) told.push(`${i} held ${one.column} of ${one.day - 20_000}`);
        for (const one of released.values) told.push(`${i} counts ${one.column} of ${one.day - 20_000}`);
      }
      expect(told).toEqual([
        '30 held quantity of 30',
        '40 held price of 40',
        '41 held price of 41',
        '42 held price of 42',
        '43 counts price of 40',
        '43 counts price of 41',
        '43 counts price of 42',
      ]);
      const { price, days: left } = await seriesOf(store);
      expect([...price.slice(left.indexOf(20_040))]).toEqual(Array(10).fill(26));
      await store.close();
    });
    it('are the totals of weeks in a cell of days, and no zero stands among them', async () => {
      const store = await open();
      const weeks = Array.from({ length: 20 }, (_, i) => day(7 * i, { quantity: 140 }));
      const since = Array.from({ length: 60 }, (_, i) => day(7 * 20 + i));
      const other = Array.from({ length: 200 }, (_, i) => ({ ...day(i), product: 'Other' }));
      const { held } = await importSales(store, [...weeks, ...since, ...other]);
      expect(held.count).toBe(20);
      expect(held.values[0]).toMatchObject({ day: 20_000, value: 140, usual: 20, reason: 'period' });
      const series = await seriesOf(store);
      expect(series.days[0]).toBe(20_140);
      expect(series.quantity.every((quantity) => quantity > 0)).toBe(true);
      await store.close();
    });
    it('are of one merchant where one is named, page by page', async () => {
      const store = await open();
      const sales = days(60);
      sales[30] = day(30, { quantity: 2_000 });
      await importSales(store, [...sales, ...sales.map((one) => ({ ...one, merchant: 'Bea' }))]);
      const first = await store.sales.held({}, { limit: 1, after: null });
      const next = await store.sales.held({}, { limit: 1, after: first.next });
      expect([...first.items, ...next.items].map(({ merchant }) => merchant)).toEqual(['Ana', 'Bea']);
      expect(next.next).toBeNull();
      expect(await store.sales.accept({ merchant: 'Bea' }, ACCEPTED)).toBe(1);
      expect((await store.sales.held({}, PAGE)).items.map(({ merchant }) => merchant)).toEqual(['Ana']);
      await store.close();
    });
  });
}
