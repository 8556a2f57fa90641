/** Rows of runs in SQLite. */

import type { DatabaseSync } from 'node:sqlite';
import type { FinishedRun, RunSummary } from '../../contract/store/runs.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { type RunColumns, runOf } from '../kept-rows.ts';
import { holdStands } from './holds.ts';

/** A run's own hold of its cell, whose columns are null where it has none. */
export const SELECT_RUN = `SELECT run_id AS runId, run.merchant, run.product, status, stop_reason AS stopReason, iterations,
  simulated_rows AS simulatedRowsPerIteration, own_rows AS ownRows, wape, rmse, rmsse, started_at AS startedAt, seconds,
  seed, model_id AS modelId, failure_code AS failureCode, failure_message AS failureMessage, points,
  error_kind AS errorKind, first_error AS firstError, best_error AS bestError, best_iteration AS bestIteration,
  last_error AS lastError, training_id AS trainingId, number, attempt, converged, tags, note,
  cpu_seconds AS cpuSeconds, peak_memory AS peakMemory, h.pid, h.identity,
  h.lease_until AS leaseUntil,
  coalesce((SELECT unit FROM cell c WHERE c.merchant = run.merchant AND c.product = run.product), '') AS unit
  FROM run LEFT JOIN held_cell h ON h.merchant = run.merchant AND h.product = run.product AND h.holder = run.holder`;

export type StoredRun = RunColumns & {
  readonly status: RunSummary['status'];
  readonly number: number;
  readonly pid: number | null;
  readonly identity: string | null;
  readonly leaseUntil: string | null;
  readonly attempt: number;
  readonly converged: number | null;
};

/** Of a run that begins: its place in the order of all. */
export const NEXT_RUN = '(SELECT coalesce(max(number), 0) + 1 FROM run)';

/** A run whose holder is gone did not end: it was interrupted. */
export function runSummary(row: StoredRun): RunSummary {
  const { pid, identity, leaseUntil, status } = row;
  const isHeld = (): boolean =>
    pid !== null && identity !== null && leaseUntil !== null && holdStands({ pid, identity, leaseUntil });
  return runOf(row, {
    status: status === 'running' && !isHeld() ? 'stopped' : status,
    converged: row.converged === null ? null : row.converged === 1,
  });
}

const FINISH = `INSERT INTO run (run_id, merchant, product, status, stop_reason, iterations, simulated_rows, own_rows, wape,
    rmse, rmsse, started_at, seconds, seed, model_id, failure_code, failure_message, attempt, points, error_kind,
    first_error, best_error, best_iteration, last_error, converged, training_id, cpu_seconds, peak_memory, number)
  VALUES (${Array.from({ length: 28 }, () => '?').join(', ')}, ${NEXT_RUN})
  ON CONFLICT (run_id) DO UPDATE SET status = excluded.status, stop_reason = excluded.stop_reason,
    iterations = excluded.iterations, wape = excluded.wape, rmse = excluded.rmse, rmsse = excluded.rmsse,
    seconds = excluded.seconds, model_id = excluded.model_id, failure_code = excluded.failure_code,
    failure_message = excluded.failure_message, points = excluded.points, error_kind = excluded.error_kind,
    first_error = excluded.first_error, best_error = excluded.best_error, best_iteration = excluded.best_iteration,
    last_error = excluded.last_error, converged = excluded.converged, cpu_seconds = excluded.cpu_seconds,
    peak_memory = excluded.peak_memory
  WHERE run.status = 'running'`;

/**
 * Prepares to write how runs ended, within a write. A run is written once: one that has ended stays as it ended.
 *
 * @throws DemandaError CHECKPOINT_OVERTAKEN
 */
export function finishesRun(database: DatabaseSync): (finished: FinishedRun, modelId: string | null) => void {
  const finish = database.prepare(FINISH);
  return ({ run, attempt = 1, trainingId, machine }, modelId) => {
    const { changes } = finish.run(
      run.runId,
      run.merchant,
      run.product,
      run.status,
      run.stopReason,
      run.iterations,
      run.simulatedRowsPerIteration,
      run.ownRows,
      run.wape,
      run.rmse,
      run.rmsse,
      run.startedAt,
      run.seconds,
      run.seed,
      modelId,
      run.failureCode,
      run.failureMessage,
      attempt,
      run.points,
      run.errorKind,
      run.firstError,
      run.bestError,
      run.bestIteration,
      run.lastError,
      run.converged === null ? null : Number(run.converged),
      trainingId ?? null,
      machine?.cpuSeconds ?? null,
      machine?.peakMemory ?? null,
    );
    if (changes === 0) throw new DemandaError('CHECKPOINT_OVERTAKEN', { merchant: run.merchant, product: run.product });
  };
}

/** Within a write: refuses what an overtaken attempt would write. */
export function fence(database: DatabaseSync, runId: string, attempt: number): void {
  const row = database.prepare('SELECT merchant, product, attempt FROM run WHERE run_id = ?').get(runId) as
    | { merchant: string; product: string; attempt: number }
    | undefined;
  if (row && row.attempt !== attempt)
    throw new DemandaError('CHECKPOINT_OVERTAKEN', { merchant: row.merchant, product: row.product });
}
