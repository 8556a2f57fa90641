import { describe, expect, it } from 'vitest';
import { checkUntilDelivery, sellsOut } from '../../../src/core/pricing/until-delivery.ts';

describe('a lower price and what is on hand', () => {
  const facts = { todayPrice: 10, untilDelivery: { stock: 20, share: 0.25 } };
  it('sells out where more is asked for until the delivery than is there', () => {
    // A quarter of 81 is more than 20, one of 80 is not.
    expect(sellsOut(facts, 9, 81)).toBe(true);
    expect(sellsOut(facts, 9, 80)).toBe(false);
  });
  it('says nothing of a price that does not go down, nor of stock that nobody knows', () => {
    expect(sellsOut(facts, 10, 1_000)).toBe(false);
    expect(sellsOut(facts, 11, 1_000)).toBe(false);
    expect(sellsOut({ todayPrice: 10 }, 9, 1_000)).toBe(false);
    expect(sellsOut({ todayPrice: 10, untilDelivery: null }, 9, 1_000)).toBe(false);
  });
  it('refuses a stock below 0 and a share beyond 1', () => {
    expect(() => checkUntilDelivery('facts.untilDelivery', { stock: -1, share: 0.5 })).toThrow(
      'facts.untilDelivery.stock',
    );
    expect(() => checkUntilDelivery('facts.untilDelivery', { stock: 1, share: 1.5 })).toThrow(
      'facts.untilDelivery.share',
    );
    checkUntilDelivery('facts.untilDelivery', null);
  });
});
