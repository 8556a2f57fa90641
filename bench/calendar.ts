/**
 * Forecasts of monthly and weekly cells: simulated panels with known kinds of season, the Spanish household panel and
 * avocados by week. Rivals are last year's same period and, where DEMANDA_BEFORE names a checkout of it, an earlier
 * version of this program.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type * as fitting from '../src/core/demand/fit-demand.ts';
import type * as predicting from '../src/core/demand/predict.ts';
import {
  actualAfter,
  BacktestScores,
  plannedRowsAfter,
  stepScale,
  truncateSeries,
} from '../src/core/evaluation/backtest.ts';
import { RandomStream } from '../src/core/math/random.ts';
import { COARSE_SPECS } from '../src/core/regression/hyper-parameters.ts';
import type { CellSeries } from '../src/core/series/cell-series.ts';
import { addMonths } from '../src/core/series/periods.ts';

const DATA = process.env.DEMANDA_DATA ?? join(import.meta.dirname, '../../shared/data');
const KINDS = ['level', 'smooth season', 'sharp season', 'trend and season'] as const;
type Kind = (typeof KINDS)[number];
type Grain = 'monthly' | 'weekly';

/** Cherries: a few strong months, next to nothing in the others (share of the peak by month). */
const SHARP = [0.007, 0.007, 0.007, 0.007, 0.13, 1, 0.6, 0.05, 0.007, 0.007, 0.007, 0.007];

/** Log demand a day of a day of the year. */
function season(kind: Kind, day: number, phase: number): number {
  const yearDay = (((day + phase) % 365.2425) + 365.2425) % 365.2425;
  if (kind === 'level') return 0;
  if (kind === 'sharp season') {
    const at = (yearDay / 365.2425) * 12 - 0.5;
    const [low, share] = [Math.floor(at), at - Math.floor(at)];
    const value = (month: number): number => Math.log(SHARP[((month % 12) + 12) % 12] as number);
    return value(low) * (1 - share) + value(low + 1) * share;
  }
  return 0.4 * Math.sin((2 * Math.PI * yearDay) / 365.2425);
}

/** A cell whose demand a day is known: level that drifts, season, elasticity −1.5, gamma noise of 10-20 %. */
export function simulatedCell(kind: Kind, grain: Grain, years: number, seed: number): CellSeries {
  const random = new RandomStream(seed, 0x63616c);
  const start = Date.UTC(2019, 0, grain === 'monthly' ? 1 : 7) / 864e5;
  const count = years * (grain === 'monthly' ? 12 : 52);
  const days = Int32Array.from({ length: count }, (_, i) =>
    grain === 'monthly' ? addMonths(start, i) : start + 7 * i,
  );
  const base = 20 * Math.exp(random.normal());
  const phase = kind === 'sharp season' ? 0 : Math.floor(365 * random.uniform());
  const noise = 0.1 + 0.1 * random.uniform();
  const growth = kind === 'trend and season' ? 0.15 * random.normal() : 0;
  const price = new Float64Array(count);
  let level = 0;
  let logPrice = 0;
  const quantity = Float64Array.from(days, (day, i) => {
    const length = grain === 'monthly' ? addMonths(day, 1) - day : 7;
    level += (grain === 'monthly' ? 0.04 : 0.02) * random.normal();
    logPrice = 0.8 * logPrice + 0.06 * random.normal();
    price[i] = 5 * Math.exp(logPrice);
    let total = 0;
    for (let d = day; d < day + length; d++)
      total += Math.exp(season(kind, d, phase) + (growth * (d - start)) / 365 + level - 1.5 * logPrice);
    const shape = 1 / noise ** 2;
    return (base * total * random.gamma(shape)) / shape;
  });
  return cellOf(`${kind} ${seed}`, grain, days, quantity, price);
}

function cellOf(
  product: string,
  grain: Grain,
  days: Int32Array,
  quantity: Float64Array,
  price: Float64Array,
): CellSeries {
  const none = new Float64Array(days.length).fill(Number.NaN);
  return {
    merchant: 'm',
    product,
    productType: '',
    unit: 'kg',
    frequency: grain,
    days,
    quantity,
    price,
    cost: none,
    promo: none,
    soldOut: new Uint8Array(days.length),
    waste: none,
    marketPrice: none,
    covariates: [],
  };
}

/** Rows of a table of the shared data by series, in order of day. */
function realCells(grain: Grain, rows: Iterable<readonly [key: string, day: number, quantity: number, price: number]>) {
  const series = new Map<string, [number, number, number][]>();
  for (const [key, day, quantity, price] of rows) {
    if (!(price > 0) || !(quantity >= 0)) continue;
    const list = series.get(key) ?? [];
    list.push([day, quantity, price]);
    series.set(key, list);
  }
  return [...series].map(([key, list]) => {
    list.sort((a, b) => a[0] - b[0]);
    return cellOf(
      key,
      grain,
      Int32Array.from(list, (row) => row[0]),
      Float64Array.from(list, (row) => row[1]),
      Float64Array.from(list, (row) => row[2]),
    );
  });
}

function* avocados(file: string): Generator<readonly [string, number, number, number]> {
  const [, ...lines] = gunzipSync(readFileSync(file)).toString().trim().split('\n');
  for (const line of lines) {
    const [, date, price, volume, , , , , , , , type, , region] = line.split(',') as string[];
    const [month, day, year] = (date as string).split('/').map(Number) as [number, number, number];
    yield [
      `${region} ${type}`,
      Date.UTC(year < 100 ? 2000 + year : year, month - 1, day) / 864e5,
      Number(volume),
      Number(price),
    ];
  }
}

const MONTHS = [
  'enero',
  'febrero',
  'marzo',
  'abril',
  'mayo',
  'junio',
  'julio',
  'agosto',
  'septiembre',
  'octubre',
  'noviembre',
  'diciembre',
];

function* households(file: string): Generator<readonly [string, number, number, number]> {
  const [, ...lines] = gunzipSync(readFileSync(file)).toString().trim().split('\n');
  const number = (text: string): number => Number(text.replace(/\./g, '').replace(',', '.'));
  for (const line of lines) {
    const [year, month, region, product, volume, , price] = line.split('|').map((cell) => cell.trim()) as string[];
    const m = MONTHS.indexOf((month as string).toLowerCase());
    // 2020 holds the Covid jump: rows up to February stay.
    if (m < 0 || Number(year) > 2020 || (Number(year) === 2020 && m > 1)) continue;
    if ((region as string).startsWith('TOTAL') || (product as string).startsWith('TOTAL')) continue;
    yield [
      `${region} ${product}`,
      Date.UTC(Number(year), m, 1) / 864e5,
      number(volume as string),
      number(price as string),
    ];
  }
}

interface Version {
  readonly name: string;
  readonly fitDemand: typeof fitting.fitDemand;
  readonly predictDemand: typeof predicting.predictDemand;
}

async function version(name: string, root: string): Promise<Version> {
  const { fitDemand } = (await import(join(root, 'src/core/demand/fit-demand.ts'))) as typeof fitting;
  const { predictDemand } = (await import(join(root, 'src/core/demand/predict.ts'))) as typeof predicting;
  return { name, fitDemand, predictDemand };
}

/** The same month or week of last year; the last row where there is none. */
function lastYear(training: CellSeries, days: Int32Array): Float64Array {
  return Float64Array.from(days, (day) => {
    const target = training.frequency === 'monthly' ? addMonths(day, -12) : day - 364;
    const row = training.days.findIndex((d) => Math.abs(d - target) <= (training.frequency === 'monthly' ? 5 : 3));
    return training.quantity[row < 0 ? training.days.length - 1 : row] as number;
  });
}

const CONTEXT = {
  holidays: [],
  market: false,
  specs: COARSE_SPECS,
  priorAt: () => ({ price: { mean: -2.62, variance: 1 } }),
} as const;

/** Scores of every method over the last origins of every cell. */
function compare(title: string, cells: readonly CellSeries[], versions: readonly Version[], origins: number): void {
  const scores = new BacktestScores();
  let rows = 0;
  for (const cell of cells) {
    const last = cell.days.at(-1) as number;
    for (let k = 1; k <= origins; k++) {
      const origin = cell.frequency === 'monthly' ? addMonths(last, -3 * k) : last - 56 * k;
      const endDay = cell.frequency === 'monthly' ? addMonths(last, -3 * (k - 1)) : last - 56 * (k - 1);
      const training = truncateSeries(cell, origin);
      if (training.days.length < 14 || !training.quantity.some((q) => q > 0)) continue;
      const planned = plannedRowsAfter(cell, { originDay: origin, endDay });
      const actual = actualAfter(cell, { originDay: origin, endDay });
      const shared = { cell: cell.product, actual, scale: stepScale(training.quantity) };
      rows += actual.length;
      for (const { name, fitDemand, predictDemand } of versions) {
        const fitted = fitDemand(training, CONTEXT);
        if (!fitted.ok) throw new Error(`${cell.product}: ${fitted.code}`);
        const { demand, low, high } = predictDemand(fitted.value, planned);
        scores.add({ ...shared, method: name, prediction: demand, low, high });
      }
      scores.add({
        ...shared,
        method: 'last year',
        prediction: lastYear(training, planned.days),
        low: null,
        high: null,
      });
    }
  }
  const figures = scores
    .figures()
    .map(
      ({ rmsse, wape, coverage90 }) =>
        `${rmsse?.toFixed(3)} / ${wape?.toFixed(3)}${coverage90 === null ? '' : ` (${(100 * coverage90).toFixed(0)} %)`}`,
    );
  console.log(`| ${title} | ${cells.length} | ${rows} | ${figures.join(' | ')} |`);
}

const versions = [await version('demanda', resolve(import.meta.dirname, '..'))];
if (process.env.DEMANDA_BEFORE) versions.unshift(await version('before', resolve(process.env.DEMANDA_BEFORE)));
const [only = '', seedText = '3001', cellsText = '60'] = process.argv.slice(2);
console.log(`| panel | cells | rows | ${versions.map((v) => v.name).join(' | ')} | last year |`);
console.log(`|---|---|---|${'---|'.repeat(versions.length + 1)}`);
for (const [grain, years] of [
  ['monthly', 5],
  ['monthly', 2.25],
  ['weekly', 3],
  ['weekly', 1.75],
] as const)
  for (const kind of KINDS) {
    const title = `${grain}, ${kind}, ${years} years`;
    if (!title.includes(only)) continue;
    const cells = Array.from({ length: Number(cellsText) }, (_, i) =>
      simulatedCell(kind, grain, years, Number(seedText) + i),
    );
    compare(title, cells, versions, 4);
  }
for (const [title, grain, file, read] of [
  ['monthly, Spanish households', 'monthly', 'spain_mapa_household/mapa_household_consumption.txt.gz', households],
  ['weekly, avocados', 'weekly', 'avocado/avocado.csv.gz', avocados],
] as const) {
  if (!title.includes(only)) continue;
  const path = join(DATA, file);
  if (!existsSync(path)) console.log(`${title}: not run, there is no ${path}`);
  else
    compare(
      title,
      realCells(grain, read(path)).filter((cell) => cell.days.length >= 24),
      versions,
      grain === 'monthly' ? 3 : 4,
    );
}
