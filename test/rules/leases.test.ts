import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forgottenBefore, type KeptRequest, takeRequest } from '../../src/rules/idempotency.ts';
import { leaseRuns } from '../../src/rules/leases.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString();

describe('a lease', () => {
  it.each([
    ['runs until it ends', 5, 4, 9, true],
    ['is over at its end', 5, 5, 10, false],
    ['is over after it', 5, 6, 11, false],
    ['runs when it is given', 5, 0, 5, true],
    ['that ends later than one given now was given before the clock went back', 65, 0, 5, false],
  ])('%s', (_, until, now, latest, runs) => {
    expect(leaseRuns(at(until), at(now), at(latest))).toBe(runs);
  });
  it('never holds for longer than the longest one, whatever clock gave it', () => {
    const minute = fc.integer({ min: -100_000, max: 100_000 });
    fc.assert(
      fc.property(minute, minute, fc.integer({ min: 0, max: 60 }), (until, now, longest) => {
        if (leaseRuns(at(until), at(now), at(now + longest))) expect(until - now).toBeLessThanOrEqual(longest);
      }),
    );
  });
});

describe('a write that is to be done once', () => {
  const request = { key: 'k', digest: 'd' };
  const work = (minute: number, workedOn = false) =>
    ({ holder: 'w2', at: at(minute), leasedUntil: at(minute + 1), workedOn }) as const;
  const kept: KeptRequest = { digest: 'd', at: at(0), holder: 'w1', leasedUntil: at(1), status: null, answer: null };
  it('is taken by who asks first, and kept as theirs', () => {
    expect(takeRequest(null, request, work(3))).toEqual({
      state: { state: 'taken', since: at(3), before: false },
      keep: { ...kept, at: at(3), holder: 'w2', leasedUntil: at(4) },
    });
  });
  it('is under way while its lease runs, or its work is known to live', () => {
    const underWay = { state: 'under way', since: at(0) };
    expect(takeRequest(kept, request, work(0.5))).toEqual({ state: { ...underWay, leasedUntil: at(1) }, keep: null });
    expect(takeRequest(kept, request, work(2, true))).toEqual({
      state: { ...underWay, leasedUntil: at(3) },
      keep: null,
    });
  });
  it('is taken over from work that died, and remembers since when', () => {
    expect(takeRequest(kept, request, work(2))).toEqual({
      state: { state: 'taken', since: at(0), before: true },
      keep: { ...kept, holder: 'w2', leasedUntil: at(3) },
    });
  });
  it('is answered as it was, and refused to another request', () => {
    const done = { ...kept, status: 201, answer: '{}' };
    expect(takeRequest(done, request, work(9))).toEqual({
      state: { state: 'done', since: at(0), status: 201, answer: '{}' },
      keep: null,
    });
    expect(() => takeRequest(done, { ...request, digest: 'other' }, work(9))).toThrow(
      expect.objectContaining({ code: 'IDEMPOTENCY_DIFFERENT' }),
    );
  });
  it('is forgotten after two days', () => {
    expect(forgottenBefore(at(2 * 1_440))).toBe(at(0));
  });
});
