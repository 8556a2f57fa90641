import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/math/random.ts';
import { settingImportance, type TriedSpec } from '../../src/workspace/setting-importance.ts';

/** Cells of their own difficulty on which 2 × 3 specs were tried; `effect` of the trend on the log error, and noise. */
function fleet(cells: number, effect: number, noise: number): TriedSpec[][] {
  const random = new RandomStream(7);
  return Array.from({ length: cells }, () => {
    const level = Math.exp(3 * random.normal());
    return [true, false].flatMap((trend) =>
      [1, 2, 3].map((fourierOrder) => ({
        spec: { trend, fourierOrder },
        deviance: level * Math.exp((trend ? effect : 0) + noise * random.normal()),
      })),
    );
  });
}

describe('the importance of settings', () => {
  it('is all of the one that makes all differences, however hard each cell is', () => {
    const { settings, specs, cells, tried } = settingImportance(fleet(20, 0.1, 0));
    expect([cells, tried]).toEqual([20, 120]);
    const [first, second] = settings;
    expect(first).toMatchObject({ field: 'trend', tells: true });
    expect(first?.share).toBeCloseTo(1, 9);
    expect(second?.share).toBeCloseTo(0, 9);
    // Half of the specs lie 0.05 above their cell's mean on the log scale, half below.
    expect(first?.values).toEqual([
      { value: false, error: expect.closeTo(Math.expm1(-0.05), 9) },
      { value: true, error: expect.closeTo(Math.expm1(0.05), 9) },
    ]);
    expect(specs[0]?.spec.trend).toBe(false);
  });
  it('is told against noise, and about one in twenty of nothing', () => {
    const found = settingImportance(fleet(60, 0.1, 0.1)).settings.find(({ field }) => field === 'trend');
    expect(found?.tells).toBe(true);
    // Variance of the effect 0.05², of the noise 0.1² less the cell's mean: 0.0025 / (0.0025 + 0.1² · 5/6) = 0.23.
    expect(found?.share).toBeGreaterThan(0.13);
    expect(found?.share).toBeLessThan(0.33);
    for (const { share, floor } of settingImportance(fleet(60, 0, 0.1)).settings) {
      expect(floor).toBeGreaterThan(0);
      expect(share).toBeLessThan(3 * floor);
    }
  });
  it('is nothing where nothing was tried', () => {
    expect(settingImportance([])).toEqual({ cells: 0, tried: 0, settings: [], specs: [] });
  });
});
