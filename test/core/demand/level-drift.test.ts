import { describe, expect, it } from 'vitest';
import { fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { driftMargins } from '../../../src/core/demand/level-drift.ts';
import { predictDemand } from '../../../src/core/demand/predict.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import { cellOf } from '../../support/cells.ts';
import { unwrap } from '../../support/unwrap.ts';

const ROWS = 500;

/** Model of a cell whose log level walks by `step` a day. */
function modelOf(step: number, seed: number) {
  const random = new RandomStream(seed, 0x77616c6b);
  let level = 0;
  const quantity = Array.from({ length: ROWS }, () => {
    level += step * random.normal();
    return (100 * Math.exp(level) * random.gamma(20)) / 20;
  });
  const days = Int32Array.from({ length: ROWS }, (_, i) => 19_000 + i);
  const cell = cellOf(
    quantity,
    Array.from(days, (_, i) => 2 + 0.2 * (Math.floor(i / 20) % 3)),
    { days },
  );
  return unwrap(
    fitDemand(cell, {
      holidays: [],
      market: false,
      specs: DAILY_SPECS,
      priorAt: () => ({ price: { mean: 0, variance: 0.01 } }),
    }),
  );
}

describe('the drift of a level', () => {
  it('comes out near the variance of the steps of a simulated walk, and near none of a level that stands', () => {
    const drifts = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => modelOf(0.03, seed).levelDrift ?? 0);
    // One walk of 17 blocks tells its variance within a factor of three or so; the mean of eight is nearer.
    const mean = drifts.reduce((a, b) => a + b) / drifts.length;
    expect(mean).toBeGreaterThan(0.03 ** 2 / 2.5);
    expect(mean).toBeLessThan(0.03 ** 2 * 2.5);
    const still = [1, 2, 3, 4].map((seed) => modelOf(0, seed).levelDrift ?? 0);
    for (const drift of still) expect(drift).toBeLessThan(0.03 ** 2 / 20);
  });

  it('widens intervals with the horizon', () => {
    const model = modelOf(0.03, 1);
    const days = Int32Array.from([10, 100, 300], (ahead) => model.lastDay + ahead);
    const none = new Float64Array(3).fill(Number.NaN);
    const planned = { days, price: new Float64Array(3).fill(2), promo: none, marketPrice: none, covariates: {} };
    const { demand, low, high } = predictDemand(model, planned);
    const width = Array.from(demand, (f, i) => ((high[i] as number) - (low[i] as number)) / f);
    expect(width[1]).toBeGreaterThan((width[0] as number) * 1.2);
    expect(width[2]).toBeGreaterThan((width[1] as number) * 1.2);
  });

  it('has the quantiles of a lognormal: 1.6449 standard deviations to either side of 90 %', () => {
    const { below, above } = driftMargins(0.0004, 'daily', 100, 0.9);
    expect(Math.log(1 + above)).toBeCloseTo(1.6449 * 0.2, 4);
    expect(Math.log(1 - below)).toBeCloseTo(-1.6449 * 0.2, 4);
    expect(driftMargins(0.0004, 'weekly', 700, 0.9)).toEqual(driftMargins(0.0004, 'daily', 100, 0.9));
    expect(driftMargins(0.0004, 'daily', -5, 0.9)).toEqual({ below: 0, above: 0 });
  });
});
