/** Which prices earn most, answered or proposed. */

import { type CellName, cellKey } from '../contract/cell-name.ts';
import type {
  ImportIssue,
  PriceFigures,
  Recommendation,
  RecommendDocument,
  RecommendTotals,
  StandingDecision,
} from '../contract/documents.ts';
import { checkOptions } from '../contract/options/check-options.ts';
import { GUARDRAIL_OPTIONS, RECOMMEND, RECOMMEND_DAYS } from '../contract/options/price.ts';
import { COLD_START } from '../contract/options/train.ts';
import type { ModelSummary } from '../contract/store/models.ts';
import type { KeptRecommendation, Proposed } from '../contract/store/recommendations.ts';
import { estimateEffects } from '../core/demand/effects.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import { type DemandCurveDraws, demandCurveDraws } from '../core/demand/predict.ts';
import { drawnEffect } from '../core/experiments/test-outcome.ts';
import { RandomStream } from '../core/math/random.ts';
import {
  assumedSeries,
  coldStartCurve,
  coldStartFacts,
  coldStartPrices,
  coldStartPricing,
} from '../core/pricing/cold-start.ts';
import type { GuardrailSettings } from '../core/pricing/guardrails.ts';
import { coinOf, priceStep } from '../core/pricing/price-lattice.ts';
import { isWeak, type KnownOfCell, pricingFacts } from '../core/pricing/pricing-facts.ts';
import type { PricingFacts } from '../core/pricing/reasons.ts';
import { priceGrid, recommendPrice, unitCostOf } from '../core/pricing/recommend-price.ts';
import type { CellSeries, Holiday, PlannedRows } from '../core/series/cell-series.ts';
import { instrumentValues } from '../core/series/control-function.ts';
import { type PlanRow, readPlan } from '../data/read-plan.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { coldCellOf, coldStartGiven } from './cold-cells.ts';
import { header, holidaysAround, type WorkspaceContext } from './context.ts';
import type { ProposeOptions, RecommendOptions } from './options.ts';
import { PlanUse, UntoldCovariates } from './plan-notes.ts';
import {
  askedOf,
  checkFrom,
  keptSpan,
  LastSales,
  type PlannedSpan,
  plannedRows,
  plannedSpan,
  spanFields,
  withPlan,
} from './planned-rows.ts';
import { CURVE_DRAWS, figuresOfPrice } from './price-figures.ts';
import { checkConsistent, guardrailsOf, NO_LIMITS } from './settings.ts';
import { piecesOf, Spool } from './spool.ts';
import { findModel, findModelAmong } from './trained-cells.ts';

/** Prices that are proposed in one write. */
const PROPOSED_AT_ONCE = 1_000;

/**
 * Answers which prices earn most. With `keep` the answers are proposed too, for people to decide on; without it
 * nothing is written.
 *
 * A proposal takes the place of the cell's earlier proposal or rejection. A reviewed or approved price stands, and is
 * named in `kept.standing`, unless `replaceApproved`. @throws DemandaError MODEL_MISSING for a named cell without a
 * model
 */
export async function recommend(
  context: WorkspaceContext,
  { keep = false, ...options }: RecommendOptions & ProposeOptions & { readonly keep?: boolean } = {},
): Promise<RecommendDocument> {
  const recommendations: Recommendation[] = [];
  const { notes, kept, ...head } = await recommendEach(context, { keep, ...options }, (r) => recommendations.push(r));
  return { ...head, recommendations, notes, kept };
}

type EachRecommendation = (recommendation: Recommendation) => void;

/** As {@link recommend}, with the recommendations told one by one, by name. */
export async function recommendEach(
  context: WorkspaceContext,
  { keep = false, ...options }: RecommendOptions & ProposeOptions & { readonly keep?: boolean },
  each: EachRecommendation,
): Promise<RecommendTotals> {
  if (!keep) {
    const notes = await answerEach(context, options, each);
    return { ...(await header(context)), notes, kept: null };
  }
  const { notes, proposed, standing, replaced } = await proposeAnswers(context, options, each);
  return { ...(await header(context)), notes, kept: { proposed, standing, replaced } };
}

/**
 * Proposals are written a thousand at a time, once all are worked out: an answer that is refused leaves none of them
 * behind.
 */
export async function proposeAnswers(
  context: WorkspaceContext,
  { replaceApproved = false, ...options }: RecommendOptions & ProposeOptions,
  each: EachRecommendation = () => {},
): Promise<Proposed & { readonly notes: readonly ImportIssue[] }> {
  const answers = new Spool<Recommendation>();
  try {
    const notes = await answerEach(context, options, (recommendation) => answers.push(recommendation));
    const asked = { at: new Date().toISOString(), actor: context.actor, replaceApproved };
    const [ids, proposed, standing, replaced]: [number[], string[], StandingDecision[], string[]] = [[], [], [], []];
    for (const piece of piecesOf(answers, PROPOSED_AT_ONCE)) {
      // A cold start from facts alone is an answer, not a recommendation of the workspace: it is proposed only where a
      // model was trained.
      const items = piece.filter(({ modelId }) => modelId !== null);
      const did = await context.store.recommendations.propose(items, asked);
      ids.push(...did.ids);
      proposed.push(...did.proposed);
      standing.push(...did.standing);
      replaced.push(...did.replaced);
    }
    for (const recommendation of answers) each(recommendation);
    return { notes, ids, proposed, standing, replaced };
  } finally {
    answers.close();
  }
}

/** Answers that are given together. */
export async function answersOf(context: WorkspaceContext, options: RecommendOptions): Promise<Recommendation[]> {
  const recommendations: Recommendation[] = [];
  await answerEach(context, options, (recommendation) => recommendations.push(recommendation));
  return recommendations;
}

/** @returns what of a plan was not used */
async function answerEach(
  context: WorkspaceContext,
  options: RecommendOptions,
  each: EachRecommendation,
): Promise<readonly ImportIssue[]> {
  checkOptions(RECOMMEND, options);
  checkOptions(RECOMMEND_DAYS, options);
  checkOptions(COLD_START, options.coldStart ?? {});
  checkOptions(GUARDRAIL_OPTIONS, options.guardrails ?? {});
  await checkConsistent(context, { ...NO_LIMITS, ...options.guardrails });
  const coldCell = await coldCellOf(context, options);
  const plan = options.planFile === undefined ? null : await readPlan(options.planFile);
  const use = plan === null ? null : new PlanUse(plan);
  const untold = new UntoldCovariates(plan);
  if (coldCell) {
    // Of a cell without sales no model knows what a plan tells.
    each(await recommendCold(context, { ...options, ...coldCell }));
    return use?.notes(options.planFile as string, context.lang) ?? [];
  }
  const { cells } = options;
  const holidays = await holidaysAround(context);
  const lastSales = new LastSales(context);
  const named = cells !== undefined || (options.merchant !== undefined && options.product !== undefined);
  for await (const series of cells
    ? seriesOf(context, cells)
    : context.store.sales.stream(await context.names.sold(options))) {
    const found = await findModelAmong(context, series, options);
    if (!found) {
      if (named) throw new DemandaError('MODEL_MISSING', { merchant: series.merchant, product: series.product });
      continue;
    }
    const lastSale = await lastSales.of(series.merchant);
    checkFrom(series, lastSale, options.from);
    untold.add(series, found.model);
    each(await recommendCell(context, { series, lastSale, ...found, holidays, plan, use }, options));
  }
  return [...(use?.notes(options.planFile as string, context.lang) ?? []), ...untold.notes(context.lang)];
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

async function* seriesOf(
  context: WorkspaceContext,
  cells: readonly { readonly merchant: string; readonly product: string }[],
): AsyncIterable<CellSeries> {
  for (const { merchant, product } of cells) {
    const series = await context.store.sales.read({ merchant, product });
    if (!series) throw new DemandaError('CELL_UNKNOWN', { merchant, product });
    yield series;
  }
}

/**
 * What a price of somebody's own would bring in the place of a kept recommendation; null where its model or its sales
 * are gone.
 */
export async function figuresOf(
  context: WorkspaceContext,
  { merchant, product, document }: KeptRecommendation,
  price: number,
): Promise<PriceFigures | null> {
  const kept =
    document.modelId === null ? null : await context.store.models.read({ merchant, product }, document.modelId);
  if (!kept) return null;
  const { model } = kept;
  const series = await context.store.sales.read({ merchant, product });
  if (series) {
    const { triedRange, marketPrice } = pricingFacts(series, model, keptSpan(series, model, document).days[0], {
      own: null,
    });
    const grid = priceGrid(model.todayPrice, model.triedRange, document.unitCost);
    return figuresOfPrice(price, document, {
      series,
      model,
      grid,
      triedRange,
      marketPrice,
      guardrails: await guardrailsOf(context, merchant, series.productType),
    });
  }
  const facts = coldStartFacts(product, await coldStartGiven(context, merchant, product));
  if (!facts) return null;
  const standIn = assumedSeries(merchant, product, facts, model.lastDay);
  const guardrails = await guardrailsOf(context, merchant, product);
  return figuresOfPrice(price, document, {
    series: standIn,
    model,
    grid: coldStartPrices(facts),
    triedRange: null,
    marketPrice: null,
    guardrails,
  });
}

/** A price without any sale: by the cell's model where it was trained without sales, else by published facts. */
export async function recommendCold(context: WorkspaceContext, options: RecommendOptions): Promise<Recommendation> {
  const { merchant, product } = options as { merchant: string; product: string };
  const given = await coldStartGiven(context, merchant, product, options.coldStart);
  const facts = coldStartFacts(product, given);
  if (!facts) throw new DemandaError('COLD_START_NO_PRICE', { merchant, product });
  const guardrails = { ...(await guardrailsOf(context, merchant, product)), ...options.guardrails };
  const found = await findModel(context, merchant, product, null);
  const lastSale = (await context.store.cells.span(merchant)).lastDay;
  const lastDay = found?.model.lastDay ?? lastSale ?? 0;
  const standIn = assumedSeries(merchant, product, facts, lastDay);
  const span = plannedSpan(standIn, { lastDay }, lastSale, askedOf(options));
  const { from, to, ...covered } = spanFields(span);
  const curve = found
    ? demandCurveDraws(
        found.model,
        plannedRows(standIn, span, found.model.todayPrice),
        coldStartPrices(facts),
        CURVE_DRAWS,
        1,
      )
    : coldStartCurve(facts, covered.horizonDays, CURVE_DRAWS, 1);
  const { costAssumed: _, ...document } = recommendPrice(
    curve,
    {
      ...coldStartPricing(facts, given.cost !== undefined, found?.model.converged ?? true),
      priceStep: priceStep(facts.price, coinOf((await header(context)).currency)),
    },
    guardrails,
  );
  return {
    merchant,
    product,
    unit: facts.unit,
    modelId: found?.summary.modelId ?? null,
    ...(found?.summary.unfinished && { unfinished: true }),
    ...(found && { from, to }),
    ...covered,
    ...document,
    assumptions: facts.assumptions,
  };
}

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
export interface PricedSeries {
  readonly facts: PricingFacts;
  readonly curve: DemandCurveDraws;
  readonly guardrails: GuardrailSettings;
  readonly span: PlannedSpan;
  /** Rows of the span. */
  readonly planned: PlannedRows;
}

export async function pricedSeries(
  context: WorkspaceContext,
  { series, lastSale, model, holidays, plan, use }: Omit<TrainedSeries, 'summary'>,
  options: RecommendOptions,
): Promise<PricedSeries> {
  const span = plannedSpan(series, model, lastSale, askedOf(options));
  const days = plannedRows(series, span, model.todayPrice);
  use?.add(series, model, days);
  const planned = plan ? withPlan(days, plan, series, model) : days;
  const facts = {
    ...pricingFacts(series, model, planned.days[0], { ...ownElasticities(series, model, holidays), lastSale }),
    assumedMarkup: options.assumeMarkup ?? null,
    underTest: await isUnderTest(context, series, span),
    priceStep: priceStep(model.todayPrice, coinOf((await header(context)).currency)),
  };
  const grid = priceGrid(model.todayPrice, model.triedRange, unitCostOf(facts));
  const curve = demandCurveDraws(model, planned, grid, CURVE_DRAWS, 1);
  const guardrails = { ...(await guardrailsOf(context, series.merchant, series.productType)), ...options.guardrails };
  return { facts, curve, guardrails, span, planned };
}

export async function recommendCell(
  context: WorkspaceContext,
  { summary, ...cell }: TrainedSeries,
  options: RecommendOptions,
): Promise<Recommendation> {
  const { facts, curve, guardrails, span } = await pricedSeries(context, cell, options);
  const { series } = cell;
  const explore = options.explore === undefined ? null : { place: explorePlace(series, span.from, options.seed) };
  const { costAssumed, ...document } = recommendPrice(curve, facts, guardrails, explore);
  return {
    merchant: series.merchant,
    product: series.product,
    unit: series.unit,
    modelId: summary.modelId,
    ...(summary.unfinished && { unfinished: true as const }),
    ...spanFields(span),
    ...document,
    assumptions: costAssumed ? [{ code: 'UNIT_COST', value: document.unitCost }] : [],
  };
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
