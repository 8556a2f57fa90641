/**
 * Weights of a cell's candidates: specs and simple forecasts are averaged by their evidence in cross-validation, none
 * is picked.
 */

import { choiceDeviance } from '../regression/deviance.ts';
import type { Frequency } from '../vocabulary.ts';
import type { HeldOut } from './cross-validation.ts';

/**
 * Prior share of all simple forecasts together. Those of daily cells know neither price nor season, so they start with
 * little; of weekly and monthly ones, of which few rows are held out and few years known, the same period of earlier
 * years is a strong forecast. Weekly and monthly shares, and their temperatures below, were chosen on simulated cells
 * with seeds below 3,000 (bench/calendar.ts reports others).
 */
const SIMPLE_SHARE: Readonly<Record<Frequency, number>> = { daily: 0.1, weekly: 0.2, monthly: 0.3 };
/**
 * Tempering of the evidence of daily cells. Held-out rows of one cell hang together (a shock hits all rows of a fold),
 * so a unit of deviance only partly counts: on the produce windows until 2022-05-06 and 2022-09-23 temperatures of
 * 0.2-0.6 were alike and better than 0 or 2.
 */
const TEMPERATURE = 0.4;
/**
 * Share of each held-out row of coarser cells that counts. Their deviance is measured at the scale of the best
 * candidate: a month's sales scatter so much less than a day's that deviances in units of the mean would hardly ever
 * tell candidates apart.
 */
const ROW_SHARE: Readonly<Record<Exclude<Frequency, 'daily'>, number>> = { weekly: 0.2, monthly: 0.7 };
/** Mean deviance below which candidates count as exact alike. */
const EXACT_DEVIANCE = 1e-4;
/** Weight below which a candidate is left out of the model: it would change forecasts by less than a hundredth. */
const SMALLEST_WEIGHT = 0.01;

/**
 * Prior weights before any evidence: specs share evenly, simple forecasts share {@link SIMPLE_SHARE}. Trees have none:
 * see {@link withTrees}.
 */
function priorWeights(candidates: HeldOut['candidates'], frequency: Frequency): Float64Array {
  const simple = candidates.filter((c) => c.kind === 'simple').length;
  const specs = candidates.filter((c) => c.kind === 'spec').length;
  const simpleShare = specs === 0 ? 1 : SIMPLE_SHARE[frequency];
  const shares = { simple: simpleShare / simple, spec: (1 - simpleShare) / specs, trees: 0 };
  return Float64Array.from(candidates, ({ kind }) => shares[kind]);
}

/**
 * Summed deviance of each candidate over the held-out rows, in units of each fold's training mean. Length: candidates.
 */
export function candidateDeviances(heldOut: HeldOut): Float64Array {
  const { rows, actual, forecasts, scale } = heldOut;
  const deviances = new Float64Array(heldOut.candidates.length);
  for (let c = 0; c < deviances.length; c++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const unit = scale[i];
      if (!(unit > 0)) continue;
      const forecast = forecasts[c * rows + i] / unit;
      const y = actual[i] / unit;
      sum += choiceDeviance(y, forecast);
    }
    deviances[c] = sum;
  }
  return deviances;
}

/**
 * Weights by tempered Bayesian model averaging with the quasi-likelihood of k = 1.5: ∝ prior · exp(−deviance ·
 * temperature / 2) for daily cells; ∝ prior · deviance^(−n · share / 2) for coarser ones, n the number of held-out rows
 * (the dispersion that the best candidate leaves is profiled out).
 *
 * @param deviances the cell's own plus whatever the product type has learned, summed over held-out rows
 * @returns weights that add to 1; candidates below a hundredth are 0
 */
export function combinationWeights(
  heldOut: Pick<HeldOut, 'candidates' | 'rows'>,
  deviances: Float64Array,
  frequency: Frequency,
): Float64Array {
  const weights = priorWeights(heldOut.candidates, frequency);
  const best = Math.min(...deviances.filter((_, c) => heldOut.candidates[c]?.kind !== 'trees'));
  for (let c = 0; c < weights.length; c++)
    // Trees weigh nothing yet, and may have no deviance.
    if (weights[c] > 0) weights[c] = weights[c] * evidence(deviances[c], best, heldOut.rows, frequency);
  return withoutSmall(weights);
}

/** Tempered likelihood of a forecast over that of the best one. */
function evidence(deviance: number, best: number, rows: number, frequency: Frequency): number {
  if (frequency === 'daily') return Math.exp((-TEMPERATURE * (deviance - best)) / 2);
  const exact = EXACT_DEVIANCE * rows;
  return ((best + exact) / (deviance + exact)) ** ((ROW_SHARE[frequency] * rows) / 2);
}

/** Shares that trees may have; a tenth is always left to the cell's own. */
const TREE_SHARES = Array.from({ length: 19 }, (_, k) => k / 20);
/**
 * Before any evidence a share of about a half is likeliest, as shares that are hardly told apart do best when alike; 0 is
 * in reach, as is all but a tenth. Beta density of 4 and 4, on (0, 1) widened by the step of the shares below.
 */
const SHARE_PRIOR = TREE_SHARES.map((share) => ((share + 0.05) * (1 - share)) ** 3);

/**
 * Weights with those of the trees of all cells, if there are any among the candidates: what the others come to together is
 * averaged with the trees by the posterior mean of their share, whose evidence is the tempered deviance of the average
 * itself. Forecasts whose errors differ are better together than the better one alone, which weights by each one's own
 * deviance do not see.
 *
 * @param weights of the others; they add to 1
 * @returns the weights, and the held-out rows without a gap: what trees do not know is what the others expect
 */
export function withTrees(
  heldOut: HeldOut,
  weights: Float64Array,
  frequency: Frequency,
): { readonly heldOut: HeldOut; readonly weights: Float64Array } {
  const trees = heldOut.candidates.findIndex(({ kind }) => kind === 'trees');
  if (trees < 0) return { heldOut, weights };
  const { rows, actual, scale, forecasts } = heldOut;
  const others = combinedForecast(heldOut, weights);
  const expected = forecasts.subarray(trees * rows, (trees + 1) * rows);
  // Rows of folds before any trees were learned tell nothing of the share.
  const known = Array.from(expected.keys()).filter((i) => !Number.isNaN(expected[i]));
  const deviances = TREE_SHARES.map((share) => {
    let sum = 0;
    for (const i of known) {
      const unit = scale[i];
      if (!(unit > 0)) continue;
      const forecast = (1 - share) * others[i] + share * expected[i];
      sum += choiceDeviance(actual[i] / unit, forecast / unit);
    }
    return sum;
  });
  const best = Math.min(...deviances);
  const likelihoods = deviances.map(
    (deviance, k) => (SHARE_PRIOR[k] as number) * evidence(deviance, best, known.length, frequency),
  );
  const total = likelihoods.reduce((sum, likelihood) => sum + likelihood, 0);
  const share = likelihoods.reduce((sum, likelihood, k) => sum + (likelihood / total) * (TREE_SHARES[k] as number), 0);
  const filled = forecasts.slice();
  others.forEach((forecast, i) => {
    if (Number.isNaN(expected[i])) filled[trees * rows + i] = forecast;
  });
  return {
    heldOut: { ...heldOut, forecasts: filled },
    weights: weights.map((weight, c) => (c === trees ? share : weight * (1 - share))),
  };
}

/**
 * Weights of the components for their price effect: ∝ (one-step deviance / best)^(−n/2) · e^(−p), the quasi-likelihood
 * at its own dispersion with Akaike's penalty for the p columns. Which level and season stand beside the price decides
 * how sharp and how honest its coefficient is; five held-out fortnights cannot tell a level that moves from one that
 * does not, all one-step-ahead errors can.
 */
export function priceWeights(
  fits: readonly { readonly oneStepDeviance: number; readonly columns: number; readonly rows: number }[],
): Float64Array {
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
    const w = weights[c];
    if (w === 0) continue;
    for (let i = 0; i < rows; i++) combined[i] = combined[i] + w * forecasts[c * rows + i];
  }
  return combined;
}
