/**
 * Does pieces of work; no store, no clock that a result depends on, no shared state: the same work gives the same
 * result wherever it is done.
 */

import { debuglog } from 'node:util';
import { fitTrees } from '../core/boosting/fit-trees.ts';
import { candidateDeviances } from '../core/demand/combination.ts';
import { crossValidate, type FitContext } from '../core/demand/cross-validation.ts';
import { estimateCell } from '../core/demand/effects.ts';
import { fitDemand } from '../core/demand/fit-demand.ts';
import { finiteOutcome } from '../core/outcome.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { rowsUpTo } from '../core/series/rows.ts';
import { backtestCell } from './backtest-cell.ts';
import { fitContext } from './cell-fit.ts';
import { crossOfCell } from './cross-cell.ts';
import { iterateCell } from './iterate-cell.ts';
import { designOptions, fitSettings, type MarketKnowledge, priorsOf } from './knowledge.ts';
import { priceOfCell } from './price-cell.ts';
import { promotionOfCell } from './promotion-cell.ts';
import { treesForecast } from './trees-forecast.ts';
import { withUpkeep } from './update-cell.ts';
import { watchCell } from './watch-cell.ts';
import type { Done, EstimateInput, EstimateResult, SearchResult, Work, WorkGiven, WorkKind, WorkMap } from './work.ts';

type Performer<K extends WorkKind> = (
  input: WorkMap[K]['input'],
  given: WorkGiven<WorkMap[K]['note']>,
) => WorkMap[K]['result'] | Promise<WorkMap[K]['result']>;

const PERFORM: { readonly [K in WorkKind]: Performer<K> } = {
  estimate: (input, { knowledge }) => estimate(input, knowledge()),
  trees: ({ rows, settings }) => fitTrees(rows, settings),
  search: ({ series }, { knowledge }) => search(series, knowledge()),
  train: ({ series }, { knowledge }) => train(series, knowledge()),
  watch: (input, { knowledge }) => watchCell(input, knowledge()),
  backtest: (input, { knowledge }) => backtestCell(input, knowledge()),
  price: ({ cell, guardrails, explore }) => priceOfCell(cell, guardrails, explore),
  cross: crossOfCell,
  promotion: promotionOfCell,
  iterate: iterateCell,
};

/** Where failures of pieces of work are told with their traces: NODE_DEBUG=demanda. */
const log = debuglog('demanda');

/** Does one piece of work. What it throws is the work's own failure. */
export async function perform<K extends WorkKind>(
  { kind, id, input }: Work<K>,
  given: WorkGiven<WorkMap[K]['note']>,
): Promise<Done<K>> {
  try {
    return { ok: true, value: await PERFORM[kind](input, given) };
  } catch (error) {
    log('%s %s: %s', kind, id, error instanceof Error ? error.stack : error);
    return { ok: false, code: 'UNEXPECTED', detail: error instanceof Error ? error.message : String(error) };
  }
}

function estimate({ series, days }: EstimateInput, knowledge: MarketKnowledge): EstimateResult {
  if (days.length === 0) return { estimates: [], shape: null, smallMoves: null };
  const rows = days.map((day) => rowsUpTo(series, day));
  const { effects, shape, smallMoves } = estimateCell(series, rows, designOptions(knowledge));
  return { estimates: effects, shape, smallMoves };
}

function train(series: CellSeries, knowledge: MarketKnowledge): WorkMap['train']['result'] {
  const context = contextOf(series, knowledge);
  const fitted = fitDemand(series, context);
  return fitted.ok ? { ok: true, value: withUpkeep(fitted.value, series, context) } : fitted;
}

function search(series: CellSeries, knowledge: MarketKnowledge): SearchResult {
  const found = finiteOutcome(() => ({
    ok: true,
    value: crossValidate(series, series.days.length, contextOf(series, knowledge)),
  }));
  // Rows that leave the finite numbers have no say in the market's specs; their own fit tells why.
  if (!found.ok || !found.value) return { deviances: null, rows: 0 };
  return { deviances: Array.from(candidateDeviances(found.value)), rows: found.value.rows };
}

function contextOf(series: CellSeries, knowledge: MarketKnowledge): FitContext {
  return fitContext(fitSettings(knowledge, series), priorsOf(knowledge, series), treesForecast(knowledge, series));
}
