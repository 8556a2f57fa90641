/**
 * Accuracy on intermittent units: Walmart TX_3 FOODS_3 of the M5 competition, events and SNAP known ahead, against the
 * 28-day mean.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Workspace } from '../src/workspace.ts';

const DATA = resolve(import.meta.dirname, '../../shared/data/m5_tx3_foods3');
export const HORIZON = 28;
/** Last day that a forecast knows. Choices were made on the first two. */
const ORIGINS = [
  { origin: 1857, chosenOn: true },
  { origin: 1885, chosenOn: true },
  { origin: 1941, chosenOn: false },
] as const;

export interface M5Item {
  readonly id: string;
  /** Units of d_1 …. */
  readonly units: readonly number[];
  /** Position of the first day with a sale. */
  readonly first: number;
}

function table(name: string): string[][] {
  const bytes = readFileSync(join(DATA, name));
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trim();
  return text.split(/\r?\n/).map((line) => line.split(','));
}

/**
 * Root mean squared scaled error of one item by the scale of the competition: mean squared one-step difference since
 * the first sale.
 */
export function rmsse(item: M5Item, origin: number, forecast: readonly number[]): number {
  let scale = 0;
  for (let t = item.first + 1; t < origin; t++) scale += (item.units[t] - item.units[t - 1]) ** 2;
  scale /= origin - item.first - 1;
  const squared = forecast.reduce((sum, f, h) => sum + (f - item.units[origin + h]) ** 2, 0) / HORIZON;
  return Math.sqrt(squared / scale);
}

interface M5Day {
  /** ISO. */
  readonly date: string;
  readonly week: string;
  /** Of its events. */
  readonly types: readonly (string | undefined)[];
  readonly snap: string;
}

export interface M5Data {
  readonly calendar: readonly M5Day[];
  /** Types of events. */
  readonly types: readonly string[];
  /** By item and week, with a bar between them. */
  readonly prices: ReadonlyMap<string, number>;
  readonly items: readonly M5Item[];
}

/** The files, or null, with a word of it, where there are none. */
export function readM5(): M5Data | null {
  if (!existsSync(DATA)) {
    console.log(`M5: not run, there is no ${DATA}`);
    return null;
  }
  const calendar = table('calendar_afcs2025.csv')
    .slice(1)
    .map((r) => {
      const [month, day, year] = (r[0] as string).split('/').map(Number) as [number, number, number];
      return {
        date: new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10),
        week: r[1] as string,
        types: [r[7], r[9]],
        snap: r[10] as string,
      };
    });
  const types = [...new Set(calendar.flatMap((c) => c.types))]
    .filter((t): t is string => t !== undefined && t !== 'NA' && t !== '')
    .sort();
  const prices = new Map(
    table('sell_prices_tx3_foods3.csv.gz')
      .slice(1)
      .map((r) => [`${r[1]}|${r[2]}`, Number(r[3])]),
  );
  const later = [table('sales_test_validation_afcs2025.csv'), table('sales_test_evaluation_afcs_2025.csv')].map(
    (t) => new Map(t.slice(1).map((r) => [(r[0] as string).split('_').slice(0, 3).join('_'), r.slice(1).map(Number)])),
  );
  const items = table('sales_train_validation_afcs2025.csv.gz')
    .slice(1)
    .map((r): M5Item => {
      const id = (r[0] as string).split('_').slice(0, 3).join('_');
      const units = [...r.slice(1).map(Number), ...later.flatMap((l) => l.get(id) as number[])];
      return { id, units, first: units.findIndex((v) => v > 0) };
    });
  return { calendar, types, prices, items };
}

/** Items on sale for more than 200 days before an origin. */
export function scoredItems({ items }: M5Data, origin: number): M5Item[] {
  return items.filter((item) => item.first >= 0 && origin - item.first > 200);
}

/** Imports some items' sales until the end of the horizon after an origin. */
export async function m5Workspace(
  folder: string,
  { calendar, types, prices }: M5Data,
  scored: readonly M5Item[],
  origin: number,
): Promise<Workspace> {
  const known = [...types, 'snap'];
  const lines = [['date', 'product', 'quantity', 'price', ...known].join(',')];
  for (const item of scored) {
    let price: number | undefined;
    for (let t = item.first; t < origin + HORIZON; t++) {
      const day = calendar[t] as (typeof calendar)[number];
      price = prices.get(`${item.id}|${day.week}`) ?? price;
      if (price === undefined) continue;
      lines.push(
        [
          day.date,
          item.id,
          item.units[t],
          price,
          ...types.map((type) => (day.types.includes(type) ? 1 : 0)),
          day.snap,
        ].join(','),
      );
    }
  }
  const file = join(folder, 'sales.csv');
  writeFileSync(file, lines.join('\n'));
  const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
  await workspace.setSettings({ country: 'US', currency: 'USD' });
  await workspace.importFiles([file], {
    merchant: 'TX_3',
    productType: 'FOODS_3',
    unit: 'unit',
    knownCovariates: known,
  });
  return workspace;
}

/** @param only origins to run, all when empty */
export async function benchM5(only: readonly number[] = []): Promise<void> {
  const data = readM5();
  if (data === null) return;
  const { calendar, prices } = data;
  console.log(
    '| forecast of | items | RMSSE | 28-day mean | ratio | weighted RMSSE | 28-day mean | ratio | coverage of 90 % | seconds |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  for (const { origin, chosenOn } of ORIGINS) {
    if (only.length > 0 && !only.includes(origin)) continue;
    const scored = scoredItems(data, origin);
    const folder = mkdtempSync(join(tmpdir(), 'demanda-m5-'));
    try {
      const workspace = await m5Workspace(folder, data, scored, origin);
      const started = performance.now();
      const predictionsFile = join(folder, 'predictions.csv');
      const until = (calendar[origin + HORIZON - 1] as (typeof calendar)[number]).date;
      const document = await workspace.backtest({
        until,
        horizonDays: HORIZON,
        origins: 1,
        stepDays: HORIZON,
        minRows: 100,
        predictionsFile,
      });
      const seconds = (performance.now() - started) / 1000;
      await workspace.close();
      const ours = new Map<string, number[]>();
      const position = new Map(calendar.map((c, t) => [c.date, t]));
      for (const line of readFileSync(predictionsFile, 'utf8').trim().split('\n').slice(1)) {
        const [, product, , date, , , method, prediction] = line.split(',') as [
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
        ];
        if (method !== 'demanda') continue;
        const forecast = ours.get(product) ?? [];
        forecast[(position.get(date) as number) - origin] = Number(prediction);
        ours.set(product, forecast);
      }
      let [plain, weighted, plainMean, weightedMean, revenue] = [0, 0, 0, 0, 0];
      for (const item of scored) {
        const last = item.units.slice(origin - 28, origin);
        const weight = last.reduce(
          (sum, v, i) => sum + v * (prices.get(`${item.id}|${calendar[origin - 28 + i]?.week}`) ?? 0),
          0,
        );
        const forecast = ours.get(item.id);
        if (forecast?.length !== HORIZON || forecast.includes(undefined as never))
          throw new Error(`no whole forecast of ${item.id}`);
        const a = rmsse(item, origin, forecast);
        const b = rmsse(item, origin, Array<number>(HORIZON).fill(last.reduce((x, y) => x + y, 0) / 28));
        plain += a;
        plainMean += b;
        weighted += weight * a;
        weightedMean += weight * b;
        revenue += weight;
      }
      const coverage = document.methods.find((m) => m.name === 'demanda')?.coverage90 ?? Number.NaN;
      const f = (v: number): string => v.toFixed(3);
      console.log(
        `| d_${origin + 1}-d_${origin + HORIZON}${chosenOn ? ' (chosen on)' : ''} | ${scored.length} | ${f(plain / scored.length)} | ${f(plainMean / scored.length)} | ${f(plain / plainMean)}${chosenOn ? '' : ' (to reach 0.995)'} | ${f(weighted / revenue)} | ${f(weightedMean / revenue)} | ${f(weighted / weightedMean)}${chosenOn ? '' : ' (to reach 0.97)'} | ${f(coverage)} | ${seconds.toFixed(0)} |`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

if (import.meta.main) await benchM5(process.argv.slice(2).map(Number));
