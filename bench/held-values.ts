/**
 * Values that an import holds: how many typos of ten and a hundred times it finds on simulated shops, how many clean rows
 * it names there and on public data. The rule's constants were chosen on seed 1; figures are of seeds 101 to 103, and of
 * data that nothing was chosen on.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { RandomStream } from '../src/core/math/random.ts';
import type { HeldValue } from '../src/core/series/cell-series.ts';
import { heldDays, type JudgedRow } from '../src/rules/extremes.ts';

const DATA = resolve(import.meta.dirname, '../../shared/data');
const SEEDS = process.argv.includes('--chosen') ? [1] : [101, 102, 103];
const DAYS = 730;
const CELLS = 60;

interface Panel {
  readonly name: string;
  /** Sells every day, so that a typo is one. */
  readonly regular: boolean;
  /** Mean of a day; promotion. */
  readonly at: (
    day: number,
    random: RandomStream,
  ) => { readonly mean: number; readonly promo?: boolean; readonly price?: number };
  /** Negative binomial size; infinite: Poisson. */
  readonly size: number;
  /** Mean of a cell. */
  readonly level: (random: RandomStream) => number;
}

const WEEK = [0.8, 0.7, 0.8, 0.9, 1.2, 1.6, 1];
const weekday = (day: number): number => WEEK[day % 7];
const yearDay = (day: number): number => (day + 180) % 365;

const PANELS: readonly Panel[] = [
  {
    name: 'Poisson, 10-50 a day, weekdays',
    regular: true,
    size: Infinity,
    level: (r) => 10 + 40 * r.uniform(),
    at: (d) => ({ mean: weekday(d) }),
  },
  {
    name: 'Poisson, 2-10 a day, weekdays',
    regular: true,
    size: Infinity,
    level: (r) => 2 + 8 * r.uniform(),
    at: (d) => ({ mean: weekday(d) }),
  },
  {
    name: 'Poisson, 0.05-1 a day',
    regular: false,
    size: Infinity,
    level: (r) => 0.05 + 0.95 * r.uniform(),
    at: () => ({ mean: 1 }),
  },
  {
    name: 'promotions × 4, a week in six',
    regular: true,
    size: Infinity,
    level: (r) => 5 + 45 * r.uniform(),
    at: (d) => (Math.floor(d / 7) % 6 === 0 ? { mean: 4 * weekday(d), promo: true, price: 1.4 } : { mean: weekday(d) }),
  },
  {
    name: 'promotions × 4, unmarked, a day in 30',
    regular: true,
    size: Infinity,
    level: (r) => 5 + 45 * r.uniform(),
    at: (d, r) => ({ mean: weekday(d) * (r.uniform() < 1 / 30 ? 4 : 1) }),
  },
  {
    name: 'Christmas × 8, four days',
    regular: true,
    size: Infinity,
    level: (r) => 5 + 45 * r.uniform(),
    at: (d) => ({ mean: weekday(d) * (yearDay(d) >= 355 && yearDay(d) <= 358 ? 8 : 1) }),
  },
  {
    name: 'one day a year × 15',
    regular: true,
    size: Infinity,
    level: (r) => 5 + 45 * r.uniform(),
    at: (d) => ({ mean: weekday(d) * (yearDay(d) === 130 ? 15 : 1) }),
  },
  {
    name: 'negative binomial, size 2',
    regular: false,
    size: 2,
    level: (r) => 5 + 45 * r.uniform(),
    at: (d) => ({ mean: weekday(d) }),
  },
  {
    name: 'negative binomial, size 0.5',
    regular: false,
    size: 0.5,
    level: (r) => 2 + 20 * r.uniform(),
    at: () => ({ mean: 1 }),
  },
  {
    name: 'intermittent, a dozen now and then',
    regular: false,
    size: Infinity,
    level: () => 0.3,
    at: (_, r) => ({ mean: r.uniform() < 0.01 ? 40 : 1 }),
  },
  {
    name: 'price and sales × 12 in two years',
    regular: true,
    size: Infinity,
    level: (r) => 5 + 15 * r.uniform(),
    at: (d) => ({ mean: weekday(d) * 12 ** (d / DAYS), price: Number((2 * 12 ** (d / DAYS)).toFixed(2)) }),
  },
  {
    name: 'level × 15 from a day on',
    regular: true,
    size: Infinity,
    level: (r) => 5 + 45 * r.uniform(),
    at: (d) => ({ mean: weekday(d) * (d < 400 ? 1 : 15), price: d < 400 ? 2 : 30 }),
  },
];

function cellOf(panel: Panel, random: RandomStream): JudgedRow[] {
  const level = panel.level(random);
  return Array.from({ length: DAYS }, (_, day) => {
    const { mean, promo = false, price = 2 } = panel.at(day, random);
    const rate = level * mean * (panel.size === Infinity ? 1 : random.gamma(panel.size) / panel.size);
    const cost = Number((0.6 * price * (0.95 + 0.1 * random.uniform())).toFixed(2));
    return { day, quantity: random.poisson(rate), price, cost, promo: promo ? 1 : 0, soldOut: false, waste: null };
  });
}

const TYPOS = [
  { name: '× 10', column: 'quantity', by: 10 },
  { name: '× 100', column: 'quantity', by: 100 },
  { name: '÷ 10', column: 'quantity', by: 0.1 },
  { name: 'price × 10', column: 'price', by: 10 },
  { name: 'price ÷ 10', column: 'price', by: 0.1 },
  { name: 'cost × 100', column: 'cost', by: 100 },
] as const;

/** Whether a typo on a day is found; on the newest day when `last`. */
function isFound(
  rows: readonly JudgedRow[],
  random: RandomStream,
  typo: (typeof TYPOS)[number],
  last: boolean,
): boolean | null {
  const at = last ? rows.length - 1 : 30 + random.integer(rows.length - 60);
  const row = rows[at];
  const value =
    typo.column === 'quantity' ? Math.round(row.quantity * typo.by) : (row[typo.column] as number) * typo.by;
  if (value === 0) return null;
  const typed = rows.map((r, i) => (i === at ? { ...r, [typo.column]: value } : r));
  return heldDays(typed).some((held) => held.day === row.day && held.column === typo.column);
}

function simulated(): void {
  const cells = [`Clean rows named per 10,000`, ...TYPOS.map(({ name }) => name), '× 10, newest day'];
  console.log(
    `| shop (${SEEDS.length * CELLS} cells of ${DAYS} days) | ${cells.join(' | ')} |\n|---|${cells.map(() => '---|').join('')}`,
  );
  for (const [p, panel] of PANELS.entries()) {
    let [named, rows] = [0, 0];
    const found = [...TYPOS, TYPOS[0]].map(() => ({ yes: 0, of: 0 }));
    for (const seed of SEEDS)
      for (let cell = 0; cell < CELLS; cell++) {
        const random = new RandomStream(seed, p, cell);
        const clean = cellOf(panel, random);
        named += heldDays(clean).length;
        rows += clean.length;
        for (const [t, count] of found.entries())
          for (let k = 0; k < 4; k++) {
            const is = isFound(clean, random, TYPOS[t] ?? TYPOS[0], t === TYPOS.length);
            if (is === null || (t === TYPOS.length && k > 0)) continue;
            count.of++;
            if (is) count.yes++;
          }
      }
    const shares = found.map(({ yes, of }) => (of < 50 ? '–' : `${((100 * yes) / of).toFixed(1)} %`));
    console.log(`| ${panel.name} | ${((10_000 * named) / rows).toFixed(2)} | ${shares.join(' | ')} |`);
  }
}

type Rows = Map<string, JudgedRow[]>;

function lines(file: string, mark = ','): string[][] {
  const bytes = readFileSync(join(DATA, file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trim();
  return text
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.replaceAll('"', '').split(mark));
}

const dayOf = (date: string): number => Math.floor(Date.parse(date) / 86_400_000);

function put(rows: Rows, cell: string, day: number, quantity: number, price: number | null, cost: number | null): void {
  const of = rows.get(cell) ?? [];
  rows.set(cell, of);
  of.push({ day, quantity, price, cost, promo: null, soldOut: false, waste: null });
}

const SETS: Readonly<Record<string, (rows: Rows) => void>> = {
  'produce, daily kg': (rows) => {
    for (const r of lines('cumcm2023c_produce/daily_sales.csv.gz')) put(rows, r[1], dayOf(r[0]), +r[2], +r[3], +r[8]);
  },
  'wholesale produce, daily': (rows) => {
    for (const r of lines('jeju_wholesale/jeju_train.csv.gz')) {
      const [id, time, , , , supply, price] = r;
      put(rows, id.replace(/_\d+$/, ''), dayOf(time), +supply, +price || null, null);
    }
  },
  'M5 TX_3 FOODS_3, daily': (rows) => {
    for (const [id, ...units] of lines('m5_tx3_foods3/sales_train_validation_afcs2025.csv.gz'))
      for (const [day, value] of units.entries()) put(rows, id, day, +value, null, null);
  },
  'M5 CA_1, monthly': (rows) => {
    for (const r of lines('m5_monthly_all_items/monthly_CA_1.csv.gz'))
      put(rows, r[1], dayOf(r[3]), +r[4], r[5] ? +r[5] : null, null);
  },
  'beer, weekly': (rows) => {
    for (const r of lines('dominicks_beer/beer_sales.csv.gz'))
      put(rows, `${r[0]} ${r[1]}`, 7 * +r[2], +r[4], +r[3], null);
  },
  'orange juice, weekly': (rows) => {
    for (const r of lines('dominicks_oj/orangejuice_yx.csv.gz')) {
      const price = +r[4 + +r[1]];
      put(rows, `${r[0]} ${r[1]}`, 7 * +r[2], Math.round(Math.exp(+r[3])), price, price * (1 - +r[19] / 100));
    }
  },
  'avocado, weekly': (rows) => {
    for (const r of lines('avocado/avocado.csv.gz')) put(rows, `${r[11]} ${r[13]}`, dayOf(r[1]), +r[3], +r[2], null);
  },
  'French bakery, daily': (rows) => {
    for (const r of lines('french_bakery/daily_sales_french_bakery.csv.gz'))
      put(rows, r[0], dayOf(r[1]), +r[2], +r[3], null);
  },
};

function onData(): void {
  console.log(
    '\n| data | rows | named | of them quantities up, down | prices, costs | per 100,000 rows |\n|---|---|---|---|---|---|',
  );
  const examples: string[] = [];
  for (const [name, read] of Object.entries(SETS)) {
    const cells: Rows = new Map();
    read(cells);
    const held: (HeldValue & { readonly cell: string })[] = [];
    let n = 0;
    for (const [cell, rows] of cells) {
      rows.sort((a, b) => a.day - b.day);
      n += rows.length;
      for (const one of heldDays(rows)) held.push({ ...one, cell });
    }
    const quantities = held.filter(({ column }) => column === 'quantity');
    const up = quantities.filter(({ value, usual }) => value > (usual ?? 0)).length;
    const prices = held.length - quantities.length;
    console.log(
      `| ${name} | ${n} | ${held.length} | ${up}, ${quantities.length - up} | ${prices} | ${((100_000 * held.length) / n).toFixed(1)} |`,
    );
    for (let i = 0; i < Math.min(10, held.length); i++) {
      const { cell, day, column, value, usual } = held[Math.floor((i * held.length) / Math.min(10, held.length))];
      const around = (cells.get(cell) ?? []).filter((r) => Math.abs(r.day - day) <= (name.includes('daily') ? 5 : 40));
      examples.push(
        `${name}: ${cell} ${new Date(day * 864e5).toISOString().slice(0, 10)} ${column} ${value}, usual ${usual}; around ${around.map((r) => r[column]).join(' ')}`,
      );
    }
  }
  // Ten of each, to be looked at: on public data nobody knows the truth.
  if (process.argv.includes('--examples')) console.log(examples.join('\n'));
}

simulated();
if (existsSync(DATA)) onData();
else console.log(`Public data: not run, there is no ${DATA}`);
