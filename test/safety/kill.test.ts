import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
import { openStore } from '../../src/store/open.ts';
import { type Acknowledged, demanda, watchTraining } from '../support/command.ts';
import { keptOf } from '../support/kept.ts';
import { writeSales } from '../support/sales.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';

const LONG = process.env.DEMANDA_LONG === '1';
const SEED = Number(process.env.DEMANDA_SEED ?? 20_261);
/** Fifty checkpoints and three search rounds, or half of that. */
const TRAIN = [
  '--iterations',
  LONG ? '2000' : '1000',
  '--checkpoint-every',
  '40',
  '--simulated-rows',
  '40',
  '--search-every',
  LONG ? '600' : '400',
  '--quiet',
];

type Cell = { readonly merchant: string; readonly product: string };
let cells: readonly Cell[] = [];
/** A workspace with sales and no training: every story starts from a copy of it. */
const folder = lastingFolder();
const imported = join(folder, 'imported');

beforeAll(() => {
  cells = writeSales(join(folder, 'sales.csv'), LONG ? 4 : 3, 120);
  expect(demanda(['import', join(folder, 'sales.csv'), '--workspace', imported])).toMatchObject({ code: 0 });
});

function freshWorkspace(): string {
  const workspace = join(temporaryFolder(), 'ws');
  cpSync(imported, workspace, { recursive: true });
  return workspace;
}

/** Everything that was acknowledged is in the store, and the store is whole. */
async function expectNothingLost(workspace: string, acknowledged: ReadonlyMap<string, Acknowledged>): Promise<void> {
  const database = new DatabaseSync(join(workspace, 'demanda.sqlite'));
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  database.close();
  const store = await openStore(workspace);
  for (const [name, { iteration, ended }] of acknowledged) {
    const [merchant, product] = name.split(':') as [string, string];
    const done = (await store.models.read({ merchant, product })) !== null;
    const found = await store.runs.newestCheckpoint({ merchant, product });
    if (ended) expect(done, `the model of ${name}`).toBe(true);
    else
      expect(
        done || (found !== null && found.iteration >= iteration && !found.damaged),
        `checkpoint ${iteration} of ${name}`,
      ).toBe(true);
  }
  await store.close();
}

/**
 * Kills a training again and again, resuming it each time, until it has ended by itself.
 *
 * @returns how often it was killed
 */
async function killUntilDone(
  workspace: string,
  which: readonly string[],
  trained: readonly Cell[],
  random: RandomStream,
  mostKills: number,
): Promise<number> {
  const acknowledged = new Map<string, Acknowledged>();
  const whole = (below: number): number => Math.floor(random.uniform() * below);
  for (let kills = 0; ; ) {
    const resume = acknowledged.size > 0;
    const training = watchTraining([
      'train',
      ...which,
      ...TRAIN,
      ...(resume ? ['--resume'] : []),
      '--workspace',
      workspace,
    ]);
    if (kills < mostKills) {
      // Mostly after a number of checkpoints and a moment more, so that no part of a write is spared; now and then
      // while it still starts.
      if (whole(6) === 0) await Promise.race([pause(whole(900)), training.ended]);
      else {
        await training.told(1 + whole(LONG ? 25 : 12));
        await Promise.race([pause(whole(20)), training.ended]);
      }
      training.child.kill('SIGKILL');
    }
    const { code, signal, err } = await training.ended;
    for (const [name, told] of training.acknowledged) acknowledged.set(name, told);
    await expectNothingLost(workspace, acknowledged);
    if (signal === 'SIGKILL') {
      kills++;
      // It may have ended its work before the blow.
      if (trained.length === 1 && (await isDone(workspace, trained[0] as Cell))) return kills;
    } else {
      expect({ code, err }).toEqual({ code: 0, err: '' });
      return kills;
    }
    // A checkpoint may be on disk that nobody was told of any more.
    if (acknowledged.size === 0)
      for (const [name, told] of await unacknowledged(workspace)) acknowledged.set(name, told);
  }
}

async function isDone(workspace: string, { merchant, product }: Cell): Promise<boolean> {
  const store = await openStore(workspace);
  const done = (await store.models.read({ merchant, product })) !== null;
  await store.close();
  return done;
}

async function unacknowledged(workspace: string): Promise<Map<string, Acknowledged>> {
  const store = await openStore(workspace);
  const found = new Map<string, Acknowledged>();
  for (const { merchant, product } of cells) {
    const checkpoint = await store.runs.newestCheckpoint({ merchant, product });
    if (checkpoint) found.set(`${merchant}:${product}`, { iteration: checkpoint.iteration, ended: false });
  }
  await store.close();
  return found;
}

/** Kills stories of one seed until so many kills have been dealt; every story must end as the uninterrupted one did. */
async function expectKillsHarmless(
  which: readonly string[],
  trained: readonly Cell[],
  kills: number,
  seed: number,
): Promise<void> {
  const random = new RandomStream(seed, 9);
  const uninterrupted = freshWorkspace();
  expect(demanda(['train', ...which, ...TRAIN, '--workspace', uninterrupted])).toMatchObject({ code: 0, err: '' });
  const expected = await keptOf(uninterrupted, trained);
  let [dealt, stories] = [0, 0];
  while (dealt < kills) {
    const workspace = freshWorkspace();
    dealt += await killUntilDone(
      workspace,
      which,
      trained,
      random,
      Math.min(kills - dealt, 1 + Math.floor(random.uniform() * 6)),
    );
    stories++;
    expect(await keptOf(workspace, trained), `story ${stories} of seed ${seed}`).toEqual(expected);
    if (LONG && stories % 10 === 0)
      console.log(`seed ${seed}: ${dealt} of ${kills} kills so far, in ${stories} trainings`);
  }
  console.log(
    `seed ${seed}: ${dealt} kills in ${stories} trainings of ${trained.length} cell(s); nothing acknowledged was lost, every one ended bit-identically`,
  );
}

describe('a training that is killed at any moment', () => {
  it(
    'of one cell loses nothing that it acknowledged and, resumed, ends bit-identically to one that was left alone',
    async () => {
      const cell = cells[1] as Cell;
      await expectKillsHarmless(['--merchant', cell.merchant, '--product', cell.product], [cell], LONG ? 300 : 4, SEED);
    },
    LONG ? 7_200_000 : 120_000,
  );
  it(
    'of a fleet on two threads likewise, and trains no finished cell again',
    async () => {
      await expectKillsHarmless(['--all', '--workers', '2'], cells, LONG ? 100 : 2, SEED + 1);
    },
    LONG ? 7_200_000 : 120_000,
  );
});
