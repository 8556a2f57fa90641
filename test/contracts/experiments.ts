/** What callers may rely on of price tests in any store. */

import { describe, expect, it } from 'vitest';
import type { NewExperiment, TestedCellPlan } from '../../src/contract/store/experiments.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { DemandaError } from '../../src/errors/demanda-error.ts';
import { ACTOR, deedOf } from '../support/deeds.ts';
import { importSales } from './names.ts';

const PAGE = { limit: 2, after: null };

function cellPlan(changed: Partial<TestedCellPlan> = {}, [from, to] = [101, 104]): TestedCellPlan {
  const prices = Array.from({ length: to - from + 1 }, (_, i) => ({
    day: from + i,
    ...(i % 2 === 0 ? { level: 'low' as const, price: 2.7 } : { level: 'high' as const, price: 3.3 }),
  }));
  return {
    ...{ merchant: 'Ana', product: 'Tomate', unit: 'kg', basePrice: 3, unitCost: 1.5, modelId: null, prices },
    ...changed,
  };
}

function experiment(changed: Partial<NewExperiment> = {}): NewExperiment {
  return {
    ...{ at: '2026-01-01T00:00:00.000Z', actor: ACTOR, merchant: 'Ana', design: 'switchback', turn: 'day', size: 0.1 },
    ...{ seed: 1, firstDay: 101, lastDay: 104, maxLoss: 0.2 },
    expected: { cost: 1, value: 9, standardError: 0.5, worthDays: 180 },
    cells: [cellPlan()],
    ...changed,
  };
}

const start = (store: Store, changed: Partial<NewExperiment> = {}) =>
  store.experiments.start(experiment(changed), () => deedOf('experiment.start', 'Ana'));
const end = (store: Store, id: number, endedDay: number) =>
  store.experiments.end(
    id,
    { ending: 'stopped', endedDay, at: '2026-01-02T00:00:00.000Z', actor: ACTOR },
    deedOf('experiment.stop', 'Ana'),
  );

const sales = (store: Store, product = 'Tomate', merchant = 'Ana', days = [100, 101, 102, 103]) =>
  importSales(
    store,
    days.map((day) => ({ merchant, product, day, quantity: 2, price: 3 })),
  );

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof DemandaError ? error.code : String(error)),
  );

export function describeExperiments(name: string, open: () => Promise<Store>): void {
  describe(`${name}: price tests`, () => {
    it('gives back what was kept, with its numbers in order', async () => {
      const store = await open();
      const first = await start(store);
      const { actor: _, ...rest } = experiment();
      expect(first).toEqual({
        ...rest,
        ...{ id: first.id, actor: 'library:test', actorName: 'test', ending: null, endedDay: 104 },
        ...{ endedAt: null, endedByName: null },
      });
      const second = await start(store, { firstDay: 105, lastDay: 108, cells: [cellPlan({}, [105, 108])] });
      const third = await start(store, { cells: [cellPlan({ product: 'Pera' })] });
      expect(second.id).toBeGreaterThan(first.id);
      const page = await store.experiments.list({ merchant: null }, PAGE);
      expect(page.items.map(({ id }) => id)).toEqual([third.id, second.id]);
      const rest2 = await store.experiments.list({ merchant: null }, { limit: 2, after: page.next });
      expect([rest2.items.map(({ id }) => id), rest2.next]).toEqual([[first.id], null]);
      expect(await store.experiments.read(second.id)).toEqual(second);
      expect(await store.experiments.read(1e9)).toBeNull();
      const ofPear = await store.experiments.list({ merchant: 'Ana', product: 'Pera' }, PAGE);
      expect(ofPear.items.map(({ id }) => id)).toEqual([third.id]);
      await store.close();
    });

    it('refuses days of a cell that another test has, and keeps nothing of it', async () => {
      const store = await open();
      const { id } = await start(store);
      const overlapping = {
        firstDay: 104,
        lastDay: 107,
        cells: [cellPlan({ product: 'Pera' }), cellPlan({}, [104, 107])],
      };
      expect(await codeOf(start(store, overlapping))).toBe('EXPERIMENT_OVERLAPS');
      expect((await store.experiments.list({ merchant: null }, PAGE)).items).toHaveLength(1);
      expect(await store.experiments.open({ merchant: 'Ana', product: 'Pera' })).toEqual([]);
      // What was stopped is free from the day after on.
      await end(store, id, 102);
      expect(await codeOf(start(store, overlapping))).toBe('done');
      await store.close();
    });

    it('belongs to a merchant who has all of its cells', async () => {
      const store = await open();
      await start(store, { merchant: null, design: 'shops', cells: [cellPlan(), cellPlan({ merchant: 'Bea' })] });
      const own = await start(store, { cells: [cellPlan({ product: 'Pera' })] });
      expect((await store.experiments.list({ merchant: 'Ana' }, PAGE)).items.map(({ id }) => id)).toEqual([own.id]);
      expect((await store.experiments.list({ merchant: 'Bea' }, PAGE)).items).toEqual([]);
      expect((await store.experiments.open({ merchant: 'Bea', product: 'Tomate' }))[0]?.merchant).toBeNull();
      await store.close();
    });

    it('is ended once', async () => {
      const store = await open();
      const { id } = await start(store);
      expect(await end(store, id, 102)).toMatchObject({ ending: 'stopped', endedDay: 102, endedByName: 'test' });
      expect(await codeOf(end(store, id, 103))).toBe('EXPERIMENT_ENDED');
      expect(await codeOf(end(store, 99, 103))).toBe('EXPERIMENT_UNKNOWN');
      expect(await store.experiments.open({ merchant: 'Ana', product: 'Tomate' })).toEqual([]);
      expect((await store.experiments.list({ merchant: null, open: true }, PAGE)).items).toEqual([]);
      const log = await store.access.audit(null, { limit: 10, after: null });
      expect(log.items.map(({ action }) => action)).toEqual(['experiment.stop', 'experiment.start']);
      await store.close();
    });

    it('gives its prices with the rows of the cell, up to its last day that counts', async () => {
      const store = await open();
      await sales(store);
      const read = async () => (await store.sales.read({ merchant: 'Ana', product: 'Tomate' }))?.test;
      expect(await read()).toBeUndefined();
      const { id } = await start(store);
      const NONE = Number.NaN;
      expect(await read()).toEqual({
        price: Float64Array.of(NONE, 2.7, 3.3, 2.7),
        base: Float64Array.of(NONE, 3, 3, 3),
      });
      await end(store, id, 101);
      expect((await read())?.price).toEqual(Float64Array.of(NONE, 2.7, NONE, NONE));
      await store.close();
    });

    it('goes with a cell that is renamed, and ends where cells become one', async () => {
      const store = await open();
      await sales(store);
      await sales(store, 'Tomates rojos');
      const { id } = await start(store);
      const change = (how: 'rename' | 'merge', from: string, into: string) =>
        store.names.change({ kind: 'product', how, from: [from], into, merchant: null, dryRun: false }, () =>
          deedOf('names.rename'),
        );
      await change('rename', 'Tomate', 'Tomates');
      expect(await store.experiments.read(id)).toMatchObject({ ending: null, cells: [{ product: 'Tomates' }] });
      expect((await store.sales.read({ merchant: 'Ana', product: 'Tomates' }))?.test?.price[1]).toBe(2.7);
      await change('merge', 'Tomates rojos', 'Tomates');
      const kept = await store.experiments.read(id);
      expect(kept).toMatchObject({ ending: 'stopped', endedDay: 103, cells: [{ product: 'Tomates' }] });
      await store.names.change(
        { kind: 'merchant', how: 'rename', from: ['Ana'], into: 'Ana e hijos', merchant: null, dryRun: false },
        () => deedOf('names.rename'),
      );
      expect((await store.experiments.list({ merchant: 'Ana e hijos' }, PAGE)).items.map((one) => one.id)).toEqual([
        id,
      ]);
      await store.close();
    });
  });
}
