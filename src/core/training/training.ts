/** Training of one cell by iterations: folds and the whole cell side by side, on own and freshly simulated sales. */

import { candidateDeviances, combinationWeights } from '../demand/combination.ts';
import { type Component, finishComponent, fitRegression, planRegression, type Regression, withoutOwnRows, withRemainder } from '../demand/component.ts';
import { type Candidate, type FitContext, foldOrigins, type HeldOut, plannedFromRows } from '../demand/cross-validation.ts';
import { assembleModel, type DemandModel, type FitRefusal, refusalOf } from '../demand/fit-demand.ts';
import { matchedTau } from '../demand/matched-tau.ts';
import type { CellPrior } from '../demand/prior.ts';
import { SIMPLE_FORECASTS, simpleForecast } from '../demand/simple-forecast.ts';
import type { ColumnGroup, Spec } from '../demand/spec.ts';
import { type IterationKernel, type IterationSet, wasmIterationKernel } from '../kernel/iteration-kernel.ts';
import type { Outcome } from '../outcome.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { filledPrices } from '../series/design.ts';
import { type ErrorHistory, HistoryRecorder, METRICS, type MetricName } from './history.ts';
import { FIXED_ROWS, HeldOutFold, type HeldOutRows, ParameterSet, type RidgeFactors, type SetSettings, type SetState } from './parameter-set.ts';
import { nextEvaluation, passesStep } from './schedule.ts';
import { candidatesOf, isClearGain, searchRound, specKey } from './search.ts';

export interface TrainingOptions {
  /** Budget of iterations, ≥ 1. */
  readonly iterations: number;
  /** Simulated rows an iteration, ≥ 0; 0 trains on own rows alone. */
  readonly simulatedRows: number;
  /** Draws simulated demand instead of using its mean. */
  readonly simulationNoise: boolean;
  readonly seed: number;
  /** Evaluates at the multiples of this; null for the logarithmic schedule. */
  readonly evaluateEvery: number | null;
  /** Iterations between search rounds; 0 for none. */
  readonly searchEvery: number;
  /** Evaluations without a gain of 0.1 % after which training ends; null never. */
  readonly patience: number | null;
  /** τ and λ move during training. */
  readonly adaptive: boolean;
  /** Fixed τ; null to match the market's prior. */
  readonly tau: number | null;
  /** Level, φ, τ, λ and spec stay as the exact solver found them at the start: for checks against it. */
  readonly frozen: boolean;
}

export const DEFAULT_TRAINING: TrainingOptions = {
  iterations: 10_000,
  simulatedRows: 300,
  simulationNoise: false,
  seed: 1,
  evaluateEvery: null,
  searchEvery: 2_000,
  patience: null,
  adaptive: true,
  tau: null,
  frozen: false,
};

/** Patience where neither `--iterations` nor `--patience` is given (model.md §6). */
export const DEFAULT_PATIENCE = 200;
/** Own rows of a mini-batch. */
const BATCH = 64;
/**
 * Step sizes 0.5 (1 + t/20)^−0.6: with a Newton preconditioner 1 is a full step; the power lies in (½, 1), where averaged iterates are efficient
 * (Polyak & Juditsky 1992, SIAM J. Control Optim. 30(4)).
 */
const STEP: IterationSet['step'] = { first: 0.5, hold: 20, power: 0.6 };
/** Level and φ move with so many steps an octave of iterations, τ and λ with one. */
const FOOTING_STEPS = 8;
/** The first iterations are too rough to judge a level by. */
const FIRST_FOOTING = 16;
const FIRST_ADAPTATION = 128;
/** τ moves on a ladder of factors √2, three steps each side of where it started at most eight. */
const TAU_STEP = Math.SQRT2;
const TAU_REACH = 8;
/** τ of a cell without own sales: any weight leads to the same place, as nothing speaks against the simulator. */
const ASSUMED_TAU = 60;
/** A matched τ below 1 row or above 1,000 would be an estimate of φ gone wrong. */
const SMALLEST_TAU = 1;
const LARGEST_TAU = 1_000;
/** Prior of log τ around the matched strength: a factor of 2 either way is one standard deviation (docs/decisions/training-choices.md). */
const TAU_PRIOR_DEVIATION = Math.log(2);
/** A gain in error that counts for patience. */
const SMALLEST_GAIN = 0.001;

export type StopReason = 'budget used' | 'converged' | 'interrupted' | 'failed';

/** Everything that a run needs to go on bit-identically on the same rows, priors and options; plain data. */
export interface TrainingState {
  readonly schema: 1;
  readonly iteration: number;
  readonly spec: Spec;
  readonly restart: number;
  /** Matched τ of each set: the middle of its ladder. */
  readonly matchedTau: readonly number[];
  readonly sets: readonly SetState[];
  readonly best: { readonly error: number; readonly iteration: number };
  /** Evaluations since the last gain that counted. */
  readonly stalled: number;
  readonly rounds: number;
  /** Keys of specs that were compared with the incumbent. */
  readonly tried: readonly string[];
  readonly history: ErrorHistory;
  readonly finished: StopReason | null;
}

/** Trains one cell; `run` may be called in any number of pieces. */
export class Training {
  private readonly series: CellSeries;
  private readonly context: FitContext;
  private readonly options: TrainingOptions;
  private readonly origins: ReturnType<typeof foldOrigins>;
  private readonly heldOut: readonly HeldOutRows[];
  private readonly kernels: IterationKernel[];
  private readonly recorder: HistoryRecorder;
  private readonly tried: Set<string>;
  private spec: Spec;
  private restart: number;
  private matchedTau: readonly number[];
  private sets!: ParameterSet[];
  private iteration: number;
  private best: { error: number; iteration: number };
  private stalled: number;
  private rounds: number;
  private stopReason: StopReason | null;

  /**
   * @param state of an earlier training on the same rows, context and options, to go on from
   * @param kernels of a training that has ended, to be used again; each has a memory of its own, which is given back late
   */
  constructor(series: CellSeries, context: FitContext, options: TrainingOptions, state: TrainingState | null = null, kernels: IterationKernel[] = []) {
    this.kernels = kernels;
    this.series = series;
    this.context = context;
    this.options = options;
    const rows = series.days.length;
    this.origins = (context.assumed ? [] : foldOrigins(series, rows)).filter(({ trainingRows }) =>
      series.quantity.subarray(0, trainingRows).some((y) => y > 0),
    );
    const price = filledPrices(series.price, rows);
    this.heldOut = this.origins.map(({ trainingRows, endRow }) => ({
      planned: plannedFromRows(series, trainingRows, endRow, price),
      actual: series.quantity.slice(trainingRows, endRow),
      soldOut: series.soldOut.slice(trainingRows, endRow),
    }));
    this.spec = state ? state.spec : (context.specs[0] as Spec);
    this.restart = state ? state.restart : 0;
    this.iteration = state ? state.iteration : 0;
    this.best = state ? { ...state.best } : { error: Number.POSITIVE_INFINITY, iteration: 0 };
    this.stalled = state ? state.stalled : 0;
    this.rounds = state ? state.rounds : 0;
    this.tried = new Set(state ? state.tried : []);
    // A run that used its budget may be given a larger one.
    this.stopReason = state && !(state.finished === 'budget used' && options.iterations > state.iteration) ? state.finished : null;
    // One that went on further than the budget it is given now has nothing left to do.
    if (this.stopReason === null && this.iteration >= options.iterations) this.stopReason = 'budget used';
    this.matchedTau = state ? state.matchedTau : [];
    this.buildSets(state ? state.sets : null, null);
    this.recorder = state ? HistoryRecorder.from(state.history) : new HistoryRecorder(this.errorKind, this.metricNames());
  }

  get iterationsDone(): number {
    return this.iteration;
  }

  /** Why training ended; null while it may go on. */
  get finished(): StopReason | null {
    return this.stopReason;
  }

  /**
   * Runs until an iteration, the budget or a reason to stop, whichever comes first.
   *
   * @param shouldStop asked between evaluations: true leaves the training where it is, to be gone on with
   */
  run(until: number, shouldStop: () => boolean = () => false): void {
    const end = Math.min(until, this.options.iterations);
    while (this.iteration < end && this.stopReason === null && !shouldStop()) {
      const { evaluateEvery, searchEvery, iterations } = this.options;
      const evaluation = Math.min(nextEvaluation(this.iteration, evaluateEvery), iterations);
      const search = searchEvery > 0 ? (Math.floor(this.iteration / searchEvery) + 1) * searchEvery : Number.POSITIVE_INFINITY;
      const to = Math.min(evaluation, search, end);
      const from = this.iteration;
      const before = this.sets.map((set) => set.state());
      for (const set of this.sets) set.run(from, to);
      this.iteration = to;
      if (!this.sets.every((set) => set.isFinite())) {
        this.iteration = this.firstNotFinite(from, to, before);
        this.fail();
        return;
      }
      if (to === evaluation) this.evaluate();
      if (to === search && this.stopReason === null && to < iterations) this.search();
      if (this.stopReason === null && this.iteration >= iterations) this.stopReason = 'budget used';
    }
  }

  state(): TrainingState {
    return {
      schema: 1,
      iteration: this.iteration,
      spec: this.spec,
      restart: this.restart,
      matchedTau: this.matchedTau,
      sets: this.sets.map((set) => set.state()),
      best: { ...this.best },
      stalled: this.stalled,
      rounds: this.rounds,
      tried: [...this.tried],
      history: this.recorder.history(),
      finished: this.stopReason,
    };
  }

  history(): ErrorHistory {
    return this.recorder.history();
  }

  /**
   * The model at the running averages: what the training has learned so far. After a search round the library stands beside the incumbent, fitted exactly
   * at the present τ, each spec with the weight that its held-out rows give it: picking one spec forecasts worse than averaging (docs/decisions/training-choices.md).
   */
  model(): Outcome<DemandModel, FitRefusal> {
    const refusal = refusalOf(this.series);
    if (refusal) return refusal;
    const library = this.rounds > 0 ? this.context.specs.filter((spec) => specKey(spec) !== specKey(this.spec)) : [];
    const candidates: Candidate[] = [
      ...[this.spec, ...library].map((spec) => ({ kind: 'spec' as const, spec })),
      ...SIMPLE_FORECASTS.map((name) => ({ kind: 'simple' as const, name })),
    ];
    const heldOut = this.origins.length > 0 ? this.heldOutForecasts(candidates) : null;
    const weights = heldOut ? combinationWeights(heldOut, candidateDeviances(heldOut)) : Float64Array.from(candidates, (_, c) => (c === 0 ? 1 : 0));
    const whole = this.sets.length - 1;
    return {
      ok: true,
      value: assembleModel(this.series, this.context, {
        heldOut,
        candidates,
        weights,
        fitted: [this.whole.component(), ...library.map((spec) => this.fittedExactly(spec, whole).component())],
        simulated: this.options.simulatedRows > 0 ? { tau: this.whole.tau, rows: FIXED_ROWS } : null,
        iterations: this.iteration,
      }),
    };
  }

  /** The set of all rows; the others are folds, latest first. */
  private get whole(): ParameterSet {
    return this.sets.at(-1) as ParameterSet;
  }

  private get folds(): readonly ParameterSet[] {
    return this.sets.slice(0, -1);
  }

  private get errorKind(): ErrorHistory['errorKind'] {
    return this.origins.length > 0 ? 'cross-validated' : 'simulated';
  }

  private metricNames(): MetricName[] {
    const groups = [...this.whole.ridgeByGroup().keys()].filter((group) => group !== 'level');
    // Search may bring a season or a trend where the first spec has none.
    const all = new Set([...groups, 'season' as const, 'trend' as const]);
    return [...METRICS, ...[...all].sort().map((group) => `lambda:${group}` as const)];
  }

  /** @param starts where each set begins: null for zero, or the exact solution under the spec with a footing of its own */
  private buildSets(states: readonly SetState[] | null, starts: readonly Float64Array[] | null): void {
    const { options, context, series } = this;
    const settings: SetSettings = {
      simulatedRows: options.simulatedRows,
      noise: options.simulationNoise,
      seed: options.seed,
      batch: BATCH,
      step: STEP,
      frozen: options.frozen,
    };
    const rows = series.days.length;
    const spans = [
      ...this.origins.map(({ originDay, trainingRows }) => ({ rows: trainingRows, prior: context.priorAt(originDay) })),
      { rows, prior: context.priorAt(series.days[rows - 1] as number) },
    ];
    const regressions = spans.map(({ rows: n, prior }) => this.regressionOf(this.spec, n, prior));
    if (this.matchedTau.length === 0) this.matchedTau = regressions.map((regression, s) => this.firstTau(regression, (spans[s] as { prior: CellPrior }).prior));
    this.sets = regressions.map((regression, s) => {
      this.kernels[s] ??= wasmIterationKernel();
      const tau = options.simulatedRows > 0 ? (this.matchedTau[s] as number) : 0;
      const earlier = this.sets?.[s]?.tau ?? tau;
      const set = new ParameterSet(
        regression,
        this.heldOut[s] ? new HeldOutFold(regression, this.heldOut[s], context.holidays) : null,
        settings,
        this.kernels[s],
        states ? tau : earlier,
        this.restart,
        states ? (states[s] as SetState) : null,
      );
      if (starts) set.startAt(starts[s] as Float64Array);
      return set;
    });
  }

  /** A spec's regression on the first rows, with the market's knowledge beside its simulated rows; a cell without a sale has nothing else, and all of it in rows. */
  private regressionOf(spec: Spec, rows: number, prior: CellPrior): Regression {
    const { context, options, series } = this;
    const regression = planRegression(series, rows, spec, prior, context, true);
    if (context.assumed) return withoutOwnRows(regression);
    return options.simulatedRows > 0 ? withRemainder(regression, prior) : regression;
  }

  /** τ where training begins: matched to the market's prior of the most doubtful column, within what leaves both sides a say. */
  private firstTau(regression: Regression, prior: CellPrior): number {
    if (this.options.tau !== null) return this.options.tau;
    if (this.context.assumed) return ASSUMED_TAU;
    const { footing } = fitRegression(regression, { tau: 30, rows: FIXED_ROWS });
    return Math.min(LARGEST_TAU, Math.max(SMALLEST_TAU, matchedTau(regression, prior, footing) ?? SMALLEST_TAU));
  }

  /** Takes the iterations between two evaluations once more, one by one, up to the first that is not finite. */
  private firstNotFinite(from: number, to: number, before: readonly SetState[]): number {
    this.buildSets(before, null);
    for (let iteration = from; iteration < to; iteration++) {
      for (const set of this.sets) set.run(iteration, iteration + 1);
      if (!this.sets.every((set) => set.isFinite())) return iteration + 1;
    }
    return to;
  }

  /** Figures stopped being finite: what was learned before stands in the last checkpoint. */
  private fail(): void {
    this.recorder.addEvent({ iteration: this.iteration, kind: 'not-finite' });
    this.stopReason = 'failed';
  }

  private evaluate(): void {
    const { iteration, options, whole } = this;
    const previous = this.recorder.last();
    if (iteration >= FIRST_FOOTING && passesStep(previous, iteration, FOOTING_STEPS)) for (const set of this.sets) set.moveFooting();
    if (options.adaptive && !options.frozen && iteration >= FIRST_ADAPTATION && passesStep(previous, iteration, 1)) {
      if (options.simulatedRows > 0 && options.tau === null) this.moveTaus();
      this.moveRidges();
    }
    const figures = this.crossValidated();
    const point: Partial<Record<MetricName, number>> = {
      ...figures,
      trainError: whole.trainError(),
      simulatedError: whole.simulatedError(),
      gradientNorm: whole.gradientNorm(),
      stepSize: whole.stepSizeAt(iteration),
      tau: whole.tau,
      elasticity: whole.elasticity(whole.regression.plan.referencePrice),
    };
    for (const [group, strength] of whole.ridgeByGroup()) point[`lambda:${group}`] = strength;
    this.recorder.add(iteration, point);
    // Held-out rows that sold nothing have no relative error; their squared one must be finite all the same.
    const converging = this.errorKind === 'simulated' ? whole.regression.simulator && point.simulatedError : point.rmse;
    if (typeof converging === 'number' && !Number.isFinite(converging)) {
      this.fail();
      return;
    }
    const error = this.errorKind === 'simulated' ? (point.simulatedError as number) : (point.error as number);
    if (error < this.best.error * (1 - SMALLEST_GAIN)) this.stalled = 0;
    else this.stalled++;
    if (error < this.best.error) this.best = { error, iteration };
    if (options.patience !== null && this.stalled >= options.patience) this.stopReason = 'converged';
  }

  /** Figures of the folds' running averages on their held-out rows. */
  private crossValidated(): { error: number; deviance: number; rmse: number; bias: number } {
    let absolute = 0;
    let total = 0;
    let squares = 0;
    let signed = 0;
    let deviance = 0;
    let rows = 0;
    for (const set of this.folds) {
      const forecast = set.forecastHeldOut();
      const { actual } = (set.fold as HeldOutFold).heldOut;
      deviance += set.heldOutDeviance(forecast);
      for (let i = 0; i < actual.length; i++) {
        const gap = (forecast[i] as number) - (actual[i] as number);
        absolute += Math.abs(gap);
        signed += gap;
        squares += gap * gap;
        total += actual[i] as number;
        rows++;
      }
    }
    if (rows === 0) return { error: Number.NaN, deviance: Number.NaN, rmse: Number.NaN, bias: Number.NaN };
    const positive = total > 0 ? total : Number.NaN;
    return { error: absolute / positive, deviance: deviance / rows, rmse: Math.sqrt(squares / rows), bias: signed / positive };
  }

  /**
   * Moves every set's τ by at most one step of its ladder to where the cross-validated deviance of the folds that lie before it is lower,
   * under a log-normal prior around the matched strength, and only on evidence as clear as a search round asks for: a few fortnights hang together,
   * and a τ that follows their noise loses.
   */
  private moveTaus(): void {
    const { folds } = this;
    const cache = new Map<string, number>();
    const devianceOf = (fold: number, factor: number): number => {
      const key = `${fold}:${factor}`;
      let value = cache.get(key);
      if (value === undefined) {
        value = (folds[fold] as ParameterSet).devianceAtTau((this.matchedTau[fold] as number) * TAU_STEP ** factor);
        cache.set(key, value);
      }
      return value;
    };
    const moves = this.sets.map((set, s) => {
      const earlier = this.foldsBefore(s);
      const now = Math.round(Math.log(set.tau / (this.matchedTau[s] as number)) / Math.log(TAU_STEP));
      if (earlier.length < 3) return now;
      const steps = [now - 1, now + 1].filter((step) => Math.abs(step) <= TAU_REACH);
      const penalty = (step: number): number => 0.5 * ((step * Math.log(TAU_STEP)) / TAU_PRIOR_DEVIATION) ** 2;
      const gainsOf = (step: number): number[] =>
        earlier.map((f) => {
          const gained = (devianceOf(f, now) - devianceOf(f, step)) / (2 * (folds[f] as ParameterSet).heldOutDispersion());
          return gained + (penalty(now) - penalty(step)) / earlier.length;
        });
      let best = now;
      let most = 0;
      for (const step of steps) {
        const gains = gainsOf(step);
        const total = gains.reduce((sum, g) => sum + g, 0);
        if (total <= most || !isClearGain(gains, steps.length)) continue;
        most = total;
        best = step;
      }
      return best;
    });
    this.sets.forEach((set, s) => {
      set.moveTau((this.matchedTau[s] as number) * TAU_STEP ** (moves[s] as number));
    });
  }

  /**
   * Moves every set's λ_g a step towards its fixed point, and only where the folds before the set were clearly forecast better after such a step of their own.
   * The fixed point looks at training rows with the level held: a slow column that only trades places with the level seems well determined there, and a trend
   * let loose over months without a sale ran away.
   */
  private moveRidges(): void {
    const steps = this.sets.map((set) => set.ridgeSteps());
    const gains = this.folds.map((fold, f) => {
      const now = fold.devianceAtRidge(new Map());
      const unit = 2 * fold.heldOutDispersion();
      return new Map([...(steps[f] as RidgeFactors)].map(([group, step]) => [group, (now - fold.devianceAtRidge(new Map([[group, step]]))) / unit]));
    });
    this.sets.forEach((set, s) => {
      const earlier = this.foldsBefore(s);
      const gainsOf = (group: ColumnGroup): number[] => earlier.map((f) => gains[f]?.get(group) ?? 0);
      set.moveRidge(new Map([...(steps[s] as RidgeFactors)].filter(([group]) => isClearGain(gainsOf(group), 1))));
    });
  }

  /** Folds that a set may learn τ and λ from: those before it in time, so that its own held-out rows stay unseen; the whole cell sees every fold. */
  private foldsBefore(s: number): number[] {
    const all = this.folds.map((_, f) => f);
    // Folds are ordered latest first, and the whole cell is the last set.
    return s === this.folds.length ? all : all.filter((f) => f > s);
  }

  private search(): void {
    const { options, context } = this;
    if (options.frozen || this.folds.length === 0) return;
    const round = this.rounds++;
    const candidates = candidatesOf(this.spec, context.specs, this.tried, options.seed, round);
    if (candidates.length === 0) return;
    const fits = new Map<string, Float64Array>();
    const fitted = (spec: Spec, s: number): { regression: Regression; coefficients: Float64Array } => {
      const { regression, coefficients } = this.fittedExactly(spec, s);
      fits.set(`${s}:${specKey(spec)}`, coefficients);
      return { regression, coefficients };
    };
    const outcome = searchRound(this.spec, candidates, this.folds.length, (spec, f) => {
      const { regression, coefficients } = fitted(spec, f);
      const fold = new HeldOutFold(regression, this.heldOut[f] as HeldOutRows, context.holidays);
      return fold.deviance(fold.forecast(coefficients));
    });
    for (const candidate of candidates) this.tried.add(specKey(candidate));
    const before = this.spec;
    if (outcome.adopted) {
      this.tried.add(specKey(before));
      this.spec = outcome.adopted;
      const starts = this.sets.map((_, s) => fits.get(`${s}:${specKey(this.spec)}`) ?? fitted(this.spec, s).coefficients);
      this.restart = this.iteration;
      this.buildSets(null, starts);
    }
    this.recorder.addEvent({
      iteration: this.iteration,
      kind: 'search',
      candidates: outcome.candidates,
      adopted: outcome.adopted !== null,
      changes: (Object.keys(this.spec) as (keyof Spec)[])
        .filter((field) => this.spec[field] !== before[field])
        .map((field) => ({ field, from: before[field], to: this.spec[field] })),
      devianceBefore: outcome.devianceBefore,
      devianceAfter: outcome.devianceAfter,
    });
  }

  /** Another spec on a set's rows, by the exact solver at the set's present τ. */
  private fittedExactly(spec: Spec, s: number): { regression: Regression; coefficients: Float64Array; component: () => Component } {
    const { options, context, series } = this;
    const span = this.origins[s];
    const rows = span ? span.trainingRows : series.days.length;
    const prior = context.priorAt(span ? span.originDay : (series.days[rows - 1] as number));
    const regression = this.regressionOf(spec, rows, prior);
    const simulated = options.simulatedRows > 0 ? { tau: (this.sets[s] as ParameterSet).tau, rows: FIXED_ROWS } : null;
    const { footing, coefficients, converged } = fitRegression(regression, simulated);
    return { regression, coefficients, component: () => finishComponent(regression, footing, simulated, coefficients, converged).component };
  }

  private heldOutForecasts(candidates: readonly Candidate[]): HeldOut {
    const total = this.heldOut.reduce((sum, h) => sum + h.actual.length, 0);
    const heldOut = {
      candidates,
      rows: total,
      actual: new Float64Array(total),
      soldOut: new Uint8Array(total),
      fold: new Int32Array(total),
      daysAhead: new Int32Array(total),
      forecasts: new Float64Array(candidates.length * total),
      scale: new Float64Array(total),
      originDays: this.origins.map((o) => o.originDay),
    };
    let at = 0;
    this.folds.forEach((set, f) => {
      const { planned, actual, soldOut } = this.heldOut[f] as HeldOutRows;
      const { originDay, trainingRows } = this.origins[f] as { originDay: number; trainingRows: number };
      heldOut.actual.set(actual, at);
      heldOut.soldOut.set(soldOut, at);
      heldOut.fold.fill(f, at, at + actual.length);
      heldOut.scale.fill(set.regression.meanQuantity, at, at + actual.length);
      heldOut.daysAhead.set(
        planned.days.map((day) => day - originDay),
        at,
      );
      const forecastOf = (candidate: Candidate, c: number): Float64Array => {
        if (candidate.kind === 'simple') return simpleForecast(candidate.name, this.series, trainingRows, planned.days);
        // The first candidate is the incumbent, at its running average.
        if (c === 0) return set.forecastHeldOut();
        const { regression, coefficients } = this.fittedExactly(candidate.spec, f);
        return new HeldOutFold(regression, this.heldOut[f] as HeldOutRows, this.context.holidays).forecast(coefficients);
      };
      candidates.forEach((candidate, c) => {
        heldOut.forecasts.set(forecastOf(candidate, c), c * total + at);
      });
      at += actual.length;
    });
    return heldOut;
  }
}
