import { describe, expect, it } from 'vitest';
import { fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { truncateSeries } from '../../../src/core/evaluation/backtest.ts';
import { demoMarket, type SimulatedCell, trueDemand } from '../../../src/core/market/simulate-market.ts';
import { changeOutcome } from '../../../src/core/pricing/change-outcome.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { unwrap } from '../../support/unwrap.ts';

const { series, truth } = demoMarket(3)[0] as SimulatedCell;
const cutAt = series.days.length - 45;
const fromDay = series.days[cutAt];
const model = unwrap(
  fitDemand(truncateSeries(series, fromDay - 1), {
    holidays: [],
    market: false,
    specs: DAILY_SPECS.slice(0, 2),
    priorAt: () => ({}),
  }),
);
const priceBefore = model.todayPrice;
const unitCost = priceBefore * 0.6;

/** The days after the change at a price, selling the true mean times a factor. */
function soldAt(price: number, factor: number): CellSeries {
  const after = (column: Float64Array, value: (day: number) => number): Float64Array =>
    column.map((v, i) => (i < cutAt ? v : value(series.days[i])));
  return {
    ...series,
    price: after(series.price, () => price),
    quantity: after(series.quantity, (day) => factor * trueDemand(truth, day, price)),
    promo: after(series.promo, () => 0),
  };
}

const judged = (sold: CellSeries, price: number) =>
  changeOutcome(sold, model, { fromDay, priceBefore, price, unitCost });

describe('the outcome of a price change', () => {
  it('calls a change worse when the price before earned more whatever else happened, and better when it earned less', () => {
    // A twentieth of the margin is left.
    const given = judged(soldAt(priceBefore * 0.62, 1), priceBefore * 0.62);
    expect(given).toMatchObject({ verdict: 'worse', days: 45 });
    expect(given.gain?.high).toBeLessThan(0);
    const recovered = changeOutcome(soldAt(priceBefore * 1.3, 1), model, {
      fromDay,
      priceBefore: priceBefore * 1.02,
      price: priceBefore * 1.3,
      unitCost: priceBefore,
    });
    expect(recovered.verdict).toBe('better');
  });
  it('gives what else moved demand to both prices: twice the demand is no merit of the change', () => {
    const [usual, doubled] = [1, 2].map((factor) => judged(soldAt(priceBefore * 1.1, factor), priceBefore * 1.1));
    expect(doubled?.actual).toBeCloseTo(2 * (usual?.actual as number), 6);
    expect(doubled?.withoutChange?.value).toBeGreaterThan(1.9 * (usual?.withoutChange?.value as number));
  });
  it('says nothing against what was seen: a gain that is sure of the model only, where far less was earned', () => {
    const asked = { fromDay, priceBefore: priceBefore * 1.02, price: priceBefore * 1.3, unitCost: priceBefore };
    expect(changeOutcome(soldAt(priceBefore * 1.3, 0.3), model, asked).verdict).toBe('inconclusive');
  });
  it('dares no verdict where profit moves less than demand does by itself', () => {
    const { verdict, gain } = judged(soldAt(priceBefore * 1.01, 1), priceBefore * 1.01);
    expect(verdict).toBe('inconclusive');
    expect(gain?.low).toBeLessThan(0);
    expect(gain?.high).toBeGreaterThan(0);
  });
  it('says when the price was not charged, and when it is too early', () => {
    expect(judged(soldAt(priceBefore, 1), priceBefore * 1.1).verdict).toBe('not applied');
    expect(judged(truncateSeries(soldAt(priceBefore * 1.1, 1), fromDay + 3), priceBefore * 1.1)).toMatchObject({
      verdict: 'too early',
      gain: null,
    });
    expect(judged(truncateSeries(series, fromDay - 1), priceBefore * 1.1)).toMatchObject({
      days: 0,
      priceCharged: null,
    });
  });
  it('adds up: actual is revenue less cost, gain is actual less what would have been', () => {
    const sold = soldAt(priceBefore * 1.05, 1);
    const outcome = judged(sold, priceBefore * 1.05);
    let profit = 0;
    for (let i = cutAt; i < sold.days.length; i++) profit += (sold.price[i] - unitCost) * sold.quantity[i];
    expect(outcome.actual).toBeCloseTo(profit, 6);
    // The same draws behind both: the means differ by rounding only.
    expect(outcome.gain?.value).toBeCloseTo((outcome.actual as number) - (outcome.withoutChange?.value as number), 6);
  });
});
