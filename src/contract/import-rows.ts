/** Validated rows on their way from files to the store. */

/** One line of a sales file, checked. Several of one cell and day are added up by the store. */
export interface SaleTicket {
  readonly merchant: string;
  readonly product: string;
  readonly productType: string | null;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** ≥ 0, in the product's unit. */
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
