/** Which days a price change is judged on. */

import { expect, it } from 'vitest';
import { fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { changeOutcome } from '../../../src/core/pricing/change-outcome.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import { cellOf } from '../../support/cells.ts';
import { unwrap } from '../../support/unwrap.ts';

const DAYS = 200;
/** Rows before the change, which the model is fitted on. */
const BEFORE = 90;
const prices = Array.from({ length: DAYS }, (_, i) => (i < BEFORE ? 10 + (i % 3) : 11));
const quantities = prices.map((price, i) => 40 - 2 * price + (i % 4));
const part = (from: number, to: number, changed: Readonly<Record<number, number>> = {}) => {
  const at = (i: number): number => changed[i] ?? prices[i];
  const rows = Array.from({ length: to - from }, (_, i) => from + i);
  const cell = cellOf(
    rows.map((i) => quantities[i]),
    rows.map(at),
  );
  return { ...cell, days: Int32Array.from(rows, (i) => 20_000 + i) };
};
const model = unwrap(
  fitDemand(part(0, BEFORE), { holidays: [], market: false, specs: DAILY_SPECS.slice(0, 1), priorAt: () => ({}) }),
);
const judged = (until: number, changed: Readonly<Record<number, number>> = {}, price = 11) =>
  changeOutcome(part(0, until, changed), model, {
    fromDay: 20_000 + BEFORE,
    priceBefore: 10,
    price,
    unitCost: 6,
  });

it('six days are too early, a week is not', () => {
  expect(judged(BEFORE + 6)).toMatchObject({ days: 6, verdict: 'too early', priceCharged: 11, gain: null });
  const week = judged(BEFORE + 7);
  expect(week.days).toBe(7);
  expect(week.verdict).not.toBe('too early');
});

it('what is earned after ninety days counts no more', () => {
  expect(judged(BEFORE + 90)).toMatchObject({ days: 90 });
  expect(judged(DAYS)).toEqual(judged(BEFORE + 90));
});

it('days without a price do not count', () => {
  expect(judged(BEFORE + 10, { [BEFORE + 1]: Number.NaN, [BEFORE + 2]: 0 })).toMatchObject({ days: 8 });
});

it('the price charged is the mean by quantity; nearer to the price before, the change was not applied', () => {
  const mixed = judged(BEFORE + 8, { [BEFORE]: 10, [BEFORE + 1]: 10 });
  const rows = Array.from({ length: 8 }, (_, i) => BEFORE + i);
  const sold = rows.reduce((sum, i) => sum + quantities[i], 0);
  const revenue = rows.reduce((sum, i) => sum + quantities[i] * (i < BEFORE + 2 ? 10 : 11), 0);
  expect(mixed.priceCharged).toBeCloseTo(revenue / sold, 12);
  expect(mixed.actual).toBeCloseTo(revenue - 6 * sold, 9);
  expect(mixed.verdict).not.toBe('not applied');
  // 11 is as far from 12 as from 10: it counts as applied; from 12.1 it is further.
  expect(judged(BEFORE + 8, {}, 12).verdict).not.toBe('not applied');
  expect(judged(BEFORE + 8, {}, 12.1).verdict).toBe('not applied');
});
