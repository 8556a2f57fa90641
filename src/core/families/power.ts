/** Quasi-likelihood of variance φ·μ^k (Wedderburn 1974): Poisson for k = 1, gamma for k = 2, Tweedie between. */

import { logUpperGamma } from '../math/gamma-tail.ts';
import type { Family, FamilyShape, ScaledRows } from './family.ts';

/** Scaled demand that never varies would make φ zero and every weight infinite: 1e-4 is a noise of 1 %. */
const SMALLEST_DISPERSION = 1e-4;

// Powers take their time.
const variance = (mu: number, { variancePower: k }: FamilyShape): number =>
  k === 1 ? mu : k === 2 ? mu * mu : k === 1.5 ? mu * Math.sqrt(mu) : mu ** k;

export const power: Family = {
  kernel: 0,
  hasVariancePower: true,
  variance,
  // McCullagh & Nelder 1989, §9.2.
  nll(y, mu, { variancePower: k }) {
    if (k === 1) return mu - y * Math.log(mu);
    if (k === 2) return Math.log(mu) + y / mu;
    return (y * mu ** (1 - k)) / (k - 1) + mu ** (2 - k) / (2 - k);
  },
  score: (y, mu, { variancePower: k }) => (y - mu) * mu ** (1 - k),
  responseOf: (score, mu, { variancePower: k }) => mu + score / mu ** (1 - k),
  observedCurvature: (y, mu, { variancePower: k }) => mu ** (1 - k) * ((2 - k) * mu + (k - 1) * y),
  expectedCurvature: (mu, { variancePower: k }) => mu ** (2 - k),
  // A gamma of the same mean and variance: shape μ^(2−k)/φ, scale φμ^(k−1).
  logTail: (y, mu, { variancePower: k, dispersion }) =>
    logUpperGamma(mu ** (2 - k) / dispersion, y / (dispersion * mu ** (k - 1))),
  firstShape: ({ response }, variancePower) => ({
    dispersion: startingDispersion(response),
    variancePower,
    inverseSize: 0,
  }),
  shapeAt: (rows, mean, shape) => ({ ...shape, dispersion: pearsonDispersion(rows, mean, shape) }),
};

/** Dispersion around the plain mean of 1: an upper start that the first pass replaces. */
function startingDispersion(response: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < response.length; i++) squares += (response[i] - 1) ** 2;
  return Math.max(squares / Math.max(1, response.length - 1), SMALLEST_DISPERSION);
}

/**
 * φ = Σ w (y − μ)²/μ^k / Σ w (McCullagh & Nelder 1989, §4.5, without the loss of degrees of freedom: the ridge spends
 * few).
 */
function pearsonDispersion({ response, weight }: ScaledRows, mean: Float64Array, shape: FamilyShape): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < response.length; i++) {
    const mu = mean[i];
    sum += (weight[i] * (response[i] - mu) ** 2) / variance(mu, shape);
    total += weight[i];
  }
  return Math.max(sum / total, SMALLEST_DISPERSION);
}
