/**
 * A clock that was put back, a restored machine and a second machine with another clock are one case: nothing is
 * skipped, and nothing that was decided goes.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecommendDocument, TrainDocument } from '../../src/contract/documents.ts';
import { Workspace } from '../../src/workspace.ts';
import { demanda, demandas } from '../support/command.ts';
import { writeSales } from '../support/sales.ts';
import { temporaryFolder } from '../support/temporary.ts';

const PAST = { NODE_OPTIONS: `--import ${join(import.meta.dirname, '../support/past.ts')}` };

function workspaceOf(cells: number): {
  readonly folder: string;
  readonly run: (args: readonly string[], past?: boolean) => string;
} {
  const folder = temporaryFolder();
  writeSales(join(folder, 'sales.csv'), cells, 90);
  const run = (args: readonly string[], past = false): string => {
    const command = [...args, '--workspace', join(folder, 'ws'), '--lang', 'en'];
    const ended = past ? demanda(command, PAST) : demandas([command])[0];
    if (ended?.code !== 0) throw new Error(ended?.err);
    return ended.out;
  };
  run(['import', join(folder, 'sales.csv')]);
  return { folder: join(folder, 'ws'), run };
}

const trained = (out: string): TrainDocument['runs'] => (JSON.parse(out) as TrainDocument).runs;

describe('under a clock that goes back', () => {
  it.each([['exact'], ['stochastic']])(
    'the %s solver trains every cell again, and what it trained last is live and listed last',
    (solver) => {
      const { run } = workspaceOf(3);
      const train = [
        'train',
        '--all',
        '--json',
        '--workers',
        '1',
        '--solver',
        solver,
        ...(solver === 'exact' ? [] : ['--iterations', '30', '--fresh']),
      ];
      expect(trained(run(train))).toHaveLength(3);
      const again = trained(run(train, true));
      expect(again.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
      const { models } = JSON.parse(run(['models', '--json'])) as {
        models: { modelId: string; version: number; aliases: string[] }[];
      };
      expect(models.filter(({ version }) => version === 2).map(({ modelId }) => modelId)).toEqual(
        again.map(({ modelId }) => modelId),
      );
      if (solver === 'exact') return;
      const { runs } = JSON.parse(run(['history', '--json'])) as { runs: { runId: string }[] };
      expect(
        runs
          .slice(3)
          .map(({ runId }) => runId)
          .sort(),
      ).toEqual(again.map(({ runId }) => runId).sort());
    },
  );

  it('an interrupted fleet goes on with its own cells: neither those of an earlier training count as done nor its own are trained twice', async () => {
    const { folder, run } = workspaceOf(3);
    // An earlier training of all, by a clock that is ahead of the one that follows.
    expect(trained(run(['train', '--all', '--iterations', '20', '--json', '--workers', '1']))).toHaveLength(3);
    const script = join(import.meta.dirname, '../support/interrupted-fleet.ts');
    const { stdout } = spawnSync(process.execPath, [script, folder, '20'], {
      encoding: 'utf8',
      env: { ...process.env, ...PAST },
    });
    const first = (JSON.parse(stdout) as [string, string][])
      .filter(([, status]) => status === 'done')
      .map(([product]) => product);
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThan(3);
    const resumed = trained(run(['train', '--all', '--resume', '--json', '--workers', '1'], true));
    expect(resumed.every(({ status }) => status === 'done')).toBe(true);
    expect(new Set([...first, ...resumed.map(({ product }) => product)]).size).toBe(3);
    expect(first.length + resumed.length).toBe(3);
  });

  it('a recommendation that says what the newest says changes nothing, whenever that was', async () => {
    const { folder, run } = workspaceOf(2);
    run(['train', '--all', '--workers', '1']);
    run(['recommend', '--all', '--horizon', '14', '--propose']);
    run(['recommend', '--all', '--horizon', '7', '--propose'], true);
    for (let i = 0; i < 2; i++) run(['recommend', '--all', '--horizon', '7', '--propose'], true);
    const workspace = await Workspace.open(folder);
    const listed = async (status: 'proposed' | 'superseded'): Promise<number> =>
      (await workspace.recommendations.list({ status }, 'id', { limit: 100 })).items.length;
    expect([await listed('proposed'), await listed('superseded')]).toEqual([2, 2]);
    await workspace.close();
    const { recommendations } = JSON.parse(
      run(['recommend', '--all', '--horizon', '7', '--json']),
    ) as RecommendDocument;
    expect(recommendations).toHaveLength(2);
  });
});
