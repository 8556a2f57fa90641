import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended } from './requests.ts';
import { AURORA, type Client, clientOf, OTHER, type Served, salesCsv, serveShops } from './served.ts';

let served: Served;
let owner: Client;
beforeAll(async () => {
  served = await serveShops();
  owner = clientOf(served, await served.key(['admin'], null));
}, 120_000);
afterAll(() => served.close());

const under = (key: string): Record<string, string> => ({ 'idempotency-key': key });

/** Writes into the store as a crash leaves it. */
function inStore<T>(folder: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
  try {
    database.exec('PRAGMA busy_timeout = 10000');
    return work(database);
  } finally {
    database.close();
  }
}

/** The server died after the deed and before its answer was kept; the lease is out. */
function forgetAnswer(key: string): void {
  inStore(served.folder, (database) =>
    database
      .prepare("UPDATE idempotent_request SET status = NULL, answer = NULL, leased_until = '' WHERE key = ?")
      .run(key),
  );
}

function upload(content: string, name = 'ventas.csv'): FormData {
  const form = new FormData();
  form.append('file', new Blob([content]), name);
  return form;
}

async function session(token: string): Promise<Record<string, string>> {
  const opened = await clientOf(served, null)('POST', '/api/session', { token });
  const cookie = (opened.headers.get('set-cookie') as string).split(';')[0] as string;
  const { csrfToken } = (await clientOf(served, null)('GET', '/api/session', undefined, { cookie })).json;
  return { cookie, 'x-csrf-token': csrfToken };
}

describe('an idempotency key', () => {
  it('belongs to the key that sent it: two tills of one name get each their own answer', async () => {
    const { workspace } = served;
    const maker = {
      actor: { kind: 'library', id: 'test', name: 'test' },
      name: 'test',
      scopes: ['admin'],
      merchant: null,
      keyId: null,
    } as const;
    const tills = await Promise.all(
      [AURORA, OTHER].map(async (merchant) =>
        clientOf(
          served,
          (await workspace.access.makeKey(maker, { name: 'till', scopes: ['train', 'approve', 'admin'], merchant }))
            .key,
        ),
      ),
    );
    const [a, b] = tills as [Client, Client];
    for (const [path, body, key] of [
      ['/api/recommendations/refresh', {}, 'refresh-2026-11-23'],
      ['/api/trainings', { options: {} }, 'training-2026-11-23'],
    ] as const) {
      const [first, second] = [await a('POST', path, body, under(key)), await b('POST', path, body, under(key))];
      expect(first.status, first.text).toBeLessThan(300);
      expect(second.status, second.text).toBeLessThan(300);
      expect(second.headers.get('idempotency-replayed')).toBeNull();
      expect(second.text).not.toBe(first.text);
      expect(second.text).not.toContain(AURORA);
      const again = await a('POST', path, body, under(key));
      expect([again.text, again.headers.get('idempotency-replayed')]).toEqual([first.text, 'true']);
    }
    const trainings = (await owner('GET', '/api/trainings')).json.items;
    const ofTills = trainings.filter((t: { origin: string }) => t.origin === 'dashboard');
    expect(new Set(ofTills.map((t: { merchant: string }) => t.merchant))).toEqual(new Set([AURORA, OTHER]));
  });

  it('of one session says nothing to another session of the same person', async () => {
    const [one, two] = [
      await session(served.workspace.access.newLinkToken()),
      await session(served.workspace.access.newLinkToken()),
    ];
    const stranger = clientOf(served, null);
    const wanted = { unit: 'kg' };
    await stranger('PUT', '/api/settings', wanted, { ...one, ...under('settings-1') });
    const other = await stranger('PUT', '/api/settings', wanted, { ...two, ...under('settings-1') });
    expect([other.status, other.headers.get('idempotency-replayed')]).toEqual([200, null]);
    expect(
      (await stranger('PUT', '/api/settings', wanted, { ...one, ...under('settings-1') })).headers.get(
        'idempotency-replayed',
      ),
    ).toBe('true');
  });

  it('is for one request: another method, path, query or body under it is refused', async () => {
    const first = await owner(
      'PUT',
      `/api/guardrails?merchant=${encodeURIComponent(AURORA)}`,
      { maxChange: 0.1 },
      under('guardrails-1'),
    );
    expect(first.status).toBe(200);
    for (const [method, path, body] of [
      ['PUT', `/api/guardrails?merchant=${encodeURIComponent(OTHER)}`, { maxChange: 0.1 }],
      ['PUT', `/api/guardrails?merchant=${encodeURIComponent(AURORA)}`, { maxChange: 0.2 }],
      ['PUT', '/api/settings', { unit: 'kg' }],
      ['DELETE', `/api/keys/00000000-0000-4000-8000-000000000000`, undefined],
    ] as const) {
      expect((await owner(method, path, body, under('guardrails-1'))).json.error.code, `${method} ${path}`).toBe(
        'IDEMPOTENCY_DIFFERENT',
      );
    }
    expect((await owner('PUT', '/api/settings', { unit: 'kg' }, under('x'))).json.error.code).toBe('REQUEST_INVALID');
  });

  it('tells uploads apart by their bytes, and removes the second one', async () => {
    const uploads = (): number => readdirSync(join(served.folder, 'uploads')).length;
    const text = (quantity: string) =>
      `fecha,comerciante,producto,kg,precio\n2026-01-01,${AURORA},Pera,${quantity},2\n`;
    const first = await owner('POST', '/api/imports', upload(text('1')), under('upload-0001'));
    expect(first.status, first.text).toBe(201);
    const before = uploads();
    const other = await owner('POST', '/api/imports', upload(text('9')), under('upload-0001'));
    expect([other.status, other.json.error.code]).toEqual([409, 'IDEMPOTENCY_DIFFERENT']);
    const renamed = await owner('POST', '/api/imports', upload(text('1'), 'otro.csv'), under('upload-0001'));
    expect(renamed.json.error.code).toBe('IDEMPOTENCY_DIFFERENT');
    const again = await owner('POST', '/api/imports', upload(text('1')), under('upload-0001'));
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([201, first.text, 'true']);
    expect(uploads()).toBe(before);
  });

  it('never gives a secret twice, and never keeps one', async () => {
    const wanted = { name: 'nocturna', scopes: ['admin'] };
    const first = await owner('POST', '/api/keys', wanted, under('nightly-0001'));
    expect(first.status).toBe(201);
    const { key, apiKey } = first.json;
    for (let i = 0; i < 2; i++) {
      const again = await owner('POST', '/api/keys', wanted, under('nightly-0001'));
      expect([again.status, again.json.error]).toEqual([
        409,
        expect.objectContaining({ code: 'KEY_MADE_BEFORE', params: { id: apiKey.id } }),
      ]);
    }
    // The server died before it knew that it was done: still no second key, and no secret.
    forgetAnswer('nightly-0001');
    const late = await owner('POST', '/api/keys', wanted, under('nightly-0001'));
    expect(late.json.error).toMatchObject({ code: 'KEY_MADE_BEFORE', params: { id: apiKey.id } });
    expect((await owner('POST', '/api/keys', { ...wanted, name: 'otra' }, under('nightly-0001'))).json.error.code).toBe(
      'IDEMPOTENCY_DIFFERENT',
    );
    const names = (await owner('GET', '/api/keys')).json.items.filter((k: { name: string }) => k.name === 'nocturna');
    expect(names).toHaveLength(1);
    // Nowhere in the workspace's files, neither in the store nor in the log beside it. Another process looks: to close
    // a file of SQLite's here would end its locks. The log of a training that ended just now may go while it looks.
    const search = `const { readdirSync, readFileSync } = require('fs'); const [, folder, secret] = process.argv;
      for (const f of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile())) {
        let bytes = '';
        try { bytes = readFileSync(f.parentPath + '/' + f.name); } catch (e) { if (e.code !== 'ENOENT') throw e; }
        if (bytes.includes(secret)) console.log(f.name); }`;
    expect(execFileSync(process.execPath, ['-e', search, served.folder, key], { encoding: 'utf8' })).toBe('');
    expect(execFileSync(process.execPath, ['-e', search, served.folder, 'nightly-0001'], { encoding: 'utf8' })).toMatch(
      /demanda\.sqlite/,
    );
  });

  it('whose deed was done before the server died finds it: the training is the same one, the batch too', async () => {
    const { merchant, product } = (await owner('GET', '/api/overview')).json.items[0];
    const wanted = { cells: [{ merchant, product }], options: {} };
    const first = await owner('POST', '/api/trainings', wanted, under('training-0001'));
    forgetAnswer('training-0001');
    const count = (await owner('GET', '/api/trainings')).json.items.length;
    const again = await owner('POST', '/api/trainings', wanted, under('training-0001'));
    expect([again.status, again.json.trainingId]).toEqual([202, first.json.trainingId]);
    expect(again.headers.get('idempotency-replayed')).toBeNull();
    expect((await owner('GET', '/api/trainings')).json.items).toHaveLength(count);

    // A model that it writes after the approval would make the approval stale.
    await ended(owner, first.json.trainingId);
    await owner('POST', '/api/recommendations/refresh', { horizonDays: 9 });
    const { id, revision } = (await owner('GET', '/api/recommendations')).json.items[0];
    await owner('POST', '/api/recommendations/transition', {
      ids: [id],
      to: 'approved',
      expectedRevisions: { [id]: revision },
    });
    const order = { ids: [id], activationDate: '2026-12-01' };
    const exported = await owner('POST', '/api/recommendations/export', order, under('export-0001'));
    expect(exported.status, exported.text).toBe(200);
    forgetAnswer('export-0001');
    const repeated = await owner('POST', '/api/recommendations/export', order, under('export-0001'));
    expect([repeated.status, repeated.json.batchId]).toEqual([200, exported.json.batchId]);
  });

  it('of a step that must not be done twice says that its outcome is unknown', async () => {
    const { merchant, product } = (await owner('GET', '/api/overview')).json.items[0];
    const path = `/api/models/${encodeURIComponent(merchant)}/${encodeURIComponent(product)}/rollback`;
    await owner('POST', path, {}, under('rollback-0001'));
    forgetAnswer('rollback-0001');
    expect((await owner('POST', path, {}, under('rollback-0001'))).json.error.code).toBe('IDEMPOTENCY_OUTCOME_UNKNOWN');
  });

  it('asked for by several at once is done by one; the others are told to wait, even when its lease is out', async () => {
    const rows = salesCsv(['Uno', 'Dos', 'Tres', 'Cuatro'], 1).split('\n');
    const text = [
      rows[0],
      ...Array.from({ length: 60 }, (_, i) =>
        rows.slice(1, -1).map((row) => row.replace(/,"(\w+)",/, `,"$1 ${i}",`)),
      ).flat(),
    ].join('\n');
    const { importId } = (await owner('POST', '/api/imports', upload(text))).json;
    const commit = () => owner('POST', `/api/imports/${importId}/commit`, {}, under('commit-0001'));
    const working = commit();
    for (let tries = 0; tries < 500; tries++) {
      const held = inStore(
        served.folder,
        (database) =>
          database.prepare("UPDATE idempotent_request SET leased_until = '' WHERE key = 'commit-0001'").run().changes,
      );
      if (held > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const others = await Promise.all([commit(), commit()]);
    for (const other of others) {
      expect([other.status, other.json.error.code]).toEqual([409, 'IDEMPOTENCY_UNDER_WAY']);
      expect(Number(other.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const done = await working;
    expect(done.status, done.text).toBe(200);
    expect((await commit()).text).toBe(done.text);
    const { items } = (await owner('GET', '/api/audit?limit=200')).json;
    const sameFile = items.filter(
      (e: { action: string; detail: { accepted?: number } }) =>
        e.action === 'import.commit' && e.detail.accepted === done.json.accepted,
    );
    expect(sameFile).toHaveLength(1);
  }, 60_000);

  it('of a write that died with its server is free again within seconds, and the repeat does it', async () => {
    const home = await serveShops({ trained: false });
    const key = await home.key(['admin'], null);
    const rows = salesCsv(['Uno', 'Dos', 'Tres', 'Cuatro'], 1).split('\n');
    const text = [
      rows[0],
      ...Array.from({ length: 60 }, (_, i) =>
        rows.slice(1, -1).map((row) => row.replace(/,"(\w+)",/, `,"$1 ${i}",`)),
      ).flat(),
    ].join('\n');
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../support/cli.ts'), 'serve', '--workspace', home.folder, '--port', '0', '--json'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const { url } = JSON.parse(line.toString()) as { url: string };
    const dying = { url: url.replace(/\/$/, ''), server: home.server };
    const { importId } = (await clientOf(dying, key)('POST', '/api/imports', upload(text))).json;
    const commit = (to: Pick<Served, 'url' | 'server'>) =>
      clientOf(to, key)('POST', `/api/imports/${importId}/commit`, {}, under('commit-0002'));
    const lost = commit(dying).catch(() => null);
    const begun = (): boolean =>
      inStore(home.folder, (database) =>
        database.prepare("SELECT 1 FROM idempotent_request WHERE key = 'commit-0002'").get(),
      ) !== undefined;
    while (!begun()) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await lost, 'the import was over before the server was killed').toBeNull();
    const waits = await commit(home);
    expect([waits.status, waits.json.error.code]).toEqual([409, 'IDEMPOTENCY_UNDER_WAY']);
    expect(Number(waits.headers.get('retry-after'))).toBeLessThanOrEqual(20);
    const { until } = inStore(home.folder, (database) =>
      database.prepare("SELECT leased_until AS until FROM idempotent_request WHERE key = 'commit-0002'").get(),
    ) as { until: string };
    expect(Date.parse(until) - Date.now()).toBeLessThanOrEqual(20_000);
    // Once that time has come.
    inStore(home.folder, (database) =>
      database
        .prepare("UPDATE idempotent_request SET leased_until = ? WHERE key = 'commit-0002' AND leased_until = ?")
        .run(new Date().toISOString(), until),
    );
    const done = await commit(home);
    expect([done.status, done.json?.accepted], done.text).toEqual([200, 60 * 4 * 200]);
    await home.close();
  }, 120_000);
});
