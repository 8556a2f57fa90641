/** What a caller of the workspace may ask for, and what is usual. */

import type { CellName } from '../contract/cell-name.ts';
import type { RunDocumentItem } from '../contract/documents.ts';
import type { OptionsOf } from '../contract/options/option.ts';
import type {
  BACKTEST,
  BACKTEST_DAYS,
  FORECAST,
  FORECAST_DAYS,
  PORTFOLIO,
  RECOMMEND,
  RECOMMEND_DAYS,
  TOTALS,
} from '../contract/options/price.ts';
import type { RESUME, TRAIN } from '../contract/options/train.ts';
import type { CellFilter } from '../contract/store/cells.ts';
import type { ColdStartGiven } from '../core/pricing/cold-start.ts';
import type { GuardrailSettings } from '../core/pricing/guardrails.ts';
import type { GivenLine } from '../data/read-product-lines.ts';
import type { FleetProgress } from '../fleet/fleet-run.ts';
import type { MarketKnowledge } from '../fleet/knowledge.ts';
import type { IterationProgress } from '../fleet/work.ts';
import type { CellChoice } from './names.ts';

/** {@link TRAIN} and {@link RESUME} name each option, with its bounds. */
export interface TrainOptions extends CellChoice, OptionsOf<typeof TRAIN>, OptionsOf<typeof RESUME> {
  /** These cells, instead of a choice by name. */
  readonly cells?: readonly { readonly merchant: string; readonly product: string }[];
  /** The training that the runs belong to; with `resume` the one that goes on: that of the last fleet unless told. */
  readonly trainingId?: string;
  /** Called with every run as it is kept. */
  readonly onRun?: (run: RunDocumentItem) => void;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
  /** Facts of a cell without any sale; see {@link ColdStartGiven}. */
  readonly coldStart?: ColdStartGiven;
  readonly onIteration?: (
    cell: { readonly merchant: string; readonly product: string },
    progress: IterationProgress,
  ) => void;
}

export interface RecommendOptions extends CellChoice, OptionsOf<typeof RECOMMEND>, OptionsOf<typeof RECOMMEND_DAYS> {
  /** These cells, instead of a choice by name. */
  readonly cells?: readonly { readonly merchant: string; readonly product: string }[];
  readonly guardrails?: Partial<GuardrailSettings>;
  /** Facts of a cell without any sale; see {@link ColdStartGiven}. */
  readonly coldStart?: ColdStartGiven;
  /** File of dated promotions and covariates: what is known of the days that prices are for. */
  readonly planFile?: string;
}

export interface ProposeOptions {
  /** Proposals take the place of reviewed and approved prices too; these stand unless told. */
  readonly replaceApproved?: boolean;
}

export interface PortfolioOptions
  extends CellChoice,
    OptionsOf<typeof RECOMMEND>,
    OptionsOf<typeof PORTFOLIO>,
    ProposeOptions {
  readonly guardrails?: Partial<GuardrailSettings>;
  /** File of what ties prices together: families, packs of a line, gaps, weights. */
  readonly linesFile?: string;
  /** The same as data, beside those of the file; without either, what is kept of each merchant. */
  readonly lines?: readonly GivenLine[];
  /** Proposes the prices that move, for people to decide on. */
  readonly keep?: boolean;
}

/** Prices of somebody's own; of products that it does not name, today's. */
export interface PricePlan {
  readonly name: string;
  readonly prices: readonly { readonly product: string; readonly price: number }[];
}

export interface ScenarioOptions extends Omit<PortfolioOptions, 'keep' | 'merchant'> {
  readonly merchant: string;
  readonly plans?: readonly PricePlan[];
  /** File of a product and its price a row: one plan more, by the file's name without its ending. */
  readonly pricesFile?: string;
  /** Proposes the prices of the plan of this name, for people to decide on. */
  readonly propose?: string;
}

export interface ForecastOptions extends CellChoice, OptionsOf<typeof FORECAST>, OptionsOf<typeof FORECAST_DAYS> {
  /** File of dated prices, promotions and covariates; its dates are forecast instead of the next days. */
  readonly planFile?: string;
}

/** Cells, from when and how far; prices by product, of others today's. */
export interface TotalsOptions extends CellChoice, OptionsOf<typeof TOTALS> {
  readonly prices?: PricePlan['prices'];
  /** File of a product and its price a row, beside those of `prices`. */
  readonly pricesFile?: string;
}

export interface BacktestOptions extends CellChoice, OptionsOf<typeof BACKTEST>, OptionsOf<typeof BACKTEST_DAYS> {
  readonly predictionsFile?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
}

/** Some cells of a training that many workers share: what all of its cells learn from one another is known. */
export interface TrainingPart {
  readonly trainingId: string;
  readonly cells: readonly CellName[];
  readonly knowledge: MarketKnowledge;
  /** Goes on from the checkpoints that this training left of them. */
  readonly goesOn: boolean;
}

/** Hears which training it is, of which cells, and how many. */
export type TrainingBegins = (filter: CellFilter, cells: number, trainingId: string) => Promise<void>;
