import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { MIGRATIONS } from '../../src/store/sqlite/migrations/migrations.ts';
import { Workspace } from '../../src/workspace.ts';
import { writeSales } from '../support/sales.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';

const lasting = lastingFolder();
const trained = join(lasting, 'trained');

beforeAll(async () => {
  writeSales(join(lasting, 'sales.csv'), 2, 80);
  const workspace = await Workspace.open(trained, { lang: 'en' });
  await workspace.importFiles([join(lasting, 'sales.csv')]);
  await workspace.train({ workers: 1 });
  await workspace.close();
});

/** A copy of a workspace with two trained products, open, beside an empty folder for backups. */
async function opened(): Promise<{ folder: string; workspace: Workspace; at: (name: string) => string }> {
  const folder = temporaryFolder();
  cpSync(trained, join(folder, 'ws'), { recursive: true });
  return {
    folder: join(folder, 'ws'),
    workspace: await Workspace.open(join(folder, 'ws'), { lang: 'en' }),
    at: (name) => join(folder, name),
  };
}

function inStore<T>(file: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const OWNER = {
  actor: { kind: 'library', id: 'test', name: 'test' },
  name: 'test',
  scopes: ['admin'],
  merchant: null,
  keyId: null,
} as const;

describe('a backup', () => {
  it('is restored with all that was in the workspace, and what was there is kept beside it', async () => {
    const { folder, workspace, at } = await opened();
    const models = await workspace.models();
    const document = await workspace.backup(at('copy'));
    expect(document).toMatchObject({
      schema: 1,
      currency: 'EUR',
      file: at('copy'),
      cells: 2,
      models: 2,
      storeVersion: MIGRATIONS.length,
    });
    expect(document.bytes).toBe(statSync(at('copy')).size);
    await workspace.setSettings({ currency: 'MXN' });
    await workspace.close();
    const restored = await Workspace.restore(folder, at('copy'), { lang: 'en' });
    expect(restored).toMatchObject({ schema: 1, currency: 'EUR', folder, cells: 2, models: 2, dryRun: false });
    const again = await Workspace.open(folder);
    expect(await again.models()).toEqual(models);
    await again.close();
    const currency = inStore(restored.replaced as string, (kept) =>
      kept.prepare("SELECT value FROM setting WHERE key = 'currency'").get(),
    );
    expect(currency).toEqual({ value: 'MXN' });
  });
  it('is put where there is no workspace yet', async () => {
    const { workspace, at } = await opened();
    await workspace.backup(at('copy'));
    await workspace.close();
    expect(await Workspace.restore(at('elsewhere/new'), at('copy'))).toMatchObject({ replaced: null, cells: 2 });
    expect(statSync(at('elsewhere/new')).mode & 0o777).toBe(0o700);
  });
  it('takes no secret along, ends sessions, and keeps revoked keys revoked', async () => {
    const { folder, workspace, at } = await opened();
    const { key, apiKey } = await workspace.access.makeKey(OWNER, { name: 'till', scopes: ['read'], merchant: null });
    const session = await workspace.access.openSession({ key }, '127.0.0.1');
    inStore(join(folder, 'demanda.sqlite'), (store) =>
      store.exec(
        `INSERT INTO idempotent_request (credential, merchant, key, digest, at, holder, leased_until, status, answer)
         VALUES ('a', 'm', 'b', 'c', '2026', 'h', '2026', 200, '${'answer-with-secret '.repeat(1000)}')`,
      ),
    );
    await workspace.backup(at('copy'));
    expect(readFileSync(at('copy')).includes('answer-with-secret')).toBe(false);
    expect(readFileSync(at('copy')).includes(key)).toBe(false);
    await workspace.access.revokeKey(OWNER, apiKey.id);
    await workspace.close();
    await Workspace.restore(folder, at('copy'), { actor: OWNER.actor });
    const again = await Workspace.open(folder);
    expect(await again.access.callerBySession(session.secret)).toBeNull();
    expect(await again.access.callerByKey(key)).toBeNull();
    const { items } = await again.access.audit(OWNER, { limit: 10 });
    expect(items[0]).toMatchObject({ action: 'store.restore', actor: 'library:test', detail: { backup: 'copy' } });
    await again.close();
  });
  it('of a store without a restore afterwards leaves keys as they are: the key of the backup works', async () => {
    const { folder, workspace, at } = await opened();
    const { key } = await workspace.access.makeKey(OWNER, { name: 'till', scopes: ['read'], merchant: null });
    await workspace.backup(at('copy'));
    await workspace.close();
    await Workspace.restore(folder, at('copy'));
    const again = await Workspace.open(folder);
    expect(await again.access.callerByKey(key)).toMatchObject({ name: 'till' });
    await again.close();
  });
  it('replaces nothing unasked, and nothing that is no backup', async () => {
    const { folder, workspace, at } = await opened();
    await workspace.backup(at('copy'));
    await expect(workspace.backup(at('copy'))).rejects.toMatchObject({ code: 'BACKUP_EXISTS' });
    await workspace.backup(at('copy'), { replace: true });
    await expect(workspace.backup('/dev/null', { replace: true })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await expect(workspace.backup(at('missing/copy'))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    mkdirSync(at('a-folder'));
    await expect(workspace.backup(at('a-folder'), { replace: true })).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    });
    mkdirSync(join(folder, 'sub'));
    symlinkSync(folder, at('link'));
    linkSync(join(folder, 'demanda.sqlite'), at('hard-link'));
    symlinkSync(join(folder, 'demanda.sqlite'), at('soft-link'));
    for (const inside of [
      join(folder, 'copy'),
      join(folder, 'sub/copy'),
      join(folder, 'demanda.sqlite'),
      at('link/copy'),
      at('hard-link'),
      at('soft-link'),
    ]) {
      await expect(workspace.backup(inside, { replace: true }), inside).rejects.toMatchObject({
        code: 'BACKUP_INSIDE',
      });
    }
    expect((await workspace.models()).models).toHaveLength(2);
    await workspace.close();
  });
  it('of a damaged model or store is refused, with what to do', async () => {
    const { folder, workspace, at } = await opened();
    inStore(join(folder, 'demanda.sqlite'), (store) =>
      store.exec('UPDATE model SET crc = crc + 1 WHERE rowid = (SELECT max(rowid) FROM model)'),
    );
    await expect(workspace.backup(at('copy'))).rejects.toMatchObject({ code: 'MODEL_CORRUPT' });
    expect(readdirSync(at('.'))).toEqual(['ws']);
    await workspace.close();
  });
});

describe('a restore', () => {
  it('refuses what is no whole backup before it touches anything', async () => {
    const { folder, workspace, at } = await opened();
    await workspace.backup(at('copy'));
    await workspace.close();
    const before = readFileSync(join(folder, 'demanda.sqlite'));
    const altered = (name: string, change: (database: DatabaseSync) => void): string => {
      cpSync(at('copy'), at(name));
      inStore(at(name), change);
      return at(name);
    };
    const bytes = readFileSync(at('copy'));
    writeFileSync(at('cut'), bytes.subarray(0, Math.floor(bytes.length / 2)));
    const torn = Buffer.from(bytes);
    for (let i = 4; i < torn.length / 4096; i++) torn.fill(0xa5, i * 4096 + 100, i * 4096 + 2000);
    writeFileSync(at('torn'), torn);
    writeFileSync(at('text'), 'date,merchant,product,quantity,price\n'.repeat(200));
    writeFileSync(at('empty'), '');
    inStore(at('foreign'), (database) => database.exec('CREATE TABLE t (a); PRAGMA user_version = 3'));
    for (const [file, code] of [
      [at('missing'), 'BACKUP_MISSING'],
      [at('.'), 'BACKUP_MISSING'],
      [at('text'), 'BACKUP_NO_STORE'],
      [at('empty'), 'BACKUP_NO_STORE'],
      [at('foreign'), 'BACKUP_NO_STORE'],
      [at('cut'), 'BACKUP_DAMAGED'],
      [at('torn'), 'BACKUP_DAMAGED'],
      [altered('model', (d) => d.exec("UPDATE model SET document = x'00'")), 'BACKUP_DAMAGED'],
      [
        altered('reference', (d) =>
          d.exec("PRAGMA foreign_keys = OFF; INSERT INTO run_event VALUES ('none', 1, 1, 'search', '{}')"),
        ),
        'BACKUP_DAMAGED',
      ],
      [
        altered('trigger', (d) => d.exec('CREATE TRIGGER sly AFTER INSERT ON audit BEGIN DELETE FROM audit; END')),
        'BACKUP_DAMAGED',
      ],
      [altered('newer', (d) => d.exec('PRAGMA user_version = 999')), 'STORE_NEWER'],
      [join(folder, 'demanda.sqlite'), 'BACKUP_INSIDE'],
    ] as const) {
      await expect(Workspace.restore(folder, file), file).rejects.toMatchObject({ code });
      if (code !== 'BACKUP_INSIDE')
        await expect(Workspace.restore(folder, file, { dryRun: true }), file).rejects.toMatchObject({ code });
    }
    expect(readFileSync(join(folder, 'demanda.sqlite')).equals(before)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['demanda.lock', 'demanda.sqlite']);
  });
  it('with a dry run checks and changes nothing, even while the workspace is open', async () => {
    const { folder, workspace, at } = await opened();
    await workspace.backup(at('copy'));
    expect(await Workspace.restore(folder, at('copy'), { dryRun: true })).toMatchObject({
      dryRun: true,
      replaced: null,
      cells: 2,
      models: 2,
    });
    expect(await Workspace.restore(at('nowhere'), at('copy'), { dryRun: true })).toMatchObject({ dryRun: true });
    await workspace.close();
    expect(readdirSync(folder).sort()).toEqual(['demanda.lock', 'demanda.sqlite']);
    expect(readdirSync(at('.')).sort()).toEqual(['copy', 'ws']);
  });
  it('is refused while this or another process has the workspace open, by whatever program', async () => {
    const { folder, workspace, at } = await opened();
    await workspace.backup(at('copy'));
    await expect(Workspace.restore(folder, at('copy'))).rejects.toMatchObject({ code: 'WORKSPACE_IN_USE' });
    await workspace.close();
    const other = spawn(process.execPath, [join(import.meta.dirname, '../support/hold-write.ts'), folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(other.stdout, 'data');
    await expect(Workspace.restore(folder, at('copy'))).rejects.toMatchObject({ code: 'WORKSPACE_IN_USE' });
    other.stdin.end();
    await once(other, 'close');
    // A program that knows nothing of the lock.
    const foreign = new DatabaseSync(join(folder, 'demanda.sqlite'));
    foreign.exec('PRAGMA journal_mode = WAL');
    foreign.prepare('SELECT count(*) FROM cell').get();
    await expect(Workspace.restore(folder, at('copy'))).rejects.toMatchObject({ code: 'WORKSPACE_IN_USE' });
    foreign.close();
    expect((await Workspace.restore(folder, at('copy'))).replaced).not.toBeNull();
  });
  it('is refused while a training is on its way', async () => {
    const { folder, workspace, at } = await opened();
    await workspace.backup(at('copy'));
    await workspace.close();
    const beat = new Date().toISOString();
    inStore(join(folder, 'demanda.sqlite'), (store) =>
      store
        .prepare(
          "INSERT INTO training (training_id, status, cells, options, lang, started_at, started_by, beat_at) VALUES ('t', 'starting', 1, '{}', 'en', ?, 'me', ?)",
        )
        .run(beat, beat),
    );
    await expect(Workspace.restore(folder, at('copy'))).rejects.toMatchObject({ code: 'WORKSPACE_IN_USE' });
  });
  it('takes the place of a store that is damaged beyond reading, whose log does not reach the new one', async () => {
    const { folder, workspace, at } = await opened();
    await workspace.backup(at('copy'));
    await workspace.close();
    writeFileSync(join(folder, 'demanda.sqlite'), 'destroyed '.repeat(10_000));
    writeFileSync(join(folder, 'demanda.sqlite-wal'), 'a log of what was');
    const { replaced } = await Workspace.restore(folder, at('copy'));
    expect(readFileSync(replaced as string, 'utf8')).toMatch(/^destroyed /);
    expect(readFileSync(`${replaced}-wal`, 'utf8')).toBe('a log of what was');
    const again = await Workspace.open(folder);
    expect((await again.models()).models).toHaveLength(2);
    await again.close();
  });
  it('of what was written last, and not yet taken into the file, keeps that too', async () => {
    const { folder, workspace, at } = await opened();
    await workspace.backup(at('copy'));
    await workspace.setSettings({ currency: 'MXN' });
    // As after a kill: the newest writes are in the log alone.
    cpSync(folder, at('killed'), { recursive: true });
    await workspace.close();
    const { replaced } = await Workspace.restore(at('killed'), at('copy'));
    const currency = inStore(replaced as string, (kept) =>
      kept.prepare("SELECT value FROM setting WHERE key = 'currency'").get(),
    );
    expect(currency).toEqual({ value: 'MXN' });
  });
  it('brings a backup of an earlier version up to date', async () => {
    const folder = temporaryFolder();
    inStore(join(folder, 'old'), (database) => {
      for (const migration of MIGRATIONS.slice(0, 3)) database.exec(migration);
      database.exec("PRAGMA user_version = 3; INSERT INTO setting VALUES ('currency', 'MXN')");
    });
    expect(await Workspace.restore(join(folder, 'ws'), join(folder, 'old'))).toMatchObject({
      storeVersion: 3,
      currency: 'MXN',
    });
    expect(readdirSync(join(folder, 'ws')).sort()).toEqual(['demanda.lock', 'demanda.sqlite']);
  });
});

describe('a migration', () => {
  const earlier = (folder: string, more = ''): void => {
    mkdirSync(folder, { recursive: true });
    inStore(join(folder, 'demanda.sqlite'), (database) => {
      for (const migration of MIGRATIONS.slice(0, 5)) database.exec(migration);
      database.exec(`PRAGMA user_version = 5; ${more}`);
    });
  };
  it('keeps a copy of what was there for its owner alone, says where, and writes it into the audit log', async () => {
    const folder = temporaryFolder();
    earlier(folder, "INSERT INTO setting VALUES ('currency', 'MXN')");
    chmodSync(join(folder, 'demanda.sqlite'), 0o644);
    const told: unknown[] = [];
    const store = await openStore(folder, { onMigration: (migration) => told.push(migration) });
    const copy = join(folder, `demanda.sqlite.before-v${MIGRATIONS.length}`);
    expect(told).toEqual([{ from: 5, to: MIGRATIONS.length, copy }]);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(inStore(copy, (kept) => kept.prepare('PRAGMA user_version').get())).toEqual({ user_version: 5 });
    expect((await store.access.audit(null, { limit: 1, after: null })).items).toMatchObject([
      { action: 'store.migrate' },
    ]);
    await store.close();
    // The way back.
    expect(await Workspace.restore(folder, copy)).toMatchObject({ storeVersion: 5, currency: 'MXN' });
  });
  it('copies nothing where there is nothing', async () => {
    const folder = temporaryFolder();
    earlier(folder);
    const told: unknown[] = [];
    await (await openStore(folder, { onMigration: (migration) => told.push(migration) })).close();
    await (await openStore(join(folder, 'new'), { onMigration: (migration) => told.push(migration) })).close();
    expect(told).toEqual([{ from: 5, to: MIGRATIONS.length, copy: null }]);
    expect(readdirSync(folder).filter((name) => name.includes('before'))).toEqual([]);
  });
  it('whose copy cannot be made changes nothing', async () => {
    const folder = temporaryFolder();
    earlier(folder, "INSERT INTO setting VALUES ('currency', 'MXN')");
    // A folder of that name stands in the way of the copy.
    mkdirSync(join(folder, `demanda.sqlite.before-v${MIGRATIONS.length}`, 'full'), { recursive: true });
    await expect(openStore(folder)).rejects.toMatchObject({ name: 'DemandaError' });
    expect(inStore(join(folder, 'demanda.sqlite'), (store) => store.prepare('PRAGMA user_version').get())).toEqual({
      user_version: 5,
    });
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });
});
