import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/math/random.ts';
import { jointOptimum } from '../../../src/core/portfolio/joint-optimum.ts';
import { type JointProduct, jointDraws } from '../../../src/core/portfolio/joint-profit.ts';
import type { LineRule } from '../../../src/core/portfolio/line-rules.ts';

interface Given {
  readonly today: number;
  readonly cost: number;
  /** Own elasticity, one a draw. */
  readonly own: readonly number[];
  /** Cross elasticities by place of the product whose price it is. */
  readonly cross?: Readonly<Record<number, number | readonly number[]>>;
  readonly base?: number;
  readonly limit?: number;
  readonly period?: number;
  readonly offset?: number;
}

/** Demand of constant elasticity, which a grid in log price holds exactly. */
function product({ today, cost, own, cross = {}, base = 100, limit = 0.6, period, offset = 0 }: Given): JointProduct {
  const draws = own.length;
  const points = 161;
  const prices = Float64Array.from({ length: points }, (_, k) => today * 0.3 * 10 ** (k / (points - 1)));
  const demand = new Float64Array(draws * points);
  own.forEach((e, d) => {
    prices.forEach((p, k) => {
      demand[d * points + k] = base * (p / today) ** e;
    });
  });
  return {
    todayPrice: today,
    unitCosts: new Float64Array(draws).fill(cost),
    curve: { prices, draws, demand },
    cross: Object.entries(cross).map(([of, e]) => ({
      of: Number(of),
      elasticity: typeof e === 'number' ? new Float64Array(draws).fill(e) : Float64Array.from(e),
    })),
    allowed: [today * (1 - limit), today * (1 + limit)],
    lattice: { period: period ?? 1e-6, offset },
  };
}

/** Σ (p − c) · base · (p/today)^ε · Π (p_j/today_j)^γ, averaged over draws: from the elasticities, by no code of the search. */
function totalOf(products: readonly JointProduct[], prices: readonly number[]): number {
  const logs = prices.map((price, j) => Math.log(price / (products[j] as JointProduct).todayPrice));
  return products.reduce((all, { curve, cross, unitCosts }, i) => {
    const points = curve.prices.length;
    const width = Math.log((curve.prices[points - 1] as number) / (curve.prices[0] as number));
    let sum = 0;
    for (let d = 0; d < curve.draws; d++) {
      const [first, last] = [curve.demand[d * points] as number, curve.demand[(d + 1) * points - 1] as number];
      const own = Math.log(last / first) / width;
      let log = Math.log(first) + own * Math.log((prices[i] as number) / (curve.prices[0] as number));
      for (const { of, elasticity } of cross) log += (elasticity[d] as number) * (logs[of] as number);
      sum += ((prices[i] as number) - (unitCosts[d] as number)) * Math.exp(log);
    }
    return all + sum / curve.draws;
  }, 0);
}

/** The best of all prices on a grid that keep some rule. */
function bruteForce(
  products: readonly JointProduct[],
  points: number,
  keeps: (prices: readonly number[]) => boolean = () => true,
): number {
  const grids = products.map(({ allowed: [low, high] }) =>
    Array.from({ length: points }, (_, k) => low * (high / low) ** (k / (points - 1))),
  );
  let best = Number.NEGATIVE_INFINITY;
  const visit = (prices: readonly number[]): void => {
    if (prices.length === products.length) {
      if (keeps(prices)) best = Math.max(best, totalOf(products, prices));
      return;
    }
    for (const price of grids[prices.length] as number[]) visit([...prices, price]);
  };
  visit([]);
  return best;
}

/** Three products in each other's place, with doubt: 12 draws. */
function shop(limit = 0.3): JointProduct[] {
  const random = new RandomStream(5, 1);
  const draws = (mean: number, sd: number): number[] => Array.from({ length: 12 }, () => mean + sd * random.normal());
  return [
    product({ today: 4, cost: 2.2, own: draws(-2.4, 0.2), cross: { 1: draws(0.5, 0.1), 2: 0.2 }, limit }),
    product({ today: 3, cost: 1.5, own: draws(-2.1, 0.2), cross: { 0: draws(0.3, 0.1) }, base: 160, limit }),
    product({ today: 5, cost: 3.4, own: draws(-2.9, 0.2), cross: { 0: 0.4, 1: -0.1 }, base: 60, limit }),
  ];
}

describe('prices together', () => {
  it('of equal products follow Lerner with all elasticities of a product added up', () => {
    // p = c · E / (1 + E), E = own + others': first-order condition of n equal products at equal prices.
    for (const [own, cross, n] of [
      [-2.5, 0.1, 4],
      [-3, 0.35, 3],
      [-1.8, 0, 5],
    ] as const) {
      const others = (i: number): Record<number, number> =>
        Object.fromEntries(Array.from({ length: n }, (_, j) => [j, cross] as const).filter(([j]) => j !== i));
      const products = Array.from({ length: n }, (_, i) =>
        product({ today: 2, cost: 1.1, own: [own], cross: others(i) }),
      );
      const sum = own + (n - 1) * cross;
      const { prices, binding, broken } = jointOptimum(products);
      for (const price of prices) expect(price).toBeCloseTo((1.1 * sum) / (1 + sum), 3);
      expect({ binding, broken }).toEqual({ binding: [], broken: [] });
    }
  });

  it('earn as much as the best of all combinations, on average over what demand may be', () => {
    for (const limit of [0.3, 0.1]) {
      const products = shop(limit);
      const best = bruteForce(products, 31);
      const { prices } = jointOptimum(products);
      const found = totalOf(products, prices);
      expect(found).toBeGreaterThanOrEqual(best * (1 - 1e-6));
      expect(found).toBeLessThan(best * 1.003);
      products.forEach(({ allowed: [low, high] }, i) => {
        const price = prices[i] as number;
        expect(price).toBeGreaterThanOrEqual(low * (1 - 1e-6));
        expect(price).toBeLessThanOrEqual(high * (1 + 1e-6));
      });
    }
  });

  it('leave a price where it is that must not move, and count what it loses', () => {
    const [first, second, third] = shop() as [JointProduct, JointProduct, JointProduct];
    const still = [{ ...first, allowed: [4, 4] as const }, second, third];
    const { prices } = jointOptimum(still);
    expect(prices[0]).toBe(4);
    expect(totalOf(still, prices)).toBeGreaterThan(bruteForce(still, 31) * (1 - 1e-6));
  });

  it('are prices that can be charged: coins, or endings, the better neighbour', () => {
    const coins = shop().map((one) => ({ ...one, lattice: { period: 0.05, offset: 0 } }));
    const { prices } = jointOptimum(coins);
    for (const price of prices) expect(Math.abs(price / 0.05 - Math.round(price / 0.05))).toBeLessThan(1e-6);
    // No neighbour of a single price earns more.
    const total = totalOf(coins, prices);
    prices.forEach((price, i) => {
      for (const step of [-0.05, 0.05]) {
        const other = prices.with(i, price + step);
        const [low, high] = (coins[i] as JointProduct).allowed;
        if (price + step >= low && price + step <= high) expect(totalOf(coins, other)).toBeLessThan(total * (1 + 1e-7));
      }
    });
    const endings = jointOptimum(shop(0.5).map((one) => ({ ...one, lattice: { period: 1, offset: 0.99 } })));
    for (const price of endings.prices) expect(price % 1).toBeCloseTo(0.99, 9);
  });
});

describe('rules between products', () => {
  const ratio = (a: number, b: number) => (prices: readonly number[]) => (prices[a] as number) / (prices[b] as number);

  /** @returns what the rule costs, by the search and by trying all combinations */
  function costOf(rule: LineRule, keeps: (prices: readonly number[]) => boolean): void {
    const products = shop();
    const free = jointOptimum(products);
    expect(keeps(free.prices)).toBe(false);
    const { prices, binding, broken } = jointOptimum(products, [rule]);
    expect(broken).toEqual([]);
    expect(keeps(prices)).toBe(true);
    const best = bruteForce(products, 31, keeps);
    expect(totalOf(products, prices)).toBeGreaterThan(best * (1 - 2e-5));
    expect(totalOf(products, prices)).toBeLessThan(totalOf(products, free.prices));
    expect(binding.map(({ rule: at }) => at)).toEqual([0]);
  }

  it('a unit of the larger pack is not dearer', () => {
    const free = jointOptimum(shop()).prices;
    // The third is a pack of 1.2 of the second's: its unit would be dearer.
    const dearer = ratio(2, 1)(free);
    costOf(
      { kind: 'pack-size', larger: 2, smaller: 1, largerSize: dearer * 0.96, smallerSize: 1 },
      (prices) => ratio(2, 1)(prices) <= dearer * 0.96 * (1 + 1e-4),
    );
  });

  it('an own brand costs so much less, and not less than so much', () => {
    costOf(
      { kind: 'gap', product: 1, below: 0, least: 0.35, most: null },
      (prices) => ratio(1, 0)(prices) <= 0.65 * 1.0001,
    );
    costOf({ kind: 'gap', product: 1, below: 0, least: 0, most: 0.1 }, (prices) => ratio(1, 0)(prices) >= 0.9 * 0.9999);
  });

  it('what today is bought becomes dearer by at most so much', () => {
    const products = shop();
    const today = [4, 3, 5];
    const revenue = jointDraws(products, today).map(
      ({ price, demand }) => (price * demand.reduce((a, b) => a + b, 0)) / demand.length,
    );
    const all = revenue.reduce((a, b) => a + b, 0);
    const index = (prices: readonly number[]): number =>
      prices.reduce((sum, price, i) => sum + ((revenue[i] as number) / all) * (price / (today[i] as number)), 0);
    costOf({ kind: 'index', most: 0.005, least: null }, (prices) => index(prices) <= 1.005 * 1.0001);
  });

  it('tells what one percent more room would earn', () => {
    const products = shop();
    const gap = (least: number): LineRule => ({ kind: 'gap', product: 1, below: 0, least, most: null });
    const tight = jointOptimum(products, [gap(0.35)]);
    const wide = jointOptimum(products, [gap(1 - 0.65 * Math.exp(0.001))]);
    const earned = totalOf(products, wide.prices) - totalOf(products, tight.prices);
    expect(earned).toBeGreaterThan(0);
    expect(Math.abs((0.1 * (tight.binding[0]?.shadowPrice as number)) / earned - 1)).toBeLessThan(0.03);
  });

  it('a family moves by one share', () => {
    const products = shop();
    const { prices } = jointOptimum(products, [{ kind: 'family', products: [0, 2] }]);
    expect((prices[0] as number) / 4).toBeCloseTo((prices[2] as number) / 5, 5);
    const together = (candidate: readonly number[]): boolean =>
      Math.abs((candidate[0] as number) / 4 - (candidate[2] as number) / 5) < 1e-9;
    expect(totalOf(products, prices)).toBeGreaterThan(bruteForce(products, 31, together) * (1 - 1e-6));
  });

  it('a family keeps every member within its own limits, and where it is when none may move', () => {
    const [first, second, third] = shop(0.3) as [JointProduct, JointProduct, JointProduct];
    const family: LineRule = { kind: 'family', products: [0, 2] };
    const ending = { period: 1, offset: 0.99 };
    const held = [first, second, third].map((one) => ({
      ...one,
      lattice: ending,
      allowed: [one.todayPrice, one.todayPrice] as const,
    }));
    expect(jointOptimum(held, [family]).prices.map((price) => Number(price.toFixed(9)))).toEqual([4, 3, 5]);
    const narrow = [first, second, { ...third, lattice: ending, allowed: [4.8, 5.4] as const }];
    const { prices } = jointOptimum(narrow, [family]);
    expect(prices[2]).toBeGreaterThanOrEqual(4.8 - 1e-9);
    expect(prices[2]).toBeLessThanOrEqual(5.4 + 1e-9);
    const none = [first, second, third].map((one) => ({ ...one, lattice: ending }));
    const { prices: still } = jointOptimum(none, [family, { kind: 'changes', most: 0 }]);
    expect(still.map((price) => Number(price.toFixed(9)))).toEqual([4, 3, 5]);
  });

  it('at most so many prices change: the ones that earn most', () => {
    const products = shop();
    const today = [4, 3, 5];
    for (const most of [0, 1, 2]) {
      const { prices } = jointOptimum(products, [{ kind: 'changes', most }]);
      const changed = prices.filter((price, i) => Math.abs(price / (today[i] as number) - 1) > 1e-6);
      expect(changed.length).toBeLessThanOrEqual(most);
      const choices = [0b000, 0b001, 0b010, 0b100, 0b011, 0b101, 0b110].filter(
        (mask) => [0, 1, 2].filter((i) => mask & (1 << i)).length <= most,
      );
      const best = Math.max(
        ...choices.map((mask) => {
          const some = products.map((one, i) =>
            mask & (1 << i) ? one : { ...one, allowed: [today[i], today[i]] as [number, number] },
          );
          return totalOf(some, jointOptimum(some).prices);
        }),
      );
      expect(totalOf(products, prices)).toBeGreaterThan(best * (1 - 1e-6));
    }
  });

  it('few changes within what the basket may cost: the best of all choices, nearly', () => {
    for (const seed of [1, 2, 3, 4]) {
      const random = new RandomStream(seed, 2);
      const products = Array.from({ length: 7 }, (_, i) => {
        const own = -2.6 + 0.6 * random.normal();
        const others = Object.fromEntries([0, 1, 2, 3, 4, 5, 6].filter((j) => j !== i).map((j) => [j, 0.12]));
        const today = 2 + 4 * random.uniform();
        // Some too dear today, some too cheap.
        const cost = (today * (1 + 1 / own)) / Math.exp(0.25 * random.normal());
        return product({
          today,
          cost,
          own: [Math.min(own, -1.4)],
          cross: others,
          base: 40 + 200 * random.uniform(),
          limit: 0.15,
        });
      });
      const today = products.map(({ todayPrice }) => todayPrice);
      const rules: LineRule[] = [
        { kind: 'changes', most: 3 },
        { kind: 'index', most: 0.01, least: null },
      ];
      const { prices, broken, binding } = jointOptimum(products, rules);
      expect(broken).toEqual([]);
      expect(binding.some(({ rule }) => rule === 0)).toBe(true);
      expect(prices.filter((price, i) => Math.abs(price / (today[i] as number) - 1) > 1e-6).length).toBeLessThanOrEqual(
        3,
      );
      let best = 0;
      for (let mask = 0; mask < 128; mask++) {
        if ([...mask.toString(2)].filter((bit) => bit === '1').length !== 3) continue;
        const some = products.map((one, i) =>
          mask & (1 << i) ? one : { ...one, allowed: [today[i], today[i]] as [number, number] },
        );
        best = Math.max(best, totalOf(some, jointOptimum(some, [rules[1] as LineRule]).prices));
      }
      const gain = best - totalOf(products, today);
      expect((totalOf(products, prices) - totalOf(products, today)) / gain).toBeGreaterThan(0.98);
    }
  });

  it('that no allowed prices keep is named, and nothing else', () => {
    const { broken, prices } = jointOptimum(shop(0.1), [
      { kind: 'gap', product: 1, below: 0, least: 0.6, most: null },
      { kind: 'index', most: 0.5, least: null },
    ]);
    expect(broken).toEqual([0]);
    expect(prices.every(Number.isFinite)).toBe(true);
  });

  it('are named too where floors of products force more changes than may be, or a family apart', () => {
    const [first, second, third] = shop(0.3) as [JointProduct, JointProduct, JointProduct];
    // Two products cost so much that today's price is not among what they may have.
    const floored = [first, second].map((one) => ({
      ...one,
      allowed: [1.1 * one.todayPrice, 1.3 * one.todayPrice] as const,
    }));
    const products = [...floored, third];
    const rules = [0, 1, 2].map((most): LineRule => ({ kind: 'changes', most }));
    expect(jointOptimum(products, [rules[0] as LineRule]).broken).toEqual([0]);
    expect(jointOptimum(products, [rules[1] as LineRule]).broken).toEqual([0]);
    expect(jointOptimum(products, [rules[2] as LineRule]).broken).toEqual([]);
    const apart = [floored[0] as JointProduct, second, { ...third, allowed: [4, 5] as const }];
    const family: LineRule = { kind: 'family', products: [0, 2] };
    expect(jointOptimum(apart, [{ kind: 'index', most: 0.5, least: null }, family]).broken).toEqual([1]);
  });
});
