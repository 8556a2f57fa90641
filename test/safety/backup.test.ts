import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
import { openStore } from '../../src/store/open.ts';
import { MIGRATIONS } from '../../src/store/sqlite/migrations/migrations.ts';
import { Workspace } from '../../src/workspace.ts';
import { figure } from '../support/figure.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { watchVault } from '../support/vault.ts';

const LONG = process.env.DEMANDA_LONG === '1';
const SEED = Number(process.env.DEMANDA_SEED ?? 20_264);
const KILLS = LONG ? 50 : 4;
/** The first version with a workflow, sessions and kept answers. */
const EARLIER = 5;
/** Large enough that a copy takes a while. */
const DOCUMENTS = LONG ? 4_000 : 2_000;

/** A store in which every document says whose it is. */
function fill(folder: string, owner: string, version = MIGRATIONS.length): void {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, 'demanda.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; BEGIN');
  for (const migration of MIGRATIONS.slice(0, version)) database.exec(migration);
  database.exec(`PRAGMA user_version = ${version}`);
  database.prepare("INSERT INTO setting VALUES ('owner', ?)").run(owner);
  const put = database.prepare("INSERT INTO document VALUES ('filling', ?, ?)");
  for (let i = 0; i < DOCUMENTS; i++) put.run(String(i), JSON.stringify(`${owner}${i}`.repeat(900)));
  database.exec('COMMIT');
  database.close();
}

interface Seen {
  readonly owner: string;
  readonly version: number;
  /** Numbers of the documents that a steady writer put. */
  readonly written: number[];
}

/** What a store holds; it must be whole. */
function look(file: string): Seen {
  const database = new DatabaseSync(file);
  try {
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    const one = (sql: string): unknown => Object.values(database.prepare(sql).get() as object)[0];
    const owner = one("SELECT value FROM setting WHERE key = 'owner'") as string;
    expect(one(`SELECT count(*) FROM document WHERE kind = 'filling' AND json LIKE '"${owner}%'`)).toBe(DOCUMENTS);
    const written = (database.prepare("SELECT key FROM document WHERE kind = 'write'").all() as { key: string }[]).map(
      ({ key }) => Number(key),
    );
    return { owner, version: one('PRAGMA user_version') as number, written: written.sort((a, b) => a - b) };
  } finally {
    database.close();
  }
}

/**
 * Lets a step run to its end once, to know how long it takes, without the time in which its process starts and ends.
 */
async function durationOf(watched: ReturnType<typeof watchVault>): Promise<number> {
  await watched.begun;
  const begun = performance.now();
  await watched.done;
  const took = performance.now() - begun;
  expect(await watched.ended).toEqual({ signal: null, code: 0, err: '' });
  return took;
}

/** Kills a step at a moment of its course. @returns whether it was killed before its end */
async function killed(watched: ReturnType<typeof watchVault>, afterMs: number): Promise<boolean> {
  await watched.begun;
  await Promise.race([pause(afterMs), watched.ended]);
  watched.kill();
  return (await watched.ended).signal === 'SIGKILL' && !watched.lines.includes('done');
}

describe('a backup', () => {
  it('holds everything that was acknowledged before it, to one instant, while 200 writes a second go on', async () => {
    const folder = temporaryFolder();
    const workspace = join(folder, 'ws');
    fill(workspace, 'A');
    const writer = watchVault('write', workspace);
    await writer.begun;
    const took: number[] = [];
    const rounds = LONG ? 20 : 3;
    for (let round = 0; round < rounds; round++) {
      await pause(300);
      const acknowledged = writer.lines.length;
      const file = join(folder, `backup-${round}`);
      took.push(await durationOf(watchVault('backup', workspace, file)));
      const { written } = look(file);
      // One instant: every write up to some, none after it.
      expect(written).toEqual(written.map((_, i) => i));
      expect(written.length).toBeGreaterThanOrEqual(acknowledged);
    }
    writer.kill();
    await writer.ended;
    const waits = writer.lines.map((line) => Number(line.split(' ')[1])).sort((a, b) => a - b);
    const at = (share: number): number => waits[Math.floor(waits.length * share)];
    figure(
      'backups under load',
      `${rounds} of ${DOCUMENTS} documents beside ${waits.length} writes (200/s asked for): ${Math.max(...took).toFixed(0)} ms at most; writes p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, at most ${waits.at(-1)} ms; 0 lost`,
    );
    // Nobody is held up for the time of a copy: SQLite's own wait would be seconds.
    expect(waits.at(-1)).toBeLessThan(5_000);
  }, 600_000);

  it(
    'that is killed at any moment leaves the earlier one or the new one, whole, and the next clears up after it',
    async () => {
      const random = new RandomStream(SEED, 3);
      const folder = temporaryFolder();
      const workspace = join(folder, 'ws');
      const file = join(folder, 'copies', 'backup');
      mkdirSync(join(folder, 'copies'));
      fill(workspace, 'A');
      const span = await durationOf(watchVault('backup', workspace, file));
      const writer = watchVault('write', workspace);
      await writer.begun;
      let [cut, earlier] = [0, look(file).written.length];
      for (let kill = 0; kill < KILLS; kill++) {
        if (await killed(watchVault('backup', workspace, file), random.uniform() * span * 1.3)) cut++;
        const { written } = look(file);
        expect(written).toEqual(written.map((_, i) => i));
        expect(written.length).toBeGreaterThanOrEqual(earlier);
        earlier = written.length;
      }
      writer.kill();
      await writer.ended;
      expect(look(join(workspace, 'demanda.sqlite')).written.length).toBeGreaterThanOrEqual(writer.lines.length);
      await durationOf(watchVault('backup', workspace, file));
      expect(readdirSync(join(folder, 'copies'))).toEqual(['backup']);
      figure('backups killed', `${KILLS} (${cut} before their end; seed ${SEED}) beside a writer: 0 lost, 0 half`);
    },
    LONG ? 3_600_000 : 180_000,
  );
});

describe('a restore', () => {
  it(
    'that is killed at any moment leaves the old store or the new one, whole, and keeps the old one',
    async () => {
      const random = new RandomStream(SEED, 4);
      const folder = temporaryFolder();
      const [present, other, workspace, backup] = ['present', 'other', 'ws', 'backup'].map((name) =>
        join(folder, name),
      ) as [string, string, string, string];
      fill(present, 'A');
      fill(other, 'B');
      await durationOf(watchVault('backup', other, backup));
      cpSync(present, workspace, { recursive: true });
      const span = await durationOf(watchVault('restore', workspace, backup));
      expect(look(join(workspace, 'demanda.sqlite')).owner).toBe('B');
      const counts = { A: 0, B: 0 };
      for (let kill = 0; kill < KILLS; kill++) {
        rmSync(workspace, { recursive: true });
        cpSync(present, workspace, { recursive: true });
        // Some of them about the moment of the exchange, which is near the end.
        const moment = kill % 2 === 0 ? random.uniform() * span * 1.4 : span * (0.7 + 0.6 * random.uniform());
        await killed(watchVault('restore', workspace, backup), moment);
        const store = await openStore(workspace);
        await store.close();
        const { owner } = look(join(workspace, 'demanda.sqlite'));
        counts[owner as 'A' | 'B']++;
        const left = readdirSync(workspace).filter((name) => !['demanda.sqlite', 'demanda.lock'].includes(name));
        // The next to open it clears up; of an exchange that took place the old store is kept.
        expect(
          left.every((name) => /^demanda\.sqlite\.replaced-[\dTZ-]+$/.test(name)),
          left.join(),
        ).toBe(true);
        expect(left).toHaveLength(owner === 'A' ? 0 : 1);
        for (const name of left) expect(look(join(workspace, name)).owner).toBe('A');
      }
      expect(counts.A + counts.B).toBe(KILLS);
      figure(
        'restores killed',
        `${KILLS} (seed ${SEED}): ${counts.A} times the old store, ${counts.B} times the new one; 0 lost, 0 half`,
      );
    },
    LONG ? 3_600_000 : 180_000,
  );
});

describe('restores', () => {
  it('beside processes that come and go never mix two stores: each sees one, from its first look to its last', async () => {
    const folder = temporaryFolder();
    const workspace = join(folder, 'ws');
    for (const owner of ['A', 'B']) {
      fill(join(folder, owner), owner);
      await durationOf(watchVault('backup', join(folder, owner), join(folder, `backup-${owner}`)));
    }
    await Workspace.restore(workspace, join(folder, 'backup-A'));
    const visitors = [watchVault('visit', workspace), watchVault('visit', workspace)];
    const restorer = watchVault('alternate', workspace, join(folder, 'backup-'));
    const seen = () => restorer.lines.length >= (LONG ? 100 : 5) && visitors.every(({ lines }) => lines.length > 0);
    for (let waited = 0; !seen() && waited < 200_000; waited += 100) await pause(100);
    for (const each of [...visitors, restorer]) each.kill('SIGTERM');
    for (const each of [...visitors, restorer]) expect((await each.ended).err).toBe('');
    expect(restorer.lines.length).toBeGreaterThanOrEqual(5);
    expect(visitors.flatMap(({ lines }) => lines.filter((line) => !/^visited [AB]$/.test(line)))).toEqual([]);
    expect(visitors.every(({ lines }) => lines.length > 0)).toBe(true);
    await (await openStore(workspace)).close();
    for (const name of readdirSync(workspace)) if (name.startsWith('demanda.sqlite')) look(join(workspace, name));
  }, 240_000);
});

describe('a migration', () => {
  it(
    'that is killed at any moment leaves the store as it was or as it is to be, with a whole copy of what it was beside that',
    async () => {
      const random = new RandomStream(SEED, 5);
      const folder = temporaryFolder();
      const [earlier, workspace] = ['earlier', 'ws'].map((name) => join(folder, name)) as [string, string];
      fill(earlier, 'A', EARLIER);
      const database = new DatabaseSync(join(earlier, 'demanda.sqlite'));
      database.exec(
        `INSERT INTO idempotency VALUES ('owner', 'k', 'f', '2026-01-01', 200, '${'{"key":"dk_very-secret"} '.repeat(500)}')`,
      );
      database.close();
      cpSync(earlier, workspace, { recursive: true });
      const span = await durationOf(watchVault('open', workspace));
      const copy = join(workspace, `demanda.sqlite.before-v${MIGRATIONS.length}`);
      const counts = { as: 0, to: 0 };
      for (let kill = 0; kill < KILLS; kill++) {
        rmSync(workspace, { recursive: true });
        cpSync(earlier, workspace, { recursive: true });
        const moment = kill % 2 === 0 ? random.uniform() * span * 1.4 : span * (0.7 + 0.6 * random.uniform());
        await killed(watchVault('open', workspace), moment);
        const { version } = look(join(workspace, 'demanda.sqlite'));
        expect([EARLIER, MIGRATIONS.length]).toContain(version);
        if (version === EARLIER) counts.as++;
        else counts.to++;
        if (version !== EARLIER) expect(existsSync(copy)).toBe(true);
        if (existsSync(copy)) expect(look(copy).version).toBe(EARLIER);
        await (await openStore(workspace)).close();
        expect(look(join(workspace, 'demanda.sqlite')).version).toBe(MIGRATIONS.length);
        expect(look(copy).version).toBe(EARLIER);
        expect(readFileSync(copy).includes('dk_very-secret')).toBe(false);
        expect(readdirSync(workspace).sort()).toEqual([
          'demanda.lock',
          'demanda.sqlite',
          `demanda.sqlite.before-v${MIGRATIONS.length}`,
        ]);
      }
      figure(
        'migrations killed',
        `${KILLS} (seed ${SEED}): ${counts.as} times as it was, ${counts.to} times as it is to be; 0 lost, 0 half`,
      );
    },
    LONG ? 3_600_000 : 180_000,
  );
});
