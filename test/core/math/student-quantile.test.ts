import { expect, it } from 'vitest';
import { studentQuantile } from '../../../src/core/math/student-quantile.ts';

it('is within a hundredth of the tables between 5 % and 95 %, from 2 degrees of freedom on', () => {
  // Tables of t: 95 % points.
  for (const [degrees, quantile] of [
    [2, 2.919986],
    [3, 2.353363],
    [5, 2.015048],
    [8, 1.859548],
    [30, 1.697261],
    [120, 1.657651],
  ] as const) {
    expect(Math.abs(studentQuantile(0.95, degrees) - quantile)).toBeLessThan(0.01);
    expect(studentQuantile(0.05, degrees)).toBeCloseTo(-studentQuantile(0.95, degrees), 5);
  }
});
