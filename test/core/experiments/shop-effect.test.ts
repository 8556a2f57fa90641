/** What shops earn beside those that kept their prices, against simulated truth and closed forms. */

import { describe, expect, it } from 'vitest';
import { chooseHoldout, holdoutPower } from '../../../src/core/experiments/choose-holdout.ts';
import { shopEffects } from '../../../src/core/experiments/shop-effect.ts';
import { RandomStream } from '../../../src/core/math/random.ts';
import { mean } from '../../../src/core/math/summary.ts';

const BEFORE = 60;
const AFTER = 13;

/** A chain with a common season and shocks, shops that feel these more or less, levels that walk, and noise. */
function chain(seed: number, effect: number, { shops = 16, held = 4, walk = 0.003 } = {}) {
  const random = new RandomStream(seed, 7);
  let drift = 0;
  const common = Array.from({ length: BEFORE + AFTER }, (_, t) => {
    drift += 0.02 * random.normal();
    return drift + 0.06 * random.normal() + 0.15 * Math.sin((2 * Math.PI * t) / 52);
  });
  const heldOut = Array.from({ length: shops }, (_, s) => s < held);
  let truth = 0;
  const values = heldOut.map((isHeld) => {
    const size = 1000 * Math.exp(0.5 * random.normal());
    const load = 1 + 0.2 * random.normal();
    let level = 0;
    return common.map((shock, t) => {
      level += walk * random.normal();
      const usual = size * Math.exp(load * shock + level + 0.08 * random.normal());
      if (t < BEFORE || isHeld) return usual;
      truth += usual * effect;
      return usual * (1 + effect);
    });
  });
  return { values, heldOut, truth };
}

describe('what shops earned more', () => {
  it('is within its 90 % interval about nine times in ten, nearer than by plain differences, and 0 where nothing was done', () => {
    for (const effect of [0, 0.06]) {
      let [covered, squares, plain] = [0, 0, 0];
      const chains = 60;
      for (let seed = 1; seed <= chains; seed++) {
        const { values, heldOut, truth } = chain(seed, effect);
        const [told] = shopEffects({ values, heldOut, before: BEFORE }, [[BEFORE, BEFORE + AFTER]]).effects;
        const { gain, without, differences } = told as NonNullable<typeof told>;
        if (gain.low <= truth && truth <= gain.high) covered++;
        squares += ((gain.value - truth) / without.value) ** 2;
        plain += ((differences - truth) / without.value) ** 2;
      }
      expect(covered / chains).toBeGreaterThan(0.82);
      expect(covered / chains).toBeLessThan(0.98);
      expect(squares).toBeLessThan(0.8 * plain);
    }
  });

  it('is the plain difference in differences where shops are one and the same but for noise by chance', () => {
    // Two shops that went along to the last digit: the other one's sum is what would have been.
    const row = Array.from({ length: 30 }, (_, t) => 100 + 20 * Math.sin(t));
    const treated = row.map((value, t) => 3 * value * (t < 20 ? 1 : 1.1));
    const [told] = shopEffects({ values: [treated, row], heldOut: [false, true], before: 20 }, [[20, 30]]).effects;
    const expected = 0.3 * row.slice(20).reduce((a, b) => a + b, 0);
    expect(told?.gain.value).toBeCloseTo(expected, 3);
    expect(told?.differences).toBeCloseTo(expected, 6);
    expect(told?.share?.value).toBeCloseTo(0.1, 6);
    expect(told?.probabilityBetter).toBeCloseTo(1, 6);
  });

  it('adds up over ranges but for what they share, and is wider the later the period', () => {
    const { values, heldOut } = chain(3, 0.05, { walk: 0.02 });
    const middle = BEFORE + 6;
    const { effects, path } = shopEffects({ values, heldOut, before: BEFORE }, [
      [BEFORE, middle],
      [middle, BEFORE + AFTER],
      [BEFORE, BEFORE + AFTER],
    ]);
    const [first, second, all] = effects.map(({ gain }) => gain.value) as [number, number, number];
    expect(first + second).toBeCloseTo(all, 6);
    const periods = path();
    expect(periods).toHaveLength(BEFORE + AFTER);
    const width = (t: number): number => (periods[t]?.high as number) - (periods[t]?.low as number);
    expect(width(BEFORE + AFTER - 1)).toBeGreaterThan(width(BEFORE));
    expect(width(BEFORE)).toBeGreaterThan(width(BEFORE - 1));
  });

  it('is refused where there is nothing to compare', () => {
    const rows = [Array(20).fill(1), Array(20).fill(1)];
    expect(() => shopEffects({ values: rows, heldOut: [true, true], before: 10 }, [])).toThrow('not all');
    expect(() => shopEffects({ values: rows, heldOut: [true, false], before: 3 }, [])).toThrow('before');
    expect(() => shopEffects({ values: [rows[0], Array(20).fill(0)], heldOut: [true, false], before: 9 }, [])).toThrow(
      'above 0',
    );
    const broken = [Array(20).fill(1), [Number.NaN, ...Array(19).fill(1)]];
    expect(() => shopEffects({ values: broken, heldOut: [true, false], before: 9 }, [])).toThrow('values');
  });
});

describe('shops to hold out', () => {
  it('go along with the others better than most choices, differ by the seed, and are as many as asked', () => {
    const { values } = chain(5, 0, { held: 0 });
    const apart = (heldOut: readonly boolean[]): number => {
      const index = values.map((row) => row.map((value) => value / mean(row)));
      const of = (t: number, held: boolean): number =>
        mean(index.flatMap((row, s) => (heldOut[s] === held ? [row[t] as number] : [])));
      return mean(index[0]?.map((_, t) => (of(t, true) - of(t, false)) ** 2) ?? []);
    };
    const random = new RandomStream(9);
    const any = Array.from({ length: 200 }, () => {
      const order = [...values.keys()].sort(() => random.uniform() - 0.5).slice(0, 4);
      return apart(values.map((_, s) => order.includes(s)));
    }).sort((a, b) => a - b);
    const chosen = [1, 2, 3, 4, 5].map((seed) => chooseHoldout({ values, count: 4, seed }));
    for (const heldOut of chosen) {
      expect(heldOut.filter(Boolean)).toHaveLength(4);
      expect(apart(heldOut)).toBeLessThan(any[80] as number);
    }
    expect(new Set(chosen.map(String)).size).toBeGreaterThan(2);
    expect(chooseHoldout({ values, count: 4, seed: 1 })).toEqual(chosen[0]);
  });

  it('tell beforehand how exactly a quarter will: as the estimates then scatter', () => {
    const errors: number[] = [];
    let told = 0;
    for (let seed = 201; seed <= 260; seed++) {
      const { values, heldOut, truth } = chain(seed, 0.05);
      const [effect] = shopEffects({ values, heldOut, before: BEFORE }, [[BEFORE, BEFORE + AFTER]]).effects;
      errors.push(((effect?.gain.value as number) - truth) / (effect?.without.value as number));
      const past = values.map((row) => row.slice(0, BEFORE));
      told += (holdoutPower(past, heldOut, AFTER)?.standardError as number) / 60;
    }
    const scatter = Math.sqrt(mean(errors.map((error) => error ** 2)));
    expect(told / scatter).toBeGreaterThan(0.75);
    expect(told / scatter).toBeLessThan(1.6);
  });
});
