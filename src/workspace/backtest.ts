/** Rolling-origin accuracy of the chosen cells. */

import { cellKey } from '../contract/cell-name.ts';
import type { BacktestDocument, BacktestProtocol } from '../contract/documents.ts';
import { checkOptions } from '../contract/options/check-options.ts';
import { BACKTEST, BACKTEST_DAYS, USUAL_MIN_ROWS } from '../contract/options/price.ts';
import { type BacktestOrigin, BacktestScores, backtestOrigins } from '../core/evaluation/backtest.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { gridOf, horizonOf, PERIOD_UNIT, wholePeriods } from '../core/series/periods.ts';
import { rowsUpTo } from '../core/series/rows.ts';
import { FREQUENCIES, type Frequency } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { backtestFleet, type Fleet } from '../fleet/fleet-run.ts';
import { learnMarket } from '../fleet/learn-market.ts';
import type { BacktestForecast } from '../fleet/work.ts';
import { header, type WorkspaceContext } from './context.ts';
import { dayOf } from './dates.ts';
import { executorFor, fleetOptionsOf, sourceOf } from './fleet-source.ts';
import { byName } from './names.ts';
import type { BacktestOptions } from './options.ts';
import { writePredictions } from './predictions-file.ts';

/** Folds behind each origin that want the market of their own day. */
const FOLDS_BEHIND = 5;

/** What is asked of the cells of one frequency. */
interface Protocol extends Pick<BacktestProtocol, 'frequency' | 'horizon' | 'step' | 'minRows'> {
  /** Latest first, at least one. */
  readonly origins: readonly BacktestOrigin[];
}
type Protocols = ReadonlyMap<Frequency, Protocol>;

/** Rolling-origin accuracy by the protocol, against the simple forecasts. */
export async function backtest(context: WorkspaceContext, options: BacktestOptions = {}): Promise<BacktestDocument> {
  checkOptions(BACKTEST, options);
  checkOptions(BACKTEST_DAYS, options);
  const filter = await context.names.sold(options);
  const last = (await context.store.cells.span()).lastDay;
  const untilDay = options.until === undefined ? (last as number) : dayOf(options.until);
  const frequencies = new Set<Frequency>();
  for await (const { frequency } of context.store.cells.list(filter)) frequencies.add(frequency);
  const protocols: Protocols = new Map(
    FREQUENCIES.filter((frequency) => frequencies.has(frequency)).map((frequency) => [
      frequency,
      protocolOf(frequency, untilDay, options),
    ]),
  );
  const fleet = await fleetOptionsOf(context, options);
  const source = await sourceOf(context, filter, fleet.market);
  const executor = await executorFor(context, filter, options.workers);
  const started = performance.now();
  const collected = await collectForecasts({ source, executor, options: fleet }, protocols);
  const forecast = collected.filter(({ forecasts }) => forecasts.length > 0);
  const scores = scoresOf(forecast);
  if (options.predictionsFile !== undefined) await writePredictions(options.predictionsFile, forecast);
  const seconds = (performance.now() - started) / 1000;
  const asked = [...protocols.values()];
  return {
    ...(await header(context)),
    cells: forecast.length,
    horizonDays: Math.max(0, ...asked.flatMap(({ origins }) => origins.map((o) => o.endDay - o.originDay))),
    origins: options.origins ?? BACKTEST.origins.usual,
    protocols: asked.map((protocol) => outcomeOf(protocol, collected)),
    methods: scores.figures().map((f) => ({ ...f, seconds: f.name === 'demanda' ? seconds : 0 })),
  };
}

function protocolOf(frequency: Frequency, untilDay: number, options: BacktestOptions): Protocol {
  const grid = gridOf(frequency, [untilDay]);
  const unit = PERIOD_UNIT[frequency];
  const whole = (asked: number | string | undefined): number =>
    wholePeriods(grid, untilDay, asked === undefined ? undefined : (horizonOf(asked) ?? undefined));
  const [periods, step] = [whole(options.horizon ?? options.horizonDays), whole(options.step ?? options.stepDays)];
  const count = options.origins ?? BACKTEST.origins.usual;
  return {
    frequency,
    horizon: { count: periods, unit },
    step: { count: step, unit },
    minRows: options.minRows ?? USUAL_MIN_ROWS[frequency],
    origins: backtestOrigins(frequency, untilDay, { periods, count, step }),
  };
}

interface CellForecasts {
  readonly series: CellSeries;
  readonly forecasts: readonly BacktestForecast[];
}

/**
 * Forecasts of every cell, by name, none where it has too few rows; closes the executor.
 *
 * @throws DemandaError TRAIN_UNEXPECTED for the first cell, by name, whose calculation failed: figures without it would
 * be of other cells than were asked for
 */
async function collectForecasts(fleet: Fleet, protocols: Protocols): Promise<CellForecasts[]> {
  const collected: CellForecasts[] = [];
  const failures: { readonly series: CellSeries; readonly detail: unknown }[] = [];
  try {
    await backtestFleet({
      ...fleet,
      protocolOf: ({ frequency }) => {
        const { origins, minRows } = protocols.get(frequency) as Protocol;
        return { origins, minRows };
      },
      knowledge: await learnMarket(fleet, marketDays([...protocols.values()])),
      onCell: (series, forecasts) => {
        if (!forecasts.ok) failures.push({ series, detail: forecasts.detail });
        else collected.push({ series, forecasts: forecasts.value });
      },
    });
  } finally {
    await fleet.executor.close();
  }
  const [failed] = failures.sort((a, b) => byName(a.series, b.series));
  if (failed) {
    const { merchant, product } = failed.series;
    throw new DemandaError('TRAIN_UNEXPECTED', { merchant, product, detail: String(failed.detail) });
  }
  return collected.sort((a, b) => byName(a.series, b.series));
}

/** Every origin of the protocols and of the folds behind it, latest first. */
function marketDays(protocols: readonly Protocol[]): number[] {
  const days = new Set<number>();
  for (const { origins } of protocols)
    for (const { originDay, endDay } of origins)
      for (let k = 0; k <= FOLDS_BEHIND; k++) days.add(originDay - k * (endDay - originDay));
  return [...days].sort((a, b) => b - a);
}

function outcomeOf(protocol: Protocol, collected: readonly CellForecasts[]): BacktestProtocol {
  const { frequency, horizon, step, minRows, origins } = protocol;
  const own = collected.filter(({ series }) => series.frequency === frequency);
  const cells = own.filter(({ forecasts }) => forecasts.length > 0).length;
  const latest = (origins[0] as BacktestOrigin).originDay;
  const mostRows = own.reduce((most, { series }) => Math.max(most, rowsUpTo(series, latest)), 0);
  return { frequency, horizon, step, minRows, cells, left: own.length - cells, mostRows };
}

function scoresOf(collected: readonly CellForecasts[]): BacktestScores {
  const scores = new BacktestScores();
  for (const { series, forecasts } of collected)
    for (const { actual, stepScale, methods } of forecasts)
      for (const { name, prediction, low, high } of methods)
        scores.add({ cell: cellKey(series), method: name, actual, prediction, scale: stepScale, low, high });
  return scores;
}
