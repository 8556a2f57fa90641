import { describe, expect, it } from 'vitest';
import { fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { lastStep } from '../../../src/core/pricing/last-step.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import { cellOf } from '../../support/cells.ts';
import { unwrap } from '../../support/unwrap.ts';

const BEFORE = 140;
const ELASTICITY = -2;

/** Weeks between 9 and 11 at an elasticity of −2, then rows at another price that sell a share of what it foresees. */
function stepped(price: number, rows: number, share: number, seed = 7) {
  const random = new RandomStream(seed, 0x73746570);
  const prices = Array.from({ length: BEFORE }, (_, i) => 9 + ((Math.floor(i / 7) * 3) % 5) / 2).concat(
    new Array<number>(rows).fill(price),
  );
  const quantities = prices.map((p, i) => {
    const expected = 40 * (p / 10) ** ELASTICITY * (i < BEFORE ? 1 : share);
    return Math.round(100 * expected * Math.exp(0.1 * random.normal())) / 100;
  });
  const series = cellOf(quantities, prices);
  const context = { holidays: [], market: false, specs: DAILY_SPECS.slice(0, 1), priorAt: () => ({}) };
  // The elasticity as it was seen before the step: a model that followed prices that follow demand would keep it.
  const known = unwrap(fitDemand(cellOf(quantities.slice(0, BEFORE), prices.slice(0, BEFORE)), context));
  return lastStep(series, { ...known, todayPrice: price });
}

describe('the last step', () => {
  it('is none where the newest price was charged before, or lies between such prices', () => {
    expect(stepped(10, 20, 1)).toBeNull();
    expect(stepped(10.7, 20, 1)).toBeNull();
    // Within a hundredth of the highest price known it is that price.
    expect(stepped(11.05, 20, 1)).toBeNull();
  });
  it('waits for two weeks of days', () => {
    expect(stepped(12.5, 13, 1)).toEqual({ direction: 1, confirmed: false });
    expect(stepped(12.5, 14, 1)).toEqual({ direction: 1, confirmed: true });
    expect(stepped(8, 13, 1)).toEqual({ direction: -1, confirmed: false });
  });
  /** Share of 40 shops whose step is confirmed. */
  const confirmed = (price: number, share: number): number =>
    Array.from({ length: 40 }, (_, seed) => stepped(price, 14, share, seed)?.confirmed).filter(Boolean).length / 40;
  it('is confirmed in most shops where it sold as was expected of that price, or more', () => {
    // One-sided 5 % are not; of 40 shops 6 or more would be so in 1 of 70 such samples.
    for (const price of [12.5, 8]) expect(confirmed(price, 1)).toBeGreaterThan(34 / 40);
    expect(confirmed(12.5, 1.3)).toBe(1);
  });
  it('is not confirmed where it sold far less', () => {
    for (const price of [12.5, 8]) expect(confirmed(price, 0.7)).toBe(0);
  });
});
