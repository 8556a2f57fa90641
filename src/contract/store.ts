/** The store's contract: everything demanda keeps, behind promises, so that engines can be exchanged without touching callers. */

import type { DemandModel } from '../core/demand/fit-demand.ts';
import type { CellSeries, Frequency } from '../core/series/cell-series.ts';
import type { ErrorHistory } from '../core/training/history.ts';
import type { StopReason } from '../core/training/training.ts';
import type { Recommendation } from './documents.ts';
import type { SaleTicket } from './import-rows.ts';
import type { AccessStore, OverviewStore, Page, PageAsked, RecommendationStore, TrainingStore } from './service-store.ts';

export interface CellFilter {
  readonly merchant?: string;
  readonly product?: string;
  readonly productType?: string;
  /** Only these. */
  readonly cells?: readonly { readonly merchant: string; readonly product: string }[];
}

/** Summary of a cell; lists never read sales. */
export interface CellSummary {
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
  readonly unit: string;
  readonly frequency: Frequency;
  readonly rows: number;
  /** Days since 1970-01-01. */
  readonly firstDay: number;
  readonly lastDay: number;
}

/** A model as it is kept: summary columns beside the document. */
export interface ModelSummary {
  readonly modelId: string;
  /** The run that trained it; of an imported model, its import. */
  readonly runId: string;
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
  readonly unit: string;
  readonly version: number;
  readonly aliases: readonly ('live' | 'candidate')[];
  readonly iterations: number;
  readonly wape: number | null;
  readonly rmse: number | null;
  readonly rmsse: number | null;
  readonly elasticity: number;
  readonly elasticityLow: number;
  readonly elasticityHigh: number;
  readonly ownRows: number;
  /** ISO 8601 instant. */
  readonly trainedAt: string;
  /** A checkpoint of a training that has not ended stands in for a model. */
  readonly unfinished?: true;
}

export interface NewModel {
  readonly runId: string;
  readonly model: DemandModel;
  readonly trainedAt: string;
  readonly seconds: number;
  readonly seed: number;
  /** Whether the version becomes live at once; otherwise it is the candidate. */
  readonly live: boolean;
}

/** Figures of a run's error history, kept beside it so that lists need not read it. */
export interface HistoryFigures {
  readonly points: number;
  readonly errorKind: ErrorHistory['errorKind'] | null;
  readonly firstError: number | null;
  readonly bestError: number | null;
  readonly bestIteration: number | null;
  readonly lastError: number | null;
}

/** One training of one cell as it is kept: lists read these columns only. */
export interface RunSummary extends HistoryFigures {
  readonly runId: string;
  /** Of the cell; empty for one without sales. */
  readonly unit: string;
  readonly merchant: string;
  readonly product: string;
  /** `running` while the process that trains it lives; a run whose process died is `stopped`, interrupted. */
  readonly status: 'running' | 'done' | 'stopped' | 'failed';
  readonly stopReason: StopReason;
  readonly iterations: number;
  readonly simulatedRowsPerIteration: number;
  readonly ownRows: number;
  readonly wape: number | null;
  readonly rmse: number | null;
  readonly rmsse: number | null;
  /** ISO 8601 instant. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly seed: number;
  readonly modelId: string | null;
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
}

/** A training by iterations that begins. */
export interface StartedRun {
  readonly runId: string;
  readonly merchant: string;
  readonly product: string;
  /** ISO 8601 instant. */
  readonly startedAt: string;
  readonly simulatedRowsPerIteration: number;
  readonly ownRows: number;
  readonly seed: number;
  readonly pid: number;
  /** Everything that the training starts from besides its rows, and a fingerprint of those; plain data. */
  readonly inputs: unknown;
}

/** A state to go on from. */
export interface Checkpoint extends HistoryFigures {
  readonly runId: string;
  /** Which going-on of the run writes: a write by one that was overtaken is refused. */
  readonly attempt: number;
  readonly iteration: number;
  /** Of training so far, over all attempts. */
  readonly seconds: number;
  /** Plain data with typed arrays as bytes (`stateBytes` of store/training-records.ts): whoever trains makes them, so that the thread that writes has nothing to encode. */
  readonly state: Uint8Array;
}

/** The newest readable checkpoint of a run. */
export interface FoundCheckpoint {
  readonly run: RunSummary;
  readonly attempt: number;
  readonly iteration: number;
  readonly inputs: unknown;
  readonly state: unknown;
  /** The newest checkpoint was damaged, and this is the one before it. */
  readonly damaged: boolean;
}

/** Something that happened within a run: a search round, a fold. */
export interface RunEvent {
  readonly iteration: number;
  /** `checkpoints`: of a training by iterations, `detail.every` iterations apart. */
  readonly kind: 'search' | 'fold' | 'checkpoints';
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface FinishedRun {
  readonly run: Omit<RunSummary, 'modelId' | 'unit'>;
  /** Of a training by iterations; its checkpoints are then no longer kept, but for a run that may go on. */
  readonly history?: ErrorHistory;
  readonly attempt?: number;
  /** They take the place of those that an earlier end of the same run had. */
  readonly events: readonly RunEvent[];
  /** Null when the run failed. */
  readonly model: NewModel | null;
}

export interface ImportSummary {
  readonly accepted: number;
  /** Cell and date rows that the import wrote. */
  readonly rows: number;
  readonly replaced: number;
  readonly merchants: number;
  readonly products: number;
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  /** Quantities or prices above 1,000 × the median of their cell, at most 20. */
  readonly extremes: readonly {
    readonly merchant: string;
    readonly product: string;
    readonly day: number;
    readonly column: 'quantity' | 'price';
    readonly value: number;
  }[];
}

/** One import under way: tickets go to a staging table; nothing is visible before `commit`. */
export interface SalesImport {
  add(tickets: readonly SaleTicket[]): void;
  /** Adds tickets of one cell and day up, writes all rows in one transaction. With `dryRun` counts and writes nothing. */
  commit(options: { readonly dryRun: boolean; readonly unit: string; readonly knownCovariates: readonly string[] }): Promise<ImportSummary>;
  abort(): void;
}

/** What an import of market prices or costs was. */
export interface PriceImportSummary {
  /** Prices that replaced one of the same name and day in the store. */
  readonly replaced: number;
  /** Different products or product types. */
  readonly names: number;
  readonly firstDay: number | null;
  readonly lastDay: number | null;
}

/** One import of market prices or costs under way: rows go to a staging table; nothing is visible before `commit`. */
export interface PriceImport<Row> {
  add(rows: readonly Row[]): void;
  /** Writes all rows in one transaction. Of several of one name and day market prices enter as their mean, of costs the last. With `dryRun` counts and writes nothing. */
  commit(options: { readonly dryRun: boolean }): Promise<PriceImportSummary>;
  abort(): void;
}

export interface MarketPriceRow {
  /** A product or a product type. */
  readonly name: string;
  readonly day: number;
  readonly price: number;
}
export interface CostRow {
  readonly merchant: string | null;
  readonly product: string;
  readonly day: number;
  readonly cost: number;
}

export interface Store {
  readonly overview: OverviewStore;
  readonly recommendations: RecommendationStore;
  readonly access: AccessStore;
  readonly trainings: TrainingStore;

  getSetting(key: string): Promise<string | null>;
  setSetting(key: string, value: string | null): Promise<void>;
  settings(): Promise<Readonly<Record<string, string>>>;

  beginImport(): Promise<SalesImport>;
  beginMarketImport(): Promise<PriceImport<MarketPriceRow>>;
  beginCostImport(): Promise<PriceImport<CostRow>>;
  /** The market price of a product or product type on each day, the last one known by then; NaN before the first. */
  marketPricesOn(name: string, days: Int32Array): Promise<Float64Array>;

  countCells(filter: CellFilter): Promise<number>;
  listCells(filter: CellFilter): AsyncIterable<CellSummary>;
  merchants(): Promise<string[]>;
  products(merchant?: string): Promise<string[]>;
  productTypes(): Promise<string[]>;
  /** Rows of a cell, costs and market prices of the workspace merged in. Null when there is no such cell. */
  readSeries(merchant: string, product: string): Promise<CellSeries | null>;
  /** Every cell's rows, one cell held at a time, in order of merchant and product. */
  streamSeries(filter: CellFilter): AsyncIterable<CellSeries>;
  /** The first and the last day of any sale; null in an empty workspace. */
  firstDay(): Promise<number | null>;
  lastDay(): Promise<number | null>;

  /** Holds a cell for one training. @throws DemandaError RUN_HELD_BY_OTHER while another living process holds it */
  holdCell(merchant: string, product: string, holder: { readonly pid: number; readonly since: string }): Promise<void>;
  releaseCell(merchant: string, product: string, pid: number): Promise<void>;

  putModels(models: readonly NewModel[]): Promise<ModelSummary[]>;
  /** Writes runs, their events and models in one transaction. @returns each run's model, null where it failed */
  finishRuns(finished: readonly FinishedRun[]): Promise<(ModelSummary | null)[]>;
  /** In order of their start. */
  listRuns(filter: Omit<CellFilter, 'productType'>): AsyncIterable<RunSummary>;
  /** Newest first. */
  runPage(
    choice: { readonly merchant?: string; readonly product?: string; readonly status?: RunSummary['status'] },
    page: PageAsked,
  ): Promise<Page<RunSummary>>;
  readRun(runId: string): Promise<RunSummary | null>;
  runEvents(runId: string): Promise<RunEvent[]>;
  /** Gives earlier trainings of the cell that have not ended up. @throws DemandaError CHECKPOINT_OVERTAKEN when the cell is held by another process by now */
  startRun(run: StartedRun): Promise<void>;
  /** Checkpoint, history up to it and summary in one transaction. @throws DemandaError CHECKPOINT_OVERTAKEN when another attempt goes on with the run */
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>;
  /** Of the cell's newest run by iterations; null when that has ended with a model or has no checkpoint yet. @throws DemandaError CHECKPOINT_DAMAGED when no checkpoint of it can be read */
  newestCheckpoint(merchant: string, product: string): Promise<FoundCheckpoint | null>;
  /**
   * Begins another attempt at a run: writes of the earlier ones are refused from now on.
   *
   * @returns the attempt's number
   * @throws DemandaError CHECKPOINT_OVERTAKEN when the cell is held by another process by now
   */
  takeOver(runId: string, pid: number): Promise<number>;
  /** The error history of a run, finished or not; null for a run of the exact solver. @throws DemandaError HISTORY_DAMAGED */
  readHistory(runId: string): Promise<ErrorHistory | null>;
  listModels(filter: CellFilter): AsyncIterable<ModelSummary>;
  countModels(filter: CellFilter): Promise<number>;
  /** The live model of a cell, or the given version. */
  readModel(merchant: string, product: string, modelId?: string): Promise<{ summary: ModelSummary; model: DemandModel } | null>;
  /** Moves an alias to a version. @throws DemandaError MODEL_VERSION_UNKNOWN */
  setAlias(merchant: string, product: string, alias: 'live' | 'candidate', version: number): Promise<void>;
  deleteModel(merchant: string, product: string, version: number): Promise<void>;

  /**
   * Keeps computed recommendations: one that says what the cell's newest says changes nothing; another is proposed, and takes the place of what was decided
   * about the one before unless that was exported. @returns the cells' newest recommendations and how many of them are new
   */
  putRecommendations(at: string, items: readonly Recommendation[]): Promise<{ readonly ids: readonly number[]; readonly changed: number }>;

  /** Small documents that several trainings share, by kind and key. */
  putDocument(kind: string, key: string, document: unknown): Promise<void>;
  /** Reads and writes a document in one transaction: processes that change it at the same time lose nothing. @param change null → there is none yet */
  updateDocument(kind: string, key: string, change: (document: unknown) => unknown): Promise<void>;
  getDocument(kind: string, key: string): Promise<unknown>;
  close(): Promise<void>;
}
