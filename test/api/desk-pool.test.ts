import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DeskPool, openDeskPool } from '../../src/api/desk-pool.ts';

const ASKER = { lang: 'en', actor: null, merchant: null } as const;
let folder: string;
let desk: DeskPool;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demanda-desk-'));
  desk = openDeskPool({ folder, database: null });
  // A thread that still starts takes nothing.
  await desk.run(ASKER, 'summary', {});
});
afterAll(async () => {
  await desk.close();
  await rm(folder, { recursive: true, force: true });
});

it('work that is done soon goes before longer work that waits, each in the order it came', async () => {
  const done: string[] = [];
  const summary = (name: string): Promise<unknown> => desk.run(ASKER, 'summary', {}).then(() => done.push(name));
  const setting = (name: string): Promise<unknown> =>
    desk.run(ASKER, 'setSettings', { unit: name }).then(() => done.push(name));
  // The first is taken at once, whatever it is.
  await Promise.all([summary('at once'), summary('long 1'), setting('short 1'), summary('long 2'), setting('short 2')]);
  expect(done).toEqual(['at once', 'short 1', 'short 2', 'long 1', 'long 2']);
});
