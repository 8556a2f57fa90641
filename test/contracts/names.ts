/** What callers may rely on of names in any store: they change with everything that is kept, or not at all. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellKey } from '../../src/contract/cell-name.ts';
import type { SaleTicket } from '../../src/contract/import-rows.ts';
import type { NameChange, NameChangeSummary } from '../../src/contract/store/names.ts';
import type { ImportSummary, SalesCommit } from '../../src/contract/store/sales.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { fitDemand } from '../../src/core/demand/fit-demand.ts';
import { DAILY_SPECS } from '../../src/core/regression/hyper-parameters.ts';
import { guardrailKey } from '../../src/rules/guardrail-scopes.ts';
import { linesKey } from '../../src/rules/kept-lines.ts';
import { mergeTickets } from '../../src/rules/merge-tickets.ts';
import { cellOf } from '../support/cells.ts';
import { deedOf, IMPORTED } from '../support/deeds.ts';
import { TICKET, ticketsOfADay } from '../support/tickets.ts';
import { unwrap } from '../support/unwrap.ts';
import { holderOf } from './holder.ts';

const KEEP: SalesCommit = { dryRun: false, unit: '', knownCovariates: [], ...IMPORTED };
const PAGE = { limit: 1_000, after: null };

export async function importSales(
  store: Store,
  tickets: readonly Partial<SaleTicket>[],
  told: Partial<SalesCommit> = {},
): Promise<ImportSummary & { readonly importId: string }> {
  const sales = await store.sales.beginImport('sales');
  await sales.add(tickets.map((ticket) => ({ ...TICKET, ...ticket })));
  return (await sales.commit({ ...KEEP, ...told })) as ImportSummary & { importId: string };
}

const daysOf = (product: string, from: number, count: number, more: Partial<SaleTicket> = {}): Partial<SaleTicket>[] =>
  Array.from({ length: count }, (_, i) => ({ product, day: from + i, quantity: 2 + (i % 3), price: 3, ...more }));

function change(store: Store, asked: Partial<NameChange>): Promise<NameChangeSummary> {
  const usual = {
    kind: 'product',
    how: 'rename',
    from: ['Tomate'],
    into: 'Tomates',
    merchant: null,
    dryRun: false,
  } as const;
  return store.names.change({ ...usual, ...asked }, () => deedOf('names.rename'));
}

const undo = (store: Store, id: string) => store.imports.undo(id, null, () => deedOf('import.undo'));

/** All that sales, prices and lists say, as the store gives it back. */
export async function contents(store: Store): Promise<unknown> {
  const cells: unknown[] = [];
  for await (const series of store.sales.stream({})) {
    const covariates = [...series.covariates].sort((a, b) => (a.name < b.name ? -1 : 1));
    cells.push({ ...series, covariates });
  }
  const { items } = await store.cells.overview({}, 'merchant', 'asc', PAGE);
  return {
    cells,
    shown: items,
    held: (await store.sales.held({}, PAGE)).items,
    market: (await store.sales.marketPrices(null, PAGE)).items,
    coverage: (await store.sales.coverage({}, PAGE)).items,
    merchants: await store.cells.merchants(null, PAGE),
    products: await store.cells.products(null, PAGE),
    types: await store.cells.names('productType'),
    names: [await store.names.list('product', null), await store.names.list('merchant', null)],
  };
}

const model = (merchant: string, product: string) =>
  unwrap(
    fitDemand(cellOf([3, 4, 5, 4, 3], [2, 2.1, 2, 1.9, 2], { merchant, product, productType: product }), {
      holidays: [],
      market: false,
      specs: DAILY_SPECS.slice(0, 2),
      priorAt: () => ({}),
    }),
  );

async function putModel(store: Store, merchant: string, product: string): Promise<string> {
  const version = { model: model(merchant, product), trainedAt: '2026-01-01T00:00:00.000Z', seconds: 0.1, seed: 1 };
  const runId = `run of ${merchant} ${product}`;
  const [kept] = await store.models.put([{ ...version, runId, live: true }], deedOf('model.import'));
  return kept?.modelId ?? '';
}

async function modelIds(store: Store): Promise<string[]> {
  const ids: string[] = [];
  for await (const { merchant, product, modelId, aliases } of store.models.list({}))
    ids.push([merchant, product, modelId, ...aliases].join(' | '));
  return ids;
}

const NASTY = [
  'a "b"',
  "l'olla",
  'uno\ndos',
  '🍅 tomate',
  '--product',
  '%_',
  'a:b,c',
  '[1,2]',
  'null',
  '\\',
  "'; DROP",
];

export function describeNames(name: string, open: () => Promise<Store>): void {
  // long: one list of what names do.
  describe(`${name} names`, () => {
    it('are listed with their cells, rows, days and units', async () => {
      const store = await open();
      await importSales(store, [...daysOf('Tomate', 20_000, 3), ...daysOf('Pera', 20_001, 2)], { unit: 'kg' });
      await importSales(store, daysOf('Pera', 20_005, 1, { merchant: 'Bea' }), { unit: 'pieza' });
      expect(await store.names.list('product', null)).toEqual([
        { name: 'Pera', cells: 2, rows: 3, firstDay: 20_001, lastDay: 20_005, units: ['kg', 'pieza'] },
        { name: 'Tomate', cells: 1, rows: 3, firstDay: 20_000, lastDay: 20_002, units: ['kg'] },
      ]);
      expect(await store.names.list('merchant', 'Bea')).toEqual([
        { name: 'Bea', cells: 1, rows: 1, firstDay: 20_005, lastDay: 20_005, units: ['pieza'] },
      ]);
      await store.close();
    });
    it('that change take sales, models, runs, recommendations, prices, guardrails and what is remembered along', async () => {
      const store = await open();
      await importSales(store, daysOf('Tomate', 20_000, 9));
      const modelId = await putModel(store, 'Ana', 'Tomate');
      const [before] = [await store.models.read({ merchant: 'Ana', product: 'Tomate' })];
      const costs = await store.sales.beginImport('costs');
      await costs.add([
        { merchant: 'Ana', product: 'Tomate', day: 19_000, cost: 1 },
        { merchant: null, product: 'Tomate', day: 20_004, cost: 1.5 },
      ]);
      await costs.commit({ dryRun: false, ...IMPORTED });
      const market = await store.sales.beginImport('market');
      await market.add([{ name: 'Tomate', day: 19_000, price: 4 }]);
      await market.commit({ dryRun: false, ...IMPORTED });
      const keys = [guardrailKey({ productType: 'Tomate' }), guardrailKey({ merchant: 'Ana', productType: 'Tomate' })];
      await store.documents.setSettings(
        Object.fromEntries(keys.map((key, i) => [key, `{"minMargin":0.${i + 1}}`])),
        deedOf('settings.change'),
      );
      await store.documents.put('cold-start', cellKey({ merchant: 'Ana', product: 'Tomate' }), { price: 2 });
      await store.documents.put('conformal-scores', 'Tomate', {
        [cellKey({ merchant: 'Ana', product: 'Tomate' })]: { scores: [1] },
      });
      const series = await store.sales.read({ merchant: 'Ana', product: 'Tomate' });
      expect(await change(store, {})).toMatchObject({
        renamed: 1,
        merged: 0,
        rows: 9,
        sameDays: 0,
        models: 0,
        imports: 0,
      });
      expect(await store.sales.read({ merchant: 'Ana', product: 'Tomate' })).toBeNull();
      expect(await store.sales.read({ merchant: 'Ana', product: 'Tomates' })).toEqual({
        ...series,
        product: 'Tomates',
        productType: 'Tomates',
      });
      const after = await store.models.read({ merchant: 'Ana', product: 'Tomates' });
      expect(after?.model).toEqual({ ...before?.model, product: 'Tomates', productType: 'Tomates' });
      expect(after?.summary).toEqual({ ...before?.summary, product: 'Tomates', productType: 'Tomates' });
      expect(await modelIds(store)).toEqual([`Ana | Tomates | ${modelId} | live`]);
      const settings = await store.documents.settings();
      expect(settings[guardrailKey({ productType: 'Tomates' })]).toBe('{"minMargin":0.1}');
      expect(settings[guardrailKey({ merchant: 'Ana', productType: 'Tomates' })]).toBe('{"minMargin":0.2}');
      expect(Object.keys(settings)).toHaveLength(2);
      const cell = cellKey({ merchant: 'Ana', product: 'Tomates' });
      expect(await store.documents.read('cold-start', cell)).toEqual({ price: 2 });
      expect(await store.documents.read('conformal-scores', 'Tomates')).toEqual({ [cell]: { scores: [1] } });
      expect(await store.documents.read('conformal-scores', 'Tomate')).toBeNull();
      const { items } = await store.cells.overview({}, 'merchant', 'asc', PAGE);
      expect(items).toMatchObject([{ product: 'Tomates', productType: 'Tomates', rows: 9, state: 'live' }]);
      expect(await store.cells.unsold()).toEqual([]);
      await store.close();
    });
    it('are followed by the next file that says a former one, which says so', async () => {
      const store = await open();
      await importSales(store, daysOf('Tomate', 20_000, 9));
      await change(store, {});
      const { renamed } = await importSales(store, [...daysOf('Tomate', 20_010, 4), ...daysOf('Pera', 20_010, 1)]);
      expect(renamed).toEqual([{ kind: 'product', merchant: null, name: 'Tomate', target: 'Tomates', rows: 4 }]);
      expect(await store.cells.names('product')).toEqual(['Pera', 'Tomates']);
      expect((await store.sales.read({ merchant: 'Ana', product: 'Tomates' }))?.days).toHaveLength(13);
      const costs = await store.sales.beginImport('costs');
      await costs.add([{ merchant: null, product: 'Tomate', day: 20_000, cost: 1 }]);
      expect((await costs.commit({ dryRun: false, ...IMPORTED })).renamed).toMatchObject([
        { target: 'Tomates', rows: 1 },
      ]);
      expect((await store.sales.read({ merchant: 'Ana', product: 'Tomates' }))?.cost[0]).toBe(1);
      expect(
        await store.names.forget({ kind: 'product', merchant: null, name: 'Tomate' }, deedOf('names.forget')),
      ).toBe(true);
      expect(
        await store.names.forget({ kind: 'product', merchant: null, name: 'Tomate' }, deedOf('names.forget')),
      ).toBe(false);
      await importSales(store, daysOf('Tomate', 20_020, 1));
      expect(await store.cells.names('product')).toEqual(['Pera', 'Tomate', 'Tomates']);
      await store.close();
    });
    it('that are joined add up the days of both, as tickets of one product do', async () => {
      await fc.assert(
        fc.asyncProperty(ticketsOfADay, ticketsOfADay, async (own, others) => {
          const store = await open();
          const [into, from] = [mergeTickets(own), mergeTickets(others)];
          await importSales(store, own);
          await importSales(
            store,
            others.map((ticket) => ({ ...ticket, product: 'Tomates' })),
          );
          await importSales(store, daysOf('Tomates', 20_001, 2));
          const joined = await change(store, { how: 'merge', from: ['Tomates'], into: 'Tomate' });
          expect(joined).toMatchObject({ renamed: 0, merged: 1, rows: 3, sameDays: 1, imports: 3 });
          const expected = mergeTickets([into, from]);
          await store.sales.accept({}, () => deedOf('sales.accept'));
          const series = await store.sales.read({ merchant: 'Ana', product: 'Tomate' });
          expect([...(series?.days ?? [])]).toEqual([20_000, 20_001, 20_002]);
          expect(series?.quantity[0]).toBeCloseTo(expected.quantity, 6);
          for (const column of ['price', 'cost', 'promo', 'waste', 'marketPrice'] as const) {
            // Stores add up in different orders: some last bits.
            const [found, wanted] = [series?.[column][0] ?? Number.NaN, expected[column] ?? Number.NaN];
            expect(Math.abs(found - wanted) <= 1e-9 * Math.abs(wanted) || Object.is(found, wanted)).toBe(true);
          }
          expect(series?.soldOut[0]).toBe(expected.soldOut ? 1 : 0);
          expect(await store.cells.names('product')).toEqual(['Tomate']);
          await store.close();
        }),
        { numRuns: 25 },
      );
    });
    it('that are joined lose the models and open prices of what goes, and keep those that stay', async () => {
      const store = await open();
      await importSales(store, [...daysOf('Tomate', 20_000, 9), ...daysOf('Tomates', 20_005, 9)]);
      await importSales(store, daysOf('Tomates', 20_005, 3, { merchant: 'Bea' }));
      const [stays] = [await putModel(store, 'Ana', 'Tomate'), await putModel(store, 'Ana', 'Tomates')];
      const moves = await putModel(store, 'Bea', 'Tomates');
      const joined = await change(store, { how: 'merge', from: ['Tomates'], into: 'Tomate' });
      expect(joined).toMatchObject({ renamed: 1, merged: 1, rows: 12, sameDays: 4, models: 1 });
      expect(await modelIds(store)).toEqual([`Ana | Tomate | ${stays}`, `Bea | Tomate | ${moves} | live`]);
      const { items } = await store.cells.overview({}, 'merchant', 'asc', PAGE);
      expect(items.map(({ merchant, product, rows, state }) => [merchant, product, rows, state])).toEqual([
        ['Ana', 'Tomate', 14, 'untrained'],
        ['Bea', 'Tomate', 3, 'live'],
      ]);
      // The next training is in use at once.
      const version = { model: model('Ana', 'Tomate'), trainedAt: '2026-01-02T00:00:00.000Z', seconds: 1, seed: 1 };
      const [next] = await store.models.put([{ ...version, runId: 'next', live: false }], deedOf('model.import'));
      expect(next?.aliases).toEqual(['live']);
      await store.close();
    });
    it('take along what ties the prices of products', async () => {
      const store = await open();
      await importSales(store, daysOf('Tomate', 20_000, 3));
      const lines = (product: string) => JSON.stringify([{ product, below: null, weight: 2 }]);
      await store.documents.setSettings({ [linesKey('Ana')]: lines('Tomate') }, deedOf('lines.change', 'Ana'));
      await change(store, {});
      expect(await store.documents.settings()).toEqual({ [linesKey('Ana')]: lines('Tomates') });
      await change(store, { kind: 'merchant', from: ['Ana'], into: 'Ana María' });
      expect(await store.documents.settings()).toEqual({ [linesKey('Ana María')]: lines('Tomates') });
      await store.close();
    });
    it('that are joined keep the guardrails of the name that stays', async () => {
      const store = await open();
      await importSales(store, [...daysOf('Tomate', 20_000, 3), ...daysOf('Tomates', 20_002, 3)]);
      await importSales(store, daysOf('Pera', 20_002, 3, { merchant: 'Bea' }));
      const own = guardrailKey({ merchant: 'Bea' });
      const values = {
        [guardrailKey({})]: '{"maxChange":0.1}',
        [guardrailKey({ productType: 'Tomates' })]: '{"minMargin":0.1}',
        [guardrailKey({ merchant: 'Ana' })]: '{"minMargin":0.2}',
        [own]: '{"minMargin":0.3}',
      };
      await store.documents.setSettings(values, deedOf('settings.change'));
      expect(await change(store, { how: 'merge', from: ['Tomates'], into: 'Tomate' })).toMatchObject({ guardrails: 1 });
      expect(await change(store, { kind: 'merchant', how: 'merge', from: ['Ana'], into: 'Bea' })).toMatchObject({
        ...{ guardrails: 1, renamed: 1, merged: 0 },
      });
      expect(await store.documents.settings()).toEqual({
        [guardrailKey({})]: '{"maxChange":0.1}',
        [own]: '{"minMargin":0.3}',
      });
      await store.close();
    });
    it('are joined at one merchant alone when that is asked for', async () => {
      const store = await open();
      await importSales(store, [...daysOf('Tomate', 20_000, 3), ...daysOf('Tomates', 20_002, 3)]);
      await importSales(store, daysOf('Tomates', 20_005, 3, { merchant: 'Bea' }));
      await change(store, { how: 'merge', from: ['Tomates'], into: 'Tomate', merchant: 'Ana' });
      const both = [...daysOf('Tomates', 20_010, 1), ...daysOf('Tomates', 20_010, 2, { merchant: 'Bea' })];
      expect((await importSales(store, both)).renamed).toEqual([
        { kind: 'product', merchant: 'Ana', name: 'Tomates', target: 'Tomate', rows: 1 },
      ]);
      expect(await store.cells.names('product', 'Ana')).toEqual(['Tomate']);
      expect(await store.cells.names('product', 'Bea')).toEqual(['Tomates']);
      expect(await store.names.aliases('Bea')).toEqual([]);
      expect(await store.names.aliases('Ana')).toHaveLength(1);
      await store.close();
    });
    it('of merchants take everything along; the keys of one that is joined to another are revoked', async () => {
      const store = await open();
      await importSales(store, daysOf('Tomate', 20_000, 3), { knownCovariates: ['lluvia'], knownFor: 'Ana' });
      await importSales(store, daysOf('Tomate', 20_002, 3, { merchant: 'Bea' }));
      const key = {
        name: 'k',
        scopes: ['read'],
        prefix: 'p',
        createdAt: '2026-01-01T00:00:00.000Z',
        createdBy: 'owner:1',
      } as const;
      const rest = { createdByName: 'o', expiresAt: null, revokedAt: null };
      for (const merchant of ['Ana', 'Bea'])
        await store.access.addKey(
          { ...key, ...rest, id: merchant, hash: merchant, merchant },
          deedOf('key.create', merchant),
        );
      await change(store, { kind: 'merchant', from: ['Ana'], into: 'Ana María' });
      expect(await store.access.keyByHash('Ana', '2026-01-02T00:00:00.000Z')).toMatchObject({ merchant: 'Ana María' });
      expect((await store.access.audit('Ana María', PAGE)).items.map(({ action }) => action)).toContain('key.create');
      const joined = await change(store, { kind: 'merchant', how: 'merge', from: ['Ana María'], into: 'Bea' });
      expect(joined).toMatchObject({ merged: 1, rows: 3, sameDays: 1, keys: 1 });
      expect(await store.access.keyByHash('Ana', '2026-01-02T00:00:00.000Z')).toBeNull();
      expect(await store.access.keyByHash('Bea', '2026-01-02T00:00:00.000Z')).toMatchObject({ merchant: 'Bea' });
      const { renamed } = await importSales(store, daysOf('Tomate', 20_010, 2));
      expect(renamed).toEqual([{ kind: 'merchant', merchant: null, name: 'Ana', target: 'Bea', rows: 2 }]);
      expect(await store.cells.names('merchant')).toEqual(['Bea']);
      await store.close();
    });
    it('follow chains, and a name that is used again means itself', async () => {
      const store = await open();
      await importSales(
        store,
        ['A', 'B', 'C'].flatMap((product) => daysOf(product, 20_000, 2)),
      );
      await change(store, { how: 'merge', from: ['A'], into: 'B' });
      await change(store, { how: 'merge', from: ['B'], into: 'C' });
      expect((await importSales(store, daysOf('A', 20_005, 2))).renamed).toMatchObject([{ name: 'A', target: 'C' }]);
      await change(store, { from: ['C'], into: 'A' });
      expect((await store.names.aliases(null)).map(({ name, target }) => `${name} → ${target}`)).toEqual([
        'B → A',
        'C → A',
      ]);
      expect((await importSales(store, daysOf('A', 20_007, 2))).renamed).toEqual([]);
      expect(await store.cells.names('product')).toEqual(['A']);
      await store.close();
    });
    it('of one merchant go before those of everyone, through chains too', async () => {
      const store = await open();
      for (const merchant of ['Ana', 'Bea'])
        await importSales(
          store,
          ['A', 'B', 'C'].flatMap((product) => daysOf(product, 20_000, 2, { merchant })),
        );
      await change(store, { how: 'merge', from: ['A'], into: 'B' });
      await change(store, { how: 'merge', from: ['B'], into: 'C', merchant: 'Ana' });
      await importSales(
        store,
        ['Ana', 'Bea'].flatMap((merchant) => daysOf('A', 20_005, 1, { merchant })),
      );
      expect(await store.cells.names('product', 'Ana')).toEqual(['C']);
      expect(await store.cells.names('product', 'Bea')).toEqual(['B', 'C']);
      // At one merchant the former name is a name again.
      await change(store, { from: ['C'], into: 'A', merchant: 'Ana' });
      await importSales(
        store,
        ['Ana', 'Bea'].flatMap((merchant) => daysOf('A', 20_006, 1, { merchant })),
      );
      expect(await store.cells.names('product', 'Ana')).toEqual(['A']);
      expect(await store.cells.names('product', 'Bea')).toEqual(['B', 'C']);
      await store.close();
    });
    it('are refused where they are taken, the same, unknown, of other units, or in training; then nothing has changed', async () => {
      const store = await open();
      await importSales(store, daysOf('Tomate', 20_000, 3), { unit: 'kg' });
      await importSales(store, daysOf('Pera', 20_000, 3), { unit: 'pieza' });
      const before = await contents(store);
      await expect(change(store, { into: 'Pera' })).rejects.toMatchObject({ code: 'NAME_TAKEN' });
      await expect(change(store, { into: 'Tomate' })).rejects.toMatchObject({ code: 'NAME_ITSELF' });
      await expect(change(store, { from: ['Uva'] })).rejects.toMatchObject({ code: 'PRODUCT_UNKNOWN' });
      await expect(change(store, { how: 'merge' })).rejects.toMatchObject({ code: 'PRODUCT_UNKNOWN' });
      await expect(change(store, { how: 'merge', into: 'Pera' })).rejects.toMatchObject({ code: 'NAME_UNITS_DIFFER' });
      await expect(change(store, { kind: 'merchant', from: ['Eva'], into: 'Ana' })).rejects.toMatchObject({
        code: 'MERCHANT_UNKNOWN',
      });
      await store.runs.hold([{ merchant: 'Ana', product: 'Tomate' }], holderOf('one'));
      await expect(change(store, {})).rejects.toMatchObject({ code: 'RUN_HELD_BY_OTHER' });
      expect(await contents(store)).toEqual(before);
      await store.runs.release([{ merchant: 'Ana', product: 'Tomate' }], 'one');
      // What fails at the end leaves nothing of what was done before it.
      const broken = {
        kind: 'product',
        how: 'rename',
        from: ['Tomate'],
        into: 'Uva',
        merchant: null,
        dryRun: false,
      } as const;
      await expect(
        store.names.change(broken, () => {
          throw new RangeError('no deed');
        }),
      ).rejects.toThrow('no deed');
      expect(await contents(store)).toEqual(before);
      expect(await change(store, { dryRun: true })).toMatchObject({ renamed: 1, rows: 3 });
      expect(await contents(store)).toEqual(before);
      expect(await store.names.aliases(null)).toEqual([]);
      await store.close();
    });
    it('may be of any characters, there and back', async () => {
      const store = await open();
      await importSales(store, daysOf('Tomate', 20_000, 3));
      await putModel(store, 'Ana', 'Tomate');
      const before = await contents(store);
      let from = 'Tomate';
      for (const into of [...NASTY, 'TOMATE', 'Tomaté', 'Tomate']) {
        await change(store, { from: [from], into });
        expect((await store.sales.read({ merchant: 'Ana', product: into }))?.days).toHaveLength(3);
        expect((await store.models.read({ merchant: 'Ana', product: into }))?.model.product).toBe(into);
        expect(await store.cells.names('product')).toEqual([into]);
        from = into;
      }
      expect(await contents(store)).toEqual(before);
      expect((await store.names.aliases(null)).every(({ target }) => target === 'Tomate')).toBe(true);
      await store.close();
    });
    it('leave an import to be taken back exactly after a rename, and refuse it after a join', async () => {
      const drawn = fc.record({
        product: fc.constantFrom('Pera', 'Tomate', 'Uva'),
        merchant: fc.constantFrom('Ana', 'Bea'),
        productType: fc.constantFrom(null, 'Fruta'),
        day: fc.integer({ min: 20_000, max: 20_006 }),
        quantity: fc.double({ min: 0, max: 50, noNaN: true }),
        cost: fc.constantFrom(null, 1),
      });
      const files = fc.array(fc.array(drawn, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(files, fc.boolean(), async (steps, ofMerchant) => {
          const [store, other] = [await open(), await open()];
          const rename: Partial<NameChange> = ofMerchant
            ? { kind: 'merchant', from: ['Ana'], into: 'Ada' }
            : { from: ['Tomate'], into: 'Tómate' };
          const renamed = async (at: Store): Promise<boolean> => {
            const kind = ofMerchant ? 'merchant' : 'product';
            const there = (await at.names.list(kind, null)).some(({ name: of }) => of === rename.from?.[0]);
            if (there) await change(at, rename);
            return there;
          };
          const ids: string[] = [];
          const states: unknown[] = [];
          for (const tickets of steps) {
            // What the other store holds renamed before each file is what an undo of it must leave.
            const copy = await open();
            for (const earlier of steps.slice(0, ids.length)) await importSales(copy, earlier);
            await renamed(copy);
            states.push(await contents(copy));
            await copy.close();
            ids.push((await importSales(store, tickets)).importId);
          }
          await renamed(store);
          for (const [i, id] of [...ids.entries()].reverse()) {
            await undo(store, id);
            expect(await contents(store)).toEqual(states[i]);
          }
          await importSales(other, [...daysOf('A', 20_000, 2), ...daysOf('C', 20_000, 1)]);
          const { importId } = await importSales(other, daysOf('B', 20_001, 2));
          await change(other, { how: 'merge', from: ['A'], into: 'B' });
          const before = await contents(other);
          await expect(undo(other, importId)).rejects.toMatchObject({ code: 'IMPORT_UNDO_JOINED' });
          expect(await contents(other)).toEqual(before);
          const later = await importSales(other, daysOf('A', 20_001, 3));
          await undo(other, later.importId);
          expect(await contents(other)).toEqual(before);
          await store.close();
          await other.close();
        }),
        { numRuns: 15 },
      );
    });
    it('join what was trained: ended trainings are its history, unended ones are given up', async () => {
      const store = await open();
      await importSales(store, [...daysOf('Tomate', 20_000, 9), ...daysOf('Tomates', 20_005, 9)]);
      const cell = { merchant: 'Ana', product: 'Tomates' };
      const run = { ...cell, startedAt: '2026-01-01T00:00:00.000Z', simulatedRowsPerIteration: 3, ownRows: 9, seed: 1 };
      await store.runs.hold([cell], holderOf('one'));
      await store.runs.start({ ...run, runId: 'unended', holderId: 'one', inputs: { assumedSeries: null } });
      await store.runs.release([cell], 'one');
      expect(await change(store, { how: 'merge', from: ['Tomates'], into: 'Tomate' })).toMatchObject({ trainings: 1 });
      expect(await store.runs.read('unended')).toBeNull();
      await store.runs.hold([{ merchant: 'Ana', product: 'Tomate' }], holderOf('one'));
      await store.runs.start({
        ...run,
        product: 'Tomate',
        runId: 'kept',
        holderId: 'one',
        inputs: { assumedSeries: { ...cell, product: 'Tomate', productType: 'Tomate' } },
      });
      await store.runs.saveCheckpoint({
        runId: 'kept',
        attempt: 1,
        iteration: 5,
        seconds: 1,
        state: new Uint8Array((await import('node:v8')).serialize({ history: null })),
        points: 1,
        errorKind: 'cross-validated',
        firstError: 1,
        bestError: 1,
        bestIteration: 5,
        lastError: 1,
      });
      await store.runs.release([{ merchant: 'Ana', product: 'Tomate' }], 'one');
      await change(store, { from: ['Tomate'], into: 'Jitomate' });
      const found = await store.runs.newestCheckpoint({ merchant: 'Ana', product: 'Jitomate' });
      expect(found).toMatchObject({
        iteration: 5,
        run: { product: 'Jitomate' },
        inputs: { assumedSeries: { product: 'Jitomate', productType: 'Jitomate' } },
      });
      await store.close();
    });
  });
}
