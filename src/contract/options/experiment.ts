import { EXPERIMENT_STATUSES, TEST_DESIGNS, TEST_TURNS } from '../../core/vocabulary.ts';
import { oneOf, orOff, share, text, whole } from './option.ts';

/** How price tests are proposed. */
export const PROPOSE_TEST = {
  /** Several shops are tested together, or each product of a shop by itself. */
  design: oneOf({
    flag: '--design',
    taken: '<design>',
    help: 'optTestDesign',
    of: TEST_DESIGNS,
    usual: 'switchback',
  }),
  /** Distance of the levels from today's price, a share; the one that is worth most unless told. */
  size: share({ flag: '--size', help: 'optTestSize' }),
  /** The length that is worth most unless told. */
  weeks: whole({ flag: '--weeks', help: 'optTestWeeks', least: 1, most: 52 }),
  levels: whole({ flag: '--levels', help: 'optTestLevels', least: 2, most: 3, usual: 2 }),
  turn: oneOf({ flag: '--every', taken: '<day|week>', help: 'optTestTurn', of: TEST_TURNS, usual: 'week' }),
  /** Days from the first of the test on over which its answer is used. */
  worthDays: whole({ flag: '--worth-days', taken: '<days>', help: 'optWorthDays', least: 30, most: 730, usual: 180 }),
  /** First day (ISO date); the day after the last sale unless told, the next Monday of tests by week. */
  from: text({ flag: '--from', taken: '<date>', help: 'optTestFrom', most: 10 }),
  seed: whole({ flag: '--seed', help: 'optTestSeed', least: 0, most: 2 ** 31 - 1, usual: 1 }),
} as const;

export const START_TEST = {
  ...PROPOSE_TEST,
  /** Share of the profit, or of the sales, without the test that may be lost before it is aborted. */
  maxLoss: orOff(share({ flag: '--max-loss', help: 'optMaxLoss', usual: 0.2 })),
} as const;

export const LIST_TESTS = {
  status: oneOf({ flag: '--status', taken: '<status>', help: 'optTestStatus', of: EXPERIMENT_STATUSES }),
} as const;
