/** `demanda order` and `demanda markdown` in both languages, with a list of stock. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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
const ask = (...args: readonly string[]): Answer => run(args)[0] as Answer;
const PEAR = ['--merchant', 'Ana', '--product', 'Pear'];

beforeAll(() => {
  const random = new RandomStream(3, 3);
  const rows = Array.from({ length: DAYS }, (_, i) => {
    const price = [2, 2.2, 2.4][Math.floor(i / 7) % 3] as number;
    const sold = 50 * (price / 2.2) ** -2.5 * Math.exp(0.2 * random.normal() - 0.02);
    return `${dayText(i)},Ana,Pear,${sold.toFixed(2)},${price},1.2`;
  });
  writeFileSync(at('sales.csv'), ['date,merchant,product,quantity,price,cost', ...rows].join('\n'));
  writeFileSync(
    at('existencias.csv'),
    `fecha;comerciante;producto;existencias;caducidad\n${dayText(DAYS - 1)};Ana;Pear;200,5;${dayText(DAYS + 1)}\n`,
  );
  for (const { code, err } of run(['import', at('sales.csv')], ['train', '--all', '--quiet']))
    expect(code, err).toBe(0);
}, 60_000);

it('says how much to order, and writes it as a table', () => {
  const en = ask('order', '--all', '--days-until-delivery', '2', '--shelf-life', '2', '--lang', 'en');
  expect(en.out).toMatch(/Merchant .* Order .*Nobody goes without/);
  expect(en.out).toMatch(/Ana +Pear .* kg/);
  expect(en.out).toContain('no stock on hand is known');
  const es = ask(
    'pedir',
    ...['--comerciante', 'Ana', '--producto', 'Pear', '--dias-hasta-entrega', '2', '--vida', '2'],
  );
  expect(es.out).toMatch(/Comerciante .* Pedir .*Nadie se queda sin/);
  const file = at('orders.csv');
  const packed = ['--days-until-delivery', '2', '--pack', '20', '--service-level', '90 %', '--salvage', '0,5'];
  const json = ask('order', ...PEAR, ...packed, '--stock', '10', '--export', file, '--for-machines', '--json');
  const { orders } = JSON.parse(json.out);
  expect(orders[0]).toMatchObject({ pack: 20, serviceLevel: 0.9, salvage: 0.5, onHand: 10, days: 2 });
  expect(orders[0].quantity % 20).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain(`,${orders[0].quantity},`);
});

it('says which price stock has, by what is told and by a list of stock', () => {
  const told = ask('markdown', ...PEAR, '--stock', '250', '--days', '3', '--steps', '10,25', '--lang', 'en');
  expect(told.out).toMatch(/Ana \/ Pear: [\d.]+ EUR now \(usual price [\d.]+\), 250 kg until/);
  expect(told.out).toMatch(/This path: .*\nKeeping the price: .*\nAt .* on the last day alone: /);
  const parts = ask('markdown', ...PEAR, '--stock', '250', '--days', '1', '--day-shares', '30,30,40', '--lang', 'en');
  expect(parts.out).toContain('part 3');
  const imported = ask('importar', at('existencias.csv'), '--tipo-archivo', 'existencias', '--lang', 'es');
  expect(imported.out).toContain('1 fila de existencias importada');
  expect(imported.out).toMatch(/caducidad +← caducidad/);
  expect(ask('imports', '--lang', 'en').out).toContain('stock on hand');
  const counted = ask('rebajar', '--todos', '--lang', 'es');
  expect(counted.out).toContain('200,5 kg hasta el');
  const { markdowns } = JSON.parse(ask('markdown', '--all', '--json', '--export', at('m.xlsx')).out);
  expect(markdowns[0]).toMatchObject({ onHand: 200.5, to: dayText(DAYS + 1) });
  expect(existsSync(at('m.xlsx'))).toBe(true);
});

it.each([
  [['order', '--all'], 2, /when the next delivery comes: --days-until-delivery or --until/],
  [['order'], 2, /--all/],
  [['order', '--all', '--days-until-delivery', '0'], 2, /--days-until-delivery must be a whole number/],
  [['order', '--all', '--days-until-delivery', '1', '--until', '2026-09-01'], 2, /do not go together/],
  [['order', '--all', '--until', '2026-01-01'], 2, /must come after the first day/],
  [['order', '--all', '--days-until-delivery', '1', '--stock', '3'], 2, /--stock is the stock of one product/],
  [['order', ...PEAR, '--days-until-delivery', '1', '--pack', '0'], 2, /--pack must be a number above 0/],
  [['order', ...PEAR, '--days-until-delivery', '1', '--stock=-3'], 2, /--stock must be a number of 0 or more/],
  [['order', ...PEAR, '--days-until-delivery', '1', '--salvage', '1.2'], 2, /must bring less than it costs/],
  [['markdown', ...PEAR, '--stock', '3'], 2, /how many days the stock can still be sold: --days/],
  [['markdown', ...PEAR, '--steps', '10,120'], 2, /--steps must be a share/],
  [['markdown', ...PEAR, '--day-shares', '30,30'], 2, /add to 100%, got 60%/],
  [['markdown', '--merchant', 'Ana', '--product', 'Plum', '--stock', '3', '--days', '2'], 1, /no product "Plum"/],
])('refuses %j in one sentence', (args, code, sentence) => {
  const answer = ask(...args, '--lang', 'en');
  expect(answer.err).toMatch(sentence);
  expect(answer.code).toBe(code);
});
