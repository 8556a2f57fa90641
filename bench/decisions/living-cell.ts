/**
 * A cell of the decision bench as it lives, day by day: whoever sets its prices sees what was sold.
 */

import { RandomStream } from '../../src/core/math/random.ts';
import { isHoliday } from './price-processes.ts';
import type { Row, Shape, World } from './world.ts';

/** 2026-09-20, as a day since 1970. */
export const LAST_DAY = Date.UTC(2026, 8, 20) / 86_400_000;

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

export type StreamOf = (purpose: keyof typeof STREAM, ...more: readonly number[]) => RandomStream;

/** What was drawn of a cell. */
export interface DrawnCell {
  readonly merchant: string;
  readonly product: string;
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

/** Effects of the seven weekdays, log of demand, which all cells of a world share. */
function weekdaysOf(seed: number): number[] {
  const random = new RandomStream(seed, WORLD_STREAM, STREAM.world);
  return Array.from({ length: 7 }, () => 0.25 * random.normal());
}

/** @param number of the cell in its world, from 0 */
export function drawCell(world: World, seed: number, number: number): DrawnCell {
  const [shop, product] = [Math.floor(number / PRODUCTS), number % PRODUCTS];
  const stream: StreamOf = (purpose, ...more) =>
    new RandomStream(seed, WORLD_STREAM, STREAM[purpose], purpose === 'product' ? product : number, ...more);
  const drawn = stream('cell');
  const elasticity = world.elasticity(stream('product').normal(), drawn.normal(), drawn.uniform());
  const usualPrice = 1.5 * 8 ** drawn.uniform();
  const base = world.base[0] * (world.base[1] / world.base[0]) ** drawn.uniform();
  const phase = 2 * Math.PI * drawn.uniform();
  const best = Math.exp(world.optimumSpread * drawn.normal());
  const form = demandForm(world.shape, elasticity);
  // The optimum p solves p − c = p / |elasticity there|.
  const costShare = world.costShare ?? Math.max(0.1, best * (1 + 1 / form.slope(best)));
  return {
    merchant: `shop ${shop + 1}`,
    product: `product ${product + 1}`,
    world,
    stream,
    days: typeof world.days === 'number' ? world.days : world.days(number),
    usualPrice,
    base,
    phase,
    weekday: weekdaysOf(seed),
    form,
    unitCost: usualPrice * costShare,
  };
}

/** Log demand of a day in excess of the level, at the usual price. */
export function calendarEffect({ world, phase, weekday }: DrawnCell, day: number): number {
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
export function weeklyProcess(
  random: RandomStream,
  days: number,
  deviation: number,
  persistence: number,
): Float64Array {
  const values = new Float64Array(days);
  let value = deviation * random.normal();
  for (let t = 0; t < days; t++) {
    if (t > 0 && t % 7 === 0)
      value = persistence * value + deviation * Math.sqrt(1 - persistence ** 2) * random.normal();
    values[t] = value;
  }
  return values;
}

/** Price level of a day over the first one's. */
export function inflationOn({ world, days }: DrawnCell, t: number): number {
  return world.inflation ** (t / days);
}

export const cents = (price: number): number => Math.max(0.01, Math.round(price * 100) / 100);

/** What a cell charges. */
export interface Charged {
  readonly price: number;
  readonly promo: boolean;
}

interface LivedDay {
  /** As it is recorded; of a mix two. */
  readonly rows: readonly Row[];
  /** Mean demand of the day at the usual price, without shocks that come and go. */
  readonly usual: number;
}

export interface LivingCell {
  /** What the shop would charge by its own habits on the next day. */
  ownPrice(): Charged;
  /** Draws the next day at a price. */
  next(charged: Charged): LivedDay;
  /** Log level, noise and cost of the last day. */
  state(): { readonly level: number; readonly noise: number; readonly costMove: number };
}

/** A cell before its first day. @param days that its own price process is drawn for */
export function live(cell: DrawnCell, days = cell.days): LivingCell {
  const { world, stream } = cell;
  const firstDay = LAST_DAY - cell.days + 1;
  const process = world.prices({ random: stream('price'), days, firstDay, phase: cell.phase });
  const none = new Float64Array(days);
  const { shock: shocked, costMoves } = world;
  const shock = shocked ? weeklyProcess(stream('shock'), days, shocked.deviation, shocked.persistence) : none;
  const costMove = costMoves ? weeklyProcess(stream('cost'), days, costMoves.deviation, 0.9) : none;
  const [levels, stock, waste, members] = [stream('level'), stream('stock'), stream('waste'), stream('members')];
  const noise = noiseOf(world, stream('noise'));
  let [t, level] = [0, 0];
  return {
    ownPrice() {
      const logPrice =
        (process.logPrice[t] as number) +
        (shocked?.intoPrice ?? 0) * (shock[t] as number) +
        (costMoves?.intoPrice ?? 0) * (costMove[t] as number);
      return {
        price: cents(cell.usualPrice * inflationOn(cell, t) * Math.exp(logPrice)),
        promo: process.promo?.[t] === 1,
      };
    },
    next({ price, promo }) {
      const day = firstDay + t;
      level += world.levelDrift * levels.normal();
      const money = inflationOn(cell, t);
      const usual = cell.base * Math.exp(level + calendarEffect(cell, day));
      const lift = (shock[t] as number) + (promo ? (process.promoLift ?? 0) : 0);
      const mean = usual * cell.form.at(price / (cell.usualPrice * money)) * Math.exp(lift);
      const demand = noise.draw(mean);
      const stocked =
        world.shelf === null
          ? Number.POSITIVE_INFINITY
          : Math.round(world.shelf * usual * Math.exp(0.05 * stock.normal()));
      // Waste of a fifth, as it is on average: what is recorded is the cost before it.
      const cost = cell.unitCost * money * Math.exp(costMove[t] as number) * (world.waste ? 0.8 : 1);
      const share = world.waste ? beta(waste, 2, 8) : 0;
      const sold = { quantity: Math.min(demand, stocked), soldOut: demand > stocked };
      const row = { day, price, cost, promo, waste: share, ...sold };
      t++;
      return { rows: world.members ? membersAndOthers(row, mean, members) : [row], usual };
    },
    state: () => ({ level, noise: noise.state(), costMove: costMove[Math.max(0, t - 1)] as number }),
  };
}

/** Those that come in a day for every 15 others, by chance one or another. */
const MEMBERS = [2, 6, 14];
const BUYERS = 15 + 22 / 3;
/** Mean price paid over the listed one. */
export const PAID_SHARE = (15 + (0.8 * 22) / 3) / BUYERS;

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
export function noiseOf(
  world: World,
  random: RandomStream,
  from?: number,
): { draw(mean: number): number; state(): number } {
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
