/** Dates that are plain numbers: 20250131, a spreadsheet's serial day, seconds since 1970, the number of a period. */

import { addMonths } from '../../core/series/periods.ts';
import type { Frequency } from '../../core/vocabulary.ts';
import { type DateOrder, dayNumber, isoWeekDay } from './date-text.ts';

/** What plain numbers of a column count. */
export type NumberDates =
  | 'yyyymmdd'
  | 'ddmmyyyy'
  | 'mmddyyyy'
  | 'yyyymm'
  | 'yyyyww'
  | 'serial'
  | 'serial 1904'
  | 'seconds'
  | 'milliseconds'
  | 'microseconds'
  | 'nanoseconds'
  /** Periods from a first day that the user gives. */
  | 'count';

export interface PeriodCount {
  /** Days since 1970-01-01. */
  readonly start: number;
  readonly every: Frequency;
}

/** Forms of plain numbers with their digits before the point, the surer first. */
export const NUMBER_FORMS: readonly (readonly [form: NumberDates, digits: readonly number[]])[] = [
  ['yyyymmdd', [8]],
  ['ddmmyyyy', [7, 8]],
  ['mmddyyyy', [7, 8]],
  ['yyyymm', [6]],
  ['yyyyww', [6]],
  ['serial', [5]],
  ['serial 1904', [5]],
  ['seconds', [9, 10]],
  ['milliseconds', [12, 13]],
  ['microseconds', [15, 16]],
  ['nanoseconds', [18, 19]],
];

/** Order that a form of plain numbers has. */
export const ORDER_OF: Readonly<Partial<Record<NumberDates, DateOrder>>> = {
  yyyymmdd: 'ymd',
  ddmmyyyy: 'dmy',
  mmddyyyy: 'mdy',
};

/**
 * Days from 1904-01-01 and 1899-12-30 to 1970-01-01: spreadsheets count from them (1900 is no leap year, to them it is).
 */
const SERIAL_1904 = 24_107;
const SERIAL = 25_569;
export const PER_DAY = {
  seconds: 86_400,
  milliseconds: 86_400e3,
  microseconds: 86_400e6,
  nanoseconds: 86_400e9,
} as const satisfies Partial<Record<NumberDates, number>>;
/** Numbers that count from 1970-01-01 in UTC. */
export type Moment = keyof typeof PER_DAY;

export function dayOfNumber(number: number, form: NumberDates, count: PeriodCount | null = null): number | null {
  const [upper, lower] = [Math.floor(number / 10_000), number % 10_000];
  switch (form) {
    case 'yyyymmdd':
      return dayNumber(upper, Math.floor(lower / 100), lower % 100);
    case 'ddmmyyyy':
      return dayNumber(lower, upper % 100, Math.floor(upper / 100));
    case 'mmddyyyy':
      return dayNumber(lower, Math.floor(upper / 100), upper % 100);
    case 'yyyymm':
      return dayNumber(Math.floor(number / 100), number % 100, 1);
    case 'yyyyww':
      return isoWeekDay(Math.floor(number / 100), number % 100);
    case 'serial':
      return Math.floor(number) - SERIAL;
    case 'serial 1904':
      return Math.floor(number) - SERIAL_1904;
    case 'seconds':
    case 'milliseconds':
    case 'microseconds':
    case 'nanoseconds':
      return Math.floor(number / PER_DAY[form]);
    case 'count':
      return count === null || !Number.isInteger(number) ? null : DAY_OF_PERIOD[count.every](count.start, number - 1);
  }
}

/** First day of a period that is so many after the one that begins on a day. */
const DAY_OF_PERIOD: Readonly<Record<Frequency, (start: number, index: number) => number>> = {
  daily: (start, index) => start + index,
  weekly: (start, index) => start + 7 * index,
  monthly: addMonths,
};

/** From 1970 to 2100: no sale of any file is outside. */
export function isPlausible(day: number | null): boolean {
  return day !== null && day >= 0 && day < 47_482;
}
