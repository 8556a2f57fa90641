/** The regressions that a training's sets are on: of each fold's rows before its origin, and of the whole cell's. */

import type { FitContext, FoldOrigin } from '../demand/cross-validation.ts';
import { FittedRegression } from '../regression/component.ts';
import type { Spec } from '../regression/hyper-parameters.ts';
import { matchedTau } from '../regression/matched-tau.ts';
import { fitRegression } from '../regression/objective.ts';
import { planRegression, type Regression, withoutOwnRows, withRemainder } from '../regression/plan.ts';
import type { CellPrior } from '../regression/prior.ts';
import type { CellSeries } from '../series/cell-series.ts';
import type { TrainingOptions } from './options.ts';
import { FIXED_ROWS } from './parameter-set.ts';

/** τ of a cell without own sales: any weight leads to the same place, as nothing speaks against the simulator. */
const ASSUMED_TAU = 60;
/** A matched τ below 1 row or above 1,000 would be an estimate of φ gone wrong. */
const SMALLEST_TAU = 1;
const LARGEST_TAU = 1_000;

/** A set's rows, from the first of the cell on, and what the market knew at their end. */
interface SetRows {
  readonly rows: number;
  readonly prior: CellPrior;
}

/** A spec's exact solution. */
export interface ExactFit {
  readonly regression: Regression;
  readonly coefficients: Float64Array;
  readonly fitted: FittedRegression;
}

export class SetRegressions {
  private readonly series: CellSeries;
  private readonly context: FitContext;
  private readonly options: TrainingOptions;
  /** Folds, latest first, then the whole cell. */
  private readonly sets: readonly SetRows[];

  constructor(series: CellSeries, context: FitContext, options: TrainingOptions, origins: readonly FoldOrigin[]) {
    this.series = series;
    this.context = context;
    this.options = options;
    const rows = series.days.length;
    this.sets = [
      ...origins.map(({ originDay, trainingRows }) => ({ rows: trainingRows, prior: context.priorAt(originDay) })),
      { rows, prior: context.priorAt(series.days[rows - 1]) },
    ];
  }

  /** Of every set under a spec. */
  of(spec: Spec): Regression[] {
    return this.sets.map((set) => this.regressionOf(spec, set));
  }

  /**
   * τ where training begins: matched to the market's prior of the most doubtful column, within what leaves both sides a
   * say.
   */
  firstTau(regression: Regression, s: number): number {
    if (this.options.tau !== null) return this.options.tau;
    if (this.context.assumed) return ASSUMED_TAU;
    const { footing } = fitRegression(regression, { tau: 30, rows: FIXED_ROWS });
    const matched = matchedTau(regression, (this.sets[s] as SetRows).prior, footing);
    return Math.min(LARGEST_TAU, Math.max(SMALLEST_TAU, matched ?? SMALLEST_TAU));
  }

  /** A spec on the rows of set `s`, by the exact solver. */
  fittedExactly(spec: Spec, s: number, tau: number): ExactFit {
    const regression = this.regressionOf(spec, this.sets[s] as SetRows);
    const solution = fitRegression(regression, this.options.simulatedRows > 0 ? { tau, rows: FIXED_ROWS } : null);
    return {
      regression,
      coefficients: solution.coefficients,
      fitted: new FittedRegression(regression, solution),
    };
  }

  /**
   * A spec's regression on the first rows, with the market's knowledge beside its simulated rows; a cell without a sale
   * has nothing else, and all of it in rows.
   */
  private regressionOf(spec: Spec, { rows, prior }: SetRows): Regression {
    const { context, options, series } = this;
    const regression = planRegression({ series, rows, spec, prior, options: context }, 'rows');
    if (context.assumed) return withoutOwnRows(regression);
    return options.simulatedRows > 0 ? withRemainder(regression, prior) : regression;
  }
}
