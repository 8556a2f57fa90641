/** What came of a price test so far, and whether it is to be aborted. */

import type { CellAnalysis } from '../contract/experiments.ts';
import type { KeptExperiment, TestedCellPlan } from '../contract/store/experiments.ts';
import type { DemandModel } from '../core/demand/fit-demand.ts';
import {
  ABORT_PROBABILITY,
  complianceOf,
  isTold,
  LEAST_JUDGED_ROWS,
  type TestProfit,
  testElasticities,
  testProfit,
} from '../core/experiments/test-outcome.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { pastAsPlanned, rowsUpTo } from '../core/series/rows.ts';
import type { ExperimentStatus, ExperimentStep, ExperimentVerdict } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { recommendCell } from './cell-pricing.ts';
import { holidaysAround, type WorkspaceContext } from './context.ts';
import { isoDate } from './dates.ts';
import { LastSales } from './planned-rows.ts';
import { findModel } from './trained-cells.ts';

/** Days with another price than the planned one that are listed. */
const MOST_DEVIATIONS = 1_000;
/** What a test may lose where nobody set a bound, for the figure that is shown. */
const USUAL_MAX_LOSS = 0.2;

/** Where a test is, by the days that its merchants have sold on. */
export async function statusOf(context: WorkspaceContext, kept: KeptExperiment): Promise<ExperimentStatus> {
  if (kept.ending !== null) return kept.ending;
  const sold = await lastDays(context, kept);
  if (sold.every((day) => day < kept.firstDay)) return 'planned';
  return sold.every((day) => day >= kept.lastDay) ? 'finished' : 'running';
}

/** The last day with sales of each of its merchants. */
export async function lastDays(context: WorkspaceContext, { cells }: KeptExperiment): Promise<number[]> {
  const lastSales = new LastSales(context);
  const merchants = [...new Set(cells.map(({ merchant }) => merchant))];
  return Promise.all(merchants.map(async (merchant) => (await lastSales.of(merchant)) ?? Number.NEGATIVE_INFINITY));
}

/** What came of one of its cells; null where its sales are gone. */
export async function analysisOf(
  context: WorkspaceContext,
  kept: KeptExperiment,
  cell: TestedCellPlan,
  status: ExperimentStatus,
): Promise<CellAnalysis | null> {
  const series = await context.store.sales.read(cell);
  if (!series) return null;
  const planned = new Map(cell.prices.map(({ day, price }) => [day, price]));
  const { deviations, ...counts } = complianceOf(series, planned, [kept.firstDay, kept.endedDay]);
  const elasticity = testElasticities(series, kept.firstDay, await holidaysAround(context));
  const verdict = verdictOf(status, isTold(elasticity.drawn));
  const shown = deviations.slice(0, MOST_DEVIATIONS).map(({ day, ...prices }) => ({ date: isoDate(day), ...prices }));
  return {
    compliance: { ...counts, deviations: shown },
    elasticity,
    profit: await profitOf(context, kept, cell, series),
    verdict,
    ...(await nextOf(context, series, { verdict, ...counts }, Math.min(kept.endedDay, series.days.at(-1) as number))),
  };
}

function verdictOf(status: ExperimentStatus, told: boolean): ExperimentVerdict {
  if (status === 'aborted') return 'aborted';
  if (status === 'planned' || status === 'running') return 'too early';
  return told ? 'answered' : 'inconclusive';
}

/** What to do next. @param lastDay of the test's rows */
async function nextOf(
  context: WorkspaceContext,
  series: CellSeries,
  { verdict, priced, kept }: { readonly verdict: ExperimentVerdict; readonly priced: number; readonly kept: number },
  lastDay: number,
): Promise<{ readonly next: ExperimentStep; readonly recommendedPrice: number | null }> {
  if (verdict === 'too early') return { next: 'WAIT', recommendedPrice: null };
  if (verdict === 'aborted') return { next: 'KEEP_PRICE', recommendedPrice: null };
  if (verdict === 'inconclusive')
    return { next: 2 * kept < priced ? 'FOLLOW_PLAN' : 'TEST_AGAIN', recommendedPrice: null };
  const found = await findModel(context, series.merchant, series.product, series);
  if (!found || found.model.lastDay < lastDay) return { next: 'TRAIN', recommendedPrice: null };
  const lastSale = await new LastSales(context).of(series.merchant);
  const holidays = await holidaysAround(context);
  const advice = await recommendCell(context, { series, lastSale, ...found, holidays }, {});
  if (advice.reasons.includes('PRICE_ENDOGENOUS')) return { next: 'TRAIN_WITH_TEST', recommendedPrice: null };
  if (advice.recommended) return { next: 'CHANGE_PRICE', recommendedPrice: advice.price };
  const unsure = advice.reasons.includes('GAIN_UNCERTAIN');
  return { next: unsure ? 'TEST_AGAIN' : 'KEEP_PRICE', recommendedPrice: advice.current.price };
}

/** The model that the test was started with; the one in use where that is gone. */
async function modelAtStart(context: WorkspaceContext, cell: TestedCellPlan): Promise<DemandModel | null> {
  const { merchant, product, modelId } = cell;
  const own = modelId === null ? null : await context.store.models.read({ merchant, product }, modelId);
  return (own ?? (await context.store.models.read({ merchant, product })))?.model ?? null;
}

async function profitOf(
  context: WorkspaceContext,
  kept: KeptExperiment,
  cell: TestedCellPlan,
  series: CellSeries,
): Promise<TestProfit | null> {
  const model = await modelAtStart(context, cell);
  if (!model) return null;
  const rows: number[] = [];
  for (let i = rowsUpTo(series, kept.firstDay - 1); i < series.days.length && series.days[i] <= kept.endedDay; i++)
    if (series.price[i] > 0 || series.quantity[i] === 0) rows.push(i);
  const { basePrice, unitCost } = cell;
  const prices = new Map(cell.prices.map(({ day, price }) => [day, price]));
  // A day on which nothing was sold has no price in the sales: the planned one stood on the label.
  const priceOf = (row: number): number =>
    series.price[row] > 0 ? series.price[row] : (prices.get(series.days[row]) ?? basePrice);
  const planned = pastAsPlanned(series, rows, priceOf);
  return testProfit(series, model, planned, { basePrice, unitCost, maxLoss: kept.maxLoss ?? USUAL_MAX_LOSS });
}

/** Why a running test is to be aborted; null where it goes on. */
export async function abortOf(context: WorkspaceContext, kept: KeptExperiment): Promise<DemandaError | null> {
  if (kept.maxLoss === null || (await statusOf(context, kept)) !== 'running') return null;
  for (const cell of kept.cells) {
    const series = await context.store.sales.read(cell);
    const profit = series && (await profitOf(context, kept, cell, series));
    if (!profit || profit.days < LEAST_JUDGED_ROWS[series.frequency]) continue;
    if (profit.probabilityBelow > ABORT_PROBABILITY)
      return new DemandaError('EXPERIMENT_ABORT', {
        ...{ id: kept.id, merchant: cell.merchant, product: cell.product, price: cell.basePrice },
        percent: Math.floor(100 * profit.probabilityBelow),
        limit: Number((100 * kept.maxLoss).toFixed(1)),
      });
  }
  return null;
}
