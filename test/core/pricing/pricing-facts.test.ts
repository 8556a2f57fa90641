import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DemandModel, fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { pricingFacts } from '../../../src/core/pricing/pricing-facts.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { cellOf } from '../../support/cells.ts';
import { unwrap } from '../../support/unwrap.ts';

const NONE = Number.NaN;
const PRICES = [10, 10, 11, 12, 9, 10.004, 10, 11] as const;
const QUANTITIES = [5, 6, 4, 3, 7, 5, 6, 4] as const;
const made: CellSeries = cellOf(QUANTITIES, PRICES);
const lastDay = made.days.at(-1) as number;
const model: DemandModel = unwrap(
  fitDemand(made, { holidays: [], market: false, specs: DAILY_SPECS.slice(0, 1), priorAt: () => ({}) }),
);

const factsOf = (changed: Partial<CellSeries> = {}, asOfDay = lastDay + 1) =>
  pricingFacts({ ...made, ...changed }, model, asOfDay, { own: null });

/** R² of a least-squares line, as the squared correlation of centred columns. */
function rSquared(x: readonly number[], y: readonly number[]): number {
  const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const sum = (f: (i: number) => number): number => x.reduce((total, _, i) => total + f(i), 0);
  const dx = (i: number): number => x[i] - mx;
  const dy = (i: number): number => y[i] - my;
  return sum((i) => dx(i) * dy(i)) ** 2 / (sum((i) => dx(i) ** 2) * sum((i) => dy(i) ** 2));
}

describe('facts of the cost', () => {
  it('are the last one given, aged by the days from its row to the day asked about', () => {
    const cost = Float64Array.of(NONE, 4, 5, NONE, 6, NONE, NONE, NONE);
    // The fifth row is three days before the last.
    for (const ahead of [0, 1, 30])
      expect(factsOf({ cost }, lastDay + ahead)).toMatchObject({ cost: 6, costAgeDays: ahead + 3 });
  });
  it('count days, not rows: a shop that rests for a week has a cost a week older', () => {
    const days = Int32Array.from([0, 1, 2, 3, 4, 12, 13, 14], (d) => 20_000 + d);
    const cost = Float64Array.of(NONE, NONE, NONE, NONE, 6, NONE, NONE, NONE);
    expect(factsOf({ days, cost }, 20_015).costAgeDays).toBe(11);
  });
  it('are unknown where none was ever given; a cost of nothing that was given is one', () => {
    expect(factsOf()).toMatchObject({ cost: null, costAgeDays: null });
    expect(factsOf({ cost: new Float64Array(8) })).toMatchObject({ cost: 0, costAgeDays: 1 });
  });
});

describe('facts of waste and market', () => {
  it('are a smoothed share and the last market price given; no waste is none, no market price is unknown', () => {
    const given = {
      waste: Float64Array.of(0.2, 0.1, NONE, NONE, NONE, NONE, NONE, NONE),
      marketPrice: Float64Array.of(9, NONE, 10.5, 11.5, NONE, NONE, NONE, NONE),
    };
    // A row weighs 2^(1/28) times the one before.
    const older = 0.5 ** (1 / 28);
    expect(factsOf(given)).toMatchObject({
      wasteShare: expect.closeTo((0.1 + 0.2 * older) / (1 + older), 12),
      marketPrice: 11.5,
    });
    expect(factsOf()).toMatchObject({ wasteShare: 0, marketPrice: null });
  });
  it('leave out a row that sold something and wasted all, which cannot be', () => {
    const waste = Float64Array.of(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 1, 1);
    expect(factsOf({ waste }).wasteShare).toBeCloseTo(0.1, 12);
    const quantity = Float64Array.from(QUANTITIES, (q, i) => (i > 5 ? 0 : q));
    expect(factsOf({ waste, quantity }).wasteShare).toBeGreaterThan(0.3);
  });
});

describe('facts of the prices', () => {
  it('tell prices apart by a thousandth, whatever the unit of money', () => {
    // 10 to 11, to 12, to 9, to 10.004, which is 10, to 11.
    for (const unit of [1, 1e-4, 1e4])
      expect(factsOf({ price: Float64Array.from(PRICES, (p) => p * unit) }).priceChanges).toBe(5);
  });
  it('have their coefficient of variation, rows without a price left out', () => {
    const price = Float64Array.of(8, NONE, 12, NONE, 8, 12, NONE, NONE);
    // Mean 10, standard deviation 2.
    expect(factsOf({ price })).toMatchObject({ priceChanges: 3, priceVariation: 0.2, ownRows: 8 });
  });
  it('say how much of their variation promotions explain: all of it, none of it', () => {
    const promo = Float64Array.of(0, 0, 1, 1, 0, 0, 1, NONE);
    const following = promo.map((p) => (p === 1 ? 8 : 10));
    expect(factsOf({ promo, price: following }).promoShareOfVariation).toBeCloseTo(1, 9);
    expect(factsOf({ promo, price: new Float64Array(8).fill(10) }).promoShareOfVariation).toBe(0);
    expect(factsOf({ promo: new Float64Array(8) }).promoShareOfVariation).toBe(0);
    expect(factsOf().promoShareOfVariation).toBe(0);
  });
  it('have the R² of log price on the promotion column, whatever the numbers, a share left blank being none', () => {
    const row = fc.record({
      p: fc.double({ min: 1, max: 20, noNaN: true }),
      share: fc.constantFrom(0, 0.25, 0.5, 1, NONE),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 8, maxLength: 8 }), (rows) => {
        const shares = rows.map(({ share }) => (Number.isNaN(share) ? 0 : share));
        const logs = rows.map(({ p }) => Math.log(p));
        fc.pre(new Set(shares).size > 1 && Math.max(...logs) - Math.min(...logs) > 0.01);
        const found = factsOf({
          price: Float64Array.from(rows, ({ p }) => p),
          promo: Float64Array.from(rows, ({ share }) => share),
        });
        // One pass over sums of squares loses some digits that two passes keep.
        expect(found.promoShareOfVariation).toBeCloseTo(rSquared(shares, logs), 8);
      }),
    );
  });
});

describe('what else moved with the price', () => {
  const years = (price: (day: number) => number): CellSeries => {
    const days = Array.from({ length: 730 }, (_, i) => i);
    return cellOf(
      days.map(() => 5),
      days.map((day) => price(day)),
    );
  };
  const shareOf = (price: (day: number) => number) => {
    const series = years(price);
    return pricingFacts(series, model, series.days.at(-1) as number, { own: null }).seasonShareOfVariation;
  };
  it('is the season, the weekday or the trend where they explain all of log price', () => {
    expect(shareOf((day) => 4 * Math.exp(0.1 * Math.cos((2 * Math.PI * day) / 365.25)))).toBeCloseTo(1, 6);
    expect(shareOf((day) => (day % 7 === 3 ? 5 : 4))).toBeCloseTo(1, 6);
    expect(shareOf((day) => 4 * Math.exp(0.001 * day))).toBeCloseTo(1, 6);
  });
  it('is hardly any of it where prices change week by week at random', () => {
    expect(shareOf((day) => 4 + ((Math.floor(day / 7) * 7919) % 13) / 20)).toBeLessThan(0.1);
    expect(shareOf(() => 4)).toBe(0);
  });
});

describe('a cell that is off sale', () => {
  const daily = cellOf(new Array(100).fill(5), new Array(100).fill(10));
  const end = daily.days.at(-1) as number;
  const delisted = (series: CellSeries, lastSale: number | null) =>
    // A price may be asked for a later day: what counts is what the shop has sold since.
    pricingFacts(series, model, end + 300, { own: null, lastSale }).delistedDays;
  it('has not sold for more than two months beside its shop', () => {
    expect(delisted(daily, end + 60)).toBeNull();
    expect(delisted(daily, end + 61)).toBe(61);
    expect(delisted(daily, null)).toBeNull();
  });
  it('has rested for more than twice as long as ever before', () => {
    const quantity = Float64Array.from(daily.quantity, (q, i) => (i > 10 && i < 60 ? 0 : q));
    // From the 11th to the 61st row: 50 days.
    expect(delisted({ ...daily, quantity }, end + 100)).toBeNull();
    expect(delisted({ ...daily, quantity }, end + 101)).toBe(101);
  });
  it('counts from its last sale, not from its last row', () => {
    const quantity = Float64Array.from(daily.quantity, (q, i) => (i >= 30 ? 0 : q));
    expect(delisted({ ...daily, quantity }, end + 1)).toBe(71);
  });
});

describe('facts of the model', () => {
  it('are taken as they are; the own elasticity comes with its standard error', () => {
    const estimated = { value: -1.5, variance: 0.09 };
    const own = pricingFacts(made, { ...model, converged: false }, lastDay, { own: estimated });
    expect(own).toMatchObject({ converged: false, todayPrice: model.todayPrice, triedRange: [9, 12] });
    expect(own.ownElasticity?.value).toBe(-1.5);
    expect(own.ownElasticity?.standardError).toBeCloseTo(0.3, 12);
    expect(factsOf().ownElasticity).toBeNull();
  });
});
