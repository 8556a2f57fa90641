/** The price of goods that go off, period by period until the last batch does. */

import { checkColumn, checkFlag, checkList, checkNumber, checkPositive, checkWhole, finite } from '../checks.ts';
import { askedFor, type PeriodDemand, type StockSteps } from './period-demand.ts';
import { checkBatches, type StockBatch, sellable } from './stock-batch.ts';

/** One period of a day: demand at today's price, and the day that it belongs to. */
export interface MarkdownPeriod extends PeriodDemand {
  /** 0: the first. */
  readonly day: number;
}

/** What a path is worked out from. */
export interface MarkdownInput {
  /** Batches with a last day; none comes on top. */
  readonly stock: readonly StockBatch[];
  /** Allowed, falling, the one in force first; currency per unit, > 0. */
  readonly prices: Float64Array;
  /** Demand at each price over that at the first: draws × prices, row-major; > 0. */
  readonly ratio: Float64Array;
  /** In order of time, at least one, as far as the last batch can be sold. */
  readonly periods: readonly MarkdownPeriod[];
  /** What a unit brings that has gone off; below 0 where it costs to be rid of it. */
  readonly salvage: number;
  /** Pieces: whole numbers are sold. */
  readonly whole: boolean;
  /** Prices may rise again; false unless told. */
  readonly mayRise?: boolean;
}

/** A period as it is expected to go. */
export interface MarkdownStep {
  readonly day: number;
  /** Of its day, 0: the first. */
  readonly part: number;
  /** The likeliest while there is stock; null where hardly any chance is left that there is. */
  readonly price: number | null;
  /** Chance that there is stock at its beginning. */
  readonly inStock: number;
  /** Expected at its beginning. */
  readonly stock: number;
  readonly sold: number;
}

/** What comes of a rule of prices, on average. */
export interface MarkdownOutcome {
  readonly steps: readonly MarkdownStep[];
  readonly sold: number;
  /** Goes off unsold. */
  readonly wasted: number;
  readonly revenue: number;
  /** Revenue and what is wasted at salvage. */
  readonly value: number;
}

/**
 * Which price a period has: a place among the prices. @param stock in the cell's unit @param place of the last price
 */
export type PriceRule = (period: number, stock: number, place: number) => number;

/** Best prices and what comes of them. */
export interface MarkdownPath extends MarkdownOutcome {
  /** In the first period. */
  readonly price: number;
  readonly rule: PriceRule;
}

/** Steps that stock is counted in at most. */
const MOST_STATES = 240;
/** Prices are told of a period as long as there is stock with this chance. */
const LEAST_CHANCE = 0.005;

/**
 * Prices that bring the most revenue and salvage, by dynamic programming over periods, stock and the price in force
 * (Gallego & van Ryzin 1994, Management Science 40(8); Talluri & van Ryzin 2004, The Theory and Practice of Revenue
 * Management, ch. 5). Demand of a period is a mixture over the posterior's draws; what a draw says of one period is not
 * learned from in the next. Prices do not rise on the way unless they may. The oldest batch is sold first, at one price
 * with the others, so that their sum tells what of each is left.
 *
 * @throws TypeError, RangeError naming the argument that is wrong
 */
export function markdownPath(input: MarkdownInput): MarkdownPath {
  checkMarkdown(input);
  const course = courseOf(input);
  const best = bestPlaces(course, input);
  const rule: PriceRule = (period, stock, place) =>
    best[period][place * (course.steps.states + 1) + stateOf(course, stock)];
  const outcome = follow(course, input, rule);
  return finite('path', { ...outcome, price: input.prices[rule(0, totalOf(course), 0)], rule });
}

/** What comes of prices by a rule. @throws as {@link markdownPath} */
export function outcomeOfRule(input: MarkdownInput, rule: PriceRule): MarkdownOutcome {
  checkMarkdown(input);
  return finite('outcome', follow(courseOf(input), input, rule));
}

/** The price in force until the end. */
export const keepPrice: PriceRule = () => 0;

/** A reduced price on the last days, and the price in force before. @param place of the reduced price */
export function reduceLastDays({ periods }: Pick<MarkdownInput, 'periods'>, place: number, days: number): PriceRule {
  const last = periods[periods.length - 1].day;
  return (period) => (periods[period].day > last - days ? place : 0);
}

function checkMarkdown({ stock, prices, ratio, periods, ...input }: MarkdownInput): void {
  checkBatches('stock', stock);
  checkColumn('prices', prices, 'Float64Array');
  checkWhole('number of prices', prices.length, 1);
  prices.forEach((price, p) => {
    checkPositive(`prices[${p}]`, price);
    if (p > 0) checkNumber(`prices[${p}]`, price, 0, prices[p - 1]);
  });
  checkList('periods', periods, 1);
  const draws = periods[0].expected.length;
  periods.forEach(({ expected, spread, day }, t) => {
    checkColumn(`periods[${t}].expected`, expected, 'Float64Array', draws, 'the first period');
    checkColumn(`periods[${t}].spread`, spread, 'Float64Array', draws, 'the first period');
    checkWhole(`periods[${t}].day`, day, t === 0 ? 0 : periods[t - 1].day);
    for (let d = 0; d < draws; d++) {
      checkNumber(`periods[${t}].expected[${d}]`, expected[d], 0);
      checkNumber(`periods[${t}].spread[${d}]`, spread[d], 0);
    }
  });
  checkColumn('ratio', ratio, 'Float64Array', draws * prices.length, 'draws × prices');
  for (let i = 0; i < ratio.length; i++) checkNumber(`ratio[${i}]`, ratio[i], 0);
  checkNumber('salvage', input.salvage);
  checkFlag('whole', input.whole);
  if (input.mayRise !== undefined) checkFlag('mayRise', input.mayRise);
  const last = periods[periods.length - 1].day;
  sellable(stock).forEach(({ daysLeft }) => {
    if (daysLeft === null || daysLeft > last + 1)
      throw new RangeError(`every batch of stock must go off within the periods, got ${daysLeft} days left`);
  });
}

/** What all rules go through. */
interface Course {
  readonly steps: StockSteps;
  /** Of each period and price: chances of steps asked for. */
  readonly chances: readonly (readonly Float64Array[])[];
  /** Steps that may be left behind each period: batches that go off with it are gone. */
  readonly kept: readonly number[];
}

function courseOf({ stock, prices, ratio, periods, whole }: MarkdownInput): Course {
  const batches = sellable(stock);
  const total = batches.reduce((sum, { quantity }) => sum + quantity, 0);
  const counted = whole && total <= MOST_STATES;
  const states = counted ? Math.round(total) : total > 0 ? MOST_STATES : 0;
  const steps = { states, step: counted || total === 0 ? 1 : total / MOST_STATES, counted };
  const draws = periods[0].expected.length;
  const ratios = Array.from(prices, (_, p) =>
    Float64Array.from({ length: draws }, (__, d) => ratio[d * prices.length + p]),
  );
  return {
    steps,
    chances: periods.map((period) => {
      const demand = counted || !whole ? period : { ...period, spread: withCounts(period) };
      return ratios.map((one) => askedFor(demand, one, steps));
    }),
    kept: periods.map(({ day }, t) => {
      if (periods[t + 1]?.day === day) return states;
      const later = batches.filter(({ daysLeft }) => daysLeft !== null && daysLeft > day + 1);
      return Math.round(later.reduce((sum, { quantity }) => sum + quantity, 0) / steps.step);
    }),
  };
}

/** Counts that are no longer told apart scatter by 1/μ more. */
function withCounts({ expected, spread }: PeriodDemand): Float64Array {
  return spread.map((value, d) => (expected[d] > 0 ? value + 1 / expected[d] : value));
}

function totalOf({ steps }: Course): number {
  return steps.states * steps.step;
}

function stateOf({ steps }: Course, stock: number): number {
  return Math.min(steps.states, Math.round(stock / steps.step));
}

/** Best place of each period by place in force and stock. */
function bestPlaces(course: Course, { prices, salvage, mayRise = false }: MarkdownInput): Int32Array[] {
  const width = course.steps.states + 1;
  const best = course.chances.map(() => new Int32Array(prices.length * width));
  let next = new Float64Array(prices.length * width);
  for (let t = course.chances.length - 1; t >= 0; t--) {
    const ofPrice = Array.from(prices, (price, p) =>
      valuesAt(course, t, { price, place: p, salvage }, next.subarray(p * width, (p + 1) * width)),
    );
    next = new Float64Array(prices.length * width);
    for (let n = 0; n < width; n++) {
      let place = prices.length - 1;
      for (let p = prices.length - 1; p >= 0; p--) {
        // Of prices that bring the same, the dearest.
        if (atLeast(ofPrice[p][n], ofPrice[place][n])) place = p;
        best[t][p * width + n] = place;
      }
      for (let p = 0; p < prices.length; p++) {
        if (mayRise) best[t][p * width + n] = place;
        next[p * width + n] = ofPrice[best[t][p * width + n]][n];
      }
    }
  }
  return best;
}

/** Within the rounding of a sum. */
function atLeast(value: number, other: number): boolean {
  return value >= other - 1e-12 * Math.abs(other);
}

/** What a price brings from a period on, by stock. @param next what is left brings from the next one on, by stock */
function valuesAt(
  { steps: { states, step }, chances, kept }: Course,
  t: number,
  { price, place, salvage }: { readonly price: number; readonly place: number; readonly salvage: number },
  next: Float64Array,
): Float64Array {
  const asked = chances[t][place];
  // What is left behind the period: salvage of what goes off with it, and what the rest brings.
  const after = next.map((_, n) => {
    const stays = Math.min(n, kept[t]);
    return salvage * (n - stays) * step + next[stays];
  });
  const values = new Float64Array(states + 1);
  for (let n = 0; n <= states; n++) {
    let sum = 0;
    let below = 0;
    for (let k = 0; k < n; k++) {
      sum += asked[k] * (price * k * step + after[n - k]);
      below += asked[k];
    }
    values[n] = sum + Math.max(0, 1 - below) * (price * n * step + after[0]);
  }
  return values;
}

/** Chances of stock and price in force, period by period under a rule. */
function follow(course: Course, { prices, periods, salvage }: MarkdownInput, rule: PriceRule): MarkdownOutcome {
  const { steps, chances, kept } = course;
  const { states, step } = steps;
  const width = states + 1;
  let now = new Float64Array(prices.length * width);
  now[states] = 1;
  let [sold, wasted, revenue] = [0, 0, 0];
  const path: MarkdownStep[] = [];
  periods.forEach(({ day }, t) => {
    const next = new Float64Array(prices.length * width);
    const ofPrice = new Float64Array(prices.length);
    let [stock, inStock, soldNow] = [0, 0, 0];
    for (let i = 0; i < now.length; i++) {
      const chance = now[i];
      const n = i % width;
      if (chance < 1e-15 || n === 0) {
        next[i] += chance;
        continue;
      }
      const p = rule(t, n * step, Math.floor(i / width));
      ofPrice[p] += chance;
      inStock += chance;
      stock += chance * n * step;
      const asked = chances[t][p];
      let below = 0;
      for (let k = 0; k <= n; k++) {
        const of = chance * (k < n ? asked[k] : Math.max(0, 1 - below));
        below += asked[k];
        const stays = Math.min(n - k, kept[t]);
        soldNow += of * k * step;
        revenue += of * k * step * prices[p];
        wasted += of * (n - k - stays) * step;
        next[p * width + stays] += of;
      }
    }
    sold += soldNow;
    const likeliest = ofPrice.indexOf(Math.max(...ofPrice));
    const part = path.filter((one) => one.day === day).length;
    const price = inStock >= LEAST_CHANCE ? prices[likeliest] : null;
    path.push({ day, part, price, inStock, stock, sold: soldNow });
    now = next;
  });
  return { steps: path, sold, wasted, revenue, value: revenue + salvage * wasted };
}
