/**
 * What a price change brought: the profit earned since, against what the model expected at that price and without the
 * change.
 */

import type { DemandModel } from '../demand/fit-demand.ts';
import { demandCurveDraws, predictDemand, type ScorePool } from '../demand/predict.ts';
import { RandomStream } from '../math/random.ts';
import type { CellSeries, PlannedRows } from '../series/cell-series.ts';
import { gridOf, lengthDays } from '../series/periods.ts';
import type { OutcomeVerdict } from '../vocabulary.ts';
import { demandDraws, type Span, span } from './gains.ts';

export interface ChangeOutcome {
  /** Days of the rows with sales and a price since the change: 7 of a week, 28 to 31 of a month. */
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
 * Actual profit less the model's profit at the price before: posterior draws of the demand curve, with the noise of
 * single days added as independent normals of the width of the forecast's 90 % intervals. Better or worse only when the
 * 90 % interval of the gain leaves out 0.
 *
 * @param model the one that the recommendation was made with: it knows nothing of the days since; @param fromDay first
 * day at the new price
 * @param unitCost after waste, currency per unit, as the recommendation took it
 */
export function changeOutcome(
  series: CellSeries,
  model: DemandModel,
  pool: ScorePool | null,
  {
    fromDay,
    priceBefore,
    price,
    unitCost,
  }: { readonly fromDay: number; readonly priceBefore: number; readonly price: number; readonly unitCost: number },
): ChangeOutcome {
  const rows = Array.from(series.days.keys()).filter((i) => {
    const day = series.days[i];
    return day >= fromDay && day < fromDay + MOST_DAYS && series.price[i] > 0;
  });
  const grid = gridOf(series.frequency, series.days);
  const covered = rows.reduce((sum, i) => sum + lengthDays(grid, series.days[i]), 0);
  let quantity = 0;
  let revenue = 0;
  for (const i of rows) {
    quantity += series.quantity[i];
    revenue += series.quantity[i] * series.price[i];
  }
  const priceCharged = quantity > 0 ? revenue / quantity : null;
  const nothing = { days: covered, priceCharged, expected: null, actual: null, withoutChange: null, gain: null };
  if (priceCharged === null || covered < FEWEST_DAYS) return { ...nothing, verdict: 'too early' };
  const planned = plannedAt(series, rows, model.todayPrice);
  const [low, high] = [
    Math.min(priceBefore, priceCharged, price) * 0.9,
    Math.max(priceBefore, priceCharged, price) * 1.1,
  ];
  const prices = Float64Array.from({ length: PRICE_STEPS }, (_, i) => low * (high / low) ** (i / (PRICE_STEPS - 1)));
  const curve = demandCurveDraws(model, planned, prices, DRAWS, 1);
  const forecast = predictDemand(model, planned, pool);
  let variance = 0;
  forecast.demand.forEach((_, i) => {
    variance += ((forecast.high[i] - forecast.demand[i]) / Z90) ** 2;
  });
  const noise = Math.sqrt(variance);
  const profitAt = (at: number, seed: number): Float64Array => {
    const random = new RandomStream(seed, 0x6f757463);
    return demandDraws(curve, at).map((demand) => (at - unitCost) * Math.max(0, demand + noise * random.normal()));
  };
  const actual = revenue - unitCost * quantity;
  const without = profitAt(priceBefore, 1);
  const gain = span(without.map((profit) => actual - profit));
  const figures = {
    days: covered,
    priceCharged,
    actual,
    expected: span(profitAt(priceCharged, 2)),
    withoutChange: span(without),
    gain,
  };
  if (Math.abs(priceCharged - price) > Math.abs(priceCharged - priceBefore))
    return { ...figures, verdict: 'not applied' };
  return { ...figures, verdict: gain.low > 0 ? 'better' : gain.high < 0 ? 'worse' : 'inconclusive' };
}

/** Rows of a cell as planned rows at one price. */
function plannedAt(series: CellSeries, rows: readonly number[], price: number): PlannedRows {
  return {
    days: Int32Array.from(rows, (i) => series.days[i]),
    price: new Float64Array(rows.length).fill(price),
    promo: Float64Array.from(rows, (i) => series.promo[i] || 0),
    marketPrice: Float64Array.from(rows, (i) => series.marketPrice[i]),
    covariates: Object.fromEntries(
      series.covariates.map(({ name, values }) => [name, Float64Array.from(rows, (i) => values[i])]),
    ),
  };
}
