/** What a model is brought up to date from, when sales came in after it was trained. */

import type { MeanFit } from '../regression/component.ts';
import type { CellPrior } from '../regression/prior.ts';
import type { DemandModel } from './demand-model.ts';
import type { PriceSlope } from './price-slope.ts';

/** A component as the rows of some day left it. */
export interface Basis extends Omit<MeanFit, 'spec'> {
  readonly slope?: PriceSlope;
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
   * The model's components as the rows up to `figuresDay` left them, in their order: they know nothing of the rows
   * after it, which the next fold holds out. Missing where they are the model's own: no row came in after that day.
   */
  readonly basis?: readonly Basis[];
  /** Rows that the last training in full saw which was no better, so that its model did not take the place of this one. */
  readonly triedRows?: number;
}

/** What the components of a model are brought up to date from; null where nothing was kept of it. */
export function basisOf({
  upkeep,
  components,
  iterations,
  ownRows,
  lastDay,
}: DemandModel): readonly Basis[] | null {
  if (!upkeep || iterations > 0 || ownRows === 0) return null;
  if (upkeep.basis) return upkeep.basis.length === components.length ? upkeep.basis : null;
  return upkeep.figuresDay === lastDay ? components : null;
}
