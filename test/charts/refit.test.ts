import { describe, expect, it } from 'vitest';
import { LIGHT } from '../../src/charts/chart-base.ts';
import { compareConvergenceChart } from '../../src/charts/compare-charts.ts';
import { type Convergence, convergenceChart } from '../../src/charts/convergence-charts.ts';
import { refitted } from '../../src/charts/refit.ts';
import { smoothed } from '../../src/charts/smoothing.ts';

const VIEW = { logX: false, logY: false, smoothing: 0 };
const NONE: ReadonlySet<string> = new Set();

/** Errors that fall from 40 % to 20 % as 1/iteration. */
const falling: Convergence = {
  product: 'Pera',
  errorKind: 'cross-validated',
  points: Array.from({ length: 100 }, (_, i) => ({
    iteration: i + 1,
    error: 0.2 + 0.2 / (i + 1),
    trainError: 0.5,
  })),
  events: [{ iteration: 50, kind: 'search', adopted: false } as Convergence['events'][number]],
  checkpointEvery: null,
  modelError: null,
};

interface Refit {
  readonly yAxis: { readonly type: string; readonly min: number; readonly max: number };
  readonly xAxis: {
    readonly min: number;
    readonly max: number;
    readonly axisLabel: { readonly customValues: number[] };
  };
  readonly series: readonly { readonly id: string; readonly data: readonly (readonly [number, number])[] }[];
}

describe('a part of a picture', () => {
  const chart = convergenceChart(falling, 'en', LIGHT, VIEW);
  it('has its vertical axis around what is seen, and marks that stand on it', () => {
    const hidden = new Set(['on training sales']);
    const { yAxis, xAxis, series } = refitted(chart, [50, 100], hidden, 'en') as unknown as Refit;
    // 0.2 + 0.2/50 = 0.204 and 0.2 + 0.2/100 = 0.202.
    expect(yAxis.min).toBeGreaterThan(0.2);
    expect(yAxis.min).toBeLessThanOrEqual(0.202);
    expect(yAxis.max).toBeGreaterThanOrEqual(0.204);
    expect(yAxis.max).toBeLessThan(0.206);
    expect(xAxis.axisLabel.customValues).toEqual([50, 60, 70, 80, 90, 100]);
    expect(xAxis).toMatchObject({ min: 0, max: 100 });
    expect(series).toEqual([{ id: 'marks-triangle', data: [[50, yAxis.min]] }]);
  });
  it('holds the other line where that is not hidden', () => {
    const { yAxis } = refitted(chart, [50, 100], NONE, 'en') as unknown as Refit;
    expect(yAxis.max).toBeGreaterThanOrEqual(0.5);
  });
  it('goes back to the whole', () => {
    const { yAxis } = refitted(chart, null, NONE, 'en') as unknown as Refit;
    const { min, max } = chart.option.yAxis as { min: number; max: number };
    expect(yAxis).toMatchObject({ min, max });
  });
  it('keeps its scale, linear and logarithmic', () => {
    const log = convergenceChart(falling, 'en', LIGHT, { ...VIEW, logX: true, logY: true });
    const { yAxis } = refitted(log, [10, 20], NONE, 'en') as unknown as Refit;
    expect(yAxis.type).toBe('log');
    expect((log.option.xAxis as { type: string }).type).toBe('log');
  });
});

describe('a smoothed curve', () => {
  it('is the weighted mean of what came before, without the pull of a start', () => {
    // (0.5·2 + 0.5·0.5·1) / (0.5 + 0.25) = 5/3 for values 1, 2 at weight 0.5.
    expect(smoothed([1, 2], 0.5)).toEqual([1, (0.5 * 1 * 0.5 + 0.5 * 2) / 0.75]);
    expect(smoothed([3, null, 3], 0.9).map((v) => v && Math.round(v * 1e9) / 1e9)).toEqual([3, null, 3]);
  });
  it('has the raw line faint behind it, on comparisons too', () => {
    const trainings = ['a', 'b'].map((label) => ({
      label,
      errorKind: 'cross-validated' as const,
      convergence: falling.points.map(({ iteration, error }) => ({ iteration, error: error as number })),
    }));
    const chart = compareConvergenceChart(trainings, ['a', 'b'], 'en', LIGHT, { ...VIEW, smoothing: 0.6 });
    const series = chart.option.series as readonly { name: string; lineStyle: { opacity?: number } }[];
    expect(series.map(({ name }) => name)).toEqual(['', 'a', '', 'b']);
    expect(series[0]?.lineStyle.opacity).toBeLessThan(0.5);
  });
});
