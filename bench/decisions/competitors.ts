/**
 * Shops beside competitors whose truth is known: how well the cross elasticity and the reaction are found, what
 * competitors' prices bring to forecasts, and what is lost to the best price that knows how they follow.
 *
 * node bench/decisions/competitors.ts --cross 0,0.5 --reaction 0,0.5,1 --seeds 9001-9003 --shops 10
 *
 * Constants are chosen on seeds 1-999; seeds from 9001 are for reporting.
 */

import { parseArgs } from 'node:util';
import {
  type CompetitorEffect,
  competitorEffects,
  competitorEvidence,
  followedModel,
  referenceOfModel,
} from '../../src/core/competitors/competitor-effect.ts';
import { type Reaction, reactionOf } from '../../src/core/competitors/reaction.ts';
import type { DemandModel } from '../../src/core/demand/demand-model.ts';
import { predictMean } from '../../src/core/demand/mean-forecast.ts';
import { demandCurveDraws } from '../../src/core/demand/predict.ts';
import { RandomStream } from '../../src/core/math/random.ts';
import { mean } from '../../src/core/math/summary.ts';
import { demandDraws } from '../../src/core/pricing/demand-at.ts';
import { heedTodayPrice } from '../../src/core/pricing/price-evidence.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';
import type { DatedCompetitorPrice } from '../../src/core/series/competitor-prices.ts';
import { filledPrices } from '../../src/core/series/design.ts';
import { firstRows, plannedRows } from '../../src/core/series/rows.ts';
import { cellKey, trainAll } from '../fleet-of.ts';
import { seedsOf } from './seeds.ts';

const FIRST_DAY = 20_000;
const DAYS = 400;
const HORIZON = 28;
const LIMIT = 0.15;
const PRODUCTS = 5;
const COMPETITORS = ['Alfa', 'Beta'];
/** Days after a change of ours at which a competitor follows. */
const LAG = 10;

interface Truth {
  readonly own: number;
  readonly cost: number;
  readonly today: number;
}

interface Cell {
  readonly truth: Truth;
  /** Days of the horizon too. */
  readonly series: CellSeries;
}

/** What a world is like. */
interface World {
  readonly cross: number;
  readonly reaction: number;
  /** Of the shocks of costs that move everybody's prices, log. */
  readonly shared: number;
}

function makeShop(random: RandomStream, merchant: string, { cross, reaction, shared }: World): Cell[] {
  return Array.from({ length: PRODUCTS }, (_, k) => {
    const own = Math.min(-1.3 - cross, -2.5 + 0.5 * random.normal());
    const base = Math.exp(Math.log(15) + random.uniform() * Math.log(80 / 15));
    const usual = 2 + 6 * random.uniform();
    const cost = usual * (1 + 1 / own) * Math.exp(0.08 * random.normal());
    const weekday = Array.from({ length: 7 }, () => 0.25 * random.normal());
    const total = DAYS + HORIZON;
    const [price, quantity, costs] = [new Float64Array(total), new Float64Array(total), new Float64Array(total)];
    const moves = new Float64Array(total);
    const theirs = COMPETITORS.map(() => new Float64Array(total));
    let [level, move, costMove] = [0, 0, 0];
    const free = COMPETITORS.map(() => 0);
    for (let t = 0; t < total; t++) {
      if (t % 28 === 0) costMove += shared * random.normal();
      // The horizon has the last price.
      if (t % 14 === 0 && t < DAYS) move = 0.5 * move + 0.08 * Math.sqrt(0.75) * random.normal();
      moves[t] = move + costMove;
      COMPETITORS.forEach((_, c) => {
        if ((t + 3 * c) % 21 === 0) free[c] = 0.6 * (free[c] as number) + 0.06 * Math.sqrt(0.64) * random.normal();
        const answer = reaction * (t >= LAG ? (moves[t - LAG] as number) - costMove : 0);
        (theirs[c] as Float64Array)[t] = usual * Math.exp((free[c] as number) + costMove + answer);
      });
      price[t] = Number((usual * Math.exp(moves[t] as number)).toFixed(2));
      costs[t] = cost * Math.exp(costMove);
      level += 0.01 * random.normal();
      const rival = mean(theirs.map((one) => Math.log((one[t] as number) / usual)));
      const log = level + (weekday[t % 7] as number) + own * Math.log((price[t] as number) / usual) + cross * rival;
      quantity[t] = base * Math.exp(log + 0.3 * random.normal() - 0.045);
    }
    const competitors = COMPETITORS.flatMap((competitor, c): DatedCompetitorPrice[] =>
      Array.from({ length: Math.floor(DAYS / 7) }, (_, w) => {
        const t = 7 * w + 2 * c;
        return { competitor, day: FIRST_DAY + t, price: (theirs[c] as Float64Array)[t] as number, promo: false };
      }),
    );
    const none = new Float64Array(total).fill(Number.NaN);
    return {
      truth: { own, cost: costs[DAYS - 1] as number, today: price[DAYS - 1] as number },
      series: {
        ...{ merchant, product: `${merchant} product ${k}`, productType: 'simulated', unit: 'kg', frequency: 'daily' },
        days: Int32Array.from({ length: total }, (_, t) => FIRST_DAY + t),
        ...{ quantity, price, cost: costs, promo: none, soldOut: new Uint8Array(total), waste: none },
        ...{ marketPrice: none, covariates: [], competitors },
      },
    };
  });
}

/** Expected profit of a price in the long run, once competitors followed; today's demand is 1. */
function profitOf({ own, cost, today }: Truth, { cross, reaction }: World, price: number): number {
  return (price - cost) * (price / today) ** (own + reaction * cross);
}

const GRID = Array.from({ length: 301 }, (_, i) => (1 - LIMIT) * ((1 + LIMIT) / (1 - LIMIT)) ** (i / 300));

function bestPrice(today: number, profit: (price: number) => number): number {
  return GRID.map((share) => share * today).reduce((a, b) => (profit(b) > profit(a) ? b : a));
}

/** The price that earns most on average over a model's draws. */
function recommended(model: DemandModel, { cost, today }: Truth, series: CellSeries): number {
  const planned = plannedRows(series, DAYS, DAYS + 14, filledPrices(series.price, DAYS + 14));
  const grid = Float64Array.from({ length: 61 }, (_, k) => today * 0.6 * 2.5 ** (k / 60));
  const { curve } = heedTodayPrice(demandCurveDraws(model, planned, grid, 200, 1), today, cost);
  return bestPrice(today, (price) => mean(demandDraws(curve, price)) * (price - cost));
}

class Tally {
  private readonly sums = new Map<string, { sum: number; count: number }>();

  add(name: string, value: number): void {
    const one = this.sums.get(name) ?? { sum: 0, count: 0 };
    this.sums.set(name, { sum: one.sum + value, count: one.count + 1 });
  }

  mean(name: string): number {
    const { sum, count } = this.sums.get(name) ?? { sum: Number.NaN, count: 1 };
    return sum / count;
  }
}

function judge(tally: Tally, world: World, { truth, series }: Cell, models: readonly [DemandModel, DemandModel]): void {
  const [model, without] = models;
  const planned = plannedRows(series, DAYS, DAYS + HORIZON, filledPrices(series.price, DAYS + HORIZON));
  const actual = series.quantity.subarray(DAYS);
  const total = actual.reduce((sum, y) => sum + y, 0);
  [model, without].forEach((one, k) => {
    const forecast = predictMean(one, planned);
    const error = forecast.reduce((sum, f, i) => sum + Math.abs(f - (actual[i] as number)), 0);
    tally.add(k === 0 ? 'wape' : 'wape without', error / total);
  });
  tally.add('taken', referenceOfModel(model) === null ? 0 : 1);
  const best = profitOf(
    truth,
    world,
    bestPrice(truth.today, (price) => profitOf(truth, world, price)),
  );
  const lost = (price: number): number => 1 - profitOf(truth, world, price) / best;
  tally.add('lost today', lost(truth.today));
  tally.add('lost without', lost(recommended(without, truth, series)));
  tally.add('lost as given', lost(recommended(model, truth, series)));
}

function judgeFollowed(
  tally: Tally,
  world: World,
  { truth, series }: Cell,
  model: DemandModel,
  { effect, reaction }: { effect: CompetitorEffect | null; reaction: Reaction },
): void {
  const best = profitOf(
    truth,
    world,
    bestPrice(truth.today, (price) => profitOf(truth, world, price)),
  );
  const lost = (price: number): number => 1 - profitOf(truth, world, price) / best;
  if (effect) {
    const { value, low, high } = effect.elasticity;
    tally.add('cross', value);
    tally.add('cross error', (value - world.cross) ** 2);
    tally.add('cross covered', low <= world.cross && world.cross <= high ? 1 : 0);
    tally.add('cross probability', effect.probability);
  }
  const told = effect ? followedModel(model, effect, { value: world.reaction, variance: 0 }) : model;
  tally.add('lost told', lost(recommended(told, truth, series)));
  const variance = ((reaction.high - reaction.low) / 3.29) ** 2;
  const found =
    effect && reaction.known ? followedModel(model, effect, { value: Math.max(0, reaction.value), variance }) : model;
  tally.add('lost found', lost(recommended(found, truth, series)));
}

async function runWorld(world: World, seeds: readonly number[], shops: number): Promise<Tally> {
  const tally = new Tally();
  for (const seed of seeds) {
    const random = new RandomStream(seed, Math.round(world.cross * 100), Math.round(world.reaction * 100), 24);
    const made = Array.from({ length: shops }, (_, s) => makeShop(random, `shop ${s}`, world));
    const cells = made.flat();
    const known = cells.map(({ series }) => firstRows(series, DAYS));
    const models = await trainAll(known);
    const without = await trainAll(known.map(({ competitors: _, ...series }) => series));
    const evidences = known.map((series) => {
      const model = models.get(cellKey(series)) as DemandModel;
      return { model, evidence: competitorEvidence(series, model, []) };
    });
    const effects = competitorEffects(evidences);
    cells.forEach((cell, i) => {
      const key = cellKey(cell.series);
      judge(tally, world, cell, [models.get(key) as DemandModel, without.get(key) as DemandModel]);
      const shop = known.slice(Math.floor(i / PRODUCTS) * PRODUCTS, (Math.floor(i / PRODUCTS) + 1) * PRODUCTS);
      const reactions = reactionsOf(shop);
      if (i % PRODUCTS === 0) for (const found of reactions) tallyReaction(tally, world, found);
      const [first, second] = reactions as [Reaction, Reaction];
      const reaction = { ...first, value: (first.value + second.value) / 2 };
      judgeFollowed(tally, world, cell, models.get(key) as DemandModel, { effect: effects[i] ?? null, reaction });
    });
  }
  return tally;
}

/** Reactions alone, of many shops: prices are drawn and nothing is trained. */
function judgeReactions(world: World, seeds: readonly number[], shops: number): string {
  const tally = new Tally();
  for (const seed of seeds) {
    const random = new RandomStream(seed, Math.round(world.cross * 100), Math.round(world.reaction * 100), 24);
    for (let s = 0; s < shops; s++) {
      const known = makeShop(random, `shop ${s}`, world).map(({ series }) => firstRows(series, DAYS));
      for (const found of reactionsOf(known)) tallyReaction(tally, world, found);
    }
  }
  const root = Math.sqrt(tally.mean('reaction error')).toFixed(2);
  const covered = `${(100 * tally.mean('reaction covered')).toFixed(0)} %`;
  return `| ${world.reaction} | ${seeds.length * shops * 2} | ${tally.mean('reaction').toFixed(2)} (${root}) | ${covered} |`;
}

function reactionsOf(shop: readonly CellSeries[]): Reaction[] {
  return COMPETITORS.map((name) =>
    reactionOf(
      shop.map((series) => ({
        series,
        prices: (series.competitors ?? []).filter(({ competitor }) => competitor === name),
      })),
    ),
  );
}

function tallyReaction(tally: Tally, { reaction }: World, { value, low, high, known }: Reaction): void {
  tally.add('reaction', value);
  tally.add('reaction error', (value - reaction) ** 2);
  tally.add('reaction covered', low <= reaction && reaction <= high ? 1 : 0);
  tally.add('reaction known', known ? 1 : 0);
}

const { values } = parseArgs({
  options: {
    cross: { type: 'string', default: '0,0.5' },
    reaction: { type: 'string', default: '0,0.5,1' },
    seeds: { type: 'string', default: '9001-9003' },
    shops: { type: 'string', default: '10' },
    /** How competitors follow, and nothing else. */
    'reactions-only': { type: 'boolean', default: false },
    /** Standard deviation of shocks every 28 days of the costs of all, log. */
    shared: { type: 'string', default: '0.01' },
  },
});

const [crosses, reactions] = [values.cross, values.reaction].map((text) => text.split(',').map(Number)) as [
  number[],
  number[],
];
const [seeds, shops, shared] = [seedsOf(values.seeds), Number(values.shops), Number(values.shared)];
if (values['reactions-only']) {
  console.log('| reaction | competitors | found (rms error) | covered |\n|---|---|---|---|');
  for (const reaction of reactions) console.log(judgeReactions({ cross: 0, reaction, shared }, seeds, shops));
} else await runAll();

async function runAll(): Promise<void> {
  console.log(
    '| cross · reaction | cross found (rms error) | covered | probability of any | reaction found (rms error) | covered | known | taken in | WAPE with · without | lost: today | without | as given | reaction found | told |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|---|---|---|---|');
  for (const cross of crosses)
    for (const reaction of reactions) {
      const tally = await runWorld({ cross, reaction, shared }, seeds, shops);
      const two = (name: string): string => tally.mean(name).toFixed(2);
      const percent = (name: string, digits = 0): string => `${(100 * tally.mean(name)).toFixed(digits)} %`;
      const root = (name: string): string => Math.sqrt(tally.mean(name)).toFixed(2);
      console.log(
        `| ${cross} · ${reaction} | ${two('cross')} (${root('cross error')}) | ${percent('cross covered')} | ${two('cross probability')} | ${two('reaction')} (${root('reaction error')}) | ${percent('reaction covered')} | ${percent('reaction known')} | ${percent('taken')} | ${percent('wape', 2)} · ${percent('wape without', 2)} | ${percent('lost today', 2)} | ${percent('lost without', 2)} | ${percent('lost as given', 2)} | ${percent('lost found', 2)} | ${percent('lost told', 2)} |`,
      );
    }
}
