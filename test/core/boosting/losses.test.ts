import { describe, expect, it } from 'vitest';
import { bestConstant, lossDerivatives, meanLoss, type TreeLoss } from '../../../src/core/boosting/losses.ts';
import { RandomStream } from '../../../src/core/math/random.ts';

const LOSSES: readonly TreeLoss[] = [
  { kind: 'squared' },
  { kind: 'poisson' },
  { kind: 'tweedie', power: 1.1 },
  { kind: 'tweedie', power: 1.7 },
];
const random = new RandomStream(11);
const drawn = (of: () => number): Float64Array => Float64Array.from({ length: 40 }, of);
const response = drawn(() => random.poisson(2));
const weight = drawn(() => 0.5 + random.uniform());
const score = drawn(() => random.normal());

describe.each(LOSSES)('the loss %o', (loss) => {
  it('has the derivatives that differences of it have', () => {
    const [gradient, hessian] = [new Float64Array(40), new Float64Array(40)];
    lossDerivatives(loss, response, weight, score, gradient, hessian);
    const one = (i: number, at: number): number =>
      weight[i] * meanLoss(loss, response.subarray(i, i + 1), Float64Array.of(1), Float64Array.of(at));
    // Central differences of a step h are off by about h² and by rounding over h (over h² of the second).
    const h = 1e-4;
    for (let i = 0; i < 40; i++) {
      const [low, here, high] = [one(i, score[i] - h), one(i, score[i]), one(i, score[i] + h)];
      expect(gradient[i]).toBeCloseTo((high - low) / (2 * h), 6);
      expect(hessian[i]).toBeCloseTo((high - 2 * here + low) / h ** 2, 5);
    }
  });

  it('is lowest at its best constant', () => {
    const constant = bestConstant(loss, response, weight, score);
    const at = (shift: number): number =>
      meanLoss(
        loss,
        response,
        weight,
        score.map((s) => s + constant + shift),
      );
    expect(at(0)).toBeLessThan(at(1e-3));
    expect(at(0)).toBeLessThan(at(-1e-3));
  });
});

it('a response of nothing has no logarithm', () => {
  const none = new Float64Array(3);
  expect(() => bestConstant({ kind: 'poisson' }, none, Float64Array.of(1, 1, 1), none)).toThrow(
    'response must have a value above 0 in a row of some weight',
  );
});
