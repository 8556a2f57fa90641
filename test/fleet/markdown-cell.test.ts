import { expect, it } from 'vitest';
import { fitDemand } from '../../src/core/demand/fit-demand.ts';
import { demoMarket, type SimulatedCell } from '../../src/core/market/simulate-market.ts';
import { DAILY_SPECS } from '../../src/core/regression/hyper-parameters.ts';
import type { PlannedRows } from '../../src/core/series/cell-series.ts';
import { markdownInput } from '../../src/fleet/markdown-cell.ts';
import { priceGrounds } from '../../src/fleet/price-cell.ts';
import { unwrap } from '../support/unwrap.ts';

const { series } = demoMarket(3)[0] as SimulatedCell;
const context = { holidays: [], market: false, specs: DAILY_SPECS.slice(0, 1), priorAt: () => ({}) };
const model = unwrap(fitDemand(series, context));
const none = new Float64Array(3).fill(Number.NaN);
const planned: PlannedRows = {
  ...{ days: Int32Array.from([1, 2, 3], (k) => model.lastDay + k), price: none.map(() => model.todayPrice) },
  ...{ promo: new Float64Array(3), marketPrice: none, covariates: {} },
};

/** Demand at each price over that at today's, of a cell with such a cost and waste, in all draws. */
function ratioOf(cost: number, wasteShare: number): Float64Array {
  const trained = { series, model, planned, holidays: [], lastSale: model.lastDay };
  const grounds = priceGrounds({ ...trained, assumedMarkup: null, underTest: false, priceStep: 0.01 });
  const today = model.todayPrice;
  const asked = {
    stock: [{ quantity: 10, daysLeft: 3 }],
    prices: Float64Array.from([today, 0.8 * today]),
    salvage: 0,
    shares: [0, 1, 2].map((row) => ({ row, share: 1 })),
    dayShares: [1],
  };
  return markdownInput(trained, { ...grounds, facts: { ...grounds.facts, cost, wasteShare } }, asked).ratio;
}

it('heeds today’s price by the cost of a unit sold, waste included, as prices that are recommended do', () => {
  const cost = 0.5 * model.todayPrice;
  expect(ratioOf(cost, 0.2)).toEqual(ratioOf(cost / 0.8, 0));
  expect(ratioOf(cost, 0.2)).not.toEqual(ratioOf(cost, 0));
});
