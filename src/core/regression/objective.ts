/** The objective of a regression on a footing, and its exact minimum. */

import type { SimulatedPrior } from './fit-input.ts';
import { dispersedFooting, type Footing, filteredFooting, firstFooting } from './footing.ts';
import { fitGlm, type GlmFit, type GlmProblem } from './glm.ts';
import { type Regression, regressionMean } from './plan.ts';
import { type Simulator, type SimulatorMatch, simulatedRows } from './simulator.ts';

/** Regression and level are refitted in turn this many times (two or three). */
const LEVEL_REFITS = 2;

/** Coefficients with everything that they were found on. */
export interface Solution {
  readonly coefficients: Float64Array<ArrayBuffer>;
  /** What the solver's stopping rule found. */
  readonly converged: boolean;
  readonly footing: Footing;
  readonly simulated: SimulatedPrior | null;
  /** Ridge of each column. */
  readonly precisions: Float64Array;
  /** Of the own rows without level, where the solver has worked them out. */
  readonly mean?: Float64Array;
  /** The regressions that led there, in their order; of the exact solver. */
  readonly passes?: readonly GlmFit[];
}

/**
 * Regression and level in turn, by the exact solver.
 *
 * @param like a fit of much the same rows by the same columns: each pass starts from its, and ends at the same minimum
 */
export function fitRegression(
  regression: Regression,
  simulated: SimulatedPrior | null,
  like: readonly GlmFit[] | null = null,
): Solution {
  const precisions = regression.priorPrecisions;
  let footing = firstFooting(regression);
  let coefficients: Float64Array<ArrayBuffer> = Float64Array.from(regression.priorMeans);
  let mean: Float64Array = new Float64Array(0);
  const passes: GlmFit[] = [];
  for (let pass = 0; pass <= LEVEL_REFITS; pass++) {
    if (pass > 0) footing = filteredFooting(regression, mean, footing);
    const near = like?.[pass];
    const problem = regressionProblem(regression, footing, simulated, precisions);
    const fit = fitGlm({ ...problem, start: near?.coefficients ?? coefficients, startFactor: near?.factor ?? null });
    passes.push(fit);
    coefficients = fit.coefficients;
    mean = regressionMean(regression, coefficients);
    footing = dispersedFooting(regression, mean, footing);
  }
  const { converged } = passes.at(-1) as GlmFit;
  return { footing, coefficients, converged, simulated, precisions, mean, passes };
}

/**
 * The exact minimum of the objective on a footing. @param precisions ridge of each column; the regression's own unless
 * told
 */
export function solveRegression(
  regression: Regression,
  footing: Footing,
  simulated: SimulatedPrior | null,
  start: Float64Array,
  precisions: Float64Array = regression.priorPrecisions,
): GlmFit {
  return fitGlm({ ...regressionProblem(regression, footing, simulated, precisions), start });
}

/**
 * The objective on a footing as one regression: own rows, then the simulator's quasi-random ones with total weight τ.
 */
export function regressionProblem(
  regression: Regression,
  footing: Footing,
  simulated: SimulatedPrior | null,
  precisions: Float64Array,
): GlmProblem {
  const { spec, rows, plan, priorMeans: priorMean, design, response, weight, censored, simulator } = regression;
  const { offset, dispersion, variancePower, inverseSize } = footing;
  const shared = {
    columns: plan.columns.length,
    family: spec.family,
    variancePower,
    inverseSize,
    dispersion,
    ridge: precisions,
    priorMean,
  };
  if (!simulator || !simulated || simulated.tau === 0)
    return { ...shared, rows, design, response, weight, offset, censored };
  const extra = simulatedRows(simulator, matchSimulator(regression, footing), simulated.rows);
  return {
    ...shared,
    rows: rows + simulated.rows,
    design: designWith(regression, extra.design),
    response: joined(response, extra.response),
    weight: joined(weight, new Float64Array(simulated.rows).fill(simulated.tau / simulated.rows)),
    offset: joined(offset, extra.offset),
    censored: censored && Uint8Array.from({ length: rows + simulated.rows }, (_, i) => censored[i] ?? 0),
  };
}

/** Own and simulated designs one below the other, by regression: neither changes from fit to fit. */
const joinedDesigns = new WeakMap<Regression, { readonly extra: Float64Array; readonly design: Float64Array }>();

function designWith(regression: Regression, extra: Float64Array): Float64Array {
  const known = joinedDesigns.get(regression);
  if (known?.extra === extra) return known.design;
  const design = joined(regression.design, extra);
  joinedDesigns.set(regression, { extra, design });
  return design;
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** The simulator on a footing: intercept matched to the own rows, level that of the last training row. */
export function matchSimulator(regression: Regression, footing: Footing): SimulatorMatch {
  const { simulator, response, weight, rows } = regression as Regression & { simulator: Simulator };
  let sold = 0;
  let expected = 0;
  for (let i = 0; i < rows; i++) {
    sold += weight[i] * response[i];
    expected += weight[i] * Math.exp(simulator.ownLinear[i] + footing.offset[i]);
  }
  if (rows > 0) return { intercept: Math.log(sold / expected), offset: footing.offset[rows - 1] };
  // Without own rows the calendar's mean demand is the assumed one.
  return {
    intercept: -Math.log(simulator.linear.reduce((sum, linear) => sum + Math.exp(linear), 0) / simulator.rows),
    offset: 0,
  };
}
