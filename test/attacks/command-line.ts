/** Options that cannot be, output that goes nowhere, and limits of the system. */

import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { demandas } from '../support/command.ts';
import { writeSales } from '../support/sales.ts';
import type { Attack, Site } from './site.ts';

const CLI = join(import.meta.dirname, '../support/cli.ts');

/** What it is, its arguments, and the exit code: 1 failed, 2 used wrongly. */
type Wrong = readonly [name: string, args: readonly string[], code: 1 | 2];

const WRONG: readonly Wrong[] = [
  ['no iterations', ['train', '--all', '--iterations', '0'], 2],
  ['iterations below none', ['train', '--all', '--iterations=-7'], 2],
  ['half an iteration', ['train', '--all', '--iterations', '2.5'], 2],
  ['iterations without end', ['train', '--all', '--iterations', 'Infinity'], 2],
  ['iterations that are NaN', ['train', '--all', '--iterations', 'NaN'], 2],
  ['a quadrillion of iterations', ['train', '--all', '--iterations', '1000000000000000'], 2],
  ['many iterations, in words', ['train', '--all', '--iterations', 'muchas'], 2],
  ['workers below none', ['train', '--all', '--workers=-1'], 2],
  ['a horizon of no days', ['recommend', '--all', '--horizon', '0'], 2],
  ['a horizon of a million days', ['recommend', '--all', '--horizon', '1000000'], 2],
  ['a change above all', ['recommend', '--all', '--max-change', '1e9'], 2],
  ['a change that is NaN', ['recommend', '--all', '--max-change', 'NaN'], 2],
  ['a price that is a word', ['forecast', '--all', '--price', 'x'], 2],
  ['a price below none', ['forecast', '--all', '--price=-1'], 2],
  ['a cell called by a prototype', ['models', 'export', '__proto__:constructor'], 1],
  ['a merchant that is not there', ['audit', '--merchant', 'Nadie'], 1],
  ['an action that is not there', ['models', 'destroy'], 2],
  ['an option that is not there', ['train', '--alll'], 2],
  ['a command that is not there', ['__proto__'], 2],
  ['a session that is not there', ['sessions', 'end', '../../x'], 1],
  ['a file that is not there', ['import', '/no/such/file.csv'], 1],
  ['a folder of other things than sales', ['import', '/'], 2],
  ['a device as a file', ['import', '/dev/null'], 1],
  ['a picture of no format', ['show', '--svg', '/tmp/x.exe'], 2],
  ['a port above all ports', ['serve', '--port', '99999'], 2],
  ['an address that is none of this machine', ['serve', '--host', '203.0.113.1', '--port', '0'], 2],
  ['a name to allow that is an address of the web', ['serve', '--allow-host', 'http://x/'], 2],
  ['a proxy that is no address', ['serve', '--trust-proxy', 'everybody'], 2],
  ['a certificate that is none', ['serve', '--tls-cert', '/etc/hostname', '--tls-key', '/etc/hostname'], 2],
];

interface Ended {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}
let ended: ReadonlyMap<string, readonly Ended[]> | null = null;
/** All of them in one process, in both languages. */
function run({ folder }: Site): ReadonlyMap<string, readonly Ended[]> {
  if (ended) return ended;
  writeSales(join(folder, 'cli.csv'), 2, 60);
  const shared = ['--workspace', join(folder, 'cli')];
  const langs = ['en', 'es'];
  const [imported, ...done] = demandas([
    ['import', join(folder, 'cli.csv'), ...shared],
    ...WRONG.flatMap(([, args]) => langs.map((lang) => [...args, '--quiet', '--lang', lang, ...shared])),
  ]);
  expect(imported).toMatchObject({ code: 0 });
  ended = new Map(WRONG.map(([name], i) => [name, done.slice(i * 2, i * 2 + 2)]));
  return ended;
}

function shell(site: Site, line: string): Ended {
  run(site);
  const { stdout, stderr, status } = spawnSync('bash', ['-c', line.replace('$d', `"${process.execPath}" "${CLI}"`)], {
    encoding: 'utf8',
    env: { ...process.env, LANG: 'C', NO_COLOR: '1', DEMANDA_WORKSPACE: join(site.folder, 'cli') },
  });
  return { out: stdout, err: stderr, code: status ?? -1 };
}

const ONE_LINE = /^[^\n]+\n$/;

export const COMMAND_LINE: readonly Attack[] = [
  ...WRONG.map(
    ([name, , code]): Attack => ({
      name,
      fails: async (site) => {
        for (const found of run(site).get(name) ?? []) {
          expect(found.code, found.err + found.out).toBe(code);
          expect(found.err).toMatch(ONE_LINE);
          expect(found.err).not.toMatch(/\{\w+\}|undefined|\.ts:\d|Error:|node:/);
        }
      },
    }),
  ),
  ...['models --json', '--help', 'audit'].map(
    (line): Attack => ({
      name: `${line} into a device that is full, as a success`,
      fails: async (site) => {
        if (!existsSync('/dev/full')) return;
        const { err, code } = shell(site, `$d ${line} --lang en > /dev/full`);
        expect([code, err]).toEqual([1, expect.stringMatching(/^The output could not be written \(no room is left\)/)]);
      },
    }),
  ),
  ...[25, 29, 34].map(
    (files): Attack => ({
      name: `${files} open files, in a stack`,
      fails: async (site) => {
        const { err, code } = shell(site, `ulimit -n ${files}; $d models --lang en --quiet`);
        if (code === 0) expect(err).toBe('');
        else expect([code, err]).toEqual([1, expect.stringMatching(/^[^\n]*ulimit -n 1024[^\n]*\n$/)]);
      },
    }),
  ),
  {
    name: 'a store that is a text',
    fails: async (site) => {
      run(site);
      const folder = join(site.folder, 'no-store');
      spawnSync('mkdir', [folder]);
      writeFileSync(join(folder, 'demanda.sqlite'), 'no store '.repeat(1_000));
      const [done] = demandas([['models', '--lang', 'en', '--workspace', folder]]);
      expect(done).toMatchObject({ code: 1, out: '' });
      expect(done?.err).toMatch(ONE_LINE);
    },
  },
];
