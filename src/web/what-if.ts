/** What another price would bring, computed in the browser by the model itself. */

import type { CellView } from '../contract/documents.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { type DemandCurveDraws, demandCurveDraws } from '../core/demand/predict.ts';
import { type PriceOutlook, priceOutlook } from '../core/pricing/gains.ts';

/** As many as the server draws: both tell the same numbers. */
const DRAWS = 1_000;
const GRID = 81;

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

export function askWhatIf(curve: DemandCurveDraws, price: number, { recommendation }: CellView): PriceOutlook {
  const costAssumed = recommendation.assumptions.some(({ code }) => code === 'UNIT_COST');
  return priceOutlook(curve, price, recommendation.current.price, recommendation.unitCost, costAssumed);
}
