/**
 * Held-out questions to trainings: a cell as it was known on a day, its model by the product's own loop or solver, and
 * the scores of its forecasts.
 */

import { type DemandModel, fitDemand } from '../src/core/demand/fit-demand.ts';
import { predictDemand } from '../src/core/demand/predict.ts';
import { actualAfter, plannedRowsAfter, stepScale, truncateSeries } from '../src/core/evaluation/backtest.ts';
import { choiceDeviance } from '../src/core/regression/deviance.ts';
import type { Spec } from '../src/core/regression/hyper-parameters.ts';
import type { CellPrior } from '../src/core/regression/prior.ts';
import type { CellSeries, PlannedRows } from '../src/core/series/cell-series.ts';
import type { ErrorHistory } from '../src/core/training/history.ts';
import { DEFAULT_TRAINING, type TrainingOptions } from '../src/core/training/options.ts';
import { type DatedPrior, type FitSettings, fitContext } from '../src/fleet/cell-fit.ts';
import type { Executor } from '../src/fleet/executor.ts';
import type { FleetOptions } from '../src/fleet/fleet-run.ts';
import { fitSettings, type MarketKnowledge, priorsOf, specsOf } from '../src/fleet/knowledge.ts';
import { learnMarket } from '../src/fleet/learn-market.ts';
import { sourceOf } from './fleet-of.ts';
import type { CellSet } from './training-cells.ts';

/** One cell at one origin. */
export interface Task {
  readonly cell: string;
  /** What training sees. */
  readonly series: CellSeries;
  readonly planned: PlannedRows;
  readonly actual: Float64Array;
  /** Unit of RMSSE, from every row up to the origin, whether or not training sees it. */
  readonly scale: number;
  /** Unit of deviance: mean quantity up to the origin. */
  readonly mean: number;
  readonly priors: readonly DatedPrior[];
  readonly settings: FitSettings;
}

/** How tasks are made of cells. */
export interface TaskPlan {
  readonly origins: readonly number[];
  readonly horizonDays: number;
  readonly minRows: number;
  /** Training sees only so many last rows; all of them where it is left out. */
  readonly lastRows?: number;
}

/**
 * Tasks of every cell that was sold after each origin, with the market as it was known then and at the origins of its
 * folds.
 */
export async function tasksOf(set: CellSet, plan: TaskPlan, executor: Executor, market = false): Promise<Task[]> {
  const options: FleetOptions = { holidays: set.holidays, market, pooling: 'workspace' };
  const days = new Set(plan.origins.flatMap((origin) => [0, 1, 2, 3, 4, 5].map((k) => origin - k * plan.horizonDays)));
  const knowledge = await learnMarket(
    { source: sourceOf(set.cells), executor, options },
    [...days].sort((a, b) => b - a),
  );
  return plan.origins.flatMap((origin) => set.cells.flatMap((cell) => taskOf(cell, origin, plan, knowledge) ?? []));
}

function taskOf(cell: CellSeries, origin: number, plan: TaskPlan, knowledge: MarketKnowledge): Task | null {
  const known = truncateSeries(cell, origin);
  const asked = { originDay: origin, endDay: origin + plan.horizonDays };
  const planned = plannedRowsAfter(cell, asked);
  const rows = known.days.length;
  // A cell that was not sold in the month before the origin is not asked about.
  if (rows < plan.minRows || planned.days.length === 0 || known.days[rows - 1] < origin - 28) return null;
  const series = plan.lastRows === undefined ? known : lastRowsOf(known, plan.lastRows);
  const scale = stepScale(known.quantity);
  const mean = known.quantity.reduce((sum, q) => sum + q, 0) / rows;
  if (!(scale > 0 && mean > 0) || !series.quantity.some((q) => q > 0)) return null;
  return {
    cell: `${cell.merchant} ${cell.product}`,
    series,
    planned,
    actual: actualAfter(cell, asked),
    scale,
    mean,
    priors: priorsOf(knowledge, cell),
    settings: fitSettings(knowledge, series, specsOf(cell)),
  };
}

function lastRowsOf(series: CellSeries, rows: number): CellSeries {
  const from = Math.max(0, series.days.length - rows);
  return {
    ...series,
    days: series.days.slice(from),
    quantity: series.quantity.slice(from),
    price: series.price.slice(from),
    cost: series.cost.slice(from),
    promo: series.promo.slice(from),
    soldOut: series.soldOut.slice(from),
    waste: series.waste.slice(from),
    marketPrice: series.marketPrice.slice(from),
    covariates: series.covariates.map((c) => ({ ...c, values: c.values.slice(from) })),
  };
}

/** A way of training a task. */
export interface Method {
  readonly name: string;
  /** Options of the loop; null trains by the exact solver. */
  readonly options: Partial<TrainingOptions> | null;
  /** Changes the market's prior. */
  readonly prior?: (prior: CellPrior) => CellPrior;
  /** Changes the library. */
  readonly specs?: (specs: readonly Spec[]) => readonly Spec[];
}

export interface Trained {
  readonly model: DemandModel;
  /** Null for the exact solver. */
  readonly history: ErrorHistory | null;
}

/** Trains a task as the product would. @throws Error for a cell that is refused: benches choose cells that are not */
export async function train(task: Task, method: Method, executor: Executor): Promise<Trained> {
  const changed = method.prior ?? ((prior: CellPrior) => prior);
  const specs = method.specs ? method.specs(task.settings.specs) : task.settings.specs;
  const settings = { ...task.settings, specs, publishedPrior: changed(task.settings.publishedPrior) };
  const priors = task.priors.map(({ day, prior }) => ({ day, prior: changed(prior) }));
  if (method.options === null) {
    const fitted = fitDemand(task.series, fitContext(settings, priors));
    if (!fitted.ok) throw new Error(`${task.cell} was refused: ${fitted.code}`);
    return { model: fitted.value, history: null };
  }
  const options = { ...DEFAULT_TRAINING, ...method.options };
  const inputs = { priors, settings, options, checkpointEvery: options.iterations, assumed: false };
  const input = { series: task.series, inputs, state: null };
  const done = await executor.run({ kind: 'iterate', id: task.cell, knowledge: null, input });
  if (!done.ok) throw new Error(`${task.cell} failed: ${done.detail}`);
  const { outcome, history } = done.value;
  if (!outcome.ok) throw new Error(`${task.cell} was refused: ${outcome.code}`);
  return { model: outcome.value, history };
}

/**
 * Expected demand of a task's held-out rows; `alone` leaves out the simple forecasts that the model is averaged with.
 */
export function forecastOf(task: Task, model: DemandModel, alone = false): Float64Array {
  // Where cross-validation gave all weight to simple forecasts, the components' own weights are 0.
  const components = model.components.map((c) => ({ ...c, weight: Math.max(c.weight, 1e-9) }));
  return predictDemand(alone ? { ...model, components, simple: [] } : model, task.planned).demand;
}

/**
 * Root mean squared scaled error (mean over cells) and mean deviance (over rows, in units of each cell's mean) of one
 * method.
 */
export class Scores {
  private readonly cells = new Map<string, { squares: number; rows: number }>();
  private deviance = 0;
  private rows = 0;

  add(task: Task, forecast: Float64Array): void {
    let own = this.cells.get(task.cell);
    if (!own) this.cells.set(task.cell, (own = { squares: 0, rows: 0 }));
    for (let i = 0; i < forecast.length; i++) {
      const [y, f] = [task.actual[i], forecast[i]];
      own.squares += ((y - f) / task.scale) ** 2;
      own.rows++;
      this.deviance += choiceDeviance(y / task.mean, f / task.mean);
      this.rows++;
    }
  }

  get rmsse(): number {
    let sum = 0;
    for (const { squares, rows } of this.cells.values()) sum += Math.sqrt(squares / rows);
    return sum / this.cells.size;
  }

  get meanDeviance(): number {
    return this.deviance / this.rows;
  }

  get count(): number {
    return this.cells.size;
  }
}
