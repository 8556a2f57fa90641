/** Runs in SQLite: in the order in which they were begun, fenced by holder and attempt. */

import type { CellName } from '../../contract/cell-name.ts';
import type { CellFilter } from '../../contract/store/cells.ts';
import type { Deed } from '../../contract/store/deed.ts';
import type { ModelSummary } from '../../contract/store/models.ts';
import type { Page, PageAsked } from '../../contract/store/page.ts';
import type {
  Checkpoint,
  FinishedRun,
  FoundCheckpoint,
  Holder,
  RunChoice,
  RunEvent,
  RunNote,
  RunStore,
  RunSummary,
  StartedRun,
} from '../../contract/store/runs.ts';
import type { ErrorHistory } from '../../core/training/history.ts';
import { isFound, isSearch } from '../run-search.ts';
import { insertAudit } from './audit.ts';
import { findCheckpoint, findHistory, inputsRecord, writeCheckpoint, writeHistory } from './checkpoints.ts';
import { Conditions, cellConditions } from './conditions.ts';
import type { SqliteConnection } from './connection.ts';
import { holdStands, releaseCells, renewCells, requireHolder, takeCells } from './holds.ts';
import { insertModel, modelSummary } from './models.ts';
import { fence, finishesRun, NEXT_RUN, runSummary, SELECT_RUN, type StoredRun } from './run-rows.ts';

const INSERT = `INSERT INTO run (run_id, merchant, product, status, stop_reason, iterations, simulated_rows, own_rows,
    started_at, seconds, seed, holder, training_id, number)
  VALUES (?, ?, ?, 'running', 'interrupted', 0, ?, ?, ?, 0, ?, ?, ?, ${NEXT_RUN})`;

/** Runs that a search looks at together. */
const SEARCHED_AT_ONCE = 500;

export class SqliteRuns implements RunStore {
  private readonly sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
  }

  async hold(cells: readonly CellName[], holder: Holder): ReturnType<RunStore['hold']> {
    return this.sqlite.write((database) => takeCells(database, cells, holder));
  }

  async renew(holder: Pick<Holder, 'id' | 'leaseUntil'>): Promise<boolean> {
    return this.sqlite.write((database) => renewCells(database, holder) > 0);
  }

  async release(cells: readonly CellName[], holderId: string): Promise<void> {
    this.sqlite.write((database) => releaseCells(database, cells, holderId));
  }

  async start(run: StartedRun): Promise<void> {
    const { bytes, crc } = inputsRecord(run.runId, run.inputs);
    this.sqlite.write((database) => {
      requireHolder(database, run, run.holderId);
      const { runId, merchant, product, simulatedRowsPerIteration, ownRows, startedAt, seed, holderId } = run;
      // What another process may still be about to write of the cell's earlier runs comes too late.
      database
        .prepare(
          `UPDATE run SET attempt = attempt + 1, status = 'stopped'
           WHERE merchant = ? AND product = ? AND status = 'running'`,
        )
        .run(merchant, product);
      database
        .prepare(INSERT)
        .run(
          runId,
          merchant,
          product,
          simulatedRowsPerIteration,
          ownRows,
          startedAt,
          seed,
          holderId,
          run.trainingId ?? null,
        );
      database.prepare('INSERT INTO run_inputs VALUES (?, ?, ?)').run(runId, crc, bytes);
    });
  }

  async takeOver(runId: string, holderId: string, trainingId?: string): Promise<number> {
    return this.sqlite.write((database) => {
      const cell = database.prepare('SELECT merchant, product FROM run WHERE run_id = ?').get(runId);
      requireHolder(database, cell as unknown as CellName, holderId);
      const row = database
        .prepare(
          `UPDATE run SET attempt = attempt + 1, holder = ?, training_id = coalesce(?, training_id), status = 'running'
           WHERE run_id = ? RETURNING attempt`,
        )
        .get(holderId, trainingId ?? null, runId);
      return (row as { attempt: number }).attempt;
    });
  }

  async saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    writeCheckpoint(this.sqlite, checkpoint);
  }

  async newestCheckpoint(cell: CellName): Promise<FoundCheckpoint | null> {
    return findCheckpoint(this.sqlite, cell);
  }

  async finish(finished: readonly FinishedRun[], releasedBy?: string): Promise<(ModelSummary | null)[]> {
    const ids = this.sqlite.write((database) => {
      const finish = finishesRun(database);
      const clearEvents = database.prepare('DELETE FROM run_event WHERE run_id = ?');
      const insertEvent = database.prepare('INSERT INTO run_event VALUES (?, ?, ?, ?, ?)');
      const modelIds = finished.map((one) => {
        const { run, events, model, history, attempt = 1 } = one;
        const { runId } = run;
        if (history) fence(database, runId, attempt);
        const modelId = model === null ? null : insertModel(database, model);
        finish(one, modelId);
        if (history) writeHistory(database, runId, history, run.status === 'done');
        // A run that was interrupted and went on ends again: its events are those of its last end.
        clearEvents.run(runId);
        events.forEach(({ iteration, kind, detail }, number) => {
          insertEvent.run(runId, number, iteration, kind, JSON.stringify(detail));
        });
        return modelId;
      });
      if (releasedBy !== undefined) {
        const cells = finished.map(({ run }) => run);
        releaseCells(database, cells, releasedBy);
      }
      return modelIds;
    });
    return ids.map((id) => (id === null ? null : modelSummary(this.sqlite, id)));
  }

  async *list(filter: Omit<CellFilter, 'productType'>): AsyncIterable<RunSummary> {
    let after = 0;
    for (;;) {
      const { where, values } = cellConditions(filter, 'run.').add('number > ?', after);
      const page = this.sqlite.all<StoredRun>(`${SELECT_RUN} ${where} ORDER BY number LIMIT 500`, ...values);
      yield* page.map(runSummary);
      const last = page.at(-1);
      if (!last || page.length < 500) return;
      after = last.number;
    }
  }

  async page(
    { merchant, product, status, ...found }: RunChoice,
    { limit, after }: PageAsked,
  ): Promise<Page<RunSummary>> {
    // A run whose holder is gone is kept as running: what is known of the holder decides.
    const searching = isSearch(found);
    const most = searching ? SEARCHED_AT_ONCE : limit + 1;
    const items: RunSummary[] = [];
    let [from] = after ?? [Number.MAX_SAFE_INTEGER];
    let last: StoredRun | undefined;
    for (;;) {
      const { where, values } = new Conditions()
        .equal('run.merchant', merchant)
        .equal('run.product', product)
        .add('points > 0')
        .add('number < ?', from as number);
      const sql = `${SELECT_RUN} ${where} ORDER BY number DESC LIMIT ?`;
      const rows = this.sqlite.all<StoredRun>(sql, ...values, most);
      for (const stored of rows) {
        const run = runSummary(stored);
        if ((status !== undefined && run.status !== status) || (searching && !isFound(run, found))) continue;
        if (items.length === limit) return { items, next: [(last as StoredRun).number] };
        items.push(run);
        last = stored;
      }
      if (rows.length < most) return { items, next: null };
      from = (rows.at(-1) as StoredRun).number;
    }
  }

  async annotate(runId: string, { tags, note }: RunNote, deed: Deed): Promise<boolean> {
    return this.sqlite.write((database) => {
      const { changes } = database
        .prepare('UPDATE run SET tags = ?, note = ? WHERE run_id = ?')
        .run(JSON.stringify(tags), note, runId);
      if (changes > 0) insertAudit(database, deed);
      return changes > 0;
    });
  }

  async read(runId: string): Promise<RunSummary | null> {
    const [run] = this.sqlite.all<StoredRun>(`${SELECT_RUN} WHERE run_id = ?`, runId);
    return run ? runSummary(run) : null;
  }

  async events(runId: string): Promise<RunEvent[]> {
    return this.sqlite
      .all<Omit<RunEvent, 'detail'> & { readonly detail: string }>(
        'SELECT iteration, kind, detail FROM run_event WHERE run_id = ? ORDER BY number',
        runId,
      )
      .map((row) => ({ ...row, detail: JSON.parse(row.detail) as Record<string, unknown> }));
  }

  async history(runId: string): Promise<ErrorHistory | null> {
    return findHistory(this.sqlite, runId);
  }

  async readWithHistory(runId: string, merchant: string | null): ReturnType<RunStore['readWithHistory']> {
    const run = await this.read(runId);
    if (!run || (merchant !== null && run.merchant !== merchant)) return null;
    return { run, history: findHistory(this.sqlite, runId) };
  }

  async endDead(): Promise<void> {
    const dead = this.sqlite
      .all<{ id: number; holder: string | null; pid: number | null; identity: string; leaseUntil: string }>(
        `SELECT o.id, o.run_holder AS holder, h.pid, h.identity, h.lease_until AS leaseUntil FROM overview o
         LEFT JOIN held_cell h ON h.merchant = o.merchant AND h.product = o.product AND h.holder = o.run_holder
         WHERE state = 'training'`,
      )
      .filter(({ pid, ...hold }) => pid === null || !holdStands({ pid, ...hold }));
    if (dead.length === 0) return;
    this.sqlite.write((database) => {
      // Another process may have gone on with the run meanwhile.
      const end = database.prepare(
        "UPDATE overview SET run_status = 'stopped' WHERE id = ? AND run_status = 'running' AND run_holder IS ?",
      );
      for (const { id, holder } of dead) end.run(id, holder);
    });
  }
}
