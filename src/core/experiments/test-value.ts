/** What it is worth to know the elasticity better, before anything was asked: the expected value of sample information. */

import { checkColumn, checkNumber, checkWhole } from '../checks.ts';
import { normalQuantile } from '../math/normal-quantile.ts';

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
const RESULTS = 120;

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
  const work: Work = { ...sortedBy(decision), means: new Float64Array(prices), better: new Float64Array(prices), now };
  const [low, high] = [work.elasticity[0], work.elasticity[draws - 1]];
  weigh(work, (low + high) / 2, Number.POSITIVE_INFINITY);
  const base = { now: work.means[now], bestNow: Math.max(...work.means) };
  if (!Number.isFinite(standardError)) return { ...base, after: chosen(work, rule) };
  const golden = (Math.sqrt(5) - 1) / 2;
  const deviation = Math.max(standardError, 1e-9);
  let taken = 0;
  for (let k = 0; k < RESULTS; k++) {
    const truth = work.elasticity[Math.floor(((k + 0.5) / RESULTS) * draws)];
    weigh(work, truth + deviation * normalQuantile((0.5 + (k + 1) * golden) % 1 || 0.5), deviation);
    taken += chosen(work, rule) / RESULTS;
  }
  return { ...base, after: taken };
}

/** Draws in order of elasticity, and what a result makes of the prices. */
interface Work {
  readonly elasticity: Float64Array;
  readonly profit: Float64Array;
  readonly now: number;
  /** Expected profit at each price. */
  readonly means: Float64Array;
  /** That it earns more than the price of now. */
  readonly better: Float64Array;
}

function sortedBy({ elasticity, profit, prices }: TestDecision): Pick<Work, 'elasticity' | 'profit'> {
  const order = Array.from(elasticity.keys()).sort((a, b) => elasticity[a] - elasticity[b]);
  const sorted = new Float64Array(profit.length);
  order.forEach((d, i) => {
    sorted.set(profit.subarray(d * prices, (d + 1) * prices), i * prices);
  });
  return { elasticity: Float64Array.from(order, (d) => elasticity[d]), profit: sorted };
}

/** Draws further off than so many standard errors hardly count. */
const REACH = 5;

/** Weighs the draws by how likely they make a result. @param deviation infinite: all alike */
function weigh({ elasticity, profit, means, better, now }: Work, seen: number, deviation: number): void {
  const [draws, prices] = [elasticity.length, means.length];
  let nearest = 0;
  for (let d = 1; d < draws; d++)
    if (Math.abs(elasticity[d] - seen) < Math.abs(elasticity[nearest] - seen)) nearest = d;
  const least = ((elasticity[nearest] - seen) / deviation) ** 2;
  means.fill(0);
  better.fill(0);
  let total = 0;
  for (let d = 0; d < draws; d++) {
    const off = ((elasticity[d] - seen) / deviation) ** 2 - least;
    if (off > REACH ** 2) continue;
    const weight = Math.exp(-0.5 * off);
    total += weight;
    const at = d * prices;
    const today = profit[at + now];
    for (let p = 0; p < prices; p++) {
      means[p] = means[p] + weight * profit[at + p];
      if (profit[at + p] > today) better[p] = better[p] + weight;
    }
  }
  for (let p = 0; p < prices; p++) {
    means[p] = means[p] / total;
    better[p] = better[p] / total;
  }
}

/** Expected profit at the price that the rule takes. */
function chosen({ means, better, now }: Work, { minProbability, minGain }: DecisionRule): number {
  let best = now;
  for (let p = 0; p < means.length; p++) if (means[p] > means[best]) best = p;
  if (minGain !== null && means[best] - means[now] < minGain * Math.abs(means[now])) return means[now];
  return minProbability !== null && better[best] < minProbability ? means[now] : means[best];
}
