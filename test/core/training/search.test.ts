import { describe, expect, it } from 'vitest';
import { isClearGain } from '../../../src/core/math/clear-gain.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { DAILY_COUNT_SPECS, DAILY_SPECS, type Spec } from '../../../src/core/regression/hyper-parameters.ts';
import { candidatesOf, searchRound, specKey } from '../../../src/core/training/search.ts';

const BASE = DAILY_SPECS[0] as Spec;
/** Every candidate of a later round, in its order. */
function neighbours(spec: Spec, seed: number, round: number): Spec[] {
  const found: Spec[] = [];
  for (let more = candidatesOf(spec, [], new Set(), seed, round); more.length > 0; ) {
    found.push(...more);
    more = candidatesOf(spec, [], new Set(found.map(specKey)), seed, round);
  }
  return found;
}
const fieldsThatDiffer = (a: Spec, b: Spec): string[] =>
  (Object.keys(a) as (keyof Spec)[]).filter((field) => a[field] !== b[field]);

describe('candidates of a search round', () => {
  it('are the library first, without the incumbent and what was tried', () => {
    const tried = new Set([specKey(DAILY_SPECS[2] as Spec)]);
    expect(candidatesOf(BASE, DAILY_SPECS, tried, 1, 0)).toEqual(DAILY_SPECS.filter((_, i) => i !== 0 && i !== 2));
  });
  it('are eight untried neighbours of the incumbent in later rounds', () => {
    for (let round = 1; round <= 5; round++) {
      const candidates = candidatesOf(BASE, DAILY_SPECS, new Set(), 1, round);
      expect(candidates).toHaveLength(8);
      expect(new Set(candidates.map(specKey)).size).toBe(8);
      for (const candidate of candidates) expect(fieldsThatDiffer(BASE, candidate)).toHaveLength(1);
    }
  });
  it('come to every neighbour round by round, and end when all were tried', () => {
    const tried = new Set<string>();
    const sizes: number[] = [];
    for (let round = 1; round < 10; round++) {
      const candidates = candidatesOf(BASE, [], tried, 1, round);
      sizes.push(candidates.length);
      for (const candidate of candidates) tried.add(specKey(candidate));
    }
    const all = neighbours(BASE, 1, 1).length;
    expect(tried.size).toBe(all);
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(all);
    expect(sizes.at(-1)).toBe(0);
  });
});

describe('neighbours of a spec', () => {
  it('differ in one field by one step of its ladder, keep the fast level at least as fast as the slow one, and leave a count its power', () => {
    for (const spec of DAILY_COUNT_SPECS) {
      const found = neighbours(spec, 1, 1);
      expect(found.length).toBeGreaterThan(8);
      for (const other of found) {
        expect(fieldsThatDiffer(spec, other)).toHaveLength(1);
        expect(other.fastDiscount).toBeLessThanOrEqual(other.slowDiscount);
        if (spec.family === 'nb2') expect(other.variancePower).toBe(spec.variancePower);
      }
    }
    const orders = neighbours(BASE, 1, 1).flatMap((s) =>
      s.fourierOrder === BASE.fourierOrder ? [] : [s.fourierOrder],
    );
    expect(orders.toSorted()).toEqual([BASE.fourierOrder - 1, BASE.fourierOrder + 1]);
  });
  it('come in an order that seed and round decide', () => {
    const keys = (seed: number, round: number): string => neighbours(BASE, seed, round).map(specKey).join();
    expect(keys(1, 1)).toBe(keys(1, 1));
    expect(keys(1, 1)).not.toBe(keys(2, 1));
    expect(keys(1, 1)).not.toBe(keys(1, 2));
  });
});

describe('a clear gain', () => {
  it('exceeds one standard error for one candidate: gains of 1, 2 and 3 have a mean of 2 and an error of 1/√3', () => {
    const error = 1 / Math.sqrt(3);
    const around = (mean: number): number[] => [mean - 1, mean, mean + 1];
    expect(isClearGain(around(error * 1.001), 1)).toBe(true);
    expect(isClearGain(around(error * 0.999), 1)).toBe(false);
    // Of eight: the quantile of 1 − 0.15866/8 = 0.98017 is 2.057.
    expect(isClearGain(around(error * 2.06), 8)).toBe(true);
    expect(isClearGain(around(error * 2.05), 8)).toBe(false);
  });
  it('is never one of fewer than three folds, nor a loss', () => {
    expect(isClearGain([5, 5], 1)).toBe(false);
    expect(isClearGain([-1, -1, -1], 1)).toBe(false);
    expect(isClearGain([0, 0, 0], 1)).toBe(false);
  });
  it('comes of noise alone once in six times for one candidate', () => {
    const random = new RandomStream(9, 1);
    const rounds = 4_000;
    let adopted = 0;
    for (let r = 0; r < rounds; r++)
      if (
        isClearGain(
          Array.from({ length: 60 }, () => random.normal()),
          1,
        )
      )
        adopted++;
    // 0.159 ± 0.006: three standard errors.
    expect(Math.abs(adopted / rounds - 0.159)).toBeLessThan(0.018);
  });
});

describe('a search round', () => {
  const named = (order: number): Spec => ({ ...BASE, fourierOrder: order });
  it('adopts what is better on every fold, and keeps the incumbent where the gain is one fold’s luck', () => {
    const candidates = [1, 2, 4, 5].map(named);
    const better = searchRound(named(3), candidates, 5, (spec, fold) => 10 + fold - (spec.fourierOrder === 4 ? 1 : 0));
    expect(better).toEqual({ adopted: named(4), candidates: 4, devianceBefore: 12, devianceAfter: 11 });
    const lucky = searchRound(
      named(3),
      candidates,
      5,
      (spec, fold) => 10 + fold - (spec.fourierOrder === 4 && fold === 0 ? 5 : 0),
    );
    expect(lucky).toMatchObject({ adopted: null, devianceAfter: 11 });
  });
  it('halves the candidates fold by fold: eight cost 8 + 8 + 4 + 2 + 2 fits and the incumbent one a fold', () => {
    let fits = 0;
    searchRound(named(3), [0, 1, 2, 4, 5, 6, 7, 8].map(named), 5, () => ++fits);
    expect(fits).toBe(5 + 8 + 8 + 4 + 2 + 2);
  });
  it('adopts nothing without candidates or with fewer than three folds', () => {
    expect(searchRound(named(3), [], 5, () => 1)).toEqual({
      adopted: null,
      candidates: 0,
      devianceBefore: 1,
      devianceAfter: 1,
    });
    expect(searchRound(named(3), [named(4)], 2, (spec) => spec.fourierOrder * -1).adopted).toBeNull();
  });
});
