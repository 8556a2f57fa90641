/** Small made cells for tests. */

import type { CellSeries } from '../../src/core/series/cell-series.ts';

/** A daily cell from quantities and prices; every other column empty. */
export function cellOf(
  quantity: readonly number[],
  price: readonly number[],
  overrides: Partial<CellSeries> = {},
): CellSeries {
  const n = quantity.length;
  const none = new Float64Array(n).fill(Number.NaN);
  return {
    merchant: 'Tienda',
    product: 'Producto',
    productType: 'Carne',
    unit: 'kg',
    frequency: 'daily',
    days: Int32Array.from({ length: n }, (_, i) => 20_000 + i),
    quantity: Float64Array.from(quantity),
    price: Float64Array.from(price),
    cost: none,
    promo: none,
    soldOut: new Uint8Array(n),
    waste: none,
    marketPrice: none,
    covariates: [],
    ...overrides,
  };
}
