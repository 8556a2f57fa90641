import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/math/random.ts';
import { DAILY_SPECS, type Spec } from '../../../src/core/regression/hyper-parameters.ts';
import { metricOf } from '../../../src/core/training/history.ts';
import { DEFAULT_TRAINING, type TrainingOptions } from '../../../src/core/training/options.ts';
import { Training } from '../../../src/core/training/training.ts';
import { context, shop } from '../../support/agreement.ts';
import { cellOf } from '../../support/cells.ts';

function trained(series: ReturnType<typeof shop>, options: Partial<TrainingOptions>, given = context()): Training {
  const training = new Training(series, given, { ...DEFAULT_TRAINING, searchEvery: 0, ...options });
  training.run(Number.POSITIVE_INFINITY);
  return training;
}

/**
 * The iteration at which so many evaluations in a row have come without an error more than a thousandth below the least
 * before: gains that creep are none.
 */
function stopOf(errors: ArrayLike<number>, iterations: ArrayLike<number>, patience: number): number | null {
  let least = Number.POSITIVE_INFINITY;
  let stalled = 0;
  for (let i = 0; i < errors.length; i++) {
    const error = errors[i];
    stalled = error < least * 0.999 ? 0 : stalled + 1;
    least = Math.min(least, error);
    if (stalled >= patience) return iterations[i];
  }
  return null;
}

describe('patience', () => {
  const cells = [11, 12, 13].map((seed) => {
    const series = shop(200, seed);
    return { series, history: trained(series, { iterations: 3_000 }).history() };
  });
  for (const patience of [5, 20, 60]) {
    it(`ends a training after ${patience} evaluations without a gain of 0.1 %, and no other number`, () => {
      for (const { series, history } of cells) {
        const expected = stopOf(metricOf(history, 'error'), history.iterations, patience);
        const stopped = trained(series, { iterations: 3_000, patience });
        expect(stopped.finished).toBe('converged');
        expect(stopped.iterationsDone).toBe(expected);
      }
    });
  }
});

describe('the weight of simulated rows', () => {
  it('goes no further than a sixteenth of where it began, however wrong the market is, and a step of √2 at a time', () => {
    // An elasticity of −1.8 in a market that is all but certain of −6 and of weekdays that do not differ.
    const random = new RandomStream(3, 7);
    const price = Array.from({ length: 90 }, () => Math.round(800 * Math.exp(0.12 * random.normal())) / 100);
    const quantity = price.map((p) => (20 * (p / 8) ** -1.8 * random.gamma(50)) / 50);
    const sure = Object.fromEntries([
      ['price', { mean: -6, variance: 0.006 }],
      ...Array.from({ length: 7 }, (_, d) => [`weekday${d}`, { mean: 0, variance: 1e-6 }] as const),
    ]);
    const specs = [{ ...(DAILY_SPECS[7] as Spec), fastDiscount: 1, slowDiscount: 1 }];
    const training = trained(
      cellOf(quantity, price),
      { iterations: 150_000, simulatedRows: 2 },
      context({ specs, priorAt: () => sure }),
    );
    const matched = training.state().matchedTau.at(-1) as number;
    const steps = Array.from(metricOf(training.history(), 'tau'), (tau) => 2 * Math.log2(tau / matched));
    // Histories are kept in 32 bits.
    expect(new Set(steps.map((step) => Math.round(step * 1000) / 1000 + 0))).toEqual(
      new Set([0, -1, -2, -3, -4, -5, -6, -7, -8]),
    );
  });
});
