/**
 * What those who serve a workspace may rely on of any store: overview, recommendations, keys, idempotency, trainings.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Recommendation } from '../../src/contract/documents.ts';
import type { IdempotentRequest } from '../../src/contract/store/access.ts';
import type { Cursor, PageAsked } from '../../src/contract/store/page.ts';
import type { Store } from '../../src/contract/store/store.ts';
import type { KeptCellProgress } from '../../src/contract/store/trainings.ts';
import { stateBytes } from '../../src/contract/training-state.ts';
import { fitDemand } from '../../src/core/demand/fit-demand.ts';
import { DAILY_SPECS } from '../../src/core/regression/hyper-parameters.ts';
import { HistoryRecorder, METRICS } from '../../src/core/training/history.ts';
import { cellOf } from '../support/cells.ts';
import { ACTOR, deedOf, IMPORTED } from '../support/deeds.ts';
import { unwrap } from '../support/unwrap.ts';
import { holderOf } from './holder.ts';

const ALL: PageAsked = { limit: 1_000, after: null };
const at = '2026-01-01T00:00:00.000Z';
const PROPOSING = { at, actor: ACTOR, replaceApproved: false } as const;
const NAMES = ['Ana / Tomate', 'Ana / Pera', 'Bea / Tomate'].map((name) => name.split(' / ') as [string, string]);

async function withSales(store: Store): Promise<void> {
  const sales = await store.sales.beginImport('sales');
  await sales.add(
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
  await sales.commit({ dryRun: false, unit: 'kg', knownCovariates: [], ...IMPORTED });
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

const recommendationOf = (
  merchant: string,
  product: string,
  price: number,
  modelId: string | null = null,
): Recommendation => ({
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

const progress = (iteration: number): KeptCellProgress['progress'] => ({
  status: 'running',
  runId: null,
  iteration,
  iterations: 5,
  error: 0.5,
  best: null,
  points: [[1, 0.5]],
  modelError: null,
  errorBefore: null,
  runBefore: null,
  iterationsPerSecond: null,
  secondsLeft: null,
  message: null,
});

export function describeServiceStore(name: string, open: () => Promise<Store>): void {
  describe(`${name} serves`, () => {
    it('an overview that follows every import, training, alias and recommendation at once', async () => {
      const store = await open();
      await withSales(store);
      const states = async (): Promise<string[]> =>
        (await store.cells.overview({}, 'merchant', 'asc', ALL)).items.map(
          (r) => `${r.merchant} ${r.product} ${r.state}`,
        );
      expect(await states()).toEqual(['Ana Pera untrained', 'Ana Tomate untrained', 'Bea Tomate untrained']);
      const revision = (await store.cells.revision({ merchant: 'Ana', product: 'Pera' })) as number;
      const version = { trainedAt: at, seconds: 1, seed: 1, live: false };
      await store.models.put([{ ...version, runId: 'r1', model: modelOf('Ana', 'Pera') }], deedOf('model.import'));
      expect(await store.cells.revision({ merchant: 'Ana', product: 'Pera' })).toBeGreaterThan(revision);
      const [saved] = await store.models.put(
        [{ ...version, runId: 'r2', model: modelOf('Ana', 'Pera') }],
        deedOf('model.import'),
      );
      const run = { startedAt: at, simulatedRowsPerIteration: 0, ownRows: 1, seed: 1, inputs: {} };
      await store.runs.hold([{ merchant: 'Ana', product: 'Tomate' }], holderOf('h'));
      await store.runs.start({ ...run, runId: 'r3', merchant: 'Ana', product: 'Tomate', holderId: 'h' });
      // One who begins a training and is not heard of again.
      await store.runs.hold([{ merchant: 'Bea', product: 'Tomate' }], holderOf('other', 300));
      await store.runs.start({ ...run, runId: 'r4', merchant: 'Bea', product: 'Tomate', holderId: 'other' });
      expect((await states())[2]).toBe('Bea Tomate training');
      await pause(400);
      await store.runs.endDead();
      expect(await states()).toEqual(['Ana Pera candidate', 'Ana Tomate training', 'Bea Tomate unfinished']);
      const before = (await store.cells.revision({ merchant: 'Ana', product: 'Pera' })) as number;
      const costs = await store.sales.beginImport('costs');
      await costs.add([{ merchant: null, product: 'Pera', day: 20_000, cost: 1 }]);
      await costs.commit({ dryRun: false, ...IMPORTED });
      expect(await store.cells.revision({ merchant: 'Ana', product: 'Pera' })).toBeGreaterThan(before);
      await store.models.setAlias({ merchant: 'Ana', product: 'Pera' }, 'live', 2, deedOf('model.alias', 'Ana'));
      expect((await states())[0]).toBe('Ana Pera live');
      await store.recommendations.propose(
        [recommendationOf('Ana', 'Pera', 2.25, saved?.modelId), recommendationOf('Ana', 'Tomate', 3)],
        {
          at,
          actor: ACTOR,
          replaceApproved: false,
        },
      );
      const { items } = await store.cells.overview({ recommended: true }, 'expectedGain', 'desc', ALL);
      expect(items).toMatchObject([
        {
          product: 'Pera',
          currentPrice: 2,
          recommendedPrice: 2.25,
          gain: 2.25,
          recommendationStatus: 'proposed',
          recommendationRevision: 1,
        },
      ]);
      expect(await store.cells.totals({ merchant: 'Ana' })).toMatchObject({
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
      await store.recommendations.propose(
        [recommendationOf('Ana', 'Pera', 2.2), recommendationOf('Bea', 'Tomate', 2.1)],
        {
          at,
          actor: ACTOR,
          replaceApproved: false,
        },
      );
      for (const order of ['asc', 'desc'] as const) {
        const names: string[] = [];
        for (let after: Cursor | null = null; ; ) {
          const page = await store.cells.overview({}, 'expectedGain', order, { limit: 1, after });
          names.push(...page.items.map((r) => r.merchant + r.product));
          after = page.next;
          if (after === null) break;
        }
        expect(names).toEqual(
          order === 'asc' ? ['BeaTomate', 'AnaPera', 'AnaTomate'] : ['AnaPera', 'BeaTomate', 'AnaTomate'],
        );
      }
      await store.close();
    });

    it('finds recommendations by words, pages of them in any order, and counts the same', async () => {
      const store = await open();
      await withSales(store);
      await store.recommendations.propose(
        [
          recommendationOf('Ana', 'Pera', 2.2),
          recommendationOf('Ana', 'Tomate', 2.3),
          recommendationOf('Bea', 'Tomate', 2.1),
        ],
        PROPOSING,
      );
      const found = async (search: string): Promise<string[]> => {
        const { items } = await store.recommendations.list({ search }, 'product', ALL, 'asc');
        expect((await store.recommendations.totals({ search })).count).toBe(items.length);
        return items.map(({ merchant, product }) => merchant + product);
      };
      expect(await found('TOMÁTE')).toEqual(['AnaTomate', 'BeaTomate']);
      expect(await found(' ana  tom ')).toEqual(['AnaTomate']);
      expect(await found('kiwi')).toEqual([]);
      expect(await found('')).toHaveLength(3);
      for (const sort of ['id', 'expectedGain', 'product'] as const) {
        const walked: Record<string, number[]> = {};
        for (const order of ['asc', 'desc'] as const) {
          const ids: number[] = [];
          for (let after: Cursor | null = null; ; ) {
            const page = await store.recommendations.list({}, sort, { limit: 1, after }, order);
            ids.push(...page.items.map(({ id }) => id));
            after = page.next;
            if (after === null) break;
          }
          walked[order] = ids;
        }
        expect(walked.asc, sort).toHaveLength(3);
        expect(walked.desc, sort).toEqual(walked.asc?.toReversed());
      }
      await store.close();
    });

    it('one open recommendation a cell: the same again changes nothing, another takes its place', async () => {
      const store = await open();
      await withSales(store);
      const first = await store.recommendations.propose([recommendationOf('Ana', 'Pera', 2.2)], PROPOSING);
      expect(first).toMatchObject({ proposed: [String(first.ids[0])], standing: [], replaced: [] });
      expect(await store.recommendations.propose([recommendationOf('Ana', 'Pera', 2.2)], PROPOSING)).toEqual({
        ...first,
        proposed: [],
      });
      const second = await store.recommendations.propose([recommendationOf('Ana', 'Pera', 2.3)], PROPOSING);
      expect(await store.recommendations.read(first.ids[0])).toMatchObject({ status: 'superseded' });
      expect((await store.recommendations.list({}, 'id', ALL)).items.map((r) => r.id)).toEqual(second.ids);
      // A clock that goes back changes nothing about which is the newest.
      const earlier = { ...PROPOSING, at: '2025-01-01T00:00:00.000Z' };
      const third = await store.recommendations.propose([recommendationOf('Ana', 'Pera', 2.4)], earlier);
      expect(await store.recommendations.read(second.ids[0])).toMatchObject({ status: 'superseded' });
      expect(await store.recommendations.propose([recommendationOf('Ana', 'Pera', 2.4)], PROPOSING)).toEqual({
        ...third,
        proposed: [],
      });
      await store.close();
    });

    it('decisions under the revision that was seen, all or none, each in the log', async () => {
      const store = await open();
      await withSales(store);
      const { ids } = await store.recommendations.propose(
        [recommendationOf('Ana', 'Pera', 2.2), recommendationOf('Bea', 'Tomate', 2.1)],
        {
          at,
          actor: ACTOR,
          replaceApproved: false,
        },
      );
      const [a, b] = ids as [number, number];
      const told = (await store.access.audit(null, ALL)).items.map((entry) => entry.action);
      const decision = {
        merchant: null,
        to: 'approved',
        reason: null,
        price: null,
        figures: null,
        actor: { kind: 'key', id: 'x', name: 'till' },
        at,
      } as const;
      await expect(
        store.recommendations.decide({ ...decision, ids: [a, b], expectedRevisions: { [a]: 1, [b]: 2 } }),
      ).rejects.toMatchObject({
        code: 'RECOMMENDATION_CHANGED',
      });
      await expect(
        store.recommendations.decide({ ...decision, ids: [a], expectedRevisions: {} }),
      ).rejects.toMatchObject({ code: 'RECOMMENDATION_CHANGED' });
      await expect(
        store.recommendations.decide({ ...decision, merchant: 'Ana', ids: [b], expectedRevisions: { [b]: 1 } }),
      ).rejects.toMatchObject({
        code: 'RECOMMENDATION_UNKNOWN',
      });
      expect((await store.access.audit(null, ALL)).items.map((entry) => entry.action)).toEqual(told);
      await store.recommendations.decide({ ...decision, ids: [a, b], expectedRevisions: { [a]: 1, [b]: 1 } });
      expect((await store.access.audit('Ana', ALL)).items).toMatchObject([
        { action: 'recommendation.approved', merchant: 'Ana', detail: { id: a } },
        { action: 'recommendation.propose' },
      ]);
      const batch = {
        batchId: 'b1',
        at,
        actor: { kind: 'key', id: 'x', name: 'till' },
        merchant: null,
        activationDate: '2026-02-01',
        format: 'csv',
      } as const;
      const exported = await store.recommendations.export(batch, [a], null);
      expect(await store.recommendations.export({ ...batch, at: 'later' }, [a], null)).toEqual(exported);
      await expect(store.recommendations.export({ ...batch, batchId: 'b2' }, [a], null)).rejects.toMatchObject({
        code: 'RECOMMENDATION_STEP',
      });
      // A model that came live since makes an approved price out of date.
      await store.models.put(
        [{ trainedAt: at, seconds: 1, seed: 1, live: true, runId: 'r1', model: modelOf('Bea', 'Tomate') }],
        deedOf('model.import'),
      );
      await expect(store.recommendations.export({ ...batch, batchId: 'b2' }, [b], null)).rejects.toMatchObject({
        code: 'RECOMMENDATION_STALE',
      });
      await store.close();
    });

    it('one of two exports that are asked for at once under one id', async () => {
      const store = await open();
      await withSales(store);
      const proposing = { at, actor: ACTOR, replaceApproved: false };
      const items = [recommendationOf('Ana', 'Pera', 2.2), recommendationOf('Bea', 'Tomate', 2.1)];
      const { ids } = await store.recommendations.propose(items, proposing);
      const decision = { merchant: null, to: 'approved', reason: null, price: null, figures: null, at } as const;
      const actor = { kind: 'key', id: 'x', name: 'till' } as const;
      const expectedRevisions = Object.fromEntries(ids.map((id) => [id, 1]));
      await store.recommendations.decide({ ...decision, ids, actor, expectedRevisions });
      const batch = {
        batchId: 'once',
        at,
        actor,
        merchant: null,
        activationDate: '2026-02-01',
        format: 'csv',
      } as const;
      const ended = await Promise.allSettled(ids.map((id) => store.recommendations.export(batch, [id], null)));
      expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(ended.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'BATCH_DIFFERENT' } });
      expect(await store.recommendations.batches('once')).toMatchObject([{ items: [expect.anything()] }]);
      await store.close();
    });

    it('keys and sessions by hash, until they are revoked or over, each deed in the log with it', async () => {
      const store = await open();
      const { access } = store;
      const made = (
        id: string,
        hash: string,
        name: string,
        merchant: string | null = 'Ana',
        expiresAt: string | null = null,
      ) =>
        access.addKey(
          {
            id,
            hash,
            name,
            scopes: ['read', 'approve'],
            merchant,
            prefix: 'dk_x',
            createdAt: at,
            createdBy: 'key:k0',
            createdByName: 'x',
            expiresAt,
            revokedAt: null,
          },
          deedOf('key.create', merchant),
        );
      await made('k1', 'h1', 'caja');
      expect(await access.keyByHash('h1', at)).toMatchObject({
        actor: { kind: 'key', id: 'k1' },
        name: 'caja',
        scopes: ['read', 'approve'],
        merchant: 'Ana',
      });
      const session = (id: string, hash: string, keyId: string | null, merchant: string | null) =>
        access.addSession(
          {
            id,
            hash,
            keyId,
            name: 'caja',
            scopes: ['read'],
            merchant,
            address: '::1',
            createdAt: at,
            usedAt: at,
            expiresAt: '2026-01-02T00:00:00.000Z',
          },
          deedOf('session.open', merchant),
        );
      await session('a', 's1', 'k1', 'Ana');
      await session('b', 's2', null, null);
      expect(await access.sessionByHash('s1', at)).toMatchObject({ actor: { kind: 'session', id: 'a' }, keyId: 'k1' });
      expect(await access.sessionByHash('s2', at)).toMatchObject({ actor: { kind: 'owner', id: 'b' }, keyId: null });
      expect(await access.sessionByHash('s1', '2026-01-03T00:00:00.000Z')).toBeNull();
      expect((await access.sessions(null, at, ALL)).items.map((s) => s.id)).toEqual(['b', 'a']);
      expect((await access.sessions('Ana', at, ALL)).items.map((s) => s.id)).toEqual(['a']);
      expect(await access.revokeKey('k1', 'Bea', deedOf('key.revoke'))).toBe(false);
      expect(await access.revokeKey('k1', 'Ana', deedOf('key.revoke'))).toBe(true);
      expect(await access.keyByHash('h1', at)).toBeNull();
      expect(await access.sessionByHash('s1', at)).toBeNull();
      expect(await access.holds({ kind: 'key', id: 'k1', name: '' }, at)).toBe(false);
      // A key that expires ends what was opened with it.
      await made('k2', 'h2', 'caja 2', null, '2026-01-01T12:00:00.000Z');
      await session('c', 's3', 'k2', null);
      expect(await access.holds({ kind: 'session', id: 'c', name: '' }, '2026-01-01T11:59:59.999Z')).toBe(true);
      for (const noon of ['2026-01-01T12:00:00.000Z']) {
        expect(await access.keyByHash('h2', noon)).toBeNull();
        expect(await access.sessionByHash('s3', noon)).toBeNull();
        expect(await access.holds({ kind: 'session', id: 'c', name: '' }, noon)).toBe(false);
      }
      expect(await access.endSessions({ merchant: 'Ana', id: 'b' }, deedOf('session.end'))).toBe(0);
      expect(await access.endSessions({ merchant: null, allBut: 'b' }, deedOf('session.end'))).toBe(1);
      // A revocation stands in the log of the key's merchant, whoever did it.
      expect((await access.audit('Ana', ALL)).items.map((e) => [e.action, e.detail.name])).toEqual([
        ['key.revoke', 'caja'],
        ['session.open', undefined],
        ['key.create', undefined],
      ]);
      const oldest = await access.audit('Ana', { limit: 2, after: null }, 'asc');
      expect(oldest.items.map(({ action }) => action)).toEqual(['key.create', 'session.open']);
      const later = await access.audit('Ana', { limit: 2, after: oldest.next }, 'asc');
      expect(later.items.map(({ action }) => action)).toEqual(['key.revoke']);
      expect(later.next).toBeNull();
      // What is refused leaves no entry.
      await expect(made('k3', 'h3', 'CAJA  2', null)).rejects.toMatchObject({ code: 'KEY_NAME_TAKEN' });
      await expect(made('k2', 'h4', 'other', null)).rejects.toMatchObject({ code: 'KEY_MADE_BEFORE' });
      await made('k5', 'h5', 'caja 2', 'Bea');
      await made('k6', 'h6', 'caja', 'Ana');
      expect((await access.audit(null, ALL)).items.filter((e) => e.action === 'key.create')).toHaveLength(4);
      await store.close();
    });

    it('an idempotency key once to each credential and merchant, with its answer, and work that died again when its lease is out', async () => {
      const store = await open();
      const { access } = store;
      const request: IdempotentRequest = { credential: 'key:a', merchant: 'Ana', key: 'k', digest: 'f' };
      const take = (over: Partial<IdempotentRequest> = {}, seconds = 0, holder = 'w1', workedOn = false) => {
        const now = Date.parse(at) + seconds * 1000;
        const work = {
          holder,
          at: new Date(now).toISOString(),
          leasedUntil: new Date(now + 30_000).toISOString(),
          workedOn,
        };
        return access.takeIdempotencyKey({ ...request, ...over }, work);
      };
      expect(await take()).toEqual({ state: 'taken', since: at, before: false });
      expect(await take({}, 1, 'w2')).toMatchObject({ state: 'under way' });
      await expect(take({ digest: 'other' }, 1)).rejects.toMatchObject({ code: 'IDEMPOTENCY_DIFFERENT' });
      // The same key of another credential, or of another merchant, is another key.
      const others: Partial<IdempotentRequest>[] = [{ credential: 'key:b' }, { merchant: 'Bea' }, { merchant: null }];
      for (const over of others) expect((await take({ ...over, digest: 'other' }, 1)).state).toBe('taken');
      // Work that lives keeps its lease, however long it takes; without one it is taken over, and remembers when it
      // began.
      await access.renewIdempotencyKey(request, 'w1', '2026-01-01T00:01:00.000Z');
      expect((await take({}, 59, 'w2')).state).toBe('under way');
      expect((await take({}, 61, 'w2', true)).state).toBe('under way');
      expect(await take({}, 61, 'w2')).toEqual({ state: 'taken', since: at, before: true });
      // Whoever lost it has no say any more.
      await access.settleIdempotencyKey(request, 'w1', { status: 200, answer: 'late' });
      await access.renewIdempotencyKey(request, 'w1', '2027-01-01T00:00:00.000Z');
      expect((await take({}, 62, 'w3')).state).toBe('under way');
      // After a failure it is free for the same request only.
      await access.settleIdempotencyKey(request, 'w2', null);
      await expect(take({ digest: 'other' }, 63)).rejects.toMatchObject({ code: 'IDEMPOTENCY_DIFFERENT' });
      expect(await take({}, 63, 'w4')).toEqual({ state: 'taken', since: at, before: true });
      await access.settleIdempotencyKey(request, 'w4', { status: 201, answer: '{}' });
      expect(await take({}, 64)).toEqual({ state: 'done', since: at, status: 201, answer: '{}' });
      // A clock that went back does not hold a lease for as long as it went.
      await take({ key: 'clock' }, 3_600);
      expect((await take({ key: 'clock' }, 0, 'w2')).state).toBe('taken');
      // Three days later it is forgotten.
      expect((await take({ digest: 'other' }, 3 * 86_400)).state).toBe('taken');
      await store.close();
    });

    it('what a training brought, counted over its cells', async () => {
      const store = await open();
      const { trainings } = store;
      const training = {
        trainingId: 't9',
        merchant: null,
        status: 'running',
        cells: 8,
        chosen: null,
        options: {},
      } as const;
      const begun = { lang: 'es', startedAt: at, startedBy: 'x', startedByName: 'x', beatAt: at } as const;
      await trainings.add({ ...training, ...begun }, deedOf('training.start'));
      expect(await trainings.outcome('t9')).toMatchObject({ begun: 0, unfinished: 0, compared: 0, error: null });
      const ended = (product: string, modelError: number | null, errorBefore: number | null, more: object = {}) => ({
        merchant: 'Ana',
        product,
        progress: { ...progress(5), status: 'done' as const, modelError, errorBefore, ...more },
      });
      await trainings.progress('t9', at, [
        ended('a', 0.2, 0.3),
        ended('b', 0.201, 0.2),
        ended('c', 0.3, 0.2),
        ended('d', 0.4, null),
        ended('e', null, 0.2),
        ended('f', null, 0.5, { status: 'stopped', iteration: 2, iterations: 8 }),
        ended('g', null, null, { status: 'failed' }),
      ]);
      const { error, errorBefore, ...counts } = await trainings.outcome('t9');
      expect(counts).toEqual({ begun: 7, unfinished: 0.25, compared: 3, better: 1, same: 1, worse: 1 });
      expect(error).toBeCloseTo((0.2 + 0.201 + 0.3) / 3, 9);
      expect(errorBefore).toBeCloseTo(0.7 / 3, 9);
    });
    it('tags and notes of runs, by which they are found', async () => {
      const store = await open();
      await withSales(store);
      const ofPear = { runId: 'r1', merchant: 'Ana', product: 'Pera', startedAt: at, seed: 1, inputs: {} };
      await store.runs.hold([{ merchant: 'Ana', product: 'Pera' }], holderOf('h'));
      await store.runs.start({ ...ofPear, simulatedRowsPerIteration: 0, ownRows: 1, holderId: 'h' });
      const history = { points: 1, errorKind: null, firstError: 1, bestError: 1, bestIteration: 1, lastError: 1 };
      await store.runs.saveCheckpoint({
        ...history,
        runId: 'r1',
        attempt: 1,
        iteration: 1,
        seconds: 1,
        state: stateBytes({ history: new HistoryRecorder('simulated', METRICS).history() }),
      });
      expect(await store.runs.annotate('r1', { tags: ['verano', 'Ñu'], note: 'Con costes' }, deedOf('run.note'))).toBe(
        true,
      );
      expect(await store.runs.annotate('none', { tags: [], note: '' }, deedOf('run.note'))).toBe(false);
      expect(await store.runs.read('r1')).toMatchObject({
        tags: ['verano', 'Ñu'],
        note: 'Con costes',
        cpuSeconds: null,
      });
      const found = async (choice: object): Promise<number> => (await store.runs.page(choice, ALL)).items.length;
      expect(await found({ search: 'COSTES ñu' })).toBe(1);
      expect(await found({ search: 'ana pera VERANO' })).toBe(1);
      expect(await found({ search: 'invierno' })).toBe(0);
      expect(await found({ tag: 'verano' })).toBe(1);
      expect(await found({ tag: 'ver' })).toBe(0);
      const actions = (await store.access.audit(null, ALL)).items.map(({ action }) => action);
      expect(actions.filter((action) => action === 'run.note')).toHaveLength(1);
    });
    it('trainings whose changes are counted, so that nobody who looks again misses one', async () => {
      const store = await open();
      const { trainings } = store;
      const training = {
        trainingId: 't1',
        merchant: null,
        status: 'starting',
        cells: 2,
        chosen: null,
        options: { iterations: 5 },
        lang: 'es',
        startedAt: at,
        startedBy: 'x',
        startedByName: 'x',
        beatAt: at,
      } as const;
      // Of several who begin one at once, one does.
      const added = await Promise.all([1, 2, 3].map(() => trainings.add(training, deedOf('training.start'))));
      expect(added.sort()).toEqual([false, false, true]);
      expect(await trainings.add({ ...training, cells: 9 }, deedOf('training.start'))).toBe(false);
      expect(await trainings.update('t1', { status: 'running', holderId: 'h1' }, ['starting'])).toBe(true);
      expect(await trainings.update('t1', { status: 'running', holderId: 'h2' }, ['starting'])).toBe(false);
      const cells = [
        { merchant: 'Ana', product: 'Pera', progress: progress(1) },
        { merchant: 'Bea', product: 'Tomate', progress: progress(1) },
      ];
      expect(await trainings.progress('t1', at, cells)).toBe('running');
      const seen = await trainings.changes('t1', 0, 10);
      expect(seen.map((c) => c.product)).toEqual(['Pera', 'Tomate']);
      await trainings.progress('t1', at, [{ merchant: 'Ana', product: 'Pera', progress: progress(2) }]);
      expect(await trainings.changes('t1', seen.at(-1)?.seq as number, 10)).toMatchObject([
        { product: 'Pera', progress: progress(2) },
      ]);
      await trainings.update('t1', { status: 'stopping' });
      expect(await trainings.progress('t1', at, [])).toBe('stopping');
      expect(await trainings.read('t1')).toMatchObject({
        holderId: 'h1',
        holderLives: true,
        options: { iterations: 5 },
        chosen: null,
      });
      expect((await trainings.list('Ana', ALL)).items).toEqual([]);
      await store.close();
    });
  });
}
