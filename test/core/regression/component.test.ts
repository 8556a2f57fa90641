import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/math/random.ts';
import { FittedRegression, fitSpec, predictComponent } from '../../../src/core/regression/component.ts';
import { DAILY_SPECS, type Spec } from '../../../src/core/regression/hyper-parameters.ts';
import { fitRegression } from '../../../src/core/regression/objective.ts';
import { planRegression } from '../../../src/core/regression/plan.ts';
import type { CellPrior } from '../../../src/core/regression/prior.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { lengthDays, PERIOD_DAYS, periodsFrom } from '../../../src/core/series/periods.ts';
import type { Frequency } from '../../../src/core/vocabulary.ts';
import { cellOf } from '../../support/cells.ts';

interface GoldenCase {
  frequency: Frequency;
  clusterRows: number;
  price: number[];
  quantity: number[];
  coefficients: number[];
  priceVariance: number;
  varianceWithoutClusters: number;
  dispersion: number;
  plainVariance: number;
}
const golden = JSON.parse(readFileSync(new URL('../../golden/sandwich.json', import.meta.url), 'utf8')) as {
  cases: GoldenCase[];
};

/** A Poisson regression on intercept and price alone: no level, no season, no trend, no forgetting, no cap. */
const PLAIN: Spec = {
  ...(DAILY_SPECS.at(-1) as Spec),
  variancePower: 1,
  fastDiscount: 1,
  fourierOrder: 0,
  trend: false,
  halfLifePeriods: 1e9,
  capMultiple: 1e9,
};
const OPTIONS = { holidays: [], market: false };
/** Flat for the price; weekdays are held at 0. */
const FLAT: CellPrior = Object.fromEntries([
  ['price', { mean: 0, variance: 1e8 }],
  ...Array.from({ length: 7 }, (_, d) => [`weekday${d}`, { mean: 0, variance: 1e-9 }] as const),
]);

const FIRST_OF_MONTHS = { frequency: 'monthly', monthDay: 1 } as const;

/** A cell of calendar months from what each would have sold, were it of average length. */
function monthly(average: readonly number[], price: readonly number[]): CellSeries {
  const days = periodsFrom(FIRST_OF_MONTHS, Date.UTC(2010, 0, 1) / 864e5, average.length);
  const quantity = average.map((q, i) => (q * lengthDays(FIRST_OF_MONTHS, days[i])) / PERIOD_DAYS.monthly);
  return cellOf(quantity, price, { frequency: 'monthly', days });
}

describe('a component of months', () => {
  it('forecasts the same demand a day for months of 28 to 31 days', () => {
    const rate = 10;
    const average = new Array<number>(40).fill(rate * PERIOD_DAYS.monthly);
    const series = monthly(average, new Array<number>(40).fill(2));
    const component = fitSpec({ series, rows: 40, spec: PLAIN, prior: FLAT, options: OPTIONS }).component();
    const days = periodsFrom(FIRST_OF_MONTHS, Date.UTC(2024, 0, 1) / 864e5, 12);
    const none = new Float64Array(12).fill(Number.NaN);
    const planned = { days, price: new Float64Array(12).fill(2), promo: none, marketPrice: none, covariates: {} };
    const perDay = Array.from(
      predictComponent(component, planned, []),
      (q, i) => q / lengthDays(FIRST_OF_MONTHS, days[i]),
    );
    for (const q of perDay) expect(q).toBeCloseTo(rate, 6);
    // A plan of an earlier version knows no day of the month: every month is alike.
    const { monthDay: _, ...plan } = component.plan;
    const earlier = predictComponent({ ...component, plan }, planned, []);
    for (const q of earlier) expect(q).toBeCloseTo(rate * PERIOD_DAYS.monthly, 6);
  });
});

describe('a component against statsmodels', () => {
  for (const c of golden.cases) {
    it(`has the coefficients and the variance of ${c.frequency} rows, clustered by ${c.clusterRows}`, () => {
      const series =
        c.frequency === 'monthly'
          ? monthly(c.quantity, c.price)
          : cellOf(c.quantity, c.price, { frequency: c.frequency });
      const fitted = fitSpec({
        series,
        rows: c.price.length,
        spec: PLAIN,
        prior: FLAT,
        options: OPTIONS,
      });
      const component = fitted.component();
      const plainVariances = fitted.plainVariances();
      const width = component.plan.columns.length;
      expect(component.coefficients[0]).toBeCloseTo(c.coefficients[0], 6);
      expect(component.coefficients[1]).toBeCloseTo(c.coefficients[1], 6);
      // 1e-5: the ridges are small, not 0.
      expect(component.covariance[width + 1] / c.priceVariance).toBeCloseTo(1, 5);
      expect(component.dispersion / c.dispersion).toBeCloseTo(1, 5);
      expect(plainVariances[1] / c.plainVariance).toBeCloseTo(1, 5);
      // The clusters matter in this data: rows taken as independent would pass for twice as sure.
      expect(c.priceVariance / c.varianceWithoutClusters).toBeGreaterThan(2);
    });
  }
});

/** Prices that rise with demand's shocks (3 % a per cent of price) and with a cost that no shock moves. */
function endogenous(stream: number, rows = 300): CellSeries {
  const random = new RandomStream(17, stream);
  const cost: number[] = [];
  const price: number[] = [];
  const quantity: number[] = [];
  for (let i = 0; i < rows; i++) {
    const logCost = 0.1 * random.normal();
    const shock = 0.1 * random.normal();
    cost.push(6 * Math.exp(logCost));
    price.push(10 * Math.exp(0.7 * logCost + shock));
    quantity.push((30 * Math.exp(-2 * (0.7 * logCost + shock) + 3 * shock) * random.gamma(20)) / 20);
  }
  return cellOf(quantity, price, { cost: Float64Array.from(cost) });
}

describe('the variance of a price effect guarded by a control function', () => {
  const prior: CellPrior = { price: { mean: -2, variance: 100 }, control: { mean: 0, variance: 1e4 } };
  const options = { ...OPTIONS, instrument: 'cost' };
  it('counts the part of the shock that the control column took: γ² σ²_v over what the instrument explains', () => {
    const regression = planRegression({ series: endogenous(1), rows: 300, spec: PLAIN, prior, options }, 'prior');
    const { footing, coefficients, converged } = fitRegression(regression, null);
    const width = regression.plan.columns.length;
    const varianceOf = (control: typeof regression.control): number =>
      new FittedRegression(
        { ...regression, control },
        { footing, simulated: null, coefficients, converged, precisions: regression.priorPrecisions },
      ).component().covariance[width + 1];
    const control = regression.control as NonNullable<typeof regression.control>;
    const shock = coefficients[width - 1] ** 2 * control.residualVariance;
    expect(varianceOf(control) - varianceOf(null)).toBeCloseTo(shock / control.explained, 12);
    // Two thirds of the variance come from it here.
    expect(varianceOf(control) / varianceOf(null)).toBeGreaterThan(2);
  });
  it('is that of the estimates over many cells: squared errors over it average 1', () => {
    const cells = 200;
    let sum = 0;
    let squares = 0;
    for (let stream = 0; stream < cells; stream++) {
      const { coefficients, covariance, plan } = fitSpec({
        series: endogenous(stream),
        rows: 300,
        spec: PLAIN,
        prior,
        options,
      }).component();
      const error = coefficients[1] + 2;
      sum += error / cells;
      squares += error ** 2 / covariance[plan.columns.length + 1] / cells;
    }
    // Standard error of one cell 0.31, of their mean 0.022; three of those.
    expect(Math.abs(sum)).toBeLessThan(0.07);
    // The mean of 200 squares of a standard normal has a standard deviation of 0.1: four of those.
    expect(Math.abs(squares - 1)).toBeLessThan(0.4);
  });
});
