/** A merchant's products as their promotions are weighed: what is sold anyway, what they cost, what rows say. */

import { cellKey } from '../contract/cell-name.ts';
import { type DayShare, dayDraws } from '../core/demand/day-draws.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { mean } from '../core/math/summary.ts';
import { crossDraws, withinBudget } from '../core/portfolio/joint-demand.ts';
import { beliefsOf } from '../core/portfolio/portfolio.ts';
import { unitCostDraws } from '../core/pricing/price-evidence.ts';
import { pricingFacts } from '../core/pricing/pricing-facts.ts';
import { unitCostOf } from '../core/pricing/recommend-price.ts';
import { type PastPromotions, pastPromotions } from '../core/promotions/past-promotions.ts';
import { type PromotionDraws, promotionEffects } from '../core/promotions/promotion-effects.ts';
import type { PromotionEvidence } from '../core/promotions/promotion-evidence.ts';
import { AFTER_DAYS, type PromotableProduct } from '../core/promotions/promotion-profit.ts';
import { pullOfPrice } from '../core/promotions/pull-prices.ts';
import type { CellSeries, Holiday } from '../core/series/cell-series.ts';
import { filledPrices } from '../core/series/design.ts';
import { gridOf, lengthDays } from '../core/series/periods.ts';
import { crossOfCell } from '../fleet/cross-cell.ts';
import type { Executor } from '../fleet/executor.ts';
import { inParallel } from '../fleet/in-parallel.ts';
import { type PromotionInput, promotionOfCell } from '../fleet/promotion-cell.ts';
import type { WorkspaceContext } from './context.ts';
import { holidaysAround } from './context.ts';
import type { CellChoice } from './names.ts';
import { checkFrom, LastSales, plannedRows, plannedSpan, rowHolding } from './planned-rows.ts';
import { executorForPrices } from './pricing.ts';
import { findModelAmong } from './trained-cells.ts';

/** Draws behind every figure. */
const DRAWS = 200;
/** Others of a type whose prices are looked at beside a product's own: those that take in most. */
const MOST_OTHERS = 40;

export interface TrainedCell {
  readonly series: CellSeries;
  readonly model: DemandModel;
  /** Of the merchant. */
  readonly lastSale: number | null;
}

/** A product with what its rows say of promotions. */
export interface KnownCell extends TrainedCell {
  readonly past: PastPromotions;
  readonly evidence: PromotionEvidence | null;
  readonly effects: PromotionDraws;
  readonly unitCost: number;
  readonly costAssumed: boolean;
}

/** Cells with a model that have not been taken off sale, by merchant. */
export async function trainedCells(
  context: WorkspaceContext,
  { merchant, from }: CellChoice & { readonly from?: string },
): Promise<TrainedCell[][]> {
  const choice = merchant === undefined ? {} : { merchant };
  const lastSales = new LastSales(context);
  const merchants = new Map<string, TrainedCell[]>();
  for await (const series of context.store.sales.stream(await context.names.sold(choice))) {
    const found = await findModelAmong(context, series, choice);
    if (!found || series.days.length === 0) continue;
    const lastSale = await lastSales.of(series.merchant);
    checkFrom(series, lastSale, from);
    const cell = { series, model: found.model, lastSale };
    if (pricingFacts(series, found.model, series.days.at(-1) as number, { own: null, lastSale }).delistedDays !== null)
      continue;
    merchants.set(series.merchant, [...(merchants.get(series.merchant) ?? []), cell]);
  }
  return [...merchants.values()];
}

/** What rows say of promotions, believed in together over the cells of each product type. */
export async function knownCells(
  context: WorkspaceContext,
  cells: readonly TrainedCell[],
  { display, assumeMarkup }: { readonly display: string | null; readonly assumeMarkup: number | null },
): Promise<KnownCell[]> {
  const holidays = await holidaysAround(context);
  const executor = executorForPrices(context, cells.length);
  const pasts = cells.map(({ series }) => pastPromotions(series));
  const evidence = new Array<PromotionEvidence | null>(cells.length).fill(null);
  try {
    await inParallel(
      cells.map(({ series }, place) => ({ series, place })),
      executor === null ? 1 : executor.concurrency * 2,
      ({ series, place }) =>
        evidenceOf({ series, holidays, display, others: otherProducts(cells, pasts, place) }, executor),
      ({ place }, found) => {
        evidence[place] = found;
      },
    );
  } finally {
    await executor?.close();
  }
  const effects = new Map<number, PromotionDraws>();
  const byType = Map.groupBy(cells.keys(), (i) => (cells[i] as TrainedCell).series.productType);
  for (const places of byType.values())
    promotionEffects(
      places.map((i) => evidence[i] ?? null),
      DRAWS,
      places.map((i) => i + 1),
    ).forEach((draws, k) => effects.set(places[k] as number, draws));
  return cells.map((cell, i) => ({
    ...cell,
    past: pasts[i] as PastPromotions,
    evidence: evidence[i] ?? null,
    effects: effects.get(i) as PromotionDraws,
    ...costOf(cell, assumeMarkup),
  }));
}

async function evidenceOf(input: PromotionInput, executor: Executor | null): Promise<PromotionEvidence | null> {
  const work = { kind: 'promotion', id: cellKey(input.series), knowledge: null, input } as const;
  const done = executor ? await executor.run(work) : null;
  // What failed elsewhere fails here with its own error.
  return done?.ok ? done.value : promotionOfCell(input);
}

/** Products of the merchant and type of one, by what they take in. */
function otherProducts(
  cells: readonly TrainedCell[],
  pasts: readonly PastPromotions[],
  place: number,
): PromotionInput['others'] {
  const { merchant, productType, frequency } = (cells[place] as TrainedCell).series;
  const others = cells.flatMap(({ series, model }, other) =>
    other !== place &&
    series.merchant === merchant &&
    series.productType === productType &&
    series.frequency === frequency
      ? [{ series, other, revenue: mean(series.quantity) * model.todayPrice }]
      : [],
  );
  const all = others.reduce((sum, { revenue }) => sum + revenue, 0);
  return others.map(({ series: { days, price }, other, revenue }) => ({
    days,
    price: filledPrices(price, days.length),
    flags: (pasts[other] as PastPromotions).flags,
    share: all > 0 ? revenue / all : 1 / others.length,
  }));
}

function costOf({ series, model, lastSale }: TrainedCell, assumedMarkup: number | null) {
  const facts = pricingFacts(series, model, model.lastDay + 1, { own: null, lastSale });
  return { unitCost: unitCostOf({ ...facts, assumedMarkup }), costAssumed: facts.cost === null };
}

/**
 * A merchant's products, in step day by day, with what one takes from another.
 *
 * @param from first day @param days of the calendar; those after promotions are added
 */
export async function promotableProducts(
  context: WorkspaceContext,
  cells: readonly KnownCell[],
  from: number,
  days: number,
  display: string | null,
): Promise<PromotableProduct[]> {
  const holidays = await holidaysAround(context);
  const products = cells.map(
    (cell, i): PromotableProduct => ({
      todayPrice: cell.model.todayPrice,
      unitCosts: unitCostDraws(DRAWS, cell.unitCost, cell.costAssumed),
      effects: cell.effects,
      base: usualSales(cell, from, days + AFTER_DAYS, display, i + 1),
      cross: [],
    }),
  );
  const cross = crossOf(cells, products, holidays);
  return products.map((product, i) => ({ ...product, cross: cross[i] as PromotableProduct['cross'] }));
}

/** Expected sales without promotions, draws × days. */
function usualSales(
  { series, model, lastSale }: TrainedCell,
  from: number,
  days: number,
  display: string | null,
  seed: number,
): Float64Array {
  const notBefore = Math.max(model.lastDay, lastSale ?? model.lastDay) + 1;
  const span = plannedSpan(series, model, lastSale, { horizon: from - notBefore + days + 31 });
  const planned = plannedRows(series, span, model.todayPrice);
  const shown = display === null ? {} : { [display]: new Float64Array(planned.days.length) };
  const rows = { ...planned, covariates: { ...planned.covariates, ...shown } };
  const grid = gridOf(series.frequency, series.days);
  const shares = Array.from({ length: days }, (_, k): DayShare => {
    const row = rowHolding(rows, series, from + k);
    return row < 0 ? { row, share: 0 } : { row, share: 1 / lengthDays(grid, rows.days[row]) };
  });
  return dayDraws(model, rows, shares, DRAWS, seed).expected;
}

/** What each product's promotions take from the others of its type, within what there is to take. */
function crossOf(
  cells: readonly KnownCell[],
  products: readonly PromotableProduct[],
  holidays: readonly Holiday[],
): (readonly PromotableProduct['cross'][number][])[] {
  const revenue = products.map(({ base, todayPrice }) => todayPrice * base.reduce((sum, sold) => sum + sold, 0));
  const others = cells.map(({ series: { productType, frequency } }, place) =>
    cells
      .flatMap(({ series }, other) =>
        other !== place && series.productType === productType && series.frequency === frequency ? [other] : [],
      )
      .sort((a, b) => (revenue[b] as number) - (revenue[a] as number) || a - b)
      .slice(0, MOST_OTHERS),
  );
  const pulled = cells.map(({ series, past, effects }) => ({
    days: series.days,
    price: pullOfPrice(series, past, effects),
  }));
  const asked = cells.map(({ series, model, past }, i) => {
    const own = others[i] as readonly number[];
    const all = own.reduce((sum, other) => sum + (revenue[other] as number), 0);
    const input = {
      series: { ...series, promo: past.flags },
      others: own.map((other) => pulled[other] as (typeof pulled)[number]),
      holidays,
    };
    return {
      model,
      evidence: own.length === 0 || model.pricesFollow === true ? null : crossOfCell(input),
      others: own.map((other) => (cells[other] as KnownCell).series.product),
      shares: Float64Array.from(own, (other) => (all > 0 ? (revenue[other] as number) / all : 1 / own.length)),
    };
  });
  const beliefs = new Map<number, ReturnType<typeof beliefsOf>['beliefs'][number]>();
  const byType = Map.groupBy(cells.keys(), (i) => (cells[i] as KnownCell).series.productType);
  for (const places of byType.values())
    beliefsOf(places.map((i) => asked[i] as (typeof asked)[number])).beliefs.forEach((belief, k) => {
      beliefs.set(places[k] as number, belief);
    });
  return withinBudget(
    products.map(({ effects }, i) => {
      const belief = beliefs.get(i);
      const told = (asked[i]?.evidence?.told ?? []).map((place) => (others[i] as readonly number[])[place] as number);
      return {
        own: effects.elasticity,
        revenue: revenue[i] as number,
        cross: belief ? crossDraws(belief, effects.elasticity, told, [1, i]) : [],
      };
    }),
  );
}
