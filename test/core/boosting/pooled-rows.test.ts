import { describe, expect, it } from 'vitest';
import { cellState } from '../../../src/core/boosting/cell-state.ts';
import { fitTrees } from '../../../src/core/boosting/fit-trees.ts';
import { marketTrends } from '../../../src/core/boosting/market-trends.ts';
import { type PooledRows, pooledRows, rowsToPredict } from '../../../src/core/boosting/pooled-rows.ts';
import { predictTrees } from '../../../src/core/boosting/tree-ensemble.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { mean } from '../../../src/core/math/summary.ts';
import type { CellSeries, Holiday, PlannedRows } from '../../../src/core/series/cell-series.ts';
import { nextPeriod } from '../../../src/core/series/periods.ts';
import { plannedRows, rowsUpTo } from '../../../src/core/series/rows.ts';
import { FREQUENCIES, type Frequency } from '../../../src/core/vocabulary.ts';
import { cellOf } from '../../support/cells.ts';
import { PLAIN } from './rows.ts';

/** Monday 2024-10-07. */
const FIRST = 20_003;
const HOLIDAYS: readonly Holiday[] = [{ day: 20_447, name: 'Christmas', lengthDays: 1 }];
const PERIODS: Readonly<Record<Frequency, number>> = { daily: 14, weekly: 4, monthly: 3 };
const ROWS: Readonly<Record<Frequency, number>> = { daily: 500, weekly: 120, monthly: 40 };

function daysOf(frequency: Frequency, rows: number): Int32Array {
  const grid = { frequency, monthDay: 7 };
  return Int32Array.from({ length: rows }, (_, i) => nextPeriod(grid, FIRST, i));
}

/** A cell whose demand falls with the price, with a covariate known ahead and one that is not. */
function simulated(frequency: Frequency, seed: number): CellSeries {
  const random = new RandomStream(seed);
  const rows = ROWS[frequency];
  const price = Array.from({ length: rows }, () => Math.round(100 * (2 + 2 * random.uniform())) / 100);
  const promo = Float64Array.from(price, () => (random.uniform() < 0.2 ? 1 : 0));
  const event = Float64Array.from(price, () => (random.uniform() < 0.1 ? 1 : 0));
  const level = 5 + 20 * random.uniform();
  const quantity = price.map((p, i) => random.poisson(level * (p / 3) ** -2 * (1 + 0.4 * promo[i])));
  return cellOf(quantity, price, {
    frequency,
    product: `product ${seed}`,
    days: daysOf(frequency, rows),
    promo,
    covariates: [
      { name: 'event', knownAhead: true, values: event },
      { name: 'weather', knownAhead: false, values: event.map(() => random.normal()) },
    ],
  });
}

/** Values after a day in another order and far larger; those up to it are kept. */
function changed(series: CellSeries, day: number, what: 'hidden' | 'planned'): CellSeries {
  const rows = rowsUpTo(series, day);
  const after = (values: Float64Array, by: (value: number) => number): Float64Array =>
    values.map((value, i) => (i < rows ? value : by(value)));
  if (what === 'planned')
    return {
      ...series,
      price: after(series.price, (p) => 3 * p),
      promo: after(series.promo, (p) => 1 - p),
      covariates: series.covariates.map((c) => (c.knownAhead ? { ...c, values: after(c.values, (v) => 7 - v) } : c)),
    };
  return {
    ...series,
    quantity: after(series.quantity, (q) => 1_000 + 3 * q),
    cost: after(series.cost, () => 1),
    waste: after(series.waste, () => 0.5),
    marketPrice: after(series.marketPrice, () => 9),
    soldOut: series.soldOut.map((flag, i) => (i < rows ? flag : 1)),
    covariates: series.covariates.map((c) => (c.knownAhead ? c : { ...c, values: after(c.values, () => 99) })),
  };
}

/** Column of a name. */
function columnOf({ columns, features, response }: PooledRows, name: string): number[] {
  const j = columns.names.indexOf(name);
  if (j < 0) throw new Error(`no feature ${name}`);
  return [...features.subarray(j * response.length, (j + 1) * response.length)];
}

const one = (series: CellSeries, originDay: number, periods = 14): PooledRows =>
  pooledRows([series], [originDay], { periods, leastRows: 1, holidays: [] });

describe.each(FREQUENCIES)('%s rows', (frequency) => {
  const cells = [1, 2, 3].map((seed) => simulated(frequency, seed));
  const days = cells[0].days;
  const origin = days[Math.floor(0.7 * days.length)];
  const origins = [origin, nextPeriod({ frequency, monthDay: 7 }, origin, -6)];
  const options = { periods: PERIODS[frequency], leastRows: 14, holidays: HOLIDAYS };
  const rows = pooledRows(cells, origins, options);

  it('are those of each cell, origin and period', () => {
    expect(rows.response).toHaveLength(3 * 2 * PERIODS[frequency]);
    expect(rows.features).toHaveLength(rows.columns.names.length * rows.response.length);
    rows.response.forEach((ratio, i) => {
      const series = cells[rows.cell[i]];
      const sold = series.quantity[series.days.indexOf(rows.day[i])];
      expect(ratio * rows.base[i]).toBeCloseTo(sold, 9);
      expect(rows.day[i]).toBeGreaterThan(rows.originDay[i]);
    });
  });

  it('know nothing of what happens after their origin', () => {
    const hidden = pooledRows(
      cells.map((series) => changed(series, origin, 'hidden')),
      origins,
      options,
    );
    expect(hidden.originDay).toEqual(rows.originDay);
    expect(hidden.features).toEqual(rows.features);
    expect(hidden.base).toEqual(rows.base);
    expect(hidden.response).not.toEqual(rows.response);
  });

  it('know what is planned after it', () => {
    const planned = pooledRows(
      cells.map((series) => changed(series, origin, 'planned')),
      origins,
      options,
    );
    const count = rows.response.length;
    const moved = rows.columns.names.filter((_, j) => {
      const part = (features: Float64Array): Float64Array => features.subarray(j * count, (j + 1) * count);
      return part(planned.features).some((value, i) => !Object.is(value, part(rows.features)[i]));
    });
    expect(moved.filter((name) => !/^(log price|promotion)/.test(name))).toEqual(['event']);
    expect(moved.filter((name) => name.startsWith('log price'))).toHaveLength(5);
    expect(moved.filter((name) => name.startsWith('promotion'))).toHaveLength(2);
  });

  it('are the same from a state that was kept as text', () => {
    const trends = marketTrends(cells, origin);
    const planned = cells.map((series): { state: NonNullable<ReturnType<typeof cellState>>; planned: PlannedRows } => {
      const from = rowsUpTo(series, origin);
      const state = cellState(series, origin, PERIODS[frequency], trends);
      return {
        state: JSON.parse(JSON.stringify(state)) as NonNullable<typeof state>,
        planned: plannedRows(series, from, from + PERIODS[frequency], series.price),
      };
    });
    const again = rowsToPredict(rows.columns, planned, HOLIDAYS);
    const atOrigin = pooledRows(cells, [origin], options);
    expect(again.features).toEqual(atOrigin.features);
    expect(again.base).toEqual(atOrigin.base);
  });

  it('make trees whose forecasts never rise with the price', () => {
    const ensemble = fitTrees(
      {
        features: rows.features,
        response: rows.response,
        weight: rows.base,
        offset: new Float64Array(rows.base.length),
      },
      {
        ...PLAIN,
        loss: { kind: 'poisson' },
        trees: 30,
        learningRate: 0.2,
        leastRows: 2,
        monotone: rows.columns.monotone,
      },
    );
    const series = cells[1];
    const state = cellState(series, origin, PERIODS[frequency], marketTrends(cells, origin));
    if (state === null) throw new Error('nothing was sold');
    const plan = plannedRows(series, rowsUpTo(series, origin), rowsUpTo(series, origin) + 1, series.price);
    const scores = Array.from({ length: 40 }, (_, k) => {
      const planned = { ...plan, price: Float64Array.of(1 + 0.1 * k) };
      return predictTrees(ensemble, rowsToPredict(rows.columns, [{ state, planned }], HOLIDAYS).features)[0];
    });
    for (let k = 1; k < scores.length; k++) expect(scores[k]).toBeLessThanOrEqual(scores[k - 1]);
    expect(scores[39]).toBeLessThan(scores[0]);
  });
});

describe('features of a daily row', () => {
  // 56 days from a Monday: weekday d sells 10 + d, and the last week twice as much.
  const quantity = Array.from({ length: 70 }, (_, i) => (10 + (i % 7)) * (i >= 49 && i < 56 ? 2 : 1));
  const price = Array.from({ length: 70 }, (_, i) => (i < 28 ? 2 : i < 55 ? 4 : i === 55 ? 5 : 8));
  const series = cellOf(quantity, price, { days: daysOf('daily', 70) });
  const rows = one(series, FIRST + 55);
  const at = (name: string, row = 0): number => columnOf(rows, name)[row];
  // Three weeks of mean 13 and one of 26.
  const base = 16.25;

  it('measures sales by the mean of 28 rows', () => {
    expect(rows.base[0]).toBe(base);
    expect(rows.response[2]).toBeCloseTo(12 / base, 12);
    expect(at('sold 1 rows ago')).toBeCloseTo(32 / base, 12);
    expect(at('sold 3 rows ago')).toBeCloseTo(28 / base, 12);
    expect(at('mean of 7 rows')).toBeCloseTo(26 / base, 12);
    expect(at('mean of 14 rows')).toBeCloseTo(19.5 / base, 12);
    expect(at('mean of 364 rows')).toBeCloseTo((7 * 13 + 26) / 8 / base, 12);
    expect(at('deviation of 7 rows')).toBeCloseTo(4 / base, 12);
    expect(at('log base')).toBeCloseTo(Math.log(base), 12);
  });

  it('knows the weekday that is to come', () => {
    expect(columnOf(rows, 'weekday')).toEqual([0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6]);
    // Three of four Saturdays sold 15, the last 30.
    expect(at('mean of 4 same weekdays', 5)).toBeCloseTo(18.75 / base, 12);
    expect(at('mean of 8 same weekdays', 5)).toBeCloseTo((7 * 15 + 30) / 8 / base, 12);
    expect(columnOf(rows, 'periods ahead')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });

  it('compares the planned price with earlier ones', () => {
    expect(at('log price')).toBeCloseTo(Math.log(8), 12);
    expect(at('log price over the last')).toBeCloseTo(Math.log(8 / 5), 12);
    expect(at('log price over that of 7 rows')).toBeCloseTo(Math.log(8) - (6 * Math.log(4) + Math.log(5)) / 7, 12);
    const all = (28 * Math.log(2) + 27 * Math.log(4) + Math.log(5)) / 56;
    expect(at('log price over that of all rows')).toBeCloseTo(Math.log(8) - all, 12);
  });

  it('says how much is known of the cell', () => {
    expect(at('rows')).toBe(56);
    expect(at('periods since the first row')).toBe(55);
    expect(at('periods since the last row')).toBe(0);
    expect(at('periods of the base level')).toBe(27);
    // Sales of 26 a day in a week over 16.25 in four, each with a tenth of the latter added.
    expect(at('trend of the product type')).toBeCloseTo(Math.log(1.7 / 1.1), 9);
    expect(at('season a year ago')).toBeNaN();
  });

  it('counts a pause in periods', () => {
    const quiet = quantity.map((q, i) => (i >= 40 && i < 56 ? 0 : q));
    const paused = one({ ...series, quantity: Float64Array.from(quiet) }, FIRST + 60);
    expect(columnOf(paused, 'periods since the last sale')[0]).toBe(0);
    const during = one({ ...series, quantity: Float64Array.from(quiet) }, FIRST + 50);
    expect(columnOf(during, 'periods since the last sale')[0]).toBe(11);
    expect(columnOf(during, 'share of rows with a sale')[0]).toBeCloseTo(17 / 28, 12);
    // Rows end 10 days before the origin.
    const ended = cellOf(quantity.slice(0, 40), price.slice(0, 40), { days: series.days.slice(0, 40) });
    const state = cellState(ended, FIRST + 49, 1, marketTrends([ended], FIRST + 49));
    expect(state?.past).toContain(10);
  });
});

describe('what is not given of a row', () => {
  const price = Array.from({ length: 40 }, (_, i) => 2 + (i % 3));
  const sold = price.map((_, i) => (i % 4 === 3 ? 0 : 5 + i));
  const values = Float64Array.from(price, (_, i) => (i % 5) / 10);
  /** Given where something was sold alone, or carried forward over the other rows. */
  const given = Float64Array.from(sold, (q, i) => (q > 0 ? values[i] : Number.NaN));
  const carried = Float64Array.from(sold, (q, i) => (q > 0 ? values[i] : values[i - 1]));
  const rowsWith = (column: Float64Array): PooledRows =>
    one(
      cellOf(sold, price, {
        price: Float64Array.from(price, (p, i) => (sold[i] > 0 ? p : column === given ? Number.NaN : price[i - 1])),
        promo: column,
        covariates: [{ name: 'event', knownAhead: true, values: column }],
      }),
      20_026,
      8,
    );

  it('does not tell that nothing was sold: it is as the row before', () => {
    const [gaps, filled] = [rowsWith(given), rowsWith(carried)];
    for (const name of gaps.columns.names.filter((n) => n !== 'promotion over its mean'))
      expect(columnOf(gaps, name), name).toEqual(columnOf(filled, name));
    // The mean is that of the rows that have a promotion.
    const promo = columnOf(gaps, 'promotion');
    const means = columnOf(gaps, 'promotion over its mean').map((value, i) => promo[i] - value);
    for (const value of means) expect(value).toBeCloseTo(means[0], 12);
  });

  it('is missing of a cell that never had one', () => {
    const rows = one(cellOf(sold, price), 20_026, 8);
    for (const value of columnOf(rows, 'promotion')) expect(value).toBeNaN();
  });
});

describe('the base level', () => {
  it('has a floor of a tenth of the last year’s mean, and a hundredth of all', () => {
    const year = cellOf([...new Array(336).fill(20), ...new Array(42).fill(0)], new Array(378).fill(1));
    expect(one(year, 20_000 + 363).base[0]).toBeCloseTo((0.1 * 336 * 20) / 364, 12);
    const long = cellOf([...new Array(36).fill(400), ...new Array(404).fill(0)], new Array(440).fill(1));
    expect(one(long, 20_000 + 399).base[0]).toBeCloseTo((0.01 * 36 * 400) / 400, 12);
  });

  it('is none where nothing was sold yet', () => {
    const none = cellOf(new Array(60).fill(0), new Array(60).fill(1));
    expect(one(none, 20_040).response).toHaveLength(0);
    expect(cellState(none, 20_040, 14, marketTrends([none], 20_040))).toBeNull();
    expect(cellState(none, 19_000, 14, marketTrends([none], 19_000))).toBeNull();
  });
});

describe('the season a year ago', () => {
  it('is what sales did then', () => {
    for (const [frequency, rows, origin] of [
      ['daily', 800, 700],
      ['weekly', 130, 110],
      ['monthly', 40, 30],
    ] as const) {
      const days = daysOf(frequency, rows);
      // Sales have doubled since the origin's day of last year.
      const turn = frequency === 'monthly' ? days[origin - 12] : days[origin] - 364;
      const cell = (quantity: number[]): CellSeries =>
        cellOf(
          quantity,
          quantity.map(() => 1),
          { frequency, days },
        );
      const season = (quantity: number[]): number[] =>
        columnOf(one(cell(quantity), days[origin], PERIODS[frequency]), 'season a year ago');
      // Months differ in length by up to a tenth.
      const digits = frequency === 'monthly' ? 1 : 9;
      // A tenth of the level of now is added to 20 and to 10.
      const doubled = season([...days].map((day) => (day <= turn ? 10 : 20)));
      expect(doubled.at(-1), frequency).toBeCloseTo(Math.log(22 / 12), digits);
      for (const value of season([...days].map(() => 10))) expect(value, frequency).toBeCloseTo(0, digits);
    }
  });
});

describe('rows that are not learned from', () => {
  const price = new Array(40).fill(2);
  const sold = price.map((_, i) => 5 + (i % 3));

  it('sold out and nothing says what would have been sold', () => {
    const soldOut = Uint8Array.from(price, (_, i) => (i === 31 ? 1 : 0));
    const series = cellOf(sold, price, { soldOut });
    const rows = one(series, 20_029, 4);
    // The root of what six a day earn at a price of two.
    const each = Math.sqrt(mean(sold.slice(2, 30)) * 2);
    expect([...rows.weight]).toEqual([each, 0, each, each]);
    const drawn = Float64Array.from(sold, (q) => q + 2);
    const told = one({ ...series, demand: { expected: series.quantity, drawn } }, 20_029, 4);
    expect([...told.weight]).toEqual([each, each, each, each]);
    expect(told.response[1]).toBeCloseTo(drawn[31] / told.base[1], 12);
  });

  it('are of cells with too few rows before the origin', () => {
    const series = cellOf(sold, price);
    const count = (leastRows: number): number =>
      pooledRows([series], [20_029], { periods: 4, leastRows, holidays: [] }).response.length;
    expect(count(30)).toBe(4);
    expect(count(31)).toBe(0);
  });

  it('are of cells of another frequency, which are refused', () => {
    const cells = [cellOf(sold, price), cellOf(sold, price, { frequency: 'weekly' })];
    const options = { periods: 4, leastRows: 1, holidays: [] };
    expect(() => pooledRows(cells, [20_029], options)).toThrow('cells[1].frequency must be daily');
    expect(() => pooledRows([], [20_029], options)).toThrow('cells must have at least 1 entries');
    expect(() => pooledRows(cells.slice(0, 1), [20_029], { ...options, periods: 0 })).toThrow(
      'options.periods must be',
    );
  });
});
