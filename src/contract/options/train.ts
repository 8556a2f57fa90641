import { ASSUMED_DAILY_QUANTITY } from '../../core/pricing/cold-start.ts';
import { DEFAULT_PATIENCE, DEFAULT_TRAINING } from '../../core/training/options.ts';
import { MOST_ITERATIONS, POOLINGS, SOLVERS } from '../../core/vocabulary.ts';
import { amount, oneOf, onOff, text, whole } from './option.ts';

/** More threads than any machine has. */
const MOST_WORKERS = 256;
export const POOLING = oneOf({
  flag: '--pooling',
  taken: '<scope>',
  help: 'optPooling',
  of: POOLINGS,
  usual: 'workspace',
});
/** The cores unless told. */
export const WORKERS = whole({ flag: '--workers', help: 'optWorkers', least: 1, most: MOST_WORKERS });
export const MARKET_PRICES = onOff({ flag: '--market', help: 'optMarketData' });

/** Options of a training, on every door. */
export const TRAIN = {
  workers: WORKERS,
  seed: whole({
    flag: '--seed',
    help: 'optSeed',
    least: 0,
    most: 1e9,
    usual: DEFAULT_TRAINING.seed,
  }),
  pooling: POOLING,
  /** `cost` or an imported covariate: guards the price effect against prices that follow demand (control function). */
  instrument: text({ flag: '--instrument', taken: '<column>', help: 'optInstrument' }),
  iterations: whole({
    flag: '--iterations',
    help: 'optIterations',
    least: 1,
    most: MOST_ITERATIONS,
    usual: DEFAULT_TRAINING.iterations,
  }),
  simulatedRows: whole({
    flag: '--simulated-rows',
    help: 'optSimulatedRows',
    least: 0,
    most: 100_000,
    usual: DEFAULT_TRAINING.simulatedRows,
  }),
  /** `exact` unless iterations are given. */
  solver: oneOf({ flag: '--solver', taken: `<${SOLVERS.join('|')}>`, help: 'optSolver', of: SOLVERS }),
  /** Market prices enter: imported ones, else the nearest commodity index. */
  market: MARKET_PRICES,
  simulationNoise: onOff({ flag: '--simulation-noise', help: 'optNoise' }),
  checkpointEvery: whole({
    flag: '--checkpoint-every',
    help: 'optCheckpointEvery',
    least: 1,
    most: MOST_ITERATIONS,
    usual: 1_000,
  }),
  /** Ever wider apart unless told. */
  evaluateEvery: whole({
    flag: '--evaluate-every',
    help: 'optEvaluateEvery',
    least: 1,
    most: MOST_ITERATIONS,
  }),
  searchEvery: whole({
    flag: '--search-every',
    help: 'optSearchEvery',
    least: 0,
    most: MOST_ITERATIONS,
    usual: DEFAULT_TRAINING.searchEvery,
  }),
  /** Usual where no iterations are given; those that are given are used up. */
  patience: whole({
    flag: '--patience',
    help: 'optPatience',
    least: 1,
    most: MOST_ITERATIONS,
    usual: DEFAULT_PATIENCE,
  }),
  fresh: onOff({ flag: '--fresh', help: 'optFresh' }),
} as const;

/** A training that goes on stays as it began: another value is refused. */
export const KEPT_ON_RESUME = [
  ...(['seed', 'simulatedRows', 'simulationNoise', 'evaluateEvery', 'searchEvery'] as const),
  ...(['patience', 'checkpointEvery', 'market'] as const),
] as const satisfies readonly (keyof typeof TRAIN)[];

/** Of a training that waits for its end: the dashboard's goes on by its own button. */
export const RESUME = { resume: onOff({ flag: '--resume', help: 'optResume' }) } as const;

/** Facts of a cell without any sale. */
export const COLD_START = {
  price: amount({ flag: '--price', help: 'optColdPrice' }),
  cost: amount({ flag: '--cost', taken: '<cost>', help: 'optColdCost' }),
  dailyQuantity: amount({
    flag: '--daily-quantity',
    taken: '<quantity>',
    help: 'optDailyQuantity',
    usual: ASSUMED_DAILY_QUANTITY,
  }),
} as const;
