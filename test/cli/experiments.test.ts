/** `demanda experiment` in both languages, and what it refuses. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
import { demandas } from '../support/command.ts';
import { lastingFolder } from '../support/temporary.ts';

const folder = lastingFolder();
const at = (name: string): string => join(folder, name);
const DAYS = 119;
const dayText = (i: number): string => new Date(Date.UTC(2026, 0, 5 + i)).toISOString().slice(0, 10);

/** Rows of a product of elasticity −3 that costs 1.4 and never had another price than 2.5. */
function rows(from: number, to: number, plan: ReadonlyMap<string, number> = new Map(), factor = 1): string {
  const random = new RandomStream(from, 21);
  const lines = Array.from({ length: to - from }, (_, k) => {
    const date = dayText(from + k);
    const price = plan.get(date) ?? 2.5;
    const sold = factor * 60 * (price / 2.5) ** -3 * Math.exp(0.2 * random.normal() - 0.02);
    return `${date},"Bea, e hijos",Tomate,${sold.toFixed(2)},${price},1.4`;
  });
  writeFileSync(at(`rows-${from}.csv`), ['date,merchant,product,quantity,price,cost', ...lines].join('\n'));
  return at(`rows-${from}.csv`);
}

function run(...commands: readonly (readonly string[])[]) {
  return demandas(commands.map((command) => [...command, '--workspace', at('ws')])) as {
    readonly code: number;
    readonly out: string;
    readonly err: string;
  }[];
}
const ask = (...args: readonly string[]) =>
  run(args)[0] as { readonly code: number; readonly out: string; readonly err: string };

const CELL = ['--merchant', 'Bea, e hijos', '--product', 'Tomate'];

beforeAll(() => {
  for (const { code, err } of run(['import', rows(0, DAYS)], ['train', '--all', '--quiet'])) expect(code, err).toBe(0);
}, 60_000);

it('goes from proposal to answer in both languages', () => {
  expect(ask('experiment', '--lang', 'en').out).toBe(
    'There is no price test yet: npx demanda experiment propose --all\n',
  );
  expect(ask('experimento', '--lang', 'es').out).toContain('npx demanda experimento proponer --todos');
  expect(ask('recommend', '--all', '--lang', 'en').err).toContain('npx demanda experiment propose --all');
  const proposed = ask('experiment', 'propose', '--all', '--lang', 'en').out;
  expect(proposed).toMatch(/^Bea, e hijos +Tomate +2\.25 \/ 2\.75 +10% +\d+ weeks +May 4, 2026 /m);
  expect(proposed).toContain('Next: npx demanda experiment start "Bea, e hijos:Tomate"');
  expect(ask('experimento', 'proponer', '--todos', '--idioma', 'es').out).toMatch(
    /^Bea, e hijos +Tomate +2,25 \/ 2,75 +10\s% +\d+ semanas +4 may 2026 /m,
  );
  const started = ask(
    'experimento',
    'empezar',
    'Bea, e hijos:Tomate',
    '--semanas',
    '4',
    '--tamano',
    '0.1',
    '--lang',
    'es',
  );
  expect(started.out).toMatch(/^Experimento 1: previsto, del 4 may 2026 al 31 may 2026$/m);
  expect(started.out).toContain('Precios: bajo 2,25, alto 2,75 (sin la prueba 2,50)');
  expect(started.err).toContain('npx demanda experimento plan 1 --exportar');
  expect(ask('experiment', 'plan', '1', '--export', at('plan.csv'), '--lang', 'en').err).toContain('Written: ');
  const [head, ...lines] = readFileSync(at('plan.csv'), 'utf8').trimEnd().split('\r\n') as [string, ...string[]];
  expect(head).toBe('\uFEFF"Date","Shop","Product","Unit","Price (EUR)","Level","Price test"');
  expect(lines).toHaveLength(28);
  expect(lines[0]).toMatch(/^2026-05-04,"Bea, e hijos","Tomate","kg",(2\.25,"low"|2\.75,"high"),"1"$/);
  const plan = new Map(
    lines.map((line) => [line.slice(0, 10), Number(/,(2\.\d+),/.exec(line)?.[1])] as [string, number]),
  );
  expect(ask('import', rows(DAYS, DAYS + 28, plan), '--lang', 'en').code).toBe(0);
  expect(ask('experiment', 'list', '--lang', 'en').out).toMatch(
    /^ *1 +Bea, e hijos +Tomate +May 4, 2026 +May 31, 2026 +10% +finished$/m,
  );
  const shown = ask('experiment', 'show', '1', '--lang', 'en').out;
  expect(shown).toContain('Days of the plan so far: 28; with a price in the sales 28, at the planned price 28.');
  expect(shown).toMatch(/Elasticity by the test alone: -[23]\.\d\d \[.*\], standard error 0\.\d\d/);
  expect(shown).toContain('Verdict: answered. Next: train');
  expect(ask('experimento', 'analizar', '1', '--lang', 'es').out).toContain(
    'Resultado: respondido. Siguiente paso: entrenar',
  );
  const document = JSON.parse(ask('experiment', 'show', '1', '--json').out);
  expect(document).toMatchObject({
    schema: 1,
    id: '1',
    status: 'finished',
    cells: [{ analysis: { verdict: 'answered' } }],
  });
  expect(ask('audit', '--lang', 'es').out).toContain('Empezó una prueba de precios');
}, 120_000);

/** Arguments, exit code, and what is said. */
const REFUSED: readonly (readonly [args: readonly string[], code: number, message: RegExp])[] = [
  [['proposee'], 2, /nearest is "propose"/],
  [['frobnicate'], 2, /^Unknown command "frobnicate"; --help lists those there are/],
  [['propose'], 2, /Name --merchant and --product, or --all/],
  [['propose', '--all', '--weeks', 'many'], 2, /--weeks/],
  [['propose', '--all', '--weeks', '0'], 2, /--weeks/],
  [['propose', '--all', '--size', 'ten'], 2, /--size/],
  [['propose', '--all', '--size', '1e-3'], 2, /--size/],
  [['propose', '--all', '--levels', '4'], 2, /--levels/],
  [['propose', '--all', '--every', 'hour'], 2, /--every/],
  [['propose', '--all', '--from', '2026-13-01'], 2, /2026-13-01/],
  [['propose', '--all', '--from', '2020-01-01'], 1, /begins after the last day with sales/],
  [['propose', '--merchant', 'Nobody'], 1, /Nobody/],
  [['start'], 2, /--product/],
  [['start', 'nothing'], 2, /Name --merchant and --product/],
  [['start', ...CELL, '--max-loss', '2'], 2, /--max-loss/],
  [['start', ...CELL, '--design', 'shops'], 1, /at least two that sell Tomate/],
  [['start', ...CELL, '--size', '0.0001', '--weeks', '2'], 1, /leave no two prices|vary too much/],
  [['show'], 2, /The option ID is missing/],
  [['show', '99'], 1, /no experiment number 99/],
  [['show', '1; DROP TABLE experiment'], 1, /no experiment number/],
  [['show', '\u001b[31m1'], 1, /no experiment number/],
  [['stop', '-- 1'], 2, /Unknown option/],
  [['plan', '1', '--export', 'plan.pdf'], 2, /\.csv, \.xlsx, \.parquet, \.json/],
  [['plan', '1', '--export', '/no/such/folder/plan.csv'], 1, /\/no\/such\/folder/],
  [['list', '--status', 'gone'], 2, /--status/],
];

describe('what it refuses, and what else it does', () => {
  it('refuses in one sentence', () => {
    const refusals = run(...REFUSED.map(([args]) => ['experiment', ...args, '--lang', 'en']));
    REFUSED.forEach(([args, code, message], i) => {
      const refused = refusals[i] as (typeof refusals)[number];
      expect(refused.err, args.join(' ')).toMatch(message);
      expect([refused.code, refused.out], args.join(' ')).toEqual([code, '']);
      expect(refused.err).not.toMatch(/^ *at /m);
      expect(refused.err.includes('\u001b')).toBe(false);
    });
  }, 60_000);

  it('writes a plan for spreadsheets and programs, and stops once', () => {
    ask('experiment', 'plan', '1', '--export', at('plan.xlsx'));
    ask('experiment', 'plan', '1', '--export', at('plan.json'));
    expect(readFileSync(at('plan.xlsx')).subarray(0, 2).toString()).toBe('PK');
    expect(JSON.parse(readFileSync(at('plan.json'), 'utf8')).prices).toHaveLength(28);
    expect(existsSync('plan.pdf')).toBe(false);
    expect(ask('experimento', 'detener', '1', '--lang', 'es').out).toContain('Experimento 1: detenido');
    expect(ask('experiment', 'stop', '1', '--lang', 'en')).toMatchObject({
      code: 1,
      err: 'Experiment 1 was ended before; its last day that counts is May 31, 2026.\n',
    });
  });

  it('says at import that a test was aborted', () => {
    ask('train', '--all', '--quiet');
    const started = ask('experiment', 'start', 'Bea, e hijos:Tomate', '--weeks', '4', '--size', '0.1', '--json');
    const { cells } = JSON.parse(started.out) as {
      readonly cells: readonly { readonly plan: readonly { readonly date: string; readonly price: number }[] }[];
    };
    const plan = new Map(cells[0]?.plan.map(({ date, price }) => [date, price] as [string, number]));
    const done = ask('import', rows(DAYS + 28, DAYS + 38, plan, 0.3), '--lang', 'en');
    expect(done.out + done.err).toContain('Experiment 2 was aborted: with a chance of ');
    expect(ask('experiment', 'show', '2', '--lang', 'en').out).toMatch(/^Experiment 2: aborted, /m);
  }, 60_000);
});
