/** What sold-out rows would have sold. */

import { FAMILY } from '../families/table.ts';
import type { Footing } from './footing.ts';
import { censoredScore } from './glm.ts';
import { type Regression, regressionMean } from './plan.ts';

/**
 * Responses with those of sold-out rows replaced by the value that gives the row's exact score at the coefficients:
 * Fisher's identity makes it the expected demand given that it was at least what was sold, as in the E-step of
 * Dempster, Laird & Rubin (1977).
 */
export function imputedResponse(regression: Regression, footing: Footing, coefficients: Float64Array): Float64Array {
  const { censored, response, spec, rows } = regression;
  if (!censored) return response;
  const mean = regressionMean(regression, coefficients);
  const imputed = response.slice();
  const { logTail, responseOf } = FAMILY[spec.family];
  for (let i = 0; i < rows; i++) {
    if (censored[i] !== 1) continue;
    const mu = mean[i] * Math.exp(footing.offset[i]);
    const { score } = censoredScore(response[i], mu, logTail, footing);
    imputed[i] = responseOf(score * footing.dispersion, mu, footing);
  }
  return imputed;
}
