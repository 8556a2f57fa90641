import { describe, expect, it } from 'vitest';
import { DAILY_SPECS, type Spec } from '../../../src/core/regression/hyper-parameters.ts';
import { buildDesign, futureRows, planDesign } from '../../../src/core/series/design.ts';
import type { Frequency } from '../../../src/core/vocabulary.ts';
import { cellOf } from '../../support/cells.ts';

const OPTIONS = { holidays: [], market: false };

/** Plan of a cell whose first and last row lie so many days apart. */
function planOver(span: number, fourierOrder: number, frequency: Frequency = 'daily', trend = false) {
  const step = { daily: 1, weekly: 7, monthly: 30 }[frequency];
  const days = Int32Array.from([
    ...Array.from({ length: Math.ceil(span / step) }, (_, i) => 20_000 + i * step),
    20_000 + span,
  ]);
  const series = cellOf(new Array(days.length).fill(5), new Array(days.length).fill(10), { days, frequency });
  return planDesign(series, days.length, series.price, { ...(DAILY_SPECS[0] as Spec), fourierOrder, trend }, OPTIONS);
}

describe('the season of a design', () => {
  it('waits until a year of rows has nearly closed, and has then as many waves as the spec asks for', () => {
    const orders = [30, 179, 180, 329, 330, 700].map((span) => planOver(span, 3).fourierOrder);
    expect(orders).toEqual([0, 0, 0, 0, 3, 3]);
    expect([179, 180, 400].map((span) => planOver(span, 0).fourierOrder)).toEqual([0, 0, 0]);
  });
  it('has no more waves than monthly rows can tell apart', () => {
    // Twelve points a year hold five pairs of sine and cosine: of the sixth the sine is 0 at every one, or nearly so.
    expect(planOver(1500, 6, 'monthly').fourierOrder).toBe(5);
    expect(planOver(1500, 6, 'weekly').fourierOrder).toBe(6);
  });
  it('moves no forecast of a cell too young for one: its columns are not there', () => {
    expect(planOver(329, 3).columns.filter(({ group }) => group === 'season')).toEqual([]);
    expect(planOver(330, 3).columns.filter(({ group }) => group === 'season')).toHaveLength(6);
  });
});

describe('the trend of a design', () => {
  it('bends every half year counted back from the last row, and ends there: nothing is extrapolated', () => {
    const plan = planOver(700, 0, 'daily', true);
    expect(plan.trendKnots).toEqual([151, 334, 517, 700].map((d) => 20_000 + d));
    const days = Int32Array.of(20_700, 20_701, 21_500);
    const none = new Float64Array(3).fill(Number.NaN);
    const design = buildDesign(
      plan,
      futureRows({ days, price: new Float64Array(3).fill(10), promo: none, marketPrice: none, covariates: {} }),
      [],
    );
    const width = plan.columns.length;
    for (let i = 0; i < 3; i++)
      expect(Array.from(design.subarray((i + 1) * width - 4, (i + 1) * width))).toEqual([0, 0, 0, 0]);
  });
});
