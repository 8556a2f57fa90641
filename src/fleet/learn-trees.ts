/** Trees that are learned of the rows of all cells of a frequency, as they were known on some days. */

import { crc32 } from 'node:zlib';
import { cellKey } from '../contract/cell-name.ts';
import { CalendarFeatures } from '../core/boosting/calendar-features.ts';
import type { TreeRows, TreeSettings } from '../core/boosting/fit-trees.ts';
import { TrendSums } from '../core/boosting/market-trends.ts';
import { cellRows, type PooledRows, trendsByOrigin } from '../core/boosting/pooled-rows.ts';
import { type FeatureColumns, featureColumns, usualPriceFeature } from '../core/boosting/row-features.ts';
import { FOLD_PERIODS, MAX_FOLDS } from '../core/demand/cross-validation.ts';
import { type PriceRatios, TREES_HORIZON } from '../core/demand/trees-part.ts';
import { quantile } from '../core/math/summary.ts';
import type { CellSeries } from '../core/series/cell-series.ts';
import { PERIOD_DAYS } from '../core/series/periods.ts';
import { rowsUpTo } from '../core/series/rows.ts';
import { FREQUENCIES, type Frequency } from '../core/vocabulary.ts';
import type { Fleet, FleetSource } from './fleet-run.ts';
import type { DatedTrees, MarketKnowledge, PooledTrees } from './knowledge.ts';
import { type CellName, compareNames, MAX_POOLED_CELLS, nameOf } from './market-calendar.ts';

/** Periods from one origin to the next. */
const EVERY: Readonly<Record<Frequency, number>> = { daily: 7, weekly: 1, monthly: 1 };
/** Origins at most: three years of weeks. */
const MOST_ORIGINS = 160;
/** Rows up to an origin without which a cell gives none of it. */
const LEAST_PAST: Readonly<Record<Frequency, number>> = { daily: 60, weekly: 26, monthly: 12 };
/**
 * Rows that trees are learned of at most, in all and of a cell. More of a cell the fewer there are: trees of few cells are
 * learned fast, and many rows of each are what they lack (docs/decisions/pooled-trees.md). Weeks and months of one cell are
 * more alike than its days.
 */
const MOST_ROWS = 200_000;
const MOST_ROWS_OF_CELL = 300;
const ROWS_OF_FEW_CELLS: Readonly<Record<Frequency, number>> = { daily: 150_000, weekly: 40_000, monthly: 40_000 };
/** Rows and cells that they are learned of at least: of fewer there is little that a cell does not know by itself. */
const LEAST_ROWS = 1_000;
const LEAST_CELLS = 10;

/**
 * Chosen on produce until 2022-05-06 and 2022-09-23 and on M5 until d_1885 (docs/decisions/pooled-trees.md): half the
 * trees of twice the step lost a hundredth, Poisson's loss a fortieth on produce.
 */
const SETTINGS: Omit<TreeSettings, 'monotone' | 'leaves'> = {
  loss: { kind: 'tweedie', power: 1.3 },
  trees: 250,
  learningRate: 0.05,
  leastRows: 30,
  leastHessian: 1e-3,
  ridge: 1,
  columnShare: 0.7,
  rowShare: 0.8,
  bins: 127,
  seed: 1,
};

/** Leaves of a tree, and of one whose cells have many rows each: it tells cells apart. */
const LEAVES = 15;
const LEAVES_OF_MANY_ROWS = 31;
const MANY_ROWS_OF_CELL = 600;

/** Cells of a frequency, as the first pass over them found them. */
interface Found {
  readonly frequency: Frequency;
  cells: number;
  firstDay: number;
  lastDay: number;
  readonly covariates: Set<string>;
}

/**
 * Learns trees of every frequency that has cells enough, at each of the days: rows after a day are not known to them.
 *
 * @param daysOf a frequency; by default the last day of its cells and one before the folds that they are judged on
 * @returns the knowledge given, with trees where any were learned
 */
export async function learnTrees(
  fleet: Fleet,
  knowledge: MarketKnowledge,
  daysOf: (found: Pick<Found, 'frequency' | 'lastDay'>) => readonly number[] = ({ frequency, lastDay }) => [
    lastDay,
    beforeFolds(frequency, lastDay),
  ],
): Promise<MarketKnowledge> {
  // Trees of all cells would tell a merchant of others.
  if (fleet.options.pooling !== 'workspace') return knowledge;
  const found = await frequenciesOf(fleet.source);
  const trees: PooledTrees[] = [];
  const asked = found.map((each) => ({ each, days: daysOf(each) }));
  const total = asked.reduce((sum, { days }) => sum + days.length, 0);
  let done = 0;
  const tell = (): void => fleet.options.onProgress?.({ stage: 'trees', done, total });
  if (total > 0) tell();
  for (const { each, days } of asked) {
    const learned = await treesOf(fleet, knowledge, each, days, () => {
      done++;
      tell();
    });
    if (learned) trees.push(learned);
  }
  return trees.length > 0 ? { ...knowledge, trees } : knowledge;
}

/** Folds end up to so many horizons before the last day: cells do not all end on one day. */
const FOLDS_BEFORE = MAX_FOLDS + 1;

/** A day before the folds that trees of a day are judged on. */
export function beforeFolds(frequency: Frequency, day: number): number {
  return day - FOLDS_BEFORE * foldDays(frequency);
}

function foldDays(frequency: Frequency): number {
  return Math.ceil(FOLD_PERIODS[frequency] * PERIOD_DAYS[frequency]);
}

async function frequenciesOf(source: FleetSource): Promise<Found[]> {
  const found = new Map<Frequency, Found>();
  for await (const { frequency, days, covariates } of source.pooled(MAX_POOLED_CELLS)) {
    if (days.length === 0) continue;
    const [firstDay, lastDay] = [days[0], days.at(-1) as number];
    const own = found.get(frequency) ?? { frequency, cells: 0, firstDay, lastDay, covariates: new Set<string>() };
    found.set(frequency, own);
    own.cells++;
    own.firstDay = Math.min(own.firstDay, firstDay);
    own.lastDay = Math.max(own.lastDay, lastDay);
    for (const { name, knownAhead } of covariates) if (knownAhead) own.covariates.add(name);
  }
  return FREQUENCIES.flatMap((frequency) => found.get(frequency) ?? []).filter(({ cells }) => cells >= LEAST_CELLS);
}

async function treesOf(
  fleet: Fleet,
  { holidays }: MarketKnowledge,
  found: Found,
  days: readonly number[],
  onDone: () => void,
): Promise<PooledTrees | null> {
  const { frequency } = found;
  const origins = originsOf(found);
  const tried = days.map((day) => daysOfFolds(day, found));
  const sums = new TrendSums([...origins, ...tried.flat()]);
  const cells = async function* (): AsyncIterable<CellSeries> {
    for await (const series of fleet.source.pooled(MAX_POOLED_CELLS)) if (series.frequency === frequency) yield series;
  };
  for await (const series of cells()) sums.add(series);
  const columns = featureColumns(frequency, [...found.covariates].sort());
  const options = {
    columns,
    periods: TREES_HORIZON[frequency],
    leastRows: LEAST_PAST[frequency],
    calendar: new CalendarFeatures(holidays),
    trendsAt: trendsByOrigin(sums),
  };
  const sample = new RowSample(columns);
  for await (const series of cells()) sample.add(series, cellRows(series, originsFor(series, found, origins), options));
  const leaves = rowsOfCell(found) < MANY_ROWS_OF_CELL ? LEAVES : LEAVES_OF_MANY_ROWS;
  const settings = { ...SETTINGS, leaves, monotone: columns.monotone };
  // Short histories have trees to be judged on their latest folds at least.
  const learnedOn = new Set(tried.flatMap((later) => later.find((day) => sample.count(day) >= LEAST_ROWS) ?? []));
  for (let left = learnedOn.size; left < days.length; left++) onDone();
  const learned = await Promise.all(
    [...learnedOn].map(async (day): Promise<DatedTrees | null> => {
      const rows = sample.upTo(day);
      const id = `${frequency} ${day}`;
      const done = await fleet.executor.run({ kind: 'trees', id, knowledge: null, input: { rows, settings } });
      onDone();
      // Rows that leave the finite numbers teach nothing: the cells' own fits tell why.
      if (!done.ok) return null;
      const { types, merchants } = sums.at(day);
      const trends = { types: sorted(types), merchants: sorted(merchants) };
      const tried = triedRatios(columns, rows);
      return { day, ensemble: done.value, ...(tried && { triedRatios: tried }), trends };
    }),
  );
  const dated = learned.filter((one) => one !== null).sort((a, b) => b.day - a.day);
  return dated.length > 0 ? { columns, ahead: TREES_HORIZON[frequency], dated } : null;
}

/** Share of rows at either end that prices beyond count as hardly tried. */
const HARDLY_TRIED = 0.02;
/** Log of a price over the usual one within which it counts as the usual one. */
const LEAST_MOVE = 0.01;

/** Prices of rows over those of the weeks before them, from what few rows had less to what few had more. */
function triedRatios({ frequency, names }: FeatureColumns, { features, response }: TreeRows): PriceRatios | null {
  const first = names.indexOf(usualPriceFeature(frequency)) * response.length;
  const logs = features
    .subarray(first, first + response.length)
    .filter((log) => !Number.isNaN(log))
    .sort();
  if (logs.length === 0) return null;
  const [low, high] = [quantile(logs, HARDLY_TRIED), quantile(logs, 1 - HARDLY_TRIED)];
  const [lower, higher] = [low < -LEAST_MOVE, high > LEAST_MOVE];
  return lower || higher ? [lower ? Math.exp(low) : 1, higher ? Math.exp(high) : 1] : null;
}

/** A day and, as far as there are rows, those of the folds after it. */
function daysOfFolds(day: number, { frequency, lastDay }: Found): number[] {
  const later = Array.from({ length: MAX_FOLDS }, (_, k) => day + k * foldDays(frequency));
  return later.filter((one, k) => k === 0 || one <= lastDay);
}

/** Entries by name: the same whatever order cells came in. */
function sorted(trends: ReadonlyMap<string, number>): [string, number][] {
  return [...trends].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Days that rows are forecast from, latest first. */
function originsOf({ frequency, firstDay, lastDay }: Found): number[] {
  const step = Math.max(1, Math.round(EVERY[frequency] * PERIOD_DAYS[frequency]));
  const origins: number[] = [];
  for (let day = lastDay - step; day > firstDay && origins.length < MOST_ORIGINS; day -= step) origins.push(day);
  return origins;
}

/** Rows of each cell at most. */
function rowsOfCell({ cells, frequency }: Found): number {
  return Math.min(Math.max(MOST_ROWS_OF_CELL, ROWS_OF_FEW_CELLS[frequency] / cells), MOST_ROWS / cells);
}

/** The origins of one cell: evenly spread over its own, from another one on than most other cells. */
function originsFor(series: CellSeries, found: Found, origins: readonly number[]): number[] {
  const { frequency } = found;
  const own = origins.filter((day) => rowsUpTo(series, day) >= LEAST_PAST[frequency]);
  const most = Math.max(1, Math.floor(rowsOfCell(found) / TREES_HORIZON[frequency]));
  const every = Math.max(1, Math.ceil(own.length / most));
  const first = crc32(cellKey(series)) % every;
  return own.filter((_, k) => k % every === first);
}

/** Rows of a cell in half the memory that they were written in. */
interface KeptRows extends Pick<PooledRows, 'response' | 'weight' | 'day'> {
  readonly cell: CellName;
  readonly features: Float32Array;
}

/** Rows to learn from, gathered cell by cell. */
class RowSample {
  private readonly columns: FeatureColumns;
  private readonly kept: KeptRows[] = [];

  constructor(columns: FeatureColumns) {
    this.columns = columns;
  }

  add(series: CellSeries, { features, response, weight, day }: PooledRows): void {
    this.kept.push({ cell: nameOf(series), features: Float32Array.from(features), response, weight, day });
  }

  /** Rows that were known on a day. */
  count(last: number): number {
    return this.kept.reduce((sum, { day }) => sum + day.reduce((n, d) => n + Number(d <= last), 0), 0);
  }

  /** Rows that were known on a day, as trees take them; in one order, whatever order cells came in. */
  upTo(last: number): TreeRows {
    const cells = this.kept.sort((a, b) => compareNames(a.cell, b.cell));
    const count = this.count(last);
    const width = this.columns.names.length;
    // Memory that threads share: what is handed over is not copied.
    const features = new Float32Array(new SharedArrayBuffer(width * count * Float32Array.BYTES_PER_ELEMENT));
    const [response, weight] = [new Float64Array(count), new Float64Array(count)];
    let at = 0;
    for (const part of cells) {
      const rows = part.response.length;
      for (let i = 0; i < rows; i++) {
        if (part.day[i] > last) continue;
        for (let j = 0; j < width; j++) features[j * count + at] = part.features[j * rows + i];
        response[at] = part.response[i];
        weight[at] = part.weight[i];
        at++;
      }
    }
    return { features, response, weight, offset: new Float64Array(count) };
  }
}
