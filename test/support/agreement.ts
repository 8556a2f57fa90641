/** How far the loop ends from the exact solver when everything but the coefficients is held, in standard errors. */

import type { FitContext } from '../../src/core/demand/cross-validation.ts';
import { wasmIterationKernel } from '../../src/core/kernel/iteration-kernel.ts';
import { RandomStream } from '../../src/core/math/random.ts';
import { DAILY_SPECS, type Spec } from '../../src/core/regression/hyper-parameters.ts';
import { solveRegression } from '../../src/core/regression/objective.ts';
import { planRegression, type Regression, withRemainder } from '../../src/core/regression/plan.ts';
import type { CellPrior } from '../../src/core/regression/prior.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';
import { ParameterSet, type SetSettings } from '../../src/core/training/parameter-set.ts';
import { cellOf } from './cells.ts';

/** A shop with an elasticity of −1.8, a weekly pattern and gamma noise. */
export function shop(rows: number, seed: number, { soldOut = false } = {}): CellSeries {
  const random = new RandomStream(seed, 7);
  const weekday = Array.from({ length: 7 }, () => 0.3 * random.normal());
  const price = Array.from({ length: rows }, () => Math.round(800 * Math.exp(0.12 * random.normal())) / 100);
  const quantity = price.map((p, i) => {
    const mean = 20 * (p / 8) ** -1.8 * Math.exp(weekday[i % 7]);
    return (mean * random.gamma(8)) / 8;
  });
  const sold = Uint8Array.from(quantity, (q) => (soldOut && q > 26 ? 1 : 0));
  return cellOf(
    quantity.map((q, i) => (sold[i] === 1 ? 26 : q)),
    price,
    { soldOut: sold },
  );
}

export const PRIOR: CellPrior = { price: { mean: -2.2, variance: 0.3 } };

export function context(overrides: Partial<FitContext> = {}): FitContext {
  return { holidays: [], market: false, specs: DAILY_SPECS, priorAt: () => PRIOR, ...overrides };
}

/** One parameter set with everything but the coefficients held. */
export function frozenSet(regression: Regression, seed: number, tau: number): ParameterSet {
  const settings: SetSettings = {
    simulatedRows: 300,
    noise: false,
    seed,
    batch: 64,
    step: { first: 0.5, hold: 20, power: 0.6 },
    frozen: true,
  };
  const kernel = wasmIterationKernel();
  return new ParameterSet({ regression, fold: null, settings, kernel, tau, restart: 0, start: null });
}

/**
 * Differences between running average and exact solution over their combined standard errors, one per coefficient of
 * every cell.
 */
export function agreementRatios(cells: number, iterations: number, tau = 25): number[] {
  const ratios: number[] = [];
  for (let c = 0; c < cells; c++) {
    const spec = DAILY_SPECS[[0, 5, 7, 8, 2][c % 5]] as Spec;
    const rows = 60 + 25 * (c % 20);
    const regression = withRemainder(
      planRegression({ series: shop(rows, c + 1), rows, spec, prior: PRIOR, options: context() }, 'rows'),
      PRIOR,
    );
    const set = frozenSet(regression, c + 1, tau);
    // Means of 20 batches of the later iterates tell the error of their mean (Law & Carson 1979, Operations Research
    // 27(5)).
    const batches = 20;
    const from = iterations / 5;
    set.run(0, from);
    const length = (iterations - from) / batches;
    const means = Array.from({ length: batches }, (_, b) => {
      const sum = new Float64Array(regression.plan.columns.length);
      const thin = 40;
      for (let i = 0; i < length; i += thin) {
        set.run(from + b * length + i, from + b * length + i + thin);
        set.state().coefficients.forEach((value, j) => {
          sum[j] = sum[j] + value / (length / thin);
        });
      }
      return sum;
    });
    const exactly = (simulated: number): Float64Array =>
      solveRegression(
        regression,
        set.frozenFooting,
        { tau, rows: simulated },
        set.state().average as Float64Array<ArrayBuffer>,
      ).coefficients;
    const [exact, coarser] = [exactly(30_000), exactly(15_000)];
    set.state().average.forEach((value, j) => {
      const mean = means.reduce((sum, batch) => sum + batch[j], 0) / batches;
      const variance = means.reduce((sum, batch) => sum + (batch[j] - mean) ** 2, 0) / (batches - 1) / batches;
      // The cubic weights of the running average make its variance 16/7 of the plain mean's (Shamir & Zhang 2013, η =
      // 3).
      const integration = exact[j] - coarser[j];
      const error = Math.sqrt((variance * 16) / 7 + integration ** 2);
      if (error > 0) ratios.push((value - exact[j]) / error);
    });
  }
  return ratios;
}

/** Root mean square and largest absolute value. */
export function sizeOf(ratios: readonly number[]): { readonly rms: number; readonly largest: number } {
  return {
    rms: Math.sqrt(ratios.reduce((sum, r) => sum + r * r, 0) / ratios.length),
    largest: Math.max(...ratios.map(Math.abs)),
  };
}
