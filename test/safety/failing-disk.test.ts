import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
import { openStore } from '../../src/store/open.ts';
import { demanda, type WatchedTraining, watchTraining } from '../support/command.ts';
import { type Kept, keptOf } from '../support/kept.ts';
import { writeSales } from '../support/sales.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';

const LONG = process.env.DEMANDA_LONG === '1';
const SEED = Number(process.env.DEMANDA_SEED ?? 7);
const folder = lastingFolder();
const imported = join(folder, 'imported');
const RUN = [
  '--iterations',
  '150',
  '--checkpoint-every',
  '50',
  '--simulated-rows',
  '40',
  '--search-every',
  '0',
  '--quiet',
  '--lang',
  'en',
];
let cell: { readonly merchant: string; readonly product: string };
let train: readonly string[] = [];

beforeAll(() => {
  [cell] = writeSales(join(folder, 'sales.csv'), 1, 80) as [typeof cell];
  train = ['train', '--merchant', cell.merchant, '--product', cell.product, ...RUN];
  expect(demanda(['import', join(folder, 'sales.csv'), '--workspace', imported])).toMatchObject({ code: 0 });
});

/**
 * The store is whole, what was acknowledged is in it, and the training, gone on with, ends as one that was left alone.
 */
async function expectSound(
  workspace: string,
  { acknowledged }: WatchedTraining,
  expected: readonly Kept[],
  label: string,
): Promise<void> {
  const database = new DatabaseSync(join(workspace, 'demanda.sqlite'));
  expect(database.prepare('PRAGMA integrity_check').all(), label).toEqual([{ integrity_check: 'ok' }]);
  database.close();
  const store = await openStore(workspace);
  const found = await store.runs.newestCheckpoint(cell);
  const done = (await store.models.read(cell)) !== null;
  await store.close();
  const told = acknowledged.get(`${cell.merchant}:${cell.product}`);
  if (told?.ended) expect(done, label).toBe(true);
  else if (told && !done) expect(found?.iteration, label).toBeGreaterThanOrEqual(told.iteration);
  if (found) expect(found.damaged, label).toBe(false);
  if (!done)
    expect(demanda([...train, ...(found ? ['--resume'] : []), '--workspace', workspace]), label).toMatchObject({
      code: 0,
      err: '',
    });
  expect(await keptOf(workspace, [cell]), label).toEqual(expected);
}

describe('a disk that fails', () => {
  const shim = compiledShim();
  it.skipIf(shim === null)(
    `at ${LONG ? 'every' : 'some'} write, flush or rename of a training, once or for good, is one clear error; nothing acknowledged is lost`,
    async () => {
      const failing = (workspace: string, log: string, at: number, forever: boolean): NodeJS.ProcessEnv => ({
        LD_PRELOAD: shim as string,
        FAIL_UNDER: workspace,
        FAIL_LOG: log,
        FAIL_AT: String(at),
        ...(forever && { FAIL_FOREVER: '1' }),
      });
      const copied = (): string => {
        const workspace = join(temporaryFolder(), 'ws');
        cpSync(imported, workspace, { recursive: true });
        return workspace;
      };
      const alone = copied();
      const log = join(alone, '..', 'calls');
      const whole = demanda([...train, '--workspace', alone], failing(alone, log, 0, false));
      expect(whole).toMatchObject({ code: 0, err: '' });
      const expected = await keptOf(alone, [cell]);
      const calls = readFileSync(log, 'utf8').trimEnd().split('\n');
      // A training that hardly wrote would test nothing.
      expect(calls.length).toBeGreaterThan(20);
      const random = new RandomStream(SEED, 8);
      const chosen = LONG
        ? calls.map((_, i) => i + 1)
        : Array.from({ length: 2 }, () => 1 + Math.floor(random.uniform() * calls.length));
      let refused = 0;
      for (const at of chosen) {
        for (const forever of [false, true]) {
          const workspace = copied();
          const label = `seed ${SEED}: call ${at} of ${calls.length} (${calls[at - 1]}) ${forever ? 'and all after it' : 'once'}`;
          const training = watchTraining(
            [...train, '--workspace', workspace],
            failing(workspace, join(workspace, '..', 'calls'), at, forever),
          );
          const { code, err, signal } = await training.ended;
          expect(signal, label).toBeNull();
          if (code !== 0) {
            refused++;
            expect(code, label).toBe(1);
            // One sentence, and the one that fits: SQLite tells a failed write apart from a store that cannot be
            // opened.
            expect(err.trimEnd().split('\n'), label).toHaveLength(1);
            expect(err, label).toMatch(
              /The disk failed while .* was written|cannot be opened \(.*\): check the folder/,
            );
          } else expect(err, label).toBe('');
          await expectSound(workspace, training, expected, label);
          rmSync(workspace, { recursive: true });
        }
      }
      expect(refused).toBeGreaterThan(0);
      console.log(
        `seed ${SEED}: ${chosen.length} of ${calls.length} calls failed once and for good: ${refused} trainings refused in one sentence, 0 corrupt stores, nothing acknowledged lost`,
      );
    },
    LONG ? 7_200_000 : 180_000,
  );

  const disk = smallDisk();
  it.skipIf(disk === null)(
    'that is full while a checkpoint is saved ends the training in one sentence, in each language; with room again it goes on from the last good one',
    async () => {
      const mount = disk as string;
      try {
        const workspace = join(mount, 'ws');
        cpSync(imported, workspace, { recursive: true });
        const long = [
          ...train.slice(0, 5),
          '--iterations',
          '100000',
          '--checkpoint-every',
          '50',
          '--simulated-rows',
          '40',
          '--search-every',
          '0',
          '--quiet',
        ];
        // Ever smaller, so that the next record does not fit.
        for (const [lang, words] of [
          ['es', /^No queda espacio en disco para .*: este paso no se guardó; libere espacio y repita la orden\.$/],
          [
            'en',
            /^The disk has no room left for .*: this step was not saved; free some space and repeat the command\.$/,
          ],
        ] as const) {
          const training = watchTraining([
            ...long,
            ...(lang === 'en' ? ['--resume'] : []),
            '--lang',
            lang,
            '--workspace',
            workspace,
          ]);
          await training.told(2);
          const filled = spawnSync('dd', ['if=/dev/zero', `of=${join(mount, 'fill')}`, 'bs=4096'], {
            encoding: 'utf8',
          });
          expect(filled.stderr).toMatch(/No space left/);
          const { code, err } = await training.ended;
          expect(err.trim()).toMatch(words);
          expect(code).toBe(1);
          rmSync(join(mount, 'fill'));
          const store = await openStore(workspace);
          const found = await store.runs.newestCheckpoint(cell);
          expect(found?.iteration).toBeGreaterThanOrEqual([...training.acknowledged.values()][0]?.iteration as number);
          expect(found?.damaged).toBe(false);
          await store.close();
        }
      } finally {
        spawnSync('umount', ['--lazy', mount]);
        rmSync(mount, { recursive: true });
      }
    },
    120_000,
  );
});

/** The shim, compiled; null, with the reason printed, where it cannot be. */
function compiledShim(): string | null {
  const source = join(import.meta.dirname, '../support/failing-disk.c');
  const library = join(folder, 'failing-disk.so');
  const compiled =
    process.platform === 'linux'
      ? spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], { encoding: 'utf8' })
      : null;
  if (compiled?.status === 0 && existsSync(library)) return library;
  console.log(
    `not run: failing writes and flushes, as no C compiler made the shim (${compiled?.error?.message ?? compiled?.stderr.trim() ?? 'not Linux'})`,
  );
  return null;
}

/** A disk of 8 MB in memory; null, with the reason printed, where this user may not mount one. */
function smallDisk(): string | null {
  const mount = mkdtempSync(join(tmpdir(), 'demanda-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', mount], { encoding: 'utf8' });
  if (mounted.status === 0) return mount;
  rmSync(mount, { recursive: true });
  console.log(
    `not run: disk full while saving, as a small disk cannot be mounted here (${(mounted.error?.message ?? mounted.stderr).trim()})`,
  );
  return null;
}
