/** One cell with all that is known of it, and several side by side. */

import type {
  CellView,
  CompareDocument,
  ComparedModel,
  Component as ComponentPart,
  Recommendation,
} from '../contract/documents.ts';
import { diagnoseDemand } from '../core/demand/diagnostics.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { modelParts } from '../core/demand/model-parts.ts';
import { demandCurveDraws } from '../core/demand/predict.ts';
import { demandDraws } from '../core/pricing/demand-at.ts';
import { profitDraws, span } from '../core/pricing/gains.ts';
import { heedTodayPrice } from '../core/pricing/price-evidence.ts';
import { CURVE_DRAWS } from '../core/pricing/recommend-price.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { PooledScores } from '../fleet/pooled-scores.ts';
import { recommendCell } from './cell-pricing.ts';
import { header, holidaysAround, type WorkspaceContext } from './context.ts';
import { isoDate } from './dates.ts';
import { requireInstrument } from './fleet-source.ts';
import { heldItem } from './held-values.ts';
import { checkpointInterval, convergencePoints, differencesOf } from './model-comparison.ts';
import { forecastCell, type PlannedSpan, plannedRows, plannedSpan, tradedWeekdays } from './planned-rows.ts';
import { recommendCold } from './pricing.ts';
import { modelItem } from './run-items.ts';
import { requireTrained } from './trained-cells.ts';

/** One cell's model, curve, parts, observed points, recommendation and forecast. */
export async function showCell(
  context: WorkspaceContext,
  merchant: string,
  product: string,
  { modelId, instrument }: { readonly modelId?: string; readonly instrument?: string } = {},
): Promise<CellView> {
  const { series, sold, model, summary } = await requireTrained(context, merchant, product, modelId);
  if (instrument !== undefined) await requireInstrument(context, series, instrument);
  const lastSale = (await context.store.cells.span(series.merchant)).lastDay;
  const horizon = plannedSpan(series, model, lastSale, {});
  const holidays = sold ? await holidaysAround(context) : [];
  const recommendation = sold
    ? await recommendCell(context, { series, lastSale, model, summary, holidays }, {})
    : await recommendCold(context, { merchant: series.merchant, product: series.product });
  const history = await context.store.runs.history(summary.runId);
  const { items, total } = forecastCell(
    series,
    model,
    plannedRows(series, horizon, model.todayPrice),
    await new PooledScores(context.store.documents).poolFor(model),
  );
  return {
    show: {
      ...(await header(context)),
      held: (series.held ?? []).map((value) =>
        heldItem({ merchant: series.merchant, product: series.product, ...value }),
      ),
      model: modelItem(summary),
      spec: model.components.map((c) => ({ ...c.spec, weight: c.weight })),
      curve: curveAround(series, model, horizon, recommendation),
      triedRange: model.triedRange,
      components: componentsOf(series, model),
      convergence: history ? convergencePoints(history) : [],
      errorKind: history?.errorKind ?? null,
      events: history?.events ?? [],
      checkpointEvery: checkpointInterval(await context.store.runs.events(summary.runId)),
      diagnostics: sold
        ? {
            ...diagnoseDemand(series, instrument ?? model.instrument ?? undefined),
            candidates: model.crossValidated.candidates,
          }
        : null,
    },
    observed: Array.from(sold ? series.days : [], (day, i) => ({
      date: isoDate(day),
      price: series.price[i],
      quantity: series.quantity[i],
    })).filter((o) => o.price > 0),
    recommendation,
    forecast: items,
    forecastTotal: total,
  };
}

/** Demand and profit at 41 prices over the horizon, a little beyond the tried and the recommended ones. */
function curveAround(
  series: CellSeries,
  model: DemandModel,
  horizon: PlannedSpan,
  { price: recommended, unitCost, current, assumptions }: Recommendation,
): CellView['show']['curve'] {
  const planned = plannedRows(series, horizon, model.todayPrice);
  const [low, high] = model.triedRange;
  const from = Math.min(low, recommended) * 0.85;
  const to = Math.max(high, recommended) * 1.15;
  const prices = Float64Array.from({ length: 41 }, (_, i) => from + ((to - from) * i) / 40);
  const costAssumed = assumptions.some(({ code }) => code === 'UNIT_COST');
  const drawn = demandCurveDraws(model, planned, prices, CURVE_DRAWS, 1);
  const { curve, unitCosts } = heedTodayPrice(drawn, current.price, unitCost, costAssumed);
  return Array.from(prices, (price) => {
    const quantity = span(demandDraws(curve, price));
    const profit = span(profitDraws(curve, price, unitCosts));
    return {
      price,
      demand: quantity.value,
      low: quantity.low,
      high: quantity.high,
      profit: profit.value,
      profitLow: profit.low,
      profitHigh: profit.high,
    };
  });
}

/** The parts of a model's demand as multipliers. */
function componentsOf(series: CellSeries, model: DemandModel): ComponentPart[] {
  const traded = tradedWeekdays(series);
  return modelParts(model).map((part) => ({
    name: part.name,
    // A day on which the shop never trades has no demand to show.
    points: part.points
      .filter((p) => part.name !== 'weekday' || traded.has(Number(p.at)))
      .map((p) => ({ at: part.name === 'trend' ? isoDate(Number(p.at)) : p.at, multiplier: p.multiplier })),
  }));
}

/**
 * Two or more models side by side. @param names merchant and product of each; the live model unless `modelId` names a
 * version
 */
export async function compare(
  context: WorkspaceContext,
  names: readonly { readonly merchant: string; readonly product: string; readonly modelId?: string }[],
): Promise<CompareDocument> {
  if (names.length < 2) throw new DemandaError('COMPARE_TOO_FEW', { count: names.length });
  const models: ComparedModel[] = [];
  for (const { merchant, product, modelId } of names) {
    const { show, recommendation } = await showCell(
      context,
      merchant,
      product,
      modelId === undefined ? {} : { modelId },
    );
    models.push({
      ...show.model,
      label: `${show.model.merchant} · ${show.model.product}${modelId === undefined ? '' : ` · ${show.model.version}`}`,
      errorKind: show.errorKind,
      spec: show.spec,
      curve: show.curve.map(({ price, demand, profit }) => ({ price, demand, profit })),
      convergence: show.convergence.flatMap(({ iteration, error }) => (error === null ? [] : [{ iteration, error }])),
      recommendation,
    });
  }
  return { ...(await header(context)), models, differences: differencesOf(models) };
}
