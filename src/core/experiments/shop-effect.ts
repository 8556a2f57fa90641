/** What some shops did otherwise than they would have, by the shops that were left as they were. */

import { checkList, checkNumber, checkWhole } from '../checks.ts';
import { WALK_WEIGHTS, WALKS } from '../demand/disturbances.ts';
import { cholesky, choleskySolve } from '../math/linear-algebra.ts';
import { normalCdf } from '../math/normal-cdf.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import { RandomStream } from '../math/random.ts';
import { dot, mean, sumOf } from '../math/summary.ts';
import type { Span } from '../pricing/gains.ts';

/** Sales or profit of a chain by shop and period. */
export interface ShopPanel {
  /** A row a shop, a value a period, in order of time: all finite. */
  readonly values: readonly ArrayLike<number>[];
  /** By shop: left as it was. At least one is, and at least one is not. */
  readonly heldOut: readonly boolean[];
  /** Periods before anything was done otherwise, at least {@link LEAST_BEFORE}. */
  readonly before: number;
}

/** What was gained over some periods. */
export interface ShopEffect {
  /** What the shops had, in the panel's money. */
  readonly actual: number;
  /** What they would have had. */
  readonly without: Span;
  readonly gain: Span;
  /** Of `without`; null where that may be 0 or less. */
  readonly share: Span | null;
  readonly probabilityBetter: number;
  /** Gain by plain difference in differences: the change of the mean index of both kinds of shops, without a model. */
  readonly differences: number;
}

/** A period after the start. */
export interface ExpectedPeriod extends Span {
  readonly actual: number;
}

export interface ShopEffects {
  /** In the order of the ranges that were asked for. */
  readonly effects: readonly ShopEffect[];
  /** Works out every period, those before with what the model makes of them. */
  readonly path: () => ExpectedPeriod[];
}

/** Fewer periods before tell nothing of how shops go along. */
export const LEAST_BEFORE = 8;
/** More are not looked at, the latest: two years of weeks. */
export const MOST_BEFORE = 104;
/** How much of the noise carries over to the next period, and what that weighs beforehand. */
const CARRIED: readonly (readonly [correlation: number, weight: number])[] = [
  [0, 0.6],
  [0.6, 0.4],
];
/** How much the shops go up and down where those that stay do so by one. */
const SLOPES = Array.from({ length: 21 }, (_, i) => 0.5 + 0.05 * i);
/** How much single shops go along more or less than the chain, a standard deviation. */
const SHOP_SLOPE = 0.2;
/** Other ways to hold shops out that tell how large noise is. */
const SPLITS = 24;
const SPLIT_SEED = 0x73706c74;
/** Variances of the noise that are weighed, over the least that the periods before leave. */
const VARIANCES = Array.from({ length: 10 }, (_, i) => 2 ** ((i - 3) / 2));
/** Explanations that are less likely than the best by more are left out. */
const LEAST_LOG = -5;
const Z90 = normalQuantile(0.95);

/** Sum of the treated shops over their usual sum, and the others' mean index. */
interface Indices {
  readonly treated: Float64Array;
  readonly others: Float64Array;
  /** Money of an index of 1. */
  readonly unit: number;
  /** Variance of the noise of `others` over that of `treated`, where single shops are as noisy as each other. */
  readonly ratio: number;
  /** By how much the slope between both may differ from 1, a standard deviation. */
  readonly slopes: number;
  /** Periods before the start. */
  readonly before: number;
}

/**
 * What the shops that were not held out would have had, period by period: they go along with the mean of those that
 * were (difference in differences), by a slope of Deming's (Fuller 1987, Measurement Error Models, §1.3: the mean of few
 * shops is noisy itself, and least squares would take that for a slope below 1), with a level of the difference that
 * walks and noise that may carry over (Brodersen et al. 2015, Annals of Applied Statistics 9(1)). Slope, walk, noise and
 * what carries over are weighed by the likelihood of the periods before, so that the interval knows of the doubt of each;
 * it is wider the later the period.
 *
 * @param ranges of periods [from, to) after the start, by index in the panel
 * @throws TypeError, RangeError naming the argument that is wrong
 */
export function shopEffects(
  { values, heldOut, before }: ShopPanel,
  ranges: readonly (readonly [from: number, to: number])[],
): ShopEffects {
  checkPanel({ values, heldOut, before });
  const periods = (values[0] as ArrayLike<number>).length;
  for (const [from, to] of ranges) {
    checkWhole('range', from, before, periods - 1);
    checkWhole('range', to, from + 1, periods);
  }
  const indices = indicesOf(values, heldOut, before);
  const splits = otherSplits(heldOut).map((split) => indicesOf(values, split, before));
  const explained = explanations(indices, splits);
  const effects = ranges.map(([from, to]) => effectOf(indices, mixtureOf(explained, indices, from, to), from, to));
  return { effects, path: () => pathOf(indices, explained) };
}

function checkPanel({ values, heldOut, before }: ShopPanel): void {
  checkList('values', values, 2);
  const periods = (values[0] as ArrayLike<number>).length;
  checkWhole('before', before, LEAST_BEFORE, periods);
  if (heldOut.length !== values.length) throw new RangeError('heldOut must tell of every shop');
  for (const row of values) {
    if (row.length !== periods) throw new RangeError('values must have as many periods in every shop');
    for (let t = 0; t < periods; t++) checkNumber('values', row[t] as number);
  }
}

function indicesOf(values: ShopPanel['values'], heldOut: readonly boolean[], before: number): Indices {
  const periods = (values[0] as ArrayLike<number>).length;
  const usual = values.map((row) => mean(Array.from(row).slice(0, before)));
  const shops = [...values.keys()];
  const treated = shops.filter((s) => !heldOut[s]);
  const others = shops.filter((s) => heldOut[s]);
  if (treated.length === 0 || others.length === 0) throw new RangeError('heldOut must hold some shops out and not all');
  const unit = sumOf(treated.map((s) => usual[s] as number));
  if (!(unit > 0) || others.some((s) => !((usual[s] as number) > 0)))
    throw new RangeError('values must be above 0 on average before the start');
  const at = (s: number, t: number): number => (values[s] as ArrayLike<number>)[t] as number;
  const along = (of: (t: number) => number) => Float64Array.from({ length: periods }, (_, t) => of(t));
  const squares = sumOf(treated.map((s) => (usual[s] as number) ** 2));
  return {
    treated: along((t) => sumOf(treated.map((s) => at(s, t))) / unit),
    others: along((t) => mean(others.map((s) => at(s, t) / (usual[s] as number)))),
    unit,
    ratio: unit ** 2 / squares / others.length,
    slopes: SHOP_SLOPE * Math.sqrt(1 / others.length + squares / unit ** 2),
    before,
  };
}

/** A walk and what carries over, with what the periods before say of the others. */
interface Explanation {
  /** Weights, of which all explanations' add up to 1: of slopes × variances. */
  readonly parts: readonly { readonly weight: number; readonly slope: number; readonly variance: number }[];
  /** The difference summed over periods [from, to): weights of the periods before, its variance over the noise's. */
  readonly ahead: (from: number, to: number) => { readonly weights: Float64Array; readonly spread: number };
  /** The same of the level alone of a period before. */
  readonly level: (t: number) => { readonly weights: Float64Array; readonly spread: number };
}

/** What makes the noise of difference by a slope as large as that by a slope of 1. */
const levelled = (slope: number, { ratio }: Indices): number => Math.sqrt((1 + ratio) / (1 + slope ** 2 * ratio));

/**
 * Other ways to hold so many shops out, drawn: the noise of the difference is that of any of them. Shops that were drawn
 * or chosen because they went along so well before will do so less well after.
 */
function otherSplits(heldOut: readonly boolean[]): boolean[][] {
  const random = new RandomStream(SPLIT_SEED, heldOut.length);
  return Array.from({ length: SPLITS }, () => drawnShops(heldOut.length, heldOut.filter(Boolean).length, random));
}

/** So many of the shops, by lot. */
export function drawnShops(shops: number, count: number, random: RandomStream): boolean[] {
  const chosen = new Array<boolean>(shops).fill(false);
  const left = [...chosen.keys()];
  for (let i = 0; i < count; i++) chosen[left.splice(random.integer(left.length), 1)[0] as number] = true;
  return chosen;
}

function explanations(indices: Indices, splits: readonly Indices[]): Explanation[] {
  const { before } = indices;
  const found = WALKS.flatMap((walk, w) =>
    CARRIED.map(([correlation, also]) => {
      const kriging = krigingOf(walk, correlation, before);
      const prior = Math.log(WALK_WEIGHTS.monthly[w] as number) + Math.log(also) - 0.5 * kriging.logDeterminant;
      const squares = SLOPES.map((slope) => kriging.squares(differences(indices, slope)));
      const usual = mean(
        splits.map((split) => leastOf(SLOPES.map((slope) => kriging.squares(differences(split, slope))))),
      );
      return { ...kriging, prior, squares, usual, least: leastOf(squares) };
    }),
  );
  // A mean and a slope are fitted to each.
  const degrees = before - 2;
  // Shops that are copies of each other leave no noise at all.
  const least = Math.max(1e-12, leastOf(found.map(({ usual }) => usual))) / degrees;
  const parts = found.map(({ prior, squares, usual, least: smallest }) =>
    SLOPES.flatMap((slope, i) =>
      VARIANCES.map((factor) => {
        const variance = factor * least;
        const z = (slope - 1) / indices.slopes;
        const slopes = ((squares[i] as number) - smallest) / variance + z * z;
        const fit = -0.5 * (degrees * Math.log(variance) + usual / variance + slopes);
        return { slope, variance, log: prior + fit };
      }),
    ),
  );
  const best = parts.flat().reduce((most, { log }) => Math.max(most, log), Number.NEGATIVE_INFINITY);
  const kept = parts.map((one) => one.filter(({ log }) => log - best > LEAST_LOG));
  const all = sumOf(kept.flat().map(({ log }) => Math.exp(log - best)));
  return found.map(({ ahead, level }, i) => ({
    ...{ ahead, level },
    parts: (kept[i] as (typeof kept)[number]).map(({ slope, variance, log }) => ({
      ...{ slope, variance },
      weight: Math.exp(log - best) / all,
    })),
  }));
}

const leastOf = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));

/** The treated index less a slope times the others', before the start, with noise as by a slope of 1. */
function differences(indices: Indices, slope: number): Float64Array {
  const scale = levelled(slope, indices);
  return Float64Array.from(
    { length: indices.before },
    (_, t) => scale * (indices.treated[t] - slope * indices.others[t]),
  );
}

/** Best linear unbiased prediction with a mean that nobody knows (universal kriging: Cressie 1993, §3.4). */
function krigingOf(walk: number, correlation: number, before: number) {
  const lasting = (s: number, t: number): number =>
    s === t ? 1 : correlation === 0 ? 0 : correlation ** Math.abs(s - t);
  const of = (s: number, t: number): number => lasting(s, t) + walk * (Math.min(s, t) + 1);
  const matrix = new Float64Array(before * before);
  for (let s = 0; s < before; s++) for (let t = 0; t <= s; t++) matrix[s * before + t] = of(s, t);
  // Definite: a diagonal of noise stands in it.
  const factor = cholesky(matrix, before) as Float64Array;
  const ones = choleskySolve(factor, before, new Float64Array(before).fill(1));
  const whole = sumOf(ones);
  const predicted = (covariance: Float64Array, own: number, count: number) => {
    const weights = choleskySolve(factor, before, covariance);
    const left = count - sumOf(weights);
    const spread = own - dot(weights, covariance) + left ** 2 / whole;
    for (let s = 0; s < before; s++) weights[s] = weights[s] + (left / whole) * ones[s];
    return { weights, spread };
  };
  return {
    logDeterminant:
      2 * sumOf(Array.from({ length: before }, (_, t) => Math.log(factor[t * before + t]))) + Math.log(whole),
    squares: (y: Float64Array): number => {
      const solved = choleskySolve(factor, before, y);
      return dot(y, solved) - dot(y, ones) ** 2 / whole;
    },
    ahead: (from: number, to: number) => {
      const asked = Array.from({ length: to - from }, (_, i) => from + i);
      const covariance = Float64Array.from({ length: before }, (_, s) => sumOf(asked.map((t) => of(s, t))));
      const own = sumOf(asked.map((s) => sumOf(asked.map((t) => of(s, t)))));
      return predicted(covariance, own, asked.length);
    },
    level: (t: number) => {
      const covariance = Float64Array.from({ length: before }, (_, s) => walk * (Math.min(s, t) + 1));
      return predicted(covariance, walk * (t + 1), 1);
    },
  };
}

/** Normals that a quantity may have, each with its weight; weights add up to 1. */
type Mixture = readonly { readonly weight: number; readonly mean: number; readonly deviation: number }[];

/** Of the sum of the treated index without what was done, over periods [from, to). */
function mixtureOf(explained: readonly Explanation[], indices: Indices, from: number, to: number): Mixture {
  return explained.flatMap(({ parts, ahead }) =>
    parts.length === 0 ? [] : withOthers(parts, ahead(from, to), indices, sumOf(indices.others.slice(from, to))),
  );
}

function withOthers(
  parts: Explanation['parts'],
  { weights, spread }: { readonly weights: Float64Array; readonly spread: number },
  indices: Indices,
  others: number,
): Mixture {
  return parts.map(({ weight, slope, variance }) => {
    const scale = levelled(slope, indices);
    const difference = dot(weights, differences(indices, slope)) / scale;
    return { weight, mean: slope * others + difference, deviation: Math.sqrt(Math.max(0, variance * spread)) / scale };
  });
}

const below = (mixture: Mixture, x: number): number =>
  sumOf(
    mixture.map(
      ({ weight, mean: middle, deviation }) =>
        weight * (deviation > 0 ? normalCdf((x - middle) / deviation) : x >= middle ? 1 : 0),
    ),
  );

/** By bisection between the ends of all parts. */
function quantileOf(mixture: Mixture, probability: number): number {
  let low = mixture.reduce((least, { mean: m, deviation }) => Math.min(least, m - 8 * deviation), Number.MAX_VALUE);
  let high = mixture.reduce((most, { mean: m, deviation }) => Math.max(most, m + 8 * deviation), -Number.MAX_VALUE);
  for (let halved = 0; halved < 32; halved++) {
    const middle = (low + high) / 2;
    if (below(mixture, middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function spanOf(mixture: Mixture, scale: number): Span {
  return {
    value: scale * sumOf(mixture.map(({ weight, mean: m }) => weight * m)),
    low: scale * quantileOf(mixture, 0.05),
    high: scale * quantileOf(mixture, 0.95),
  };
}

function effectOf(indices: Indices, mixture: Mixture, from: number, to: number): ShopEffect {
  const { treated, others, unit } = indices;
  const sum = sumOf(treated.slice(from, to));
  const actual = unit * sum;
  const without = spanOf(mixture, unit);
  const usual = mean(differences(indices, 1));
  return {
    ...{ actual, without },
    gain: { value: actual - without.value, low: actual - without.high, high: actual - without.low },
    share:
      without.low > 0
        ? { value: actual / without.value - 1, low: actual / without.high - 1, high: actual / without.low - 1 }
        : null,
    probabilityBetter: below(mixture, sum),
    differences: unit * (sum - sumOf(others.slice(from, to)) - (to - from) * usual),
  };
}

function pathOf(indices: Indices, explained: readonly Explanation[]): ExpectedPeriod[] {
  return Array.from(indices.treated, (index, t) => {
    const mixture = explained.flatMap(({ parts, ahead, level }) =>
      parts.length === 0
        ? []
        : withOthers(parts, t < indices.before ? level(t) : ahead(t, t + 1), indices, indices.others[t]),
    );
    const middle = sumOf(mixture.map(({ weight, mean: m }) => weight * m));
    const square = sumOf(
      mixture.map(({ weight, mean: m, deviation }) => weight * (deviation ** 2 + (m - middle) ** 2)),
    );
    const wide = Z90 * Math.sqrt(square);
    const { unit } = indices;
    return { actual: unit * index, value: unit * middle, low: unit * (middle - wide), high: unit * (middle + wide) };
  });
}
