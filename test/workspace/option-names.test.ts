import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flagOf } from '../../src/cli/options.ts';
import { MemoryData, openMemoryStore } from '../../src/store/memory/store.ts';
import { Workspace } from '../../src/workspace.ts';
import { temporaryFolder } from '../support/temporary.ts';

const CELL = { merchant: 'Ana', product: 'Pera' };

/** A workspace of one cell, whose training was left off. */
async function interrupted(optionName?: (option: string) => string): Promise<Workspace> {
  const folder = temporaryFolder();
  const rows = Array.from({ length: 70 }, (_, i) => {
    const day = new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10);
    return `${day},Ana,Pera,Fruta,${10 + (i % 7)},${2 + 0.2 * (i % 3)}`;
  });
  const file = join(folder, 'sales.csv');
  writeFileSync(file, `fecha,comerciante,producto,tipo,kg,precio\n${rows.join('\n')}\n`);
  const store = openMemoryStore(new MemoryData());
  const workspace = await Workspace.open(folder, { lang: 'en', store, optionName });
  await workspace.importFiles([file]);
  const leaving = new AbortController();
  await workspace.train({
    ...CELL,
    iterations: 5_000,
    simulatedRows: 0,
    workers: 1,
    signal: leaving.signal,
    onIteration: () => leaving.abort(),
  });
  return workspace;
}

describe('options in what the library says', () => {
  it('are named by their keys, or as the caller spells them', async () => {
    for (const [optionName, seed, solver] of [
      [undefined, 'seed', 'solver exact'],
      [flagOf, '--seed', '--solver exact'],
    ] as const) {
      const workspace = await interrupted(optionName);
      const { runs } = await workspace.train({ ...CELL, resume: true, solver: 'stochastic', seed: 77 });
      expect(runs[0]?.failure?.message).toContain(`began with ${seed} 1, not 77`);
      await expect(workspace.train({ ...CELL, solver: 'exact', iterations: 5 })).rejects.toMatchObject({
        code: 'OPTIONS_CONFLICT',
        parameters: { first: solver, second: optionName?.('iterations') ?? 'iterations' },
      });
      await workspace.close();
    }
  });

  it('are refused by their keys', async () => {
    const workspace = await Workspace.open(temporaryFolder(), { store: openMemoryStore(new MemoryData()) });
    await expect(workspace.setSettings({ lang: 'fr' })).rejects.toMatchObject({
      code: 'OPTION_CHOICE',
      parameters: { option: 'lang', allowed: 'es | en', value: 'fr' },
    });
    await workspace.close();
  });
});
