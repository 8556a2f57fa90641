/** Holidays of a country from the date-holidays package, as day numbers for core. */

import { createRequire } from 'node:module';
import type { Holiday } from '../core/series/cell-series.ts';
import { DemandaError } from '../errors/demanda-error.ts';

/** Loaded on first use: its data of all countries takes longer to read than most commands to run. */
type HolidaysClass = new (
  country?: string,
) => {
  getHolidays(year: number): { date: string; start: Date; end: Date; name: string; type: string; rule: string }[];
  getCountries(): Record<string, string>;
};

const require = createRequire(import.meta.url);

/**
 * Holidays from `firstDay` to `lastDay`, ascending. @param country ISO 3166-1 code, such as ES; @throws DemandaError
 * COUNTRY_UNKNOWN
 */
export function holidaysOf(country: string, firstDay: number, lastDay: number): Holiday[] {
  const loaded = require('date-holidays') as HolidaysClass | { default: HolidaysClass };
  const Holidays = 'default' in loaded ? loaded.default : loaded;
  if (!Object.hasOwn(new Holidays().getCountries(), country)) throw new DemandaError('COUNTRY_UNKNOWN', { country });
  const calendar = new Holidays(country);
  const holidays: Holiday[] = [];
  const observances: Holiday[] = [];
  // Two more years on either side, so that lengths can be compared.
  for (let year = yearOf(firstDay) - 2; year <= yearOf(lastDay) + 2; year++) {
    for (const found of calendar.getHolidays(year)) {
      const [y, m, d] = found.date.slice(0, 10).split('-').map(Number) as [number, number, number];
      const day = Date.UTC(y, m - 1, d) / 86_400_000;
      const lengthDays = Math.max(1, Math.round((found.end.getTime() - found.start.getTime()) / 86_400_000));
      if (found.type === 'public') holidays.push({ day, name: found.name, lengthDays });
      else observances.push({ day, name: found.name, lengthDays: 1, kind: 'observance' });
    }
  }
  const feasts = withSteadyLengths(merged(holidays.sort((a, b) => a.day - b.day)));
  const names = new Set(feasts.map(({ name }) => name));
  // A feast that a longer one took in keeps its own name beside it.
  const takenIn = holidays.filter(({ name }) => !names.has(name));
  const named = takenIn.map(({ day, name }): Holiday => ({ day, name, lengthDays: 1, kind: 'observance' }));
  return [...feasts, ...named, ...observances]
    .sort((a, b) => a.day - b.day)
    .filter((h) => h.day + h.lengthDays > firstDay && h.day <= lastDay);
}

/**
 * Calendars list the legal days of a feast in some years and its bridge days too in others. A feast is long (three days
 * or more) when every year says so, and then as long as the longest; otherwise it is as short as the shortest, so that
 * years can be compared.
 */
function withSteadyLengths(holidays: readonly Holiday[]): Holiday[] {
  const lengths = new Map<string, { least: number; most: number }>();
  for (const { name, lengthDays } of holidays) {
    const seen = lengths.get(name);
    lengths.set(name, {
      least: Math.min(seen?.least ?? lengthDays, lengthDays),
      most: Math.max(seen?.most ?? lengthDays, lengthDays),
    });
  }
  return holidays.map((holiday) => {
    const { least, most } = lengths.get(holiday.name) as { least: number; most: number };
    return { ...holiday, lengthDays: least >= 3 ? most : least };
  });
}

/** Neighbouring holidays are one feast: Christmas and Boxing Day, or a golden week that a calendar lists day by day. */
function merged(holidays: readonly Holiday[]): Holiday[] {
  const out: Holiday[] = [];
  for (const holiday of holidays) {
    const last = out.at(-1);
    if (last && holiday.day <= last.day + last.lengthDays) {
      out[out.length - 1] = {
        ...last,
        lengthDays: Math.max(last.lengthDays, holiday.day + holiday.lengthDays - last.day),
      };
    } else out.push(holiday);
  }
  return out;
}

function yearOf(day: number): number {
  return new Date(day * 86_400_000).getUTCFullYear();
}
