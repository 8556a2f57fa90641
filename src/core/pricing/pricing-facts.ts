/** What a cell's rows say about its prices and costs, for the reasons beside a recommendation. */

import { priceVariation } from '../demand/diagnostics.ts';
import type { DemandModel } from '../demand/fit-demand.ts';
import type { CellSeries } from '../series/cell-series.ts';
import type { PricingFacts } from './reasons.ts';

/**
 * Facts of a cell on a day. @param ownElasticity from its own rows without the market (estimateEffects); null when they
 * tell none
 */
export function pricingFacts(
  series: CellSeries,
  model: DemandModel,
  asOfDay: number,
  ownElasticity: { readonly value: number; readonly variance: number } | null,
): PricingFacts {
  const variation = priceVariation(series);
  const cost = lastKnown(series.cost, series.days);
  const waste = lastKnown(series.waste, series.days);
  const market = lastKnown(series.marketPrice, series.days);
  const price = lastKnown(series.price, series.days);
  const newest = { price, cost, waste };
  return {
    todayPrice: model.todayPrice,
    triedRange: model.triedRange,
    cost: cost?.value ?? null,
    costAgeDays: cost ? asOfDay - cost.day : null,
    wasteShare: waste?.value ?? 0,
    marketPrice: market?.value ?? null,
    ownRows: series.days.length,
    distinctPrices: variation?.levels ?? 0,
    priceVariation: variation?.coefficientOfVariation ?? 0,
    ownElasticity: ownElasticity && { value: ownElasticity.value, standardError: Math.sqrt(ownElasticity.variance) },
    promoShareOfVariation: variation?.promoShare ?? 0,
    simpleForecastWins: model.crossValidated.simpleForecastWins,
    converged: model.converged,
    newestHeld: (series.held ?? []).some(
      ({ column, day }) => column !== 'quantity' && day > (newest[column]?.day ?? Number.NEGATIVE_INFINITY),
    ),
  };
}

function lastKnown(values: Float64Array, days: Int32Array): { value: number; day: number } | null {
  for (let i = values.length - 1; i >= 0; i--) if (!Number.isNaN(values[i])) return { value: values[i], day: days[i] };
  return null;
}
