/** Markdown paths against enumeration, and against the closed form of Poisson buyers with exponential demand. */

import { describe, expect, it } from 'vitest';
import {
  keepPrice,
  type MarkdownInput,
  markdownPath,
  outcomeOfRule,
  reduceLastDays,
} from '../../../src/core/stock/markdown-path.ts';
import { askedFor } from '../../../src/core/stock/period-demand.ts';

const flat = (value: number, draws: number): Float64Array => new Float64Array(draws).fill(value);

/** Three days of Poisson pieces, two draws of elasticity, three prices. */
const PRICES = Float64Array.from([4, 3, 2]);
const RATIO = Float64Array.from([-1.2, -3].flatMap((e) => Array.from(PRICES, (p) => (p / 4) ** e)));
const INPUT: MarkdownInput = {
  stock: [
    { quantity: 3, daysLeft: 1 },
    { quantity: 4, daysLeft: 3 },
  ],
  prices: PRICES,
  ratio: RATIO,
  periods: [1.5, 0.8, 1.1].map((mean, day) => ({ day, expected: flat(mean, 2), spread: flat(0.3, 2) })),
  salvage: -0.5,
  whole: true,
};

/** Chance that n pieces are asked for, over draws; a negative binomial by its gamma-Poisson sum, term by term. */
function chanceOf(n: number, t: number, p: number): number {
  const size = 1 / 0.3;
  let sum = 0;
  for (let d = 0; d < 2; d++) {
    const mean = (INPUT.periods[t]?.expected[d] as number) * (RATIO[d * 3 + p] as number);
    let chance = (size / (mean + size)) ** size;
    for (let k = 0; k < n; k++) chance *= ((k + size) / (k + 1)) * (mean / (mean + size));
    sum += chance / 2;
  }
  return sum;
}

/** Best value by trying everything: batches apart, oldest sold first, prices never up. */
function bestValue(t: number, old: number, fresh: number, place: number, mayRise: boolean): number {
  if (t === 3) return 0;
  let best = Number.NEGATIVE_INFINITY;
  for (let p = mayRise ? 0 : place; p < 3; p++) {
    let [value, below] = [0, 0];
    for (let k = 0; k <= old + fresh; k++) {
      const chance = k < old + fresh ? chanceOf(k, t, p) : 1 - below;
      below += chance;
      const [oldLeft, freshLeft] = [Math.max(0, old - k), fresh - Math.max(0, k - old)];
      // The old go off behind the first day, the fresh behind the third.
      const gone = (t === 0 ? oldLeft : 0) + (t === 2 ? freshLeft : 0);
      const then = bestValue(t + 1, t === 0 ? 0 : oldLeft, freshLeft, p, mayRise);
      value += chance * (k * (PRICES[p] as number) - 0.5 * gone + then);
    }
    best = Math.max(best, value);
  }
  return best;
}

describe('the path of prices', () => {
  it.each([false, true])('brings what trying everything brings (prices may rise: %s)', (mayRise) => {
    const path = markdownPath({ ...INPUT, mayRise });
    expect(path.value).toBeCloseTo(bestValue(0, 3, 4, 0, mayRise), 10);
    expect(path.sold + path.wasted).toBeCloseTo(7, 10);
    expect(path.revenue - 0.5 * path.wasted).toBeCloseTo(path.value, 12);
  });
  it('brings no less than any fixed rule, which brings what its own sum says', () => {
    const path = markdownPath(INPUT);
    const keep = outcomeOfRule(INPUT, keepPrice);
    expect(path.value).toBeGreaterThan(keep.value);
    for (const place of [1, 2])
      for (const days of [1, 2, 3])
        expect(path.value).toBeGreaterThanOrEqual(outcomeOfRule(INPUT, reduceLastDays(INPUT, place, days)).value);
    // Of one batch on one day: Σ min(n, N) of the mixture.
    const one = { ...INPUT, stock: [{ quantity: 2, daysLeft: 1 }], periods: INPUT.periods.slice(0, 1) };
    const [none, single] = [chanceOf(0, 0, 0), chanceOf(1, 0, 0)];
    expect(outcomeOfRule(one, keepPrice).sold).toBeCloseTo(single + 2 * (1 - none - single), 12);
    expect(outcomeOfRule(one, reduceLastDays(one, 2, 1)).revenue).toBeCloseTo(
      2 * (chanceOf(1, 0, 2) + 2 * (1 - chanceOf(0, 0, 2) - chanceOf(1, 0, 2))),
      12,
    );
  });
  it('of Poisson buyers and exponential demand comes to the closed form as periods become short', () => {
    // Gallego & van Ryzin 1994, (12): of demand a e^−p over a time t, V(n, t) = ln Σ_{i ≤ n} (a t / e)^i / i!.
    const [a, n] = [8, 5];
    const periods = 800;
    const prices = Float64Array.from({ length: 161 }, (_, k) => 5 - k / 40);
    const ratio = prices.map((p) => Math.exp(5 - p));
    const path = markdownPath({
      stock: [{ quantity: n, daysLeft: 1 }],
      prices,
      ratio,
      periods: Array.from({ length: periods }, () => ({
        day: 0,
        expected: flat((a * Math.exp(-5)) / periods, 1),
        spread: flat(0, 1),
      })),
      salvage: 0,
      whole: true,
      mayRise: true,
    });
    let [sum, term] = [0, 1];
    for (let i = 0; i <= n; i++) {
      sum += term;
      term *= a / Math.E / (i + 1);
    }
    // Steps of 1/800 of the time and of .025 of the price cost less than a thousandth.
    expect(path.value).toBeCloseTo(Math.log(sum), 2);
    expect(path.value).toBeLessThan(Math.log(sum));
    expect(path.steps[0]?.price).toBe(path.price);
  });
  it('lowers the price of much stock more and sooner than of little, and never raises it', () => {
    const of = (quantity: number) => markdownPath({ ...INPUT, stock: [{ quantity, daysLeft: 3 }] });
    expect(of(1).price).toBe(4);
    expect(of(20).price).toBe(2);
    const prices = of(5).steps.map(({ price }) => price ?? 0);
    prices.forEach((price, t) => {
      expect(price).toBeLessThanOrEqual(prices[t - 1] ?? 4);
    });
  });
  it('of kilograms is that of grains so fine that they count as such', () => {
    const kg: MarkdownInput = {
      ...INPUT,
      whole: false,
      stock: [{ quantity: 6, daysLeft: 3 }],
      periods: [2, 2, 2].map((mean, day) => ({ day, expected: flat(mean, 2), spread: flat(0.2, 2) })),
    };
    // 40 grains a kilogram: their Poisson noise is a sixteenth of the gamma's and costs less than a hundredth.
    const grains: MarkdownInput = {
      ...kg,
      whole: true,
      prices: PRICES.map((p) => p / 40),
      salvage: kg.salvage / 40,
      stock: [{ quantity: 240, daysLeft: 3 }],
      periods: kg.periods.map(({ day, expected, spread }) => ({
        day,
        expected: expected.map((q) => q * 40),
        spread,
      })),
    };
    expect(markdownPath(kg).value / markdownPath(grains).value - 1).toBeLessThan(0.01);
    expect(markdownPath(kg).value).toBeGreaterThan(markdownPath(grains).value);
    expect(markdownPath(kg).price).toBe(markdownPath(grains).price * 40);
  });
});

describe('demand of a period in steps of stock', () => {
  it('keeps the mean and the variance of a gamma', () => {
    const steps = { states: 400, step: 0.05, counted: false };
    const chances = askedFor({ expected: flat(5, 1), spread: flat(0.09, 1) }, flat(1.2, 1), steps);
    let [sum, mean, square] = [0, 0, 0];
    chances.forEach((chance, k) => {
      sum += chance;
      mean += chance * k * 0.05;
      square += chance * (k * 0.05) ** 2;
    });
    expect(sum).toBeCloseTo(1, 12);
    expect(mean).toBeCloseTo(6, 8);
    // 24 places lack some of the tails' variance.
    expect((square - mean ** 2) / 36).toBeGreaterThan(0.93 * 0.09);
    expect((square - mean ** 2) / 36).toBeLessThan(1.01 * 0.09);
  });
});

describe('bad input', () => {
  it('is refused by name', () => {
    const refused = (change: Partial<MarkdownInput>) => () => markdownPath({ ...INPUT, ...change });
    expect(refused({ prices: Float64Array.from([3, 4, 2]) })).toThrow('prices[1]');
    expect(refused({ stock: [{ quantity: -1, daysLeft: 1 }] })).toThrow('stock[0].quantity');
    expect(refused({ stock: [{ quantity: 1, daysLeft: 4 }] })).toThrow('go off within the periods');
    expect(refused({ stock: [{ quantity: 1, daysLeft: null }] })).toThrow('go off within the periods');
    expect(refused({ periods: [] })).toThrow('periods');
    expect(refused({ ratio: RATIO.slice(1) })).toThrow('ratio');
    expect(refused({ salvage: Number.NaN })).toThrow('salvage');
  });
});
