/** Randomised prices of a test: which level a product has in which period, in one shop or several. */

import { checkList, checkOneOf, checkWhole } from '../checks.ts';
import { RandomStream } from '../math/random.ts';
import { TEST_LEVELS, TEST_TURNS, type TestLevel, type TestTurn } from '../vocabulary.ts';

const STREAM = 0x74657374;
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
export function drawTest({ levels, turn, turns, shops, seed }: TestDraw): TestLevel[][] {
  checkList('levels', levels, 2);
  for (const level of levels) checkOneOf('level', level, TEST_LEVELS);
  if (new Set(levels).size !== levels.length) throw new RangeError('levels must each be given once');
  checkOneOf('turn', turn, TEST_TURNS);
  checkWhole('turns', turns, 1, MOST_TEST_DAYS);
  checkWhole('shops', shops, 1, 10_000);
  checkWhole('seed', seed);
  const block = blockTurns(levels.length, turn);
  if (turns % block !== 0) throw new RangeError(`turns must be a multiple of ${block}, got ${turns}`);
  const random = new RandomStream(seed, STREAM);
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
