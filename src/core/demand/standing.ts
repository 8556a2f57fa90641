/** Where a cell's components and weights stand after some of its rows: what a model is brought up to date from. */

import type { Component, MeanFit } from '../regression/component.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { sameColumns } from '../series/design.ts';
import { rowsUpTo } from '../series/rows.ts';
import type { SimpleForecast } from '../vocabulary.ts';
import type { CrossValidated } from './cross-validated-figures.ts';
import type { DemandModel } from './demand-model.ts';
import type { PriceSlope } from './price-slope.ts';
import type { TreesPart } from './trees-part.ts';
import type { Basis, BasisFit } from './upkeep.ts';

/** A component as it is fitted on from. */
export interface StandingFit extends MeanFit {
  readonly weight: number;
  readonly priceWeight: number;
  readonly slope?: PriceSlope;
  /** That of the last training in full; null where its columns were others. */
  readonly covariance: Component['covariance'] | null;
}

/** After a number of rows; what stands there knows nothing of later ones. */
export interface Standing {
  /** Last day that levels and weights speak of: that of the last row, or a later one without a row. */
  readonly day: number;
  readonly rows: number;
  /** The same of coefficients and price slopes, at most `day`. */
  readonly fittedDay: number;
  readonly components: readonly StandingFit[];
  /** Simple forecasts that weigh something. */
  readonly simple: readonly { readonly name: SimpleForecast; readonly weight: number }[];
  /** What trees expect of the periods after `day`; null where they do not count or know no further. */
  readonly trees: TreesPart | null;
  readonly crossValidated: CrossValidated;
  /**
   * The cell with what those of the rows that sold out would have sold, by these components; null where that has not been
   * worked out.
   */
  readonly series: CellSeries | null;
}

/** What a model is brought up to date from; null where nothing was kept of it. */
export function basisOf(model: DemandModel): Basis | null {
  const { upkeep, components, trees, iterations, ownRows, lastDay } = model;
  if (!upkeep || iterations > 0 || ownRows === 0) return null;
  const { basis, figuresDay } = upkeep;
  if (basis) return basis.components.length === components.length ? basis : null;
  return figuresDay === lastDay ? { fittedDay: lastDay, components, ...(trees && { trees }) } : null;
}

/** A model as it stood on the day that its figures speak of. @param basis of its components on that day */
export function standingOf(
  model: DemandModel,
  { fittedDay, components: basis, trees }: Basis,
  sold: CellSeries,
): Standing {
  const { components, simple, crossValidated, upkeep, lastDay } = model;
  const day = upkeep?.figuresDay ?? lastDay;
  return {
    day,
    rows: rowsUpTo(sold, day),
    fittedDay,
    components: components.map(({ spec, plan, weight, priceWeight, covariance }, c) => {
      const before = keptOf(basis[c] as BasisFit);
      return { ...before, spec, weight, priceWeight, covariance: sameColumns(before.plan, plan) ? covariance : null };
    }),
    simple,
    trees: trees ?? null,
    crossValidated,
    series: null,
  };
}

/** What is kept of a standing to go on from. */
export function keptBasis({ fittedDay, components, trees }: Standing): Basis {
  return { fittedDay, components: components.map(keptOf), ...(trees && { trees }) };
}

function keptOf({ plan, coefficients, level, meanQuantity, dispersion, inverseSize, slope }: BasisFit): BasisFit {
  return { plan, coefficients, level, meanQuantity, dispersion, inverseSize, ...(slope && { slope }) };
}
