import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServedRoute } from '../../src/api/server.ts';
import { ended, makeThings, requestOf, type Things } from './requests.ts';
import { AURORA, clientOf, type Served, serveShops } from './served.ts';

/** When a session was last used is the only thing that reading leaves behind. */
const BOOKKEEPING: Readonly<Record<string, readonly string[]>> = { session: ['used_at'] };

let served: Served;
let own: Things;
let reader: DatabaseSync;
beforeAll(async () => {
  served = await serveShops();
  const key = await served.key(['admin'], AURORA);
  own = await makeThings(clientOf(served, key), served.workspace, key);
  reader = new DatabaseSync(join(served.folder, 'demanda.sqlite'), { readOnly: true });
}, 120_000);
afterAll(async () => {
  reader.close();
  await served.close();
});

let tablesAsRead: { readonly version: number; readonly digests: ReadonlyMap<string, string> } | null = null;

/** Every row of every table as one digest each: read anew where another connection has written since, and only there. */
function tableDigests(): ReadonlyMap<string, string> {
  const { data_version: version } = reader.prepare('PRAGMA data_version').get() as { data_version: number };
  const digests = tablesAsRead?.version === version ? tablesAsRead.digests : readTables();
  tablesAsRead = { version, digests };
  return digests;
}

function readTables(): Map<string, string> {
  const found = new Map<string, string>();
  reader.exec('BEGIN');
  const tables = reader
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .all() as unknown as { name: string }[];
  for (const { name } of tables) {
    const hash = createHash('sha256');
    for (const row of reader.prepare(`SELECT * FROM "${name}"`).iterate()) {
      hash.update(
        JSON.stringify(row, (column, value) =>
          BOOKKEEPING[name]?.includes(column)
            ? null
            : value instanceof Uint8Array
              ? Buffer.from(value).toString('base64')
              : value,
        ),
      );
    }
    found.set(`table ${name}`, hash.digest('hex'));
  }
  reader.exec('COMMIT');
  return found;
}

/** Digests of the tables, and what tells that a file beside the store was written. */
function recorded(): Map<string, string> {
  const found = new Map(tableDigests());
  for (const file of readdirSync(served.folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || file.name.startsWith('demanda.sqlite')) continue;
    const { mtimeMs, size } = statSync(join(file.parentPath, file.name));
    found.set(`file ${file.name}`, `${size} ${mtimeMs}`);
  }
  return found;
}

function difference(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
}

const nameOf = ({ method, url }: ServedRoute): string => `${method} ${url}`;

/** What ends things comes last, and after it what goes on writing by itself. */
function inOrder(routes: readonly ServedRoute[]): ServedRoute[] {
  const place = ({ method, url }: ServedRoute): number =>
    url.startsWith('/api/trainings') && method === 'POST' ? 3 : method !== 'DELETE' ? 0 : url.includes(':') ? 1 : 2;
  return routes.filter((r) => r.url !== '/*').sort((a, b) => place(a) - place(b));
}

describe('what a route writes, from the router', () => {
  it('is nothing for a key that may only read, of a merchant or of the workspace, whatever it asks', async () => {
    const wrote: string[] = [];
    for (const merchant of [AURORA, null]) {
      const ask = clientOf(served, await served.key(['read'], merchant));
      for (const route of inOrder(served.server.routes)) {
        const { path, body } = requestOf(route, own);
        // Another horizon than before: what is computed again is not the same.
        const asked =
          nameOf(route) === 'POST /api/recommendations/refresh'
            ? { ...(body as object), horizonDays: merchant === null ? 12 : 13 }
            : body;
        const before = recorded();
        await ask(route.method, path, asked);
        const changed = difference(before, recorded());
        // A stranger's attempt to come in is for the log.
        if (nameOf(route) === 'POST /api/session') expect(changed).toEqual(['table audit']);
        else if (changed.length > 0) wrote.push(nameOf(route));
      }
    }
    expect([...new Set(wrote)].sort()).toEqual([]);
  }, 120_000);

  it('needs a scope that says so: what an administrator can change, no route changes for `read`', async () => {
    const ask = clientOf(served, await served.key(['admin'], null));
    const wrote = new Map<string, string>();
    for (const route of inOrder(served.server.routes)) {
      const { path, body } = requestOf(route, own);
      const before = recorded();
      await ask(route.method, path, body);
      const changed = difference(before, recorded());
      expect(route.method === 'GET' ? changed : [], nameOf(route)).toEqual([]);
      if (changed.length > 0) wrote.set(nameOf(route), route.permission.needs);
    }
    for (const [name, needs] of wrote) {
      if (name === 'POST /api/session') continue;
      expect(['train', 'approve', 'admin'], name).toContain(needs);
    }
    // The recorder records.
    for (const name of [
      'PUT /api/settings',
      'PUT /api/guardrails',
      'POST /api/keys',
      'DELETE /api/keys/:id',
      'DELETE /api/sessions/:id',
      'DELETE /api/imports/:id',
      'POST /api/trainings',
    ]) {
      expect([...wrote.keys()]).toContain(name);
    }
    for (const { trainingId } of (await ask('GET', '/api/trainings')).json.items) await ended(ask, trainingId);
  }, 120_000);
});
