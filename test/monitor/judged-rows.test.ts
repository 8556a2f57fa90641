/** Rows against their intervals: on a truth that is made, and never one that the model knew. */

import { describe, expect, it } from 'vitest';
import { BENCH_CONTEXT } from '../../bench/speed-cells.ts';
import { fitDemand } from '../../src/core/demand/fit-demand.ts';
import { predictDemand } from '../../src/core/demand/predict.ts';
import { simulateCell } from '../../src/core/market/simulate-market.ts';
import { judgedRows } from '../../src/core/monitor/judged-rows.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';
import { firstRows, plannedRows, rowsUpTo } from '../../src/core/series/rows.ts';
import { countedMonths } from '../../src/rules/interval-months.ts';

const FIRST = Date.UTC(2022, 0, 8) / 86_400_000;
const TRAINED = FIRST + 729;
const { series } = simulateCell(
  {
    ...{ merchant: 'Ana', product: 'Pera', productType: 'Fruta', unit: 'kg', days: 830, firstDay: FIRST },
    ...{ elasticity: -2.4, lambda: 0, referencePrice: 5, unitCost: 3, baseDemand: 30, weekdaySpread: 0.2 },
    ...{ seasonAmplitude: 0.1, levelDrift: 0.004, priceSpread: 0.08, costPassThrough: 0.8, costDrift: 0.006 },
    ...{ endogeneity: 0, noiseShape: 18, promoShare: 0.06, stockOutShare: 0, closedWeekday: null },
  },
  501,
  1,
);
const known = rowsUpTo(series, TRAINED);
const fitted = fitDemand(firstRows(series, known), BENCH_CONTEXT);
if (!fitted.ok) throw new Error(fitted.code);
const model = fitted.value;
const rows = series.days.length;
const { demand, low, high } = predictDemand(model, plannedRows(series, known, rows, series.price));

/** New rows that lie where they are told to: a truth of which the share inside is known. */
function truth(sold: (i: number) => number): CellSeries {
  return { ...series, quantity: series.quantity.map((before, i) => (i < known ? before : sold(i - known))) };
}
const sides = (cell: CellSeries): Record<string, number> =>
  Object.fromEntries(
    ['inside', 'above', 'below'].map((side) => [
      side,
      judgedRows(model, cell, null).filter((row) => row.side === side).length,
    ]),
  );

describe('rows that intervals were for', () => {
  it('are those after the last that the model knows, one each, by their days', () => {
    expect(judgedRows(model, series, null).map(({ day }) => day)).toEqual([...series.days.subarray(known)]);
    expect(judgedRows(model, firstRows(series, known), null)).toEqual([]);
  });
  it('lie inside, above and below as often as they were made to', () => {
    const count = rows - known;
    expect(sides(truth((i) => demand[i] as number))).toEqual({ inside: count, above: 0, below: 0 });
    // Of every ten one above and two below; the ends themselves are inside.
    const made = truth((i) => {
      const [from, to] = [low[i] as number, high[i] as number];
      if (i % 10 === 3) return to * 1.001;
      if (i % 10 > 7) return from * 0.999;
      return i % 2 === 0 ? from : to;
    });
    const of = (wanted: (i: number) => boolean): number =>
      Array.from({ length: count }, (_, i) => i).filter(wanted).length;
    const above = of((i) => i % 10 === 3);
    const below = of((i) => i % 10 > 7);
    expect(sides(made)).toEqual({ inside: count - above - below, above, below });
  });
  it('hold about what their level says where the market goes on as it was', () => {
    const { inside } = sides(series) as { inside: number };
    // Three standard errors of a share of 0.9 among 100 rows that depend on each other by half.
    expect(Math.abs(inside / (rows - known) - 0.9)).toBeLessThan(0.13);
  });
  it('leave out what sold out, as nobody knows what it would have sold', () => {
    const soldOut = series.soldOut.map((out, i) => (i === known + 4 || i === known + 9 ? 1 : out));
    const days = judgedRows(model, { ...series, soldOut }, null).map(({ day }) => day);
    expect(days).toEqual([...series.days.subarray(known)].filter((_, i) => i !== 4 && i !== 9));
  });
  it('are none of a cell that has another rhythm by now', () => {
    expect(judgedRows(model, { ...series, frequency: 'weekly' }, null)).toEqual([]);
  });
});

describe('the months that rows count in', () => {
  const day = (date: string): number => Date.parse(date) / 86_400_000;
  const judged = [
    { day: day('2026-02-28'), side: 'inside' },
    { day: day('2026-03-01'), side: 'above' },
    { day: day('2026-03-31'), side: 'below' },
    { day: day('2026-12-31'), side: 'inside' },
    { day: day('2027-01-01'), side: 'inside' },
  ] as const;
  it('are those of their days', () => {
    expect(countedMonths(judged, null)).toEqual([
      { month: '2026-02', lastDay: day('2026-02-28'), inside: 1, above: 0, below: 0 },
      { month: '2026-03', lastDay: day('2026-03-31'), inside: 0, above: 1, below: 1 },
      { month: '2026-12', lastDay: day('2026-12-31'), inside: 1, above: 0, below: 0 },
      { month: '2027-01', lastDay: day('2027-01-01'), inside: 1, above: 0, below: 0 },
    ]);
  });
  it('are of days after the last that counted alone, in whatever order rows come', () => {
    const after = countedMonths(judged.toReversed(), day('2026-03-31'));
    expect(after.map(({ month, inside }) => [month, inside])).toEqual([
      ['2026-12', 1],
      ['2027-01', 1],
    ]);
    expect(countedMonths(judged, day('2027-01-01'))).toEqual([]);
  });
});
