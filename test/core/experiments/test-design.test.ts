import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlation, drawTest, drawTestApart, type TestDraw } from '../../../src/core/experiments/test-design.ts';
import type { TestLevel } from '../../../src/core/vocabulary.ts';

const WEEKS: TestDraw = { levels: ['low', 'high'], turn: 'week', turns: 8, shops: 1, seed: 1 };

const count = (levels: readonly TestLevel[], level: TestLevel): number => levels.filter((one) => one === level).length;

describe('drawTest', () => {
  it('gives every level once in each block of weeks', () => {
    const levels = ['low', 'base', 'high'] as const;
    const [plan = []] = drawTest({ ...WEEKS, levels, turns: 9 });
    for (let start = 0; start < 9; start += 3)
      expect([...plan.slice(start, start + 3)].sort()).toEqual(['base', 'high', 'low']);
  });

  it('gives every weekday every level equally often', () => {
    const [plan = []] = drawTest({ ...WEEKS, turn: 'day', turns: 28 });
    for (let weekday = 0; weekday < 7; weekday++) {
      const own = plan.filter((_, day) => day % 7 === weekday);
      expect([count(own, 'low'), count(own, 'high')]).toEqual([2, 2]);
    }
    // Days of one week are not all of one level.
    expect(new Set(plan.slice(0, 7)).size).toBe(2);
  });

  it('is the same for the same seed and another for another', () => {
    const draw = (seed: number) => drawTest({ ...WEEKS, turns: 26, seed })[0];
    expect(draw(7)).toEqual(draw(7));
    expect(draw(8)).not.toEqual(draw(7));
  });

  it('puts either level first in half of the blocks', () => {
    const [plan = []] = drawTest({ ...WEEKS, turns: 366, seed: 11 });
    const first = count(
      plan.filter((_, week) => week % 2 === 0),
      'high',
    );
    // 183 fair coins: 91.5 ± 3 standard deviations of 6.8.
    expect(first).toBeGreaterThan(71);
    expect(first).toBeLessThan(112);
  });

  it('spreads the levels over shops and weeks, so that neither tells the price', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 7 }),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom<readonly TestLevel[]>(['low', 'high'], ['low', 'base', 'high']),
        fc.nat(),
        (shops, blocks, levels, seed) => {
          const turns = blocks * levels.length;
          const plan = drawTest({ levels, turn: 'week', turns, shops, seed });
          expect(plan).toHaveLength(shops);
          // No shop is cheaper than another over the test,
          for (const shop of plan) for (const level of levels) expect(count(shop, level)).toBe(blocks);
          // and no week than another by more than one shop.
          for (let week = 0; week < turns; week++) {
            const counts = levels.map((level) =>
              count(
                plan.map((shop) => shop[week] as TestLevel),
                level,
              ),
            );
            expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it.each([
    [{ turns: 7 }, 'turns must be a multiple of 2, got 7'],
    [{ turn: 'day', turns: 8 }, 'turns must be a multiple of 14, got 8'],
    [{ levels: ['low'] }, 'levels must have at least 2 entries'],
    [{ levels: ['low', 'low'] }, 'levels must each be given once'],
    [{ levels: ['low', 'dear'] }, 'level must be one of low, base, high'],
    [{ shops: 0 }, 'shops must be'],
    [{ seed: 0.5 }, 'seed must be a whole number'],
    [{ turn: 'hour' }, 'turn must be one of day, week'],
  ] as const)('refuses %j', (wrong, message) => {
    expect(() => drawTest({ ...WEEKS, ...(wrong as Partial<TestDraw>) })).toThrow(message);
  });
});

describe('tests that run beside each other', () => {
  const PRICES = new Map<TestLevel, number>([
    ['low', -0.1],
    ['high', 0.1],
  ]);
  const logs = (plan: readonly TestLevel[]): number[] => plan.map((level) => PRICES.get(level) as number);

  it('are drawn so that neither price goes along with the other, which by chance they do', () => {
    let [apart, byChance] = [0, 0];
    for (let seed = 1; seed <= 20; seed++) {
      const draw: TestDraw = { levels: ['low', 'high'], turn: 'week', turns: 8, shops: 1, seed };
      const other = logs(drawTest({ ...draw, seed: seed + 1_000 })[0] as TestLevel[]);
      const { plan, correlations } = drawTestApart(draw, [PRICES], [[other]]);
      const [own] = plan as [TestLevel[]];
      // Four blocks of two weeks: as often with the other price as against it.
      expect(correlations[0]?.[0]).toBeCloseTo(0, 10);
      expect(own.filter((level) => level === 'low')).toHaveLength(4);
      apart += Math.abs(correlation(logs(own), other));
      byChance += Math.abs(correlation(logs(drawTest(draw)[0] as TestLevel[]), other));
    }
    expect(apart).toBeCloseTo(0, 8);
    expect(byChance / 20).toBeGreaterThan(0.2);
  });

  it('are drawn as ever where nothing runs beside them, and an overlap of few turns counts little', () => {
    const draw: TestDraw = { levels: ['low', 'high'], turn: 'week', turns: 8, shops: 2, seed: 3 };
    expect(drawTestApart(draw, [PRICES, PRICES], [[], []]).plan).toEqual(drawTest(draw));
    const own = [0.1, -0.1, 0.1, -0.1, 0.1, -0.1, 0.1, -0.1];
    expect(correlation(own, own)).toBeCloseTo(1, 12);
    expect(correlation(own, [0.1, -0.1, ...Array(6).fill(Number.NaN)])).toBeCloseTo(0.5, 12);
    expect(correlation(own, Array(8).fill(Number.NaN))).toBe(0);
    expect(correlation(own, Array(8).fill(0))).toBe(0);
    // Today's price is one of the levels where a limit closes the other side.
    expect(correlation([0, 0.05, 0, 0.05], [0, 0.05, 0, 0.05])).toBeCloseTo(1, 12);
  });
});
