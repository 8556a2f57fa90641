/** `demanda scenario` in both languages, and what it refuses. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { ScenarioDocument } from '../../src/contract/documents.ts';
import { demandas } from '../support/command.ts';
import { lastingFolder } from '../support/temporary.ts';

const folder = lastingFolder();
const at = (name: string): string => join(folder, name);

function run(...commands: readonly (readonly string[])[]) {
  return demandas(commands.map((command) => [...command, '--workspace', at('ws')]));
}
const ask = (...args: readonly string[]) => run(args)[0] as ReturnType<typeof run>[number];

beforeAll(() => {
  const lines = ['Tomate', 'Queso'].flatMap((product, p) =>
    Array.from({ length: 120 }, (_, i) => {
      const price = 2 + (((i * (7 + p)) % 5) * 1) / 10;
      const date = new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10);
      return `${date},Alpha,${product},${Math.round((400 + ((i * 13) % 17)) / price ** 2)},${price},1`;
    }),
  );
  writeFileSync(at('sales.csv'), `date,merchant,product,quantity,price,cost\n${lines.join('\n')}\n`);
  for (const { code, err } of run(['import', at('sales.csv'), '--unit', 'kg'], ['train', '--all', '--quiet']))
    expect(code, err).toBe(0);
}, 60_000);

it('prints plans side by side, and the same as a document', () => {
  writeFileSync(at('mine.csv'), 'producto;precio\nTomate;2,45\n');
  const asked = ['--merchant', 'alpha', '--prices', at('mine.csv')];
  const english = ask('scenario', ...asked, '--lang', 'en');
  expect(english).toMatchObject({ code: 0, err: '' });
  const [head, ...table] = english.out.split('\n');
  expect(head).toMatch(/^Alpha: plans of prices, May 1, 2026 – \w+ \d+, 2026, EUR$/);
  for (const name of ['as today', 'each best alone', 'best together', 'mine'])
    expect(table.some((line) => line.startsWith(`${name} `))).toBe(true);
  const spanish = ask('escenario', '--comerciante', 'Alpha', '--precios', at('mine.csv'), '--idioma', 'es');
  expect(spanish.out).toContain('cada uno, el mejor solo');
  const document = JSON.parse(ask('scenario', ...asked, '--json').out) as ScenarioDocument;
  const mine = document.plans.at(-1);
  expect(mine).toMatchObject({ kind: 'own', name: 'mine', changes: 1 });
  expect(mine?.products.find(({ product }) => product === 'Tomate')?.price).toBe(2.45);
  const tomato = table
    .find((line) => line.startsWith('Tomate'))
    ?.trim()
    .split(/\s{2,}/);
  expect(tomato).toEqual([
    'Tomate',
    ...document.plans.map(({ products }) => products.find(({ product }) => product === 'Tomate')?.price.toFixed(2)),
  ]);
  expect(document.kept).toBeNull();
});

it('proposes one’s own prices where the limits allow them, and says which they do not', () => {
  writeFileSync(at('far.csv'), 'product,price\nQueso,4\n');
  const far = ['scenario', '--merchant', 'Alpha', '--prices', at('far.csv'), '--lang', 'en'];
  expect(ask(...far).out).toContain('The limits do not allow the prices of: Queso.');
  const refused = ask(...far, '--propose');
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('The plan “far” is not proposed');
  const near = ask('scenario', '--merchant', 'Alpha', '--prices', at('mine.csv'), '--propose', '--json');
  expect((JSON.parse(near.out) as ScenarioDocument).kept?.proposed).toHaveLength(1);
});

it('refuses in one sentence what is missing or no price', () => {
  writeFileSync(at('columns.csv'), 'product,cost\nQueso,4\n');
  writeFileSync(at('value.csv'), 'product,price\nQueso,2.1\nTomate,0\n');
  writeFileSync(at('twice.csv'), 'product,price\nQueso,2.1\nqueso,2.2\n');
  writeFileSync(at('stranger.csv'), 'product,price\nUva,2.1\n');
  const merchant = ['--merchant', 'Alpha', '--lang', 'en'];
  for (const [args, code, words] of [
    [['--lang', 'en'], 2, 'Name the merchant: --merchant.'],
    [[...merchant, '--propose'], 2, 'give their file: --prices FILE'],
    [[...merchant, '--prices', at('columns.csv')], 2, 'needs the columns product and price; found: product, cost'],
    [[...merchant, '--prices', at('value.csv')], 2, 'Not a value for column price: “0”'],
    [[...merchant, '--prices', at('twice.csv')], 2, 'queso has a second price'],
    [[...merchant, '--prices', at('stranger.csv')], 1, 'Alpha has no Uva with a model'],
  ] as const) {
    const told = ask('scenario', ...args);
    expect(told.code, told.err).toBe(code);
    expect(told.err).toContain(words);
  }
});
