import { describe, expect, it } from 'vitest';
import { type DemandModel, fitDemand } from '../../../src/core/demand/fit-demand.ts';
import { predictDemand } from '../../../src/core/demand/predict.ts';
import { rowEnds } from '../../../src/core/demand/row-distribution.ts';
import { knownSpread, SPREADS, spreadEvidence } from '../../../src/core/demand/spread-evidence.ts';
import { compoundPoissonCdf } from '../../../src/core/math/compound-poisson.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { DAILY_COUNT_SPECS, DAILY_SPECS } from '../../../src/core/regression/hyper-parameters.ts';
import { modelBytes } from '../../../src/store/model-bytes.ts';
import { cellOf } from '../../support/cells.ts';
import { unwrap } from '../../support/unwrap.ts';

const PIECES = { counted: true, whole: true };
const KILOS = { counted: false, whole: false };
const NOW = { variance: 0, coverage: 0.9 };

describe('the interval of a row of pieces', () => {
  const ends = (mean: number, spread: number, usual = mean): number[] => {
    const { low, high } = rowEnds(PIECES, { forecast: mean, usual }, [{ weight: 1, spread }], NOW);
    return [low, high];
  };
  it('has the whole quantiles of a Poisson where nothing scatters beyond it', () => {
    // P(N ≤ 4) = .029, P(N ≤ 5) = .067: the lower end is 5, .029 is missed below; .95 − (.05 − .029)/2 = .940 lies
    // between P(N ≤ 14) = .917 and P(N ≤ 15) = .951.
    expect(ends(10, 1e-9)).toEqual([5, 15]);
    // Nothing can be missed below 0: .925 lies between P(N ≤ 1) = .910 and P(N ≤ 2) = .986.
    expect(ends(0.5, 1e-9)).toEqual([0, 2]);
  });
  it('has those of a geometric distribution at α = 1: P(N ≤ n) = 1 − (μ/(μ + 1))^(n + 1)', () => {
    // (2/3)^(n + 1) ≤ .075 from n + 1 = 6.39 on.
    expect(ends(2, 1)).toEqual([0, 6]);
  });
  it('comes to the same by the gamma distribution where pieces are too many to count', () => {
    // Of mean 400 and α = .01 the normal has 400 ± 1.645 · √(400 + 1600): a skewness of .2 moves both ends up.
    const [low, high] = ends(400, 0.01) as [number, number];
    expect(low).toBeGreaterThan(326);
    expect(low).toBeLessThan(336);
    expect(high).toBeGreaterThan(473);
    expect(high).toBeLessThan(486);
  });
  it('holds the return of what has paused', () => {
    const [, paused] = ends(0.001, 0.5, 5) as [number, number];
    const [, gone] = ends(0.001, 0.5, 0.001) as [number, number];
    expect(gone).toBe(0);
    expect(paused).toBeGreaterThan(3);
    expect(ends(5, 0.5, 5)).toEqual(ends(5, 0.5, 1));
  });
});

describe('the interval of a row of measures', () => {
  it('leaves a twentieth to either side, and more above where nothing is all that can lie below', () => {
    const spreads = [{ weight: 1, spread: 0.1 }];
    const { low, high } = rowEnds(KILOS, { forecast: 20, usual: 20 }, spreads, NOW);
    expect(compoundPoissonCdf(low / 20, 1, 0.1)).toBeCloseTo(0.05, 4);
    expect(compoundPoissonCdf(high / 20, 1, 0.1)).toBeCloseTo(0.95, 4);
    // P(Y = 0) = e^(−2/φ) = .135.
    const often = rowEnds(KILOS, { forecast: 20, usual: 20 }, [{ weight: 1, spread: 1 }], NOW);
    expect(often.low).toBe(0);
    expect(compoundPoissonCdf(often.high / 20, 1, 1)).toBeCloseTo(0.925, 4);
  });
  it('does not depend on the unit, and widens as the level walks', () => {
    const spreads = [{ weight: 1, spread: 0.1 }];
    const kilo = rowEnds(KILOS, { forecast: 15, usual: 20 }, spreads, NOW);
    const gram = rowEnds(KILOS, { forecast: 15_000, usual: 20_000 }, spreads, NOW);
    expect(gram.low / 1000).toBeCloseTo(kilo.low, 3);
    expect(gram.high / 1000).toBeCloseTo(kilo.high, 3);
    const later = rowEnds(KILOS, { forecast: 15, usual: 20 }, spreads, { ...NOW, variance: 0.1 });
    expect(later.low).toBeLessThan(kilo.low);
    expect(later.high).toBeGreaterThan(kilo.high);
  });
});

describe('what held-out rows say of the scatter', () => {
  it('is most of the spread that they were drawn with', () => {
    const random = new RandomStream(3, 9);
    const best = (counted: boolean, draw: () => number): number => {
      const rows = Array.from({ length: 2_000 }, () => ({ sold: draw(), forecast: 6, unit: 6 }));
      const { logs } = spreadEvidence(counted, rows);
      return SPREADS[logs.indexOf(0)] as number;
    };
    // A step of the grid is a factor of 1.5.
    expect(Math.abs(Math.log(best(true, () => random.poisson(6 * 2 * random.gamma(0.5))) / 2))).toBeLessThan(0.42);
    const amounts = (): number => {
      const size = (0.4 * 6) / 2;
      const count = random.poisson(2 / 0.4);
      return count === 0 ? 0 : size * random.gamma(count);
    };
    expect(Math.abs(Math.log(best(false, amounts) / 0.4))).toBeLessThan(0.42);
  });
});

const CONTEXT = { holidays: [], market: false, priorAt: () => ({ price: { mean: -1.5, variance: 1 } }) };

function modelOf(quantity: readonly number[], counted: boolean): DemandModel {
  const price = quantity.map((_, i) => 5 + 0.3 * (Math.floor(i / 7) % 3));
  return unwrap(fitDemand(cellOf(quantity, price), { ...CONTEXT, specs: counted ? DAILY_COUNT_SPECS : DAILY_SPECS }));
}

/** The next fortnight's intervals. */
function fortnight(model: DemandModel, pool: Parameters<typeof predictDemand>[2] = null) {
  const none = new Float64Array(14).fill(Number.NaN);
  const days = Int32Array.from(none, (_, i) => model.lastDay + 1 + i);
  const planned = { days, price: new Float64Array(14).fill(5.3), promo: none, marketPrice: none, covariates: {} };
  return predictDemand(model, planned, pool);
}

type Draw = (random: RandomStream) => number;

/** Shares of days within, below and above, over simulated cells of a length. */
function shares(draw: Draw, { rows, counted, cells }: { rows: number; counted: boolean; cells: number }) {
  let [below, above, all] = [0, 0, 0];
  for (let seed = 0; seed < cells; seed++) {
    const random = new RandomStream(4_000 + seed, 0x726f7773);
    const quantity = Array.from({ length: rows }, () => draw(random));
    if (quantity.every((sold) => sold === 0)) continue;
    const { low, high } = fortnight(modelOf(quantity, counted));
    for (let i = 0; i < 14; i++) {
      for (let k = 0; k < 40; k++) {
        const sold = draw(random);
        all++;
        if (sold < low[i]) below++;
        if (sold > high[i]) above++;
      }
      if (counted) expect([Number.isInteger(low[i]), Number.isInteger(high[i])]).toEqual([true, true]);
    }
  }
  return { within: 1 - (below + above) / all, below: below / all, above: above / all };
}

const KINDS: Readonly<Record<string, { readonly draw: Draw; readonly counted: boolean }>> = {
  'Poisson of 10': { draw: (r) => r.poisson(10), counted: true },
  'negative binomial of 20, size 3': { draw: (r) => r.poisson((20 * r.gamma(3)) / 3), counted: true },
  'gamma of 30 %': { draw: (r) => (100 * r.gamma(11)) / 11, counted: false },
  'gamma of 70 %': { draw: (r) => (5 * r.gamma(2)) / 2, counted: false },
};
const SLOW: typeof KINDS = {
  'Poisson of 0.3': { draw: (r) => r.poisson(0.3), counted: true },
  'negative binomial of 2, size 1': { draw: (r) => r.poisson(2 * r.gamma(1)), counted: true },
  'nothing on six days of ten': { draw: (r) => (r.uniform() < 0.6 ? 0 : (5 * r.gamma(3)) / 3), counted: false },
};

describe('90 % intervals of simulated cells', () => {
  it.each(Object.entries(KINDS))('hold %s, and miss as often below as above within two or three', (_, kind) => {
    const { within, below, above } = shares(kind.draw, { ...kind, rows: 200, cells: 12 });
    expect(within).toBeGreaterThan(0.88);
    expect(within).toBeLessThan(0.965);
    expect(above / below).toBeLessThan(4);
    expect(above / below).toBeGreaterThan(0.5);
  });
  it.each(Object.entries(SLOW))('hold %s, with more above, as nothing lies below 0', (_, kind) => {
    const { within, below, above } = shares(kind.draw, { ...kind, rows: 200, cells: 12 });
    expect(below).toBe(0);
    expect(within).toBeGreaterThan(0.9);
    expect(above).toBeGreaterThan(0.015);
  });
  it.each(Object.entries({ ...KINDS, ...SLOW }))('hold %s after 20 days too', (_, kind) => {
    const { within } = shares(kind.draw, { ...kind, rows: 20, cells: 20 });
    expect(within).toBeGreaterThan(0.84);
  });
});

describe('what other cells of the type say', () => {
  const random = new RandomStream(11, 5);
  const quantity = Array.from({ length: 120 }, () => (100 * random.gamma(11)) / 11);
  const pool = { scores: [], daysAhead: [], shifts: new Array(60).fill(1) };
  const wider = (rows: number): number => {
    const model = modelOf(quantity.slice(0, rows), false);
    const width = ({ low, high }: ReturnType<typeof fortnight>): number => high[5] - low[5];
    return width(fortnight(model, pool)) / width(fortnight(model));
  };
  it('counts the more the fewer rows of its own a cell has had held out', () => {
    // Their scatter is e times what fits say: √e = 1.65 of the width where nothing else is known.
    expect(wider(15)).toBeGreaterThan(1.3);
    expect(wider(15)).toBeLessThan(1.8);
    expect(wider(30)).toBeLessThan(wider(15));
    expect(wider(120)).toBeLessThan(1.12);
    expect(wider(120)).toBeGreaterThan(1);
  });
  it('is learned from what a cell’s own rows say over its fit', () => {
    const { shift, heldOut } = knownSpread(modelOf(quantity, false)) as NonNullable<ReturnType<typeof knownSpread>>;
    expect(heldOut).toBe(true);
    expect(Math.abs(shift)).toBeLessThan(0.5);
  });
});

describe('the document of a model', () => {
  it('does not grow by what held-out rows say', () => {
    const random = new RandomStream(12, 5);
    const model = modelOf(
      Array.from({ length: 200 }, () => (100 * random.gamma(11)) / 11),
      false,
    );
    const { foldSums = [], scores } = model.crossValidated;
    // Earlier versions kept scores in full.
    const full = scores.map((score) => score + 1e-9 * random.uniform());
    const before = {
      ...model,
      crossValidated: { ...model.crossValidated, scores: full, foldSums: foldSums.map(({ spread: _, ...f }) => f) },
    };
    expect(modelBytes(model).document.length).toBeLessThan(1.02 * modelBytes(before).document.length);
  });
});
