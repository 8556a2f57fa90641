/** What a price change brought: the profit earned since, against what the model expected at that price and without the change. */

import type { DemandModel } from '../demand/fit-demand.ts';
import { demandCurveDraws, predictDemand, type ScorePool } from '../demand/predict.ts';
import { RandomStream } from '../math/random.ts';
import type { CellSeries, PlannedRows } from '../series/cell-series.ts';
import { demandDraws, type Span, span } from './recommend-price.ts';

export type OutcomeVerdict = 'too early' | 'not applied' | 'better' | 'worse' | 'inconclusive';

export interface ChangeOutcome {
  /** Days with sales and a price since the change. */
  readonly days: number;
  /** Mean price since, by quantity; null before the first sale. */
  readonly priceCharged: number | null;
  /** Profit over those days at the price charged, as the model foresaw it. */
  readonly expected: Span | null;
  readonly actual: number | null;
  /** Profit over those days at the price before, as the model sees it. */
  readonly withoutChange: Span | null;
  readonly gain: Span | null;
  readonly verdict: OutcomeVerdict;
}

/** One whole week, so that every weekday is in. */
const FEWEST_DAYS = 7;
/** A change is looked at for a quarter; beyond it other things have changed too. */
const MOST_DAYS = 90;
const DRAWS = 1_000;
/** Standard deviations on either side of a 90 % interval. */
const Z90 = 1.6449;
const PRICE_STEPS = 41;

/**
 * Actual profit less the model's profit at the price before: posterior draws of the demand curve, with the noise of single days added as independent
 * normals of the width of the forecast's 90 % intervals. Better or worse only when the 90 % interval of the gain leaves out 0.
 *
 * @param model the one that the recommendation was made with: it knows nothing of the days since; @param fromDay first day at the new price
 * @param unitCost after waste, currency per unit, as the recommendation took it
 */
export function changeOutcome(
  series: CellSeries,
  model: DemandModel,
  pool: ScorePool | null,
  { fromDay, priceBefore, price, unitCost }: { readonly fromDay: number; readonly priceBefore: number; readonly price: number; readonly unitCost: number },
): ChangeOutcome {
  const rows = Array.from(series.days.keys()).filter((i) => {
    const day = series.days[i] as number;
    return day >= fromDay && day < fromDay + MOST_DAYS && (series.price[i] as number) > 0;
  });
  let quantity = 0;
  let revenue = 0;
  for (const i of rows) {
    quantity += series.quantity[i] as number;
    revenue += (series.quantity[i] as number) * (series.price[i] as number);
  }
  const priceCharged = quantity > 0 ? revenue / quantity : null;
  const nothing = { days: rows.length, priceCharged, expected: null, actual: null, withoutChange: null, gain: null };
  if (priceCharged === null || rows.length < FEWEST_DAYS) return { ...nothing, verdict: 'too early' };
  const planned: PlannedRows = {
    days: Int32Array.from(rows, (i) => series.days[i] as number),
    price: new Float64Array(rows.length).fill(model.todayPrice),
    promo: Float64Array.from(rows, (i) => series.promo[i] || 0),
    marketPrice: Float64Array.from(rows, (i) => series.marketPrice[i] as number),
    covariates: Object.fromEntries(series.covariates.map(({ name, values }) => [name, Float64Array.from(rows, (i) => values[i] as number)])),
  };
  const [low, high] = [Math.min(priceBefore, priceCharged, price) * 0.9, Math.max(priceBefore, priceCharged, price) * 1.1];
  const prices = Float64Array.from({ length: PRICE_STEPS }, (_, i) => low * (high / low) ** (i / (PRICE_STEPS - 1)));
  const curve = demandCurveDraws(model, planned, prices, DRAWS, 1);
  const forecast = predictDemand(model, planned, pool);
  let variance = 0;
  forecast.demand.forEach((_, i) => {
    variance += (((forecast.high[i] as number) - (forecast.demand[i] as number)) / Z90) ** 2;
  });
  const noise = Math.sqrt(variance);
  const profitAt = (at: number, seed: number): Float64Array => {
    const random = new RandomStream(seed, 0x6f757463);
    return demandDraws(curve, at).map((demand) => (at - unitCost) * Math.max(0, demand + noise * random.normal()));
  };
  const actual = revenue - unitCost * quantity;
  const without = profitAt(priceBefore, 1);
  const gain = span(without.map((profit) => actual - profit));
  const figures = { days: rows.length, priceCharged, actual, expected: span(profitAt(priceCharged, 2)), withoutChange: span(without), gain };
  if (Math.abs(priceCharged - price) > Math.abs(priceCharged - priceBefore)) return { ...figures, verdict: 'not applied' };
  return { ...figures, verdict: gain.low > 0 ? 'better' : gain.high < 0 ? 'worse' : 'inconclusive' };
}
