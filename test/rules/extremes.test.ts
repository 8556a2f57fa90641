import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
import { heldDays, type JudgedRow } from '../../src/rules/extremes.ts';

const ROW: JudgedRow = { day: 0, quantity: 20, price: 2, cost: 1, promo: null, soldOut: false, waste: null };
const rowsOf = (n: number, of: (i: number) => Partial<JudgedRow>, gap = 1): JudgedRow[] =>
  Array.from({ length: n }, (_, i) => ({ ...ROW, quantity: 19 + (i % 3), day: 20_000 + gap * i, ...of(i) }));
const held = (rows: readonly JudgedRow[]): string[] =>
  heldDays(rows).map(({ day, column, value }) => `${day - 20_000} ${column} ${value}`);

describe('values that are held', () => {
  it.each([
    ['ten times as many sold', { quantity: 200 }, 'quantity 200'],
    ['a tenth sold between usual days', { quantity: 2 }, 'quantity 2'],
    ['ten times the price', { price: 20 }, 'price 20'],
    ['a hundredth of the price', { price: 0.02 }, 'price 0.02'],
    ['ten times the cost', { cost: 10 }, 'cost 10'],
    ['a tenth of the cost', { cost: 0.1 }, 'cost 0.1'],
    ['a cost of nothing', { cost: 0 }, 'cost 0'],
    ['everything wasted', { waste: 1 }, 'waste 1'],
  ])('%s', (_, changed, found) => {
    expect(held(rowsOf(100, (i) => (i === 50 ? changed : {})))).toEqual([`50 ${found}`]);
  });
  it.each([
    ['the newest day', 99],
    ['the day before', 98],
    ['the first day', 0],
  ])('on %s too', (_, at) => {
    expect(held(rowsOf(100, (i) => (i === at ? { quantity: 2_000, cost: 100 } : {})))).toEqual([
      `${at} quantity 2000`,
      `${at} cost 100`,
    ]);
  });
  it('two in a row, and two in a year', () => {
    expect(held(rowsOf(300, (i) => (i === 50 || i === 51 || i === 200 ? { price: 200 } : {})))).toEqual([
      '50 price 200',
      '51 price 200',
      '200 price 200',
    ]);
  });
  it('of weeks and months as of days', () => {
    for (const gap of [7, 30])
      expect(held(rowsOf(60, (i) => (i === 30 ? { price: 20 } : {}), gap))).toEqual([`${30 * gap} price 20`]);
  });
});

describe('values that are not held', () => {
  it.each<[string, (i: number) => Partial<JudgedRow>]>([
    ['a new level, from its fourth day on', (i) => (i >= 96 ? { price: 24, cost: 12, quantity: 300 } : {})],
    ['prices and costs that rise twelvefold', (i) => ({ price: 2 * 12 ** (i / 100), cost: 12 ** (i / 100) })],
    ['a promotion that sells fifteen times as much', (i) => (i === 50 ? { quantity: 300, promo: 1 } : {})],
    ['an offer that sells thirty times as much', (i) => (i === 50 ? { quantity: 600, price: 1.2 } : {})],
    ['a dozen of what sells one a day', (i) => ({ quantity: i === 50 ? 12 : 1 })],
    ['a wholesale day a month', (i) => ({ quantity: i % 25 === 10 ? 240 : 20 })],
    ['a sold-out day', (i) => (i === 50 ? { quantity: 2, soldOut: true } : {})],
    ['few on the newest day, which may not be over', (i) => (i === 99 ? { quantity: 2 } : {})],
    ['days without a sale', (i) => (i % 10 === 0 ? { quantity: 0 } : {})],
    ['values that are not given', () => ({ price: null, cost: null })],
  ])('%s', (_, of) => {
    expect(held(rowsOf(100, of))).toEqual([]);
  });
  it('a day that stands out every year', () => {
    expect(held(rowsOf(800, (i) => (i === 100 || i === 467 ? { quantity: 300 } : {})))).toEqual([]);
    expect(held(rowsOf(800, (i) => (i === 100 ? { quantity: 300 } : {})))).toEqual(['100 quantity 300']);
  });
  it('fewer than one in ten thousand of sales that scatter widely', () => {
    const random = new RandomStream(7);
    let named = 0;
    for (let cell = 0; cell < 40; cell++) {
      const mean = 2 + 30 * random.uniform();
      const rows = rowsOf(500, () => ({ quantity: random.poisson((mean * random.gamma(1)) / 1) }));
      named += heldDays(rows).length;
    }
    expect(named).toBeLessThanOrEqual(2);
  });
});

describe('totals among days', () => {
  it('are held whichever come first', () => {
    const weeks = (from: number) =>
      rowsOf(12, () => ({ quantity: 140 }), 7).map((row) => ({ ...row, day: row.day + from }));
    const days = (from: number) => rowsOf(40, () => ({})).map((row) => ({ ...row, day: row.day + from }));
    for (const rows of [
      [...weeks(0), ...days(84)],
      [...days(0), ...weeks(40)],
    ])
      expect(heldDays(rows).map(({ reason, value }) => `${reason} ${value}`)).toEqual(Array(12).fill('period 140'));
  });
  it('are none where a cell only came to sell more often', () => {
    const rows = [
      ...rowsOf(12, () => ({ quantity: 20 }), 7),
      ...rowsOf(40, () => ({})).map((row) => ({ ...row, day: row.day + 84 })),
    ];
    expect(heldDays(rows)).toEqual([]);
  });
});
