/** Weights of a cell's candidates: specs and simple forecasts are averaged by their evidence in cross-validation, none is picked. */

import type { HeldOut } from './cross-validation.ts';
import { choiceDeviance } from './deviance.ts';

/** Prior share of all simple forecasts together: they know neither price nor calendar, so they start with little. */
const SIMPLE_SHARE = 0.1;
/**
 * Tempering of the evidence. Held-out rows of one cell hang together (a shock hits all rows of a fold), so a unit of deviance
 * only partly counts: on the produce windows until 2022-05-06 and 2022-09-23 temperatures of 0.2-0.6 were alike and better than 0 or 2.
 */
const TEMPERATURE = 0.4;
/** Weight below which a candidate is left out of the model: it would change forecasts by less than a hundredth. */
const SMALLEST_WEIGHT = 0.01;

/** Prior weights before any evidence: specs share evenly, simple forecasts share {@link SIMPLE_SHARE}. */
function priorWeights(candidates: HeldOut['candidates']): Float64Array {
  const simple = candidates.filter((c) => c.kind === 'simple').length;
  const specs = candidates.length - simple;
  const simpleShare = specs === 0 ? 1 : SIMPLE_SHARE;
  return Float64Array.from(candidates, (c) => (c.kind === 'simple' ? simpleShare / simple : (1 - simpleShare) / specs));
}

/** Summed deviance of each candidate over the held-out rows, in units of each fold's training mean. Length: candidates. */
export function candidateDeviances(heldOut: HeldOut): Float64Array {
  const { rows, actual, forecasts, scale } = heldOut;
  const deviances = new Float64Array(heldOut.candidates.length);
  for (let c = 0; c < deviances.length; c++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const unit = scale[i] as number;
      if (!(unit > 0)) continue;
      const forecast = (forecasts[c * rows + i] as number) / unit;
      const y = (actual[i] as number) / unit;
      // A sold-out row that was forecast above its sales says nothing against the forecast.
      if (heldOut.soldOut[i] === 1 && forecast >= y) continue;
      sum += choiceDeviance(y, forecast);
    }
    deviances[c] = sum;
  }
  return deviances;
}

/**
 * Weights ∝ prior · exp(−deviance · temperature / 2): tempered Bayesian model averaging with the quasi-likelihood of k = 1.5.
 *
 * @param deviances the cell's own plus whatever the product type has learned, summed over held-out rows
 * @returns weights that add to 1; candidates below a hundredth are 0
 */
export function combinationWeights(heldOut: HeldOut, deviances: Float64Array): Float64Array {
  const weights = priorWeights(heldOut.candidates);
  const best = Math.min(...deviances);
  for (let c = 0; c < weights.length; c++) {
    weights[c] = (weights[c] as number) * Math.exp((-TEMPERATURE * ((deviances[c] as number) - best)) / 2);
  }
  return withoutSmall(weights);
}

/**
 * Weights of the components for their price effect: ∝ (one-step deviance / best)^(−n/2) · e^(−p), the quasi-likelihood at its own dispersion
 * with Akaike's penalty for the p columns. Which level and season stand beside the price decides how sharp and how honest its coefficient
 * is; five held-out fortnights cannot tell a level that moves from one that does not, all one-step-ahead errors can.
 */
export function priceWeights(fits: readonly { readonly oneStepDeviance: number; readonly columns: number; readonly rows: number }[]): Float64Array {
  const logs = fits.map((f) => -0.5 * f.rows * Math.log(Math.max(f.oneStepDeviance, 1e-9)) - f.columns);
  const best = Math.max(...logs);
  return withoutSmall(Float64Array.from(logs, (l) => Math.exp(l - best)));
}

/** Scales to a sum of 1 after leaving out weights below a hundredth. */
function withoutSmall(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const kept = weights.map((w) => (w / total < SMALLEST_WEIGHT ? 0 : w));
  const keptTotal = kept.reduce((sum, w) => sum + w, 0);
  return kept.map((w) => w / keptTotal);
}

/** Forecast of the held-out rows by the weighted candidates. Length: held-out rows. */
export function combinedForecast(heldOut: HeldOut, weights: Float64Array): Float64Array {
  const { rows, forecasts } = heldOut;
  const combined = new Float64Array(rows);
  for (let c = 0; c < weights.length; c++) {
    const w = weights[c] as number;
    if (w === 0) continue;
    for (let i = 0; i < rows; i++) combined[i] = (combined[i] as number) + w * (forecasts[c * rows + i] as number);
  }
  return combined;
}
