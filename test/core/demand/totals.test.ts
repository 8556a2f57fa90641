/** The distribution of totals: closed forms, and simulated cells whose futures are known. */

import { describe, expect, it } from 'vitest';
import { simulate, type World } from '../../../bench/drifting-cell.ts';
import { ALONE, dailyCell, plannedDays } from '../../../bench/simulated-cell.ts';
import type { DemandModel } from '../../../src/core/demand/demand-model.ts';
import type { Process } from '../../../src/core/demand/disturbances.ts';
import { fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { forecastWeights } from '../../../src/core/demand/forecast-weights.ts';
import { forecastParts } from '../../../src/core/demand/mean-forecast.ts';
import { demandCurveDraws, predictTotal } from '../../../src/core/demand/predict.ts';
import { totalSpreads } from '../../../src/core/demand/total-spread.ts';
import { mean } from '../../../src/core/math/summary.ts';
import { priceOutlook } from '../../../src/core/pricing/gains.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import { unwrap } from '../../support/unwrap.ts';

const FEW = { ...ALONE, specs: [2, 8, 10].map((s) => DAILY_SPECS[s] as (typeof DAILY_SPECS)[number]) };
const WORLD: World = { history: 365, drift: 0.01, noise: 0.3, correlation: 0 };
const modelOf = (world: World, seed: number): DemandModel =>
  unwrap(fitDemand(dailyCell(simulate(world, seed, 1).past), FEW));
const cell = simulate(WORLD, 1, 60);
const model = unwrap(fitDemand(dailyCell(cell.past), FEW));
const planned = plannedDays(cell.planned.slice(0, 14));

/** The spread of the total under one process alone. */
function spreadUnder(one: Process) {
  const { windowErrors: _, ...disturbances } = model.disturbances as NonNullable<DemandModel['disturbances']>;
  const alone = { ...model, disturbances: { ...disturbances, processes: [{ ...one, weight: 1 }] } };
  return totalSpreads(alone, planned, forecastParts(alone, planned)).spreads[0];
}

describe('the spread of a total', () => {
  const parts = forecastParts(model, planned);
  const total = parts.mean.reduce((sum, m) => sum + m, 0);
  const past = forecastWeights(model, planned, parts, model.ownRows);
  /** Oldest row of the past first: what each row adds to the log of total over forecast. */
  const error = [...Array.from(past.toReversed(), (w) => -w), ...Array.from(parts.mean, (m) => m / total)];

  it('rests on weights of past rows that add to 1', () => {
    expect(past.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
  });
  it('of a walk is the sum over its steps of what hangs on each, squared', () => {
    const q = 4e-4;
    const spread = spreadUnder({ level: q, white: 0, correlated: 0, correlation: 0 });
    let expected = 0;
    // A step moves all rows after it.
    for (let s = 1; s < error.length; s++) expected += error.slice(s).reduce((sum, e) => sum + e, 0) ** 2;
    expect((spread?.level as number) + (spread?.lasting as number)).toBeCloseTo(q * expected, 10);
  });
  it('of a noise that lasts is the sum over pairs of rows', () => {
    const flat = {
      ...model,
      components: model.components.map((c) => ({ ...c, spec: { ...c.spec, variancePower: 2 } })),
    };
    const { windowErrors: _, ...disturbances } = model.disturbances as NonNullable<DemandModel['disturbances']>;
    const processes = [{ weight: 1, level: 0, white: 0, correlated: 0.09, correlation: 0.6 }];
    const alone = { ...flat, disturbances: { ...disturbances, processes } };
    const spread = totalSpreads(alone, planned, parts).spreads[0];
    let expected = 0;
    for (let i = 0; i < error.length; i++)
      for (let j = 0; j < error.length; j++)
        expected += 0.09 * (error[i] as number) * (error[j] as number) * 0.6 ** Math.abs(i - j);
    expect((spread?.level as number) + (spread?.lasting as number)).toBeCloseTo(expected, 10);
  });
  it('finds the walk and the noise that were simulated', () => {
    const found = (world: World, of: (one: Process) => number): number =>
      mean(
        [1, 2, 3, 4, 5, 6, 7, 8].map((seed) =>
          (modelOf(world, seed).disturbances?.processes ?? []).reduce((sum, one) => sum + one.weight * of(one), 0),
        ),
      );
    const walked = found({ ...WORLD, drift: 0.03 }, ({ level }) => level);
    expect(walked).toBeGreaterThan(0.5 * 0.03 ** 2);
    expect(walked).toBeLessThan(2 * 0.03 ** 2);
    expect(found({ ...WORLD, drift: 0 }, ({ level }) => level)).toBeLessThan(0.012 ** 2);
    expect(found({ ...WORLD, correlation: 0.6 }, ({ correlated }) => correlated)).toBeGreaterThan(0.06);
    expect(found(WORLD, ({ correlated }) => correlated)).toBeLessThan(0.03);
  });
});

describe('the interval of a total', () => {
  it('covers what is realised nine times in ten, in quiet, drifting and correlated cells', () => {
    for (const world of [{ drift: 0 }, { drift: 0.04 }, { correlation: 0.6 }]) {
      let [inside, count] = [0, 0];
      for (let seed = 301; seed <= 325; seed++) {
        const { past, planned: ahead, futures } = simulate({ ...WORLD, ...world }, seed, 14);
        const { low, high } = predictTotal(unwrap(fitDemand(dailyCell(past), FEW)), plannedDays(ahead));
        for (const future of futures) {
          const sold = future.reduce((sum, demand) => sum + demand, 0);
          count++;
          if (sold >= low && sold <= high) inside++;
        }
      }
      // 25 cells with one level each: a standard error of about four hundredths.
      expect(inside / count).toBeGreaterThan(0.8);
      expect(inside / count).toBeLessThan(0.99);
    }
  });
  it('is around the sum of the forecasts, and as a share wider for 60 days than for 14 where the level walks', () => {
    const drifting = simulate({ ...WORLD, drift: 0.04 }, 2, 60);
    const fitted = unwrap(fitDemand(dailyCell(drifting.past), FEW));
    const of = (days: number) => predictTotal(fitted, plannedDays(drifting.planned.slice(0, days)));
    const [short, long] = [of(14), of(60)];
    const forecast = forecastParts(fitted, plannedDays(drifting.planned.slice(0, 14))).mean;
    expect(short.value).toBeCloseTo(
      forecast.reduce((sum, m) => sum + m, 0),
      9,
    );
    expect((long.high - long.low) / long.value).toBeGreaterThan((1.15 * (short.high - short.low)) / short.value);
  });
  it('of pieces ends at whole numbers', () => {
    const pieces = simulate({ ...WORLD, noise: 0, pieces: [0.8, 4] }, 3, 14);
    const { low, high, value } = predictTotal(
      unwrap(fitDemand(dailyCell(pieces.past), FEW)),
      plannedDays(pieces.planned),
    );
    expect([Number.isInteger(low), Number.isInteger(high)]).toEqual([true, true]);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
  });
  it('of a model of an earlier version rests on its dispersion and drift, and is no narrower', () => {
    const { disturbances: _, ...earlier } = model;
    const old: DemandModel = { ...earlier, components: model.components.map(({ levelColumns: __, ...c }) => c) };
    const [before, now] = [predictTotal(old, planned), predictTotal(model, planned)];
    expect(before.value).toBe(now.value);
    expect(before.high - before.low).toBeGreaterThan(0.9 * (now.high - now.low));
    expect(before.high - before.low).toBeLessThan(3 * (now.high - now.low));
  });
});

describe('draws of a curve', () => {
  const price = planned.price[0];
  const curve = demandCurveDraws(model, planned, Float64Array.of(price * 0.9, price, price * 1.1), 4_000, 1);

  it('have a noise of mean 1, the same whatever the price', () => {
    expect(curve.totalNoise?.length).toBe(4_000);
    expect(mean(curve.totalNoise as Float64Array)).toBeCloseTo(1, 2);
  });
  it('keep what decides apart from what will be seen: the noise widens demand and profit, not the gain', () => {
    const { totalNoise: _, ...expected } = curve;
    const [seen, decided] = [curve, expected].map((draws) => priceOutlook(draws, price * 1.05, price, price * 0.5));
    expect(seen?.gain).toEqual(decided?.gain);
    expect(seen?.probabilityBetter).toBe(decided?.probabilityBetter);
    expect(seen?.demand.value).toBe(decided?.demand.value);
    const width = (one: { low: number; high: number } | undefined): number => (one?.high ?? 0) - (one?.low ?? 0);
    expect(width(seen?.demand)).toBeGreaterThan(1.2 * width(decided?.demand));
    expect(width(seen?.profit)).toBeGreaterThan(1.2 * width(decided?.profit));
    const { low, high } = predictTotal(model, planned);
    const { demand } = priceOutlook(curve, price, price, 0);
    expect(demand.low / low).toBeCloseTo(1, 1);
    expect(demand.high / high).toBeCloseTo(1, 1);
  });
});
