/**
 * What callers may rely on of the imports of any store: each for itself, tickets merged by the rules, what a file lacks
 * left alone.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SaleTicket } from '../../src/contract/import-rows.ts';
import type { Import, ImportSummary, SalesCommit } from '../../src/contract/store/sales.ts';
import type { Store } from '../../src/contract/store/store.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';
import { type MergedDay, mergeTickets } from '../../src/rules/merge-tickets.ts';
import { IMPORTED } from '../support/deeds.ts';
import { TICKET, ticketsOfADay } from '../support/tickets.ts';

const KEEP: SalesCommit = { dryRun: false, unit: '', knownCovariates: [], ...IMPORTED };

async function importSales(
  store: Store,
  tickets: readonly SaleTicket[],
  told: Partial<SalesCommit> = {},
): Promise<ImportSummary> {
  const sales = await store.sales.beginImport('sales');
  await sales.add(tickets);
  return sales.commit({ ...KEEP, ...told });
}

/** A cell's row of a day as the store gives it back; NaN is nothing. */
async function rowOf(store: Store, product = 'Tomate', day = 20_000): Promise<MergedDay> {
  const series = (await store.sales.read({ merchant: 'Ana', product })) as CellSeries;
  const i = series.days.indexOf(day);
  const at = (column: Float64Array): number | null => (Number.isNaN(column[i]) ? null : column[i]);
  const covariates = series.covariates.flatMap(({ name, values }) =>
    Number.isNaN(values[i]) ? [] : [[name, values[i]] as const],
  );
  return {
    quantity: series.quantity[i],
    price: at(series.price),
    cost: at(series.cost),
    promo: at(series.promo),
    soldOut: series.soldOut[i] === 1,
    waste: at(series.waste),
    marketPrice: at(series.marketPrice),
    covariates: covariates.length === 0 ? null : Object.fromEntries(covariates),
  };
}

const FULL: SaleTicket = {
  ...TICKET,
  cost: 1.2,
  promo: 1,
  soldOut: true,
  waste: 0.1,
  marketPrice: 2.5,
  covariates: { rain: 1, temp: 10 },
};

export function describeImports(name: string, open: () => Promise<Store>): void {
  describe(`${name} imports`, () => {
    it('counts days without a row as zeros though other days have rows on which nobody bought anything', async () => {
      const store = await open();
      const of = (product: string, day: number, quantity = 1) => ({ ...TICKET, product, day, quantity });
      const bread = Array.from({ length: 10 }, (_, i) => of('Bread', 20_000 + i));
      // Not on the sixth day, and on one after all others for nothing.
      const jam = [...bread.map((one) => ({ ...one, product: 'Jam' })).filter((_, i) => i !== 5), of('Jam', 20_020, 0)];
      expect(await importSales(store, [...bread, ...jam])).toMatchObject({ unsold: { cells: 1, periods: 1 } });
      const series = (await store.sales.read({ merchant: TICKET.merchant, product: 'Jam' })) as CellSeries;
      expect(series.quantity[series.days.indexOf(20_005)]).toBe(0);
      await store.close();
    });
    it('give a product that merchants have under several types the one of the first of them', async () => {
      const store = await open();
      const of = (merchant: string, productType: string) => ({ ...TICKET, merchant, productType });
      await importSales(store, [of('Bea', 'Fruta'), of('Ana', 'Verdura'), of('Eva', 'Baya')]);
      const { items } = await store.cells.products(null, { limit: 5, after: null });
      expect(items).toMatchObject([{ productType: 'Verdura', merchants: 3 }]);
      await store.close();
    });
    it('counts the cells that are in kilos as nobody named their unit', async () => {
      const store = await open();
      const of = (...products: readonly string[]) => products.map((product) => ({ ...TICKET, product }));
      expect(await importSales(store, of('A', 'B'))).toMatchObject({ unnamed: 2 });
      expect(await importSales(store, of('B', 'C'))).toMatchObject({ unnamed: 1 });
      expect(await importSales(store, of('D'), { usualUnit: 'ud' })).toMatchObject({ unnamed: 0 });
      expect(await importSales(store, of('E'), { unit: 'kg' })).toMatchObject({ unnamed: 0 });
      expect((await store.sales.read({ ...TICKET, product: 'C' }))?.unit).toBe('kg');
      await store.close();
    });
    it('names the cells whose last week it wrote and is not over yet, if it is told which day it is', async () => {
      const store = await open();
      const weeks = (product: string, last: number) =>
        Array.from({ length: 8 }, (_, i) => ({ ...TICKET, product, day: last - 7 * i }));
      const rows = [...weeks('Over', 19_993), ...weeks('Running', 20_000), ...weeks('Also', 20_000)];
      expect(await importSales(store, rows)).toMatchObject({ frequencies: { weekly: 3 }, unended: null });
      const first = { merchant: TICKET.merchant, product: 'Also', day: 20_000, to: 20_006 };
      expect((await importSales(store, rows, { today: 20_006 })).unended).toEqual({ ...first, cells: 2 });
      expect((await importSales(store, rows, { today: 20_007 })).unended).toBeNull();
      // An earlier week of a series says nothing of its last one.
      expect((await importSales(store, weeks('Running', 19_993), { today: 20_006 })).unended).toBeNull();
      await store.close();
    });
    it('several files at once: each holds its own rows, and one that is given up takes nothing along', async () => {
      const store = await open();
      const [a, b, given] = [
        await store.sales.beginImport('sales'),
        await store.sales.beginImport('sales'),
        await store.sales.beginImport('sales'),
      ];
      const [costs, market, otherCosts] = [
        await store.sales.beginImport('costs'),
        await store.sales.beginImport('market'),
        await store.sales.beginImport('costs'),
      ];
      for (let day = 0; day < 120; day++) {
        await a.add([{ ...TICKET, merchant: 'A', day: 20_000 + day }]);
        await given.add([{ ...TICKET, merchant: 'Nobody', day: 20_000 + day }]);
        await b.add([{ ...TICKET, merchant: 'B', day: 20_000 + day, quantity: 7 }]);
        await costs.add([{ merchant: 'A', product: 'Tomate', day: 20_000 + day, cost: 1 }]);
        await market.add([{ name: 'Tomate', day: 20_000 + day, price: 5 }]);
        await otherCosts.add([{ merchant: 'B', product: 'Tomate', day: 20_000 + day, cost: 9 }]);
      }
      await given.abort();
      expect(await b.commit(KEEP)).toMatchObject({ accepted: 120, rows: 120, merchants: 1, products: 1 });
      expect(await costs.commit({ dryRun: false, ...IMPORTED })).toMatchObject({ names: 1, replaced: 0 });
      await otherCosts.abort();
      expect(await market.commit({ dryRun: false, ...IMPORTED })).toMatchObject({ names: 1, replaced: 0 });
      const late = await store.sales.beginImport('sales');
      await late.add([{ ...TICKET, merchant: 'C' }]);
      expect(await a.commit(KEEP)).toMatchObject({ accepted: 120, rows: 120, merchants: 1 });
      expect(await late.commit(KEEP)).toMatchObject({ rows: 1 });
      expect(await store.cells.names('merchant')).toEqual(['A', 'B', 'C']);
      const [ofA, ofB] = [
        await store.sales.read({ merchant: 'A', product: 'Tomate' }),
        await store.sales.read({ merchant: 'B', product: 'Tomate' }),
      ];
      expect([ofA?.quantity[0], ofA?.cost[0], ofA?.marketPrice[0]]).toEqual([3, 1, 5]);
      expect([ofB?.quantity[0], ofB?.cost[0]]).toEqual([7, Number.NaN]);
      await store.close();
    });
    it('refuse every call after their end, for sales, costs and market prices alike; giving up twice does nothing', async () => {
      const store = await open();
      const other = await store.sales.beginImport('sales');
      await other.add([TICKET]);
      const begun = [
        () => store.sales.beginImport('sales'),
        () => store.sales.beginImport('costs'),
        () => store.sales.beginImport('market'),
      ] as const;
      for (const begin of begun) {
        for (const end of ['commit', 'dry run', 'abort']) {
          const ended = await begin();
          if (end === 'abort') ended.abort();
          else await (ended as Import<'sales'>).commit({ ...KEEP, dryRun: end === 'dry run' });
          await expect(ended.add([])).rejects.toMatchObject({ code: 'IMPORT_ENDED' });
          await expect((ended as Import<'sales'>).commit(KEEP)).rejects.toMatchObject({ code: 'IMPORT_ENDED' });
          await ended.abort();
        }
      }
      expect(await other.commit(KEEP)).toMatchObject({ rows: 1 });
      await store.close();
    });
    it('merge the tickets of a day by the rules, column for column', async () => {
      const store = await open();
      let product = 0;
      await fc.assert(
        fc.asyncProperty(ticketsOfADay, async (tickets) => {
          const name = `p${product++}`;
          await importSales(
            store,
            tickets.map((ticket) => ({ ...ticket, product: name })),
            // Costs of nothing are held otherwise.
            { accept: true },
          );
          const [found, wanted] = [await rowOf(store, name), mergeTickets(tickets)];
          for (const key of ['quantity', 'price', 'cost', 'promo', 'waste', 'marketPrice'] as const) {
            // A store may add in another order: 1e-12 is some thousand roundings.
            if (wanted[key] === null) expect(found[key]).toBeNull();
            else
              expect(Math.abs((found[key] ?? Number.NaN) - wanted[key])).toBeLessThanOrEqual(
                1e-12 * Math.abs(wanted[key]),
              );
          }
          expect(found.soldOut).toBe(wanted.soldOut);
          expect(Object.keys(found.covariates ?? {}).sort()).toEqual(Object.keys(wanted.covariates ?? {}).sort());
          for (const [covariate, value] of Object.entries(found.covariates ?? {})) {
            expect(Math.abs(value - (wanted.covariates?.[covariate] ?? Number.NaN))).toBeLessThanOrEqual(1e-9);
          }
        }),
        { numRuns: 60 },
      );
      await store.close();
    });
    it('are the same rows in whatever order their tickets come, and so is what they write again', async () => {
      const store = await open();
      const days = fc.uniqueArray(
        fc.record({
          product: fc.constantFrom('a', 'b', 'c'),
          day: fc.integer({ min: 0, max: 12 }),
          quantity: fc.integer({ min: -2, max: 9 }),
          cost: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
        }),
        { selector: ({ product, day }) => `${product} ${day}`, minLength: 1, maxLength: 30 },
      );
      let merchants = 0;
      await fc.assert(
        fc.asyncProperty(days, days, async (first, second) => {
          const orders = [
            (list: typeof first) => list.toSorted((a, b) => a.product.localeCompare(b.product) || a.day - b.day),
            (list: typeof first) => list.toSorted((a, b) => b.product.localeCompare(a.product) || a.day - b.day),
            (list: typeof first) => list.toSorted((a, b) => a.day - b.day),
            (list: typeof first) => list,
          ];
          const found: unknown[] = [];
          for (const inOrder of orders) {
            const merchant = `m${merchants++}`;
            const told: unknown[] = [];
            for (const list of [first, second]) {
              const tickets = inOrder(list).map((row) => ({ ...TICKET, ...row, merchant, day: 20_000 + row.day }));
              const { importId: _, twins: __, ...summary } = await importSales(store, tickets);
              told.push(JSON.parse(JSON.stringify(summary).replaceAll(merchant, 'm')));
            }
            for (const product of ['a', 'b', 'c'])
              told.push({ ...(await store.sales.read({ merchant, product })), merchant: 'm' });
            found.push(told);
          }
          for (const other of found.slice(1)) expect(other).toEqual(found[0]);
        }),
        { numRuns: 20 },
      );
      await store.close();
    });
    it('keep a day whose tickets have no covariate among them', async () => {
      const store = await open();
      await importSales(store, [
        { ...TICKET, covariates: {} },
        { ...TICKET, covariates: {} },
      ]);
      expect(await rowOf(store, TICKET.product, TICKET.day)).toMatchObject({ quantity: 6, covariates: null });
      await store.close();
    });
    it('say where tickets of a day differ in a covariate, all counted and the first 20 named', async () => {
      const store = await open();
      const tickets = Array.from({ length: 30 }, (_, i) => [
        { ...TICKET, day: 20_000 + i, covariates: { rain: 1, temp: 10 } },
        { ...TICKET, day: 20_000 + i, quantity: 1, covariates: { temp: 9 } },
        { ...TICKET, product: 'Pera', day: 20_000 + i, covariates: { temp: i } },
      ]);
      const summary = await importSales(store, tickets.flat());
      expect(summary.differing).toEqual({ temp: 30 });
      expect(summary.differences).toHaveLength(20);
      expect(summary.differences[0]).toEqual({ merchant: 'Ana', product: 'Tomate', day: 20_000, covariate: 'temp' });
      expect((await rowOf(store)).covariates).toEqual({ rain: 1, temp: 9.75 });
      await store.close();
    });
    it('hold a row of one category apart from those that other files have', async () => {
      const store = await open();
      const weather = (day: number, ...categories: readonly string[]) => ({
        ...TICKET,
        day: TICKET.day + day,
        covariates: Object.fromEntries(categories.map((word, i) => [`weather=${word}`, i === 0 ? 1 : 0])),
      });
      const named = (...words: readonly string[]) => ({
        columns: [],
        covariates: ['weather', ...words.map((word) => `weather=${word}`)],
      });
      await importSales(store, [weather(0, 'sun', 'rain'), weather(1, 'rain', 'sun')], named('sun', 'rain'));
      // A later file has snow, and says of the second day that it was no rain.
      const later = await importSales(store, [weather(1, 'snow'), weather(2, 'snow')], named('snow'));
      expect(later).toMatchObject({ replaced: 1, kept: {}, emptied: {} });
      const found = await Promise.all([0, 1, 2].map((day) => rowOf(store, TICKET.product, TICKET.day + day)));
      expect(found.map((row) => row.covariates)).toEqual([
        { 'weather=sun': 1, 'weather=rain': 0, 'weather=snow': 0 },
        { 'weather=sun': 0, 'weather=rain': 0, 'weather=snow': 1 },
        { 'weather=sun': 0, 'weather=rain': 0, 'weather=snow': 1 },
      ]);
      await store.close();
    });

    it('leave columns and covariates that they lack as they were, and count what stays and what is emptied', async () => {
      const store = await open();
      await importSales(store, [FULL, { ...FULL, day: 20_001 }]);
      const lacking = await importSales(store, [{ ...TICKET, quantity: 9, price: 4 }], { columns: [], covariates: [] });
      expect(lacking).toMatchObject({
        replaced: 1,
        kept: { cost: 1, promo: 1, soldOut: 1, waste: 1, marketPrice: 1, rain: 1, temp: 1 },
        emptied: {},
      });
      expect(await rowOf(store)).toEqual({ ...mergeTickets([FULL]), quantity: 9, price: 4 });
      // A column that is there says what holds, an empty cell too.
      const some = { columns: ['cost', 'soldOut'], covariates: ['temp', 'wind'] } as const;
      expect(await importSales(store, [{ ...TICKET, covariates: { wind: 3 } }], some)).toMatchObject({
        replaced: 1,
        kept: { promo: 1, waste: 1, marketPrice: 1, rain: 1 },
        emptied: { cost: 1, temp: 1 },
      });
      expect(await rowOf(store)).toMatchObject({
        cost: null,
        soldOut: false,
        promo: 1,
        waste: 0.1,
        marketPrice: 2.5,
        covariates: { rain: 1, wind: 3 },
      });
      expect(await rowOf(store, 'Tomate', 20_001)).toEqual(mergeTickets([FULL]));
      await store.close();
    });
    it('count a price that an empty cell takes away', async () => {
      const store = await open();
      await importSales(store, [TICKET]);
      expect(await importSales(store, [{ ...TICKET, quantity: 0, price: null }])).toMatchObject({
        replaced: 1,
        emptied: { price: 1 },
      });
      await store.close();
    });
    it('change nothing when the same file comes again, whatever it holds', async () => {
      const store = await open();
      const tickets = [
        FULL,
        { ...FULL, quantity: 1, price: 0.1, covariates: { temp: 20.3 } },
        { ...FULL, product: 'Pera', price: 0.1 },
      ];
      const first = await importSales(store, tickets);
      const before = [
        await store.sales.read({ merchant: 'Ana', product: 'Tomate' }),
        await store.sales.read({ merchant: 'Ana', product: 'Pera' }),
      ];
      // A single ticket's figures are kept to the last bit.
      expect(before[1]?.price[0]).toBe(0.1);
      expect(await importSales(store, tickets)).toEqual({
        ...first,
        // Its cells have their unit by now.
        unnamed: 0,
        importId: expect.any(String),
        replaced: 2,
        unchanged: 2,
        kept: {},
        emptied: {},
      });
      expect([
        await store.sales.read({ merchant: 'Ana', product: 'Tomate' }),
        await store.sales.read({ merchant: 'Ana', product: 'Pera' }),
      ]).toEqual(before);
      await store.close();
    });
    it('keep the unit that a cell has unless they are told one', async () => {
      const store = await open();
      const unit = async (): Promise<string | undefined> =>
        (await store.sales.read({ merchant: 'Ana', product: 'Tomate' }))?.unit;
      await importSales(store, [TICKET], { unit: 'caja' });
      await importSales(store, [TICKET], { usualUnit: 'litro' });
      expect(await unit()).toBe('caja');
      await importSales(store, [TICKET], { unit: 'litro' });
      expect(await unit()).toBe('litro');
      await importSales(store, [{ ...TICKET, product: 'Pera' }], { usualUnit: 'caja' });
      expect((await store.sales.read({ merchant: 'Ana', product: 'Pera' }))?.unit).toBe('caja');
      await store.close();
    });
    it('take the last of several types that a product is given, also where another product has it already', async () => {
      const store = await open();
      const typed = (productType: string | null) => ({ ...TICKET, productType });
      await importSales(store, [{ ...typed('Fruta'), product: 'Pera' }, typed('Verdura'), typed('Fruta'), typed(null)]);
      expect((await store.sales.read({ merchant: 'Ana', product: 'Tomate' }))?.productType).toBe('Fruta');
      await importSales(store, [typed('Verdura')]);
      expect((await store.sales.read({ merchant: 'Ana', product: 'Tomate' }))?.productType).toBe('Verdura');
      await importSales(store, [typed('Fruta')]);
      await importSales(store, [typed(null)]);
      expect((await store.sales.read({ merchant: 'Ana', product: 'Tomate' }))?.productType).toBe('Fruta');
      await store.close();
    });
  });
}
