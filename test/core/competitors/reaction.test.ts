import { describe, expect, it } from 'vitest';
import { reactionOf, type SeenTogether } from '../../../src/core/competitors/reaction.ts';
import { RandomStream } from '../../../src/core/math/random.ts';

const FIRST = 20_000;

interface Drawn {
  readonly follows: number;
  /** Standard deviation of a competitor's own moves, log. */
  readonly free: number;
  /** Standard deviation of shocks of costs that move both, log; both see them at once. */
  readonly shared?: number;
  readonly moves?: boolean;
}

/** A year of a product whose price moves every fortnight; a competitor is seen weekly and follows ten days later. */
function seenTogether(seed: number, { follows, free, shared = 0, moves = true }: Drawn): SeenTogether {
  const random = new RandomStream(seed, 3);
  const days = Int32Array.from({ length: 400 }, (_, t) => FIRST + t);
  const own: number[] = [];
  const costs: number[] = [];
  const prices: SeenTogether['prices'][number][] = [];
  let [log, cost, theirs] = [0, 0, 0];
  for (let t = 0; t < days.length; t++) {
    if (t % 28 === 5) cost += shared * random.normal();
    if (moves && t % 14 === 0) log = 0.5 * log + 0.08 * random.normal();
    own.push(log + cost);
    costs.push(cost);
    if (t % 21 === 0) theirs = 0.6 * theirs + free * random.normal();
    const answer = t >= 10 ? follows * ((own[t - 10] as number) - (costs[t - 10] as number)) : 0;
    if (t % 7 === 0)
      prices.push({ competitor: 'Lidl', day: FIRST + t, price: 5 * Math.exp(theirs + cost + answer), promo: false });
  }
  const price = Float64Array.from(own, (value) => 4 * Math.exp(value));
  return { series: { days, price, cost: Float64Array.from(costs, (value) => 2 * Math.exp(value)) }, prices };
}

const products = (seed: number, drawn: Drawn) => [1, 2, 3, 4, 5].map((k) => seenTogether(100 * seed + k, drawn));

describe('how a competitor follows', () => {
  it.each([0, 0.5, 1])('is found where it follows %s of every change', (follows) => {
    // Four shops of five products: the mean is off by at most a tenth, and 90 % intervals hold the truth in three of four.
    const found = [1, 2, 3, 4].map((seed) => reactionOf(products(seed, { follows, free: 0.04 })));
    const mean = found.reduce((sum, { value }) => sum + value / 4, 0);
    expect(Math.abs(mean - follows)).toBeLessThan(0.12);
    expect(found.every(({ known, moves }) => known && moves > 50)).toBe(true);
    expect(found.filter(({ low, high }) => low <= follows && follows <= high).length).toBeGreaterThanOrEqual(3);
  });
  it('is not taken for following where costs move both at once and are known', () => {
    const found = [1, 2, 3].map((seed) => reactionOf(products(seed, { follows: 0, free: 0.03, shared: 0.05 })).value);
    expect(Math.abs(found.reduce((sum, value) => sum + value / 3, 0))).toBeLessThan(0.12);
  });
  it('cannot be known of a price that never moved, of few looks, and of prices that are all offers', () => {
    expect(reactionOf(products(1, { follows: 0, free: 0.04, moves: false }))).toMatchObject({ known: false, moves: 0 });
    const [one] = products(2, { follows: 1, free: 0.04 }) as [SeenTogether];
    expect(reactionOf([{ ...one, prices: one.prices.slice(0, 6) }]).known).toBe(false);
    const offers = one.prices.map((price) => ({ ...price, promo: true }));
    expect(reactionOf([{ ...one, prices: offers }])).toMatchObject({ known: false, value: 0 });
    expect(reactionOf([])).toMatchObject({ known: false, value: 0, moves: 0 });
  });
});
