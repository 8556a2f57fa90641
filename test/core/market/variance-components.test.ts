import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NestedEstimates, VarianceComponents } from '../../../src/core/market/nested-estimates.ts';
import { pauleMandelComponents } from '../../../src/core/market/paule-mandel.ts';
import { type ComponentPrior, fitVarianceComponents } from '../../../src/core/market/variance-components.ts';
import { RandomStream } from '../../../src/core/math/random.ts';

interface GoldenCase extends VarianceComponents {
  name: string;
  values: number[];
  variances: number[];
  productStart: number[];
  typeStart: number[];
  degrees: number;
  topPrecision: number;
  scale: VarianceComponents;
  deviance: number;
}
const golden = JSON.parse(readFileSync(new URL('../../golden/variance_components.json', import.meta.url), 'utf8')) as {
  cases: GoldenCase[];
};

const each = (betweenCells: number, betweenProducts: number, betweenTypes: number): VarianceComponents => ({
  betweenCells,
  betweenProducts,
  betweenTypes,
});
const ONES = each(1, 1, 1);
const PLAIN: ComponentPrior = { degrees: 0, scale: ONES };

/** Estimates of types of products of cells, with their known variances. */
function nestedOf(
  types: readonly (readonly (readonly number[])[])[],
  variance: (index: number) => number,
): NestedEstimates {
  const values = types.flat(2);
  const productStart = [0];
  for (const product of types.flat()) productStart.push((productStart.at(-1) as number) + product.length);
  const typeStart = [0];
  for (const type of types) typeStart.push((typeStart.at(-1) as number) + type.length);
  return {
    values: Float64Array.from(values),
    variances: Float64Array.from(values, (_, i) => variance(i)),
    productStart: Int32Array.from(productStart),
    typeStart: Int32Array.from(typeStart),
  };
}

/** A market drawn from the model. */
function drawn(
  counts: readonly [types: number, products: number, cells: number],
  deviations: VarianceComponents,
  error: number,
  stream: number,
) {
  const random = new RandomStream(23, stream);
  return nestedOf(
    Array.from({ length: counts[0] }, () => {
      const type = -2 + Math.sqrt(deviations.betweenTypes) * random.normal();
      return Array.from({ length: counts[1] }, () => {
        const product = type + Math.sqrt(deviations.betweenProducts) * random.normal();
        return Array.from(
          { length: counts[2] },
          () => product + Math.sqrt(deviations.betweenCells) * random.normal() + error * random.normal(),
        );
      });
    }),
    () => error ** 2,
  );
}

/**
 * Mean squares of a balanced nested analysis of variance, and the components that they estimate (Searle, Casella &
 * McCulloch 1992, §4.2).
 */
function analysisOfVariance(types: readonly (readonly (readonly number[])[])[], variance: number): VarianceComponents {
  const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
  const [a, b, n] = [types.length, (types[0] as number[][]).length, (types[0] as number[][])[0]?.length as number];
  const productMeans = types.map((products) => products.map(mean));
  const typeMeans = productMeans.map(mean);
  const grand = mean(typeMeans);
  let [cells, products, kinds] = [0, 0, 0];
  types.forEach((type, t) => {
    kinds += (b * n * (typeMeans[t] - grand) ** 2) / (a - 1);
    type.forEach((product, p) => {
      const m = (productMeans[t] as number[])[p];
      products += (n * (m - typeMeans[t]) ** 2) / (a * (b - 1));
      for (const value of product) cells += (value - m) ** 2 / (a * b * (n - 1));
    });
  });
  return each(cells - variance, (products - cells) / n, (kinds - products) / (b * n));
}

function expectClose(found: VarianceComponents, expected: VarianceComponents, relative: number): void {
  for (const level of ['betweenCells', 'betweenProducts', 'betweenTypes'] as const) {
    expect(Math.abs(found[level] - expected[level]), level).toBeLessThanOrEqual(
      relative * Math.abs(expected[level]) + 1e-12,
    );
  }
}

describe('variance components against a dense likelihood maximised by scipy', () => {
  for (const c of golden.cases) {
    it(`agree: ${c.name}`, () => {
      const nested: NestedEstimates = {
        values: Float64Array.from(c.values),
        variances: Float64Array.from(c.variances),
        productStart: Int32Array.from(c.productStart),
        typeStart: Int32Array.from(c.typeStart),
      };
      const fit = fitVarianceComponents(
        nested,
        c.topPrecision,
        { degrees: c.degrees, scale: c.scale },
        each(0.1, 0.1, 0.1),
      );
      expect(fit.converged).toBe(true);
      // The simplex search ends at differences of 1e-9 in log variance, the Newton steps at a gradient of 1e-6.
      expectClose(fit.components, c, 1e-4);
      // With a prior the deviance is not at its own minimum: it moves with the components.
      expect(fit.deviance).toBeCloseTo(c.deviance, 4);
    });
  }
});

/** Three types of two products of four cells; every level differs more than the one below it. */
const BALANCED = [
  [
    [-1.2, -0.8, -1.6, -1.1],
    [-2.1, -1.7, -2.4, -1.9],
  ],
  [
    [-3.4, -2.9, -3.6, -3.2],
    [-2.4, -2.6, -1.9, -2.2],
  ],
  [
    [0.2, -0.3, 0.4, 0.1],
    [-0.9, -0.4, -0.8, -1.1],
  ],
] as const;

describe('variance components of a balanced market with equal errors', () => {
  const expected = analysisOfVariance(BALANCED, 0.02);
  const nested = nestedOf(BALANCED, () => 0.02);
  it('are those of the analysis of variance, by REML', () => {
    for (const level of Object.values(expected)) expect(level).toBeGreaterThan(0);
    const fit = fitVarianceComponents(nested, 0, PLAIN, ONES);
    expect(fit.converged).toBe(true);
    expectClose(fit.components, expected, 1e-5);
  });
  it('are the same by Paule and Mandel’s moments', () => {
    expectClose(pauleMandelComponents(nested, ONES), expected, 1e-9);
  });
  it('do not depend on where the search starts', () => {
    for (const start of [each(1e-6, 1e-6, 1e-6), each(100, 100, 100), each(1e-6, 10, 1e-3)]) {
      expectClose(fitVarianceComponents(nested, 0, PLAIN, start).components, expected, 1e-4);
    }
  });
});

describe('variance components of a simulated market', () => {
  it('come near the truth at every level, with errors as large as the differences', () => {
    const truth = each(0.09, 0.16, 0.25);
    const nested = drawn([60, 6, 6], truth, 0.3, 1);
    for (const found of [
      fitVarianceComponents(nested, 0, PLAIN, ONES).components,
      pauleMandelComponents(nested, ONES),
    ]) {
      // Relative standard errors √(2/df) of the mean squares: 60 types 0.18 and a little, 300 products 0.1, 1,800 cells
      // 0.07; three of those.
      expect(Math.abs(found.betweenTypes / truth.betweenTypes - 1)).toBeLessThan(0.6);
      expect(Math.abs(found.betweenProducts / truth.betweenProducts - 1)).toBeLessThan(0.35);
      expect(Math.abs(found.betweenCells / truth.betweenCells - 1)).toBeLessThan(0.22);
    }
  });
  it('are all but 0 where cells differ by their errors alone', () => {
    const nested = drawn([20, 4, 10], each(0, 0, 0), 0.3, 2);
    for (const found of [
      fitVarianceComponents(nested, 0, PLAIN, ONES).components,
      pauleMandelComponents(nested, ONES),
    ]) {
      for (const level of Object.values(found)) expect(level).toBeLessThan(0.02);
    }
  });
});

describe('variance components of any market', () => {
  const cell = fc.double({ min: -4, max: 1, noNaN: true });
  const market = fc.array(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }), {
    minLength: 2,
    maxLength: 4,
  });
  const prior: ComponentPrior = { degrees: 2, scale: each(0.1, 0.1, 0.1) };
  const varied = (i: number): number => 0.05 + 0.02 * (i % 5);
  it('converge with a prior, are positive, and do not move when every value shifts', () => {
    fc.assert(
      fc.property(market, fc.double({ min: -5, max: 5, noNaN: true }), (types, shift) => {
        const nested = nestedOf(types, varied);
        const fit = fitVarianceComponents(nested, 0, prior, ONES);
        const shifted = fitVarianceComponents(
          { ...nested, values: nested.values.map((v) => v + shift) },
          0,
          prior,
          ONES,
        );
        expect(fit.converged).toBe(true);
        for (const level of Object.values(fit.components)) expect(level).toBeGreaterThan(0);
        expectClose(shifted.components, fit.components, 1e-3);
      }),
    );
  });
  it('grow with the square of the unit, by both ways', () => {
    fc.assert(
      fc.property(market, fc.double({ min: 0.2, max: 5, noNaN: true }), (types, unit) => {
        const nested = nestedOf(types, varied);
        const scaled: NestedEstimates = {
          ...nested,
          values: nested.values.map((v) => v * unit),
          variances: nested.variances.map((v) => v * unit ** 2),
        };
        const times = (c: VarianceComponents): VarianceComponents =>
          each(c.betweenCells * unit ** 2, c.betweenProducts * unit ** 2, c.betweenTypes * unit ** 2);
        const fit = fitVarianceComponents(nested, 0, prior, ONES).components;
        expectClose(
          fitVarianceComponents(scaled, 0, { ...prior, scale: times(prior.scale) }, times(ONES)).components,
          times(fit),
          1e-3,
        );
        expectClose(pauleMandelComponents(scaled, times(ONES)), times(pauleMandelComponents(nested, ONES)), 1e-6);
      }),
    );
  });
});

describe('what the data cannot tell', () => {
  it('stays at the prior: one type, one product, one cell', () => {
    const single = nestedOf([[[-2]]], () => 0.1);
    const scale = each(0.2, 0.3, 0.4);
    expectClose(fitVarianceComponents(single, 0, { degrees: 2, scale }, ONES).components, scale, 1e-4);
    expect(pauleMandelComponents(single, scale)).toEqual(scale);
  });
  it('is drawn to the prior the more degrees it has', () => {
    const nested = nestedOf(BALANCED, () => 0.02);
    const at = (degrees: number): number =>
      fitVarianceComponents(nested, 0, { degrees, scale: each(3, 3, 3) }, ONES).components.betweenCells;
    expect(at(0)).toBeLessThan(at(2));
    expect(at(2)).toBeLessThan(at(20));
    expect(at(1e6)).toBeCloseTo(3, 3);
  });
  it('is said: a fit without its iterations has not converged', () => {
    expect(
      fitVarianceComponents(
        nestedOf(BALANCED, () => 0.02),
        0,
        PLAIN,
        each(50, 50, 50),
        1,
      ),
    ).toMatchObject({ converged: false, iterations: 1 });
  });
});
