/** What the fleet may rely on of any executor. Call {@link describeExecutor} with yours. */

import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_TRAINING } from '../../src/core/training/options.ts';
import type { Executor } from '../../src/fleet/executor.ts';
import { inlineExecutor } from '../../src/fleet/inline.ts';
import {
  fitSettings,
  type KnowledgeId,
  knowledgeBefore,
  knowledgeBytes,
  knowledgeId,
  priorsOf,
} from '../../src/fleet/knowledge.ts';
import type { IterateNote, Work } from '../../src/fleet/work.ts';
import { brokenCell, FIT_OPTIONS, fleetCells } from '../support/fleet-cells.ts';

const KNOWLEDGE = knowledgeBefore(FIT_OPTIONS);
const BYTES = knowledgeBytes(KNOWLEDGE);
const ID = knowledgeId(BYTES);
const CELLS = fleetCells(3, 60);
const [CELL] = CELLS;
/** A training that is stopped ends within this, though its piece of work takes hours. */
const STOPS_WITHIN_MS = 5_000;

/** @param cell its place among the cells */
function iterate(iterations: number, checkpointEvery = 40, cell = 0): Work<'iterate'> {
  const series = CELLS[cell];
  const options = { ...DEFAULT_TRAINING, iterations, simulatedRows: 20 };
  const inputs = {
    priors: priorsOf(KNOWLEDGE, series),
    settings: fitSettings(KNOWLEDGE, series),
    options,
    checkpointEvery,
    assumed: false,
  };
  return { kind: 'iterate', id: `${cell}`, knowledge: null, input: { series, inputs, state: null } };
}

function train(cell = 0): Work<'train'> {
  return { kind: 'train', id: `${cell}`, knowledge: ID, input: { series: CELLS[cell] } };
}

/** Every kind of work, a piece each. */
async function everyKind(executor: Executor): Promise<readonly unknown[]> {
  await executor.share(ID, BYTES);
  const common = { id: 'cell', knowledge: ID } as const;
  const protocol = {
    origins: [20_050, 20_040].map((originDay) => ({ originDay, endDay: originDay + 7 })),
    minRows: 20,
  };
  return Promise.all([
    executor.run({ ...common, kind: 'estimate', input: { series: CELL, days: [20_059, 20_045] } }),
    executor.run({ ...common, kind: 'search', input: { series: CELL } }),
    executor.run({ ...common, kind: 'train', input: { series: CELL } }),
    executor.run({ ...common, kind: 'backtest', input: { series: CELL, ...protocol } }),
    executor.run(iterate(80)),
  ]);
}

/** Bytes in use on this thread's heap and beside it, after what is not used was thrown away. */
function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Results but for what they took of the machine, which is another each time; typed arrays stay what they are. */
function withoutMachine(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMachine);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'cpuSeconds' && key !== 'peakMemory')
      .map(([key, part]) => [key, withoutMachine(part)]),
  );
}

/** @param open an executor of at least one thread, closed by whoever opened it */
export function describeExecutor(name: string, open: () => Executor): void {
  describe(`${name} as an executor`, { timeout: 60_000 }, () => {
    let executor: Executor;
    beforeAll(async () => {
      executor = open();
      await executor.share(ID, BYTES);
    });
    afterAll(() => executor.close());

    it('gives the results that the inline one gives, to the last bit', async () => {
      const own = await everyKind(executor);
      expect(withoutMachine(own)).toStrictEqual(withoutMachine(await everyKind(inlineExecutor())));
      expect(own).toMatchObject([{ ok: true }, { ok: true }, { ok: true }, { ok: true }, { ok: true }]);
    });

    it('makes a failure of one piece its result, and goes on', async () => {
      const broken = { ...train(), input: { series: brokenCell(CELL) } };
      const [failed, done] = await Promise.all([executor.run(broken), executor.run(train(1))]);
      expect(failed).toMatchObject({ ok: false, code: 'UNEXPECTED', detail: expect.stringContaining('price') });
      expect(done).toMatchObject({ ok: true, value: { ok: true } });
    });

    it('refuses work that names what was not shared', async () => {
      await expect(executor.run({ ...train(), knowledge: 'another' as KnowledgeId })).rejects.toThrow(RangeError);
    });

    it('hands notes over in order, each when the one before is done with, and all before the result', async () => {
      const heard: IterateNote[] = [];
      let atOnce = 0;
      let most = 0;
      await executor.run(iterate(200), {
        onNote: async (note) => {
          most = Math.max(most, ++atOnce);
          await pause(20);
          heard.push(note);
          atOnce--;
        },
      });
      expect(most).toBe(1);
      expect(heard.flatMap((n) => (n.kind === 'checkpoint' ? [n.checkpoint.iteration] : []))).toStrictEqual([
        40, 80, 120, 160, 200,
      ]);
      expect(heard.at(-1)).toMatchObject({ kind: 'progress', progress: { iteration: 200, iterations: 200 } });
    });

    it('stands still once two checkpoints wait to be handled', async () => {
      const stop = new AbortController();
      const done = await executor.run(iterate(1_000_000_000), {
        signal: stop.signal,
        onNote: async (note) => {
          if (note.kind !== 'checkpoint' || stop.signal.aborted) return;
          // Time for the training to come as far as it may.
          await pause(500);
          stop.abort();
        },
      });
      expect(done).toMatchObject({ ok: true, value: { stopReason: 'interrupted', iterations: 80 } });
    });

    it('ends with what a note’s listener throws', async () => {
      const full = new Error('the disk is full');
      let heard = 0;
      const running = executor.run(iterate(1_000_000_000), {
        onNote: (note) => {
          if (note.kind !== 'checkpoint') return;
          heard++;
          throw full;
        },
      });
      await expect(running).rejects.toBe(full);
      expect(heard).toBe(1);
      expect(await executor.run(train())).toMatchObject({ ok: true });
    });

    it('stops a training soon after the signal, with a model of what it has', async () => {
      const stop = new AbortController();
      let asked = Number.POSITIVE_INFINITY;
      const done = await executor.run(iterate(1_000_000_000, 1_000_000), {
        signal: stop.signal,
        onNote: () => {
          if (stop.signal.aborted) return;
          asked = performance.now();
          stop.abort();
        },
      });
      expect(performance.now() - asked).toBeLessThan(STOPS_WITHIN_MS);
      expect(done).toMatchObject({ ok: true, value: { stopReason: 'interrupted', outcome: { ok: true } } });
      const before = await executor.run(iterate(1_000_000_000), { signal: AbortSignal.abort() });
      expect(before).toMatchObject({ ok: true, value: { stopReason: 'interrupted', iterations: 0 } });
    });

    it('keeps nothing of the pieces that it is done with', async () => {
      const some = async (pieces: number): Promise<void> => {
        for (let i = 0; i < pieces; i++) {
          // A megabyte a piece that no result holds.
          const series = { ...CELL, waste: new Float64Array(CELL.days.length), covariates: [] };
          const spare = { ...series, unit: 'kg'.repeat(500_000) };
          await executor.run({ kind: 'estimate', id: `${i}`, knowledge: ID, input: { series: spare, days: [] } });
        }
      };
      await some(10);
      const before = bytesInUse();
      await some(40);
      expect(bytesInUse() - before).toBeLessThan(10_000_000);
    });

    it('may be closed twice, and does no work then', async () => {
      const other = open();
      await other.share(ID, BYTES);
      expect(await other.run(train())).toMatchObject({ ok: true });
      await other.close();
      await other.close();
      await expect(other.run(train())).rejects.toMatchObject({ code: 'EXECUTOR_ENDED' });
    });
  });
}
