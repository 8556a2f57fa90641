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
  const market = lastKnown(series.marketPrice, series.days);
  const price = lastKnown(series.price, series.days);
  const newest = { price, cost, waste: lastKnown(series.waste, series.days) };
  return {
    todayPrice: model.todayPrice,
    triedRange: model.triedRange,
    cost: cost?.value ?? null,
    costAgeDays: cost ? asOfDay - cost.day : null,
    wasteShare: usualWaste(series),
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

/** Rows after which a waste share counts half. */
const WASTE_HALF_LIFE = 28;

/**
 * Waste share of the recent rows, 0-1: their mean, a row counting half as much every 28 rows. A row that sold something
 * cannot have wasted all, so such a share is left out. 0 where none is known.
 */
function usualWaste({ waste, quantity }: Pick<CellSeries, 'waste' | 'quantity'>): number {
  let sum = 0;
  let weights = 0;
  for (let i = waste.length - 1, weight = 1; i >= 0; i--, weight *= 0.5 ** (1 / WASTE_HALF_LIFE)) {
    if (Number.isNaN(waste[i]) || (waste[i] >= 1 && quantity[i] > 0)) continue;
    sum += weight * waste[i];
    weights += weight;
  }
  return weights > 0 ? Math.min(1, sum / weights) : 0;
}
