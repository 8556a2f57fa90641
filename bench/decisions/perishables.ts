/**
 * Goods that go off in worlds whose truth is known: markdowns beside fixed rules and the best that knowing demand allows,
 * orders beside rules of a mean and so many deviations.
 *
 * node bench/decisions/perishables.ts --worlds base-365,poisson --seeds 9001-9005 --chosen 1-3 --cells 20
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dayDraws, soldByDay } from '../../src/core/demand/day-draws.ts';
import { normalQuantile } from '../../src/core/math/normal-quantile.ts';
import { mean, sumOf, variance } from '../../src/core/math/summary.ts';
import { reasonsOfEffect } from '../../src/core/pricing/demand-doubts.ts';
import { isBlocking } from '../../src/core/pricing/reasons.ts';
import {
  type MarkdownInput,
  markdownPath,
  type PriceRule,
  reduceLastDays,
} from '../../src/core/stock/markdown-path.ts';
import { markdownPrices, USUAL_STEPS } from '../../src/core/stock/markdown-prices.ts';
import { criticalRatio, orderQuantity } from '../../src/core/stock/order-quantity.ts';
import { holidaysOf } from '../../src/data/holidays.ts';
import { markdownInput } from '../../src/fleet/markdown-cell.ts';
import { priceGrounds } from '../../src/fleet/price-cell.ts';
import { openStore } from '../../src/store/open.ts';
import { plannedRows, plannedSpan, rowHolding } from '../../src/workspace/planned-rows.ts';
import { ROOTS } from '../simulated-cell.ts';
import { salesFile, withWorkspace } from './product.ts';
import { seedsOf } from './seeds.ts';
import { type Cell, makeWorld, type World } from './world.ts';
import { worldsNamed } from './worlds.ts';

export interface PerishablesAsked {
  readonly worlds: readonly World[];
  readonly seeds: readonly number[];
  /** Seeds on which the fixed rule is chosen. */
  readonly chosen: readonly number[];
  readonly cells: number;
}

/** Days that stock can still be sold. */
const DAYS = 3;
/** Stock over the demand expected until then at today's price. */
const OVERSTOCK = [1, 1.3, 1.6, 2];
/** Futures that rules are judged on, and others that the oracle knows demand by. */
const FUTURES = 200;
const KNOWN_FUTURES = 400;
/** Days that an order is sold on. */
const PERIODS = [1, 2, 3];

interface Rule {
  readonly name: string;
  readonly cut: number;
  readonly days: number;
}
const RULES: readonly Rule[] = [
  { name: 'keep', cut: 0, days: 0 },
  ...USUAL_STEPS.flatMap((cut) =>
    [1, 2, 3].map((days) => ({ name: `−${100 * cut} % on the last ${days}`, cut, days })),
  ),
];

/** A stock of a cell: what rules brought, and what the best would. */
interface Markdown {
  readonly world: string;
  readonly over: number;
  /** Null where the price effect is not known. */
  readonly ours: number | null;
  readonly promised: number | null;
  readonly oracle: number;
  readonly fixed: readonly number[];
  /** Of the stock. */
  readonly cost: number;
}

/** Mismatch cost of orders of a cell. */
interface Ordered {
  readonly days: number;
  readonly ours: number;
  readonly normal: number;
  readonly oracle: number;
  /** By rival, of each k. */
  readonly rules: readonly (readonly number[])[];
  readonly ratio: number;
  readonly inStock: number;
  readonly said: number;
  /** Relative deviation of what is expected over the draws, and log of the forecast over the truth. */
  readonly doubt: number;
  readonly error: number;
}

const KS = Array.from({ length: 31 }, (_, i) => -1.5 + i / 10);
const MEANS = ['same weekdays of 8 weeks', 'last 28 days'] as const;

const stepOf = (world: World): number => (world.noise === 'poisson' ? 1 : 0.01);
const rounded = (world: World, quantity: number): number => Math.round(quantity / stepOf(world)) * stepOf(world);

/** What a rule brings in the futures that may come, on average. */
function brought(cell: Cell, stock: number, prices: Float64Array, rule: PriceRule, futures: readonly number[]): number {
  const demand = futures.map((future) => Array.from(prices, (price) => cell.realisedDays(price, future)));
  let revenue = 0;
  for (const byPrice of demand) {
    let [left, place] = [stock, 0];
    for (let day = 0; day < DAYS; day++) {
      place = rule(day, left, place);
      const sold = Math.min(left, byPrice[place]?.[day] as number);
      left -= sold;
      revenue += sold * (prices[place] as number);
    }
  }
  return revenue / futures.length;
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** Demand as it is: of pieces their mean, of measures so many futures. */
function trueInput(world: World, cell: Cell, stock: number, prices: Float64Array): MarkdownInput {
  const counted = world.noise === 'poisson';
  const futures = range(100_001, KNOWN_FUTURES).map((future) => cell.realisedDays(prices[0] as number, future));
  const means = cell.expectedDays(prices[0] as number);
  const draws = counted ? 1 : KNOWN_FUTURES;
  return {
    stock: [{ quantity: stock, daysLeft: DAYS }],
    prices,
    ratio: Float64Array.from(
      Array.from({ length: draws }, () =>
        Array.from(prices, (price) => sumOf(cell.expectedDays(price)) / sumOf(means)),
      ).flat(),
    ),
    periods: range(0, DAYS).map((day) => ({
      day,
      expected: Float64Array.from({ length: draws }, (_, d) => (counted ? means : futures[d])?.[day] as number),
      spread: new Float64Array(draws),
    })),
    salvage: 0,
    whole: counted,
  };
}

type Trained = Parameters<typeof markdownInput>[0] & Parameters<typeof priceGrounds>[0];

function markdownsOf(world: World, cell: Cell, trained: Trained): Markdown[] {
  const { model } = trained;
  const grounds = priceGrounds(trained);
  const isKnown = !reasonsOfEffect(grounds.facts).some(isBlocking);
  const prices = markdownPrices({
    ...{ usualPrice: model.todayPrice, priceInForce: model.todayPrice, steps: USUAL_STEPS },
    ...{ priceEnding: null, priceStep: 0.01, minPrice: null },
  });
  const futures = range(1, FUTURES);
  const usual = cell.expectedDays(prices[0] as number).slice(0, DAYS);
  return OVERSTOCK.map((over) => {
    const stock = rounded(world, over * sumOf(usual));
    const input = markdownInput(trained, grounds, {
      ...{ stock: [{ quantity: stock, daysLeft: DAYS }], prices, salvage: 0, dayShares: [1] },
      shares: range(0, DAYS).map((i) => {
        const row = rowHolding(trained.planned, trained.series, (trained.planned.days[0] as number) + i);
        return { row, share: row < 0 ? 0 : 1 };
      }),
    });
    const path = isKnown ? markdownPath(input) : null;
    const truth = trueInput(world, cell, stock, prices);
    const placeOf = (cut: number): number => (cut === 0 ? 0 : 1 + USUAL_STEPS.indexOf(cut));
    return {
      ...{ world: world.name, over, cost: stock * cell.unitCost },
      ours: path && brought(cell, stock, prices, path.rule, futures),
      promised: path?.value ?? null,
      oracle: brought(cell, stock, prices, markdownPath(truth).rule, futures),
      fixed: RULES.map(({ cut, days }) =>
        brought(cell, stock, prices, reduceLastDays(truth, placeOf(cut), days), futures),
      ),
    };
  });
}

function ordersOf(world: World, cell: Cell, { model, planned, series }: Trained): Ordered[] {
  const price = model.todayPrice;
  const unitCost = Math.min(cell.unitCost, 0.95 * price);
  const ratio = criticalRatio(price, unitCost, 0);
  return PERIODS.map((days) => {
    const shares = range(0, days).map((i) => {
      const row = rowHolding(planned, series, (planned.days[0] as number) + i);
      return { row, share: row < 0 ? 0 : 1 };
    });
    const draws = dayDraws(model, planned, shares, 2_000, 1);
    const best = orderQuantity({
      ...{ demand: soldByDay(draws, 1), draws: 2_000, periodDays: days, shelfLifeDays: days, price, unitCost },
      ...{ salvage: 0, onHand: [], pack: draws.whole ? 1 : null, serviceLevel: null },
    });
    if (!best) throw new Error('an order that earns most there always is');
    const demand = (first: number, count: number): number[] =>
      range(first, count).map((future) => sumOf(cell.realisedDays(price, future).slice(0, days)));
    const judged = demand(1, FUTURES);
    const costOf = (order: number): number =>
      mean(judged.map((d) => (price - unitCost) * Math.max(0, d - order) + unitCost * Math.max(0, order - d)));
    const known = Float64Array.from(demand(100_001, KNOWN_FUTURES)).sort();
    const pasts = pastsOf(cell, days);
    const forecast = sumOf(draws.expected) / draws.draws;
    const means = range(0, draws.draws).map((d) => sumOf(draws.expected.slice(d * days, (d + 1) * days)));
    const least = (order: number): number => Math.max(0, rounded(world, order));
    return {
      ...{ days, ratio, said: best.inStock },
      doubt: Math.sqrt(variance(means)) / forecast,
      error: Math.log(forecast / sumOf(cell.expectedDays(price).slice(0, days))),
      ours: costOf(best.quantity),
      normal: costOf(least(forecast + normalQuantile(ratio) * Math.sqrt(variance(pasts[0] as number[])))),
      oracle: costOf(known[Math.min(known.length - 1, Math.floor(ratio * known.length))] as number),
      rules: pasts.map((past) => KS.map((k) => costOf(least(mean(past) + k * Math.sqrt(variance(past)))))),
      inStock: mean(judged.map((d) => (d <= best.quantity ? 1 : 0))),
    };
  });
}

/** Sums of as many days in the past: those of the same weekdays of eight weeks, and all of the last 28 days. */
function pastsOf({ rows }: Cell, days: number): number[][] {
  const sum = (from: number): number => sumOf(rows.slice(from, from + days).map(({ quantity }) => quantity));
  const last = rows.length;
  return [range(1, 8).map((week) => sum(last - 7 * week)), range(days, 29 - days).map((back) => sum(last - back))];
}

async function judge(world: World, seed: number, count: number): Promise<{ markdowns: Markdown[]; orders: Ordered[] }> {
  const cells = makeWorld(world, seed, count);
  return withWorkspace(ROOTS.at(-1) as string, async (workspace, folder) => {
    const file = join(folder, 'sales.csv');
    writeFileSync(file, salesFile(world, cells));
    await workspace.importFiles([file], { unit: world.noise === 'poisson' ? 'ud' : 'kg' });
    await workspace.train({ workers: 1 });
    const store = await openStore(join(folder, 'workspace'));
    const [markdowns, orders]: [Markdown[], Ordered[]] = [[], []];
    try {
      for (const cell of cells) {
        const series = await store.sales.read(cell);
        const kept = await store.models.read(cell);
        if (!series || !kept) continue;
        const { model } = kept;
        const lastSale = (await store.cells.span(cell.merchant)).lastDay;
        const planned = plannedRows(series, plannedSpan(series, model, lastSale, { horizon: 7 }), model.todayPrice);
        const known = { assumedMarkup: null, underTest: false, priceStep: 0.01, lastSale };
        const holidays = holidaysOf('ES', (series.days[0] as number) - 30, model.lastDay + 500);
        const trained = { series, model, planned, holidays, ...known };
        markdowns.push(...markdownsOf(world, cell, trained));
        orders.push(...ordersOf(world, cell, trained));
      }
    } finally {
      await store.close();
    }
    return { markdowns, orders };
  });
}

const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)}`.replace('-', '−');
const signed = (share: number): string => `${share < 0 ? '' : '+'}${percent(share)}`;
const sumBy = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);

/** The fixed rule that brings most in all of some stocks. */
function bestRule(markdowns: readonly Markdown[]): number {
  const totals = RULES.map((_, r) => sumBy(markdowns, ({ fixed }) => fixed[r] as number));
  return totals.indexOf(Math.max(...totals));
}

function markdownLine(name: string, all: readonly Markdown[], rule: number): string {
  const of = (m: Markdown): number => m.fixed[rule] as number;
  const ours = (m: Markdown): number => m.ours ?? of(m);
  const known = all.filter(({ ours: told }) => told !== null);
  const total = (value: (m: Markdown) => number, items: readonly Markdown[] = all): number => sumBy(items, value);
  const gain = total((m) => ours(m) - of(m));
  const thirty = RULES.findIndex(({ cut, days }) => cut === 0.3 && days === 1);
  return `| ${[
    name,
    all.length,
    percent(known.length / all.length, 0),
    RULES[rule]?.name,
    signed(gain / total(of)),
    // Of a loss nothing is a share.
    total((m) => of(m) - m.cost) > 0 ? signed(gain / total((m) => of(m) - m.cost)) : '–',
    signed(total((m) => ours(m) - (m.fixed[thirty] as number)) / total((m) => m.fixed[thirty] as number)),
    signed(total((m) => ours(m) - (m.fixed[0] as number)) / total((m) => m.fixed[0] as number)),
    percent(total(ours) / total((m) => m.oracle)),
    known.length === 0
      ? '–'
      : percent(total((m) => m.ours as number, known) / total((m) => m.promised as number, known)),
  ].join(' | ')} |`;
}

const rootMean = <T>(items: readonly T[], of: (item: T) => number): number =>
  Math.sqrt(sumBy(items, (item) => of(item) ** 2) / items.length);

function orderLine(name: string, all: readonly Ordered[]): string {
  const ours = sumBy(all, (o) => o.ours);
  const rivals = MEANS.map((_, rival) => {
    const totals = KS.map((__, k) => sumBy(all, (o) => o.rules[rival]?.[k] as number));
    const least = Math.min(...totals);
    return { least, k: KS[totals.indexOf(least)] as number };
  });
  const ratios = rivals.map(({ least, k }) => `${(ours / least).toFixed(3)} (k = ${k.toFixed(1)})`.replace('-', '−'));
  return `| ${[
    name,
    all.length,
    ...ratios,
    (ours / sumBy(all, (o) => o.normal)).toFixed(3),
    (ours / sumBy(all, (o) => o.oracle)).toFixed(3),
    `${percent(sumBy(all, (o) => o.said) / all.length)} · ${percent(sumBy(all, (o) => o.inStock) / all.length)}`,
    `${percent(rootMean(all, ({ doubt }) => doubt))} · ${percent(rootMean(all, ({ error }) => error))}`,
  ].join(' | ')} |`;
}

/** Lines of both tables of a world: of all, and by how much there is too much of, or by days. */
async function linesOf(
  world: World,
  { seeds, chosen, cells }: Omit<PerishablesAsked, 'worlds'>,
): Promise<{ readonly markdowns: string[]; readonly orders: string[] }> {
  const before: Markdown[] = [];
  for (const seed of chosen) before.push(...(await judge(world, seed, cells)).markdowns);
  const rule = bestRule(before);
  const [markdowns, orders]: [Markdown[], Ordered[]] = [[], []];
  for (const seed of seeds) {
    const judged = await judge(world, seed, cells);
    markdowns.push(...judged.markdowns);
    orders.push(...judged.orders);
  }
  const ofStock = (over: number): Markdown[] => markdowns.filter((m) => m.over === over);
  const ofDays = (days: number): Ordered[] => orders.filter((o) => o.days === days);
  return {
    markdowns: [
      markdownLine(world.name, markdowns, rule),
      ...OVERSTOCK.map((over) => markdownLine(`${world.name}, stock × ${over}`, ofStock(over), rule)),
    ],
    orders: [
      orderLine(world.name, orders),
      ...PERIODS.map((days) => orderLine(`${world.name}, ${days} d`, ofDays(days))),
    ],
  };
}

/** Prints what markdowns bring and what orders cost, a line a world. */
export async function printPerishables({ worlds, ...asked }: PerishablesAsked): Promise<void> {
  const lines: { readonly markdowns: string[]; readonly orders: string[] } = { markdowns: [], orders: [] };
  for (const world of worlds) {
    const { markdowns, orders } = await linesOf(world, asked);
    lines.markdowns.push(...markdowns);
    lines.orders.push(...orders);
  }
  console.log(
    '| world | stocks | known, % | best fixed rule | revenue over it, % | profit over it, % | over −30 % on the last day, % | over keeping the price, % | of the oracle, % | brought of promised, % |',
  );
  console.log(`|${'---|'.repeat(10)}`);
  for (const line of lines.markdowns) console.log(line);
  console.log(
    `\n| world | orders | ${MEANS.map((name) => `cost to mean + kσ of ${name}`).join(' | ')} | to forecast + z σ | to the oracle | in stock, said · true, % | level, doubt told · error, % |`,
  );
  console.log(`|${'---|'.repeat(8)}`);
  for (const line of lines.orders) console.log(line);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      worlds: { type: 'string', default: 'base-365,poisson' },
      seeds: { type: 'string', default: '9001-9005' },
      chosen: { type: 'string', default: '1-3' },
      cells: { type: 'string', default: '20' },
    },
  });
  await printPerishables({
    worlds: worldsNamed(values.worlds),
    ...{ seeds: seedsOf(values.seeds), chosen: seedsOf(values.chosen), cells: Number(values.cells) },
  });
}
