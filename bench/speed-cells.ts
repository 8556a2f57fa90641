/** Simulated cells for the benches of training, and what a training of them starts from. */

import type { FitContext } from '../src/core/demand/cross-validation.ts';
import { simulateCell } from '../src/core/market/simulate-market.ts';
import { DAILY_SPECS } from '../src/core/regression/hyper-parameters.ts';
import type { CellSeries } from '../src/core/series/cell-series.ts';

/** Daily sales of one shop of the simulated market: drifting level, weekdays, season, promotions. */
export function benchCell(index: number, days: number): CellSeries {
  const referencePrice = 3 + (index % 10);
  return simulateCell(
    {
      merchant: `shop ${index % 10}`,
      product: `product ${Math.floor(index / 10)}`,
      productType: `type ${index % 4}`,
      unit: 'kg',
      days,
      firstDay: 19_000,
      elasticity: -1.5 - (index % 7) / 5,
      lambda: 0,
      referencePrice,
      unitCost: referencePrice / 1.6,
      baseDemand: 20,
      weekdaySpread: 0.25,
      seasonAmplitude: 0.15,
      levelDrift: 0.01,
      priceSpread: 0.08,
      costPassThrough: 0.5,
      costDrift: 0.004,
      endogeneity: 0,
      noiseShape: 8,
      promoShare: 0.1,
      stockOutShare: 0.02,
      closedWeekday: null,
    },
    17,
    index,
  ).series;
}

/** The market's prior of the price effect, the product's own library of specs. */
export const BENCH_CONTEXT: FitContext = {
  holidays: [],
  market: false,
  specs: DAILY_SPECS,
  priorAt: () => ({ price: { mean: -2.2, variance: 0.3 } }),
};
