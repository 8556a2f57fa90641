/** Runs and models as documents and as the store keeps them. */

import { randomUUID } from 'node:crypto';
import type { ModelDocumentItem, RunDocumentItem } from '../contract/documents.ts';
import type { ModelSummary } from '../contract/store/models.ts';
import type { FinishedRun, FoundCheckpoint, RunEvent } from '../contract/store/runs.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import type { Lang } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { TrainedOutcome } from '../fleet/work.ts';
import { isoDate } from './dates.ts';

export function modelItem(summary: ModelSummary): ModelDocumentItem {
  const { wape, rmse, rmsse, elasticity, elasticityLow, elasticityHigh, ...rest } = summary;
  return {
    ...rest,
    error: { wape, rmse, rmsse },
    elasticity: { value: elasticity, low: elasticityLow, high: elasticityHigh },
  };
}

export function unfinishedSummary(model: DemandModel, { run, iteration }: FoundCheckpoint): ModelSummary {
  const { merchant, product, productType, unit, ownRows, elasticity, crossValidated } = model;
  const { wape, rmse, rmsse } = crossValidated;
  return {
    modelId: `${run.runId}@${iteration}`,
    runId: run.runId,
    merchant,
    product,
    productType,
    unit,
    version: 0,
    aliases: [],
    iterations: iteration,
    wape,
    rmse,
    rmsse,
    elasticity: elasticity.value,
    elasticityLow: elasticity.low,
    elasticityHigh: elasticity.high,
    ownRows,
    trainedAt: run.startedAt,
    unfinished: true,
  };
}

export function doneRun(model: DemandModel, seconds: number, seed: number): RunDocumentItem {
  const { wape, rmse, rmsse } = model.crossValidated;
  return {
    merchant: model.merchant,
    product: model.product,
    unit: model.unit,
    runId: randomUUID(),
    modelId: null,
    status: 'done',
    // The exact solver's budget is its 50 steps a regression.
    stopReason: model.converged ? 'converged' : 'budget used',
    converged: model.converged,
    iterations: 0,
    simulatedRowsPerIteration: 0,
    ownRows: model.ownRows,
    error: { wape, rmse, rmsse },
    errorBefore: null,
    runBefore: null,
    elasticity: model.elasticity,
    seconds,
    seed,
  };
}

export function failedRun(
  series: CellSeries,
  seed: number,
  code: string,
  message: string,
  seconds: number,
): RunDocumentItem {
  return {
    merchant: series.merchant,
    product: series.product,
    unit: series.unit,
    runId: randomUUID(),
    modelId: null,
    status: 'failed',
    stopReason: 'failed',
    converged: null,
    iterations: 0,
    simulatedRowsPerIteration: 0,
    ownRows: series.days.length,
    error: { wape: null, rmse: null, rmsse: null },
    errorBefore: null,
    runBefore: null,
    elasticity: null,
    seconds,
    seed,
    failure: { code, message },
  };
}

/** The run of a cell whose rows cannot carry a model, with the reason's row of the error table. */
export function refusedRun(
  series: CellSeries,
  seed: number,
  refusal: Extract<TrainedOutcome, { readonly ok: false }>,
  seconds: number,
  lang: Lang,
): RunDocumentItem {
  const { merchant, product } = series;
  const {
    iteration = 0,
    row,
    column = '',
    value = '',
    detail = '',
  } = refusal as { readonly [detail: string]: unknown };
  const date = typeof row === 'number' ? isoDate(series.days[row]) : '';
  const code = `TRAIN_${refusal.code}` as const;
  const parameters = {
    merchant,
    product,
    iteration: Number(iteration),
    date,
    column: String(column),
    value: String(value),
    detail: String(detail),
  };
  return failedRun(series, seed, code, new DemandaError(code, parameters).messageIn(lang), seconds);
}

const NO_HISTORY = {
  points: 0,
  errorKind: null,
  firstError: null,
  bestError: null,
  bestIteration: null,
  lastError: null,
} as const;

export function runSummary(run: RunDocumentItem, startedAt: string): FinishedRun['run'] {
  const {
    runId,
    merchant,
    product,
    status,
    stopReason,
    converged,
    iterations,
    simulatedRowsPerIteration,
    ownRows,
    error,
    seconds,
    seed,
    failure,
  } = run;
  return {
    runId,
    merchant,
    product,
    status,
    stopReason,
    converged,
    iterations,
    simulatedRowsPerIteration,
    ownRows,
    ...error,
    ...NO_HISTORY,
    startedAt,
    seconds,
    seed,
    failureCode: failure?.code ?? null,
    failureMessage: failure?.message ?? null,
  };
}

/** The exact solver's history: its search and its folds. */
export function runEvents(model: DemandModel): RunEvent[] {
  const { candidates, foldDeviances } = model.crossValidated;
  return [
    { iteration: 0, kind: 'search', detail: { candidates } },
    ...foldDeviances.map((deviance, fold): RunEvent => ({ iteration: 0, kind: 'fold', detail: { fold, deviance } })),
  ];
}

/**
 * A new version becomes live when there is none, or when it is not clearly worse on its folds than the live one on its
 * own.
 */
export function becomesLive(model: DemandModel, live: DemandModel | null): boolean {
  const now = model.crossValidated;
  const before = live?.crossValidated;
  if (!before || before.deviance === null || now.deviance === null) return true;
  const n = now.foldDeviances.length;
  const mean = now.deviance;
  const variance = now.foldDeviances.reduce((sum, d) => sum + (d - mean) ** 2, 0) / Math.max(1, n - 1);
  return now.deviance <= before.deviance + Math.sqrt(variance / n);
}
