/** A clock that was put back: a restored machine, a second machine. */

import { join } from 'node:path';
import { expect } from 'vitest';
import { Workspace } from '../../src/workspace.ts';
import { demanda } from '../support/command.ts';
import { writeSales } from '../support/sales.ts';
import type { Attack, Site } from './site.ts';

const PAST = { NODE_OPTIONS: `--import ${join(import.meta.dirname, '../support/past.ts')}` };

/** Runs a command on a workspace of two products, trained and proposed by a clock two days ahead. */
type Run = (args: readonly string[], past?: boolean) => string;

let home: { readonly run: Run; readonly folder: string } | null = null;
function shop({ folder }: Site): { readonly run: Run; readonly folder: string } {
  if (home) return home;
  const at = join(folder, 'clock');
  const run: Run = (args, past = true) => {
    const { out, err, code } = demanda([...args, '--workspace', at, '--lang', 'en'], past ? PAST : {});
    expect(code, err).toBe(0);
    return out;
  };
  writeSales(join(folder, 'clock.csv'), 2, 90);
  run(['import', join(folder, 'clock.csv')], false);
  run(['train', '--all', '--iterations', '30', '--workers', '1'], false);
  run(['recommend', '--all', '--horizon', '14', '--propose'], false);
  home = { run, folder: at };
  return home;
}

export const CLOCK: readonly Attack[] = [
  {
    name: 'a training that takes what was done for done',
    fails: async (site) => {
      const { run } = shop(site);
      const { runs } = JSON.parse(
        run(['train', '--all', '--iterations', '30', '--fresh', '--json', '--workers', '1']),
      ) as { runs: { status: string }[] };
      expect(runs.map(({ status }) => status)).toEqual(['done', 'done']);
    },
  },
  {
    name: 'a model trained last that is not live',
    fails: async (site) => {
      const { models } = JSON.parse(shop(site).run(['models', '--json'])) as {
        models: { version: number; aliases: string[] }[];
      };
      const live = models.filter(({ aliases }) => aliases.includes('live'));
      expect(live.map(({ version }) => version)).toEqual([2, 2]);
    },
  },
  {
    name: 'a proposal that is superseded by an older one',
    fails: async (site) => {
      const { run, folder } = shop(site);
      for (let i = 0; i < 3; i++) run(['recommend', '--all', '--horizon', '7', '--propose']);
      const workspace = await Workspace.open(folder, { lang: 'en' });
      const count = async (status: 'proposed' | 'superseded'): Promise<number> =>
        (await workspace.recommendations.list({ status }, 'id', { limit: 100 })).items.length;
      // Those of the training itself, and those of 14 days.
      expect([await count('proposed'), await count('superseded')]).toEqual([2, 4]);
      await workspace.close();
    },
  },
  {
    name: 'a log out of the order in which things were done',
    fails: async (site) => {
      const { items } = JSON.parse(shop(site).run(['audit', '--json'])) as { items: { id: number; action: string }[] };
      expect(items.map(({ id }) => id)).toEqual(items.map(({ id }) => id).toSorted((a, b) => b - a));
      expect(items.at(-1)?.action).toBe('import.commit');
    },
  },
];
