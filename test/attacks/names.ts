/** Names that steer terminals, break tables and pictures, or run in spreadsheets. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { expect } from 'vitest';
import { visibleText } from '../../src/contract/visible-text.ts';
import { demandas } from '../support/command.ts';
import type { Attack, Site } from './site.ts';

const NAMES: Readonly<Record<string, string>> = {
  'a colour': 'a\u001b[31mred',
  'a title': 'a\u001b]0;owned\u0007b',
  'a link': 'a\u001b]8;;http://evil.example\u001b\\link\u001b]8;;\u001b\\b',
  'a cleared screen': 'a\u001b[2J\u001b[Hb',
  'a control of one byte': 'a\u009b31mb',
  'a device string': 'a\u0090q\u009cb',
  'a bell and backspaces': 'a\u0007\u0008\u0008\u0008b',
  'an erased line': 'a\rb\u007fc',
  'a text turned around': 'a\u202Etxt.exe',
  'an isolated text turned around': 'a\u2066\u202Eb\u2069c',
  'a mark of direction': 'a\u200F\u061Cb',
  'nothing seen': 'a\u200B\u200C\u2060b',
  'tags that are not seen': 'a\u{E0041}\u{E0042}b',
  'a selector that is not seen': 'a\u{E0100}b',
  'a broken line': 'a\u2028b\u2029c\u0085d',
  'a tab': 'a\tb',
  markup: '<script>alert(1)</script>',
  'the end of an attribute': '"\'><svg onload=alert(1)>',
  'an entity': '&lt;&#0;&evil;',
  'what XML cannot hold': 'a\uFFFE\uFFFFb',
  'a formula': '=1+1',
  'a formula with plus': '+1+cmd|calc!A0',
  'a formula with minus': '-2+3',
  'a formula with at': '@SUM(A1)',
  'a formula of full width': '\uFF1D1+1',
  'a formula of full width with plus': '\uFF0B1',
  'a formula behind a semicolon': 'a;=1+1',
  'a formula behind a tab': 'a\t=1+1',
  'a formula behind quotes': 'a","=1+1',
  'a placeholder of sentences': 'a{file}{name}b',
  'a placeholder of programs': 'a\u0024{process.env.HOME}%s%n',
  'a path': '../../../etc/passwd',
  'the prototype': '__proto__',
  'a constructor': 'constructor',
};
const MERCHANT = 'Puesto\u001b[5m\u202Eabc';
/** What a terminal may act on or nobody sees; line ends are the program's own. */
const ACTS =
  /(?!\n|\ufe0e|\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;
const RUNS = /^[=+@\uff1d\uff0b\uff0d\uff20]|^-(?!\d|$)/;

interface Shown {
  /** What was printed for all names together. */
  readonly models: string;
  readonly prices: string;
  /** And for each. */
  readonly each: ReadonlyMap<string, { readonly refused: string; readonly shown: string; readonly picture: string }>;
}

let showing: Shown | null = null;
function show({ folder }: Site): Shown {
  showing ??= showAll(folder);
  return showing;
}

function showAll(folder: string): Shown {
  const at = (file: string): string => join(folder, file);
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const rows = Object.values(NAMES).flatMap((name, n) =>
    Array.from({ length: 40 }, (_, d) => {
      const date = new Date(Date.UTC(2026, 0, 1 + d)).toISOString().slice(0, 10);
      const price = 2 + ((d * 7 + n) % 5) * 0.1;
      return [date, quoted(MERCHANT), quoted(name), Math.round(40 / price + (d % 7)), price.toFixed(2), 1].join();
    }),
  );
  writeFileSync(at('names.csv'), `date,merchant,product,quantity,price,cost\n${rows.join('\n')}\n`);
  const names = Object.values(NAMES);
  const shared = ['--workspace', at('names'), '--lang', 'en'];
  const run = (commands: readonly (readonly string[])[]) => demandas(commands.map((args) => [...args, ...shared]));
  const [imported, trained, models, recommended] = run([
    ['import', at('names.csv')],
    ['train', '--all', '--workers', '1'],
    ['models'],
    ['recommend', '--all', '--export', at('names-prices.csv')],
  ]);
  for (const ended of [imported, trained, models, recommended]) expect(ended).toMatchObject({ code: 0 });
  const cell = (name: string): string[] => ['--merchant', MERCHANT, `--product=${name}`];
  const refused = run(names.map((name) => ['show', '--merchant', MERCHANT, `--product=${name}zz`]));
  const shown = run(names.map((name, n) => ['show', ...cell(name), '--svg', at(`name-${n}.svg`)]));
  return {
    models: (models?.out ?? '') + (recommended?.out ?? '') + (recommended?.err ?? ''),
    prices: readFileSync(at('names-prices.csv'), 'utf8'),
    each: new Map(
      names.map((name, n) => {
        expect([refused[n]?.code, shown[n]?.code], `${name} ${shown[n]?.err}`).toEqual([1, 0]);
        const { out = '', err = '' } = shown[n] ?? {};
        return [
          name,
          { refused: refused[n]?.err ?? '', shown: out + err, picture: readFileSync(at(`name-${n}.svg`), 'utf8') },
        ];
      }),
    ),
  };
}

export const NAMES_THAT_ACT: readonly Attack[] = Object.entries(NAMES).map(([what, name]) => ({
  name: `a product whose name is ${what}`,
  fails: async (site) => {
    const { models, prices, each } = show(site);
    const own = each.get(name);
    for (const printed of [models, own?.refused ?? '', own?.shown ?? '', own?.picture ?? ''])
      expect(ACTS.exec(printed)?.[0], printed.slice(0, 400)).toBeUndefined();
    expect(own?.refused).toContain(visibleText(`${name}zz`));
    // The parser of the picture library refuses what is no XML.
    expect(new Resvg(own?.picture ?? '').width).toBeGreaterThan(0);
    expect(own?.picture).not.toMatch(/<script|onload=[^&]*>/);
    // Outside quotes no cell begins with a sign that runs, whichever sign parts cells; within them it is a text's.
    for (const bare of prices.replace(/"(?:[^"]|"")*"/g, 'quoted').split(/[,;\t\n\r]/)) expect(bare).not.toMatch(RUNS);
    for (const [text] of prices.matchAll(/"(?:[^"]|"")*"/g)) expect(text.slice(1)).not.toMatch(RUNS);
    expect(prices.split('\n').length).toBeGreaterThan(Object.keys(NAMES).length);
  },
}));
