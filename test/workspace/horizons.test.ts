import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMonths } from '../../src/core/series/periods.ts';
import { MemoryData, openMemoryStore } from '../../src/store/memory/store.ts';
import { Workspace } from '../../src/workspace.ts';
import { lastingFolder } from '../support/temporary.ts';

const day = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / 864e5;
const iso = (d: number): string => new Date(d * 864e5).toISOString().slice(0, 10);

/** Rows of a product on some days: about a hundred units each, a price that moves. */
function rowsOf(merchant: string, product: string, days: readonly number[]): string[] {
  return days.map((d, i) => `${iso(d)},${merchant},${product},${100 + ((i * 7) % 11)},${2 + 0.1 * (i % 4)}`);
}
const every = (count: number, of: (i: number) => number) => Array.from({ length: count }, (_, i) => of(i));

/** A shop of months on first days, one of months on last days, one of weeks, and one of days whose products end apart. */
const ROWS = [
  ...rowsOf(
    'Months',
    'Oil',
    every(36, (i) => addMonths(day('2021-12-01'), i)),
  ),
  ...rowsOf(
    'Ends',
    'Oil',
    every(30, (i) => addMonths(day('2022-08-31'), i)),
  ),
  ...rowsOf(
    'Weeks',
    'Oil',
    every(60, (i) => day('2023-10-02') + 7 * i),
  ),
  ...rowsOf(
    'Days',
    'Late',
    every(90, (i) => day('2024-08-03') + i),
  ),
  ...rowsOf(
    'Days',
    'Early',
    every(80, (i) => day('2024-08-03') + i),
  ),
];

const folder = lastingFolder();
let workspace: Workspace;
beforeAll(async () => {
  const file = join(folder, 'sales.csv');
  writeFileSync(file, `date,merchant,product,quantity,price\n${ROWS.join('\n')}\n`);
  workspace = await Workspace.open(folder, { lang: 'en', store: openMemoryStore(new MemoryData()) });
  await workspace.importFiles([file]);
  await workspace.train({ workers: 1 });
}, 120_000);
afterAll(() => workspace.close());

describe('a forecast', () => {
  it('is of 14 days, 8 weeks or 3 months unless told, and says which', async () => {
    const { spans, forecasts } = await workspace.forecast();
    const byName = new Map(spans.map((span) => [`${span.merchant} ${span.product}`, span]));
    // The months from December 2024 on have 31, 31 and 28 days.
    expect(byName.get('Months Oil')).toMatchObject({
      from: '2024-12-01',
      to: '2025-02-28',
      horizonDays: 90,
      horizon: { count: 3, unit: 'month' },
      lastSale: '2024-11-01',
    });
    expect(byName.get('Weeks Oil')).toMatchObject({
      from: '2024-11-25',
      to: '2025-01-19',
      horizonDays: 56,
      horizon: { count: 8, unit: 'week' },
    });
    expect(byName.get('Days Late')).toMatchObject({ horizonDays: 14, horizon: { count: 14, unit: 'day' } });
    expect(forecasts.filter(({ merchant }) => merchant === 'Months').map(({ date }) => date)).toEqual([
      '2024-12-01',
      '2025-01-01',
      '2025-02-01',
    ]);
  });

  it('has twelve different months a year, ends of months at ends of months', async () => {
    const { forecasts, spans } = await workspace.forecast({ merchant: 'Ends', product: 'Oil', horizon: '12m' });
    expect(forecasts.map(({ date }) => date)).toEqual(
      Array.from({ length: 12 }, (_, i) => iso(addMonths(day('2025-02-01'), i + 1) - 1)),
    );
    // A row at the end of a month is of that month.
    expect(forecasts[0]).toMatchObject({ from: '2025-02-01', to: '2025-02-28', date: '2025-02-28' });
    expect(spans[0]).toMatchObject({ from: '2025-02-01', to: '2026-01-31', horizonDays: 365 });
  });

  it('rounds days up to whole periods', async () => {
    const covered = async (horizon: number | string, merchant: string) =>
      (await workspace.forecast({ merchant, product: 'Oil', horizon })).spans[0];
    expect(await covered(14, 'Months')).toMatchObject({ horizon: { count: 1, unit: 'month' }, horizonDays: 31 });
    expect(await covered('8w', 'Months')).toMatchObject({ horizon: { count: 2, unit: 'month' }, horizonDays: 62 });
    expect(await covered(15, 'Weeks')).toMatchObject({ horizon: { count: 3, unit: 'week' }, horizonDays: 21 });
    expect(await covered('1m', 'Weeks')).toMatchObject({ horizon: { count: 5, unit: 'week' }, horizonDays: 35 });
    const { spans } = await workspace.forecast({ merchant: 'Weeks', product: 'Oil', days: 15 });
    expect(spans[0]?.horizon).toEqual({ count: 3, unit: 'week' });
  });

  it('starts on one day for all products of a merchant: the one after the last sale', async () => {
    const { spans } = await workspace.forecast({ merchant: 'Days' });
    expect(spans.map(({ from, to, lastSale }) => [from, to, lastSale])).toEqual([
      ['2024-11-01', '2024-11-14', '2024-10-21'],
      ['2024-11-01', '2024-11-14', '2024-10-31'],
    ]);
  });

  it('starts neither before a last sale nor more than a year after it', async () => {
    const from = (date: string) => workspace.forecast({ merchant: 'Days', product: 'Late', from: date });
    await expect(from('2024-10-31')).rejects.toMatchObject({
      code: 'FROM_BEFORE_LAST_SALE',
      parameters: { merchant: 'Days', product: 'Late', from: '2024-10-31', lastDay: '2024-10-31' },
    });
    await expect(from('2035-01-01')).rejects.toMatchObject({ code: 'FROM_TOO_FAR' });
    expect((await from('2025-03-03')).spans[0]).toMatchObject({ from: '2025-03-03' });
    await expect(workspace.recommend({ merchant: 'Days', from: '2035-01-01' })).rejects.toMatchObject({
      code: 'FROM_TOO_FAR',
    });
  });

  it('refuses a horizon that is none', async () => {
    for (const horizon of ['3y', 'soon', '', 0, 1.5])
      await expect(workspace.forecast({ horizon })).rejects.toMatchObject({ code: 'OPTION_HORIZON' });
    await expect(workspace.recommend({ horizon: '13m' })).rejects.toMatchObject({
      code: 'OPTION_TOO_LARGE',
      parameters: { option: 'horizon', most: '365d', value: '13m' },
    });
  });
});

describe('a recommendation', () => {
  it('is for the same days as the forecast, and its sums are', async () => {
    const { recommendations } = await workspace.recommend({ merchant: 'Months' });
    const { forecasts } = await workspace.forecast({ merchant: 'Months' });
    const [item] = recommendations;
    expect(item).toMatchObject({
      from: '2024-12-01',
      to: '2025-02-28',
      horizonDays: 90,
      horizon: { count: 3, unit: 'month' },
    });
    const sum = forecasts.reduce((total, { demand }) => total + demand, 0);
    // The curve at today's price is the forecast, but for the noise of 1,000 draws.
    expect((item?.current.expectedDemand ?? 0) / sum).toBeCloseTo(1, 1);
  });
});

describe('a backtest', () => {
  it('asks of each frequency what it can give', async () => {
    const { protocols, cells } = await workspace.backtest({ workers: 1, origins: 2 });
    expect(protocols).toMatchObject([
      { frequency: 'daily', horizon: { count: 14, unit: 'day' }, minRows: 120, cells: 0, left: 2 },
      { frequency: 'weekly', horizon: { count: 8, unit: 'week' }, minRows: 52, cells: 1, left: 0 },
      { frequency: 'monthly', horizon: { count: 3, unit: 'month' }, step: { count: 3, unit: 'month' }, minRows: 24 },
    ]);
    expect(cells).toBe(3);
  });
  it('of none says how many rows there were', async () => {
    const { cells, methods, protocols } = await workspace.backtest({
      workers: 1,
      merchant: 'Days',
      until: '2024-10-31',
    });
    expect([cells, methods]).toEqual([0, []]);
    // 76 of the 90 days come before the last 14.
    expect(protocols).toMatchObject([{ cells: 0, left: 2, minRows: 120, mostRows: 76 }]);
  });
});
