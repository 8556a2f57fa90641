/** Randomised prices of a test: which level a product has in which period, in one shop or several. */

import { checkList, checkOneOf, checkWhole } from '../checks.ts';
import { RandomStream } from '../math/random.ts';
import { dot, mean } from '../math/summary.ts';
import { TEST_LEVELS, TEST_TURNS, type TestLevel, type TestTurn } from '../vocabulary.ts';

const STREAM = 0x74657374;
/** Draws of which the one furthest from other tests is taken. */
const DRAWS_APART = 400;
/** Longest test that is drawn, in days: a year. */
const MOST_TEST_DAYS = 366;

/** How a test is drawn. */
export interface TestDraw {
  /** Levels that take turns: two or three, each once. */
  readonly levels: readonly TestLevel[];
  /** How often the price may change: every day, or every week (seven days). */
  readonly turn: TestTurn;
  /** Turns of the test, a multiple of the levels (of seven times the levels for days). */
  readonly turns: number;
  /** Shops that sell the product, at least 1. */
  readonly shops: number;
  readonly seed: number;
}

/**
 * A switchback in randomised complete blocks (Bojinov, Simchi-Levi & Zhao 2023, Management Science 69(7); Fisher 1935,
 * The Design of Experiments). Weeks: of every so many weeks as there are levels, each has one level, in random order.
 * Days: the same for every weekday by itself, so that each weekday has every level equally often. Several shops take
 * the order of a block shifted against one another (a Latin square, the shops in random order), so that the price is
 * collinear neither with the shop nor with the week.
 *
 * Food of the day is not stored, so that no days after a change are left out.
 *
 * @returns shops × turns levels
 * @throws TypeError, RangeError naming the argument that is wrong
 */
export function drawTest(draw: TestDraw): TestLevel[][] {
  return drawn(draw, new RandomStream(draw.seed, STREAM));
}

/**
 * A test whose prices go apart from those of others that run beside it: of many draws, the one whose largest correlation
 * with any of them is smallest (rerandomisation: Morgan & Rubin 2012, Annals of Statistics 40(2)). What a substitute's
 * price does would else be taken for what the own one does. Without others it is {@link drawTest}'s.
 *
 * @param logPrices by shop and level: the log of its price; @param beside by shop, of each other test: the log of its
 * price over the one without it, by turn; NaN where it does not run
 * @returns levels as drawTest gives them, and by shop the correlation with each other test
 * @throws TypeError, RangeError naming the argument that is wrong
 */
export function drawTestApart(
  draw: TestDraw,
  logPrices: readonly ReadonlyMap<TestLevel, number>[],
  beside: readonly (readonly ArrayLike<number>[])[],
): { readonly plan: TestLevel[][]; readonly correlations: number[][] } {
  const random = new RandomStream(draw.seed, STREAM);
  const correlated = (plan: readonly (readonly TestLevel[])[]): number[][] =>
    beside.map((others, shop) => {
      const own = (plan[shop] as readonly TestLevel[]).map((level) => logPrices[shop]?.get(level) as number);
      return others.map((other) => correlation(own, other));
    });
  let plan = drawn(draw, random);
  let correlations = correlated(plan);
  const worst = (found: readonly number[][]): number =>
    found.flat().reduce((most, r) => Math.max(most, Math.abs(r)), 0);
  for (let tried = 1; tried < DRAWS_APART && worst(correlations) > 0; tried++) {
    const next = drawn(draw, random);
    const found = correlated(next);
    if (worst(found) < worst(correlations) - 1e-12) [plan, correlations] = [next, found];
  }
  return { plan, correlations };
}

/** Of two prices over the turns in which the other test runs; 0 where either does not move in them. */
export function correlation(own: ArrayLike<number>, other: ArrayLike<number>): number {
  const turns = Array.from(other, (_, t) => t).filter((t) => !Number.isNaN(other[t]));
  const [a, b] = [own, other].map((of) => {
    const values = turns.map((t) => of[t] as number);
    const middle = values.length === 0 ? 0 : mean(values);
    return values.map((value) => value - middle);
  }) as [number[], number[]];
  const scale = Math.sqrt(dot(a, a) * dot(b, b));
  // All of a test counts: an overlap of few turns says little.
  const share = turns.length / Math.max(1, own.length);
  return scale > 1e-12 ? (Math.sqrt(share) * dot(a, b)) / scale : 0;
}

function drawn({ levels, turn, turns, shops, seed }: TestDraw, random: RandomStream): TestLevel[][] {
  checkList('levels', levels, 2);
  for (const level of levels) checkOneOf('level', level, TEST_LEVELS);
  if (new Set(levels).size !== levels.length) throw new RangeError('levels must each be given once');
  checkOneOf('turn', turn, TEST_TURNS);
  checkWhole('turns', turns, 1, MOST_TEST_DAYS);
  checkWhole('shops', shops, 1, 10_000);
  checkWhole('seed', seed);
  const block = blockTurns(levels.length, turn);
  if (turns % block !== 0) throw new RangeError(`turns must be a multiple of ${block}, got ${turns}`);
  const plan = Array.from({ length: shops }, () => new Array<TestLevel>(turns));
  // A day's own weekday, or the one row of weeks.
  const lanes = turn === 'day' ? 7 : 1;
  for (let start = 0; start < turns; start += block) {
    for (let lane = 0; lane < lanes; lane++) {
      const order = shuffled(levels, random);
      const ranks = shuffled([...Array(shops).keys()], random);
      for (let place = 0; place < levels.length; place++) {
        const at = start + place * lanes + lane;
        ranks.forEach((shop, rank) => {
          (plan[shop] as TestLevel[])[at] = order[(place + rank) % levels.length] as TestLevel;
        });
      }
    }
  }
  return plan;
}

/** Turns after which every level has had its equal share: as many weeks as levels. */
function blockTurns(levels: number, turn: TestTurn): number {
  return turn === 'day' ? 7 * levels : levels;
}

/** Fisher-Yates. */
function shuffled<T>(items: readonly T[], random: RandomStream): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}
