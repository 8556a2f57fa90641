import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/math/random.ts';
import type { CalendarProduct, Placed } from '../../../src/core/promotions/calendar-profit.ts';
import { type CalendarRules, promotionCalendar } from '../../../src/core/promotions/promotion-calendar.ts';
import type { Promotion } from '../../../src/core/promotions/promotion-profit.ts';

const AFTER = 35;
/** Days after which a dip has faded to 1/e. */
const FADES = [4, 9, 20];

interface Made {
  readonly product: CalendarProduct;
  readonly elasticity: number;
  readonly flag: number;
  readonly advance: number;
  readonly cost: number;
  readonly daily: readonly number[];
  readonly takes: readonly number[];
}

function promotion(price: number, depth: number, days: number, cost = 0): Promotion {
  return { depth, price: price * (1 - depth), display: false, days, cost, funding: 0 };
}

/** Products of one draw whose truth is known, with promotions of two depths and lengths. */
function made(random: RandomStream, count: number, weeks: number): Made[] {
  return Array.from({ length: count }, (_, i) => {
    const elasticity = -1.8 - random.uniform();
    const [flag, advance, price] = [0.3 * random.uniform(), 0.5 * random.uniform(), 4];
    const cost = price * (0.3 + 0.35 * random.uniform());
    const daily = Array.from({ length: weeks * 7 + AFTER }, () => 10 + 20 * random.uniform());
    const takes = Array.from({ length: count }, (_, j) => (j === i ? 0 : 0.5 * random.uniform()));
    return {
      ...{ elasticity, flag, advance, cost, daily, takes },
      product: {
        todayPrice: price,
        unitCosts: Float64Array.of(cost),
        effects: {
          elasticity: Float64Array.of(elasticity),
          flag: Float64Array.of(flag),
          display: new Float64Array(1),
          advance: Float64Array.of(advance),
          dip: Uint8Array.of(1),
        },
        base: Float64Array.from(daily),
        cross: takes.flatMap((value, of) => (of === i ? [] : [{ of, elasticity: Float64Array.of(value) }])),
        promotions: [promotion(price, 0.1, 7), promotion(price, 0.2, 14, 3)],
        group: i % 2 === 0 ? 'even' : 'odd',
        earliest: 0,
      },
    };
  });
}

function askedOf(products: readonly Made[], { product, promotion }: Placed): Promotion {
  return (products[product] as Made).product.promotions[promotion] as Promotion;
}

/** Profit over that of no promotion, day by day, by no code of the search. */
function netOf(products: readonly Made[], placed: readonly Placed[], weeks: number): number {
  const liftOf = ({ elasticity, flag }: Made, depth: number): number =>
    Math.exp(elasticity * Math.log(1 - depth) + flag);
  let net = 0;
  for (let day = 0; day < weeks * 7; day++) {
    const on = placed.filter((one) => {
      const { days } = askedOf(products, one);
      return day >= one.week * 7 && day < one.week * 7 + days;
    });
    products.forEach((made, i) => {
      const own = on.find((one) => one.product === i);
      const usual = made.daily[day] as number;
      let [sold, price] = [usual, 4];
      if (own) {
        const { depth } = made.product.promotions[own.promotion] as Promotion;
        [sold, price] = [usual * liftOf(made, depth), 4 * (1 - depth)];
      }
      for (const other of on) {
        if (other.product === i) continue;
        const source = products[other.product] as Made;
        const { depth } = source.product.promotions[other.promotion] as Promotion;
        sold *= Math.exp(((made.takes[other.product] as number) * Math.log(liftOf(source, depth))) / source.elasticity);
      }
      net += sold * (price - made.cost) - usual * (4 - made.cost);
    });
  }
  const weights = Array.from({ length: AFTER }, (_, k) => Math.exp(-k / (FADES[1] as number)));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  for (const one of placed) {
    const made = products[one.product] as Made;
    const { depth, days, cost } = made.product.promotions[one.promotion] as Promotion;
    const bought = made.advance * days * (liftOf(made, depth) - 1);
    weights.forEach((weight, k) => {
      const usual = made.daily[one.week * 7 + days + k] as number;
      net += usual * (4 - made.cost) * (Math.exp((-bought * weight) / all) - 1);
    });
    net -= cost;
  }
  return net;
}

const RULES: CalendarRules = {
  ...{ weeks: 4, mostPerProduct: 2, leastWeeksBetween: 1, mostAtOnce: 1, mostPerGroup: null, budget: null },
  blocked: new Set<number>(),
};

/** All calendars that keep the rules. */
function bruteForce(products: readonly Made[], rules: CalendarRules): number {
  const weeksOf = (one: Placed): number => askedOf(products, one).days / 7;
  const single = products.flatMap((_, product) =>
    [0, 1].flatMap((k) => Array.from({ length: rules.weeks }, (_, week): Placed => ({ product, promotion: k, week }))),
  );
  const fits = (placed: readonly Placed[], one: Placed): boolean => {
    const end = one.week + weeksOf(one);
    if (end > rules.weeks) return false;
    const own = placed.filter((other) => other.product === one.product);
    if (own.length >= rules.mostPerProduct) return false;
    for (const other of own)
      if (
        one.week < other.week + weeksOf(other) + rules.leastWeeksBetween &&
        other.week < end + rules.leastWeeksBetween
      )
        return false;
    for (let week = one.week; week < end; week++) {
      if (rules.blocked.has(week)) return false;
      const there = placed.filter((other) => other.week <= week && week < other.week + weeksOf(other));
      if (there.length >= (rules.mostAtOnce ?? Infinity)) return false;
      const group = products[one.product]?.product.group;
      const alike = there.filter((other) => products[other.product]?.product.group === group);
      if (alike.length >= (rules.mostPerGroup ?? Infinity)) return false;
    }
    return true;
  };
  let best = 0;
  const visit = (placed: readonly Placed[], from: number): void => {
    best = Math.max(best, netOf(products, placed, rules.weeks));
    for (let k = from; k < single.length; k++)
      if (fits(placed, single[k] as Placed)) visit([...placed, single[k] as Placed], k + 1);
  };
  visit([], 0);
  return best;
}

describe('calendar of promotions', () => {
  it.each([
    ['one product at once', RULES],
    ['one of a group, a week blocked', { ...RULES, mostAtOnce: null, mostPerGroup: 1, blocked: new Set([1]) }],
    ['two at once', { ...RULES, mostAtOnce: 2, mostPerProduct: 1 }],
  ])('earns what the best of all calendars does: %s', (_, rules) => {
    for (let seed = 1; seed <= 6; seed++) {
      const products = made(new RandomStream(seed, 31), 3, rules.weeks);
      const found = promotionCalendar(
        products.map(({ product }) => product),
        rules,
      );
      const best = bruteForce(products, rules);
      expect(netOf(products, found.placed, rules.weeks)).toBeCloseTo(found.net.value, 8);
      expect(found.net.value).toBeGreaterThan(0);
      expect(found.net.value).toBeGreaterThan(best - 1e-6 * best);
    }
  });

  it('spends no more than the budget, and what it buys is worth its price', () => {
    const products = made(new RandomStream(4, 31), 3, 4).map(({ product }) => product);
    const free = promotionCalendar(products, { ...RULES, mostAtOnce: null });
    const half = promotionCalendar(products, { ...RULES, mostAtOnce: null, budget: free.spent / 2 });
    expect(half.spent).toBeLessThanOrEqual(free.spent / 2);
    // Best first: half of the money buys more than half of the gain.
    expect(half.net.value).toBeGreaterThan(free.net.value / 2);
    expect(half.net.value).toBeLessThan(free.net.value);
  });

  it('places nothing where nothing pays, and nothing before a product may', () => {
    const products = made(new RandomStream(2, 31), 2, 4).map(({ product }) => product);
    const dear = products.map((one) => ({ ...one, unitCosts: Float64Array.of(3.9) }));
    const none = promotionCalendar(dear, RULES);
    expect(none).toMatchObject({ placed: [], probabilityBetter: null, spent: 0, net: { value: 0 } });
    const late = promotionCalendar(
      products.map((one) => ({ ...one, earliest: 2 })),
      RULES,
    );
    expect(Math.min(...late.placed.map(({ week }) => week))).toBeGreaterThanOrEqual(2);
  });
});
