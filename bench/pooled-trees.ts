/**
 * What trees of all cells add: forecasts with and without them, and theirs alone, on windows of produce and M5. RMSSE /
 * WAPE; weighted RMSSE besides for M5, by its own scale.
 *
 * node bench/pooled-trees.ts [2023-02-10 … | d_1942 …]
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitDemand } from '../src/core/demand/fit-demand.ts';
import { predictMean } from '../src/core/demand/mean-forecast.ts';
import {
  actualAfter,
  type BacktestOrigin,
  backtestOrigins,
  plannedRowsAfter,
  stepScale,
  truncateSeries,
} from '../src/core/evaluation/backtest.ts';
import type { CellSeries, Holiday } from '../src/core/series/cell-series.ts';
import { holidaysOf } from '../src/data/holidays.ts';
import { fitContext } from '../src/fleet/cell-fit.ts';
import type { Fleet } from '../src/fleet/fleet-run.ts';
import { fitSettings, type MarketKnowledge, priorsOf } from '../src/fleet/knowledge.ts';
import { learnMarket } from '../src/fleet/learn-market.ts';
import { beforeFolds, learnTrees } from '../src/fleet/learn-trees.ts';
import { threadsExecutor } from '../src/fleet/threads.ts';
import { treesForecast } from '../src/fleet/trees-forecast.ts';
import { storedCells } from './backtest-files.ts';
import { HORIZON, type M5Item, m5Workspace, readM5, rmsse, scoredItems } from './m5.ts';
import { cpuSeconds } from './measures.ts';
import { produceLines, produceWorkspace } from './produce.ts';
import { dayOf } from './training-cells.ts';

const PRODUCE = [
  { until: '2022-05-06', chosenOn: true },
  { until: '2022-09-23', chosenOn: true },
  { until: '2023-02-10', chosenOn: false },
  { until: '2023-06-30', chosenOn: false },
];
const M5 = [
  { origin: 1857, chosenOn: true },
  { origin: 1885, chosenOn: true },
  { origin: 1913, chosenOn: false },
  { origin: 1941, chosenOn: false },
];
const FOLDS_BEHIND = 5;
const METHODS = ['without', 'with', 'alone'] as const;
type Method = (typeof METHODS)[number];

interface Forecasts extends Record<Method, Float64Array> {
  readonly cell: string;
  readonly origin: BacktestOrigin;
  readonly actual: Float64Array;
  readonly scale: number;
}

function fleetOf(cells: readonly CellSeries[], holidays: readonly Holiday[]): Fleet {
  const options = { holidays, market: false, pooling: 'workspace' } as const;
  const all = async function* (): AsyncIterable<CellSeries> {
    yield* cells;
  };
  const source = { count: cells.length, cells: all, named: all, read: async () => null, pooled: all };
  return { source, executor: threadsExecutor(2), options };
}

/** What is learned of all cells for some origins, and the processor seconds that the trees took. */
async function learned(
  fleet: Fleet,
  origins: readonly BacktestOrigin[],
): Promise<{ readonly knowledge: MarketKnowledge; readonly seconds: number }> {
  const descending = (days: readonly number[]): number[] => [...new Set(days)].sort((a, b) => b - a);
  const folds = origins.flatMap(({ originDay, endDay }) =>
    Array.from({ length: FOLDS_BEHIND + 1 }, (_, k) => originDay - k * (endDay - originDay)),
  );
  const market = await learnMarket(fleet, descending(folds));
  const before = cpuSeconds();
  const days = origins.flatMap(({ originDay }) => [originDay, beforeFolds('daily', originDay)]);
  const knowledge = await learnTrees(fleet, market, () => descending(days));
  return { knowledge, seconds: cpuSeconds() - before };
}

function forecastsOf(
  series: CellSeries,
  knowledge: MarketKnowledge,
  { origins, leastRows }: { readonly origins: readonly BacktestOrigin[]; readonly leastRows: number },
): Forecasts[] {
  const trees = treesForecast(knowledge, series);
  return origins.flatMap((origin) => {
    const training = truncateSeries(series, origin.originDay);
    const planned = plannedRowsAfter(series, origin);
    if (training.days.length < leastRows || planned.days.length === 0) return [];
    const fitted = fitDemand(
      training,
      fitContext(fitSettings(knowledge, training), priorsOf(knowledge, training), trees),
    );
    if (!fitted.ok) return [];
    const { trees: part, ...others } = fitted.value;
    const without = predictMean(others, planned);
    const joined = predictMean(fitted.value, planned);
    // with = (1 − w) · without + w · alone, but for rows further ahead than trees know.
    const weight = part?.weight ?? 0;
    const alone = joined.map((value, i) => (weight > 0 ? (value - (1 - weight) * without[i]) / weight : value));
    const actual = actualAfter(series, origin);
    return [
      { cell: series.product, origin, actual, scale: stepScale(training.quantity), without, with: joined, alone },
    ];
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function wape(forecasts: readonly Forecasts[], method: Method): number {
  let [absolute, sold] = [0, 0];
  for (const each of forecasts)
    each.actual.forEach((value, i) => {
      absolute += Math.abs(value - (each[method][i] as number));
      sold += value;
    });
  return absolute / sold;
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'demanda-trees-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(name: string, chosenOn: boolean, figures: readonly string[], seconds: number): void {
  console.log(`| ${name}${chosenOn ? ' (chosen on)' : ''} | ${figures.join(' | ')} | ${seconds.toFixed(0)} |`);
}

async function produce(lines: readonly string[], { until, chosenOn }: (typeof PRODUCE)[number]): Promise<void> {
  await inFolder(async (folder) => {
    const { workspace } = await produceWorkspace(folder, lines, until);
    await workspace.close();
    const cells = await storedCells(join(folder, 'ws'));
    const origins = backtestOrigins('daily', dayOf(until), { periods: 14, count: 10, step: 14 });
    const fleet = fleetOf(cells, holidaysOf('CN', dayOf('2020-01-01'), dayOf('2024-12-31')));
    const { knowledge, seconds } = await learned(fleet, origins);
    const forecasts = cells
      .filter(({ merchant }) => merchant === 'kept')
      .flatMap((series) => forecastsOf(series, knowledge, { origins, leastRows: 120 }));
    await fleet.executor.close();
    const byCell = [...Map.groupBy(forecasts, ({ cell }) => cell).values()];
    const figures = METHODS.map((method) => {
      const errors = byCell.map((own) =>
        Math.sqrt(
          mean(own.map((each) => mean([...each.actual].map((y, i) => (y - each[method][i]) ** 2)) / each.scale ** 2)),
        ),
      );
      return `${mean(errors).toFixed(4)} / ${wape(forecasts, method).toFixed(4)}`;
    });
    print(`produce ${until}`, chosenOn, figures, seconds);
  });
}

/** Revenue of the 28 days before the origin: what an item weighs in the competition. */
function revenue(item: M5Item, origin: number, data: NonNullable<ReturnType<typeof readM5>>): number {
  return item.units
    .slice(origin - HORIZON, origin)
    .reduce(
      (sum, units, i) => sum + units * (data.prices.get(`${item.id}|${data.calendar[origin - HORIZON + i].week}`) ?? 0),
      0,
    );
}

async function m5(
  data: NonNullable<ReturnType<typeof readM5>>,
  { origin, chosenOn }: (typeof M5)[number],
): Promise<void> {
  await inFolder(async (folder) => {
    const items = new Map(scoredItems(data, origin).map((item) => [item.id, item]));
    const workspace = await m5Workspace(folder, data, [...items.values()], origin);
    await workspace.close();
    const cells = await storedCells(join(folder, 'ws'));
    const until = dayOf(data.calendar[origin + HORIZON - 1].date);
    const origins = backtestOrigins('daily', until, { periods: HORIZON, count: 1, step: HORIZON });
    const fleet = fleetOf(cells, holidaysOf('US', dayOf('2011-01-01'), dayOf('2016-12-31')));
    const { knowledge, seconds } = await learned(fleet, origins);
    const forecasts = cells.flatMap((series) => forecastsOf(series, knowledge, { origins, leastRows: 100 }));
    await fleet.executor.close();
    const weights = forecasts.map(({ cell }) => revenue(items.get(cell) as M5Item, origin, data));
    const figures = METHODS.map((method) => {
      const errors = forecasts.map((each) => rmsse(items.get(each.cell) as M5Item, origin, [...each[method]]));
      const weighted = mean(errors.map((error, i) => error * weights[i])) / mean(weights);
      return `${mean(errors).toFixed(4)} / ${wape(forecasts, method).toFixed(4)} / ${weighted.toFixed(4)}`;
    });
    print(`M5 d_${origin + 1}, ${forecasts.length} items`, chosenOn, figures, seconds);
  });
}

const asked = process.argv.slice(2);
const runs = (name: string): boolean => asked.length === 0 || asked.includes(name);
console.log('| window | without trees | with them | trees alone | CPU s of learning them |');
console.log('|---|---|---|---|---|');
const lines = PRODUCE.some(({ until }) => runs(until)) ? produceLines() : null;
for (const window of PRODUCE) if (lines && runs(window.until)) await produce(lines, window);
const data = M5.some(({ origin }) => runs(`d_${origin + 1}`)) ? readM5() : null;
for (const window of M5) if (data && runs(`d_${window.origin + 1}`)) await m5(data, window);
