import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/math/random.ts';
import { type Component, FittedRegression } from '../../../src/core/regression/component.ts';
import { fitGlm } from '../../../src/core/regression/glm.ts';
import { COARSE_SPECS, type Spec } from '../../../src/core/regression/hyper-parameters.ts';
import { matchedTau } from '../../../src/core/regression/matched-tau.ts';
import { fitRegression, solveRegression } from '../../../src/core/regression/objective.ts';
import { planRegression, withRemainder } from '../../../src/core/regression/plan.ts';
import type { CellPrior } from '../../../src/core/regression/prior.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { context, frozenSet, shop } from '../../support/agreement.ts';
import { cellOf } from '../../support/cells.ts';

/** Weeks of a shop whose price is the only thing that moves demand: the simulator's one column is the price. */
function weeks(rows: number, seed: number): CellSeries {
  const random = new RandomStream(seed, 3);
  const price = Array.from({ length: rows }, () => 8 * Math.exp(0.12 * random.normal()));
  const quantity = price.map((p) => (100 * (p / 8) ** -1.8 * random.gamma(20)) / 20);
  return cellOf(quantity, price, {
    frequency: 'weekly',
    days: Int32Array.from({ length: rows }, (_, i) => 20_000 + 7 * i),
  });
}

/** No season, no trend, no level that moves. */
const PLAIN: Spec = { ...(COARSE_SPECS[0] as Spec), fourierOrder: 0, fastDiscount: 1, slowDiscount: 1 };
const given = context();

describe('simulated rows as a prior', () => {
  it('say what the Gaussian prior says at matched strength: same elasticity, same doubt', () => {
    for (const [seed, variance] of [
      [1, 0.3],
      [2, 0.1],
      [3, 1],
    ] as const) {
      const prior: CellPrior = { price: { mean: -2.6, variance } };
      const series = weeks(40, seed);
      const gaussian = planRegression({ series, rows: 40, spec: PLAIN, prior, options: given }, 'prior');
      const alone = fitRegression(gaussian, null);
      const simulated = planRegression({ series, rows: 40, spec: PLAIN, prior, options: given }, 'rows');
      const tau = matchedTau(simulated, prior, alone.footing) as number;
      const coefficients = solveRegression(
        simulated,
        alone.footing,
        { tau, rows: 3_000 },
        alone.coefficients,
      ).coefficients;
      const exact = new FittedRegression(gaussian, {
        footing: alone.footing,
        simulated: null,
        coefficients: alone.coefficients,
        converged: true,
        precisions: gaussian.priorPrecisions,
      }).component();
      const other = new FittedRegression(simulated, {
        footing: alone.footing,
        simulated: { tau, rows: 3_000 },
        coefficients,
        converged: true,
        precisions: simulated.priorPrecisions,
      }).component();
      const [of, by] = [exact, other].map((c) => Math.sqrt(c.covariance[3])) as [number, number];
      // The two agree to second order: demand is not 1 at every simulated price, and the intercept is shrunk too. A
      // tenth of a posterior deviation is nothing.
      expect(Math.abs(other.coefficients[1] - exact.coefficients[1])).toBeLessThan(0.1 * of);
      expect(by / of).toBeGreaterThan(0.9);
      expect(by / of).toBeLessThan(1.1);
      // The prior matters: without it the elasticity lies elsewhere.
      const own = fitRegression(simulated, null).coefficients[1];
      expect(Math.abs(own - exact.coefficients[1])).toBeGreaterThan(0.1 * of);
    }
  });
  it('say with their remainder what the Gaussian prior says of every column: precision, mode and doubt', () => {
    // Seven weekdays and the price, each with a prior of its own.
    const series = shop(60, 2);
    const prior: CellPrior = { price: { mean: -2.2, variance: 0.3 }, weekday5: { mean: 0.3, variance: 0.01 } };
    const spec: Spec = { ...PLAIN, variancePower: 2 };
    const gaussian = planRegression({ series, rows: 60, spec, prior, options: given }, 'prior');
    const { footing, coefficients: start } = fitRegression(gaussian, null);
    const simulated = withRemainder(planRegression({ series, rows: 60, spec, prior, options: given }, 'rows'), prior);
    const strength = { tau: matchedTau(simulated, prior, footing) as number, rows: 3_000 };
    const simulator = simulated.simulator as NonNullable<typeof simulated.simulator>;
    const variance = (values: readonly number[]): number => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    };
    const width = simulator.columns;
    expect(width).toBeGreaterThan(7);
    for (let j = 1; j < width; j++) {
      const column =
        j === 1
          ? Array.from(simulator.priceTerm)
          : Array.from({ length: simulator.rows }, (_, i) => simulator.design[i * width + j]);
      // A row of variance power 2 weighs 1/φ whatever its demand. The weak ridge is a hundredth on top where the rows
      // say all.
      const carried = (strength.tau * variance(column)) / footing.dispersion + simulated.priorPrecisions[j];
      expect(carried / gaussian.priorPrecisions[j]).toBeGreaterThan(0.999);
      expect(carried / gaussian.priorPrecisions[j]).toBeLessThan(1.011);
    }
    const coefficients = solveRegression(simulated, footing, strength, start).coefficients;
    const exact = new FittedRegression(gaussian, {
      footing,
      simulated: null,
      coefficients: start,
      converged: true,
      precisions: gaussian.priorPrecisions,
    }).component();
    const other = new FittedRegression(simulated, {
      footing,
      simulated: strength,
      coefficients,
      converged: true,
      precisions: simulated.priorPrecisions,
    }).component();
    // What rows and prior settle: the price effect, and log demand on each weekday at the reference price, of whose
    // parts only the sum is known. Simulated rows also hold the intercept to where the market's effects put the own
    // rows' mean, which the Gaussian form leaves free: a quarter of a deviation allows for it.
    const figureOf = (
      { coefficients: c, covariance: v }: Component,
      j: number,
    ): { value: number; deviation: number } => {
      const at = (a: number, b: number): number => v[a * width + b];
      return j === 1
        ? { value: c[1], deviation: Math.sqrt(at(1, 1)) }
        : { value: c[0] + c[j], deviation: Math.sqrt(at(0, 0) + 2 * at(0, j) + at(j, j)) };
    };
    for (let j = 1; j < width; j++) {
      const of = figureOf(exact, j);
      const by = figureOf(other, j);
      expect(Math.abs(by.value - of.value)).toBeLessThan(0.25 * of.deviation);
      expect(by.deviation / of.deviation).toBeGreaterThan(0.85);
      expect(by.deviation / of.deviation).toBeLessThan(1.15);
    }
  });
  it('leave no remainder beside the one column that they match', () => {
    const prior: CellPrior = { price: { mean: -2.6, variance: 0.3 } };
    const weak = planRegression({ series: weeks(40, 1), rows: 40, spec: PLAIN, prior, options: given }, 'rows');
    expect(withRemainder(weak, prior).priorPrecisions).toEqual(weak.priorPrecisions);
    expect(withRemainder(weak, prior).priorMeans).toEqual(weak.priorMeans);
  });
  it('are nothing as τ goes to 0: with every λ at 0 too, the mode is the maximum-likelihood estimate', () => {
    const series = weeks(80, 5);
    const prior: CellPrior = { price: { mean: -2.6, variance: Number.POSITIVE_INFINITY } };
    const regression = planRegression({ series, rows: 80, spec: PLAIN, prior, options: given }, 'rows');
    const { footing } = fitRegression(regression, null);
    const logs = Array.from(series.price, (p) => Math.log(p / regression.plan.referencePrice));
    const weight = regression.weight;
    // The maximum-likelihood estimate by iteratively reweighted least squares (McCullagh & Nelder 1989, §2.5), written
    // out for two columns.
    let [a, b] = [0, 0];
    for (let step = 0; step < 50; step++) {
      const sums = [0, 0, 0, 0, 0] as [number, number, number, number, number];
      logs.forEach((x, i) => {
        const mu = Math.exp(a + b * x);
        const w = weight[i] * mu;
        const z = a + b * x + (regression.response[i] - mu) / mu;
        sums[0] += w;
        sums[1] += w * x;
        sums[2] += w * x * x;
        sums[3] += w * z;
        sums[4] += w * x * z;
      });
      const [s0, s1, s2, t0, t1] = sums;
      [a, b] = [(s2 * t0 - s1 * t1) / (s0 * s2 - s1 * s1), (s0 * t1 - s1 * t0) / (s0 * s2 - s1 * s1)];
    }
    const exact = solveRegression(regression, footing, { tau: 1e-9, rows: 300 }, new Float64Array(2)).coefficients;
    // The intercept keeps a precision of 1e-6 against hundreds.
    expect(exact[0]).toBeCloseTo(a, 6);
    expect(exact[1]).toBeCloseTo(b, 6);
    const loop = frozenSet(regression, 1, 1e-9);
    loop.run(0, 20_000);
    // Mini-batches of 64 of 80 rows: the average ends within a hundredth of a standard error (0.13) or so.
    expect(Math.abs(loop.state().average[1] - b)).toBeLessThan(0.01);
  });
  it('are all as τ goes to infinity: the mode is the market model, in the solver and in the loop', () => {
    const prior: CellPrior = { price: { mean: -2.6, variance: 0.3 } };
    const regression = planRegression({ series: weeks(80, 6), rows: 80, spec: PLAIN, prior, options: given }, 'rows');
    const { footing } = fitRegression(regression, null);
    expect(
      solveRegression(regression, footing, { tau: 1e7, rows: 300 }, new Float64Array(2)).coefficients[1],
    ).toBeCloseTo(-2.6, 4);
    const loop = frozenSet(regression, 1, 1e7);
    loop.run(0, 5_000);
    expect(loop.state().average[1]).toBeCloseTo(-2.6, 3);
  });
  it('have the closed ridge form in the Gaussian limit', () => {
    // Demand that hardly leaves 1: log μ ≈ μ − 1, and the mode is (XᵀX/φ + Λ)⁻¹ (Xᵀ(y − 1)/φ + Λb).
    const random = new RandomStream(7, 1);
    const small = 1e-4;
    const x = Array.from({ length: 50 }, () => random.normal());
    const y = x.map((v) => 1 + small * (0.7 * v + random.normal()));
    const [phi, lambda, b] = [0.2, 30, 2 * small];
    const fit = fitGlm({
      rows: 50,
      columns: 1,
      design: Float64Array.from(x),
      response: Float64Array.from(y),
      weight: new Float64Array(50).fill(1),
      family: 'power',
      variancePower: 1,
      inverseSize: 0,
      dispersion: phi,
      ridge: Float64Array.of(lambda),
      priorMean: Float64Array.of(b),
    });
    const xx = x.reduce((sum, v) => sum + v * v, 0);
    const xy = x.reduce((sum, v, i) => sum + v * (y[i] - 1), 0);
    const ridge = (xy / phi + lambda * b) / (xx / phi + lambda);
    // What the limit leaves out is of the order small².
    expect(Math.abs(fit.coefficients[0] - ridge)).toBeLessThan(10 * small ** 2);
    expect(Math.abs(ridge)).toBeGreaterThan(1e3 * small ** 2);
  });
});
