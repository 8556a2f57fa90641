import { describe, expect, it } from 'vitest';
import { DAILY_SPECS, type Spec } from '../../../src/core/regression/hyper-parameters.ts';
import { planRegression } from '../../../src/core/regression/plan.ts';
import { type CellPrior, columnPriors, weakPriors } from '../../../src/core/regression/prior.ts';
import { matchedStrength, remainderPriors } from '../../../src/core/regression/remainder.ts';
import type { Simulator } from '../../../src/core/regression/simulator.ts';
import { shop } from '../../support/agreement.ts';

const PRIOR: CellPrior = {
  price: { mean: -2.2, variance: 0.3 },
  ...Object.fromEntries(Array.from({ length: 7 }, (_, d) => [`weekday${d}`, { mean: 0.05 * d, variance: 0.002 }])),
};

function made(spec: Partial<Spec> = {}, ridgeScale = 1) {
  const series = shop(400, 5);
  const covariates = [{ name: 'lluvia', knownAhead: true, values: Float64Array.from(series.days, (d) => d % 5) }];
  const regression = planRegression(
    {
      series: { ...series, covariates },
      rows: 400,
      spec: { ...(DAILY_SPECS[0] as Spec), ...spec },
      prior: PRIOR,
      options: { holidays: [], market: false },
    },
    'rows',
  );
  const simulator = regression.simulator as Simulator;
  const { plan } = regression;
  const strength = matchedStrength(plan, PRIOR, ridgeScale, simulator);
  if (!strength) throw new Error('the simulator moves the price');
  return {
    plan,
    simulator,
    strength,
    full: columnPriors(plan, PRIOR, ridgeScale),
    weak: weakPriors(plan, PRIOR, ridgeScale),
    ridgeScale,
  };
}

describe('simulated rows at matched strength', () => {
  it('tell no column more than the market’s prior does, and one as much', () => {
    const { plan, strength, full } = made();
    const told = plan.columns.map((_, j) => (strength.perSpread * strength.spreads[j]) / full.precisions[j]);
    for (const share of told) expect(share).toBeLessThanOrEqual(1 + 1e-12);
    expect(Math.max(...told)).toBeCloseTo(1, 12);
    // That one is the price: markets know weekdays far better.
    expect(plan.columns[told.indexOf(Math.max(...told))]?.name).toBe('price');
  });
  it('measure a column by its variance over the calendar: a day in seven has 6/49', () => {
    const { plan, strength } = made();
    plan.columns.forEach(({ group }, j) => {
      // A year of 365 days has one weekday 53 times.
      if (group === 'weekday') expect(Math.abs(strength.spreads[j] - 6 / 49)).toBeLessThan(0.002);
      if (group === 'trend' || group === 'covariate' || group === 'level') expect(strength.spreads[j]).toBe(0);
    });
  });
});

describe('the ridge beside them', () => {
  for (const ridgeScale of [1, 4]) {
    it(`makes up the prior’s precision, around the market’s means, at a ridge scale of ${ridgeScale}`, () => {
      const { plan, simulator, strength, full, weak } = made({}, ridgeScale);
      const { means, precisions } = remainderPriors(plan, PRIOR, ridgeScale, simulator);
      let added = 0;
      plan.columns.forEach(({ group }, j) => {
        if (group !== 'weekday' && group !== 'season') return;
        added++;
        expect(precisions[j] + strength.perSpread * strength.spreads[j]).toBeCloseTo(full.precisions[j], 9);
        expect(means[j]).toBe(simulator.means[j]);
        expect(precisions[j]).toBeGreaterThan(weak.precisions[j]);
      });
      expect(added).toBe(7 + 6);
    });
  }
  it('stays weak around 0 for the price, of which the rows say all', () => {
    const { plan, simulator, weak } = made();
    const { means, precisions } = remainderPriors(plan, PRIOR, 1, simulator);
    expect([means[1], precisions[1]]).toEqual([0, weak.precisions[1]]);
    expect(precisions[1]).toBeCloseTo(0.01 / 0.3, 12);
  });
  it('is the usual one where the simulator does not speak: level, trend, covariates', () => {
    const { plan, simulator, full } = made();
    const { means, precisions } = remainderPriors(plan, PRIOR, 1, simulator);
    const silent = plan.columns.flatMap(({ group }, j) =>
      group === 'level' || group === 'trend' || group === 'covariate' ? [j] : [],
    );
    expect(silent.length).toBeGreaterThan(2);
    for (const j of silent) expect([means[j], precisions[j]]).toEqual([full.means[j], full.precisions[j]]);
  });
});
