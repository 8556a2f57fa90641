/** The figures of one evaluation. */

import type { HeldOutFold } from './held-out-fold.ts';
import type { MetricName } from './history.ts';
import type { ParameterSet } from './parameter-set.ts';

/** Figures of the running averages: of folds on their held-out rows, and of the whole cell. */
export function evaluateSets(
  folds: readonly ParameterSet[],
  whole: ParameterSet,
  iteration: number,
): Partial<Record<MetricName, number>> {
  const point: Partial<Record<MetricName, number>> = {
    ...crossValidated(folds),
    trainError: whole.trainError(),
    simulatedError: whole.simulatedError(),
    gradientNorm: whole.gradientNorm(),
    stepSize: whole.stepSizeAt(iteration),
    tau: whole.tau,
    elasticity: whole.elasticity(whole.regression.plan.referencePrice),
  };
  for (const [group, strength] of whole.ridgeByGroup()) point[`lambda:${group}`] = strength;
  return point;
}

/** Figures of the folds' running averages on their held-out rows. */
function crossValidated(folds: readonly ParameterSet[]): {
  error: number;
  deviance: number;
  rmse: number;
  bias: number;
} {
  let absolute = 0;
  let total = 0;
  let squares = 0;
  let signed = 0;
  let deviance = 0;
  let rows = 0;
  for (const set of folds) {
    const forecast = set.forecastHeldOut();
    const { actual } = (set.fold as HeldOutFold).heldOut;
    deviance += set.heldOutDeviance(forecast);
    for (let i = 0; i < actual.length; i++) {
      const gap = forecast[i] - actual[i];
      absolute += Math.abs(gap);
      signed += gap;
      squares += gap * gap;
      total += actual[i];
      rows++;
    }
  }
  if (rows === 0) return { error: Number.NaN, deviance: Number.NaN, rmse: Number.NaN, bias: Number.NaN };
  const positive = total > 0 ? total : Number.NaN;
  return {
    error: absolute / positive,
    deviance: deviance / rows,
    rmse: Math.sqrt(squares / rows),
    bias: signed / positive,
  };
}
