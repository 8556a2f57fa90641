/** Sales, costs and market prices: imports of them, and the rows of a cell with costs and market prices merged in. */

import type { CellSeries, HeldValue } from '../../core/series/cell-series.ts';
import type { Frequency, HeldColumn, ImportKind, MissingDays } from '../../core/vocabulary.ts';
import type { CellName } from '../cell-name.ts';
import type { OptionalColumn, SaleTicket } from '../import-rows.ts';
import type { CellFilter } from './cells.ts';
import type { CompetitorRow } from './competitors.ts';
import type { Deed } from './deed.ts';
import type { BatchSource } from './imports.ts';
import type { RenamedInFile } from './names.ts';
import type { Page, PageAsked } from './page.ts';
import type { StockRow } from './stock.ts';

/** A cell of an import whose last week or month is not over. */
export interface UnendedPeriod extends CellName {
  /** Of its row, and the last one that it counts for: days since 1970-01-01. */
  readonly day: number;
  readonly to: number;
}

/** A held value, and of which cell. */
export interface CellHeldValue extends CellName, HeldValue {}

/** How many values there are, and the first thousand. */
export interface HeldValues {
  readonly count: number;
  readonly values: readonly CellHeldValue[];
}

export interface ImportSummary {
  /** Of the batch that it is now; null of a dry run. */
  readonly importId: string | null;
  readonly accepted: number;
  /** Cell and date rows that the import wrote. */
  readonly rows: number;
  /** Rows that were there and were not added to, `unchanged` among them. */
  readonly replaced: number;
  /** Rows that were there with all that the import says. */
  readonly unchanged: number;
  /** Rows that the import was added to, as told. */
  readonly added: number;
  /** Replaced rows that have less than before, and the one that lost most. */
  readonly lowered: number;
  readonly mostLowered: {
    readonly merchant: string;
    readonly product: string;
    readonly day: number;
    readonly before: number;
    readonly after: number;
  } | null;
  /** Former names that the import says: its rows are found under their targets. */
  readonly renamed: readonly RenamedInFile[];
  /** Units that came back and that no sale of the import before them covers. */
  readonly uncovered: number;
  /** Merchants and products that look alike, one of them of the import; at most 20 groups of each. */
  readonly twins: {
    readonly merchant: readonly (readonly string[])[];
    readonly product: readonly (readonly string[])[];
  };
  /** Replaced rows that keep a value, by the column or covariate that the import lacks. */
  readonly kept: Readonly<Record<string, number>>;
  /** Replaced rows that lose a value, by the column or covariate whose cells are empty in the import. */
  readonly emptied: Readonly<Record<string, number>>;
  /** Rows whose tickets do not agree on a covariate, by its name. */
  readonly differing: Readonly<Record<string, number>>;
  /** The first 20 of them. */
  readonly differences: readonly {
    readonly merchant: string;
    readonly product: string;
    readonly day: number;
    readonly covariate: string;
  }[];
  readonly merchants: number;
  readonly products: number;
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  /** The merchant whose rows they are; null where there are several. */
  readonly onlyMerchant: string | null;
  /** Values that are left out of the cells' series until they are accepted (rules/extremes.ts). */
  readonly held: HeldValues;
  /** Days of the import whose cost is over three times their price, and the first of them; null without any. */
  readonly costly: {
    readonly days: number;
    readonly merchant: string;
    readonly product: string;
    readonly day: number;
    readonly cost: number;
    readonly price: number;
  } | null;
  /** Values that were held before it, and are not any more: what followed them showed them to be right. */
  readonly released: HeldValues;
  /** Cells of the import by the frequency that they have after it. */
  readonly frequencies: Readonly<Partial<Record<Frequency, number>>>;
  /** Periods without a row that count as zero (rules/unsold-periods.ts), of how many cells. */
  readonly unsold: { readonly cells: number; readonly periods: number };
  /** Cells that it gave the unit kg, as nobody named one. */
  readonly unnamed: number;
  /**
   * Cells whose last week or month the import wrote and is not over yet, and the first of them; null without any, and
   * where nobody said which day it is.
   */
  readonly unended: (UnendedPeriod & { readonly cells: number }) | null;
}

/** What an import of sales is told when it is taken over. */
export interface SalesCommit {
  /** Everything is done, counted and undone. */
  readonly dryRun: boolean;
  /** Of the import's cells; where it is empty they keep theirs. */
  readonly unit: string;
  /** Of cells that have none; kg unless told. */
  readonly usualUnit?: string;
  readonly knownCovariates: readonly string[];
  /** Whose covariates are known ahead by this import; null: everyone's. */
  readonly knownFor: string | null;
  /** Of the import's cells, from now on; decided from their days and their merchant's where it was never given. */
  readonly frequency?: Frequency;
  /** Of the import's cells, from now on; zero where it was never given. */
  readonly missingDays?: MissingDays;
  /** Days to whose rows the import is added: all, or those of cells by `cellKey`; the others are replaced. */
  readonly addTo?: 'all' | ReadonlyMap<string, ReadonlySet<number>>;
  /** Values of the import's days that would be held are accepted. */
  readonly accept?: boolean;
  /** Where its rows come from; nowhere unless told. */
  readonly source?: BatchSource;
  /** Day number of today. */
  readonly today?: number;
  /**
   * Whether rows that are there may get other figures; they may unless told. Where not, and the import is not added to
   * them, it is refused.
   */
  readonly mayReplace?: boolean;
  /** What the audit log says of it. */
  readonly deed: (summary: ImportSummary) => Deed;
  /** The columns that the import has, of those that it may lack; all unless told. */
  readonly columns?: readonly OptionalColumn[];
  /** The covariates that the import has; those of its tickets unless told. */
  readonly covariates?: readonly string[];
}

/** What an import of market prices, costs or stock was. */
export interface PriceImportSummary {
  /** Of the batch that it is now; null of a dry run. */
  readonly importId: string | null;
  readonly accepted: number;
  /**
   * Prices that replaced one of the same name and day in the store, `unchanged` among them; of stock rows of a
   * cell and day that had been counted before.
   */
  readonly replaced: number;
  /** Those that were the same. */
  readonly unchanged: number;
  /** Former names that the import says: its prices are found under their targets. */
  readonly renamed: readonly RenamedInFile[];
  /** Different products or product types. */
  readonly names: number;
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  /** Of costs, the merchant whose they all are; null where they are several's or everyone's. */
  readonly onlyMerchant: string | null;
  /** Days of a name for which the import has several values that differ. */
  readonly differing: number;
  /** Values of the import that are far off those around them, or are nothing (rules/extremes.ts). */
  readonly far: { readonly count: number; readonly values: readonly FarPrice[] };
}

/** A cost or a market price that stands alone; an import names the first hundred. */
export interface FarPrice {
  /** Whose cost; null: everyone's. */
  readonly merchant: string | null;
  /** A product, or a product type. */
  readonly name: string;
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly value: number;
  /** What is usual about it; null for a cost of nothing. */
  readonly usual: number | null;
}

/** The market price of a day, in currency per unit. */
export interface MarketPriceRow {
  /** A product or a product type. */
  readonly name: string;
  readonly day: number;
  readonly price: number;
}
/** What a unit cost on a day and from then on, in currency. */
export interface CostRow {
  /** Null: everyone's. */
  readonly merchant: string | null;
  readonly product: string;
  readonly day: number;
  readonly cost: number;
}

/** What an import of costs or market prices is told when it is taken over. */
export interface PriceCommit {
  /** Everything is done, counted and undone. */
  readonly dryRun: boolean;
  /** Where its rows come from; nowhere unless told. */
  readonly source?: BatchSource;
  /** Whether values that are there may become others; they may unless told. Where not, the import is refused. */
  readonly mayReplace?: boolean;
  /** What the audit log says of it. */
  readonly deed: (summary: PriceImportSummary) => Deed;
}

/** Rows that an import of each kind of file takes. */
interface ImportRows {
  readonly sales: SaleTicket;
  readonly market: MarketPriceRow;
  readonly costs: CostRow;
  readonly stock: StockRow;
  readonly competitors: CompetitorRow;
}

/** What the import of each kind of file takes, is told and gives back; what is no sale is dated prices, or counts. */
export type ImportShapes = {
  readonly [K in ImportKind]: K extends 'sales'
    ? { readonly row: SaleTicket; readonly commit: SalesCommit; readonly summary: ImportSummary }
    : {
        readonly row: K extends keyof ImportRows ? ImportRows[K] : never;
        readonly commit: PriceCommit;
        readonly summary: PriceImportSummary;
      };
};

/**
 * One import under way: rows are gathered apart, and nothing is visible before `commit`. Any number of imports may be
 * open on one store. After `commit` or `abort` the import has ended: `add` and `commit` reject with IMPORT_ENDED,
 * `abort`
 * does nothing. A commit that failed may be tried again. Calls of one import are made one after the other.
 */
export interface Import<K extends ImportKind> {
  /** @throws DemandaError IMPORT_ENDED */
  add(rows: readonly ImportShapes[K]['row'][]): Promise<void>;
  /**
   * Writes all rows and the audit entry, all or nothing. With `dryRun` counts and writes nothing.
   *
   * Sales: tickets of one cell and day are added up (rules/merge-tickets.ts). A row that is there already takes the
   * columns and covariates that the import has, empty cells too, and keeps the others. Of several market prices of one
   * name and day their mean enters, of several costs the last.
   *
   * @throws DemandaError IMPORT_ENDED, and where it may not replace what it contradicts (rules/import-batches.ts)
   * IMPORT_DAYS_THERE, of costs and market prices IMPORT_PRICES_THERE
   */
  commit(options: ImportShapes[K]['commit']): Promise<ImportShapes[K]['summary']>;
  /** What a commit would do, or refuse; nothing is written and the import stays open. */
  tryOut(options: ImportShapes[K]['commit']): Promise<ImportShapes[K]['summary']>;
  abort(): Promise<void>;
}

/** How many rows a cell has in each month (YYYY-MM). */
export interface CellCoverage extends CellName {
  readonly unit: string;
  readonly frequency: Frequency;
  readonly months: readonly { readonly month: string; readonly rows: number; readonly soldOut: number }[];
}

/** Of held values; all where it says nothing. */
export interface HeldChoice {
  readonly merchant?: string;
  readonly product?: string;
  /** Days since 1970-01-01. */
  readonly day?: number;
  readonly column?: HeldColumn;
}

export interface SaleStore {
  beginImport<K extends ImportKind>(kind: K): Promise<Import<K>>;
  /**
   * Rows of a cell in order of date without what is held (rules/held-values.ts), with rows of zero for the periods
   * without a sale (rules/unsold-periods.ts); what a
   * row does not know is NaN. Where a row has no cost or market price, the
   * newest by that day is carried into it: of costs the merchant's own before everyone's, of market prices those of the
   * product, or of its type where the product has none. Null when there is no such cell.
   */
  read(cell: CellName): Promise<CellSeries | null>;
  /**
   * Every cell's rows as `read` gives them, in order of merchant and product; one cell is held at a time. Others may
   * write meanwhile, the caller too.
   */
  stream(filter: CellFilter): AsyncIterable<CellSeries>;
  /**
   * The market price of a product or product type on each day, the last one known by then; NaN before the first.
   *
   * @param days since 1970-01-01, ascending
   */
  marketPricesOn(name: string, days: Int32Array): Promise<Float64Array>;
  /** Market prices as they were imported: by name, of each the newest first. @param name only of this one; null: all */
  marketPrices(name: string | null, page: PageAsked): Promise<Page<MarketPriceRow>>;
  /** Values that are held, in order of merchant, product, day and column. */
  held(choice: HeldChoice, page: PageAsked): Promise<Page<CellHeldValue>>;
  /** Accepts values that are held, and writes the audit entry; how many they were. */
  accept(choice: HeldChoice, deed: (count: number) => Deed): Promise<number>;
  /** Months of the cells with sales, in order of merchant and product. */
  coverage(choice: CellFilter, page: PageAsked): Promise<Page<CellCoverage>>;
}
