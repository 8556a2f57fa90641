import { describe, expect, it } from 'vitest';
import { goesAt, MOST_ATTEMPTS, nextAttempt } from '../../src/alerts/timing.ts';

const MADRID = { timezone: 'Europe/Madrid', digestAt: '08:00' } as const;
const when = (now: string, settings: Parameters<typeof goesAt>[1]): string =>
  new Date(goesAt(Date.parse(now), settings)).toISOString();

describe('an alert', () => {
  it('goes at once, but not in quiet hours, which end by the clock of the zone', () => {
    const night = { ...MADRID, rhythm: 'each', quiet: { from: '22:00', to: '07:00' } } as const;
    expect(when('2026-01-15T12:00:00Z', night)).toBe('2026-01-15T12:00:00.000Z');
    // 23:30 in Madrid, winter time: until 07:00 there.
    expect(when('2026-01-15T22:30:00Z', night)).toBe('2026-01-16T06:00:00.000Z');
    // 03:00 in Madrid, summer time.
    expect(when('2026-07-15T01:00:00Z', night)).toBe('2026-07-15T05:00:00.000Z');
    // At seven sharp it is loud again; at ten in the evening it is quiet.
    expect(when('2026-01-15T06:00:00Z', night)).toBe('2026-01-15T06:00:00.000Z');
    expect(when('2026-01-15T21:00:00Z', night)).toBe('2026-01-16T06:00:00.000Z');
    const noon = { ...night, quiet: { from: '12:00', to: '15:30' } };
    expect(when('2026-01-15T12:00:00Z', noon)).toBe('2026-01-15T14:30:00.000Z');
  });
  it('waits over the night in which the clock is put forward', () => {
    const night = { ...MADRID, rhythm: 'each', quiet: { from: '22:00', to: '07:00' } } as const;
    // 28 March 2026, 23:00; seven o'clock of the 29th is summer time.
    expect(when('2026-03-28T22:00:00Z', night)).toBe('2026-03-29T05:00:00.000Z');
    // And back, on 25 October.
    expect(when('2026-10-24T21:00:00Z', night)).toBe('2026-10-25T06:00:00.000Z');
  });
  it('of a daily message waits for its hour, quiet or not', () => {
    const daily = { ...MADRID, rhythm: 'daily', quiet: { from: '00:00', to: '23:59' } } as const;
    expect(when('2026-01-15T06:59:00Z', daily)).toBe('2026-01-15T07:00:00.000Z');
    expect(when('2026-01-15T07:00:30Z', daily)).toBe('2026-01-16T07:00:00.000Z');
  });
  it('is tried again ever later, and given up after the last time', () => {
    const waits = Array.from({ length: MOST_ATTEMPTS }, (_, i) =>
      nextAttempt(0, i + 1, { quiet: null, timezone: 'UTC' }),
    );
    expect(waits.at(-1)).toBeNull();
    const minutes = waits.slice(0, -1).map((wait) => (wait as number) / 60_000);
    expect(minutes[0]).toBe(1);
    expect(minutes).toEqual(minutes.toSorted((a, b) => a - b));
  });
  it('is not tried again in quiet hours', () => {
    const quiet = { quiet: { from: '22:00', to: '07:00' }, timezone: 'UTC' };
    const next = nextAttempt(Date.parse('2026-01-15T21:59:30Z'), 1, quiet);
    expect(new Date(next as number).toISOString()).toBe('2026-01-16T07:00:00.000Z');
  });
});
