/**
 * Feasts that a cell answers to in its own way: the days before, on and after a named holiday whose sales stood out, the
 * same way, in every earlier year.
 */

import { mean, variance } from '../math/summary.ts';
import type { Frequency } from '../vocabulary.ts';
import { weekdayOf } from './calendar.ts';
import { areSameHolidays, type CellSeries, type Holiday } from './cell-series.ts';
import { PERIOD_DAYS } from './periods.ts';

/** Periods at a fixed distance from a named holiday, which have one effect together; or a date of the year. */
export interface Feast {
  /** Name of the holiday, as the calendar has it; month and day, such as 02-14, of a date that no calendar knows. */
  readonly name: string;
  /**
   * First and last period, counted from the one in which the holiday begins: −1 is the day before it (the week before,
   * of weekly rows).
   */
  readonly from: number;
  readonly to: number;
}

/** Nearest and farthest offsets that are looked at: by rows, and by whether a feast is long. */
const WINDOW = { daily: { short: [-7, 7], long: [-10, 14] }, weekly: { short: [-2, 1], long: [-2, 2] } } as const;
const LONG_FEAST_DAYS = 3;
/** A row is compared with rows of its weekday so many weeks before and after it (weekly rows: those around it). */
const NEIGHBOUR_WEEKS = 5;
/** Days in a row that may have one effect together. */
const MOST_TOGETHER = 5;
/**
 * A feast counts from so many standard errors of its mean log ratio, and from a demand of 1.28 or 0.78 times the usual.
 * A cell has some thousand places to look at, of which a few near public holidays are likely ones: 3 would be passed by
 * chance in every cell.
 */
const LEAST_STANDARD_ERRORS = { near: 3.7, elsewhere: 4.5 } as const;
const LEAST_LOG_RATIO = 0.25;
const MOST_FEASTS = 16;
/** Added to sales and their usual level, as a share of the mean, so that a day of nothing has a logarithm. */
const FLOOR_SHARE = 0.1;
/** Fewer rows have no earlier year. */
const LEAST_DAYS = 365;

/** Years that a date of the year has to stand out: there are more of them than of days near holidays. */
const LEAST_YEARS_OF_A_DATE = 3;

/** A place that may be a feast, on all rows of a series. */
interface Place extends Feast {
  readonly leastErrors: number;
  /** One a year: rows from period `low` on; −1 where there is none. */
  readonly years: readonly Int32Array[];
  readonly low: number;
  /** The row that it takes; with fewer rows there is no such place. */
  readonly leastRow: number;
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
 * usual, whose mean log ratio to the usual lies some standard errors from 0. The strongest comes first and takes its
 * rows out of the others, so that two names of one day are one feast. Days in a row are one feast where no day of them
 * differs clearly from the others.
 */
function findFeasts(series: CellSeries, rows: number, holidays: readonly Holiday[]): Feast[] {
  const { frequency, days } = series;
  if (frequency === 'monthly' || rows === 0) return [];
  if (days[rows - 1] - days[0] < LEAST_DAYS) return [];
  const ratios = logRatios(series, rows);
  const deviation = Math.sqrt(variance(ratios.filter((ratio) => !Number.isNaN(ratio))));
  if (!(deviation > 0)) return [];
  // Rows of what was found are taken out: they count for no other place.
  const left = ratios.slice();
  const places = placesOf(series, holidays).filter(({ leastRow }) => leastRow < rows);
  const feasts: Feast[] = [];
  while (feasts.length < MOST_FEASTS) {
    const best = strongest(places, left, deviation);
    if (best === null) break;
    feasts.push(...separated(best, left, deviation));
    for (const year of best.years)
      for (let p = best.from - best.low; p <= best.to - best.low; p++) if (year[p] >= 0) left[year[p]] = Number.NaN;
  }
  return feasts.slice(0, MOST_FEASTS).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.from - b.from));
}

/** The place that stands out by the most more than it must; null where none does. */
function strongest(places: readonly Place[], ratios: Float64Array, deviation: number): Place | null {
  let [best, most]: [Place | null, number] = [null, 1];
  for (const place of places) {
    const score = scoreOf(place, ratios) / deviation / place.leastErrors;
    if (score > most) [best, most] = [place, score];
  }
  return best;
}

/** |mean log ratio| · √n; 0 where a year lies on the other side, there is one year alone, or the mean is small. */
function scoreOf({ years, low, from, to }: Place, ratios: Float64Array): number {
  let [sum, count, above, below] = [0, 0, 0, 0];
  for (const year of years) {
    let [yearSum, yearCount] = [0, 0];
    for (let p = from - low; p <= to - low; p++) {
      const ratio = ratioAt(ratios, year[p]);
      if (Number.isNaN(ratio)) continue;
      yearSum += ratio;
      yearCount++;
    }
    if (yearCount === 0) continue;
    sum += yearSum;
    count += yearCount;
    if (yearSum > 0) above++;
    else below++;
  }
  if (above + below < 2 || (above > 0 && below > 0)) return 0;
  const size = Math.abs(sum / count);
  return size < LEAST_LOG_RATIO ? 0 : size * Math.sqrt(count);
}

/** NaN where there is no such row, or it is one of those that come later. */
function ratioAt(ratios: Float64Array, row: number): number {
  return row < 0 || row >= ratios.length ? Number.NaN : ratios[row];
}

/** A place as one feast; one a period where a period's mean lies 3 standard errors from that of all. */
function separated({ name, from, to, low, years }: Place, ratios: Float64Array, deviation: number): Feast[] {
  if (from === to) return [{ name, from, to }];
  const whole = years
    .map((year) => Array.from(year.subarray(from - low, to - low + 1), (row) => ratioAt(ratios, row)))
    .filter((year) => !year.some(Number.isNaN));
  const means = Array.from({ length: to - from + 1 }, (_, d) => mean(whole.map((year) => year[d])));
  const all = mean(means);
  const apart = (3 * deviation) / Math.sqrt(whole.length);
  if (!means.some((one) => Math.abs(one - all) > apart)) return [{ name, from, to }];
  return means.map((_, d) => ({ name, from: from + d, to: from + d }));
}

/** Places as of the days and holidays that a series had. */
interface KnownPlaces {
  readonly days: Int32Array;
  readonly frequency: Frequency;
  readonly holidays: readonly Holiday[];
  readonly places: readonly Place[];
}

/** By the days, which all fits to a series share. */
const placesKnown = new WeakMap<Int32Array, KnownPlaces>();

/** Every place of every holiday within the rows, the nearest to its holiday first, then dates of the year. */
function placesOf({ days, frequency }: CellSeries, holidays: readonly Holiday[]): readonly Place[] {
  const known = placesKnown.get(days);
  if (
    known?.frequency === frequency &&
    areSameHolidays(known.holidays, holidays) &&
    known.days.every((day, i) => day === days[i])
  )
    return known.places;
  const places = placesOfHolidays(days, frequency, holidays);
  const distance = ({ from, to }: Feast): number => Math.max(Math.abs(from), Math.abs(to));
  places.sort((a, b) => distance(a) - distance(b));
  if (frequency === 'daily') places.push(...datesOfTheYear(days));
  placesKnown.set(days, { days: days.slice(), frequency, holidays: [...holidays], places });
  return places;
}

function placesOfHolidays(days: Int32Array, frequency: Frequency, holidays: readonly Holiday[]): Place[] {
  const periodDays = PERIOD_DAYS[frequency];
  const daily = frequency === 'daily';
  const first = days[0];
  // Rows lie on a grid of periods from the first one on.
  const periodOf = (day: number): number => Math.floor((day - first) / periodDays);
  const rowOf = new Int32Array(periodOf(days[days.length - 1]) + 1).fill(-1);
  for (let i = 0; i < days.length; i++) rowOf[periodOf(days[i])] = i;
  const places: Place[] = [];
  for (const [name, dates] of Map.groupBy(holidays, (holiday) => holiday.name)) {
    const { lengthDays, kind } = dates[0];
    const [low, high] = WINDOW[daily ? 'daily' : 'weekly'][lengthDays >= LONG_FEAST_DAYS ? 'long' : 'short'];
    const years = dates
      .map(({ day }) => Int32Array.from({ length: high - low + 1 }, (_, p) => rowOf[periodOf(day) + low + p] ?? -1))
      .filter((year) => year.some((row) => row >= 0));
    if (years.length < 2) continue;
    for (let from: number = low; from <= high; from++)
      for (let to = from; to <= Math.min(high, from + (daily ? MOST_TOGETHER : 1) - 1); to++) {
        const near = from === to && Math.abs(from) <= 1 && kind === undefined;
        const leastErrors = LEAST_STANDARD_ERRORS[near ? 'near' : 'elsewhere'];
        places.push({ name, from, to, low, years, leastErrors, leastRow: 0 });
      }
  }
  return places;
}

/** The rows of each date: a town's own feast, or one that a country's calendar leaves out. */
function datesOfTheYear(days: Int32Array): Place[] {
  const dates = new Map<number, number[]>();
  for (let i = 0; i < days.length; i++) {
    const date = new Date(days[i] * 86_400_000);
    const key = 32 * date.getUTCMonth() + date.getUTCDate();
    const found = dates.get(key);
    if (found) found.push(i);
    else dates.set(key, [i]);
  }
  return [...dates.values()]
    .filter((found) => found.length >= LEAST_YEARS_OF_A_DATE)
    .map((found) => ({
      name: monthAndDay(days[found[0]]),
      ...{ from: 0, to: 0, low: 0 },
      leastErrors: LEAST_STANDARD_ERRORS.elsewhere,
      years: found.map((row) => Int32Array.of(row)),
      leastRow: found[LEAST_YEARS_OF_A_DATE - 1],
    }));
}

/** Such as 12-24. */
function monthAndDay(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(5, 10);
}

/** Such as Navidad:-2..-1, or 02-14. */
export function placeOf({ name, from, to }: Feast): string {
  if (isDateOfTheYear(name)) return name;
  return from === to ? `${name}:${from}` : `${name}:${from}..${to}`;
}

/** Whether a feast's name is a date of the year. */
function isDateOfTheYear(name: string): boolean {
  return /^\d\d-\d\d$/.test(name);
}

/**
 * Log of each row's sales over the usual around it, less its mean over all rows (a logarithm of few sales lies below
 * that of their mean); NaN where it sold out or too few rows are near.
 */
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
  const centre = mean(ratios.filter((ratio) => !Number.isNaN(ratio)));
  return ratios.map((ratio) => ratio - centre);
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
    // The holiday begins in a period that lies from `feast.from` to `feast.to` periods before this one.
    const [first, last] = [day - feast.to * periodDays, day - feast.from * periodDays + periodDays - 1];
    out[offset + j] = begins(holidays, feast.name, first, last) ? 1 : 0;
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
