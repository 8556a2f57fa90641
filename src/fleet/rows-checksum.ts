/** Whether rows are those that a training looked at. */

import { crc32 } from 'node:zlib';
import type { CellSeries } from '../core/series/cell-series.ts';

/** A checksum of everything in a cell's rows that training looks at. */
export function rowsChecksum(series: CellSeries): number {
  const { days, quantity, price, cost, promo, soldOut, marketPrice, covariates } = series;
  let crc = 0;
  for (const column of [days, quantity, price, cost, promo, soldOut, marketPrice, ...covariates.map((c) => c.values)]) {
    crc = crc32(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), crc);
  }
  return crc;
}
