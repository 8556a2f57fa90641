/** What rows of a file are read by, and as. */

import type { SaleTicket } from '../../contract/import-rows.ts';
import type { CompetitorRow } from '../../contract/store/competitors.ts';
import type { CostRow, MarketPriceRow } from '../../contract/store/sales.ts';
import type { StockRow } from '../../contract/store/stock.ts';
import type { Categories } from './categories.ts';
import type { Field } from './fields.ts';
import type { DecimalMark } from './number-column.ts';
import type { Unit } from './units.ts';

export interface RowOptions {
  readonly merchant: string | null;
  readonly product: string | null;
  readonly productType: string | null;
  /** Rows of any other merchant are refused. */
  readonly onlyMerchant: string | null;
  readonly formerMerchants: readonly string[];
  /** Day number of today: a sale cannot be later. */
  readonly today: number;
  readonly exponents: ReadonlySet<Field>;
  readonly covariates: readonly {
    readonly name: string;
    readonly index: number;
    readonly mark: DecimalMark;
    /** Of a column of words; null of numbers. */
    readonly categories: Categories | null;
  }[];
}

/** A competitor's price, before its product is known to be one of the own. */
export interface ReadCompetitorRow extends Omit<CompetitorRow, 'theirs'> {
  /** Which of the own it is, as the file says; null: it does not. */
  readonly own: string | null;
  /** What the price is per; null where the file does not tell. */
  readonly base: Unit['base'] | null;
}

export type FileRow = SaleTicket | MarketPriceRow | CostRow | StockRow | ReadCompetitorRow;

export interface RowNames {
  readonly merchant: string;
  readonly product: string;
  readonly productType: string | null;
}
