import { expect, it } from 'vitest';
import { earnedTogether } from '../../../src/core/pricing/earned.ts';

const gain = (value: number, below: number, above = below) => ({ value, low: value - below, high: value + above });

it('adds what changes of one product may be off, and the squares of what those of others may', () => {
  const bread = { product: 'Bread', gain: gain(10, 3, 4) };
  const milk = { product: 'Milk', gain: gain(-2, 8) };
  expect(earnedTogether([bread])).toEqual(bread.gain);
  expect(earnedTogether([bread, bread])).toEqual({ value: 20, low: 14, high: 28 });
  const both = earnedTogether([bread, bread, milk]);
  // 3-4-5 triangles of 6 and 8, of 8 and 8.
  expect(both.value).toBe(18);
  expect(both.low).toBeCloseTo(18 - 10, 12);
  expect(both.high).toBeCloseTo(18 + 8 * Math.SQRT2, 12);
});

it('refuses nothing at all', () => {
  expect(() => earnedTogether([])).toThrow(RangeError);
});
