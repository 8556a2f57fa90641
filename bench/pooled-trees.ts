/**
 * Pooled gradient-boosted trees beside demanda and their plain average, on the windows that choices are made on: produce
 * and M5. RMSSE / WAPE; M5 by its own scale.
 *
 * node bench/pooled-trees.ts [produce|m5 …]
 */

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cellState } from '../src/core/boosting/cell-state.ts';
import { fitTrees, type TreeSettings } from '../src/core/boosting/fit-trees.ts';
import { marketTrends } from '../src/core/boosting/market-trends.ts';
import { type PlannedCell, pooledRows, rowsToPredict } from '../src/core/boosting/pooled-rows.ts';
import { predictTrees } from '../src/core/boosting/tree-ensemble.ts';
import { actualAfter, BacktestScores, plannedRowsAfter, stepScale } from '../src/core/evaluation/backtest.ts';
import type { CellSeries, Holiday } from '../src/core/series/cell-series.ts';
import { rowsUpTo } from '../src/core/series/rows.ts';
import { holidaysOf } from '../src/data/holidays.ts';
import { ownForecasts, storedCells } from './backtest-files.ts';
import { HORIZON, m5Workspace, readM5, rmsse, scoredItems } from './m5.ts';
import { cpuSeconds } from './measures.ts';
import { produceLines, produceWorkspace } from './produce.ts';
import { dayOf } from './training-cells.ts';

const PRODUCE_WINDOWS = ['2022-05-06', '2022-09-23'];
const M5_ORIGINS = [1857, 1885];

const SETTINGS: Omit<TreeSettings, 'monotone'> = {
  loss: { kind: 'tweedie', power: 1.3 },
  trees: 250,
  learningRate: 0.05,
  leaves: 15,
  leastRows: 30,
  leastHessian: 1e-3,
  ridge: 1,
  columnShare: 0.7,
  rowShare: 0.8,
  bins: 127,
  seed: 1,
};

/** What is forecast at an origin, and what is learned from before it. */
interface Task {
  readonly cells: readonly CellSeries[];
  readonly scored: (series: CellSeries) => boolean;
  readonly holidays: readonly Holiday[];
  readonly originDay: number;
  readonly periods: number;
  /** Days from one training origin to the next, and how many. */
  readonly every: number;
  readonly origins: number;
  readonly leastRows: number;
  readonly settings: Omit<TreeSettings, 'monotone'>;
  /** Weight of a row is its base to this power. */
  readonly weightPower: number;
}

/** Forecasts by trees of the periods after an origin, by product. */
function treesForecast(task: Task): Map<string, Float64Array> {
  const { cells, holidays, originDay, periods, every, origins, leastRows, weightPower } = task;
  const days = Array.from({ length: origins }, (_, k) => originDay - periods - k * every);
  const rows = pooledRows(cells, days, { periods, leastRows, holidays });
  const ensemble = fitTrees(
    {
      features: rows.features,
      response: rows.response,
      weight: rows.weight.map((weight, i) => weight * rows.base[i] ** weightPower),
      offset: new Float64Array(rows.response.length),
    },
    { ...task.settings, monotone: rows.columns.monotone },
  );
  const trends = marketTrends(cells, originDay);
  const planned: (PlannedCell & { readonly product: string })[] = [];
  for (const series of cells) {
    if (!task.scored(series)) continue;
    const plan = plannedRowsAfter(series, { originDay, endDay: originDay + periods });
    const state = cellState(series, originDay, periods, trends);
    if (state !== null && plan.days.length > 0) planned.push({ state, planned: plan, product: series.product });
  }
  const { features, base } = rowsToPredict(rows.columns, planned, holidays);
  const sold = predictTrees(ensemble, features).map((score, i) => base[i] * Math.exp(score));
  const forecasts = new Map<string, Float64Array>();
  let at = 0;
  for (const { product, planned: plan } of planned) {
    forecasts.set(product, sold.slice(at, at + plan.days.length));
    at += plan.days.length;
  }
  return forecasts;
}

/** demanda's predictions of a file, in order of their dates, by origin and product. */
function demandaForecasts(file: string): Map<string, number[]> {
  const forecasts = Map.groupBy(ownForecasts(file), ({ origin, product }) => `${origin}|${product}`);
  return new Map([...forecasts].map(([key, own]) => [key, own.map(({ prediction }) => prediction)]));
}

const average = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => (value + b[i]) / 2);
const f = (value: number | null): string => (value as number).toFixed(3);

/** A folder that a window's workspace and predictions are kept in, so that they are made once; DEMANDA_KEPT names it. */
async function inFolder(name: string, work: (folder: string, isNew: boolean) => Promise<void>): Promise<void> {
  const kept = process.env.DEMANDA_KEPT;
  if (kept !== undefined) {
    const folder = join(kept, name);
    const isNew = !existsSync(join(folder, 'predictions.csv'));
    if (isNew) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
    }
    return work(folder, isNew);
  }
  const folder = mkdtempSync(join(tmpdir(), 'demanda-trees-'));
  try {
    await work(folder, true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function produceWindow(lines: readonly string[], until: string): Promise<void> {
  await inFolder(`produce-${until}`, async (folder, isNew) => {
    const predictionsFile = join(folder, 'predictions.csv');
    if (isNew) {
      const { workspace } = await produceWorkspace(folder, lines, until);
      await workspace.backtest({ merchant: 'kept', until, predictionsFile });
      await workspace.close();
    }
    const cells = await storedCells(join(folder, 'ws'));
    const ours = demandaForecasts(predictionsFile);
    const holidays = holidaysOf('CN', dayOf('2020-01-01'), dayOf('2024-12-31'));
    const scores = new BacktestScores();
    const before = cpuSeconds();
    for (const originDay of new Set([...ours.keys()].map((key) => Number(key.split('|')[0])))) {
      const scored = (series: CellSeries): boolean => ours.has(`${originDay}|${series.product}`);
      const trees = treesForecast({
        ...{ cells, scored, holidays, originDay, periods: 14, every: 7, origins: 100, leastRows: 60 },
        ...{ settings: SETTINGS, weightPower: 0.5 },
      });
      for (const series of cells.filter(scored)) {
        const demanda = Float64Array.from(ours.get(`${originDay}|${series.product}`) as number[]);
        const byTrees = trees.get(series.product) as Float64Array;
        const actual = actualAfter(series, { originDay, endDay: originDay + 14 });
        const scale = stepScale(series.quantity.subarray(0, rowsUpTo(series, originDay)));
        const methods = { demanda, 'pooled trees': byTrees, average: average(demanda, byTrees) };
        for (const [method, prediction] of Object.entries(methods))
          scores.add({ cell: series.product, method, actual, prediction, scale, low: null, high: null });
      }
    }
    const seconds = cpuSeconds() - before;
    const figures = scores.figures().map(({ rmsse, wape }) => `${f(rmsse)} / ${f(wape)}`);
    console.log(`| produce ${until} | ${figures.join(' | ')} | ${seconds.toFixed(0)} |`);
  });
}

async function m5Window(data: NonNullable<ReturnType<typeof readM5>>, origin: number): Promise<void> {
  await inFolder(`m5-${origin}`, async (folder, isNew) => {
    const predictionsFile = join(folder, 'predictions.csv');
    const scored = scoredItems(data, origin);
    const until = data.calendar[origin + HORIZON - 1].date;
    if (isNew) {
      const workspace = await m5Workspace(folder, data, scored, origin);
      const horizon = { horizonDays: HORIZON, origins: 1, stepDays: HORIZON, minRows: 100 };
      await workspace.backtest({ until, ...horizon, predictionsFile });
      await workspace.close();
    }
    const cells = await storedCells(join(folder, 'ws'));
    const ours = demandaForecasts(predictionsFile);
    const originDay = dayOf(until) - HORIZON;
    const before = cpuSeconds();
    const trees = treesForecast({
      ...{ cells, scored: () => true, originDay, periods: HORIZON, every: 14, origins: 27, leastRows: 60 },
      holidays: holidaysOf('US', dayOf('2011-01-01'), dayOf('2016-12-31')),
      settings: { ...SETTINGS, loss: { kind: 'poisson' }, leaves: 31, leastRows: 100 },
      weightPower: 1,
    });
    const seconds = cpuSeconds() - before;
    const sums = { demanda: [0, 0], trees: [0, 0], average: [0, 0] };
    let [sold, revenue] = [0, 0];
    const weighted = { demanda: 0, trees: 0, average: 0 };
    for (const item of scored) {
      const demanda = Float64Array.from(ours.get(`${originDay}|${item.id}`) as number[]);
      const byTrees = trees.get(item.id) as Float64Array;
      const last = item.units.slice(origin - 28, origin);
      const weight = last.reduce(
        (sum, units, i) => sum + units * (data.prices.get(`${item.id}|${data.calendar[origin - 28 + i].week}`) ?? 0),
        0,
      );
      revenue += weight;
      for (let h = 0; h < HORIZON; h++) sold += item.units[origin + h];
      for (const [method, forecast] of [
        ['demanda', demanda],
        ['trees', byTrees],
        ['average', average(demanda, byTrees)],
      ] as const) {
        const error = rmsse(item, origin, [...forecast]);
        const absolute = forecast.reduce((sum, value, h) => sum + Math.abs(value - item.units[origin + h]), 0);
        sums[method] = [sums[method][0] + error, sums[method][1] + absolute];
        weighted[method] += weight * error;
      }
    }
    const figures = (['demanda', 'trees', 'average'] as const).map((method) => {
      const [errors, absolute] = sums[method];
      return `${f(errors / scored.length)} / ${f(absolute / sold)} / ${f(weighted[method] / revenue)}`;
    });
    console.log(`| M5 d_${origin + 1} (with weighted RMSSE) | ${figures.join(' | ')} | ${seconds.toFixed(0)} |`);
  });
}

const asked = process.argv.slice(2);
const runs = (name: string): boolean => asked.length === 0 || asked.includes(name);
console.log('| window (chosen on) | demanda | pooled trees | average | CPU s of the trees |');
console.log('|---|---|---|---|---|');
const lines = runs('produce') ? produceLines() : null;
if (lines) for (const until of PRODUCE_WINDOWS) await produceWindow(lines, until);
const data = runs('m5') ? readM5() : null;
if (data) for (const origin of M5_ORIGINS) await m5Window(data, origin);
