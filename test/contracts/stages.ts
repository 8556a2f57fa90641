/**
 * What callers may rely on of any store about what a cell was sold at last, and how far it is on the way to a price in
 * force.
 */

import { describe, expect, it } from 'vitest';
import type { Recommendation } from '../../src/contract/documents.ts';
import type { OverviewRecord } from '../../src/contract/store/cells.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { fitDemand } from '../../src/core/demand/fit-demand.ts';
import { DAILY_SPECS } from '../../src/core/regression/hyper-parameters.ts';
import { cellOf } from '../support/cells.ts';
import { ACTOR, deedOf, IMPORTED } from '../support/deeds.ts';
import { TICKET } from '../support/tickets.ts';
import { unwrap } from '../support/unwrap.ts';

const CELL = { merchant: 'Ana', product: 'Tomate' } as const;
const FIRST = 20_000;
const model = unwrap(
  fitDemand(cellOf([3, 4, 5, 4, 3], [2, 2.1, 2, 1.9, 2], CELL), {
    holidays: [],
    market: false,
    specs: DAILY_SPECS.slice(0, 1),
    priorAt: () => ({}),
  }),
);

let runs = 0;

/** Days of one row each. @param first since {@link FIRST} */
async function sell(
  store: Store,
  first: number,
  prices: readonly (number | null)[],
  more: object = {},
): Promise<string> {
  const sales = await store.sales.beginImport('sales');
  await sales.add(prices.map((price, i) => ({ ...TICKET, ...CELL, day: FIRST + first + i, price, ...more })));
  const { importId } = await sales.commit({ dryRun: false, unit: 'kg', knownCovariates: [], ...IMPORTED });
  return importId as string;
}

async function row(store: Store): Promise<OverviewRecord> {
  const { items } = await store.cells.overview({}, 'merchant', 'asc', { limit: 9, after: null });
  return items[0] as OverviewRecord;
}

async function propose(
  store: Store,
  modelId: string,
  {
    price,
    today,
    recommended = true,
    reasons = [] as string[],
  }: {
    price: number;
    today: number;
    recommended?: boolean;
    reasons?: string[];
  },
): Promise<number> {
  const item = {
    ...{ ...CELL, unit: 'kg', modelId, horizonDays: 14, price, recommended, reasons, probabilityBetter: 0.9 },
    expectedDemand: { value: 4, low: 2, high: 6 },
    expectedProfit: { value: 3, low: 1, high: 5 },
    current: { price: today, expectedDemand: 3, expectedProfit: 1 },
    assumptions: [],
  } as unknown as Recommendation;
  const { ids } = await store.recommendations.propose([item], { at: NOW, actor: ACTOR, replaceApproved: false });
  return ids[0] as number;
}

const NOW = '2026-01-01T00:00:00.000Z';

async function decide(
  store: Store,
  id: number,
  to: 'approved' | 'rejected' | 'proposed',
  revision: number,
): Promise<void> {
  await store.recommendations.decide({
    ...{ merchant: null, ids: [id], to, reason: 'because', price: null, figures: null },
    ...{ expectedRevisions: { [id]: revision }, actor: ACTOR, at: NOW },
  });
}

async function exported(store: Store, id: number): Promise<void> {
  await store.recommendations.export(
    { batchId: 'b1', at: NOW, actor: ACTOR, merchant: null, activationDate: '2026-01-02', format: 'csv' },
    [id],
    null,
  );
}

async function trained(store: Store): Promise<string> {
  const version = { model, trainedAt: NOW, seconds: 0.1, seed: 1, live: true };
  const [saved] = await store.models.put([{ ...version, runId: `r${++runs}` }], deedOf('model.import'));
  return saved?.modelId as string;
}

export function describeStages(name: string, open: () => Promise<Store>): void {
  describe(`${name} tells what a cell was sold at last`, () => {
    it('and since when, promotions, days without a sale and rounding of tickets apart', async () => {
      const store = await open();
      await sell(store, 0, [2, 2, 3]);
      await sell(store, 3, [4, 4.01, null]);
      await sell(store, 6, [1], { promo: 1 });
      await sell(store, 7, [9], { quantity: 0 });
      expect(await row(store)).toMatchObject({ lastPrice: 4.01, priceSince: FIRST + 3, stage: 'untrained' });
      const last = await sell(store, 8, [5]);
      expect(await row(store)).toMatchObject({ lastPrice: 5, priceSince: FIRST + 8 });
      // What was imported is taken back.
      await store.imports.undo(last, null, () => deedOf('import.undo'));
      expect(await row(store)).toMatchObject({ lastPrice: 4.01, priceSince: FIRST + 3 });
      await store.close();
    });
    it('and not by a price that is held, until it is accepted', async () => {
      const store = await open();
      await sell(
        store,
        0,
        Array.from({ length: 40 }, (_, i) => 2 + (i % 2) / 10),
      );
      await sell(store, 40, [210]);
      expect((await store.sales.held({}, { limit: 9, after: null })).items).toHaveLength(1);
      expect(await row(store)).toMatchObject({ lastPrice: 2.1, priceSince: FIRST + 39 });
      await store.sales.accept({}, () => deedOf('sales.accept'));
      expect(await row(store)).toMatchObject({ lastPrice: 210, priceSince: FIRST + 40 });
      await store.close();
    });
  });

  describe(`${name} counts how models differ`, () => {
    it('in bins each of which leads to its cells, on every filter', async () => {
      const store = await open();
      await sell(store, 0, [2, 2.1]);
      const products = [
        [3, 4, 5, 4, 3, 6],
        [9, 2, 14, 1, 30, 8],
        [3, 3.1, 3, 2.9, 3, 3],
      ];
      const version = { trainedAt: NOW, seconds: 0.1, seed: 1, live: true };
      const made = products.map((quantities, i) => {
        const cell = cellOf(quantities, [2, 2.1, 2, 1.9, 2, 2.2], {
          merchant: i === 2 ? 'Bea' : 'Ana',
          product: `p${i}`,
        });
        const fitted = fitDemand(cell, {
          ...{ holidays: [], market: false, specs: DAILY_SPECS.slice(0, 1) },
          priorAt: () => ({}),
        });
        const model = unwrap(fitted);
        const crossValidated = { ...model.crossValidated, wape: [0.04, 0.2, 3][i] as number };
        return { ...version, runId: `d${i}`, model: { ...model, crossValidated } };
      });
      await store.models.put(made, deedOf('model.import'));
      const count = async (filter: object): Promise<number> =>
        (await store.cells.overview(filter, 'wape', 'desc', { limit: 9, after: null })).items.length;
      const edges = ({ from, to }: { from: number | null; to: number | null }, name: string): object => ({
        ...(from !== null && { [`${name}From`]: from }),
        ...(to !== null && { [`${name}To`]: to }),
      });
      const found = await store.cells.distribution({});
      const total = (bins: readonly { readonly cells: number }[]): number =>
        bins.reduce((sum, { cells }) => sum + cells, 0);
      expect(found.error.filter(({ cells }) => cells > 0)).toEqual([
        { from: 0, to: 0.05, cells: 1 },
        { from: 0.2, to: 0.25, cells: 1 },
        { from: 0.95, to: null, cells: 1 },
      ]);
      expect([total(found.error), total(found.elasticity), total(found.map)]).toEqual([3, 3, 3]);
      for (const bin of found.error) expect(await count(edges(bin, 'error'))).toBe(bin.cells);
      for (const bin of found.elasticity) expect(await count(edges(bin, 'elasticity'))).toBe(bin.cells);
      for (const { elasticity, doubt, cells } of found.map)
        expect(await count({ ...edges(elasticity, 'elasticity'), ...edges(doubt, 'doubt') })).toBe(cells);
      expect(found.merchants.map(({ name, cells }) => [name, cells])).toEqual([
        ['Ana', 2],
        ['Bea', 1],
      ]);
      const [ana] = found.merchants;
      const own = made.slice(0, 2).map((version) => version.model.elasticity.value);
      expect(ana?.elasticity).toBeCloseTo(((own[0] as number) + (own[1] as number)) / 2, 9);
      expect(total((await store.cells.distribution({ merchant: 'Bea' })).error)).toBe(1);
      await store.close();
    });
  });

  describe(`${name} tells how far a cell is on the way to a price in force`, () => {
    it('from its first sale to a price that sales show, and on to the next', async () => {
      const store = await open();
      const stage = async (): Promise<string> => (await row(store)).stage;
      await sell(store, 0, [2, 2, 2]);
      expect(await stage()).toBe('untrained');
      const modelId = await trained(store);
      expect(await stage()).toBe('uncalculated');
      await propose(store, modelId, { price: 2, today: 2, recommended: false, reasons: ['NO_PRICE_VARIATION'] });
      expect(await stage()).toBe('untold');
      await propose(store, modelId, { price: 2, today: 2, recommended: false, reasons: ['GAIN_TOO_SMALL'] });
      expect(await stage()).toBe('keep');
      const id = await propose(store, modelId, { price: 2.2, today: 2 });
      expect(await stage()).toBe('change');
      expect(await store.cells.totals({})).toMatchObject({ changes: 1, gain: 2, stages: { change: 1, keep: 0 } });
      const { items } = await store.recommendations.list({}, 'id', { limit: 100, after: null });
      const sum = (of: (item: (typeof items)[number]) => number): number =>
        items.reduce((all, one) => all + of(one), 0);
      expect(await store.recommendations.totals({})).toMatchObject({
        count: items.length,
        newestId: Math.max(...items.map(({ id }) => id)),
        idSum: sum(({ id }) => id),
        squareSum: sum(({ id }) => id ** 2),
        revisionSum: sum(({ revision }) => revision),
      });
      await decide(store, id, 'approved', 1);
      expect(await stage()).toBe('waiting');
      expect(await store.cells.totals({})).toMatchObject({ changes: 0, gain: 0, inForceFrom: null });
      await exported(store, id);
      await sell(store, 3, [2]);
      expect(await stage()).toBe('waiting');
      await sell(store, 4, [2.2, 2.21]);
      expect(await row(store)).toMatchObject({ stage: 'in-force', priceSince: FIRST + 4 });
      expect(await store.cells.totals({ stage: 'in-force' })).toMatchObject({
        ...{ cells: 1, inForceFrom: FIRST + 4, inForceTo: FIRST + 4 },
      });
      // Calculated anew, a price that is charged stays what it is; another change is one to decide on.
      await propose(store, modelId, { price: 2.2, today: 2.2, recommended: false });
      expect(await stage()).toBe('in-force');
      await propose(store, modelId, { price: 2.5, today: 2.2 });
      expect(await stage()).toBe('change');
      await sell(store, 6, [2.2]);
      expect(await stage()).toBe('outdated');
      await store.close();
    });
    it('says what newer sales, other rows and another model make of a calculation', async () => {
      const store = await open();
      await sell(store, 5, [2, 2, 2]);
      const first = await trained(store);
      const asked = { price: 2.2, today: 2 };
      await propose(store, first, asked);
      expect(await row(store)).toMatchObject({ stage: 'change' });
      await sell(store, 0, [2]);
      expect(await row(store)).toMatchObject({ stage: 'outdated' });
      // The same answer again is one of all that is known now.
      const id = await propose(store, first, asked);
      expect(await row(store)).toMatchObject({ stage: 'change' });
      await decide(store, id, 'rejected', 1);
      expect(await row(store)).toMatchObject({ stage: 'keep' });
      await trained(store);
      expect(await row(store)).toMatchObject({ stage: 'outdated' });
      await store.close();
    });
    it('takes an approved price for charged without an export, and an old price not for the new one beside it', async () => {
      const store = await open();
      await sell(store, 0, [10.99, 10.99]);
      const modelId = await trained(store);
      const id = await propose(store, modelId, { price: 10.95, today: 10.99 });
      await decide(store, id, 'approved', 1);
      await sell(store, 2, [10.99]);
      expect(await row(store)).toMatchObject({ stage: 'waiting' });
      await sell(store, 3, [11.5, 10.95]);
      expect(await row(store)).toMatchObject({ stage: 'in-force', priceSince: FIRST + 4 });
      await store.close();
    });
  });
}
