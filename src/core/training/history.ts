/** The error history of one training: every evaluation's figures and the events between them. */

import type { Spec } from '../regression/hyper-parameters.ts';
import type { ColumnGroup, ErrorKind } from '../vocabulary.ts';

/**
 * Figures of an evaluation besides the ridge strengths. `error` and `trainError` are WAPE, `simulatedError` WAPE on
 * simulated rows; each may be NaN where it cannot be had.
 */
export const METRICS = [
  'error',
  'deviance',
  'rmse',
  'bias',
  'trainError',
  'simulatedError',
  'gradientNorm',
  'stepSize',
  'tau',
  'elasticity',
] as const;
export type Metric = (typeof METRICS)[number];
/** Ridge strength λ_g of a group: a metric too. */
export type MetricName = Metric | `lambda:${ColumnGroup}`;

/** A search round: what was tried and what changed. */
export interface SearchEvent {
  readonly iteration: number;
  readonly kind: 'search';
  readonly candidates: number;
  readonly adopted: boolean;
  /** Fields of the spec that changed; empty when nothing was adopted. */
  readonly changes: readonly {
    readonly field: keyof Spec;
    readonly from: number | string | boolean;
    readonly to: number | string | boolean;
  }[];
  /** Cross-validated deviance of the incumbent and of the best candidate, exactly fitted. */
  readonly devianceBefore: number;
  readonly devianceAfter: number;
}

/** Figures that stopped being finite, with the first iteration at which they were. */
export interface NotFiniteEvent {
  readonly iteration: number;
  readonly kind: 'not-finite';
}

export type TrainingEvent = SearchEvent | NotFiniteEvent;

/** Columns of equal length; plain data. Values are rounded to 32 bits when they are recorded. */
export interface ErrorHistory {
  /**
   * What `error` of this run means: held-out own sales, or simulated sales where there are too few own ones for a fold.
   */
  readonly errorKind: ErrorKind;
  readonly metrics: readonly MetricName[];
  readonly iterations: Int32Array;
  /** One column a metric. */
  readonly values: readonly Float32Array[];
  readonly events: readonly TrainingEvent[];
}

/** Collects a history point by point. */
export class HistoryRecorder {
  private readonly errorKind: ErrorHistory['errorKind'];
  private readonly metrics: readonly MetricName[];
  private readonly iterations: number[] = [];
  private readonly values: number[][];
  private readonly events: TrainingEvent[] = [];

  constructor(errorKind: ErrorHistory['errorKind'], metrics: readonly MetricName[]) {
    this.errorKind = errorKind;
    this.metrics = metrics;
    this.values = metrics.map(() => []);
  }

  /** Goes on from an earlier history. */
  static from(history: ErrorHistory): HistoryRecorder {
    const recorder = new HistoryRecorder(history.errorKind, history.metrics);
    recorder.iterations.push(...history.iterations);
    history.values.forEach((column, m) => {
      (recorder.values[m] as number[]).push(...column);
    });
    recorder.events.push(...history.events);
    return recorder;
  }

  add(iteration: number, point: Readonly<Partial<Record<MetricName, number>>>): void {
    this.iterations.push(iteration);
    this.metrics.forEach((metric, m) => {
      (this.values[m] as number[]).push(Math.fround(point[metric] ?? Number.NaN));
    });
  }

  /** Iteration of the last point; 0 before the first. */
  last(): number {
    return this.iterations.at(-1) ?? 0;
  }

  addEvent(event: TrainingEvent): void {
    this.events.push(event);
  }

  history(): ErrorHistory {
    return {
      errorKind: this.errorKind,
      metrics: this.metrics,
      iterations: Int32Array.from(this.iterations),
      values: this.values.map((column) => Float32Array.from(column)),
      events: this.events.slice(),
    };
  }
}

/** A column of a history. @throws RangeError for a metric that it does not have */
export function metricOf(history: ErrorHistory, metric: MetricName): Float32Array {
  const m = history.metrics.indexOf(metric);
  if (m < 0) throw new RangeError(`metric must be one of ${history.metrics.join(', ')}, got ${metric}`);
  return history.values[m] as Float32Array;
}

/** The column that converges: `error`, or `simulatedError` where there is no other. */
export function errorOf(history: ErrorHistory): Float32Array {
  return metricOf(history, history.errorKind === 'simulated' ? 'simulatedError' : 'error');
}

/** The error at a training's first evaluation, at its best and at its last; null where it has none. */
export function errorFigures(history: ErrorHistory): {
  first: number | null;
  best: number | null;
  bestIteration: number | null;
  last: number | null;
} {
  const error = errorOf(history);
  let best = -1;
  error.forEach((e, i) => {
    if (Number.isFinite(e) && (best < 0 || e < error[best])) best = i;
  });
  const finite = (value: number | undefined): number | null =>
    value !== undefined && Number.isFinite(value) ? value : null;
  return {
    first: finite(error[0]),
    best: best < 0 ? null : error[best],
    bestIteration: best < 0 ? null : history.iterations[best],
    last: finite(error.at(-1)),
  };
}
