import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  candidateDeviances,
  combinationWeights,
  combinedForecast,
  priceWeights,
} from '../../../src/core/demand/combination.ts';
import type { Candidate, HeldOut } from '../../../src/core/demand/cross-validation.ts';
import { choiceDeviance } from '../../../src/core/regression/deviance.ts';
import { DAILY_SPECS, type Spec } from '../../../src/core/regression/hyper-parameters.ts';

const spec = (index: number): Candidate => ({ kind: 'spec', spec: DAILY_SPECS[index] as Spec });
const SIMPLE: Candidate = { kind: 'simple', name: 'mean28' };

function heldOutOf(
  candidates: readonly Candidate[],
  rows: { actual: number[]; forecasts?: number[]; scale?: number[] },
): HeldOut {
  const n = rows.actual.length;
  return {
    candidates,
    rows: n,
    actual: Float64Array.from(rows.actual),
    fold: new Int32Array(n),
    daysAhead: Int32Array.from({ length: n }, (_, i) => i + 1),
    forecasts: Float64Array.from(rows.forecasts ?? new Array(n * candidates.length).fill(1)),
    scale: Float64Array.from(rows.scale ?? new Array(n).fill(1)),
    originDays: [20_000],
  };
}
const weightsOf = (candidates: readonly Candidate[], deviances: readonly number[]): number[] =>
  Array.from(combinationWeights(heldOutOf(candidates, { actual: [1] }), Float64Array.from(deviances), 'daily'));

describe('weights of candidates', () => {
  it('start at 90 % shared by the specs and 10 % by the simple forecasts', () => {
    const weights = weightsOf(
      [spec(0), spec(1), spec(2), SIMPLE, { kind: 'simple', name: 'smoothing' }],
      [7, 7, 7, 7, 7],
    );
    for (const [c, expected] of [0.3, 0.3, 0.3, 0.05, 0.05].entries()) expect(weights[c]).toBeCloseTo(expected, 12);
    expect(weightsOf([SIMPLE], [3])).toEqual([1]);
  });
  it('fall by e for every 5 units of summed deviance: the evidence counts two fifths, as held-out rows hang together', () => {
    for (const gap of [0.5, 1, 5, 10]) {
      const [best, worse] = weightsOf([spec(0), spec(1)], [100, 100 + gap]) as [number, number];
      expect(worse / best).toBeCloseTo(Math.exp(-gap / 5), 12);
    }
  });
  it('of coarser cells start with more for simple forecasts, and weigh deviances by their ratio, a share of a row each', () => {
    const held = (n: number) => heldOutOf([spec(0), spec(1), SIMPLE], { actual: new Array(n).fill(1) });
    const of = (n: number, deviances: readonly number[], frequency: 'weekly' | 'monthly') =>
      Array.from(combinationWeights(held(n), Float64Array.from(deviances), frequency));
    for (const [c, expected] of [0.35, 0.35, 0.3].entries())
      expect(of(6, [3, 3, 3], 'monthly')[c]).toBeCloseTo(expected, 12);
    for (const [c, expected] of [0.4, 0.4, 0.2].entries())
      expect(of(6, [3, 3, 3], 'weekly')[c]).toBeCloseTo(expected, 12);
    // Sums that are large beside 1e-4 a row: 2^(−0.7 · 6 / 2) and 2^(−0.2 · 20 / 2).
    const [a, b] = of(6, [1e6, 2e6, 1e6], 'monthly') as [number, number];
    expect(b / a).toBeCloseTo(2 ** -2.1, 8);
    const [e, f] = of(20, [1e6, 2e6, 1e6], 'weekly') as [number, number];
    expect(f / e).toBeCloseTo(2 ** -2, 8);
    // Candidates that are exact alike are alike.
    expect(of(6, [0, 1e-9, 0], 'monthly')[1]).toBeCloseTo(0.35, 5);
  });
  it('are 0 below a hundredth, and what is left adds to 1', () => {
    // e^(−23/5) = 0.01005 of the best and 0.0099 of both: gone.
    expect(weightsOf([spec(0), spec(1)], [0, 23])).toEqual([1, 0]);
    expect(weightsOf([spec(0), spec(1)], [0, 22])[1]).toBeGreaterThan(0.01);
  });
  it('add to 1, never rise with a deviance, and do not see its zero', () => {
    const deviances = fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(deviances, fc.double({ min: 0, max: 100, noNaN: true }), (given, shift) => {
        const candidates = [spec(0), spec(1), spec(2), spec(3)];
        const weights = weightsOf(candidates, given);
        expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        given.forEach((a, i) => {
          given.forEach((b, j) => {
            if (a < b) expect(weights[i]).toBeGreaterThanOrEqual(weights[j]);
          });
        });
        // A weight that lies at a hundredth to the last bits may be kept with the one zero and left out with the other.
        fc.pre(given.every((d) => Math.abs(Math.exp((Math.min(...given) - d) / 5) - 0.01) > 0.05));
        weightsOf(
          candidates,
          given.map((d) => d + shift),
        ).forEach((w, c) => expect(w).toBeCloseTo(weights[c], 9));
      }),
    );
  });
});

describe('deviances of candidates', () => {
  it('are summed over held-out rows in units of the fold’s mean', () => {
    const heldOut = heldOutOf([spec(0), SIMPLE], { actual: [4, 9], forecasts: [8, 9, 2, 12], scale: [2, 3] });
    const [first, second] = candidateDeviances(heldOut);
    expect(first).toBeCloseTo(choiceDeviance(2, 4) + choiceDeviance(3, 3), 12);
    expect(second).toBeCloseTo(choiceDeviance(2, 1) + choiceDeviance(3, 4), 12);
  });
  it('hold nothing against any forecast of a fold that sold nothing', () => {
    const rows = { actual: [4, 4], forecasts: [8, 2] };
    expect(candidateDeviances(heldOutOf([spec(0)], { ...rows, scale: [0, 0] }))[0]).toBe(0);
  });
  it('are the Tweedie deviance of power 1.5, by its integral', () => {
    for (const [y, f] of [
      [0.3, 1.2],
      [2, 0.5],
      [5, 4],
    ] as const) {
      // Twice the integral of (y − t)/t^1.5 from f to y (McCullagh & Nelder 1989, §9.2), by the midpoint rule.
      const steps = 20_000;
      let integral = 0;
      for (let s = 0; s < steps; s++) {
        const t = f + ((s + 0.5) / steps) * (y - f);
        integral += ((y - t) / t ** 1.5) * ((y - f) / steps);
      }
      expect(choiceDeviance(y, f)).toBeCloseTo(2 * integral, 6);
    }
    expect(choiceDeviance(3, 3)).toBe(0);
    expect(choiceDeviance(1, 0)).toBe(choiceDeviance(1, 1e-3));
  });
});

describe('weights for the price effect', () => {
  it('are the quasi-likelihood at its own dispersion with a penalty of one a column', () => {
    const [a, b] = priceWeights([
      { oneStepDeviance: 0.5, columns: 4, rows: 10 },
      { oneStepDeviance: 0.55, columns: 3, rows: 10 },
    ]) as unknown as [number, number];
    expect(b / a).toBeCloseTo(1.1 ** -5 * Math.E, 12);
    expect(a + b).toBeCloseTo(1, 12);
  });
});

describe('the combined forecast', () => {
  it('is the weighted mean of the candidates’ forecasts, row by row', () => {
    const heldOut = heldOutOf([spec(0), SIMPLE], { actual: [1, 1], forecasts: [10, 20, 30, 40] });
    expect(Array.from(combinedForecast(heldOut, Float64Array.of(0.75, 0.25)))).toEqual([15, 25]);
    expect(Array.from(combinedForecast(heldOut, Float64Array.of(1, 0)))).toEqual([10, 20]);
  });
});
