import { describe, expect, it } from 'vitest';
import { lastRegularPrice } from '../../../src/core/demand/regular-price.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { cellOf } from '../../support/cells.ts';

/** Days at prices: [price, days], one after the other. */
function cell(stretches: readonly (readonly [price: number, days: number])[], flagged: number[] = []): CellSeries {
  const prices = stretches.flatMap(([price, days]) => new Array<number>(days).fill(price));
  const promo = Float64Array.from(prices, (price) => (flagged.includes(price) ? 1 : 0));
  return cellOf(
    prices.map(() => 10),
    prices,
    { promo },
  );
}

const WITH_SALES = [
  [2.5, 40],
  [2, 7],
  [2.5, 40],
  [2.1, 7],
  [2.52, 40],
] as const;

describe('the usual price', () => {
  it('is the last one that was no promotion', () => {
    expect(
      lastRegularPrice(
        cell([
          [2.5, 30],
          [2.4, 10],
        ]),
      ),
    ).toBe(2.4);
    expect(
      lastRegularPrice(
        cell(
          [
            [2.5, 30],
            [2, 10],
          ],
          [2],
        ),
      ),
    ).toBe(2.5);
    expect(lastRegularPrice(cell([[2, 10]], [2]))).toBe(2);
    expect(lastRegularPrice(cell([]))).toBeNaN();
  });
  it('is the one before a cut like those that the cell came back from', () => {
    expect(lastRegularPrice(cell([...WITH_SALES, [2.05, 5]]))).toBe(2.52);
  });
  it('is the new one where the cut stays for over three weeks, or is a twentieth at most', () => {
    expect(lastRegularPrice(cell([...WITH_SALES, [2.05, 22]]))).toBe(2.05);
    expect(lastRegularPrice(cell([...WITH_SALES, [2.05, 21]]))).toBe(2.52);
    expect(lastRegularPrice(cell([...WITH_SALES, [2.41, 5]]))).toBe(2.41);
  });
  it('is the new one where it never came back from a cut, or from one alone', () => {
    expect(
      lastRegularPrice(
        cell([
          [2.5, 100],
          [2, 5],
        ]),
      ),
    ).toBe(2);
    expect(
      lastRegularPrice(
        cell([
          [2.5, 60],
          [2, 7],
          [2.5, 60],
          [2, 5],
        ]),
      ),
    ).toBe(2);
    expect(
      lastRegularPrice(
        cell([
          [3, 60],
          [2.7, 60],
          [2.4, 60],
          [2.1, 5],
        ]),
      ),
    ).toBe(2.1);
  });
  it('is the new one where other cuts more often than not ended at another price', () => {
    const AT_WILL = [
      [2.3, 14],
      [2.8, 21],
      [2.55, 14],
      [2.9, 21],
      [2.4, 14],
    ] as const;
    expect(lastRegularPrice(cell([...AT_WILL, ...WITH_SALES, [2.05, 5]]))).toBe(2.52);
    expect(lastRegularPrice(cell([...AT_WILL, ...AT_WILL, ...WITH_SALES, [2.05, 5]]))).toBe(2.05);
  });
  it('is the new one of a price that goes up and down all the time', () => {
    const twoLevels = Array.from({ length: 20 }, (_, i) => [i % 2 === 0 ? 2.15 : 1.85, 7] as const);
    expect(lastRegularPrice(cell(twoLevels))).toBe(1.85);
  });
});
