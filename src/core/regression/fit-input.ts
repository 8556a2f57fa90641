/** What a regression is built from. */

import type { CellSeries } from '../series/cell-series.ts';
import type { DesignOptions } from '../series/design.ts';
import type { Spec } from './hyper-parameters.ts';
import type { CellPrior } from './prior.ts';

export interface FitInput {
  readonly series: CellSeries;
  /** The first so many rows are fitted, ≥ 1; that one of them sold anything is the caller's to ensure. */
  readonly rows: number;
  readonly spec: Spec;
  readonly prior: CellPrior;
  readonly options: DesignOptions;
}

/**
 * Where the market's knowledge enters a fit: once, as rows simulated from it or as a Gaussian prior of
 * the coefficients.
 */
export interface SimulatedPrior {
  /** Total weight τ of the simulated rows, in equivalent own rows; ≥ 0. */
  readonly tau: number;
  /** Simulated rows of the exact solver's quasi-random set; ≥ 1. */
  readonly rows: number;
}
