/** Rows of runs in PostgreSQL. */

import type { FinishedRun, RunSummary } from '../../contract/store/runs.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { type RunColumns, runOf } from '../kept-rows.ts';
import type { Transaction } from './connection.ts';
import { standing } from './holds.ts';

/** A run whose holder is gone did not end: it was interrupted. */
export const STATUS = `CASE WHEN run.status = 'running' AND NOT EXISTS (SELECT 1 FROM demanda.held_cell h
  WHERE h.merchant = run.merchant AND h.product = run.product AND h.holder = run.holder AND ${standing('h')})
  THEN 'stopped' ELSE run.status END`;

const RUN_COLUMNS = `run.run_id AS "runId", run.merchant, run.product, ${STATUS} AS status,
  stop_reason AS "stopReason", iterations, simulated_rows AS "simulatedRowsPerIteration", own_rows AS "ownRows", wape,
  rmse, rmsse, started_at AS "startedAt", seconds, seed, model_id AS "modelId", failure_code AS "failureCode",
  failure_message AS "failureMessage", points, error_kind AS "errorKind", first_error AS "firstError",
  best_error AS "bestError", best_iteration AS "bestIteration", last_error AS "lastError", training_id AS "trainingId",
  number, attempt, converged, tags, note, cpu_seconds AS "cpuSeconds", peak_memory::float8 AS "peakMemory",
  coalesce((SELECT c.unit FROM demanda.cell c WHERE c.merchant = run.merchant AND c.product = run.product), '') AS unit`;
export const SELECT_RUN = `SELECT ${RUN_COLUMNS} FROM demanda.run`;
/** With the history of one that has ended, whose columns are null where there is none. */
export const SELECT_RUN_WITH_HISTORY = `SELECT ${RUN_COLUMNS}, h.crc, h.record AS bytes FROM demanda.run
  LEFT JOIN demanda.history h ON h.month = run.month AND h.run_id = run.run_id WHERE run.run_id = $1`;

export type StoredRun = RunColumns &
  Pick<RunSummary, 'status' | 'converged'> & {
    readonly number: number;
    readonly attempt: number;
  };

export function runSummary(row: StoredRun): RunSummary {
  return runOf(row, row);
}

const FINISH = `INSERT INTO demanda.run (run_id, merchant, product, status, stop_reason, iterations, simulated_rows,
    own_rows, wape, rmse, rmsse, started_at, seconds, seed, model_id, failure_code, failure_message, attempt, points,
    error_kind, first_error, best_error, best_iteration, last_error, converged, training_id, cpu_seconds,
    peak_memory)
  VALUES (${Array.from({ length: 28 }, (_, i) => `$${i + 1}`).join(', ')})
  ON CONFLICT (run_id) DO UPDATE SET status = excluded.status, stop_reason = excluded.stop_reason,
    iterations = excluded.iterations, wape = excluded.wape, rmse = excluded.rmse, rmsse = excluded.rmsse,
    seconds = excluded.seconds, model_id = excluded.model_id, failure_code = excluded.failure_code,
    failure_message = excluded.failure_message, points = excluded.points, error_kind = excluded.error_kind,
    first_error = excluded.first_error, best_error = excluded.best_error, best_iteration = excluded.best_iteration,
    last_error = excluded.last_error, converged = excluded.converged, cpu_seconds = excluded.cpu_seconds,
    peak_memory = excluded.peak_memory
  WHERE run.status = 'running'`;

/**
 * Writes how a run ended, within a write. A run is written once: one that has ended stays as it ended.
 *
 * @throws DemandaError CHECKPOINT_OVERTAKEN
 */
export async function finishRun(
  transaction: Transaction,
  { run, machine, trainingId, attempt = 1 }: FinishedRun,
  modelId: string | null,
): Promise<void> {
  const changes = await transaction.run(
    FINISH,
    ...[run.runId, run.merchant, run.product, run.status, run.stopReason, run.iterations],
    ...[run.simulatedRowsPerIteration, run.ownRows, run.wape, run.rmse, run.rmsse, run.startedAt, run.seconds],
    ...[run.seed, modelId, run.failureCode, run.failureMessage, attempt, run.points, run.errorKind, run.firstError],
    ...[
      run.bestError,
      run.bestIteration,
      run.lastError,
      run.converged,
      trainingId ?? null,
      machine?.cpuSeconds ?? null,
    ],
    machine?.peakMemory ?? null,
  );
  if (changes === 0) throw new DemandaError('CHECKPOINT_OVERTAKEN', { merchant: run.merchant, product: run.product });
}

/** Within a write: refuses what an overtaken attempt would write. */
export async function fence(transaction: Transaction, runId: string, attempt: number): Promise<void> {
  const row = await transaction.one<{ merchant: string; product: string; attempt: number }>(
    'SELECT merchant, product, attempt FROM demanda.run WHERE run_id = $1 FOR UPDATE',
    runId,
  );
  if (row && row.attempt !== attempt)
    throw new DemandaError('CHECKPOINT_OVERTAKEN', { merchant: row.merchant, product: row.product });
}
