import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { demanda, type WatchedTraining, watchTraining } from '../support/command.ts';
import { type Kept, keptOf } from '../support/kept.ts';
import { writeSales } from '../support/sales.ts';
import { lastingFolder, temporaryFolder } from '../support/temporary.ts';

const folder = lastingFolder();
const imported = join(folder, 'imported');
const RUN = ['--checkpoint-every', '50', '--simulated-rows', '40', '--search-every', '0', '--quiet'];
let cell: { readonly merchant: string; readonly product: string };
let named: readonly string[] = [];

beforeAll(() => {
  [cell] = writeSales(join(folder, 'sales.csv'), 1, 80) as [typeof cell];
  named = ['--merchant', cell.merchant, '--product', cell.product];
  expect(demanda(['import', join(folder, 'sales.csv'), '--workspace', imported])).toMatchObject({ code: 0 });
});

function copied(): string {
  const workspace = join(temporaryFolder(), 'ws');
  cpSync(imported, workspace, { recursive: true });
  return workspace;
}

async function underWay(workspace: string): Promise<WatchedTraining> {
  const training = watchTraining([
    'train',
    ...named,
    '--iterations',
    '2000000',
    ...RUN,
    '--lang',
    'en',
    '--workspace',
    workspace,
  ]);
  await training.told(3);
  return training;
}

/** Stops a process between two writes, and takes its cell from it as a machine that cannot see it would. */
function pauseAndTake({ child }: WatchedTraining, workspace: string): void {
  for (;;) {
    child.kill('SIGSTOP');
    const database = new DatabaseSync(join(workspace, 'demanda.sqlite'));
    try {
      database.exec('DELETE FROM held_cell');
      return;
    } catch {
      // It was stopped in the middle of a write, which nobody can pass by.
      child.kill('SIGCONT');
    } finally {
      database.close();
    }
  }
}

describe('a cell that is being trained', () => {
  it('is refused to a second process, which is told who holds it and since when; once that one is dead it is free', async () => {
    const workspace = copied();
    const began = new Date().toISOString();
    const training = await underWay(workspace);
    const second = (lang: string) =>
      demanda(['train', ...named, '--iterations', '60', '--quiet', '--lang', lang, '--workspace', workspace]);
    const [es, en] = [second('es'), second('en')];
    const since = /\(pid \d+, since ([^)]+)\)/.exec(en.err)?.[1] as string;
    const desde = /\(pid \d+, desde ([^)]+)\)/.exec(es.err)?.[1] as string;
    expect(es.err.trim()).toBe(
      `${cell.merchant} / ${cell.product} se está entrenando en otro proceso (pid ${training.child.pid}, desde ${desde}).`,
    );
    expect(en.err.trim()).toBe(
      `${cell.merchant} / ${cell.product} is being trained by another process (pid ${training.child.pid}, since ${since}).`,
    );
    expect([es.code, en.code]).toEqual([1, 1]);
    // Told to the minute.
    const told = Date.parse(since);
    expect(told > Date.parse(began) - 60_000 && told <= Date.now()).toBe(true);
    training.child.kill('SIGKILL');
    await training.ended;
    const at = training.acknowledged.get(`${cell.merchant}:${cell.product}`)?.iteration as number;
    // A budget that is used already: the training ends where it is.
    const [run] = JSON.parse(
      demanda(['train', ...named, '--resume', '--iterations', '1', '--json', '--workspace', workspace]).out,
    ).runs;
    expect(run).toMatchObject({ status: 'done', stopReason: 'budget used', iterations: run.convergence.resumedAt });
    expect(run.iterations).toBeGreaterThanOrEqual(at);
  });

  it.each([
    ['has gone on with it', ['--resume', '--iterations', '1']],
    ['has begun it anew', ['--fresh', '--iterations', '100', ...RUN]],
  ])(
    'by a process that slept while another %s: when it wakes up it can change nothing, and says so',
    async (_, how) => {
      const workspace = copied();
      const sleeper = await underWay(workspace);
      pauseAndTake(sleeper, workspace);
      let after: Kept[];
      try {
        expect(demanda(['train', ...named, ...how, '--quiet', '--workspace', workspace])).toMatchObject({
          code: 0,
          err: '',
        });
        after = await keptOf(workspace, [cell]);
      } finally {
        sleeper.child.kill('SIGCONT');
      }
      const { code, err } = await sleeper.ended;
      expect(err.trim()).toBe(
        `${cell.merchant} / ${cell.product}: another process has gone on with this training; what this one did is not kept.`,
      );
      expect(code).toBe(1);
      expect(await keptOf(workspace, [cell])).toEqual(after);
    },
  );
});
