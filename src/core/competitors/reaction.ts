/**
 * How much of a shop's own changes of price a competitor follows within four weeks: from dated prices alone, shrunk to
 * nothing. What moves both at once (costs, seasons) looks the same where no cost tells it apart.
 */

import { finite } from '../checks.ts';
import { choleskyInverse, choleskySolve, regularCholesky } from '../math/linear-algebra.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import { studentQuantile } from '../math/student-quantile.ts';
import type { CellSeries } from '../series/cell-series.ts';
import type { DatedCompetitorPrice } from '../series/competitor-prices.ts';
import { filledPrices } from '../series/design.ts';

/** Days within which a competitor answers. */
const REACTION_DAYS = 28;
/** Smaller moves of the own price are rounding and mixes of tickets. */
const LEAST_MOVE = 0.01;
/** Fewer moves of the own price tell nothing of how they are followed. */
const LEAST_MOVES = 4;
/** Before any price is seen: not at all, give or take half. */
const PRIOR_DEVIATION = 0.5;
/** An interval that is wider, from end to end, is no knowledge. */
const WIDEST = 1;
/**
 * What the days on which an answer came leave open, as a share of it: an answer is spread over four weeks here,
 * whenever it
 * came (rms error of known answers beyond that of none, seeds 1-10 of bench/decisions/competitors.ts).
 */
const TIMING = 0.1;
/** What a cluster leaves to all others at least. */
const LEAST_LEFT = 0.1;
/** Errors within so many days are one cluster. */
const CLUSTER_DAYS = 2 * REACTION_DAYS;

/** A product's own prices and costs with those of one competitor. */
export interface SeenTogether {
  readonly series: Pick<CellSeries, 'days' | 'price' | 'cost'>;
  /** Of the competitor, in order of day. */
  readonly prices: readonly DatedCompetitorPrice[];
}

export interface Reaction {
  /** Share of an own change that is followed: 0 none of it, 1 all of it. */
  readonly value: number;
  /** 90 %. */
  readonly low: number;
  readonly high: number;
  /** Own changes of more than 1 % while the competitor's price was seen. */
  readonly moves: number;
  /** Whether the prices tell it: enough moves, and an interval that rules something out. */
  readonly known: boolean;
}

interface Row {
  readonly cluster: string;
  readonly weight: number;
  readonly y: number;
  readonly x: readonly number[];
}

/** Changes of price, costs, and the trend. */
const WIDTH = 4;

/**
 * Between two days on which a competitor was seen, its log price is regressed on the change of the mean log own price
 * of the 28 days before each (the sum over days of a response spread over them), beside changes of the own cost, at
 * once
 * and over the same days, and a trend. Least squares weighted by the days between, errors clustered by product and
 * eight
 * weeks (Cameron & Miller 2015, Journal of Human Resources 50(2)); then N(0, 0.5²) before any price is seen.
 *
 * @param products all of one competitor and shop
 */
export function reactionOf(products: readonly SeenTogether[]): Reaction {
  const seen = products.map((product, p) => rowsOf(product, String(p)));
  const rows = seen.flatMap((one) => one.rows);
  const moves = seen.reduce((sum, one) => sum + one.moves, 0);
  const found = rows.length > WIDTH && moves > 0 ? estimateOf(rows) : null;
  const variance = found?.variance ?? Number.POSITIVE_INFINITY;
  const kept = PRIOR_DEVIATION ** 2 / (PRIOR_DEVIATION ** 2 + variance);
  const value = kept * (found?.value ?? 0);
  const deviation = found ? Math.sqrt(kept * variance) : PRIOR_DEVIATION;
  const reach = normalQuantile(0.95) * deviation;
  const known = moves >= LEAST_MOVES && 2 * reach <= WIDEST;
  return finite('reaction', { value, low: value - reach, high: value + reach, moves, known });
}

function rowsOf({ series, prices }: SeenTogether, product: string): { readonly rows: Row[]; readonly moves: number } {
  // An offer that ends is no answer.
  const seen = prices.filter(({ promo }) => !promo);
  const [first, last] = [seen[0], seen.at(-1)];
  const none = { rows: [], moves: 0 };
  if (first === undefined || last === undefined || !series.price.some((price) => price > 0)) return none;
  const from = Math.max(first.day, series.days[0] + REACTION_DAYS);
  const own = new RunningMean(
    series.days,
    filledPrices(series.price, series.days.length),
    from - REACTION_DAYS,
    last.day,
  );
  const hasCost = series.cost.some((cost) => cost > 0);
  const cost = hasCost
    ? new RunningMean(series.days, filledPrices(series.cost, series.days.length), from - REACTION_DAYS, last.day)
    : null;
  const rows: Row[] = [];
  let before: DatedCompetitorPrice | null = null;
  for (const price of seen) {
    if (price.day < from) continue;
    if (before !== null) {
      const [a, b] = [before.day, price.day];
      rows.push({
        cluster: `${product} ${Math.floor(b / CLUSTER_DAYS)}`,
        weight: 1 / (b - a),
        y: Math.log(price.price / before.price),
        x: [
          own.before(b) - own.before(a),
          cost ? cost.before(b) - cost.before(a) : 0,
          cost ? cost.at(b) - cost.at(a) : 0,
          b - a,
        ],
      });
    }
    before = price;
  }
  return { rows, moves: own.moves(from - REACTION_DAYS, last.day) };
}

/** A log price that stays until it changes, and its mean over the days before one. */
class RunningMean {
  private readonly first: number;
  private readonly values: Float64Array;
  private readonly sums: Float64Array;

  constructor(days: Int32Array, prices: Float64Array, first: number, last: number) {
    const length = Math.max(1, last - first + 1);
    this.first = first;
    this.values = new Float64Array(length);
    this.sums = new Float64Array(length + 1);
    let row = 0;
    for (let i = 0; i < length; i++) {
      while (row + 1 < days.length && days[row + 1] <= first + i) row++;
      this.values[i] = Math.log(prices[row]);
      this.sums[i + 1] = this.sums[i] + this.values[i];
    }
  }

  at(day: number): number {
    return this.values[day - this.first];
  }

  /** Of the {@link REACTION_DAYS} before a day, which is not among them: who moved first on it is not known. */
  before(day: number): number {
    const end = day - this.first;
    return (this.sums[end] - this.sums[end - REACTION_DAYS]) / REACTION_DAYS;
  }

  moves(from: number, to: number): number {
    let count = 0;
    for (let day = Math.max(from, this.first) + 1; day < to; day++)
      if (Math.abs(this.at(day) - this.at(day - 1)) >= LEAST_MOVE) count++;
    return count;
  }
}

/** The first coefficient with its clustered variance; null where nothing tells it. */
function estimateOf(rows: readonly Row[]): { readonly value: number; readonly variance: number } | null {
  const cross = new Float64Array(WIDTH * WIDTH);
  const target = new Float64Array(WIDTH);
  for (const { weight, x, y } of rows)
    for (let a = 0; a < WIDTH; a++) {
      target[a] += weight * (x[a] as number) * y;
      for (let b = 0; b < WIDTH; b++) cross[a * WIDTH + b] += weight * (x[a] as number) * (x[b] as number);
    }
  if (!(cross[0] > 0)) return null;
  // Columns of costs that are not known are all 0: a hair of a ridge leaves their coefficients there.
  for (let a = 0; a < WIDTH; a++) cross[a * WIDTH + a] = cross[a * WIDTH + a] * (1 + 1e-9) + 1e-12;
  const factor = regularCholesky(cross, WIDTH, 0);
  const solved = choleskySolve(factor, WIDTH, target);
  const inverse = choleskyInverse(factor, WIDTH);
  const scores = new Map<string, { score: number; leverage: number }>();
  for (const { cluster, weight, x, y } of rows) {
    const left = y - x.reduce((sum, value, a) => sum + value * solved[a], 0);
    const lean = x.reduce((sum, value, a) => sum + value * inverse[a], 0);
    const one = scores.get(cluster) ?? { score: 0, leverage: 0 };
    one.score += weight * lean * left;
    one.leverage += (weight * lean ** 2) / inverse[0];
    scores.set(cluster, one);
  }
  const clusters = scores.size;
  if (clusters < 3) return null;
  // A cluster of large moves holds the fit near itself: as if it had been left out (the jackknife, CR3 there).
  const squares = [...scores.values()].reduce(
    (sum, { score, leverage }) => sum + (score / Math.max(LEAST_LEFT, 1 - leverage)) ** 2,
    0,
  );
  // Few clusters know their own variance badly: as wide as the t of so many has it.
  const wider = (studentQuantile(0.95, clusters - 1) / normalQuantile(0.95)) ** 2 * (clusters / (clusters - 1));
  const variance = squares * wider;
  const known = Math.max(variance, floorOf(rows));
  return { value: solved[0], variance: known + (TIMING * solved[0]) ** 2 };
}

/** What cannot be told below: half a percent of error in each price that was seen. */
function floorOf(rows: readonly Row[]): number {
  const squares = rows.reduce((sum, { x }) => sum + (x[0] as number) ** 2, 0);
  return 0.005 ** 2 / squares;
}
