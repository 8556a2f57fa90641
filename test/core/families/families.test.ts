import { describe, expect, it } from 'vitest';
import type { FamilyShape } from '../../../src/core/families/family.ts';
import { FAMILY } from '../../../src/core/families/table.ts';
import { FAMILIES } from '../../../src/core/vocabulary.ts';

const SHAPES: readonly FamilyShape[] = [1, 1.4, 2].map((variancePower) => ({
  variancePower,
  inverseSize: 0.3 * variancePower,
  dispersion: 0.5,
}));
const POINTS = [
  [0, 0.4],
  [1, 1],
  [3.5, 0.7],
  [0.2, 6],
] as const;

describe.each(FAMILIES)('the family %s', (name) => {
  const family = FAMILY[name];
  it('has a number of its own in the kernels', () => {
    expect(FAMILIES.filter((other) => FAMILY[other].kernel === family.kernel)).toEqual([name]);
  });
  it.each(SHAPES)('has scores and curvatures that are derivatives of its likelihood: %o', (shape) => {
    for (const [y, mu] of POINTS) {
      const step = 1e-4;
      const at = (t: number): number => family.nll(y, mu * Math.exp(t), shape);
      // Central differences: errors of the order step², relative to derivatives of the order of 1 to 10.
      expect(family.score(y, mu, shape)).toBeCloseTo((at(-step) - at(step)) / (2 * step), 5);
      expect(family.observedCurvature(y, mu, shape)).toBeCloseTo((at(step) - 2 * at(0) + at(-step)) / step ** 2, 4);
    }
  });
  it.each(SHAPES)('expects of a row what its observed curvature is at the mean, μ²/V(μ): %o', (shape) => {
    for (const [, mu] of POINTS) {
      expect(family.expectedCurvature(mu, shape)).toBeCloseTo(family.observedCurvature(mu, mu, shape), 12);
      expect(family.expectedCurvature(mu, shape)).toBeCloseTo(mu ** 2 / family.variance(mu, shape), 12);
    }
  });
  it.each(SHAPES)('finds the response of a score: %o', (shape) => {
    for (const [y, mu] of POINTS) expect(family.responseOf(family.score(y, mu, shape), mu, shape)).toBeCloseTo(y, 12);
  });
  it.each(SHAPES)('has tails that start at 1 and fall: %o', (shape) => {
    expect(family.logTail(0, 2, shape)).toBe(0);
    expect(family.logTail(2, 2, shape)).toBeLessThan(0);
    expect(family.logTail(4, 2, shape)).toBeLessThan(family.logTail(2, 2, shape));
    expect(family.logTail(4, 3, shape)).toBeGreaterThan(family.logTail(4, 2, shape));
  });
  it('keeps its dispersion above 0 where demand never varies', () => {
    const rows = { response: new Float64Array(9).fill(1), weight: new Float64Array(9).fill(1), meanQuantity: 7 };
    const first = family.firstShape(rows, 1);
    expect(first.dispersion).toBeGreaterThan(0);
    const shape = family.shapeAt(rows, new Float64Array(9).fill(1), first);
    expect(shape.dispersion).toBeGreaterThan(0);
    expect(shape.variancePower).toBe(1);
  });
});

it('the dispersion of the power family is Pearson’s, Σ w (y − μ)²/μ^k / Σ w', () => {
  const rows = { response: Float64Array.of(1, 3), weight: Float64Array.of(1, 3), meanQuantity: 1 };
  const shape = { variancePower: 2, inverseSize: 0, dispersion: 1 };
  // (1 · (1 − 2)²/4 + 3 · (3 − 2)²/4) / 4
  expect(FAMILY.power.shapeAt(rows, Float64Array.of(2, 2), shape).dispersion).toBeCloseTo(0.25, 12);
});

it('a piece of the negative binomial is 1/ȳ of the scaled demand', () => {
  const rows = { response: Float64Array.of(0.5, 2), weight: Float64Array.of(1, 1), meanQuantity: 4 };
  expect(FAMILY.nb2.firstShape(rows, 1)).toEqual({ dispersion: 0.25, variancePower: 1, inverseSize: 1 });
});
