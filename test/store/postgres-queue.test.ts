import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { CellName } from '../../src/contract/cell-name.ts';
import type { TakenWork, TrainingQueue } from '../../src/contract/store/queue.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import { databasesOf } from '../support/databases.ts';
import { addTraining, DEED } from '../support/queue.ts';
import { endLease, query } from '../support/worker-processes.ts';

const databases = await databasesOf();
let address: string;
let store: Store;
let queue: TrainingQueue<Store>;
const opened: Store[] = [];

beforeEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
  if (typeof databases === 'string') return;
  address = await databases.empty();
  store = await open();
  queue = store.queue as TrainingQueue<Store>;
});
afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()));
  if (typeof databases !== 'string') await databases.remove();
});

async function open(): Promise<Store> {
  const made = await openPostgresStore(address);
  opened.push(made);
  return made;
}

const cell = (i: number): CellName => ({ merchant: 'M', product: `P${String(i).padStart(2, '0')}` });
const NONE = { done: 0, failed: 0 };

/** A training whose batches wait, of cells in batches of a size. */
async function planned(cells: number, size: number): Promise<string> {
  const id = await addTraining(queue, cells);
  const learning = await taken();
  await learning.send({ id: 'shared', bytes: new Uint8Array([7]) }, async function* () {
    for (let first = 0; first < cells; first += size)
      yield Array.from({ length: Math.min(size, cells - first) }, (_, i) => cell(first + i));
  });
  return id;
}

async function taken(by = 'one'): Promise<TakenWork<Store>> {
  const work = await queue.take({ id: by });
  if (!work) throw new Error('nothing waits');
  return work;
}

/** Its worker is gone without a word, and that is found. */
async function dies(work: TakenWork<Store>): Promise<void> {
  await endLease(address, { kind: 'taken', at: 0, trainingId: work.training.trainingId, number: work.number });
  await queue.supervise('worker');
  await expect
    .poll(async () => (await query(address, "SELECT 1 FROM demanda_queue.job WHERE state = 'retry'")).length, {
      timeout: 30_000,
    })
    .toBe(1);
}

const statusOf = async (id: string) => (await store.trainings.read(id))?.status;

describe.skipIf(typeof databases === 'string')('the queue of a database', () => {
  it('hands out what is learned, then batches in order, and ends the training with the last', async () => {
    const id = await addTraining(queue, 4);
    const learning = await taken();
    expect(learning).toMatchObject({ number: 0, attempt: 1, cells: [], knowledge: null });
    expect(await queue.take({ id: 'two' })).toBeNull();
    await learning.report({ counts: NONE, stage: 'market', cells: [] });
    expect(await store.trainings.read(id)).toMatchObject({ status: 'running', stage: 'market' });
    await learning.send({ id: 'shared', bytes: new Uint8Array([7]) }, async function* () {
      yield [cell(0), cell(1)];
      yield [cell(2), cell(3)];
    });
    const [first, second] = [await taken(), await taken('two')];
    expect([first.number, second.number]).toEqual([1, 2]);
    expect(first).toMatchObject({ cells: [cell(0), cell(1)], ended: NONE });
    expect([...(first.knowledge ?? [])]).toEqual([7]);
    await first.report({ counts: { done: 1, failed: 0 }, stage: 'train', cells: [] });
    expect(await store.trainings.read(id)).toMatchObject({ done: 1, stage: 'train' });
    await second.complete({ done: 1, failed: 1 }, 'too few rows');
    expect(await queue.isIdle()).toBe(false);
    await first.complete({ done: 2, failed: 0 }, null);
    expect(await store.trainings.read(id)).toMatchObject({
      ...{ status: 'done', done: 3, failed: 1, message: 'too few rows' },
      endedAt: expect.stringMatching(/Z$/),
    });
    expect(await queue.isIdle()).toBe(true);
    const { items } = await store.access.audit(null, { limit: 10 } as never);
    expect(items[0]).toMatchObject({ action: 'training.end', detail: { status: 'done', done: 3, failed: 1 } });
  });

  it('keeps a training and its first job together, or neither', async () => {
    await query(address, "ALTER TABLE demanda.audit ADD CONSTRAINT refused CHECK (action <> 'training.start')");
    await expect(addTraining(queue, 1)).rejects.toThrow();
    expect(await query(address, 'SELECT 1 FROM demanda.training')).toEqual([]);
    expect(await query(address, "SELECT 1 FROM demanda_queue.job WHERE name = 'training'")).toEqual([]);
  });

  it('refuses every write of an attempt that was overtaken', async () => {
    const id = await planned(2, 2);
    const stale = await taken();
    const leaseUntil = new Date(Date.now() + 60_000).toISOString();
    await stale.store.runs.hold([cell(0)], { id: 'one', name: '1', leaseUntil });
    await dies(stale);
    const other = await taken('two');
    expect(other).toMatchObject({ number: 1, attempt: 2 });
    const overtaken = { code: 'TRAINING_OVERTAKEN' };
    const writes = [
      () => stale.store.runs.hold([cell(0)], { id: 'one', name: '1', leaseUntil }),
      () => stale.store.documents.put('kind', 'key', 1),
      () => stale.report({ counts: { done: 2, failed: 0 }, stage: 'train', cells: [] }),
      () => stale.complete({ done: 2, failed: 0 }, null),
      () => stale.giveBack(NONE),
      () => stale.fail(NONE, 'late'),
      () => stale.stop(NONE),
    ];
    for (const write of writes) await expect(write()).rejects.toMatchObject(overtaken);
    // The cell that it held is the other's now.
    expect(await other.store.runs.hold([cell(0)], { id: 'two', name: '2', leaseUntil })).toMatchObject({ byOther: [] });
    await other.complete({ done: 2, failed: 0 }, null);
    await expect(other.complete({ done: 2, failed: 0 }, null)).rejects.toMatchObject(overtaken);
    expect(await store.trainings.read(id)).toMatchObject({ done: 2, failed: 0, status: 'done' });
  });

  it('gives back at once, before later batches, without counting a failure', async () => {
    await planned(6, 2);
    const first = await taken();
    await first.giveBack(NONE);
    const again = await taken();
    expect([again.number, again.attempt]).toEqual([1, 2]);
    expect(await query(address, 'SELECT 1 FROM demanda.training_batch WHERE failures > 0')).toEqual([]);
  });

  it('begins a batch of a dead worker before later ones', async () => {
    await planned(6, 2);
    await dies(await taken());
    expect(await taken('two')).toMatchObject({ number: 1, attempt: 2 });
  });

  it('takes a batch apart that two attempts died of, until the cell at fault is alone and given up by name', async () => {
    const id = await planned(20, 20);
    const poison = cell(13);
    let deaths = 0;
    for (let tries = 0; tries < 60; tries++) {
      const work = await queue.take({ id: 'one' });
      if (!work) break;
      if (work.cells.some(({ product }) => product === poison.product)) {
        deaths++;
        await dies(work);
      } else await work.complete({ done: work.cells.length, failed: 0 }, null);
    }
    expect(deaths).toBeLessThanOrEqual(6);
    expect(await store.trainings.read(id)).toMatchObject({ status: 'done', done: 19, failed: 1 });
    const [dead, ...others] = await queue.dead(id, 10);
    expect(others).toEqual([]);
    expect(dead).toMatchObject({ cells: 1, first: poison, last: poison });
    expect(dead?.reason).toContain('M:P13');
    // Put back, it may do better.
    expect(await queue.retry(id, dead?.number ?? -1, DEED)).toBe(1);
    expect(await store.trainings.read(id)).toMatchObject({ status: 'running', done: 19, failed: 0, endedAt: null });
    await (await taken()).complete({ done: 1, failed: 0 }, null);
    expect(await store.trainings.read(id)).toMatchObject({ status: 'done', done: 20, failed: 0 });
    expect(await queue.retry(id, null, DEED)).toBe(0);
  });

  it('gives up what the cells learn from, and goes on with it when it is asked to', async () => {
    const id = await addTraining(queue, 2);
    for (let failure = 0; failure < 3; failure++) await (await taken()).fail(NONE, 'no memory');
    expect(await queue.take({ id: 'one' })).toBeNull();
    expect(await store.trainings.read(id)).toMatchObject({ status: 'failed', message: 'no memory' });
    expect(await queue.dead(id, 10)).toMatchObject([{ number: 0, reason: 'no memory', first: null }]);
    expect(await queue.resume(id, DEED)).toBe(true);
    expect(await taken()).toMatchObject({ number: 0, attempt: 4 });
  });

  it('stops what waits at once and what is worked on with its worker, and goes on where it was', async () => {
    const id = await planned(6, 2);
    const first = await taken();
    expect(await queue.stop(id, DEED)).toBe(true);
    expect(await statusOf(id)).toBe('stopping');
    expect(await first.report({ counts: { done: 1, failed: 0 }, stage: 'train', cells: [] })).toBe('stopping');
    expect(await queue.take({ id: 'two' })).toBeNull();
    await first.stop({ done: 1, failed: 0 });
    expect(await store.trainings.read(id)).toMatchObject({ status: 'stopped', done: 1 });
    expect(await queue.stop(id, DEED)).toBe(false);
    expect(await queue.resume(id, DEED)).toBe(true);
    expect(await queue.resume(id, DEED)).toBe(false);
    for (let i = 0; i < 3; i++) await (await taken()).complete({ done: 2, failed: 0 }, null);
    expect(await store.trainings.read(id)).toMatchObject({ status: 'done', done: 6, resumes: 1 });
  });

  it('ends a training that was told to stop and whose worker is gone, when it is told again', async () => {
    const id = await planned(4, 2);
    const first = await taken();
    await first.report({ counts: { done: 1, failed: 0 }, stage: 'train', cells: [] });
    expect(await queue.stop(id, DEED)).toBe(true);
    // Its worker may live: told again, nothing changes.
    expect(await queue.stop(id, DEED)).toBe(true);
    expect(await statusOf(id)).toBe('stopping');
    await query(
      address,
      `UPDATE demanda.training_batch SET beat_at = beat_at - interval '1 hour' WHERE state = 'active'`,
    );
    expect(await queue.stop(id, DEED)).toBe(true);
    expect(await store.trainings.read(id)).toMatchObject({ status: 'stopped', done: 1 });
    await expect(first.complete({ done: 2, failed: 0 }, null)).rejects.toMatchObject({ code: 'TRAINING_OVERTAKEN' });
    expect(await queue.resume(id, DEED)).toBe(true);
    for (let i = 0; i < 2; i++) await (await taken()).complete({ done: 2, failed: 0 }, null);
    expect(await store.trainings.read(id)).toMatchObject({ status: 'done', done: 4 });
  });

  it('forgets the pieces of a training that ended well after a day, and nothing of one that may go on', async () => {
    const rows = async (): Promise<unknown> =>
      (
        await query<{ pieces: number; known: number }>(
          address,
          `SELECT (SELECT count(*) FROM demanda.training_batch)::int AS pieces,
             (SELECT count(*) FROM demanda.knowledge)::int AS known`,
        )
      )[0];
    const first = await planned(4, 2);
    for (let i = 0; i < 2; i++) await (await taken()).complete({ done: 2, failed: 0 }, null);
    const second = await planned(2, 2);
    await queue.stop(second, DEED);
    const before = await queue.figures();
    expect(await rows()).toEqual({ pieces: 5, known: 1 });
    await addTraining(queue, 1);
    expect(await rows()).toEqual({ pieces: 6, known: 1 });
    await query(address, "UPDATE demanda.training_batch SET ended_at = ended_at - interval '2 days'");
    await query(address, "UPDATE demanda.knowledge SET at = at - interval '2 days'");
    await addTraining(queue, 1);
    expect(await rows()).toEqual({ pieces: 4, known: 1 });
    const after = await queue.figures();
    expect({ batches: after.batches, retries: after.retries }).toEqual({
      batches: before.batches,
      retries: before.retries,
    });
    expect(await store.trainings.read(first)).toMatchObject({ status: 'done', done: 4 });
    expect(await queue.resume(second, DEED)).toBe(true);
    // What its cells shared goes when nothing names it any more.
    for (let work = await taken(); ; work = await taken()) {
      if (work.training.trainingId !== second) {
        await queue.stop(work.training.trainingId, DEED);
        await work.stop(NONE);
        continue;
      }
      expect(work.knowledge).toEqual(Buffer.from([7]));
      await work.complete({ done: 2, failed: 0 }, null);
      break;
    }
    await query(address, "UPDATE demanda.training_batch SET ended_at = ended_at - interval '2 days'");
    await addTraining(queue, 1);
    expect(await rows()).toMatchObject({ known: 0 });
  });

  it('keeps one training of two that are added at once under one id', async () => {
    const training = {
      ...({ trainingId: 'same', merchant: null, chosen: null, status: 'starting', cells: 2 } as const),
      ...({ options: {}, lang: 'en', startedAt: DEED.at, startedBy: 'command:tester', beatAt: DEED.at } as const),
      startedByName: 'tester',
    };
    const added = await Promise.all(
      Array.from({ length: 4 }, async () => ((await open()).queue as TrainingQueue<Store>).add(training, DEED)),
    );
    expect(added.filter((one) => one)).toHaveLength(1);
    expect(await taken()).toMatchObject({ number: 0 });
    expect(await queue.take({ id: 'two' })).toBeNull();
  });

  it('stops a training at once that nobody works on', async () => {
    const id = await addTraining(queue, 2);
    expect(await queue.stop(id, DEED)).toBe(true);
    expect(await statusOf(id)).toBe('stopped');
    expect(await queue.isIdle()).toBe(true);
  });

  it('keeps jobs that wait for as long as they wait', async () => {
    await planned(2, 2);
    const [job] = await query<{ years: number; retries: number }>(
      address,
      `SELECT extract(year FROM keep_until)::int - extract(year FROM now())::int AS years, retry_limit AS retries
       FROM demanda_queue.job WHERE name = 'batch'`,
    );
    expect(job?.years).toBeGreaterThanOrEqual(49);
    expect(job?.retries).toBeGreaterThan(100);
  });

  it('is set up by whoever comes first, several at once', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    const ids = await Promise.all(stores.map((each) => addTraining(each.queue as TrainingQueue<Store>, 1)));
    const numbers = await Promise.all(stores.map((each) => each.queue?.take({ id: 'one' })));
    expect(new Set(numbers.map((work) => work?.training.trainingId))).toEqual(new Set(ids));
  });

  it('plans, and refuses what is no time or no zone', async () => {
    const plan = { id: 'night', cron: '0 3 * * *', timezone: 'Europe/Madrid', work: { all: true } };
    await queue.addSchedule(plan, DEED);
    expect(await queue.schedules()).toEqual([plan]);
    await expect(queue.addSchedule({ ...plan, cron: '0 25 * * *' }, DEED)).rejects.toMatchObject({
      code: 'SCHEDULE_CRON',
    });
    for (const cron of ['FREQ=DAILY', '', '* * * * * *', 'at three'])
      await expect(queue.addSchedule({ ...plan, cron }, DEED)).rejects.toMatchObject({ code: 'SCHEDULE_CRON' });
    await expect(queue.addSchedule({ ...plan, timezone: 'Mars/Base' }, DEED)).rejects.toMatchObject({
      code: 'SCHEDULE_TIMEZONE',
    });
    expect(await queue.removeSchedule('day', DEED)).toBe(false);
    expect(await queue.removeSchedule('night', DEED)).toBe(true);
    expect(await queue.schedules()).toEqual([]);
  });
});
