/** Checkpoints and error histories in PostgreSQL: two checkpoints a run, the newer of which stands whatever is torn. */

import type { CellName } from '../../contract/cell-name.ts';
import type { Checkpoint, FoundCheckpoint, RunSummary } from '../../contract/store/runs.ts';
import { stateBytes } from '../../contract/training-state.ts';
import type { ErrorHistory } from '../../core/training/history.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { goesOn, standsIn } from '../../rules/checkpoints.ts';
import {
  type CheckedBytes,
  checked,
  checkpointLabel,
  historyBytes,
  inputsLabel,
  readCheckpoint,
  readHistory,
} from '../training-records.ts';
import type { PostgresConnection, Reader, Transaction } from './connection.ts';
import { fence, runSummary, SELECT_RUN, SELECT_RUN_WITH_HISTORY, type StoredRun } from './run-rows.ts';

const SELECT_STATES =
  'SELECT iteration, crc, state AS bytes FROM demanda.checkpoint WHERE run_id = $1 ORDER BY iteration DESC';
const SELECT_INPUTS = 'SELECT crc, inputs AS bytes FROM demanda.run_inputs WHERE run_id = $1';

type StateRow = CheckedBytes & { readonly iteration: number };

/** Everything that a training starts from, to be written with its run. */
export function inputsRecord(runId: string, inputs: unknown): CheckedBytes {
  return checked(stateBytes(inputs), inputsLabel(runId));
}

/** @returns null where there are none, or they are damaged */
export async function readInputs(reader: Reader, runId: string): Promise<unknown> {
  const stored = await reader.one<CheckedBytes>(SELECT_INPUTS, runId);
  return stored === undefined ? null : readCheckpoint(stored, inputsLabel(runId));
}

/** Within a write: other inputs of a run that has some. */
export async function writeInputs(transaction: Transaction, runId: string, inputs: unknown): Promise<void> {
  const { bytes, crc } = inputsRecord(runId, inputs);
  await transaction.run('UPDATE demanda.run_inputs SET crc = $1, inputs = $2 WHERE run_id = $3', crc, bytes, runId);
}

export async function writeCheckpoint(database: PostgresConnection, checkpoint: Checkpoint): Promise<void> {
  const { runId, attempt, iteration } = checkpoint;
  const { bytes, crc } = checked(checkpoint.state, checkpointLabel(runId, iteration));
  await database.write(async (transaction) => {
    await fence(transaction, runId, attempt);
    // The older of the two is overwritten: the newer one still stands where this one cannot be read.
    await transaction.run(
      `INSERT INTO demanda.checkpoint (run_id, slot, iteration, crc, state)
       SELECT $1, CASE WHEN count(*) < 2 THEN count(*) ELSE (array_agg(slot ORDER BY iteration))[1] END, $2, $3, $4
       FROM demanda.checkpoint WHERE run_id = $1
       ON CONFLICT (run_id, slot) DO UPDATE
         SET iteration = excluded.iteration, crc = excluded.crc, state = excluded.state`,
      ...[runId, iteration, crc, bytes],
    );
    const { seconds, points, errorKind, firstError, bestError, bestIteration, lastError } = checkpoint;
    await transaction.run(
      `UPDATE demanda.run SET iterations = $1, seconds = $2, points = $3, error_kind = $4, first_error = $5,
         best_error = $6, best_iteration = $7, last_error = $8 WHERE run_id = $9`,
      ...[iteration, seconds, points, errorKind, firstError, bestError, bestIteration, lastError, runId],
    );
  });
}

/** @throws DemandaError CHECKPOINT_DAMAGED */
export async function findCheckpoint(
  database: PostgresConnection,
  { merchant, product }: CellName,
): Promise<FoundCheckpoint | null> {
  return database.snapshot(async (reader) => {
    const row = await reader.one<StoredRun>(
      // Runs of the exact solver have neither inputs nor points.
      `${SELECT_RUN} WHERE run.merchant = $1 AND run.product = $2
         AND (points > 0 OR EXISTS (SELECT 1 FROM demanda.run_inputs i WHERE i.run_id = run.run_id))
       ORDER BY number DESC LIMIT 1`,
      merchant,
      product,
    );
    if (!row || !goesOn(row.status)) return null;
    const run = runSummary(row);
    const checkpoints = await reader.all<StateRow>(SELECT_STATES, run.runId);
    if (checkpoints.length === 0) return null;
    const inputs = await readInputs(reader, run.runId);
    if (!inputs) throw new DemandaError('CHECKPOINT_DAMAGED', { merchant, product });
    for (const [age, { iteration, ...stored }] of checkpoints.entries()) {
      const state = readCheckpoint<unknown>(stored, checkpointLabel(run.runId, iteration));
      if (!state) continue;
      return { run, attempt: row.attempt, iteration, inputs, state, damaged: standsIn({ age, iteration }, run) };
    }
    throw new DemandaError('CHECKPOINT_DAMAGED', { merchant, product });
  });
}

/** Within a write: the history of a run that ended takes the place of its checkpoints, unless it may go on. */
export async function writeHistory(
  transaction: Transaction,
  runId: string,
  history: ErrorHistory,
  isDone: boolean,
): Promise<void> {
  const { bytes, crc } = historyBytes(history);
  await transaction.run(
    `INSERT INTO demanda.history (month, run_id, crc, record)
     SELECT month, run_id, $2, $3 FROM demanda.run WHERE run_id = $1
     ON CONFLICT (month, run_id) DO UPDATE SET crc = excluded.crc, record = excluded.record`,
    ...[runId, crc, bytes],
  );
  if (!isDone) return;
  await transaction.run('DELETE FROM demanda.checkpoint WHERE run_id = $1', runId);
  await transaction.run('DELETE FROM demanda.run_inputs WHERE run_id = $1', runId);
}

/** @throws DemandaError HISTORY_DAMAGED */
export async function findHistory(database: PostgresConnection, runId: string): Promise<ErrorHistory | null> {
  // Most have ended, and what one that ended left is one row: it needs no transaction.
  const ended = await endedHistory(database, runId);
  if (ended) return ended;
  return database.snapshot(async (reader) => {
    const meanwhile = await endedHistory(reader, runId);
    if (meanwhile) return meanwhile;
    const checkpoints = await reader.all<StateRow>(SELECT_STATES, runId);
    for (const { iteration, ...stored } of checkpoints) {
      const state = readCheckpoint<{ history: ErrorHistory }>(stored, checkpointLabel(runId, iteration));
      if (state) return state.history;
    }
    if (checkpoints.length > 0) throw new DemandaError('HISTORY_DAMAGED', { runId });
    return null;
  });
}

/** As {@link findHistory}, with the run. @param merchant null: anyone's @throws DemandaError HISTORY_DAMAGED */
export async function findRunWithHistory(
  database: PostgresConnection,
  runId: string,
  merchant: string | null,
): Promise<{ readonly run: RunSummary; readonly history: ErrorHistory | null } | null> {
  const row = await database.one<StoredRun & { readonly [key in keyof CheckedBytes]: CheckedBytes[key] | null }>(
    SELECT_RUN_WITH_HISTORY,
    runId,
  );
  if (!row || (merchant !== null && row.merchant !== merchant)) return null;
  const { crc, bytes } = row;
  const history =
    crc === null || bytes === null ? await findHistory(database, runId) : wholeHistory({ crc, bytes }, runId);
  return { run: runSummary(row), history };
}

/** @throws DemandaError HISTORY_DAMAGED */
function wholeHistory(record: CheckedBytes, runId: string): ErrorHistory {
  const history = readHistory(record);
  if (!history) throw new DemandaError('HISTORY_DAMAGED', { runId });
  return history;
}

/** @returns null for a run without one @throws DemandaError HISTORY_DAMAGED */
async function endedHistory(reader: Reader, runId: string): Promise<ErrorHistory | null> {
  const record = await reader.one<CheckedBytes>(
    `SELECT h.crc, h.record AS bytes FROM demanda.run r
     JOIN demanda.history h ON h.month = r.month AND h.run_id = r.run_id WHERE r.run_id = $1`,
    runId,
  );
  return record ? wholeHistory(record, runId) : null;
}
