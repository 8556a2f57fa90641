/** What a store in memory keeps: tables of immutable rows, and writes that are all or nothing. */

import { type CellName, cellKey } from '../../contract/cell-name.ts';
import type { AuditEntry, IdempotentRequest, KeptKey, KeptSession } from '../../contract/store/access.ts';
import type { CellFilter } from '../../contract/store/cells.ts';
import { actorId, type Deed } from '../../contract/store/deed.ts';
import type { KeptExperiment } from '../../contract/store/experiments.ts';
import type { ImportBatch } from '../../contract/store/imports.ts';
import type { MonthCount } from '../../contract/store/intervals.ts';
import type { JournalEntry, JournalKind } from '../../contract/store/journal.ts';
import type { ModelSummary } from '../../contract/store/models.ts';
import type { NameAlias } from '../../contract/store/names.ts';
import type { ExportBatch, KeptRecommendation } from '../../contract/store/recommendations.ts';
import type { Holder, RunEvent, RunSummary } from '../../contract/store/runs.ts';
import type { KeptCellProgress, KeptTraining } from '../../contract/store/trainings.ts';
import type { ErrorHistory } from '../../core/training/history.ts';
import type { Frequency, MissingDays } from '../../core/vocabulary.ts';
import type { KeptCompetitorRow } from '../../rules/competitor-prices.ts';
import type { KeptHeld } from '../../rules/held-values.ts';
import type { KeptRequest } from '../../rules/idempotency.ts';
import type { CellSettings, JoinedSince, ToldSettings } from '../../rules/import-batches.ts';
import type { MergedDay } from '../../rules/merge-tickets.ts';
import type { StageFacts } from '../../rules/price-stage.ts';
import type { KeptStockRow } from '../../rules/stock-counts.ts';
import type { VersionFacts } from '../../rules/versions.ts';
import type { ShownRecommendation } from '../../rules/workflow-records.ts';

/** Rows by key, whose changes within a write that fails are undone. */
export class Table<V> {
  private readonly rows = new Map<string, V>();
  private readonly undo: (step: () => void) => void;

  constructor(undo: (step: () => void) => void) {
    this.undo = undo;
  }

  get(key: string): V | undefined {
    return this.rows.get(key);
  }

  set(key: string, row: V): void {
    const [had, before] = [this.rows.has(key), this.rows.get(key)];
    this.undo(() => (had ? this.rows.set(key, before as V) : this.rows.delete(key)));
    this.rows.set(key, row);
  }

  delete(key: string): void {
    if (!this.rows.has(key)) return;
    const before = this.rows.get(key) as V;
    this.undo(() => this.rows.set(key, before));
    this.rows.delete(key);
  }

  values(): V[] {
    return [...this.rows.values()];
  }

  entries(): [string, V][] {
    return [...this.rows];
  }
}

/** A cell with sales. */
export interface CellRows extends CellName {
  readonly productType: string;
  readonly unit: string;
  readonly frequency: Frequency;
  /** Null where it is decided from the days. */
  readonly givenFrequency: Frequency | null;
  readonly missingDays: MissingDays;
  /** By day since 1970-01-01. */
  readonly rows: ReadonlyMap<number, MergedDay>;
}

/** What the overview shows of a cell besides its sales, models and runs. */
export interface ShownCell extends CellName {
  readonly productType: string;
  readonly unit: string;
  readonly revision: number;
  readonly recommendation: (ShownRecommendation & Pick<KeptRecommendation, 'id' | 'document'>) | null;
  /** What the recommendation rests on, and what went out last. */
  readonly priced: Pick<StageFacts, 'pricedModel' | 'pricedRows' | 'pricedDay'>;
  readonly exported: Pick<StageFacts, 'exportedPrice' | 'exportedBefore' | 'exportedDay'>;
}

export interface KeptModel extends Omit<ModelSummary, 'aliases'> {
  readonly json: string;
}

export interface KeptRun extends Omit<RunSummary, 'unit'> {
  readonly number: number;
  readonly attempt: number;
  readonly holderId: string | null;
  /** As `stateBytes` makes them; null for a run of the exact solver, or that ended with a model. */
  readonly inputs: Uint8Array | null;
  /** The newest first. */
  readonly checkpoints: readonly { readonly iteration: number; readonly state: Uint8Array }[];
  readonly history: ErrorHistory | null;
  readonly events: readonly RunEvent[];
}

export interface RecommendationRow
  extends Omit<KeptRecommendation, 'stale' | 'productType' | 'activationDate' | 'document'> {
  readonly json: string;
  readonly modelId: string | null;
  readonly batchOwner: string | null;
}

/** What stood where an import wrote. `previous`: the number of the import whose it was; null: of none that is known. */
export interface Before<V> {
  readonly previous: number | null;
  readonly value: V;
}

/** An import, and what it takes to have it back. */
export interface KeptImport {
  readonly number: number;
  readonly batch: ImportBatch;
  /** Rows of a sale by cell, of costs and market prices by name, then by day. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<number, Before<MergedDay>>>;
  readonly prices: ReadonlyMap<string, ReadonlyMap<number, Before<number>>>;
  readonly cells: ReadonlyMap<
    string,
    CellName & { readonly created: boolean; readonly before: CellSettings; readonly told: ToldSettings }
  >;
  /** What joined its rows with others since. */
  readonly joined: JoinedSince | null;
  /** Covariates known ahead → whether they were not before. */
  readonly known: ReadonlyMap<string, boolean>;
}

const NOT_PRICED = { pricedModel: null, pricedRows: null, pricedDay: null };
const NOT_EXPORTED = { exportedPrice: null, exportedBefore: null, exportedDay: null };

/** Everything, for any number of handles. */
export class MemoryData {
  private steps: (() => void)[] | null = null;
  readonly settings = this.table<string>();
  readonly documents = this.table<string>();
  readonly cells = this.table<CellRows>();
  readonly shown = this.table<ShownCell>();
  readonly held = this.table<readonly KeptHeld[]>();
  /** By name, of each day. */
  readonly market = this.table<ReadonlyMap<number, number>>();
  /** By [merchant or nothing, product], of each day. */
  readonly costs = this.table<ReadonlyMap<number, number>>();
  /** Names of [merchant or nothing, covariate]. */
  readonly known = this.table<true>();
  readonly aliases = this.table<NameAlias>();
  readonly imports = this.table<KeptImport>();
  /** The import that wrote a row last: by cell, or by name of a cost or market price, of each day. */
  readonly writers = this.table<ReadonlyMap<number, number>>();
  readonly models = this.table<KeptModel>();
  /** Of cells that have or had a model. */
  readonly versions = this.table<CellName & Omit<VersionFacts, 'versions'>>();
  readonly runs = this.table<KeptRun>();
  readonly holds = this.table<Holder & { readonly since: string }>();
  readonly recommendations = this.table<RecommendationRow>();
  readonly batches = this.table<{ readonly batch: ExportBatch; readonly request: string }>();
  readonly experiments = this.table<KeptExperiment>();
  readonly keys = this.table<KeptKey & { readonly hash: string }>();
  readonly sessions = this.table<KeptSession & { readonly hash: string }>();
  readonly audit = this.table<AuditEntry>();
  readonly requests = this.table<KeptRequest & Pick<IdempotentRequest, 'key'>>();
  /** By cell, in order of months. */
  readonly intervals = this.table<readonly MonthCount[]>();
  /** By cell. */
  readonly stock = this.table<readonly KeptStockRow[]>();
  /** By cell; everyone's have the merchant ''. */
  readonly competitors = this.table<readonly KeptCompetitorRow[]>();
  readonly journal = this.table<
    Omit<JournalEntry, 'detail'> & { readonly kind: JournalKind; readonly detail: string }
  >();
  readonly secrets = this.table<string>();
  readonly trainings = this.table<Omit<KeptTraining, 'holderLives'> & { readonly number: number }>();
  readonly progress = this.table<KeptCellProgress & { readonly trainingId: string }>();
  /** The highest number that was given, by what it numbers. */
  private readonly numbers = this.table<number>();

  /** All or nothing: what `work` changed is undone when it throws. */
  write<T>(work: () => T): T {
    const steps: (() => void)[] = [];
    this.steps = steps;
    try {
      return work();
    } catch (error) {
      this.steps = null;
      for (const step of steps.reverse()) step();
      throw error;
    } finally {
      this.steps = null;
    }
  }

  next(what: 'run' | 'recommendation' | 'audit' | 'training' | 'prices' | 'import' | 'experiment' | 'journal'): number {
    const number = this.last(what) + 1;
    this.numbers.set(what, number);
    return number;
  }

  /** 0 before the first. */
  last(what: 'run' | 'prices'): number;
  last(what: string): number;
  last(what: string): number {
    return this.numbers.get(what) ?? 0;
  }

  log({ at, actor, action, merchant, detail }: Deed): void {
    const id = this.next('audit');
    const entry = { id, at, actor: actorId(actor), actorName: actor.name, action, merchant };
    this.audit.set(String(id), { ...entry, detail: structuredClone(detail) });
  }

  /** What the overview shows changes with the cell: its revision grows. */
  show(
    cell: CellName,
    facts: { readonly productType: string; readonly unit: string },
    change: Partial<ShownCell> = {},
  ) {
    const { merchant, product } = cell;
    const before = this.shown.get(cellKey(cell)) ?? {
      ...{ ...facts, merchant, product, revision: 0, recommendation: null },
      ...{ priced: NOT_PRICED, exported: NOT_EXPORTED },
    };
    this.shown.set(cellKey(cell), { ...before, ...change, revision: before.revision + 1 });
  }

  private table<V>(): Table<V> {
    return new Table<V>((step) => this.steps?.push(step));
  }
}

/** Whether a cell is one of a choice. */
export function chosenBy({
  merchant,
  product,
  productType,
  cells,
}: CellFilter): (cell: CellName & { readonly productType?: string }) => boolean {
  const keys = cells && new Set(cells.map(cellKey));
  return (cell) =>
    (merchant === undefined || cell.merchant === merchant) &&
    (product === undefined || cell.product === product) &&
    (productType === undefined || cell.productType === productType) &&
    (keys === undefined || keys.has(cellKey(cell)));
}
