import { describe, expect, it } from 'vitest';
import { fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { modelParts } from '../../../src/core/demand/model-parts.ts';
import { predictDemand } from '../../../src/core/demand/predict.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import type { Holiday } from '../../../src/core/series/cell-series.ts';
import { type Feast, feastsOf, placeOf } from '../../../src/core/series/feasts.ts';
import { holidaysOf } from '../../../src/data/holidays.ts';
import { cellOf } from '../../support/cells.ts';
import { unwrap } from '../../support/unwrap.ts';

const dayOf = (date: string): number => Date.parse(date) / 86_400_000;
const FIRST = dayOf('2022-01-01');
/** Easter Sundays. */
const EASTERS = ['2022-04-17', '2023-04-09', '2024-03-31', '2025-04-20'].map(dayOf);

/** Sales of every day, Poisson around 20 times a weekday's share times `effect`. */
function simulated(years: number, effect: (day: number) => number, { mean = 20, seed = 1 } = {}) {
  const random = new RandomStream(seed, 0x66656173);
  const rows = Math.round(years * 365.25);
  const days = Int32Array.from({ length: rows }, (_, i) => FIRST + i);
  const share = [0.8, 0.9, 1, 1, 1.2, 1.4, 0.7];
  const quantity = Array.from(days, (day) => random.poisson(mean * (share[day % 7] as number) * effect(day)));
  return cellOf(
    quantity,
    Array.from(days, (_, i) => 2 + 0.2 * (Math.floor(i / 20) % 3)),
    { days },
  );
}

const calendarOf = (country: string): Holiday[] => holidaysOf(country, FIRST - 30, FIRST + 5 * 366);
const placed = (feasts: readonly Feast[]): string[] => feasts.map(placeOf);

describe('feasts of a cell', () => {
  it('are the days before a moving feast that sold four times as much every year, and no others', () => {
    const before = (day: number): boolean => EASTERS.some((easter) => easter - day >= 1 && easter - day <= 4);
    const cell = simulated(3.2, (day) => (before(day) ? 4 : 1));
    const found = feastsOf(cell, cell.days.length, calendarOf('ES'));
    const dates = found.flatMap(({ name, from, to }) => {
      const feast = calendarOf('ES').find((h) => h.name === name && h.day > dayOf('2024-01-01')) as Holiday;
      return Array.from({ length: to - from + 1 }, (_, d) => (EASTERS[2] as number) - (feast.day + from + d));
    });
    expect(dates.sort()).toEqual([1, 2, 3, 4]);
  });

  it('may be a day that no calendar has', () => {
    const fair = (day: number): boolean => new Date(day * 86_400_000).toISOString().slice(5, 10) === '09-08';
    const cell = simulated(3.9, (day) => (fair(day) ? 3 : 1));
    expect(placed(feastsOf(cell, cell.days.length, calendarOf('ES')))).toEqual(['09-08']);
    expect(placed(feastsOf(cell, cell.days.length, []))).toEqual(['09-08']);
  });

  it('sell less, where every year did', () => {
    const newYear = (day: number): boolean => new Date(day * 86_400_000).toISOString().slice(5, 10) === '01-01';
    const cell = simulated(4, (day) => (newYear(day) ? 0.1 : 1));
    expect(placed(feastsOf(cell, cell.days.length, calendarOf('ES')))).toEqual(['Año Nuevo:0']);
  });

  it('are not found in a year alone, nor where one year went the other way', () => {
    const easter = (day: number): boolean => EASTERS.some((sunday) => day === sunday - 2);
    const one = simulated(1.2, (day) => (easter(day) ? 4 : 1));
    expect(feastsOf(one, one.days.length, calendarOf('ES'))).toEqual([]);
    const mixed = simulated(3.2, (day) => (easter(day) ? (day < dayOf('2023-01-01') ? 0.2 : 4) : 1));
    expect(feastsOf(mixed, mixed.days.length, calendarOf('ES'))).toEqual([]);
  });

  it('are rare where there are none: at most one in ten cells has one by chance', () => {
    let found = 0;
    for (let seed = 100; seed < 160; seed++) {
      const cell = simulated(3, () => 1, { mean: seed % 3 === 0 ? 1 : 20, seed });
      found += feastsOf(cell, cell.days.length, calendarOf('US')).length;
    }
    expect(found).toBeLessThanOrEqual(6);
  });

  it('of weekly rows are the weeks of and before the feast', () => {
    const days = Int32Array.from({ length: 170 }, (_, w) => FIRST + 2 + 7 * w);
    const random = new RandomStream(5, 0x7765656b);
    const holds = (day: number): boolean => EASTERS.some((easter) => easter - 2 >= day && easter - 2 < day + 7);
    const quantity = Array.from(days, (day) => random.poisson(holds(day) ? 400 : 140));
    const cell = cellOf(quantity, new Array(days.length).fill(2), { days, frequency: 'weekly' });
    expect(placed(feastsOf(cell, days.length, calendarOf('ES')))).toEqual(['Viernes Santo:0']);
  });
});

describe('a model of a cell with a feast', () => {
  const before = (day: number): boolean => EASTERS.some((easter) => easter - day >= 1 && easter - day <= 4);
  const cell = simulated(3.25, (day) => (before(day) ? 4 : 1), { seed: 2 });
  const model = unwrap(
    fitDemand(cell, {
      holidays: calendarOf('ES'),
      market: false,
      specs: DAILY_SPECS,
      priorAt: () => ({ price: { mean: -1, variance: 0.1 } }),
    }),
  );

  it('forecasts it, and the days beside it as ever', () => {
    const days = Int32Array.from({ length: 14 }, (_, i) => dayOf('2025-04-12') + i);
    const none = new Float64Array(14).fill(Number.NaN);
    const price = new Float64Array(14).fill(2.2);
    const { demand } = predictDemand(model, { days, price, promo: none, marketPrice: none, covariates: {} });
    const week = Array.from({ length: 7 }, (_, i) => ({ feast: demand[i] as number, plain: demand[i + 7] as number }));
    const ratios = week.map(({ feast, plain }) => feast / plain);
    // 12 April 2025 is a Saturday, a week before the eve of Easter; the feast is Wednesday to Saturday.
    for (const i of [4, 5, 6]) expect(ratios[i]).toBeGreaterThan(3.3);
    for (const i of [4, 5, 6]) expect(ratios[i]).toBeLessThan(4.7);
    for (const i of [1, 2, 3]) expect(Math.abs((ratios[i] as number) - 1)).toBeLessThan(0.15);
  });

  it('says how much it sells', () => {
    const part = modelParts(model).find(({ name }) => name === 'holiday');
    expect(part?.points.length).toBeGreaterThan(0);
    for (const { at, multiplier } of part?.points ?? []) {
      expect(at).toMatch(/^(Pascua|Viernes Santo):-?\d+/);
      expect(multiplier).toBeGreaterThan(3.3);
      expect(multiplier).toBeLessThan(4.7);
    }
  });
});
