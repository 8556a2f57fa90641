/** What callers may rely on of any store: sales, models, runs, checkpoints, settings and documents come back. */

import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/contract/store/store.ts';
import { stateBytes } from '../../src/contract/training-state.ts';
import { fitDemand } from '../../src/core/demand/fit-demand.ts';
import { DAILY_SPECS } from '../../src/core/regression/hyper-parameters.ts';
import type { ErrorHistory } from '../../src/core/training/history.ts';
import { cellOf } from '../support/cells.ts';
import { deedOf, IMPORTED } from '../support/deeds.ts';
import { unwrap } from '../support/unwrap.ts';
import { holderOf } from './holder.ts';

const ticket = {
  merchant: 'Ana',
  product: 'Tomate',
  productType: 'Verdura',
  day: 20_000,
  quantity: 3,
  price: 2,
  cost: 1,
  promo: 0,
  soldOut: false,
  waste: null,
  marketPrice: null,
  covariates: { lluvia: 0.5 },
};
const CELL = { merchant: 'Ana', product: 'Tomate' } as const;
const model = unwrap(
  fitDemand(cellOf([3, 4, 5, 4, 3], [2, 2.1, 2, 1.9, 2], { merchant: 'Ana', product: 'Tomate' }), {
    holidays: [],
    market: false,
    specs: DAILY_SPECS.slice(0, 2),
    priorAt: () => ({}),
  }),
);
const version = { model, trainedAt: '2026-01-01T00:00:00.000Z', seconds: 0.1, seed: 1, live: false };

export function describeKeeping(name: string, open: () => Promise<Store>): void {
  describe(`${name} keeps a workspace`, () => {
    it('gives sales back as they were added up, in order of date', async () => {
      const store = await open();
      const sales = await store.sales.beginImport('sales');
      await sales.add([{ ...ticket, day: 20_001 }, ticket, { ...ticket, quantity: 1, price: 6, soldOut: true }]);
      expect(await sales.commit({ dryRun: false, unit: 'kg', knownCovariates: ['lluvia'], ...IMPORTED })).toMatchObject(
        {
          accepted: 3,
          rows: 2,
          replaced: 0,
          merchants: 1,
          products: 1,
        },
      );
      const series = await store.sales.read({ merchant: 'Ana', product: 'Tomate' });
      expect([...(series?.days ?? [])]).toEqual([20_000, 20_001]);
      expect([...(series?.quantity ?? [])]).toEqual([4, 3]);
      expect([...(series?.price ?? [])]).toEqual([3, 2]);
      expect([...(series?.soldOut ?? [])]).toEqual([1, 0]);
      expect(series?.covariates[0]).toMatchObject({ name: 'lluvia', knownAhead: true });
      expect((await store.cells.span()).lastDay).toBe(20_001);
      expect(await store.cells.span('Ana')).toEqual({ firstDay: 20_000, lastDay: 20_001 });
      expect(await store.cells.span('Eva')).toEqual({ firstDay: null, lastDay: null });
      await store.close();
    });
    it('shows nothing of an import that was aborted or only tried', async () => {
      const store = await open();
      const aborted = await store.sales.beginImport('sales');
      await aborted.add([ticket]);
      await aborted.abort();
      const tried = await store.sales.beginImport('sales');
      await tried.add([ticket]);
      await tried.commit({ dryRun: true, unit: '', knownCovariates: [], ...IMPORTED });
      expect(await store.cells.count({})).toBe(0);
      await store.close();
    });
    it('carries costs and market prices into rows that have none', async () => {
      const store = await open();
      const sales = await store.sales.beginImport('sales');
      await sales.add([
        { ...ticket, cost: null },
        { ...ticket, day: 20_005, cost: null },
      ]);
      await sales.commit({ dryRun: false, unit: '', knownCovariates: [], ...IMPORTED });
      const costs = await store.sales.beginImport('costs');
      await costs.add([{ merchant: null, product: 'Tomate', day: 20_001, cost: 1.5 }]);
      await costs.commit({ dryRun: false, ...IMPORTED });
      const market = await store.sales.beginImport('market');
      await market.add([{ name: 'Verdura', day: 19_990, price: 2.5 }]);
      await market.commit({ dryRun: false, ...IMPORTED });
      expect(await store.sales.marketPricesOn('Verdura', Int32Array.of(19_989, 19_990, 20_500))).toEqual(
        Float64Array.of(Number.NaN, 2.5, 2.5),
      );
      expect(await store.sales.marketPricesOn('Nada', Int32Array.of(20_000))).toEqual(Float64Array.of(Number.NaN));
      const series = await store.sales.read({ merchant: 'Ana', product: 'Tomate' });
      expect([...(series?.cost ?? [])]).toEqual([Number.NaN, 1.5]);
      expect([...(series?.marketPrice ?? [])]).toEqual([2.5, 2.5]);
      await store.close();
    });
    it('takes market prices and costs over at once: of a day the mean price and the last cost count, what was aborted or only tried leaves no trace', async () => {
      const store = await open();
      const sales = await store.sales.beginImport('sales');
      await sales.add([{ ...ticket, cost: null }]);
      await sales.commit({ dryRun: false, unit: '', knownCovariates: [], ...IMPORTED });
      const seen = async (): Promise<number | undefined> =>
        (await store.sales.read({ merchant: 'Ana', product: 'Tomate' }))?.marketPrice[0];
      const row = { name: 'Tomate', day: 19_000, price: 1 };
      const aborted = await store.sales.beginImport('market');
      await aborted.add([row]);
      await aborted.abort();
      const tried = await store.sales.beginImport('market');
      await tried.add([row, { ...row, name: 'Pera', day: 19_003 }]);
      expect(await tried.commit({ dryRun: true, ...IMPORTED })).toEqual({
        importId: null,
        accepted: 2,
        unchanged: 0,
        renamed: [],
        far: { count: 0, values: [] },
        differing: 0,
        onlyMerchant: null,
        replaced: 0,
        names: 2,
        firstDay: 19_000,
        lastDay: 19_003,
      });
      const begun = await store.sales.beginImport('market');
      await begun.add([row]);
      expect(await seen()).toBeNaN();
      // More rows than one statement takes, in two pieces; each day's two prices, of varieties say, enter as their
      // mean.
      await begun.add(Array.from({ length: 130 }, (_, i) => ({ ...row, day: 19_000 + (i % 65), price: 2 + i })));
      expect(await begun.commit({ dryRun: false, ...IMPORTED })).toEqual({
        importId: expect.any(String),
        accepted: 131,
        unchanged: 0,
        renamed: [],
        far: { count: 0, values: [] },
        differing: 65,
        onlyMerchant: null,
        replaced: 0,
        names: 1,
        firstDay: 19_000,
        lastDay: 19_064,
      });
      // Prices 66 and 131 of the last day.
      expect(await seen()).toBe(98.5);
      const again = await store.sales.beginImport('market');
      await again.add([{ ...row, day: 19_064, price: 9 }]);
      expect(await again.commit({ dryRun: false, ...IMPORTED })).toMatchObject({ replaced: 1 });
      expect(await seen()).toBe(9);
      const costs = await store.sales.beginImport('costs');
      const cost = { merchant: null, product: 'Tomate', day: 20_000, cost: 1 };
      await costs.add([cost, { ...cost, merchant: 'Ana', cost: 2 }, { ...cost, cost: 3 }]);
      expect(await costs.commit({ dryRun: false, ...IMPORTED })).toEqual({
        importId: expect.any(String),
        accepted: 3,
        unchanged: 0,
        renamed: [],
        far: { count: 0, values: [] },
        differing: 1,
        onlyMerchant: null,
        replaced: 0,
        names: 1,
        firstDay: 20_000,
        lastDay: 20_000,
      });
      // Of two costs of a day the last counts; the merchant's own goes before the one for all.
      expect((await store.sales.read({ merchant: 'Ana', product: 'Tomate' }))?.cost[0]).toBe(2);
      const empty = await store.sales.beginImport('costs');
      expect(await empty.commit({ dryRun: false, ...IMPORTED })).toEqual({
        importId: expect.any(String),
        accepted: 0,
        unchanged: 0,
        renamed: [],
        far: { count: 0, values: [] },
        differing: 0,
        onlyMerchant: null,
        replaced: 0,
        names: 0,
        firstDay: null,
        lastDay: null,
      });
      await store.close();
    });
    it('recognises daily, weekly and monthly cells by their spacing, and slow sellers by their merchant’s', async () => {
      const store = await open();
      const months = Array.from({ length: 10 }, (_, i) => Date.UTC(2024, 9 + i, 1) / 86_400_000);
      for (const [product, days] of [
        ['d', Array.from({ length: 10 }, (_, i) => 20_000 + i)],
        ['w', Array.from({ length: 10 }, (_, i) => 20_000 + i * 7)],
        ['m', months],
        ['seldom', [20_000, 20_011, 20_031, 20_039, 20_068]],
      ] as const) {
        const sales = await store.sales.beginImport('sales');
        await sales.add(days.map((day) => ({ ...ticket, product, day })));
        await sales.commit({ dryRun: false, unit: '', knownCovariates: [], ...IMPORTED });
      }
      const found: string[] = [];
      for await (const cell of store.cells.list({})) found.push(`${cell.product} ${cell.frequency}`);
      expect(found).toEqual(['d daily', 'm monthly', 'seldom daily', 'w weekly']);
      await store.close();
    });
    it('gives a model back exactly as it was saved, to the last bit', async () => {
      const store = await open();
      await store.models.put([{ ...version, runId: 'r1' }], deedOf('model.import'));
      expect(JSON.stringify((await store.models.read({ merchant: 'Ana', product: 'Tomate' }))?.model)).toBe(
        JSON.stringify(model),
      );
      await store.close();
    });
    it('numbers versions, makes the first live and moves the alias on request', async () => {
      const store = await open();
      await store.models.put([{ ...version, runId: 'r1' }], deedOf('model.import'));
      await store.models.put([{ ...version, runId: 'r2' }], deedOf('model.import'));
      expect((await store.models.read({ merchant: 'Ana', product: 'Tomate' }))?.summary).toMatchObject({
        version: 1,
        aliases: ['live'],
      });
      await store.models.setAlias({ merchant: 'Ana', product: 'Tomate' }, 'live', 2, deedOf('model.alias', 'Ana'));
      expect((await store.models.read({ merchant: 'Ana', product: 'Tomate' }))?.summary).toMatchObject({
        version: 2,
        aliases: ['live'],
      });
      const cell = { merchant: 'Ana', product: 'Tomate' };
      const { modelId, ...first } = { ...(await store.models.summary(cell, 'r1-1')) };
      expect({ modelId, version: first.version, aliases: first.aliases }).toEqual({
        modelId: 'r1-1',
        version: 1,
        aliases: [],
      });
      // The same as that of the model itself.
      expect([first.elasticity, first.elasticityLow, first.elasticityHigh, first.wape]).toEqual([
        model.elasticity.value,
        model.elasticity.low,
        model.elasticity.high,
        model.crossValidated.wape,
      ]);
      expect(await store.models.summary(cell, 'r2-2')).toEqual((await store.models.read(cell))?.summary);
      expect(await store.models.summary({ merchant: 'Eva', product: 'Tomate' }, 'r1-1')).toBeNull();
      expect(await store.models.summary(cell, 'r3-3')).toBeNull();
      await store.models.delete({ merchant: 'Ana', product: 'Tomate' }, 1, deedOf('model.delete', 'Ana'));
      expect(await store.models.count({})).toBe(1);
      await expect(
        store.models.setAlias({ merchant: 'Ana', product: 'Tomate' }, 'live', 9, deedOf('model.alias', 'Ana')),
      ).rejects.toMatchObject({
        code: 'MODEL_VERSION_UNKNOWN',
      });
      await store.close();
    });
    it('keeps runs with their events, whether they gave a model or failed', async () => {
      const store = await open();
      const run = {
        runId: 'r1',
        merchant: 'Ana',
        product: 'Tomate',
        status: 'done',
        stopReason: 'converged',
        converged: true,
        iterations: 0,
        simulatedRowsPerIteration: 0,
        ownRows: 5,
        wape: null,
        rmse: null,
        rmsse: null,
        startedAt: '2026-01-01T00:00:00.000Z',
        seconds: 0.1,
        seed: 1,
        failureCode: null,
        failureMessage: null,
        points: 0,
        errorKind: null,
        firstError: null,
        bestError: null,
        bestIteration: null,
        lastError: null,
      } as const;
      const failed = {
        ...run,
        runId: 'r2',
        status: 'failed',
        stopReason: 'failed',
        converged: null,
        failureCode: 'TRAIN_NOTHING_SOLD',
        failureMessage: 'too short',
      } as const;
      const events = [{ iteration: 0, kind: 'fold', detail: { deviance: 0.5 } }] as const;
      const saved = await store.runs.finish([
        { run, events, model: { ...version, runId: 'r1' } },
        { run: failed, events: [], model: null },
      ]);
      expect(saved).toMatchObject([{ version: 1, aliases: ['live'] }, null]);
      const runs = [];
      for await (const found of store.runs.list({ merchant: 'Ana' })) runs.push(found);
      const unsaid = { unit: '', trainingId: null, tags: [], note: '', cpuSeconds: null, peakMemory: null };
      expect(runs).toEqual([
        { ...run, ...unsaid, modelId: saved[0]?.modelId },
        { ...failed, ...unsaid, modelId: null },
      ]);
      expect(await store.runs.events('r1')).toEqual(events);
      // A run is written once: the second attempt changes nothing of it, its model included.
      await expect(store.runs.finish([{ run, events, model: { ...version, runId: 'r9' } }])).rejects.toThrow();
      expect(await store.models.count({})).toBe(1);
      await store.close();
    });
    it('keeps checkpoints: the newest comes back to the last bit, an overtaken attempt is refused, an ended run keeps its history alone', async () => {
      const store = await open();
      const started = {
        merchant: 'Ana',
        product: 'Tomate',
        startedAt: '2026-01-01T00:00:00.000Z',
        simulatedRowsPerIteration: 300,
        ownRows: 5,
        seed: 1,
      };
      await store.runs.hold([CELL], holderOf('h'));
      await store.runs.start({ ...started, runId: 'c1', holderId: 'h', inputs: { options: { iterations: 10 } } });
      const history = (points: number): ErrorHistory => ({
        errorKind: 'cross-validated',
        metrics: ['error', 'lambda:price'],
        iterations: Int32Array.from({ length: points }, (_, i) => i + 1),
        values: [
          Float32Array.from({ length: points }, (_, i) => 1 / (i + 3)),
          new Float32Array(points).fill(Number.NaN),
        ],
        events: [{ iteration: 2, kind: 'not-finite' }],
      });
      const figures = {
        points: 3,
        errorKind: 'cross-validated',
        firstError: 1 / 3,
        bestError: 0.2,
        bestIteration: 3,
        lastError: 0.2,
      } as const;
      const state = { iteration: 3, weights: Float64Array.of(0.1, -1e-300, Number.NaN), history: history(3) };
      for (const iteration of [1, 2, 3])
        await store.runs.saveCheckpoint({
          runId: 'c1',
          attempt: 1,
          iteration,
          seconds: iteration,
          state: stateBytes({ ...state, iteration }),
          ...figures,
        });
      const found = await store.runs.newestCheckpoint({ merchant: 'Ana', product: 'Tomate' });
      expect(found).toMatchObject({
        attempt: 1,
        iteration: 3,
        damaged: false,
        inputs: { options: { iterations: 10 } },
        run: { status: 'running', bestError: 0.2 },
      });
      expect(found?.state).toEqual({ ...state, iteration: 3 });
      expect(await store.runs.history('c1')).toEqual(history(3));
      // Of one that has not ended, the history is its checkpoint's.
      expect(await store.runs.readWithHistory('c1', 'Ana')).toEqual({
        run: await store.runs.read('c1'),
        history: history(3),
      });
      expect(await store.runs.takeOver('c1', 'h')).toBe(2);
      await expect(
        store.runs.saveCheckpoint({
          runId: 'c1',
          attempt: 1,
          iteration: 4,
          seconds: 4,
          state: stateBytes(state),
          ...figures,
        }),
      ).rejects.toMatchObject({
        code: 'CHECKPOINT_OVERTAKEN',
      });
      const run = {
        ...started,
        runId: 'c1',
        status: 'done',
        stopReason: 'budget used',
        converged: false,
        iterations: 10,
        wape: null,
        rmse: null,
        rmsse: null,
      } as const;
      const ended = { ...run, ...figures, seconds: 5, failureCode: null, failureMessage: null };
      await expect(
        store.runs.finish([{ run: ended, events: [], model: null, history: history(5), attempt: 1 }]),
      ).rejects.toMatchObject({
        code: 'CHECKPOINT_OVERTAKEN',
      });
      // It is interrupted, goes on and ends again: the events of the last end stay.
      const every = (iterations: number) =>
        [{ iteration: 0, kind: 'checkpoints', detail: { every: iterations } }] as const;
      const stopped = { ...ended, status: 'stopped', stopReason: 'interrupted' } as const;
      await store.runs.finish([{ run: stopped, events: every(1), model: null, history: history(4), attempt: 2 }]);
      expect(await store.runs.takeOver('c1', 'h')).toBe(3);
      await store.runs.finish([{ run: ended, events: every(2), model: null, history: history(5), attempt: 3 }]);
      expect(await store.runs.events('c1')).toEqual(every(2));
      expect(await store.runs.newestCheckpoint({ merchant: 'Ana', product: 'Tomate' })).toBeNull();
      expect(await store.runs.history('c1')).toEqual(history(5));
      expect(await store.runs.history('none')).toBeNull();
      const whole = { run: await store.runs.read('c1'), history: history(5) };
      expect(whole.run).toMatchObject({ runId: 'c1', merchant: 'Ana', status: 'done', iterations: 10 });
      for (const merchant of ['Ana', null])
        expect(await store.runs.readWithHistory('c1', merchant), `${merchant}`).toEqual(whole);
      expect(await store.runs.readWithHistory('c1', 'Eva')).toBeNull();
      expect(await store.runs.readWithHistory('none', null)).toBeNull();
      await store.close();
    });
    it('gives an interrupted training up for one that begins anew, and lets one that lost its cell begin or go on with nothing', async () => {
      const store = await open();
      const started = {
        merchant: 'Ana',
        product: 'Tomate',
        simulatedRowsPerIteration: 300,
        ownRows: 5,
        seed: 1,
        inputs: {},
      };
      const figures = {
        points: 1,
        errorKind: 'cross-validated',
        firstError: 1,
        bestError: 1,
        bestIteration: 1,
        lastError: 1,
      } as const;
      const checkpoint = { attempt: 1, iteration: 7, seconds: 1, state: stateBytes({ iteration: 7 }), ...figures };
      await store.runs.hold([CELL], holderOf('h'));
      await store.runs.start({ ...started, runId: 'c1', holderId: 'h', startedAt: '2026-01-01T00:00:00.000Z' });
      await store.runs.saveCheckpoint({ ...checkpoint, runId: 'c1' });
      await store.runs.start({ ...started, runId: 'c2', holderId: 'h', startedAt: '2026-01-02T00:00:00.000Z' });
      // The second has written nothing yet: going on with the first would bring back what was given up.
      expect(await store.runs.newestCheckpoint({ merchant: 'Ana', product: 'Tomate' })).toBeNull();
      await expect(store.runs.saveCheckpoint({ ...checkpoint, runId: 'c1' })).rejects.toMatchObject({
        code: 'CHECKPOINT_OVERTAKEN',
      });
      await store.runs.saveCheckpoint({ ...checkpoint, runId: 'c2' });
      await store.runs.release([CELL], 'h');
      await store.runs.hold([CELL], holderOf('other'));
      const third = { ...started, runId: 'c3', startedAt: '2026-01-03T00:00:00.000Z' };
      await expect(store.runs.start({ ...third, holderId: 'h' })).rejects.toMatchObject({
        code: 'CHECKPOINT_OVERTAKEN',
      });
      await expect(store.runs.takeOver('c2', 'h')).rejects.toMatchObject({ code: 'CHECKPOINT_OVERTAKEN' });
      expect(await store.runs.takeOver('c2', 'other')).toBe(2);
      await expect(store.runs.saveCheckpoint({ ...checkpoint, runId: 'c2' })).rejects.toMatchObject({
        code: 'CHECKPOINT_OVERTAKEN',
      });
      await store.close();
    });
    it('changes a document in one step', async () => {
      const store = await open();
      const other = (document: unknown): number => ((document as number | null) ?? 0) + 1;
      await Promise.all(Array.from({ length: 20 }, () => store.documents.update('count', 'a', other)));
      expect(await store.documents.read('count', 'a')).toBe(20);
      await store.close();
    });
    it('keeps a document and takes it away with its audit entry', async () => {
      const store = await open();
      await store.documents.keep('mapping', 'a', { x: 1 }, deedOf('import.remember'));
      expect(await store.documents.read('mapping', 'a')).toEqual({ x: 1 });
      await store.documents.keep('mapping', 'a', null, deedOf('import.forget'));
      expect(await store.documents.read('mapping', 'a')).toBeNull();
      const { items } = await store.access.audit(null, { limit: 10, after: null });
      expect(items.map(({ action }) => action)).toEqual(['import.forget', 'import.remember']);
      await store.close();
    });
    it('keeps settings and documents', async () => {
      const store = await open();
      await store.documents.setSettings({ currency: 'MXN' }, deedOf('settings.change'));
      await store.documents.put('specs', 'a', { x: [1, 2] });
      expect(await store.documents.setting('currency')).toBe('MXN');
      expect(await store.documents.read('specs', 'a')).toEqual({ x: [1, 2] });
      await store.documents.setSettings({ currency: null }, deedOf('settings.change'));
      expect(await store.documents.settings()).toEqual({});
      await store.close();
    });
  });
}
