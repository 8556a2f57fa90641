/**
 * What callers may rely on of any store about order and names: what was begun last is the newest, whatever a clock
 * says; numbers of versions never come again.
 */

import { describe, expect, it } from 'vitest';
import type { Recommendation } from '../../src/contract/documents.ts';
import type { Cursor } from '../../src/contract/store/page.ts';
import type { RunSummary } from '../../src/contract/store/runs.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { stateBytes } from '../../src/contract/training-state.ts';
import { fitDemand } from '../../src/core/demand/fit-demand.ts';
import { DAILY_SPECS } from '../../src/core/regression/hyper-parameters.ts';
import { cellOf } from '../support/cells.ts';
import { ACTOR, deedOf, IMPORTED } from '../support/deeds.ts';
import { TICKET } from '../support/tickets.ts';
import { unwrap } from '../support/unwrap.ts';
import { holderOf } from './holder.ts';

const cell = { merchant: 'Ana', product: 'Tomate' } as const;
const model = unwrap(
  fitDemand(cellOf([3, 4, 5, 4, 3], [2, 2.1, 2, 1.9, 2], cell), {
    holidays: [],
    market: false,
    specs: DAILY_SPECS.slice(0, 1),
    priorAt: () => ({}),
  }),
);
const NEVER_LIVE = { model, trainedAt: '2026-01-01T00:00:00.000Z', seconds: 0.1, seed: 1, live: false };
const figures = {
  points: 1,
  errorKind: 'cross-validated',
  firstError: 1,
  bestError: 1,
  bestIteration: 1,
  lastError: 1,
} as const;
/** Every run is a day before the one that was begun before it. */
const startedAt = (order: number): string => new Date(Date.UTC(2026, 5, 30 - order)).toISOString();

async function begin(
  store: Store,
  runId: string,
  order: number,
  of: { merchant: string; product: string } = cell,
): Promise<void> {
  await store.runs.hold([of], holderOf('h'));
  await store.runs.start({
    ...of,
    runId,
    startedAt: startedAt(order),
    simulatedRowsPerIteration: 1,
    ownRows: 5,
    seed: 1,
    holderId: 'h',
    trainingId: 't1',
    inputs: {},
  });
  await store.runs.saveCheckpoint({
    runId,
    attempt: 1,
    iteration: order,
    seconds: 1,
    state: stateBytes({ order }),
    ...figures,
  });
}

export function describeOrder(name: string, open: () => Promise<Store>): void {
  describe(`${name} goes by sequence`, () => {
    it('lists runs in the order in which they were begun, under a clock that goes back', async () => {
      const store = await open();
      for (const [i, runId] of ['c', 'a', 'b', 'd'].entries()) await begin(store, runId, i + 1);
      const listed: RunSummary[] = [];
      for await (const run of store.runs.list({})) listed.push(run);
      expect(listed.map((run) => run.runId)).toEqual(['c', 'a', 'b', 'd']);
      expect(listed[0]).toMatchObject({ trainingId: 't1' });
      const paged: string[] = [];
      for (let after: Cursor | null = null; ; ) {
        const page = await store.runs.page(cell, { limit: 1, after });
        paged.push(...page.items.map((run) => run.runId));
        after = page.next;
        if (!after) break;
      }
      expect(paged).toEqual(['d', 'b', 'a', 'c']);
      // The run that was begun last is the one to go on with, and the one that the overview tells of.
      expect(await store.runs.newestCheckpoint(cell)).toMatchObject({
        run: { runId: 'd' },
        iteration: 4,
      });
      expect(await store.runs.takeOver('d', 'h', 't2')).toBe(2);
      expect(await store.runs.read('d')).toMatchObject({ trainingId: 't2' });
      expect(await store.runs.takeOver('d', 'h')).toBe(3);
      expect(await store.runs.read('d')).toMatchObject({ trainingId: 't2' });
      await store.close();
    });
    it('pages runs of one state, none of them twice and none left out', async () => {
      const store = await open();
      for (let i = 1; i <= 7; i++) await begin(store, `r${i}`, i);
      const seen: string[] = [];
      for (let after: Cursor | null = null; ; ) {
        const page = await store.runs.page({ status: 'stopped' }, { limit: 2, after });
        seen.push(...page.items.map((run) => run.runId));
        after = page.next;
        if (!after) break;
      }
      expect(seen).toEqual(['r6', 'r5', 'r4', 'r3', 'r2', 'r1']);
      await store.close();
    });
    it('shows the newest run of a cell, though an earlier one ends later or says a later time', async () => {
      const store = await open();
      const sales = await store.sales.beginImport('sales');
      await sales.add([TICKET]);
      await sales.commit({ dryRun: false, unit: '', knownCovariates: [], ...IMPORTED });
      const state = async () =>
        (await store.cells.overview({}, 'merchant', 'asc', { limit: 1, after: null })).items[0]?.state;
      await begin(store, 'first', 1);
      await begin(store, 'second', 2);
      const run = {
        ...cell,
        simulatedRowsPerIteration: 1,
        ownRows: 5,
        wape: null,
        rmse: null,
        rmsse: null,
        seed: 1,
        ...figures,
      } as const;
      const failed = {
        ...run,
        runId: 'second',
        startedAt: startedAt(2),
        status: 'failed',
        converged: null,
        stopReason: 'failed',
        iterations: 3,
        seconds: 1,
      } as const;
      await store.runs.finish([
        { run: { ...failed, failureCode: 'TRAIN_SERIES_TOO_SHORT', failureMessage: 'short' }, events: [], model: null },
      ]);
      expect(await state()).toBe('failed');
      await begin(store, 'third', 3);
      expect(await state()).toBe('training');
      await store.close();
    });
    it('takes the recommendation that was kept last for the newest, whatever its time', async () => {
      const store = await open();
      const item = {
        ...cell,
        unit: 'kg',
        modelId: null,
        horizonDays: 14,
        price: 2,
        expectedProfit: { value: 3, low: 1, high: 5 },
        current: { price: 2, expectedProfit: 1 },
      };
      const put = (at: string, horizonDays: number) =>
        store.recommendations.propose(
          [
            {
              ...item,
              horizonDays,
              probabilityBetter: 0.9,
              recommended: true,
              reasons: [],
              assumptions: [],
            } as unknown as Recommendation,
          ],
          { at, actor: ACTOR, replaceApproved: false },
        );
      await put('2026-05-02T00:00:00.000Z', 14);
      const { ids } = await put('2026-05-01T00:00:00.000Z', 7);
      expect(await put('2026-05-01T00:00:01.000Z', 7)).toMatchObject({ ids, proposed: [] });
      expect(await put('2026-04-01T00:00:00.000Z', 7)).toMatchObject({ ids, proposed: [] });
      await store.close();
    });
    it('lists trainings of processes newest first', async () => {
      const store = await open();
      const training = {
        merchant: null,
        status: 'starting',
        cells: 1,
        chosen: null,
        options: {},
        lang: 'es',
        startedBy: 'x',
        beatAt: 'now',
      } as const;
      for (const [i, trainingId] of ['c', 'a', 'b'].entries())
        await store.trainings.add(
          { ...training, trainingId, startedAt: startedAt(i), startedByName: 'x' },
          deedOf('training.start'),
        );
      const first = await store.trainings.list(null, { limit: 2, after: null });
      expect(first.items.map((item) => item.trainingId)).toEqual(['b', 'a']);
      const rest = await store.trainings.list(null, { limit: 2, after: first.next });
      expect(rest.items.map((item) => item.trainingId)).toEqual(['c']);
      await store.close();
    });
  });

  describe(`${name} numbers versions`, () => {
    it('once and for ever: those that were deleted do not come again, not even all of them', async () => {
      const store = await open();
      const versions = async (): Promise<(readonly [number, ...string[]])[]> => {
        const found: (readonly [number, ...string[]])[] = [];
        for await (const { version, aliases } of store.models.list({})) found.push([version, ...aliases]);
        return found;
      };
      for (const runId of ['r1', 'r2', 'r3'])
        await store.models.put([{ ...NEVER_LIVE, runId }], deedOf('model.import'));
      await store.models.setAlias({ merchant: 'Ana', product: 'Tomate' }, 'live', 2, deedOf('model.alias'));
      expect(await versions()).toEqual([[1], [2, 'live'], [3, 'candidate']]);
      expect(await store.models.delete({ merchant: 'Ana', product: 'Tomate' }, 2, deedOf('model.delete'))).toEqual({
        live: 3,
        promoted: 3,
      });
      expect(await versions()).toEqual([[1], [3, 'live']]);
      expect((await store.models.read({ merchant: 'Ana', product: 'Tomate' }))?.summary.version).toBe(3);
      expect(await store.models.delete({ merchant: 'Ana', product: 'Tomate' }, 1, deedOf('model.delete'))).toEqual({
        live: 3,
        promoted: null,
      });
      expect(await store.models.delete({ merchant: 'Ana', product: 'Tomate' }, 3, deedOf('model.delete'))).toEqual({
        live: null,
        promoted: null,
      });
      await expect(
        store.models.delete({ merchant: 'Ana', product: 'Tomate' }, 3, deedOf('model.delete')),
      ).rejects.toMatchObject({
        code: 'MODEL_VERSION_UNKNOWN',
      });
      const [next] = await store.models.put([{ ...NEVER_LIVE, runId: 'r4' }], deedOf('model.import'));
      expect(next).toMatchObject({ version: 4, aliases: ['live'], modelId: 'r4-4' });
      await store.close();
    });
    it('and shows the version that became live by a deletion in the overview', async () => {
      const store = await open();
      await store.models.put([{ ...NEVER_LIVE, runId: 'r1' }], deedOf('model.import'));
      await store.models.put(
        [{ ...NEVER_LIVE, runId: 'r2', live: true, trainedAt: '2026-02-02T00:00:00.000Z' }],
        deedOf('model.import'),
      );
      const shown = async () => (await store.cells.overview({}, 'merchant', 'asc', { limit: 1, after: null })).items[0];
      expect(await shown()).toMatchObject({ state: 'live', trainedAt: '2026-02-02T00:00:00.000Z' });
      await store.models.delete({ merchant: 'Ana', product: 'Tomate' }, 2, deedOf('model.delete'));
      expect(await shown()).toMatchObject({ state: 'live', trainedAt: NEVER_LIVE.trainedAt });
      await store.models.delete({ merchant: 'Ana', product: 'Tomate' }, 1, deedOf('model.delete'));
      expect(await shown()).toMatchObject({ state: 'untrained', trainedAt: null });
      await store.close();
    });
    it('and knows the cells that have no sales', async () => {
      const store = await open();
      await store.models.put([{ ...NEVER_LIVE, runId: 'r1' }], deedOf('model.import'));
      await begin(store, 'r2', 1, { merchant: 'Eva', product: 'Kiwi' });
      expect(await store.cells.unsold()).toEqual([
        { ...cell, productType: model.productType },
        { merchant: 'Eva', product: 'Kiwi', productType: 'Kiwi' },
      ]);
      const sales = await store.sales.beginImport('sales');
      await sales.add([TICKET]);
      await sales.commit({ dryRun: false, unit: '', knownCovariates: [], ...IMPORTED });
      expect((await store.cells.unsold()).map(({ merchant }) => merchant)).toEqual(['Eva']);
      await store.close();
    });
  });
}
