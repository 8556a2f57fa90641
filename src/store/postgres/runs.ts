/** Runs in PostgreSQL: in the order in which they were begun, fenced by holder and attempt. */

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
import { pageOf } from '../page-of.ts';
import { isFound, isSearch } from '../run-search.ts';
import { insertAudit } from './audit.ts';
import {
  findCheckpoint,
  findHistory,
  findRunWithHistory,
  inputsRecord,
  writeCheckpoint,
  writeHistory,
} from './checkpoints.ts';
import { Conditions, cellConditions } from './conditions.ts';
import type { PostgresConnection, Transaction } from './connection.ts';
import { releaseCells, renewCells, requireHolder, standing, takeCells } from './holds.ts';
import { insertModel, type ModelKey, modelSummary } from './models.ts';
import { fence, finishRun, runSummary, SELECT_RUN, STATUS, type StoredRun } from './run-rows.ts';

/** Runs that a search looks at together. */
const SEARCHED_AT_ONCE = 500;

export class PostgresRuns implements RunStore {
  private readonly database: PostgresConnection;
  /** Months whose parts are there, as far as this process knows. */
  private readonly months = new Set<string>();

  constructor(database: PostgresConnection) {
    this.database = database;
  }

  async hold(cells: readonly CellName[], holder: Holder): ReturnType<RunStore['hold']> {
    return this.database.write((transaction) => takeCells(transaction, cells, holder));
  }

  async renew(holder: Pick<Holder, 'id' | 'leaseUntil'>): Promise<boolean> {
    return this.database.write(async (transaction) => (await renewCells(transaction, holder)) > 0);
  }

  async release(cells: readonly CellName[], holderId: string): Promise<void> {
    await this.database.write((transaction) => releaseCells(transaction, cells, holderId));
  }

  async start(run: StartedRun): Promise<void> {
    const { bytes, crc } = inputsRecord(run.runId, run.inputs);
    await this.database.write(async (transaction) => {
      await requireHolder(transaction, run, run.holderId);
      const { runId, merchant, product, simulatedRowsPerIteration, ownRows, startedAt, seed, holderId } = run;
      // What another process may still be about to write of the cell's earlier runs comes too late.
      await transaction.run(
        `UPDATE demanda.run SET attempt = attempt + 1, status = 'stopped'
         WHERE merchant = $1 AND product = $2 AND status = 'running'`,
        merchant,
        product,
      );
      await transaction.run(
        `INSERT INTO demanda.run (run_id, merchant, product, status, stop_reason, iterations, simulated_rows, own_rows,
           started_at, seconds, seed, holder, training_id)
         VALUES ($1, $2, $3, 'running', 'interrupted', 0, $4, $5, $6, 0, $7, $8, $9)`,
        ...[runId, merchant, product, simulatedRowsPerIteration, ownRows, startedAt, seed, holderId],
        run.trainingId ?? null,
      );
      await transaction.run(
        'INSERT INTO demanda.run_inputs (run_id, crc, inputs) VALUES ($1, $2, $3)',
        ...[runId, crc, bytes],
      );
    });
  }

  async takeOver(runId: string, holderId: string, trainingId?: string): Promise<number> {
    return this.database.write(async (transaction) => {
      const cell = await transaction.one<CellName>(
        'SELECT merchant, product FROM demanda.run WHERE run_id = $1',
        runId,
      );
      await requireHolder(transaction, cell as CellName, holderId);
      const row = await transaction.one<{ attempt: number }>(
        `UPDATE demanda.run SET attempt = attempt + 1, holder = $1, training_id = coalesce($2, training_id),
           status = 'running' WHERE run_id = $3 RETURNING attempt`,
        ...[holderId, trainingId ?? null, runId],
      );
      return (row as { attempt: number }).attempt;
    });
  }

  async saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    await writeCheckpoint(this.database, checkpoint);
  }

  async newestCheckpoint(cell: CellName): Promise<FoundCheckpoint | null> {
    return findCheckpoint(this.database, cell);
  }

  async finish(finished: readonly FinishedRun[], releasedBy?: string): Promise<(ModelSummary | null)[]> {
    await this.makeMonths(finished);
    return this.database.write(async (transaction) => {
      const keys: (ModelKey | null)[] = [];
      for (const run of finished) keys.push(await finishOne(transaction, run));
      if (releasedBy !== undefined) {
        const cells = finished.map(({ run }) => run);
        await releaseCells(transaction, cells, releasedBy);
      }
      const summaries: (ModelSummary | null)[] = [];
      for (const key of keys) summaries.push(key && (await modelSummary(transaction, key)));
      return summaries;
    });
  }

  /**
   * Parts for the runs of this month and the last one; older ones, and those of a clock that is wrong, lie together.
   */
  private async makeMonths(finished: readonly FinishedRun[]): Promise<void> {
    const today = new Date();
    const last = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 1));
    const current = [last, today].map((date) => date.toISOString().slice(0, 7));
    const missing = current.filter(
      (month) => !this.months.has(month) && finished.some(({ run }) => run.startedAt.startsWith(month)),
    );
    if (missing.length === 0) return;
    await this.database.write((transaction) => transaction.all('SELECT demanda.make_months($1)', missing));
    for (const month of missing) this.months.add(month);
  }

  async *list(filter: Omit<CellFilter, 'productType'>): AsyncIterable<RunSummary> {
    let after = 0;
    for (;;) {
      const { where, values } = cellConditions(filter, 'run.').add('number > ?', after);
      const page = await this.database.all<StoredRun>(`${SELECT_RUN} ${where} ORDER BY number LIMIT 500`, ...values);
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
    const most = isSearch(found) ? SEARCHED_AT_ONCE : limit + 1;
    const kept: StoredRun[] = [];
    let from = after?.[0] as number | undefined;
    for (;;) {
      const conditions = new Conditions()
        .equal('run.merchant', merchant)
        .equal('run.product', product)
        .add('points > 0');
      if (status !== undefined) conditions.add(`${STATUS} = ?`, status);
      if (from !== undefined) conditions.add('number < ?', from);
      const rows = await this.database.all<StoredRun>(
        `${SELECT_RUN} ${conditions.where} ORDER BY number DESC LIMIT ${conditions.bind(most)}`,
        ...conditions.values,
      );
      kept.push(...rows.filter((row) => isFound(runSummary(row), found)));
      if (rows.length < most || kept.length > limit) break;
      from = rows.at(-1)?.number;
    }
    const page = pageOf(kept, limit, (last) => [last.number]);
    return { ...page, items: page.items.map(runSummary) };
  }

  async annotate(runId: string, { tags, note }: RunNote, deed: Deed): Promise<boolean> {
    return this.database.write(async (transaction) => {
      const changes = await transaction.run(
        'UPDATE demanda.run SET tags = $1, note = $2 WHERE run_id = $3',
        ...[JSON.stringify(tags), note, runId],
      );
      if (changes > 0) await insertAudit(transaction, deed);
      return changes > 0;
    });
  }

  async read(runId: string): Promise<RunSummary | null> {
    const run = await this.database.one<StoredRun>(`${SELECT_RUN} WHERE run_id = $1`, runId);
    return run ? runSummary(run) : null;
  }

  async events(runId: string): Promise<RunEvent[]> {
    const rows = await this.database.all<Omit<RunEvent, 'detail'> & { readonly detail: string }>(
      `SELECT e.iteration, e.kind, e.detail FROM demanda.run r
       JOIN demanda.run_event e ON e.month = r.month AND e.run_id = r.run_id WHERE r.run_id = $1 ORDER BY e.number`,
      runId,
    );
    return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as Record<string, unknown> }));
  }

  async history(runId: string): Promise<ErrorHistory | null> {
    return findHistory(this.database, runId);
  }

  async readWithHistory(runId: string, merchant: string | null): ReturnType<RunStore['readWithHistory']> {
    return findRunWithHistory(this.database, runId, merchant);
  }

  async endDead(): Promise<void> {
    await this.database.write((transaction) =>
      transaction.run(
        `UPDATE demanda.overview o SET run_status = 'stopped' WHERE o.state = 'training' AND o.run_status = 'running'
         AND NOT EXISTS (SELECT 1 FROM demanda.held_cell h WHERE h.merchant = o.merchant AND h.product = o.product
           AND h.holder = o.run_holder AND ${standing('h')})`,
      ),
    );
  }
}

async function finishOne(transaction: Transaction, finished: FinishedRun): Promise<ModelKey | null> {
  const { run, events, model, history, attempt = 1 } = finished;
  const { runId } = run;
  if (history) await fence(transaction, runId, attempt);
  const key = model === null ? null : await insertModel(transaction, model);
  await finishRun(transaction, finished, key?.modelId ?? null);
  if (history) await writeHistory(transaction, runId, history, run.status === 'done');
  // A run that was interrupted and went on ends again: its events are those of its last end.
  await transaction.run(
    'DELETE FROM demanda.run_event WHERE month = (SELECT month FROM demanda.run WHERE run_id = $1) AND run_id = $1',
    runId,
  );
  if (events.length > 0)
    await transaction.run(
      `INSERT INTO demanda.run_event (month, run_id, number, iteration, kind, detail)
       SELECT r.month, r.run_id, e.number - 1, e.iteration, e.kind, e.detail FROM demanda.run r,
         unnest($2::bigint[], $3::text[], $4::text[]) WITH ORDINALITY AS e (iteration, kind, detail, number)
       WHERE r.run_id = $1`,
      ...[runId, events.map(({ iteration }) => iteration), events.map(({ kind }) => kind)],
      events.map(({ detail }) => JSON.stringify(detail)),
    );
  return key;
}
