/** `demanda totals` in both languages. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
import { demandas } from '../support/command.ts';
import { lastingFolder } from '../support/temporary.ts';

const folder = lastingFolder();
const at = (name: string): string => join(folder, name);
const DAYS = 150;
const dayText = (i: number): string => new Date(Date.UTC(2026, 0, 5 + i)).toISOString().slice(0, 10);

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
const run = (...commands: readonly (readonly string[])[]): Answer[] =>
  demandas(commands.map((command) => [...command, '--workspace', at('ws')])) as Answer[];

beforeAll(() => {
  const random = new RandomStream(3, 3);
  const rows = ['Pear', 'Plum'].flatMap((product) =>
    Array.from({ length: DAYS }, (_, i) => {
      const price = [2, 2.2, 2.4][Math.floor(i / 7) % 3] as number;
      const sold = 50 * (price / 2.2) ** -2.5 * Math.exp(0.2 * random.normal() - 0.02);
      return `${dayText(i)},Ana,${product},Fruit,${sold.toFixed(2)},${price}`;
    }),
  );
  writeFileSync(at('sales.csv'), ['date,merchant,product,type,quantity,price', ...rows].join('\n'));
  writeFileSync(at('precios.csv'), 'producto;precio\nPear;2,1\n');
  for (const { code, err } of run(['import', at('sales.csv')], ['train', '--all', '--quiet']))
    expect(code, err).toBe(0);
}, 60_000);

it('prints totals from the whole down, and writes them as a table', () => {
  const file = at('totals.csv');
  const [en, es, json, wrong, none] = run(
    ['totals', '--horizon', '7d', '--lang', 'en', '--export', file, '--for-machines'],
    ['totales', '--horizonte', '7d', '--precios', at('precios.csv'), '--comerciante', 'Ana'],
    ['totals', '--json'],
    ['totals', '--horizon', 'soon', '--lang', 'en'],
    ['totals', '--merchant', 'Eva', '--lang', 'en'],
  ) as [Answer, Answer, Answer, Answer, Answer];
  expect(en.out).toMatch(/revenue \(EUR\) .*90% .*sells/);
  expect(en.out).toMatch(/\nAna +[\d,]+ +\[[\d,]+, [\d,]+\] +\d+ kg/);
  expect(en.out).toMatch(/\n {2}Fruit .*\n {4}Pear .*\n {4}Plum /);
  expect(readFileSync(file, 'utf8')).toMatch(/"?product"?,"?Ana"?,"?Fruit"?,"?Pear"?,/);
  expect(es.out).toMatch(/ingresos \(EUR\)/);
  const { totals, missing } = JSON.parse(json.out);
  expect([totals.length, totals[0].horizonDays, missing]).toEqual([1, 14, []]);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('soon')]);
  expect([none.code, none.err]).toEqual([expect.any(Number), expect.stringContaining('Eva')]);
  expect(none.code).not.toBe(0);
});
