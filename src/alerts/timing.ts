/** When alerts may go: quiet hours, the hour of the daily message, and the waits between attempts. */

import type { AlertSettings } from '../contract/alerts.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** Minutes before the second attempt, the third, and so on; after the last a message has failed. */
const WAITS = [1, 5, 30, 120, 360, 720] as const;

export const MOST_ATTEMPTS = WAITS.length + 1;

/** Milliseconds since 1970 of the next attempt, not in quiet hours; null after the last. @param attempts that failed, ≥ 1 */
export function nextAttempt(
  now: number,
  attempts: number,
  settings: Pick<AlertSettings, 'quiet' | 'timezone'>,
): number | null {
  const wait = WAITS[attempts - 1];
  return wait === undefined ? null : afterQuiet(now + wait * MINUTE_MS, settings);
}

/**
 * When a message may go that is written now: at once, when the quiet hours end, or at the hour of the daily one.
 *
 * @param now milliseconds since 1970; @returns the same
 */
export function goesAt(
  now: number,
  settings: Pick<AlertSettings, 'quiet' | 'rhythm' | 'digestAt' | 'timezone'>,
): number {
  const { rhythm, digestAt, timezone } = settings;
  return rhythm === 'daily' ? nextAt(now, digestAt, timezone) : afterQuiet(now, settings);
}

/** The moment itself, or when the quiet hours end that it lies in. */
function afterQuiet(now: number, { quiet, timezone }: Pick<AlertSettings, 'quiet' | 'timezone'>): number {
  if (!quiet) return now;
  const minute = minuteOfDay(now, timezone);
  const [from, to] = [minutes(quiet.from), minutes(quiet.to)];
  const isQuiet = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
  return isQuiet ? nextAt(now, quiet.to, timezone) : now;
}

/** The next moment at which a clock of the zone shows a time; where the hour is left out in spring, the one after. */
function nextAt(now: number, clock: string, timezone: string): number {
  const wanted = minutes(clock);
  const start = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const ahead = (wanted - minuteOfDay(now, timezone) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  const guess = start + ahead * MINUTE_MS;
  // Between now and then the clock may have been put forward or back.
  let off = minuteOfDay(guess, timezone) - wanted;
  if (off > DAY_MINUTES / 2) off -= DAY_MINUTES;
  if (off < -DAY_MINUTES / 2) off += DAY_MINUTES;
  const mended = guess - off * MINUTE_MS;
  return mended > now ? mended : guess;
}

function minutes(clock: string): number {
  const [hours = 0, rest = 0] = clock.split(':').map(Number);
  return hours * 60 + rest;
}

/** Minutes since midnight on a clock of the zone. */
function minuteOfDay(now: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return part('hour') * 60 + part('minute');
}
