import { expect, it } from 'vitest';
import { estimateCell } from '../../../src/core/demand/effects.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';

const DAYS = 364;
const OPTIONS = { holidays: [], market: false };

/** A year of elasticity −2: every second week a price is decided; in between it moves by what `small` makes of a shock. */
function shop(seed: number, small: (shock: number, chance: number) => number): CellSeries {
  const random = new RandomStream(5, seed);
  let [own, shock, between] = [0, 0, 0];
  const rows = Array.from({ length: DAYS }, (_, i) => {
    if (i % 14 === 0) own = 0.1 * random.normal();
    if (i % 7 === 0) {
      shock = 0.2 * random.normal();
      between = small(shock, random.normal());
    }
    const logPrice = own + between;
    return { price: 4 * Math.exp(logPrice), quantity: 40 * Math.exp(-2 * logPrice + shock + 0.1 * random.normal()) };
  });
  const none = new Float64Array(DAYS).fill(Number.NaN);
  return {
    merchant: 'shop',
    product: 'bread',
    productType: 'bread',
    unit: 'kg',
    frequency: 'daily',
    days: Int32Array.from(rows, (_, i) => 20_000 + i),
    quantity: Float64Array.from(rows, ({ quantity }) => quantity),
    price: Float64Array.from(rows, ({ price }) => price),
    cost: none,
    promo: none,
    soldOut: new Uint8Array(DAYS),
    waste: none,
    marketPrice: none,
    covariates: [],
  };
}

const SHOPS = 16;

/** Mean over shops, weighed, and its standard error. */
function smallMovesOf(small: (shock: number, chance: number) => number): readonly [mean: number, error: number] {
  const found = Array.from({ length: SHOPS }, (_, seed) => {
    const { smallMoves } = estimateCell(shop(seed, small), [DAYS], OPTIONS);
    if (!smallMoves) throw new Error(`no small moves in shop ${seed}`);
    return smallMoves;
  });
  const weight = found.reduce((sum, { variance }) => sum + 1 / variance, 0);
  return [found.reduce((sum, { value, variance }) => sum + value / variance, 0) / weight, Math.sqrt(1 / weight)];
}

it('more is sold the dearer, after small moves of a price that follows demand', () => {
  const [mean, error] = smallMovesOf((shock) => 0.1 * shock);
  expect(mean).toBeGreaterThan(2.6 * error);
});
it('less is sold the dearer, as after any move, where they follow nothing', () => {
  const [mean, error] = smallMovesOf((_, chance) => 0.02 * chance);
  expect(Math.abs(mean + 2)).toBeLessThan(2.6 * error);
  expect(mean).toBeLessThan(-2.6 * error);
});
it('a price that has none tells nothing of them', () => {
  expect(
    estimateCell(
      shop(0, () => 0),
      [DAYS],
      OPTIONS,
    ).smallMoves,
  ).toBeNull();
});
