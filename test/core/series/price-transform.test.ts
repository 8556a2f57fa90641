import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BOX_COX_LAMBDAS,
  boxCoxPrice,
  boxCoxTerm,
  elasticityAt,
  logPriceRatio,
} from '../../../src/core/series/price-transform.ts';

const price = fc.double({ min: 0.05, max: 200, noNaN: true });
const lambda = fc.constantFrom(...BOX_COX_LAMBDAS);

describe('the price term', () => {
  it('is log ratio, twice the root’s excess, plain excess, and shares of the square’s and the cube’s for λ = 0, ½, 1, 2, 3', () => {
    expect(BOX_COX_LAMBDAS.map((l) => boxCoxPrice(20, 5, l))).toEqual([
      Math.log(4),
      expect.closeTo(2, 12),
      expect.closeTo(3, 12),
      expect.closeTo(15 / 2, 12),
      expect.closeTo(63 / 3, 12),
    ]);
  });
  it('gives back the price that it is of', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.5, max: 0.5, noNaN: true }), lambda, (logRatio, l) => {
        expect(logPriceRatio(boxCoxTerm(logRatio, l), l)).toBeCloseTo(logRatio, 9);
      }),
    );
  });
  it('is 0 at the reference price and rises with the price', () => {
    fc.assert(
      fc.property(price, price, price, lambda, (a, b, reference, l) => {
        expect(boxCoxPrice(reference, reference, l)).toBe(0);
        if (a < b * (1 - 1e-9)) expect(boxCoxPrice(a, reference, l)).toBeLessThan(boxCoxPrice(b, reference, l));
      }),
    );
  });
  it('has the elasticity as its slope over log price, by differences', () => {
    fc.assert(
      fc.property(price, price, lambda, (p, reference, l) => {
        const step = 1e-5;
        const slope =
          (boxCoxPrice(p * Math.exp(step), reference, l) - boxCoxPrice(p * Math.exp(-step), reference, l)) / (2 * step);
        // Rounding of the term over the step: about 1e-16 of it over 2e-5.
        expect(Math.abs(-2 * slope - elasticityAt(-2, p, reference, l))).toBeLessThan(
          1e-6 * Math.max(1, (p / reference) ** l),
        );
      }),
    );
  });
  it('has the coefficient as its elasticity at the reference price, whatever λ, and at every price for λ = 0', () => {
    for (const l of BOX_COX_LAMBDAS) expect(elasticityAt(-1.7, 8, 8, l)).toBeCloseTo(-1.7, 12);
    expect(elasticityAt(-1.7, 80, 8, 0)).toBeCloseTo(-1.7, 12);
    expect(elasticityAt(-1.7, 32, 8, 0.5)).toBeCloseTo(-3.4, 12);
    expect(elasticityAt(-1.7, 16, 8, 1)).toBeCloseTo(-3.4, 12);
  });
});
