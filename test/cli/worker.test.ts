import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { salesCsv } from '../api/served.ts';
import { demanda, demandas } from '../support/command.ts';
import { databasesOf } from '../support/databases.ts';
import { lastingFolder } from '../support/temporary.ts';

const databases = await databasesOf();
const folder = lastingFolder();
const running = new Set<ChildProcess>();

afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
afterAll(async () => {
  if (typeof databases !== 'string') await databases.remove();
});

interface Worker {
  readonly child: ChildProcess;
  /** What it said on both outputs. */
  text(): string;
}

function worker(address: string, ...args: readonly string[]): Worker {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../support/cli.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LANG: 'C', NO_COLOR: '1', DEMANDA_DATABASE_URL: address },
  });
  running.add(child);
  let text = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (data: Buffer) => (text += data.toString()));
  return { child, text: () => text };
}

describe.skipIf(typeof databases === 'string')('demanda worker', () => {
  let address: string;
  beforeAll(async () => {
    if (typeof databases === 'string') return;
    address = await databases.empty();
    const file = join(folder, 'sales.csv');
    writeFileSync(file, salesCsv(['Shop'], 2));
    const imported = demanda(['import', file, '--unit', 'kg', '--lang', 'en'], { DEMANDA_DATABASE_URL: address });
    expect(imported.code, imported.err).toBe(0);
  });

  it('trains what a schedule or a page asked for, and ends when it is told to', async () => {
    if (typeof databases === 'string') return;
    const one = worker(address, 'worker', '--threads', '1', '--lang', 'en');
    await expect.poll(one.text, { timeout: 60_000 }).toContain('Worker with 1 thread: waits for trainings');
    // Down and up again: one line each.
    await databases.server.stop('immediate');
    await expect.poll(one.text, { timeout: 60_000 }).toContain('does not answer');
    await databases.server.start();
    await expect.poll(one.text, { timeout: 60_000 }).toContain('The database answers again.');
    expect(one.text().match(/does not answer/g)).toHaveLength(1);
    const [trained, listed] = demandas([
      ['train', '--all', '--workers', '1', '--lang', 'en', '--database', address],
      ['trainings', '--lang', 'en', '--database', address],
    ]);
    expect(trained?.out).toContain('2 models trained');
    expect(listed?.out).toMatch(/done +2\/2 +0/);
    one.child.kill('SIGTERM');
    expect(await once(one.child, 'exit')).toEqual([0, null]);
  });

  it('waits for a database that is not there yet, with one line', async () => {
    if (typeof databases === 'string') return;
    await databases.server.stop('fast');
    const one = worker(address, 'trabajador', '--hilos', '1', '--hasta-acabar', '--idioma', 'es');
    await expect.poll(one.text, { timeout: 60_000 }).toContain('no responde');
    await databases.server.start();
    expect(await once(one.child, 'exit')).toEqual([0, null]);
    expect(one.text().match(/no responde/g)).toHaveLength(1);
    expect(one.text()).toContain('La base de datos vuelve a responder.');
  });

  it('plans trainings and takes them back', () => {
    const told = demandas([
      [
        'schedule',
        'add',
        '0 3 * * *',
        'train',
        '--all',
        '--timezone',
        'Europe/Madrid',
        '--database',
        address,
        '--json',
      ],
      ['programar', 'agregar', '0 4 * * *', 'entrenar', '--todos', '--iteraciones', '500', '--base-de-datos', address],
      ['schedule', 'add', '0 3 * *', 'train', '--all', '--database', address, '--lang', 'en'],
      ['schedule', 'add', '0 3 * * *', 'recommend', '--all', '--database', address, '--lang', 'en'],
      ['schedule', 'add', '0 3 * * *', 'train', '--database', address, '--lang', 'en'],
    ]);
    const { schedules } = JSON.parse(told[0]?.out ?? '') as { schedules: { id: string }[] };
    expect(schedules).toMatchObject([{ cron: '0 3 * * *', timezone: 'Europe/Madrid', choice: {}, options: {} }]);
    expect(told[1]?.out).toContain('--iteraciones 500');
    expect(told.slice(2).map(({ code }) => code)).toEqual([2, 2, 2]);
    expect(told[2]?.err).toContain('write minute, hour, day, month and weekday');
    const [removed, none, unknown] = demandas([
      ['schedule', 'remove', schedules[0]?.id ?? '', '--database', address, '--json'],
      ['schedule', '--lang', 'en', '--workspace', join(folder, 'ws')],
      ['trainings', 'retry', 'x', '--lang', 'en', '--database', address],
    ]);
    expect((JSON.parse(removed?.out ?? '') as { schedules: unknown[] }).schedules).toHaveLength(1);
    expect([none?.code, none?.err]).toEqual([2, expect.stringContaining('has no queue')]);
    expect(unknown?.code).toBe(1);
  });
});
