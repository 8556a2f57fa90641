/** What a database refuses, as a command says it: one sentence, an exit code that says whether to try again, nothing lost. */

import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/store/postgres/migrations/migrations.ts';
import { demanda } from '../support/command.ts';
import { startPostgres, type TestServer } from '../support/postgres.ts';
import { writeSales } from '../support/sales.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';
import { query } from '../support/worker-processes.ts';

const folder = lastingFolder();
const access = join(folder, 'pg_hba.conf');
chmodSync(folder, 0o755);
// The tests' own user is trusted, everybody else asked for a password.
writeFileSync(access, 'host all demanda 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n');
chmodSync(access, 0o644);
const server = await startPostgres([`hba_file=${access}`]);
const isOwn = typeof server !== 'string' && process.env.DEMANDA_TEST_DATABASE_URL === undefined;

/** What a command that cannot do its work says in either language. */
function refusals(
  address: string,
  command: readonly string[],
  code: number,
): { readonly en: string; readonly es: string } {
  const [en, es] = (['en', 'es'] as const).map((lang) => {
    const said = demanda([...command, '--lang', lang], {
      DEMANDA_DATABASE_URL: address,
      DEMANDA_WORKSPACE: join(folder, 'beside'),
    });
    expect(said, said.err).toMatchObject({ code, out: '' });
    expect(said.err.trim().split('\n')).toHaveLength(1);
    return said.err;
  }) as [string, string];
  return { en, es };
}

function as(address: string, user: string, password: string): string {
  const url = new URL(address);
  url.username = user;
  url.password = password;
  return url.href;
}

describe.skipIf(!isOwn)('a database that refuses', () => {
  const { database, remove } = server as TestServer;
  afterAll(() => remove());

  it('a password that is wrong, or that nobody gave, is at an end at once', async () => {
    const address = await database();
    await query(address, "CREATE ROLE anna LOGIN PASSWORD 'right'");
    for (const password of ['wrong', '']) {
      const started = performance.now();
      const { en, es } = refusals(as(address, 'anna', password), ['models'], 2);
      expect(en).toContain('refuses the user or the password');
      expect(es).toContain('rechaza el usuario o la contraseña');
      // A server lets one who says nothing wait for a minute.
      expect(performance.now() - started).toBeLessThan(40_000);
    }
    expect(refusals(as(address, 'anna', 'wrong'), ['worker', '--once'], 2).en).toContain('refuses the user');
  }, 120_000);

  it('a schema of a newer version is left alone, and one of an older version brought up to date', async () => {
    const address = await database();
    expect(demanda(['settings'], { DEMANDA_DATABASE_URL: address })).toMatchObject({ code: 0 });
    await query(address, 'UPDATE demanda.schema_version SET version = 99');
    for (const command of [['models'], ['worker', '--once'], ['prepare', '--output', join(folder, 'k')]]) {
      const { en, es } = refusals(address, command, 2);
      expect(en).toContain('newer version');
      expect(es).toContain('más nueva');
    }
    expect(await query(address, 'SELECT version FROM demanda.schema_version')).toEqual([{ version: 99 }]);
    const older = await database();
    await query(
      older,
      `CREATE SCHEMA demanda; CREATE TABLE demanda.schema_version (version int NOT NULL);
       INSERT INTO demanda.schema_version VALUES (2); ${MIGRATIONS.slice(0, 2).join(';')}`,
    );
    expect(demanda(['settings'], { DEMANDA_DATABASE_URL: older })).toMatchObject({ code: 0 });
    expect(await query(older, 'SELECT version FROM demanda.schema_version')).toEqual([{ version: MIGRATIONS.length }]);
  }, 120_000);

  it('a user without rights is told which page says what to grant', async () => {
    const address = await database();
    expect(demanda(['settings'], { DEMANDA_DATABASE_URL: address })).toMatchObject({ code: 0 });
    await query(address, "CREATE ROLE weak LOGIN PASSWORD 'w'");
    const { en, es } = refusals(as(address, 'weak', 'w'), ['train', '--all'], 2);
    expect(en).toContain('docs/guide/en/database.md');
    expect(es).toContain('docs/guide/es/base-de-datos.md');
  }, 60_000);

  it('a full disk keeps what was there, and takes the rest once there is room', async (test) => {
    const small = temporaryFolder();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32m,uid=65534,gid=65534', 'tmpfs', small], {
      encoding: 'utf8',
    });
    if (mounted.status !== 0) test.skip(`no small disk: ${mounted.error?.message ?? mounted.stderr.trim()}`);
    const admin = await database();
    const address = new URL(admin);
    address.pathname = '/brimful';
    try {
      await query(admin, `CREATE TABLESPACE small LOCATION '${small}'`);
      await query(admin, 'CREATE DATABASE brimful TABLESPACE small');
      const [first, second] = ['first.csv', 'second.csv'].map((name) => join(folder, name)) as [string, string];
      writeSales(first, 1, 60);
      writeSales(second, 8, 1_200);
      const at = { DEMANDA_DATABASE_URL: address.href };
      expect(demanda(['import', first, '--lang', 'en'], at)).toMatchObject({ code: 0 });
      const rows = (): Promise<unknown> =>
        query(address.href, 'SELECT count(*)::int AS cells, sum(rows)::int FROM demanda.cell');
      const before = await rows();
      const { bavail, bsize } = statfsSync(small);
      writeFileSync(join(small, 'fill'), Buffer.alloc(bavail * bsize));
      const { en, es } = refusals(address.href, ['import', second], 1);
      expect(en).toContain('The disk has no room left');
      expect(es).toContain('No queda espacio en disco');
      expect(await rows()).toEqual(before);
      rmSync(join(small, 'fill'));
      expect(demanda(['import', second, '--lang', 'en'], at)).toMatchObject({ code: 0 });
      expect(await rows()).not.toEqual(before);
    } finally {
      await (server as TestServer).stop('immediate');
      spawnSync('umount', [small]);
    }
  }, 120_000);
});
