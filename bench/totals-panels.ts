/**
 * Totals of real shops: orange juice (stores and tiers of brands, by week), vegetables (one shop and its categories, by
 * day) and M5 (one department and its groups of items, by day), at origins in a row. node bench/totals-panels.ts [panel]
 */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fitDemand } from '../src/core/demand/fit-demand.ts';
import { actualAfter, plannedRowsAfter, truncateSeries } from '../src/core/evaluation/backtest.ts';
import { type CellOutlook, cellOutlook } from '../src/core/hierarchy/cell-outlook.ts';
import { COARSE_SPECS, DAILY_COUNT_SPECS, DAILY_SPECS, type Spec } from '../src/core/regression/hyper-parameters.ts';
import type { CellSeries } from '../src/core/series/cell-series.ts';
import { HEAD, HierarchyScores } from './hierarchy-scores.ts';
import { readM5 } from './m5.ts';
import { readCells } from './orange-juice.ts';
import { ALONE, dailyCell } from './simulated-cell.ts';

const DATA = resolve(import.meta.dirname, '../../shared/data');
const DAY_MS = 86_400_000;

interface TotalsPanel {
  readonly cells: () => CellSeries[];
  readonly ahead: number;
  readonly spacing: number;
  readonly origins: number;
}

/** Dominick's own brands, three of premium, the others. */
function tierOf(brand: number): string {
  return brand <= 3 ? 'premium' : brand >= 10 ? 'own' : 'national';
}

function juice(): CellSeries[] {
  const cells = readCells();
  const stores = [...new Set(cells.map(({ merchant }) => merchant))].sort((a, b) => Number(a) - Number(b));
  const chosen = new Set(stores.filter((_, i) => i % 7 === 0));
  return cells
    .filter(({ merchant }) => chosen.has(merchant))
    .map((cell) => ({ ...cell, productType: tierOf(Number(cell.product)) }));
}

function vegetables(): CellSeries[] {
  const text = gunzipSync(readFileSync(resolve(DATA, 'cumcm2023c_produce/daily_sales.csv.gz')))
    .toString()
    .trim();
  const rows = text
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
  const traded = [...new Set(rows.map((row) => Date.parse(row[0] as string) / DAY_MS))].sort((a, b) => a - b);
  return [...Map.groupBy(rows, (row) => row[1] as string)].flatMap(([product, own]) => {
    if (own.length < 150) return [];
    const byDay = new Map(own.map((row) => [Date.parse(row[0] as string) / DAY_MS, row]));
    const [first, last] = [Math.min(...byDay.keys()), Math.max(...byDay.keys())];
    const days = traded.filter((day) => day >= first && day <= last);
    const cell = dailyCell(
      days.map((day) => {
        const row = byDay.get(day);
        return { day, price: row ? Number(row[3]) : Number.NaN, quantity: row ? Math.max(0, Number(row[2])) : 0 };
      }),
    );
    return [{ ...cell, merchant: 'shop', product, productType: own[0]?.[6] as string }];
  });
}

function units(): CellSeries[] {
  const data = readM5();
  if (data === null) return [];
  return data.items.flatMap((item, i) => {
    if (i % 4 !== 0 || item.first < 0) return [];
    let price: number | undefined;
    const rows = item.units.flatMap((quantity, t) => {
      const on = data.calendar[t];
      if (on === undefined || t < Math.max(item.first, 1_100)) return [];
      price = data.prices.get(`${item.id}|${on.week}`) ?? price;
      return price === undefined ? [] : [{ day: Date.parse(on.date) / DAY_MS, price, quantity }];
    });
    if (rows.length < 200) return [];
    const group = item.id.split('_')[2]?.[0] as string;
    return [{ ...dailyCell(rows), unit: 'piece', merchant: 'TX_3', product: item.id, productType: `FOODS_3_${group}` }];
  });
}

function specsOf({ frequency, unit }: CellSeries): readonly Spec[] {
  if (frequency !== 'daily') return COARSE_SPECS;
  return unit === 'piece' ? DAILY_COUNT_SPECS : DAILY_SPECS;
}

const PANELS: Readonly<Record<string, TotalsPanel>> = {
  'orange juice': { cells: juice, ahead: 8 * 7, spacing: 8 * 7, origins: 6 },
  vegetables: { cells: vegetables, ahead: 14, spacing: 56, origins: 6 },
  M5: { cells: units, ahead: 28, spacing: 28, origins: 6 },
};

const [only = ''] = process.argv.slice(2);
console.log(HEAD.join('\n'));
for (const [name, { cells, ahead, spacing, origins }] of Object.entries(PANELS)) {
  if (!name.includes(only)) continue;
  const all = cells();
  const last = Math.max(...all.map(({ days }) => days.at(-1) as number));
  const scores = new HierarchyScores();
  for (let k = 0; k < origins; k++) {
    const origin = { originDay: last - ahead - k * spacing, endDay: last - k * spacing };
    // What is sold before and after the origin; ten days of the vegetables are closed.
    const living = all.filter(({ days }) => {
      const known = days.filter((day) => day <= origin.originDay);
      const recent = (known.at(-1) ?? 0) > origin.originDay - 12;
      return known.length >= 60 && recent && days.some((day) => day > origin.originDay && day <= origin.endDay);
    });
    const outlooks: CellOutlook[] = [];
    const actual: Float64Array[] = [];
    for (const cell of living) {
      const series = truncateSeries(cell, origin.originDay);
      const fitted = fitDemand(series, { ...ALONE, specs: specsOf(series) });
      if (!fitted.ok) continue;
      const planned = plannedRowsAfter(cell, origin);
      outlooks.push(cellOutlook({ model: fitted.value, series, planned }, []));
      actual.push(actualAfter(cell, origin).map((sold, i) => sold * (planned.price[i] as number)));
    }
    if (outlooks.length > 0) scores.add(outlooks, actual);
  }
  console.log(scores.lines(name).join('\n'));
}
