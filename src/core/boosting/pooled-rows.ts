/** Rows of many cells in one matrix: to learn from, at several origins, and to predict. */

import { checkList, checkWhole } from '../checks.ts';
import type { CellSeries, Holiday, PlannedRows } from '../series/cell-series.ts';
import { filledPrices } from '../series/design.ts';
import { gridOf, nextPeriod } from '../series/periods.ts';
import { plannedRows, rowsUpTo } from '../series/rows.ts';
import { CalendarFeatures } from './calendar-features.ts';
import { type CellState, cellState } from './cell-state.ts';
import { type MarketTrends, TrendSums } from './market-trends.ts';
import { type FeatureColumns, FeatureWriter, featureColumns } from './row-features.ts';

/** Rows to come of a cell in a state. */
export interface PlannedCell {
  readonly state: CellState;
  /** Days after the state's origin. */
  readonly planned: PlannedRows;
}

/** Rows of cells as features. */
export interface FeatureRows {
  /** Column-major columns × rows; NaN where missing. */
  readonly features: Float64Array<ArrayBuffer>;
  /** Base level of each row's cell at its origin, in the cell's unit, > 0: sales are base × exp(score). */
  readonly base: Float64Array<ArrayBuffer>;
}

/** Rows of cells to learn from, direct for every horizon: one a cell, origin and row after it. */
export interface PooledRows extends FeatureRows {
  readonly columns: FeatureColumns;
  /** Sales over the base level, ≥ 0. */
  readonly response: Float64Array<ArrayBuffer>;
  /** {@link CellState.importance}; 0 of rows that sold out where nothing says what would have been sold. */
  readonly weight: Float64Array<ArrayBuffer>;
  /** Number of the cell among those given. */
  readonly cell: Int32Array<ArrayBuffer>;
  /** Days since 1970-01-01. */
  readonly originDay: Int32Array<ArrayBuffer>;
  readonly day: Int32Array<ArrayBuffer>;
}

export interface PooledRowsOptions {
  /** Periods after each origin whose rows are learned, ≥ 1. */
  readonly periods: number;
  /** Rows up to an origin without which a cell gives no rows of it, ≥ 1. */
  readonly leastRows: number;
  /** Ascending by day. */
  readonly holidays: readonly Holiday[];
}

/** What the rows of one cell are written by. */
export interface CellRowsOptions {
  readonly columns: FeatureColumns;
  readonly periods: number;
  readonly leastRows: number;
  readonly calendar: CalendarFeatures;
  /** Of the market at an origin. */
  readonly trendsAt: (originDay: number) => MarketTrends;
}

/** A cell's rows after an origin: [from, to) of its series. */
interface Target extends PlannedCell {
  readonly series: CellSeries;
  readonly cell: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Rows to learn from: of each cell and origin, those of so many periods after it. Features know of the rows after their
 * origin what is planned ahead alone: date, price, promotion and covariates known ahead. Cells that sold nothing up to
 * an origin give no rows of it.
 *
 * @param cells all of one frequency, at least one
 * @param originDays days since 1970-01-01; rows come in their order, then in that of the cells
 * @throws TypeError, RangeError naming the argument that is wrong
 */
export function pooledRows(
  cells: readonly CellSeries[],
  originDays: readonly number[],
  { periods, leastRows, holidays }: PooledRowsOptions,
): PooledRows {
  checkWhole('options.periods', periods, 1);
  checkWhole('options.leastRows', leastRows, 1);
  const columns = columnsOf(cells);
  const trends = new TrendSums(originDays);
  for (const series of cells) trends.add(series);
  const options = {
    columns,
    periods,
    leastRows,
    calendar: new CalendarFeatures(holidays),
    trendsAt: trendsByOrigin(trends),
  };
  const targets = originDays.flatMap((originDay) =>
    cells.flatMap((series, cell) => targetOf(series, cell, originDay, options) ?? []),
  );
  return rowsOf(targets, options);
}

/** Rows of one cell to learn from, as {@link pooledRows} has them. */
export function cellRows(series: CellSeries, originDays: readonly number[], options: CellRowsOptions): PooledRows {
  return rowsOf(
    originDays.flatMap((originDay) => targetOf(series, 0, originDay, options) ?? []),
    options,
  );
}

/** Trends by origin, each worked out once. */
export function trendsByOrigin(sums: TrendSums): (originDay: number) => MarketTrends {
  const trends = new Map<number, MarketTrends>();
  return (originDay) => {
    const found = trends.get(originDay) ?? sums.at(originDay);
    trends.set(originDay, found);
    return found;
  };
}

function targetOf(
  series: CellSeries,
  cell: number,
  originDay: number,
  { periods, leastRows, trendsAt }: CellRowsOptions,
): Target | null {
  const from = rowsUpTo(series, originDay);
  if (from < leastRows) return null;
  const to = rowsUpTo(series, nextPeriod(gridOf(series.frequency, series.days, from), originDay, periods));
  const state = from === to ? null : cellState(series, originDay, periods, trendsAt(originDay));
  if (state === null) return null;
  return { series, cell, from, to, state, planned: plannedRows(series, from, to, filledPrices(series.price, to)) };
}

function rowsOf(targets: readonly Target[], { columns, calendar }: CellRowsOptions): PooledRows {
  const written = featureRows(columns, targets, calendar);
  return { columns, ...written, ...responses(targets, written.base) };
}

/**
 * Rows to predict, cell after cell.
 *
 * @param columns as the rows that were learned from have them
 */
export function rowsToPredict(
  columns: FeatureColumns,
  cells: readonly PlannedCell[],
  holidays: readonly Holiday[],
): FeatureRows {
  return featureRows(columns, cells, new CalendarFeatures(holidays));
}

function featureRows(columns: FeatureColumns, cells: readonly PlannedCell[], calendar: CalendarFeatures): FeatureRows {
  const rows = cells.reduce((sum, { planned }) => sum + planned.days.length, 0);
  const features = new Float64Array(columns.names.length * rows);
  const base = new Float64Array(rows);
  const writer = new FeatureWriter(columns, calendar);
  let at = 0;
  for (const { state, planned } of cells) {
    const end = at + planned.days.length;
    writer.write(state, planned, features, at, rows);
    base.fill(state.base, at, end);
    at = end;
  }
  return { features, base };
}

/** @throws RangeError where cells are of several frequencies */
function columnsOf(cells: readonly CellSeries[]): FeatureColumns {
  checkList('cells', cells, 1);
  const { frequency } = cells[0] as CellSeries;
  const covariates = new Set<string>();
  cells.forEach((series, c) => {
    if (series.frequency !== frequency)
      throw new RangeError(`cells[${c}].frequency must be ${frequency}, as that of the first, got ${series.frequency}`);
    for (const { name, knownAhead } of series.covariates) if (knownAhead) covariates.add(name);
  });
  return featureColumns(frequency, [...covariates].sort());
}

function responses(
  targets: readonly Target[],
  base: Float64Array,
): Pick<PooledRows, 'response' | 'weight' | 'cell' | 'originDay' | 'day'> {
  const rows = base.length;
  const [response, weight] = [new Float64Array(rows), new Float64Array(rows)];
  const [cell, originDay, day] = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)];
  let at = 0;
  for (const { series, cell: number, from, to, state } of targets) {
    const { quantity, demand, soldOut, days } = series;
    for (let row = from; row < to; row++, at++) {
      response[at] = (demand?.drawn ?? quantity)[row] / state.base;
      weight[at] = demand === undefined && soldOut[row] === 1 ? 0 : state.importance;
      cell[at] = number;
      originDay[at] = state.originDay;
      day[at] = days[row];
    }
  }
  return { response, weight, cell, originDay, day };
}
