import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/store/sqlite/migrations/migrations.ts';
import { Workspace } from '../../src/workspace.ts';
import { clientOf, serveFolder } from '../api/served.ts';
import { demanda, demandas } from '../support/command.ts';
import { writeSales } from '../support/sales.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';

const folder = lastingFolder();
const trained = join(folder, 'trained');
const sales = join(folder, 'sales.csv');
const FULL =
  /^The disk has no room left for .*demanda\.sqlite.*: this step was not saved; free some space and repeat the command\.\n$/;
const FILE_FULL =
  /^The disk of .* has no room left for .*: it was not saved; free some space and repeat the command\.\n$/;
const TEMPORARY_FULL = /^The temporary folder .* has no room left: nothing was saved; .* TMPDIR, .*\.\n$/;
let cell: readonly string[] = [];

/** A small disk in memory; null, with the reason printed, where this user may not mount one. */
function smallDisk(megabytes: number): string | null {
  const mount = mkdtempSync(join(tmpdir(), 'demanda-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', mount], { encoding: 'utf8' });
  if (mounted.status === 0) {
    mounts.push(mount);
    return mount;
  }
  rmSync(mount, { recursive: true });
  console.log(
    `not run: a full disk, as a small disk cannot be mounted here (${(mounted.error?.message ?? mounted.stderr).trim()})`,
  );
  return null;
}

const mounts: string[] = [];
afterAll(() => {
  for (const mount of mounts) {
    spawnSync('umount', ['--lazy', mount]);
    rmSync(mount, { recursive: true, force: true });
  }
});

function fillUp(mount: string): void {
  expect(
    spawnSync('dd', ['if=/dev/zero', `of=${join(mount, 'fill')}`, 'bs=4096'], { encoding: 'utf8' }).stderr,
  ).toMatch(/No space left/);
}

beforeAll(() => {
  const [first] = writeSales(sales, 2, 80);
  cell = ['--merchant', first?.merchant as string, '--product', first?.product as string];
  expect(demanda(['import', sales, '--workspace', trained])).toMatchObject({ code: 0 });
  expect(demanda(['train', '--all', '--workspace', trained])).toMatchObject({ code: 0 });
});

describe('a full disk', () => {
  const disk = smallDisk(6);
  it.skipIf(disk === null)(
    'is called full by every command that writes to it, and what only reads goes on',
    async () => {
      const mount = disk as string;
      const workspace = join(mount, 'ws');
      cpSync(trained, workspace, { recursive: true });
      cpSync(trained, join(folder, 'other'), { recursive: true });
      expect(demanda(['backup', join(folder, 'copy'), '--workspace', trained])).toMatchObject({ code: 0 });
      fillUp(mount);
      const within = (folder: string) => (args: readonly string[]) => [
        ...args,
        '--lang',
        'en',
        '--quiet',
        '--workspace',
        folder,
      ];
      const inFull = within(workspace);
      const onto = within(join(folder, 'other'));
      const reading = [
        ['models'],
        ['show', ...cell],
        ['history'],
        ['forecast', '--all'],
        ['models', '--json'],
        ['backtest', '--all', '--workers', '1'],
        ['backup', join(folder, 'rescued')],
        ['doctor'],
      ];
      const writing = [
        ['import', sales, '--replace'],
        ['train', '--all', '--workers', '1'],
        ['train', ...cell, '--iterations', '50', '--fresh'],
        ['settings', '--currency', 'MXN'],
        ['restore', join(folder, 'copy')],
      ].map(inFull);
      const files = [
        ...['csv', 'svg', 'png', 'html'].map((format) =>
          inFull(['show', ...cell, `--${format}`, join(mount, `picture.${format}`)]),
        ),
        onto(['recommend', '--all', '--export', join(mount, 'prices.csv')]),
        onto(['backtest', '--all', '--workers', '1', '--predictions', join(mount, 'predictions.csv')]),
        onto(['backup', join(mount, 'copy')]),
      ];
      // Reading goes on, a backup to another disk can be had, and doctor says what is wrong.
      const read = demandas(reading.map(inFull));
      for (const [i, { code, err }] of read.entries())
        expect({ args: reading[i], code, err }).toEqual({ args: reading[i], code: 0, err: '' });
      expect(read.at(-1)?.out).toContain(`✗ free disk: ${workspace}: 0 MB — There is no room left in ${workspace}`);
      for (const [commands, words] of [
        [writing, FULL],
        [files, FILE_FULL],
      ] as const) {
        for (const [i, { code, err }] of demandas(commands).entries()) {
          expect({ args: commands[i], code }).toEqual({ args: commands[i], code: 1 });
          expect(err, commands[i]?.join(' ')).toMatch(words);
        }
      }
      const opened = await Workspace.open(workspace, { lang: 'en' });
      const upload = Readable.from([Buffer.alloc(200_000, 'a')]);
      await expect(opened.uploads.receive('sales.csv', upload, null, 1_000_000)).rejects.toMatchObject({
        code: 'DISK_FULL',
      });
      expect(existsSync(join(workspace, 'uploads')) ? readdirSync(join(workspace, 'uploads')) : []).toEqual([]);
      await opened.close();
      // Nothing half is left.
      expect(readdirSync(mount).sort()).toEqual(['fill', 'ws']);
      // In Spanish too.
      expect(demanda(['import', sales, '--replace', '--lang', 'es', '--workspace', workspace]).err).toMatch(
        /^No queda espacio en disco para .*\n$/,
      );
      rmSync(join(mount, 'fill'));
      expect(demandas([inFull(['import', sales, '--replace']), inFull(['models'])]).map(({ code }) => code)).toEqual([
        0, 0,
      ]);
    },
    600_000,
  );
  const temporary = smallDisk(1);
  it.skipIf(temporary === null)(
    'of the temporary folder is told apart from that of the store, by command and library',
    async () => {
      const mount = temporary as string;
      const many = join(folder, 'many.csv');
      const rows = Array.from(
        { length: 150_000 },
        (_, i) =>
          `${new Date(Date.UTC(2024, 0, 1) + (i % 600) * 864e5).toISOString().slice(0, 10)},A,P${Math.floor(i / 600)},1,2`,
      );
      writeFileSync(many, `date,merchant,product,quantity,price\n${rows.join('\n')}\n`);
      const workspace = join(folder, 'imports');
      for (const [lang, words] of [
        ['en', TEMPORARY_FULL],
        ['es', /^No queda espacio en la carpeta temporal .*TMPDIR, y repita la orden\.\n$/],
      ] as const) {
        for (const more of [[], ['--dry-run']]) {
          const { code, err } = demanda(
            ['import', many, ...more, '--lang', lang, '--quiet', '--workspace', workspace],
            { TMPDIR: mount },
          );
          expect(err).toMatch(words);
          expect(code).toBe(1);
        }
      }
      expect(demanda(['import', many, '--quiet', '--workspace', workspace])).toMatchObject({ code: 0 });
    },
  );
  const uploads = smallDisk(32);
  const little = smallDisk(1);
  it.skipIf(uploads === null || little === null)(
    'of uploads, and a temporary folder without room, refuse what comes over the network and the server goes on',
    { timeout: 120_000 },
    async () => {
      const mount = uploads as string;
      const before = process.env.TMPDIR;
      // Of the processes that import for the server.
      process.env.TMPDIR = little as string;
      const served = await serveFolder(await Workspace.open(join(mount, 'ws'), { lang: 'en' }));
      try {
        const owner = clientOf(served, await served.key(['admin'], null));
        const file = (rows: number): FormData => {
          const form = new FormData();
          const day = (i: number): string =>
            new Date(Date.UTC(2024, 0, 1) + (i % 600) * 864e5).toISOString().slice(0, 10);
          const lines = Array.from({ length: rows }, (_, i) => `${day(i)},A,P${Math.floor(i / 600)},1,2`);
          form.append('file', new Blob([`date,merchant,product,quantity,price\n${lines.join('\n')}\n`]), 'sales.csv');
          return form;
        };
        const asks = (path: string, body: unknown) => owner('POST', path, body, { 'accept-language': 'en' });
        const large = await asks('/api/imports', file(150_000));
        expect([large.status, large.json.error.code]).toEqual([507, 'TEMP_DISK_FULL']);
        fillUp(mount);
        const refused = await asks('/api/imports', file(2_500));
        expect([refused.status, refused.json.error.code]).toEqual([507, 'DISK_FULL']);
        expect((await owner('GET', '/api/health')).status).toBe(200);
        expect(readdirSync(join(mount, 'ws', 'uploads'))).toEqual([]);
        rmSync(join(mount, 'fill'));
        const uploaded = await asks('/api/imports', file(1));
        expect(uploaded.json).toMatchObject({ importId: expect.any(String) });
        const { importId } = uploaded.json;
        expect((await asks(`/api/imports/${importId}/commit`, {})).json).toMatchObject({ accepted: 1 });
      } finally {
        await served.close();
        if (before === undefined) delete process.env.TMPDIR;
        else process.env.TMPDIR = before;
      }
    },
  );
  const small = smallDisk(2);
  it.skipIf(small === null)('refuses a migration before anything is changed, and leaves no half copy', async () => {
    const workspace = join(small as string, 'ws');
    mkdirSync(workspace);
    const file = join(workspace, 'demanda.sqlite');
    const made = join(temporaryFolder(), 'demanda.sqlite');
    const database = new DatabaseSync(made);
    database.exec('PRAGMA journal_mode = WAL');
    for (const migration of MIGRATIONS.slice(0, 5)) database.exec(migration);
    database.exec(`PRAGMA user_version = 5; INSERT INTO document VALUES ('a', 'b', '"${'x'.repeat(1_200_000)}"')`);
    database.close();
    cpSync(made, file);
    const before = readFileSync(file);
    await expect(Workspace.open(workspace)).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringContaining(`demanda.sqlite.before-v${MIGRATIONS.length}: it was not saved`),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(workspace).filter((name) => /before|partial/.test(name))).toEqual([]);
  });
});

/** The shim of failing-disk.test.ts, that fails with the number of another error. */
function compiledShim(): string | null {
  const library = join(folder, 'failing-disk.so');
  const source = join(import.meta.dirname, '../support/failing-disk.c');
  const compiled =
    process.platform === 'linux'
      ? spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], { encoding: 'utf8' })
      : null;
  if (compiled?.status === 0 && existsSync(library)) return library;
  console.log(
    `not run: a quota, as no C compiler made the shim (${compiled?.error?.message ?? compiled?.stderr.trim() ?? 'not Linux'})`,
  );
  return null;
}

describe('a quota that is used up', () => {
  const shim = compiledShim();
  it.skipIf(shim === null)('is told like a full disk, whichever write meets it', () => {
    const under = temporaryFolder();
    const workspace = join(under, 'ws');
    cpSync(trained, workspace, { recursive: true });
    for (const at of [1, 2, 3, 5]) {
      const log = join(under, `calls-${at}`);
      const environment = {
        LD_PRELOAD: shim as string,
        FAIL_UNDER: workspace,
        FAIL_LOG: log,
        FAIL_AT: String(at),
        FAIL_FOREVER: '1',
        FAIL_WITH: 'EDQUOT',
      };
      const { code, err } = demanda(
        ['settings', '--currency', 'MXN', '--lang', 'en', '--workspace', workspace],
        environment,
      );
      if (!existsSync(log) || statSync(log).size === 0) continue;
      expect({ at, code }).toEqual({ at, code: 1 });
      expect(err).toMatch(FULL);
    }
    const { code, err } = demanda(
      ['show', ...cell, '--csv', join(workspace, 'x.csv'), '--lang', 'en', '--workspace', workspace],
      {
        LD_PRELOAD: shim as string,
        FAIL_UNDER: join(workspace, '.x.csv'),
        FAIL_AT: '1',
        FAIL_FOREVER: '1',
        FAIL_WITH: 'EDQUOT',
      },
    );
    expect(err).toMatch(FILE_FULL);
    expect(code).toBe(1);
  });
});
