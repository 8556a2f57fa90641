/** Draws of single days against the total's own interval and the forecast. */

import { describe, expect, it } from 'vitest';
import { simulate } from '../../../bench/drifting-cell.ts';
import { ALONE, dailyCell, plannedDays } from '../../../bench/simulated-cell.ts';
import { type DayShare, dayDraws, soldByDay } from '../../../src/core/demand/day-draws.ts';
import { fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { predictMean } from '../../../src/core/demand/mean-forecast.ts';
import { predictTotal } from '../../../src/core/demand/predict.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { mean, quantile, sumOf, variance } from '../../../src/core/math/summary.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import { unwrap } from '../../support/unwrap.ts';

const FEW = { ...ALONE, specs: [2, 8, 10].map((s) => DAILY_SPECS[s] as (typeof DAILY_SPECS)[number]) };
const cell = simulate({ history: 365, drift: 0.01, noise: 0.3, correlation: 0 }, 1, 60);
const model = unwrap(fitDemand(dailyCell(cell.past), FEW));
const planned = plannedDays(cell.planned.slice(0, 7));
const DRAWS = 4_000;

/** Of each draw: sums over some days. */
function totalsOf(sold: Float64Array, days: number): Float64Array {
  return Float64Array.from({ length: sold.length / days }, (_, d) => sumOf(sold.subarray(d * days, (d + 1) * days)));
}

describe('draws of single days', () => {
  const shares: DayShare[] = Array.from(planned.days, (_, row) => ({ row, share: 1 }));
  const draws = dayDraws(model, planned, shares, DRAWS, 1);
  const sold = soldByDay(draws, 1);

  it('have the forecast of each day as their mean', () => {
    predictMean(model, planned).forEach((forecast, day) => {
      const ofDay = Float64Array.from({ length: DRAWS }, (_, d) => sold[d * 7 + day] as number);
      // A relative deviation of about .35 over √4000: 4 standard errors.
      expect(mean(ofDay) / forecast).toBeGreaterThan(0.975);
      expect(mean(ofDay) / forecast).toBeLessThan(1.025);
    });
  });
  it('add up to totals that scatter as the total of all days does', () => {
    const total = predictTotal(model, planned);
    const sorted = totalsOf(sold, 7).sort();
    // Half of the distance of an end from the middle, by chance a twentieth.
    expect((quantile(sorted, 0.05) - total.value) / (total.low - total.value)).toBeCloseTo(1, 0.6);
    expect(quantile(sorted, 0.95) / total.high).toBeCloseTo(1, 1);
    expect(quantile(sorted, 0.05) / total.low).toBeCloseTo(1, 1);
  });
  it('of pieces scatter no more than their total does: Poisson noise counts once', () => {
    const random = new RandomStream(11, 5);
    const rows = Array.from({ length: 207 }, (_, i) => ({
      ...{ day: 20_000 + i, price: 2 + 0.1 * (Math.floor(i / 7) % 3), quantity: random.poisson(6) },
    }));
    const pieces = unwrap(fitDemand(dailyCell(rows.slice(0, 200)), FEW));
    const week = plannedDays(rows.slice(200));
    const ofPieces = dayDraws(pieces, week, shares, DRAWS, 1);
    expect(ofPieces.whole).toBe(true);
    const sorted = totalsOf(soldByDay(ofPieces, 1), 7).sort();
    const total = predictTotal(pieces, week);
    // Whole ends of about 30 and 55: twice the Poisson noise would move each by four.
    expect(Math.abs(quantile(sorted, 0.05) - total.low)).toBeLessThanOrEqual(2);
    expect(Math.abs(quantile(sorted, 0.95) - total.high)).toBeLessThanOrEqual(2);
  });
  it('of parts of a row add up to the row, and scatter as it does', () => {
    const week = plannedDays(cell.planned.slice(0, 1));
    const whole = soldByDay(dayDraws(model, week, [{ row: 0, share: 1 }], DRAWS, 1), 1);
    const parts = dayDraws(
      model,
      week,
      [0.5, 0.2, 0.3].map((share) => ({ row: 0, share })),
      DRAWS,
      1,
    );
    const sums = totalsOf(soldByDay(parts, 2), 3);
    expect(mean(sums) / mean(whole)).toBeCloseTo(1, 1);
    // Standard error of a ratio of variances of 4,000 draws each: .03.
    expect(variance(sums) / variance(whole)).toBeGreaterThan(0.88);
    expect(variance(sums) / variance(whole)).toBeLessThan(1.12);
  });
  it('sell nothing on a day without a row', () => {
    const closed = dayDraws(model, planned, [{ row: -1, share: 0 }, ...shares], 50, 1);
    const none = soldByDay(closed, 1);
    for (let d = 0; d < 50; d++) expect(none[d * 8]).toBe(0);
    expect(none.some((value) => value > 0)).toBe(true);
  });
  it('are the same for the same seed, and others for another', () => {
    expect(soldByDay(draws, 1)).toEqual(sold);
    expect(dayDraws(model, planned, shares, 10, 2).expected).not.toEqual(
      dayDraws(model, planned, shares, 10, 1).expected,
    );
  });
  it('refuse a share of a row that is not there', () => {
    expect(() => dayDraws(model, planned, [{ row: 7, share: 1 }], 10, 1)).toThrow('shares[0].row');
    expect(() => dayDraws(model, planned, [{ row: 0, share: 2 }], 10, 1)).toThrow('shares[0].share');
  });
});
