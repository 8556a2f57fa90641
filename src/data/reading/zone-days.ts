/** The day of a moment where a shop is. */

import { DemandaError } from '../../errors/demanda-error.ts';

/** Hours of a zone whose offset is remembered. */
const MOST_HOURS = 50_000;
/** Zone → hour since 1970 → its offset in seconds: offsets change on whole hours. */
const OFFSETS = new Map<string, Map<number, number>>();

/** Day, in a zone, of a moment. @param seconds since 1970-01-01 in UTC @param zone IANA name; @throws RangeError of none */
export function localDay(seconds: number, zone: string): number {
  const hour = Math.floor(seconds / 3_600);
  let offsets = OFFSETS.get(zone);
  if (!offsets) OFFSETS.set(zone, (offsets = new Map()));
  let offset = offsets.get(hour);
  if (offset === undefined) {
    offset = offsetAt(hour * 3_600_000, zone);
    if (offsets.size < MOST_HOURS) offsets.set(hour, offset);
  }
  return Math.floor((seconds + offset) / 86_400);
}

function offsetAt(time: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(time);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours, minutes] = /^GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name) as RegExpExecArray;
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 3_600 + Number(minutes) * 60);
}

/** IANA name of a zone as it is written in full. @throws DemandaError IMPORT_TIMEZONE */
export function zoneNamed(timezone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timezone }).resolvedOptions().timeZone;
  } catch (cause) {
    throw new DemandaError('IMPORT_TIMEZONE', { timezone }, { cause });
  }
}
