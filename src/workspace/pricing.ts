/** Which prices earn most, answered or proposed. */

import { availableParallelism } from 'node:os';
import type { CellName } from '../contract/cell-name.ts';
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
import type { KeptRecommendation, Proposed } from '../contract/store/recommendations.ts';
import { demandCurveDraws } from '../core/demand/predict.ts';
import {
  assumedSeries,
  coldStartCurve,
  coldStartFacts,
  coldStartPrices,
  coldStartPricing,
} from '../core/pricing/cold-start.ts';
import { coinOf, priceStep } from '../core/pricing/price-lattice.ts';
import { pricingFacts } from '../core/pricing/pricing-facts.ts';
import { CURVE_DRAWS, priceGrid, recommendPrice } from '../core/pricing/recommend-price.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { readPlan } from '../data/read-plan.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import type { Executor } from '../fleet/executor.ts';
import { InOrder } from '../fleet/in-order.ts';
import { inParallel } from '../fleet/in-parallel.ts';
import { threadsExecutor } from '../fleet/threads.ts';
import { priceReady, type ReadyToPrice, readyToPrice } from './cell-pricing.ts';
import { coldCellOf, coldStartGiven } from './cold-cells.ts';
import { header, holidaysAround, type WorkspaceContext } from './context.ts';
import type { ProposeOptions, RecommendOptions } from './options.ts';
import { PlanUse, UntoldCovariates } from './plan-notes.ts';
import { askedOf, checkFrom, keptSpan, LastSales, plannedRows, plannedSpan, spanFields } from './planned-rows.ts';
import { figuresOfPrice } from './price-figures.ts';
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
  executor?: Executor | null,
): Promise<Proposed & { readonly notes: readonly ImportIssue[] }> {
  const answers = new Spool<Recommendation>();
  try {
    const notes = await answerEach(context, options, (recommendation) => answers.push(recommendation), executor);
    const done = await proposeItems(context, answers, replaceApproved);
    for (const recommendation of answers) each(recommendation);
    return { notes, ...done };
  } finally {
    answers.close();
  }
}

/** Proposes what was worked out, a thousand in a write. */
export async function proposeItems(
  context: WorkspaceContext,
  answers: Iterable<Recommendation>,
  replaceApproved: boolean,
): Promise<Proposed> {
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
  return { ids, proposed, standing, replaced };
}

/**
 * Proposes prices by models that were trained. Prices that somebody approved stand.
 *
 * @param cells each with a model, so many as `count` says @param signal ends it between two pieces
 * @returns how many recommendations are new
 */
export async function proposeTrained(
  context: WorkspaceContext,
  cells: Iterable<CellName>,
  { count, workers, signal }: { readonly count: number; readonly workers?: number; readonly signal?: AbortSignal },
): Promise<number> {
  let proposed = 0;
  const executor = executorForPrices(context, count, workers);
  try {
    for (const piece of piecesOf(cells, PROPOSED_AT_ONCE)) {
      if (signal?.aborted) break;
      const named = piece.map(({ merchant, product }) => ({ merchant, product }));
      proposed += (await proposeAnswers(context, { cells: named }, undefined, executor)).proposed.length;
    }
  } finally {
    await executor?.close();
  }
  return proposed;
}

/** Answers that are given together. */
export async function answersOf(context: WorkspaceContext, options: RecommendOptions): Promise<Recommendation[]> {
  const recommendations: Recommendation[] = [];
  await answerEach(context, options, (recommendation) => recommendations.push(recommendation));
  return recommendations;
}

/**
 * @param given works the prices out, and goes on afterwards; null: this thread; as many threads as are worth it unless
 * told @returns what of a plan was not used
 */
async function answerEach(
  context: WorkspaceContext,
  options: RecommendOptions,
  each: EachRecommendation,
  given?: Executor | null,
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
  const holidays = await holidaysAround(context);
  const lastSales = new LastSales(context);
  const executor = given === undefined ? executorForPrices(context, await countOf(context, options)) : given;
  const inOrder = new InOrder<Recommendation>(each);
  let handedOver = 0;
  // Cells are made ready one by one; only what a price is worked out from goes to other threads.
  const ready = async function* (): AsyncIterable<ReadyToPrice & { readonly key: string }> {
    for await (const series of await seriesToPrice(context, options)) {
      const found = await modelToPrice(context, series, options);
      if (!found) continue;
      const lastSale = await lastSales.of(series.merchant);
      checkFrom(series, lastSale, options.from);
      untold.add(series, found.model);
      const known = await readyToPrice(context, { series, lastSale, ...found, holidays, plan, use }, options);
      const key = String(handedOver++);
      inOrder.expect(key);
      yield { key, ...known };
    }
  };
  try {
    await inParallel(
      ready(),
      executor === null ? 1 : executor.concurrency * HANDED_OVER,
      (cell) => priceReady(cell, executor),
      ({ key }, recommendation) => inOrder.put(key, recommendation),
    );
  } finally {
    if (given === undefined) await executor?.close();
  }
  return [...(use?.notes(options.planFile as string, context.lang) ?? []), ...untold.notes(context.lang)];
}

/** Cells that are worth a thread: what one takes to start is what so many prices take. */
const CELLS_A_THREAD = 50;
/** Cells handed over for each thread: one at work, one that waits for it to end. */
const HANDED_OVER = 2;

/** Null: of few cells this thread works out the prices by itself. */
export function executorForPrices(
  context: WorkspaceContext,
  count: number,
  workers: number = availableParallelism(),
): Executor | null {
  const threads = Math.min(workers, Math.floor(count / CELLS_A_THREAD));
  if (threads < 2) return null;
  return context.executor ? context.executor(threads) : threadsExecutor(threads);
}

async function countOf(context: WorkspaceContext, options: RecommendOptions): Promise<number> {
  return options.cells?.length ?? context.store.cells.count(await context.names.sold(options));
}

async function seriesToPrice(context: WorkspaceContext, options: RecommendOptions): Promise<AsyncIterable<CellSeries>> {
  if (options.cells) return seriesOf(context, options.cells);
  return context.store.sales.stream(await context.names.sold(options));
}

/** @throws DemandaError MODEL_MISSING for a named cell without one */
async function modelToPrice(
  context: WorkspaceContext,
  series: CellSeries,
  options: RecommendOptions,
): ReturnType<typeof findModelAmong> {
  const found = await findModelAmong(context, series, options);
  const named = options.cells !== undefined || (options.merchant !== undefined && options.product !== undefined);
  if (!found && named) throw new DemandaError('MODEL_MISSING', { merchant: series.merchant, product: series.product });
  return found;
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
    const { triedRange, marketPrice, competitors } = pricingFacts(
      series,
      model,
      keptSpan(series, model, document).days[0],
      {
        own: null,
      },
    );
    const grid = priceGrid(model.todayPrice, model.triedRange, document.unitCost);
    return figuresOfPrice(price, document, {
      series,
      model,
      grid,
      triedRange,
      marketPrice,
      ...(competitors !== undefined && { competitors }),
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
