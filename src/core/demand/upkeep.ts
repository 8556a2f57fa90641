/** What a model is brought up to date from, when sales came in after it was trained. */

import type { MeanFit } from '../regression/component.ts';
import type { CellPrior } from '../regression/prior.ts';
import type { PriceSlope } from './price-slope.ts';
import type { TreesPart } from './trees-part.ts';

/** A component as it stood on some day. */
export interface BasisFit extends Omit<MeanFit, 'spec'> {
  readonly slope?: PriceSlope;
}

/** What the next whole fold is forecast by. */
export interface Basis {
  /** Last day of the rows that told coefficients and price slopes; levels go on from fold to fold. */
  readonly fittedDay: number;
  /** In the order of the model's. */
  readonly components: readonly BasisFit[];
  /** As they stood with the components; missing where they do not count. */
  readonly trees?: TreesPart;
}

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
  /** Last day of the rows that the cross-validated figures and the weights speak of. */
  readonly figuresDay: number;
  /**
   * The model's components as they stood on `figuresDay`: they know nothing of the rows after it, which the next fold
   * holds out. Missing where they are the model's own: it was fitted to the rows up to that day.
   */
  readonly basis?: Basis;
  /** Rows that the last training in full saw which was no better, so that its model did not take the place of this one. */
  readonly triedRows?: number;
}
