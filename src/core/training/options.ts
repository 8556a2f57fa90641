/** What may be chosen about a training. */

import { checkFlag, checkNumber, checkWhole } from '../checks.ts';

export interface TrainingOptions {
  /** Budget of iterations, ≥ 1. */
  readonly iterations: number;
  /** Simulated rows an iteration, ≥ 0; 0 trains on own rows alone. */
  readonly simulatedRows: number;
  /** Draws simulated demand instead of using its mean. */
  readonly simulationNoise: boolean;
  readonly seed: number;
  /** Evaluates at the multiples of this; null for the logarithmic schedule. */
  readonly evaluateEvery: number | null;
  /** Iterations between search rounds; 0 for none. */
  readonly searchEvery: number;
  /** Evaluations without a gain of 0.1 % after which training ends; null never. */
  readonly patience: number | null;
  /** τ and λ move during training. */
  readonly adaptive: boolean;
  /** Fixed τ; null to match the market's prior. */
  readonly tau: number | null;
  /** Level, φ, τ, λ and spec stay as the exact solver found them at the start: for checks against it. */
  readonly frozen: boolean;
}

export const DEFAULT_TRAINING: TrainingOptions = {
  iterations: 10_000,
  simulatedRows: 300,
  simulationNoise: false,
  seed: 1,
  evaluateEvery: null,
  searchEvery: 2_000,
  patience: null,
  adaptive: true,
  tau: null,
  frozen: false,
};

/** Patience where neither `--iterations` nor `--patience` is given. */
export const DEFAULT_PATIENCE = 200;
/** @throws TypeError, RangeError naming the option that is out of its range */
export function checkOptions(options: TrainingOptions): void {
  checkWhole('options.iterations', options.iterations, 1);
  checkWhole('options.simulatedRows', options.simulatedRows, 0, 1_000_000);
  checkFlag('options.simulationNoise', options.simulationNoise);
  checkWhole('options.seed', options.seed);
  if (options.evaluateEvery !== null) checkWhole('options.evaluateEvery', options.evaluateEvery, 1);
  checkWhole('options.searchEvery', options.searchEvery, 0);
  if (options.patience !== null) checkWhole('options.patience', options.patience, 1);
  checkFlag('options.adaptive', options.adaptive);
  if (options.tau !== null) checkNumber('options.tau', options.tau, 0);
  checkFlag('options.frozen', options.frozen);
}
