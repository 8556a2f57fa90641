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
import { InOrder } from '../fleet/in-order.ts';
import type { MarketKnowledge } from '../fleet/knowledge.ts';
import { learnMarket, searchSpecs } from '../fleet/learn-market.ts';
import { beforeFolds, learnTrees } from '../fleet/learn-trees.ts';
import type { BacktestForecast } from '../fleet/work.ts';
import { header, type WorkspaceContext } from './context.ts';
import { dayOf } from './dates.ts';
import { executorFor, fleetOptionsOf, sourceOf } from './fleet-source.ts';
import type { BacktestOptions } from './options.ts';
import { writeOutput } from './output-file.ts';
import { predictionLines, predictionsFile } from './predictions-file.ts';
import { Spool } from './spool.ts';

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
  const predictions = options.predictionsFile === undefined ? null : new Spool<string>();
  const outcome = new BacktestOutcome(protocols, predictions);
  try {
    await forecastAll({ source, executor, options: fleet }, protocols, outcome);
    if (predictions) await writeOutput(options.predictionsFile as string, predictionsFile(predictions));
  } finally {
    predictions?.close();
  }
  const seconds = (performance.now() - started) / 1000;
  const asked = [...protocols.values()];
  return {
    ...(await header(context)),
    cells: outcome.cells,
    horizonDays: Math.max(0, ...asked.flatMap(({ origins }) => origins.map((o) => o.endDay - o.originDay))),
    origins: options.origins ?? BACKTEST.origins.usual,
    protocols: asked.map((protocol) => outcome.of(protocol)),
    methods: outcome.scores.figures().map((f) => ({ ...f, seconds: f.name === 'demanda' ? seconds : 0 })),
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
  /** None where it has too few rows. */
  readonly forecasts: readonly BacktestForecast[];
}

/** What cells' forecasts come to, added by name; the cells themselves are not kept. */
class BacktestOutcome {
  readonly scores = new BacktestScores();
  /** That had a forecast. */
  cells = 0;
  private readonly byFrequency = new Map<Frequency, { cells: number; left: number; mostRows: number }>();
  private readonly protocols: Protocols;
  private readonly predictions: Spool<string> | null;

  constructor(protocols: Protocols, predictions: Spool<string> | null) {
    this.protocols = protocols;
    this.predictions = predictions;
  }

  add({ series, forecasts }: CellForecasts): void {
    const { frequency } = series;
    const own = this.byFrequency.get(frequency) ?? { cells: 0, left: 0, mostRows: 0 };
    this.byFrequency.set(frequency, own);
    const [latest] = (this.protocols.get(frequency) as Protocol).origins as readonly [BacktestOrigin];
    own.mostRows = Math.max(own.mostRows, rowsUpTo(series, latest.originDay));
    if (forecasts.length === 0) {
      own.left++;
      return;
    }
    own.cells++;
    this.cells++;
    const cell = cellKey(series);
    for (const { actual, stepScale, methods } of forecasts)
      for (const { name, prediction, low, high } of methods)
        this.scores.add({ cell, method: name, actual, prediction, scale: stepScale, low, high });
    this.scores.endCell(cell);
    if (this.predictions) for (const line of predictionLines(series, forecasts)) this.predictions.push(line);
  }

  of({ frequency, horizon, step, minRows }: Protocol): BacktestProtocol {
    const own = this.byFrequency.get(frequency) ?? { cells: 0, left: 0, mostRows: 0 };
    return { frequency, horizon, step, minRows, ...own };
  }
}

/**
 * Forecasts every cell; closes the executor.
 *
 * @throws DemandaError TRAIN_UNEXPECTED for the first cell, by name, whose calculation failed: figures without it would
 * be of other cells than were asked for
 */
async function forecastAll(fleet: Fleet, protocols: Protocols, outcome: BacktestOutcome): Promise<void> {
  let failure: DemandaError | null = null;
  const asked = [...protocols.values()];
  const inOrder = new InOrder<() => void>((told) => told());
  const { source } = fleet;
  const expected = {
    ...source,
    async *cells() {
      for await (const series of source.cells()) {
        inOrder.expect(cellKey(series));
        yield series;
      }
    },
  };
  try {
    await backtestFleet({
      ...fleet,
      source: expected,
      protocolOf: ({ frequency }) => {
        const { origins, minRows } = protocols.get(frequency) as Protocol;
        return { origins, minRows };
      },
      knowledge: await learnedOf(fleet, asked),
      onCell: (series, forecasts) => {
        const { merchant, product } = series;
        inOrder.put(cellKey(series), () => {
          if (forecasts.ok) outcome.add({ series, forecasts: forecasts.value });
          else
            failure ??= new DemandaError('TRAIN_UNEXPECTED', { merchant, product, detail: String(forecasts.detail) });
        });
      },
    });
    inOrder.end();
  } finally {
    await fleet.executor.close();
  }
  if (failure) throw failure;
}

/**
 * What a training would know: the market and trees of each origin's own day, and the specs that a search finds on the
 * day of the earliest one. One search for all: later ones would know more than the earliest may.
 */
async function learnedOf(fleet: Fleet, protocols: readonly Protocol[]): Promise<MarketKnowledge> {
  const market = await learnMarket(fleet, marketDays(protocols));
  const first = new Map(
    protocols.map(({ frequency, origins }) => [frequency, (origins.at(-1) as BacktestOrigin).originDay]),
  );
  return learnTrees(fleet, await searchSpecs(fleet, market, first), ({ frequency }) => treeDays(protocols, frequency));
}

/** Every origin of the protocols and of the folds behind it, latest first. */
function marketDays(protocols: readonly Protocol[]): number[] {
  const days = new Set<number>();
  for (const { origins } of protocols)
    for (const { originDay, endDay } of origins)
      for (let k = 0; k <= FOLDS_BEHIND; k++) days.add(originDay - k * (endDay - originDay));
  return [...days].sort((a, b) => b - a);
}

/** Each origin of a frequency, and one before the folds behind it. */
function treeDays(protocols: readonly Protocol[], frequency: Frequency): number[] {
  const origins = protocols.find((protocol) => protocol.frequency === frequency)?.origins ?? [];
  return [...new Set(origins.flatMap(({ originDay }) => [originDay, beforeFolds(frequency, originDay)]))];
}
