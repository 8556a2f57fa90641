import { describe, expect, it } from 'vitest';
import {
  doubtsOfPast,
  pastPromotions,
  triedPromotions,
  wasTried,
} from '../../../src/core/promotions/past-promotions.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { cellOf } from '../../support/cells.ts';

interface Planned {
  readonly from: number;
  readonly days: number;
  readonly price: number;
}

/** Two years at 10 a unit, with promotions. */
function series(planned: readonly Planned[], flagged = true): CellSeries {
  const price = new Array<number>(730).fill(10);
  const promo = new Float64Array(730);
  for (const { from, days, price: cut } of planned) {
    price.fill(cut, from, from + days);
    if (flagged) promo.fill(1, from, from + days);
  }
  return cellOf(new Array<number>(730).fill(5), price, { promo });
}

const SPREAD = [
  { from: 60, days: 7, price: 9 },
  { from: 200, days: 14, price: 8 },
  { from: 330, days: 7, price: 7 },
];

describe('past promotions', () => {
  it('are stretches of flagged rows, with the cut of the price before them', () => {
    const { promotions } = pastPromotions(series(SPREAD));
    expect(promotions).toMatchObject([
      { first: 60, last: 66, usual: 10 },
      { first: 200, last: 213, usual: 10 },
      { first: 330, last: 336, usual: 10 },
    ]);
    for (const [k, depth] of [0.1, 0.2, 0.3].entries()) expect(promotions[k]?.depth).toBeCloseTo(depth, 12);
  });

  it('are found by cuts that came back where nothing is flagged', () => {
    const found = series(SPREAD, false);
    const past = pastPromotions(found);
    expect(past.promotions.map(({ first, last }) => [first, last])).toEqual([
      [60, 66],
      [200, 213],
      [330, 336],
    ]);
    expect(doubtsOfPast(found, past)).toEqual(['PROMOTION_BY_PRICE']);
    // A cut that stays is a new price.
    expect(pastPromotions(series([{ from: 300, days: 430, price: 8 }], false)).promotions).toEqual([]);
  });

  it.each<[string, CellSeries, readonly string[]]>([
    ['several depths over the year', series(SPREAD), []],
    ['none', series([]), ['PROMOTION_NEVER']],
    ['always', series([{ from: 0, days: 730, price: 8 }]), ['PROMOTION_ALWAYS']],
    ['one', series(SPREAD.slice(0, 1)), ['PROMOTION_FEW', 'PROMOTION_ONE_DEPTH']],
    ['one depth', series(SPREAD.map((one) => ({ ...one, price: 8 }))), ['PROMOTION_ONE_DEPTH']],
    [
      'the same weeks of both years',
      series([
        { from: 100, days: 7, price: 9 },
        { from: 121, days: 7, price: 8 },
        { from: 465, days: 7, price: 7 },
      ]),
      ['PROMOTION_WITH_SEASON'],
    ],
    ['months', { ...series(SPREAD), frequency: 'monthly' }, ['PROMOTION_MONTHS']],
  ])('tell what they cannot: %s', (_, given, doubts) => {
    expect(doubtsOfPast(given, pastPromotions(given))).toEqual(doubts);
  });

  it('tell nothing of what lies beyond what was tried', () => {
    const given = series(SPREAD);
    const tried = triedPromotions(given, pastPromotions(given));
    if (!tried) throw new Error('no promotion');
    expect(tried.lengths).toEqual([7, 14]);
    expect([0.05, 0.1, 0.2, 0.3, 0.4].map((depth) => wasTried(tried, depth, 7))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect([3, 7, 14, 28].map((days) => wasTried(tried, 0.2, days))).toEqual([false, true, true, false]);
    expect(triedPromotions(series([]), pastPromotions(series([])))).toBeNull();
  });
});
