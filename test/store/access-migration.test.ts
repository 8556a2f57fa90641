import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { MIGRATION_9 } from '../../src/store/sqlite/migrations/009-access.ts';
import { MIGRATIONS } from '../../src/store/sqlite/migrations/migrations.ts';
import { temporaryFolder } from '../support/temporary.ts';

const SECRET = 'dk_this-was-kept-in-an-answer';
const DELETED = 'dk_this-was-kept-and-deleted';

/** A store of the version before, with secrets in its answers: some there, some deleted, their pages free. */
function storeOfBefore(folder: string): DatabaseSync {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
  const before = MIGRATIONS.indexOf(MIGRATION_9);
  database.exec('PRAGMA journal_mode = WAL');
  for (const migration of MIGRATIONS.slice(0, before)) database.exec(migration);
  database.exec(`PRAGMA user_version = ${before}`);
  const answer = database.prepare(
    'INSERT INTO idempotency (actor, key, fingerprint, at, status, answer) VALUES (?, ?, ?, ?, 201, ?)',
  );
  for (let i = 0; i < 300; i++)
    answer.run(
      'key:x',
      `k${i}`,
      'f',
      '2026-01-01',
      JSON.stringify({ key: i % 2 === 0 ? SECRET : DELETED, pad: 'x'.repeat(i * 20) }),
    );
  database.exec("DELETE FROM idempotency WHERE key LIKE 'k%' AND fingerprint = 'f' AND answer LIKE '%deleted%'");
  database.exec(`INSERT INTO api_key VALUES ('k1', 'h1', 'owner', 'admin', NULL, 'dk_this', '2026-01-01', 'owner', NULL);
    INSERT INTO api_key VALUES ('k2', 'h2', 'owner', 'admin', NULL, 'dk_that', '2026-01-01', 'owner', NULL);
    INSERT INTO session VALUES ('s1', 'k1', 'owner', 'admin', NULL, '2999-02-01T00:00:00.000Z');
    INSERT INTO session VALUES ('s2', NULL, 'owner', 'read,admin', NULL, '2999-02-01T00:00:00.000Z');`);
  return database;
}

/** In another process: to close a file of SQLite's here would end its locks. */
function holds(folder: string, secret: string): boolean {
  const look = `const { readdirSync, readFileSync } = require('fs'); const [, folder, secret] = process.argv;
    console.log(readdirSync(folder).some((f) => readFileSync(folder + '/' + f).includes(secret)));`;
  return execFileSync(process.execPath, ['-e', look, folder, secret], { encoding: 'utf8' }).trim() === 'true';
}

describe('a store of the version before', () => {
  it('loses no key and no session, but every byte of the answers that held secrets', async () => {
    const folder = temporaryFolder();
    storeOfBefore(folder).close();
    expect([holds(folder, SECRET), holds(folder, DELETED)]).toEqual([true, true]);
    const store = await openStore(folder);
    expect([holds(folder, SECRET), holds(folder, DELETED)]).toEqual([false, false]);
    const now = '2026-06-01T00:00:00.000Z';
    // Two keys of one name stay in force.
    for (const hash of ['h1', 'h2'])
      expect(await store.access.keyByHash(hash, now)).toMatchObject({ name: 'owner', scopes: ['admin'] });
    expect(await store.access.sessionByHash('s1', now)).toMatchObject({ actor: { kind: 'session' }, keyId: 'k1' });
    expect(await store.access.sessionByHash('s2', now)).toMatchObject({
      actor: { kind: 'owner' },
      scopes: ['read', 'admin'],
    });
    const { items } = await store.access.sessions(null, now, { limit: 10, after: null });
    expect(new Set(items.map((s) => s.id)).size).toBe(2);
    expect(items[0]).toMatchObject({ createdAt: '2999-01-02T00:00:00.000Z', address: null });
    expect((await store.access.keys(null, { limit: 10, after: null })).items[0]).toMatchObject({
      createdBy: 'owner',
      createdByName: null,
      expiresAt: null,
    });
    await store.close();
    const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(database.prepare("SELECT * FROM document WHERE kind = 'upkeep'").all()).toEqual([]);
    database.close();
  });

  it('that others are reading is cleared as soon as it is opened without them', async () => {
    const folder = temporaryFolder();
    const reading = storeOfBefore(folder);
    reading.exec('BEGIN');
    reading.prepare('SELECT count(*) FROM idempotency').get();
    await (await openStore(folder, { busyTimeoutMs: 200 })).close();
    expect(holds(folder, SECRET)).toBe(true);
    reading.close();
    await (await openStore(folder)).close();
    expect([holds(folder, SECRET), holds(folder, DELETED)]).toEqual([false, false]);
  });
});
