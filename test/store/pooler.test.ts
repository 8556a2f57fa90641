/**
 * A workspace behind PgBouncer, which gives every transaction another connection. The program is looked for on the PATH,
 * or where DEMANDA_TEST_PGBOUNCER says.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';

import { demandas } from '../support/command.ts';
import { databasesOf } from '../support/databases.ts';
import { freePort } from '../support/postgres.ts';
import { writeSales } from '../support/sales.ts';
import { temporaryFolder } from '../support/temporary.ts';

const PROGRAM = process.env.DEMANDA_TEST_PGBOUNCER ?? 'pgbouncer';
const [, major, minor] =
  /PgBouncer (\d+)\.(\d+)/.exec(spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' }).stdout ?? '') ?? [];
const databases = major === undefined ? 'no pgbouncer on the PATH' : await databasesOf();
let pooler: ChildProcess | null = null;

afterAll(async () => {
  pooler?.kill('SIGKILL');
  if (typeof databases !== 'string') await databases.remove();
});

/** PgBouncer in transaction mode before a server. @returns the address of a database through it */
async function pooled(address: string): Promise<string> {
  const { hostname, port, pathname, username } = new URL(address);
  const own = await freePort();
  const folder = temporaryFolder();
  const keeps = Number(major) > 1 || Number(minor) >= 21;
  const settings = [
    '[databases]',
    `* = host=${hostname} port=${port} user=${username}`,
    '[pgbouncer]',
    ...['listen_addr=127.0.0.1', `listen_port=${own}`, 'auth_type=any', 'unix_socket_dir='],
    ...['pool_mode=transaction', 'default_pool_size=4', ...(keeps ? ['max_prepared_statements=100'] : [])],
  ];
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, `${settings.join('\n')}\n`, { mode: 0o644 });
  const nobody = process.getuid?.() === 0 ? ({ uid: 65_534, gid: 65_534 } as const) : null;
  if (nobody) for (const path of [folder, file]) chownSync(path, nobody.uid, nobody.gid);
  pooler = spawn(PROGRAM, [file], { ...(nobody ?? {}), stdio: 'ignore' });
  await pause(500);
  return `postgres://${username}@127.0.0.1:${own}${pathname}${keeps ? '' : '?prepared=off'}`;
}

it.skipIf(typeof databases === 'string')(
  'imports, trains by workers and proposes behind PgBouncer in transaction mode as without it',
  async () => {
    if (typeof databases === 'string') return;
    const file = join(temporaryFolder(), 'sales.csv');
    writeSales(file, 3, 120);
    const direct = [await databases.empty(), await databases.empty()] as const;
    const through = await pooled(direct[1]);
    const models = async (address: string): Promise<unknown[]> => {
      const store = await openStore(address);
      try {
        const found: unknown[] = [];
        for await (const { merchant, product } of store.cells.list({}))
          found.push((await store.models.read({ merchant, product }))?.model);
        return found;
      } finally {
        await store.close();
      }
    };
    for (const address of [direct[0], through]) {
      const at = ['--database', address, '--lang', 'en'];
      const ended = demandas([
        ['import', file, ...at],
        ['train', '--all', '--workers', '1', ...at],
        ['worker', '--once', ...at],
        ['recommend', '--all', ...at],
      ]);
      expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    }
    const found = await models(through);
    expect(found.filter((model) => model)).toHaveLength(3);
    expect(found).toEqual(await models(direct[0]));
  },
  120_000,
);
