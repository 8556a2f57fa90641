/**
 * The tenant matrix with row-level security as the only guard: whoever asks is taken for somebody who may see the whole
 * workspace by every check of the API, of the workspace and of the store's own conditions, and only the transactions of
 * the database know whose the request is.
 */

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Caller } from '../../src/contract/store/access.ts';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import { Access } from '../../src/workspace/access.ts';
import { databasesOf, type TestDatabases } from '../support/databases.ts';
import { figure } from '../support/figure.ts';
import { isOwned, makeThings, NOBODY, requestOf, type Things } from './requests.ts';
import { type Answer, AURORA, type Client, clientOf, OTHER, type Served, serveShops } from './served.ts';

/** By the id of a key: whose requests come with it. */
const merchants = vi.hoisted(() => ({ unguarded: false, of: new Map<string | null, string | null>() }));
vi.mock('../../src/api/access.ts', async (original) => {
  const access = await original<typeof import('../../src/api/access.ts')>();
  const rowsOf = (caller: Caller | null): string | null =>
    merchants.unguarded ? (merchants.of.get(caller?.keyId ?? null) ?? null) : access.rowsOf(caller);
  return { ...access, rowsOf };
});

const databases = await databasesOf();
if (typeof databases === 'string') describe.skip(`the tenant matrix on PostgreSQL: ${databases}`, () => {});
else describeMatrix(databases);

function describeMatrix({ server, empty }: TestDatabases): void {
  let served: Served;
  let own: Things;
  let other: Client;
  let database: string;

  beforeAll(async () => {
    database = await empty();
    await (await openPostgresStore(database)).close();
    // Numbers that stand nowhere else in an answer, so that they can be taken out of it.
    await asAdministrator(`ALTER TABLE demanda.recommendation ALTER COLUMN id RESTART WITH 7000001;
      ALTER TABLE demanda.experiment ALTER COLUMN id RESTART WITH 8000001`);
    served = await serveShops({ database });
    const key = await served.key(['read', 'train', 'approve', 'admin'], AURORA);
    own = await makeThings(clientOf(served, key), served.workspace, key);
    expect(Object.values(own)).not.toContain(undefined);
    other = clientOf(served, await served.key(['read', 'train', 'approve', 'admin'], OTHER));
  }, 240_000);
  afterAll(async () => {
    vi.restoreAllMocks();
    await served?.close();
    await server.remove();
  });

  async function asAdministrator(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    await client.query(statement);
    await client.end();
  }

  /** Rows of the first merchant, as nobody's policy hides them. */
  async function rowsOfAurora(): Promise<string> {
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    try {
      const tables = await client.query<{ table: string }>(
        `SELECT table_name AS table FROM information_schema.columns c WHERE table_schema = 'demanda'
           AND column_name = 'merchant' AND NOT EXISTS (SELECT 1 FROM pg_class WHERE relname = table_name AND relispartition)
         ORDER BY 1`,
      );
      const found: string[] = [];
      for (const { table } of tables.rows) {
        // A session says when it was used.
        const { rows } = await client.query(
          `SELECT to_jsonb(t) - 'used_at' AS row FROM demanda.${table} t
          WHERE merchant = $1 ORDER BY 1::text`,
          [AURORA],
        );
        found.push(`${table}\n${rows.map((row) => JSON.stringify(row)).join('\n')}`);
      }
      return found.join('\n');
    } finally {
      await client.end();
    }
  }

  function withoutNames({ status, json, text }: Answer, things: Things): unknown {
    let left = json === null ? text : JSON.stringify(json);
    for (const value of Object.values(things).sort((a, b) => b.length - a.length))
      left = left.replaceAll(JSON.stringify(value).slice(1, -1), '…');
    return { status, left };
  }

  describe('the tenant matrix on PostgreSQL', () => {
    it('lets a merchant do what is its own, and finds nothing of another, with every check in its place', async () => {
      for (const path of ['/api/overview', '/api/recommendations', '/api/imports', '/api/audit', '/api/keys']) {
        const { status, json } = await other('GET', path);
        expect(status, path).toBe(200);
        for (const item of json.items) expect(item.merchant, path).toBe(OTHER);
      }
      expect((await other('GET', '/api/overview')).json.items).toHaveLength(2);
      const { merchant, product } = (await other('GET', '/api/overview')).json.items[0];
      const cells = [{ merchant, product }];
      for (const [path, body] of [
        ['/api/recommendations/what-if', { cells, horizonDays: 13 }],
        ['/api/recommendations/refresh', { cells, horizonDays: 13 }],
      ] as const)
        expect((await other('POST', path, body)).status, path).toBe(200);
    });

    it('finds no more of a merchant than of nobody when the database alone keeps it, and changes nothing of it', async () => {
      merchants.unguarded = true;
      const callerByKey = Access.prototype.callerByKey;
      vi.spyOn(Access.prototype, 'callerByKey').mockImplementation(async function (this: Access, key) {
        const caller = await callerByKey.call(this, key);
        if (caller) merchants.of.set(caller.keyId, caller.merchant);
        return caller && { ...caller, merchant: null };
      });
      const before = await rowsOfAurora();
      const leaks: string[] = [];
      let asked = 0;
      for (const route of served.server.routes.filter(({ url }) => url.startsWith('/api/'))) {
        const [foreign, random] = [requestOf(route, own), requestOf(route, NOBODY)];
        const label = `${route.method} ${route.url}`;
        const [a, b] = [
          await other(route.method, foreign.path, foreign.body),
          await other(route.method, random.path, random.body),
        ];
        asked += 2;
        if (isOwned(route)) {
          const [found, nothing] = [withoutNames(a, own), withoutNames(b, NOBODY)];
          if (JSON.stringify(found) !== JSON.stringify(nothing))
            leaks.push(`${label}: ${JSON.stringify(found).slice(0, 300)} / ${JSON.stringify(nothing).slice(0, 300)}`);
        }
        for (const secret of [own.runId, AURORA])
          if (b.text.includes(secret)) leaks.push(`${label} tells of ${secret}: ${b.text.slice(0, 200)}`);
      }
      figure('tenant matrix, database alone', `${asked} requests, ${leaks.length} leaks`);
      expect(leaks).toEqual([]);
      expect(asked).toBeGreaterThan(100);
      expect(await rowsOfAurora()).toBe(before);
    }, 240_000);
  });
}
