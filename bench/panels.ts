/**
 * Panels of the shared data as files of sales, each with the backtest that it is asked: what demanda and its peers are
 * compared on.
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { crc32, gunzipSync } from 'node:zlib';
import type { Frequency } from '../src/core/vocabulary.ts';
import type { BacktestOptions, Workspace } from '../src/workspace.ts';

const DATA = resolve(import.meta.dirname, '../../shared/data');
/** 1989-09-14: the first week of Dominick's. */
const FIRST_WEEK = Date.UTC(1989, 8, 14);

type ImportChoices = NonNullable<Parameters<Workspace['importFiles']>[1]>;

export interface Panel {
  readonly name: string;
  /** Choices were made in view of it. */
  readonly chosenOn: boolean;
  readonly frequency: Frequency;
  /** ISO 3166 code. */
  readonly country: string;
  readonly currency: string;
  readonly choices: ImportChoices;
  readonly backtest: Omit<BacktestOptions, 'predictionsFile'>;
  /** Peers that learn of all cells: days between training origins, and how many. */
  readonly training: { readonly step: number; readonly origins: number };
  /** Writes the sales; what the forecast rows hold is in it too. @returns false where the data is not there */
  write(file: string): boolean;
}

function read(path: string): string[] | null {
  const file = join(DATA, path);
  if (!existsSync(file)) {
    console.log(`not run: there is no ${file}`);
    return null;
  }
  const bytes = readFileSync(file);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trim().split(/\r?\n/);
}

const iso = (time: number): string => new Date(time).toISOString().slice(0, 10);
const HEAD = 'date,merchant,product,type,quantity,price';

interface Row {
  readonly cell: string;
  readonly date: string;
  readonly line: string;
}

/** Writes the rows of the cells that a rule keeps. */
function writeKept(file: string, head: string, rows: readonly Row[], keep: (rows: readonly Row[]) => boolean): true {
  const lines = [...Map.groupBy(rows, ({ cell }) => cell).values()].filter(keep).flat();
  writeFileSync(file, [head, ...lines.map(({ line }) => line)].join('\n'));
  return true;
}

const latest = (rows: readonly Row[]): string => rows.reduce((last, { date }) => (date > last ? date : last), '');

const avocado: Panel = {
  name: 'avocado',
  chosenOn: true,
  frequency: 'weekly',
  country: 'US',
  currency: 'USD',
  choices: { unit: 'piece' },
  backtest: { horizonDays: 56, origins: 4, stepDays: 56, minRows: 52 },
  training: { step: 28, origins: 24 },
  write(file) {
    const lines = read('avocado/avocado.csv.gz')?.slice(1);
    if (!lines) return false;
    const rows = lines.map((line): Row => {
      const [, date, price, volume, , , , , , , , type, , region] = line.split(',') as [string, ...string[]];
      const [month, day, year] = (date as string).split('/').map(Number) as [number, number, number];
      const on = iso(Date.UTC(year < 100 ? 2000 + year : year, month - 1, day));
      return {
        cell: `${region}|${type}`,
        date: on,
        line: [on, region, `avocado ${type}`, type, volume, price].join(','),
      };
    });
    return writeKept(file, HEAD, rows, ([first]) => !(first as Row).cell.startsWith('TotalUS'));
  },
};

const bakery: Panel = {
  name: 'bakery',
  chosenOn: true,
  frequency: 'daily',
  country: 'FR',
  currency: 'EUR',
  choices: { unit: 'piece', merchant: 'bakery', productType: 'bread' },
  backtest: { horizonDays: 14, origins: 6, stepDays: 14, minRows: 120 },
  training: { step: 7, origins: 40 },
  write(file) {
    const lines = read('french_bakery/daily_sales_french_bakery.csv.gz')?.slice(1);
    if (!lines) return false;
    const rows = lines.flatMap((line): Row[] => {
      const [product, date, value, price] = line.split(',') as [string, string, string, string];
      // Some rows have no price, so that nothing tells how many were sold.
      if (!(Number(price) > 0)) return [];
      return [
        { cell: product, date, line: [date, product, Math.round(Number(value) / Number(price)), price].join(',') },
      ];
    });
    return writeKept(
      file,
      'date,product,quantity,price',
      rows,
      (own) =>
        own.length >= 300 &&
        own.filter(({ line }) => Number(line.split(',')[2]) > 0).length >= 60 &&
        latest(own) >= '2022-09-15' &&
        crc32((own[0] as Row).cell) % 2 === 0,
    );
  },
};

const beer: Panel = {
  name: 'beer',
  chosenOn: true,
  frequency: 'weekly',
  country: 'US',
  currency: 'USD',
  choices: { unit: 'package' },
  backtest: { horizonDays: 56, origins: 4, stepDays: 56, minRows: 52 },
  training: { step: 28, origins: 36 },
  write(file) {
    const lines = read('dominicks_beer/beer_sales.csv.gz')?.slice(1);
    if (!lines) return false;
    const rows = lines.map((line): Row => {
      const [store, upc, week, price, sold] = line.replaceAll('"', '').split(',') as [string, ...string[]];
      const date = iso(FIRST_WEEK + (Number(week) - 1) * 7 * 864e5);
      return { cell: `${store}|${upc}`, date, line: [date, store, upc, 'beer', sold, price].join(',') };
    });
    const recent = iso(Date.parse(latest(rows)) - 12 * 7 * 864e5);
    const dear = rows.filter(({ line }) => Number(line.slice(line.lastIndexOf(',') + 1)) >= 1);
    return writeKept(
      file,
      HEAD,
      dear,
      (own) => own.length >= 104 && latest(own) > recent && crc32((own[0] as Row).cell) % 8 === 0,
    );
  },
};

const monthlyUnits: Panel = {
  name: 'M5, monthly',
  chosenOn: true,
  frequency: 'monthly',
  country: 'US',
  currency: 'USD',
  choices: { unit: 'unit' },
  backtest: { horizonDays: 92, origins: 4, stepDays: 92, minRows: 12 },
  training: { step: 31, origins: 36 },
  write(file) {
    const folder = 'm5_monthly_all_items';
    if (!existsSync(join(DATA, folder))) return read(`${folder}/monthly_CA_1.csv.gz`) !== null;
    const rows = readdirSync(join(DATA, folder))
      .toSorted()
      .flatMap((name) => (read(`${folder}/${name}`) as string[]).slice(1))
      .flatMap((line): Row[] => {
        const [store, item, department, month, sold, price] = line.split(',') as [string, ...string[]];
        const cell = `${store}|${item}`;
        // January 2011 and April 2016 are not whole; before an item is on sale it has no price.
        if ((month as string) < '2011-02' || (month as string) >= '2016-04' || price === '') return [];
        return crc32(cell) % 75 === 0
          ? [{ cell, date: month as string, line: [month, store, item, department, sold, price].join(',') }]
          : [];
      });
    return writeKept(file, HEAD, rows, () => true);
  },
};

const jeju: Panel = {
  name: 'Jeju, wholesale',
  chosenOn: false,
  frequency: 'daily',
  country: 'KR',
  currency: 'KRW',
  choices: { unit: 'kg' },
  backtest: { horizonDays: 14, origins: 6, stepDays: 14, minRows: 120 },
  training: { step: 7, origins: 60 },
  write(file) {
    const lines = read('jeju_wholesale/jeju_train.csv.gz')?.slice(1);
    if (!lines) return false;
    const rows = lines.flatMap((line): Row[] => {
      const [, date, item, seller, place, kilograms, price] = line.split(',') as [string, ...string[]];
      // No price and no kilogram: there was no market.
      if (Number(price) === 0 && Number(kilograms) === 0) return [];
      const merchant = `${seller} ${place}`;
      return [
        {
          cell: `${merchant}|${item}`,
          date: date as string,
          line: [date, merchant, item, item, kilograms, price].join(','),
        },
      ];
    });
    return writeKept(file, HEAD, rows, (own) => own.length >= 200);
  },
};

const MONTHS = 'enero,febrero,marzo,abril,mayo,junio,julio,agosto,septiembre,octubre,noviembre,diciembre'.split(',');

const households: Panel = {
  name: 'Spanish households, monthly',
  chosenOn: true,
  frequency: 'monthly',
  country: 'ES',
  currency: 'EUR',
  choices: { unit: 'kg' },
  backtest: { horizonDays: 92, origins: 2, stepDays: 92, minRows: 12 },
  training: { step: 31, origins: 10 },
  write(file) {
    const lines = read('spain_mapa_household/mapa_household_consumption.txt.gz')?.slice(1);
    if (!lines) return false;
    const number = (text: string): number => Number(text.replace(/\./g, '').replace(',', '.'));
    const rows = lines.flatMap((line): Row[] => {
      const [year, name, region, product, volume, , price] = line.split('|').map((cell) => cell.trim()) as [
        string,
        ...string[],
      ];
      const month = MONTHS.indexOf((name as string).toLowerCase());
      // 2020 holds the Covid jump: rows up to February stay. Totals are sums of the others.
      if (month < 0 || Number(year) > 2020 || (Number(year) === 2020 && month > 1)) return [];
      if (/^total/i.test(region as string) || (product as string).startsWith('TOTAL')) return [];
      const date = iso(Date.UTC(Number(year), month, 1));
      const figures = [number(volume as string) * 1000, number(price as string)];
      if (!(figures[0] as number) || !(figures[1] as number)) return [];
      return [
        { cell: `${region}|${product}`, date, line: [date, region, `"${product}"`, 'produce', ...figures].join(',') },
      ];
    });
    return writeKept(file, HEAD, rows, (own) => own.length === 26 && crc32((own[0] as Row).cell) % 4 === 0);
  },
};

export const PANELS: readonly Panel[] = [avocado, bakery, beer, monthlyUnits, jeju, households];
