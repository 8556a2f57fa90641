/**
 * Shops whose products have promotions, with known truth: what promotions do (lift, dip, break-even depth) as it is
 * found, and what the recommended calendar earns beside fixed habits, none, and the calendar of who knows the truth.
 *
 * node bench/decisions/promotions.ts --worlds depths,one,season --seeds 9001-9005 --shops 50
 *
 * Constants are chosen on seeds 1-999; seeds from 9001 are for reporting.
 */

import { parseArgs } from 'node:util';
import { crossEvidence } from '../../src/core/demand/cross-evidence.ts';
import { dayDraws } from '../../src/core/demand/day-draws.ts';
import type { DemandModel } from '../../src/core/demand/demand-model.ts';
import { RandomStream } from '../../src/core/math/random.ts';
import { crossDraws, withinBudget } from '../../src/core/portfolio/joint-demand.ts';
import { beliefsOf } from '../../src/core/portfolio/portfolio.ts';
import { type CalendarProduct, CalendarProfit, type Placed } from '../../src/core/promotions/calendar-profit.ts';
import {
  blocksPromotion,
  doubtsOfPast,
  pastPromotions,
  triedPromotions,
  wasTried,
} from '../../src/core/promotions/past-promotions.ts';
import { type CalendarRules, promotionCalendar } from '../../src/core/promotions/promotion-calendar.ts';
import { promotionEffects } from '../../src/core/promotions/promotion-effects.ts';
import { DIP_DAYS, type OtherProduct, promotionEvidence } from '../../src/core/promotions/promotion-evidence.ts';
import { AFTER_DAYS, breakEven, type Promotion, promotionOutlook } from '../../src/core/promotions/promotion-profit.ts';
import { pullOfPrice } from '../../src/core/promotions/pull-prices.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';
import { cellKey, trainAll } from '../fleet-of.ts';
import { seedsOf } from './seeds.ts';

const FIRST_DAY = 20_000;
const DAYS = 728;
const WEEKS = 12;
const PRODUCTS = 4;
const DRAWS = 200;
const CROSS = 0.4;
const TRIED = [0.1, 0.2, 0.3];
const RULES: CalendarRules = {
  weeks: WEEKS,
  mostPerProduct: 3,
  leastWeeksBetween: 2,
  mostAtOnce: 2,
  mostPerGroup: null,
  budget: null,
  blocked: new Set(),
};

type World = 'depths' | 'one' | 'season';

interface Truth {
  readonly elasticity: number;
  readonly flag: number;
  readonly advance: number;
  readonly dip: number;
  readonly price: number;
  readonly cost: number;
  readonly base: number;
  readonly level: number;
  readonly weekday: readonly number[];
  readonly season: readonly [amplitude: number, peak: number];
}

interface Shop {
  readonly truths: readonly Truth[];
  readonly series: readonly CellSeries[];
}

function makeShop(random: RandomStream, world: World, name: string, keeps: boolean): Shop {
  const truths: Truth[] = [];
  const series: CellSeries[] = [];
  const plans = Array.from({ length: PRODUCTS }, () => planOf(random, world));
  const made = plans.map(() => {
    const price = Number((2 + 6 * random.uniform()).toFixed(2));
    return {
      elasticity: Math.min(-1.2, -2.3 + 0.4 * random.normal()),
      flag: 0.2 + 0.12 * random.normal(),
      advance: keeps ? Math.min(0.7, Math.max(0, 0.3 + 0.1 * random.normal())) : 0,
      ...{ dip: 1, price },
      cost: Number((price * (1 - 0.25 - 0.35 * random.uniform())).toFixed(2)),
      base: Math.exp(Math.log(15) + random.uniform() * Math.log(80 / 15)),
      weekday: Array.from({ length: 7 }, () => 0.25 * random.normal()),
      season: [world === 'season' ? 0.35 : 0.15, plans[0]?.peak as number] as const,
    };
  });
  const levels = made.map(() => 0);
  const rows = made.map(() => ({
    quantity: new Float64Array(DAYS),
    price: new Float64Array(DAYS),
    promo: new Float64Array(DAYS),
  }));
  const stock = made.map(() => [] as { readonly end: number; readonly extra: number }[]);
  const running = made.map(() => 0);
  const moves = made.map(() => 0);
  for (let t = 0; t < DAYS; t++) {
    const depths = plans.map(({ depth }) => depth[t] as number);
    if (t % 28 === 0) made.forEach((_, i) => (moves[i] = 0.03 * random.normal()));
    const prices = made.map(({ price }, i) =>
      Number((price * Math.exp(moves[i] as number) * (1 - Math.max(0, depths[i] as number))).toFixed(2)),
    );
    const logs = made.map((one, i) => promotedLog(one, depths[i] as number));
    made.forEach((one, i) => {
      levels[i] = (levels[i] as number) + 0.006 * random.normal();
      const on = (depths[i] as number) >= 0;
      const lift = on ? Math.exp(logs[i] as number) : 1;
      if (on) running[i] = (running[i] as number) + Math.max(0, lift - 1);
      else if ((running[i] as number) > 0) {
        stock[i]?.push({ end: t, extra: running[i] as number });
        running[i] = 0;
      }
      const missed = on ? 0 : missedShare(one, stock[i] ?? [], t);
      const taken = made.reduce(
        (all, other, j) => (i === j ? all : all + ((CROSS / (PRODUCTS - 1)) * (logs[j] as number)) / other.elasticity),
        0,
      );
      const usual = one.base * Math.exp((levels[i] as number) + seasonal(one, FIRST_DAY + t));
      const own = one.elasticity * (moves[i] as number);
      const noise = Math.exp(0.25 * random.normal() - 0.03125);
      const row = rows[i] as (typeof rows)[number];
      row.quantity[t] = usual * lift * Math.exp(own + taken - missed) * noise;
      row.price[t] = prices[i] as number;
      row.promo[t] = on ? 1 : 0;
    });
  }
  const none = new Float64Array(DAYS).fill(Number.NaN);
  rows.forEach(({ quantity, price, promo }, i) => {
    const one = made[i] as (typeof made)[number];
    const move = Math.exp(moves[i] as number);
    truths.push({
      ...one,
      level: (levels[i] as number) + one.elasticity * (moves[i] as number),
      price: Number((one.price * move).toFixed(2)),
    });
    series.push({
      merchant: name,
      product: `${name} product ${i}`,
      productType: keeps ? 'keeps' : 'fresh',
      unit: 'kg',
      frequency: 'daily',
      days: Int32Array.from({ length: DAYS }, (_, t) => FIRST_DAY + t),
      quantity,
      price,
      cost: new Float64Array(DAYS).fill(one.cost),
      promo,
      soldOut: new Uint8Array(DAYS),
      waste: none,
      marketPrice: none,
      covariates: [],
    });
  });
  return { truths, series };
}

/** Depth of each day; −1: none. Random weeks; of one depth; or all about the peak of the season. */
function planOf(random: RandomStream, world: World): { readonly depth: Float64Array; readonly peak: number } {
  const depth = new Float64Array(DAYS).fill(-1);
  const peak = Math.floor(365 * random.uniform());
  let busy = 0;
  for (let t = 0; t + 14 < DAYS - 28; t += 7) {
    const away = Math.abs(((FIRST_DAY + t - peak + 182 + 365 * 100) % 365) - 182);
    const chance = world === 'season' ? (away < 35 ? 0.5 : 0) : 0.13;
    const [starts, cut, long] = [random.uniform() < chance, random.integer(3), random.uniform() < 0.4];
    if (t < busy || !starts) continue;
    const days = long ? 14 : 7;
    depth.fill(world === 'one' ? 0.2 : (TRIED[cut] as number), t, t + days);
    busy = t + days + 14;
  }
  return { depth, peak };
}

function promotedLog({ elasticity, flag }: Pick<Truth, 'elasticity' | 'flag'>, depth: number): number {
  return depth < 0 ? 0 : elasticity * Math.log(1 - depth) + flag;
}

function seasonal({ weekday, season: [amplitude, peak] }: Pick<Truth, 'weekday' | 'season'>, day: number): number {
  return (weekday[day % 7] as number) + amplitude * Math.cos((2 * Math.PI * (day - peak)) / 365.2425);
}

const FADES = DIP_DAYS.map((days) => {
  const weights = Array.from({ length: AFTER_DAYS }, (_, k) => Math.exp(-k / days));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / all);
});

/** Of log demand on a day after promotions. */
function missedShare(
  { advance, dip }: Pick<Truth, 'advance' | 'dip'>,
  ended: readonly { readonly end: number; readonly extra: number }[],
  day: number,
): number {
  const last = ended.at(-1);
  return last === undefined ? 0 : advance * last.extra * (FADES[dip]?.[day - last.end] ?? 0);
}

/** The truth as draws of one: what the product's own arithmetic makes of it. */
function trueProducts({ truths }: Shop, promotions: readonly (readonly Promotion[])[]): CalendarProduct[] {
  const days = WEEKS * 7 + AFTER_DAYS;
  return truths.map((one, i) => ({
    todayPrice: one.price,
    unitCosts: Float64Array.of(one.cost),
    effects: {
      elasticity: Float64Array.of(one.elasticity),
      flag: Float64Array.of(one.flag),
      display: new Float64Array(1),
      advance: Float64Array.of(one.advance),
      dip: Uint8Array.of(one.dip),
    },
    base: Float64Array.from(
      { length: days },
      (_, t) => one.base * Math.exp(one.level + seasonal(one, FIRST_DAY + DAYS + t)),
    ),
    cross: truths.flatMap((_, j) => (i === j ? [] : [{ of: j, elasticity: Float64Array.of(CROSS / (PRODUCTS - 1)) }])),
    promotions: promotions[i] as readonly Promotion[],
    ...{ group: '', earliest: 0 },
  }));
}

const OPTIONS = TRIED.flatMap((depth) => [7, 14].map((days) => ({ depth, days })));

function promotionOf(price: number, depth: number, days: number): Promotion {
  return { depth, price: price * (1 - depth), display: false, days, cost: 0, funding: 0 };
}

interface Figures {
  shops: number;
  readonly net: Record<'calendar' | 'habit' | 'best habit' | 'oracle', number>;
  told: number;
  cells: number;
  placed: number;
  lift: Errors;
  advance: Errors;
  even: Errors;
  usual: number;
}

interface Errors {
  squares: number;
  covered: number;
  count: number;
  bias: number;
}

function add(
  errors: Errors,
  found: { readonly value: number; readonly low: number; readonly high: number },
  truth: number,
) {
  errors.squares += (found.value - truth) ** 2;
  errors.bias += found.value - truth;
  errors.covered += truth >= found.low - 1e-9 && truth <= found.high + 1e-9 ? 1 : 0;
  errors.count++;
}

/** Every product at one depth one week in four, two at a time. */
function habit(depth: number, able: readonly number[]): Placed[] {
  const k = OPTIONS.findIndex((one) => one.depth === depth && one.days === 7);
  return able.flatMap((product) =>
    Array.from({ length: WEEKS / 4 }, (_, round) => ({ product, promotion: k, week: round * 4 + (product % 4) })),
  );
}

const { values } = parseArgs({
  options: {
    worlds: { type: 'string', default: 'depths,one,season' },
    seeds: { type: 'string', default: '9001-9005' },
    shops: { type: 'string', default: '50' },
  },
});

console.log(
  '| world | products told / of | net of: the calendar | habit −20 % | best habit | oracle | promotions placed | lift: rmse, 90 % held | bought in advance | break-even |',
);
console.log('|---|---|---|---|---|---|---|---|---|---|');
for (const world of values.worlds.split(',') as World[]) {
  const errors = (): Errors => ({ squares: 0, covered: 0, count: 0, bias: 0 });
  const sum: Figures = {
    ...{ shops: 0, told: 0, cells: 0, placed: 0, usual: 0 },
    net: { calendar: 0, habit: 0, 'best habit': 0, oracle: 0 },
    ...{ lift: errors(), advance: errors(), even: errors() },
  };
  for (const seed of seedsOf(values.seeds)) await runSeed(world, seed, sum);
  console.log(lineOf(world, sum));
}

function othersOf(cells: readonly CellSeries[], one: CellSeries): OtherProduct[] {
  return cells.flatMap((other) => {
    if (other.merchant !== one.merchant || other === one) return [];
    const { flags } = pastPromotions(other);
    return [{ days: other.days, price: other.price, flags, share: 1 / (PRODUCTS - 1) }];
  });
}

async function runSeed(world: World, seed: number, sum: Figures): Promise<void> {
  const random = new RandomStream(seed, ['depths', 'one', 'season'].indexOf(world), 77);
  const shops = Array.from({ length: Number(values.shops) }, (_, s) =>
    makeShop(random, world, `shop ${s}`, s % 2 === 0),
  );
  const cells = shops.flatMap(({ series }) => series);
  const models = await trainAll(cells);
  const pasts = new Map(cells.map((one) => [cellKey(one), pastPromotions(one)]));
  const effects = new Map<string, ReturnType<typeof promotionEffects>[number]>();
  const beliefs = new Map<string, ReturnType<typeof beliefsOf>['beliefs'][number]>();
  for (const type of ['keeps', 'fresh']) {
    const own = cells.filter(({ productType }) => productType === type);
    const found = promotionEffects(
      own.map((one) => promotionEvidence(one, pasts.get(cellKey(one)) as never, [], null, othersOf(own, one))),
      DRAWS,
      own.map((_, i) => i + 1),
    );
    own.forEach((one, i) => effects.set(cellKey(one), found[i] as never));
    const crossed = own.map((one) => {
      const others = own.filter((other) => other.merchant === one.merchant && other !== one);
      const pulled = others.map((other) => ({
        days: other.days,
        price: pullOfPrice(other, pasts.get(cellKey(other)) as never, effects.get(cellKey(other)) as never),
      }));
      return {
        model: models.get(cellKey(one)) as DemandModel,
        evidence: crossEvidence(one, pulled, { holidays: [], market: false }),
        others: others.map(({ product }) => product),
        shares: Float64Array.from(others, () => 1 / others.length),
      };
    });
    beliefsOf(crossed).beliefs.forEach((belief, i) => beliefs.set(cellKey(own[i] as CellSeries), belief));
  }
  shops.forEach((shop, s) => {
    const days = WEEKS * 7 + AFTER_DAYS;
    const doubts = shop.series.map((one) => doubtsOfPast(one, pasts.get(cellKey(one)) as never));
    const products = shop.series.map((one, i): CalendarProduct => {
      const model = models.get(cellKey(one)) as DemandModel;
      const planned = {
        days: Int32Array.from({ length: days }, (_, t) => FIRST_DAY + DAYS + t),
        price: new Float64Array(days).fill(model.todayPrice),
        promo: new Float64Array(days),
        marketPrice: new Float64Array(days).fill(Number.NaN),
        covariates: {},
      };
      const shares = Array.from({ length: days }, (_, row) => ({ row, share: 1 }));
      const { expected } = dayDraws(model, planned, shares, DRAWS, s * PRODUCTS + i + 1);
      const truth = shop.truths[i] as Truth;
      const blocked = (doubts[i] ?? []).some(blocksPromotion);
      const tried = triedPromotions(one, pasts.get(cellKey(one)) as never);
      return {
        todayPrice: truth.price,
        unitCosts: new Float64Array(DRAWS).fill(truth.cost),
        effects: effects.get(cellKey(one)) as never,
        base: expected,
        cross: [],
        promotions: OPTIONS.flatMap(({ depth, days }) =>
          !blocked && tried && wasTried(tried, depth, days) ? [promotionOf(truth.price, depth, days)] : [],
        ),
        ...{ group: '', earliest: 0 },
      };
    });
    const budgeted = withinBudget(
      products.map(({ effects, todayPrice, base }, i) => {
        const belief = beliefs.get(cellKey(shop.series[i] as CellSeries));
        const others = products.flatMap((_, j) => (j === i ? [] : [j]));
        return {
          own: effects.elasticity,
          revenue: todayPrice * base[0],
          cross: belief ? crossDraws(belief, effects.elasticity, others, [1, i]) : [],
        };
      }),
    );
    const crossed = products.map((product, i) => ({ ...product, cross: budgeted[i] as CalendarProduct['cross'] }));
    const found = promotionCalendar(crossed, RULES);
    const truly = trueProducts(
      shop,
      crossed.map(({ promotions }) => promotions),
    );
    const all = trueProducts(
      shop,
      shop.truths.map(({ price }) => OPTIONS.map(({ depth, days }) => promotionOf(price, depth, days))),
    );
    const able = shop.truths.map((_, i) => i);
    const netAll = (placed: readonly Placed[]): number => new CalendarProfit(all, WEEKS).net(placed)[0] as number;
    sum.shops++;
    sum.net.calendar += new CalendarProfit(truly, WEEKS).net(found.placed)[0] ?? 0;
    sum.net.habit += netAll(habit(0.2, able));
    sum.net['best habit'] += Math.max(...TRIED.map((depth) => netAll(habit(depth, able))));
    sum.net.oracle += promotionCalendar(all, RULES).net.value;
    sum.placed += found.placed.length;
    shop.truths.forEach((one) => {
      for (let t = 0; t < WEEKS * 7; t++)
        sum.usual += (one.price - one.cost) * one.base * Math.exp(one.level + seasonal(one, FIRST_DAY + DAYS + t));
    });
    crossed.forEach((product, i) => {
      sum.cells++;
      if (doubts[i]?.some(blocksPromotion)) return;
      sum.told++;
      const asked = promotionOf(product.todayPrice, 0.2, 7);
      const outlook = promotionOutlook(crossed, i, asked);
      const truth = promotionOutlook(all, i, asked);
      add(sum.lift, outlook.lift, truth.lift.value);
      add(sum.advance, outlook.advance, truth.advance.value);
      if (doubts[i]?.includes('PROMOTION_ONE_DEPTH')) return;
      const tried = triedPromotions(
        shop.series[i] as CellSeries,
        pasts.get(cellKey(shop.series[i] as CellSeries)) as never,
      );
      const at = (depth: number): Promotion => promotionOf(product.todayPrice, depth, 7);
      const depths = (tried as NonNullable<typeof tried>).depths;
      const even = breakEven(crossed, i, depths, at);
      add(sum.even, { ...even, value: even.depth ?? 0 }, breakEven(all, i, depths, at).depth ?? 0);
    });
  });
}

function lineOf(world: World, { net, usual, told, cells, placed, shops, lift, advance, even }: Figures): string {
  const percent = (value: number): string => `${value >= 0 ? '+' : ''}${((100 * value) / usual).toFixed(2)} %`;
  const told_ = ({ squares, covered, count, bias }: Errors): string =>
    count === 0
      ? '–'
      : `${Math.sqrt(squares / count).toFixed(3)} (bias ${(bias / count).toFixed(3)}), ${((100 * covered) / count).toFixed(0)} %`;
  return `| ${world} | ${told} / ${cells} | ${percent(net.calendar)} | ${percent(net.habit)} | ${percent(net['best habit'])} | ${percent(net.oracle)} | ${(placed / shops).toFixed(1)} a shop | ${told_(lift)} | ${told_(advance)} | ${told_(even)} |`;
}
