/**
 * Shops whose truth is known: rows as a shop would have recorded them, and beside each cell what demand and profit would
 * be at any price. Everything random comes from a stream of its own, so that worlds that differ in one thing share all
 * the others.
 */

import {
  calendarEffect,
  type DrawnCell,
  drawCell,
  inflationOn,
  LAST_DAY,
  live,
  noiseOf,
  PAID_SHARE,
  weeklyProcess,
} from './living-cell.ts';
import { type PriceProcess, weeklyPrices } from './price-processes.ts';

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
  /** Unit cost over the usual price; null: such that the optimum is the usual price · exp(z · optimumSpread). */
  readonly costShare: number | null;
  readonly optimumSpread: number;
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
  optimumSpread: 0.15,
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

/** @param seed 1-999 for choosing constants, 9001 and above for reporting; @param cells a multiple of 5 */
export function makeWorld(world: World, seed: number, cells: number): Cell[] {
  return Array.from({ length: cells }, (_, number) => makeCell(drawCell(world, seed, number)));
}

/** A cell with the history that its own price process gives. */
function makeCell(cell: DrawnCell): Cell {
  const { merchant, product, world } = cell;
  const living = live(cell);
  const rows: Row[] = [];
  let regularPrice = cell.usualPrice;
  for (let t = 0; t < cell.days; t++) {
    const charged = living.ownPrice();
    if (!charged.promo) regularPrice = charged.price;
    rows.push(...living.next(charged).rows);
  }
  const history = { rows, regularPrice, ...living.state() };
  return { merchant, product, rows: rowsOf(world, history), ...truthOf(cell, history) };
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

function truthOf(cell: DrawnCell, history: History): Omit<Cell, 'merchant' | 'product' | 'rows'> {
  const { world, days, form, stream } = cell;
  // Where members pay less, the mean price counts, and both prices move with it.
  const paid = world.members ? PAID_SHARE : 1;
  const ahead = Array.from({ length: world.horizon }, (_, h) => ({
    usual: cell.base * Math.exp(history.level + calendarEffect(cell, LAST_DAY + 1 + h)),
    price: paid * cell.usualPrice * inflationOn(cell, days + h),
    cost: cell.unitCost * inflationOn(cell, days + h) * Math.exp(history.costMove),
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
