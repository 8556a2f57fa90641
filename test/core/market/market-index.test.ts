import { describe, expect, it } from 'vitest';
import { MARKET_INDEX } from '../../../src/core/market/data/commodity-index.ts';
import { marketIndexAt, nearestMarketSeries, withMarketIndex } from '../../../src/core/market/market-index.ts';
import type { CellSeries } from '../../../src/core/series/cell-series.ts';
import type { MarketSeriesName } from '../../../src/core/vocabulary.ts';
import { cellOf } from '../../support/cells.ts';

const dayOf = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / 86_400_000;

/** A cell of a product type with a row on each of these days. */
function cellOn(productType: string, dates: readonly string[], changed: Partial<CellSeries> = {}): CellSeries {
  return cellOf(new Array(dates.length).fill(5), new Array(dates.length).fill(10), {
    productType,
    days: Int32Array.from(dates, dayOf),
    ...changed,
  });
}

describe('the nearest commodity of a product type', () => {
  /** Pork and eggs follow chicken, as both are made of feed grain; what is fresh and grows follows fruit. */
  const nearest: readonly (readonly [string, MarketSeriesName, boolean])[] = [
    ['Ternera', 'beef', true],
    ['Carne', 'beef', false],
    ['Cerdo', 'chicken', false],
    ['Pork', 'chicken', false],
    ['Huevos', 'chicken', false],
    ['Pollo', 'chicken', true],
    ['Cordero', 'lamb', true],
    ['Pescado', 'fishMeal', false],
    ['Naranjas', 'bananaOrange', true],
    ['Manzanas', 'bananaOrange', false],
    ['Tomates', 'bananaOrange', false],
    ['Verdura', 'bananaOrange', false],
    ['Cereales', 'wheat', false],
    ['Aceite', 'sunflowerOil', true],
  ];
  for (const [type, series, exact] of nearest) {
    it(`of ${type} is ${series}${exact ? ' itself' : ''}`, () => {
      expect(nearestMarketSeries(type)).toMatchObject({ series, exact });
    });
  }
  it('is none where nothing is near: dairy, and words it does not know', () => {
    for (const type of ['Leche', 'Queso', 'Tornillos', '']) expect(nearestMarketSeries(type)).toBeNull();
  });
});

describe('a cell without market prices', () => {
  it('gets those of its type, month by month', () => {
    const { series, index } = withMarketIndex(
      cellOn('Ternera', ['2023-01-01', '2023-01-31', '2023-04-15', '2025-10-31']),
    );
    expect(index).toBe('beef');
    expect(Array.from(series.marketPrice)).toEqual([95, 95, 108, 145]);
    expect(marketIndexAt('beef', 2025, 10)).toBe(145);
    expect(marketIndexAt('beef', 2025, 11)).toBeNull();
  });
  it('gets them by its product where its type says nothing', () => {
    expect(withMarketIndex(cellOn('Varios', ['2024-01-01'], { product: 'Cordero' })).index).toBe('lamb');
  });
  it('keeps the last value for 18 months after the table’s end, and has none from then on', () => {
    const { series } = withMarketIndex(
      cellOn('Cerdo', ['2025-10-15', '2026-06-30', '2027-04-30', '2027-05-01', '2030-01-01']),
    );
    const last = MARKET_INDEX.chicken.at(-1) as number;
    expect(Array.from(series.marketPrice)).toEqual([last, last, last, Number.NaN, Number.NaN]);
  });
  it('gets none where most of its rows lie outside the table', () => {
    const before = cellOn('Ternera', ['2021-01-01', '2022-01-01', '2023-01-01']);
    expect(withMarketIndex(before)).toEqual({ series: before, index: null });
    const after = cellOn('Ternera', ['2027-04-30', '2027-05-01', '2027-05-02']);
    expect(withMarketIndex(after).index).toBeNull();
  });
  it('is left alone where market prices were imported, or none is near', () => {
    const given = cellOn('Ternera', ['2024-01-01'], { marketPrice: Float64Array.of(12) });
    expect(withMarketIndex(given)).toEqual({ series: given, index: null });
    expect(withMarketIndex(cellOn('Leche', ['2024-01-01'], { product: 'Leche' })).index).toBeNull();
  });
});
