/**
 * Simulated markets with known truth: shops, prices, costs and sales whose elasticities, seasons and noise are there to
 * be recovered.
 */

import {
  checkColumn,
  checkNumber,
  checkNumbers,
  checkObject,
  checkOneOf,
  checkPositive,
  checkText,
  checkWhole,
  finite,
  LAST_DAY,
} from '../checks.ts';
import { RandomStream } from '../math/random.ts';
import { DAYS_PER_YEAR, weekdayOf } from '../series/calendar.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { BOX_COX_LAMBDAS, type BoxCoxLambda, boxCoxPrice } from '../series/price-transform.ts';

/** What is to be recovered of a cell. */
export interface CellTruth {
  readonly elasticity: number;
  readonly lambda: BoxCoxLambda;
  /** Price at which `elasticity` holds, currency per unit. */
  readonly referencePrice: number;
  /** Mean demand of an ordinary day at the reference price, in the cell's unit. */
  readonly baseDemand: number;
  /** Log multipliers, Monday first. */
  readonly weekday: readonly number[];
  /** Log amplitude and phase (day of year of the peak) of the annual season. */
  readonly season: { readonly amplitude: number; readonly peakDay: number };
  readonly promoLift: number;
  /** Log level of each row. */
  readonly level: Float64Array;
  /** Unit cost of each row. */
  readonly cost: Float64Array;
}

export interface SimulatedCell {
  readonly series: CellSeries;
  readonly truth: CellTruth;
}

/** How one cell is made. Every number has the unit its name says; shares are 0-1. */
export interface CellRecipe {
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
  readonly unit: string;
  readonly days: number;
  /** Days since 1970-01-01. */
  readonly firstDay: number;
  readonly elasticity: number;
  readonly lambda: BoxCoxLambda;
  readonly referencePrice: number;
  readonly unitCost: number;
  readonly baseDemand: number;
  readonly weekdaySpread: number;
  readonly seasonAmplitude: number;
  /** Standard deviation of the daily step of the log level. */
  readonly levelDrift: number;
  /** Standard deviation of log price around its path; prices change once a week. */
  readonly priceSpread: number;
  /** Share of a cost change that passes into the price. */
  readonly costPassThrough: number;
  /** Standard deviation of the daily step of log cost. */
  readonly costDrift: number;
  /** Correlation of the week's price move with its demand shock: 0 exogenous. */
  readonly endogeneity: number;
  /** Shape of gamma noise: variance of demand is mean² / shape. */
  readonly noiseShape: number;
  readonly promoShare: number;
  /** Share of days on which stock ends at the mean demand. */
  readonly stockOutShare: number;
  /** Weekday without trading (0 = Monday); null trades every day. */
  readonly closedWeekday: number | null;
}

/** What a promotion adds to log demand beside its price. */
const PROMO_LIFT = 0.25;

/** Days of the longest simulated cell: nearly three centuries. */
const MOST_DAYS = 100_000;

/** @throws TypeError, RangeError naming the part of the recipe that is wrong */
function checkRecipe(recipe: CellRecipe): void {
  checkObject('recipe', recipe);
  for (const name of ['merchant', 'product', 'productType', 'unit'] as const) checkText(`recipe.${name}`, recipe[name]);
  checkWhole('recipe.days', recipe.days, 1, MOST_DAYS);
  checkWhole('recipe.firstDay', recipe.firstDay, -LAST_DAY, LAST_DAY - MOST_DAYS);
  checkOneOf('recipe.lambda', recipe.lambda, BOX_COX_LAMBDAS);
  for (const name of ['elasticity', 'costPassThrough', 'seasonAmplitude'] as const)
    checkNumber(`recipe.${name}`, recipe[name]);
  for (const name of ['referencePrice', 'baseDemand', 'noiseShape'] as const)
    checkPositive(`recipe.${name}`, recipe[name]);
  for (const name of ['unitCost', 'weekdaySpread', 'levelDrift', 'priceSpread', 'costDrift'] as const)
    checkNumber(`recipe.${name}`, recipe[name], 0);
  checkNumber('recipe.endogeneity', recipe.endogeneity, -1, 1);
  for (const name of ['promoShare', 'stockOutShare'] as const) checkNumber(`recipe.${name}`, recipe[name], 0, 1);
  if (recipe.closedWeekday !== null) checkWhole('recipe.closedWeekday', recipe.closedWeekday, 0, 6);
}

/**
 * Simulates one cell. The same seed and stream give the same cell, whatever else is simulated.
 *
 * @param seed, stream whole numbers
 * @throws TypeError, RangeError naming the part of the recipe that is wrong; NotFiniteError for a recipe whose prices
 * or quantities leave the finite numbers
 */
export function simulateCell(recipe: CellRecipe, seed: number, stream: number): SimulatedCell {
  checkRecipe(recipe);
  checkWhole('seed', seed);
  checkWhole('stream', stream);
  const random = new RandomStream(seed, stream);
  const weekday = Array.from({ length: 7 }, () => recipe.weekdaySpread * random.normal());
  const season = { amplitude: recipe.seasonAmplitude, peakDay: 365 * random.uniform() };
  const { days, quantity, price, cost, promo, soldOut, level } = simulatedRows(recipe, random, { weekday, season });
  finite('cell', { quantity, cost });
  const none = new Float64Array(days.length).fill(Number.NaN);
  return {
    series: {
      merchant: recipe.merchant,
      product: recipe.product,
      productType: recipe.productType,
      unit: recipe.unit,
      frequency: 'daily',
      days: Int32Array.from(days),
      quantity: Float64Array.from(quantity),
      price: Float64Array.from(price),
      cost: Float64Array.from(cost),
      promo: Float64Array.from(promo),
      soldOut: Uint8Array.from(soldOut),
      waste: none,
      marketPrice: none,
      covariates: [],
    },
    truth: {
      elasticity: recipe.elasticity,
      lambda: recipe.lambda,
      referencePrice: recipe.referencePrice,
      baseDemand: recipe.baseDemand,
      weekday,
      season,
      promoLift: PROMO_LIFT,
      level: Float64Array.from(level),
      cost: Float64Array.from(cost),
    },
  };
}

/** The traded days of a cell, as columns. */
function simulatedRows(
  recipe: CellRecipe,
  random: RandomStream,
  { weekday, season }: Pick<CellTruth, 'weekday' | 'season'>,
) {
  const days: number[] = [];
  const quantity: number[] = [];
  const price: number[] = [];
  const cost: number[] = [];
  const promo: number[] = [];
  const soldOut: number[] = [];
  const level: number[] = [];
  let logLevel = 0;
  let logCost = 0;
  let weekMove = 0;
  let weekShock = 0;
  let onPromo = false;
  for (let t = 0; t < recipe.days; t++) {
    const day = recipe.firstDay + t;
    logLevel += recipe.levelDrift * random.normal();
    logCost += recipe.costDrift * random.normal();
    if (t % 7 === 0) {
      weekShock = 0.15 * random.normal();
      const own = random.normal();
      const rho = recipe.endogeneity;
      weekMove = recipe.priceSpread * (Math.sqrt(1 - rho * rho) * own + rho * (weekShock / 0.15));
      onPromo = random.uniform() < recipe.promoShare;
    }
    const shock = recipe.endogeneity === 0 ? 0 : weekShock;
    const noise = random.gamma(recipe.noiseShape) / recipe.noiseShape;
    const stockOut = random.uniform() < recipe.stockOutShare;
    if (weekdayOf(day) === recipe.closedWeekday) continue;
    const asked = recipe.referencePrice * Math.exp(weekMove + recipe.costPassThrough * logCost) * (onPromo ? 0.88 : 1);
    // Shops price in cents.
    const paid = Math.round(asked * 100) / 100;
    const mean =
      recipe.baseDemand *
      Math.exp(
        logLevel +
          shock +
          weekday[weekdayOf(day)] +
          seasonAt(season, day) +
          (onPromo ? PROMO_LIFT : 0) +
          recipe.elasticity * boxCoxPrice(paid, recipe.referencePrice, recipe.lambda),
      );
    finite(`price and demand of day ${day}`, [Math.log(paid), mean]);
    const wanted = mean * noise;
    const stock = stockOut ? mean : Number.POSITIVE_INFINITY;
    days.push(day);
    quantity.push(Math.round(Math.min(wanted, stock) * 1000) / 1000);
    soldOut.push(wanted > stock ? 1 : 0);
    price.push(paid);
    cost.push(Math.round(recipe.unitCost * Math.exp(logCost) * 100) / 100);
    promo.push(onPromo ? 1 : 0);
    level.push(logLevel);
  }
  return { days, quantity, price, cost, promo, soldOut, level };
}

/**
 * True mean demand of a day after the last row at a price, without promotion and with the level where it ended.
 *
 * @throws TypeError, RangeError naming the part that is wrong; NotFiniteError for demand beyond the largest number
 */
export function trueDemand(truth: CellTruth, day: number, price: number): number {
  checkObject('truth', truth);
  checkNumber('truth.elasticity', truth.elasticity);
  checkOneOf('truth.lambda', truth.lambda, BOX_COX_LAMBDAS);
  checkPositive('truth.referencePrice', truth.referencePrice);
  checkNumber('truth.baseDemand', truth.baseDemand, 0);
  checkNumbers('truth.weekday', truth.weekday, 7);
  checkObject('truth.season', truth.season);
  checkNumber('truth.season.amplitude', truth.season.amplitude);
  checkNumber('truth.season.peakDay', truth.season.peakDay);
  checkColumn('truth.level', truth.level, 'Float64Array');
  if (truth.level.length === 0) throw new RangeError('truth.level must have at least 1 entry, got 0');
  checkWhole('day', day, -LAST_DAY, LAST_DAY);
  checkPositive('price', price);
  return finite(
    'true demand',
    truth.baseDemand *
      Math.exp(
        (truth.level.at(-1) as number) +
          truth.weekday[weekdayOf(day)] +
          seasonAt(truth.season, day) +
          truth.elasticity * boxCoxPrice(price, truth.referencePrice, truth.lambda),
      ),
  );
}

function seasonAt(season: CellTruth['season'], day: number): number {
  return season.amplitude * Math.cos((2 * Math.PI * (day - season.peakDay)) / DAYS_PER_YEAR);
}

/** Products of the demo: price in EUR/kg near the Spanish household panel's, and an elasticity a shop may well have. */
const DEMO: readonly {
  merchant: string;
  productType: string;
  products: readonly (readonly [string, number, number, number])[];
}[] = [
  {
    merchant: 'Carnicería Aurora',
    productType: 'Carne',
    products: [
      ['Ternera', 13.9, -2.4, 18],
      ['Cerdo', 6.9, -2.1, 30],
      ['Pollo', 5.4, -1.9, 42],
      ['Cordero', 14.8, -2.8, 9],
    ],
  },
  {
    merchant: 'Pescadería Brisa',
    productType: 'Pescado',
    products: [
      ['Merluza', 11.5, -1.9, 20],
      ['Salmón', 13.2, -2.2, 14],
      ['Sardina', 5.2, -1.7, 26],
      ['Gamba', 18.9, -2.6, 8],
    ],
  },
  {
    merchant: 'Frutería Cometa',
    productType: 'Fruta y verdura',
    products: [
      ['Tomate', 2.4, -1.8, 60],
      ['Manzana', 2.1, -2.0, 55],
      ['Naranja', 1.6, -1.7, 80],
      ['Plátano', 2.2, -2.3, 50],
    ],
  },
];

/**
 * The demo's market: 3 shops x 4 products, 540 days that end on 2026-06-30, closed on Sundays. @param seed a whole
 * number; @throws TypeError, RangeError for any other
 */
export function demoMarket(seed: number): SimulatedCell[] {
  checkWhole('seed', seed);
  // 2026-06-30
  const lastDay = 20_634;
  const days = 540;
  return DEMO.flatMap(({ merchant, productType, products }, m) =>
    products.map(([product, referencePrice, elasticity, baseDemand], p) =>
      simulateCell(
        {
          merchant,
          product,
          productType,
          unit: 'kg',
          days,
          firstDay: lastDay - days + 1,
          elasticity,
          lambda: p % 2 === 0 ? 0 : 0.5,
          referencePrice,
          unitCost: referencePrice / 1.6,
          baseDemand,
          weekdaySpread: 0.2,
          seasonAmplitude: 0.12,
          levelDrift: 0.008,
          priceSpread: 0.06,
          costPassThrough: 0.8,
          costDrift: 0.006,
          endogeneity: 0,
          noiseShape: 14,
          promoShare: 0.06,
          stockOutShare: 0.03,
          closedWeekday: 6,
        },
        seed,
        m * 100 + p,
      ),
    ),
  );
}
