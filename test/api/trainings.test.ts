import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CellProgress, TrainingItem } from '../../src/contract/api.ts';
import { Workspace } from '../../src/workspace.ts';
import { AURORA, type Client, clientOf, OTHER, type Served, serveFolder, serveShops } from './served.ts';

/** A budget that no test waits for: half a minute and more. */
const UNENDING = 2_000_000;

let served: Served;
let owner: Client;
let key: string;
beforeAll(async () => {
  served = await serveShops({ trained: false });
  key = await served.key(['admin'], null);
  owner = clientOf(served, key);
}, 60_000);
afterAll(() => served.close());

interface Event {
  readonly event: string;
  readonly id: number;
  readonly data: unknown;
}

/** Reads events until one of them says so, or the stream ends. */
async function eventsOf(url: string, id: string, until: (event: Event) => boolean, last?: number): Promise<Event[]> {
  const response = await fetch(`${url}/api/trainings/${id}/events`, {
    headers: { authorization: `Bearer ${key}`, ...(last !== undefined && { 'last-event-id': String(last) }) },
  });
  if (response.status === 204) return [];
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const events: Event[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const),
      );
      text = text.slice(end + 2);
      if (!fields.has('event')) continue;
      events.push({
        event: fields.get('event') as string,
        id: Number(fields.get('id')),
        data: JSON.parse(fields.get('data') as string),
      });
      // Leaving the loop closes the line.
      if (until(events.at(-1) as Event)) return events;
    }
  }
  return events;
}

const cellsOf = (events: readonly Event[]): CellProgress[] =>
  events.filter((e) => e.event === 'cell').map((e) => e.data as CellProgress);
const lastState = (events: readonly Event[]): TrainingItem =>
  events.filter((e) => e.event === 'training').at(-1)?.data as TrainingItem;

async function cell(of: string): Promise<{ merchant: string; product: string }> {
  const { merchant, product } = (await owner('GET', `/api/overview?merchant=${encodeURIComponent(of)}`)).json.items[0];
  return { merchant, product };
}

async function until(id: string, client: Client, statuses: readonly string[]): Promise<TrainingItem> {
  for (let tries = 0; tries < 300; tries++) {
    const { training } = (await client('GET', `/api/trainings/${id}`)).json;
    if (statuses.includes(training.status)) return training;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the training did not become ${statuses.join(' or ')} in a minute`);
}

describe('a training', () => {
  it('is watched cell by cell to its end, leaves models and prices, and who comes back misses nothing and repeats nothing', async () => {
    const cells = [await cell(AURORA), await cell(OTHER)];
    // Long enough to be seen at work between two looks.
    const started = await owner('POST', '/api/trainings', { cells, options: { iterations: 60_000, workers: 1 } });
    expect(started.status).toBe(202);
    const id = started.json.trainingId;
    // The line breaks after the first cell's first sign of life …
    const before = await eventsOf(served.url, id, (e) => e.event === 'cell');
    const at = before.at(-1)?.id as number;
    // … and what comes after it is what is new.
    const after = await eventsOf(served.url, id, () => false, at);
    expect(after.every((e, i) => e.id >= at && (i === 0 || e.id >= (after[i - 1] as Event).id))).toBe(true);
    for (const progress of cellsOf(after)) expect(progress.seq).toBeGreaterThan(at);
    // On a busy machine the first cell may have ended before anybody looked.
    const ended = cellsOf([...before, ...after]).filter((c) => c.status === 'done');
    expect(new Set(ended.map((c) => c.merchant))).toEqual(new Set([AURORA, OTHER]));
    expect(cellsOf([...before, ...after]).some((c) => c.status === 'running' && c.points.length > 2)).toBe(true);
    expect(lastState(after)).toMatchObject({ status: 'done', done: 2, failed: 0, canResume: false });
    // Who comes back to the end is told not to come again.
    expect(await eventsOf(served.url, id, () => false, after.at(-1)?.id)).toEqual([]);
    const rows = (await owner('GET', '/api/overview?state=live')).json.items;
    expect(rows).toHaveLength(2);
    expect(rows.every((r: { currentPrice: number | null }) => r.currentPrice !== null)).toBe(true);
    const history = await owner('GET', `/api/histories/${ended[0]?.runId}`);
    expect(history.json.iterations.at(-1)).toBe(60_000);
    expect((await owner('GET', `/api/histories/${ended[0]?.runId}/analysis`)).json.points).toBe(
      history.json.iterations.length,
    );
    expect((await owner('GET', `/api/histories/${ended[0]?.runId}.csv`)).text.split('\n')).toHaveLength(
      history.json.iterations.length + 2,
    );
    expect((await owner('GET', `/api/compare?runs=${ended.map((c) => c.runId).join(',')}`)).json.models).toHaveLength(
      2,
    );
  }, 90_000);

  it('is stopped with its work kept, and goes on from there to its end', async () => {
    const cells = [await cell(OTHER)];
    const id = (
      await owner('POST', '/api/trainings', {
        cells,
        options: { iterations: UNENDING, checkpointEvery: 500, searchEvery: 0 },
      })
    ).json.trainingId;
    await eventsOf(served.url, id, (e) => e.event === 'cell' && (e.data as CellProgress).iteration >= 500);
    expect((await owner('GET', '/api/overview?state=training')).json.items).toHaveLength(1);
    expect((await owner('POST', `/api/trainings/${id}/stop`)).json.status).toMatch(/stopping|stopped/);
    expect(await until(id, owner, ['stopped', 'done', 'failed'])).toMatchObject({ status: 'stopped', canResume: true });
    expect((await owner('POST', `/api/trainings/${id}/stop`)).json.error.code).toBe('TRAINING_ENDED');
    const stopped = (await owner('GET', `/api/trainings/${id}`)).json.progress[0] as CellProgress;
    expect(stopped).toMatchObject({ status: 'stopped' });
    expect(stopped.iteration).toBeLessThan(UNENDING);
    expect((await owner('POST', `/api/trainings/${id}/resume`)).json.status).toMatch(/starting|running/);
    expect((await owner('POST', `/api/trainings/${id}/resume`)).json.error.code).toBe('TRAINING_RUNNING');
    const events = await eventsOf(
      served.url,
      id,
      (e) => e.event === 'cell' && (e.data as CellProgress).status === 'running' && e.id > stopped.seq,
    );
    // It goes on from the checkpoint instead of beginning anew.
    expect(cellsOf(events).at(-1)?.iteration).toBeGreaterThanOrEqual(stopped.iteration);
    await owner('POST', `/api/trainings/${id}/stop`);
    await until(id, owner, ['stopped', 'done']);
  }, 90_000);

  it('of a cell that is not there is refused before it starts', async () => {
    const refused = await owner(
      'POST',
      '/api/trainings',
      { cells: [{ merchant: 'Nadie', product: 'Nada' }] },
      { 'accept-language': 'en' },
    );
    expect([refused.status, refused.json.error.message]).toEqual([404, 'There is no Nadie / Nada.']);
    expect((await owner('POST', '/api/trainings', { cells: [], options: {} })).json.error.code).toBe('REQUEST_INVALID');
  });

  it('by the exact solver takes no number of iterations', async () => {
    const before = (await owner('GET', '/api/trainings')).json.items.length;
    const refused = await owner('POST', '/api/trainings', { options: { solver: 'exact', iterations: 500 } });
    expect([refused.status, refused.json.error.code]).toEqual([422, 'OPTIONS_CONFLICT']);
    expect((await owner('GET', '/api/trainings')).json.items).toHaveLength(before);
  });
  it('that cannot be done says why', async () => {
    const id = (
      await owner(
        'POST',
        '/api/trainings',
        { cells: [await cell(OTHER)], options: { instrument: 'lluvia' } },
        { 'accept-language': 'en' },
      )
    ).json.trainingId;
    expect(await until(id, owner, ['failed', 'done'])).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('"lluvia" is in none of the chosen sales'),
    });
  }, 60_000);

  it('goes on when its server is killed, and the next server finds it, with the sessions that were open', async () => {
    const home = await serveShops({ trained: false });
    const owned = clientOf(home, await home.key(['admin'], null));
    const { merchant, product } = (await owned('GET', '/api/overview')).json.items[0];
    const child: ChildProcess = spawn(
      process.execPath,
      [join(import.meta.dirname, '../support/cli.ts'), 'serve', '--workspace', home.folder, '--port', '0', '--json'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const { url, link } = JSON.parse(line.toString()) as { url: string; link: string };
    const opened = await fetch(`${url}api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: new URL(link).searchParams.get('token') }),
    });
    const secret = /=([^;]+)/.exec(opened.headers.get('set-cookie') as string)?.[1] as string;
    const cookieOf = (name: string): Record<string, string> => ({ cookie: `${name}=${secret}` });
    const { csrfToken } = (await (await fetch(`${url}api/session`, { headers: cookieOf('demanda_0') })).json()) as {
      csrfToken: string;
    };
    const started = await fetch(`${url}api/trainings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken, ...cookieOf('demanda_0') },
      body: JSON.stringify({ cells: [{ merchant, product }], options: { iterations: 6_000, searchEvery: 0 } }),
    });
    const { trainingId } = (await started.json()) as { trainingId: string };
    await until(trainingId, owned, ['running']);
    child.kill('SIGKILL');
    await once(child, 'close');
    await expect(fetch(`${url}api/health`)).rejects.toThrow();
    // A server of its own on the same workspace: it knows the training, sees it end, and takes the cookie of before.
    const workspace = await Workspace.open(home.folder, { lang: 'es' });
    const next = await serveFolder(workspace);
    const asked = clientOf(next, null);
    expect((await asked('GET', `/api/trainings/${trainingId}`, undefined, cookieOf('demanda_0'))).status).toBe(200);
    expect(await until(trainingId, owned, ['done', 'failed', 'stopped'])).toMatchObject({ status: 'done', done: 1 });
    await next.server.app.close();
    await workspace.close();
    await home.close();
  }, 120_000);

  it('whose own process is killed is told as stopped and can go on', async () => {
    const cells = [await cell(AURORA)];
    const id = (
      await owner('POST', '/api/trainings', {
        cells,
        options: { iterations: UNENDING, checkpointEvery: 500, searchEvery: 0 },
      })
    ).json.trainingId;
    await eventsOf(served.url, id, (e) => e.event === 'cell' && (e.data as CellProgress).iteration >= 1_000);
    const database = new DatabaseSync(join(served.folder, 'demanda.sqlite'), { readOnly: true });
    const { pid } = database.prepare('SELECT pid FROM training WHERE training_id = ?').get(id) as { pid: number };
    database.close();
    process.kill(pid, 'SIGKILL');
    expect(await until(id, owner, ['stopped'])).toMatchObject({ canResume: true });
    await owner('POST', `/api/trainings/${id}/resume`);
    const events = await eventsOf(
      served.url,
      id,
      (e) => e.event === 'cell' && (e.data as CellProgress).iteration >= 1_500,
    );
    expect(cellsOf(events).at(-1)?.iteration).toBeGreaterThanOrEqual(1_500);
    await owner('POST', `/api/trainings/${id}/stop`);
    await until(id, owner, ['stopped', 'done']);
  }, 90_000);
});
