/** The embedded store: one SQLite file in the workspace folder, any number of readers while one process writes. */

import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import type { Recommendation } from '../contract/documents.ts';
import type { AccessStore, OverviewStore, Page, PageAsked, RecommendationStore, TrainingStore } from '../contract/service-store.ts';
import type {
  CellFilter,
  CellSummary,
  Checkpoint,
  CostRow,
  FinishedRun,
  FoundCheckpoint,
  MarketPriceRow,
  ModelSummary,
  NewModel,
  PriceImport,
  RunEvent,
  RunSummary,
  SalesImport,
  StartedRun,
  Store,
} from '../contract/store.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import type { CellSeries, Covariate } from '../core/series/cell-series.ts';
import type { ErrorHistory } from '../core/training/history.ts';
import { DemandaError } from '../errors.ts';
import { MIGRATIONS } from './migrations.ts';
import { openCostImport, openMarketImport } from './price-import.ts';
import { processIdentity, stillLives } from './process-identity.ts';
import { openSalesImport } from './sales-import.ts';
import { SqliteAccess } from './sqlite-access.ts';
import type { Sqlite } from './sqlite-connection.ts';
import { SqliteOverview } from './sqlite-overview.ts';
import { keepRecommendations, SqliteRecommendations } from './sqlite-recommendations.ts';
import { SqliteTrainings } from './sqlite-trainings.ts';
import { checked, historyBytes, readCheckpoint, readHistory, stateBytes } from './training-records.ts';

const FILE = 'demanda.sqlite';
/** How long a write waits for another process's transaction; they are short by design. */
const BUSY_TIMEOUT_MS = 10_000;
const MOST_STATEMENTS = 300;

type Row = Record<string, SQLInputValue>;

/** Figures of a sale row, NULL as NaN. */
const SALE_COLUMNS = ['day', 'quantity', 'price', 'cost', 'promo', 'sold_out', 'waste', 'market_price'] as const;

/** Opens the store of a workspace folder, creating folder and file when they are missing. @throws DemandaError STORE_NEWER, STORE_UNREADABLE, STORE_BUSY, STORE_DISK_FULL */
export async function openSqliteStore(folder: string, { busyTimeoutMs = BUSY_TIMEOUT_MS } = {}): Promise<Store> {
  const file = join(folder, FILE);
  let database: DatabaseSync | null = null;
  try {
    if (existsSync(folder) && !statSync(folder).isDirectory()) throw new DemandaError('STORE_UNREADABLE', { file: folder, detail: 'not a folder' });
    mkdirSync(folder, { recursive: true });
    database = new DatabaseSync(file);
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;`);
    migrate(database, file);
  } catch (error) {
    database?.close();
    throw translated(error, file);
  }
  return new SqliteStore(database, file);
}

function migrate(database: DatabaseSync, file: string): void {
  const current = (): number => (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
  if (current() > MIGRATIONS.length) throw new DemandaError('STORE_NEWER', { file, found: current(), known: MIGRATIONS.length });
  if (current() === MIGRATIONS.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Read again inside the transaction: another process may have migrated while this one waited.
    for (let version = current(); version < MIGRATIONS.length; version++) {
      database.exec(MIGRATIONS[version] as string);
      database.exec(`PRAGMA user_version = ${version + 1}`);
    }
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** SQLite ends a transaction by itself when the disk is full or fails; what then went wrong must not be hidden by a second error. */
function rollBack(database: DatabaseSync): void {
  if (database.isTransaction) database.exec('ROLLBACK');
}

/** SQLite's errors in the words of the error table, with the cause kept. */
function translated(error: unknown, file: string): unknown {
  if (error instanceof DemandaError) return error;
  // node:sqlite gives SQLite's result code as errcode.
  const code = (error as { errcode?: number }).errcode;
  const primary = code === undefined ? undefined : code & 0xff;
  if (primary === 5 || primary === 6) return new DemandaError('STORE_BUSY', { file, seconds: BUSY_TIMEOUT_MS / 1000 }, { cause: error });
  if (primary === 13) return new DemandaError('STORE_DISK_FULL', { file }, { cause: error });
  if (primary !== undefined || (error as NodeJS.ErrnoException).code !== undefined) {
    return new DemandaError('STORE_UNREADABLE', { file, detail: (error as Error).message }, { cause: error });
  }
  return error;
}

/** SQLITE_IOERR of any kind: a write, a flush or a lock that the system refused. */
function isWriteFailure(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode;
  return code !== undefined && (code & 0xff) === 10;
}

const SELECT_RUN = `SELECT run_id AS runId, merchant, product, status, stop_reason AS stopReason, iterations, simulated_rows AS simulatedRowsPerIteration,
  own_rows AS ownRows, wape, rmse, rmsse, started_at AS startedAt, seconds, seed, model_id AS modelId, failure_code AS failureCode,
  failure_message AS failureMessage, points, error_kind AS errorKind, first_error AS firstError, best_error AS bestError,
  best_iteration AS bestIteration, last_error AS lastError, attempt, pid,
  (SELECT identity FROM held_cell h WHERE h.merchant = run.merchant AND h.product = run.product AND h.pid = run.pid) AS identity,
  coalesce((SELECT unit FROM cell c WHERE c.merchant = run.merchant AND c.product = run.product), '') AS unit FROM run`;

type StoredRun = RunSummary & { readonly pid: number | null; readonly identity: string | null; readonly attempt: number };

/** A run whose process is gone, or holds its cell no more, did not end: it was interrupted. */
function runSummary({ pid, identity, attempt: _, ...run }: StoredRun): RunSummary {
  const held = (): boolean => pid !== null && identity !== null && stillLives(pid, identity);
  return run.status === 'running' && !held() ? { ...run, status: 'stopped' } : { ...run };
}

class SqliteStore implements Store {
  readonly overview: OverviewStore;
  readonly recommendations: RecommendationStore;
  readonly access: AccessStore;
  readonly trainings: TrainingStore;
  private readonly database: DatabaseSync;
  private readonly file: string;
  /** Prepared reads by their text: to prepare one takes longer than to read a row by it. */
  private readonly statements = new Map<string, StatementSync>();
  /** A write or its flush failed: what the disk holds of it is unknown, so that nothing more is written through this store. */
  private failure: DemandaError | null = null;

  constructor(database: DatabaseSync, file: string) {
    this.database = database;
    this.file = file;
    const sqlite: Sqlite = { all: (sql, ...values) => this.all(sql, ...values), write: (work) => this.write(() => work(database)) };
    this.overview = new SqliteOverview(sqlite);
    this.recommendations = new SqliteRecommendations(sqlite);
    this.access = new SqliteAccess(sqlite);
    this.trainings = new SqliteTrainings(sqlite);
  }

  private prepared(sql: string): StatementSync {
    const known = this.statements.get(sql);
    if (known) return known;
    // Filters and searches make ever new texts: past so many all are forgotten, which costs no more than preparing them again.
    if (this.statements.size >= MOST_STATEMENTS) this.statements.clear();
    const statement = this.database.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }

  private all<T>(sql: string, ...values: SQLInputValue[]): T[] {
    try {
      return this.prepared(sql).all(...values) as T[];
    } catch (error) {
      throw translated(error, this.file);
    }
  }

  /** Row after row, none of them kept. */
  private each(sql: string, value: SQLInputValue, onRow: (row: Row, index: number) => void): void {
    try {
      let index = 0;
      for (const row of this.prepared(sql).iterate(value)) onRow(row as Row, index++);
    } catch (error) {
      throw translated(error, this.file);
    }
  }

  /** One short write transaction: all or nothing. */
  private write<T>(work: () => T): T {
    return this.transaction('BEGIN IMMEDIATE', work);
  }

  private transaction<T>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => T): T {
    if (this.failure) throw this.failure;
    try {
      this.database.exec(begin);
      try {
        const result = work();
        this.database.exec('COMMIT');
        return result;
      } catch (error) {
        rollBack(this.database);
        throw error;
      }
    } catch (error) {
      if (isWriteFailure(error)) {
        this.failure = new DemandaError('STORE_WRITE_FAILED', { file: this.file, detail: (error as Error).message }, { cause: error });
        throw this.failure;
      }
      throw translated(error, this.file);
    }
  }

  async getSetting(key: string): Promise<string | null> {
    return this.all<{ value: string }>('SELECT value FROM setting WHERE key = ?', key)[0]?.value ?? null;
  }

  async setSetting(key: string, value: string | null): Promise<void> {
    this.write(() => {
      if (value === null) this.database.prepare('DELETE FROM setting WHERE key = ?').run(key);
      else this.database.prepare('INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(key, value);
    });
  }

  async settings(): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries(this.all<{ key: string; value: string }>('SELECT key, value FROM setting ORDER BY key').map((r) => [r.key, r.value]));
  }

  async beginImport(): Promise<SalesImport> {
    return openSalesImport(this.database, (begin, work) => this.transaction(begin, work));
  }

  async beginMarketImport(): Promise<PriceImport<MarketPriceRow>> {
    return openMarketImport(this.database, (begin, work) => this.transaction(begin, work));
  }

  async beginCostImport(): Promise<PriceImport<CostRow>> {
    return openCostImport(this.database, (begin, work) => this.transaction(begin, work));
  }

  async countCells(filter: CellFilter): Promise<number> {
    const { where, values } = filterSql(filter);
    return this.all<{ n: number }>(`SELECT count(*) AS n FROM cell ${where}`, ...values)[0]?.n ?? 0;
  }

  async *listCells(filter: CellFilter): AsyncIterable<CellSummary> {
    for (const row of this.cellRows(filter)) yield row;
  }

  /** Pages by key: a cursor must not stay open while the caller writes. */
  private *cellRows(filter: CellFilter): Iterable<CellSummary & { id: number }> {
    const { where, values } = filterSql(filter);
    let after: [string, string] = ['', ''];
    for (;;) {
      const page = this.all<CellSummary & { id: number }>(
        `SELECT id, merchant, product, product_type AS productType, unit, frequency, rows, first_day AS firstDay, last_day AS lastDay
         FROM cell ${where === '' ? 'WHERE' : `${where} AND`} (merchant, product) > (?, ?) ORDER BY merchant, product LIMIT 500`,
        ...values,
        ...after,
      );
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < 500) return;
      after = [last.merchant, last.product];
    }
  }

  async merchants(): Promise<string[]> {
    return this.all<{ merchant: string }>('SELECT DISTINCT merchant FROM cell ORDER BY merchant').map((r) => r.merchant);
  }

  async products(merchant?: string): Promise<string[]> {
    const { where, values } = filterSql(merchant === undefined ? {} : { merchant });
    return this.all<{ product: string }>(`SELECT DISTINCT product FROM cell ${where} ORDER BY product`, ...values).map((r) => r.product);
  }

  async productTypes(): Promise<string[]> {
    return this.all<{ type: string }>('SELECT DISTINCT product_type AS type FROM cell ORDER BY type').map((r) => r.type);
  }

  async readSeries(merchant: string, product: string): Promise<CellSeries | null> {
    for (const cell of this.cellRows({ merchant, product })) return this.seriesOf(cell);
    return null;
  }

  async *streamSeries(filter: CellFilter): AsyncIterable<CellSeries> {
    for (const cell of this.cellRows(filter)) yield this.seriesOf(cell);
  }

  private seriesOf(cell: CellSummary & { id: number }): CellSeries {
    const columns = Object.fromEntries(SALE_COLUMNS.map((name) => [name, []])) as unknown as Record<(typeof SALE_COLUMNS)[number], number[]>;
    const noted: { readonly row: number; readonly values: Readonly<Record<string, number>> }[] = [];
    // One row at a time: rows that are held together outlive collections, and the heap of a long fleet grows by them.
    this.each('SELECT * FROM sale WHERE cell = ? ORDER BY day', cell.id, (row, i) => {
      for (const name of SALE_COLUMNS) columns[name].push(row[name] === null ? Number.NaN : Number(row[name]));
      if (typeof row.covariates === 'string') noted.push({ row: i, values: JSON.parse(row.covariates) as Record<string, number> });
    });
    const column = (name: (typeof SALE_COLUMNS)[number]): Float64Array => Float64Array.from(columns[name]);
    const days = Int32Array.from(columns.day);
    const cost = column('cost');
    carryInto(
      cost,
      days,
      this.all('SELECT day, cost AS value FROM cost WHERE product = ? AND merchant IN (?, ?) ORDER BY day, merchant', cell.product, cell.merchant, ''),
    );
    const marketPrice = column('market_price');
    const market = this.datedMarketPrices(cell.product);
    carryInto(marketPrice, days, market.length > 0 ? market : this.datedMarketPrices(cell.productType));
    const known = new Set(this.all<{ name: string }>('SELECT name FROM known_covariate').map((r) => r.name));
    const covariates = new Map<string, Float64Array>();
    for (const { row, values } of noted) {
      for (const [name, value] of Object.entries(values)) {
        let column = covariates.get(name);
        if (!column) covariates.set(name, (column = new Float64Array(days.length).fill(Number.NaN)));
        column[row] = value;
      }
    }
    return {
      merchant: cell.merchant,
      product: cell.product,
      productType: cell.productType,
      unit: cell.unit,
      frequency: cell.frequency,
      days,
      quantity: column('quantity'),
      price: column('price'),
      cost,
      promo: column('promo'),
      soldOut: Uint8Array.from(columns.sold_out),
      waste: column('waste'),
      marketPrice,
      covariates: [...covariates].map(([name, values]): Covariate => ({ name, knownAhead: known.has(name), values })),
    };
  }

  async marketPricesOn(name: string, days: Int32Array): Promise<Float64Array> {
    const prices = new Float64Array(days.length).fill(Number.NaN);
    carryInto(prices, days, this.datedMarketPrices(name));
    return prices;
  }

  private datedMarketPrices(name: string): { readonly day: number; readonly value: number }[] {
    return this.all('SELECT day, price AS value FROM market_price WHERE name = ? ORDER BY day', name);
  }

  async firstDay(): Promise<number | null> {
    return this.all<{ day: number | null }>('SELECT min(first_day) AS day FROM cell')[0]?.day ?? null;
  }

  async lastDay(): Promise<number | null> {
    return this.all<{ day: number | null }>('SELECT max(last_day) AS day FROM cell')[0]?.day ?? null;
  }

  async holdCell(merchant: string, product: string, holder: { readonly pid: number; readonly since: string }): Promise<void> {
    this.write(() => {
      const held = this.holderOf(merchant, product);
      if (held && held.pid !== holder.pid && stillLives(held.pid, held.identity)) {
        throw new DemandaError('RUN_HELD_BY_OTHER', { merchant, product, pid: held.pid, since: held.since });
      }
      this.database
        .prepare('INSERT OR REPLACE INTO held_cell VALUES (?, ?, ?, ?, ?)')
        .run(merchant, product, holder.pid, processIdentity(holder.pid) ?? '', holder.since);
    });
  }

  async releaseCell(merchant: string, product: string, pid: number): Promise<void> {
    this.write(() => this.database.prepare('DELETE FROM held_cell WHERE merchant = ? AND product = ? AND pid = ?').run(merchant, product, pid));
  }

  private holderOf(merchant: string, product: string): { pid: number; identity: string; since: string } | undefined {
    return this.database.prepare('SELECT pid, identity, since FROM held_cell WHERE merchant = ? AND product = ?').get(merchant, product) as
      | { pid: number; identity: string; since: string }
      | undefined;
  }

  /** Within a write: refuses one who held the cell, slept, and whose place another has taken. */
  private requireHolder(merchant: string, product: string, pid: number): void {
    const held = this.holderOf(merchant, product);
    if (!held || held.pid !== pid || held.identity !== processIdentity(pid)) throw new DemandaError('CHECKPOINT_OVERTAKEN', { merchant, product });
  }

  async putModels(models: readonly NewModel[]): Promise<ModelSummary[]> {
    const ids = this.write(() => models.map((model) => this.insertModel(model)));
    return ids.map((id) => this.summaries('WHERE model_id = ?', [id])[0] as ModelSummary);
  }

  async finishRuns(finished: readonly FinishedRun[]): Promise<(ModelSummary | null)[]> {
    const ids = this.write(() => {
      const insertRun = this.database.prepare(
        `INSERT INTO run (run_id, merchant, product, status, stop_reason, iterations, simulated_rows, own_rows, wape, rmse, rmsse, started_at,
           seconds, seed, model_id, failure_code, failure_message, attempt, points, error_kind, first_error, best_error, best_iteration, last_error)
         VALUES (${Array.from({ length: 24 }, () => '?').join(', ')})
         ON CONFLICT (run_id) DO UPDATE SET status = excluded.status, stop_reason = excluded.stop_reason, iterations = excluded.iterations,
           wape = excluded.wape, rmse = excluded.rmse, rmsse = excluded.rmsse, seconds = excluded.seconds, model_id = excluded.model_id,
           failure_code = excluded.failure_code, failure_message = excluded.failure_message, points = excluded.points,
           error_kind = excluded.error_kind, first_error = excluded.first_error, best_error = excluded.best_error,
           best_iteration = excluded.best_iteration, last_error = excluded.last_error
         WHERE run.status = 'running'`,
      );
      const insertEvent = this.database.prepare('INSERT INTO run_event VALUES (?, ?, ?, ?, ?)');
      return finished.map(({ run, events, model, history, attempt = 1 }) => {
        if (history) this.fence(run.runId, attempt);
        const modelId = model === null ? null : this.insertModel(model);
        const { changes } = insertRun.run(
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
        );
        // A run is written once: one that has ended stays as it ended.
        if (changes === 0) throw new DemandaError('CHECKPOINT_OVERTAKEN', { merchant: run.merchant, product: run.product });
        if (history) {
          const { bytes, crc } = historyBytes(history);
          this.database.prepare('INSERT OR REPLACE INTO history VALUES (?, ?, ?)').run(run.runId, crc, bytes);
          if (run.status === 'done') {
            this.database.prepare('DELETE FROM checkpoint WHERE run_id = ?').run(run.runId);
            this.database.prepare('DELETE FROM run_inputs WHERE run_id = ?').run(run.runId);
          }
        }
        // A run that was interrupted and went on ends again: its events are those of its last end.
        this.database.prepare('DELETE FROM run_event WHERE run_id = ?').run(run.runId);
        events.forEach((event, number) => {
          insertEvent.run(run.runId, number, event.iteration, event.kind, JSON.stringify(event.detail));
        });
        return modelId;
      });
    });
    return ids.map((id) => (id === null ? null : (this.summaries('WHERE model_id = ?', [id])[0] as ModelSummary)));
  }

  async *listRuns(filter: Omit<CellFilter, 'productType'>): AsyncIterable<RunSummary> {
    const { where, values } = filterSql(filter);
    let after: [string, string] = ['', ''];
    for (;;) {
      const page = this.all<StoredRun>(
        `${SELECT_RUN} ${where === '' ? 'WHERE' : `${where} AND`} (started_at, run_id) > (?, ?) ORDER BY started_at, run_id LIMIT 500`,
        ...values,
        ...after,
      );
      yield* page.map(runSummary);
      const last = page.at(-1);
      if (!last || page.length < 500) return;
      after = [last.startedAt, last.runId];
    }
  }

  async runPage({ merchant, product, status }: Parameters<Store['runPage']>[0], { limit, after }: PageAsked): Promise<Page<RunSummary>> {
    const { where, values } = filterSql({ ...(merchant !== undefined && { merchant }), ...(product !== undefined && { product }) });
    const parts = [where === '' ? 'WHERE points > 0' : `${where} AND points > 0`];
    // A run whose process is gone is kept as running: what its process says decides.
    const items: RunSummary[] = [];
    let from = after ?? ['\uffff', ''];
    for (;;) {
      const found = this.all<StoredRun>(
        `${SELECT_RUN} ${parts.join(' ')} AND (started_at, run_id) < (?, ?) ORDER BY started_at DESC, run_id DESC LIMIT ?`,
        ...values,
        ...from,
        limit + 1,
      );
      for (const run of found.map(runSummary)) {
        if (items.length === limit) {
          const last = items.at(-1) as RunSummary;
          return { items, next: [last.startedAt, last.runId] };
        }
        if (status === undefined || run.status === status) items.push(run);
      }
      const last = found.at(-1);
      if (!last || found.length <= limit) return { items, next: null };
      from = [last.startedAt, last.runId];
    }
  }

  async readRun(runId: string): Promise<RunSummary | null> {
    const [run] = this.all<StoredRun>(`${SELECT_RUN} WHERE run_id = ?`, runId);
    return run ? runSummary(run) : null;
  }

  async runEvents(runId: string): Promise<RunEvent[]> {
    return this.all<{ iteration: number; kind: RunEvent['kind']; detail: string }>(
      'SELECT iteration, kind, detail FROM run_event WHERE run_id = ? ORDER BY number',
      runId,
    ).map((row) => ({ ...row, detail: JSON.parse(row.detail) as Record<string, unknown> }));
  }

  async startRun(run: StartedRun): Promise<void> {
    const { bytes, crc } = checked(stateBytes(run.inputs), inputsLabel(run.runId));
    this.write(() => {
      this.requireHolder(run.merchant, run.product, run.pid);
      // What another process may still be about to write of the cell's earlier runs comes too late.
      this.database
        .prepare("UPDATE run SET attempt = attempt + 1, status = 'stopped' WHERE merchant = ? AND product = ? AND status = 'running'")
        .run(run.merchant, run.product);
      this.database
        .prepare(
          `INSERT INTO run (run_id, merchant, product, status, stop_reason, iterations, simulated_rows, own_rows, started_at, seconds, seed, pid)
           VALUES (?, ?, ?, 'running', 'interrupted', 0, ?, ?, ?, 0, ?, ?)`,
        )
        .run(run.runId, run.merchant, run.product, run.simulatedRowsPerIteration, run.ownRows, run.startedAt, run.seed, run.pid);
      this.database.prepare('INSERT INTO run_inputs VALUES (?, ?, ?)').run(run.runId, crc, bytes);
    });
  }

  async saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    const { runId, attempt, iteration } = checkpoint;
    const { bytes, crc } = checked(checkpoint.state, checkpointLabel(runId, iteration));
    this.write(() => {
      this.fence(runId, attempt);
      // The older of the two is overwritten: should this write be torn, the newer one still stands.
      const older = this.database.prepare('SELECT slot FROM checkpoint WHERE run_id = ? ORDER BY iteration').all(runId) as { slot: number }[];
      const slot = older.length < 2 ? older.length : (older[0] as { slot: number }).slot;
      this.database.prepare('INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?, ?, ?)').run(runId, slot, iteration, crc, bytes);
      this.database
        .prepare(
          `UPDATE run SET iterations = ?, seconds = ?, points = ?, error_kind = ?, first_error = ?, best_error = ?, best_iteration = ?, last_error = ?
           WHERE run_id = ?`,
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

  async newestCheckpoint(merchant: string, product: string): Promise<FoundCheckpoint | null> {
    const row = this.all<StoredRun & { attempt: number }>(
      // A run that ended with a model, or was begun anew, gives the interrupted ones before it up; runs of the exact solver have neither inputs nor points.
      `${SELECT_RUN} WHERE merchant = ? AND product = ? AND (points > 0 OR EXISTS (SELECT 1 FROM run_inputs i WHERE i.run_id = run.run_id))
       ORDER BY started_at DESC, rowid DESC LIMIT 1`,
      merchant,
      product,
    )[0];
    if (!row || row.status === 'done') return null;
    const run = runSummary(row);
    const checkpoints = this.all<{ iteration: number; crc: number; bytes: Uint8Array }>(
      'SELECT iteration, crc, state AS bytes FROM checkpoint WHERE run_id = ? ORDER BY iteration DESC',
      run.runId,
    );
    if (checkpoints.length === 0) return null;
    const [stored] = this.all<{ crc: number; bytes: Uint8Array }>('SELECT crc, inputs AS bytes FROM run_inputs WHERE run_id = ?', run.runId);
    const inputs = stored && readCheckpoint<unknown>(stored, inputsLabel(run.runId));
    if (!inputs) throw new DemandaError('CHECKPOINT_DAMAGED', { merchant, product });
    for (const [age, { iteration, ...stored }] of checkpoints.entries()) {
      const state = readCheckpoint<unknown>(stored, checkpointLabel(run.runId, iteration));
      // The summary, written with every checkpoint, knows of one whose row itself is gone.
      if (state) return { run, attempt: row.attempt, iteration, inputs, state, damaged: age > 0 || (run.status !== 'failed' && iteration < run.iterations) };
    }
    throw new DemandaError('CHECKPOINT_DAMAGED', { merchant, product });
  }

  async takeOver(runId: string, pid: number): Promise<number> {
    return this.write(() => {
      const { merchant, product } = this.database.prepare('SELECT merchant, product FROM run WHERE run_id = ?').get(runId) as {
        merchant: string;
        product: string;
      };
      this.requireHolder(merchant, product, pid);
      const row = this.database.prepare("UPDATE run SET attempt = attempt + 1, pid = ?, status = 'running' WHERE run_id = ? RETURNING attempt").get(pid, runId);
      return (row as { attempt: number }).attempt;
    });
  }

  async readHistory(runId: string): Promise<ErrorHistory | null> {
    const [record] = this.all<{ crc: number; bytes: Uint8Array }>('SELECT crc, record AS bytes FROM history WHERE run_id = ?', runId);
    if (record) {
      const history = readHistory(record);
      if (!history) throw new DemandaError('HISTORY_DAMAGED', { runId });
      return history;
    }
    const checkpoints = this.all<{ iteration: number; crc: number; bytes: Uint8Array }>(
      'SELECT iteration, crc, state AS bytes FROM checkpoint WHERE run_id = ? ORDER BY iteration DESC',
      runId,
    );
    for (const { iteration, ...stored } of checkpoints) {
      const state = readCheckpoint<{ history: ErrorHistory }>(stored, checkpointLabel(runId, iteration));
      if (state) return state.history;
    }
    if (checkpoints.length > 0) throw new DemandaError('HISTORY_DAMAGED', { runId });
    return null;
  }

  /** Within a write: refuses what an overtaken attempt would write. */
  private fence(runId: string, attempt: number): void {
    const row = this.database.prepare('SELECT merchant, product, attempt FROM run WHERE run_id = ?').get(runId) as
      | { merchant: string; product: string; attempt: number }
      | undefined;
    if (row && row.attempt !== attempt) throw new DemandaError('CHECKPOINT_OVERTAKEN', { merchant: row.merchant, product: row.product });
  }

  /** Within a write. */
  private insertModel({ runId, model, trainedAt, seconds, seed, live }: NewModel): string {
    const { merchant, product } = model;
    const version =
      (this.database.prepare('SELECT coalesce(max(version), 0) AS v FROM model WHERE merchant = ? AND product = ?').get(merchant, product) as { v: number }).v +
      1;
    const json = Buffer.from(JSON.stringify(model));
    const document = deflateSync(json);
    const modelId = `${runId}-${version}`;
    const { wape, rmse, rmsse } = model.crossValidated;
    this.database
      .prepare('INSERT INTO model VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        modelId,
        runId,
        merchant,
        product,
        model.productType,
        model.unit,
        version,
        model.iterations,
        wape,
        rmse,
        rmsse,
        model.elasticity.value,
        model.elasticity.low,
        model.elasticity.high,
        model.ownRows,
        trainedAt,
        seconds,
        seed,
        crc32(json),
        document,
      );
    const hasLive = this.database.prepare("SELECT 1 FROM model_alias WHERE merchant = ? AND product = ? AND alias = 'live'").get(merchant, product);
    this.alias(merchant, product, live || !hasLive ? 'live' : 'candidate', version);
    return modelId;
  }

  private alias(merchant: string, product: string, alias: 'live' | 'candidate', version: number): void {
    if (alias === 'live') {
      this.database
        .prepare("DELETE FROM model_alias WHERE merchant = ? AND product = ? AND alias = 'candidate' AND version = ?")
        .run(merchant, product, version);
    }
    this.database.prepare('INSERT OR REPLACE INTO model_alias VALUES (?, ?, ?, ?)').run(merchant, product, alias, version);
  }

  private summaries(where: string, values: readonly SQLInputValue[], tail = ''): ModelSummary[] {
    return this.all<Row & { aliases: string | null }>(
      `SELECT model_id AS modelId, run_id AS runId, merchant, product, product_type AS productType, unit, version, iterations, wape, rmse, rmsse, elasticity,
         elasticity_low AS elasticityLow, elasticity_high AS elasticityHigh, own_rows AS ownRows, trained_at AS trainedAt,
         (SELECT group_concat(alias) FROM model_alias a WHERE a.merchant = model.merchant AND a.product = model.product AND a.version = model.version) AS aliases
       FROM model ${where} ${tail}`,
      ...values,
    ).map((row) => ({ ...row, aliases: row.aliases === null ? [] : row.aliases.split(',').sort() }) as unknown as ModelSummary);
  }

  async *listModels(filter: CellFilter): AsyncIterable<ModelSummary> {
    const { where, values } = filterSql(filter);
    let after: SQLInputValue[] = ['', '', 0];
    for (;;) {
      const page = this.summaries(
        `${where === '' ? 'WHERE' : `${where} AND`} (merchant, product, version) > (?, ?, ?)`,
        [...values, ...after],
        'ORDER BY merchant, product, version LIMIT 500',
      );
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < 500) return;
      after = [last.merchant, last.product, last.version];
    }
  }

  async countModels(filter: CellFilter): Promise<number> {
    const { where, values } = filterSql(filter);
    return this.all<{ n: number }>(`SELECT count(*) AS n FROM model ${where}`, ...values)[0]?.n ?? 0;
  }

  async readModel(merchant: string, product: string, modelId?: string): Promise<{ summary: ModelSummary; model: DemandModel } | null> {
    const summary =
      modelId === undefined
        ? this.summaries(
            "WHERE merchant = ? AND product = ? AND version = (SELECT version FROM model_alias a WHERE a.merchant = model.merchant AND a.product = model.product AND alias = 'live')",
            [merchant, product],
          )[0]
        : this.summaries('WHERE merchant = ? AND product = ? AND model_id = ?', [merchant, product, modelId])[0];
    if (!summary) return null;
    const row = this.all<{ document: Uint8Array; crc: number }>('SELECT document, crc FROM model WHERE model_id = ?', summary.modelId)[0];
    try {
      const json = inflateSync(row?.document as Uint8Array);
      if (crc32(json) !== row?.crc) throw new RangeError('checksum differs');
      return { summary, model: JSON.parse(json.toString()) as DemandModel };
    } catch (error) {
      throw new DemandaError('MODEL_CORRUPT', { merchant, product, version: summary.version }, { cause: error });
    }
  }

  async setAlias(merchant: string, product: string, alias: 'live' | 'candidate', version: number): Promise<void> {
    this.write(() => {
      this.requireVersion(merchant, product, version);
      this.alias(merchant, product, alias, version);
    });
  }

  async deleteModel(merchant: string, product: string, version: number): Promise<void> {
    this.write(() => {
      this.requireVersion(merchant, product, version);
      this.database.prepare('DELETE FROM model WHERE merchant = ? AND product = ? AND version = ?').run(merchant, product, version);
      this.database.prepare('DELETE FROM model_alias WHERE merchant = ? AND product = ? AND version = ?').run(merchant, product, version);
    });
  }

  private requireVersion(merchant: string, product: string, version: number): void {
    if (!this.database.prepare('SELECT 1 FROM model WHERE merchant = ? AND product = ? AND version = ?').get(merchant, product, version)) {
      throw new DemandaError('MODEL_VERSION_UNKNOWN', { merchant, product, version });
    }
  }

  async putRecommendations(at: string, items: readonly Recommendation[]): Promise<{ ids: number[]; changed: number }> {
    return this.write(() => keepRecommendations(this.database, at, items));
  }

  async putDocument(kind: string, key: string, document: unknown): Promise<void> {
    this.write(() => this.database.prepare('INSERT OR REPLACE INTO document VALUES (?, ?, ?)').run(kind, key, JSON.stringify(document)));
  }

  async updateDocument(kind: string, key: string, change: (document: unknown) => unknown): Promise<void> {
    this.write(() => {
      const row = this.database.prepare('SELECT json FROM document WHERE kind = ? AND key = ?').get(kind, key) as { json: string } | undefined;
      const changed = change(row ? JSON.parse(row.json) : null);
      this.database.prepare('INSERT OR REPLACE INTO document VALUES (?, ?, ?)').run(kind, key, JSON.stringify(changed));
    });
  }

  async getDocument(kind: string, key: string): Promise<unknown> {
    const row = this.all<{ json: string }>('SELECT json FROM document WHERE kind = ? AND key = ?', kind, key)[0];
    return row ? JSON.parse(row.json) : null;
  }

  async close(): Promise<void> {
    this.database.close();
  }
}

function inputsLabel(runId: string): string {
  return `inputs of ${runId}`;
}

function checkpointLabel(runId: string, iteration: number): string {
  return `iteration ${iteration} of ${runId}`;
}

function filterSql(filter: CellFilter): { where: string; values: SQLInputValue[] } {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  for (const [column, value] of [
    ['merchant', filter.merchant],
    ['product', filter.product],
    ['product_type', filter.productType],
  ] as const) {
    if (value === undefined) continue;
    parts.push(`${column} = ?`);
    values.push(value);
  }
  if (filter.cells) {
    parts.push('(merchant, product) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))');
    values.push(JSON.stringify(filter.cells.map(({ merchant, product }) => [merchant, product])));
  }
  return { where: parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '', values };
}

/** Fills NaN with the latest dated value on or before each day. */
function carryInto(column: Float64Array, days: Int32Array, dated: readonly { readonly day: number; readonly value: number }[]): void {
  let at = -1;
  for (let i = 0; i < days.length; i++) {
    while (at + 1 < dated.length && (dated[at + 1] as { day: number }).day <= (days[i] as number)) at++;
    if (at >= 0 && Number.isNaN(column[i] as number)) column[i] = (dated[at] as { value: number }).value;
  }
}
