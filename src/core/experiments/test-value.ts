/** What it is worth to know the elasticity better, before anything was asked: the expected value of sample information. */

import { checkColumn, checkNumber, checkWhole } from '../checks.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import { mean } from '../math/summary.ts';

/** What is chosen between, by draws of what is not known. */
export interface TestDecision {
  /** Elasticity of each draw: what a test measures. */
  readonly elasticity: Float64Array;
  /** Profit of each draw at each of the prices that may be chosen, draws × prices, row-major. */
  readonly profit: Float64Array;
  readonly prices: number;
  /** The price that is charged without a test. */
  readonly now: number;
}

/** When another price than that of now is taken. */
export interface DecisionRule {
  /** Least probability that it earns more; null: the one that earns most on average is taken. */
  readonly minProbability: number | null;
  /** Least gain, as a share of the profit of now; null: any. */
  readonly minGain: number | null;
}

/** Expected profits. */
export interface TestValue {
  /** At the price of now. */
  readonly now: number;
  /** At the price that earns most by what is known now, whether or not it is taken. */
  readonly bestNow: number;
  /** At the price that is taken once the test has told what it tells. */
  readonly after: number;
}

/** Results of a test that are looked at. */
const RESULTS = 160;

/**
 * Preposterior analysis (Raiffa & Schlaifer 1961, Applied Statistical Decision Theory, §4-5): for each of many results
 * that a test may have, the draws weigh as likely as they make it, the rule picks a price, and its expected profit
 * counts. A result is the elasticity of a draw plus normal noise; both are spread evenly, by rank and by the golden
 * section, so that the figure has hardly any noise of its own and is the same every time.
 *
 * EVSI is `after − bestNow` under a rule without bounds: never below 0 but for rounding, 0 for a test that tells
 * nothing.
 *
 * @param standardError of the elasticity by the test, ≥ 0; infinite: it tells nothing
 * @throws TypeError, RangeError naming the argument that is wrong
 */
export function testValue(decision: TestDecision, standardError: number, rule: DecisionRule): TestValue {
  const { elasticity, profit, prices, now } = decision;
  checkColumn('elasticity', elasticity, 'Float64Array');
  const draws = elasticity.length;
  checkWhole('prices', prices, 1);
  checkColumn('profit', profit, 'Float64Array', draws * prices, 'elasticity times prices');
  checkWhole('now', now, 0, prices - 1);
  if (standardError !== Number.POSITIVE_INFINITY) checkNumber('standardError', standardError, 0);
  const even = new Float64Array(draws).fill(1 / draws);
  const means = meansUnder(decision, even);
  const base = { now: means[now], bestNow: Math.max(...means) };
  if (!Number.isFinite(standardError)) return { ...base, after: chosen(decision, even, means, rule) };
  const byRank = Array.from(elasticity.keys()).sort((a, b) => elasticity[a] - elasticity[b]);
  const golden = (Math.sqrt(5) - 1) / 2;
  const deviation = Math.max(standardError, 1e-9);
  const taken = new Float64Array(RESULTS);
  for (let k = 0; k < RESULTS; k++) {
    const truth = elasticity[byRank[Math.floor(((k + 0.5) / RESULTS) * draws)] as number];
    const seen = truth + deviation * normalQuantile((0.5 + (k + 1) * golden) % 1 || 0.5);
    const weights = likelihoods(elasticity, seen, deviation);
    taken[k] = chosen(decision, weights, meansUnder(decision, weights), rule);
  }
  return { ...base, after: mean(taken) };
}

/** Weights of the draws that add to 1. */
function likelihoods(elasticity: Float64Array, seen: number, deviation: number): Float64Array {
  let nearest = Number.POSITIVE_INFINITY;
  for (const value of elasticity) nearest = Math.min(nearest, Math.abs(seen - value));
  let total = 0;
  const weights = elasticity.map((value) => {
    const weight = Math.exp(-0.5 * (((seen - value) / deviation) ** 2 - (nearest / deviation) ** 2));
    total += weight;
    return weight;
  });
  return weights.map((weight) => weight / total);
}

function meansUnder({ profit, prices }: TestDecision, weights: Float64Array): Float64Array {
  const means = new Float64Array(prices);
  weights.forEach((weight, d) => {
    if (weight < 1e-12) return;
    for (let p = 0; p < prices; p++) means[p] = means[p] + weight * profit[d * prices + p];
  });
  return means;
}

/** Expected profit at the price that the rule takes. */
function chosen(
  { profit, prices, now }: TestDecision,
  weights: Float64Array,
  means: Float64Array,
  { minProbability, minGain }: DecisionRule,
): number {
  let best = now;
  for (let p = 0; p < prices; p++) if (means[p] > means[best]) best = p;
  if (best === now) return means[now];
  if (minGain !== null && means[best] - means[now] < minGain * Math.abs(means[now])) return means[now];
  if (minProbability === null) return means[best];
  let better = 0;
  weights.forEach((weight, d) => {
    if (profit[d * prices + best] > profit[d * prices + now]) better += weight;
  });
  return better < minProbability ? means[now] : means[best];
}
