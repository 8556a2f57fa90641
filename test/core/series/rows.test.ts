import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsUpTo } from '../../../src/core/series/rows.ts';
import { cellOf } from '../../support/cells.ts';

describe('rows up to a day', () => {
  it('are those on it or before it, as counted one by one', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 60 })), fc.integer({ min: -5, max: 65 }), (given, day) => {
        const days = Int32Array.from(given).sort();
        const series = cellOf(new Array(days.length).fill(1), new Array(days.length).fill(1), { days });
        expect(rowsUpTo(series, day)).toBe(given.filter((d) => d <= day).length);
      }),
    );
  });
});
