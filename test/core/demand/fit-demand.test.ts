import { describe, expect, it } from 'vitest';
import { type FitContext, foldOrigins } from '../../../src/core/demand/cross-validation.ts';
import { fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { conformalQuantile, demandCurveDraws, predictDemand } from '../../../src/core/demand/predict.ts';
import { simulateCell } from '../../../src/core/market/simulate-market.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import type { PlannedRows } from '../../../src/core/series/cell-series.ts';
import { cellOf } from '../../support/cells.ts';
import { unwrap } from '../../support/unwrap.ts';

const context: FitContext = {
  holidays: [],
  market: false,
  specs: DAILY_SPECS,
  priorAt: () => ({ price: { mean: -2, variance: 1 } }),
};

function planned(first: number, days: number, price: number): PlannedRows {
  return {
    days: Int32Array.from({ length: days }, (_, i) => first + i),
    price: new Float64Array(days).fill(price),
    promo: new Float64Array(days),
    marketPrice: new Float64Array(days).fill(Number.NaN),
    covariates: {},
  };
}

const market = Array.from({ length: 6 }, (_, s) =>
  simulateCell(
    {
      merchant: 'T',
      product: 'P',
      productType: 'Carne',
      unit: 'kg',
      days: 400,
      firstDay: 20_000,
      elasticity: -2.2,
      lambda: 0,
      referencePrice: 10,
      unitCost: 6,
      baseDemand: 30,
      weekdaySpread: 0.2,
      seasonAmplitude: 0.1,
      levelDrift: 0.005,
      priceSpread: 0.1,
      costPassThrough: 0,
      costDrift: 0,
      endogeneity: 0,
      noiseShape: 20,
      promoShare: 0,
      stockOutShare: 0,
      closedWeekday: null,
    },
    7,
    s,
  ),
);

describe('training a cell', () => {
  it('keeps nothing of rows that were changed in place since the last training', () => {
    const { series } = market[0] as (typeof market)[number];
    const changed = { ...series, quantity: series.quantity.slice() };
    unwrap(fitDemand(changed, context));
    changed.quantity.forEach((quantity, i) => {
      changed.quantity[i] = quantity * (i % 2 === 0 ? 3 : 1);
    });
    const fresh = { ...series, quantity: changed.quantity.slice() };
    expect(unwrap(fitDemand(changed, context))).toEqual(unwrap(fitDemand(fresh, context)));
  });
  it('recovers a known elasticity', () => {
    const found = market.map((cell) => unwrap(fitDemand(cell.series, context)).elasticity.value);
    const mean = found.reduce((a, b) => a + b, 0) / found.length;
    // Standard error of one cell about 0.15 (400 rows, prices varying 10 %, noise 22 %), of six 0.06: 0.2 covers 3 of
    // them.
    expect(Math.abs(mean + 2.2)).toBeLessThan(0.2);
  });
  it('gives the same model for the same rows, to the last bit', () => {
    const { series } = market[0] as (typeof market)[number];
    expect(JSON.stringify(fitDemand(series, context))).toBe(JSON.stringify(fitDemand(series, context)));
  });
  it('keeps fold predictions blind to everything after their origin', () => {
    const { series } = market[0] as (typeof market)[number];
    const folds = foldOrigins(series, series.days.length);
    const latest = folds[0] as (typeof folds)[number];
    const quantity = series.quantity.slice();
    for (let i = latest.trainingRows; i < quantity.length; i++) quantity[i] = 9_999;
    const before = unwrap(fitDemand(truncated(series, latest.trainingRows), context));
    const after = unwrap(fitDemand(truncated({ ...series, quantity }, latest.trainingRows), context));
    expect(JSON.stringify(after)).toBe(JSON.stringify(before));
  });
  it('scales with the unit of quantity and leaves elasticity alone', () => {
    const { series } = market[1] as (typeof market)[number];
    const grams = { ...series, quantity: series.quantity.map((q) => q * 1000) };
    const kilo = unwrap(fitDemand(series, context));
    const gram = unwrap(fitDemand(grams, context));
    expect(gram.elasticity.value).toBeCloseTo(kilo.elasticity.value, 6);
    const rows = planned(20_400, 14, 10);
    const a = predictDemand(kilo, rows).demand;
    predictDemand(gram, rows).demand.forEach((q, i) => expect(q / 1000).toBeCloseTo(a[i], 4));
  });
  it('refuses what no model can learn from, by code', () => {
    expect(fitDemand(cellOf([], []), context)).toMatchObject({ ok: false, code: 'NO_OWN_SALES' });
    expect(fitDemand(cellOf([0, 0, 0], [1, 1, 1]), context)).toMatchObject({ ok: false, code: 'NOTHING_SOLD' });
    expect(fitDemand(cellOf([1, 2], [Number.NaN, Number.NaN]), context)).toMatchObject({ ok: false, code: 'NO_PRICE' });
  });
  it('works from one row on, and with constant prices and quantities', () => {
    for (const n of [1, 2, 5, 60]) {
      const model = unwrap(fitDemand(cellOf(Array(n).fill(4), Array(n).fill(2)), context));
      const { demand, low, high } = predictDemand(model, planned(20_000 + n, 3, 2));
      demand.forEach((q, i) => {
        expect(q).toBeGreaterThan(1);
        expect(q).toBeLessThan(8);
        expect(low[i]).toBeLessThanOrEqual(q);
        expect(high[i]).toBeGreaterThanOrEqual(q);
      });
    }
  });
  it('lets demand fall with price in every posterior draw', () => {
    const model = unwrap(fitDemand((market[2] as (typeof market)[number]).series, context));
    const prices = Float64Array.of(5, 8, 10, 13, 20);
    const { demand } = demandCurveDraws(model, planned(20_400, 14, 10), prices, 200, 1);
    for (let d = 0; d < 200; d++)
      for (let p = 1; p < 5; p++) expect(demand[d * 5 + p]).toBeLessThan(demand[d * 5 + p - 1]);
  });
});

function truncated(series: (typeof market)[number]['series'], rows: number) {
  const cut = (v: Float64Array): Float64Array => v.slice(0, rows);
  return {
    ...series,
    days: series.days.slice(0, rows),
    quantity: cut(series.quantity),
    price: cut(series.price),
    cost: cut(series.cost),
    promo: cut(series.promo),
    soldOut: series.soldOut.slice(0, rows),
    waste: cut(series.waste),
    marketPrice: cut(series.marketPrice),
  };
}

describe('conformal quantiles', () => {
  it('take the score of rank (n+1)·coverage, between two by interpolation, or none when there is no such rank', () => {
    expect(conformalQuantile([1, 2, 3, 4, 5, 6, 7, 8, 9], 0.9)).toBe(9);
    expect(conformalQuantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(conformalQuantile([1, 2, 3], 0.9)).toBeNull();
  });
  it('cover what they say on exchangeable scores', () => {
    const random = new RandomStream(5, 1);
    const draws = 40_000;
    for (const n of [12, 25, 70]) {
      let covered = 0;
      for (let d = 0; d < draws; d++) {
        const scores = Array.from({ length: n }, () => random.uniform());
        if (random.uniform() <= (conformalQuantile(scores, 0.9) as number)) covered++;
      }
      // Uniform scores: the quantile of rank r covers r/(n+1) in expectation, interpolated ranks too. Four standard
      // errors of 40,000 draws are 0.006.
      expect(Math.abs(covered / draws - 0.9)).toBeLessThan(0.006);
    }
  });
});
