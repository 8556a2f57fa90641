/** Rows of sales as PostgreSQL's arrays: exact there and back, and changed as rows by day would be. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MergedDay } from '../../src/rules/merge-tickets.ts';
import {
  arrayOf,
  arrayValues,
  changedColumns,
  columnsOf,
  figuresOf,
  NO_SALES,
  numbersOf,
  placeOf,
  rowAt,
  type SaleArrays,
  type SaleColumns,
} from '../../src/store/postgres/sale-arrays.ts';

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
const maybe = fc.option(number, { nil: null });
const row: fc.Arbitrary<MergedDay> = fc.record({
  quantity: number,
  price: maybe,
  cost: maybe,
  promo: maybe,
  soldOut: fc.boolean(),
  waste: fc.constant(null),
  marketPrice: maybe,
  covariates: fc.option(
    fc.dictionary(fc.constantFrom('rain', 'a "b"\\', 'ñ,{}', '1', '__proto__'), number, { minKeys: 1, maxKeys: 4 }),
    { nil: null },
  ),
});
const rows = fc
  .uniqueArray(fc.tuple(fc.integer({ min: -50, max: 50 }), row), { selector: ([day]) => day, maxLength: 20 })
  .map((entries) => new Map(entries));

const inOrder = (of: ReadonlyMap<number, MergedDay>): [number, MergedDay][] => [...of].sort(([a], [b]) => a - b);
const rowsOf = (sold: SaleColumns): [number, MergedDay][] => sold.days.map((day, i) => [day, rowAt(sold, i)]);
const FIELDS = [
  ...['days', 'quantity', 'price', 'cost', 'promo', 'soldOut', 'waste', 'marketPrice', 'covariates'],
] as readonly (keyof SaleArrays)[];

describe('sales as arrays', () => {
  it('are the same rows when they come back from their texts', () => {
    fc.assert(
      fc.property(rows, (of) => {
        const { sold } = changedColumns(NO_SALES, of);
        expect(rowsOf(sold)).toEqual(inOrder(of));
        const texts = arrayValues(sold);
        // As PostgreSQL writes what is not there.
        const given = texts.map((text, i) =>
          i < FIELDS.length - 1 ? (text?.replaceAll('null', 'NULL') ?? null) : text,
        );
        const arrays = Object.fromEntries(FIELDS.map((field, i) => [field, given[i]])) as unknown as SaleArrays;
        expect(columnsOf(arrays)).toEqual(sold);
        expect(texts[6]).toBeNull();
      }),
    );
  });
  it('changed on some days and without others are what rows by day would be', () => {
    fc.assert(
      fc.property(rows, rows, fc.array(fc.integer({ min: -50, max: 50 })), (before, changed, without) => {
        const gone = new Set(without.filter((day) => before.has(day) && !changed.has(day)));
        const { sold } = changedColumns(NO_SALES, before);
        const after = changedColumns(sold, changed, gone);
        const expected = inOrder(new Map([...before, ...changed])).filter(([day]) => !gone.has(day));
        expect(rowsOf(after.sold)).toEqual(expected);
        expect(after.from).toEqual(after.sold.days.map((day) => placeOf(sold.days, day)));
        const names = new Set(expected.flatMap(([, { covariates }]) => Object.keys(covariates ?? {})));
        expect(new Set(after.sold.covariates.keys())).toEqual(names);
      }),
    );
  });
  it('have NaN where a series has no value', () => {
    expect(numbersOf('{1,NULL,-2.5e-07,1e+300}')).toEqual([1, null, -2.5e-7, 1e300]);
    expect(arrayOf([1, null])).toBe('{1,null}');
    expect(figuresOf('{NULL,3}', 2)).toEqual(Float64Array.of(Number.NaN, 3));
    expect(figuresOf(null, 2)).toEqual(Float64Array.of(Number.NaN, Number.NaN));
    expect(placeOf([1, 4, 9], 4)).toBe(1);
    expect(placeOf([1, 4, 9], 5)).toBe(-1);
  });
});
