/** Which price tests are worth making. */

import type { TestProposal } from '../contract/experiments.ts';
import type { PROPOSE_TEST } from '../contract/options/experiment.ts';
import type { OptionsOf } from '../contract/options/option.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import {
  type ProposedTest,
  proposeTest,
  type TestedCell,
  type TestWish,
  withElasticity,
} from '../core/experiments/propose-test.ts';
import { publishedElasticity } from '../core/market/published-priors.ts';
import { isAnsweredByTest, isMisled, isToldByTest } from '../core/pricing/reasons.ts';
import { recommendPrice } from '../core/pricing/recommend-price.ts';
import { weekdayOf } from '../core/series/calendar.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { firstPeriod, gridOf } from '../core/series/periods.ts';
import type { ReasonCode, TestRefusal, TestTurn } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { pricedSeries } from './cell-pricing.ts';
import { holidaysAround, type WorkspaceContext } from './context.ts';
import { dayOf, dayToday, isoDate } from './dates.ts';
import type { CellChoice } from './names.ts';
import { LastSales } from './planned-rows.ts';
import { findModelAmong } from './trained-cells.ts';

export type ProposeTestOptions = CellChoice & OptionsOf<typeof PROPOSE_TEST>;

/** A proposal, and what it takes to start it. */
export interface FoundProposal {
  readonly document: TestProposal;
  /** Null where none is proposed. */
  readonly start: {
    readonly firstDay: number;
    readonly days: number;
    readonly turn: TestTurn;
    readonly turns: number;
    readonly size: number;
    readonly basePrice: number;
    readonly unitCost: number;
    readonly modelId: string;
    readonly test: ProposedTest;
  } | null;
}

/** A cell as far as a test needs it. */
interface Candidate {
  readonly series: CellSeries;
  readonly model: DemandModel | null;
  readonly modelId: string;
  readonly reasons: readonly ReasonCode[];
  readonly firstDay: number;
  readonly tested: TestedCell | null;
  readonly refusal: TestRefusal | null;
}

/** Days beyond the last sale on which a test may begin at most. */
const MOST_DAYS_AHEAD = 365;
/** Sales that end longer ago are not those of a shop that sells today: a test then begins after the last of them. */
const MOST_DAYS_LATE = 31;
/** For models of earlier versions, which know a dispersion only: hardly any walk. */
const USUAL_WALK = 0.003;

/** Tests of the chosen cells, the largest net value first. */
export async function findProposals(context: WorkspaceContext, options: ProposeTestOptions): Promise<FoundProposal[]> {
  const { merchant, product, productType } = options;
  const filter = {
    ...(merchant !== undefined && { merchant }),
    ...(product !== undefined && { product }),
    ...(productType !== undefined && { productType }),
  };
  const candidates: Candidate[] = [];
  const lastSales = new LastSales(context);
  for await (const series of context.store.sales.stream(await context.names.sold(filter)))
    candidates.push(await candidateOf(context, series, lastSales, options));
  const groups =
    options.design === 'shops'
      ? [...Map.groupBy(candidates, ({ series }) => JSON.stringify([series.product, series.frequency])).values()]
      : candidates.map((candidate) => [candidate]);
  const found = groups.flatMap((group) => proposalsOf(group, options));
  const net = ({ document: { test } }: FoundProposal): number => test?.net ?? Number.NEGATIVE_INFINITY;
  return found.sort((a, b) => (net(b) > net(a) ? 1 : net(b) < net(a) ? -1 : 0));
}

/** @throws DemandaError EXPERIMENT_FROM, DATE_INVALID */
async function candidateOf(
  context: WorkspaceContext,
  series: CellSeries,
  lastSales: LastSales,
  options: ProposeTestOptions,
): Promise<Candidate> {
  const lastSale = (await lastSales.of(series.merchant)) ?? (series.days.at(-1) as number);
  const firstDay = firstDayOf(series, lastSale, options);
  const none = { series, firstDay, model: null, modelId: '', reasons: [], tested: null };
  const found = await findModelAmong(context, series, options);
  if (!found || found.summary.unfinished) return { ...none, refusal: 'NO_MODEL' };
  const { model, summary } = found;
  const holidays = await holidaysAround(context);
  const priced = await pricedSeries(context, { series, lastSale, model, summary, holidays }, {});
  const { facts, guardrails, span, planned } = priced;
  const { reasons, recommended, price, unitCost } = recommendPrice(priced.curve, facts, guardrails);
  const known = { series, firstDay, model, modelId: summary.modelId, reasons, tested: null };
  const open = await context.store.experiments.open(series);
  if (open.some(({ endedDay }) => endedDay >= firstDay)) return { ...known, refusal: 'UNDER_TEST' };
  const asked = options.size !== undefined && options.weeks !== undefined;
  if (!asked && isTestedSince(series, model)) return { ...known, refusal: 'TRAIN' };
  if (recommended && !asked) return { ...known, refusal: 'KNOWN_ENOUGH' };
  if (!recommended && !isAnsweredByTest(reasons)) return { ...known, refusal: 'OTHER_REASON' };
  if (reasons.includes('PRICE_ENDOGENOUS') && isToldByTest(facts)) return { ...known, refusal: 'TRAIN_WITH_TEST' };
  const curve = isMisled(reasons)
    ? withElasticity(priced.curve, model.todayPrice, publishedElasticity(series.productType), 1)
    : priced.curve;
  const { todayPrice, triedRange, marketPrice, competitors, priceStep } = facts;
  const tested: TestedCell = {
    ...{ curve, curveDays: span.to - span.from + 1, curveRows: planned.days.length, frequency: series.frequency },
    disturbances: model.disturbances ?? standIn(model),
    known: {
      ...{ unitCost, todayPrice, triedRange, marketPrice },
      ...(competitors !== undefined && { competitors }),
      ...(priceStep != null && { priceStep }),
    },
    ...{ settings: guardrails, priceNow: recommended ? price : todayPrice },
  };
  return { ...known, tested, refusal: null };
}

/** Whether prices were drawn on days that the model does not know. */
function isTestedSince({ test, days }: CellSeries, { components }: DemandModel): boolean {
  const last = Math.max(...components.map(({ plan }) => plan.lastDay));
  return days.some((day, i) => day > last && test !== undefined && test.price[i] > 0);
}

function standIn(model: DemandModel): TestedCell['disturbances'] {
  const white = model.components[0]?.dispersion ?? 1;
  return { processes: [{ weight: 1, level: USUAL_WALK * white, white, correlated: 0, correlation: 0 }] };
}

/** The first day of a test: that asked for, else the first Monday, day or week of the cell's own that is to come. */
function firstDayOf(series: CellSeries, lastSale: number, { from, turn = 'week' }: ProposeTestOptions): number {
  const asked = from === undefined ? null : dayOf(from);
  if (asked !== null && (asked <= lastSale || asked > lastSale + MOST_DAYS_AHEAD))
    throw new DemandaError('EXPERIMENT_FROM', { from: from as string, lastDay: isoDate(lastSale) });
  const today = dayToday();
  // Sales that are imported late: days that are over cannot have their price any more.
  const late = today - lastSale <= MOST_DAYS_LATE ? today : lastSale;
  const first = asked ?? Math.max(lastSale, late) + 1;
  if (series.frequency !== 'daily') {
    const grid = gridOf(series.frequency, series.days);
    return firstPeriod(grid, series.days.at(-1) as number, first);
  }
  return asked !== null || turn === 'day' ? first : first + ((7 - weekdayOf(first)) % 7);
}

/** Proposals of cells that are tested together. */
function proposalsOf(group: readonly Candidate[], options: ProposeTestOptions): FoundProposal[] {
  if (options.design === 'shops' && group.length < 2) return group.map((candidate) => refusedOf(candidate, 'ONE_SHOP'));
  const fit = group.filter(({ tested }) => tested !== null);
  const refused = group
    .filter(({ tested }) => tested === null)
    .map((candidate) => refusedOf(candidate, candidate.refusal as TestRefusal));
  if (fit.length === 0) return refused;
  if (options.design === 'shops' && fit.length < 2)
    return [...refused, ...fit.map((candidate) => refusedOf(candidate, 'ONE_SHOP'))];
  const found = proposeTest(
    fit.map(({ tested }) => tested as TestedCell),
    wishOf(options),
  );
  if (!found.ok) return [...refused, ...fit.map((candidate) => refusedOf(candidate, found.code))];
  const { cells, ...common } = found.value;
  // Shops begin together.
  const firstDay = Math.max(...fit.map((candidate) => candidate.firstDay));
  const proposed = fit.map((candidate, c) => {
    const test = cells[c] as ProposedTest;
    const { todayPrice: basePrice, unitCost } = (candidate.tested as TestedCell).known;
    const { size, turn, turns, days } = common;
    const { levels, cost, value, information, standardError, deviation, deviationAfter } = test;
    const document: TestProposal = {
      ...headOf(candidate),
      test: {
        ...{ design: options.design ?? 'switchback', every: turn, size, basePrice, levels },
        ...{ from: isoDate(firstDay), to: isoDate(firstDay + days - 1), days, turns, shops: fit.length },
        ...{ cost, value, information, net: value - cost, standardError, deviation, deviationAfter },
      },
      refusal: null,
    };
    return { document, start: { firstDay, ...common, basePrice, unitCost, modelId: candidate.modelId, test } };
  });
  return [...proposed, ...refused];
}

export function wishOf({ size, weeks, levels, turn, worthDays, seed }: ProposeTestOptions): TestWish {
  return {
    ...{ size, weeks, levels: levels === 3 ? 3 : 2, turn: turn ?? 'week' },
    ...{ worthDays: worthDays ?? 180, seed: seed ?? 1 },
  };
}

function headOf({
  series,
  reasons,
  model,
}: Candidate): Pick<TestProposal, 'merchant' | 'product' | 'unit' | 'reasons' | 'elasticity'> {
  const { merchant, product, unit } = series;
  return { merchant, product, unit, reasons, elasticity: model?.elasticity ?? null };
}

function refusedOf(candidate: Candidate, refusal: TestRefusal): FoundProposal {
  return { document: { ...headOf(candidate), test: null, refusal }, start: null };
}
