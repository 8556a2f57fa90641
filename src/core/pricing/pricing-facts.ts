/** What a cell's rows say about its prices and costs, for the reasons beside a recommendation. */

import { priceVariation, twoStageEstimate } from '../demand/diagnostics.ts';
import { type EffectEstimate, standardErrorOf } from '../demand/effects.ts';
import type { DemandModel } from '../demand/fit-demand.ts';
import { normalQuantile } from '../math/normal-quantile.ts';
import type { CellSeries } from '../series/cell-series.ts';
import { asOfSeen, freshOn } from '../series/competitor-prices.ts';
import { TEST_INSTRUMENT } from '../series/control-function.ts';
import type { Frequency } from '../vocabulary.ts';
import { lastStep } from './last-step.ts';
import { isPaidMix } from './paid-mix.ts';
import type { PricingFacts } from './reasons.ts';
import { looksSoldOut } from './sold-out-signs.ts';

/** What is known of a cell beside its rows and its model. */
export interface KnownOfCell {
  /** Elasticity from its own rows, without the market (see estimateEffects); null when they tell none. */
  readonly own: EffectEstimate | null;
  /** By the cost as instrument, where it moves the price and the model goes without; null otherwise. */
  readonly byCost?: EffectEstimate | null;
  /** By the prices that a test drew; null where there was none. */
  readonly byTest?: EffectEstimate | null;
  /** Day of its merchant's last sale; absent or null: nothing else is known to have been sold. */
  readonly lastSale?: number | null;
}

/** Facts of a cell on a day. */
export function pricingFacts(
  series: CellSeries,
  model: DemandModel,
  asOfDay: number,
  { own, byCost = null, byTest = null, lastSale = null }: KnownOfCell,
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
    ...(series.competitors !== undefined && {
      competitors: freshOn(series.competitors, asOfSeen(series.competitors, asOfDay)),
    }),
    ownRows: series.days.length,
    priceChanges: variation?.changes ?? 0,
    priceVariation: variation?.coefficientOfVariation ?? 0,
    ownElasticity: own && told(own),
    elasticity: { value: model.elasticity.value, standardError: deviationOf(model.elasticity) },
    promoShareOfVariation: variation?.promoShare ?? 0,
    seasonShareOfVariation: variation?.seasonShare ?? 0,
    paidMix: isPaidMix(series),
    instrumentGap: own && byCost && gapOf(own, byCost),
    pricesFollow: model.pricesFollow === true,
    byTest: byTest && told(byTest),
    testGap: own && byTest && model.instrument !== TEST_INSTRUMENT ? gapOf(own, byTest) : null,
    weakInstrument: model.instrument !== null && isWeak(series, model.instrument),
    soldOutSuspected: looksSoldOut(series, model),
    saleToday: isSaleToday(series, model.todayPrice),
    delistedDays: delistedDays(series, lastSale),
    lastStep: lastStep(series, model),
    simpleForecastWins: model.crossValidated.simpleForecastWins,
    converged: model.converged,
    newestHeld: (series.held ?? []).some(
      ({ column, day }) => column !== 'quantity' && day > (newest[column]?.day ?? Number.NEGATIVE_INFINITY),
    ),
  };
}

/** Of a 90 % interval. */
function deviationOf({ low, high }: DemandModel['elasticity']): number {
  return (high - low) / (2 * normalQuantile(0.95));
}

function told(estimate: EffectEstimate): { readonly value: number; readonly standardError: number } {
  return { value: estimate.value, standardError: standardErrorOf(estimate) };
}

/**
 * Whether a price that moves with its cost, or as a test drew it, tells another elasticity than all of its moves: under
 * exogenous prices the
 * plain estimate is efficient, so that the variance of the difference is the difference of the variances (Hausman 1978,
 * Econometrica 46(6)).
 */
function gapOf(
  own: EffectEstimate,
  exogenous: EffectEstimate,
): { readonly value: number; readonly standardError: number } {
  // A tenth of it at least: estimates of two variances may cross.
  const variance = Math.max(exogenous.variance - own.variance, 0.1 * exogenous.variance);
  return { value: exogenous.value - own.value, standardError: Math.sqrt(variance) };
}

/** Whether an instrument moves the price too little to lean on (first-stage F below 10). */
export function isWeak(series: CellSeries, instrument: string): boolean {
  const found = twoStageEstimate(series, instrument);
  return found.ok ? found.value.weakInstrument : true;
}

/** Whether the newest price is a sale that no row is flagged as (see lastRegularPrice). */
function isSaleToday({ price, promo }: CellSeries, todayPrice: number): boolean {
  for (let i = price.length - 1; i >= 0; i--) {
    if (price[i] > 0) return !(promo[i] > 0) && price[i] < 0.96 * todayPrice;
  }
  return false;
}

/** Days without a sale after which a cell is off sale, unless it has paused for as long before. */
const DELISTED_DAYS: Readonly<Record<Frequency, number>> = { daily: 60, weekly: 91, monthly: 183 };

/**
 * Days since the last sale, where they are more than {@link DELISTED_DAYS} and twice the longest pause between two
 * sales; null otherwise. @param lastSale of its merchant
 */
function delistedDays({ days, quantity, frequency }: CellSeries, lastSale: number | null): number | null {
  if (lastSale === null) return null;
  let [last, longest] = [Number.NaN, 0];
  for (let i = 0; i < days.length; i++) {
    if (!(quantity[i] > 0)) continue;
    if (!Number.isNaN(last)) longest = Math.max(longest, days[i] - last);
    last = days[i];
  }
  const since = lastSale - last;
  return since > Math.max(DELISTED_DAYS[frequency], 2 * longest) ? since : null;
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
