import { describe, expect, it } from 'vitest';
import {
  proposeTest,
  type TestedCell,
  type TestWish,
  withElasticity,
} from '../../../src/core/experiments/propose-test.ts';
import { normalQuantile } from '../../../src/core/math/normal-quantile.ts';
import { demandDraws } from '../../../src/core/pricing/demand-at.ts';
import { DEFAULT_GUARDRAILS } from '../../../src/core/pricing/guardrails.ts';
import { priceGrid } from '../../../src/core/pricing/recommend-price.ts';

const WISH: TestWish = { levels: 2, turn: 'week', worthDays: 180, seed: 1 } as TestWish;

/** A cell at 10 with a cost of 6 that sells 100 in 14 days; its elasticity is normal around −2.5, whose best price is 10. */
function cellOf(deviation: number, changed: Partial<TestedCell> = {}, draws = 400): TestedCell {
  const prices = priceGrid(10, [10, 10], 6);
  const demand = Float64Array.from({ length: draws }, (_, d) => d).reduce(
    (all, d) => {
      const elasticity = -2.5 + deviation * normalQuantile((d + 0.5) / draws);
      prices.forEach((price, p) => {
        all[d * prices.length + p] = 100 * (price / 10) ** elasticity;
      });
      return all;
    },
    new Float64Array(draws * prices.length),
  );
  return {
    ...{ curve: { prices, draws, demand }, curveDays: 14, curveRows: 14, frequency: 'daily' },
    disturbances: { processes: [{ weight: 1, white: 0.09, correlated: 0, correlation: 0, level: 1e-4 }] },
    known: { unitCost: 6, todayPrice: 10, triedRange: [10, 10], marketPrice: null, priceStep: 0.01 },
    ...{ settings: DEFAULT_GUARDRAILS, priceNow: 10 },
    ...changed,
  };
}

const codeOf = (cell: TestedCell, wish: Partial<TestWish> = {}): string => {
  const found = proposeTest([cell], { ...WISH, ...wish });
  return found.ok ? 'proposed' : found.code;
};

describe('proposeTest', () => {
  it('is worth more the less is known, and nothing where all is', () => {
    const [little, more] = [0.5, 1].map((deviation) => proposeTest([cellOf(deviation)], WISH));
    if (!little?.ok || !more?.ok) throw new RangeError('both cells must have a test');
    const net = ({ cells: [test] }: typeof little.value) => (test ? test.value - test.cost : Number.NaN);
    expect(net(more.value)).toBeGreaterThan(net(little.value));
    expect(codeOf(cellOf(0.01))).toBe('NOT_WORTH_IT');
  });

  it('keeps to every limit: largest change, prices tried, cost, lowest and highest price, endings', () => {
    const levels = (changed: Partial<TestedCell>, wish: Partial<TestWish> = {}) => {
      const found = proposeTest([cellOf(1, changed)], { ...WISH, ...wish });
      return found.ok ? (found.value.cells[0]?.levels ?? []).map(({ price }) => price) : [];
    };
    const limits = (own: Partial<typeof DEFAULT_GUARDRAILS>) => ({ settings: { ...DEFAULT_GUARDRAILS, ...own } });
    for (const price of levels({})) expect(Math.abs(price / 10 - 1)).toBeLessThanOrEqual(0.1 + 1e-9);
    for (const price of levels(limits({ maxChange: 0.04 })))
      expect(Math.abs(price / 10 - 1)).toBeLessThanOrEqual(0.04 + 1e-9);
    // One side is closed: today's price is the other level.
    expect(levels(limits({ maxPrice: 10 }))[1]).toBe(10);
    expect(levels(limits({ minPrice: 10 }))[0]).toBe(10);
    expect(levels(limits({ minMargin: 0.4 }))[0]).toBe(10);
    for (const price of levels(limits({ priceEnding: '0.05' })))
      expect(Math.abs(price * 20 - Math.round(price * 20))).toBeLessThan(1e-9);
    expect(levels({}, { levels: 3, size: 0.08, weeks: 3 })).toEqual([9.2, 10, 10.8]);
    expect(codeOf(cellOf(1, limits({ minPrice: 10, maxPrice: 10 })))).toBe('NO_ROOM');
    expect(codeOf(cellOf(1, limits({ maxChange: 0 })))).toBe('NO_ROOM');
  });

  it('says why no test is proposed', () => {
    const noisy = { processes: [{ weight: 1, white: 60, correlated: 0, correlation: 0, level: 0 }] };
    expect(codeOf(cellOf(1, { disturbances: noisy }))).toBe('TOO_NOISY');
    expect(codeOf(cellOf(1, { frequency: 'monthly' }))).toBe('MONTHLY_ROWS');
  });

  it('takes a size and a length that are asked for, whole blocks of weeks, even where it does not pay', () => {
    const found = proposeTest([cellOf(0.01)], { ...WISH, size: 0.05, weeks: 5 });
    if (!found.ok) throw new RangeError(found.code);
    expect(found.value).toMatchObject({ turns: 6, days: 42, turn: 'week' });
    expect(found.value.size).toBeCloseTo(0.05, 2);
    expect(found.value.cells[0]?.standardError).toBeCloseTo(0.3 / (0.049 * Math.sqrt(42)), 1);
  });

  it('days take turns only in daily rows, and weeks of weekly rows are twice as many', () => {
    const days = proposeTest([cellOf(1)], { ...WISH, turn: 'day' });
    expect(days.ok && days.value.turns === days.value.days && days.value.days % 14 === 0).toBe(true);
    const weekly = proposeTest([cellOf(1, { frequency: 'weekly', curveDays: 56, curveRows: 8 })], {
      ...WISH,
      turn: 'day',
    });
    expect(weekly.ok && weekly.value.turn === 'week' && weekly.value.turns % 4 === 0).toBe(true);
  });

  it('costs what the levels earn less than the price of now', () => {
    const found = proposeTest([cellOf(0.001, {}, 10)], { ...WISH, size: 0.05, weeks: 2 });
    if (!found.ok) throw new RangeError(found.code);
    const [test] = found.value.cells;
    const day = (price: number): number => ((price - 6) * 100 * (price / 10) ** -2.5) / 14;
    const tested = test?.levels.reduce((sum, { price }) => sum + day(price) / 2, 0) as number;
    expect(test?.cost).toBeCloseTo(14 * (day(10) - tested), 1);
  });

  it('weighs shops together', () => {
    const found = proposeTest([cellOf(1), cellOf(0.8)], WISH);
    expect(found.ok && found.value.cells.length).toBe(2);
    const closed = cellOf(1, { settings: { ...DEFAULT_GUARDRAILS, minPrice: 10, maxPrice: 10 } });
    expect(proposeTest([cellOf(1), closed], WISH)).toEqual({ ok: false, code: 'NO_ROOM' });
  });

  it('refuses what is no list of cells', () => {
    expect(() => proposeTest([], WISH)).toThrow('cells');
    expect(() => proposeTest([cellOf(1, { priceNow: -1 })], WISH)).toThrow('priceNow');
  });
});

describe('withElasticity', () => {
  it('keeps demand at today’s price and draws another elasticity', () => {
    const { curve } = cellOf(0.1);
    const other = withElasticity(curve, 10, { mean: -1.5, variance: 0.01 }, 1);
    const [before, after] = [demandDraws(curve, 10), demandDraws(other, 10)];
    before.forEach((value, d) => {
      expect(after[d]).toBeCloseTo(value, 6);
    });
    const drawn = demandDraws(other, 11).map((value, d) => Math.log(value / after[d]) / Math.log(1.1));
    expect(drawn.reduce((sum, e) => sum + e, 0) / drawn.length).toBeCloseTo(-1.5, 1);
    expect(Math.max(...drawn)).toBeLessThan(0);
  });
});
