/** What a training forecasts of the rows that a fold holds out, and how far off that is. */

import type { FoldOrigin } from '../demand/cross-validation.ts';
import { choiceDeviance } from '../regression/deviance.ts';
import { lastLevel } from '../regression/footing.ts';
import { forecastLevel } from '../regression/level-filter.ts';
import { linearMean, type Regression, regressionMean } from '../regression/plan.ts';
import type { CellSeries, Holiday, PlannedRows } from '../series/cell-series.ts';
import { buildDesign, exposureOf, filledPrices, futureRows } from '../series/design.ts';
import { PERIOD_DAYS } from '../series/periods.ts';
import { plannedRows } from '../series/rows.ts';

/** Rows that a fold holds out. */
export interface HeldOutRows {
  readonly planned: PlannedRows;
  /** See HeldOut. */
  readonly actual: Float64Array;
}

/** Of each fold. */
export function heldOutRows(series: CellSeries, origins: readonly FoldOrigin[]): HeldOutRows[] {
  const price = filledPrices(series.price, series.days.length);
  return origins.map(({ trainingRows, endRow }) => ({
    planned: plannedRows(series, trainingRows, endRow, price),
    actual: (series.demand?.drawn ?? series.quantity).slice(trainingRows, endRow),
  }));
}

/** A regression with the rows that its fold holds out. */
export class HeldOutFold {
  readonly heldOut: HeldOutRows;
  private readonly regression: Regression;
  private readonly design: Float64Array;

  constructor(regression: Regression, heldOut: HeldOutRows, holidays: readonly Holiday[]) {
    this.regression = regression;
    this.heldOut = heldOut;
    this.design = buildDesign(regression.plan, futureRows(heldOut.planned), holidays);
  }

  /** Expected demand of the held-out rows by coefficients, in the cell's unit. */
  forecast(coefficients: ArrayLike<number>): Float64Array {
    const { plan, spec, meanQuantity } = this.regression;
    const { days } = this.heldOut.planned;
    const level = lastLevel(this.regression, regressionMean(this.regression, coefficients));
    const mean = linearMean(this.design, coefficients, days.length);
    return mean.map((m, i) => {
      const ahead = Math.max(0, (days[i] - plan.lastDay) / PERIOD_DAYS[plan.frequency]);
      return m * forecastLevel(level, ahead, spec.reversion) * meanQuantity * exposureOf(plan, days[i]);
    });
  }

  /** Summed deviance of the held-out rows, in units of the training mean. */
  deviance(forecast: Float64Array): number {
    const { actual } = this.heldOut;
    const unit = this.regression.meanQuantity;
    let sum = 0;
    for (let i = 0; i < actual.length; i++) {
      const y = actual[i] / unit;
      const f = forecast[i] / unit;
      sum += choiceDeviance(y, f);
    }
    return sum;
  }
}
