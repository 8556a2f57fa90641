/** What callers may rely on of any store about who works on what, and about what happens at the same time. */

import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type FinishedRun, LONGEST_LEASE_MS } from '../../src/contract/store/runs.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { stateBytes } from '../../src/contract/training-state.ts';
import { holderOf } from './holder.ts';

const A = { merchant: 'Ana', product: 'Tomate' } as const;
const B = { merchant: 'Ana', product: 'Pera' } as const;
const C = { merchant: 'Bea', product: 'Pera' } as const;

const RUN = { startedAt: '2026-01-01T00:00:00.000Z', simulatedRowsPerIteration: 1, ownRows: 5, seed: 1, inputs: {} };
const POINTS = {
  points: 1,
  errorKind: 'cross-validated',
  firstError: 1,
  bestError: 1,
  bestIteration: 1,
  lastError: 1,
} as const;
const CHECKPOINT = { iteration: 1, seconds: 1, state: stateBytes({}), ...POINTS };

function ended(cell: typeof A | typeof B, runId: string): FinishedRun['run'] {
  const { seed, startedAt, simulatedRowsPerIteration, ownRows } = RUN;
  const nothing = { converged: null, wape: null, rmse: null, rmsse: null, ...POINTS, points: 0, errorKind: null };
  const failure = { failureCode: 'TOO_FEW_ROWS', failureMessage: 'few' };
  const how = { status: 'failed', stopReason: 'failed', iterations: 0, seconds: 1 } as const;
  return { ...cell, runId, startedAt, simulatedRowsPerIteration, ownRows, seed, ...how, ...nothing, ...failure };
}

/** @param fresh makes an empty place, and gives what opens a handle on it, any number of times */
export function describeHolds(name: string, fresh: () => Promise<() => Promise<Store>>): void {
  describe(`${name} lets cells be held`, () => {
    it('by one at a time, and tells who that is and since when', async () => {
      const store = await (await fresh())();
      const before = new Date().toISOString();
      expect(await store.runs.hold([A, B], holderOf('one'))).toEqual({ held: [A, B], byOther: [] });
      const asked = await store.runs.hold([B, C], holderOf('two'));
      expect(asked.held).toEqual([C]);
      expect(asked.byOther).toMatchObject([{ ...B, by: 'name of one' }]);
      expect(asked.byOther[0].since >= before && asked.byOther[0].since <= new Date().toISOString()).toBe(true);
      // Who has a cell may take it again; who has not cannot give it back.
      expect((await store.runs.hold([A], holderOf('one'))).held).toEqual([A]);
      await store.runs.release([A, B], 'two');
      expect((await store.runs.hold([A, B], holderOf('two'))).held).toEqual([]);
      await store.runs.release([A, B], 'one');
      expect((await store.runs.hold([A, B], holderOf('two'))).held).toEqual([A, B]);
      await store.close();
    });
    it('until their runs are written, by whoever says that it has them: in one step, or not at all', async () => {
      const store = await (await fresh())();
      const run = (cell: typeof A | typeof B, runId: string) => ({ run: ended(cell, runId), events: [], model: null });
      await store.runs.hold([A], holderOf('one'));
      await store.runs.hold([B, C], holderOf('two'));
      await store.runs.finish([run(A, 'r1'), run(B, 'r2')], 'one');
      expect((await store.runs.hold([A, B], holderOf('third'))).held).toEqual([A]);
      // Without a name nobody's are released.
      await store.runs.finish([run(B, 'r3')]);
      expect((await store.runs.hold([B], holderOf('third'))).held).toEqual([]);
      await expect(store.runs.finish([run(B, 'r4'), run(A, 'r1')], 'two')).rejects.toMatchObject({
        code: 'CHECKPOINT_OVERTAKEN',
      });
      expect(await store.runs.read('r4')).toBeNull();
      expect((await store.runs.hold([B], holderOf('third'))).held).toEqual([]);
      await store.runs.finish([run(B, 'r4')], 'two');
      expect((await store.runs.hold([B, C], holderOf('third'))).held).toEqual([B]);
      await store.close();
    });
    it('by the first of two handles that ask at once', async () => {
      const open = await fresh();
      const [one, two] = [await open(), await open()];
      const cells = Array.from({ length: 20 }, (_, i) => ({ merchant: 'Ana', product: `p${i}` }));
      const asked = await Promise.all(
        cells.flatMap((cell) => [one.runs.hold([cell], holderOf('one')), two.runs.hold([cell], holderOf('two'))]),
      );
      for (let i = 0; i < cells.length; i++) expect(asked[2 * i].held.length + asked[2 * i + 1].held.length).toBe(1);
      await one.close();
      await two.close();
    });
    it('until a lease that was not renewed is over: then another takes them, and the first may begin or go on with nothing', async () => {
      const store = await (await fresh())();
      await store.runs.hold([A], holderOf('slow', 300));
      await store.runs.start({ ...RUN, ...A, runId: 'r1', holderId: 'slow' });
      await store.runs.saveCheckpoint({ ...CHECKPOINT, runId: 'r1', attempt: 1 });
      expect((await store.runs.hold([A], holderOf('next'))).held).toEqual([]);
      expect(await store.runs.read('r1')).toMatchObject({ status: 'running' });
      await pause(400);
      expect(await store.runs.read('r1')).toMatchObject({ status: 'stopped' });
      // Nobody has taken it yet: it is still its own.
      expect(await store.runs.renew(holderOf('slow', 300))).toBe(true);
      expect(await store.runs.read('r1')).toMatchObject({ status: 'running' });
      expect((await store.runs.hold([A], holderOf('next'))).held).toEqual([]);
      await pause(400);
      expect((await store.runs.hold([A], holderOf('next'))).held).toEqual([A]);
      expect(await store.runs.renew(holderOf('slow'))).toBe(false);
      const refused = { code: 'CHECKPOINT_OVERTAKEN' };
      await expect(store.runs.start({ ...RUN, ...A, runId: 'r2', holderId: 'slow' })).rejects.toMatchObject(refused);
      await expect(store.runs.takeOver('r1', 'slow')).rejects.toMatchObject(refused);
      expect(await store.runs.takeOver('r1', 'next')).toBe(2);
      const late = { ...CHECKPOINT, runId: 'r1', attempt: 1, iteration: 2 };
      await expect(store.runs.saveCheckpoint(late)).rejects.toMatchObject(refused);
      await store.runs.release([A], 'slow');
      expect((await store.runs.hold([A], holderOf('third'))).held).toEqual([]);
      await store.close();
    });
    it('for no longer than a clock that went back makes of it', async () => {
      const store = await (await fresh())();
      // As given an hour ahead of what is now, before the clock was put right.
      await store.runs.hold([A], holderOf('before', 3_600_000 + LONGEST_LEASE_MS));
      expect((await store.runs.hold([A], holderOf('now'))).held).toEqual([A]);
      await store.close();
    });
  });

  describe(`${name} keeps apart what happens at the same time`, () => {
    it('on several handles: each reads at once what another wrote, and documents lose nothing', async () => {
      const open = await fresh();
      const handles = [await open(), await open(), await open()];
      const other = (document: unknown): number => ((document as number | null) ?? 0) + 1;
      await Promise.all(Array.from({ length: 30 }, (_, i) => handles[i % 3].documents.update('count', 'a', other)));
      for (const handle of handles) expect(await handle.documents.read('count', 'a')).toBe(30);
      for (const handle of handles) await handle.close();
    });
    it('and gives runs that begin on several handles an order in which none is lost', async () => {
      const open = await fresh();
      const handles = [await open(), await open()];
      const cells = Array.from({ length: 12 }, (_, i) => ({ merchant: 'Ana', product: `p${i}` }));
      await Promise.all(
        cells.map(async (cell, i) => {
          const { runs } = handles[i % 2];
          await runs.hold([cell], holderOf('h'));
          await runs.start({ ...RUN, ...cell, runId: `r${i}`, holderId: 'h' });
        }),
      );
      const found: string[] = [];
      for await (const { runId } of handles[0].runs.list({})) found.push(runId);
      expect(found.toSorted()).toEqual(cells.map((_, i) => `r${i}`).toSorted());
      const again: string[] = [];
      for await (const { runId } of handles[1].runs.list({})) again.push(runId);
      expect(again).toEqual(found);
      for (const handle of handles) await handle.close();
    });
    it('and takes a run whose id is there already for that run, not for another', async () => {
      const store = await (await fresh())();
      await store.runs.hold([A], holderOf('h'));
      await store.runs.start({ ...RUN, ...A, runId: 'r1', holderId: 'h' });
      await expect(store.runs.start({ ...RUN, ...A, runId: 'r1', holderId: 'h' })).rejects.toThrow();
      const found: string[] = [];
      for await (const { runId, status } of store.runs.list({})) found.push(`${runId} ${status}`);
      expect(found).toEqual(['r1 running']);
      await store.close();
    });
  });
}
