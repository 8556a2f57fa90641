/** Parquet files of sales. */

import { parquetWriteBuffer } from 'hyparquet-writer';

/** Three products of one shop, day by day. @param rows in all */
export function parquetSales(
  rows: number,
  { codec = 'SNAPPY', rowGroupSize = 100_000 }: { codec?: 'SNAPPY' | 'UNCOMPRESSED'; rowGroupSize?: number } = {},
): Buffer {
  const each = <T>(of: (i: number) => T): T[] => Array.from({ length: rows }, (_, i) => of(i));
  const day = (i: number): string =>
    new Date(Date.UTC(2000, 0, 1) + Math.floor(i / 3) * 86_400_000).toISOString().slice(0, 10);
  return Buffer.from(
    parquetWriteBuffer({
      codec,
      rowGroupSize,
      columnData: [
        { name: 'date', data: each((i) => day(i % 27_000)), type: 'STRING' },
        { name: 'merchant', data: each(() => 'Frutería'), type: 'STRING' },
        { name: 'product', data: each((i) => ['Jamón', 'Tomate', 'Piña'][i % 3]), type: 'STRING' },
        { name: 'quantity', data: each((i) => 1 + (i % 7) / 2), type: 'DOUBLE' },
        { name: 'price', data: each((i) => 2 + (i % 5) / 10), type: 'DOUBLE' },
        { name: 'promo', data: each((i) => i % 9 === 0), type: 'BOOLEAN' },
      ],
    }),
  );
}
