import { describe, expect, it } from 'vitest';
import { seasonalNaive } from '../../../src/core/evaluation/backtest.ts';
import { periodsFrom } from '../../../src/core/series/periods.ts';
import { cellOf } from '../../support/cells.ts';

const prices = (n: number) => new Array<number>(n).fill(10);
const counted = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe('the seasonal naive forecast', () => {
  it('is last week’s same day of daily cells', () => {
    const days = Int32Array.from({ length: 8 }, (_, i) => 20_010 + i);
    expect(Array.from(seasonalNaive(cellOf(counted(10), prices(10)), days))).toEqual([4, 5, 6, 7, 8, 9, 10, 4]);
  });
  it('is last year’s same month of monthly cells, whatever the lengths of months', () => {
    const grid = { frequency: 'monthly', monthDay: 31 } as const;
    const days = periodsFrom(grid, Date.UTC(2022, 0, 31) / 864e5, 30);
    const cell = cellOf(counted(24), prices(24), { frequency: 'monthly', days: days.slice(0, 24) });
    expect(Array.from(seasonalNaive(cell, days.slice(24)))).toEqual([13, 14, 15, 16, 17, 18]);
    // More than a year ahead it is the same month of the last year that is known.
    expect(Array.from(seasonalNaive(cell, Int32Array.of(Date.UTC(2026, 1, 28) / 864e5)))).toEqual([14]);
  });
  it('is last year’s same week of weekly cells', () => {
    const days = Int32Array.from({ length: 60 }, (_, i) => 20_000 + 7 * i);
    const cell = cellOf(counted(57), prices(57), { frequency: 'weekly', days: days.slice(0, 57) });
    expect(Array.from(seasonalNaive(cell, days.slice(57)))).toEqual([6, 7, 8]);
  });
  it('is the last row where there is no year to look back on', () => {
    const days = Int32Array.from({ length: 12 }, (_, i) => 20_000 + 7 * i);
    const cell = cellOf(counted(10), prices(10), { frequency: 'weekly', days: days.slice(0, 10) });
    expect(Array.from(seasonalNaive(cell, days.slice(10)))).toEqual([10, 10]);
  });
});
