/** What a cell was last sold at, and since when. */

/** Prices within this share of one another are one: a day's price is the mean of its tickets. */
export const ONE_PRICE = 0.005;
/** A row counts as a promotion from this share of discounted sales on. */
export const PROMOTION_SHARE = 0.5;

export interface LastPrice {
  /** Currency per unit. */
  readonly price: number;
  /** First day, since 1970-01-01, from which on nothing was sold at another price. */
  readonly since: number;
}

/** Rows of a cell in order of day, as columns. */
interface PricedRows {
  readonly days: readonly number[];
  readonly quantity: readonly number[];
  /** Null: no row has one. */
  readonly price: readonly (number | null)[] | null;
  readonly promo: readonly (number | null)[] | null;
}

/**
 * The price of the newest row that sold, promotions apart. @param isHeld whether a day's price is held
 *
 * @returns null where no row has one
 */
export function lastPrice(
  { days, quantity, price, promo }: PricedRows,
  isHeld: (day: number) => boolean,
): LastPrice | null {
  const tells = (i: number): boolean =>
    (price?.[i] ?? 0) > 0 &&
    (quantity[i] as number) > 0 &&
    (promo?.[i] ?? 0) < PROMOTION_SHARE &&
    !isHeld(days[i] as number);
  const told = days.map((_, i) => i).filter(tells);
  const newest = told.at(-1);
  if (newest === undefined || price === null) return null;
  const paid = price[newest] as number;
  const other = told.findLastIndex((i) => Math.abs((price[i] as number) - paid) > ONE_PRICE * paid);
  return { price: paid, since: days[told[other + 1] as number] as number };
}
