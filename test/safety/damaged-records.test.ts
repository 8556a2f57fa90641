import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FoundCheckpoint } from '../../src/contract/store/runs.ts';
import type { Store } from '../../src/contract/store/store.ts';
import { RandomStream } from '../../src/core/math/random.ts';
import type { ErrorHistory } from '../../src/core/training/history.ts';
import { DemandaError } from '../../src/errors/demanda-error.ts';
import { openStore } from '../../src/store/open.ts';
import { demanda, watchTraining } from '../support/command.ts';
import { writeSales } from '../support/sales.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';

const LONG = process.env.DEMANDA_LONG === '1';
const PLACES = LONG ? 10_000 : 300;
const SEED = Number(process.env.DEMANDA_SEED ?? 4);
const TRAIN = [
  '--iterations',
  '50000',
  '--checkpoint-every',
  '50',
  '--simulated-rows',
  '40',
  '--search-every',
  '0',
  '--quiet',
];

const folder = lastingFolder();
/** Two cells, each with an interrupted training of two checkpoints; closed, so that the file is all there is. */
const interrupted = join(folder, 'interrupted');
let cells: readonly { readonly merchant: string; readonly product: string }[] = [];

beforeAll(async () => {
  cells = writeSales(join(folder, 'sales.csv'), 2, 60);
  demanda(['import', join(folder, 'sales.csv'), '--workspace', interrupted]);
  const training = watchTraining(['train', '--all', '--workers', '2', ...TRAIN, '--workspace', interrupted]);
  // Of each: on a busy machine one thread may write a dozen before the other has written one.
  await training.toldOfEach(2, 3);
  training.child.kill('SIGINT');
  expect((await training.ended).code).toBe(130);
});

function copied(): string {
  const workspace = join(temporaryFolder(), 'ws');
  cpSync(interrupted, workspace, { recursive: true });
  return workspace;
}

/** A bit flipped, or the end cut off, at a place of the stream's choosing. */
function damagedBytes(bytes: Uint8Array, random: RandomStream): { readonly bytes: Uint8Array; readonly what: string } {
  const at = Math.floor(random.uniform() * bytes.length);
  if (random.uniform() < 0.5) return { bytes: bytes.slice(0, at), what: `cut at ${at} of ${bytes.length}` };
  const bit = Math.floor(random.uniform() * 8);
  const flipped = Uint8Array.from(bytes);
  flipped[at] = flipped[at] ^ (1 << bit);
  return { bytes: flipped, what: `bit ${bit} of byte ${at} flipped` };
}

interface Undamaged {
  readonly newest: FoundCheckpoint;
  readonly previous: unknown;
  readonly history: ErrorHistory;
}

/** What the store gives back while nothing is damaged. */
async function undamaged(store: Store, database: DatabaseSync): Promise<Undamaged> {
  const { merchant, product } = cells[0] as { merchant: string; product: string };
  const newest = (await store.runs.newestCheckpoint({ merchant, product })) as FoundCheckpoint;
  const { runId } = newest.run;
  const history = (await store.runs.history(runId)) as ErrorHistory;
  const row = database
    .prepare('SELECT slot, iteration, crc, state FROM checkpoint WHERE run_id = ? ORDER BY iteration DESC')
    .all(runId)[0] as unknown as Row;
  database.prepare('DELETE FROM checkpoint WHERE run_id = ? AND slot = ?').run(runId, row.slot);
  const previous = (await store.runs.newestCheckpoint({ merchant, product })) as FoundCheckpoint;
  expect(previous.iteration).toBeLessThan(newest.iteration);
  database
    .prepare('INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?)')
    .run(runId, row.slot, row.iteration, row.crc, row.state);
  return { newest, previous: previous.state, history };
}

interface Row {
  readonly slot: number;
  readonly iteration: number;
  readonly crc: number;
  readonly state: Uint8Array;
}

describe('a damaged record', () => {
  it(
    `of a checkpoint, its inputs or a history is found out at each of ${PLACES} places, and the previous checkpoint is used`,
    async () => {
      const random = new RandomStream(SEED, 5);
      const workspace = copied();
      const store = await openStore(workspace);
      const database = new DatabaseSync(join(workspace, 'demanda.sqlite'));
      // 10,000 flushes would test the disk, not the checksums.
      database.exec('PRAGMA synchronous = OFF');
      const { newest, previous, history } = await undamaged(store, database);
      const { runId, merchant, product } = newest.run;
      const records = (
        [
          ['checkpoint', 'state', `run_id = '${runId}' AND iteration = ${newest.iteration}`],
          ['checkpoint', 'state', `run_id = '${runId}' AND iteration = ${newest.iteration}`],
          ['run_inputs', 'inputs', `run_id = '${runId}'`],
          ['history', 'record', `run_id = '${runId}'`],
        ] as const
      ).map(([table, column, where]) => ({
        table,
        bytes: (
          database.prepare(`SELECT ${column} AS bytes FROM ${table} WHERE ${where}`).get() as { bytes: Uint8Array }
        ).bytes,
        write: database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${where}`),
      }));
      for (let place = 0; place < PLACES; place++) {
        const { table, bytes, write } = records[place % records.length] as (typeof records)[number];
        const damaged = damagedBytes(bytes, random);
        write.run(damaged.bytes);
        const label = `seed ${SEED}, place ${place}: ${table}, ${damaged.what}`;
        if (table === 'checkpoint') {
          const found = await store.runs.newestCheckpoint({ merchant, product });
          expect(found?.damaged, label).toBe(true);
          expect(found?.state, label).toEqual(previous);
        } else if (table === 'run_inputs')
          await expect(store.runs.newestCheckpoint({ merchant, product }), label).rejects.toMatchObject({
            code: 'CHECKPOINT_DAMAGED',
          });
        else await expect(store.runs.history(runId), label).rejects.toMatchObject({ code: 'HISTORY_DAMAGED' });
        write.run(bytes);
      }
      expect(await store.runs.newestCheckpoint({ merchant, product })).toEqual(newest);
      expect(await store.runs.history(runId)).toEqual(history);
      database.close();
      await store.close();
      console.log(`seed ${SEED}: ${PLACES} of ${PLACES} damaged records found out`);
    },
    LONG ? 1_800_000 : 60_000,
  );

  it(
    `anywhere in the store's file, at ${LONG ? '10,000' : '200'} places, never passes for a checkpoint or a history`,
    async () => {
      const random = new RandomStream(SEED, 6);
      const workspace = copied();
      const file = join(workspace, 'demanda.sqlite');
      const store = await openStore(workspace);
      const database = new DatabaseSync(file);
      const { newest, previous, history } = await undamaged(store, database);
      database.close();
      await store.close();
      const whole = readFileSync(file);
      const outcomes: Record<string, number> = {};
      const count = (name: string): void => void (outcomes[name] = (outcomes[name] ?? 0) + 1);
      for (let place = 0; place < (LONG ? 10_000 : 200); place++) {
        const trial = join(workspace, 'trial');
        rmSync(trial, { recursive: true, force: true });
        mkdirSync(trial);
        const damaged = damagedBytes(whole, random);
        writeFileSync(join(trial, 'demanda.sqlite'), damaged.bytes);
        const label = `seed ${SEED}, place ${place}: ${damaged.what}`;
        try {
          const opened = await openStore(trial);
          try {
            const found = await opened.runs.newestCheckpoint(newest.run);
            if (found === null) count('no checkpoint');
            else {
              expect(found.state, label).toEqual(found.iteration === newest.iteration ? newest.state : previous);
              if (found.iteration !== newest.iteration) expect(found.damaged, label).toBe(true);
              expect(found.inputs, label).toEqual(newest.inputs);
              count(found.damaged ? 'previous checkpoint' : 'untouched');
            }
            const read = await opened.runs.history(newest.run.runId);
            if (read !== null) expect(read, label).toEqual(history);
          } finally {
            await opened.close();
          }
        } catch (error) {
          if (!(error instanceof DemandaError)) throw new Error(label, { cause: error });
          count(error.code);
        }
      }
      console.log(`seed ${SEED}: ${JSON.stringify(outcomes)}`);
      // The untouched ones were damaged elsewhere in the file: in sales, or in pages that no record uses.
      expect(outcomes['previous checkpoint'] ?? 0).toBeGreaterThan(0);
    },
    LONG ? 1_800_000 : 60_000,
  );
});

describe('a training whose checkpoint is damaged', () => {
  const damage = (workspace: string, which: 'newest' | 'both'): void => {
    const database = new DatabaseSync(join(workspace, 'demanda.sqlite'));
    const { runId } = database
      .prepare('SELECT run_id AS runId FROM run WHERE product = ?')
      .get(cells[0]?.product as string) as { runId: string };
    const rows = database
      .prepare('SELECT slot, state FROM checkpoint WHERE run_id = ? ORDER BY iteration DESC')
      .all(runId) as unknown as Row[];
    for (const { slot, state } of which === 'both' ? rows : rows.slice(0, 1)) {
      state[100] = state[100] ^ 1;
      database.prepare('UPDATE checkpoint SET state = ? WHERE run_id = ? AND slot = ?').run(state, runId, slot);
    }
    database.close();
  };
  const resume = (workspace: string, lang: string, ...more: string[]) =>
    demanda([
      'train',
      '--resume',
      '--iterations',
      '1200',
      '--quiet',
      '--lang',
      lang,
      '--workspace',
      workspace,
      ...more,
    ]);
  const named = (): string[] => ['--merchant', cells[0]?.merchant as string, '--product', cells[0]?.product as string];

  it.each([
    ['es', /estaba dañado; se usó el anterior \(iteración \d+\)/],
    ['en', /was damaged; the one before it \(iteration \d+\) was used/],
  ])('goes on from the one before, and says so (%s)', (lang, words) => {
    const workspace = copied();
    damage(workspace, 'newest');
    const resumed = resume(workspace, lang, ...named());
    expect(resumed.out).toMatch(words);
    expect(resumed).toMatchObject({ code: 0, err: '' });
  });

  it.each([
    ['es', /ningún punto de control se puede leer.*--desde_cero/],
    ['en', /no checkpoint can be read.*--fresh/],
  ])('says what to do when none can be read, and can be begun anew (%s)', (lang, words) => {
    const workspace = copied();
    damage(workspace, 'both');
    const refused = resume(workspace, lang, ...named());
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(words);
    const anew = demanda(['train', ...named(), '--fresh', '--iterations', '60', '--quiet', '--workspace', workspace]);
    expect(anew).toMatchObject({ code: 0, err: '' });
  });

  it('does not stop the fleet: the others go on, the damaged one is named, and the exit code says that some failed', () => {
    const workspace = copied();
    damage(workspace, 'both');
    const resumed = resume(workspace, 'en', '--all');
    expect(resumed.err).toMatch(new RegExp(`${cells[0]?.product}: no checkpoint can be read`));
    expect(resumed.out).toContain(`${cells[1]?.product}: 1,200 iterations`);
    expect(resumed.code).toBe(3);
    // A command over all cells passes over what has no model; one for the cell itself says why.
    expect(demanda(['recommend', '--all', '--workspace', workspace]).code).toBe(0);
    expect(demanda(['recommend', ...named(), '--workspace', workspace])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/punto de control/),
    });
  });
});
