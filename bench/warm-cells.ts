/** Real cells for the bench of warm updates: items of M5 with events known ahead, and produce; rows up to any day. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CellSeries } from '../src/core/series/cell-series.ts';
import { storeFile } from '../src/store/open.ts';
import type { ImportOptions } from '../src/workspace/import-file.ts';
import { Workspace } from '../src/workspace.ts';
import { storedCells } from './backtest-files.ts';
import { PRODUCE_COLUMNS } from './produce.ts';

const DATA = resolve(import.meta.dirname, '../../shared/data');

export interface WarmSet {
  readonly name: string;
  readonly country: string;
  readonly cells: readonly CellSeries[];
  /** Last day of the data. */
  readonly lastDay: number;
}

function text(path: string): string {
  const bytes = readFileSync(join(DATA, path));
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trim();
}

async function cellsOf(csv: string, country: string, currency: string, options: ImportOptions): Promise<CellSeries[]> {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-warm-'));
  try {
    const file = join(folder, 'sales.csv');
    writeFileSync(file, csv);
    const place = join(folder, 'ws');
    const workspace = await Workspace.open(place, { lang: 'en' });
    await workspace.setSettings({ country, currency });
    await workspace.importFiles([file], options);
    await workspace.close();
    if (!existsSync(storeFile(place))) throw new Error('nothing was imported');
    return await storedCells(place);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every so manieth item of TX_3 FOODS_3 that sold for two years. @param count of items */
export async function m5Cells(count: number): Promise<WarmSet | null> {
  if (!existsSync(join(DATA, 'm5_tx3_foods3'))) return null;
  const table = (name: string): string[][] =>
    text(`m5_tx3_foods3/${name}`)
      .split(/\r?\n/)
      .map((line) => line.split(','));
  const calendar = table('calendar_afcs2025.csv').slice(1);
  const dates = calendar.map((r) => {
    const [month, day, year] = (r[0] as string).split('/').map(Number) as [number, number, number];
    return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
  });
  const events = [...new Set(calendar.flatMap((r) => [r[7], r[9]]))].filter((e) => e && e !== 'NA').sort();
  const prices = new Map(
    table('sell_prices_tx3_foods3.csv.gz')
      .slice(1)
      .map((r) => [`${r[1]}|${r[2]}`, Number(r[3])]),
  );
  const items = table('sales_train_validation_afcs2025.csv.gz')
    .slice(1)
    .map((r) => {
      const units = r.slice(1).map(Number);
      return { id: (r[0] as string).split('_').slice(0, 3).join('_'), units, first: units.findIndex((v) => v > 0) };
    })
    .filter(({ units, first }) => first >= 0 && units.length - first > 1_100);
  const step = items.length / count;
  const lines = [['date', 'product', 'quantity', 'price', ...events, 'snap'].join(',')];
  for (let k = 0; k < count; k++) {
    const item = items[Math.floor(k * step)] as (typeof items)[number];
    let price: number | undefined;
    for (let t = item.first; t < item.units.length; t++) {
      const day = calendar[t] as string[];
      price = prices.get(`${item.id}|${day[1]}`) ?? price;
      if (price === undefined) continue;
      const marks = events.map((e) => (day[7] === e || day[9] === e ? 1 : 0));
      lines.push([dates[t], item.id, item.units[t], price, ...marks, day[10]].join(','));
    }
  }
  const cells = await cellsOf(lines.join('\n'), 'US', 'USD', {
    merchant: 'TX_3',
    productType: 'FOODS_3',
    unit: 'unit',
    knownCovariates: [...(events as string[]), 'snap'],
  });
  return { name: 'M5', country: 'US', cells, lastDay: lastDayOf(cells) };
}

/** Vegetables of the produce file. */
export async function produceCells(): Promise<WarmSet | null> {
  const path = 'cumcm2023c_produce/daily_sales.csv.gz';
  if (!existsSync(join(DATA, path))) return null;
  const cells = await cellsOf(text(path), 'CN', 'CNY', {
    merchant: 'shop',
    map: PRODUCE_COLUMNS,
  });
  return { name: 'produce', country: 'CN', cells, lastDay: lastDayOf(cells) };
}

function lastDayOf(cells: readonly CellSeries[]): number {
  return Math.max(...cells.map(({ days }) => days.at(-1) as number));
}
