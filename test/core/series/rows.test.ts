import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referenceColumn } from '../../../src/core/series/competitor-prices.ts';
import { pastAsPlanned, rowsUpTo } from '../../../src/core/series/rows.ts';
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

it('rows of the past as planned ones have what was known of their days: columns, and what competitors asked', () => {
  const series = {
    ...cellOf([5, 6, 7, 8], [2, 2, 2, 2], { days: Int32Array.from([10, 11, 12, 13]) }),
    covariates: [{ name: 'fair', knownAhead: true, values: Float64Array.from([0, 1, 0, 1]) }],
    competitors: [
      { competitor: 'Lidl', day: 9, price: 3, promo: false },
      { competitor: 'Lidl', day: 12, price: 1.5, promo: false },
    ],
  };
  const { days, price, covariates } = pastAsPlanned(series, [1, 3], (row) => 10 + row);
  expect([...days]).toEqual([11, 13]);
  expect([...price]).toEqual([11, 13]);
  expect([...(covariates.fair as Float64Array)]).toEqual([1, 1]);
  const asked = covariates[referenceColumn('cheapest')] as Float64Array;
  expect([...asked].map((log) => Math.exp(log))).toEqual([expect.closeTo(3, 10), expect.closeTo(1.5, 10)]);
});
