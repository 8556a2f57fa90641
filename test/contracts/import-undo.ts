/**
 * What callers may rely on of imports as batches in any store: an id each, taken back exactly or refused, and what is
 * there not changed by accident.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SaleTicket } from '../../src/contract/import-rows.ts';
import type { BatchSource, UndoSummary } from '../../src/contract/store/imports.ts';
import type { ImportSummary, SalesCommit } from '../../src/contract/store/sales.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { deedOf, IMPORTED } from '../support/deeds.ts';
import { TICKET } from '../support/tickets.ts';

const KEEP: SalesCommit = { dryRun: false, unit: '', knownCovariates: [], ...IMPORTED };
const fileOf = (file: string): { readonly source: BatchSource } => ({
  source: { file, digest: `digest of ${file}`, options: '{}', rejected: 0 },
});

async function importSales(
  store: Store,
  tickets: readonly SaleTicket[],
  told: Partial<SalesCommit> = {},
): Promise<ImportSummary & { readonly importId: string }> {
  const sales = await store.sales.beginImport('sales');
  await sales.add(tickets);
  return (await sales.commit({ ...KEEP, ...told })) as ImportSummary & { importId: string };
}

async function importPrices(store: Store, days: readonly number[], price: number): Promise<[string, string]> {
  const [costs, market] = [await store.sales.beginImport('costs'), await store.sales.beginImport('market')];
  await costs.add(days.map((day) => ({ merchant: day % 2 ? 'Ana' : null, product: 'Pera', day, cost: price })));
  await market.add(days.map((day) => ({ name: 'Pera', day, price })));
  const kept = [
    await costs.commit({ dryRun: false, ...IMPORTED }),
    await market.commit({ dryRun: false, ...IMPORTED }),
  ];
  return kept.map(({ importId }) => importId) as [string, string];
}

const undo = (store: Store, id: string, merchant: string | null = null): Promise<UndoSummary> =>
  store.imports.undo(id, merchant, () => deedOf('import.undo'));

/** All that imports write, as the store gives it back. */
async function contents(store: Store): Promise<unknown> {
  const cells: unknown[] = [];
  for await (const series of store.sales.stream({})) {
    const covariates = [...series.covariates].sort((a, b) => (a.name < b.name ? -1 : 1));
    cells.push({ ...series, covariates });
  }
  const page = { limit: 1_000, after: null };
  return {
    cells,
    market: (await store.sales.marketPrices(null, page)).items,
    coverage: (await store.sales.coverage({}, page)).items,
    merchants: await store.cells.names('merchant'),
    products: await store.cells.names('product'),
    types: await store.cells.names('productType'),
  };
}

const ticket = fc.record({
  merchant: fc.constantFrom('Ana', 'Bea'),
  product: fc.constantFrom('Pera', 'Tomate'),
  productType: fc.constantFrom(null, 'Fruta', 'Verdura'),
  day: fc.integer({ min: 20_000, max: 20_006 }),
  quantity: fc.double({ min: 0, max: 50, noNaN: true }),
  price: fc.option(fc.double({ min: 0.01, max: 9, noNaN: true })),
  cost: fc.option(fc.double({ min: 0, max: 5, noNaN: true })),
  promo: fc.constantFrom(null, 0, 1),
  soldOut: fc.boolean(),
  waste: fc.constantFrom(null, 0.1),
  marketPrice: fc.constantFrom(null, 2.5),
  covariates: fc.constantFrom(null, { rain: 1 }, { rain: 0.1, temp: 20.3 }),
}) satisfies fc.Arbitrary<SaleTicket>;

const step = fc.record({
  tickets: fc.array(ticket, { minLength: 1, maxLength: 6 }),
  told: fc.record({
    unit: fc.constantFrom('', 'caja', 'litro'),
    frequency: fc.constantFrom(undefined, 'weekly' as const),
    missingDays: fc.constantFrom(undefined, 'closed' as const),
    knownCovariates: fc.constantFrom([], ['rain']),
    addTo: fc.constantFrom(undefined, 'all' as const),
    columns: fc.constantFrom(undefined, [], ['cost' as const]),
  }),
});

/** Without what is not told: an option that is there says something. */
function toldOf(told: Readonly<Record<string, unknown>>): Partial<SalesCommit> {
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}

export function describeImportUndo(name: string, open: () => Promise<Store>): void {
  describe(`${name} batches`, () => {
    it('taken back, newest first, leave everything bit for bit as it was before each', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
          const store = await open();
          const before: unknown[] = [];
          const ids: string[] = [];
          for (const { tickets, told } of steps) {
            before.push(await contents(store));
            ids.push((await importSales(store, tickets, toldOf(told))).importId);
          }
          for (const [i, id] of [...ids.entries()].reverse()) {
            await undo(store, id);
            expect(await contents(store)).toEqual(before[i]);
          }
          await store.close();
        }),
        { numRuns: 40 },
      );
    });
    it('taken back in any order that is allowed, leave what the others alone would have left', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 4 }), fc.nat(), async (steps, at) => {
          const [store, other] = [await open(), await open()];
          const ids: string[] = [];
          for (const { tickets, told } of steps) ids.push((await importSales(store, tickets, toldOf(told))).importId);
          const gone = at % steps.length;
          const done = await undo(store, ids[gone] as string).catch((error: { code: string }) => error.code);
          if (typeof done === 'string') expect(done).toBe('IMPORT_UNDO_LATER');
          else {
            for (const [i, { tickets, told }] of steps.entries())
              if (i !== gone) await importSales(other, tickets, toldOf(told));
            expect(await contents(store)).toEqual(await contents(other));
          }
          await store.close();
          await other.close();
        }),
        { numRuns: 60 },
      );
    });
    it('of costs and market prices likewise', async () => {
      const store = await open();
      await importSales(store, [{ ...TICKET, product: 'Pera' }]);
      const empty = await contents(store);
      const first = await importPrices(store, [19_990, 19_991, 20_000], 1.1);
      const full = await contents(store);
      const second = await importPrices(store, [19_991, 19_999], 3);
      await expect(undo(store, first[0])).rejects.toMatchObject({ code: 'IMPORT_UNDO_LATER' });
      await expect(undo(store, first[1])).rejects.toMatchObject({ code: 'IMPORT_UNDO_LATER' });
      for (const id of second) expect(await undo(store, id)).toMatchObject({ removed: 1, restored: 1 });
      expect(await contents(store)).toEqual(full);
      for (const id of first) expect(await undo(store, id)).toMatchObject({ removed: 3, restored: 0 });
      expect(await contents(store)).toEqual(empty);
      await store.close();
    });
    it('are refused where later ones wrote the same rows, also with the same figures, and name those', async () => {
      const store = await open();
      const first = await importSales(store, [TICKET, { ...TICKET, day: 20_001 }], fileOf('a.csv'));
      const same = await importSales(store, [TICKET], fileOf('b.csv'));
      const added = await importSales(store, [{ ...TICKET, day: 20_001 }], { addTo: 'all', ...fileOf('c.csv') });
      expect([same.replaced, same.unchanged, added.added]).toEqual([1, 1, 1]);
      const refused = await undo(store, first.importId).catch((error) => error);
      expect(refused.code).toBe('IMPORT_UNDO_LATER');
      expect(refused.parameters.later).toBe(
        `${added.importId} (c.csv, 2026-01-01), ${same.importId} (b.csv, 2026-01-01)`,
      );
      expect(await undo(store, same.importId)).toMatchObject({ removed: 0, restored: 1, cellsRemoved: 0 });
      expect(await undo(store, added.importId)).toMatchObject({ removed: 0, restored: 1 });
      expect(await undo(store, first.importId)).toMatchObject({ removed: 2, restored: 0, cellsRemoved: 1 });
      await expect(undo(store, first.importId)).rejects.toMatchObject({ code: 'IMPORT_BATCH_UNDONE' });
      expect(await store.cells.names('merchant')).toEqual([]);
      await store.close();
    });
    it('are listed with their counts, the newest first, to a merchant its own', async () => {
      const store = await open();
      const ofAna = { deed: () => deedOf('import.commit', 'Ana') };
      const a = await importSales(store, [TICKET, TICKET], { ...fileOf('a.csv'), ...ofAna });
      const b = await importSales(store, [{ ...TICKET, merchant: 'Bea' }], fileOf('b.csv'));
      const page = { limit: 1, after: null };
      const newest = await store.imports.list(null, page);
      expect(newest.items).toMatchObject([{ id: b.importId, file: 'b.csv', merchant: null, kind: 'sales' }]);
      const rest = await store.imports.list(null, { limit: 5, after: newest.next });
      expect(rest).toMatchObject({
        items: [{ id: a.importId, accepted: 2, replaced: 0, merchants: 1, products: 1, firstDay: TICKET.day }],
        next: null,
      });
      expect((await store.imports.list('Ana', { limit: 5, after: null })).items).toHaveLength(1);
      expect(await store.imports.find(b.importId, 'Ana')).toBeNull();
      expect(await store.imports.find(b.importId, null)).toMatchObject({ id: b.importId });
      await expect(undo(store, b.importId, 'Ana')).rejects.toMatchObject({ code: 'IMPORT_BATCH_UNKNOWN' });
      // What stands against it and is not its own is not told.
      await importSales(store, [TICKET], fileOf('secret.csv'));
      const refused = await undo(store, a.importId, 'Ana').catch((error) => error);
      expect(refused.code).toBe('IMPORT_UNDO_OTHERS');
      expect(refused.message).not.toContain('secret');
      await store.close();
    });
    it('know their file again until they are taken back', async () => {
      const store = await open();
      const { importId } = await importSales(store, [TICKET], fileOf('a.csv'));
      expect(await store.imports.ofFile('digest of a.csv', '{}')).toMatchObject({ id: importId });
      expect(await store.imports.ofFile('digest of a.csv', '{"decimal":","}')).toBeNull();
      await undo(store, importId);
      expect(await store.imports.ofFile('digest of a.csv', '{}')).toBeNull();
      expect(await store.imports.find(importId, null)).toMatchObject({ undoneAt: '2026-01-01T00:00:00.000Z' });
      await store.close();
    });
    it('that may not replace are refused where they contradict what is there, and change nothing', async () => {
      const store = await open();
      const first = await importSales(store, [TICKET, { ...TICKET, day: 20_001, price: null }], fileOf('a.csv'));
      const before = await contents(store);
      const careful = { mayReplace: false, ...fileOf('b.csv') };
      for (const [figure, other] of [
        ['quantity', { quantity: 4 }],
        ['price', { price: 2.5 }],
        ['price', { price: null }],
        ['quantity', { covariates: { rain: 1 }, quantity: 9 }],
      ] as const) {
        const refused = await importSales(store, [{ ...TICKET, ...other }], careful).catch((error) => error);
        expect(refused).toMatchObject({
          code: 'IMPORT_DAYS_THERE',
          parameters: { days: 1, figure, file: 'b.csv', product: TICKET.product, earlier: first.importId },
        });
        expect(await contents(store)).toEqual(before);
      }
      // Rows that say the same, or what was missing, pass.
      const more = [
        { ...TICKET, cost: 1 },
        { ...TICKET, day: 20_001, price: 5 },
        { ...TICKET, day: 20_002 },
      ];
      expect(await importSales(store, more, careful)).toMatchObject({ rows: 3, replaced: 2, unchanged: 0 });
      // And so do those that are added to what is there.
      expect(await importSales(store, [TICKET], { ...careful, addTo: 'all' })).toMatchObject({ added: 1 });
      await store.close();
    });
    it('can be tried out, and committed after all', async () => {
      const store = await open();
      await importSales(store, [TICKET]);
      const sales = await store.sales.beginImport('sales');
      await sales.add([{ ...TICKET, quantity: 8 }]);
      await expect(sales.tryOut({ ...KEEP, mayReplace: false })).rejects.toMatchObject({ code: 'IMPORT_DAYS_THERE' });
      expect(await sales.tryOut(KEEP)).toMatchObject({ replaced: 1, importId: null });
      await expect(sales.commit({ ...KEEP, mayReplace: false })).rejects.toMatchObject({ code: 'IMPORT_DAYS_THERE' });
      expect(await sales.commit(KEEP)).toMatchObject({ replaced: 1, importId: expect.any(String) });
      await expect(sales.tryOut(KEEP)).rejects.toMatchObject({ code: 'IMPORT_ENDED' });
      await store.close();
    });
  });
}
