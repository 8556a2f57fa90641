/** What the days of cells' rows say: spans, frequencies, and periods without a sale. */

import type { DatabaseSync } from 'node:sqlite';
import type { CellName } from '../../contract/cell-name.ts';
import type { ImportSummary } from '../../contract/store/sales.ts';
import type { Frequency, MissingDays } from '../../core/vocabulary.ts';
import { cellFrequency, medianGap, merchantFrequency, spacingOf, surelyDaily } from '../../rules/frequency.ts';
import { LAST_ROWS, LONGEST_PERIOD, unendedUntil } from '../../rules/unended-periods.ts';
import { type TradedPeriods, tradedPeriods, unsoldDays } from '../../rules/unsold-periods.ts';

interface Spaced {
  readonly id: number;
  readonly rows: number;
  readonly gap: number;
  readonly frequency: Frequency;
  readonly given: Frequency | null;
}

/**
 * Rows, span and frequency of cells whose rows changed, and the frequency of the other cells of their merchants: a
 * merchant that turns out to trade by the day changes its slow sellers. Within a transaction.
 *
 * @param cells a query of ids, which may repeat
 */
export function refreshCells(database: DatabaseSync, cells: string): void {
  const ids = database.prepare(`SELECT DISTINCT * FROM (${cells})`);
  const spans = database.prepare('SELECT count(*), min(day), max(day) FROM sale WHERE cell = ?');
  // One text a cell: objects of a million rows take longer than all that is done with them.
  const days = database.prepare('SELECT group_concat(day) FROM sale WHERE cell = ?');
  for (const statement of [ids, spans, days]) statement.setReturnArrays(true);
  const update = database.prepare('UPDATE cell SET rows = ?, first_day = ?, last_day = ?, gap = ? WHERE id = ?');
  for (const [id] of ids.all() as unknown as [number][]) {
    const [rows, first, last] = spans.get(id) as unknown as [number, number, number];
    if (rows === 0) continue;
    const gap = surelyDaily(rows, first, last) ? 1 : medianGap(daysIn((days.get(id) as unknown as [string])[0]));
    update.run(rows, first, last, gap, id);
  }
  database.exec('UPDATE sale_version SET number = number + 1');
  const merchants = database.prepare(
    `SELECT DISTINCT merchant FROM cell WHERE id IN (SELECT DISTINCT * FROM (${cells}))`,
  );
  for (const { merchant } of merchants.all() as { merchant: string }[]) settleFrequencies(database, merchant);
}

function daysIn(text: string): number[] {
  return text
    .split(',')
    .map(Number)
    .sort((a, b) => a - b);
}

function settleFrequencies(database: DatabaseSync, merchant: string): void {
  const cells = database
    .prepare('SELECT id, rows, gap, frequency, given_frequency AS given FROM cell WHERE merchant = ? AND rows > 0')
    .all(merchant) as unknown as Spaced[];
  const usual = merchantFrequency(cells, () =>
    daysBy(
      database,
      'SELECT DISTINCT day FROM sale WHERE cell IN (SELECT id FROM cell WHERE merchant = ?) ORDER BY day',
      merchant,
    ),
  );
  const update = database.prepare('UPDATE cell SET frequency = ? WHERE id = ?');
  for (const { id, rows, gap, frequency, given } of cells) {
    // The days themselves are looked at only where the gaps leave something open.
    const open = { rows, gap, isOneWeekday: false, isOneMonthDay: false };
    let found = given ?? cellFrequency(open, usual);
    if (given === null && cellFrequency({ ...open, isOneWeekday: true, isOneMonthDay: true }, usual) !== found)
      found = cellFrequency(spacingOf(daysBy(database, 'SELECT day FROM sale WHERE cell = ? ORDER BY day', id)), usual);
    if (found !== frequency) update.run(found, id);
  }
}

function daysBy(database: DatabaseSync, sql: string, value: number | string): number[] {
  return (database.prepare(sql).all(value) as { day: number }[]).map(({ day }) => day);
}

/** On which periods a merchant's cells of a frequency sold. */
export function tradedBy(database: DatabaseSync, merchant: string, frequency: Frequency): TradedPeriods {
  const rows = database
    .prepare(
      `SELECT day, count(*) AS rows, sum(quantity > 0) AS sold FROM sale
       WHERE cell IN (SELECT id FROM cell WHERE merchant = ? AND frequency = ?) GROUP BY day ORDER BY day`,
    )
    .iterate(merchant, frequency);
  return tradedPeriods(rows as Iterable<unknown> as Iterable<{ day: number; rows: number; sold: number }>);
}

/** @param days the table of rows that the import wrote */
export function unendedOf(
  database: DatabaseSync,
  days: string,
  today: number | undefined,
): Pick<ImportSummary, 'unended'> {
  if (today === undefined) return { unended: null };
  const cells = database
    .prepare(
      `SELECT c.id, c.merchant, c.product, c.frequency, c.last_day AS day FROM cell c
       WHERE c.frequency <> 'daily' AND c.last_day > ? AND c.last_day = (SELECT max(day) FROM ${days} r WHERE r.cell = c.id)
       ORDER BY c.merchant, c.product`,
    )
    .all(today - LONGEST_PERIOD) as unknown as (CellName & {
    readonly id: number;
    readonly frequency: Frequency;
    readonly day: number;
  })[];
  const lastRows = `SELECT day FROM (SELECT day FROM sale WHERE cell = ? ORDER BY day DESC LIMIT ${LAST_ROWS}) ORDER BY day`;
  const found = cells.flatMap(({ id, merchant, product, frequency, day }) => {
    const to = unendedUntil(frequency, daysBy(database, lastRows, id), today);
    return to === null ? [] : [{ merchant, product, day, to }];
  });
  return { unended: found.length === 0 ? null : { cells: found.length, ...found[0] } };
}

/** @param cells a query of ids, which may repeat */
export function unsoldOf(database: DatabaseSync, cells: string): Pick<ImportSummary, 'frequencies' | 'unsold'> {
  const found = database
    .prepare(
      `SELECT id, merchant, frequency, missing_days AS missing, rows, first_day AS first FROM cell
       WHERE id IN (SELECT DISTINCT * FROM (${cells})) ORDER BY merchant, frequency`,
    )
    .all() as unknown as {
    readonly id: number;
    readonly merchant: string;
    readonly frequency: Frequency;
    readonly missing: MissingDays;
    readonly rows: number;
    readonly first: number;
  }[];
  const frequencies: Partial<Record<Frequency, number>> = {};
  const unsold = { cells: 0, periods: 0 };
  let tradedOf = '';
  let traded: TradedPeriods | null = null;
  let lastOfAll = 0;
  const lastDay = database.prepare('SELECT max(last_day) AS last FROM cell WHERE merchant = ? AND frequency = ?');
  for (const { id, merchant, frequency, missing, rows, first } of found) {
    frequencies[frequency] = (frequencies[frequency] ?? 0) + 1;
    if (missing === 'closed') continue;
    const of = JSON.stringify([merchant, frequency]);
    if (tradedOf !== of) {
      traded = null;
      ({ last: lastOfAll } = lastDay.get(merchant, frequency) as { last: number });
    }
    tradedOf = of;
    // No day is missing: when its merchant traded need not be known.
    if (rows > lastOfAll - first) continue;
    traded ??= tradedBy(database, merchant, frequency);
    // A cell with a row whenever its merchant sold has none, and most are such; rows of other days are none of these.
    const { days, idleRows } = traded;
    if (rows - idleRows >= days.length - days.findIndex((day) => day >= first)) continue;
    const own = Int32Array.from(daysBy(database, 'SELECT day FROM sale WHERE cell = ? ORDER BY day', id));
    const periods = unsoldDays(own, frequency, traded).length;
    unsold.periods += periods;
    if (periods > 0) unsold.cells++;
  }
  return { frequencies, unsold };
}
