/** Cells of the benches of mass training: produce, beer, M5 and simulated shops, in memory. */

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type SimulatedCell, simulateCell } from '../src/core/market/simulate-market.ts';
import { RandomStream } from '../src/core/math/random.ts';
import type { CellSeries, Holiday } from '../src/core/series/cell-series.ts';
import { holidaysOf } from '../src/data/holidays.ts';

const DATA = resolve(import.meta.dirname, '../../shared/data');

/** Cells with what their calendar knows. */
export interface CellSet {
  readonly cells: readonly CellSeries[];
  readonly holidays: readonly Holiday[];
}

export function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 86_400_000;
}

interface SaleRow {
  readonly day: number;
  readonly quantity: number;
  readonly price: number;
  readonly cost?: number;
  readonly promo?: number;
  readonly known?: Readonly<Record<string, number>>;
}

function seriesOf(
  name: Pick<CellSeries, 'merchant' | 'product' | 'productType' | 'unit' | 'frequency'>,
  unsorted: readonly SaleRow[],
): CellSeries {
  const rows = unsorted.toSorted((a, b) => a.day - b.day);
  const column = (of: (row: SaleRow) => number | undefined): Float64Array =>
    Float64Array.from(rows, (r) => of(r) ?? Number.NaN);
  return {
    ...name,
    days: Int32Array.from(rows, (r) => r.day),
    quantity: column((r) => r.quantity),
    price: column((r) => r.price),
    cost: column((r) => r.cost),
    promo: column((r) => r.promo),
    soldOut: new Uint8Array(rows.length),
    waste: column(() => undefined),
    marketPrice: column(() => undefined),
    covariates: Object.keys(rows[0]?.known ?? {}).map((covariate) => ({
      name: covariate,
      knownAhead: true,
      values: column((r) => r.known?.[covariate]),
    })),
  };
}

/** Lines of a file of the shared data, split at commas, the head left out; null where it is not there. */
function linesOf(path: string): string[][] | null {
  const file = join(DATA, path);
  if (!existsSync(file)) {
    console.log(`not run: there is no ${file}`);
    return null;
  }
  const bytes = readFileSync(file);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trim();
  return text
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
}

/** Produce by item and day, with wholesale costs and the share of discounted tickets. */
export function produceCells(): CellSet | null {
  const lines = linesOf('cumcm2023c_produce/daily_sales.csv.gz');
  if (!lines) return null;
  const byItem = Map.groupBy(lines, (line) => line[1] as string);
  const cells = [...byItem].map(([item, rows]) =>
    seriesOf(
      {
        merchant: 'supermarket',
        product: item,
        productType: (rows[0] as string[])[7] as string,
        unit: 'kg',
        frequency: 'daily',
      },
      rows.map((r) => ({
        day: dayOf(r[0] as string),
        quantity: Number(r[2]),
        price: Number(r[3]),
        promo: Number(r[4]),
        cost: Number(r[8]),
      })),
    ),
  );
  return { cells, holidays: holidaysOf('CN', dayOf('2020-06-01'), dayOf('2023-12-31')) };
}

/** Beer by store, package and week: every `every`-th cell of those with at least `rows` rows. */
export function beerCells(rows: number, every: number): CellSet | null {
  const lines = linesOf('dominicks_beer/beer_sales.csv.gz');
  if (!lines) return null;
  const byCell = Map.groupBy(lines, (line) => `${line[0]}|${line[1]}`);
  // Week 1 began on 1989-09-14.
  const weekDay = (week: number): number => dayOf('1989-09-14') + (week - 1) * 7;
  const cells = [...byCell]
    .filter(([, sales]) => sales.length >= rows)
    .filter((_, i) => i % every === 0)
    .map(([key, sales]) => {
      const [store, upc] = key.split('|') as [string, string];
      return seriesOf(
        { merchant: store, product: upc, productType: 'beer', unit: 'package', frequency: 'weekly' },
        sales.map((r) => ({ day: weekDay(Number(r[2])), price: Number(r[3]), quantity: Number(r[4]) })),
      );
    });
  return { cells, holidays: holidaysOf('US', dayOf('1991-01-01'), dayOf('1997-12-31')) };
}

/**
 * M5, store TX_3, FOODS_3: every `every`-th item, with SNAP days and events known ahead. Day d of the file is the d-th
 * from 2011-01-29.
 */
export function m5Cells(every: number): CellSet | null {
  const folder = 'm5_tx3_foods3';
  const [sales, calendar, prices] = [
    'sales_train_validation_afcs2025.csv.gz',
    'calendar_afcs2025.csv',
    'sell_prices_tx3_foods3.csv.gz',
  ].map((f) => linesOf(`${folder}/${f}`));
  const later = ['sales_test_validation_afcs2025.csv', 'sales_test_evaluation_afcs_2025.csv'].map((f) =>
    linesOf(`${folder}/${f}`),
  );
  if (!sales || !calendar || !prices || later.includes(null)) return null;
  const itemOf = (id: string): string => id.split('_').slice(0, 3).join('_');
  const laterUnits = later.map(
    (table) => new Map((table as string[][]).map((r) => [itemOf(r[0] as string), r.slice(1).map(Number)])),
  );
  const priceOf = new Map(prices.map((r) => [`${r[1]}|${r[2]}`, Number(r[3])]));
  const cells = sales
    .filter((_, i) => i % every === 0)
    .map((line) => {
      const item = itemOf(line[0] as string);
      const units = [...line.slice(1).map(Number), ...laterUnits.flatMap((l) => l.get(item) ?? [])];
      const first = units.findIndex((u) => u > 0);
      const rows: SaleRow[] = [];
      let price: number | undefined;
      for (let t = first; t >= 0 && t < units.length; t++) {
        const day = calendar[t] as string[];
        price = priceOf.get(`${item}|${day[1]}`) ?? price;
        if (price === undefined) continue;
        rows.push({
          day: dayOf('2011-01-29') + t,
          quantity: units[t],
          price,
          known: { snap: Number(day[10]), event: day[6] === 'NA' || day[6] === '' ? 0 : 1 },
        });
      }
      return seriesOf(
        { merchant: 'TX_3', product: item, productType: 'FOODS_3', unit: 'unit', frequency: 'daily' },
        rows,
      );
    });
  return {
    cells: cells.filter((c) => c.days.length > 0),
    holidays: holidaysOf('US', dayOf('2011-01-01'), dayOf('2016-12-31')),
  };
}

/** First day of simulated shops. */
const FIRST_DAY = 19_000;

/**
 * Shops with a drifting level, a season, weekly price moves and promotions; elasticities N(−2.2, 0.5²) below −1.15, as
 * in `bench/pricing.ts`.
 */
export function simulatedCells(count: number, days: number, priceSpread: number, seed: number): SimulatedCell[] {
  return Array.from({ length: count }, (_, index) => {
    const random = new RandomStream(seed, 0x73686f70, index);
    const referencePrice = 2 + 10 * random.uniform();
    return simulateCell(
      {
        merchant: `shop ${index}`,
        product: 'product',
        productType: 'simulated',
        unit: 'kg',
        days,
        firstDay: FIRST_DAY,
        elasticity: Math.min(-1.15, -2.2 + 0.5 * random.normal()),
        lambda: 0,
        referencePrice,
        unitCost: referencePrice / 1.5,
        baseDemand: 5 + 40 * random.uniform(),
        weekdaySpread: 0.25,
        seasonAmplitude: 0.15,
        levelDrift: 0.02 * random.uniform(),
        priceSpread,
        costPassThrough: 0,
        costDrift: 0,
        endogeneity: 0,
        noiseShape: 8,
        promoShare: 0.1,
        stockOutShare: 0,
        closedWeekday: null,
      },
      seed,
      index,
    );
  });
}
