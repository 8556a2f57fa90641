/**
 * Feasts with an effect of their own: simulated daily cells of 3.3 years whose demand is known, forecast over Easter
 * and over Christmas. DEMANDA_BEFORE names a checkout to compare with.
 */

import { join } from 'node:path';
import type * as fitting from '../src/core/demand/fit-demand.ts';
import type * as predicting from '../src/core/demand/predict.ts';
import { RandomStream } from '../src/core/math/random.ts';
import { feastsOf } from '../src/core/series/feasts.ts';
import type * as calendars from '../src/data/holidays.ts';
import { holidaysOf } from '../src/data/holidays.ts';
import { ALONE, dailyCell, plannedDays, ROOTS } from './simulated-cell.ts';

const dayOf = (date: string): number => Date.parse(date) / 86_400_000;
const EASTERS = ['2021-04-04', '2022-04-17', '2023-04-09', '2024-03-31', '2025-04-20'].map(dayOf);
const AHEAD = 14;
const CHANCE_CELLS = 100;
const WEEKDAYS = [0.8, 0.9, 1, 1, 1.2, 1.5, 0.7];
/** What sells on which days, as a multiple; the first day of the forecast. */
const KINDS = {
  'Easter, 4 days × 4': { start: '2025-04-12', on: (day: number) => beforeEaster(day, 1, 4), times: 4 },
  'Easter, 4 days × 1.6': { start: '2025-04-12', on: (day: number) => beforeEaster(day, 1, 4), times: 1.6 },
  'Good Friday × 0.2': { start: '2025-04-12', on: (day: number) => beforeEaster(day, 2, 2), times: 0.2 },
  '23 and 24 December × 4': { start: '2024-12-15', on: (day: number) => isDate(day, '12-23', '12-24'), times: 4 },
  'a fair of 8 September × 3': { start: '2024-09-02', on: (day: number) => isDate(day, '09-08'), times: 3 },
  'none, over Easter': { start: '2025-04-12', on: () => false, times: 1 },
} as const;

function beforeEaster(day: number, from: number, to: number): boolean {
  return EASTERS.some((easter) => easter - day >= from && easter - day <= to);
}

function isDate(day: number, ...dates: string[]): boolean {
  return dates.includes(new Date(day * 86_400_000).toISOString().slice(5, 10));
}

interface Row {
  readonly day: number;
  readonly price: number;
  readonly mean: number;
  readonly quantity: number;
}

function simulate(kind: keyof typeof KINDS, average: number, seed: number): Row[] {
  const { start, on, times } = KINDS[kind];
  const random = new RandomStream(seed, 0x66656173);
  const first = dayOf(start) - 1205;
  const weekday = Array.from({ length: 7 }, () => 0.25 * random.normal());
  let [level, logPrice] = [0, 0];
  return Array.from({ length: 1205 + AHEAD }, (_, i) => {
    const day = first + i;
    level += 0.005 * random.normal();
    if (i % 14 === 0) logPrice = 0.08 * random.normal();
    const yearly = 0.2 * Math.sin((2 * Math.PI * day) / 365.2425);
    const usual = Math.exp(level + yearly + (weekday[day % 7] as number) - 1.5 * logPrice);
    const mean = average * usual * (on(day) ? times : 1);
    return { day, price: 5 * Math.exp(logPrice), mean, quantity: random.poisson(mean * (random.gamma(8) / 8)) };
  });
}

const [seedText = '1', cellsText = '20'] = process.argv.slice(2);
console.log(
  '| feast | mean a day | forecast ÷ true demand on its days · other days · WAPE of all 14 (before, then now) |',
);
console.log('|---|---|---|');
for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[])
  for (const average of [3, 30]) {
    const columns: string[] = [];
    for (const root of ROOTS) {
      const { fitDemand } = (await import(join(root, 'src/core/demand/fit-demand.ts'))) as typeof fitting;
      const { predictDemand } = (await import(join(root, 'src/core/demand/predict.ts'))) as typeof predicting;
      const { holidaysOf } = (await import(join(root, 'src/data/holidays.ts'))) as typeof calendars;
      const holidays = holidaysOf('ES', dayOf('2021-01-01'), dayOf('2026-06-01'));
      const sums = { feast: [0, 0], other: [0, 0], absolute: 0, sold: 0 };
      for (let k = 0; k < Number(cellsText); k++) {
        const rows = simulate(kind, average, Number(seedText) + k);
        const fitted = fitDemand(dailyCell(rows.slice(0, -AHEAD)), { ...ALONE, holidays });
        if (!fitted.ok) throw new Error(fitted.code);
        const ahead = rows.slice(-AHEAD);
        const planned = plannedDays(ahead);
        const { demand } = predictDemand(fitted.value, planned);
        ahead.forEach(({ day, mean, quantity }, i) => {
          const sum = KINDS[kind].on(day) ? sums.feast : sums.other;
          sum[0] = (sum[0] as number) + (demand[i] as number);
          sum[1] = (sum[1] as number) + mean;
          sums.absolute += Math.abs((demand[i] as number) - quantity);
          sums.sold += quantity;
        });
      }
      const share = ([forecast, truth]: number[]): string =>
        truth === 0 ? '–' : ((forecast as number) / (truth as number)).toFixed(2);
      columns.push(`${share(sums.feast)} · ${share(sums.other)} · ${(sums.absolute / sums.sold).toFixed(3)}`);
    }
    console.log(`| ${kind} | ${average} | ${columns.join(' | ')} |`);
  }

/** Feasts that cells without any have by chance. */
console.log('\n| country, years | mean a day, size of the negative binomial | feasts a cell |');
console.log('|---|---|---|');
for (const country of ['ES', 'US', 'CN'])
  for (const years of [2, 3, 5])
    for (const [average, size] of [
      [0.3, 1],
      [2, 2],
      [20, 5],
      [20, 1e6],
      [200, 10],
    ] as const) {
      const first = dayOf('2022-01-01');
      const days = Math.round(365.25 * years);
      const holidays = holidaysOf(country, first, first + days + 30);
      let found = 0;
      for (let k = 0; k < CHANCE_CELLS; k++) {
        const random = new RandomStream(Number(seedText) + k, 0x6e6f6e65);
        const rows = Array.from({ length: days }, (_, i) => {
          const day = first + i;
          const season = 1 + 0.2 * Math.sin((2 * Math.PI * day) / 365.2425);
          const mean = average * season * (WEEKDAYS[day % 7] as number) * (random.gamma(size) / size);
          return { day, price: 5, quantity: random.poisson(mean) };
        });
        found += feastsOf(dailyCell(rows), days, holidays).length;
      }
      console.log(`| ${country}, ${years} | ${average}, ${size} | ${(found / CHANCE_CELLS).toFixed(2)} |`);
    }
