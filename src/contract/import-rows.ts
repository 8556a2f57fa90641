/** Validated rows on their way from files to the store. */

/** Columns that a file of sales may lack. */
export const OPTIONAL_COLUMNS = ['cost', 'promo', 'soldOut', 'waste', 'marketPrice'] as const;
export type OptionalColumn = (typeof OPTIONAL_COLUMNS)[number];

/** One line of a sales file, checked. Several of one cell and day are added up by the store. */
export interface SaleTicket {
  readonly merchant: string;
  readonly product: string;
  readonly productType: string | null;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** In the product's unit; below 0 where it came back. */
  readonly quantity: number;
  /** Currency per unit, > 0; null where none was given. */
  readonly price: number | null;
  readonly cost: number | null;
  /** Promotion, 0-1. */
  readonly promo: number | null;
  readonly soldOut: boolean;
  /** Waste share, 0-1. */
  readonly waste: number | null;
  readonly marketPrice: number | null;
  readonly covariates: Readonly<Record<string, number>> | null;
}
