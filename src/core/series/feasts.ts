/**
 * Feasts that a cell answers to in its own way: the days before, on and after a named holiday whose sales stood out, the
 * same way, in every earlier year.
 */

import { weekdayOf } from './calendar.ts';
import type { CellSeries, Holiday } from './cell-series.ts';
import { PERIOD_DAYS } from './periods.ts';

/** A period at a fixed distance from a named holiday, or a date of the year. */
export interface Feast {
  /** Name of the holiday, as the calendar has it; month and day, such as 02-14, of a date that no calendar knows. */
  readonly name: string;
  /** Periods from the one in which the holiday begins: −1 is the day before it (the week before, of weekly rows). */
  readonly offset: number;
}

/** Nearest and farthest offsets that are looked at, by the cell's rows and whether the feast lasts three days or more. */
const WINDOW = { daily: { short: [-7, 7], long: [-10, 14] }, weekly: { short: [-2, 1], long: [-2, 2] } } as const;
const LONG_FEAST_DAYS = 3;
/** A row is compared with rows of the same weekday so many weeks before and after it (weekly rows: the rows around it). */
const NEIGHBOUR_WEEKS = 5;
/**
 * A feast counts from this many standard errors of its mean log ratio, and from a demand of 1.28 or 0.78 times the
 * usual: a cell has some 300 places to look at, so 3 would be passed by chance in every other one.
 */
const LEAST_STANDARD_ERRORS = 4.5;
const LEAST_LOG_RATIO = 0.25;
const MOST_FEASTS = 16;
/** Added to sales and their usual level, as a share of the mean, so that a day of nothing has a logarithm. */
const FLOOR_SHARE = 0.1;
/** Fewer rows have no earlier year. */
const LEAST_DAYS = 365;

/** Years that a date of the year has to stand out: there are more of them than of days near holidays. */
const LEAST_YEARS_OF_A_DATE = 3;

/** Rows of a place at a holiday, one a year. */
interface Occurrences extends Feast {
  readonly rows: number[];
}

/** What was found before: every spec of a fit asks for the same rows. */
const found = new WeakMap<CellSeries, { rows: number; holidays: readonly Holiday[]; feasts: readonly Feast[] }[]>();

/** The feasts of a cell's first rows; see {@link findFeasts}. @param holidays ascending by day */
export function feastsOf(series: CellSeries, rows: number, holidays: readonly Holiday[]): readonly Feast[] {
  const known = found.get(series) ?? [];
  const before = known.find((entry) => entry.rows === rows && entry.holidays === holidays);
  if (before) return before.feasts;
  const feasts = findFeasts(series, rows, holidays);
  found.set(series, [...known, { rows, holidays, feasts }]);
  return feasts;
}

/**
 * Finds the feasts of a cell's first rows: places that at least two years had, in all of them on the same side of the
 * usual, whose mean log ratio to the usual lies {@link LEAST_STANDARD_ERRORS} standard errors from 0. The strongest
 * comes first and takes its rows out of the others, so that two names of one day are one feast.
 *
 * @param holidays ascending by day
 */
function findFeasts(series: CellSeries, rows: number, holidays: readonly Holiday[]): Feast[] {
  const { frequency, days } = series;
  if (frequency === 'monthly' || rows === 0) return [];
  if (days[rows - 1] - days[0] < LEAST_DAYS) return [];
  const ratios = logRatios(series, rows);
  const deviation = standardDeviation(ratios);
  if (!(deviation > 0)) return [];
  const feasts: Feast[] = [];
  let places = occurrences(series, rows, holidays);
  while (feasts.length < MOST_FEASTS) {
    let [best, bestScore]: [Occurrences | null, number] = [null, LEAST_STANDARD_ERRORS];
    for (const place of places) {
      const score = scoreOf(place.rows, ratios) / deviation;
      if (score > bestScore) [best, bestScore] = [place, score];
    }
    if (best === null) break;
    feasts.push({ name: best.name, offset: best.offset });
    const taken = new Set(best.rows);
    places = places.map((place) => ({ ...place, rows: place.rows.filter((row) => !taken.has(row)) }));
  }
  return feasts.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.offset - b.offset));
}

/** |mean log ratio| · √n; 0 where a year is missing, on the other side, or the mean is small. */
function scoreOf(rows: readonly number[], ratios: Float64Array): number {
  let [sum, count, above] = [0, 0, 0];
  for (const row of rows) {
    const ratio = ratios[row];
    if (Number.isNaN(ratio)) continue;
    sum += ratio;
    count++;
    if (ratio > 0) above++;
  }
  if (count < 2 || (above !== 0 && above !== count)) return 0;
  const mean = Math.abs(sum / count);
  return mean < LEAST_LOG_RATIO ? 0 : mean * Math.sqrt(count);
}

/** Every place of every holiday within the rows, the nearest to its holiday first. */
function occurrences(series: CellSeries, rows: number, holidays: readonly Holiday[]): Occurrences[] {
  const periodDays = PERIOD_DAYS[series.frequency];
  const windows = WINDOW[series.frequency === 'weekly' ? 'weekly' : 'daily'];
  const rowOf = new Map<number, number>();
  const first = series.days[0];
  // Rows lie on a grid of periods from the first one on.
  const periodOf = (day: number): number => Math.floor((day - first) / periodDays);
  for (let i = 0; i < rows; i++) rowOf.set(periodOf(series.days[i]), i);
  const places = new Map<string, Occurrences>();
  for (const { day, name, lengthDays } of holidays) {
    const [low, high] = lengthDays >= LONG_FEAST_DAYS ? windows.long : windows.short;
    for (let offset = low; offset <= high; offset++) {
      const row = rowOf.get(periodOf(day) + offset);
      if (row === undefined) continue;
      const key = `${offset} ${name}`;
      const place = places.get(key) ?? { name, offset, rows: [] };
      place.rows.push(row);
      places.set(key, place);
    }
  }
  return [...places.values()]
    .filter((place) => place.rows.length >= 2)
    .sort((a, b) => Math.abs(a.offset) - Math.abs(b.offset))
    .concat(series.frequency === 'daily' ? datesOfTheYear(series, rows) : []);
}

/** The rows of each date: a town's own feast, or one that a country's calendar leaves out. */
function datesOfTheYear({ days }: CellSeries, rows: number): Occurrences[] {
  const dates = new Map<string, Occurrences>();
  for (let i = 0; i < rows; i++) {
    const name = monthAndDay(days[i]);
    const date = dates.get(name) ?? { name, offset: 0, rows: [] };
    date.rows.push(i);
    dates.set(name, date);
  }
  return [...dates.values()].filter((date) => date.rows.length >= LEAST_YEARS_OF_A_DATE);
}

/** Such as 12-24. */
function monthAndDay(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(5, 10);
}

/** Whether a feast's name is a date of the year. */
export function isDateOfTheYear(name: string): boolean {
  return /^\d\d-\d\d$/.test(name);
}

/** Log of each row's sales over the usual around it; NaN where it sold out or too few rows are near. */
function logRatios(series: CellSeries, rows: number): Float64Array {
  const { days, quantity, soldOut, frequency } = series;
  let total = 0;
  for (let i = 0; i < rows; i++) total += quantity[i];
  const floor = (FLOOR_SHARE * total) / rows;
  const ratios = new Float64Array(rows).fill(Number.NaN);
  const reach = 7 * NEIGHBOUR_WEEKS;
  const daily = frequency === 'daily';
  const lists: number[][] = Array.from({ length: daily ? 7 : 1 }, () => []);
  for (let i = 0; i < rows; i++) (lists[daily ? weekdayOf(days[i]) : 0] as number[]).push(i);
  for (const list of lists) {
    let [from, to] = [0, 0];
    for (const row of list) {
      while (days[list[from] as number] < days[row] - reach) from++;
      while (to < list.length && days[list[to] as number] <= days[row] + reach) to++;
      if (soldOut[row] === 1 || to - from < 5) continue;
      ratios[row] = Math.log((quantity[row] + floor) / (usual(list, from, to, row, quantity) + floor));
    }
  }
  return ratios;
}

/** Mean of the neighbours without their highest and lowest: one of them may be a feast itself. */
function usual(list: readonly number[], from: number, to: number, row: number, quantity: Float64Array): number {
  let [sum, low, high] = [0, Number.POSITIVE_INFINITY, 0];
  for (let k = from; k < to; k++) {
    const other = list[k] as number;
    if (other === row) continue;
    const sold = quantity[other];
    sum += sold;
    low = Math.min(low, sold);
    high = Math.max(high, sold);
  }
  return (sum - low - high) / (to - from - 3);
}

function standardDeviation(values: Float64Array): number {
  let [sum, squares, count] = [0, 0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    squares += value * value;
    count++;
  }
  return count < 2 ? 0 : Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}

/**
 * Writes which feasts a row's period is.
 *
 * @param day first day of the row's period
 * @param holidays ascending by day; @param out length ≥ offset + feasts; written, not added to
 */
export function feastColumns(
  feasts: readonly Feast[],
  holidays: readonly Holiday[],
  day: number,
  periodDays: number,
  out: Float64Array,
  offset: number,
): void {
  feasts.forEach((feast, j) => {
    if (isDateOfTheYear(feast.name)) {
      out[offset + j] = monthAndDay(day) === feast.name ? 1 : 0;
      return;
    }
    // The holiday begins in the period that lies `feast.offset` periods before this one.
    const start = day - feast.offset * periodDays;
    out[offset + j] = begins(holidays, feast.name, start, start + periodDays - 1) ? 1 : 0;
  });
}

/** Whether a holiday of that name begins between two days. */
function begins(holidays: readonly Holiday[], name: string, from: number, to: number): boolean {
  let lo = 0;
  let hi = holidays.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if ((holidays[mid] as Holiday).day < from) lo = mid + 1;
    else hi = mid;
  }
  for (let i = lo; i < holidays.length; i++) {
    const holiday = holidays[i] as Holiday;
    if (holiday.day > to) return false;
    if (holiday.name === name) return true;
  }
  return false;
}
