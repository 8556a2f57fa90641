import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextEvaluation, passesStep } from '../../../src/core/training/schedule.ts';

/** All evaluations up to an iteration. */
function evaluations(last: number, every: number | null = null): number[] {
  const found: number[] = [];
  for (let at = nextEvaluation(0, every); at <= last; at = nextEvaluation(at, every)) found.push(at);
  return found;
}

describe('evaluations', () => {
  it('follow each of the first 64 iterations', () => {
    expect(evaluations(64)).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
  });
  it('lie at the rounded 64 · 2^(k/64) from there, each once', () => {
    const steps = Array.from({ length: 64 * 11 }, (_, k) => Math.round(64 * 2 ** ((k + 1) / 64)));
    const expected = [...new Set(steps)].filter((at) => at > 64 && at <= 100_000);
    expect(evaluations(100_000).slice(64)).toEqual(expected);
  });
  it('lie ahead of any iteration, the next of the schedule, none left out', () => {
    const all = evaluations(2_000_000);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (iteration) => {
        expect(nextEvaluation(iteration, null)).toBe(all.find((at) => at > iteration));
      }),
    );
  });
  it('lie at the multiples of an interval that was asked for', () => {
    expect(evaluations(20, 6)).toEqual([6, 12, 18]);
    expect(nextEvaluation(7, 1)).toBe(8);
  });
  it('are refused for what is no iteration and no interval', () => {
    expect(() => nextEvaluation(-1, null)).toThrow(/^iteration\b/);
    expect(() => nextEvaluation(1.5, null)).toThrow(/^iteration\b/);
    expect(() => nextEvaluation(1, 0)).toThrow(/^every\b/);
  });
});

describe('a step of a ladder', () => {
  it('is passed where its iteration is reached, and before the first iteration always', () => {
    const passed = (perOctave: number): number[] =>
      Array.from({ length: 64 }, (_, i) => i + 1).filter((i) => passesStep(i - 1, i, perOctave));
    expect(passed(1)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    // 2^(k/2): 2.83, 5.66, 11.3, 22.6, 45.3 between the powers of two.
    expect(passed(2)).toEqual([1, 2, 3, 4, 6, 8, 12, 16, 23, 32, 46, 64]);
  });
  it('is passed once by a stride over several, and by none that stays between two', () => {
    expect(passesStep(3, 17, 1)).toBe(true);
    expect(passesStep(17, 31, 1)).toBe(false);
    expect(passesStep(0, 1, 1)).toBe(true);
  });
});
