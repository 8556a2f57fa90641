import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite-store.ts';
import { describeStore } from '../contracts/store.ts';
import { temporaryFolder } from '../support/temporary.ts';

describeStore('SQLite', () => openSqliteStore(temporaryFolder()));

describe('the SQLite store', () => {
  it('refuses a store made by a newer version in one sentence', async () => {
    const folder = temporaryFolder();
    await (await openSqliteStore(folder)).close();
    const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(openSqliteStore(folder)).rejects.toMatchObject({ code: 'STORE_NEWER' });
  });
  it('says so when the file is no store', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'demanda.sqlite'), 'this is a text, not a database '.repeat(100));
    await expect(openSqliteStore(folder)).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
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
      const store = await openSqliteStore(folder);
      expect(await store.countCells({})).toBeGreaterThanOrEqual(acknowledged);
      await store.close();
    }
    expect(acknowledged).toBeGreaterThan(rounds);
  });
});
