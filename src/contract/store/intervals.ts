/** What the intervals of forecasts held of the sales that came in since, by cell and month. */

import type { JudgedRow } from '../../core/monitor/judged-rows.ts';
import type { CellName } from '../cell-name.ts';
import type { OverviewChoice } from './cells.ts';

/** New rows of a cell, judged against the intervals that a model had for them. */
export interface JudgedCell extends CellName {
  readonly rows: readonly JudgedRow[];
}

/** Rows of a month that lay inside, above and below their intervals. */
export interface IntervalMonth {
  /** `YYYY-MM`, of the days of the rows. */
  readonly month: string;
  readonly inside: number;
  readonly above: number;
  readonly below: number;
}

/** The same of one cell. */
export interface MonthCount extends IntervalMonth {
  /** The last that counted, as days since 1970-01-01. */
  readonly lastDay: number;
}

/** Cells whose counts are added up. */
export interface IntervalChoice extends OverviewChoice {
  readonly product?: string;
}

/**
 * Counts follow their cell: they take its new name, are added to those of the cell that it becomes one with, and go
 * when the cell does. They are of its type as it is now. What an import that is undone had brought stays counted,
 * and counts no second time.
 */
export interface IntervalStore {
  /**
   * Counts rows that come after every row of their cell that counted before (`countedMonths` of the rules), all or
   * none. Cells that are not there count nothing.
   */
  add(cells: readonly JudgedCell[]): Promise<void>;
  /** In order of months; those of which no row was judged are left out. */
  months(choice: IntervalChoice): Promise<readonly IntervalMonth[]>;
}

/** Whether a choice asks for nothing but a merchant, a type or both: their sums are kept. */
export function isKeptSum({ merchant: _, productType: __, ...others }: IntervalChoice): boolean {
  return Object.values(others).every((value) => value === undefined || value === '');
}
