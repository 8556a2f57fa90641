/** What a trained model of a cell is made of. */

import type { Component, LevelColumns } from '../regression/component.ts';
import type { Holiday } from '../series/cell-series.ts';
import type { Frequency, SimpleForecast } from '../vocabulary.ts';
import type { CrossValidated } from './cross-validated-figures.ts';
import type { Disturbances } from './disturbances.ts';
import type { WeightedShape } from './price-shape.ts';
import type { PriceSlope } from './price-slope.ts';
import type { TreesPart } from './trees-part.ts';
import type { Upkeep } from './upkeep.ts';

/** A simple forecast inside a model, whatever the price. */
export interface SimplePart {
  readonly name: SimpleForecast;
  readonly weight: number;
  /** Expected demand of a period by weekday of its date, 0 = Monday; the mean over a year where {@link byPeriod} is. */
  readonly byWeekday: readonly number[];
  /**
   * Expected demand of every period of the year after the last row, ascending by day, where the season tells them
   * apart.
   */
  readonly byPeriod?: readonly { readonly day: number; readonly quantity: number }[];
}

/** A component with its two weights: in forecasts, and in what is said of the price effect. */
export interface WeightedComponent extends Component {
  readonly weight: number;
  readonly priceWeight: number;
  /** Coefficient of the price as it is believed (see priceSlope); missing of models of earlier versions. */
  readonly slope?: PriceSlope;
  /** Missing of models of earlier versions. */
  readonly levelColumns?: LevelColumns;
}

/** A trained demand model of one cell: plain JSON, no code. */
export interface DemandModel {
  readonly schema: 1;
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
  readonly unit: string;
  readonly frequency: Frequency;
  readonly ownRows: number;
  /** Stochastic steps that trained it; 0 for the exact solver. */
  readonly iterations: number;
  /** Days since 1970-01-01. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** Lowest and highest price ever charged. */
  readonly triedRange: readonly [number, number];
  /** Last price without promotion. */
  readonly todayPrice: number;
  readonly components: readonly WeightedComponent[];
  /** Shapes of the price term, averaged over in curves and recommendations; weights add to 1. */
  readonly shapes: readonly WeightedShape[];
  readonly simple: readonly SimplePart[];
  /** Missing where trees of all cells do not count, and of models of earlier versions. */
  readonly trees?: TreesPart;
  /** Holidays from a month before the last row on: what forecasts need. */
  readonly calendar: readonly Holiday[];
  readonly crossValidated: CrossValidated;
  /** Posterior mean elasticity at today's price, averaged over components, with a 90 % interval. */
  readonly elasticity: { readonly value: number; readonly low: number; readonly high: number };
  /**
   * Variance that the log of the level gains a period (see levelDrift); missing of models of earlier versions and where
   * it is 0.
   */
  readonly levelDrift?: number;
  /** What moves demand beside the model; missing of models of earlier versions and of those of hardly any row. */
  readonly disturbances?: Disturbances;
  /**
   * Column whose control function guards the price effect; null where none was asked for or the cell does not have it.
   */
  readonly instrument: string | null;
  /**
   * The prices of its market were found to follow demand, so that no change of price is recommended by this model's
   * elasticity; missing where they were not, and of models with an instrument.
   */
  readonly pricesFollow?: true;
  /**
   * Every component's solver arrived (see {@link Component}); a model of which this is false recommends no change of
   * price.
   */
  readonly converged: boolean;
  /** Missing of models of earlier versions, of iterations, and of cells without sales: they are trained in full. */
  readonly upkeep?: Upkeep;
}

/** What is believed of a component's price coefficient: its elasticity at the reference price. */
export function slopeOf(component: WeightedComponent): PriceSlope {
  return (
    component.slope ?? {
      value: component.coefficients[1],
      variance: component.covariance[component.plan.columns.length + 1],
    }
  );
}
