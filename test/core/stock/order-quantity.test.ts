/** Orders against closed forms of the newsvendor, and of goods that keep for several days. */

import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../../src/core/math/normal-quantile.ts';
import { criticalRatio, type OrderInput, orderQuantity, outcomeOf } from '../../../src/core/stock/order-quantity.ts';

const DRAWS = 20_000;
/** At even places of the normal: its quantiles come out to a hundredth of a deviation. */
const NORMAL = Float64Array.from({ length: DRAWS }, (_, d) => 100 + 20 * normalQuantile((d + 0.5) / DRAWS));

const INPUT: OrderInput = {
  demand: NORMAL,
  draws: DRAWS,
  periodDays: 1,
  shelfLifeDays: 1,
  price: 10,
  unitCost: 6,
  salvage: 1,
  onHand: [],
  pack: null,
  serviceLevel: null,
};

/** P(N ≤ n) of a Poisson. */
function poissonCdf(n: number, mean: number): number {
  let [sum, term] = [0, Math.exp(-mean)];
  for (let k = 0; k <= n; k++) {
    sum += term;
    term *= mean / (k + 1);
  }
  return sum;
}

/** Poisson draws at even places. */
function poissonDraws(mean: number, draws: number): Float64Array {
  return Float64Array.from({ length: draws }, (_, d) => {
    let n = 0;
    while (poissonCdf(n, mean) < (d + 0.5) / draws) n++;
    return n;
  });
}

describe('the order of one period', () => {
  it('is the quantile of the critical ratio, with the profit of the normal newsvendor', () => {
    const ratio = criticalRatio(10, 6, 1);
    expect(ratio).toBeCloseTo(4 / 9, 12);
    const z = normalQuantile(ratio);
    const best = orderQuantity(INPUT);
    // The largest order over a thousand is a step: .18.
    expect(best?.quantity).toBeCloseTo(100 + 20 * z, 0);
    // (p − c) μ − (p − s) σ φ(z).
    const density = Math.exp(-(z ** 2) / 2) / Math.sqrt(2 * Math.PI);
    expect(best?.profit).toBeCloseTo(4 * 100 - 9 * 20 * density, 1);
    expect(best?.inStock).toBeCloseTo(ratio, 2);
    expect((best?.sold ?? 0) + (best?.lost ?? 0)).toBeCloseTo(100, 6);
    expect((best?.sold ?? 0) + (best?.wasted ?? 0)).toBeCloseTo(best?.quantity ?? 0, 6);
  });
  it('of Poisson pieces is the least number that covers the ratio', () => {
    for (const [mean, price, cost] of [
      [4, 3, 1],
      [12, 2, 1.5],
      [30, 5, 0.5],
    ] as const) {
      const demand = poissonDraws(mean, 4_000);
      const best = orderQuantity({ ...INPUT, demand, draws: 4_000, price, unitCost: cost, salvage: 0, pack: 1 });
      let least = 0;
      while (poissonCdf(least, mean) < criticalRatio(price, cost, 0)) least++;
      expect(best?.quantity).toBe(least);
    }
  });
  it('takes of two packs around the quantile the one that earns more', () => {
    // The quantile is 97.2: up from 90 at a pack of 30 though it is far, down to 0 at one of 220.
    const [small, large] = [30, 220].map((pack) => orderQuantity({ ...INPUT, pack })?.quantity);
    expect(small).toBe(90);
    expect(outcomeOf(INPUT, 90).profit).toBeGreaterThan(outcomeOf(INPUT, 120).profit);
    expect(outcomeOf(INPUT, 220).profit).toBeLessThan(0);
    expect(large).toBe(0);
    expect(orderQuantity({ ...INPUT, pack: 65 })?.quantity).toBe(
      outcomeOf(INPUT, 65).profit > outcomeOf(INPUT, 130).profit ? 65 : 130,
    );
  });
  it('is less by stock on hand that is still good', () => {
    const good = orderQuantity({ ...INPUT, onHand: [{ quantity: 30, daysLeft: 1 }] });
    const gone = orderQuantity({ ...INPUT, onHand: [{ quantity: 30, daysLeft: 0 }] });
    const none = orderQuantity(INPUT);
    expect(good?.quantity).toBeCloseTo((none?.quantity ?? 0) - 30, 0);
    expect(gone?.quantity).toBe(none?.quantity);
    expect(orderQuantity({ ...INPUT, onHand: [{ quantity: 500, daysLeft: 1 }] })?.quantity).toBe(0);
  });
  it('keeps a service level with the least order', () => {
    const best = orderQuantity({ ...INPUT, serviceLevel: 0.95 });
    expect(best?.quantity).toBeCloseTo(100 + 20 * normalQuantile(0.95), 0);
    expect(best?.inStock).toBeGreaterThanOrEqual(0.95);
    expect(outcomeOf(INPUT, (best?.quantity ?? 0) - 0.3).inStock).toBeLessThan(0.95);
    // Packs are rounded up: one less would miss it.
    expect(orderQuantity({ ...INPUT, serviceLevel: 0.95, pack: 50 })?.quantity).toBe(150);
  });
  it('is nothing where a unit earns nothing, and the most that sells where nothing is lost by one', () => {
    expect(criticalRatio(6, 6, 0)).toBe(0);
    expect(orderQuantity({ ...INPUT, price: 6, salvage: 0 })?.quantity).toBe(0);
    expect(orderQuantity({ ...INPUT, salvage: 6 })?.inStock).toBe(1);
  });
});

describe('the order of goods that keep', () => {
  /** Two days of 10 or 20, each as likely and apart from one another. */
  const demand = Float64Array.from([10, 10, 10, 20, 20, 10, 20, 20]);
  const two: OrderInput = { ...INPUT, demand, draws: 4, shelfLifeDays: 2, pack: 1, salvage: 0 };

  it('values what is left at its cost as far as it sells before it goes off', () => {
    // 20 units: a day of 10 leaves 10, all of which the next day sells at cost; none is wasted.
    const outcome = outcomeOf(two, 20);
    expect(outcome).toMatchObject({ sold: 15, left: 5, wasted: 0, lost: 0, inStock: 1, fillRate: 1 });
    expect(outcome.profit).toBeCloseTo(10 * 15 + 6 * 5 - 6 * 20, 12);
    // A day alone has a ratio of .4 and orders 10.
    expect(orderQuantity({ ...two, shelfLifeDays: 1 })?.quantity).toBe(10);
    expect(orderQuantity(two)?.quantity).toBe(20);
  });
  it('of a shelf life below the time between deliveries goes without on the last days', () => {
    const outcome = outcomeOf({ ...two, periodDays: 2, shelfLifeDays: 1 }, 20);
    expect(outcome).toMatchObject({ sold: 15, wasted: 5, lost: 15, inStock: 0, fillRate: 0.5 });
    expect(orderQuantity({ ...two, periodDays: 2, shelfLifeDays: 1, serviceLevel: 0.5 })).toBeNull();
  });
  it('sells what goes off first before the rest', () => {
    const onHand = [
      { quantity: 5, daysLeft: 2 },
      { quantity: 5, daysLeft: 1 },
    ];
    // The first day takes the old five; of a day of 10 then 5 more.
    const outcome = outcomeOf({ ...two, periodDays: 2, shelfLifeDays: 2, onHand }, 0);
    expect(outcome).toMatchObject({ sold: 10, wasted: 0, lost: 20 });
    const old = outcomeOf({ ...two, periodDays: 2, shelfLifeDays: 2, onHand: [{ quantity: 25, daysLeft: 1 }] }, 10);
    // In whatever order they are named: the old ones go first, and what is left of them goes off.
    const named = [
      { quantity: 5, daysLeft: 2 },
      { quantity: 30, daysLeft: 1 },
    ];
    const ofBoth = outcomeOf({ ...two, periodDays: 2, shelfLifeDays: 2, onHand: named }, 0);
    expect(ofBoth).toMatchObject({ sold: 20, wasted: 15 });
    // Ten or fifteen of the old go off; the order sells on the second day.
    expect(old.wasted).toBe(10);
    expect(old.sold).toBe(25);
  });
  it('keeps on selling what never goes off', () => {
    const outcome = outcomeOf({ ...two, onHand: [{ quantity: 100, daysLeft: null }] }, 0);
    expect(outcome).toMatchObject({ wasted: 0, sold: 15, left: 85 });
    const whole = outcomeOf({ ...two, periodDays: 2, onHand: [{ quantity: 100, daysLeft: null }] }, 0);
    expect(whole).toMatchObject({ wasted: 0, sold: 30, left: 70 });
  });
});

describe('bad input', () => {
  it('is refused by name', () => {
    const refused = (change: Partial<OrderInput>) => () => orderQuantity({ ...INPUT, ...change });
    expect(refused({ pack: 0 })).toThrow('pack');
    expect(refused({ price: 0 })).toThrow('price');
    expect(refused({ unitCost: -1 })).toThrow('unitCost');
    expect(refused({ salvage: 7 })).toThrow('salvage');
    expect(refused({ onHand: [{ quantity: -1, daysLeft: 1 }] })).toThrow('onHand[0].quantity');
    expect(refused({ onHand: [{ quantity: 1, daysLeft: 0.5 }] })).toThrow('onHand[0].daysLeft');
    expect(refused({ periodDays: 0 })).toThrow('periodDays');
    expect(refused({ shelfLifeDays: 2 })).toThrow('days of demand');
    expect(refused({ serviceLevel: 1.2 })).toThrow('serviceLevel');
    expect(refused({ demand: NORMAL.map((q, i) => (i === 7 ? -1 : q)) })).toThrow('demand[7]');
  });
});
