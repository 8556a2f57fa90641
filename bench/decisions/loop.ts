/**
 * Twelve months of following the advice: every two weeks the rows so far are trained on and the price that is recommended
 * is set; beside it a shop that never changes its price, and one that follows and tosses a coin for 5 % more or less every
 * week; one that tries prices as often as they may be the best (Thompson), and one that makes the price tests that are
 * proposed and follows the advice otherwise. Costs rise by 12 % after half a year. Profit that is expected, against an oracle that knows demand.
 *
 * node bench/decisions/loop.ts --starts weekly,no-variation --seeds 9001-9002 --cells 15
 *
 * Constants are chosen on seeds 1-999; seeds from 9001 are for reporting. DEMANDA_BEFORE names a checkout to compare with.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RandomStream } from '../../src/core/math/random.ts';
import { ROOTS } from '../simulated-cell.ts';
import { cents, type DrawnCell, drawCell, LAST_DAY, type LivingCell, live } from './living-cell.ts';
import { constantPrice, type PriceProcess, priceLevels, weeklyPrices } from './price-processes.ts';
import { salesFile, type Workspace, withWorkspace } from './product.ts';
import { seedsOf } from './seeds.ts';
import { BASE, type Row, type World } from './world.ts';

const { values } = parseArgs({
  options: {
    starts: { type: 'string', default: 'weekly,three-levels,no-variation' },
    seeds: { type: 'string', default: '9001' },
    cells: { type: 'string', default: '15' },
    policies: { type: 'string', default: 'never,follow,coin,thompson,experiment' },
  },
});

/** Prices before the first advice. */
const STARTS: Readonly<Record<string, PriceProcess>> = {
  weekly: weeklyPrices(0.06, 0.5),
  'three-levels': priceLevels([0.95, 1, 1.05], 0.08),
  'no-variation': constantPrice,
};

const HISTORY = 120;
const STEP = 14;
const STEPS = 26;
const COST_RISE = 0.12;

const POLICIES = ['never', 'follow', 'coin', 'thompson', 'experiment'] as const;
type Policy = (typeof POLICIES)[number];
const asked = POLICIES.filter((policy) => values.policies.split(',').includes(policy));

function worldOf(prices: PriceProcess): World {
  return {
    ...BASE,
    days: HISTORY + STEP * STEPS,
    prices,
    elasticity: (product, own) => Math.min(-1.25, -2.5 + 0.3 * product + 0.4 * own),
    optimumSpread: 0.2,
  };
}

/** A cell that is being priced. */
interface Shop {
  readonly cell: DrawnCell;
  readonly living: LivingCell;
  readonly coin: RandomStream;
  /** Prices of a test, by day since 1970. */
  readonly plan: Map<number, number>;
  /** Rows that were not imported yet. */
  rows: Row[];
  day: number;
  price: number;
  earned: number;
  best: number;
}

/** Sums of a year. */
interface Year {
  /** Mean over cells of the share of the oracle's profit that was lost. */
  readonly lost: number;
  /** Share of cells whose price was recommended, in the first and last advice; null: none was asked. */
  readonly recommended: readonly [number, number] | null;
  /** Root mean square of the last models' errors of elasticity. */
  readonly elasticityError: number | null;
}

function costOf({ cell, day }: Shop): number {
  return cell.unitCost * (day >= HISTORY + (STEP * STEPS) / 2 ? 1 + COST_RISE : 1);
}

/** The next day at a price; expected profits are counted once the history is over. */
function nextDay(shop: Shop, price: number): void {
  const cost = costOf(shop);
  const { rows, usual } = shop.living.next({ price, promo: false });
  shop.rows.push(...rows.map((row) => ({ ...row, cost })));
  if (shop.day >= HISTORY) {
    const { form, usualPrice } = shop.cell;
    const elasticity = form.slope(1);
    const optimum = (cost * elasticity) / (1 + elasticity);
    const profit = (p: number): number => usual * form.at(p / usualPrice) * (p - cost);
    shop.earned += profit(price);
    shop.best += profit(optimum);
  }
  shop.day++;
}

function openShop(world: World, seed: number, number: number): Shop {
  const cell = drawCell(world, seed, number);
  const living = live(cell);
  const coin = new RandomStream(seed, number, 0x636f696e);
  const shop: Shop = {
    ...{ cell, living, coin, plan: new Map<number, number>() },
    ...{ rows: [], day: 0, price: cell.usualPrice, earned: 0, best: 0 },
  };
  while (shop.day < HISTORY) {
    shop.price = living.ownPrice().price;
    nextDay(shop, shop.price);
  }
  return shop;
}

/** Two weeks at the shop's price or a test's, or at 5 % more or less as a coin of each week says. */
function twoWeeks(shop: Shop, policy: Policy): void {
  let charged = shop.price;
  for (let d = 0; d < STEP; d++) {
    if (policy === 'coin' && d % 7 === 0) charged = cents(shop.price * (shop.coin.uniform() < 0.5 ? 0.95 : 1.05));
    nextDay(shop, shop.plan.get(LAST_DAY - shop.cell.days + 1 + shop.day) ?? charged);
  }
}

/** Sets the recommended prices. @returns share of the cells that have one, and root mean square error of elasticity */
async function advise(
  workspace: Workspace,
  file: string,
  world: World,
  shops: readonly Shop[],
  policy: Policy,
): Promise<number[]> {
  writeFileSync(
    file,
    salesFile(
      world,
      shops.map(({ cell, rows }) => ({ ...cell, rows })),
    ),
  );
  await workspace.importFiles([file]);
  // Once prices were drawn they alone tell the elasticity.
  const tested = policy === 'experiment' && shops.some(({ plan }) => plan.size > 0);
  const { runs } = await workspace.train({ workers: 1, ...(tested && { instrument: 'experiment' }) });
  const { recommendations } = await workspace.recommend(policy === 'thompson' ? { explore: 'thompson' } : {});
  let [recommended, squares] = [0, 0];
  for (const shop of shops) {
    shop.rows = [];
    const isOurs = (item: { merchant: string; product: string }): boolean =>
      item.merchant === shop.cell.merchant && item.product === shop.cell.product;
    const advice = recommendations.find(isOurs);
    if (advice?.recommended) {
      shop.price = advice.price;
      recommended++;
    }
    squares += ((runs.find(isOurs)?.elasticity?.value ?? Number.NaN) - shop.cell.form.slope(1)) ** 2;
  }
  if (policy === 'experiment') await startTests(workspace, shops);
  return [recommended / shops.length, Math.sqrt(squares / shops.length)];
}

/** Starts every test that is proposed. */
async function startTests(workspace: Workspace, shops: readonly Shop[]): Promise<void> {
  const { proposals } = await workspace.experiments.propose();
  for (const { merchant, product, test } of proposals) {
    if (test === null) continue;
    const { cells } = await workspace.experiments.start({ merchant, product });
    const shop = shops.find(({ cell }) => cell.merchant === merchant && cell.product === product);
    for (const { date, price } of cells[0]?.plan ?? []) shop?.plan.set(Date.parse(date) / 86_400_000, price);
  }
}

async function yearOf(root: string, world: World, seed: number, cells: number, policy: Policy): Promise<Year> {
  const shops = Array.from({ length: cells }, (_, number) => openShop(world, seed, number));
  const advices: number[][] = [];
  await withWorkspace(root, async (workspace, folder) => {
    for (let step = 0; step < STEPS; step++) {
      if (policy !== 'never')
        advices.push(await advise(workspace, join(folder, `sales-${step}.csv`), world, shops, policy));
      for (const shop of shops) twoWeeks(shop, policy);
    }
  });
  const [first, last] = [advices[0], advices.at(-1)] as [number[] | undefined, number[] | undefined];
  return {
    lost: shops.reduce((sum, { earned, best }) => sum + 1 - earned / best, 0) / shops.length,
    recommended: first && last ? [first[0] as number, last[0] as number] : null,
    elasticityError: last?.[1] ?? null,
  };
}

console.log(
  `| start, seed | lost against the oracle, %: ${asked.join(' · ')} | recommended, first / last advice | rms error of elasticity, last models |`,
);
console.log('|---|---|---|---|');
for (const start of values.starts.split(',')) {
  const prices = STARTS[start];
  if (!prices) throw new RangeError(`no start ${start}; there are ${Object.keys(STARTS).join(', ')}`);
  for (const seed of seedsOf(values.seeds)) {
    for (const [i, root] of ROOTS.entries()) {
      const years: Year[] = [];
      for (const policy of asked) years.push(await yearOf(root, worldOf(prices), seed, Number(values.cells), policy));
      const lost = years.map((year) => (100 * year.lost).toFixed(2)).join(' · ');
      const advised = years.filter(({ recommended }) => recommended !== null);
      const shares = advised.map(({ recommended }) => recommended?.map((r) => (100 * r).toFixed(0)).join(' / '));
      const errors = advised.map(({ elasticityError }) => elasticityError?.toFixed(2));
      const label = ROOTS.length > 1 && i === 0 ? ' (before)' : '';
      console.log(`| ${start}, ${seed}${label} | ${lost} | ${shares.join(' · ')} | ${errors.join(' · ')} |`);
    }
  }
}
