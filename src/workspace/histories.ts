/** Error histories of trainings by iterations. */

import type { HistoryAnalysisDocument, HistoryListDocument } from '../contract/documents.ts';
import type { RunChoice, RunSummary } from '../contract/store/runs.ts';
import { analyzeConvergence } from '../core/training/convergence.ts';
import type { ErrorHistory } from '../core/training/history.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { isFound } from '../store/run-search.ts';
import { header, type WorkspaceContext } from './context.ts';
import type { CellChoice } from './names.ts';
import { trainedCell } from './trained-cells.ts';

/** Whose histories, and of which runs: see {@link RunChoice}. */
export type HistoryChoice = CellChoice & Pick<RunChoice, 'search' | 'tag'>;

/** Runs of trainings by iterations, newest last. */
export async function listHistories(
  context: WorkspaceContext,
  choice: HistoryChoice = {},
): Promise<HistoryListDocument> {
  const { merchant, product } = await context.names.trained(choice);
  const runs: HistoryListDocument['runs'][number][] = [];
  for await (const run of context.store.runs.list({
    ...(merchant !== undefined && { merchant }),
    ...(product !== undefined && { product }),
  })) {
    if (run.points === 0 || !isFound(run, choice)) continue;
    const {
      runId,
      unit,
      status,
      stopReason,
      converged,
      iterations,
      points,
      errorKind,
      bestError,
      lastError,
      startedAt,
      seconds,
      tags,
      note,
    } = run;
    runs.push({
      merchant: run.merchant,
      product: run.product,
      unit,
      runId,
      status,
      stopReason,
      converged,
      iterations,
      points,
      errorKind,
      bestError,
      lastError,
      startedAt,
      seconds,
      tags,
      note,
    });
  }
  return { ...(await header(context)), runs };
}

/** The error history of a cell's newest run that has one, or of a named run. @throws DemandaError HISTORY_MISSING */
export async function historyOf(
  context: WorkspaceContext,
  merchant: string,
  product: string,
  runId?: string,
): Promise<{ readonly run: RunSummary; readonly history: ErrorHistory }> {
  const cell = await trainedCell(context, merchant, product);
  let newest: RunSummary | null = null;
  for await (const run of context.store.runs.list(cell))
    if (run.points > 0 && (runId === undefined || run.runId === runId)) newest = run;
  const history = newest && (await context.store.runs.history(newest.runId));
  if (!newest || !history) throw new DemandaError('HISTORY_MISSING', { merchant, product });
  return { run: newest, history };
}

export async function analyzeHistory(
  context: WorkspaceContext,
  merchant: string,
  product: string,
  runId?: string,
): Promise<HistoryAnalysisDocument> {
  const { run, history } = await historyOf(context, merchant, product, runId);
  return {
    ...(await header(context)),
    merchant: run.merchant,
    product: run.product,
    unit: run.unit,
    runId: run.runId,
    errorKind: history.errorKind,
    converged: run.converged,
    ...analyzeConvergence(history),
  };
}
