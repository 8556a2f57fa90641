/** Totals through the library: what adds up, what is left out and said, planned prices. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TotalRow, totalsDocument } from '../../src/contract/totals.ts';
import { RandomStream } from '../../src/core/math/random.ts';
import { MemoryData, openMemoryStore } from '../../src/store/memory/store.ts';
import { Workspace } from '../../src/workspace.ts';
import { lastingFolder } from '../support/temporary.ts';

const FIRST = Date.parse('2025-01-06') / 864e5;
const DAYS = 300;
const iso = (day: number): string => new Date(day * 864e5).toISOString().slice(0, 10);
const HEAD = 'date,merchant,product,type,quantity,price';
const folder = lastingFolder();
let workspace: Workspace;

/** All cells had 40 % more in the last twelve days: a fair that each alone takes for noise. */
const FAIR = 12;

function rowsOf(merchant: string, product: string, type: string, counted = false, from = 0, to = DAYS): string[] {
  const random = new RandomStream(merchant.length, ...Array.from(product, (letter) => letter.charCodeAt(0)));
  return Array.from({ length: to - from }, (_, k) => {
    const i = from + k;
    const price = 2 + 0.1 * (Math.floor(i / 7) % 4);
    const level = i >= DAYS - FAIR ? 1.4 : 1;
    const sold = level * 30 * (2 / price) ** 2 * Math.exp(0.5 * random.normal() - 0.125);
    const quantity = counted ? Math.round(sold) : sold.toFixed(2);
    return [iso(FIRST + i), merchant, product, type, quantity, price].join(',');
  });
}

beforeAll(async () => {
  const lines = [
    ...['Cod', 'Hake', 'Sole'].flatMap((product) => rowsOf('Ana', product, 'Fish')),
    ...['Beef', 'Lamb', 'Pork'].flatMap((product) => rowsOf('Bea', product, 'Meat')),
    ...rowsOf('Bea', 'Goose', 'Meat', false, 0, 120),
    ...Array.from({ length: 43 }, (_, w) => `${iso(FIRST + 7 * w)},Ana,Cheese,Dairy,${50 + (w % 5)},${9 + (w % 3)}`),
  ];
  const file = join(folder, 'sales.csv');
  writeFileSync(file, `${HEAD}\n${lines.join('\n')}\n`);
  workspace = await Workspace.open(folder, { lang: 'en', store: openMemoryStore(new MemoryData()) });
  await workspace.importFiles([file]);
  const pieces = join(folder, 'pieces.csv');
  const counted = ['Egg', 'Roll'].flatMap((product) => rowsOf('Ana', product, 'Pieces', true));
  writeFileSync(pieces, `${HEAD}\n${counted.join('\n')}\n`);
  await workspace.importFiles([pieces], { unit: 'piece' });
  await workspace.train({ workers: 1 });
  // What came after the training has no model.
  const later = join(folder, 'later.csv');
  writeFileSync(later, `${HEAD}\n${rowsOf('Bea', 'Duck', 'Meat', false, DAYS - 3).join('\n')}\n`);
  await workspace.importFiles([later]);
}, 120_000);
afterAll(() => workspace.close());

const of = (rows: readonly TotalRow[], level: TotalRow['level'], name: string | null): TotalRow =>
  rows.find((row) => row.level === level && [row.product, row.productType, row.merchant].includes(name)) as TotalRow;

it('every total is the sum of its parts, in money and by unit, and days add up to it', async () => {
  const document = await workspace.totals({ horizon: 14 });
  totalsDocument.strict().parse(document);
  const daily = document.totals.find(({ frequency }) => frequency === 'daily')?.rows as readonly TotalRow[];
  const revenues = (rows: readonly TotalRow[]): number => rows.reduce((sum, { revenue }) => sum + revenue.value, 0);
  const at = (level: TotalRow['level']): TotalRow[] => daily.filter((row) => row.level === level);
  const [all] = at('all') as [TotalRow];
  for (const level of ['merchant', 'type', 'product'] as const)
    expect(revenues(at(level))).toBeCloseTo(all.revenue.value, 6);
  const kilos = (row: TotalRow): number => row.quantities.find(({ unit }) => unit === 'kg')?.quantity.value ?? 0;
  expect(at('product').reduce((sum, row) => sum + kilos(row), 0)).toBeCloseTo(kilos(all), 6);
  expect(all.quantities.map(({ unit }) => unit).sort()).toEqual(['kg', 'piece']);
  expect(all.products).toBe(8);
  for (const row of daily) {
    expect(row.revenue.low).toBeLessThan(row.revenue.value);
    expect(row.revenue.high).toBeGreaterThan(row.revenue.value);
    if (row.level === 'product') continue;
    expect(row.periods.length).toBe(14);
    expect(row.periods.reduce((sum, { revenue }) => sum + revenue.value, 0)).toBeCloseTo(row.revenue.value, 6);
  }
  // Parts that do not move as one: a total is known better than the widest its parts could make it.
  const width = ({ revenue }: TotalRow): number => revenue.high - revenue.low;
  expect(width(all)).toBeLessThan(at('product').reduce((sum, row) => sum + width(row), 0));
});

it('what all products share is seen in their sum: the total is nearer to it than the sum of each alone', async () => {
  const { totals } = await workspace.totals({ horizon: 14 });
  const [all] = (totals.find(({ frequency }) => frequency === 'daily') as (typeof totals)[number]).rows as [TotalRow];
  expect(all.revenue.value).toBeGreaterThanOrEqual(all.unreconciled);
});

it('products by the week are a total of their own, and what is in none is named with its reason', async () => {
  const { totals, missing } = await workspace.totals();
  expect(totals.map(({ frequency, products }) => [frequency, products])).toEqual([
    ['daily', 8],
    ['weekly', 1],
  ]);
  expect(missing).toEqual([
    { merchant: 'Bea', product: 'Duck', reason: 'NO_MODEL' },
    { merchant: 'Bea', product: 'Goose', reason: 'NOT_SOLD_LATELY' },
  ]);
});

it('planned prices move the total, and one of no product is told', async () => {
  const before = await workspace.totals({ merchant: 'Bea', horizon: 7 });
  const dearer = await workspace.totals({
    ...{ merchant: 'Bea', horizon: 7 },
    prices: [
      { product: 'beef', price: 2.3 },
      { product: 'Whale', price: 5 },
    ],
  });
  const beef = (document: typeof before): TotalRow =>
    of((document.totals[0] as (typeof before.totals)[number]).rows, 'product', 'Beef');
  expect(beef(dearer).quantities[0]?.quantity.value).not.toBeCloseTo(
    beef(before).quantities[0]?.quantity.value as number,
    1,
  );
  expect(dearer.notes.map(({ message }) => message)).toEqual([
    'Prices of products that are in no total were not used: Whale.',
  ]);
  expect((before.totals[0] as (typeof before.totals)[number]).rows[0]?.level).toBe('merchant');
  await expect(workspace.totals({ prices: [{ product: 'Beef', price: -1 }] })).rejects.toMatchObject({
    code: 'SCENARIO_PRICE',
  });
  await expect(workspace.totals({ from: '2025-02-01' })).rejects.toMatchObject({ code: 'FROM_BEFORE_LAST_SALE' });
  await expect(workspace.totals({ merchant: 'Nobody' })).rejects.toMatchObject({ code: 'MERCHANT_UNKNOWN' });
});

it('the same twice, to the last bit', async () => {
  expect(await workspace.totals({ horizon: 14 })).toEqual(await workspace.totals({ horizon: 14 }));
});
