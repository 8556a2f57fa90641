import { describe, expect, it } from 'vitest';
import { coinOf, isPayable, priceDigits, priceStep } from '../../../src/core/pricing/price-lattice.ts';

describe('coins of currencies', () => {
  it('are hundredths, units or thousandths', () => {
    expect(['EUR', 'CLP', 'PYG', 'JPY', 'KWD'].map(coinOf)).toEqual([0.01, 1, 1, 1, 0.001]);
  });
  it('decide which endings can be paid', () => {
    expect((['.99', '0.05', '90', '10'] as const).map((ending) => isPayable(ending, 1))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect((['.99', '0.05', '90'] as const).map((ending) => isPayable(ending, 0.01))).toEqual([true, true, true]);
  });
});

describe('the step of a product’s prices', () => {
  it('is the coin where today’s price is in coins, or a mean of tickets many coins high', () => {
    expect([priceStep(0.3, 0.01), priceStep(1.2466, 0.01), priceStep(1341, 1), priceStep(0.113, 0.001)]).toEqual([
      0.01, 0.01, 1, 0.001,
    ]);
  });
  it('is at most a hundredth of a small price between coins', () => {
    expect([priceStep(0.0125, 0.01), priceStep(0.000125, 0.01), priceStep(0.345, 0.01), priceStep(12.5, 1)]).toEqual([
      0.0001, 0.000001, 0.001, 0.1,
    ]);
  });
});

it('prices are shown in coins, small ones between them with as many decimals as they need', () => {
  const digits = ([price, currency]: readonly [number, string]) => priceDigits(price, currency);
  expect(
    (
      [
        [1.11, 'EUR'],
        [1284.81, 'CLP'],
        [0.107, 'KWD'],
        [0.0112, 'EUR'],
        [0, 'EUR'],
      ] as const
    ).map(digits),
  ).toEqual([2, 0, 3, 4, 2]);
});
