/**
 * One date as people write it, taken apart as far as it tells by itself; which of its readings holds is settled by its
 * column (date-column.ts).
 */

import { DemandaError } from '../../errors/demanda-error.ts';

/** Order of day, month and year. */
export type DateOrder = 'ymd' | 'dmy' | 'mdy';

/** What a date format tells. */
export interface DateFormat {
  readonly order: DateOrder | null;
  /** Of years and months: whether 2025.1 is October (yyyy.mm), or January (yyyy.m). */
  readonly tenths: boolean | null;
}

/** What a format such as dd/mm/yyyy, aaaa-mm-dd or yyyy.mm tells. @throws DemandaError IMPORT_DATE_FORMAT of no date */
export function dateFormatNamed(format: string): DateFormat {
  const month = /^(?:yyyy|aaaa)\.(mm?)$/i.exec(format.trim());
  if (month) return { order: null, tenths: month[1].length === 2 };
  const order = orderNamed(format);
  if (order === null) throw new DemandaError('IMPORT_DATE_FORMAT', { format });
  return { order, tenths: null };
}

function orderNamed(format: string): DateOrder | null {
  const order = format
    .toLowerCase()
    .replace(/[^dmya]/g, '')
    .replace(/a/g, 'y')
    .replace(/(.)\1+/g, '$1');
  return order === 'dmy' || order === 'mdy' || order === 'ymd' ? order : null;
}

/** What a text's date is, before its column settles what it leaves open. */
export type DateShape =
  /** One day and no other. */
  | { readonly shape: 'day'; readonly day: number }
  /** A whole month. */
  | { readonly shape: 'month'; readonly year: number; readonly month: number }
  /** A week of ISO 8601. */
  | { readonly shape: 'week'; readonly year: number; readonly week: number }
  /** Day and month in an order that is not said, then the year. */
  | { readonly shape: 'two and year'; readonly first: number; readonly second: number; readonly year: number }
  /** Three numbers of two digits. */
  | { readonly shape: 'three'; readonly parts: readonly [number, number, number] }
  /** A year and a number: of its month, or of its week. */
  | {
      readonly shape: 'year and number';
      readonly year: number;
      readonly number: number;
      readonly dotted: string | null;
    }
  /** A plain number: 20250131, 202501, a spreadsheet's serial day, seconds since 1970, an index. */
  | { readonly shape: 'number'; readonly number: number; readonly digits: number };

export interface DateText {
  readonly date: DateShape;
  /** What a time is given in: 'local' without a zone, 'utc' for Z, 'offset' for +02:00; null without a time. */
  readonly zone: 'local' | 'utc' | 'offset' | null;
  /** Seconds of the day, where there is a time. */
  readonly seconds: number | null;
}

/** Names and usual short forms of the months, in Spanish, English, Portuguese and French. */
const MONTHS: readonly (readonly string[])[] = [
  ['enero', 'ene', 'january', 'jan', 'janeiro', 'janvier', 'janv'],
  ['febrero', 'feb', 'february', 'fevereiro', 'fev', 'fevrier', 'fevr'],
  ['marzo', 'mar', 'march', 'marco', 'mars'],
  ['abril', 'abr', 'april', 'apr', 'avril', 'avr'],
  ['mayo', 'may', 'maio', 'mai'],
  ['junio', 'jun', 'june', 'junho', 'juin'],
  ['julio', 'jul', 'july', 'julho', 'juillet', 'juil'],
  ['agosto', 'ago', 'august', 'aug', 'aout'],
  ['septiembre', 'setiembre', 'sep', 'sept', 'set', 'september', 'setembro', 'septembre'],
  ['octubre', 'oct', 'october', 'outubro', 'out', 'octobre'],
  ['noviembre', 'nov', 'november', 'novembro', 'novembre'],
  ['diciembre', 'dic', 'december', 'dec', 'dezembro', 'dez', 'decembre'],
];
const MONTH_OF: ReadonlyMap<string, number> = new Map(MONTHS.flatMap((names, i) => names.map((name) => [name, i + 1])));

const WEEKDAY =
  /^(?:lun(?:es)?|mar(?:tes)?|mie(?:r(?:coles)?)?|jue(?:ves)?|vie(?:rnes)?|sab(?:ado)?|dom(?:ingo)?|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\.?,?\s+(?=\S)/;

const TIME =
  /^(?<hour>\d{1,2})(?:[:.h](?<minute>\d{2})(?:[:.](?<second>\d{2})(?:[.,]\d{1,9})?)?)?\s*(?<half>[ap]\.?\s?m\.?)?\s*(?<zone>z|utc|gmt|[+-]\d{2}:?(?:\d{2})?(?:\s?\[[\w/+-]+\])?)?$/;

/** Null for a text that is no date, or a day that does not exist (2025-02-30). */
export function dateTextOf(value: string): DateText | null {
  const text = plain(value);
  // "mar 25, 2025" is in March; of "mar 25/03/2025" the word is a Tuesday.
  const rest = text.replace(WEEKDAY, '');
  return dateIn(text) ?? (rest !== text && /\d\D+\d/.test(rest) ? dateIn(rest) : null);
}

function dateIn(text: string): DateText | null {
  const whole = shapeOf(text);
  if (whole) return { date: whole, zone: null, seconds: null };
  // A time stands behind the date, parted by T or blanks: the longest date that leaves a time.
  for (let at = text.length - 1; at > 0; at--) {
    if (text[at] !== ' ' && text[at] !== 't') continue;
    const time = timeOf(text.slice(at + 1).trim());
    if (time === null) continue;
    const date = shapeOf(text.slice(0, at).trim().replace(/,$/, ''));
    if (date && date.shape !== 'number' && date.shape !== 'year and number') return { date, ...time };
  }
  // A week's or a month's range is dated by its first day.
  const range = /^(\d[\d/.-]*\d)\s*(?:-|–|—|a|al|to)\s+(\d[\d/.-]*\d)$/.exec(text);
  const [from, to] = [range && shapeOf(range[1]), range && shapeOf(range[2])];
  return from && to && from.shape === to.shape ? { date: from, zone: null, seconds: null } : null;
}

/** Lower case, without accents, blanks of one kind. */
function plain(value: string): string {
  return value
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[\s\u00a0\u2007\u2009\u202f]+/g, ' ')
    .replace(/(\d)[ºª°]/g, '$1')
    .trim();
}

function timeOf(text: string): Pick<DateText, 'zone' | 'seconds'> | null {
  const { hour, minute, second, half, zone } = TIME.exec(text)?.groups ?? {};
  // "14" alone is no time: "martes 14" is no date.
  if (hour === undefined || (minute === undefined && half === undefined)) return null;
  let hours = Number(hour);
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return null;
    hours = (hours % 12) + (half.startsWith('p') ? 12 : 0);
  }
  if (hours > 24 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 60) return null;
  return {
    zone: zone === undefined ? 'local' : /^(?:z|utc|gmt|[+-]00:?(?:00)?)$/.test(zone) ? 'utc' : 'offset',
    seconds: hours * 3_600 + Number(minute ?? 0) * 60 + Number(second ?? 0),
  };
}

function shapeOf(text: string): DateShape | null {
  return numbersOf(text) ?? weekOf(text) ?? namedOf(text);
}

function numbersOf(text: string): DateShape | null {
  const number = /^\d{1,19}$/.exec(text) ?? /^\d{5}[.,]\d+$/.exec(text);
  if (number) {
    const value = Number(text.replace(',', '.'));
    return { shape: 'number', number: value, digits: (text.split(/[.,]/)[0] as string).length };
  }
  let parts = /^(\d{4})([/. -])(\d{1,2})\2(\d{1,2})$/.exec(text);
  if (parts) return dayShape(Number(parts[1]), Number(parts[3]), Number(parts[4]));
  parts = /^(\d{1,2})([/. -])(\d{1,2})\2(\d{4})$/.exec(text);
  if (parts) return twoAndYear(Number(parts[1]), Number(parts[3]), Number(parts[4]));
  parts = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{2})$/.exec(text);
  if (parts) return { shape: 'three', parts: [Number(parts[1]), Number(parts[3]), Number(parts[4])] };
  parts = /^(\d{4})([/. -])(\d{1,2})$/.exec(text);
  if (parts) {
    const dotted = parts[2] === '.' ? parts[3] : null;
    return { shape: 'year and number', year: Number(parts[1]), number: Number(parts[3]), dotted };
  }
  parts = /^(\d{1,2})[/-](\d{4})$/.exec(text);
  return parts ? { shape: 'year and number', year: Number(parts[2]), number: Number(parts[1]), dotted: null } : null;
}

/** Both readings, of which at least one must exist. */
function twoAndYear(first: number, second: number, year: number): DateShape | null {
  const [dmy, mdy] = [dayNumber(year, second, first), dayNumber(year, first, second)];
  return dmy === null && mdy === null ? null : { shape: 'two and year', first, second, year };
}

function weekOf(text: string): DateShape | null {
  const parts =
    /^(?<year>\d{4})[ /-]?(?:w|wk|week|s|sem|semana)\.? ?(?<week>\d{1,2})(?:-(?<weekday>[1-7]))?$/.exec(text)?.groups ??
    /^(?:w|wk|week|s|sem|semana)\.? ?(?<week>\d{1,2})(?:[ /-]| de | of )(?<year>\d{4})$/.exec(text)?.groups;
  if (!parts) return null;
  const [year, week] = [Number(parts.year), Number(parts.week)];
  const monday = isoWeekDay(year, week);
  if (monday === null) return null;
  if (parts.weekday !== undefined) return { shape: 'day', day: monday + Number(parts.weekday) - 1 };
  return { shape: 'week', year, week };
}

function namedOf(text: string): DateShape | null {
  const numbered = /^(\d{4}) ?m(\d{1,2})$/.exec(text);
  if (numbered) return monthShape(Number(numbered[1]), Number(numbered[2]));
  const words: readonly string[] = text.match(/\d+|\p{L}+|[^\d\p{L}]+/gu) ?? [];
  const names = words.filter((word) => /^\p{L}+$/u.test(word) && !/^(?:de|del|of|st|nd|rd|th)$/.test(word));
  const month = names.length === 1 ? MONTH_OF.get(names[0]) : undefined;
  // Nothing but blanks, one mark and small words between the parts.
  if (month === undefined || words.some((word) => /^[^\d\p{L}]+$/u.test(word) && !/^ ?[ ./,'’-] ?$/.test(word)))
    return null;
  const numbers = words.filter((word) => /^\d+$/.test(word));
  const nameAt = words.indexOf(names[0]);
  const numbersBefore = words.slice(0, nameAt).filter((word) => /^\d+$/.test(word)).length;
  if (numbers.length === 1) {
    if (numbers[0].length === 4) return monthShape(Number(numbers[0]), month);
    // "Jan-18" and "ene '18" are a year; "Feb 05" can be a day: no year is taken from it.
    const marked = numbersBefore === 0 && /^ ?[-/'’] ?$/.test(words[nameAt + 1] ?? '');
    return marked && numbers[0].length === 2 ? monthShape(fullYear(Number(numbers[0])), month) : null;
  }
  if (numbers.length !== 2) return null;
  const [first, second] = numbers;
  if (first.length === 4) return numbersBefore === 1 ? dayShape(Number(first), month, Number(second)) : null;
  if (second.length !== 4 && second.length !== 2) return null;
  if (first.length > 2) return null;
  const year = second.length === 4 ? Number(second) : fullYear(Number(second));
  return dayShape(year, month, Number(first));
}

function dayShape(year: number, month: number, day: number): DateShape | null {
  const number = dayNumber(year, month, day);
  return number === null ? null : { shape: 'day', day: number };
}

function monthShape(year: number, month: number): DateShape | null {
  return dayNumber(year, month, 1) === null ? null : { shape: 'month', year, month };
}

/** Two digits before 70 are of this century. */
export function fullYear(year: number): number {
  return year + (year < 70 ? 2000 : year < 100 ? 1900 : 0);
}

/** Days since 1970-01-01; null for a day that does not exist. */
export function dayNumber(year: number, month: number, day: number): number | null {
  if (year < 1000 || month < 1 || month > 12 || day < 1) return null;
  const time = Date.UTC(year, month - 1, day);
  const date = new Date(time);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? time / 86_400_000 : null;
}

/**
 * Monday of a week of ISO 8601 (week 1 holds 4 January), as days since 1970-01-01; null for a week that the year has
 * not.
 */
export function isoWeekDay(year: number, week: number): number | null {
  if (week < 1 || week > 53) return null;
  const monday = firstMonday(year) + (week - 1) * 7;
  return monday < firstMonday(year + 1) ? monday : null;
}

function firstMonday(year: number): number {
  const fourth = Date.UTC(year, 0, 4) / 86_400_000;
  // Day 0, 1970-01-01, was a Thursday.
  return fourth - ((fourth + 3) % 7);
}
