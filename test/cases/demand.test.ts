/** What a shop rightly expects of forecasts and prices, by shops whose truth is known: each is a merchant of its own. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
import { MemoryData, openMemoryStore } from '../../src/store/memory/store.ts';
import { Workspace } from '../../src/workspace.ts';
import { lastingFolder } from '../support/temporary.ts';

const DAY = 86_400_000;
const WEEK = [0.7, 0.85, 0.9, 0.95, 1, 1.2, 1.4];

/** A row of the file; what is left out is not given. */
interface Row {
  readonly product?: string;
  readonly day: string;
  readonly qty: number;
  readonly price: number | '';
  readonly cost?: number;
  readonly promo?: number;
  readonly sold_out?: number;
}
interface Simulated {
  readonly base?: number;
  readonly elasticity?: number;
  readonly week?: boolean;
  readonly from?: string;
  readonly days?: number;
  readonly effect?: (day: string) => number;
}

/** Days of a product at 2.00, a tenth less and a tenth more for two weeks each. */
function days(
  seed: number,
  { base = 20, elasticity = -1.8, week = true, from = '2025-01-01', days = 250, effect = () => 1 }: Simulated = {},
): Row[] {
  const random = new RandomStream(seed);
  let price = 2;
  return Array.from({ length: days }, (_, i) => {
    const date = new Date(Date.parse(from) + i * DAY);
    const day = date.toISOString().slice(0, 10);
    if (i % 14 === 0) price = [1.8, 2, 2.2][random.integer(3)] as number;
    const mean = base * (price / 2) ** elasticity * (week ? (WEEK[date.getUTCDay()] as number) : 1) * effect(day);
    return { day, qty: random.poisson(mean), price };
  });
}
const sunday = (day: string): boolean => new Date(day).getUTCDay() === 0;

/** Merchant → its rows. */
const SHOPS: Readonly<Record<string, readonly Row[]>> = {
  'slow sellers': days(5, { base: 40, days: 300 }).flatMap((row, i) => [
    { ...row, product: 'Bread' },
    ...(i % 5 === 0 ? [{ ...row, product: 'Truffle', qty: 1, price: 9 }] : []),
    ...(i % 10 === 3 ? [{ ...row, product: 'Saffron', qty: 1, price: 9 }] : []),
  ]),
  'closed on Sundays': days(3, { days: 300 }).filter(({ day }) => !sunday(day)),
  'zeros without a price': days(7, { base: 1.2 }).map((row) => ({ ...row, price: row.qty === 0 ? '' : row.price })),
  delisted: [
    ...days(10, { from: '2024-01-01', days: 660 }).map((row) => ({ ...row, product: 'Bread', cost: 1 })),
    ...days(11, { from: '2023-01-01', days: 300 }).map((row) => ({ ...row, product: 'Panettone', cost: 1 })),
  ],
  'never another sale or price': days(1, { days: 200 }).map(({ day }) => ({ day, qty: 10, price: 2, cost: 1 })),
  'a hundred times a day': days(44).map((row, i) => (i === 248 ? { ...row, qty: row.qty * 100 } : row)),
  'a cost a hundred times': days(40).map((row, i) => ({ ...row, cost: i === 249 ? 110 : 1.1 })),
  'no cost': days(24).map((row) => ({ ...row, cost: 0 })),
  'always on offer': days(45).map((row) => ({ ...row, promo: 1, cost: 1 })),
  'offers every month': days(46, { days: 280, effect: (day) => (/-1[0-2]$/.test(day) ? 2.5 : 1) }).map((row) => ({
    ...row,
    promo: /-1[0-2]$/.test(row.day) ? 1 : 0,
  })),
  'sold out': days(47, { base: 30, week: false }).map((row) => ({
    ...row,
    qty: Math.min(row.qty, 26),
    sold_out: row.qty >= 26 ? 1 : 0,
  })),
  'prices of the season': days(48, { from: '2023-03-01', days: 900 }).map(({ day }) => {
    const season = Math.sin((2 * Math.PI * Date.parse(day)) / (365.25 * DAY));
    const price = Number((4 * Math.exp(-0.35 * season)).toFixed(2));
    const qty = new RandomStream(Date.parse(day) / DAY).poisson((25 * Math.exp(0.9 * season) * 4) / price);
    return { day, qty, price, cost: 1.6 };
  }),
  'prices of the weekday': days(49, { days: 300, week: false, elasticity: -1.5 }).map((row) => {
    const weekend = [0, 5, 6].includes(new Date(row.day).getUTCDay());
    return { ...row, qty: weekend ? row.qty * 2 : row.qty, price: weekend ? 2.4 : 2, cost: 1 };
  }),
  'members pay less': days(51, { base: 15, elasticity: 0, days: 300 }).flatMap(({ day, qty }) => [
    { day, qty, price: 2, cost: 0.9 },
    { day, qty: new RandomStream(Date.parse(day) / DAY, 1).poisson(6), price: 1.6, cost: 0.9 },
  ]),
  'twelve times as dear after two years': days(52, { from: '2023-06-01', days: 730, elasticity: -2, week: false }).map(
    (row, i) => {
      const dearer = 12 ** (i / 730);
      return { ...row, price: Math.round(225 * Number(row.price) * dearer), cost: Math.round(300 * dearer) };
    },
  ),
  'prices after demand': days(50, { days: 300, week: false, elasticity: 1.5 }).map((row) => ({ ...row, cost: 1 })),
};

const folder = lastingFolder();
let workspace: Workspace;
let imported: Awaited<ReturnType<Workspace['importFiles']>>['files'][number];
beforeAll(async () => {
  const columns = ['day', 'store', 'product', 'type', 'qty', 'price', 'cost', 'promo', 'sold_out'] as const;
  const lines = Object.entries(SHOPS).flatMap(([store, rows]) =>
    rows.map((row) => {
      const product = row.product ?? 'P';
      const all: Readonly<Record<string, unknown>> = { store, type: `${store} ${product}`, ...row, product };
      return columns.map((column) => all[column] ?? '').join(',');
    }),
  );
  const file = join(folder, 'sales.csv');
  writeFileSync(file, `${columns.join(',').replace('day', 'date')}\n${lines.join('\n')}\n`);
  workspace = await Workspace.open(folder, { lang: 'en', store: openMemoryStore(new MemoryData()) });
  imported = (await workspace.importFiles([file])).files[0] as typeof imported;
  await workspace.train({ workers: 2 });
}, 120_000);
afterAll(() => workspace.close());

/** Demand of the coming days, by date. */
async function demandOf(merchant: string, product = 'P', planFile?: string): Promise<Record<string, number>> {
  const { forecasts } = await workspace.forecast({ merchant, product, ...(planFile !== undefined && { planFile }) });
  return Object.fromEntries(forecasts.map(({ date, demand }) => [date, demand]));
}
const sum = (values: Readonly<Record<string, number>>): number => Object.values(values).reduce((a, b) => a + b, 0);
async function recommended(merchant: string, product = 'P') {
  const { recommendations } = await workspace.recommend({ merchant, product });
  return recommendations[0] as (typeof recommendations)[number];
}

describe('forecasts', () => {
  it('of slow sellers whose days without a sale have no row are of what they sell', async () => {
    expect(sum(await demandOf('slow sellers', 'Truffle'))).toBeGreaterThan(2);
    expect(sum(await demandOf('slow sellers', 'Truffle'))).toBeLessThan(3.8);
    expect(sum(await demandOf('slow sellers', 'Saffron'))).toBeGreaterThan(0.8);
    expect(sum(await demandOf('slow sellers', 'Saffron'))).toBeLessThan(2.1);
  });
  it('of a shop that is closed on Sundays have none', async () => {
    const demand = await demandOf('closed on Sundays');
    expect(Object.entries(demand).filter(([day, sold]) => sunday(day) && sold > 0)).toEqual([]);
    expect(Object.keys(demand).length).toBeGreaterThanOrEqual(12);
  });
  it('of days without a sale or price count them as zeros', async () => {
    // 1.65 where only the days with a sale counted.
    expect(sum(await demandOf('zeros without a price')) / 14).toBeGreaterThan(0.7);
    expect(sum(await demandOf('zeros without a price')) / 14).toBeLessThan(1.4);
  });
  it('do not follow a day a hundred times over, which the import names', async () => {
    expect(imported.held.map(({ merchant, column }) => `${merchant} ${column}`)).toContain(
      'a hundred times a day quantity',
    );
    const demand = sum(await demandOf('a hundred times a day')) / 14;
    expect(demand).toBeGreaterThan(16);
    expect(demand).toBeLessThan(24);
  });
  it('of a plan count its promotion on its days and no others', async () => {
    const plan = join(folder, 'plan.csv');
    writeFileSync(plan, 'date,promo\n2025-10-08,0\n2025-10-09,1\n2025-10-15,0\n2025-10-16,1\n');
    const demand = await demandOf('offers every month', 'P', plan);
    const times = (demand['2025-10-16'] as number) / (demand['2025-10-09'] as number);
    expect(times).toBeCloseTo(1, 1);
    expect((demand['2025-10-09'] as number) / (demand['2025-10-08'] as number)).toBeGreaterThan(1.8);
    expect((demand['2025-10-16'] as number) / (demand['2025-10-15'] as number)).toBeLessThan(3.4);
  });
  it('of a shelf that was empty on most days are of what would have sold', async () => {
    const { forecasts } = await workspace.forecast({ merchant: 'sold out', price: 2 });
    const demand = forecasts.reduce((all, one) => all + one.demand, 0) / forecasts.length;
    expect(demand).toBeGreaterThan(26);
    expect(demand).toBeLessThan(36);
  });
});

describe('recommended prices', () => {
  it.each([
    ['delisted', 'Panettone', 'DELISTED'],
    ['never another sale or price', 'P', 'NO_PRICE_VARIATION'],
    ['a cost a hundred times', 'P', 'VALUE_HELD'],
    ['prices of the season', 'P', 'PRICE_IS_SEASON'],
    ['prices of the weekday', 'P', 'PRICE_IS_SEASON'],
    ['prices after demand', 'P', 'WRONG_SIGN'],
    ['members pay less', 'P', 'MIX_NOT_PRICE'],
  ])('are withheld, with the reason: %s', async (merchant, product, reason) => {
    const { recommended: is, reasons } = await recommended(merchant, product);
    expect([is, reasons]).toEqual([false, expect.arrayContaining([reason])]);
  });
  it('are none where the cost is nothing: that is held, and said', async () => {
    expect(imported.held.some(({ merchant, reason }) => merchant === 'no cost' && reason === 'impossible')).toBe(true);
    const { recommended: is, reasons } = await recommended('no cost');
    expect([is, reasons]).toEqual([false, expect.arrayContaining(['NO_COST'])]);
  });
  it('of what is always on offer are by the price that it always had', async () => {
    const { current, price } = await recommended('always on offer');
    expect(current.price).toBe(days(45).at(-1)?.price);
    expect(price).toBeGreaterThan(1.5);
    expect(price).toBeLessThan(2.7);
  });
  it('are by what a price does among others that rise with it', async () => {
    const { elasticity } = (await workspace.models()).models.find(
      ({ merchant }) => merchant === 'twelve times as dear after two years',
    ) as { elasticity: { value: number } };
    expect(elasticity.value).toBeGreaterThan(-2.4);
    expect(elasticity.value).toBeLessThan(-1.4);
  });
  it('of a model that rests on sales are none in a workspace that lacks them', async () => {
    const model = join(folder, 'model.json');
    writeFileSync(model, JSON.stringify(await workspace.exportModel('always on offer', 'P')));
    const other = await Workspace.open(join(folder, 'other'), { lang: 'en' });
    await expect(other.importModel(model)).rejects.toMatchObject({ code: 'WORKSPACE_EMPTY' });
    await other.close();
  });
});

it('a perfect series is drawn without a figure that is none', async () => {
  const view = await workspace.show('never another sale or price', 'P');
  expect(JSON.stringify(view)).not.toMatch(/NaN|Infinity/);
});
