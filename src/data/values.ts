/** Numbers, dates and flags as people write them; what is ambiguous in one value is settled by the rest of its column. */

export type Cell = string | number | boolean | Date | null | undefined | bigint;

export type DecimalMark = ',' | '.';

/** Currency signs and blanks (also the no-break ones) that numbers are written with. */
const NOISE = /[\s\u00a0\u202f€$£¥₡₲%]|EUR|USD|kg/gi;

/** What single values of a column say about its decimal mark: null when none is telling. */
export function decimalMarkOf(values: Iterable<Cell>): DecimalMark | null {
  const votes = { ',': 0, '.': 0 };
  for (const value of values) {
    if (typeof value !== 'string') continue;
    const text = value.replace(NOISE, '');
    const comma = text.lastIndexOf(',');
    const point = text.lastIndexOf('.');
    if (comma >= 0 && point >= 0) votes[comma > point ? ',' : '.']++;
    else if (comma >= 0 && isDecimal(text, ',')) votes[',']++;
    else if (point >= 0 && isDecimal(text, '.')) votes['.']++;
  }
  if (votes[','] === votes['.']) return null;
  return votes[','] > votes['.'] ? ',' : '.';
}

/** One separator that cannot be a thousands separator: not three digits behind it, or nothing but 0 before it. */
function isDecimal(text: string, mark: DecimalMark): boolean {
  const at = text.indexOf(mark);
  if (text.indexOf(mark, at + 1) >= 0) return false;
  return text.length - at - 1 !== 3 || /^-?0?$/.test(text.slice(0, at)) || at > 3 + (text.startsWith('-') ? 1 : 0);
}

/** A finite number, null for an empty cell, NaN for anything that is not a number. @param mark settles "1.234" and "1,234" */
export function parseNumber(value: Cell, mark: DecimalMark): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string') return Number.NaN;
  // Plain numbers are most of every file.
  if (mark === '.' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  let text = value.replace(NOISE, '');
  if (text === '') return value.trim() === '' ? null : Number.NaN;
  const comma = text.lastIndexOf(',');
  const point = text.lastIndexOf('.');
  let decimal: DecimalMark = mark;
  if (comma >= 0 && point >= 0) decimal = comma > point ? ',' : '.';
  else if (comma >= 0) decimal = isDecimal(text, ',') ? ',' : text.indexOf(',') !== comma ? '.' : mark;
  else if (point >= 0) decimal = isDecimal(text, '.') ? '.' : text.indexOf('.') !== point ? ',' : mark;
  const thousands = decimal === ',' ? '.' : ',';
  const whole = text.split(decimal)[0] as string;
  // Groups of other than three digits are no thousands: "1,2,3" is not a number.
  if (whole.includes(thousands) && !/^-?\d{1,3}([.,]\d{3})+$/.test(whole)) return Number.NaN;
  text = text.replaceAll(thousands, '').replace(decimal, '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : Number.NaN;
}

export type DateOrder = 'ymd' | 'dmy' | 'mdy';

/** Order of day and month that a column's values show; day first (as Spanish writes) when nothing tells. */
export function dateOrderOf(values: Iterable<Cell>): DateOrder {
  for (const value of values) {
    if (typeof value !== 'string') continue;
    const parts = /^\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}/.exec(value);
    if (!parts) continue;
    if (Number(parts[1]) > 12) return 'dmy';
    if (Number(parts[2]) > 12) return 'mdy';
  }
  return 'dmy';
}

/** Order that a `--date-format` such as dd/mm/yyyy names; null when it names none. */
export function dateOrderNamed(format: string): DateOrder | null {
  const order = format
    .toLowerCase()
    .replace(/[^dmya]/g, '')
    .replace(/a/g, 'y')
    .replace(/(.)\1+/g, '$1');
  return order === 'dmy' || order === 'mdy' || order === 'ymd' ? order : null;
}

/** First letters of the months in Spanish and English; none begins another. */
const MONTHS: readonly (readonly string[])[] = [
  ['ene', 'jan'],
  ['feb'],
  ['mar'],
  ['abr', 'apr'],
  ['may'],
  ['jun'],
  ['jul'],
  ['ago', 'aug'],
  ['sep', 'set'],
  ['oct'],
  ['nov'],
  ['dic', 'dec'],
];

/** First day of a month written with its name ("Enero 2018", "2018 ene", "Jan-18") or as 2018M01; null for anything else. */
function monthDay(text: string): number | null {
  const numbered = /^(\d{4})\s*M(\d{1,2})$/i.exec(text);
  if (numbered) return dayNumber(Number(numbered[1]), Number(numbered[2]), 1);
  const named = /^(?:(\d{4})[\s./-]+)?(\p{L}{3,10})\.?(?:[\s./-]+(?:de\s+)?(\d{4}|\d{2}))?$/u.exec(text);
  const year = named?.[1] ?? named?.[3];
  if (!named || year === undefined) return null;
  const month = MONTHS.findIndex((starts) => starts.some((start) => (named[2] as string).toLowerCase().startsWith(start)));
  return month < 0 ? null : dayNumber(fullYear(year), month + 1, 1);
}

function fullYear(year: string): number {
  return Number(year) + (year.length === 2 ? (Number(year) < 70 ? 2000 : 1900) : 0);
}

/** Day number of a date (of a range its first), null for an empty cell, NaN for what is no date or none that exists (2025-02-30). */
export function parseDay(value: Cell, order: DateOrder): number | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return Math.floor(value.getTime() / 86_400_000);
  if (typeof value === 'number' || typeof value === 'bigint') value = String(value);
  if (typeof value !== 'string') return Number.NaN;
  const text = value.trim();
  if (text === '') return null;
  const named = monthDay(text);
  if (named !== null) return named;
  const range = /^(\d[\d/.-]*\d)\s*(?:-|–|a|to)\s+\d/.exec(text);
  if (range) return parseDay(range[1] as string, order);
  let parts = /^(\d{4})[/.-](\d{1,2})(?:[/.-](\d{1,2}))?(?:[T ].*)?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (parts) return dayNumber(Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 1));
  parts = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[T ].*)?$/.exec(text);
  if (!parts) return Number.NaN;
  const year = fullYear(parts[3] as string);
  const [day, month] = order === 'mdy' ? [Number(parts[2]), Number(parts[1])] : [Number(parts[1]), Number(parts[2])];
  return dayNumber(year, month, day);
}

function dayNumber(year: number, month: number, day: number): number {
  const time = Date.UTC(year, month - 1, day);
  const date = new Date(time);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? time / 86_400_000 : Number.NaN;
}

/** 0-1 from a flag (sí/no, yes/no, 1/0, x), a share or a percentage; null for an empty cell, NaN for anything else. */
export function parseShare(value: Cell, mark: DecimalMark): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') {
    const word = value.trim().toLowerCase();
    if (word === '') return null;
    if (['si', 'sí', 's', 'yes', 'y', 'true', 'verdadero', 'x'].includes(word)) return 1;
    if (['no', 'n', 'false', 'falso', '-'].includes(word)) return 0;
  }
  const number = parseNumber(value, mark);
  if (number === null || Number.isNaN(number)) return number;
  // "12 %" and 12 both mean a percentage: no share is above 1.
  const share = (typeof value === 'string' && value.includes('%')) || number > 1 ? number / 100 : number;
  return share >= 0 && share <= 1 ? share : Number.NaN;
}
