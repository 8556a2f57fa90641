/* long: the documents are one list. */
/**
 * The JSON documents that commands print and callers rely on; every document opens with
 * `schema` and `currency`.
 */

import type { GuardrailConflict, GuardrailRule } from '../core/pricing/guardrails.ts';
import type { Horizon } from '../core/series/periods.ts';
import type { ConvergenceAnalysis } from '../core/training/convergence.ts';
import type {
  Alias,
  AssumptionCode,
  ComponentName,
  ErrorKind,
  Frequency,
  HeldColumn,
  HeldReason,
  ImportKind,
  LineRuleKind,
  MarketSeriesName,
  NamedKind,
  PlanKind,
  ReasonCode,
  RunStatus,
  StandingStatus,
  StopReason,
} from '../core/vocabulary.ts';
import type { FileUnderstanding, RememberedMapping } from './file-understanding.ts';
import type { NameAlias, NameChange, NameChangeSummary, RenamedInFile } from './store/names.ts';

/** What every document opens with: the version of its form, and the currency of its prices (ISO 4217). */
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
/** Errors of a model on rows that it was not trained on, one row ahead or more. */
export interface ErrorMeasures {
  /** Σ|y − f| / Σy over cross-validation folds; null when Σy = 0 or there were too few rows to cross-validate. */
  readonly wape: number | null;
  readonly rmse: number | null;
  readonly rmsse: number | null;
}
/** One training of one cell, however it ended. */
export interface RunDocumentItem {
  readonly merchant: string;
  readonly product: string;
  readonly unit: string;
  readonly runId: string;
  readonly modelId: string | null;
  readonly status: Exclude<RunStatus, 'running'>;
  readonly stopReason: StopReason;
  /**
   * What the stopping rule found (see DemandModel); null while it runs, where it failed and of runs before it was
   * measured.
   */
  readonly converged: boolean | null;
  readonly iterations: number;
  readonly simulatedRowsPerIteration: number;
  readonly ownRows: number;
  readonly error: ErrorMeasures;
  /** WAPE of the version that was in force before; null without one. */
  readonly errorBefore: number | null;
  /** The run of that version. */
  readonly runBefore: string | null;
  readonly elasticity: Interval | null;
  readonly seconds: number;
  readonly seed: number;
  /**
   * Error at the first, best and last evaluation of a training by iterations: WAPE on held-out own sales, or on
   * simulated ones where there are too few.
   */
  readonly convergence?: {
    readonly errorKind: ErrorKind;
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
/** What `train` did: a run for each cell, by merchant and product. */
export interface TrainDocument extends DocumentHeader {
  readonly runs: readonly RunDocumentItem[];
  readonly failed: number;
  /** What guards the price effect where prices follow demand: as told, or the cost where that was found; else null. */
  readonly instrument: string | null;
}
/** A training whose runs are told one by one, as there may be millions. */
export interface TrainTotals extends Omit<TrainDocument, 'runs'> {
  /** Cells that have a new model. */
  readonly done: number;
  /** Runs that were told. */
  readonly count: number;
}
/** What `prepare` learned. */
export interface PrepareDocument extends DocumentHeader {
  /** The file with it, and its id: the same knowledge has the same. */
  readonly file: string;
  readonly knowledgeId: string;
  /** Cells of the input, and those that it was learned from. */
  readonly cells: number;
  readonly sampled: number;
  /** As of {@link TrainDocument}. */
  readonly instrument: string | null;
  readonly seconds: number;
}
/** What `train --output` did with a shard. */
export interface ShardDocument extends DocumentHeader {
  readonly knowledgeId: string;
  /** From 0. */
  readonly shard: number;
  readonly shards: number;
  readonly cells: number;
  readonly trained: number;
  readonly failed: number;
  /** Code of a failure → cells. */
  readonly failures: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** It was done before, and nothing was done now. */
  readonly skipped: boolean;
}
/** What shards wrote, added up. */
export interface CollectDocument extends DocumentHeader {
  readonly folder: string;
  readonly knowledgeId: string | null;
  readonly shards: number;
  /** Numbers of those that are not done. */
  readonly missing: readonly number[];
  readonly cells: number;
  readonly trained: number;
  readonly failed: number;
  /** Code of a failure → cells. */
  readonly failures: Readonly<Record<string, number>>;
  /** Of all shards together. */
  readonly seconds: number;
  /** Into a workspace; null where none was named. */
  readonly loaded: {
    readonly runs: number;
    readonly models: number;
    /** Proposed as recommendations. */
    readonly prices: number;
    /** Runs that were there already. */
    readonly present: number;
    /** Cells of which the workspace has no sales: nothing of them is loaded. */
    readonly unsold: number;
  } | null;
}
/** One version of a cell's model. */
export interface ModelDocumentItem {
  readonly runId: string;
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
  readonly unit: string;
  readonly modelId: string;
  readonly version: number;
  readonly aliases: readonly Alias[];
  readonly iterations: number;
  readonly error: ErrorMeasures;
  readonly elasticity: Interval | null;
  /** ISO 8601 instant. */
  readonly trainedAt: string;
  readonly ownRows: number;
  /** A checkpoint of a training that has not ended stands in for a model. */
  readonly unfinished?: true;
}
/** A version that was deleted, and what is live since. */
export interface DeletedModelItem {
  readonly merchant: string;
  readonly product: string;
  readonly version: number;
  /** Null when no version is left. */
  readonly live: number | null;
  /** The version that became live by it; null when none did. */
  readonly promoted: number | null;
}
/** Versions of models, by merchant, product and version. */
export interface ModelsDocument extends DocumentHeader {
  /** Of a deletion. */
  readonly deleted?: DeletedModelItem;
  readonly models: readonly ModelDocumentItem[];
}
/** The price that earns most for a cell, with what it rests on. Quantities and profits are sums over the horizon. */
export interface Recommendation {
  readonly merchant: string;
  readonly product: string;
  readonly unit: string;
  /** Null where there is no model: a price from published facts. */
  readonly modelId: string | null;
  /** By a checkpoint of a training that has not ended. */
  readonly unfinished?: true;
  /** First day of the horizon (ISO date); missing without a model and in recommendations of earlier versions. */
  readonly from?: string;
  /** Last day of it; missing as `from` is, and in recommendations of earlier versions. */
  readonly to?: string;
  /** Days of the calendar that the horizon covers. */
  readonly horizonDays: number;
  /** The same in the cell's own periods; missing in recommendations of earlier versions. */
  readonly horizon?: Horizon;
  readonly price: number;
  readonly unconstrainedPrice: number | null;
  readonly expectedDemand: Interval;
  readonly expectedProfit: Interval;
  readonly current: { readonly price: number; readonly expectedDemand: number; readonly expectedProfit: number };
  readonly probabilityBetter: number | null;
  /**
   * `setting`: what the rule was set to, a share, an amount or an ending; absent where there is nothing to set, and of
   * recommendations before it was kept.
   */
  readonly guardrails: readonly {
    readonly rule: GuardrailRule;
    readonly before: number;
    readonly after: number;
    readonly setting?: number | string;
  }[];
  /** The two rules that leave no price, beside the reason GUARDRAILS_CONFLICT; missing without it. */
  readonly conflict?: GuardrailConflict;
  readonly reasons: readonly ReasonCode[];
  readonly recommended: boolean;
  /** Unit cost used, after waste: cost / (1 − waste share). */
  readonly unitCost: number;
  /**
   * Assumptions in force (cold start, missing cost), as codes with the number used; `of` names the category of food
   * that a published price is of.
   */
  readonly assumptions: readonly { readonly code: AssumptionCode; readonly value: number; readonly of?: string }[];
}
/** What `recommend` answered and, where it was asked to, proposed. */
export interface RecommendDocument extends DocumentHeader {
  readonly recommendations: readonly Recommendation[];
  /** What of a plan was not used. */
  readonly notes: readonly ImportIssue[];
  /** Null: this was an answer, nothing was kept. */
  readonly kept: KeptProposals | null;
}
/** Prices of a merchant's products, sought together. */
export interface PortfolioDocument extends DocumentHeader {
  readonly portfolios: readonly MerchantPortfolio[];
  readonly notes: readonly ImportIssue[];
  /** Null: this was an answer, nothing was kept. */
  readonly kept: KeptProposals | null;
}
export interface MerchantPortfolio {
  readonly merchant: string;
  /** First and last day of the horizon (ISO dates) and its days. */
  readonly from: string;
  readonly to: string;
  readonly horizonDays: number;
  readonly products: readonly PortfolioItem[];
  /** Expected profit of all products over the horizon: at today's prices, at each one's best price alone, together. */
  readonly profit: { readonly today: Interval; readonly alone: Interval; readonly together: Interval };
  readonly gain: Interval;
  /** That the prices together earn more than today's, 0-1; null where none moves. */
  readonly probabilityBetter: number | null;
  /** Whether the gain is large and sure enough to change prices for it. */
  readonly recommended: boolean;
  readonly rules: readonly PortfolioRule[];
  /** Of pairs of products whose prices are known to matter to each other, largest first. */
  readonly effects: readonly PortfolioEffect[];
  /** By product type: the probability that its prices matter to each other at all. */
  readonly types: readonly { readonly productType: string; readonly probability: number; readonly total: number }[];
}
export interface PortfolioItem {
  readonly product: string;
  readonly productType: string;
  readonly unit: string;
  readonly todayPrice: number;
  /** The price that earns most of this product alone. */
  readonly alonePrice: number;
  readonly price: number;
  readonly demand: Interval;
  readonly profit: Interval;
  readonly demandToday: number;
  readonly profitToday: number;
  /** Why its price stays as it is, where its own sales say that it must not be changed. */
  readonly held: readonly ReasonCode[];
}
export interface PortfolioRule {
  readonly kind: LineRuleKind;
  readonly products: readonly string[];
  /** The limit, as a share or a number; null of rules that have none. */
  readonly limit: number | null;
  /** `kept`: it costs nothing; `binding`: it holds prices back; `broken`: no allowed prices keep it. */
  readonly state: 'kept' | 'binding' | 'broken';
  /** Expected profit over the horizon for one percent more room, or one more change; null unless it binds. */
  readonly shadowPrice: number | null;
}
export interface PortfolioEffect {
  readonly product: string;
  /** The product whose price it is. */
  readonly of: string;
  /** Percent of demand for one percent of price. */
  readonly elasticity: Interval;
}
/** Plans of a merchant's prices side by side. */
export interface ScenarioDocument extends DocumentHeader {
  readonly portfolio: MerchantPortfolio;
  /** As today, each price as it is best alone, all together, and then those that were asked for. */
  readonly plans: readonly ScenarioPlan[];
  readonly notes: readonly ImportIssue[];
  /** Null: this was an answer, nothing was kept. */
  readonly kept: KeptProposals | null;
}
export interface ScenarioPlan {
  readonly kind: PlanKind;
  /** Of a plan that was asked for; else null. */
  readonly name: string | null;
  /**
   * Of the own changes of price what competitors follow in this plan, a mean over products; null: their prices stay.
   */
  readonly follows: number | null;
  /** Products whose price is another than today's. */
  readonly changes: number;
  /** Of all products over the horizon. */
  readonly revenue: Interval;
  readonly profit: Interval;
  /** Profit less that of today's prices. */
  readonly gain: Interval;
  /** That it earns more than today's prices, 0-1; null where no price moves. */
  readonly probabilityBetter: number | null;
  /** What is sold, by unit. */
  readonly sold: readonly { readonly unit: string; readonly quantity: Interval }[];
  /** In the order of the portfolio's. */
  readonly products: readonly ScenarioProduct[];
}
export interface ScenarioProduct {
  readonly product: string;
  readonly price: number;
  readonly demand: Interval;
  readonly revenue: Interval;
  readonly profit: Interval;
  /** Whether the product's own limits allow the price. */
  readonly allowed: boolean;
}
/** Recommendations that are told one by one. */
export type RecommendTotals = Omit<RecommendDocument, 'recommendations'>;
/** What proposing did, by ids of recommendations. */
export interface KeptProposals {
  /** New, waiting for a decision. */
  readonly proposed: readonly string[];
  /** Reviewed or approved ones that stand although another price is computed by now. */
  readonly standing: readonly StandingDecision[];
  /** Decided ones that made way: rejected ones, and with `replaceApproved` reviewed and approved ones. */
  readonly replaced: readonly string[];
}
/** A recommendation that somebody decided on, which a newly computed price does not replace. */
export interface StandingDecision {
  readonly id: string;
  readonly merchant: string;
  readonly product: string;
  readonly status: StandingStatus;
  /** The price that was decided on. */
  readonly price: number;
  /** The price that is computed by now. */
  readonly newPrice: number;
}
/** What a price of somebody's own would bring over the horizon, by the recommendation's own draws. */
export interface PriceFigures {
  readonly expectedDemand: Interval;
  readonly expectedProfit: Interval;
  /** Profit less that at today's price. */
  readonly gain: Interval;
  readonly probabilityBetter: number | null;
  /** What the guardrails would have made of the price; empty where it keeps to them all. */
  readonly guardrails: Recommendation['guardrails'];
}
/** What is expected to be sold of a cell in one day, week or month at a price, with its 90 % interval. */
export interface ForecastItem {
  readonly merchant: string;
  readonly product: string;
  readonly unit: string;
  /** Date of the row (ISO), as the cell's sales are dated. */
  readonly date: string;
  /** First and last day that the row covers (ISO dates). */
  readonly from: string;
  readonly to: string;
  readonly price: number;
  readonly demand: number;
  readonly low: number;
  readonly high: number;
}
/** Which days a cell's forecasts are of. */
export interface ForecastSpan {
  readonly merchant: string;
  readonly product: string;
  /** First and last day (ISO dates). */
  readonly from: string;
  readonly to: string;
  /** Days of the calendar from the first to the last. */
  readonly horizonDays: number;
  /** In the cell's own periods. */
  readonly horizon: Horizon;
  /** Of the cell (ISO date); null of one without any. */
  readonly lastSale: string | null;
  readonly unit: string;
  /**
   * Expected to be sold over the span, with the 90 % interval of what will be: less wide than the days' ends added up.
   */
  readonly total: Interval;
}
/** What `forecast` answered, cell by cell, by date. */
export interface ForecastDocument extends DocumentHeader {
  readonly spans: readonly ForecastSpan[];
  readonly forecasts: readonly ForecastItem[];
  /** What of the plan serves no forecast. */
  readonly notes: readonly ImportIssue[];
}
/** What will be sold of one cell; no span where a plan has no day of it. */
export interface CellForecast {
  readonly span: ForecastSpan | null;
  readonly forecasts: readonly ForecastItem[];
}
/** Forecasts that are told cell by cell. */
export type ForecastTotals = Omit<ForecastDocument, 'spans' | 'forecasts'>;
/** How accurate one method was: shares, but for `seconds` of computing. */
export interface BacktestMethod {
  readonly name: string;
  readonly wape: number | null;
  readonly rmsse: number | null;
  readonly bias: number | null;
  readonly coverage90: number | null;
  readonly seconds: number;
}
/** How the cells of one frequency were forecast, and how many could not be. */
export interface BacktestProtocol {
  readonly frequency: Frequency;
  readonly horizon: Horizon;
  /** Between origins. */
  readonly step: Horizon;
  /** A forecast needs as many rows before it. */
  readonly minRows: number;
  /** Cells with a forecast at an origin or more, and cells without any. */
  readonly cells: number;
  readonly left: number;
  /** Most rows that any of the cells has before the latest origin. */
  readonly mostRows: number;
}
/** Accuracy at rolling origins, a record for each method. */
export interface BacktestDocument extends DocumentHeader {
  readonly cells: number;
  /** Most days of the calendar that a forecast covered. */
  readonly horizonDays: number;
  readonly origins: number;
  /** What was asked of the cells of each frequency, in the order daily, weekly, monthly. */
  readonly protocols: readonly BacktestProtocol[];
  readonly methods: readonly BacktestMethod[];
  readonly byCell?: readonly {
    readonly merchant: string;
    readonly product: string;
    readonly unit: string;
    readonly methods: readonly BacktestMethod[];
  }[];
}
/** Demand and profit over the horizon at one price, with their 90 % intervals. */
export interface CurvePoint {
  readonly price: number;
  readonly demand: number;
  readonly low: number;
  readonly high: number;
  readonly profit: number;
  readonly profitLow: number;
  readonly profitHigh: number;
}
/** A part of a model's demand, as multipliers. */
export interface Component {
  readonly name: ComponentName;
  /**
   * Labels on the component's own axis (weekday names as 0=Monday..6, ISO dates, prices) with the multiplier on demand.
   */
  readonly points: readonly { readonly at: string | number; readonly multiplier: number }[];
}
/** One cell's model, as `show` prints it. */
export interface ShowDocument extends DocumentHeader {
  /** Values of the cell that are left out until they are accepted. */
  readonly held: readonly HeldItem[];
  readonly model: ModelDocumentItem;
  readonly spec: unknown;
  readonly curve: readonly CurvePoint[];
  readonly triedRange: readonly [number, number] | null;
  readonly components: readonly Component[];
  /**
   * Errors by evaluation; `error` is the simulated one where `errorKind` says so. Empty for a model of the exact
   * solver.
   */
  readonly convergence: readonly {
    readonly iteration: number;
    readonly error: number | null;
    readonly trainError: number | null;
  }[];
  readonly errorKind: ErrorKind | null;
  /** Search rounds and figures that stopped being finite. */
  readonly events: readonly { readonly iteration: number; readonly kind: string; readonly adopted?: boolean }[];
  /** Iterations between checkpoints; null for a model of the exact solver and for an unfinished one. */
  readonly checkpointEvery: number | null;
  readonly diagnostics: unknown;
}
/** What is wrong with a row or worth a look; line 0 where it is of no line of the file. */
export interface ImportIssue {
  readonly line: number;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
}
/** A value of sales that is left out until it is accepted. */
export interface HeldItem {
  readonly merchant: string;
  readonly product: string;
  /** yyyy-mm-dd. */
  readonly date: string;
  readonly column: HeldColumn;
  readonly value: number;
  /** What the values around it are at the median; null where none tell. */
  readonly usual: number | null;
  readonly reason: HeldReason;
}
/** Values that are held, in order of merchant, product and day. */
export interface HeldDocument extends DocumentHeader {
  readonly held: readonly HeldItem[];
}
/** Names of merchants or products. */
export interface NamesDocument extends DocumentHeader {
  readonly kind: NamedKind;
  readonly names: readonly {
    readonly name: string;
    /** Merchants that have the product, or products that the merchant has. */
    readonly cells: number;
    /** Rows that were imported. */
    readonly rows: number;
    /** First and last day with a row; null where nothing was sold. */
    readonly from: string | null;
    readonly to: string | null;
    readonly units: readonly string[];
  }[];
  /** Names that may be one, written in two ways: nobody but who sells it knows. */
  readonly similar: readonly (readonly string[])[];
}
/** What a change of names did, or with `dryRun` would do. */
export interface NameChangeDocument extends DocumentHeader, NameChange, NameChangeSummary {}
/** What former names mean in files. */
export interface NameAliasesDocument extends DocumentHeader {
  readonly kind: NamedKind;
  readonly aliases: readonly NameAlias[];
}
/** A former name that means itself again. */
export interface NameForgottenDocument extends DocumentHeader {
  readonly kind: NamedKind;
  readonly alias: NameAlias;
}
/** What `import` took over, a record for each file. */
export interface ImportDocument extends DocumentHeader {
  readonly files: readonly {
    readonly file: string;
    readonly kind: ImportKind;
    readonly rows: number;
    readonly accepted: number;
    readonly rejected: number;
    /** Rows that were there and were not added to, `unchanged` among them. */
    readonly replaced: number;
    /** Rows that were there with all that the file says. */
    readonly unchanged: number;
    /** Of the import, by which it is taken back; null where nothing was written. */
    readonly batchId: string | null;
    /** The import that wrote this very file before; then nothing was written. */
    readonly sameAs: string | null;
    /** Rows that the file was added to. */
    readonly added: number;
    /** Former names that the file says, what they mean, and how many rows said them. */
    readonly renamed: readonly RenamedInFile[];
    /** Replaced rows that keep a value, by the column or covariate that the file lacks. */
    readonly kept: Readonly<Record<string, number>>;
    /** Replaced rows that lose a value, by the column or covariate whose cells are empty in the file. */
    readonly emptied: Readonly<Record<string, number>>;
    /** Rows whose tickets do not agree on a covariate, by its name; issues name the first 20. */
    readonly differing: Readonly<Record<string, number>>;
    /** Series of the file by the frequency that they have after it; empty for costs and market prices. */
    readonly frequencies: Readonly<Partial<Record<Frequency, number>>>;
    /** Days (weeks, months) without a row that count as zero, of how many series. */
    readonly unsold: { readonly cells: number; readonly periods: number };
    /** Values that are left out until they are accepted: how many, and the first thousand. */
    readonly heldCount: number;
    readonly held: readonly HeldItem[];
    /** Values that were held before and count from now on: how many, and the first thousand. */
    readonly releasedCount: number;
    readonly released: readonly HeldItem[];
    readonly merchants: number;
    readonly products: number;
    readonly from: string | null;
    readonly to: string | null;
    readonly issues: readonly ImportIssue[];
    /** What each column was taken for, and how its values were read. */
    readonly understanding: FileUnderstanding;
    /** What was assumed in reading the file. */
    readonly notes: readonly ImportIssue[];
    /** By what was said of an earlier file it was read; null where by none. */
    readonly remembered: RememberedMapping | null;
  }[];
}
/** An import: whose file it was, how it was read, and what became of its rows. */
export interface ImportBatchItem {
  readonly id: string;
  /** ISO 8601 instant. */
  readonly at: string;
  /** `kind:id` of who imported it, and a name. */
  readonly actor: string;
  readonly by: string;
  readonly kind: ImportKind;
  readonly file: string;
  /** SHA-256 of its bytes, base64url. */
  readonly digest: string | null;
  /** Whose rows they all are; null: several's, or everyone's. */
  readonly merchant: string | null;
  /** Options that changed how it was read. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly accepted: number;
  readonly rejected: number;
  readonly replaced: number;
  readonly added: number;
  readonly unchanged: number;
  readonly merchants: number;
  readonly products: number;
  readonly from: string | null;
  readonly to: string | null;
  /** Null while it holds. */
  readonly undoneAt: string | null;
  readonly undoneBy: string | null;
}
export interface ImportBatchDocument extends DocumentHeader, ImportBatchItem {}
/** An import that was taken back. */
export interface ImportUndoDocument extends ImportBatchDocument {
  /** Rows, or prices, that are gone, and those that are again what they were. */
  readonly removed: number;
  readonly restored: number;
  /** Products of a merchant that are gone with their rows. */
  readonly cellsRemoved: number;
  /** Models in use that were trained on what it wrote, and their open recommendations, out of date from now on. */
  readonly models: number;
  readonly recommendations: number;
}
/** Trainings that have an error history, newest last. */
export interface HistoryListDocument extends DocumentHeader {
  readonly runs: readonly {
    readonly merchant: string;
    readonly product: string;
    readonly unit: string;
    readonly runId: string;
    readonly status: RunStatus;
    readonly stopReason: StopReason;
    /** As of {@link RunDocumentItem}. */
    readonly converged: boolean | null;
    readonly iterations: number;
    readonly points: number;
    readonly errorKind: ErrorKind | null;
    readonly bestError: number | null;
    readonly lastError: number | null;
    /** ISO 8601 instant. */
    readonly startedAt: string;
    readonly seconds: number;
    readonly tags: readonly string[];
    readonly note: string;
  }[];
}
/** Whether and when a training by iterations settled. */
export interface HistoryAnalysisDocument extends DocumentHeader, ConvergenceAnalysis {
  readonly merchant: string;
  readonly product: string;
  readonly unit: string;
  readonly runId: string;
  readonly errorKind: ErrorKind;
  /** As of {@link RunDocumentItem}. */
  readonly converged: boolean | null;
}
/** One model or run beside others. */
export interface ComparedModel extends ModelDocumentItem {
  readonly label: string;
  /** What the errors of `convergence` are; null for a model of the exact solver. */
  readonly errorKind: ErrorKind | null;
  readonly spec: unknown;
  readonly curve: readonly { readonly price: number; readonly demand: number; readonly profit: number }[];
  readonly convergence: readonly { readonly iteration: number; readonly error: number }[];
  readonly recommendation: Recommendation;
}
/** Models side by side, and the fields in which they differ, with the value of each. */
export interface CompareDocument extends DocumentHeader {
  readonly models: readonly ComparedModel[];
  readonly differences: readonly {
    readonly field: string;
    readonly values: readonly (string | number | boolean | null)[];
  }[];
}
/** A copy of the store that was written. */
export interface BackupDocument extends DocumentHeader {
  readonly file: string;
  readonly bytes: number;
  /** Of the store's schema. */
  readonly storeVersion: number;
  readonly cells: number;
  readonly models: number;
}
/** A copy of the store that took its place, or would have. */
export interface RestoreDocument extends Omit<DocumentHeader, 'currency'> {
  /** Null of a dry run. */
  readonly currency: string | null;
  readonly file: string;
  readonly folder: string;
  /** Where the store that was there is kept; null where there was none, and of a dry run. */
  readonly replaced: string | null;
  /** Of the backup's schema, before it was brought up to date. */
  readonly storeVersion: number;
  readonly cells: number;
  readonly models: number;
  readonly dryRun: boolean;
}
/** What of the workspace and the machine is in order; `advice` says what to do about what is not. */
export interface DoctorDocument extends DocumentHeader {
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly found: string;
    readonly advice?: string;
  }[];
}

/** Everything `show` and the report draw of one cell. */
export interface CellView {
  readonly show: ShowDocument;
  readonly observed: readonly { readonly date: string; readonly price: number; readonly quantity: number }[];
  readonly recommendation: Recommendation;
  readonly forecast: readonly ForecastItem[];
  /** Of all of `forecast`, with the 90 % interval of what will be sold. */
  readonly forecastTotal: Interval;
}

/** What was taken from one place to another. */
export interface TransferDocument extends Omit<DocumentHeader, 'currency'> {
  readonly currency: string | null;
  /** Folder or database; without a password. */
  readonly from: string;
  readonly to: string;
  /** It went on with one that had been broken off. */
  readonly resumed: boolean;
  readonly rows: number;
  /** Each with the SHA-256 of its rows in hexadecimal, which is the same in both places. */
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly digest: string }[];
}
