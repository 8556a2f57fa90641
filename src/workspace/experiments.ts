/** Price experiments worth making: of cells whose decision waits for knowledge that only other prices bring. */

import type { ExperimentItem, ExperimentsDocument } from '../contract/documents.ts';
import { checkOptions } from '../contract/options/check-options.ts';
import { EXPERIMENT } from '../contract/options/price.ts';
import {
  drawSwitchback,
  type ExperimentAnswer,
  type ExperimentProposal,
  proposeExperiment,
  weeklyNoise,
} from '../core/pricing/experiment.ts';
import { unitCostOf } from '../core/pricing/recommend-price.ts';
import { weekdayOf } from '../core/series/calendar.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { header, holidaysAround, type WorkspaceContext } from './context.ts';
import { dayOf, isoDate } from './dates.ts';
import type { ExperimentOptions } from './options.ts';
import { checkFrom, LastSales, spanFields } from './planned-rows.ts';
import { type PricedCell, priceCell } from './pricing.ts';
import { findModelAmong } from './trained-cells.ts';

/**
 * What trying two prices would cost and teach, for every cell chosen, and the weeks of those that are worth it.
 *
 * @throws DemandaError MODEL_MISSING for a named cell without a model, and those of names, dates and options
 */
export async function experiments(
  context: WorkspaceContext,
  options: ExperimentOptions = {},
): Promise<ExperimentsDocument> {
  checkOptions(EXPERIMENT, options);
  const { seed = EXPERIMENT.seed.usual, from, assumeMarkup } = options;
  const named = options.merchant !== undefined && options.product !== undefined;
  const holidays = await holidaysAround(context);
  const lastSales = new LastSales(context);
  const items: ExperimentItem[] = [];
  for await (const series of context.store.sales.stream(await context.names.sold(options))) {
    const { merchant, product } = series;
    const found = await findModelAmong(context, series, options);
    if (!found) {
      if (named) throw new DemandaError('MODEL_MISSING', { merchant, product });
      continue;
    }
    const lastSale = await lastSales.of(merchant);
    checkFrom(series, lastSale, from);
    const priced = await priceCell(
      context,
      { series, lastSale, model: found.model, holidays },
      assumeMarkup === undefined ? {} : { assumeMarkup },
    );
    const answer = answerOf(series, priced, weeklyNoise(found.model), seed);
    const { todayPrice } = priced.facts;
    const known = { merchant, product, unit: series.unit, todayPrice, reasons: priced.result.reasons };
    if (!answer.ok) items.push({ ...known, experiment: null, obstacle: answer.code, weeks: [] });
    else {
      const first = firstDay(series, lastSale, from);
      items.push({ ...known, experiment: answer.value, obstacle: null, weeks: weeksOf(answer.value, first, seed) });
    }
  }
  return { ...(await header(context)), experiments: items };
}

function answerOf(
  series: CellSeries,
  { facts, curve, guardrails, result, span }: PricedCell,
  noise: number,
  seed: number,
): ExperimentAnswer {
  if (facts.cost === null && facts.assumedMarkup == null) return { ok: false, code: 'NO_COST' };
  if (facts.delistedDays != null) return { ok: false, code: 'DELISTED' };
  if (series.frequency === 'monthly') return { ok: false, code: 'MONTHLY' };
  const { todayPrice, triedRange, marketPrice, priceStep } = facts;
  return proposeExperiment(
    curve,
    {
      unitCost: unitCostOf(facts),
      todayPrice,
      triedRange,
      marketPrice,
      ...(priceStep != null && { priceStep }),
      otherwise: result.recommended ? result.price : todayPrice,
      horizonDays: spanFields(span).horizonDays,
      weeklyNoise: noise,
    },
    guardrails,
    seed,
  );
}

/** The day asked for; else the first Monday after the shop's last sale and today (a period of weekly cells). */
function firstDay(series: CellSeries, lastSale: number | null, from: string | undefined): number {
  if (from !== undefined) return dayOf(from);
  const own = series.days.at(-1) as number;
  const last = Math.max(own, lastSale ?? own, Math.floor(Date.now() / 86_400_000));
  if (series.frequency === 'weekly') return own + 7 * Math.ceil((last + 1 - own) / 7);
  return last + 7 - weekdayOf(last);
}

function weeksOf(experiment: ExperimentProposal, first: number, seed: number): ExperimentItem['weeks'] {
  return drawSwitchback(experiment, seed).map((price, w) => ({
    from: isoDate(first + 7 * w),
    to: isoDate(first + 7 * w + 6),
    price,
  }));
}
