/** The JSON documents that commands print and callers rely on (product.md "JSON shapes"); every document opens with `schema` and `currency`. */

import type { MarketSeriesName } from '../core/market/market-index.ts';
import type { ConvergenceAnalysis } from '../core/training/convergence.ts';

export interface DocumentHeader {
  readonly schema: 1;
  readonly currency: string;
}
/** 90 % interval around a value. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
export interface ErrorMeasures {
  /** Σ|y − f| / Σy over cross-validation folds; null when Σy = 0 or there were too few rows to cross-validate. */
  readonly wape: number | null;
  readonly rmse: number | null;
  readonly rmsse: number | null;
}
export interface RunDocumentItem {
  readonly merchant: string;
  readonly product: string;
  readonly unit: string;
  readonly runId: string;
  readonly modelId: string | null;
  readonly status: 'done' | 'stopped' | 'failed';
  readonly stopReason: 'converged' | 'budget used' | 'interrupted' | 'failed';
  readonly iterations: number;
  readonly simulatedRowsPerIteration: number;
  readonly ownRows: number;
  readonly error: ErrorMeasures;
  readonly elasticity: Interval | null;
  readonly seconds: number;
  readonly seed: number;
  /** Error at the first, best and last evaluation of a training by iterations: WAPE on held-out own sales, or on simulated ones where there are too few. */
  readonly convergence?: {
    readonly errorKind: 'cross-validated' | 'simulated';
    readonly first: number | null;
    readonly best: number | null;
    readonly last: number | null;
    /** Iteration that the run went on from; 0 for one that began. */
    readonly resumedAt: number;
    /** The newest checkpoint was damaged, and the one before it was used. */
    readonly damaged: boolean;
  };
  /** What market data entered: imported prices, or the named commodity index that stands in for them. */
  readonly market?: 'imported' | MarketSeriesName | null;
  readonly failure?: { readonly code: string; readonly message: string };
}
export interface TrainDocument extends DocumentHeader {
  readonly runs: readonly RunDocumentItem[];
  readonly failed: number;
}
export interface ModelDocumentItem {
  readonly runId: string;
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
  readonly unit: string;
  readonly modelId: string;
  readonly version: number;
  readonly aliases: readonly ('live' | 'candidate')[];
  readonly iterations: number;
  readonly error: ErrorMeasures;
  readonly elasticity: Interval | null;
  /** ISO 8601 instant. */
  readonly trainedAt: string;
  readonly ownRows: number;
  /** A checkpoint of a training that has not ended stands in for a model. */
  readonly unfinished?: true;
}
export interface ModelsDocument extends DocumentHeader {
  readonly models: readonly ModelDocumentItem[];
}
export type ReasonCode =
  | 'NO_SALES'
  | 'TOO_FEW_SALES'
  | 'NO_PRICE_VARIATION'
  | 'WRONG_SIGN'
  | 'ELASTICITY_TOO_WIDE'
  | 'EXTRAPOLATION'
  | 'STALE_COST'
  | 'PROMO_CONFOUNDED'
  | 'NOT_CONVERGED'
  | 'NO_INTERIOR_OPTIMUM'
  | 'WORSE_THAN_BASELINE';
export type AssumptionCode = 'REFERENCE_PRICE' | 'UNIT_COST' | 'DAILY_QUANTITY' | 'ELASTICITY';
export type GuardrailRule = 'never-below-cost' | 'min-margin' | 'max-change' | 'tried-range' | 'min-price' | 'max-price' | 'market-band' | 'price-ending';
export interface Recommendation {
  readonly merchant: string;
  readonly product: string;
  readonly unit: string;
  /** Null where there is no model: a price from published facts. */
  readonly modelId: string | null;
  /** By a checkpoint of a training that has not ended. */
  readonly unfinished?: true;
  readonly horizonDays: number;
  readonly price: number;
  readonly unconstrainedPrice: number | null;
  readonly expectedDemand: Interval;
  readonly expectedProfit: Interval;
  readonly current: { readonly price: number; readonly expectedDemand: number; readonly expectedProfit: number };
  readonly probabilityBetter: number | null;
  readonly guardrails: readonly { readonly rule: GuardrailRule; readonly before: number; readonly after: number }[];
  readonly reasons: readonly ReasonCode[];
  readonly recommended: boolean;
  /** Unit cost used, after waste: cost / (1 − waste share). */
  readonly unitCost: number;
  /** Assumptions in force (cold start, missing cost), as codes with the number used. */
  readonly assumptions: readonly { readonly code: AssumptionCode; readonly value: number }[];
}
export interface RecommendDocument extends DocumentHeader {
  readonly recommendations: readonly Recommendation[];
}
export interface ForecastItem {
  readonly merchant: string;
  readonly product: string;
  readonly unit: string;
  /** ISO date. */
  readonly date: string;
  readonly price: number;
  readonly demand: number;
  readonly low: number;
  readonly high: number;
}
export interface ForecastDocument extends DocumentHeader {
  readonly forecasts: readonly ForecastItem[];
}
export interface BacktestMethod {
  readonly name: string;
  readonly wape: number | null;
  readonly rmsse: number | null;
  readonly bias: number | null;
  readonly coverage90: number | null;
  readonly seconds: number;
}
export interface BacktestDocument extends DocumentHeader {
  readonly cells: number;
  readonly horizonDays: number;
  readonly origins: number;
  readonly methods: readonly BacktestMethod[];
  readonly byCell?: readonly { readonly merchant: string; readonly product: string; readonly unit: string; readonly methods: readonly BacktestMethod[] }[];
}
export interface CurvePoint {
  readonly price: number;
  readonly demand: number;
  readonly low: number;
  readonly high: number;
  readonly profit: number;
  readonly profitLow: number;
  readonly profitHigh: number;
}
export interface Component {
  readonly name: 'weekday' | 'season' | 'trend' | 'price' | 'promo' | 'holiday' | 'market' | 'covariates' | 'level';
  /** Labels on the component's own axis (weekday names as 0=Monday..6, ISO dates, prices) with the multiplier on demand. */
  readonly points: readonly { readonly at: string | number; readonly multiplier: number }[];
}
export interface ShowDocument extends DocumentHeader {
  readonly model: ModelDocumentItem;
  readonly spec: unknown;
  readonly curve: readonly CurvePoint[];
  readonly triedRange: readonly [number, number] | null;
  readonly components: readonly Component[];
  /** Errors by evaluation; `error` is the simulated one where `errorKind` says so. Empty for a model of the exact solver. */
  readonly convergence: readonly { readonly iteration: number; readonly error: number | null; readonly trainError: number | null }[];
  readonly errorKind: 'cross-validated' | 'simulated' | null;
  /** Search rounds and figures that stopped being finite. */
  readonly events: readonly { readonly iteration: number; readonly kind: string; readonly adopted?: boolean }[];
  /** Iterations between checkpoints; null for a model of the exact solver and for an unfinished one. */
  readonly checkpointEvery: number | null;
  readonly diagnostics: unknown;
}
export interface ImportIssue {
  readonly line: number;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
}
export interface ImportDocument extends DocumentHeader {
  readonly files: readonly {
    readonly file: string;
    readonly kind: 'sales' | 'market' | 'costs';
    readonly rows: number;
    readonly accepted: number;
    readonly rejected: number;
    readonly replaced: number;
    readonly merchants: number;
    readonly products: number;
    readonly from: string | null;
    readonly to: string | null;
    readonly issues: readonly ImportIssue[];
  }[];
}
export interface HistoryListDocument extends DocumentHeader {
  readonly runs: readonly {
    readonly merchant: string;
    readonly product: string;
    readonly unit: string;
    readonly runId: string;
    readonly status: 'running' | 'done' | 'stopped' | 'failed';
    readonly stopReason: 'converged' | 'budget used' | 'interrupted' | 'failed';
    readonly iterations: number;
    readonly points: number;
    readonly errorKind: 'cross-validated' | 'simulated' | null;
    readonly bestError: number | null;
    readonly lastError: number | null;
    /** ISO 8601 instant. */
    readonly startedAt: string;
    readonly seconds: number;
  }[];
}
export interface HistoryAnalysisDocument extends DocumentHeader, ConvergenceAnalysis {
  readonly merchant: string;
  readonly product: string;
  readonly unit: string;
  readonly runId: string;
  readonly errorKind: 'cross-validated' | 'simulated';
}
/** One model or run beside others. */
export interface ComparedModel extends ModelDocumentItem {
  readonly label: string;
  /** What the errors of `convergence` are; null for a model of the exact solver. */
  readonly errorKind: 'cross-validated' | 'simulated' | null;
  readonly spec: unknown;
  readonly curve: readonly { readonly price: number; readonly demand: number; readonly profit: number }[];
  readonly convergence: readonly { readonly iteration: number; readonly error: number }[];
  readonly recommendation: Recommendation;
}
export interface CompareDocument extends DocumentHeader {
  readonly models: readonly ComparedModel[];
  readonly differences: readonly { readonly field: string; readonly values: readonly (string | number | boolean | null)[] }[];
}
export interface DoctorDocument extends DocumentHeader {
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly found: string; readonly advice?: string }[];
}

/** Everything `show` and the report draw of one cell. */
export interface CellView {
  readonly show: ShowDocument;
  readonly observed: readonly { readonly date: string; readonly price: number; readonly quantity: number }[];
  readonly recommendation: Recommendation;
  readonly forecast: readonly ForecastItem[];
}
