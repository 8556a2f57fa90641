/**
 * A worker in a process of its own, whose cells take a moment and end with a run alone: for tests of the queue under
 * kills. Each thing that it does is told on stdout, a JSON line each.
 *
 * DEMANDA_DATABASE_URL; DEMANDA_SKEW_MS: by how much its clock is wrong; DEMANDA_WORK: {"batch": cells of a batch, "groupMs": of each group of cells, "group": its cells}
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { CellName } from '../../src/contract/cell-name.ts';
import { LEARNING, REPORT_MS, type TakenWork } from '../../src/contract/store/queue.ts';
import type { FinishedRun } from '../../src/contract/store/runs.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { DemandaError } from '../../src/errors/demanda-error.ts';
import { HOLDER_ID } from '../../src/fleet/lease.ts';
import { isPassing } from '../../src/workspace/passing.ts';
import { work } from '../../src/workspace/worker.ts';
import { Workspace } from '../../src/workspace.ts';
import { contextOf, queueOf } from './queue.ts';

const { batch, groupMs, group } = JSON.parse(process.env.DEMANDA_WORK ?? '{}') as Readonly<
  Record<'batch' | 'groupMs' | 'group', number>
>;

const skew = Number(process.env.DEMANDA_SKEW_MS ?? 0);
const RealDate = Date;
if (skew !== 0)
  globalThis.Date = class extends RealDate {
    constructor(...given: unknown[]) {
      super(...((given.length === 0 ? [RealDate.now() + skew] : given) as [number]));
    }
    static override now(): number {
      return RealDate.now() + skew;
    }
  } as DateConstructor;

const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const drain = new AbortController();
process.once('SIGTERM', () => drain.abort());

const workspace = await opened();
tell({ kind: 'ready' });
await work(contextOf(workspace), queueOf(workspace), {
  threads: 1,
  signal: drain.signal,
  onNews: tell,
  startDue: async () => {},
  perform: async (_, taken, signal) => {
    try {
      await (taken.number === LEARNING ? learn(taken) : train(taken, signal));
    } catch (error) {
      tell({ kind: 'refused', number: taken.number, code: error instanceof DemandaError ? error.code : String(error) });
      throw error;
    }
  },
});
await workspace.close();
tell({ kind: 'ended' });

/** As `demanda worker` does, a worker that comes up before its database waits for it. */
async function opened(): Promise<Workspace> {
  for (;;) {
    try {
      return await Workspace.open(process.env.DEMANDA_DATABASE_URL as string, { lang: 'en' });
    } catch (error) {
      if (!isPassing(error)) throw error;
      await pause(500);
    }
  }
}

/** Cells are named by their numbers: nothing is known of them. */
async function learn(taken: TakenWork<Store>): Promise<void> {
  await taken.send({ id: 'none', bytes: new Uint8Array() }, async function* () {
    for (let first = 0; first < taken.training.cells; first += batch)
      yield Array.from({ length: Math.min(batch, taken.training.cells - first) }, (_, i) => ({
        merchant: 'M',
        product: String(first + i).padStart(6, '0'),
      }));
  });
}

async function train(taken: TakenWork<Store>, signal: AbortSignal): Promise<void> {
  const { trainingId } = taken.training;
  let { done } = taken.ended;
  tell({ kind: 'taken', trainingId, number: taken.number, attempt: taken.attempt });
  const reporting = setInterval(() => {
    taken.report({ counts: { done, failed: 0 }, stage: 'train', cells: [] }).catch(() => {});
  }, REPORT_MS);
  try {
    for (let first = 0; first < taken.cells.length && !signal.aborted; first += group) {
      const cells = taken.cells.slice(first, first + group);
      const leaseUntil = new Date(Date.now() + 60_000).toISOString();
      await taken.store.runs.hold(cells, { id: HOLDER_ID, name: String(process.pid), leaseUntil });
      await pause(groupMs);
      await taken.store.runs.finish(
        cells.map((cell) => ({ run: runOf(cell, taken.attempt), trainingId, events: [], model: null })),
        HOLDER_ID,
      );
      done += cells.length;
      tell({ kind: 'wrote', number: taken.number, cells: cells.length });
    }
  } finally {
    clearInterval(reporting);
  }
  if (signal.aborted) await taken.giveBack({ done, failed: 0 });
  else await taken.complete({ done, failed: 0 }, null);
}

/** Which attempt wrote it stands where a seed would. */
function runOf({ merchant, product }: CellName, attempt: number): FinishedRun['run'] {
  return {
    runId: randomUUID(),
    ...{ merchant, product, converged: true, iterations: 0 },
    ...({ status: 'done', stopReason: 'converged' } as const),
    ...{ simulatedRowsPerIteration: 0, ownRows: 0, wape: 0, rmse: 0, rmsse: 0, seconds: 0, seed: attempt },
    startedAt: new Date().toISOString(),
    ...{ failureCode: null, failureMessage: null, points: 0, errorKind: null, firstError: null },
    ...{ bestError: null, bestIteration: null, lastError: null },
  };
}
