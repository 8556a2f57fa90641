/** Competitors' prices as they were seen. */

import type { CellName } from '../cell-name.ts';

/** A price that a competitor asked for a product on a day. */
export interface CompetitorRow {
  /** Whose competitor it is; null: every merchant's. */
  readonly merchant: string | null;
  /** As it is called here. */
  readonly product: string;
  readonly competitor: string;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Currency per unit of the product, > 0. */
  readonly price: number;
  /** Whether it was an offer. */
  readonly promo: boolean;
  /** What the competitor calls the product, where that is another name; null: the same. */
  readonly theirs: string | null;
}

/** A price that stands: of a competitor and day the newest. */
export interface CompetitorPrice extends Pick<CompetitorRow, 'competitor' | 'day' | 'price' | 'promo'> {}

/** A product of a competitor, and which of the own it was told to be. */
export interface CompetitorNaming extends Pick<CompetitorRow, 'competitor' | 'product'> {
  readonly theirs: string;
}

/** Of what there are prices. */
export interface CompetitorProduct extends Pick<CompetitorRow, 'merchant' | 'product'> {
  readonly prices: number;
}

/**
 * Prices come by imports (`sales.beginImport('competitors')`): of one competitor, product and day the newest import
 * counts, of one import the last row, and a merchant's own before everyone's. Earlier ones are kept, and stand again
 * where the import is taken back. They follow the names of products and merchants.
 */
export interface CompetitorStore {
  /** In order of competitor and day. */
  of(cell: CellName): Promise<readonly CompetitorPrice[]>;
  /** Of each competitor's product the newest, in order of competitor and name. */
  namings(): Promise<readonly CompetitorNaming[]>;
  /** In order of product and merchant. */
  products(): Promise<readonly CompetitorProduct[]>;
}
