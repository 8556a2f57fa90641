/**
 * What strong analysts would do with the same rows: least squares with and without controls, a mixed model, Bayes with
 * the published prior, the semi-log form, two stages by the cost where it moves and, where Python
 * has it, double machine learning; each gives an elasticity at today's price and a demand to optimise.
 */

import { mean } from '../../src/core/math/summary.ts';
import type { PythonPeer } from '../python-peer.ts';
import { controlColumns, type Prepared, partialSlope, type Slope } from './partialled-out.ts';
import type { Cell, Row, World } from './world.ts';

/** In the order in which they are printed. IV is there where costs move, EconML where Python has it. */
export const RIVALS = ['OLS', 'OLS+c', 'Mixed', 'Bayes', 'Semi-log', 'IV', 'EconML'] as const;

/** By the names of the rivals. */
export type ByRival<Value> = Readonly<Partial<Record<(typeof RIVALS)[number], Value>>>;

export interface Rival {
  /** At today's price; null where the rows tell none. */
  readonly elasticity: number | null;
  readonly standardError: number | null;
  /** Demand at a price over that at today's; null: keeps today's price. */
  readonly demand: ((price: number) => number) | null;
}

const KEEPS_PRICE: Rival = { elasticity: null, standardError: null, demand: null };

/** The published mean elasticity and the variance that it is trusted with. */
const PRIOR = { mean: -2.62, variance: 1 };

/** What each would say of each cell. @param peer of econml_slopes.py, where it is there */
export async function rivalsOf(
  world: World,
  cells: readonly Cell[],
  peer: PythonPeer | null,
): Promise<ByRival<readonly Rival[]>> {
  const prepared = cells.map((cell) => prepare(world, cell));
  const logPrices = prepared.map(({ price }) => price.map(Math.log));
  const controls = prepared.map(controlColumns);
  const slopes = (
    regressors: readonly Float64Array[],
    columns: readonly Float64Array[][],
    instrument?: (cell: Prepared) => Float64Array,
  ): (Slope | null)[] =>
    prepared.map((cell, i) => {
      const [x, others] = [regressors[i] as Float64Array, columns[i] as Float64Array[]];
      return partialSlope(cell.logQuantity, x, others, cell.days, instrument?.(cell));
    });
  const constants = prepared.map(({ days }) => [Float64Array.from(days, () => 1)]);
  const controlled = slopes(logPrices, controls);
  const prices = prepared.map(({ price }) => price);
  const mixed = world.alone ? controlled : randomSlopes(controlled);
  const today = cells.map(({ todayPrice }) => todayPrice);
  const constant = (found: readonly (Estimate | null)[]): Rival[] =>
    found.map((estimate, i) => constantElasticity(estimate, today[i] as number));
  return {
    OLS: constant(slopes(logPrices, constants)),
    'OLS+c': constant(controlled),
    Mixed: constant(mixed.map((slope) => slope && { value: slope.value })),
    Bayes: controlled.map((slope, i) => posterior(slope, today[i] as number)),
    'Semi-log': slopes(prices, controls).map((slope, i) => semiLog(slope, today[i] as number)),
    ...(world.costMoves && { IV: constant(slopes(logPrices, controls, (cell) => cell.logCost)) }),
    ...(peer && { EconML: constant(await doubleLearning(peer, prepared, controls)) }),
  };
}

interface Estimate {
  readonly value: number;
  readonly standardError?: number;
}

function doubleLearning(
  peer: PythonPeer,
  prepared: readonly Prepared[],
  controls: readonly Float64Array[][],
): Promise<(Estimate | null)[]> {
  return peer.ask(
    prepared.map(({ logQuantity, price }, i) => ({
      logQuantity: [...logQuantity],
      logPrice: [...price.map(Math.log)],
      // The constant is its own.
      controls: (controls[i] as Float64Array[]).slice(1).map((column) => [...column]),
    })),
  );
}

/** One row a period: of several prices on a day their mean as paid. */
function prepare(world: World, cell: Cell): Prepared {
  const byDay = [...Map.groupBy(cell.rows, ({ day }) => day)];
  const quantities = byDay.map(([, rows]) => rows.reduce((sum, row) => sum + row.quantity, 0));
  const paid = byDay.map(([, rows], i) => {
    const total = rows.reduce((sum, row) => sum + row.quantity * row.price, 0);
    return (quantities[i] as number) > 0 ? total / (quantities[i] as number) : (rows[0] as Row).price;
  });
  return {
    days: byDay.map(([day]) => day),
    // A day without sales as half a unit: a logarithm has no 0.
    logQuantity: Float64Array.from(quantities, (quantity) => Math.log(Math.max(0.5, quantity))),
    price: Float64Array.from(paid),
    logCost: Float64Array.from(byDay, ([, rows]) => Math.log((rows[0] as Row).cost)),
    promo: Float64Array.from(byDay, ([, rows]) => (rows.some(({ promo }) => promo) ? 1 : 0)),
    period: world.period,
  };
}

function constantElasticity(estimate: Estimate | null, todayPrice: number): Rival {
  if (!estimate) return KEEPS_PRICE;
  const { value, standardError } = estimate;
  const demand = (price: number): number => (price / todayPrice) ** value;
  return { elasticity: value, standardError: standardError ?? null, demand };
}

function semiLog(slope: Slope | null, todayPrice: number): Rival {
  if (!slope) return KEEPS_PRICE;
  return {
    elasticity: slope.value * todayPrice,
    standardError: slope.standardError * todayPrice,
    demand: (price) => Math.exp(slope.value * (price - todayPrice)),
  };
}

/** Normal posterior of the elasticity; mean demand over it. */
function posterior(slope: Slope | null, todayPrice: number): Rival {
  const own = slope ? 1 / slope.standardError ** 2 : 0;
  const variance = 1 / (own + 1 / PRIOR.variance);
  const value = variance * (own * (slope?.value ?? 0) + PRIOR.mean / PRIOR.variance);
  return {
    elasticity: value,
    standardError: Math.sqrt(variance),
    demand: (price) => {
      const step = Math.log(price / todayPrice);
      return Math.exp(value * step + (variance * step ** 2) / 2);
    },
  };
}

/**
 * Best linear predictions of random slopes: a common mean, a variance between cells by restricted maximum likelihood and
 * one residual variance. Null where no cell tells any.
 */
function randomSlopes(slopes: readonly (Slope | null)[]): (Estimate | null)[] {
  const told = slopes.filter((slope) => slope !== null);
  if (told.length === 0) return slopes.map(() => null);
  const squares = told.reduce((sum, slope) => sum + slope.squaredResiduals, 0);
  const residual = squares / told.reduce((sum, slope) => sum + slope.degreesOfFreedom, 0);
  const variances = told.map(({ left }) => residual / left);
  const centreAt = (between: number): number => {
    const weights = variances.map((v) => 1 / (v + between));
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.reduce((sum, w, i) => sum + w * (told[i] as Slope).value, 0) / total;
  };
  const restricted = (between: number): number => {
    const centre = centreAt(between);
    const precision = variances.reduce((sum, v) => sum + 1 / (v + between), 0);
    const fit = told.reduce((sum, { value }, i) => {
      const v = (variances[i] as number) + between;
      return sum + Math.log(v) + (value - centre) ** 2 / v;
    }, 0);
    return -0.5 * (fit + Math.log(precision));
  };
  const candidates = [0, ...Array.from({ length: 241 }, (_, i) => 1e-4 * 10 ** (i / 40))];
  const between = candidates.reduce((best, candidate) => (restricted(candidate) > restricted(best) ? candidate : best));
  const centre = centreAt(between);
  return slopes.map((slope) => {
    if (!slope) return { value: centre };
    const weight = between / (between + residual / slope.left);
    return { value: weight * slope.value + (1 - weight) * centre };
  });
}

/** Unit cost as the rows tell it: the newest, with the mean share of waste. */
export function knownCost({ rows }: Pick<Cell, 'rows'>): number {
  return (rows.at(-1) as Row).cost / (1 - mean(rows.map(({ waste }) => waste)));
}
