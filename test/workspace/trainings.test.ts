import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainingItem } from '../../src/contract/api.ts';
import { Workspace } from '../../src/workspace.ts';
import { writeSales } from '../support/sales.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';

const PROCESS = join(import.meta.dirname, '../../src/workspace/training-process.ts');
const OWNER = {
  actor: { kind: 'library', id: 'test', name: 'test' },
  name: 'test',
  scopes: ['admin'],
  merchant: null,
  keyId: null,
} as const;
const lasting = lastingFolder();
const imported = join(lasting, 'imported');

beforeAll(async () => {
  writeSales(join(lasting, 'sales.csv'), 1, 80);
  const workspace = await Workspace.open(imported, { lang: 'en' });
  await workspace.importFiles([join(lasting, 'sales.csv')]);
  await workspace.close();
});

function fresh(): string {
  const folder = join(temporaryFolder(), 'ws');
  cpSync(imported, folder, { recursive: true });
  return folder;
}

/** A training as it was left in the store. */
function leave(folder: string, fields: Readonly<Record<string, string | number | null>>): void {
  const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
  const now = new Date().toISOString();
  const row = {
    training_id: 'lost',
    cells: 1,
    options: '{}',
    lang: 'en',
    started_at: now,
    started_by: 'me',
    beat_at: now,
    ...fields,
  };
  database
    .prepare(
      `INSERT INTO training (${Object.keys(row).join(', ')}) VALUES (${Object.keys(row)
        .map(() => '?')
        .join(', ')})`,
    )
    .run(...Object.values(row));
  database.close();
}

async function itemOf(folder: string, id: string): Promise<TrainingItem> {
  const workspace = await Workspace.open(folder, { lang: 'en' });
  try {
    return (await workspace.trainings.get(id, null)).training;
  } finally {
    await workspace.close();
  }
}

async function until(folder: string, id: string, ended: (item: TrainingItem) => boolean): Promise<TrainingItem> {
  for (let waited = 0; ; waited += 200) {
    const item = await itemOf(folder, id);
    if (ended(item) || waited > 60_000) return item;
    await pause(200);
  }
}

describe('a training in a process of its own', () => {
  it('that is gone is told apart from another process that has its number by now', async () => {
    const folder = fresh();
    leave(folder, { status: 'running', holder: 'lost', pid: process.pid, identity: 'another boot 1234' });
    expect(await itemOf(folder, 'lost')).toMatchObject({
      status: 'stopped',
      canResume: true,
      message:
        'The process of the training ended without notice: the system killed it or the machine was switched off. What was done is kept: resume it.',
    });
  });
  it('whose store cannot be worked with keeps the reason, in its message and in a log of its own', async () => {
    const folder = fresh();
    leave(folder, { status: 'starting' });
    const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
    // What the beat writes is refused, as nothing that is known in advance would be.
    database.exec(
      "CREATE TRIGGER refused BEFORE UPDATE OF beat_at ON training WHEN NEW.status = 'running' AND OLD.status = 'running' BEGIN SELECT raise(ABORT, 'refused by a trigger'); END",
    );
    database.close();
    const { status, stderr } = spawnSync(process.execPath, [PROCESS, folder, 'lost'], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/\nlast words: .*refused by a trigger/);
    expect(await itemOf(folder, 'lost')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('refused by a trigger'),
    });
  });
  it('that breaks off before it can tell the store leaves its last words in the log, which the training shows', async () => {
    const folder = fresh();
    leave(folder, { status: 'running', holder: 'lost', pid: 4_194_304, identity: 'gone' });
    const logs = join(folder, 'training-logs');
    mkdirSync(logs);
    writeFileSync(
      join(logs, 'lost.log'),
      '\n<--- Last few GCs --->\n\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n----- Native stack trace -----\n 1: 0xf\n',
    );
    const { message } = await itemOf(folder, 'lost');
    expect(message).toBe(
      `The process of the training ended early: FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory (log: ${join(logs, 'lost.log')}). What was done is kept: resume it.`,
    );
  });
  it('that finds no store to open says so in the log alone', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'demanda.sqlite');
    writeFileSync(file, 'no store '.repeat(1_000));
    const child = spawn(process.execPath, [PROCESS, folder, 'lost'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(child, 'close');
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    // It goes on trying to tell the store for a minute: what it has to say is said before.
    await expect.poll(() => log).toMatch(/\nlast words: .*STORE_UNREADABLE/);
    child.kill('SIGKILL');
    await ended;
    expect(readFileSync(file, 'utf8')).toBe('no store '.repeat(1_000));
  });
  it('writes to a log for its owner alone, of which none is left when it ends well', async () => {
    const folder = fresh();
    const workspace = await Workspace.open(folder, { lang: 'en' });
    const id = await workspace.trainings.start(OWNER, { options: {} }, 'en');
    expect(statSync(join(folder, 'training-logs')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'training-logs', `${id}.log`)).mode & 0o777).toBe(0o600);
    await workspace.close();
    expect(await until(folder, id, (item) => item.status === 'done' || item.status === 'failed')).toMatchObject({
      status: 'done',
      message: null,
    });
    for (let waited = 0; existsSync(join(folder, 'training-logs', `${id}.log`)) && waited < 10_000; waited += 100)
      await pause(100);
    expect(readdirSync(join(folder, 'training-logs'))).toEqual([]);
  });
  it('keeps the logs of the last trainings alone', async () => {
    const folder = fresh();
    const logs = join(folder, 'training-logs');
    mkdirSync(logs);
    for (let i = 0; i < 40; i++) writeFileSync(join(logs, `old-${i}.log`), 'words\n');
    const workspace = await Workspace.open(folder, { lang: 'en' });
    const id = await workspace.trainings.start(OWNER, { options: {} }, 'en');
    expect(readdirSync(logs)).toHaveLength(20);
    await workspace.close();
    await until(folder, id, (item) => item.status === 'done' || item.status === 'failed');
  });
  it('that cannot be started is told as failed, with the reason', async () => {
    const folder = fresh();
    const script = `import { Workspace } from ${JSON.stringify(join(import.meta.dirname, '../../src/workspace.ts'))};
      const workspace = await Workspace.open(${JSON.stringify(folder)}, { lang: 'en' });
      Object.defineProperty(process, 'execPath', { value: '/nowhere/node' });
      const id = await workspace.trainings.start(${JSON.stringify(OWNER)}, { options: {} }, 'en');
      await new Promise((go) => setTimeout(go, 500));
      process.stdout.write(JSON.stringify((await workspace.trainings.get(id, null)).training));
      await workspace.close();`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', message: expect.stringContaining('ENOENT') });
  });
  it('whose log cannot be written trains without', async () => {
    const folder = fresh();
    writeFileSync(join(folder, 'training-logs'), 'a file stands where the folder belongs');
    const workspace = await Workspace.open(folder, { lang: 'en' });
    const id = await workspace.trainings.start(OWNER, { options: {} }, 'en');
    await workspace.close();
    expect(await until(folder, id, (item) => item.status === 'done' || item.status === 'failed')).toMatchObject({
      status: 'done',
    });
    expect(readFileSync(join(folder, 'training-logs'), 'utf8')).toContain('stands');
  });
});
