import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Workspace } from '../../src/workspace.ts';
import { databasesOf } from '../support/databases.ts';
import { addTraining, queueOf } from '../support/queue.ts';
import {
  endLease,
  query,
  startWorker,
  type Told,
  type WorkerProcess,
  watchStaleWrites,
  writtenOf,
} from '../support/worker-processes.ts';

const LONG = process.env.DEMANDA_LONG === '1';
/** Workers that are stopped past their lease. */
const STOPS = LONG ? 200 : 3;
const JOBS = LONG ? 10_000 : 300;
const KILLS = LONG ? 100 : 4;
const RESTARTS = LONG ? 10 : 2;
/** Milliseconds within which what a dead worker had is begun again: two leases. */
const FOUND_MS = 20_000;

const databases = await databasesOf();
const workers = new Set<WorkerProcess>();
const random = sequence(7);

afterEach(async () => {
  for (const { process: child, ended } of workers) {
    child.kill('SIGKILL');
    await ended;
  }
  workers.clear();
});
afterAll(async () => {
  if (typeof databases !== 'string') await databases.remove();
});

/** Numbers from 0 to below 1, the same in every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

async function prepared(): Promise<{ readonly address: string; readonly workspace: Workspace }> {
  if (typeof databases === 'string') throw new Error(databases);
  const address = await databases.empty();
  const workspace = await Workspace.open(address, { lang: 'en' });
  await watchStaleWrites(address);
  return { address, workspace };
}

function started(address: string, pace: Parameters<typeof startWorker>[1], onTold?: (told: Told) => void) {
  const worker = startWorker(address, pace, onTold);
  workers.add(worker);
  return worker;
}

async function until<T>(what: string, of: () => T | Promise<T>, ms: number): Promise<NonNullable<T>> {
  for (const end = performance.now() + ms; performance.now() < end; await pause(20)) {
    const found = await of();
    if (found) return found;
  }
  throw new Error(`${what}: not within ${ms} ms`);
}

describe.skipIf(typeof databases === 'string')('workers of a queue', () => {
  it(
    `write nothing stale when they are stopped past their lease, ${STOPS} times`,
    async () => {
      const { address, workspace } = await prepared();
      const queue = queueOf(workspace);
      const trainings: string[] = [];
      const pace = { batch: 10, group: 1, groupMs: 60 };
      const four = Array.from({ length: 4 }, () => started(address, pace));
      const takers = (told: Told): WorkerProcess | undefined =>
        four.find((worker) =>
          worker.told.some(
            (other) =>
              other.kind === 'taken' &&
              other.trainingId === told.trainingId &&
              other.number === told.number &&
              (other.attempt as number) > (told.attempt as number),
          ),
        );
      let refused = 0;
      for (let stop = 0; stop < STOPS; stop++) {
        if ((await queue.figures()).batches.waiting < 40) trainings.push(await addTraining(queue, 800));
        const worker = four[stop % four.length] as WorkerProcess;
        const told = await until('a worker at a batch', () => worker.at(), 60_000);
        await pause(random() * 500);
        worker.process.kill('SIGSTOP');
        // The first sleeps its lease out; of the others its end is put to now.
        if (stop > 0) await endLease(address, told);
        // It may have ended the batch in the moment before; one that has lost two workers is taken apart.
        const left = `SELECT 1 FROM demanda.training_batch WHERE training_id = $1 AND number = $2
          AND state NOT IN ('waiting', 'active')`;
        await until(
          'another worker',
          async () => takers(told) ?? (await query(address, left, [told.trainingId, told.number])).length > 0,
          90_000,
        );
        const before = worker.told.length;
        worker.process.kill('SIGCONT');
        await until('a sign of life', () => worker.told.length > before, 60_000);
        refused += worker.told.slice(before).some(({ code }) => code === 'TRAINING_OVERTAKEN') ? 1 : 0;
      }
      for (const id of trainings)
        await until(
          'the end',
          async () => (await workspace.trainings.get(id, null)).training.status === 'done',
          600_000,
        );
      const written = await writtenOf(address);
      process.stderr.write(`stopped ${STOPS}, refused ${refused}: ${JSON.stringify(written)}\n`);
      expect(written).toMatchObject({ cells: 800 * trainings.length, twice: 0, stale: 0 });
      expect(refused).toBeGreaterThan(0);
      await workspace.close();
    },
    LONG ? 3_600_000 : 180_000,
  );

  it(
    `train every cell once while they are killed and the database is restarted, ${JOBS} jobs`,
    async () => {
      if (typeof databases === 'string') return;
      const { address, workspace } = await prepared();
      const pace = { batch: 2, group: 1, groupMs: LONG ? 40 : 100 };
      const killed: Told[] = [];
      const taken: Told[] = [];
      // Clocks that are minutes wrong, either way: everything goes by the database's.
      let clocks = 0;
      const start = (): WorkerProcess =>
        started(address, { ...pace, skewMs: ((clocks++ % 3) - 1) * 420_000 }, (told) => {
          if (told.kind === 'taken') taken.push(told);
        });
      const eight = Array.from({ length: 8 }, start);
      const isDone = async (id: string): Promise<boolean> =>
        (await workspace.trainings.get(id, null).catch(() => null))?.training.status === 'done';
      const kill = async (): Promise<void> => {
        // One that is still starting would only be started again.
        const at = await until('a worker at a batch', () => eight.findIndex((each) => each.at() !== null) + 1, 60_000);
        const worker = eight[at - 1] as WorkerProcess;
        const told = worker.at();
        worker.process.kill('SIGKILL');
        if (told) killed.push({ ...told, at: performance.now() });
        await worker.ended;
        eight[at - 1] = start();
      };
      const trainings = [await addTraining(queueOf(workspace), JOBS)];
      for (let kills = 0; kills < KILLS / 2 && !(await isDone(trainings[0] as string)); kills++) {
        await kill();
        await pause(LONG ? 3_000 : 500);
      }
      await until('the end', () => isDone(trainings[0] as string), 600_000);
      const found = killed.flatMap(({ number, attempt, at }) => {
        const again = taken.find((told) => told.number === number && (told.attempt as number) > (attempt as number));
        return again ? [again.at - at] : [];
      });
      trainings.push(await addTraining(queueOf(workspace), JOBS));
      let restarts = 0;
      for (; restarts < RESTARTS && !(await isDone(trainings[1] as string)); restarts++) {
        for (let kills = 0; kills < KILLS / 2 / RESTARTS; kills++) await kill();
        await databases.server.stop('immediate');
        await pause(1_500);
        await databases.server.start();
        await pause(LONG ? 3_000 : 1_000);
      }
      await until('the end', () => isDone(trainings[1] as string), 600_000);
      const written = await writtenOf(address);
      const longest = Math.max(0, ...found);
      process.stderr.write(
        `${JOBS} jobs, ${killed.length} kills, ${restarts} restarts, ${found.length} batches found again within ` +
          `${Math.round(longest)} ms: ${JSON.stringify(written)}\n`,
      );
      expect(written).toMatchObject({ cells: JOBS * 2, twice: 0, stale: 0 });
      expect(restarts).toBeGreaterThan(0);
      expect(found.length).toBeGreaterThan(0);
      expect(longest).toBeLessThanOrEqual(FOUND_MS);
      // One line when it was lost and one when it was back, however often it was asked meanwhile.
      for (const { told } of workers) {
        const lost = told.filter(({ kind }) => kind === 'lost' || kind === 'back').map(({ kind }) => kind);
        expect(lost.every((kind, i) => kind === (i % 2 === 0 ? 'lost' : 'back'))).toBe(true);
      }
      await workspace.close();
    },
    LONG ? 3_600_000 : 300_000,
  );

  it('give back what they have when they are told to end', async () => {
    const { address, workspace } = await prepared();
    const id = await addTraining(queueOf(workspace), 60);
    const pace = { batch: 30, group: 1, groupMs: 50 };
    const first = started(address, pace);
    await until('a written cell', () => first.told.find(({ kind }) => kind === 'wrote'), 60_000);
    first.process.kill('SIGTERM');
    expect(await first.ended).toEqual({ code: 0, signal: null });
    const told = first.told.find(({ kind }) => kind === 'taken') as Told;
    const since = performance.now();
    const second = started(address, pace);
    const again = await until('the batch again', () => second.told.find(({ kind }) => kind === 'taken'), 60_000);
    expect(again).toMatchObject({ number: told.number, attempt: 2 });
    // At once: no lease had to run out.
    const ready = second.told.find(({ kind }) => kind === 'ready') as Told;
    expect(again.at - Math.max(ready.at, since)).toBeLessThan(5_000);
    await until('the end', async () => (await workspace.trainings.get(id, null)).training.status === 'done', 60_000);
    expect(await writtenOf(address)).toMatchObject({ cells: 60, twice: 0, stale: 0 });
    // It was told to end: no attempt failed.
    expect(await query(address, 'SELECT 1 FROM demanda.training_batch WHERE failures > 0')).toEqual([]);
    await workspace.close();
  });
});
