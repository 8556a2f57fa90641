import { describe, expect, it } from 'vitest';
import { BENCH_CONTEXT, benchCell } from '../../bench/speed-cells.ts';
import { fitDemand } from '../../src/core/demand/fit-demand.ts';
import { simulateCell } from '../../src/core/market/simulate-market.ts';
import { RandomStream } from '../../src/core/math/random.ts';
import { changeCrossing, factorCrossing } from '../../src/core/monitor/change-test.ts';
import { driftOf } from '../../src/core/monitor/drift.ts';
import { watchedRows } from '../../src/core/monitor/watched-rows.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';
import { firstRows, rowsUpTo } from '../../src/core/series/rows.ts';

const FIRST = 19_000;
const TRAINED = FIRST + 729;
const CHANGE = TRAINED + 20;
const simulated = simulateCell(
  {
    ...{ merchant: 'Ana', product: 'Pera', productType: 'Fruta', unit: 'kg', days: 830, firstDay: FIRST },
    ...{ elasticity: -2.4, lambda: 0, referencePrice: 5, unitCost: 3, baseDemand: 30, weekdaySpread: 0.2 },
    ...{ seasonAmplitude: 0.1, levelDrift: 0.004, priceSpread: 0.08, costPassThrough: 0.8, costDrift: 0.006 },
    ...{ endogeneity: 0, noiseShape: 18, promoShare: 0.06, stockOutShare: 0.02, closedWeekday: null },
  },
  501,
  1,
).series;
const upTo = (series: CellSeries, day: number): CellSeries => firstRows(series, rowsUpTo(series, day));
const fitted = fitDemand(upTo(simulated, TRAINED), BENCH_CONTEXT);
if (!fitted.ok) throw new Error(fitted.code);
const model = fitted.value;

function changed(factor: (price: number) => number): CellSeries {
  const quantity = simulated.quantity.map((sold, i) =>
    simulated.days[i] <= CHANGE ? sold : sold * factor(simulated.price[i]),
  );
  return { ...simulated, quantity };
}

describe('the Shiryaev-Roberts statistic', () => {
  const ones = (onset: number, rows: number): Float64Array =>
    Float64Array.from({ length: rows }, (_, i) => +(i >= onset));
  it('is what its definition says', () => {
    // R_t by hand: sums over onsets of exp(size · Σz − size²/2 · rows), one size.
    const scores = Float64Array.of(0.2, 2, 1.5);
    const log = (from: number, to: number): number => scores.slice(from, to + 1).reduce((sum, z) => sum + z - 0.5, 0);
    const byHand = [0, 1, 2].map((t) =>
      Array.from({ length: t + 1 }, (_, s) => Math.exp(log(s, t))).reduce((a, b) => a + b),
    );
    const options = { evidence: 1, threshold: (byHand[2] as number) * 0.999 };
    expect(changeCrossing(scores, (onset) => ones(onset, 3), [1], options)).toMatchObject({ at: 2, onset: 1, size: 1 });
    const higher = { evidence: 1, threshold: (byHand[2] as number) * 1.001 };
    expect(changeCrossing(scores, (onset) => ones(onset, 3), [1], higher)).toBeNull();
    // The recursion (1 + R) · factor is the same sum.
    const factors = scores.map((z) => z - 0.5);
    expect(factorCrossing([factors], (byHand[2] as number) * 0.999)).toEqual({ at: 2, onset: 1 });
    expect(factorCrossing([factors], (byHand[2] as number) * 1.001)).toBeNull();
  });
  it('has a mean time to a false alarm of at least its threshold on independent normal scores', () => {
    const threshold = 60;
    let rows = 0;
    const trials = 150;
    for (let trial = 0; trial < trials; trial++) {
      const random = new RandomStream(77, trial);
      const factors = Float64Array.from({ length: 2_000 }, () => random.normal() - 0.5);
      const found = factorCrossing([factors], threshold);
      rows += found === null ? factors.length : found.at + 1;
    }
    // Standard error of a mean of exponential times: a twelfth.
    expect(rows / trials).toBeGreaterThan(threshold * (1 - 2 / Math.sqrt(trials)));
  });
  it('tells an onset that is not behind its find, whatever came later', () => {
    // A rise that is found, quiet rows, and a far larger rise: the find is of the first.
    const random = new RandomStream(5);
    const scores = Float64Array.from(
      { length: 120 },
      (_, t) => random.normal() + (t < 20 ? 0 : t < 40 ? 2 : t < 80 ? 0 : 5),
    );
    const sizes = [1, 2, 4];
    const found = changeCrossing(scores, (onset) => ones(onset, 120), sizes, { evidence: 1, threshold: 1_000 });
    expect(found?.at).toBeGreaterThanOrEqual(20);
    expect(found?.at).toBeLessThan(40);
    expect(Math.abs((found?.onset as number) - 20)).toBeLessThanOrEqual(3);
    const factors = scores.map((z) => 2 * z - 2);
    const crossed = factorCrossing([factors], 1_000);
    expect(crossed?.at).toBeLessThan(40);
    expect(Math.abs((crossed?.onset as number) - 20)).toBeLessThanOrEqual(3);
  });
  it('passes over rows that tell nothing', () => {
    const scores = Float64Array.of(3, Number.NaN, 3);
    const found = changeCrossing(scores, (onset) => ones(onset, 3), [2], { evidence: 1, threshold: 60 });
    expect(found?.at).toBe(2);
  });
});

describe('drift', () => {
  it('is not found where nothing changed, and scores lie like normal ones', () => {
    const report = driftOf(model, upTo(simulated, TRAINED + 60), []);
    expect(report.drifts).toEqual([]);
    expect(report.watched).toBe(60);
    expect(report.kept?.rows).toBeGreaterThan(50);
    const rows = watchedRows(model, upTo(simulated, TRAINED + 100), [], TRAINED);
    const known = [...(rows?.scores ?? [])].filter((z) => !Number.isNaN(z));
    const mean = known.reduce((a, b) => a + b, 0) / known.length;
    const variance = known.reduce((sum, z) => sum + (z - mean) ** 2, 0) / known.length;
    expect(Math.abs(mean)).toBeLessThan(0.35);
    expect(variance).toBeGreaterThan(0.6);
    expect(variance).toBeLessThan(1.6);
  });
  it('of the level is found within days, with its size and its day', () => {
    const [drift] = driftOf(
      model,
      upTo(
        changed(() => 0.6),
        CHANGE + 14,
      ),
      [],
    ).drifts;
    expect(drift?.kind).toBe('level');
    expect(drift?.size).toBeGreaterThan(-0.5);
    expect(drift?.size).toBeLessThan(-0.28);
    expect(Math.abs((drift?.sinceDay ?? 0) - CHANGE)).toBeLessThanOrEqual(4);
    expect(drift?.foundDay).toBeGreaterThan(CHANGE);
  });
  it('of the elasticity is found, with about what it is by now', () => {
    const flat = changed((price) => (price / 5) ** 2.2);
    const { drifts } = driftOf(model, upTo(flat, CHANGE + 75), []);
    const slope = drifts.find(({ kind }) => kind === 'elasticity');
    expect(slope?.size).toBeGreaterThan(-1.4);
  });
  it('of stock-outs is found where they become many', () => {
    const soldOut = simulated.soldOut.map((out, i) => (simulated.days[i] > CHANGE && i % 3 > 0 ? 1 : out));
    const { drifts } = driftOf(model, upTo({ ...simulated, soldOut }, CHANGE + 40), []);
    expect(drifts.map(({ kind }) => kind)).toContain('stock-outs');
  });
  it('watches nothing where the model knows too little', () => {
    const few = benchCell(3, 30);
    const small = fitDemand(firstRows(few, 20), BENCH_CONTEXT);
    if (!small.ok) throw new Error(small.code);
    expect(driftOf(small.value, few, [])).toMatchObject({ drifts: [], watched: 0 });
  });
});
