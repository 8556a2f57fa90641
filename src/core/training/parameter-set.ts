/** One set of parameters in training: a fold's or the whole cell's, with its rows, its simulator and its kernel. */

import { FAMILY } from '../families/table.ts';
import { type GlmSums, MAX_LINEAR } from '../kernel/glm-kernel.ts';
import { type IterationKernel, type IterationSet, PRICE_COLUMN, stepSize } from '../kernel/iteration-kernel.ts';
import { choleskySolve, regularCholesky } from '../math/linear-algebra.ts';
import { RandomStream } from '../math/random.ts';
import { FittedRegression } from '../regression/component.ts';
import { dispersedFooting, type Footing, filteredFooting, firstFooting } from '../regression/footing.ts';
import { sumsAt } from '../regression/glm.ts';
import { imputedResponse } from '../regression/imputed-response.ts';
import { fitRegression, matchSimulator, regressionProblem, solveRegression } from '../regression/objective.ts';
import { type Regression, regressionMean } from '../regression/plan.ts';
import { simulatedRows } from '../regression/simulator.ts';
import { elasticityAt } from '../series/price-transform.ts';
import type { ColumnGroup } from '../vocabulary.ts';
import type { HeldOutFold } from './held-out-fold.ts';

/** What a set needs to go on from where it was; plain arrays. */
export interface SetState {
  readonly coefficients: Float64Array;
  readonly average: Float64Array;
  /** Coefficients that the level, φ and the sold-out rows were last computed at; null before the first time. */
  readonly footingAt: Float64Array | null;
  readonly precisions: Float64Array;
  readonly preconditioner: Float64Array;
  readonly tau: number;
}

/** What all sets of a training share. */
export interface SetSettings {
  readonly simulatedRows: number;
  readonly noise: boolean;
  readonly seed: number;
  readonly batch: number;
  readonly step: IterationSet['step'];
  /** Level, φ and λ stay as the exact solver found them: for checks against it. */
  readonly frozen: boolean;
}

/** Simulated rows of evaluations, of the preconditioner and of the exact solver. */
export const FIXED_ROWS = 300;
/** Gamma hyper-prior of a ridge strength: its spec's value counts as much as so many columns. */
const LAMBDA_PRIOR_COLUMNS = 1;
/** A ridge strength moves by at most this factor at a time. */
const LARGEST_RIDGE_STEP = 2;

/** Factors on the ridge strengths of groups; groups that are left out keep theirs. */
export type RidgeFactors = ReadonlyMap<ColumnGroup, number>;

/** What a set begins with. */
export interface SetStart {
  readonly regression: Regression;
  /** The rows that a fold holds out; null for the whole cell. */
  readonly fold: HeldOutFold | null;
  readonly settings: SetSettings;
  readonly kernel: IterationKernel;
  readonly tau: number;
  /** Iteration after which step sizes and the running average start again. */
  readonly restart: number;
  /** The state to go on from; null begins with no effect at all: demand at its mean, whatever the price. */
  readonly start: SetState | null;
}

export class ParameterSet {
  readonly regression: Regression;
  /** The rows that a fold holds out; null for the whole cell. */
  readonly fold: HeldOutFold | null;
  private readonly settings: SetSettings;
  private readonly kernel: IterationKernel;
  private coefficients: Float64Array;
  private average: Float64Array;
  private footingAt: Float64Array | null;
  private footing: Footing;
  private precisions: Float64Array;
  private preconditioner: Float64Array;
  private tauNow: number;
  private restart: number;

  constructor({ regression, fold, settings, kernel, tau, restart, start }: SetStart) {
    const columns = regression.plan.columns.length;
    this.regression = regression;
    this.fold = fold;
    this.settings = settings;
    this.kernel = kernel;
    this.restart = restart;
    this.coefficients = start ? start.coefficients : new Float64Array(columns);
    this.average = start ? start.average : new Float64Array(columns);
    this.footingAt = start ? start.footingAt : null;
    this.precisions = start ? start.precisions : regression.priorPrecisions;
    this.tauNow = start ? start.tau : tau;
    this.footing = this.footingFrom(this.footingAt);
    this.preconditioner = start ? start.preconditioner : this.invertedHessian(this.average);
    this.load();
  }

  /** What the set's coefficients are fitted on while they do not move it. */
  get frozenFooting(): Footing {
    return this.footing;
  }

  /** Goes on from coefficients that the exact solver found. */
  startAt(coefficients: Float64Array): void {
    this.coefficients = coefficients;
    this.average = coefficients;
    this.moveFooting();
  }

  get tau(): number {
    return this.tauNow;
  }

  state(): SetState {
    const { coefficients, average, footingAt, precisions, preconditioner } = this;
    return { coefficients, average, footingAt, precisions, preconditioner, tau: this.tauNow };
  }

  run(from: number, to: number): void {
    this.kernel.run(from, to);
    const state = this.kernel.state();
    this.coefficients = state.coefficients;
    this.average = state.average;
  }

  isFinite(): boolean {
    return this.average.every(Number.isFinite) && this.coefficients.every(Number.isFinite);
  }

  /** Moves level, φ, sold-out rows and preconditioner to where the running average is. */
  moveFooting(): void {
    if (this.settings.frozen) return;
    this.footingAt = this.average;
    this.footing = this.footingFrom(this.footingAt);
    this.reload();
  }

  moveTau(tau: number): void {
    if (tau === this.tauNow) return;
    this.tauNow = tau;
    this.reload();
  }

  /** Multiplies the ridge strength of groups. */
  moveRidge(factors: RidgeFactors): void {
    if (factors.size === 0) return;
    this.precisions = this.multipliedPrecisions(factors);
    this.reload();
  }

  /** Expected demand of the held-out rows by the running average, in the cell's unit. */
  forecastHeldOut(): Float64Array {
    return (this.fold as HeldOutFold).forecast(this.average);
  }

  heldOutDeviance(forecast: Float64Array): number {
    return (this.fold as HeldOutFold).deviance(forecast);
  }

  /** Mean deviance of the held-out rows: the scale of differences between deviances. */
  heldOutDispersion(): number {
    const fold = this.fold as HeldOutFold;
    return Math.max(1e-6, fold.deviance(fold.forecast(this.average)) / fold.heldOut.actual.length);
  }

  /** Deviance of the held-out rows at another τ, by the exact solver on the present footing. */
  devianceAtTau(tau: number): number {
    const fold = this.fold as HeldOutFold;
    return fold.deviance(fold.forecast(this.solve(tau)));
  }

  /** The same at ridge strengths multiplied by group. */
  devianceAtRidge(factors: RidgeFactors): number {
    const fold = this.fold as HeldOutFold;
    return fold.deviance(fold.forecast(this.solve(this.tauNow, this.multipliedPrecisions(factors))));
  }

  /** The exact minimum on the present footing. */
  solve(tau = this.tauNow, precisions = this.precisions): Float64Array<ArrayBuffer> {
    return solveRegression(this.regression, this.footing, { tau, rows: FIXED_ROWS }, this.average, precisions)
      .coefficients;
  }

  /** WAPE of the own rows by their one-step-ahead means. */
  trainError(): number {
    const { series, rows, exposure, meanQuantity } = this.regression;
    const mean = regressionMean(this.regression, this.average);
    let absolute = 0;
    let total = 0;
    for (let i = 0; i < rows; i++) {
      const days = exposure ? exposure[i] : 1;
      absolute += Math.abs(series.quantity[i] - mean[i] * Math.exp(this.footing.offset[i]) * meanQuantity * days);
      total += series.quantity[i];
    }
    return total > 0 ? absolute / total : Number.NaN;
  }

  /**
   * WAPE on a fixed set of simulated rows that no iteration sees: their demand is drawn around its mean, so that even
   * the simulator itself is wrong by its noise.
   */
  simulatedError(): number {
    const { simulator, spec } = this.regression;
    if (!simulator) return Number.NaN;
    const { footing } = this;
    const { variance } = FAMILY[spec.family];
    const { design, response, offset } = simulatedRows(
      simulator,
      matchSimulator(this.regression, this.footing),
      FIXED_ROWS,
    );
    const width = simulator.columns;
    const random = new RandomStream(this.settings.seed, 0x68656c64);
    let absolute = 0;
    let total = 0;
    for (let i = 0; i < FIXED_ROWS; i++) {
      let linear = offset[i];
      for (let j = 0; j < width; j++) linear += design[i * width + j] * this.average[j];
      const mean = response[i];
      const shape = (mean * mean) / (footing.dispersion * variance(mean, footing));
      const drawn = (mean * random.gamma(shape)) / shape;
      absolute += Math.abs(drawn - Math.exp(Math.max(-MAX_LINEAR, Math.min(MAX_LINEAR, linear))));
      total += drawn;
    }
    return absolute / total;
  }

  /** Euclidean norm of the objective's exact gradient at the running average, on the fixed simulated rows. */
  gradientNorm(): number {
    const { gradient } = this.sums(this.average, 'observed');
    return Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
  }

  /**
   * How far the running average lies from the exact minimum on the present footing, in posterior standard deviations:
   * √(gᵀ H⁻¹ g / columns), g the gradient and H the observed Hessian of the objective (Boyd & Vandenberghe 2004, Convex
   * Optimization, §9.5.1: the Newton decrement).
   */
  distanceToMinimum(): number {
    const width = this.regression.plan.columns.length;
    const { gradient } = this.sums(this.average, 'observed');
    const inverse = this.invertedHessian(this.average);
    let squares = 0;
    for (let j = 0; j < width; j++) {
      for (let l = 0; l < width; l++) squares += gradient[j] * inverse[j * width + l] * gradient[l];
    }
    return Math.sqrt(squares / width);
  }

  elasticity(price: number): number {
    const { plan } = this.regression;
    return elasticityAt(this.average[PRICE_COLUMN], price, plan.referencePrice, plan.boxCoxLambda);
  }

  stepSizeAt(iteration: number): number {
    return stepSize(this.settings.step, iteration - this.restart);
  }

  /** Ridge strength of each group: the mean of its columns' precisions over those of the spec, times the spec's. */
  ridgeByGroup(): ReadonlyMap<ColumnGroup, number> {
    const sums = new Map<ColumnGroup, { sum: number; count: number }>();
    this.regression.plan.columns.forEach(({ group }, j) => {
      const entry = sums.get(group) ?? { sum: 0, count: 0 };
      sums.set(group, { sum: entry.sum + this.precisions[j], count: entry.count + 1 });
    });
    return new Map([...sums].map(([group, { sum, count }]) => [group, sum / count]));
  }

  /** The trained component, at the running average. @param converged what the training's stopping rule found */
  fitted(converged: boolean): FittedRegression {
    const simulated = { tau: this.tauNow, rows: FIXED_ROWS };
    return new FittedRegression(this.regression, {
      footing: this.footing,
      simulated,
      coefficients: Float64Array.from(this.average),
      converged,
      precisions: this.precisions,
    });
  }

  private footingFrom(coefficients: Float64Array | null): Footing {
    if (this.settings.frozen && this.regression.rows > 0) {
      return fitRegression(this.regression, { tau: this.tauNow, rows: FIXED_ROWS }).footing;
    }
    const first = firstFooting(this.regression);
    if (coefficients === null || this.regression.rows === 0) return first;
    const mean = regressionMean(this.regression, coefficients);
    return dispersedFooting(this.regression, mean, filteredFooting(this.regression, mean, first));
  }

  /**
   * By what each group's ridge strength would be multiplied on the way to MacKay's fixed point (1992, Neural
   * Computation 4(3), eq. 4.4) under a gamma hyper-prior around the spec's strength: λ_g ← (γ_g + a)/(Σ (β − b)² +
   * a/λ_g⁰), γ_g = Σ_j (1 − λ_g (H⁻¹)_jj) the number of well-determined columns of the group. At most a factor of
   * {@link LARGEST_RIDGE_STEP} either way.
   */
  ridgeSteps(): RidgeFactors {
    const { plan, priorMeans, priorPrecisions } = this.regression;
    const inverse = this.invertedHessian(this.average);
    const width = plan.columns.length;
    const groups = new Map<ColumnGroup, number[]>();
    plan.columns.forEach(({ group }, j) => {
      if (group !== 'level') groups.set(group, [...(groups.get(group) ?? []), j]);
    });
    return new Map(
      [...groups].map(([group, columns]) => {
        // Columns of one group may have priors of their own: what is estimated is a common factor on them.
        let determined = 0;
        let squares = 0;
        let factor = 0;
        for (const j of columns) {
          const first = priorPrecisions[j];
          factor += this.precisions[j] / first / columns.length;
          determined += 1 - this.precisions[j] * inverse[j * width + j];
          squares += first * (this.average[j] - priorMeans[j]) ** 2;
        }
        const next = (Math.max(0, determined) + LAMBDA_PRIOR_COLUMNS) / (squares + LAMBDA_PRIOR_COLUMNS);
        return [group, Math.min(LARGEST_RIDGE_STEP, Math.max(1 / LARGEST_RIDGE_STEP, next / factor))];
      }),
    );
  }

  private multipliedPrecisions(factors: RidgeFactors): Float64Array {
    const { columns } = this.regression.plan;
    return this.precisions.map(
      (precision, j) => precision * (factors.get((columns[j] as { group: ColumnGroup }).group) ?? 1),
    );
  }

  /** Gradient and Hessian of the objective on the present footing, at coefficients. */
  private sums(at: Float64Array, curvature: 'observed' | 'expected'): GlmSums {
    const simulated = { tau: this.tauNow, rows: FIXED_ROWS };
    return sumsAt(regressionProblem(this.regression, this.footing, simulated, this.precisions), at, curvature);
  }

  private invertedHessian(at: Float64Array): Float64Array {
    const width = this.regression.plan.columns.length;
    const { hessian } = this.sums(at, 'expected');
    const factor = regularCholesky(hessian, width, 0);
    const inverse = new Float64Array(width * width);
    const unit = new Float64Array(width);
    for (let j = 0; j < width; j++) {
      unit.fill(0);
      unit[j] = 1;
      inverse.set(choleskySolve(factor, width, unit), j * width);
    }
    return inverse;
  }

  private reload(): void {
    this.preconditioner = this.invertedHessian(this.average);
    this.load();
  }

  private load(): void {
    const { regression, footing, settings } = this;
    const { simulator, plan, spec } = regression;
    const match = simulator ? matchSimulator(regression, footing) : { intercept: 0, offset: 0 };
    this.kernel.load({
      columns: plan.columns.length,
      ownRows: regression.rows,
      design: regression.design,
      response: imputedResponse(regression, footing, this.average),
      weight: regression.weight,
      offset: footing.offset,
      batch: settings.batch,
      simulatorRows: simulator ? simulator.rows : 0,
      simulatorDesign: simulator ? simulator.design : new Float64Array(0),
      simulatorMean: simulator
        ? simulator.linear.map((linear) => Math.exp(linear + match.intercept + match.offset))
        : new Float64Array(0),
      priceTerm: simulator ? simulator.priceTerm : new Float64Array(0),
      priceFactor: simulator ? simulator.priceTerm.map((h) => Math.exp(simulator.slope * h)) : new Float64Array(0),
      simulatedRows: settings.simulatedRows,
      tau: this.tauNow,
      simulatorOffset: match.offset,
      family: spec.family,
      dispersion: footing.dispersion,
      variancePower: footing.variancePower,
      inverseSize: footing.inverseSize,
      ridge: this.precisions,
      priorMean: regression.priorMeans,
      preconditioner: this.preconditioner,
      seed: settings.seed,
      restart: this.restart,
      step: settings.step,
      noise: settings.noise,
      coefficients: this.coefficients,
      average: this.average,
    });
  }
}
