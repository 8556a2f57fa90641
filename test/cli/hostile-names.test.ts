/**
 * Names that act: terminals are not steered, pictures stay XML, spreadsheets run nothing, whatever a product is called.
 */

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { beforeAll, describe, expect, it } from 'vitest';
import { errors } from '../../src/errors/table.ts';
import { Workspace } from '../../src/workspace.ts';
import { demandas } from '../support/command.ts';

/**
 * A title that steers a terminal, a link, controls of the second kind, turned text, nothing seen, broken lines,
 * formulas, markup, half a pair.
 */
const NAMES = [
  '\u001b[31mRED\u001b]0;pwn\u0007',
  '\u001b]8;;http://evil.example\u001b\\link\u001b]8;;\u001b\\',
  '\u009b2Jerased\u0085',
  'invoice\u202Etxt.exe\u2066\u200F',
  'zero\u200Bwidth\u200D\u2060\u00AD\u{E0041}',
  'two\u2028lines\u2029',
  'a;=1+1',
  '\uFF1D1+1',
  '=HYPERLINK("http://x")',
  '<script>alert(1)</script>&"\'',
  '\uFFFE\uFFFFnothing\u007f',
] as const;
const MERCHANT = 'Shop\u001b[5m\u202Eabc';

/** What a terminal may act on or nobody sees; line ends are the program's own. */
const ACTS =
  /(?!\n|\ufe0e|\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;

const folder = mkdtempSync(join(tmpdir(), 'demanda-hostile-'));
const workspace = ['--workspace', join(folder, 'ws')];
const at = (file: string): string => join(folder, file);
const first = ['--merchant', MERCHANT, '--product', NAMES[0]];

interface Ran {
  readonly args: readonly string[];
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

const ran: Ran[] = [];
function run(commands: readonly (readonly string[])[]): void {
  const lists = commands.map((args) => [...args, ...workspace]);
  demandas(lists).forEach((ended, i) => {
    ran.push({ args: lists[i] as string[], ...ended });
  });
}

beforeAll(() => {
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const lines = ['date,merchant,product,quantity,price,cost'];
  for (const [n, name] of [...NAMES, 'unsold'].entries()) {
    for (let d = 0; d < 60; d++) {
      const date = new Date(Date.UTC(2026, 0, 1 + d)).toISOString().slice(0, 10);
      const price = 2 + ((d * 7 + n) % 5) * 0.1;
      lines.push(
        [
          date,
          quoted(MERCHANT),
          quoted(name),
          name === 'unsold' ? 0 : Math.round(40 * price ** -1.5 + ((d * 13) % 7)),
          price.toFixed(2),
          1,
        ].join(','),
      );
    }
  }
  writeFileSync(at('sales.csv'), `${lines.join('\n')}\n`);
  writeFileSync(
    at('bad\u001b[31m.csv'),
    'date,merchant,product,quantity,price\n2026-01-01,A\u001b[31m,\u202Ex,many\u001b]0;x\u0007,1\n',
  );
  const both = (args: readonly string[]): string[][] => ['es', 'en'].map((lang) => [...args, '--lang', lang]);
  run([
    ['import', at('sales.csv')],
    ['train', '--all'],
    ['train', ...first, '--iterations', '20', '--fresh', '--lang', 'es'],
    ['train', ...first, '--iterations', '20', '--fresh', '--json'],
  ]);
  const compared = NAMES.slice(0, 2).map((name) => `${MERCHANT}:${name}`);
  run([
    ...both(['import', at('bad\u001b[31m.csv')]),
    ...both(['models']),
    ...both(['models', 'show', ...first]),
    ...both(['recommend', '--all']),
    ...both(['recommend', '--all', '--export', at('prices.csv')]),
    ...both(['forecast', '--all', '--days', '3']),
    ...both(['show', ...first]),
    ...both([
      'show',
      ...first,
      '--svg',
      at('show.svg'),
      '--html',
      at('show.html'),
      '--csv',
      at('show.csv'),
      '--png',
      at('show.png'),
    ]),
    ...both(['compare', '--models', compared.join(',')]),
    ...both([
      'compare',
      '--models',
      compared.join(','),
      '--svg',
      at('compare.svg'),
      '--html',
      at('compare.html'),
      '--csv',
      at('compare.csv'),
    ]),
    ...both(['history', 'list']),
    ...both(['history', 'analyze', ...first]),
    ...both(['history', 'export', ...first, '--csv', at('history.csv')]),
    ...both([
      'backtest',
      '--all',
      '--origins',
      '1',
      '--step',
      '7',
      '--min-rows',
      '20',
      '--horizon',
      '7',
      '--predictions',
      at('predictions.csv'),
    ]),
    ...both(['doctor']),
    ...both(['settings', '--unit', 'k\u001b[31mg']),
    ...both(['show', '--merchant', MERCHANT, '--product', 'no\u001b[31mne\u202E']),
    ...both(['models', 'rollback', `${MERCHANT}:no\u0007ne`]),
    ...both(['models', 'export', `${MERCHANT}:${NAMES[0]}`]),
    ...both(['train', '--merchant', MERCHANT, '--product', 'unsold', '--json']),
    ...both(['nonsense\u001b[31m']),
    ...both(['recommend', '--nonsense\u001b[31m']),
  ]);
  run(
    [
      ['models'],
      ['models', 'show', ...first],
      ['recommend', '--all'],
      ['forecast', '--all'],
      ['show', ...first],
      ['compare', '--models', compared.join(',')],
      ['history', 'list'],
      ['history', 'analyze', ...first],
      ['history', 'export', ...first],
      ['backtest', '--all', '--origins', '1', '--min-rows', '20', '--horizon', '7'],
      ['doctor'],
      ['settings'],
      ['train', '--all'],
      ['import', at('sales.csv'), '--dry-run'],
    ].map((args) => [...args, '--json']),
  );
}, 170_000);

describe('hostile names', () => {
  it('are commands that were run: most succeed', () => {
    expect(ran.filter((r) => r.code === 0).length).toBeGreaterThan(40);
    expect(
      ran.filter((r) => r.args.includes('show') && r.args.includes('--svg')).map((r) => [r.code, r.err]),
    ).not.toContainEqual([1, expect.anything()]);
  });
  it('print no character that a terminal acts on or that nobody sees', () => {
    const acting = ran.flatMap(({ args, out, err }) =>
      [out, err]
        .filter((text) => ACTS.test(text))
        .map((text) => `${JSON.stringify(args)}: ${JSON.stringify(text.slice(0, 300))}`),
    );
    expect(acting).toEqual([]);
  });
  it('are shown as escapes, in tables and in errors', () => {
    const shown = ran.filter((r) => !r.args.includes('--json')).map((r) => r.out + r.err);
    expect(shown.some((text) => text.includes('\\u{1b}[31mRED\\u{1b}]0;pwn\\u{7}'))).toBe(true);
    expect(shown.some((text) => text.includes('no\\u{1b}[31mne\\u{202e}'))).toBe(true);
  });
  it('keep tables in line: a row each', () => {
    const table =
      ran
        .find((r) => r.args[0] === 'models' && r.args.length === 5)
        ?.out.trimEnd()
        .split('\n') ?? [];
    // A line of titles, one below it, two more versions of the first, and the note on what the figures are.
    expect(table.length).toBe(NAMES.length + 2 + 2 + 1);
  });
  it('leave JSON the same value', () => {
    const json = ran.filter((r) => r.args.includes('--json') && r.out !== '').map((r) => JSON.parse(r.out));
    expect(json.length).toBeGreaterThan(12);
    expect(JSON.stringify(json)).toContain(JSON.stringify(NAMES[0]).slice(1, -1));
  });
  it('leave pictures and reports well-formed, without a character that acts', () => {
    const files = readdirSync(folder);
    for (const file of files.filter((name) => /\.(svg|html)$/.test(name))) {
      const text = readFileSync(at(file), 'utf8');
      expect(ACTS.exec(text), file).toBeNull();
      expect(text).not.toContain('<script>');
      const pictures = file.endsWith('.svg')
        ? [text]
        : [...text.matchAll(/<svg[\s\S]*?<\/svg>/g)].map((match) => match[0]);
      expect(pictures.length).toBeGreaterThan(0);
      // The parser of the picture library refuses what is no XML.
      for (const picture of pictures) expect(new Resvg(picture).width).toBeGreaterThan(0);
    }
    expect(files.filter((name) => /\.(svg|html|csv|png)$/.test(name)).length).toBeGreaterThan(8);
  });
  it('run in no spreadsheet, whichever sign parts its cells', () => {
    for (const file of ['prices.csv', 'predictions.csv', 'compare.csv', 'show.csv']) {
      // Outside quotes no cell begins with a sign that runs, whether commas, semicolons or tabs part cells.
      const bare = readFileSync(at(file), 'utf8').replace(/"(?:[^"]|"")*"/g, 'quoted');
      for (const cell of bare.split(/[,;\t\n\r]/))
        expect(/^[=+@\uff1d\uff0b\uff0d\uff20]|^-(?!\d|$)/.test(cell), `${file}: ${cell}`).toBe(false);
      for (const [text] of readFileSync(at(file), 'utf8').matchAll(/"(?:[^"]|"")*"/g))
        expect(text).not.toMatch(/^"[=+\-@\uff1d\uff0b\uff0d\uff20]/);
    }
  });
});

describe('codes that leave the program', () => {
  it('are rows of the error table, reasons, advice or assumptions', async () => {
    const words = /^(KEEP_TRAINING|ENOUGH|NOT_FINITE|NO_ERROR|REFERENCE_PRICE|UNIT_COST|DAILY_QUANTITY|ELASTICITY)$/;
    const found: string[] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, entry] of Object.entries(value)) {
        if ((key === 'code' || key === 'failureCode') && typeof entry === 'string') found.push(entry);
        walk(entry);
      }
    };
    for (const { args, out } of ran) if (args.includes('--json') && out !== '') walk(JSON.parse(out));
    const library = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
    walk(await library.historyList());
    await library.close();
    expect(found).toContain('TRAIN_NOTHING_SOLD');
    expect(found.filter((code) => !words.test(code) && !Object.hasOwn(errors, code))).toEqual([]);
  });
});
