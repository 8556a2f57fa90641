/** Stock on hand as it was counted. */

import type { CellName } from '../cell-name.ts';

/** Units of a cell that go off together, as they were counted on a day. */
export interface StockRow extends CellName {
  /** On which they were counted: days since 1970-01-01. */
  readonly day: number;
  /** In the cell's unit, ≥ 0. */
  readonly quantity: number;
  /** Last day on which they can be sold; null: none is known. */
  readonly expiry: number | null;
  /** Day on which the next delivery can be sold; null: none is known. */
  readonly delivery: number | null;
}

/** The newest count of a cell. */
export interface StockCount {
  readonly day: number;
  /** What goes off first in front; what has no last day behind. */
  readonly batches: readonly Pick<StockRow, 'quantity' | 'expiry'>[];
  /** The first of those that its rows name. */
  readonly delivery: number | null;
}

/**
 * Counts come by imports (`sales.beginImport('stock')`): the rows of one cell and day in one import are one count, and
 * take the place of earlier days' and of the same day's by an earlier import. Earlier counts are kept, and stand again
 * where the import is taken back. They follow their cells' names.
 */
export interface StockStore {
  /** Null where nobody counted. */
  newest(cell: CellName): Promise<StockCount | null>;
}
