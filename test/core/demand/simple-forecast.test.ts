import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simpleForecast, simpleForecastsOf } from '../../../src/core/demand/simple-forecast.ts';
import { weekdayOf } from '../../../src/core/series/calendar.ts';
import { periodsFrom } from '../../../src/core/series/periods.ts';
import { SIMPLE_FORECASTS } from '../../../src/core/vocabulary.ts';
import { cellOf } from '../../support/cells.ts';

const sold = (quantities: readonly number[]) => cellOf(quantities, new Array(quantities.length).fill(10));
/** A week after the made cells, which begin on day 20,000, a Thursday. */
const WEEK = Int32Array.from({ length: 7 }, (_, i) => 20_700 + i);

describe('simple forecasts', () => {
  it('smooth with a fifth: each sale weighs 0.2 · 0.8^age, and the first what is left', () => {
    const quantities = [10, 20, 5, 8];
    const expected = 0.8 ** 3 * 10 + 0.2 * (0.8 ** 2 * 20 + 0.8 * 5 + 8);
    for (const f of simpleForecast('smoothing', sold(quantities), 4, WEEK)) expect(f).toBeCloseTo(expected, 12);
  });
  it('average the last 28 rows', () => {
    const quantities = [...new Array(30).fill(100), ...Array.from({ length: 28 }, (_, i) => i)];
    for (const f of simpleForecast('mean28', sold(quantities), 58, WEEK)) expect(f).toBeCloseTo(13.5, 12);
    for (const f of simpleForecast('mean28', sold([3, 6]), 2, WEEK)) expect(f).toBeCloseTo(4.5, 12);
  });
  it('average them by weekday, each factor shrunk to 1 by four mean rows', () => {
    // Ten weeks: 24 on Saturdays, 8 on other days; the mean is 72/7 of any 28 rows.
    const quantities = Array.from({ length: 70 }, (_, i) => (weekdayOf(20_000 + i) === 5 ? 24 : 8));
    const mean = 72 / 7;
    const factor = (q: number): number => ((10 * q) / mean + 4) / 14;
    simpleForecast('mean28-weekday', sold(quantities), 70, WEEK).forEach((f, i) => {
      expect(f).toBeCloseTo(mean * factor(weekdayOf(WEEK[i]) === 5 ? 24 : 8), 9);
    });
  });
  it('average 28 days of rows of coarser cells too: four weeks, or the last month', () => {
    const weekly = { ...sold([9, 1, 2, 3, 4]), frequency: 'weekly' as const };
    expect(Array.from(simpleForecast('mean28', weekly, 5, WEEK))).toEqual(new Array(7).fill(2.5));
    expect(Array.from(simpleForecast('mean28', { ...weekly, frequency: 'monthly' }, 5, WEEK))).toEqual(
      new Array(7).fill(4),
    );
    expect(Array.from(simpleForecast('mean28-weekday', sold([0, 0, 0]), 3, WEEK))).toEqual(new Array(7).fill(0));
  });
  it('give each frequency what tells its periods apart', () => {
    expect(simpleForecastsOf('daily')).toEqual(['smoothing', 'mean28', 'mean28-weekday']);
    expect(simpleForecastsOf('weekly')).toEqual(['smoothing', 'mean28', 'same-season']);
    expect(simpleForecastsOf('monthly')).toEqual(simpleForecastsOf('weekly'));
  });
  describe('of the same season', () => {
    /** Months from January 2020 on: a pattern of twelve that has the mean 10, times a factor a year. */
    const pattern = [1, 1, 1, 5, 30, 50, 20, 5, 3, 2, 1, 1];
    const months = (factors: readonly number[]) => {
      const quantities = factors.flatMap((factor) => pattern.map((q) => q * factor));
      const days = periodsFrom(
        { frequency: 'monthly', monthDay: 1 },
        Date.UTC(2020, 0, 1) / 864e5,
        quantities.length + 24,
      );
      const rows = quantities.length;
      return {
        rows,
        ahead: days.slice(rows),
        cell: { ...sold(quantities), frequency: 'monthly' as const, days: days.slice(0, rows) },
      };
    };
    it('have the pattern of the years before at the level of the last one', () => {
      for (const factors of [[2], [1, 2], [5, 1, 3, 2]]) {
        const { cell, rows, ahead } = months(factors);
        simpleForecast('same-season', cell, rows, ahead).forEach((f, i) => {
          expect(f).toBeCloseTo(2 * (pattern[i % 12] as number), 9);
        });
      }
    });
    it('average the shares of up to three years', () => {
      const { cell, rows, ahead } = months([1, 1, 1, 1]);
      // May of the first year is beyond three; those of the others are 30, 30 and 60 of years whose means are 10, 10 and 12.5.
      cell.quantity[4] = 500;
      cell.quantity[16] = 60;
      const share = (60 / 12.5 + 30 / 10 + 30 / 10) / 3;
      expect(simpleForecast('same-season', cell, rows, ahead)[4]).toBeCloseTo(10 * share, 9);
    });
    it('are the smoothed level where no year is known, or nothing was sold', () => {
      const { cell, ahead } = months([1]);
      const smoothed = simpleForecast('smoothing', cell, 6, ahead);
      // Rows of half a year: the month of the first forecasts is not among them.
      expect(simpleForecast('same-season', cell, 6, cell.days.slice(6, 8))).toEqual(smoothed.slice(0, 2));
      const nothing = { ...cell, quantity: new Float64Array(12) };
      expect(simpleForecast('same-season', nothing, 12, ahead)[0]).toBe(0);
    });
  });
  it('see nothing after the rows they are given, and grow with the unit', () => {
    const quantities = fc.array(fc.double({ min: 0.1, max: 90, noNaN: true }), { minLength: 2, maxLength: 80 });
    fc.assert(
      fc.property(
        quantities,
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.constantFrom(...SIMPLE_FORECASTS),
        (given, unit, name) => {
          const rows = given.length;
          const forecast = simpleForecast(name, sold(given), rows, WEEK);
          expect(simpleForecast(name, sold([...given, 1e6]), rows, WEEK)).toEqual(forecast);
          simpleForecast(name, sold(given.map((q) => q * unit)), rows, WEEK).forEach((f, i) => {
            expect(f / unit / forecast[i]).toBeCloseTo(1, 9);
          });
        },
      ),
    );
  });
});
