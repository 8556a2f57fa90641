/** One cell with sales and a model: what its price is worked out from, and the recommendation. */

import { type CellName, cellKey } from '../contract/cell-name.ts';
import type { Recommendation } from '../contract/documents.ts';
import type { ModelSummary } from '../contract/store/models.ts';
import { referenceOfModel } from '../core/competitors/competitor-effect.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { RandomStream } from '../core/math/random.ts';
import type { GuardrailSettings } from '../core/pricing/guardrails.ts';
import { coinOf, priceStep } from '../core/pricing/price-lattice.ts';
import type { PriceRecommendation } from '../core/pricing/recommend-price.ts';
import type { CellSeries, Holiday, PlannedRows } from '../core/series/cell-series.ts';
import { asOfSeen, freshOn, logReference } from '../core/series/competitor-prices.ts';
import type { PlanRow } from '../data/read-plan.ts';
import type { Executor } from '../fleet/executor.ts';
import { type PriceGrounds, priceGrounds, priceOfCell } from '../fleet/price-cell.ts';
import type { PriceInput } from '../fleet/work.ts';
import { followedBy } from './competitor-effects.ts';
import { header, type WorkspaceContext } from './context.ts';
import { isHeldOut } from './kept-holdout.ts';
import type { RecommendOptions } from './options.ts';
import type { PlanUse } from './plan-notes.ts';
import { askedOf, type PlannedSpan, plannedRows, plannedSpan, spanFields, withPlan } from './planned-rows.ts';
import { guardrailsOf } from './settings.ts';
import { countedStock } from './stock-on-hand.ts';

/** A cell with its model, as far as a price needs it. */
interface TrainedSeries {
  readonly series: CellSeries;
  /** Of the merchant. */
  readonly lastSale: number | null;
  readonly model: DemandModel;
  readonly summary: Pick<ModelSummary, 'modelId' | 'unfinished'>;
  readonly holidays: readonly Holiday[];
  /** What is known of the days to come, and what of it was used. */
  readonly plan?: readonly PlanRow[] | null;
  readonly use?: PlanUse | null;
}

/** A cell as a price is sought for it. */
export interface PricedSeries extends PriceGrounds {
  readonly guardrails: GuardrailSettings;
  readonly span: PlannedSpan;
  /** Rows of the span. */
  readonly planned: PlannedRows;
}

/** All that a price is worked out from. */
export interface ReadyToPrice extends PriceInput {
  readonly summary: TrainedSeries['summary'];
  readonly span: PlannedSpan;
  /** What the price takes for granted of competitors; null: they do not matter to it. */
  readonly competitors: Recommendation['assumptions'][number] | null;
}

export async function readyToPrice(
  context: WorkspaceContext,
  { series, lastSale, model, summary, holidays, plan, use }: TrainedSeries,
  options: RecommendOptions,
): Promise<ReadyToPrice> {
  const span = plannedSpan(series, model, lastSale, askedOf(options));
  const days = plannedRows(series, span, model.todayPrice);
  use?.add(series, model, days);
  const followed = await followedBy(context, series, model, options);
  // Where it is not known what their prices do, that they follow changes nothing: said, as nothing of it counts.
  const assumed = followed || options.competitorFollows === undefined ? options : { competitorFollows: 0 };
  return {
    cell: {
      ...{ series, model: followed ?? model, holidays, lastSale },
      planned: plan ? withPlan(days, plan, series, model) : days,
      assumedMarkup: options.assumeMarkup ?? null,
      underTest: await isUnderTest(context, series, span),
      heldOut: await isHeldOut(context, series.merchant, span.to),
      onHand: await onHandBeforeDelivery(context, { series, model, lastSale }, span.from, days.days),
      priceStep: priceStep(model.todayPrice, coinOf((await header(context)).currency)),
    },
    guardrails: { ...(await guardrailsOf(context, series.merchant, series.productType)), ...options.guardrails },
    explore: options.explore === undefined ? null : { place: explorePlace(series, span.from, options.seed) },
    ...{ summary, span, competitors: competitorAssumption(series, model, span, assumed) },
  };
}

/**
 * What is assumed of competitors: that they follow, as was told, or that a reference which moves the model's forecasts
 * stays as it is.
 */
function competitorAssumption(
  { competitors }: CellSeries,
  model: DemandModel,
  { from }: PlannedSpan,
  { competitorFollows }: Pick<RecommendOptions, 'competitorFollows'>,
): ReadyToPrice['competitors'] {
  if (competitorFollows !== undefined) return { code: 'COMPETITORS_FOLLOW', value: competitorFollows };
  const reference = referenceOfModel(model);
  if (reference === null || competitors === undefined) return null;
  const value = Math.exp(logReference(freshOn(competitors, asOfSeen(competitors, from)), reference));
  return Number.isNaN(value) ? null : { code: 'COMPETITORS_STAY', value };
}

/** What a price is sought on, and under which limits. */
export async function pricedSeries(
  context: WorkspaceContext,
  trained: TrainedSeries,
  options: RecommendOptions,
): Promise<PricedSeries> {
  const { cell, guardrails, span } = await readyToPrice(context, trained, options);
  return { ...priceGrounds(cell), guardrails, span, planned: cell.planned };
}

/** Worked out in this thread. */
export async function recommendCell(
  context: WorkspaceContext,
  trained: TrainedSeries,
  options: RecommendOptions,
): Promise<Recommendation> {
  return priceReady(await readyToPrice(context, trained, options), null);
}

/** @param executor works the price out; null: this thread */
export async function priceReady(
  { summary, span, competitors, ...input }: ReadyToPrice,
  executor: Executor | null,
): Promise<Recommendation> {
  const { merchant, product, unit } = input.cell.series;
  const { costAssumed, ...document } = await priceBy(executor, input);
  return {
    ...{ merchant, product, unit },
    modelId: summary.modelId,
    ...(summary.unfinished && { unfinished: true as const }),
    ...spanFields(span),
    ...document,
    assumptions: [
      ...(costAssumed ? [{ code: 'UNIT_COST' as const, value: document.unitCost }] : []),
      ...(competitors === null ? [] : [competitors]),
    ],
  };
}

async function priceBy(
  executor: Executor | null,
  { cell, guardrails, explore }: PriceInput,
): Promise<PriceRecommendation> {
  if (executor) {
    const input = { cell, guardrails, explore };
    const done = await executor.run({ kind: 'price', id: cellKey(cell.series), knowledge: null, input });
    if (done.ok) return done.value;
  }
  // What failed elsewhere fails here with its own error.
  return priceOfCell(cell, guardrails, explore);
}

/** Fresh stock, with the rows before the next delivery that its count names. @param days of the planned rows */
async function onHandBeforeDelivery(
  context: WorkspaceContext,
  cell: Pick<TrainedSeries, 'series' | 'model' | 'lastSale'>,
  from: number,
  days: Int32Array,
): Promise<{ readonly stock: number; readonly rows: number } | null> {
  const { delivery, onHand, notes } = await countedStock(context, cell, from, 1);
  if (delivery === null || notes.includes('STOCK_UNKNOWN') || notes.includes('STOCK_OLD')) return null;
  return { stock: onHand, rows: days.filter((day) => day < delivery).length };
}

/** Whether a price test sets the prices of some of the days. */
async function isUnderTest(context: WorkspaceContext, cell: CellName, { from, to }: PlannedSpan): Promise<boolean> {
  const open = await context.store.experiments.open(cell);
  return open.some(({ firstDay, endedDay }) => firstDay <= to && endedDay >= from);
}

const EXPLORE_STREAM = 0x65787072;

/** Which draw a cell's price is tried by: another for each cell, first day and seed, and the same for the same. */
function explorePlace({ merchant, product }: CellSeries, firstDay: number, seed = 1): number {
  return new RandomStream(seed, EXPLORE_STREAM, firstDay, ...Buffer.from(cellKey({ merchant, product }))).uniform();
}
