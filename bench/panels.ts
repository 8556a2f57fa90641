/** Panels of the shared data, each with the backtest that it is asked: what demanda and its peers are compared on. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { crc32, gunzipSync } from 'node:zlib';
import type { Frequency } from '../src/core/vocabulary.ts';
import { type BacktestOptions, Workspace } from '../src/workspace.ts';
import { HORIZON, m5Workspace, readM5, scoredItems } from './m5.ts';
import { produceLines, produceWorkspace } from './produce.ts';

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
  readonly backtest: Omit<BacktestOptions, 'predictionsFile'> & { readonly minRows: number };
  /** Peers that learn of all cells: days between training origins, and how many. */
  readonly training: { readonly step: number; readonly origins: number };
  /** All that is sold comes in few pieces: peers may take them as they are. */
  readonly pieces?: true;
  /** Last rows that the scale of errors is of, 365 unless told: the competition of M5 took all. */
  readonly scaleRows?: number;
  /** A workspace below the folder, in `ws`, with all sales, those of the rows to forecast too; null where the data is not there. */
  workspace(folder: string): Promise<Workspace | null>;
}

/** A panel whose sales are lines of a file. */
interface FilePanel extends Omit<Panel, 'workspace'> {
  readonly currency: string;
  readonly choices: ImportChoices;
  /** The file's columns. */
  readonly head: string;
  /** Null where the data is not there. */
  rows(): Row[] | null;
  /** Whether a cell is one of the panel's. @param own its rows @param last date of the file */
  keeps(own: readonly Row[], last: string): boolean;
}

function ofFile({ currency, choices, head, rows: read, keeps, ...panel }: FilePanel): Panel {
  return {
    ...panel,
    workspace: async (folder) => {
      const rows = read();
      if (rows === null) return null;
      const last = latest(rows);
      const cells = [...Map.groupBy(rows, ({ cell }) => cell).values()].filter((own) => keeps(own, last));
      const file = join(folder, 'sales.csv');
      writeFileSync(file, [head, ...cells.flat().map(({ line }) => line)].join('\n'));
      const workspace = await Workspace.open(join(folder, 'ws'), { lang: 'en' });
      await workspace.setSettings({ country: panel.country, currency });
      await workspace.importFiles([file], choices);
      return workspace;
    },
  };
}

/** Lines of a file of the shared data, its head left out; null where it is not there. */
function linesOf(path: string): string[] | null {
  const file = join(DATA, path);
  if (!existsSync(file)) {
    console.log(`not run: there is no ${file}`);
    return null;
  }
  const bytes = readFileSync(file);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trim().split(/\r?\n/).slice(1);
}

const iso = (time: number): string => new Date(time).toISOString().slice(0, 10);
const HEAD = 'date,merchant,product,type,quantity,price';

interface Row {
  readonly cell: string;
  readonly date: string;
  readonly line: string;
}

const latest = (rows: readonly Row[]): string => rows.reduce((last, { date }) => (date > last ? date : last), '');

const avocado: FilePanel = {
  name: 'avocado',
  chosenOn: true,
  frequency: 'weekly',
  country: 'US',
  currency: 'USD',
  choices: { unit: 'piece' },
  backtest: { horizonDays: 56, origins: 4, stepDays: 56, minRows: 52 },
  training: { step: 28, origins: 24 },
  head: HEAD,
  keeps: ([first]) => !(first as Row).cell.startsWith('TotalUS'),
  rows: () =>
    linesOf('avocado/avocado.csv.gz')?.map((line) => {
      const [, date, price, volume, , , , , , , , type, , region] = line.split(',') as [string, ...string[]];
      const [month, day, year] = (date as string).split('/').map(Number) as [number, number, number];
      const on = iso(Date.UTC(year < 100 ? 2000 + year : year, month - 1, day));
      return {
        cell: `${region}|${type}`,
        date: on,
        line: [on, region, `avocado ${type}`, type, volume, price].join(','),
      };
    }) ?? null,
};

const bakery: FilePanel = {
  name: 'bakery',
  chosenOn: true,
  frequency: 'daily',
  country: 'FR',
  currency: 'EUR',
  choices: { unit: 'piece', merchant: 'bakery', productType: 'bread' },
  backtest: { horizonDays: 14, origins: 6, stepDays: 14, minRows: 120 },
  training: { step: 7, origins: 40 },
  head: 'date,product,quantity,price',
  keeps: (own) =>
    own.length >= 300 &&
    own.filter(({ line }) => Number(line.split(',')[2]) > 0).length >= 60 &&
    latest(own) >= '2022-09-15' &&
    crc32((own[0] as Row).cell) % 2 === 0,
  rows: () =>
    linesOf('french_bakery/daily_sales_french_bakery.csv.gz')?.flatMap((line): Row[] => {
      const [product, date, value, price] = line.split(',') as [string, string, string, string];
      // Some rows have no price, so that nothing tells how many were sold.
      if (!(Number(price) > 0)) return [];
      return [
        { cell: product, date, line: [date, product, Math.round(Number(value) / Number(price)), price].join(',') },
      ];
    }) ?? null,
};

const beer: FilePanel = {
  name: 'beer',
  chosenOn: true,
  frequency: 'weekly',
  country: 'US',
  currency: 'USD',
  choices: { unit: 'package' },
  backtest: { horizonDays: 56, origins: 4, stepDays: 56, minRows: 52 },
  training: { step: 28, origins: 36 },
  head: HEAD,
  keeps: (own, last) =>
    own.length >= 104 &&
    Date.parse(latest(own)) > Date.parse(last) - 12 * 7 * 864e5 &&
    crc32((own[0] as Row).cell) % 8 === 0,
  rows: () =>
    linesOf('dominicks_beer/beer_sales.csv.gz')?.flatMap((line): Row[] => {
      const [store, upc, week, price, sold] = line.replaceAll('"', '').split(',') as [string, ...string[]];
      const date = iso(FIRST_WEEK + (Number(week) - 1) * 7 * 864e5);
      // Less than a dollar a package is a slip.
      if (Number(price) < 1) return [];
      return [{ cell: `${store}|${upc}`, date, line: [date, store, upc, 'beer', sold, price].join(',') }];
    }) ?? null,
};

const monthlyUnits: FilePanel = {
  name: 'M5, monthly',
  chosenOn: true,
  frequency: 'monthly',
  country: 'US',
  currency: 'USD',
  choices: { unit: 'unit' },
  backtest: { horizonDays: 92, origins: 4, stepDays: 92, minRows: 12 },
  training: { step: 31, origins: 36 },
  head: HEAD,
  keeps: () => true,
  rows: () => {
    const folder = 'm5_monthly_all_items';
    if (linesOf(`${folder}/monthly_CA_1.csv.gz`) === null) return null;
    return readdirSync(join(DATA, folder))
      .toSorted()
      .flatMap((name) => linesOf(`${folder}/${name}`) ?? [])
      .flatMap((line): Row[] => {
        const [store, item, department, month, sold, price] = line.split(',') as [string, ...string[]];
        const cell = `${store}|${item}`;
        // January 2011 and April 2016 are not whole; before an item is on sale it has no price.
        if ((month as string) < '2011-02' || (month as string) >= '2016-04' || price === '') return [];
        return crc32(cell) % 75 === 0
          ? [{ cell, date: month as string, line: [month, store, item, department, sold, price].join(',') }]
          : [];
      });
  },
};

const jeju: FilePanel = {
  name: 'Jeju, wholesale',
  chosenOn: false,
  frequency: 'daily',
  country: 'KR',
  currency: 'KRW',
  choices: { unit: 'kg' },
  backtest: { horizonDays: 14, origins: 6, stepDays: 14, minRows: 120 },
  training: { step: 7, origins: 60 },
  head: HEAD,
  keeps: (own) => own.length >= 200,
  rows: () =>
    linesOf('jeju_wholesale/jeju_train.csv.gz')?.flatMap((line): Row[] => {
      const [, date, item, seller, place, kilograms, price] = line.split(',') as [string, ...string[]];
      // No price: there was no market, or nobody wrote it down.
      if (Number(price) === 0) return [];
      const merchant = `${seller} ${place}`;
      return [
        {
          cell: `${merchant}|${item}`,
          date: date as string,
          line: [date, merchant, item, item, kilograms, price].join(','),
        },
      ];
    }) ?? null,
};

const spanish = (text: string): number => Number(text.replace(/\./g, '').replace(',', '.'));
const MONTHS = 'enero,febrero,marzo,abril,mayo,junio,julio,agosto,septiembre,octubre,noviembre,diciembre'.split(',');

const households: FilePanel = {
  name: 'Spanish households, monthly',
  chosenOn: true,
  frequency: 'monthly',
  country: 'ES',
  currency: 'EUR',
  choices: { unit: 'kg' },
  backtest: { horizonDays: 92, origins: 2, stepDays: 92, minRows: 12 },
  training: { step: 31, origins: 10 },
  head: HEAD,
  keeps: (own) => own.length === 26 && crc32((own[0] as Row).cell) % 4 === 0,
  rows: () =>
    linesOf('spain_mapa_household/mapa_household_consumption.txt.gz')?.flatMap((line): Row[] => {
      const [year, name, region, product, volume, , price] = line.split('|').map((cell) => cell.trim()) as [
        string,
        ...string[],
      ];
      const month = MONTHS.indexOf((name as string).toLowerCase());
      // 2020 holds the Covid jump: rows up to February stay. Totals are sums of the others.
      if (month < 0 || Number(year) > 2020 || (Number(year) === 2020 && month > 1)) return [];
      if (/^total/i.test(region as string) || (product as string).startsWith('TOTAL')) return [];
      const date = iso(Date.UTC(Number(year), month, 1));
      const figures = [spanish(volume as string) * 1000, spanish(price as string)];
      if (!(figures[0] as number) || !(figures[1] as number)) return [];
      return [
        { cell: `${region}|${product}`, date, line: [date, region, `"${product}"`, 'produce', ...figures].join(',') },
      ];
    }) ?? null,
};

/** Ten fortnights of produce up to a day: see bench/produce.ts. */
function produce(until: string, chosenOn: boolean): Panel {
  return {
    ...{ name: `produce ${until}`, chosenOn, frequency: 'daily', country: 'CN' },
    backtest: { merchant: 'kept', until, horizonDays: 14, origins: 10, stepDays: 14, minRows: 120 },
    training: { step: 7, origins: 120 },
    workspace: async (folder) => {
      const lines = produceLines();
      return lines && (await produceWorkspace(folder, lines, until)).workspace;
    },
  };
}

/** The 28 days after one of M5: see bench/m5.ts. */
function dailyUnits(origin: number, chosenOn: boolean): Panel {
  return {
    ...{ name: `M5, d_${origin + 1}`, chosenOn, frequency: 'daily', country: 'US' },
    backtest: { horizonDays: HORIZON, origins: 1, stepDays: HORIZON, minRows: 100 },
    training: { step: 14, origins: 27 },
    pieces: true,
    scaleRows: Number.POSITIVE_INFINITY,
    workspace: async (folder) => {
      const data = readM5();
      return data && m5Workspace(folder, data, scoredItems(data, origin), origin);
    },
  };
}

export const PANELS: readonly Panel[] = [
  ...[avocado, bakery, beer, monthlyUnits, jeju, households].map(ofFile),
  ...[produce('2022-05-06', true), produce('2022-09-23', true)],
  ...[produce('2023-02-10', false), produce('2023-06-30', false)],
  ...[dailyUnits(1857, true), dailyUnits(1885, true), dailyUnits(1913, false), dailyUnits(1941, false)],
];
