/**
 * Values that are far off those around them, up or down, and stand alone: a decimal mark in the wrong place, grams for
 * kilos, the price of a box. They are held until somebody accepts them, for one such day doubles a forecast and one such
 * cost sets a price.
 *
 * What persists is a level, what comes back every year a season, what happens three times a year is usual: none of them
 * is held.
 */

import type { SaleTicket } from '../contract/import-rows.ts';
import type { HeldValue } from '../core/series/cell-series.ts';

/** A cost beyond this multiple of the price of its day is told of. */
export const COSTLY = 3;

/** What of a row is judged. */
export type JudgedRow = Pick<SaleTicket, 'day' | 'quantity' | 'price' | 'cost' | 'promo' | 'soldOut' | 'waste'>;

/** A value is off from this multiple of what is usual: a quiet day ten times over is four times a usual one. */
const OFF = 4;
/** And from so many robust deviations of the logarithm: sales that scatter widely have far values. */
const OFF_DEVIATIONS = 4.5;
/** Of sales that are low: their logarithms scatter farther down than up. */
const OFF_DEVIATIONS_DOWN = 7.5;
/** Least deviation, for prices that never moved. */
const LEAST_DEVIATION = 0.1;
/** And from this multiple of what all but a few others of a year before and after are of their own neighbours. */
const OFF_OTHERS = 1.6;
/** Like a value is what comes within this of it, in a first look at the rows beside it. */
const ALIKE = 2.5;
/** Within this ratio values are of one level. */
const SAME_LEVEL = Math.sqrt(10);
/** Rows in a row at a level that make it one: a value and three that follow. */
const LEVEL_ROWS = 4;
/** Neighbours on each side that say what is usual, and of how many it takes at least. */
const NEIGHBOURS = 15;
const LEAST_NEIGHBOURS = 5;
/** Of fewer neighbours, down to three, a value is off from this multiple. */
const OFF_FEW = 100;
/** Of a year before and after, in days. */
const YEAR = 365;
const AROUND = 400;
/** A feast moves by so many days at most from one year to the next. */
const SEASON = 35;
/** Times that something of that size was in a year before and after that do not make it usual. */
const FEW = 2;
/** Of prices and costs, which do not scatter like sales, this share of rows too. */
const FEW_SHARE = 0.02;
/** Sales at a price below this share of the usual one are those of an offer, which may be a hundred times as many. */
const OFFER = 0.93;
const OFF_OFFER = 100;
/** Least distance of counts in twice their square root, where a Poisson count scatters by 1: a dozen is no typo of 1. */
const COUNT_DISTANCE = 6;
/** Of products that sell one or two on a usual day, of whom somebody now and then takes twenty. */
const FEW_UNITS = 3;
const FEW_UNITS_DISTANCE = 8;
/** A share wasted from which what is left bears twenty times its cost. */
const MOST_WASTE = 0.95;

/**
 * Values of a cell that are to be held. @param rows in order of day @param from values before this day are not judged,
 * they only say what is usual
 */
export function heldDays(rows: readonly JudgedRow[], from = Number.NEGATIVE_INFINITY): HeldValue[] {
  const totals = periodTotals(rows);
  if (totals.length > 0) {
    const days = new Set(totals.map(({ day }) => day));
    const others = heldDays(
      rows.filter(({ day }) => !days.has(day)),
      from,
    );
    return [...totals, ...others];
  }
  const prices = new Judged(rows, 'price');
  const costs = new Judged(rows, 'cost');
  const sales = new Judged(rows, 'quantity', prices);
  return [...sales.off(from), ...prices.off(from), ...costs.off(from), ...impossible(rows, from)];
}

/**
 * Dated costs or market prices that stand alone, and costs of nothing. @param prices in order of day, one a day
 * @param from values before this day are not judged, they only say what is usual
 */
export function farPrices(
  prices: readonly { readonly day: number; readonly value: number }[],
  from: number,
): { readonly day: number; readonly value: number; readonly usual: number | null }[] {
  const rest = { quantity: 0, price: null, promo: null, soldOut: false, waste: null };
  const rows = prices.map(({ day, value }): JudgedRow => ({ ...rest, day, cost: value }));
  return [...new Judged(rows, 'cost').off(from), ...impossible(rows, from)]
    .map(({ day, value, usual }) => ({ day, value, usual }))
    .sort((a, b) => a.day - b.day);
}

/** Lengths of periods whose totals are told apart, by the gaps between their rows, in days. */
const PERIODS = [
  { days: 1, least: 1, most: 3 },
  { days: 7, least: 7, most: 7 },
  { days: 30.4, least: 28, most: 31 },
] as const;
/** Rows in a row by whose gaps a period is known, and the share of a part's gaps that have to be of it. */
const PERIOD_ROWS = 5;
const PERIOD_SHARE = 0.8;

/**
 * Totals of weeks (or months) in a cell that has days (or weeks) before or after them: one change from one to the other,
 * whose quantities are to one another nearly as the lengths of the periods.
 */
function periodTotals(rows: readonly JudgedRow[]): HeldValue[] {
  const periods = rows.slice(1).map(({ day }, i) => periodOf(day - rows[i].day));
  const first = periods[0];
  const change = periods.findIndex(
    (_, i) =>
      i > 0 &&
      periods[i] >= 0 &&
      periods[i] !== first &&
      periods.slice(i, i + PERIOD_ROWS).every((period) => period === periods[i]),
  );
  if (first === undefined || first < 0 || change < PERIOD_ROWS || periods.length < change + PERIOD_ROWS) return [];
  const second = periods[change];
  if (shareOf(periods.slice(0, change), first) < PERIOD_SHARE || shareOf(periods.slice(change), second) < PERIOD_SHARE)
    return [];
  const [before, after] = [rows.slice(0, change), rows.slice(change)];
  const [longer, shorter] = first > second ? [before, after] : [after, before];
  const length = PERIODS[Math.max(first, second)].days / PERIODS[Math.min(first, second)].days;
  const usual = median(shorter.map(({ quantity }) => quantity));
  const times = median(longer.map(({ quantity }) => quantity)) / usual / length;
  if (!(times > 0.5 && times < 1.6)) return [];
  return longer.map(({ day, quantity }) => ({ day, column: 'quantity', value: quantity, usual, reason: 'period' }));
}

/** Position in `PERIODS`; −1 of none. */
const periodOf = (gap: number): number => PERIODS.findIndex(({ least, most }) => gap >= least && gap <= most);

function shareOf(periods: readonly number[], period: number): number {
  return periods.filter((one) => one === period).length / periods.length;
}

/** Costs of nothing, and waste that leaves nothing to sell: no neighbour makes them right. */
function impossible(rows: readonly JudgedRow[], from: number): HeldValue[] {
  return rows.flatMap(({ day, cost, waste }) => {
    if (day < from) return [];
    const held: HeldValue[] = [];
    if (cost === 0) held.push({ day, column: 'cost', value: 0, usual: null, reason: 'impossible' });
    if (waste !== null && waste >= MOST_WASTE)
      held.push({ day, column: 'waste', value: waste, usual: null, reason: 'impossible' });
    return held;
  });
}

/** What is usual about a row. */
interface Usual {
  /** Median of the neighbours. */
  readonly usual: number;
  /** Robust deviation of their logarithms. */
  readonly deviation: number;
  /** From this multiple a value is off. */
  readonly least: number;
}

/** The values above 0 of one column. */
class Judged {
  private readonly column: 'quantity' | 'price' | 'cost';
  private readonly rows: readonly JudgedRow[];
  /** Of `rows`, those with a value. */
  private readonly at: number[] = [];
  private readonly days: number[] = [];
  private readonly raw: number[] = [];
  /** Without the pattern of the week. */
  private readonly values: readonly number[];
  private readonly reach: number;
  private readonly counts: boolean;
  private readonly prices: Judged | null;
  private readonly usuals = new Map<number, Usual | null>();

  /** @param prices of the same rows, where it is sales that are judged */
  constructor(rows: readonly JudgedRow[], column: Judged['column'], prices: Judged | null = null) {
    this.rows = rows;
    this.column = column;
    this.prices = prices;
    for (let i = 0; i < rows.length; i++) {
      const value = rows[i][column];
      if (value === null || !(value > 0)) continue;
      this.at.push(i);
      this.days.push(rows[i].day);
      this.raw.push(value);
    }
    this.counts = column === 'quantity' && this.raw.every(Number.isInteger);
    const gap = medianGap(this.days);
    // Rows of the season before say little of this one.
    this.reach = 40 * gap;
    this.values = column === 'quantity' && gap <= 2 ? withoutWeekdays(this.days, this.raw) : this.raw;
  }

  off(from: number): HeldValue[] {
    const held: HeldValue[] = [];
    for (let i = firstFrom(this.days, from); i < this.values.length; i++)
      if (this.isOff(i, true) || this.isOff(i, false))
        held.push({
          day: this.days[i],
          column: this.column,
          value: this.raw[i],
          usual: this.rawUsual(i),
          reason: 'off',
        });
    return held;
  }

  private isOff(i: number, up: boolean): boolean {
    if (!this.standsOut(i, up)) return false;
    const near = this.usualAt(i);
    if (near === null) return false;
    const times = ratioOf(this.values[i], near.usual, up);
    const deviations = up || this.column !== 'quantity' ? OFF_DEVIATIONS : OFF_DEVIATIONS_DOWN;
    if (times < near.least || Math.log(times) < deviations * near.deviation) return false;
    if (this.column === 'quantity' && !this.isSaleOff(i, up, times)) return false;
    return !this.isLevel(i, up) && !this.isUsual(i, up, times) && !this.isSeason(i, up, times);
  }

  /** Few of the nearest rows are like it: a look that costs little and passes over nearly every row. */
  private standsOut(i: number, up: boolean): boolean {
    const { values } = this;
    const [from, to] = [Math.max(0, i - 4), Math.min(values.length - 1, i + 4)];
    let alike = 0;
    for (let j = from; j <= to; j++) {
      if (j === i || !(ratioOf(values[i], values[j], up) < ALIKE)) continue;
      if (++alike > FEW) return false;
    }
    return to - from > FEW;
  }

  /** Null where there are too few neighbours. */
  private usualAt(i: number): Usual | null {
    const known = this.usuals.get(i);
    if (known !== undefined) return known;
    const near = this.nearTo(i);
    const usual = median(near);
    const deviation = Math.max(
      LEAST_DEVIATION,
      1.4826 * median(near.map((value) => Math.abs(Math.log(value / usual)))),
    );
    const found =
      near.length <= FEW ? null : { usual, deviation, least: near.length < LEAST_NEIGHBOURS ? OFF_FEW : OFF };
    this.usuals.set(i, found);
    return found;
  }

  /** Values of the rows about one; of those about one without an offer, rather those without. */
  private nearTo(i: number): readonly number[] {
    const { days, values, reach } = this;
    const near: number[] = [];
    for (let j = i - 1; j >= Math.max(0, i - NEIGHBOURS) && days[i] - days[j] <= reach; j--) near.push(j);
    for (let j = i + 1; j <= Math.min(values.length - 1, i + NEIGHBOURS) && days[j] - days[i] <= reach; j++)
      near.push(j);
    const plain = this.column !== 'quantity' || this.isOffer(i) ? near : near.filter((j) => !this.isMarked(j));
    return (plain.length < LEAST_NEIGHBOURS ? near : plain).map((j) => values[j]);
  }

  private rawUsual(i: number): number {
    const { usual } = this.usualAt(i) as Usual;
    return (usual * this.raw[i]) / this.values[i];
  }

  /** What else speaks of a sale: counts scatter, offers sell, and a shelf is empty before and after a pause. */
  private isSaleOff(i: number, up: boolean, times: number): boolean {
    const usual = this.rawUsual(i);
    const least = usual < FEW_UNITS ? FEW_UNITS_DISTANCE : COUNT_DISTANCE;
    if (this.counts && 2 * Math.abs(Math.sqrt(this.raw[i]) - Math.sqrt(usual)) < least) return false;
    if (up) return times >= OFF_OFFER || !this.isOffer(i);
    const row = this.at[i];
    return !this.rows[row].soldOut && this.isUsualDay(i, -1) && this.isUsualDay(i, 1);
  }

  /** The row beside it is one of usual sales. */
  private isUsualDay(i: number, step: -1 | 1): boolean {
    const { usual } = this.usualAt(i) as Usual;
    const beside = i + step;
    return (
      this.at[beside] === this.at[i] + step &&
      Math.abs(this.days[beside] - this.days[i]) <= this.reach / 10 &&
      ratioOf(this.values[beside], usual, false) < SAME_LEVEL
    );
  }

  /** It is of sales that the file marks as a promotion; where files mark none, only prices tell of some. */
  private isMarked(i: number): boolean {
    return this.column === 'quantity' && (this.rows[this.at[i]].promo ?? 0) > 0;
  }

  /** It is of sales on offer. */
  private isOffer(i: number): boolean {
    if (this.column !== 'quantity') return false;
    if (this.isMarked(i)) return true;
    return this.prices?.isBelow(this.days[i], OFFER) ?? false;
  }

  /** The value of a day is below a share of what is usual about it. */
  private isBelow(day: number, share: number): boolean {
    const i = firstFrom(this.days, day);
    if (this.days[i] !== day) return false;
    const near = this.usualAt(i);
    return near !== null && this.values[i] < share * near.usual;
  }

  /** It is one of several rows in a row of its size: the start or the end of a level. */
  private isLevel(i: number, up: boolean): boolean {
    const { values } = this;
    const alike = (j: number): boolean => ratioOf(values[i], values[j], up) <= SAME_LEVEL;
    let rows = 1;
    for (let j = i - 1; j >= 0 && alike(j) && rows < LEVEL_ROWS; j--) rows++;
    for (let j = i + 1; j < values.length && alike(j) && rows < LEVEL_ROWS; j++) rows++;
    return rows >= LEVEL_ROWS;
  }

  /** More than a few times in a year before and after, something was nearly as far off its neighbours. */
  private isUsual(i: number, up: boolean, times: number): boolean {
    const { days, values } = this;
    let [rows, alike, occasions, last] = [0, 0, 0, Number.NEGATIVE_INFINITY];
    for (let j = firstFrom(days, days[i] - AROUND); j < days.length && days[j] <= days[i] + AROUND; j++) {
      if (j === i) continue;
      rows++;
      if (!this.standsOut(j, up) && ratioOf(values[i], values[j], up) >= ALIKE) continue;
      const near = this.usualAt(j);
      if (near === null || ratioOf(values[j], near.usual, up) * OFF_OTHERS < times) continue;
      if (up && this.isMarked(j)) continue;
      alike++;
      if (days[j] - last > this.reach / 10) occasions++;
      last = days[j];
    }
    return this.column === 'quantity' ? occasions > FEW : alike > FEW + FEW_SHARE * rows;
  }

  /** In another year, about that day, something like it was. */
  private isSeason(i: number, up: boolean, times: number): boolean {
    const { days, values } = this;
    return values.some((value, j) => {
      const years = Math.round((days[j] - days[i]) / YEAR);
      if (years === 0 || Math.abs(days[j] - days[i] - years * YEAR) > SEASON) return false;
      const near = ratioOf(values[i], value, up) <= SAME_LEVEL && !this.isMarked(j) ? this.usualAt(j) : null;
      return near !== null && ratioOf(value, near.usual, up) * OFF_OTHERS >= times;
    });
  }
}

function median(values: readonly number[]): number {
  // Typed arrays are sorted as numbers, without a call for every comparison.
  return new Float64Array(values).sort()[values.length >> 1];
}

function medianGap(days: readonly number[]): number {
  if (days.length < 2) return 1;
  // Most cells have a row a day: then most gaps are of one.
  let ones = 0;
  for (let i = 1; i < days.length; i++) if (days[i] - days[i - 1] === 1) ones++;
  return ones > days.length >> 1 ? 1 : median(days.slice(1).map((day, i) => day - days[i]));
}

/** Index of the first of ascending days from a day on. */
function firstFrom(days: readonly number[], from: number): number {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle] < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How far a value is above another, or below it. */
const ratioOf = (value: number, other: number, up: boolean): number => (up ? value / other : other / value);

/** Least values of a weekday that tell what is usual on it. */
const LEAST_OF_WEEKDAY = 8;

function withoutWeekdays(days: readonly number[], values: readonly number[]): readonly number[] {
  const of: number[][] = [[], [], [], [], [], [], []];
  for (let i = 0; i < days.length; i++) of[days[i] % 7].push(values[i]);
  const all = median(values);
  const factors = of.map((own) => (own.length < LEAST_OF_WEEKDAY ? 1 : median(own) / all));
  return values.map((value, i) => value / factors[days[i] % 7]);
}
