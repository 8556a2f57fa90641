/** What became of each cell: prices of the product and of its rivals, judged by the truth. */

import type { Interval, Recommendation } from '../../src/contract/documents.ts';
import type { ProductAnswer } from './product.ts';
import { type ByRival, knownCost, type Rival } from './rivals.ts';
import type { Cell, World } from './world.ts';

/** Prices that may be set, in currency. */
type Range = readonly [low: number, high: number];

/** Without limits of the change: what a shop would dare at all, log price around today's. */
const FREE: Range = [-0.35, 0.5];

/** Drawn futures of a cell. */
const FUTURES = 60;

/** Profits that are lost, over the best within the range that prices may take; see {@link scaleOf}. */
export interface Losses {
  /** At the product's price. */
  readonly ours: number;
  /** The product's price where it is recommended, else today's. */
  readonly policy: number;
  readonly never: number;
  readonly rivals: ByRival<number>;
}

interface ElasticityOutcome {
  readonly error: number;
  /** Whether the 90 % interval holds the truth; null: none was given. */
  readonly covered: boolean | null;
}

export interface TotalOutcome {
  /** Share of futures in the 90 % interval. */
  readonly realised: number;
  readonly expected: boolean;
  /** Over the value. */
  readonly halfWidth: number;
  /** |total / value − 1| of each future. */
  readonly errors: readonly number[];
}

export interface Decision {
  readonly recommended: boolean;
  /** Whether the price differs from today's. */
  readonly changed: boolean;
  readonly probabilityBetter: number | null;
  /** Of the price against today's, over the best profit within the guardrails; see {@link scaleOf}. */
  readonly promised: number;
  readonly gain: number;
  readonly reasons: readonly string[];
}

export interface Outcome {
  readonly ours: ElasticityOutcome | null;
  readonly rivals: ByRival<ElasticityOutcome | null>;
  readonly free: Losses;
  /** Null where the guardrails leave no price. */
  readonly guarded: Losses | null;
  readonly decision: Decision;
  readonly total: TotalOutcome;
  readonly forecastTotal: TotalOutcome | null;
  /** Forecast over true expected demand − 1. */
  readonly forecastBias: number;
  /** Share of days (weeks) of the futures in their 90 % intervals. */
  readonly dailyCoverage: number;
}

/** The price of a range that a profit is highest at. */
function best([low, high]: Range, profit: (price: number) => number): number {
  const points = 400;
  let found = low;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < points; i++) {
    const price = low * (high / low) ** (i / (points - 1));
    const value = profit(price);
    if (value > most) [found, most] = [price, value];
  }
  return found;
}

/**
 * What losses and gains are shares of: the best profit within a range; at least a quarter of the best at any price, as
 * costs may leave next to nothing within the range.
 */
function scaleOf({ todayPrice, expectedProfit }: Cell, range: Range): number {
  const anywhere: Range = [todayPrice / 3, todayPrice * 3];
  return Math.max(expectedProfit(best(range, expectedProfit)), 0.25 * expectedProfit(best(anywhere, expectedProfit)));
}

const clamp = (price: number, [low, high]: Range): number => Math.min(Math.max(price, low), high);

/** Prices that the usual guardrails leave: not below cost, 15 % around today's, 10 % beyond those tried; null: none. */
function guardedRange({ todayPrice, triedRange, unitCost }: Cell): Range | null {
  const low = Math.max(unitCost, 0.85 * todayPrice, 0.9 * triedRange[0]);
  const high = Math.min(1.15 * todayPrice, 1.1 * triedRange[1]);
  return low < high ? [low, high] : null;
}

export function outcomeOf(world: World, cell: Cell, answer: ProductAnswer, rivals: ByRival<Rival>): Outcome {
  const { todayPrice } = cell;
  const free: Range = [todayPrice * Math.exp(FREE[0]), todayPrice * Math.exp(FREE[1])];
  const guarded = guardedRange(cell);
  const truth = cell.elasticityAt(todayPrice);
  const [guardedProfit, today] = [answer.guarded.price, todayPrice].map(cell.expectedProfit) as [number, number];
  const scale = scaleOf(cell, guarded ?? [todayPrice, todayPrice]);
  const { expectedProfit, current, recommended, probabilityBetter, reasons, price } = answer.guarded;
  const ahead = futuresOf(world, cell, price);
  const kept = futuresOf(world, cell, current.price);
  return {
    ours: answer.elasticity && {
      error: answer.elasticity.value - truth,
      covered: truth >= answer.elasticity.low && truth <= answer.elasticity.high,
    },
    rivals: mapRivals(rivals, (rival) => elasticityOutcome(rival, truth)),
    free: lossesIn(free, cell, { ...answer.free, price: clamp(answer.free.price, free) }, rivals),
    // Where the newest price is a sale, the product's range lies around the regular one.
    guarded: guarded && lossesIn(guarded, cell, { ...answer.guarded, price: clamp(price, guarded) }, rivals),
    decision: {
      recommended,
      changed: Math.abs(price / current.price - 1) > 1e-6,
      probabilityBetter,
      promised: (expectedProfit.value - current.expectedProfit) / scale,
      gain: (guardedProfit - today) / scale,
      reasons,
    },
    total: totalOutcome(answer.guarded.expectedDemand, ahead),
    forecastTotal: answer.forecastTotal && totalOutcome(answer.forecastTotal, kept),
    ...forecastOutcome(answer, kept),
  };
}

function mapRivals<Value>(rivals: ByRival<Rival>, of: (rival: Rival) => Value): ByRival<Value> {
  return Object.fromEntries(Object.entries(rivals).map(([name, rival]) => [name, of(rival)]));
}

function elasticityOutcome({ elasticity, standardError }: Rival, truth: number): ElasticityOutcome | null {
  if (elasticity === null) return null;
  const error = elasticity - truth;
  return { error, covered: standardError === null ? null : Math.abs(error) <= 1.645 * standardError };
}

function lossesIn(
  range: Range,
  cell: Cell,
  { price, recommended }: Pick<Recommendation, 'price' | 'recommended'>,
  rivals: ByRival<Rival>,
): Losses {
  const { todayPrice, expectedProfit } = cell;
  const most = expectedProfit(best(range, expectedProfit));
  const scale = scaleOf(cell, range);
  const lost = (p: number): number => (most - expectedProfit(p)) / scale;
  const cost = knownCost(cell);
  return {
    ours: lost(price),
    policy: lost(recommended ? price : todayPrice),
    never: lost(todayPrice),
    rivals: mapRivals(rivals, ({ demand }) => lost(demand ? best(range, (p) => (p - cost) * demand(p)) : todayPrice)),
  };
}

interface Futures {
  readonly expected: Float64Array;
  readonly drawn: readonly Float64Array[];
}

/** Demand of the periods to come at a price. */
function futuresOf(world: World, cell: Cell, price: number): Futures {
  const periods = (days: Float64Array): Float64Array =>
    Float64Array.from({ length: days.length / world.period }, (_, i) =>
      sum(days.subarray(i * world.period, (i + 1) * world.period)),
    );
  return {
    expected: periods(cell.expectedDays(price)),
    drawn: Array.from({ length: FUTURES }, (_, future) => periods(cell.realisedDays(price, future))),
  };
}

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

function totalOutcome({ value, low, high }: Interval, { expected, drawn }: Futures): TotalOutcome {
  const totals = drawn.map(sum);
  const truth = sum(expected);
  return {
    realised: totals.filter((total) => total >= low && total <= high).length / totals.length,
    expected: truth >= low && truth <= high,
    halfWidth: (high - low) / 2 / value,
    errors: totals.map((total) => Math.abs(total / value - 1)),
  };
}

function forecastOutcome(
  { forecast }: ProductAnswer,
  { expected, drawn }: Futures,
): Pick<Outcome, 'forecastBias' | 'dailyCoverage'> {
  if (forecast.length !== expected.length)
    throw new RangeError(`a forecast of ${forecast.length} periods where ${expected.length} were expected`);
  const inside = drawn.map(
    (future) =>
      forecast.filter(({ low, high }, h) => (future[h] as number) >= low && (future[h] as number) <= high).length,
  );
  return {
    forecastBias: forecast.reduce((total, { demand }) => total + demand, 0) / sum(expected) - 1,
    dailyCoverage: inside.reduce((a, b) => a + b, 0) / (drawn.length * forecast.length),
  };
}
