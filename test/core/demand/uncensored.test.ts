import { describe, expect, it } from 'vitest';
import { fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { predictDemand } from '../../../src/core/demand/predict.ts';
import { simpleForecast } from '../../../src/core/demand/simple-forecast.ts';
import { uncensoredSeries } from '../../../src/core/demand/uncensored.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import { cellOf } from '../../support/cells.ts';
import { unwrap } from '../../support/unwrap.ts';

const DAYS = 300;
const PRIOR = { price: { mean: -2, variance: 1 } };
const CONTEXT = { holidays: [], market: false, specs: DAILY_SPECS, priorAt: () => PRIOR };

/** Demand of 30 a day at a price of 2, elasticity −2, gamma noise of a third; a shelf of `stock`. */
function shop(stock: number, seed: number, flagged = true) {
  const random = new RandomStream(seed, 0x6f7574);
  const days = Array.from({ length: DAYS }, (_, i) => {
    const price = [1.8, 2, 2.2][Math.floor(i / 5) % 3] as number;
    const demand = (30 * (price / 2) ** -2 * random.gamma(9)) / 9;
    return { price, demand, sold: Math.min(demand, stock), out: demand > stock };
  });
  const cell = cellOf(
    days.map(({ sold }) => sold),
    days.map(({ price }) => price),
    { soldOut: Uint8Array.from(days, ({ out }) => (flagged && out ? 1 : 0)) },
  );
  return { cell, demand: days.map(({ demand }) => demand), out: days.map(({ out }) => out) };
}
const meanOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('a series whose rows sold out', () => {
  it('gets back the demand that the shelf cut off: mean and scatter are those of the truth', () => {
    const [means, truths, spreads, spreadTruths]: number[][] = [[], [], [], []];
    for (let seed = 1; seed <= 12; seed++) {
      const { cell, demand, out } = shop(30, seed);
      const known = uncensoredSeries(cell, DAYS, CONTEXT).demand;
      const cut = (values: ArrayLike<number>): number[] => Array.from(values).filter((_, i) => out[i]);
      means.push(meanOf(cut(known?.expected ?? [])));
      spreads.push(
        Math.sqrt(meanOf(cut(known?.drawn ?? []).map((value) => value ** 2)) - (means.at(-1) as number) ** 2),
      );
      truths.push(meanOf(cut(demand)));
      spreadTruths.push(Math.sqrt(meanOf(cut(demand).map((value) => value ** 2)) - (truths.at(-1) as number) ** 2));
    }
    // Half of the days are cut off; what they sold is 0.75 of it.
    expect(meanOf(means) / meanOf(truths)).toBeGreaterThan(0.93);
    expect(meanOf(means) / meanOf(truths)).toBeLessThan(1.05);
    expect(meanOf(spreads) / meanOf(spreadTruths)).toBeGreaterThan(0.85);
    expect(meanOf(spreads) / meanOf(spreadTruths)).toBeLessThan(1.15);
  });

  it('keeps every other row as it was, and none below what was sold', () => {
    const { cell, out } = shop(30, 3);
    const known = uncensoredSeries(cell, DAYS, CONTEXT).demand;
    out.forEach((isOut, i) => {
      for (const values of [known?.expected, known?.drawn]) {
        if (isOut) expect(values?.[i]).toBeGreaterThanOrEqual(cell.quantity[i] as number);
        else expect(values?.[i]).toBe(cell.quantity[i]);
      }
    });
  });

  it('is left alone where nothing sold out, or nearly everything', () => {
    const { cell } = shop(Number.POSITIVE_INFINITY, 4);
    expect(uncensoredSeries(cell, DAYS, CONTEXT)).toBe(cell);
    const gone = { ...cell, soldOut: new Uint8Array(DAYS).fill(1, 5) };
    expect(uncensoredSeries(gone, DAYS, CONTEXT)).toBe(gone);
  });

  it('is forecast near its demand, above what was sold; without the flags at what was sold', () => {
    const none = new Float64Array(1).fill(Number.NaN);
    const planned = { price: new Float64Array(1).fill(2), promo: none, marketPrice: none, covariates: {} };
    const [flagged, silent]: number[][] = [[], []];
    for (let seed = 21; seed <= 26; seed++)
      for (const [list, isFlagged] of [
        [flagged, true],
        [silent, false],
      ] as const) {
        const model = unwrap(fitDemand(shop(30, seed, isFlagged).cell, CONTEXT));
        list.push(predictDemand(model, { ...planned, days: Int32Array.of(model.lastDay + 1) }).demand[0] as number);
      }
    expect(meanOf(flagged) / 30).toBeGreaterThan(0.95);
    expect(meanOf(flagged) / 30).toBeLessThan(1.05);
    expect(meanOf(silent) / 30).toBeLessThan(0.9);
  });

  it('counts with its demand in simple forecasts', () => {
    const { cell } = shop(30, 5);
    const known = uncensoredSeries(cell, DAYS, CONTEXT);
    const day = Int32Array.of(20_300);
    const [plain] = simpleForecast('mean28', cell, DAYS, day);
    const [full] = simpleForecast('mean28', known, DAYS, day);
    expect(full).toBeCloseTo(meanOf(known.demand?.expected.slice(-28) ?? []), 9);
    expect(full as number).toBeGreaterThan(plain as number);
  });
});
