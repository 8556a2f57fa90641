/** Where sold-out rows are linearised: around effects and noise that agree with what is then found there. */

import type { MeanFit } from '../regression/component.ts';
import { type Regression, regressionMean } from '../regression/plan.ts';
import { pathOf, relativeVariance } from './disturbances.ts';
import { effectsBeside, type WeighedNoise, weighNoises } from './price-slope.ts';
import { soldOutRow } from './sold-out-row.ts';

/** A fit with the noises that its rows have around it. */
export interface Settled {
  readonly regression: Regression;
  readonly component: MeanFit;
  readonly noises: readonly WeighedNoise[];
}

/** Root mean squared errors where two days in five sold out: two rounds .33, five .31 (docs/decisions/stock-outs.md). */
const ROUNDS = 5;

/**
 * A fit and its noises. Rows that sold out tell of demand what their tail says, and the tail is known with the effects:
 * effects, dispersion and expected demand of such rows are worked out in turn (Newton's steps of a Tobit's likelihood).
 * Without any, a fit is left as it is.
 *
 * @param given noises that hold for these rows; weighed anew in each round unless told
 */
export function settledEffects(
  regression: Regression,
  component: MeanFit,
  given: readonly WeighedNoise[] | null = null,
): Settled {
  let settled: Settled = { regression, component, noises: given ?? weighNoises(regression, component) };
  if (!regression.censored) return settled;
  for (let round = 0; round < ROUNDS; round++) {
    const { values, rowVariance } = effectsBeside(settled.noises, settled.regression, settled.component);
    const moved = {
      ...component,
      coefficients: component.coefficients.map((first, j) => values[j - 1] ?? first),
      // The dispersion of a negative binomial is the size of a piece.
      ...(regression.spec.family === 'power' && { dispersion: rowVariance }),
    };
    const imputed = { ...regression, expectedResponse: expectedDemand(settled.regression, moved) };
    settled = { regression: imputed, component: moved, noises: given ?? weighNoises(imputed, moved) };
  }
  return settled;
}

/** Responses, those of sold-out rows by their expectation around a slow level. */
function expectedDemand(regression: Regression, component: MeanFit): Float64Array {
  const { response, expectedResponse, censored } = regression;
  const mean = regressionMean(regression, component.coefficients);
  const path = pathOf(mean.map((m, i) => expectedResponse[i] / m));
  return response.map((sold, i) => {
    if (censored?.[i] !== 1) return sold;
    const mu = Math.max(mean[i] * path[i], 1e-6);
    return soldOutRow(sold, mu, component.dispersion * relativeVariance(component, mu)).expected;
  });
}
