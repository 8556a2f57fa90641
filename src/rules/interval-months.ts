/** How rows that intervals were for are counted: each once, in the month of its day. */

import type { MonthCount } from '../contract/store/intervals.ts';
import type { JudgedRow } from '../core/monitor/judged-rows.ts';

const DAY_MS = 86_400_000;

/**
 * Counts a cell's rows by month. A row counts where its day comes after every day that counted before: a row that is
 * imported again, changed, or comes in after later ones had been judged counts no more.
 *
 * @param rows of one cell, in any order
 * @param lastDay the last that counted before; null: none did
 * @returns in order of months; none where no row counts
 */
export function countedMonths(rows: readonly JudgedRow[], lastDay: number | null): MonthCount[] {
  const months = new Map<string, { lastDay: number; inside: number; above: number; below: number }>();
  for (const { day, side } of rows) {
    if (lastDay !== null && day <= lastDay) continue;
    const month = new Date(day * DAY_MS).toISOString().slice(0, 7);
    const count = months.get(month) ?? { lastDay: day, inside: 0, above: 0, below: 0 };
    count.lastDay = Math.max(count.lastDay, day);
    count[side]++;
    months.set(month, count);
  }
  return [...months].map(([month, count]) => ({ month, ...count })).toSorted((a, b) => (a.month < b.month ? -1 : 1));
}

/** Counts of one month added up; the last day of both. */
export function joinedCounts(one: MonthCount, other: MonthCount): MonthCount {
  return {
    month: one.month,
    lastDay: Math.max(one.lastDay, other.lastDay),
    inside: one.inside + other.inside,
    above: one.above + other.above,
    below: one.below + other.below,
  };
}
