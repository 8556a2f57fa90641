import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { MIGRATIONS } from '../../src/store/sqlite/migrations/migrations.ts';
import { describeStore } from '../contracts/describe-store.ts';
import { holderOf } from '../contracts/holder.ts';
import { deedOf, IMPORTED } from '../support/deeds.ts';
import { withEmptyStore } from '../support/empty-store.ts';
import { temporaryFolder } from '../support/temporary.ts';

describeStore('SQLite', async () => {
  const folder = await withEmptyStore(temporaryFolder());
  return () => openStore(folder);
});

const CELL = { merchant: 'Ana', product: 'Tomate' } as const;

describe('the SQLite store', () => {
  it('refuses a store made by a newer version in one sentence', async () => {
    const folder = temporaryFolder();
    await (await openStore(folder)).close();
    const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'STORE_NEWER' });
  });
  it('does not take a process for the holder that only has its number', async () => {
    const folder = temporaryFolder();
    const store = await openStore(folder);
    await store.runs.hold([CELL], holderOf('yesterday'));
    const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
    // As after a restart of the machine: the number belongs to another process now.
    const { changes } = database.prepare("UPDATE held_cell SET identity = 'another boot 1234'").run();
    database.close();
    expect(changes).toBe(1);
    expect((await store.runs.hold([CELL], holderOf('today'))).held).toEqual([CELL]);
    await store.close();
  });
  it('frees what a process held as soon as that is killed, long before its lease is over', async () => {
    const folder = temporaryFolder();
    const store = await openStore(folder);
    const holder = spawn(process.execPath, [join(import.meta.dirname, '../support/hold-cell.ts'), folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    expect((await store.runs.hold([CELL], holderOf('other'))).byOther).toMatchObject([{ by: String(holder.pid) }]);
    expect(await store.runs.read('r1')).toMatchObject({ status: 'running' });
    holder.kill('SIGKILL');
    await once(holder, 'close');
    expect(await store.runs.read('r1')).toMatchObject({ status: 'stopped' });
    expect((await store.runs.hold([CELL], holderOf('other'))).held).toEqual([CELL]);
    await store.close();
  });
  it('brings a store of before the overview up to date with all its cells, models and runs', async () => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
    for (const migration of MIGRATIONS.slice(0, 3)) database.exec(migration);
    database.exec(`PRAGMA user_version = 3;
      INSERT INTO cell (merchant, product, product_type, unit, frequency, rows, first_day, last_day) VALUES ('Ana', 'Pera', 'Fruta', 'kg', 'daily', 9, 20000, 20009);
      INSERT INTO model VALUES ('m1', 'r1', 'Ana', 'Pera', 'Fruta', 'kg', 1, 0, 0.2, 1, 1, -2, -3, -1, 9, '2026-01-01', 1, 1, 0, x'00');
      INSERT INTO model_alias VALUES ('Ana', 'Pera', 'live', 1);
      INSERT INTO recommendation (merchant, product, at, document) VALUES ('Ana', 'Pera', '2026-01-01', '{}');`);
    database.close();
    const store = await openStore(folder);
    const { items } = await store.cells.overview({ search: 'pera' }, 'merchant', 'asc', { limit: 10, after: null });
    expect(items).toMatchObject([
      { merchant: 'Ana', state: 'live', wape: 0.2, elasticity: -2, rows: 9, recommendationId: null },
    ]);
    // What was recommended before there was a workflow is past.
    expect((await store.recommendations.list({}, 'id', { limit: 10, after: null })).items).toEqual([]);
    await store.close();
  });
  it('clears away a rollback journal that a kill left before it said anything', async () => {
    const folder = temporaryFolder();
    const store = await openStore(folder);
    await store.documents.put('kept', 'a', { b: 1 });
    await store.close();
    // What SQLite has written of a journal until its first flush: a head of zeros, which it passes over and leaves.
    writeFileSync(join(folder, 'demanda.sqlite-journal'), Buffer.alloc(512));
    const again = await openStore(folder);
    expect(existsSync(join(folder, 'demanda.sqlite-journal'))).toBe(false);
    expect(await again.documents.read('kept', 'a')).toEqual({ b: 1 });
    await again.close();
  });
  it('says so when the file is no store', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'demanda.sqlite'), 'this is a text, not a database '.repeat(100));
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
  });
  it('lets others read while a process writes, and tells a second writer that the store is busy', async () => {
    const folder = temporaryFolder();
    const store = await openStore(folder, { busyTimeoutMs: 200 });
    await store.documents.setSettings({ currency: 'MXN' }, deedOf('settings.change'));
    const writer = spawn(process.execPath, [join(import.meta.dirname, '../support/hold-write.ts'), folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      await once(writer.stdout, 'data');
      expect(await store.documents.setting('currency')).toBe('MXN');
      await expect(store.documents.setSettings({ currency: 'EUR' }, deedOf('settings.change'))).rejects.toMatchObject({
        code: 'STORE_BUSY',
      });
    } finally {
      writer.stdin.end();
      await once(writer, 'close');
    }
    await store.documents.setSettings({ currency: 'EUR' }, deedOf('settings.change'));
    expect(await store.documents.setting('currency')).toBe('EUR');
    await store.close();
  });
  it('opens after its writer was killed at any moment, with every acknowledged import in it', async () => {
    const folder = temporaryFolder();
    const rounds = process.env.DEMANDA_LONG ? 100 : 6;
    const script = join(import.meta.dirname, '../support/writer.ts');
    let acknowledged = 0;
    for (let round = 0; round < rounds; round++) {
      const writer = spawn(process.execPath, [script, folder, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
      writer.stdout.on('data', (chunk: Buffer) => {
        acknowledged += chunk.toString().split('\n').length - 1;
      });
      await once(writer.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, 10 + ((round * 37) % 60)));
      writer.kill('SIGKILL');
      await once(writer, 'close');
      const store = await openStore(folder);
      expect(await store.cells.count({})).toBeGreaterThanOrEqual(acknowledged);
      await store.close();
    }
    expect(acknowledged).toBeGreaterThan(rounds);
  });
});

const disk = smallDisk();
describe('a full disk', () => {
  it.skipIf(disk === null)('is one clear error; what was acknowledged before it stays', async () => {
    const folder = disk as string;
    try {
      const store = await openStore(folder);
      let acknowledged = 0;
      let refusal: unknown = null;
      for (let i = 0; i < 1_000 && refusal === null; i++) {
        const sales = await store.sales.beginImport('sales');
        await sales.add(Array.from({ length: 500 }, (_, day) => ({ ...ticket, product: `p${i}`, day: 19_000 + day })));
        try {
          await sales.commit({ dryRun: false, unit: 'kg', knownCovariates: [], ...IMPORTED });
          acknowledged++;
        } catch (error) {
          refusal = error;
        }
      }
      expect(refusal).toMatchObject({ code: 'STORE_DISK_FULL' });
      expect(acknowledged).toBeGreaterThan(0);
      await store.close();
      const again = await openStore(folder);
      expect(await again.cells.count({})).toBe(acknowledged);
      for await (const series of again.sales.stream({})) expect(series.days).toHaveLength(500);
      await again.close();
    } finally {
      spawnSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true });
    }
  });
});

const ticket = {
  merchant: 'Ana',
  product: 'Tomate',
  productType: null,
  quantity: 1,
  price: 1,
  cost: null,
  promo: null,
  soldOut: false,
  waste: null,
  marketPrice: null,
  covariates: null,
};

/** A disk of 4 MB in memory; null, with the reason printed, where this user may not mount one. */
function smallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { encoding: 'utf8' });
  if (mounted.status === 0) return folder;
  rmSync(folder, { recursive: true });
  console.log(
    `not run: disk full, as a small disk cannot be mounted here (${(mounted.error?.message ?? mounted.stderr).trim()})`,
  );
  return null;
}
