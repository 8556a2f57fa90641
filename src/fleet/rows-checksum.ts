/** Whether rows are those that a training looked at. */

import { crc32 } from 'node:zlib';
import type { CellSeries } from '../core/series/cell-series.ts';
import { referenceOn } from '../core/series/competitor-prices.ts';
import { COMPETITOR_REFERENCES } from '../core/vocabulary.ts';

/** A checksum of everything in a cell's rows that training looks at. */
export function rowsChecksum(series: CellSeries): number {
  const { days, quantity, price, cost, promo, soldOut, marketPrice, covariates, frequency, competitors } = series;
  // Prices of days to come are nothing that its rows know.
  const rivals =
    competitors === undefined
      ? []
      : COMPETITOR_REFERENCES.map((reference) => referenceOn(days, frequency, competitors, reference));
  const columns = [
    days,
    quantity,
    price,
    cost,
    promo,
    soldOut,
    marketPrice,
    ...covariates.map((c) => c.values),
    ...rivals,
  ];
  let crc = 0;
  for (const column of columns) crc = crc32(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), crc);
  return crc;
}
