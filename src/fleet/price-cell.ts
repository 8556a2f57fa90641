/** A cell as a price is sought for it: what its rows and its model say of demand, costs and prices. */

import { estimateEffects } from '../core/demand/effects.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { predictMean } from '../core/demand/mean-forecast.ts';
import { type DemandCurveDraws, demandCurveDraws } from '../core/demand/predict.ts';
import { drawnEffect } from '../core/experiments/test-outcome.ts';
import { sumOf } from '../core/math/summary.ts';
import type { GuardrailSettings } from '../core/pricing/guardrails.ts';
import { isWeak, type KnownOfCell, pricingFacts } from '../core/pricing/pricing-facts.ts';
import type { PricingFacts } from '../core/pricing/reasons.ts';
import {
  CURVE_DRAWS,
  type Exploration,
  type PriceRecommendation,
  priceGrid,
  recommendPrice,
  unitCostOf,
} from '../core/pricing/recommend-price.ts';
import type { CellSeries, Holiday, PlannedRows } from '../core/series/cell-series.ts';
import { instrumentValues } from '../core/series/control-function.ts';

/** What is known of a cell whose price is sought; plain data. */
export interface CellToPrice {
  readonly series: CellSeries;
  readonly model: DemandModel;
  readonly holidays: readonly Holiday[];
  /** Rows of the horizon at today's price, at least one. */
  readonly planned: PlannedRows;
  /** Of its merchant, as a day; null: nothing is known to have been sold. */
  readonly lastSale: number | null;
  /** Of products without a known cost, a share above 0; null: the usual one. */
  readonly assumedMarkup: number | null;
  /** Whether a price test sets the prices of some of the days. */
  readonly underTest: boolean;
  /** Whether its shop keeps its prices to be compared with; false unless told. */
  readonly heldOut?: boolean;
  /** Currency per unit, > 0. */
  readonly priceStep: number;
  /** Stock on hand, and how many of the planned rows come before the next delivery; null where either is not known. */
  readonly onHand?: { readonly stock: number; readonly rows: number } | null;
}

/** What a price is sought on. */
export interface PriceGrounds {
  readonly facts: PricingFacts;
  readonly curve: DemandCurveDraws;
}

export function priceGrounds({
  series,
  model,
  holidays,
  planned,
  lastSale,
  onHand,
  ...known
}: CellToPrice): PriceGrounds {
  const facts = {
    ...pricingFacts(series, model, planned.days[0], { ...ownElasticities(series, model, holidays), lastSale }),
    ...known,
    ...(onHand && { untilDelivery: { stock: onHand.stock, share: shareOf(model, planned, onHand.rows) } }),
  };
  const grid = priceGrid(model.todayPrice, model.triedRange, unitCostOf(facts));
  return { facts, curve: demandCurveDraws(model, planned, grid, CURVE_DRAWS, 1) };
}

/** Of the expected demand of planned rows, the first ones'. */
export function shareOf(model: DemandModel, planned: PlannedRows, rows: number): number {
  const demand = predictMean(model, planned);
  return Math.min(1, sumOf(demand.subarray(0, rows)) / sumOf(demand));
}

/** The price of a cell; see recommendPrice. */
export function priceOfCell(
  cell: CellToPrice,
  guardrails: GuardrailSettings,
  explore: Exploration | null,
): PriceRecommendation {
  const { facts, curve } = priceGrounds(cell);
  return recommendPrice(curve, facts, guardrails, explore);
}

/** Of a cell's rows: by its model's instrument, or plainly and by the cost where that moves the price. */
function ownElasticities(series: CellSeries, model: DemandModel, holidays: readonly Holiday[]): KnownOfCell {
  const priceBy = (instrument: string | null) =>
    estimateEffects(series, series.days.length, {
      holidays,
      market: false,
      ...(instrument !== null && { instrument }),
    })?.price ?? null;
  const hasCost = instrumentValues(series, series.days.length, 'cost') !== null;
  const byCost = model.instrument === null && hasCost && !isWeak(series, 'cost') ? priceBy('cost') : null;
  return { own: priceBy(model.instrument), byCost, byTest: drawnEffect(series, holidays) };
}
