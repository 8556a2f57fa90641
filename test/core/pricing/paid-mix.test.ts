import { expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/math/random.ts';
import { isPaidMix } from '../../../src/core/pricing/paid-mix.ts';
import { cellOf } from '../../support/cells.ts';

const DAYS = 120;

/** Walk-in buyers at 2.00 and members at 1.60, in numbers of their own a day. @param posted price of the day over 2.00 */
function bakery(seed: number, posted: (day: number) => number, members = 6) {
  const random = new RandomStream(seed, 1);
  const rows = Array.from({ length: DAYS }, (_, i) => {
    const [others, regulars] = [random.poisson(15), members > 0 ? random.poisson(members) : 0];
    const taken = others * 2 * posted(i) + regulars * 1.6 * posted(i);
    return { quantity: others + regulars, price: taken / (others + regulars) };
  });
  return cellOf(
    rows.map(({ quantity }) => quantity),
    rows.map(({ price }) => price),
  );
}

it('members who come in numbers of their own are a mix, whatever the seed and their number', () => {
  for (const seed of [1, 2, 3, 4, 5])
    for (const members of [2, 6, 14]) expect(isPaidMix(bakery(seed, () => 1, members))).toBe(true);
});

it('a price that somebody sets is none: weeks at new prices, and means of a price set that moves far more than the mix', () => {
  const weekly = (i: number): number => [1, 1.1, 0.95, 1.05, 0.9][Math.floor(i / 7) % 5] as number;
  expect(isPaidMix(bakery(1, weekly, 0))).toBe(false);
  const far = (i: number): number => [1, 1.5, 0.7, 1.3, 0.6][Math.floor(i / 7) % 5] as number;
  expect(isPaidMix(bakery(1, far, 2))).toBe(false);
});

it('prices in coins are none, however they move, nor one price for all', () => {
  const random = new RandomStream(3, 2);
  const quantities = new Array<number>(DAYS).fill(10);
  expect(
    isPaidMix(
      cellOf(
        quantities,
        quantities.map(() => Math.round(100 * (2 + random.uniform())) / 100),
      ),
    ),
  ).toBe(false);
  expect(
    isPaidMix(
      cellOf(
        quantities,
        quantities.map(() => 2 / 3),
      ),
    ),
  ).toBe(false);
});

it('weeks, months, promotions and few days are not looked at', () => {
  const mix = bakery(1, () => 1);
  expect(isPaidMix({ ...mix, frequency: 'weekly' })).toBe(false);
  expect(isPaidMix({ ...mix, promo: new Float64Array(DAYS).fill(1) })).toBe(false);
  const few = 29;
  expect(isPaidMix({ ...mix, days: mix.days.slice(0, few), price: mix.price.slice(0, few) })).toBe(false);
});
