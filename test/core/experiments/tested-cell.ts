/** A shop whose demand is known, before and in a test of its price. */

import { drawTest } from '../../../src/core/experiments/test-design.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { cellOf } from '../../support/cells.ts';

export interface TestedShop {
  readonly seed: number;
  readonly elasticity: number;
  /** Days before the test, and weeks of it. */
  readonly before: number;
  readonly weeks: number;
  /** Distance of the levels, a share; 0: the price never moves. */
  readonly size: number;
  /** How much of the week's shock of demand the shop puts into its price before the test. */
  readonly followed?: number;
  /** What the test does to demand beside its price: the factor of its days. */
  readonly disaster?: number;
  /** Share of the test's days on which the plan is kept to. */
  readonly kept?: number;
}

export const BASE_PRICE = 2;

/** Log demand: level that walks 1 % a day, weekdays, noise of 30 %, and with `followed` a shock that lasts weeks. */
export function testedShop({
  seed,
  elasticity,
  before,
  weeks,
  size,
  followed = 0,
  disaster = 1,
  kept = 1,
}: TestedShop): CellSeries {
  const random = new RandomStream(seed, 0x73686f70);
  const rows = before + 7 * weeks;
  const [plan = []] =
    weeks > 0 ? drawTest({ levels: ['low', 'high'], turn: 'week', turns: weeks, shops: 1, seed }) : [];
  const [quantity, price]: [number[], number[]] = [[], []];
  const test = { price: new Float64Array(rows).fill(Number.NaN), base: new Float64Array(rows).fill(Number.NaN) };
  let [level, shock] = [0, 0];
  for (let t = 0; t < rows; t++) {
    level += 0.01 * random.normal();
    if (t % 7 === 0) shock = followed === 0 ? 0 : 0.7 * shock + 0.2 * random.normal();
    let charged = BASE_PRICE * Math.exp(followed * shock);
    if (t >= before) {
      const drawn = plan[Math.floor((t - before) / 7)] === 'low' ? BASE_PRICE / (1 + size) : BASE_PRICE * (1 + size);
      test.price[t] = drawn;
      test.base[t] = BASE_PRICE;
      if (random.uniform() < kept) charged = drawn;
    }
    const mean = level + shock + 0.2 * Math.sin((2 * Math.PI * t) / 7) + elasticity * Math.log(charged / BASE_PRICE);
    price.push(charged);
    quantity.push((t >= before ? disaster : 1) * 40 * Math.exp(mean + 0.3 * random.normal() - 0.045));
  }
  return cellOf(quantity, price, { ...(weeks > 0 && { test }) });
}
