/** New rows of a cell against the intervals that its model forecast for them. */

import type { DemandModel } from '../demand/demand-model.ts';
import { predictDemand, type ScorePool } from '../demand/predict.ts';
import { finiteOutcome } from '../outcome.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { filledPrices } from '../series/design.ts';
import { plannedRows, rowsUpTo } from '../series/rows.ts';

/** Where a row lay; the ends of an interval are inside it. */
export type IntervalSide = 'inside' | 'above' | 'below';

export interface JudgedRow {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly side: IntervalSide;
}

/**
 * Rows after the last that the model knows, each against the interval (of level INTERVAL_LEVEL of predict.ts) that
 * `predictDemand` gives for its day, so many days ahead of the model's last row.
 *
 * None of these rows is in the model's sample: its coefficients, its levels and its own scores come of rows up to
 * `model.lastDay` alone. What was known ahead is told to the forecast as it came: the price that was charged,
 * promotions and covariates known ahead, as in cross-validation; a forecast that was shown before for another price is
 * not what is judged. A model with few scores of its own widens its intervals by those that its type has when it is
 * asked, other cells' of the same days among them.
 *
 * Rows that sold out are left out, as nobody knows what they would have sold. Of rows that are left these are the ones
 * that sold less, so that a shop that sells out often has more rows below its intervals than it would have.
 *
 * @param pool what other cells of the model's type say; null: nothing
 * @returns in order of days; none where the cell has another rhythm by now than the model, or where the
 * forecast leaves the finite numbers, so that nothing was said
 */
export function judgedRows(model: DemandModel, series: CellSeries, pool: ScorePool | null): JudgedRow[] {
  const rows = series.days.length;
  const from = rowsUpTo(series, model.lastDay);
  if (from >= rows || series.frequency !== model.frequency) return [];
  const planned = plannedRows(series, from, rows, filledPrices(series.price, rows));
  const forecast = finiteOutcome(() => ({ ok: true, value: predictDemand(model, planned, pool) }));
  if (!forecast.ok) return [];
  const { low, high } = forecast.value;
  const judged: JudgedRow[] = [];
  for (let i = 0; i < rows - from; i++) {
    if (series.soldOut[from + i] === 1) continue;
    const sold = series.quantity[from + i];
    const side = sold < low[i] ? 'below' : sold > high[i] ? 'above' : 'inside';
    judged.push({ day: series.days[from + i], side });
  }
  return judged;
}
