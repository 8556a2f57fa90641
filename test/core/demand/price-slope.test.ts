import { describe, expect, it } from 'vitest';
import { effectsBeside, priceSlope, type WeighedNoise, weighNoises } from '../../../src/core/demand/price-slope.ts';
import { invert } from '../../../src/core/math/linear-algebra.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { type Component, fitSpec } from '../../../src/core/regression/component.ts';
import type { FitInput } from '../../../src/core/regression/fit-input.ts';
import { DAILY_SPECS, type Spec } from '../../../src/core/regression/hyper-parameters.ts';
import { planRegression, type Regression } from '../../../src/core/regression/plan.ts';
import { cellOf } from '../../support/cells.ts';

const SPEC: Spec = {
  ...(DAILY_SPECS[0] as Spec),
  variancePower: 2,
  family: 'power',
  fourierOrder: 0,
  boxCoxLambda: 0,
  trend: false,
  halfLifePeriods: 1e6,
  fastDiscount: 0.97,
  capMultiple: 1e6,
};

interface Shop {
  readonly rows: number;
  readonly walk?: number;
  readonly correlation?: number;
  /** Standard deviation of a shock of a whole week of prices. */
  readonly shock?: number;
}

/** Demand of elasticity −2 at prices that stand for a week, from a Wednesday on. */
function inputOf({ rows, walk = 0, correlation = 0, shock = 0 }: Shop, stream: number): FitInput {
  const random = new RandomStream(77, stream);
  let [level, noise, week, deviation] = [0, 0, 0, 0];
  const price: number[] = [];
  const quantity: number[] = [];
  for (let i = 0; i < rows; i++) {
    if (i % 7 === 0) {
      if (random.uniform() < 0.6) deviation = 0.08 * random.normal();
      week = shock * random.normal();
    }
    level += walk * random.normal();
    noise = correlation * noise + Math.sqrt(1 - correlation ** 2) * 0.25 * random.normal();
    price.push(5 * Math.exp(deviation));
    quantity.push(40 * Math.exp(-2 * deviation + level + noise + week));
  }
  return {
    series: cellOf(quantity, price, {}),
    rows,
    spec: SPEC,
    prior: { price: { mean: -2, variance: 100 } },
    options: { holidays: [], market: false },
  };
}

function fitted(input: FitInput): { regression: Regression; component: Component } {
  return { regression: planRegression(input, 'prior'), component: fitSpec(input).component() };
}

const meanSquare = (values: readonly number[]): number => values.reduce((sum, v) => sum + v * v, 0) / values.length;

/** Squared errors of the slope, the component's own, and the squares of the former over their variances. */
function errors(shop: Shop, cells: number): { own: number; before: number; calibration: number } {
  const found = Array.from({ length: cells }, (_, stream) => {
    const { regression, component } = fitted(inputOf(shop, stream));
    const { value, variance } = priceSlope(weighNoises(regression, component), regression, component);
    return { own: value + 2, before: component.coefficients[1] + 2, z: (value + 2) / Math.sqrt(variance) };
  });
  return {
    own: meanSquare(found.map((f) => f.own)),
    before: meanSquare(found.map((f) => f.before)),
    calibration: meanSquare(found.map((f) => f.z)),
  };
}

describe('effects beside a level that walks', () => {
  it.each([
    ['a walk', { walk: 0.02, correlation: 0, share: 0 }],
    ['noise that lasts', { walk: 0.001, correlation: 0.6, share: 0.7 }],
    ['noise of the price’s weeks', { walk: 0.01, correlation: 'block', share: 0.3 }],
  ] as const)('are generalised least squares with the matrix written out: %s', (_, noise) => {
    const rows = 60;
    const { regression, component } = fitted(inputOf({ rows }, 1));
    const told: WeighedNoise = { ...noise, weight: 1, variance: 0.06 };
    const found = effectsBeside([told], regression, component);
    // Demand is of variance power 2: rows scatter alike. The level starts at the first row.
    const { design, plan, response, priorMeans, priorPrecisions } = regression;
    const width = plan.columns.length;
    const V = new Float64Array(rows * rows);
    const week = (i: number): number => Math.floor(i / 7);
    const kept = (i: number, j: number): number => {
      if (noise.correlation !== 'block') return noise.correlation ** Math.abs(i - j);
      return week(i) === week(j) ? 1 : 0;
    };
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < rows; j++)
        // A wide start of the level, as the filter's takes the first row for it.
        V[i * rows + j] =
          1e5 + noise.walk * Math.min(i, j) + noise.share * kept(i, j) + (i === j ? 1 - noise.share : 0);
    const inverse = invert(V, rows);
    const working = Array.from({ length: rows }, (_, i) => {
      let linear = 0;
      for (let j = 0; j < width; j++) linear += design[i * width + j] * component.coefficients[j];
      return response[i] / Math.exp(linear);
    });
    // Linearised beside a slow level, of which the log and the ratio to first order remain.
    const level = slowLevel(working);
    const z = working.map((ratio, i) => Math.log(level[i]) + ratio / level[i] - 1);
    const n = width - 1;
    const A = new Float64Array(n * n);
    const b = new Float64Array(n);
    const x = (i: number, j: number): number => design[i * width + j + 1];
    for (let j = 0; j < n; j++) {
      const ridge = priorPrecisions[j + 1] * told.variance;
      b[j] = ridge * (priorMeans[j + 1] - component.coefficients[j + 1]);
      for (let i = 0; i < rows; i++)
        for (let k = 0; k < rows; k++) b[j] = b[j] + x(i, j) * inverse[i * rows + k] * z[k];
      for (let l = 0; l < n; l++) {
        let sum = j === l ? ridge : 0;
        for (let i = 0; i < rows; i++) for (let k = 0; k < rows; k++) sum += x(i, j) * inverse[i * rows + k] * x(k, l);
        A[j * n + l] = sum;
      }
    }
    const solved = invert(A, n);
    for (let j = 0; j < n; j++) {
      let move = 0;
      for (let l = 0; l < n; l++) move += solved[j * n + l] * b[l];
      expect(found.values[j] - component.coefficients[j + 1]).toBeCloseTo(move, 3);
    }
    expect(Math.sqrt(found.variances[0] / found.variances[1])).toBeCloseTo(Math.sqrt(solved[0] / solved[n + 1]), 2);
  });
  it('come nearer to the truth than a regression beside a filtered level, and say how near', () => {
    for (const [shop, better] of [
      [{ rows: 180, walk: 0.04 }, 0.7],
      [{ rows: 180, correlation: 0.6 }, 0.9],
    ] as const) {
      const { own, before, calibration } = errors(shop, 60);
      expect(own / before).toBeLessThan(better);
      expect(calibration).toBeGreaterThan(0.5);
      expect(calibration).toBeLessThan(1.7);
    }
  });
  it('count what moved the demand of a week once, whatever day its prices change on', () => {
    const { calibration } = errors({ rows: 250, shock: 0.15 }, 60);
    expect(calibration).toBeLessThan(1.7);
  });
  it('weigh the noise that the rows were made with most', () => {
    const heaviest = (shop: Shop): WeighedNoise => {
      const { regression, component } = fitted(inputOf(shop, 3));
      return weighNoises(regression, component)[0] as WeighedNoise;
    };
    expect(heaviest({ rows: 400 }).walk).toBeLessThanOrEqual(0.003);
    expect(heaviest({ rows: 400, walk: 0.06 }).walk).toBeGreaterThanOrEqual(0.01);
    expect(heaviest({ rows: 400, correlation: 0.8 }).correlation).toBeGreaterThanOrEqual(0.6);
    expect(heaviest({ rows: 400, shock: 0.3 }).correlation).toBe('block');
  });
  it('have weights that add to 1', () => {
    const { regression, component } = fitted(inputOf({ rows: 90 }, 4));
    expect(weighNoises(regression, component).reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  });
});

/** A level of ratios, forward and back, discounted by .93 a row. */
function slowLevel(ratios: readonly number[]): number[] {
  return ratios.map((_, i) => {
    let [sum, mass] = [0, 0];
    ratios.forEach((ratio, k) => {
      const weight = 0.93 ** Math.abs(i - k);
      sum += weight * ratio;
      mass += weight;
    });
    return sum / mass;
  });
}
