/** Public holidays of a country from the date-holidays package, as day numbers for core. */

import { createRequire } from 'node:module';
import type { Holiday } from '../core/series/cell-series.ts';
import { DemandaError } from '../errors.ts';

/** Loaded on first use: its data of all countries takes longer to read than most commands to run. */
type HolidaysClass = new (
  country?: string,
) => {
  getHolidays(year: number): { date: string; start: Date; end: Date; name: string; type: string; rule: string }[];
  getCountries(): Record<string, string>;
};

const require = createRequire(import.meta.url);

/** Holidays from `firstDay` to `lastDay`, ascending. @param country ISO 3166-1 code, such as ES; @throws DemandaError COUNTRY_UNKNOWN */
export function holidaysOf(country: string, firstDay: number, lastDay: number): Holiday[] {
  const loaded = require('date-holidays') as HolidaysClass | { default: HolidaysClass };
  const Holidays = 'default' in loaded ? loaded.default : loaded;
  if (!Object.hasOwn(new Holidays().getCountries(), country)) throw new DemandaError('COUNTRY_UNKNOWN', { country });
  const calendar = new Holidays(country);
  const holidays: Holiday[] = [];
  for (let year = yearOf(firstDay); year <= yearOf(lastDay); year++) {
    for (const found of calendar.getHolidays(year)) {
      if (found.type !== 'public' && found.type !== 'bank') continue;
      const [y, m, d] = found.date.slice(0, 10).split('-').map(Number) as [number, number, number];
      const day = Date.UTC(y, m - 1, d) / 86_400_000;
      const lengthDays = Math.max(1, Math.round((found.end.getTime() - found.start.getTime()) / 86_400_000));
      if (day + lengthDays > firstDay && day <= lastDay) holidays.push({ day, name: found.name, lengthDays });
    }
  }
  return merged(holidays.sort((a, b) => a.day - b.day));
}

/** Neighbouring holidays are one feast: Christmas and Boxing Day, or a golden week that a calendar lists day by day. */
function merged(holidays: readonly Holiday[]): Holiday[] {
  const out: Holiday[] = [];
  for (const holiday of holidays) {
    const last = out.at(-1);
    if (last && holiday.day <= last.day + last.lengthDays) {
      out[out.length - 1] = { ...last, lengthDays: Math.max(last.lengthDays, holiday.day + holiday.lengthDays - last.day) };
    } else out.push(holiday);
  }
  return out;
}

function yearOf(day: number): number {
  return new Date(day * 86_400_000).getUTCFullYear();
}
