/** ISO dates and day numbers. */

import { DemandaError } from '../errors/demanda-error.ts';

/** Days from 0000-03-01 to 1970-01-01, and of 400, 100, 4 years and one year of the Gregorian calendar. */
const [EPOCH, DAYS_400, DAYS_100, DAYS_4, DAYS_1] = [719_468, 146_097, 36_524, 1_461, 365] as const;
/** Of 0000-03-01 and 9999-12-31. */
const [FIRST_DAY, LAST_DAY] = [-EPOCH, 2_932_896] as const;

/**
 * By arithmetic, in a tenth of the time that a `Date` takes: a list has hundreds. Years are counted from March on, so
 * that the day which some of them lack is their last (Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013,
 * `civil_from_days`).
 *
 * @throws RangeError for what is no day of a calendar
 */
export function isoDate(day: number): string {
  if (!Number.isInteger(day) || day < FIRST_DAY || day > LAST_DAY)
    return new Date(day * 86_400_000).toISOString().slice(0, 10);
  const since = day + EPOCH;
  const ages = Math.floor(since / DAYS_400);
  const ofAge = since - ages * DAYS_400;
  const yearOfAge = Math.floor(
    (ofAge - Math.floor(ofAge / (DAYS_4 - 1)) + Math.floor(ofAge / DAYS_100) - Math.floor(ofAge / (DAYS_400 - 1))) /
      DAYS_1,
  );
  const ofYear = ofAge - (DAYS_1 * yearOfAge + Math.floor(yearOfAge / 4) - Math.floor(yearOfAge / 100));
  // Five months from March on have 153 days, and so have the next five.
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const ofMonth = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = 400 * ages + yearOfAge + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${month < 10 ? '0' : ''}${month}-${ofMonth < 10 ? '0' : ''}${ofMonth}`;
}

/** Days since 1970-01-01. @throws DemandaError DATE_INVALID */
export function dayOf(iso: string): number {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(iso) ? Date.parse(`${iso}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || isoDate(time / 86_400_000) !== iso) throw new DemandaError('DATE_INVALID', { value: iso });
  return time / 86_400_000;
}

export function dateOrNull(day: number | null): string | null {
  return day === null ? null : isoDate(day);
}

/** Today by this machine's clock, UTC, in days since 1970-01-01. */
export const dayToday = (): number => Math.floor(Date.now() / 86_400_000);
