import { describe, expect, it } from 'vitest';
import { DAILY_SPECS, type Spec } from '../../../src/core/regression/hyper-parameters.ts';
import { fitRegression } from '../../../src/core/regression/objective.ts';
import { planRegression } from '../../../src/core/regression/plan.ts';
import type { CellPrior } from '../../../src/core/regression/prior.ts';
import type { Simulator } from '../../../src/core/regression/simulator.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { context, shop } from '../../support/agreement.ts';

const ROWS = 800;
const SEASONAL: Spec = { ...(DAILY_SPECS[0] as Spec), fourierOrder: 1, trend: true, fastDiscount: 1, slowDiscount: 1 };

/** A shop beside a market whose price swings by ±20 % over the year and rises by 30 % a year. */
function beside(): CellSeries {
  const series = shop(ROWS, 4);
  return { ...series, marketPrice: Float64Array.from(series.days, (day) => 5 * Math.exp(market(day))) };
}

function market(day: number): number {
  return 0.2 * Math.sin((2 * Math.PI * day) / 365.2425) + (0.3 * (day - 20_400)) / 365.2425;
}

function simulatorOf(
  series: CellSeries,
  prior: CellPrior,
  on: boolean,
): { simulator: Simulator; plan: ReturnType<typeof planRegression>['plan'] } {
  const regression = planRegression(
    { series, rows: ROWS, spec: SEASONAL, prior, options: context({ market: on }) },
    'rows',
  );
  return { simulator: regression.simulator as Simulator, plan: regression.plan };
}

/** Slope of the simulator's log demand over its calendar on the market's log price. */
function following({ linear }: Simulator, lastDay: number): number {
  const x = Array.from(linear, (_, i) => market(lastDay - linear.length + 1 + i));
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  let [xy, xx] = [0, 0];
  x.forEach((v, i) => {
    xy += (v - mean) * linear[i];
    xx += (v - mean) ** 2;
  });
  return xy / xx;
}

describe('market data in the simulator', () => {
  const series = beside();
  const lastDay = series.days.at(-1) as number;
  const prior: CellPrior = { price: { mean: -2.2, variance: 0.3 } };
  it('enter as a column, whose effect is learned', () => {
    const { plan } = simulatorOf(series, prior, true);
    expect(plan.columns.map((c) => c.name)).toContain('market');
    expect(simulatorOf(series, prior, false).plan.columns.map((c) => c.name)).not.toContain('market');
  });
  it('set the range of simulated prices', () => {
    const spread = ({ priceTerm }: Simulator): number =>
      Math.sqrt(priceTerm.reduce((sum, h) => sum + h * h, 0) / priceTerm.length);
    // The shop's own prices move by 12 %, simulated ones by half as much again; the market moved by more.
    expect(spread(simulatorOf(series, prior, false).simulator)).toBeLessThan(0.19);
    expect(spread(simulatorOf(series, prior, true).simulator)).toBeGreaterThan(0.2);
  });
  it('feed its trend and season: by 0.775 of the response to the own price where no other cell tells', () => {
    expect(following(simulatorOf(series, prior, true).simulator, lastDay)).toBeCloseTo(2.2 * (1 - 0.59 / 2.62), 1);
    expect(following(simulatorOf(series, prior, false).simulator, lastDay)).toBeCloseTo(0, 6);
  });
  it('feed them by what other cells tell where they do', () => {
    const pooled: CellPrior = { ...prior, market: { mean: 0.5, variance: 0.04 } };
    expect(following(simulatorOf(series, pooled, true).simulator, lastDay)).toBeCloseTo(0.5, 2);
  });
  it('are learned by a fit whose simulated rows weigh enough', () => {
    const pooled: CellPrior = { ...prior, market: { mean: 0.5, variance: 0.04 } };
    const regression = planRegression(
      { series, rows: ROWS, spec: SEASONAL, prior: pooled, options: context({ market: true }) },
      'rows',
    );
    const { coefficients } = fitRegression(regression, { tau: 1e6, rows: 3_000 });
    const effect = coefficients[regression.plan.columns.findIndex((c) => c.name === 'market')];
    expect(effect).toBeCloseTo(0.5, 1);
  });
});
