/** What those who serve a workspace may rely on of any store: overview, recommendations, keys, idempotency, trainings. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Recommendation } from '../../src/contract/documents.ts';
import type { Cursor, PageAsked } from '../../src/contract/service-store.ts';
import type { Store } from '../../src/contract/store.ts';
import { fitDemand } from '../../src/core/demand/fit-demand.ts';
import { DAILY_SPECS } from '../../src/core/demand/spec.ts';
import { unwrap } from '../../src/core/outcome.ts';
import { cellOf } from '../support/cells.ts';

const ALL: PageAsked = { limit: 1_000, after: null };
const at = '2026-01-01T00:00:00.000Z';
const NAMES = ['Ana / Tomate', 'Ana / Pera', 'Bea / Tomate'].map((name) => name.split(' / ') as [string, string]);

async function withSales(store: Store): Promise<void> {
  const sales = await store.beginImport();
  sales.add(
    NAMES.map(([merchant, product], i) => ({
      merchant,
      product,
      productType: 'Fruta',
      day: 20_000 + i,
      quantity: 3,
      price: 2,
      cost: 1,
      promo: 0,
      soldOut: false,
      waste: null,
      marketPrice: null,
      covariates: null,
    })),
  );
  await sales.commit({ dryRun: false, unit: 'kg', knownCovariates: [] });
}

const modelOf = (merchant: string, product: string) =>
  unwrap(
    fitDemand(cellOf([3, 4, 5, 4, 3], [2, 2.1, 2, 1.9, 2], { merchant, product }), {
      holidays: [],
      market: false,
      specs: DAILY_SPECS.slice(0, 1),
      priorAt: () => ({}),
    }),
  );

const recommendationOf = (merchant: string, product: string, price: number, modelId: string | null = null): Recommendation => ({
  merchant,
  product,
  unit: 'kg',
  modelId,
  horizonDays: 14,
  price,
  unconstrainedPrice: price,
  expectedDemand: { value: 10, low: 8, high: 12 },
  expectedProfit: { value: 10 + price, low: 8, high: 12 },
  current: { price: 2, expectedDemand: 10, expectedProfit: 10 },
  probabilityBetter: 0.9,
  guardrails: [],
  reasons: price > 2.5 ? ['EXTRAPOLATION'] : [],
  recommended: price <= 2.5,
  unitCost: 1,
  assumptions: [],
});

export function describeServiceStore(name: string, open: () => Promise<Store>): void {
  describe(`${name} serves`, () => {
    it('an overview that follows every import, training, alias and recommendation at once', async () => {
      const store = await open();
      await withSales(store);
      const states = async (): Promise<string[]> =>
        (await store.overview.list({}, 'merchant', 'asc', ALL)).items.map((r) => `${r.merchant} ${r.product} ${r.state}`);
      expect(await states()).toEqual(['Ana Pera untrained', 'Ana Tomate untrained', 'Bea Tomate untrained']);
      const revision = (await store.overview.revision('Ana', 'Pera')) as number;
      const version = { trainedAt: at, seconds: 1, seed: 1, live: false };
      const [saved] = await store.putModels([{ ...version, runId: 'r1', model: modelOf('Ana', 'Pera') }]);
      expect(await store.overview.revision('Ana', 'Pera')).toBeGreaterThan(revision);
      await store.putModels([{ ...version, runId: 'r2', model: modelOf('Ana', 'Pera') }]);
      const run = { startedAt: at, simulatedRowsPerIteration: 0, ownRows: 1, seed: 1, inputs: {} };
      await store.holdCell('Ana', 'Tomate', { pid: process.pid, since: at });
      await store.startRun({ ...run, runId: 'r3', merchant: 'Ana', product: 'Tomate', pid: process.pid });
      // A process that begins a training and is gone.
      const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
      await store.holdCell('Bea', 'Tomate', { pid: other.pid as number, since: at });
      await store.startRun({ ...run, runId: 'r4', merchant: 'Bea', product: 'Tomate', pid: other.pid as number });
      expect((await states())[2]).toBe('Bea Tomate training');
      other.kill('SIGKILL');
      await once(other, 'close');
      await store.overview.endDeadTrainings();
      expect(await states()).toEqual(['Ana Pera candidate', 'Ana Tomate training', 'Bea Tomate unfinished']);
      const before = (await store.overview.revision('Ana', 'Pera')) as number;
      const costs = await store.beginCostImport();
      costs.add([{ merchant: null, product: 'Pera', day: 20_000, cost: 1 }]);
      await costs.commit({ dryRun: false });
      expect(await store.overview.revision('Ana', 'Pera')).toBeGreaterThan(before);
      await store.setAlias('Ana', 'Pera', 'live', 2);
      expect((await states())[0]).toBe('Ana Pera live');
      await store.putRecommendations(at, [recommendationOf('Ana', 'Pera', 2.25, saved?.modelId), recommendationOf('Ana', 'Tomate', 3)]);
      const { items } = await store.overview.list({ recommended: true }, 'expectedGain', 'desc', ALL);
      expect(items).toMatchObject([
        { product: 'Pera', currentPrice: 2, recommendedPrice: 2.25, gain: 2.25, recommendationStatus: 'proposed', recommendationRevision: 1 },
      ]);
      expect(await store.overview.totals({ merchant: 'Ana' })).toMatchObject({
        cells: 2,
        total: 2,
        models: 1,
        changes: 1,
        warnings: 1,
        byReason: { EXTRAPOLATION: 1 },
        merchants: ['Ana'],
      });
      await store.close();
    });

    it('pages of any order without repeating or leaving out, cells without a figure last', async () => {
      const store = await open();
      await withSales(store);
      await store.putRecommendations(at, [recommendationOf('Ana', 'Pera', 2.2), recommendationOf('Bea', 'Tomate', 2.1)]);
      for (const order of ['asc', 'desc'] as const) {
        const names: string[] = [];
        for (let after: Cursor | null = null; ; ) {
          const page = await store.overview.list({}, 'expectedGain', order, { limit: 1, after });
          names.push(...page.items.map((r) => r.merchant + r.product));
          after = page.next;
          if (after === null) break;
        }
        expect(names).toEqual(order === 'asc' ? ['BeaTomate', 'AnaPera', 'AnaTomate'] : ['AnaPera', 'BeaTomate', 'AnaTomate']);
      }
      await store.close();
    });

    it('one open recommendation a cell: the same again changes nothing, another takes its place', async () => {
      const store = await open();
      await withSales(store);
      const first = await store.putRecommendations(at, [recommendationOf('Ana', 'Pera', 2.2)]);
      expect(first.changed).toBe(1);
      expect(await store.putRecommendations(at, [recommendationOf('Ana', 'Pera', 2.2)])).toEqual({ ids: first.ids, changed: 0 });
      const second = await store.putRecommendations(at, [recommendationOf('Ana', 'Pera', 2.3)]);
      expect(await store.recommendations.read(first.ids[0] as number)).toMatchObject({ status: 'superseded' });
      expect((await store.recommendations.list({}, 'id', ALL)).items.map((r) => r.id)).toEqual(second.ids);
      await store.close();
    });

    it('decisions under the revision that was seen, all or none, each in the log', async () => {
      const store = await open();
      await withSales(store);
      const { ids } = await store.putRecommendations(at, [recommendationOf('Ana', 'Pera', 2.2), recommendationOf('Bea', 'Tomate', 2.1)]);
      const [a, b] = ids as [number, number];
      const decision = { merchant: null, to: 'approved', reason: null, price: null, actor: 'key:x', at } as const;
      await expect(store.recommendations.decide({ ...decision, ids: [a, b], expectedRevisions: { [a]: 1, [b]: 2 } })).rejects.toMatchObject({
        code: 'RECOMMENDATION_CHANGED',
      });
      await expect(store.recommendations.decide({ ...decision, ids: [a], expectedRevisions: {} })).rejects.toMatchObject({ code: 'RECOMMENDATION_CHANGED' });
      await expect(store.recommendations.decide({ ...decision, merchant: 'Ana', ids: [b], expectedRevisions: { [b]: 1 } })).rejects.toMatchObject({
        code: 'RECOMMENDATION_UNKNOWN',
      });
      expect((await store.access.audit(null, ALL)).items).toEqual([]);
      await store.recommendations.decide({ ...decision, ids: [a, b], expectedRevisions: { [a]: 1, [b]: 1 } });
      expect((await store.access.audit('Ana', ALL)).items).toMatchObject([{ action: 'recommendation.approved', merchant: 'Ana', detail: { id: a } }]);
      const batch = { batchId: 'b1', at, actor: 'key:x', merchant: null, activationDate: '2026-02-01', format: 'csv' } as const;
      const exported = await store.recommendations.export(batch, [a], null);
      expect(await store.recommendations.export({ ...batch, at: 'later' }, [a], null)).toEqual(exported);
      await expect(store.recommendations.export({ ...batch, batchId: 'b2' }, [a], null)).rejects.toMatchObject({ code: 'RECOMMENDATION_STEP' });
      // A model that came live since makes an approved price out of date.
      await store.putModels([{ trainedAt: at, seconds: 1, seed: 1, live: true, runId: 'r1', model: modelOf('Bea', 'Tomate') }]);
      await expect(store.recommendations.export({ ...batch, batchId: 'b2' }, [b], null)).rejects.toMatchObject({ code: 'RECOMMENDATION_STALE' });
      await store.close();
    });

    it('keys and sessions by hash, until they are revoked or over', async () => {
      const store = await open();
      const key = {
        id: 'k1',
        name: 'caja',
        scopes: ['read', 'approve'],
        merchant: 'Ana',
        prefix: 'dk_x',
        createdAt: at,
        createdBy: 'x',
        revokedAt: null,
      } as const;
      await store.access.addKey({ ...key, hash: 'h1' });
      expect(await store.access.keyByHash('h1')).toMatchObject({ name: 'caja', scopes: ['read', 'approve'], merchant: 'Ana' });
      const session = { hash: 's1', keyId: 'k1', name: 'caja', scopes: ['read'], merchant: 'Ana', expiresAt: '2026-01-02T00:00:00.000Z' } as const;
      await store.access.addSession(session);
      expect(await store.access.sessionByHash('s1', at)).toMatchObject({ keyId: 'k1' });
      expect(await store.access.sessionByHash('s1', '2026-01-03T00:00:00.000Z')).toBeNull();
      expect(await store.access.revokeKey('k1', 'Bea', at)).toBe(false);
      expect(await store.access.revokeKey('k1', 'Ana', at)).toBe(true);
      expect(await store.access.keyByHash('h1')).toBeNull();
      expect(await store.access.sessionByHash('s1', at)).toBeNull();
      await store.close();
    });

    it('an idempotency key once, with its answer, and free again after a failure', async () => {
      const store = await open();
      const { access } = store;
      expect(await access.takeIdempotencyKey('a', 'k', 'f', at)).toBeNull();
      expect(await access.takeIdempotencyKey('a', 'k', 'f', at)).toMatchObject({ answer: null });
      await access.settleIdempotencyKey('a', 'k', { status: 201, body: '{}' });
      expect(await access.takeIdempotencyKey('a', 'k', 'f', at)).toEqual({ status: 201, answer: '{}' });
      await expect(access.takeIdempotencyKey('a', 'k', 'other', at)).rejects.toMatchObject({ code: 'IDEMPOTENCY_DIFFERENT' });
      expect(await access.takeIdempotencyKey('b', 'k', 'f', at)).toBeNull();
      await access.settleIdempotencyKey('b', 'k', null);
      expect(await access.takeIdempotencyKey('b', 'k', 'f', at)).toBeNull();
      // Three days later it is forgotten.
      expect(await access.takeIdempotencyKey('a', 'k', 'other', '2026-01-04T00:00:00.000Z')).toBeNull();
      await store.close();
    });

    it('trainings whose changes are counted, so that nobody who looks again misses one', async () => {
      const store = await open();
      const { trainings } = store;
      await trainings.add({
        trainingId: 't1',
        merchant: null,
        status: 'starting',
        cells: 2,
        chosen: null,
        options: { iterations: 5 },
        lang: 'es',
        startedAt: at,
        startedBy: 'x',
        beatAt: at,
      });
      expect(await trainings.update('t1', { status: 'running', pid: 1 }, ['starting'])).toBe(true);
      expect(await trainings.update('t1', { status: 'running', pid: 2 }, ['starting'])).toBe(false);
      const cells = [
        { merchant: 'Ana', product: 'Pera', json: '{"x":1}' },
        { merchant: 'Bea', product: 'Tomate', json: '{"x":1}' },
      ];
      expect(await trainings.progress('t1', at, cells)).toBe('running');
      const seen = await trainings.changes('t1', 0, 10);
      expect(seen.map((c) => c.product)).toEqual(['Pera', 'Tomate']);
      await trainings.progress('t1', at, [{ merchant: 'Ana', product: 'Pera', json: '{"x":2}' }]);
      expect(await trainings.changes('t1', seen.at(-1)?.seq as number, 10)).toMatchObject([{ product: 'Pera', json: '{"x":2}' }]);
      await trainings.update('t1', { status: 'stopping' });
      expect(await trainings.progress('t1', at, [])).toBe('stopping');
      expect(await trainings.read('t1')).toMatchObject({ pid: 1, options: { iterations: 5 }, chosen: null });
      expect((await trainings.list('Ana', ALL)).items).toEqual([]);
      await store.close();
    });
  });
}
