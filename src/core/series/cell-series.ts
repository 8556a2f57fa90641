/** A cell's sale rows as columns: the one shape that goes from the store through worker threads into the arithmetic. */

import type { Frequency, HeldColumn, HeldReason } from '../vocabulary.ts';
import type { DatedCompetitorPrice } from './competitor-prices.ts';

export interface Covariate {
  readonly name: string;
  /** true when its future values are known ahead (events, school holidays): a backtest may show them to the model. */
  readonly knownAhead: boolean;
  /** Length n; NaN where missing. */
  readonly values: Float64Array;
}

/** A value that is left out until somebody accepts it. */
export interface HeldValue {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly column: HeldColumn;
  readonly value: number;
  /** What the values around it are at the median; null where none tell. */
  readonly usual: number | null;
  readonly reason: HeldReason;
}

/** What tests of a cell planned, by row; NaN on days without one. */
export interface TestRows {
  /** The price that was drawn, > 0. */
  readonly price: Float64Array;
  /** The price that the test departs from, > 0. */
  readonly base: Float64Array;
}

/**
 * One merchant x product, rows in ascending date order, one row a date. A day without a row is a day without trading.
 * All columns have length n. NaN means "not given" in the columns that say so.
 */
export interface CellSeries {
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
  /** Unit of quantity, e.g. "kg"; prices and costs are currency per this unit. */
  readonly unit: string;
  readonly frequency: Frequency;
  /** Days since 1970-01-01, strictly ascending. */
  readonly days: Int32Array;
  /** Quantity sold, >= 0, in `unit`. */
  readonly quantity: Float64Array;
  /** Unit price > 0; NaN where the file had none (quantity 0): carried forward by the design. */
  readonly price: Float64Array;
  /** Unit cost; NaN where not given. */
  readonly cost: Float64Array;
  /** Promotion flag or share, 0-1; NaN where not given. */
  readonly promo: Float64Array;
  /** 1 where the product sold out: demand is then at least `quantity`. */
  readonly soldOut: Uint8Array;
  /**
   * Demand of every row: what was sold, but for rows that sold out what they would have sold, as its expectation and as
   * a draw (see uncensoredSeries). Worked out while a model is fitted; a series that is handed in needs none.
   */
  readonly demand?: { readonly expected: Float64Array; readonly drawn: Float64Array };
  /** Waste share, 0-1; NaN where not given. */
  readonly waste: Float64Array;
  /** Market reference price; NaN where not given. */
  readonly marketPrice: Float64Array;
  readonly covariates: readonly Covariate[];
  /** Competitors' prices, in order of competitor and day; absent where none is known. */
  readonly competitors?: readonly DatedCompetitorPrice[];
  /** Prices that tests planned; absent where there was none. */
  readonly test?: TestRows;
  /**
   * What is left out: days whose quantity is held have no row, other held values are not given. Absent where nothing
   * is.
   */
  readonly held?: readonly HeldValue[];
}

/** Holidays of one country, passed in from outside core (core has no calendar data). */
export interface Holiday {
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Stable name across years, so that moving feasts line up. */
  readonly name: string;
  /** Length of the feast in days (1 for most; 7 for a Chinese New Year). */
  readonly lengthDays: number;
  /**
   * `observance`: a day like others for most (Mother's Day, the day before Christmas), which has no part in the effects
   * that all holidays share. Missing: a public holiday.
   */
  readonly kind?: 'observance';
}

/** Whether two lists are of the same holidays; a caller may have changed a list since it was seen. */
export function areSameHolidays(one: readonly Holiday[], other: readonly Holiday[]): boolean {
  return one.length === other.length && one.every((holiday, i) => holiday === other[i]);
}

/** Future rows to predict: what is known of them before they happen. */
export interface PlannedRows {
  readonly days: Int32Array;
  /** Planned unit price of each row, > 0. */
  readonly price: Float64Array;
  /** Planned promotion, 0-1. */
  readonly promo: Float64Array;
  /** Market price; NaN carries the last known one forward. */
  readonly marketPrice: Float64Array;
  /** Values of covariates known ahead, by name; absent ones carry their last value forward. */
  readonly covariates: Readonly<Record<string, Float64Array>>;
}
