/** What a test tells in shops whose demand is known. */

import { describe, expect, it } from 'vitest';
import { fitDemand } from '../../../src/core/demand/fit-demand.ts';
import {
  ABORT_PROBABILITY,
  complianceOf,
  testElasticities,
  testProfit,
} from '../../../src/core/experiments/test-outcome.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import { unwrap } from '../../support/unwrap.ts';
import { BASE_PRICE, type TestedShop, testedShop } from './tested-cell.ts';

const SHOPS = 60;
const FIRST = 20_000;
const BEFORE = 120;

/** Errors of the elasticity in shops that differ by seed alone, and how often the 90 % interval covers. */
function errorsOf(shop: Partial<TestedShop>, by: 'drawn' | 'all') {
  let [sum, covered] = [0, 0];
  for (let seed = 1; seed <= SHOPS; seed++) {
    const elasticity = -2.5 + 0.5 * new RandomStream(seed, 5).normal();
    const series = testedShop({ seed, elasticity, before: BEFORE, weeks: 8, size: 0.1, ...shop });
    const found = testElasticities(series, FIRST + BEFORE, [])[by];
    if (!found) throw new RangeError(`shop ${seed} must tell an elasticity`);
    sum += found.value - elasticity;
    if (found.low <= elasticity && elasticity <= found.high) covered++;
  }
  return { bias: sum / SHOPS, covered: covered / SHOPS };
}

describe('testElasticities', () => {
  it('finds the elasticity where the price had never moved, with an interval that covers it', () => {
    const { bias, covered } = errorsOf({}, 'drawn');
    // A standard error of .48 over 60 shops: .06.
    expect(Math.abs(bias)).toBeLessThan(0.19);
    // 90 % ± 2.3 standard deviations of 3.9 %.
    expect(covered).toBeGreaterThan(0.81);
    expect(covered).toBeLessThan(0.99);
  }, 120_000);

  it('finds it where the price followed demand before, which all rows together do not', () => {
    const drawn = errorsOf({ followed: 0.3 }, 'drawn');
    const naive = errorsOf({ followed: 0.3 }, 'all');
    expect(naive.bias).toBeGreaterThan(1);
    expect(Math.abs(drawn.bias)).toBeLessThan(0.35);
    expect(drawn.covered).toBeGreaterThan(0.78);
    expect(naive.covered).toBeLessThan(0.65);
  }, 240_000);

  it('finds it where the plan was kept to on seven days of ten', () => {
    const { bias, covered } = errorsOf({ kept: 0.7 }, 'drawn');
    expect(Math.abs(bias)).toBeLessThan(0.3);
    expect(covered).toBeGreaterThan(0.78);
  }, 120_000);

  it('tells nothing before the first drawn price was charged, or where the levels are one', () => {
    const none = testElasticities(
      testedShop({ seed: 1, elasticity: -2, before: 60, weeks: 0, size: 0.1 }),
      FIRST + 60,
      [],
    );
    expect(none).toEqual({ before: null, all: null, drawn: null });
    const flat = testedShop({ seed: 1, elasticity: -2, before: 60, weeks: 2, size: 0.001 });
    expect(testElasticities(flat, FIRST + 60, []).drawn).toBeNull();
  });
});

describe('complianceOf', () => {
  it('counts the days of the plan that are over, and names other prices', () => {
    const series = testedShop({ seed: 2, elasticity: -2, before: 10, weeks: 2, size: 0.1 });
    const planned = new Map(Array.from({ length: 28 }, (_, i) => [FIRST + 10 + i, series.test?.price[10 + i] || 2.2]));
    const charged = series.price.slice();
    charged[12] = 2;
    charged[13] = Number.NaN;
    const found = complianceOf({ ...series, price: charged }, planned, [FIRST + 10, FIRST + 37]);
    expect(found).toMatchObject({ past: 14, priced: 13, kept: 12 });
    expect(found.deviations).toEqual([{ day: FIRST + 12, planned: planned.get(FIRST + 12), charged: 2 }]);
  });
});

/** Shops whose test is aborted at one of its weekly looks. */
function abortedOf(shop: Partial<TestedShop>, seeds: number): number {
  let aborted = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const series = testedShop({ seed, elasticity: -2.2, before: BEFORE, weeks: 6, size: 0.1, ...shop });
    const model = unwrap(
      fitDemand(firstRows(series, BEFORE), {
        ...{ holidays: [], market: false, specs: DAILY_SPECS.slice(0, 1) },
        priorAt: () => ({ price: { mean: -2.2, variance: 0.5 } }),
      }),
    );
    const looks = [1, 2, 3, 4, 5, 6].map((week) => profitAfter(series, model, 7 * week));
    if (looks.some((probability) => probability > ABORT_PROBABILITY)) aborted++;
  }
  return aborted / seeds;
}

function firstRows(series: CellSeries, rows: number): CellSeries {
  const { test: _, covariates, ...rest } = series;
  const cut = Object.entries(rest).map(([name, value]) => [
    name,
    ArrayBuffer.isView(value) ? (value as Float64Array).slice(0, rows) : value,
  ]);
  return { ...(Object.fromEntries(cut) as unknown as CellSeries), covariates };
}

function profitAfter(series: CellSeries, model: Parameters<typeof testProfit>[1], rows: number): number {
  const part = (column: Float64Array) => column.slice(BEFORE, BEFORE + rows);
  const planned = {
    days: series.days.slice(BEFORE, BEFORE + rows),
    ...{
      price: part(series.price),
      promo: new Float64Array(rows),
      marketPrice: part(series.marketPrice),
      covariates: {},
    },
  };
  const bounds = { basePrice: BASE_PRICE, unitCost: 1.1, maxLoss: 0.2 };
  return testProfit(series, model, planned, bounds)?.probabilityBelow ?? 0;
}

describe('testProfit', () => {
  it('tells a disaster: sales that fall by more than half', () => {
    expect(abortedOf({ disaster: 0.4 }, 10)).toBe(1);
  }, 120_000);

  it('aborts hardly any quiet test, whatever looks there are', () => {
    // At most 5 %: of 40 shops 2, and one more by chance.
    expect(abortedOf({}, 40)).toBeLessThanOrEqual(3 / 40);
  }, 240_000);

  it('says nothing before the first row', () => {
    expect(
      testProfit(
        testedShop({ seed: 1, elasticity: -2, before: 20, weeks: 0, size: 0 }),
        {} as never,
        {
          ...{ days: new Int32Array(0), price: new Float64Array(0), promo: new Float64Array(0) },
          ...{ marketPrice: new Float64Array(0), covariates: {} },
        },
        { basePrice: 2, unitCost: 1, maxLoss: 0.2 },
      ),
    ).toBeNull();
  });
});
