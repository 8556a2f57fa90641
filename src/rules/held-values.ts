/** Values of a cell that are held: judged again with every import, and left out of its series. */

import type { CellSeries, HeldValue } from '../core/series/cell-series.ts';
import { heldDays, type JudgedRow } from './extremes.ts';

/** A held value as a store keeps it: what was accepted stays known, so that it is not held again. */
export interface KeptHeld extends HeldValue {
  readonly accepted: boolean;
}

/** What an import makes of a cell's values. */
export interface HeldOutcome {
  /** All that the store keeps of the cell from now on, in order of day and column. */
  readonly kept: readonly KeptHeld[];
  /** Held, of the days that the import wrote or not held before. */
  readonly held: readonly HeldValue[];
  /** Held before, and not any more: their level has persisted, or they turned out to be usual. */
  readonly released: readonly HeldValue[];
}

/** Days before the first that an import writes that say what is usual. */
export const DAYS_BEFORE = 800;
/** Rows before it that are judged again: what stood alone may have been the first of a level. */
const ROWS_AGAIN = 10;

/**
 * Judges a cell's values after an import.
 *
 * @param rows in order of day, from `DAYS_BEFORE` days before the first that was written; @param written days that were;
 * @param before what the store kept; @param accept values of the days that were written are accepted
 */
export function judgeCell(
  rows: readonly JudgedRow[],
  written: ReadonlySet<number>,
  before: readonly KeptHeld[],
  accept: boolean,
): HeldOutcome {
  const first = rows.findIndex(({ day }) => written.has(day));
  const from = rows[Math.max(0, first - ROWS_AGAIN)]?.day ?? Number.POSITIVE_INFINITY;
  const known = new Map(before.map((one) => [keyOf(one), one]));
  const judged = heldDays(rows, from);
  const kept: KeptHeld[] = [];
  const held: HeldValue[] = [];
  for (const value of judged) {
    const was = known.get(keyOf(value));
    known.delete(keyOf(value));
    const accepted = was?.accepted === true || (accept && written.has(value.day));
    kept.push({ ...value, accepted });
    if (!accepted && (was === undefined || written.has(value.day))) held.push(value);
  }
  const rowOn = new Map(known.size === 0 ? [] : rows.map((row) => [row.day, row]));
  const released: HeldValue[] = [];
  for (const was of known.values()) {
    const row = rowOn.get(was.day);
    if (was.day >= (rows[0]?.day ?? Number.POSITIVE_INFINITY) && row?.[was.column] !== was.value) continue;
    // Totals of longer periods are known from all of the rows, however far back they are.
    if (was.accepted || was.day < from || was.reason === 'period') kept.push(was);
    else released.push(was);
  }
  return { kept: kept.sort(inOrder), held, released };
}

/** By day, and of a day by column: how stores keep and list them. */
const inOrder = (a: HeldValue, b: HeldValue): number => a.day - b.day || (a.column < b.column ? -1 : 1);

const keyOf = ({ day, column, value }: HeldValue): string => `${day} ${column} ${value}`;

/**
 * The series without what is held. A day whose quantity is held has no row; zeros among totals of longer periods are
 * none.
 *
 * @param held of the cell, those that were not accepted; what the series has another value for by now is passed over
 */
export function withoutHeld(series: CellSeries, held: readonly HeldValue[]): CellSeries {
  const at = new Map(Array.from(series.days, (day, row) => [day, row]));
  const standing = held.filter(({ day, column, value }) => {
    const row = at.get(day);
    return row !== undefined && series[column][row] === value;
  });
  if (standing.length === 0) return series;
  const columns = { price: series.price.slice(), cost: series.cost.slice(), waste: series.waste.slice() };
  const dropped = new Set<number>();
  for (const { day, column } of standing) {
    const row = at.get(day) as number;
    if (column === 'quantity') dropped.add(row);
    else columns[column][row] = Number.NaN;
  }
  for (const row of zerosAmongTotals(series, standing)) dropped.add(row);
  const rows = [...series.days.keys()].filter((row) => !dropped.has(row));
  const of = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]);
  return {
    ...series,
    days: Int32Array.from(rows, (row) => series.days[row]),
    quantity: of(series.quantity),
    price: of(columns.price),
    cost: of(columns.cost),
    promo: of(series.promo),
    soldOut: Uint8Array.from(rows, (row) => series.soldOut[row]),
    waste: of(columns.waste),
    marketPrice: of(series.marketPrice),
    covariates: series.covariates.map((covariate) => ({ ...covariate, values: of(covariate.values) })),
    held: standing,
  };
}

/** Rows of zero from the first total on to the next sale after the last. */
function zerosAmongTotals({ days, quantity }: CellSeries, held: readonly HeldValue[]): number[] {
  const totals = new Set(held.filter(({ reason }) => reason === 'period').map(({ day }) => day));
  if (totals.size === 0) return [];
  let last = Math.max(...totals);
  while (last < days[days.length - 1] && !isSold(last + 1)) last++;
  const first = Math.min(...totals);
  return [...days.keys()].filter((row) => days[row] >= first && days[row] <= last && quantity[row] === 0);

  function isSold(day: number): boolean {
    const row = days.indexOf(day);
    return row >= 0 && quantity[row] > 0;
  }
}

/** Days whose price is held, until somebody accepts it. */
export function heldPriceDays(held: readonly KeptHeld[]): ReadonlySet<number> {
  return new Set(held.flatMap(({ column, accepted, day }) => (column === 'price' && !accepted ? [day] : [])));
}
