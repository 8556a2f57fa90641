/**
 * How a column writes its dates, settled by all of its values: the order of day and month, what plain numbers count,
 * whether a year and a number are a month or a week. What two readings stand for is asked, never guessed in silence.
 */

import {
  dayOfNumber,
  isPlausible,
  type Moment,
  NUMBER_FORMS,
  type NumberDates,
  ORDER_OF,
  PER_DAY,
  type PeriodCount,
} from './date-numbers.ts';
import {
  type DateFormat,
  type DateOrder,
  type DateShape,
  type DateText,
  dateTextOf,
  dayNumber,
  fullYear,
  isoWeekDay,
} from './date-text.ts';
import type { Seen } from './number-column.ts';
import { localDay } from './zone-days.ts';

/** All that a column's dates are read by. */
export interface DateReading {
  /** Of day, month and year where all are numbers; null where no value needs it. */
  readonly order: DateOrder | null;
  readonly numbers: NumberDates | null;
  /** What the number behind a year is; null where no value needs it. */
  readonly pair: 'month' | 'week' | null;
  /** 2025.1 is October, saved as a number: its last 0 is lost. */
  readonly tenths: boolean;
  /** IANA zone that times in UTC are taken to; null leaves them in UTC. */
  readonly zone: string | null;
  /** First day, whose number is 1, and the step of numbers that count periods. */
  readonly count: PeriodCount | null;
}

/** Why a reading was taken. */
export type DateGround =
  /** Every value has one reading. */
  | { readonly by: 'form' }
  /** The user said so. */
  | { readonly by: 'told' }
  /** A value that only one reading allows. */
  | { readonly by: 'value'; readonly seen: Seen }
  /** The days of one reading follow each other, those of the other do not. */
  | { readonly by: 'spacing'; readonly days: number }
  /** The other reading has sales after today. */
  | { readonly by: 'future'; readonly seen: Seen }
  /** The column's name. */
  | { readonly by: 'header' };

export type DateUnderstanding =
  | { readonly reading: DateReading; readonly ground: DateGround }
  /** No reading reads the column: `seen` is a value that is no date, or that the others' order does not allow. */
  | {
      readonly reading: null;
      readonly why: 'no dates' | 'mixed' | 'swapped' | 'index' | 'not counted';
      readonly seen: Seen;
    }
  /** Two readings stand; `asked` is what settles it. */
  | { readonly reading: null; readonly why: 'unclear'; readonly seen: Seen; readonly readings: readonly DateReading[] };

export interface DateTold {
  /** What `--date-format` names; null when it names none. */
  readonly format: DateFormat | null;
  readonly zone: string | null;
  readonly count: PeriodCount | null;
  /** Header of the column. */
  readonly header: string;
  /** Day number of today; Infinity where later days are no mistake. */
  readonly today: number;
  /** Excel's 1904 calendar. */
  readonly from1904: boolean;
}

/** Distinct dates that are remembered; ten times the days of a person's files. */
const MOST_REMEMBERED = 50_000;
/** A column of weeks, though its numbers stop at 12. */
/** Days after today, and their share of a column's days, from which a reading that has them does not hold. */
const LEAST_FUTURE = 3;
const LEAST_FUTURE_SHARE = 0.2;
const WEEK_HEADER = /week|\bwk\b|semana|\bsem\b/i;
const NOTHING: DateReading = { order: null, numbers: null, pair: null, tenths: false, zone: null, count: null };

interface Known {
  readonly date: DateShape;
  readonly seen: Seen;
}

/** Gathers what a column's values tell. */
export class DateColumn {
  /** Values that are no date, and how often. */
  readonly odd = new Map<string, { readonly line: number; count: number }>();
  count = 0;
  /** Dates that the file stores as such, and whether one of them is after the 12th of its month. */
  private stored = 0;
  private storedBeyond = false;
  /** Dates without their times, each once: tickets have a time each, and their days repeat. */
  private readonly known = new Map<string, Known>();
  private readonly texts = new Set<string>();
  private readonly firstOf: Partial<Record<DateShape['shape'], Seen>> = {};
  private utcTime: Seen | null = null;

  /** A value of the column that is not empty. @param line counted from 1 */
  add(value: string | number | bigint | Date, line: number): void {
    if (value instanceof Date) {
      this.stored++;
      this.count++;
      this.storedBeyond ||= value.getUTCDate() > 12;
      return;
    }
    const text = String(value);
    if (this.texts.has(text)) {
      this.count++;
      return;
    }
    const parsed = dateTextOf(text);
    if (parsed === null) {
      const odd = this.odd.get(text);
      if (odd) odd.count++;
      else if (this.odd.size < MOST_REMEMBERED) this.odd.set(text, { line, count: 1 });
      return;
    }
    this.count++;
    const seen = { value: text, line };
    this.firstOf[parsed.date.shape] ??= seen;
    // Where all times are midnight in UTC, they are days, the same everywhere.
    if (parsed.zone === 'utc' && parsed.seconds !== 0) this.utcTime ??= seen;
    if (this.texts.size < MOST_REMEMBERED) this.texts.add(text);
    const { date } = parsed;
    const key = Object.values(date).join();
    if (!this.known.has(key) && this.known.size < MOST_REMEMBERED) this.known.set(key, { date, seen });
  }

  /** First date that the file writes. */
  get first(): Seen {
    return this.known.values().next().value?.seen ?? { value: '', line: 0 };
  }

  /** First value whose time is in UTC, whose local day is another where the shop is not. */
  utc({ numbers }: DateReading): Seen | null {
    const moment = numbers !== null && numbers in PER_DAY;
    const timed = moment && [...this.of('number')].find(({ date }) => date.number % PER_DAY[numbers as Moment] !== 0);
    return this.utcTime ?? (timed ? timed.seen : null);
  }

  understand(told: DateTold): DateUnderstanding {
    const [odd] = this.odd;
    if (this.count === 0)
      return {
        reading: null,
        why: 'no dates',
        seen: odd ? { value: odd[0], line: odd[1].line } : { value: '', line: 0 },
      };
    const number = this.firstOf.number;
    if (number && Object.keys(this.firstOf).length > 1) return { reading: null, why: 'mixed', seen: number };
    if (told.count !== null) return this.understandCount(told.count, number ?? null);
    if (number) return this.understandNumbers(told, number);
    const pair = this.understandPair(told);
    if (pair.reading === null) return pair;
    const order = this.understandOrder(told);
    if (order.reading === null) return order;
    const ground = order.ground.by === 'form' ? pair.ground : order.ground;
    const zone = this.utcTime === null ? null : told.zone;
    const reading = { ...pair.reading, order: order.reading.order, zone };
    return { reading, ground };
  }

  /** Values of one shape, in the order of the file. */
  private *of<S extends DateShape['shape']>(
    shape: S,
  ): Generator<{ date: Extract<DateShape, { shape: S }>; seen: Seen }> {
    for (const { date, seen } of this.known.values())
      if (date.shape === shape) yield { date: date as Extract<DateShape, { shape: S }>, seen };
  }

  private understandOrder(told: DateTold): DateUnderstanding {
    const unclear = [...this.of('two and year'), ...this.of('three')];
    if (unclear.length === 0) return { reading: NOTHING, ground: { by: 'form' } };
    // A spreadsheet that took 03/01 for 1 March left 13/01 as text: its own dates have day and month exchanged.
    if (this.stored > 2 && !this.storedBeyond && unclear.every(({ date }) => isBeyondTwelve(date)))
      return { reading: null, why: 'swapped', seen: unclear[0].seen };
    const orders: readonly DateOrder[] = this.firstOf.three ? ['dmy', 'mdy', 'ymd'] : ['dmy', 'mdy'];
    const toldOrder = told.format?.order ?? null;
    const asked = toldOrder === null ? orders : [toldOrder];
    /** The first value that an order does not read. */
    const refusing = new Map<DateOrder, Seen>();
    for (const order of asked) {
      const bad = unclear.find(({ date }) => dayOfShape(date, { ...NOTHING, order }) === null);
      if (bad) refusing.set(order, bad.seen);
    }
    const left = asked.filter((order) => !refusing.has(order));
    if (left.length === 0) {
      const seen = refusing.get(asked[0]) as Seen;
      return { reading: null, why: 'mixed', seen };
    }
    const reading = (order: DateOrder): DateReading => ({ ...NOTHING, order });
    if (toldOrder !== null) return { reading: reading(left[0]), ground: { by: 'told' } };
    if (left.length === 1) {
      const other: DateOrder = left[0] === 'dmy' ? 'mdy' : 'dmy';
      return {
        reading: reading(left[0]),
        ground: { by: 'value', seen: refusing.get(other) ?? (refusing.values().next().value as Seen) },
      };
    }
    return this.chooseOrder(left, unclear, told);
  }

  /** Of orders that read every value: the one whose days are none of the future, and follow each other. */
  private chooseOrder(
    left: readonly DateOrder[],
    unclear: readonly { readonly date: DateShape; readonly seen: Seen }[],
    told: DateTold,
  ): DateUnderstanding {
    const days = new Map(
      left.map((order) => [order, unclear.map(({ date }) => dayOfShape(date, { ...NOTHING, order }) as number)]),
    );
    const reading = (order: DateOrder): DateReading => ({ ...NOTHING, order });
    const same = left.every((order) => days.get(order)?.every((day, i) => day === days.get(left[0])?.[i]));
    if (same) return { reading: reading(left[0]), ground: { by: 'form' } };
    const future = (order: DateOrder): number => (days.get(order) as number[]).filter((day) => day > told.today).length;
    // A slip in a year or two is no proof of another order.
    const proof = Math.max(Math.min(LEAST_FUTURE, unclear.length), LEAST_FUTURE_SHARE * unclear.length);
    const past = left.filter((order) => future(order) < proof);
    if (past.length === 1 && future(past[0]) === 0) {
      const other = left.find((order) => order !== past[0]) as DateOrder;
      const at = (days.get(other) as number[]).findIndex((day) => day > told.today);
      return { reading: reading(past[0]), ground: { by: 'future', seen: unclear[at].seen } };
    }
    const standing = past.length > 0 ? past : left;
    const others = [...this.known.values()].flatMap(({ date }) => dayOfShape(date, NOTHING) ?? []);
    const regular = standing.filter((order) => isRegular([...(days.get(order) as number[]), ...others]));
    if (regular.length === 1)
      return { reading: reading(regular[0]), ground: { by: 'spacing', days: new Set(days.get(regular[0])).size } };
    // Two that differ: 01.02.03 has three readings, 01.01.21 only two.
    const differs = (order: DateOrder): number =>
      unclear.findIndex((_, i) => days.get(standing[0])?.[i] !== days.get(order)?.[i]);
    const other = standing.find((order) => differs(order) >= 0);
    if (other === undefined) return { reading: reading(standing[0]), ground: { by: 'form' } };
    const { seen } = unclear[differs(other)];
    return { reading: null, why: 'unclear', seen, readings: [standing[0], other].map(reading) };
  }

  /** Whether a year and a number are its month or its week, and whether 2025.1 lost a 0. */
  private understandPair(told: DateTold): DateUnderstanding {
    const pairs = [...this.of('year and number')];
    if (pairs.length === 0) return { reading: NOTHING, ground: { by: 'form' } };
    const beyond = pairs.find(({ date }) => date.number > 12);
    if (beyond) {
      const bad = pairs.find(({ date }) => isoWeekDay(date.year, date.number) === null);
      if (bad) return { reading: null, why: 'mixed', seen: bad.seen };
      return { reading: { ...NOTHING, pair: 'week' }, ground: { by: 'value', seen: beyond.seen } };
    }
    if (WEEK_HEADER.test(told.header)) return { reading: { ...NOTHING, pair: 'week' }, ground: { by: 'header' } };
    const tenths = told.format?.tenths ?? null;
    if (tenths !== null) return { reading: { ...NOTHING, pair: 'month', tenths }, ground: { by: 'told' } };
    const short = pairs.find(({ date }) => date.dotted === '1');
    if (!short) return { reading: { ...NOTHING, pair: 'month' }, ground: { by: 'form' } };
    // January stands as 01 where October is 10, and October as 1 where the months are 2025.01 … 2025.09, 2025.1.
    const written = new Set(pairs.map(({ date }) => date.dotted));
    const padded = [...written].some((dotted) => dotted !== null && /^0\d$/.test(dotted));
    if (padded && !written.has('10'))
      return { reading: { ...NOTHING, pair: 'month', tenths: true }, ground: { by: 'value', seen: short.seen } };
    if (!padded && (written.has('10') || [...written].some((dotted) => /^[2-9]$/.test(dotted ?? ''))))
      return { reading: { ...NOTHING, pair: 'month' }, ground: { by: 'form' } };
    const readings = [false, true].map((tenths): DateReading => ({ ...NOTHING, pair: 'month', tenths }));
    return { reading: null, why: 'unclear', seen: short.seen, readings };
  }

  /** @param number first plain number of the column */
  private understandCount(count: PeriodCount, number: Seen | null): DateUnderstanding {
    const bad = [...this.known.values()].find(
      ({ date }) => date.shape !== 'number' || !isPlausible(dayOfNumber(date.number, 'count', count)),
    );
    // What the sheet stores as a date counts nothing.
    if (bad || number === null) return { reading: null, why: 'not counted', seen: bad?.seen ?? { value: '', line: 0 } };
    return { reading: { ...NOTHING, numbers: 'count', count }, ground: { by: 'told' } };
  }

  private understandNumbers(told: DateTold, first: Seen): DateUnderstanding {
    const values = [...this.of('number')];
    const week = WEEK_HEADER.test(told.header);
    const order = told.format?.order ?? null;
    const forms = NUMBER_FORMS.filter(
      ([form, digits]) =>
        // 202501 … 202512 are months unless the column is called week; 202513 is a week.
        (form !== 'yyyymm' || !week) &&
        (form !== 'yyyyww' || week || values.some(({ date }) => date.number % 100 > 12)) &&
        (form !== 'serial' || !told.from1904) &&
        (form !== 'serial 1904' || told.from1904) &&
        (order === null || (ORDER_OF[form] ?? order) === order) &&
        values.every(({ date }) => digits.includes(date.digits) && isPlausible(dayOfNumber(date.number, form))),
    );
    const reading = ([form]: (typeof NUMBER_FORMS)[number]): DateReading => ({
      ...NOTHING,
      numbers: form,
      zone: this.utc({ ...NOTHING, numbers: form }) === null ? null : told.zone,
    });
    if (forms.length === 1) return { reading: reading(forms[0]), ground: { by: 'form' } };
    if (forms.length > 1) return { reading: null, why: 'unclear', seen: first, readings: forms.map(reading) };
    const years = values.every(({ date }) => date.digits === 4 && date.number > 1900 && date.number < 2100);
    const index = !years && values.every(({ date }) => date.digits <= 4);
    const bad = values.find(
      ({ date }) =>
        !NUMBER_FORMS.some(
          ([form, digits]) => digits.includes(date.digits) && isPlausible(dayOfNumber(date.number, form)),
        ),
    );
    return { reading: null, why: index ? 'index' : 'no dates', seen: bad?.seen ?? first };
  }
}

function isBeyondTwelve(date: DateShape): boolean {
  return date.shape === 'two and year' && Math.max(date.first, date.second) > 12;
}

/** Share of gaps that must fit for days to follow each other. */
const REGULAR_SHARE = 0.8;
/** Share of the days of a span that daily trade covers. */
const LEAST_COVERED = 0.25;

/**
 * Whether days follow each other as trade does: day after day with closed days between, week after week, or month after
 * month on its first or last day.
 */
function isRegular(all: readonly number[]): boolean {
  const days = [...new Set(all)].sort((a, b) => a - b);
  if (days.length < 3) return false;
  const gaps = days.slice(1).map((day, i) => day - days[i]);
  const share = (fits: (gap: number) => boolean): number => gaps.filter(fits).length / gaps.length;
  const covered = days.length / ((days.at(-1) as number) - days[0] + 1);
  // Twelve days of January, year after year, are no trade of days.
  if (share((gap) => gap <= 3) >= REGULAR_SHARE && covered >= LEAST_COVERED) return true;
  if (share((gap) => gap % 7 === 0 && gap <= 28) >= REGULAR_SHARE) return true;
  const ends = days.filter((day) => {
    const date = new Date(day * 86_400_000);
    const tomorrow = new Date((day + 1) * 86_400_000);
    return date.getUTCDate() === 1 || tomorrow.getUTCDate() === 1;
  });
  return ends.length === days.length;
}

/** Day of a date by a reading; null where the reading does not read it. */
function dayOfShape(date: DateShape, reading: DateReading): number | null {
  switch (date.shape) {
    case 'day':
      return date.day;
    case 'month':
      return dayNumber(date.year, date.month, 1);
    case 'week':
      return isoWeekDay(date.year, date.week);
    case 'two and year':
      if (reading.order === 'dmy') return dayNumber(date.year, date.second, date.first);
      return reading.order === 'mdy' ? dayNumber(date.year, date.first, date.second) : null;
    case 'three': {
      const [a, b, c] = date.parts;
      if (reading.order === null) return null;
      if (reading.order === 'ymd') return dayNumber(fullYear(a), b, c);
      return reading.order === 'dmy' ? dayNumber(fullYear(c), b, a) : dayNumber(fullYear(c), a, b);
    }
    case 'year and number':
      if (reading.pair === 'week') return isoWeekDay(date.year, date.number);
      if (reading.pair === null) return null;
      return dayNumber(date.year, reading.tenths && date.dotted === '1' ? 10 : date.number, 1);
    case 'number':
      return reading.numbers === null ? null : dayOfNumber(date.number, reading.numbers, reading.count);
  }
}

/** Day of a text's date by a reading, local to the reading's zone where the text is in UTC. */
export function dayOfText({ date, zone, seconds }: DateText, reading: DateReading): number | null {
  const day = dayOfShape(date, reading);
  if (day === null || reading.zone === null) return day;
  if (date.shape === 'number' && reading.numbers !== null && reading.numbers in PER_DAY)
    return localDay((date.number / PER_DAY[reading.numbers as Moment]) * 86_400, reading.zone);
  return zone === 'utc' ? localDay(day * 86_400 + (seconds ?? 0), reading.zone) : day;
}
