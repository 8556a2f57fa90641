import { describe, expect, it } from 'vitest';
import { cutScale, decimalsOf, logTicks, roundEnds, scaleOf } from '../../src/charts/axis-scale.ts';

const LINEAR = { log: false, share: false };

interface Scaled {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
  readonly axisLabel: {
    readonly customValues: readonly number[];
    readonly formatter: (value: number) => string;
    readonly exact: (value: number) => string;
  };
}

describe('ticks of an axis', () => {
  it('have the decimals of their step, all the same', () => {
    const { axisLabel, min, interval } = scaleOf(LINEAR, 0.988, 1.012, 'es') as unknown as Scaled;
    const labels = [0, 1, 2, 3].map((i) => axisLabel.formatter(min + i * interval));
    expect(labels).toEqual(['0,985', '0,990', '0,995', '1,000']);
    expect(new Set(labels).size).toBe(labels.length);
    expect(axisLabel.exact(0.98765)).toBe('0,98765');
  });
  it('of shares are percentages of even digits', () => {
    const { axisLabel } = scaleOf({ log: false, share: true }, 0.181, 0.186, 'en') as unknown as Scaled;
    expect(axisLabel.formatter(0.18)).toBe('18.0%');
    expect(axisLabel.formatter(0.185)).toBe('18.5%');
  });
  it('are round where the ends are not, and say where they stand', () => {
    const { min, max, axisLabel } = cutScale(LINEAR, 4.51, 9.07, 'en') as unknown as Scaled;
    expect([min, max]).toEqual([4.51, 9.07]);
    expect(axisLabel.customValues).toEqual([5, 6, 7, 8, 9]);
    expect(axisLabel.customValues.map(axisLabel.formatter)).toEqual(['5', '6', '7', '8', '9']);
    expect(axisLabel.exact(6.99)).toBe('6.99');
  });
  it('of amounts that an axis has no room for are short, and still each another', () => {
    for (const [low, high] of [
      [157_911_103_631, 302_123_442_479],
      [51e12, 99e12],
      [-2.4e9, 7.1e9],
      [1.0002e12, 1.0009e12],
    ] as const) {
      const { axisLabel, min, max, interval } = scaleOf(LINEAR, low, high, 'es') as unknown as Scaled;
      const count = Math.round((max - min) / interval) + 1;
      const labels = Array.from({ length: count }, (_, i) => axisLabel.formatter(min + i * interval));
      expect(new Set(labels).size).toBe(count);
      expect(Math.max(...labels.map((label) => label.length))).toBeLessThan(10);
      // What is told under the pointer is the whole number.
      expect(axisLabel.exact(302_123_442_479)).toBe('302.123.442.479');
    }
    const { axisLabel } = scaleOf(LINEAR, 0, 900_000, 'es') as unknown as Scaled;
    expect(axisLabel.formatter(800_000)).toBe('800.000');
  });
  it('keep ends that are round already', () => {
    const { min, max, interval } = roundEnds(0.16, 0.28);
    expect(min).toBeCloseTo(0.16, 9);
    expect(max).toBeCloseTo(0.28, 9);
    expect(interval).toBeCloseTo(0.02, 9);
  });
  it('lie on a logarithmic axis where a reader looks for them, over a hundredth of a decade as over ten', () => {
    expect(logTicks(1, 3000)).toEqual([1, 10, 100, 1000]);
    expect(logTicks(0.04, 1)).toEqual([0.05, 0.1, 0.2, 0.5, 1]);
    for (const [low, high] of [
      [0.18, 0.23],
      [1, 1e12],
      [750, 2250],
      [0.0031, 0.0094],
    ] as const) {
      const ticks = logTicks(low, high);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(9);
      for (const tick of ticks) {
        expect(tick).toBeGreaterThanOrEqual(low * (1 - 1e-9));
        expect(tick).toBeLessThanOrEqual(high * (1 + 1e-9));
      }
    }
  });
  it('count the decimals of a step', () => {
    expect([2000, 1, 0.5, 0.02, 0.005, 2e-6].map(decimalsOf)).toEqual([0, 0, 1, 2, 3, 6]);
  });
});
