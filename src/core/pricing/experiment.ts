/** Price experiments: whether trying two prices is worth what it costs, how far apart and how long. */

import { checkNumber, checkPositive, checkWhole, finite } from '../checks.ts';
import { checkCurve } from '../demand/checked-model.ts';
import type { DemandModel } from '../demand/demand-model.ts';
import { heaviest, relativeVariance } from '../demand/disturbances.ts';
import type { DemandCurveDraws } from '../demand/predict.ts';
import { RandomStream } from '../math/random.ts';
import { mean } from '../math/summary.ts';
import type { ExperimentObstacle } from '../vocabulary.ts';
import { demandDraws, profitDraws } from './gains.ts';
import { allowedRange, applyGuardrails, type GuardrailFacts, type GuardrailSettings } from './guardrails.ts';

/** Two prices in turn, a week each. */
export interface ExperimentDesign {
  /** Currency per unit. */
  readonly low: number;
  readonly high: number;
  /** Even: as many of either price. */
  readonly weeks: number;
}

export interface ExperimentProposal extends ExperimentDesign {
  /** Expected profit given up while it runs, against today's price; below 0 where trying earns more. */
  readonly cost: number;
  /** Expected profit of the year from its start on, over what today's decision earns, its cost taken off. */
  readonly value: number;
  /** Standard error of the elasticity as it is known now, and as it will be. */
  readonly errorBefore: number;
  readonly errorAfter: number;
}

export type ExperimentAnswer =
  | { readonly ok: true; readonly value: ExperimentProposal }
  | { readonly ok: false; readonly code: ExperimentObstacle };

/** What an experiment is weighed by. */
export interface ExperimentFacts extends GuardrailFacts {
  readonly unitCost: number;
  /** What is charged if nothing is tried: the recommended price, or today's. */
  readonly otherwise: number;
  /** Of the curve. */
  readonly horizonDays: number;
  /** See weeklyNoise. */
  readonly weeklyNoise: number;
}

/** Changes up and down that are weighed, as shares of today's price. */
const SIZES = [0.03, 0.05, 0.075, 0.1, 0.15] as const;
const WEEKS = [4, 6, 8, 12] as const;
/** Weeks over which what is learned counts. */
const YEAR = 52;
/** Prices closer than this tell nothing in any time. */
const LEAST_SPREAD = 0.015;
/** Simulated results of a trial, and prices weighed after each. */
const RESULTS = 120;
const CANDIDATES = 25;

/**
 * The trial whose expected value is highest: of sizes of 3 to 15 % and 4 to 12 weeks, within the guardrails.
 *
 * The value is that of sample information (Raiffa & Schlaifer 1961, Applied Statistical Decision Theory, ch. 4): the
 * mean over results that the trial may have of the best expected profit after it, less what is charged otherwise, less
 * what is given up while it runs. A result is the true elasticity of a draw and the error of a switchback of weeks
 * ({@link errorOfTrial}); draws are weighed by its likelihood. After it, a price within today's guardrails is set where
 * it is better with `settings.minProbability`, else today's stays; further steps are not counted.
 *
 * @param settings guardrails; @param seed of the simulated results
 * @returns NO_ROOM where the guardrails leave no two prices, NOT_WORTH where no trial earns `settings.minGain` of the
 * profit
 * @throws TypeError, RangeError naming what is wrong
 */
export function proposeExperiment(
  curve: DemandCurveDraws,
  facts: ExperimentFacts,
  settings: GuardrailSettings,
  seed: number,
): ExperimentAnswer {
  checkCurve(curve);
  checkPositive('facts.todayPrice', facts.todayPrice);
  checkNumber('facts.unitCost', facts.unitCost, 0);
  checkPositive('facts.otherwise', facts.otherwise);
  checkPositive('facts.horizonDays', facts.horizonDays);
  checkPositive('facts.weeklyNoise', facts.weeklyNoise);
  checkWhole('seed', seed);
  const { todayPrice, unitCost } = facts;
  const range = allowedRange(settings, facts);
  if (!range) return { ok: false, code: 'NO_ROOM' };
  const pairs = SIZES.map((size) => pairOf(size, facts, settings)).filter(
    ({ low, high }) => Math.log(high / low) >= LEAST_SPREAD,
  );
  if (pairs.length === 0) return { ok: false, code: 'NO_ROOM' };
  const perWeek = 7 / facts.horizonDays;
  const profitAt = (price: number): number => perWeek * mean(profitDraws(curve, price, unitCost));
  const today = profitAt(todayPrice);
  const otherwise = profitAt(facts.otherwise);
  const after = afterTrial(curve, facts, range, settings.minProbability ?? 0, seed);
  let best: ExperimentProposal | null = null;
  for (const { low, high } of pairs) {
    const perTrialWeek = today - (profitAt(low) + profitAt(high)) / 2;
    for (const weeks of WEEKS) {
      const error = errorOfTrial(Math.sqrt(facts.weeklyNoise), { low, high, weeks });
      const learned = perWeek * after.profit(error) - otherwise;
      // While it runs, what would be charged otherwise is given up too.
      const value = (YEAR - weeks) * learned - weeks * (otherwise - today + perTrialWeek);
      if (best && best.value >= value) continue;
      const errorAfter = 1 / Math.sqrt(1 / after.error ** 2 + 1 / error ** 2);
      best = { low, high, weeks, cost: weeks * perTrialWeek, value, errorBefore: after.error, errorAfter };
    }
  }
  const least = (settings.minGain ?? 0) * YEAR * Math.abs(today);
  if (!best || !(best.value > least)) return { ok: false, code: 'NOT_WORTH' };
  return { ok: true, value: finite('experiment', best) };
}

/**
 * Standard error of the elasticity by a switchback: weeks in blocks of two, a price each in an order drawn by chance
 * (Bojinov, Simchi-Levi & Zhao 2023, Management Science 69(7)). Each block's contrast is the elasticity times the log
 * of the prices' ratio, with the noise of two weeks: 2 σ / (log(high/low) √weeks).
 *
 * @param noise standard deviation of a week's log demand; @returns of the elasticity
 */
export function errorOfTrial(noise: number, { low, high, weeks }: ExperimentDesign): number {
  return (2 * noise) / (Math.log(high / low) * Math.sqrt(weeks));
}

/**
 * Variance of the log of a week's demand beside the model, half of what two weeks next to each other differ by: of
 * single days a seventh, of noise that lasts what the days of a week share, of the level's walk what it gains.
 */
export function weeklyNoise(model: DemandModel): number {
  const daily = model.frequency === 'daily';
  const days = daily ? 7 : 1;
  const { disturbances } = model;
  if (!disturbances) {
    const component = heaviest(model.components);
    return Math.max(1e-6, (component.dispersion * relativeVariance(component, 1)) / days);
  }
  let variance = 0;
  for (const { weight, white, correlated, correlation, level } of disturbances.processes) {
    let shared = 1;
    for (let k = 1; k < days; k++) shared += 2 * (1 - k / days) * correlation ** k;
    // Means of two neighbouring weeks of a walk differ by (2d² + 1)/(3d) of a day's variance.
    const walked = (level * (2 * days * days + 1)) / (3 * days) / 2;
    variance += weight * (white / days + (correlated * shared) / days + walked);
  }
  return Math.max(1e-6, variance);
}

/** Which price a week has: blocks of two weeks, each price once in an order by chance. @returns length weeks */
export function drawSwitchback({ low, high, weeks }: ExperimentDesign, seed: number): number[] {
  checkWhole('weeks', weeks, 2);
  const random = new RandomStream(seed, 0x74726961);
  return Array.from({ length: weeks / 2 }, () => (random.uniform() < 0.5 ? [low, high] : [high, low])).flat();
}

/** The prices of a size that the guardrails and the coins allow; today's on a side that they leave none on. */
function pairOf(
  size: number,
  facts: ExperimentFacts,
  settings: GuardrailSettings,
): { readonly low: number; readonly high: number } {
  const { todayPrice } = facts;
  const at = (price: number): number => {
    const guarded = applyGuardrails(price, settings, facts);
    return guarded.conflict ? todayPrice : guarded.price;
  };
  return {
    low: Math.min(todayPrice, at(todayPrice * (1 - size))),
    high: Math.max(todayPrice, at(todayPrice * (1 + size))),
  };
}

/** What will be known after a trial. */
interface AfterTrial {
  /** Standard deviation of the draws' elasticity at today's price. */
  readonly error: number;
  /** Mean over results of the best expected profit of the curve's horizon, for a standard error of the trial. */
  profit(error: number): number;
}

function afterTrial(
  curve: DemandCurveDraws,
  { todayPrice, unitCost }: ExperimentFacts,
  [low, high]: readonly [low: number, high: number],
  minProbability: number,
  seed: number,
): AfterTrial {
  const { draws } = curve;
  const nearby = 1.02;
  const above = demandDraws(curve, todayPrice * nearby);
  const elasticity = demandDraws(curve, todayPrice / nearby).map(
    (below, d) => Math.log(above[d] / below) / (2 * Math.log(nearby)),
  );
  const middle = mean(elasticity);
  const variance = mean(elasticity.map((e) => (e - middle) ** 2));
  const from = Math.max(low, todayPrice * 0.5);
  const to = Math.min(high, todayPrice * 2);
  const today = profitDraws(curve, todayPrice, unitCost);
  const gains = Array.from({ length: CANDIDATES }, (_, c) =>
    profitDraws(curve, from * (to / from) ** (c / (CANDIDATES - 1)), unitCost).map((profit, d) => profit - today[d]),
  );
  return {
    error: Math.sqrt(Math.max(variance, 1e-12)),
    profit(error) {
      const random = new RandomStream(seed, 0x65787065);
      const weights = new Float64Array(draws);
      let sum = 0;
      for (let k = 0; k < RESULTS; k++) {
        const found = elasticity[Math.floor(((k + 0.5) / RESULTS) * draws)] + error * random.normal();
        let all = 0;
        for (let d = 0; d < draws; d++) {
          weights[d] = Math.exp(-0.5 * ((found - elasticity[d]) / error) ** 2);
          all += weights[d];
        }
        if (!(all > 0)) continue;
        let most = 0;
        for (const gain of gains) {
          let [expected, better] = [0, 0];
          for (let d = 0; d < draws; d++) {
            expected += weights[d] * gain[d];
            if (gain[d] > 0) better += weights[d];
          }
          // What is not sure enough will not be recommended, and today's price stays.
          if (better >= minProbability * all) most = Math.max(most, expected / all);
        }
        sum += most;
      }
      return mean(today) + sum / RESULTS;
    },
  };
}
