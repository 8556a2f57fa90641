import { expect, it } from 'vitest';
import { cholesky, choleskyInverse, forwardSolve, multiply } from '../../../src/core/math/linear-algebra.ts';
import { RandomStream } from '../../../src/core/math/random.ts';

it('a Cholesky factor gives the inverse of its matrix, and solves its own triangle', () => {
  const random = new RandomStream(5, 1);
  for (const n of [1, 2, 7]) {
    const half = Float64Array.from({ length: n * n }, () => random.normal());
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        for (let k = 0; k < n; k++) matrix[i * n + j] += half[i * n + k] * half[j * n + k] + (i === j ? 0.5 : 0);
    const factor = cholesky(matrix, n) as Float64Array;
    multiply(choleskyInverse(factor, n), matrix, n).forEach((value, at) =>
      expect(value).toBeCloseTo(at % (n + 1) === 0 ? 1 : 0, 10),
    );
    const told = Float64Array.from({ length: n }, () => random.normal());
    const solved = forwardSolve(factor, n, told);
    told.forEach((value, i) => {
      let sum = 0;
      for (let k = 0; k <= i; k++) sum += factor[i * n + k] * solved[k];
      expect(sum).toBeCloseTo(value, 10);
    });
  }
});
