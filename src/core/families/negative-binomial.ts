/**
 * The negative binomial with variance μ + μ²/size (NB2, Lawless 1987) for goods sold by the piece. In units of the mean
 * quantity ȳ its variance is φ(μ + αμ²), with φ = 1/ȳ the size of a piece and α = ȳ/size.
 */

import { logNegativeBinomialTail, negativeBinomialSize } from '../math/negative-binomial.ts';
import type { Family } from './family.ts';

export const negativeBinomial: Family = {
  kernel: 1,
  hasVariancePower: false,
  variance: (mu, { inverseSize: a }) => mu + a * mu * mu,
  // log1p: near the Poisson 1/α is large, and 1 + αμ has lost most digits of αμ.
  nll: (y, mu, { inverseSize: a }) => (y + 1 / a) * Math.log1p(a * mu) - y * Math.log(mu),
  score: (y, mu, { inverseSize: a }) => (y - mu) / (1 + a * mu),
  responseOf: (score, mu, { inverseSize: a }) => mu + score / (1 / (1 + a * mu)),
  observedCurvature: (y, mu, { inverseSize: a }) => (mu * (1 + a * y)) / (1 + a * mu) ** 2,
  expectedCurvature: (mu, { inverseSize: a }) => mu / (1 + a * mu),
  // In pieces, of which a unit of the response holds 1/φ; 1e-9 forgives what scaling rounded.
  logTail: (y, mu, { inverseSize, dispersion }) =>
    logNegativeBinomialTail(Math.ceil(y / dispersion - 1e-9), mu / dispersion, 1 / (inverseSize * dispersion)),
  firstShape: ({ meanQuantity }, variancePower) => ({ dispersion: 1 / meanQuantity, variancePower, inverseSize: 1 }),
  shapeAt({ response, weight, meanQuantity }, mean, shape) {
    const rows = response.length;
    const pieces = new Float64Array(rows);
    const means = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      pieces[i] = response[i] * meanQuantity;
      means[i] = mean[i] * meanQuantity;
    }
    const size = negativeBinomialSize(pieces, means, weight, rows);
    return { ...shape, inverseSize: meanQuantity / size };
  },
};
