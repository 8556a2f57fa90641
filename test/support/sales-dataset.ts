/** Sales of a simulated market as a Hive-partitioned dataset of Parquet, and the tables that shards write. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { demoMarket } from '../../src/core/market/simulate-market.ts';
import type { CellSeries } from '../../src/core/series/cell-series.ts';

/** Writes the last days of sales, two files a merchant. The last merchant has one more product,
 * which nobody ever bought. */
export function writeDataset(folder: string, days: number): void {
  const cells = demoMarket(3).map(({ series }) => series);
  const merchants = [...new Set(cells.map(({ merchant }) => merchant))];
  for (const merchant of merchants) {
    const own = cells.filter((series) => series.merchant === merchant);
    const last = own.at(-1) as CellSeries;
    const parts = [own.slice(0, 1), own.slice(1)].map((part) => part.flatMap((series) => rowsOf(series, days)));
    if (merchant === merchants.at(-1))
      parts[1]?.push(...rowsOf({ ...last, product: 'Nada' }, 30).map((row) => ({ ...row, kg: 0 })));
    for (const [i, rows] of parts.entries())
      writeParquet(join(folder, `comercio=${encodeURIComponent(merchant)}`, `part-${i}.parquet`), rows);
  }
  writeFileSync(join(folder, '_SUCCESS'), '');
  writeFileSync(join(folder, '.part-0.parquet.crc'), 'crc');
}

export interface SalesRow {
  readonly fecha: Date;
  readonly producto: string;
  readonly kg: number;
  readonly precio: number;
  readonly costo: number;
}

function rowsOf({ days, product, quantity, price, cost }: CellSeries, last: number): SalesRow[] {
  return Array.from(days, (day, i) => ({
    fecha: new Date(day * 86_400_000),
    producto: product,
    kg: quantity[i] as number,
    precio: price[i] as number,
    costo: cost[i] as number,
  })).slice(-last);
}

export function writeParquet(file: string, rows: readonly object[]): void {
  mkdirSync(dirname(file), { recursive: true });
  const columns = Object.keys(rows[0] as object);
  const columnData = columns.map((name) => {
    const data = rows.map((row) => (row as Record<string, unknown>)[name]);
    return { name, data, ...(typeof data[0] === 'string' && { type: 'STRING' as const }) };
  });
  writeFileSync(file, Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 200 })));
}

/** Rows of a table of all shards, as texts in order. */
export async function tableOf(output: string, table: string): Promise<string[]> {
  const rows: string[] = [];
  for (const name of readdirSync(join(output, table))) {
    if (name.startsWith('.')) continue;
    for (const row of await parquetRows(join(output, table, name)))
      rows.push(JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
  }
  return rows.sort();
}

export async function parquetRows(file: string): Promise<Record<string, unknown>[]> {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  return parquetReadObjects({ file: buffer, compressors });
}
