/**
 * Pooling: store x brand cells of orange juice with few weeks, the product beside each cell's own log-log regression
 * and the pooled one.
 */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { predictLogDemand } from '../src/core/demand/predict.ts';
import { plannedRowsAfter, truncateSeries } from '../src/core/evaluation/backtest.ts';
import type { CellSeries } from '../src/core/series/cell-series.ts';
import { rowsUpTo } from '../src/core/series/rows.ts';
import { cellKey, trainAll } from './fleet-of.ts';

const DATA = resolve(import.meta.dirname, '../../shared/data/dominicks_oj/orangejuice_yx.csv.gz');
const TRAINING_WEEKS = [12, 20, 52, 80] as const;
const TEST_WEEKS = 13;
const FIRST_WEEK = 40;
/** Dominick's week 1 began on 1989-09-14. */
const WEEK_ONE = Date.UTC(1989, 8, 14) / 864e5;

/** Every store and brand, from shared data beside the checkout. @param promoted with deals, and features as a column */
export function readCells({ promoted = false } = {}): CellSeries[] {
  const rows = new Map<string, { week: number; ounces: number; price: number; deal: number; feat: number }[]>();
  for (const line of gunzipSync(readFileSync(DATA)).toString().trim().split('\n').slice(1)) {
    const fields = line.split(',');
    const key = `${fields[0]}|${fields[1]}`;
    const list = rows.get(key) ?? [];
    rows.set(key, list);
    list.push({
      week: Number(fields[2]),
      ounces: Math.exp(Number(fields[3])),
      price: Number(fields[4 + Number(fields[1])]),
      deal: Number(fields[16]),
      feat: Number(fields[17]),
    });
  }
  return [...rows].map(([key, list]): CellSeries => {
    list.sort((a, b) => a.week - b.week);
    const [store, brand] = key.split('|') as [string, string];
    const none = new Float64Array(list.length).fill(Number.NaN);
    return {
      merchant: store,
      product: brand,
      productType: 'orange juice',
      unit: 'oz',
      frequency: 'weekly',
      days: Int32Array.from(list, (r) => WEEK_ONE + (r.week - 1) * 7),
      quantity: Float64Array.from(list, (r) => r.ounces),
      price: Float64Array.from(list, (r) => r.price),
      cost: none,
      promo: promoted ? Float64Array.from(list, (r) => (r.deal > 0 ? 1 : 0)) : none,
      soldOut: new Uint8Array(list.length),
      waste: none,
      marketPrice: none,
      covariates: promoted ? [{ name: 'feat', knownAhead: true, values: Float64Array.from(list, (r) => r.feat) }] : [],
    };
  });
}

/** The day of the last of so many weeks to learn from. */
export function lastDayOf(weeks: number): number {
  return WEEK_ONE + (FIRST_WEEK + weeks - 2) * 7;
}

interface Line {
  readonly intercept: number;
  readonly slope: number;
}

/** log y on log p of one cell; a flat line where the price never moved. */
function ownLine(series: CellSeries): Line {
  const x = Array.from(series.price, Math.log);
  const y = Array.from(series.quantity, Math.log);
  const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const sxx = x.reduce((sum, v) => sum + (v - mx) ** 2, 0);
  const slope = sxx > 1e-9 ? x.reduce((sum, v, i) => sum + (v - mx) * (y[i] - my), 0) / sxx : 0;
  return { intercept: my - slope * mx, slope };
}

/** One slope for the cells given, an intercept for each: the regression of cell-centred logs. */
function pooledSlope(cells: readonly CellSeries[]): number {
  let cross = 0;
  let square = 0;
  for (const series of cells) {
    const x = Array.from(series.price, Math.log);
    const mx = x.reduce((a, b) => a + b, 0) / x.length;
    x.forEach((v, i) => {
      cross += (v - mx) * Math.log(series.quantity[i]);
      square += (v - mx) ** 2;
    });
  }
  return cross / square;
}

/** Intercept of a cell's line when its slope is given: the mean of log y − slope · log p. */
function interceptGiven(series: CellSeries, slope: number): number {
  return (
    series.quantity.reduce((sum, q, i) => sum + Math.log(q) - slope * Math.log(series.price[i]), 0) /
    series.quantity.length
  );
}

/** @param only training lengths in weeks, all when empty */
export async function benchOrangeJuice(only: readonly number[] = []): Promise<void> {
  if (!existsSync(DATA)) {
    console.log(`orange juice: not run, there is no ${DATA}`);
    return;
  }
  const cells = readCells();
  console.log(
    '| weeks to learn from | cells | own log-log regression | one slope for all | one slope a brand | demanda |',
  );
  console.log('|---|---|---|---|---|---|');
  for (const weeks of TRAINING_WEEKS) {
    if (only.length > 0 && !only.includes(weeks)) continue;
    const origin = lastDayOf(weeks);
    const training = cells.map((c) => truncateSeries(c, origin)).filter((c) => c.days.length >= 5);
    const models = await trainAll(training);
    const slope = pooledSlope(training);
    const brands = [...new Set(training.map((c) => c.product))];
    const brandSlope = new Map(
      brands.map((brand) => [brand, pooledSlope(training.filter((c) => c.product === brand))]),
    );
    const whole = new Map(cells.map((c) => [cellKey(c), c]));
    const squares = [0, 0, 0, 0];
    let rows = 0;
    let scored = 0;
    for (const series of training) {
      const full = whole.get(cellKey(series)) as CellSeries;
      const planned = plannedRowsAfter(full, { originDay: origin, endDay: origin + TEST_WEEKS * 7 });
      if (planned.days.length === 0) continue;
      const model = models.get(cellKey(series));
      if (!model) throw new Error(`no model of ${cellKey(series)}`);
      const ours = predictLogDemand(model, planned);
      const own = ownLine(series);
      const ofBrand = brandSlope.get(series.product) as number;
      const from = rowsUpTo(full, origin);
      scored++;
      planned.price.forEach((price, i) => {
        const actual = Math.log(full.quantity[from + i]);
        const forecasts = [
          own.intercept + own.slope * Math.log(price),
          interceptGiven(series, slope) + slope * Math.log(price),
          interceptGiven(series, ofBrand) + ofBrand * Math.log(price),
          ours[i],
        ];
        forecasts.forEach((f, k) => {
          squares[k] = squares[k] + (f - actual) ** 2;
        });
        rows++;
      });
    }
    console.log(`| ${weeks} | ${scored} | ${squares.map((s) => (s / rows).toFixed(3)).join(' | ')} |`);
  }
  console.log(
    'mean squared error of log ounces over the next 13 weeks; demanda is to be below both others at every length',
  );
}

if (import.meta.main) await benchOrangeJuice(process.argv.slice(2).map(Number));
