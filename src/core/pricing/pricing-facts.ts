/** What a cell's rows say about its prices and costs, for the reasons beside a recommendation. */

import type { DemandModel } from '../demand/fit-demand.ts';
import type { CellSeries } from '../series/cell-series.ts';
import type { PricingFacts } from './recommend-price.ts';

/** Facts of a cell on a day. @param ownElasticity from its own rows without the market (estimateEffects); null when they tell none */
export function pricingFacts(
  series: CellSeries,
  model: DemandModel,
  asOfDay: number,
  ownElasticity: { readonly value: number; readonly variance: number } | null,
): PricingFacts {
  const prices: number[] = [];
  for (const p of series.price) if (p > 0) prices.push(p);
  const mean = prices.reduce((a, b) => a + b, 0) / prices.length;
  const variance = prices.reduce((a, p) => a + (p - mean) ** 2, 0) / prices.length;
  const cost = lastKnown(series.cost, series.days);
  const waste = lastKnown(series.waste, series.days);
  const market = lastKnown(series.marketPrice, series.days);
  return {
    todayPrice: model.todayPrice,
    triedRange: model.triedRange,
    cost: cost?.value ?? null,
    costAgeDays: cost ? asOfDay - cost.day : null,
    wasteShare: waste?.value ?? 0,
    marketPrice: market?.value ?? null,
    ownRows: series.days.length,
    // Cents tell prices apart: a weighted mean of tickets differs in the twelfth digit.
    distinctPrices: new Set(prices.map((p) => Math.round(p * 100))).size,
    priceVariation: Math.sqrt(variance) / mean,
    ownElasticity: ownElasticity && { value: ownElasticity.value, standardError: Math.sqrt(ownElasticity.variance) },
    promoShareOfVariation: promoShare(series),
    simpleForecastWins: model.crossValidated.simpleForecastWins,
    converged: model.converged,
  };
}

function lastKnown(values: Float64Array, days: Int32Array): { value: number; day: number } | null {
  for (let i = values.length - 1; i >= 0; i--) if (!Number.isNaN(values[i] as number)) return { value: values[i] as number, day: days[i] as number };
  return null;
}

/** R² of log price on the promotion column. */
function promoShare(series: CellSeries): number {
  let n = 0;
  let sx = 0;
  let sy = 0;
  let sxx = 0;
  let syy = 0;
  let sxy = 0;
  for (let i = 0; i < series.days.length; i++) {
    const p = series.price[i] as number;
    if (!(p > 0)) continue;
    const x = Number.isNaN(series.promo[i] as number) ? 0 : (series.promo[i] as number);
    const y = Math.log(p);
    n++;
    sx += x;
    sy += y;
    sxx += x * x;
    syy += y * y;
    sxy += x * y;
  }
  const vx = sxx / n - (sx / n) ** 2;
  const vy = syy / n - (sy / n) ** 2;
  const c = sxy / n - (sx / n) * (sy / n);
  // 1e-12: a column that is constant up to rounding explains nothing.
  return vx > 1e-12 && vy > 1e-12 ? (c * c) / (vx * vy) : 0;
}
