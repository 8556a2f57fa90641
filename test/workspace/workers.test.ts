import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { performPiece } from '../../src/workspace/piece.ts';
import { work } from '../../src/workspace/worker.ts';
import { Workspace } from '../../src/workspace.ts';
import { AURORA, clientOf, OTHER, type Served, salesCsv, serveFolder } from '../api/served.ts';
import { databasesOf } from '../support/databases.ts';
import { contextOf, queueOf } from '../support/queue.ts';
import { lastingFolder } from '../support/temporary.ts';
import { query } from '../support/worker-processes.ts';

const databases = await databasesOf();
const EXACT = { workers: 1 } as const;
const ITERATED = { workers: 1, iterations: 300, checkpointEvery: 50 } as const;

describe.skipIf(typeof databases === 'string')('workers of a workspace in a database', () => {
  let folder: string;
  let local: Workspace;
  let address: string;
  let served: Served;

  beforeAll(async () => {
    if (typeof databases === 'string') return;
    folder = lastingFolder();
    const file = join(folder, 'ventas.csv');
    writeFileSync(file, salesCsv([AURORA, OTHER], 3));
    local = await Workspace.open(join(folder, 'local'), { lang: 'es' });
    await local.importFiles([file], { unit: 'kg' });
    address = await databases.empty();
    const workspace = await Workspace.open(address, { folder: join(folder, 'served'), lang: 'es' });
    await workspace.importFiles([file], { unit: 'kg' });
    await workspace.superviseQueue();
    served = await serveFolder(workspace);
  });
  afterAll(async () => {
    await served?.close();
    await local?.close();
    if (typeof databases !== 'string') await databases.remove();
  });

  /** Every cell's live model, without what tells one training of it from another. */
  async function modelsOf(workspace: Workspace): Promise<Record<string, string>> {
    const { models } = await workspace.models();
    const live = models.filter(({ aliases }) => aliases.includes('live'));
    const found: Record<string, string> = {};
    for (const { merchant, product } of live)
      found[`${merchant}:${product}`] = JSON.stringify(await workspace.exportModel(merchant, product), (key, value) =>
        ['modelId', 'runId', 'trainedAt', 'seconds'].includes(key) ? undefined : value,
      );
    return found;
  }

  /** A worker in this process that learns in batches of a size. @returns its end */
  function worker(
    size: number,
    options: { readonly signal?: AbortSignal; readonly once?: boolean } = {},
  ): Promise<void> {
    const { workspace } = served;
    return work(contextOf(workspace), queueOf(workspace), {
      threads: 1,
      signal: new AbortController().signal,
      once: true,
      startDue: async () => {},
      perform: (context, taken, drain) => performPiece(context, taken, drain, size),
      ...options,
    });
  }

  for (const [solver, options] of [
    ['exact', EXACT],
    ['by iterations', ITERATED],
  ] as const)
    it(`train the models of one machine, ${solver}, whoever is told to end`, async () => {
      await local.train({ ...options });
      const owner = clientOf(served, await served.key(['admin', 'train', 'read'], null));
      const { trainingId } = (await owner('POST', '/api/trainings', { options })).json;
      const drain = new AbortController();
      const told = worker(2, { signal: drain.signal });
      // In the midst of a batch: by iterations, of a cell too.
      await expect
        .poll(
          async () =>
            (await query(address, "SELECT 1 FROM demanda.training_batch WHERE number > 0 AND state = 'active'")).length,
          { timeout: 60_000, interval: 20 },
        )
        .toBe(1);
      drain.abort();
      await told;
      expect((await owner('GET', `/api/trainings/${trainingId}`)).json.training.status).toBe('running');
      await Promise.all([worker(2), worker(2)]);
      const { training, givenUp } = (await owner('GET', `/api/trainings/${trainingId}`)).json;
      expect(training).toMatchObject({ status: 'done', done: 6, failed: 0, message: null });
      expect(givenUp).toEqual([]);
      const models = await modelsOf(served.workspace);
      expect(Object.keys(models)).toHaveLength(6);
      expect(models).toEqual(await modelsOf(local));
      // Each cell once, and a price for each.
      const runs = await query<{ runs: number }>(
        address,
        'SELECT count(*)::int AS runs FROM demanda.run WHERE training_id = $1 AND model_id IS NOT NULL',
        [trainingId],
      );
      expect(runs[0]?.runs).toBe(6);
      const proposed = (await owner('GET', '/api/recommendations?status=proposed')).json.items;
      expect(proposed).toHaveLength(6);
    });

  it('tells what waits and who works, for whoever watches', async () => {
    const owner = clientOf(served, await served.key(['admin', 'train', 'read'], null));
    await owner('POST', '/api/trainings', { options: EXACT });
    const metrics = (await owner('GET', '/api/metrics')).text;
    expect(metrics).toMatch(/demanda_queue_jobs\{queue="training",state="waiting"\} \d/);
    expect(metrics).toMatch(/demanda_queue_batches\{state="done"\} \d/);
    expect(metrics).toMatch(/demanda_queue_workers \d/);
    await worker(6);
    expect((await served.workspace.queueFigures())?.batches).toMatchObject({ waiting: 0, active: 0 });
  });

  it('put back what was given up, by the page’s route, and tell of it in the log', async () => {
    const queue = queueOf(served.workspace);
    const shop = clientOf(served, await served.key(['admin', 'train', 'read'], AURORA));
    const other = clientOf(served, await served.key(['admin', 'train', 'read'], OTHER));
    const { trainingId } = (await shop('POST', '/api/trainings', { options: EXACT })).json;
    for (let failure = 0; failure < 3; failure++)
      await (await queue.take({ id: 'one' }))?.fail({ done: 0, failed: 0 }, 'sin memoria');
    // Whoever takes it next finds that it is not to be begun again.
    expect(await queue.take({ id: 'one' })).toBeNull();
    const lost = (await shop('GET', `/api/trainings/${trainingId}`)).json;
    expect(lost).toMatchObject({ training: { status: 'failed' }, givenUp: [{ number: 0, reason: 'sin memoria' }] });
    const retry = `/api/trainings/${trainingId}/retry`;
    expect((await other('POST', retry, {})).json.error.code).toBe('TRAINING_UNKNOWN');
    expect((await shop('POST', retry, { number: 9 })).json.error.code).toBe('TRAINING_NONE_LOST');
    expect((await shop('POST', retry, {})).json).toMatchObject({ retried: 1, training: { status: 'running' } });
    expect((await shop('GET', '/api/audit?limit=1')).json.items[0]).toMatchObject({
      ...{ action: 'training.retry', merchant: AURORA, detail: { trainingId } },
    });
    await worker(3);
    expect((await shop('GET', `/api/trainings/${trainingId}`)).json.training).toMatchObject({
      status: 'done',
      done: 3,
    });
    expect((await shop('POST', retry, {})).json.error.code).toBe('TRAINING_NONE_LOST');
  });

  it('stop, and go on where they were, as asked over the network', async () => {
    const owner = clientOf(served, await served.key(['admin', 'train', 'read'], null));
    const options = { ...ITERATED, iterations: 1_000_000, patience: 1_000_000 };
    const { trainingId } = (await owner('POST', '/api/trainings', { options })).json;
    const status = async (): Promise<string> =>
      (await owner('GET', `/api/trainings/${trainingId}`)).json.training.status;
    const end = new AbortController();
    const working = worker(2, { once: false, signal: end.signal });
    const checkpoints = 'SELECT 1 FROM demanda.checkpoint c JOIN demanda.run r USING (run_id) WHERE r.training_id = $1';
    await expect
      .poll(async () => (await query(address, checkpoints, [trainingId])).length, { timeout: 60_000 })
      .not.toBe(0);
    await owner('POST', `/api/trainings/${trainingId}/stop`);
    await expect.poll(status, { timeout: 60_000 }).toBe('stopped');
    await owner('POST', `/api/trainings/${trainingId}/resume`);
    await expect.poll(status, { timeout: 60_000 }).toBe('running');
    await owner('POST', `/api/trainings/${trainingId}/stop`);
    await expect.poll(status, { timeout: 60_000 }).toBe('stopped');
    end.abort();
    await working;
  });

  it('start what a schedule starts once, however many look', async () => {
    const { workspace } = served;
    const added = await workspace.schedules.add({ cron: '0 3 * * *', choice: { merchant: AURORA }, options: EXACT });
    const id = added.schedules[0]?.id ?? '';
    expect(added.schedules).toMatchObject([{ cron: '0 3 * * *', choice: { merchant: AURORA }, options: EXACT }]);
    await expect(workspace.schedules.remove('none')).rejects.toMatchObject({ code: 'SCHEDULE_UNKNOWN' });
    // The hour has come: pg-boss sends its job.
    const before = (await workspace.trainings.list(null, { limit: 100 })).items.length;
    const [{ job }] = (await query(
      address,
      `INSERT INTO demanda_queue.job_common (name, data, retry_limit, expire_seconds, keep_until)
       SELECT 'schedule', data, 3, 60, now() + interval '1 day' FROM demanda_queue.schedule WHERE key = $1
       RETURNING id AS job`,
      [id],
    )) as [{ job: string }];
    await Promise.all([1, 2, 3].map(() => workspace.work({ threads: 1, once: true })));
    // The one who had it may have died before it said so: it comes again, and nothing starts.
    await query(address, "UPDATE demanda_queue.job SET state = 'created', completed_on = NULL WHERE id = $1", [job]);
    await workspace.work({ threads: 1, once: true });
    const { items } = await workspace.trainings.list(null, { limit: 100 });
    expect(items).toHaveLength(before + 1);
    expect(items[0]).toMatchObject({ trainingId: job, merchant: AURORA, status: 'done', done: 3 });
    expect((await workspace.schedules.remove(id)).schedules).toEqual([]);
    const { items: log } = await contextOf(workspace).store.access.audit(null, { limit: 40, after: null } as never);
    const actions = log.map(({ action }) => action);
    expect(actions.filter((action) => action.startsWith('schedule.'))).toEqual(['schedule.remove', 'schedule.add']);
  });

  it('train what the command line asks for, without any other worker', async () => {
    const { workspace } = served;
    const ended = await workspace.trainOnQueue({ ...EXACT, merchant: OTHER });
    expect(ended).toMatchObject({ training: { status: 'done', done: 3, merchant: OTHER }, refused: [] });
    expect(await local.trainOnQueue({ ...EXACT })).toBeNull();
    await expect(local.work({ threads: 1 })).rejects.toMatchObject({ code: 'QUEUE_MISSING' });
    await expect(local.schedules.list()).rejects.toMatchObject({ code: 'QUEUE_MISSING' });
    expect(await local.queueFigures()).toBeNull();
  });
});
