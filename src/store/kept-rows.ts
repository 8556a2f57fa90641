/**
 * Runs and recommendations from the rows that databases give: field by field, as the rest of a row by its names takes
 * ten times as long.
 */

import type { PriceFigures, Recommendation } from '../contract/documents.ts';
import type { KeptRecommendation } from '../contract/store/recommendations.ts';
import type { RunSummary } from '../contract/store/runs.ts';

/** A row of a run, with its tags as JSON. */
export type RunColumns = Omit<RunSummary, 'status' | 'converged' | 'tags'> & { readonly tags: string };

export function runOf(row: RunColumns, { status, converged }: Pick<RunSummary, 'status' | 'converged'>): RunSummary {
  return {
    runId: row.runId,
    merchant: row.merchant,
    product: row.product,
    status,
    stopReason: row.stopReason,
    iterations: row.iterations,
    simulatedRowsPerIteration: row.simulatedRowsPerIteration,
    ownRows: row.ownRows,
    wape: row.wape,
    rmse: row.rmse,
    rmsse: row.rmsse,
    startedAt: row.startedAt,
    seconds: row.seconds,
    seed: row.seed,
    modelId: row.modelId,
    failureCode: row.failureCode,
    failureMessage: row.failureMessage,
    points: row.points,
    errorKind: row.errorKind,
    firstError: row.firstError,
    bestError: row.bestError,
    bestIteration: row.bestIteration,
    lastError: row.lastError,
    trainingId: row.trainingId,
    converged,
    tags: JSON.parse(row.tags) as string[],
    note: row.note,
    cpuSeconds: row.cpuSeconds,
    peakMemory: row.peakMemory,
    unit: row.unit,
  };
}

/** A row of a recommendation, with its document and figures as JSON. */
export type RecommendationColumns = Omit<KeptRecommendation, 'stale' | 'document' | 'figures'> & {
  readonly json: string;
  readonly figures: string | null;
};

export function keptRecommendation(row: RecommendationColumns, stale: boolean): KeptRecommendation {
  return {
    id: row.id,
    revision: row.revision,
    status: row.status,
    merchant: row.merchant,
    product: row.product,
    productType: row.productType,
    at: row.at,
    price: row.price,
    reason: row.reason,
    decidedBy: row.decidedBy,
    decidedByName: row.decidedByName,
    decidedAt: row.decidedAt,
    batchId: row.batchId,
    activationDate: row.activationDate,
    gain: row.gain,
    stale,
    document: JSON.parse(row.json) as Recommendation,
    figures: row.figures === null ? null : (JSON.parse(row.figures) as PriceFigures),
  };
}
