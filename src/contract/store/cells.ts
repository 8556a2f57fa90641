/** Cells: what there is of each, and the summary columns that lists of them show. */

import type { Horizon } from '../../core/series/periods.ts';
import type {
  CellState,
  Frequency,
  MissingDays,
  PriceStage,
  ReasonCode,
  RecommendationStatus,
  SortOrder,
} from '../../core/vocabulary.ts';
import type { OverviewSort } from '../api.ts';
import type { CellName } from '../cell-name.ts';
import type { Page, PageAsked } from './page.ts';

export interface CellFilter {
  readonly merchant?: string;
  readonly product?: string;
  readonly productType?: string;
  /** Only these. */
  readonly cells?: readonly CellName[];
}

/** Summary of a cell; lists never read sales. */
export interface CellSummary {
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
  readonly unit: string;
  readonly frequency: Frequency;
  readonly missingDays: MissingDays;
  /** Rows that were imported. */
  readonly rows: number;
  /** Days since 1970-01-01. */
  readonly firstDay: number;
  readonly lastDay: number;
}

export interface OverviewChoice {
  readonly search?: string;
  readonly merchant?: string;
  readonly productType?: string;
  readonly state?: CellState;
  readonly stage?: PriceStage;
  readonly reason?: string;
  readonly recommended?: boolean;
  readonly status?: RecommendationStatus;
  readonly minGain?: number;
  readonly minProbability?: number;
  /** Of the error, the elasticity, and half the width of its interval: from, and below. */
  readonly errorFrom?: number;
  readonly errorTo?: number;
  readonly elasticityFrom?: number;
  readonly elasticityTo?: number;
  readonly doubtFrom?: number;
  readonly doubtTo?: number;
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
  readonly recommended: boolean;
  readonly horizonDays: number | null;
  readonly reasons: readonly ReasonCode[];
  readonly recommendationId: number | null;
  readonly recommendationStatus: RecommendationStatus | null;
  readonly recommendationRevision: number | null;
  readonly stage: PriceStage;
  /** At which it was sold last, promotions and held values apart, and the day from which on; days since 1970-01-01. */
  readonly lastPrice: number | null;
  readonly priceSince: number | null;
}

export interface OverviewTotals {
  readonly cells: number;
  readonly total: number;
  readonly models: number;
  readonly states: Readonly<Record<CellState, number>>;
  readonly stages: Readonly<Record<PriceStage, number>>;
  /** Cells of which it cannot be told yet which price is best, by each reason for that. */
  readonly untoldBy: Readonly<Record<string, number>>;
  /** Cells with nothing to change, these among them, by each reason against a change. */
  readonly refusedBy: Readonly<Record<string, number>>;
  /** Periods that the gains of changes are of. */
  readonly horizons: readonly Horizon[];
  /** Cells by each code of their recommendations. */
  readonly byReason: Readonly<Record<string, number>>;
  /** Changes that are worth making and that nobody has decided on, and what they gain. */
  readonly changes: number;
  readonly gain: number;
  /** Days since 1970-01-01: first and last since when decided prices are charged; null without any. */
  readonly inForceFrom: number | null;
  readonly inForceTo: number | null;
  readonly warnings: number;
  readonly meanWape: number | null;
  readonly lastDay: number | null;
  /** Most and fewest days that a recommendation covers; null without any. */
  readonly horizonDays: number | null;
  readonly leastHorizonDays: number | null;
  readonly merchants: readonly string[];
  readonly productTypes: readonly string[];
}

/** Cells whose figure lies from `from` on and below `to`; null: open. */
export interface CellBin {
  readonly from: number | null;
  readonly to: number | null;
  readonly cells: number;
}

/** Cells of one type or merchant, and the means of what their models say. */
export interface CellGroup {
  readonly name: string;
  readonly cells: number;
  readonly wape: number | null;
  readonly elasticity: number;
  readonly elasticityLow: number;
  readonly elasticityHigh: number;
}

/** How models of many cells differ. */
export interface OverviewDistribution {
  readonly error: readonly CellBin[];
  readonly elasticity: readonly CellBin[];
  /** Cells by elasticity and by half the width of its interval; bins without a cell are left out. */
  readonly map: readonly {
    readonly elasticity: Omit<CellBin, 'cells'>;
    readonly doubt: Omit<CellBin, 'cells'>;
    readonly cells: number;
  }[];
  /** Those with most cells first, at most twelve. */
  readonly productTypes: readonly CellGroup[];
  readonly merchants: readonly CellGroup[];
}

/** What the names of a list are names of. */
export type NameKind = 'merchant' | 'product' | 'productType';

/**
 * Cells are there from the first import of their sales, the first model or the first recommendation on, and never go.
 * Texts are ordered by their code units in every list.
 */
export interface CellStore {
  /** Cells with sales. */
  count(filter: CellFilter): Promise<number>;
  /** Cells with sales, in order of merchant and product. Others may write meanwhile, the caller too. */
  list(filter: CellFilter): AsyncIterable<CellSummary>;
  /** Different names of cells with sales, in their order. @param merchant of this merchant's cells only */
  names(kind: NameKind, merchant?: string): Promise<string[]>;
  /** Cells without any sale that have or had a model, or a training that began; in order of merchant and product. */
  unsold(): Promise<readonly (CellName & { readonly productType: string })[]>;
  /**
   * The first and the last day of any sale, as days since 1970-01-01; null where there is none. @param merchant of this
   * merchant's sales only
   */
  span(merchant?: string): Promise<{ readonly firstDay: number | null; readonly lastDay: number | null }>;
  /**
   * A page of summary columns. They follow every write of sales, models, runs and recommendations at once. Cells without
   * a figure come after all others, whichever way the others are sorted; ties are in order of merchant and product.
   */
  overview(
    choice: OverviewChoice,
    sort: OverviewSort,
    order: SortOrder,
    page: PageAsked,
  ): Promise<Page<OverviewRecord>>;
  /** How the models of a choice's cells differ, by aggregates alone. */
  distribution(choice: OverviewChoice): Promise<OverviewDistribution>;
  /** Sums over the cells of a choice; `merchants` and `productTypes` are the first 500 names that there are. */
  totals(choice: OverviewChoice): Promise<OverviewTotals>;
  /** Grows whenever the cell's sales, models or recommendation, or any price, change; null for a cell that is not there. */
  revision(cell: CellName): Promise<number | null>;
  /** Merchants with how many cells they have, by name. @param merchant only this one; null: all */
  merchants(
    merchant: string | null,
    page: PageAsked,
  ): Promise<Page<{ readonly merchant: string; readonly products: number }>>;
  /** Products with how many merchants have them, by name. @param merchant only this one's; null: everyone's */
  products(
    merchant: string | null,
    page: PageAsked,
  ): Promise<
    Page<{ readonly product: string; readonly productType: string; readonly unit: string; readonly merchants: number }>
  >;
}
