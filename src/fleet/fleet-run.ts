/** Many cells through the stages of training or backtesting: market first, shared search by product type, then every cell for itself. */

import { FOLD_HORIZON_DAYS } from '../core/demand/cross-validation.ts';
import type { DemandModel, FitRefusal } from '../core/demand/fit-demand.ts';
import type { ShapeEvidence } from '../core/demand/price-shape.ts';
import type { CellPrior } from '../core/demand/prior.ts';
import { COARSE_COUNT_SPECS, COARSE_SPECS, DAILY_COUNT_SPECS, DAILY_SPECS, type Spec } from '../core/demand/spec.ts';
import type { Pooling } from '../core/market/pooling.ts';
import { publishedElasticity } from '../core/market/published-priors.ts';
import type { Outcome } from '../core/outcome.ts';
import type { CellSeries, Holiday } from '../core/series/cell-series.ts';
import type { BacktestForecast, CellWorkResult, FitSettings } from './cell-work.ts';
import type { Executor } from './executor.ts';
import { inParallel } from './in-parallel.ts';
import { type CellName, MAX_POOLED_CELLS, MarketCalendar, trainingOrigins } from './market-calendar.ts';

/** How a fleet's cells are read: again from the start at every stage, so that no stage holds them. */
export interface FleetSource {
  /** Number of cells that `cells()` yields. */
  readonly count: number;
  cells(): AsyncIterable<CellSeries>;
  /** Cells that pooling may learn from (all of the workspace, whatever is trained), at most {@link MAX_POOLED_CELLS}. */
  pooled(limit: number): AsyncIterable<CellSeries>;
}

export interface FleetOptions {
  readonly holidays: readonly Holiday[];
  readonly market: boolean;
  /** `cost` or a covariate's name: see DesignOptions. */
  readonly instrument?: string;
  readonly pooling: Pooling;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
}

export interface FleetProgress {
  readonly stage: 'market' | 'search' | 'train' | 'backtest';
  readonly done: number;
  readonly total: number;
}

/** Cells of a product type that the shared search looks at. */
const SEARCH_SAMPLE = 6;
/** Specs that survive the shared search. */
const SURVIVORS = 6;

/** Specs kept for each product type, frequency and way of selling, by {@link specKey}. */
export type SharedSpecs = ReadonlyMap<string, readonly Spec[]>;

/** Pieces are counted; weights are measured. */
function soldByThePiece(series: CellSeries): boolean {
  return series.quantity.every(Number.isInteger);
}

/** The library of specs for a cell's frequency and way of selling. */
export function specsOf(series: CellSeries): readonly Spec[] {
  if (series.frequency === 'daily') return soldByThePiece(series) ? DAILY_COUNT_SPECS : DAILY_SPECS;
  return soldByThePiece(series) ? COARSE_COUNT_SPECS : COARSE_SPECS;
}

export function publishedPrior(productType: string): CellPrior {
  const published = publishedElasticity(productType);
  return { price: { mean: published.mean, variance: published.variance } };
}

/** Everything shared by the cells of one fleet run. */
export interface SharedKnowledge {
  readonly calendar: MarketCalendar;
  readonly specs: SharedSpecs;
}

/** Fits the market at every origin. @param origins latest first; by default those that training needs */
export async function learnMarket(source: FleetSource, executor: Executor, options: FleetOptions, origins?: readonly number[]): Promise<MarketCalendar> {
  if (options.pooling === 'none') return MarketCalendar.fit([], [], options.pooling);
  const estimates: { cell: CellName; byOrigin: Extract<CellWorkResult, { kind: 'estimate' }>['estimates']; shape: ShapeEvidence | null }[] = [];
  let days: readonly number[] = origins ?? [];
  if (!origins) {
    let last = Number.NEGATIVE_INFINITY;
    let first = Number.POSITIVE_INFINITY;
    let horizon = Number.POSITIVE_INFINITY;
    for await (const series of source.pooled(MAX_POOLED_CELLS)) {
      if (series.days.length === 0) continue;
      last = Math.max(last, series.days.at(-1) as number);
      first = Math.min(first, series.days[0] as number);
      horizon = Math.min(horizon, FOLD_HORIZON_DAYS[series.frequency]);
    }
    days = Number.isFinite(last) ? trainingOrigins(last, first, horizon) : [];
  }
  if (days.length === 0) return MarketCalendar.fit([], [], options.pooling);
  let done = 0;
  await inParallel(
    source.pooled(MAX_POOLED_CELLS),
    executor.concurrency,
    (series) => executor.run({ kind: 'estimate', series, days, holidays: options.holidays, market: options.market, ...instrumentOf(options) }),
    (series, result) => {
      if (result.kind === 'estimate') estimates.push({ cell: nameOf(series), byOrigin: result.estimates, shape: result.shape });
      options.onProgress?.({ stage: 'market', done: ++done, total: Math.min(source.count, MAX_POOLED_CELLS) });
    },
    options.signal,
  );
  // Threads finish in any order; sums of floating-point numbers must not depend on it.
  estimates.sort((a, b) => compareNames(a.cell, b.cell));
  return MarketCalendar.fit(days, estimates, options.pooling);
}

/**
 * Shared search: the first cells of each product type are cross-validated on the whole library, and the specs with the lowest summed
 * deviance stay for the type. Types with no cell that can be cross-validated keep the whole library.
 */
export async function searchSpecs(source: FleetSource, executor: Executor, calendar: MarketCalendar, options: FleetOptions): Promise<SharedSpecs> {
  const taken = new Map<string, number>();
  async function* sample(): AsyncIterable<CellSeries> {
    for await (const series of source.cells()) {
      const key = specKey(series);
      const count = taken.get(key) ?? 0;
      if (count >= SEARCH_SAMPLE || series.days.length < 60) continue;
      taken.set(key, count + 1);
      yield series;
    }
  }
  const found: { cell: CellName; key: string; library: readonly Spec[]; deviances: readonly number[] }[] = [];
  let done = 0;
  await inParallel(
    sample(),
    executor.concurrency,
    (series) => executor.run({ kind: 'search', series, priors: calendar.priorsFor(series), settings: fitSettings(series, specsOf(series), options, calendar) }),
    (series, result) => {
      if (result.kind === 'search' && result.deviances) {
        found.push({ cell: nameOf(series), key: specKey(series), library: specsOf(series), deviances: result.deviances.map((d) => d / result.rows) });
      }
      options.onProgress?.({ stage: 'search', done: ++done, total: done });
    },
    options.signal,
  );
  found.sort((a, b) => compareNames(a.cell, b.cell));
  const sums = new Map<string, { library: readonly Spec[]; sum: number[] }>();
  for (const { key, library, deviances } of found) {
    let entry = sums.get(key);
    if (!entry) sums.set(key, (entry = { library, sum: new Array(deviances.length).fill(0) }));
    for (const [c, d] of deviances.entries()) entry.sum[c] = (entry.sum[c] as number) + d;
  }
  const specs = new Map<string, readonly Spec[]>();
  for (const [key, { library, sum }] of sums) {
    const ranked = library.map((spec, s) => ({ spec, deviance: sum[s] as number })).sort((a, b) => a.deviance - b.deviance);
    specs.set(
      key,
      library.filter((spec) => ranked.slice(0, SURVIVORS).some((r) => r.spec === spec)),
    );
  }
  return specs;
}

/** Trains every cell of a source; a cell that cannot be trained is a value for `onCell`, never the end of the fleet. */
export async function trainFleet(
  source: FleetSource,
  executor: Executor,
  shared: SharedKnowledge,
  options: FleetOptions,
  onCell: (series: CellSeries, outcome: Outcome<DemandModel, FitRefusal>, seconds: number) => void | Promise<void>,
  now: () => number,
): Promise<void> {
  let done = 0;
  const started = new Map<CellSeries, number>();
  await inParallel(
    source.cells(),
    executor.concurrency,
    (series) => {
      started.set(series, now());
      const specs = shared.specs.get(specKey(series)) ?? specsOf(series);
      return executor.run({ kind: 'train', series, priors: shared.calendar.priorsFor(series), settings: fitSettings(series, specs, options, shared.calendar) });
    },
    async (series, result) => {
      const seconds = (now() - (started.get(series) as number)) / 1000;
      started.delete(series);
      if (result.kind === 'train') await onCell(series, result.outcome, seconds);
      options.onProgress?.({ stage: 'train', done: ++done, total: source.count });
    },
    options.signal,
  );
}

/** Backtests every cell of a source at the origins that its frequency and the protocol give. */
export async function backtestFleet(
  source: FleetSource,
  executor: Executor,
  calendar: MarketCalendar,
  options: FleetOptions,
  protocol: { readonly origins: readonly number[]; readonly horizonDays: number; readonly minRows: number },
  onCell: (series: CellSeries, forecasts: readonly BacktestForecast[]) => void | Promise<void>,
): Promise<void> {
  let done = 0;
  await inParallel(
    source.cells(),
    executor.concurrency,
    (series) =>
      executor.run({
        kind: 'backtest',
        series,
        priors: calendar.priorsFor(series),
        settings: fitSettings(series, specsOf(series), options, calendar),
        ...protocol,
      }),
    async (series, result) => {
      if (result.kind === 'backtest') await onCell(series, result.forecasts);
      options.onProgress?.({ stage: 'backtest', done: ++done, total: source.count });
    },
    options.signal,
  );
}

/** What a fit of the cell needs besides its rows and priors. */
export function fitSettings(series: CellSeries, specs: readonly Spec[], options: FleetOptions, calendar: MarketCalendar): FitSettings {
  return {
    holidays: options.holidays,
    market: options.market,
    ...instrumentOf(options),
    specs,
    publishedPrior: publishedPrior(series.productType),
    marketShape: calendar.shapeFor(series),
  };
}

function instrumentOf(options: FleetOptions): { instrument?: string } {
  return options.instrument === undefined ? {} : { instrument: options.instrument };
}

function specKey(series: CellSeries): string {
  return `${series.frequency}/${soldByThePiece(series) ? 'pieces' : 'measure'}/${series.productType}`;
}

function nameOf(series: CellSeries): CellName {
  return { merchant: series.merchant, product: series.product, productType: series.productType };
}

function compareNames(a: CellName, b: CellName): number {
  return a.merchant < b.merchant ? -1 : a.merchant > b.merchant ? 1 : a.product < b.product ? -1 : a.product > b.product ? 1 : 0;
}
