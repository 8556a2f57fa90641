/**
 * What a price of somebody's own would bring: by the model, the days and the draws of the recommendation that it takes
 * the place of.
 */

import type { PriceFigures, Recommendation } from '../contract/documents.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { demandCurveDraws } from '../core/demand/predict.ts';
import { priceOutlook } from '../core/pricing/gains.ts';
import {
  applyGuardrails,
  type GuardrailConflict,
  type GuardrailFacts,
  type GuardrailSettings,
  type GuardrailStep,
} from '../core/pricing/guardrails.ts';
import { CURVE_DRAWS } from '../core/pricing/recommend-price.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { keptSpan, plannedRows } from './planned-rows.ts';

export interface PricedCell {
  readonly series: CellSeries;
  readonly model: DemandModel;
  /** Prices that the recommendation was sought among, ascending. */
  readonly grid: Float64Array;
  readonly guardrails: GuardrailSettings;
  readonly triedRange: readonly [number, number] | null;
  readonly marketPrice: number | null;
  /** Fresh prices of competitors; absent without any. */
  readonly competitors?: GuardrailFacts['competitors'];
}

/**
 * @param price currency per unit, > 0; the grid is widened to reach it @returns null where the price is so far off that
 * the model gives no number
 */
export function figuresOfPrice(price: number, recommendation: Recommendation, cell: PricedCell): PriceFigures | null {
  const { unitCost, current } = recommendation;
  const { series, model, grid, guardrails, triedRange, marketPrice, competitors } = cell;
  const planned = plannedRows(series, keptSpan(series, model, recommendation), model.todayPrice);
  const below = price < grid[0] ? [price] : [];
  const above = price > (grid.at(-1) as number) ? [price] : [];
  const curve = demandCurveDraws(model, planned, Float64Array.from([...below, ...grid, ...above]), CURVE_DRAWS, 1);
  const costAssumed = recommendation.assumptions.some(({ code }) => code === 'UNIT_COST');
  const { demand, profit, gain, probabilityBetter } = priceOutlook(curve, price, current.price, unitCost, costAssumed);
  if (![demand, profit, gain].every(({ value, low, high }) => [value, low, high].every(Number.isFinite))) return null;
  const { steps, conflict } = applyGuardrails(price, guardrails, {
    unitCost,
    todayPrice: current.price,
    triedRange,
    marketPrice,
    ...(competitors !== undefined && { competitors }),
  });
  return {
    expectedDemand: demand,
    expectedProfit: profit,
    gain,
    probabilityBetter,
    guardrails: conflict ? stepsAgainst(price, conflict) : steps,
  };
}

/** Of two rules that leave no price, what those that a price breaks would have made of it. */
function stepsAgainst(price: number, { atLeast, atMost }: GuardrailConflict): GuardrailStep[] {
  const broken = [...(price < atLeast.price ? [atLeast] : []), ...(price > atMost.price ? [atMost] : [])];
  return broken.map(({ price: after, ...named }) => ({ ...named, before: price, after }));
}
