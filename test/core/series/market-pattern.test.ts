import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/math/random.ts';
import { DAILY_SPECS, type Spec } from '../../../src/core/regression/hyper-parameters.ts';
import { buildDesign, pastRows, planDesign } from '../../../src/core/series/design.ts';
import { marketPattern } from '../../../src/core/series/market-pattern.ts';
import { cellOf } from '../../support/cells.ts';

describe('trend and season of the market price', () => {
  const rows = 730;
  const series = cellOf(new Array(rows).fill(5), new Array(rows).fill(10));
  const plan = planDesign(
    series,
    rows,
    series.price,
    { ...(DAILY_SPECS[0] as Spec), fourierOrder: 2, trend: true },
    { holidays: [], market: false },
  );
  const design = buildDesign(plan, pastRows(series, rows, series.price), []);
  const width = plan.columns.length;
  const at = (name: string): number => plan.columns.findIndex((c) => c.name === name);
  /** Market prices with these log coefficients on the design's columns. */
  const priced = (coefficients: Readonly<Record<string, number>>, noise = 0): Float64Array => {
    const random = new RandomStream(61, 1);
    return Float64Array.from({ length: rows }, (_, i) => {
      const log = Object.entries(coefficients).reduce(
        (sum, [name, b]) => sum + b * design[i * width + at(name)],
        Math.log(7),
      );
      return Math.exp(log + noise * random.normal());
    });
  };

  it('are those that the prices were made with', () => {
    const truth = { 'season:sin1': 0.08, 'season:cos2': -0.05, trend1: 0.2 };
    const found = marketPattern(plan, design, priced(truth), rows);
    // Slopes half a year apart stand in for each other, so the ridge may move one to the next: what they add up to is
    // what counts.
    for (const name of ['season:sin1', 'season:cos1', 'season:sin2', 'season:cos2']) {
      expect(Math.abs(found[at(name)] - ((truth as Record<string, number>)[name] ?? 0))).toBeLessThan(0.01);
    }
    const sumOf = (i: number, of: (j: number) => number): number =>
      plan.columns.reduce((sum, _, j) => sum + of(j) * design[i * width + j], 0);
    const gaps = Array.from(
      { length: rows },
      (_, i) =>
        sumOf(i, (j) => found[j]) -
        sumOf(i, (j) => (truth as Record<string, number>)[(plan.columns[j] as { name: string }).name] ?? 0),
    );
    // But for a constant, which belongs to the intercept.
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThan(0.03);
  });
  it('are 0 on every other column, however noisy the prices', () => {
    const found = marketPattern(plan, design, priced({ 'season:sin1': 0.08 }, 0.3), rows);
    plan.columns.forEach(({ group }, j) => {
      if (group !== 'season' && group !== 'trend') expect(found[j]).toBe(0);
    });
  });
  it('leave out days without a price, and are all 0 with fewer than two prices a column', () => {
    const size = 1 + plan.columns.filter(({ group }) => group === 'season' || group === 'trend').length;
    const first = (count: number): Float64Array =>
      priced({ 'season:sin1': 0.08 }).map((p, i) => (i < count ? p : Number.NaN));
    expect(marketPattern(plan, design, first(2 * size - 1), rows).every((b) => b === 0)).toBe(true);
    expect(marketPattern(plan, design, first(2 * size), rows).some((b) => b !== 0)).toBe(true);
    const gaps = priced({ 'season:sin1': 0.08 }).map((p, i) => (i % 3 === 0 ? p : Number.NaN));
    expect(Math.abs(marketPattern(plan, design, gaps, rows)[at('season:sin1')] - 0.08)).toBeLessThan(0.005);
  });
});
