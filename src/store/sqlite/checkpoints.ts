/** Checkpoints and error histories in SQLite: two checkpoints a run, the newer of which stands whatever is torn. */

import type { DatabaseSync } from 'node:sqlite';
import type { CellName } from '../../contract/cell-name.ts';
import type { Checkpoint, FoundCheckpoint } from '../../contract/store/runs.ts';
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
import type { SqliteConnection } from './connection.ts';
import { fence, runSummary, SELECT_RUN, type StoredRun } from './run-rows.ts';

const SELECT_STATES = 'SELECT iteration, crc, state AS bytes FROM checkpoint WHERE run_id = ? ORDER BY iteration DESC';

type StateRow = CheckedBytes & { readonly iteration: number };

/** Everything that a training starts from, to be written with its run. */
export function inputsRecord(runId: string, inputs: unknown): CheckedBytes {
  return checked(stateBytes(inputs), inputsLabel(runId));
}

/** Within a write. @returns null where there are none, or they are damaged */
export function readInputs(database: DatabaseSync, runId: string): unknown {
  const stored = database.prepare('SELECT crc, inputs AS bytes FROM run_inputs WHERE run_id = ?').get(runId);
  return stored === undefined ? null : readCheckpoint(stored as unknown as CheckedBytes, inputsLabel(runId));
}

/** Within a write: other inputs of a run that has some. */
export function writeInputs(database: DatabaseSync, runId: string, inputs: unknown): void {
  const { bytes, crc } = inputsRecord(runId, inputs);
  database.prepare('UPDATE run_inputs SET crc = ?, inputs = ? WHERE run_id = ?').run(crc, bytes, runId);
}

export function writeCheckpoint(sqlite: SqliteConnection, checkpoint: Checkpoint): void {
  const { runId, attempt, iteration } = checkpoint;
  const { bytes, crc } = checked(checkpoint.state, checkpointLabel(runId, iteration));
  sqlite.write((database) => {
    fence(database, runId, attempt);
    // The older of the two is overwritten: should this write be torn, the newer one still stands.
    const older = database.prepare('SELECT slot FROM checkpoint WHERE run_id = ? ORDER BY iteration').all(runId) as {
      slot: number;
    }[];
    const slot = older.length < 2 ? older.length : older[0].slot;
    database
      .prepare('INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?, ?, ?)')
      .run(runId, slot, iteration, crc, bytes);
    database
      .prepare(
        `UPDATE run SET iterations = ?, seconds = ?, points = ?, error_kind = ?, first_error = ?, best_error = ?,
           best_iteration = ?, last_error = ? WHERE run_id = ?`,
      )
      .run(
        iteration,
        checkpoint.seconds,
        checkpoint.points,
        checkpoint.errorKind,
        checkpoint.firstError,
        checkpoint.bestError,
        checkpoint.bestIteration,
        checkpoint.lastError,
        runId,
      );
  });
}

/** @throws DemandaError CHECKPOINT_DAMAGED */
export function findCheckpoint(sqlite: SqliteConnection, { merchant, product }: CellName): FoundCheckpoint | null {
  const row = sqlite.all<StoredRun>(
    // Runs of the exact solver have neither inputs nor points.
    `${SELECT_RUN} WHERE run.merchant = ? AND run.product = ?
       AND (points > 0 OR EXISTS (SELECT 1 FROM run_inputs i WHERE i.run_id = run.run_id))
     ORDER BY number DESC LIMIT 1`,
    merchant,
    product,
  )[0];
  if (!row || !goesOn(row.status)) return null;
  const run = runSummary(row);
  const checkpoints = sqlite.all<StateRow>(SELECT_STATES, run.runId);
  if (checkpoints.length === 0) return null;
  const [stored] = sqlite.all<CheckedBytes>('SELECT crc, inputs AS bytes FROM run_inputs WHERE run_id = ?', run.runId);
  const inputs = stored && readCheckpoint<unknown>(stored, inputsLabel(run.runId));
  if (!inputs) throw new DemandaError('CHECKPOINT_DAMAGED', { merchant, product });
  for (const [age, { iteration, ...stored }] of checkpoints.entries()) {
    const state = readCheckpoint<unknown>(stored, checkpointLabel(run.runId, iteration));
    if (!state) continue;
    const damaged = standsIn({ age, iteration }, run);
    return { run, attempt: row.attempt, iteration, inputs, state, damaged };
  }
  throw new DemandaError('CHECKPOINT_DAMAGED', { merchant, product });
}

/** Within a write: the history of a run that ended takes the place of its checkpoints, unless it may go on. */
export function writeHistory(database: DatabaseSync, runId: string, history: ErrorHistory, isDone: boolean): void {
  const { bytes, crc } = historyBytes(history);
  database.prepare('INSERT OR REPLACE INTO history VALUES (?, ?, ?)').run(runId, crc, bytes);
  if (!isDone) return;
  database.prepare('DELETE FROM checkpoint WHERE run_id = ?').run(runId);
  database.prepare('DELETE FROM run_inputs WHERE run_id = ?').run(runId);
}

/** @throws DemandaError HISTORY_DAMAGED */
export function findHistory(sqlite: SqliteConnection, runId: string): ErrorHistory | null {
  const [record] = sqlite.all<CheckedBytes>('SELECT crc, record AS bytes FROM history WHERE run_id = ?', runId);
  if (record) {
    const history = readHistory(record);
    if (!history) throw new DemandaError('HISTORY_DAMAGED', { runId });
    return history;
  }
  const checkpoints = sqlite.all<StateRow>(SELECT_STATES, runId);
  for (const { iteration, ...stored } of checkpoints) {
    const state = readCheckpoint<{ history: ErrorHistory }>(stored, checkpointLabel(runId, iteration));
    if (state) return state.history;
  }
  if (checkpoints.length > 0) throw new DemandaError('HISTORY_DAMAGED', { runId });
  return null;
}
