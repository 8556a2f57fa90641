/** What the store keeps for those who serve and decide: overview, recommendations and their workflow, keys, audit, trainings. */

import type { CellState, OverviewSort, RecommendationStatus, Scope } from './api.ts';
import type { Recommendation } from './documents.ts';

/** A page of a list in a stable order; `next` starts the page after it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: Cursor | null;
}
/** Sort values of the last item, as plain data. */
export type Cursor = readonly (string | number | null)[];
export interface PageAsked {
  readonly limit: number;
  readonly after: Cursor | null;
}

export interface OverviewChoice {
  readonly search?: string;
  readonly merchant?: string;
  readonly productType?: string;
  readonly state?: CellState;
  readonly reason?: string;
  readonly recommended?: boolean;
  readonly status?: RecommendationStatus;
}

/** Summary columns of one cell. */
export interface OverviewRecord {
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
  readonly unit: string;
  readonly rows: number;
  readonly lastDay: number | null;
  readonly wape: number | null;
  readonly elasticity: number | null;
  readonly elasticityLow: number | null;
  readonly elasticityHigh: number | null;
  readonly trainedAt: string | null;
  readonly state: CellState;
  readonly currentPrice: number | null;
  readonly recommendedPrice: number | null;
  readonly gain: number | null;
  readonly probabilityBetter: number | null;
  readonly recommended: 0 | 1;
  readonly horizonDays: number | null;
  /** Codes between commas. */
  readonly reasons: string;
  readonly recommendationId: number | null;
  readonly recommendationStatus: RecommendationStatus | null;
  readonly recommendationRevision: number | null;
}

export interface OverviewTotals {
  readonly cells: number;
  readonly total: number;
  readonly models: number;
  readonly states: Readonly<Record<CellState, number>>;
  readonly byReason: Readonly<Record<string, number>>;
  readonly changes: number;
  readonly gain: number;
  readonly warnings: number;
  readonly meanWape: number | null;
  readonly lastDay: number | null;
  readonly horizonDays: number | null;
  readonly merchants: readonly string[];
  readonly productTypes: readonly string[];
}

export interface OverviewStore {
  list(choice: OverviewChoice, sort: OverviewSort, order: 'asc' | 'desc', page: PageAsked): Promise<Page<OverviewRecord>>;
  totals(choice: OverviewChoice): Promise<OverviewTotals>;
  /** Cells whose training process is gone are no longer in training: their rows say so from now on. */
  endDeadTrainings(): Promise<void>;
  /** Grows whenever the cell's sales, models or recommendation change; null for a cell that is not there. */
  revision(merchant: string, product: string): Promise<number | null>;
  merchants(merchant: string | null, page: PageAsked): Promise<Page<{ readonly merchant: string; readonly products: number }>>;
  products(
    merchant: string | null,
    page: PageAsked,
  ): Promise<Page<{ readonly product: string; readonly productType: string; readonly unit: string; readonly merchants: number }>>;
  coverage(
    choice: { readonly merchant?: string; readonly product?: string },
    page: PageAsked,
  ): Promise<
    Page<{
      readonly merchant: string;
      readonly product: string;
      readonly unit: string;
      readonly frequency: string;
      readonly months: readonly { readonly month: string; readonly rows: number; readonly soldOut: number }[];
    }>
  >;
  /** Newest first. */
  marketPrices(name: string | null, page: PageAsked): Promise<Page<{ readonly name: string; readonly day: number; readonly price: number }>>;
}

/** A recommendation with what was decided about it. */
export interface KeptRecommendation {
  readonly id: number;
  readonly revision: number;
  readonly status: RecommendationStatus;
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
  readonly at: string;
  readonly price: number;
  readonly reason: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly batchId: string | null;
  readonly activationDate: string | null;
  readonly stale: 0 | 1;
  readonly gain: number;
  readonly document: Recommendation;
}

export interface ExportBatch {
  readonly batchId: string;
  readonly at: string;
  readonly actor: string;
  readonly merchant: string | null;
  readonly activationDate: string;
  readonly format: 'csv' | 'xlsx' | 'json';
  /** What was asked for, to tell a repeated request from another under the same id. */
  readonly request: string;
  readonly items: readonly {
    readonly recommendationId: string;
    readonly merchant: string;
    readonly product: string;
    readonly unit: string;
    readonly priceBefore: number;
    readonly price: number;
    readonly expectedGain: number;
    readonly reason: string | null;
  }[];
}

export interface RecommendationChoice {
  readonly status?: RecommendationStatus;
  readonly merchant?: string;
  readonly product?: string;
  readonly productType?: string;
  readonly reason?: string;
  readonly recommended?: boolean;
}

export interface Decision {
  /** Null: everyone's. Recommendations of other merchants are not there. */
  readonly merchant: string | null;
  readonly ids: readonly number[];
  readonly to: 'reviewed' | 'approved' | 'rejected' | 'proposed';
  readonly reason: string | null;
  readonly price: number | null;
  readonly expectedRevisions: Readonly<Record<string, number>>;
  readonly actor: string;
  readonly at: string;
}

export interface RecommendationStore {
  list(choice: RecommendationChoice, sort: 'id' | 'expectedGain', page: PageAsked): Promise<Page<KeptRecommendation>>;
  read(id: number): Promise<KeptRecommendation | null>;
  /** All or nothing, with its audit entries. @throws DemandaError RECOMMENDATION_UNKNOWN, RECOMMENDATION_CHANGED, RECOMMENDATION_STEP */
  decide(decision: Decision): Promise<void>;
  /** Marks approved recommendations exported and keeps the batch, in one transaction. The same batch again is given back. @throws also BATCH_DIFFERENT */
  export(
    batch: Omit<ExportBatch, 'items' | 'request'>,
    ids: readonly number[],
    expectedRevisions: Readonly<Record<string, number>> | null,
  ): Promise<ExportBatch>;
  batch(batchId: string): Promise<ExportBatch | null>;
}

export interface KeptKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly merchant: string | null;
  readonly prefix: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly revokedAt: string | null;
}
/** Who asks: by key or by cookie. */
export interface Caller {
  /** For the audit: `key:…` or `session:…`. */
  readonly actor: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly merchant: string | null;
  readonly keyId: string | null;
}
export interface AuditEntry {
  readonly id: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly merchant: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AccessStore {
  addKey(key: KeptKey & { readonly hash: string }): Promise<void>;
  /** @returns false when there is no such key for this merchant, or it is revoked already */
  revokeKey(id: string, merchant: string | null, at: string): Promise<boolean>;
  keys(merchant: string | null, page: PageAsked): Promise<Page<KeptKey>>;
  keyByHash(hash: string): Promise<Caller | null>;
  addSession(session: {
    readonly hash: string;
    readonly keyId: string | null;
    readonly name: string;
    readonly scopes: readonly Scope[];
    readonly merchant: string | null;
    readonly expiresAt: string;
  }): Promise<void>;
  /** Null when it is unknown, over, or its key was revoked. */
  sessionByHash(hash: string, now: string): Promise<Caller | null>;
  endSession(hash: string): Promise<void>;
  addAudit(entry: Omit<AuditEntry, 'id'>): Promise<void>;
  /** Newest first. */
  audit(merchant: string | null, page: PageAsked): Promise<Page<AuditEntry>>;
  /**
   * Takes an idempotency key for a request. @returns null when it is taken now; else the answer given before, whose `answer` is null while it is being worked out.
   * @throws DemandaError IDEMPOTENCY_DIFFERENT when it was used for another request
   */
  takeIdempotencyKey(actor: string, key: string, fingerprint: string, at: string): Promise<{ readonly status: number; readonly answer: string | null } | null>;
  /** Keeps the answer; without one (a failure) the key is free again. */
  settleIdempotencyKey(actor: string, key: string, answer: { readonly status: number; readonly body: string } | null): Promise<void>;
}

/** A training of chosen cells in a process of its own. */
export interface KeptTraining {
  readonly trainingId: string;
  readonly merchant: string | null;
  readonly status: 'starting' | 'running' | 'stopping' | 'stopped' | 'done' | 'failed';
  readonly stage: 'market' | 'search' | 'train' | null;
  readonly cells: number;
  readonly done: number;
  readonly failed: number;
  /** Null: all cells that `merchant` may see. */
  readonly chosen: readonly { readonly merchant: string; readonly product: string }[] | null;
  readonly options: unknown;
  readonly lang: 'es' | 'en';
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly startedBy: string;
  readonly pid: number | null;
  readonly beatAt: string;
  readonly seq: number;
  readonly resumes: number;
  readonly message: string | null;
}
export interface KeptCellProgress {
  readonly merchant: string;
  readonly product: string;
  readonly seq: number;
  readonly json: string;
}

export interface TrainingStore {
  add(training: Omit<KeptTraining, 'seq' | 'resumes' | 'done' | 'failed' | 'stage' | 'endedAt' | 'pid' | 'message'>): Promise<void>;
  read(trainingId: string): Promise<KeptTraining | null>;
  /** Newest first. */
  list(merchant: string | null, page: PageAsked): Promise<Page<KeptTraining>>;
  /** Changes fields and counts the change in `seq`. With `from`, only where the status is one of those. @returns whether it changed */
  update(
    trainingId: string,
    fields: Partial<Pick<KeptTraining, 'status' | 'stage' | 'done' | 'failed' | 'endedAt' | 'pid' | 'beatAt' | 'message' | 'resumes'>>,
    from?: readonly KeptTraining['status'][],
  ): Promise<boolean>;
  /** Writes the state of cells, each with the next `seq`, and the beat of the process. @returns the training's status, so that a stop is seen */
  progress(
    trainingId: string,
    beatAt: string,
    cells: readonly { readonly merchant: string; readonly product: string; readonly json: string }[],
  ): Promise<KeptTraining['status']>;
  /** Cells that changed after `seq`, oldest change first. */
  changes(trainingId: string, seq: number, limit: number): Promise<KeptCellProgress[]>;
}
