/** What another price would bring, computed in the browser by the model itself. */

import type { CellView, Interval } from '../contract/documents.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { type DemandCurveDraws, demandCurveDraws } from '../core/demand/predict.ts';
import { demandDraws, span } from '../core/pricing/recommend-price.ts';

/** As many as the server draws: both tell the same numbers. */
const DRAWS = 1_000;
const GRID = 81;

export interface WhatIf {
  readonly demand: Interval;
  readonly profit: Interval;
  /** Profit more than at today's price. */
  readonly gain: Interval;
  /** Share of draws in which this price earns more than today's; null at today's price. */
  readonly probabilityBetter: number | null;
}

/** Draws the demand curve of the days that the page forecasts, over the prices that its pictures show. */
export function curveOf(model: DemandModel, view: CellView): DemandCurveDraws {
  const days = view.forecast.map(({ date }) => Date.parse(`${date}T00:00:00Z`) / 86_400_000);
  const [low, high] = priceRange(view);
  const prices = Float64Array.from({ length: GRID }, (_, i) => low * (high / low) ** (i / (GRID - 1)));
  return demandCurveDraws(
    model,
    {
      days: Int32Array.from(days),
      price: new Float64Array(days.length).fill(view.recommendation.current.price),
      promo: new Float64Array(days.length),
      marketPrice: new Float64Array(days.length).fill(Number.NaN),
      covariates: {},
    },
    prices,
    DRAWS,
    1,
  );
}

/** Lowest and highest price of the page's curves. */
export function priceRange(view: CellView): readonly [number, number] {
  const { curve } = view.show;
  return [(curve[0] as { price: number }).price, (curve.at(-1) as { price: number }).price];
}

export function askWhatIf(curve: DemandCurveDraws, price: number, view: CellView): WhatIf {
  const { unitCost, current } = view.recommendation;
  const demand = demandDraws(curve, price);
  const profit = demand.map((q) => (price - unitCost) * q);
  const today = demandDraws(curve, current.price).map((q) => (current.price - unitCost) * q);
  const gains = profit.map((p, d) => p - (today[d] as number));
  const better = gains.reduce((count, gain) => count + (gain > 0 ? 1 : 0), 0);
  return {
    demand: span(demand),
    profit: span(profit),
    gain: span(gains),
    probabilityBetter: Math.abs(price - current.price) < 0.005 ? null : better / gains.length,
  };
}
