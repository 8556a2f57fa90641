import { describe, expect, it } from 'vitest';
import { fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { looksSoldOut } from '../../../src/core/pricing/sold-out-signs.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { cellOf } from '../../support/cells.ts';

interface Shop {
  readonly rows?: number;
  /** What is stocked over the usual demand; none: as much as anybody wants. */
  readonly stock?: number;
  readonly whole?: boolean;
  readonly mean?: number;
  /** Days are recorded as sold out. */
  readonly recorded?: boolean;
}

/** Demand of elasticity −2 and log-normal noise of .3 (Poisson where whole), cut off at the stock. */
function shop({ rows = 365, stock, whole = false, mean = 40, recorded = false }: Shop, stream: number): CellSeries {
  const random = new RandomStream(91, stream);
  const soldOut = new Uint8Array(rows);
  let price = 5;
  const prices: number[] = [];
  const quantity = Array.from({ length: rows }, (_, i) => {
    if (i % 7 === 0) price = 5 * Math.exp(0.08 * random.normal());
    prices.push(price);
    const expected = mean * (price / 5) ** -2;
    const demand = whole ? random.poisson(expected) : expected * Math.exp(0.3 * random.normal() - 0.045);
    const most = stock === undefined ? Number.POSITIVE_INFINITY : stock * mean * Math.exp(0.05 * random.normal());
    if (recorded && demand > most) soldOut[i] = 1;
    return Math.min(demand, most);
  });
  return { ...cellOf(quantity, prices, {}), soldOut };
}

function share(truth: Shop, cells = 30): number {
  const context = {
    holidays: [],
    market: false,
    specs: [{ ...(DAILY_SPECS[0] as (typeof DAILY_SPECS)[number]), fourierOrder: 0 }],
    priorAt: () => ({ price: { mean: -2.5, variance: 1 } }),
  };
  let told = 0;
  for (let stream = 0; stream < cells; stream++) {
    const series = shop(truth, stream);
    const fitted = fitDemand(series, context);
    if (!fitted.ok) throw new Error(fitted.code);
    if (looksSoldOut(series, fitted.value)) told++;
  }
  return told / cells;
}

describe('days that sold out unrecorded', () => {
  it('are suspected where the best days are cut off', () => {
    expect(share({ stock: 1.05 })).toBeGreaterThan(0.8);
  });
  it('are not where the shelf was never empty: log-normal sales, counts, many and few', () => {
    expect(share({})).toBeLessThanOrEqual(1 / 30);
    expect(share({ whole: true })).toBeLessThanOrEqual(1 / 30);
    expect(share({ whole: true, mean: 2 })).toBe(0);
  });
  it('are not where days are recorded as sold out, nor of few rows', () => {
    expect(share({ stock: 1.05, recorded: true }, 5)).toBe(0);
    expect(share({ stock: 1.05, rows: 110 }, 5)).toBe(0);
  });
});
