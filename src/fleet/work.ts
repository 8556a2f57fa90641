/**
 * The pieces of work that a fleet hands to an executor: what each takes, gives and reports, by its kind. Plain data, so
 * that they cross to threads, processes and machines.
 */

import type { HistoryFigures, MachineFigures } from '../contract/store/runs.ts';
import type { TreeRows, TreeSettings } from '../core/boosting/fit-trees.ts';
import type { TreeEnsemble } from '../core/boosting/tree-ensemble.ts';
import type { CrossEvidence } from '../core/demand/cross-evidence.ts';
import type { EffectEstimate } from '../core/demand/effects.ts';
import type { DemandModel, FitRefusal } from '../core/demand/fit-demand.ts';
import type { ScorePool } from '../core/demand/predict.ts';
import type { ShapeEvidence } from '../core/demand/price-shape.ts';
import type { PriceSlope } from '../core/demand/price-slope.ts';
import type { BacktestOrigin } from '../core/evaluation/backtest.ts';
import type { DriftReport } from '../core/monitor/drift.ts';
import type { JudgedRow } from '../core/monitor/judged-rows.ts';
import type { Outcome } from '../core/outcome.ts';
import type { GuardrailSettings } from '../core/pricing/guardrails.ts';
import type { Exploration, PriceRecommendation } from '../core/pricing/recommend-price.ts';
import type { PromotionEvidence } from '../core/promotions/promotion-evidence.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import type { ErrorHistory } from '../core/training/history.ts';
import type { TrainingOptions } from '../core/training/options.ts';
import type { TrainingState } from '../core/training/training.ts';
import type { StopReason, WatchReason } from '../core/vocabulary.ts';
import type { DatedPrior, FitSettings } from './cell-fit.ts';
import type { CrossInput } from './cross-cell.ts';
import type { KnowledgeId, MarketKnowledge } from './knowledge.ts';
import type { CellToPrice } from './price-cell.ts';
import type { PromotionInput } from './promotion-cell.ts';

/** One entry a kind of work: a piece of one kind with what belongs to another does not compile. */
export interface WorkMap {
  readonly estimate: Io<KnowledgeId, EstimateInput, EstimateResult>;
  /** Of rows that one thread gathers: they hold all that it knows. */
  readonly trees: Io<null, TreesInput, TreeEnsemble>;
  readonly search: Io<KnowledgeId, CellInput, SearchResult>;
  readonly train: Io<KnowledgeId, CellInput, Outcome<DemandModel, FitRefusal>>;
  readonly watch: Io<KnowledgeId, WatchInput, WatchResult>;
  readonly backtest: Io<KnowledgeId, BacktestInput, readonly BacktestForecast[]>;
  readonly price: Io<null, PriceInput, PriceRecommendation>;
  readonly cross: Io<null, CrossInput, CrossEvidence | null>;
  readonly promotion: Io<null, PromotionInput, PromotionEvidence | null>;
  /** Its inputs are kept with its checkpoints, so that it goes on from the same: they hold all that it knows. */
  readonly iterate: Io<null, IterateInput, IterateResult, IterateNote>;
}

interface Io<Knowledge, Input, Result, Note = never> {
  readonly knowledge: Knowledge;
  readonly input: Input;
  readonly result: Result;
  /** What it reports while it is under way. */
  readonly note: Note;
}

export type WorkKind = keyof WorkMap;

/** One piece of work: one cell. */
export interface Work<K extends WorkKind> {
  readonly kind: K;
  /** The cell's key: no two pieces of a kind that are under way have the same. */
  readonly id: string;
  /** What was shared with the executor under this id. */
  readonly knowledge: WorkMap[K]['knowledge'];
  readonly input: WorkMap[K]['input'];
}

/** The work ended otherwise than by a result, and would again: a fault in the code or figures that it cannot take. */
export type WorkFailure = 'UNEXPECTED';

/** What a piece of work ends with: its result or, with the sentence of the error as `detail`, its failure. */
export type Done<K extends WorkKind> = Outcome<WorkMap[K]['result'], WorkFailure>;

/** What a piece of work is given beside its input. */
export interface WorkGiven<Note> {
  /** What the work names; nothing of it is read by work that names none. */
  readonly knowledge: () => MarketKnowledge;
  /** Whether it is to end with what it has. */
  readonly stopped: () => boolean;
  /** @returns when the note was heard, and what it asks for done; never rejects */
  readonly tell: (note: Note) => Promise<void>;
}

/** A model, or why there is none. */
export type TrainedOutcome = Outcome<DemandModel, FitRefusal | WorkFailure>;

export interface CellInput {
  readonly series: CellSeries;
}

export interface WatchInput extends CellInput {
  /** As it is now. */
  readonly model: DemandModel;
  /** Scores of its type, where it has too few of its own. */
  readonly pool: ScorePool | null;
  /** Says what it would do, and does nothing. */
  readonly dryRun: boolean;
}

export interface WatchResult {
  readonly action: 'none' | 'warm' | 'full';
  readonly reason: WatchReason;
  readonly report: DriftReport;
  /** Rows that the model does not know yet. */
  readonly newRows: number;
  /** Of them those that its intervals were for. */
  readonly judged: readonly JudgedRow[];
  /** Of a warm update that was made. */
  readonly model: DemandModel | null;
}

export interface TreesInput {
  readonly rows: TreeRows;
  readonly settings: TreeSettings;
}

export interface EstimateInput extends CellInput {
  /** Origins, latest first. */
  readonly days: readonly number[];
}

export interface EstimateResult {
  /** An entry a day; null where the cell had too few rows by then. */
  readonly estimates: readonly (Readonly<Record<string, EffectEstimate>> | null)[];
  /** Of the latest origin: only it serves training. */
  readonly shape: ShapeEvidence | null;
  /** Of the latest origin: elasticity on the price's small moves (small-moves.ts). */
  readonly smallMoves: PriceSlope | null;
}

export interface SearchResult {
  /** Of each spec of the cell's library, summed over the held-out rows; null where it cannot be cross-validated. */
  readonly deviances: readonly number[] | null;
  readonly rows: number;
}

export interface BacktestInput extends CellInput {
  /** Latest first. */
  readonly origins: readonly BacktestOrigin[];
  /** Origins with fewer training rows are left out. */
  readonly minRows: number;
}

export interface PriceInput {
  readonly cell: CellToPrice;
  readonly guardrails: GuardrailSettings;
  readonly explore: Exploration | null;
}

/** Forecasts of one cell at one origin by every method. */
export interface BacktestForecast {
  readonly originDay: number;
  readonly days: Int32Array;
  readonly price: Float64Array;
  readonly actual: Float64Array;
  /** √ of the mean squared one-step difference of the last 365 training rows. */
  readonly stepScale: number;
  readonly methods: readonly {
    readonly name: string;
    readonly prediction: Float64Array;
    readonly low: Float64Array | null;
    readonly high: Float64Array | null;
  }[];
  /**
   * Why the model could not be fitted at this origin; its method is then absent, never filled with another's numbers.
   */
  readonly refusal: FitRefusal | null;
}

/**
 * Everything that a training by iterations starts from besides the cell's rows: kept with its checkpoints, so that it
 * goes on from the same.
 */
export interface TrainingInputs {
  readonly priors: readonly DatedPrior[];
  readonly settings: FitSettings;
  readonly options: TrainingOptions;
  readonly checkpointEvery: number;
  /** The rows stand for a cell without any sale: see FitContext. */
  readonly assumed: boolean;
}

export interface IterateInput extends CellInput {
  readonly inputs: TrainingInputs;
  /** Null starts anew. */
  readonly state: TrainingState | null;
}

export interface IterateResult {
  /** NOT_FINITE: the figures stopped being finite; the last checkpoint is the last good state. */
  readonly outcome: Outcome<DemandModel, FitRefusal>;
  readonly history: ErrorHistory;
  readonly iterations: number;
  readonly stopReason: StopReason;
  readonly machine: MachineFigures;
}

export type IterateNote =
  | { readonly kind: 'progress'; readonly progress: IterationProgress }
  | { readonly kind: 'checkpoint'; readonly checkpoint: TrainedSoFar };

export interface IterationProgress {
  readonly iteration: number;
  readonly iterations: number;
  /** Present and lowest error; NaN before the first and where there is none. */
  readonly error: number;
  readonly best: number;
  /** Errors of the evaluations so far, thinned to at most 200 for a live curve. */
  readonly curve: readonly number[];
  /** The iteration of each error of the curve. */
  readonly curveIterations: readonly number[];
}

/** A state to go on from, as the store keeps it. */
export interface TrainedSoFar {
  readonly iteration: number;
  readonly state: Uint8Array<ArrayBuffer>;
  readonly figures: HistoryFigures;
}
