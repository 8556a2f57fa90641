/**
 * Shops whose truth is known: rows as a shop would have recorded them, and beside each cell what demand and profit would
 * be at any price. Everything random comes from a stream of its own, so that worlds that differ in one thing share all
 * the others.
 */

import { RandomStream } from '../../src/core/math/random.ts';
import { isHoliday, type PriceProcess, weeklyPrices } from './price-processes.ts';

/** 2026-09-20, as a day since 1970. */
export const LAST_DAY = Date.UTC(2026, 8, 20) / 86_400_000;

/** Form of demand in the price over the usual one; all have the cell's elasticity at the usual price. */
export type Shape = 'power' | 'exponential' | 'linear' | 'logit';

/** A shock that comes and goes week by week, log of demand. */
export interface WeeklyShock {
  readonly deviation: number;
  /** Of one week on the next, 0-1. */
  readonly persistence: number;
  /** Log price that a unit of it adds: the shop charges more where it sells more. */
  readonly intoPrice: number;
  /** Whether the days to come have shocks too. */
  readonly goesOn: boolean;
}

export interface World {
  readonly name: string;
  /** Whether the rows tell what a price does. */
  readonly decidable: boolean;
  /** Of history; of a cell, by its number. */
  readonly days: number | ((cell: number) => number);
  /** Days that prices are for. */
  readonly horizon: number;
  /** Days that a row sums. */
  readonly period: 1 | 7;
  /** Of a cell, from standard normal draws of its product and its own, and a uniform one. */
  readonly elasticity: (product: number, own: number, uniform: number) => number;
  readonly shape: Shape;
  /** Unit cost over the usual price; null: such that the optimum is the usual price · exp(.15 z). */
  readonly costShare: number | null;
  readonly prices: PriceProcess;
  /** Demand a day at the usual price: log-uniform between. */
  readonly base: readonly [number, number];
  readonly season: number;
  /** Standard deviation of a day's step of the log level. */
  readonly levelDrift: number;
  /** Log standard deviation of a day's noise, and its persistence; 'poisson': counts. */
  readonly noise: { readonly deviation: number; readonly persistence: number } | 'poisson';
  readonly shock: WeeklyShock | null;
  /** Cost that moves week by week, of persistence .9, and the share of it that the price takes up. */
  readonly costMoves: { readonly deviation: number; readonly intoPrice: number } | null;
  /** Stock over the demand expected at the usual price; null: no shortage. */
  readonly shelf: number | null;
  /** Columns of the file beside the day, price and quantity. */
  readonly recorded: { readonly cost: boolean; readonly soldOut: boolean };
  /** Waste share a day from Beta(2, 8). */
  readonly waste: boolean;
  /** So many times as dear after the history, prices, costs and what customers think usual alike. */
  readonly inflation: number;
  /** A fifth cheaper for members, who come in numbers of their own. */
  readonly members: boolean;
  /** What the product is told beside its usual settings. */
  readonly told: { readonly instrument?: string; readonly assumeMarkup?: number };
  /** Each cell in a workspace of its own. */
  readonly alone: boolean;
}

export const BASE: World = {
  name: 'base-365',
  decidable: true,
  days: 365,
  horizon: 14,
  period: 1,
  elasticity: (product, own) => Math.min(-1.25, -2.5 + 0.35 * product + 0.45 * own),
  shape: 'power',
  costShare: null,
  prices: weeklyPrices(0.08, 0.5),
  base: [15, 80],
  season: 0.2,
  levelDrift: 0.01,
  noise: { deviation: 0.3, persistence: 0 },
  shock: null,
  costMoves: null,
  shelf: null,
  recorded: { cost: true, soldOut: false },
  waste: false,
  inflation: 1,
  members: false,
  told: {},
  alone: false,
};

export interface Row {
  readonly day: number;
  readonly quantity: number;
  readonly price: number;
  readonly cost: number;
  readonly promo: boolean;
  readonly soldOut: boolean;
  readonly waste: number;
}

/** A cell and its truth. */
export interface Cell {
  readonly merchant: string;
  readonly product: string;
  /** As recorded: of a mix two a day. */
  readonly rows: readonly Row[];
  /** The last one outside promotions. */
  readonly todayPrice: number;
  /** Lowest and highest price of the rows. */
  readonly triedRange: readonly [number, number];
  /** Of a unit sold, waste included. */
  readonly unitCost: number;
  elasticityAt(price: number): number;
  /** Mean of the demand of each day to come. */
  expectedDays(price: number): Float64Array;
  expectedProfit(price: number): number;
  /** One of the futures that may come, day by day: the level walks on, noise and shocks are drawn. */
  realisedDays(price: number, future: number): Float64Array;
}

/** Purposes of the random streams. */
const STREAM = {
  world: 1,
  product: 2,
  cell: 3,
  price: 4,
  level: 5,
  noise: 6,
  shock: 7,
  cost: 8,
  stock: 9,
  waste: 10,
  members: 11,
  future: 12,
};

const WORLD_STREAM = 0x776f726c;

/** Products of a shop. */
const PRODUCTS = 5;

type StreamOf = (purpose: keyof typeof STREAM, ...more: readonly number[]) => RandomStream;

/** @param seed 1-999 for choosing constants, 9001 and above for reporting; @param cells a multiple of 5 */
export function makeWorld(world: World, seed: number, cells: number): Cell[] {
  const random = new RandomStream(seed, WORLD_STREAM, STREAM.world);
  const weekday = Array.from({ length: 7 }, () => 0.25 * random.normal());
  return Array.from({ length: cells }, (_, i) => makeCell(world, seed, i, weekday));
}

/** Log demand of a day in excess of the level, at the usual price. */
function calendarEffect(world: World, day: number, phase: number, weekday: readonly number[]): number {
  const season = world.season * Math.cos((2 * Math.PI * day) / 365.25 + phase);
  const holiday = (isHoliday(day) ? -0.3 : 0) + (isHoliday(day + 1) ? 0.3 : 0);
  return season + holiday + (weekday[day % 7] as number);
}

/** Demand at a price over the usual one, 1 at 1; and its elasticity there. */
function demandForm(
  shape: Shape,
  elasticity: number,
): { at(relative: number): number; slope(relative: number): number } {
  if (shape === 'power') return { at: (r) => r ** elasticity, slope: () => elasticity };
  if (shape === 'exponential') return { at: (r) => Math.exp(elasticity * (r - 1)), slope: (r) => elasticity * r };
  if (shape === 'linear') {
    const at = (r: number): number => Math.max(0, 1 + elasticity * (r - 1));
    return { at, slope: (r) => (elasticity * r) / Math.max(1e-9, at(r)) };
  }
  // Logit: three tenths of all who come buy at the usual price.
  const steepness = -elasticity / 0.7;
  const share = (r: number): number => 1 / (1 + Math.exp(-(Math.log(0.3 / 0.7) - steepness * (r - 1))));
  return { at: (r) => share(r) / 0.3, slope: (r) => -steepness * r * (1 - share(r)) };
}

/** Values of an AR(1) process with a given marginal deviation, one a week. */
function weeklyProcess(random: RandomStream, days: number, deviation: number, persistence: number): Float64Array {
  const values = new Float64Array(days);
  let value = deviation * random.normal();
  for (let t = 0; t < days; t++) {
    if (t > 0 && t % 7 === 0)
      value = persistence * value + deviation * Math.sqrt(1 - persistence ** 2) * random.normal();
    values[t] = value;
  }
  return values;
}

function makeCell(world: World, seed: number, number: number, weekday: readonly number[]): Cell {
  const [shop, product] = [Math.floor(number / PRODUCTS), number % PRODUCTS];
  const stream: StreamOf = (purpose, ...more) =>
    new RandomStream(seed, WORLD_STREAM, STREAM[purpose], purpose === 'product' ? product : number, ...more);
  const drawn = stream('cell');
  const elasticity = world.elasticity(stream('product').normal(), drawn.normal(), drawn.uniform());
  const usualPrice = 1.5 * 8 ** drawn.uniform();
  const base = world.base[0] * (world.base[1] / world.base[0]) ** drawn.uniform();
  const phase = 2 * Math.PI * drawn.uniform();
  const best = Math.exp(0.15 * drawn.normal());
  const form = demandForm(world.shape, elasticity);
  // The optimum p solves p − c = p / |elasticity there|.
  const costShare = world.costShare ?? Math.max(0.1, best * (1 + 1 / form.slope(best)));
  const days = typeof world.days === 'number' ? world.days : world.days(number);
  const cell: Made = { world, stream, days, usualPrice, base, phase, weekday, form, unitCost: usualPrice * costShare };
  const history = makeHistory(cell);
  return {
    merchant: `shop ${shop + 1}`,
    product: `product ${product + 1}`,
    rows: rowsOf(world, history),
    ...truthOf(cell, history),
  };
}

/** What was drawn of a cell. */
interface Made {
  readonly world: World;
  readonly stream: StreamOf;
  readonly days: number;
  readonly usualPrice: number;
  readonly base: number;
  readonly phase: number;
  readonly weekday: readonly number[];
  readonly form: ReturnType<typeof demandForm>;
  /** At the start of the history. */
  readonly unitCost: number;
}

interface History {
  readonly rows: readonly Row[];
  /** Log level, noise and cost at the end. */
  readonly level: number;
  readonly noise: number;
  readonly costMove: number;
  /** Listed price of the last day without a promotion. */
  readonly regularPrice: number;
}

/** Price level of a day over the first one's. */
function inflationOn(world: World, days: number, t: number): number {
  return world.inflation ** (t / days);
}

const cents = (price: number): number => Math.max(0.01, Math.round(price * 100) / 100);

function makeHistory(cell: Made): History {
  const { world, stream, days } = cell;
  const firstDay = LAST_DAY - days + 1;
  const process = world.prices({ random: stream('price'), days, firstDay, phase: cell.phase });
  const shock = world.shock
    ? weeklyProcess(stream('shock'), days, world.shock.deviation, world.shock.persistence)
    : new Float64Array(days);
  const costMove = world.costMoves
    ? weeklyProcess(stream('cost'), days, world.costMoves.deviation, 0.9)
    : new Float64Array(days);
  const [levels, stock, waste, members] = [stream('level'), stream('stock'), stream('waste'), stream('members')];
  const noise = noiseOf(world, stream('noise'));
  const rows: Row[] = [];
  let [level, regularPrice] = [0, cell.usualPrice];
  for (let t = 0; t < days; t++) {
    const day = firstDay + t;
    level += world.levelDrift * levels.normal();
    const money = inflationOn(world, days, t);
    const promo = process.promo?.[t] === 1;
    const logPrice =
      (process.logPrice[t] as number) +
      (world.shock?.intoPrice ?? 0) * (shock[t] as number) +
      (world.costMoves?.intoPrice ?? 0) * (costMove[t] as number);
    const price = cents(cell.usualPrice * money * Math.exp(logPrice));
    const effect = calendarEffect(world, day, cell.phase, cell.weekday);
    const usual = cell.base * Math.exp(level + effect);
    const relative = price / (cell.usualPrice * money);
    const mean =
      usual * cell.form.at(relative) * Math.exp((shock[t] as number) + (promo ? (process.promoLift ?? 0) : 0));
    const demand = noise.draw(mean);
    const stocked =
      world.shelf === null
        ? Number.POSITIVE_INFINITY
        : Math.round(world.shelf * usual * Math.exp(0.05 * stock.normal()));
    const share = world.waste ? beta(waste, 2, 8) : 0;
    // Waste of a fifth, as it is on average: what is recorded is the cost before it.
    const cost = cell.unitCost * money * Math.exp(costMove[t] as number) * (world.waste ? 0.8 : 1);
    const row = {
      day,
      price,
      cost,
      promo,
      soldOut: demand > stocked,
      waste: share,
      quantity: Math.min(demand, stocked),
    };
    if (world.members) rows.push(...membersAndOthers(row, mean, members));
    else rows.push(row);
    if (!promo) regularPrice = price;
  }
  return { rows, regularPrice, level, noise: noise.state(), costMove: costMove[days - 1] as number };
}

/** Those that come in a day for every 15 others, by chance one or another. */
const MEMBERS = [2, 6, 14];
const BUYERS = 15 + 22 / 3;
/** Mean price paid over the listed one. */
const PAID_SHARE = (15 + (0.8 * 22) / 3) / BUYERS;

/** Two rows of a day: what members and others bought. */
function membersAndOthers(row: Row, mean: number, random: RandomStream): Row[] {
  const others = random.poisson((mean * 15) / BUYERS);
  const members = random.poisson((mean * (MEMBERS[random.integer(3)] as number)) / BUYERS);
  return [
    { ...row, quantity: others },
    { ...row, quantity: members, price: cents(row.price * 0.8) },
  ].filter(({ quantity }) => quantity > 0);
}

function beta(random: RandomStream, a: number, b: number): number {
  const x = random.gamma(a);
  return x / (x + random.gamma(b));
}

/** Demand of a day around its mean, in hundredths or counts; `from` is the state that the noise starts in. */
function noiseOf(world: World, random: RandomStream, from?: number): { draw(mean: number): number; state(): number } {
  const { noise } = world;
  if (noise === 'poisson') return { draw: (mean) => random.poisson(mean), state: () => 0 };
  const { deviation, persistence } = noise;
  let state = from ?? deviation * random.normal();
  return {
    draw(mean) {
      state = persistence * state + deviation * Math.sqrt(1 - persistence ** 2) * random.normal();
      return Math.round(100 * mean * Math.exp(state - deviation ** 2 / 2)) / 100;
    },
    state: () => state,
  };
}

/** Daily rows as they are recorded: summed to weeks where the world has weekly rows, days of the first broken week left out. */
function rowsOf(world: World, { rows }: History): Row[] {
  if (world.period === 1) return [...rows];
  const whole = rows.slice(rows.length % 7);
  return Array.from({ length: whole.length / 7 }, (_, w) => {
    const week = whole.slice(7 * w, 7 * w + 7);
    const quantity = week.reduce((sum, row) => sum + row.quantity, 0);
    const paid = week.reduce((sum, row) => sum + row.quantity * row.price, 0);
    return { ...(week[0] as Row), quantity, price: paid / quantity };
  });
}

function truthOf(cell: Made, history: History): Omit<Cell, 'merchant' | 'product' | 'rows'> {
  const { world, days, form, stream } = cell;
  // Where members pay less, the mean price counts, and both prices move with it.
  const paid = world.members ? PAID_SHARE : 1;
  const ahead = Array.from({ length: world.horizon }, (_, h) => ({
    usual: cell.base * Math.exp(history.level + calendarEffect(world, LAST_DAY + 1 + h, cell.phase, cell.weekday)),
    price: paid * cell.usualPrice * inflationOn(world, days, days + h),
    cost: cell.unitCost * inflationOn(world, days, days + h) * Math.exp(history.costMove),
  }));
  const expectedDays = (price: number): Float64Array =>
    Float64Array.from(ahead, (day) => day.usual * form.at(price / day.price));
  const prices = history.rows.map(({ price }) => price);
  return {
    todayPrice: paid * history.regularPrice,
    triedRange: [Math.min(...prices), Math.max(...prices)],
    unitCost: (ahead[0] as { cost: number }).cost,
    elasticityAt: (price) => form.slope(price / (ahead[0] as { price: number }).price),
    expectedDays,
    expectedProfit: (price) =>
      expectedDays(price).reduce((sum, demand, h) => sum + demand * (price - (ahead[h] as { cost: number }).cost), 0),
    realisedDays(price, future) {
      const random = stream('future', future);
      const noise = noiseOf(world, random, history.noise);
      const shock = world.shock?.goesOn
        ? weeklyProcess(stream('shock', 1, future), world.horizon, world.shock.deviation, world.shock.persistence)
        : null;
      const levels = stream('level', 1, future);
      let level = 0;
      return expectedDays(price).map((mean, h) => {
        level += world.levelDrift * levels.normal();
        return noise.draw(mean * Math.exp(level + (shock?.[h] ?? 0)));
      });
    },
  };
}
