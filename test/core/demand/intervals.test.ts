import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DemandModel, fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { conformalQuantile, ENOUGH_SCORES, predictDemand } from '../../../src/core/demand/predict.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import { cellOf } from '../../support/cells.ts';
import { unwrap } from '../../support/unwrap.ts';

const fitted = unwrap(
  fitDemand(
    cellOf(
      new Array(60).fill(20),
      Array.from({ length: 60 }, (_, i) => 10 + (i % 3)),
    ),
    {
      holidays: [],
      market: false,
      specs: DAILY_SPECS.slice(-1),
      priorAt: () => ({}),
    },
  ),
);

/** A model as earlier versions wrote it, with these held-out scores. */
function scored(scores: readonly number[], scoreDaysAhead: readonly number[]): DemandModel {
  const { foldSums = [], ...before } = fitted.crossValidated;
  const old = foldSums.map(({ spread: _, ...fold }) => fold);
  return { ...fitted, crossValidated: { ...before, foldSums: old, scores, scoreDaysAhead } };
}

/** Half width of the interval of a day so far ahead, in units of the score: the forecast is about its own mean. */
function halfWidth(model: DemandModel, daysAhead: number, pool: Parameters<typeof predictDemand>[2] = null): number {
  const none = Float64Array.of(Number.NaN);
  const planned = {
    days: Int32Array.of(model.lastDay + daysAhead),
    price: Float64Array.of(model.todayPrice),
    promo: none,
    marketPrice: none,
    covariates: {},
  };
  const { demand, high } = predictDemand(model, planned, pool);
  const f = demand[0];
  const { meanQuantity } = model.components[0] as { meanQuantity: number };
  return (high[0] - f) / (meanQuantity * (f / meanQuantity) ** 0.75);
}

describe('conformal intervals of models of earlier versions, by distance', () => {
  const daysAhead = Array.from({ length: 70 }, (_, i) => (i % 14) + 1);
  it('use the scores of the first week for its days and those of later days for later ones', () => {
    const model = scored(
      daysAhead.map((ahead) => (ahead <= 7 ? 0.1 : 0.5)),
      daysAhead,
    );
    for (const ahead of [1, 6, 7]) expect(halfWidth(model, ahead)).toBeCloseTo(0.1, 9);
    for (const ahead of [8, 14, 60]) expect(halfWidth(model, ahead)).toBeCloseTo(0.5, 9);
  });
  it('use all of them where a bucket has too few for its quantile to exist', () => {
    // 9 scores reach no 90 % quantile of rank (9 + 1) · 0.9 = 9 … they do; 8 do not.
    const few = daysAhead.map((_, i) => (i < 8 ? 1 : 8));
    const model = scored(
      few.map((ahead) => (ahead <= 7 ? 0.1 : 0.5)),
      few,
    );
    expect(halfWidth(model, 3)).toBeCloseTo(0.5, 9);
  });
  it('cover nine days in ten near and far, where far ones are harder: one bucket for both would fail both', () => {
    const random = new RandomStream(5, 1);
    const draw = (ahead: number): number => Math.abs((ahead <= 7 ? 0.1 : 0.3) * random.normal());
    const ahead = Array.from({ length: 700 }, (_, i) => (i % 14) + 1);
    const model = scored(ahead.map(draw), ahead);
    for (const near of [true, false]) {
      const half = halfWidth(model, near ? 4 : 11);
      let covered = 0;
      for (let i = 0; i < 20_000; i++) if (draw(near ? 4 : 11) <= half) covered++;
      // 350 scores put a standard deviation of 0.016 on the coverage: three of those.
      expect(Math.abs(covered / 20_000 - 0.9)).toBeLessThan(0.048);
    }
  });
});

describe('scores of other cells, for models of earlier versions', () => {
  const pool = { scores: new Array(200).fill(0.9), daysAhead: Array.from({ length: 200 }, (_, i) => (i % 14) + 1) };
  it(`join the cell’s own below ${ENOUGH_SCORES} of them and stay out from there on`, () => {
    const own = (count: number): DemandModel =>
      scored(
        new Array(count).fill(0.2),
        Array.from({ length: count }, (_, i) => (i % 14) + 1),
      );
    expect(halfWidth(own(ENOUGH_SCORES - 1), 3, pool)).toBeCloseTo(0.9, 9);
    expect(halfWidth(own(ENOUGH_SCORES), 3, pool)).toBeCloseTo(0.2, 9);
  });
});

describe('the conformal quantile', () => {
  it('is the order statistic of rank (n + 1) · coverage, null where that rank does not exist', () => {
    const nine = [9, 1, 8, 2, 7, 3, 6, 4, 5];
    expect(conformalQuantile(nine, 0.9)).toBe(9);
    expect(conformalQuantile(nine, 0.5)).toBe(5);
    expect(conformalQuantile(nine, 0.55)).toBeCloseTo(5.5, 12);
    expect(conformalQuantile(nine.slice(1), 0.9)).toBeNull();
    expect(conformalQuantile([], 0.5)).toBeNull();
  });
  it('does not depend on the order of the scores, and rises with the coverage', () => {
    const scores = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 20, maxLength: 60 });
    const coverage = fc.double({ min: 0.1, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(scores, coverage, coverage, (given, a, b) => {
        expect(conformalQuantile(given.toReversed(), a)).toBe(conformalQuantile(given, a));
        if (a < b) expect(conformalQuantile(given, a)).toBeLessThanOrEqual(conformalQuantile(given, b) as number);
      }),
    );
  });
});
