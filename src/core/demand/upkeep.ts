/** What a model is brought up to date from, when sales came in after it was trained. */

import type { CellPrior } from '../regression/prior.ts';

/** Kept with a model. */
export interface Upkeep {
  /** Checksum of the rows that the model was trained on: others ask for a training in full. */
  readonly rows: number;
  /** Which fit made it: another version of the program may fit otherwise. */
  readonly fit: string;
  /** What the market was known to say when the cell was trained in full. */
  readonly prior: CellPrior;
  /** Last day and number of the rows of the last training in full; days since 1970-01-01. */
  readonly fullDay: number;
  readonly fullRows: number;
  /** Warm updates since then. */
  readonly updates: number;
  /** Last day of the rows that the cross-validated figures speak of. */
  readonly figuresDay: number;
  /** Rows that the last training in full saw which was no better, so that its model did not take the place of this one. */
  readonly triedRows?: number;
}
