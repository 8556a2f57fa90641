/** Training of one cell by iterations: folds and the whole cell side by side, on own and freshly simulated sales. */

import { finite, NotFiniteError } from '../checks.ts';
import { checkedContext } from '../demand/checked-context.ts';
import { candidateDeviances, combinationWeights } from '../demand/combination.ts';
import { withCompetitorReference } from '../demand/competitor-choice.ts';
import {
  type Candidate,
  candidatesFrom,
  type FitContext,
  type FoldOrigin,
  foldOrigins,
  type HeldOut,
  heldOutForecasts,
} from '../demand/cross-validation.ts';
import { assembleModel, type DemandModel, type FitRefusal, refusalOf } from '../demand/fit-demand.ts';
import { uncensoredSeries } from '../demand/uncensored.ts';
import { type IterationKernel, type IterationSet, wasmIterationKernel } from '../kernel/iteration-kernel.ts';
import { finiteOutcome, type Outcome } from '../outcome.ts';
import type { Spec } from '../regression/hyper-parameters.ts';
import type { Regression } from '../regression/plan.ts';
import type { CellSeries } from '../series/cell-series.ts';
import type { StopReason } from '../vocabulary.ts';
import { moveRidges, moveTaus } from './adapt.ts';
import { SMALLEST_GAIN } from './convergence.ts';
import { evaluateSets } from './evaluate.ts';
import { HeldOutFold, type HeldOutRows, heldOutRows } from './held-out-fold.ts';
import { type ErrorHistory, HistoryRecorder, METRICS, type MetricName } from './history.ts';
import { checkOptions, type TrainingOptions } from './options.ts';
import { FIXED_ROWS, ParameterSet, type SetSettings, type SetState } from './parameter-set.ts';
import { nextEvaluation, passesStep } from './schedule.ts';
import { candidatesOf, searchRound, specKey } from './search.ts';
import { type ExactFit, SetRegressions } from './set-regressions.ts';

/** Own rows of a mini-batch. */
const BATCH = 64;
/**
 * Step sizes 0.5 (1 + t/20)^−0.6: with a Newton preconditioner 1 is a full step; the power lies in (½, 1), where
 * averaged iterates are efficient (Polyak & Juditsky 1992, SIAM J. Control Optim. 30(4)).
 */
const STEP: IterationSet['step'] = { first: 0.5, hold: 20, power: 0.6 };
/** Level and φ move with so many steps an octave of iterations, τ and λ with one. */
const FOOTING_STEPS = 8;
/** The first iterations are too rough to judge a level by. */
const FIRST_FOOTING = 16;
const FIRST_ADAPTATION = 128;
/**
 * A running average this near to the minimum, in posterior standard deviations a coefficient, has converged: a 90 %
 * interval that is moved by a quarter of its standard deviation still covers 89 %. On simulated cells of 25 to 1,080
 * rows the usual 10,000 iterations end below 0.1 and the usual patience below 0.24; 20 iterations end at 0.03 to 0.8
 * (docs/decisions/training-choices.md).
 */
const LARGEST_DISTANCE = 0.25;
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
  private readonly origins: readonly FoldOrigin[];
  private readonly heldOut: readonly HeldOutRows[];
  private readonly regressions: SetRegressions;
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
   * @param kernels of a training that has ended, to be used again; the memory of one is given back late
   * @throws TypeError, RangeError for options or a context that are none; NotFiniteError for rows whose first sums
   * leave the finite numbers
   */
  constructor(
    sold: CellSeries,
    context: FitContext,
    options: TrainingOptions,
    state: TrainingState | null = null,
    kernels: IterationKernel[] = [],
  ) {
    checkOptions(options);
    const checked = checkedContext(context);
    [this.kernels, this.options] = [kernels, options];
    const rows = sold.days.length;
    // A copy, as in fitDemand.
    const series = context.assumed ? { ...sold } : uncensoredSeries({ ...sold }, rows, checked);
    this.series = series;
    this.context = withCompetitorReference(series, rows, checked);
    this.origins = (context.assumed ? [] : foldOrigins(series, rows)).filter(({ trainingRows }) =>
      series.quantity.subarray(0, trainingRows).some((y) => y > 0),
    );
    this.heldOut = heldOutRows(series, this.origins);
    this.regressions = new SetRegressions(series, this.context, options, this.origins);
    this.spec = state ? state.spec : (context.specs[0] as Spec);
    this.restart = state ? state.restart : 0;
    this.iteration = state ? state.iteration : 0;
    this.best = state ? { ...state.best } : { error: Number.POSITIVE_INFINITY, iteration: 0 };
    this.stalled = state ? state.stalled : 0;
    this.rounds = state ? state.rounds : 0;
    this.tried = new Set(state ? state.tried : []);
    // A run that used its budget may be given a larger one.
    this.stopReason =
      state && !(state.finished === 'budget used' && options.iterations > state.iteration) ? state.finished : null;
    // One that went on further than the budget it is given now has nothing left to do.
    if (this.stopReason === null && this.iteration >= options.iterations) this.stopReason = 'budget used';
    this.matchedTau = state ? state.matchedTau : [];
    this.buildSets(state ? state.sets : null, null);
    this.recorder = state
      ? HistoryRecorder.from(state.history)
      : new HistoryRecorder(this.errorKind, this.metricNames());
  }

  get iterationsDone(): number {
    return this.iteration;
  }

  /** Why training ended; null while it may go on. */
  get finished(): StopReason | null {
    return this.stopReason;
  }

  /**
   * Whether the training arrived: level, φ, τ and λ have been looked at since it began ({@link FIRST_ADAPTATION}
   * iterations), and the whole cell's running average lies no further than {@link LARGEST_DISTANCE} posterior standard
   * deviations from the exact minimum. A budget that ends before that, or a patience that runs out before it, has
   * stopped a training that was still on its way.
   */
  get converged(): boolean {
    return (
      this.stopReason !== 'failed' &&
      this.iteration >= FIRST_ADAPTATION &&
      this.whole.distanceToMinimum() <= LARGEST_DISTANCE
    );
  }

  /**
   * Runs until an iteration, the budget or a reason to stop, whichever comes first.
   *
   * @param shouldStop asked between evaluations: true leaves the training where it is, to be gone on with
   */
  run(until: number, shouldStop: () => boolean = () => false): void {
    try {
      this.runPieces(until, shouldStop);
    } catch (error) {
      if (!(error instanceof NotFiniteError)) throw error;
      this.fail();
    }
  }

  private runPieces(until: number, shouldStop: () => boolean): void {
    const end = Math.min(until, this.options.iterations);
    while (this.iteration < end && this.stopReason === null && !shouldStop()) {
      const { evaluateEvery, searchEvery, iterations } = this.options;
      const evaluation = Math.min(nextEvaluation(this.iteration, evaluateEvery), iterations);
      const search =
        searchEvery > 0 ? (Math.floor(this.iteration / searchEvery) + 1) * searchEvery : Number.POSITIVE_INFINITY;
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
   * The model at the running averages: what the training has learned so far. After a search round the library stands
   * beside the incumbent, fitted exactly at the present τ, each spec with the weight that its held-out rows give it:
   * picking one spec forecasts worse than averaging (docs/decisions/training-choices.md).
   */
  model(): Outcome<DemandModel, FitRefusal> {
    return refusalOf(this.series) ?? finiteOutcome(() => ({ ok: true, value: finite('model', this.assembled()) }));
  }

  private assembled(): DemandModel {
    const library = this.rounds > 0 ? this.context.specs.filter((spec) => specKey(spec) !== specKey(this.spec)) : [];
    const candidates = candidatesFrom([this.spec, ...library], this.series.frequency);
    const heldOut = this.origins.length > 0 ? this.heldOutForecasts(candidates) : null;
    const weights = heldOut
      ? combinationWeights(heldOut, candidateDeviances(heldOut), this.series.frequency)
      : Float64Array.from(candidates, (_, c) => (c === 0 ? 1 : 0));
    const whole = this.sets.length - 1;
    return assembleModel(this.series, this.context, {
      heldOut,
      candidates,
      weights,
      fitted: [this.whole.fitted(this.converged), ...library.map((spec) => this.fittedExactly(spec, whole).fitted)],
      simulated: this.options.simulatedRows > 0 ? { tau: this.whole.tau, rows: FIXED_ROWS } : null,
      iterations: this.iteration,
    });
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

  /**
   * @param starts where each set begins: null for zero, or the exact solution under the spec with a footing of its own
   */
  private buildSets(states: readonly SetState[] | null, starts: readonly Float64Array[] | null): void {
    const { options } = this;
    const settings: SetSettings = {
      simulatedRows: options.simulatedRows,
      noise: options.simulationNoise,
      seed: options.seed,
      batch: BATCH,
      step: STEP,
      frozen: options.frozen,
    };
    const regressions = this.regressions.of(this.spec);
    if (this.matchedTau.length === 0)
      this.matchedTau = regressions.map((regression, s) => this.regressions.firstTau(regression, s));
    this.sets = regressions.map((regression, s) => {
      this.kernels[s] ??= wasmIterationKernel();
      const tau = options.simulatedRows > 0 ? this.matchedTau[s] : 0;
      const earlier = this.sets?.[s]?.tau ?? tau;
      const set = new ParameterSet({
        regression,
        fold: this.heldOut[s] ? this.foldOf(regression, s) : null,
        settings,
        kernel: this.kernels[s],
        tau: states ? tau : earlier,
        restart: this.restart,
        start: states ? (states[s] as SetState) : null,
      });
      if (starts) set.startAt(starts[s] as Float64Array);
      return set;
    });
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
    if (iteration >= FIRST_FOOTING && passesStep(previous, iteration, FOOTING_STEPS))
      for (const set of this.sets) set.moveFooting();
    if (options.adaptive && !options.frozen && iteration >= FIRST_ADAPTATION && passesStep(previous, iteration, 1)) {
      if (options.simulatedRows > 0 && options.tau === null) moveTaus(this.sets, this.matchedTau);
      moveRidges(this.sets);
    }
    const point = evaluateSets(this.folds, whole, iteration);
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

  private search(): void {
    const { options, context } = this;
    if (options.frozen || this.folds.length === 0) return;
    const round = this.rounds++;
    const candidates = candidatesOf(this.spec, context.specs, this.tried, options.seed, round);
    if (candidates.length === 0) return;
    const fits = new Map<string, Float64Array>();
    const fitted = (spec: Spec, s: number): ExactFit => {
      const fit = this.fittedExactly(spec, s);
      fits.set(`${s}:${specKey(spec)}`, fit.coefficients);
      return fit;
    };
    const outcome = searchRound(this.spec, candidates, this.folds.length, (spec, f) => {
      const { regression, coefficients } = fitted(spec, f);
      const fold = this.foldOf(regression, f);
      return fold.deviance(fold.forecast(coefficients));
    });
    for (const candidate of candidates) this.tried.add(specKey(candidate));
    const before = this.spec;
    if (outcome.adopted) {
      this.tried.add(specKey(before));
      this.spec = outcome.adopted;
      const starts = this.sets.map(
        (_, s) => fits.get(`${s}:${specKey(this.spec)}`) ?? fitted(this.spec, s).coefficients,
      );
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
  private fittedExactly(spec: Spec, s: number): ExactFit {
    return this.regressions.fittedExactly(spec, s, (this.sets[s] as ParameterSet).tau);
  }

  private heldOutForecasts(candidates: readonly Candidate[]): HeldOut {
    return heldOutForecasts(this.series, this.origins, candidates, (candidate, { index }, c) => {
      // The first candidate is the incumbent, at its running average.
      if (c === 0) return (this.folds[index] as ParameterSet).forecastHeldOut();
      const spec = candidate.kind === 'spec' ? candidate.spec : this.spec;
      const { regression, coefficients } = this.fittedExactly(spec, index);
      return this.foldOf(regression, index).forecast(coefficients);
    });
  }

  private foldOf(regression: Regression, index: number): HeldOutFold {
    return new HeldOutFold(regression, this.heldOut[index] as HeldOutRows, this.context.holidays);
  }
}
