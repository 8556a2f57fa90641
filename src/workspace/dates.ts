/** ISO dates and day numbers. */

import { DemandaError } from '../errors/demanda-error.ts';

export function isoDate(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
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
