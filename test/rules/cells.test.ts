import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldedText } from '../../src/contract/folded-text.ts';
import { carryInto } from '../../src/rules/carried-values.ts';
import { cellState } from '../../src/rules/cell-state.ts';
import { goesOn, standsIn } from '../../src/rules/checkpoints.ts';
import { cellFrequency, merchantFrequency, spacingOf } from '../../src/rules/frequency.ts';

describe('the state of a cell', () => {
  it.each([
    ['running', true, true, 'training'],
    ['failed', true, false, 'failed'],
    ['stopped', false, false, 'unfinished'],
    ['stopped', true, false, 'live'],
    ['stopped', true, true, 'candidate'],
    ['done', true, true, 'candidate'],
    ['done', false, false, 'untrained'],
    [null, true, false, 'live'],
    [null, false, true, 'untrained'],
  ] as const)('after a training that is %s, live %s, candidate %s: %s', (run, hasLive, hasCandidate, state) => {
    expect(cellState({ run, hasLive, hasCandidate })).toBe(state);
  });
});

describe('the frequency of a cell', () => {
  const alone = (days: readonly number[]) =>
    cellFrequency(
      spacingOf(days),
      merchantFrequency([spacingOf(days)], () => days),
    );
  it.each([
    [[20_000], 'daily'],
    [[20_000, 20_007], 'weekly'],
    [[20_000, 20_005, 20_010, 20_015], 'daily'],
    [[20_000, 20_006, 20_012], 'weekly'],
    [[20_000, 20_024, 20_048], 'weekly'],
    [[20_000, 20_025, 20_050], 'monthly'],
  ] as const)('that is alone, of days %j: %s', (days, frequency) => {
    expect(alone(days)).toBe(frequency);
  });

  const monthStarts = [0, 1, 2, 3].map((month) => Date.UTC(2025, month, 1) / 86_400_000);
  const monthEnds = [1, 2, 3, 4].map((month) => Date.UTC(2025, month, 0) / 86_400_000);
  const fridays = [0, 3, 4, 9, 14, 15].map((week) => 20_000 + 7 * week);
  it.each([
    ['a slow seller', [20_000, 20_013, 20_021, 20_060], 'daily', 'daily'],
    ['two rows', [20_000, 20_030], 'daily', 'daily'],
    ['Fridays alone', fridays, 'daily', 'weekly'],
    ['fewer Fridays than tell', fridays.slice(0, 5), 'daily', 'daily'],
    ['first days of months', monthStarts, 'daily', 'monthly'],
    ['last days of months', monthEnds, 'daily', 'monthly'],
    ['few months', monthStarts.slice(0, 3), 'daily', 'daily'],
    ['a week here and there', [20_000, 20_028, 20_070, 20_105], 'weekly', 'weekly'],
    ['days on end', [20_000, 20_001, 20_002], 'weekly', 'daily'],
  ] as const)('of a merchant, %s: %j among %s: %s', (_, days, merchant, frequency) => {
    expect(cellFrequency(spacingOf(days), merchant)).toBe(frequency);
  });
  it('of a merchant of slow sellers alone is that of all its days', () => {
    const days = [20_000, 20_009, 20_017, 20_024];
    expect(merchantFrequency([spacingOf(days)], () => days)).toBe('weekly');
    expect(merchantFrequency([spacingOf(days)], () => [20_000, 20_001, 20_002, 20_009, 20_010])).toBe('daily');
  });
});

describe('dated values', () => {
  it('are carried into every later row that has none, and into no other', () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 20 });
    const dated = fc.array(fc.record({ day: fc.integer({ min: 0, max: 60 }), value: fc.integer({ min: 1, max: 9 }) }));
    fc.assert(
      fc.property(days, dated, fc.integer({ min: 1, max: 3 }), (rows, prices, every) => {
        const sorted = Int32Array.from(rows.toSorted((a, b) => a - b));
        const known = prices.toSorted((a, b) => a.day - b.day);
        const own = Float64Array.from(sorted, (day) => (day % every === 0 ? 100 : Number.NaN));
        const column = own.slice();
        carryInto(column, sorted, known);
        sorted.forEach((day, i) => {
          const last = known.filter((price) => price.day <= day).at(-1)?.value ?? Number.NaN;
          expect(column[i]).toBe(Number.isNaN(own[i]) ? last : 100);
        });
      }),
    );
  });
});

describe('the checkpoint to go on from', () => {
  it('is none of a run that is done', () => {
    expect((['done', 'stopped', 'failed', 'running'] as const).map(goesOn)).toEqual([false, true, true, true]);
  });
  it.each([
    [0, 8, 'stopped', 8, false],
    [1, 8, 'stopped', 8, true],
    [0, 8, 'stopped', 9, true],
    [0, 8, 'failed', 9, false],
    [1, 8, 'failed', 9, true],
  ] as const)('of age %d at iteration %d of a run that is %s at %d stands in: %s', (age, iteration, status, at, is) => {
    expect(standsIn({ age, iteration }, { status, iterations: at })).toBe(is);
  });
});

describe('a text that is searched for', () => {
  it('is the same whatever its case and accents', () => {
    expect(foldedText('PLÁTANO Ñandú')).toBe(foldedText('platano nandu'));
  });
});
