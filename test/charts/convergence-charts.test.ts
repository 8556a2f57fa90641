import { describe, expect, it } from 'vitest';
import { roundEnds } from '../../src/charts/axis-scale.ts';
import { LIGHT } from '../../src/charts/chart-base.ts';
import { errorBounds, iterationAxis } from '../../src/charts/convergence-charts.ts';

describe('axes of convergence', () => {
  it('hold every error, with round ends and few labels', () => {
    for (const [low, high] of [
      [0.2451, 0.3463],
      [0.226, 0.4945],
      [0.59, 0.846],
      [0.0031, 0.0094],
    ] as const) {
      const { min, max, type } = errorBounds([low, null, high]);
      expect(type).toBe('value');
      expect(min).toBeLessThanOrEqual(low);
      expect(max).toBeGreaterThanOrEqual(high);
      // Closed around the errors: at most one step of a sixth of the span or more on either side.
      expect(max - min).toBeLessThanOrEqual(2 * (high - low));
    }
  });
  it('are logarithmic in the error only where it spans a factor of ten', () => {
    expect(errorBounds([0.02, 0.9])).toEqual({ type: 'log', min: 0.01, max: 1 });
    expect(errorBounds([0, 0.9]).type).toBe('value');
  });
  it('do not make a movement of one that is none', () => {
    const { min, max } = errorBounds([0.245, 0.245]);
    expect(max - min).toBeGreaterThanOrEqual(0.001);
  });
  it('end where the training did, and start at its first iteration on a logarithmic axis', () => {
    expect(iterationAxis(5000, true, 'en', LIGHT)).toMatchObject({ type: 'log', min: 1, max: 5000 });
    expect(iterationAxis(5000, false, 'en', LIGHT)).toMatchObject({ type: 'value', min: 0, max: 5000 });
  });
  it('have at most eight labels', () => {
    for (let span = 0.001; span < 1e6; span *= 1.37) {
      const { min, max, interval } = roundEnds(0.3 * span, 1.3 * span);
      // Six steps within the values, and one that rounding adds at either end.
      expect((max - min) / interval).toBeLessThanOrEqual(8);
      expect((max - min) / interval).toBeGreaterThanOrEqual(2);
    }
  });
});
