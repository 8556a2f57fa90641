import { expect, it } from 'vitest';
import { dot, mean, quantile, variance } from '../../../src/core/math/summary.ts';

it('means, variances and products are those of their definitions', () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(variance(Float64Array.of(1, 2, 6))).toBeCloseTo((4 + 1 + 9) / 3, 12);
  expect(dot([1, 2], Float64Array.of(3, -4))).toBe(-5);
  expect([mean([]), variance([])]).toEqual([Number.NaN, Number.NaN]);
});

it('quantiles lie between order statistics in proportion', () => {
  expect(quantile([1, 2, 4], 0)).toBe(1);
  expect(quantile([1, 2, 4], 0.5)).toBe(2);
  expect(quantile([1, 2, 4], 0.75)).toBe(3);
  expect(quantile([1, 2, 4], 1)).toBe(4);
  expect(quantile([5], 0.3)).toBe(5);
});
