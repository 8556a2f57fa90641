import { describe, expect, it } from 'vitest';
import { LIGHT } from '../../src/charts/chart-base.ts';
import { earnedChart, MOST_DRAWN } from '../../src/charts/outcome-charts.ts';
import type { OutcomesDocument } from '../../src/contract/api.ts';

type Outcome = OutcomesDocument['outcomes'][number];

const outcome = (product: string, value: number | null, verdict: Outcome['verdict']): Outcome => ({
  ...{ merchant: 'North', product, recommendationId: product, activationDate: '2026-07-01', days: 60 },
  ...{ priceBefore: 2, price: 2.2, priceCharged: 2.2, expected: null, actual: null, withoutChange: null },
  gain: value === null ? null : { value, low: value - 10, high: value + 10 },
  verdict,
});
const document = (outcomes: Outcome[], gain: OutcomesDocument['gain']): OutcomesDocument => ({
  ...{ schema: 1, currency: 'EUR', from: '2026-06-01', changes: outcomes.length, judged: 0, left: false },
  ...{ verdicts: [], gain, outcomes },
});
const namesOf = (chart: NonNullable<ReturnType<typeof earnedChart>>): string[] => {
  const { yAxis } = chart.option as unknown as {
    yAxis: { data: string[]; axisLabel: { formatter(value: string, i: number): string } };
  };
  return yAxis.data.map((value, i) => yAxis.axisLabel.formatter(value, i));
};

describe('earnedChart', () => {
  it('draws the sum first, then changes from the largest gain to the largest loss', () => {
    const chart = earnedChart(
      document(
        [
          outcome('Pear', -4, 'inconclusive'),
          outcome('Fig', 30, 'better'),
          outcome('Kiwi', null, 'too early'),
          outcome('Leek', 90, 'not applied'),
          outcome('Plum', -40, 'worse'),
        ],
        { value: -14, low: -30, high: 2 },
      ),
      'en',
      LIGHT,
    );
    expect(chart && namesOf(chart)).toEqual(['All together', 'Fig · North', 'Pear · North', 'Plum · North']);
    expect(chart?.table.rows.map(([name, , , value]) => [name, value])).toEqual([
      ['All together', -14],
      ['Pear', -4],
      ['Fig', 30],
      ['Plum', -40],
    ]);
  });

  it('keeps 0 on the axis, however far from it the changes are', () => {
    const chart = earnedChart(
      document([outcome('Fig', 500, 'better')], { value: 500, low: 490, high: 510 }),
      'en',
      LIGHT,
    );
    const { min, max } = (
      (chart as NonNullable<typeof chart>).option as unknown as { xAxis: { min: number; max: number } }
    ).xAxis;
    expect(min).toBe(0);
    expect(max).toBeGreaterThanOrEqual(510);
  });

  it('draws those that moved most, and lists all', () => {
    const outcomes = Array.from({ length: MOST_DRAWN + 5 }, (_, i) => outcome(`P${i}`, i % 2 ? i : -i, 'inconclusive'));
    const chart = earnedChart(document(outcomes, { value: 0, low: -1, high: 1 }), 'en', LIGHT);
    expect(chart && namesOf(chart).length).toBe(1 + MOST_DRAWN);
    expect(chart && namesOf(chart)).not.toContain('P4 · North');
    expect(chart?.table.rows.length).toBe(1 + MOST_DRAWN + 5);
  });

  it('is none where no change can be judged', () => {
    expect(earnedChart(document([outcome('Kiwi', null, 'too early')], null), 'en', LIGHT)).toBeNull();
  });
});
